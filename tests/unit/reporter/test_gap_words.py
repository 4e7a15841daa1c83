from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.fetcher.actions import ACTIONS
from auditor.model.baseline import Policy
from auditor.model.clusters import NotCovered
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.rules import AddressTemplate
from auditor.model.snapshot import Snapshot
from auditor.reporter.text.gaps import PARTS, cause_of
from auditor.reporter.text.sentences import ResultText
from auditor.words import Lang, catalogue
from tests.golden.policy import BASELINE
from tests.golden.samples import REGION, TODAY, cluster, group, nodes

DENIED = Gap(
    kind=GapKind.UNREAD,
    region=REGION,
    resource="sg-1",
    service="vpc",
    action="DescribeSecurityGroupPolicies",
    code="UnauthorizedOperation",
    message="not for you",
    request_id="r-1",
)
RESULT = compare(
    Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(cluster("cls-1", "prod", nodes=nodes("ins-", 2, "sg-1")),),
        security_groups=(group("sg-1", "web", DENIED, DENIED),),
        address_templates=(AddressTemplate(region=REGION, template_id="ipm-1", name="office", entries=()),),
    ),
    Policy(baseline=BASELINE),
    TODAY,
)
EN, ZH = ResultText(RESULT, Lang.EN), ResultText(RESULT, Lang.ZH)


def test_a_denial_names_the_action_what_hangs_on_it_and_what_to_grant() -> None:
    said = EN.gap(DENIED)
    assert said.title == 'Not read: the rules (sg-1 "web")'
    assert said.message == (
        "CAM refuses vpc:DescribeSecurityGroupPolicies (UnauthorizedOperation). Request r-1. Message: not for you"
    )
    assert said.unknown == 'The traffic that sg-1 "web" allows for 2 nodes could not be fully checked.'
    assert said.advice == (
        'Grant vpc:DescribeSecurityGroupPolicies to these credentials; "sgaudit permissions" prints the whole policy.'
    )


def test_a_denial_of_an_action_of_one_part_says_that_the_part_can_be_left_out() -> None:
    gap = Gap(
        kind=GapKind.UNREAD,
        region=REGION,
        resource="vpc-sample01",
        service="clb",
        action="DescribeListeners",
        code="UnauthorizedOperation",
        message="denied",
    )
    result = compare(Snapshot(regions=(REGION,), gaps=(gap,)), Policy(baseline=BASELINE), TODAY)
    assert ResultText(result, Lang.EN).gap(gap).advice == (
        'Grant clb:DescribeListeners to these credentials; "sgaudit permissions" prints the whole policy. '
        'Or exclude this part from the audit: "scope: {load_balancers: false}" in the configuration.'
    )
    assert {action.name: action.part for action in ACTIONS if action.part} == PARTS


def test_a_chinese_message_quotes_the_cloud_and_none_of_the_programs_own_english() -> None:
    failure = "the rules of sg-1 are unknown: vpc:DescribeSecurityGroupPolicies in ap-guangzhou failed with"
    gap = replace(DENIED, message=f"{failure} {DENIED.code}: you are not authorized")
    assert ZH.gap(gap).message.endswith("原文：you are not authorized")
    assert "are unknown" not in ZH.gap(gap).message
    assert "原文" not in ZH.gap(replace(DENIED, code="PartialAnswer", request_id="")).message


def test_a_denial_in_chinese() -> None:
    said = ZH.gap(DENIED)
    assert said.title == "未能读取 sg-1（web）的规则"
    assert said.unknown == "绑定 sg-1（web）的 2 个节点放通了哪些流量，无法完全判定。"
    assert said.advice == (
        "请为该凭证所属的用户或角色授权 vpc:DescribeSecurityGroupPolicies；完整策略可用 “sgaudit permissions” 输出。"
    )


@pytest.mark.parametrize(
    ("code", "request_id", "cause"),
    [
        ("UnauthorizedOperation", "r", "denied"),
        ("UnauthorizedOperation.CamNoAuth", "r", "denied"),
        ("AuthFailure.UnauthorizedOperation", "r", "denied"),
        ("FailedOperation.CamNoAuth", "r", "denied"),
        ("AuthFailure.SecretIdNotFound", "r", "credentials"),
        ("AuthFailure.SignatureFailure", "r", "credentials"),
        ("UnauthorizedOperation.InvalidToken", "r", "credentials"),
        ("AuthFailure.SignatureExpire", "r", "clock"),
        ("RequestLimitExceeded", "r", "throttled"),
        ("RequestLimitExceeded.UinLimitExceeded", "r", "throttled"),
        ("LimitExceeded.ActionLimited", "r", "throttled"),
        ("HTTP429", "", "throttled"),
        ("UnsupportedRegion", "r", "region"),
        ("InternalError", "r", "cloud"),
        ("ResourceNotFound", "r", "cloud"),
        ("ConnectTimeout", "", "network"),
        ("ConnectionError", "", "network"),
        ("HTTP502", "", "unexpected"),
        ("Html", "", "unexpected"),
        ("PartialAnswer", "", "partial"),
        ("NodesMissing", "", "partial"),
    ],
)
def test_the_cause_goes_by_the_code(code: str, request_id: str, cause: str) -> None:
    assert cause_of(replace(DENIED, code=code, request_id=request_id)) == cause


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("kind", GapKind)
def test_every_kind_of_gap_has_words(lang: Lang, kind: GapKind) -> None:
    said = ResultText(RESULT, lang).gap(replace(DENIED, kind=kind, service="", action="", code="SomeCode"))
    assert said.title
    assert said.message
    assert said.unknown
    assert said.advice


@pytest.mark.parametrize("lang", Lang)
def test_every_action_of_the_fetcher_is_named_in_words(lang: Lang) -> None:
    assert [action.name for action in ACTIONS if not catalogue(lang).has(f"gaps-what-{action.name}")] == []


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("sg-1/ingress/3", 'inbound rule 4 of sg-1 "web"'),
        ("sg-1/egress/0", 'outbound rule 1 of sg-1 "web"'),
        ("ipm-1/2", 'ipm-1 "office"/2'),
        ("cls-1", 'cls-1 "prod"'),
        ("ins-01", 'ins-01 "tke_ins-01"'),
        ("ins-gone", "ins-gone"),
    ],
)
def test_what_a_gap_is_about_is_named(resource: str, expected: str) -> None:
    gap = replace(DENIED, kind=GapKind.UNREADABLE, resource=resource)
    assert EN.gap(gap).title == f"Not understood: {expected}"


def test_what_to_grant_is_told_once_and_stays_in_the_gap() -> None:
    gap = replace(DENIED, message="not for you; grant the CAM action vpc:DescribeSecurityGroupPolicies")
    assert EN.gap(gap).message == EN.gap(DENIED).message


def test_a_run_without_keys_says_where_they_were_looked_for_in_the_reader_s_language() -> None:
    english = catalogue(Lang.EN).text("fetch-no-credentials", places="$KEYS, ~/keys")
    gap = Gap(kind=GapKind.UNREAD, region="", resource="credentials", code="NoCredentials", message=english)
    assert EN.gap(gap).message == english
    assert ZH.gap(gap).message == catalogue(Lang.ZH).text("fetch-no-credentials", places="$KEYS, ~/keys")
    assert ZH.gap(replace(gap, message="something else")).message == "something else"


def test_a_refused_role_is_named_with_the_trust_that_it_needs_in_the_reader_s_language() -> None:
    role = "qcs::cam::uin/100000000002:roleName/reader"
    facts = {
        "place": role,
        "service": "sts",
        "action": "AssumeRole",
        "code": "UnauthorizedOperation",
        "request_id": "r",
    }
    english = catalogue(Lang.EN).text("fetch-role-trust", **facts)
    gap = Gap(
        kind=GapKind.UNREAD,
        region="",
        resource=role,
        service="sts",
        action="AssumeRole",
        code="UnauthorizedOperation",
        message=english,
    )
    text = EN.gap(gap)
    assert text.title == f"Not read: the account behind the role ({role})"
    assert "Its trust policy must allow sts:AssumeRole to the account of these credentials" in text.message
    assert text.unknown == "The verdicts on all clusters of the account depend on it."
    assert ZH.gap(gap).message == catalogue(Lang.ZH).text("fetch-role-trust", **facts)


def test_an_account_that_is_another_is_told_with_what_to_correct() -> None:
    gap = Gap(
        kind=GapKind.UNREAD,
        region="",
        resource="100000000002",
        service="sts",
        action="GetCallerIdentity",
        code="OtherAccount",
        message="account 100000000009 answers in place of 100000000002",
    )
    text = EN.gap(gap)
    assert text.title == "Not read: the account (100000000002)"
    assert "account 100000000009 answers in place of 100000000002" in text.message
    assert text.advice == 'Correct the "id" or the "role_arn" of the account in the configuration.'
    assert ZH.gap(gap).message == "凭证所属的账号与配置不符。"


def test_a_gap_whose_own_words_say_no_more_than_its_cause_speaks_chinese_alone() -> None:
    gap = replace(DENIED, kind=GapKind.UNDOCUMENTED, resource="ins-1", message="ins-1 binds no group", request_id="")
    assert EN.gap(gap).message == "ins-1 binds no group"
    assert ZH.gap(gap).message == "腾讯云没有文档说明：原生节点或节点池的新节点没有指定安全组时，流量是否有过滤。"
    unreadable = replace(DENIED, kind=GapKind.UNREADABLE, message="port 80 of ALL", request_id="")
    assert ZH.gap(unreadable).message == "返回内容的格式没有文档说明（UnauthorizedOperation）。"


def test_a_missing_cluster_says_where_to_look() -> None:
    gap = replace(
        DENIED,
        kind=GapKind.NOT_AUDITABLE,
        cluster_id="cls-9",
        resource="cls-9",
        code="UnknownCluster",
        message="cls-9 was not found in ap-guangzhou",
        request_id="",
    )
    said = EN.gap(gap)
    assert said.title == "Not audited: cls-9"
    assert said.message == "cls-9 was not found in ap-guangzhou"
    assert said.advice.startswith("Check the ID and the region (--region)")
    assert ZH.gap(gap).message == "所读取的地域中没有这个集群。"


def test_regions_without_a_cluster_are_named_as_unknown() -> None:
    gap = replace(DENIED, kind=GapKind.NOT_AUDITABLE, region="", resource="ap-guangzhou, ap-beijing", code="NoCluster")
    assert EN.gap(gap).unknown == "The clusters of ap-guangzhou, ap-beijing could not be fully listed."


def test_a_list_that_a_region_did_not_give_names_no_resource() -> None:
    gap = replace(DENIED, resource=REGION, action="DescribeClusters", service="tke")
    said = EN.gap(gap)
    assert said.title == "Not read: the clusters and their networks"
    assert said.unknown == "The clusters of ap-guangzhou could not be fully listed."


def test_a_list_of_the_region_that_holds_no_cluster_leaves_the_clusters_known() -> None:
    gap = replace(DENIED, resource=REGION, action="DescribeAddressTemplates")
    shared = replace(RESULT, clusters=(replace(RESULT.clusters[0], gaps=(gap,)),) * 2)
    assert ResultText(shared, Lang.EN).gap(gap).unknown == 'The verdicts on cls-1 "prod", cls-1 "prod" depend on it.'
    assert EN.gap(gap).unknown == "It is unknown whether this affects any verdict."


def test_a_call_that_the_fetcher_does_not_know_is_an_answer_of_the_api() -> None:
    assert EN.gap(replace(DENIED, action="DescribeTomorrow")).title == 'Not read: a response of the API (sg-1 "web")'


def test_a_gap_without_a_message_says_its_cause() -> None:
    assert EN.gap(replace(DENIED, message="", request_id="")).message == (
        "CAM refuses vpc:DescribeSecurityGroupPolicies (UnauthorizedOperation)."
    )


def test_a_gap_that_no_cluster_depends_on_claims_nothing() -> None:
    assert EN.gap(replace(DENIED, resource="sg-9")).unknown == "It is unknown whether this affects any verdict."


def test_a_long_message_is_cut_aloud() -> None:
    assert EN.gap(replace(DENIED, message="x" * 1000)).message.endswith("x... (400 more characters)")


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("super-node", "2 super nodes"),
        ("super-node-pool", "2 super node pools"),
        ("registered-node", "2 registered nodes"),
        ("registered-node-pool", "2 registered node pools"),
        ("vpc-cni-pods", "Pods with their own interfaces (VPC-CNI)"),
        ("detached-interface", "2 detached network interfaces"),
        ("acl-default", "The defaults of the network ACLs of 2 subnets"),
        ("edge-cluster", "an edge cluster"),
        ("serverless-cluster", "a serverless cluster"),
        ("deleting-node-pool", "2 node pools that are being deleted"),
        ("something-new", "2 of kind something-new"),
    ],
)
def test_what_is_not_covered_has_words_and_a_reason(kind: str, what: str) -> None:
    said = EN.not_covered(NotCovered(kind=kind, count=2))
    assert said.what == what
    assert said.why


def test_one_of_a_kind_is_singular() -> None:
    assert EN.not_covered(NotCovered(kind="super-node", count=1)).what == "1 super node"


@pytest.mark.parametrize(
    ("region", "advice"),
    [
        ("ap-guangzou", "Did you mean ap-guangzhou? --region all reads every region that has TKE."),
        ("ap-nanjin", "Did you mean ap-nanjing? --region all reads every region that has TKE."),
        ("xx-nowhere", "Check the name of the region; --region all reads every region that has TKE."),
        ("ap-guangzhou", "Check the name of the region; --region all reads every region that has TKE."),
    ],
)
def test_a_mistyped_region_names_the_one_that_was_meant(region: str, advice: str) -> None:
    gap = replace(DENIED, code="UnsupportedRegion", request_id="r", region=region, resource=region)
    assert ResultText(RESULT, Lang.EN).gap(gap).advice == advice
