"""Regions, clusters and objects of unknown types that a plan changes must have been read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from auditor.model.codes import GapKind
from auditor.model.gaps import NO_CLUSTER, Gap
from auditor.model.rules import Member, Membership
from auditor.model.snapshot import Account, Snapshot
from auditor.whatif import apply
from auditor.whatif.planned import Planned
from tests.plans.estate import CLUSTER, GROUP, POOL, REGION, VPC, estate
from tests.plans.plan_json import COMPUTED, PROVIDER, Resource, plan, ref
from tests.plans.resources import RULE_SET, applied, codes, effects, held_pool, load, pool, rule_set, security_group

ELSEWHERE = "sg-elsewhere"
CHANGE = Resource(
    type=RULE_SET,
    name="node",
    actions=("update",),
    before=rule_set(group=ELSEWHERE),
    after=rule_set(ingress=[], group=ELSEWHERE),
)
NODE = f"({CHANGE.address})"


def over(
    expressions: object, *resources: Resource, on: Snapshot | None = None, key: str = "tencentcloud", **top: object
) -> Planned:
    """A plan whose provider block has these expressions, applied over the estate."""
    document = json.loads(plan(*(resources or (CHANGE,)), top=top))
    block = {"name": "tencentcloud", "full_name": PROVIDER, "expressions": expressions}
    document["configuration"]["provider_config"][key] = block
    for resource in document["configuration"]["root_module"]["resources"]:
        resource["provider_config_key"] = key
    return apply.apply(on or estate(), load(json.dumps(document)), trust_references=False)


def region(written: object) -> dict[str, object]:
    return {"region": written}


def test_a_resource_of_a_region_that_was_not_read_is_a_gap() -> None:
    planned = over(region({"constant_value": "ap-shanghai"}))
    assert codes(planned) == [("region-not-read", NODE)]
    assert [gap.region for gap in planned.gaps] == ["ap-shanghai"]
    assert not planned.irrelevant


def test_a_resource_of_the_region_that_was_read_is_no_gap() -> None:
    planned = over(region({"constant_value": REGION}))
    assert codes(planned) == []
    assert planned.irrelevant


def test_a_region_from_a_variable_is_its_value_in_the_plan() -> None:
    written = region({"references": ["var.region"]})
    assert codes(over(written, variables={"region": {"value": "ap-shanghai"}})) == [("region-not-read", NODE)]
    assert codes(over(written, variables={"region": {"value": REGION}})) == []


def test_a_region_from_a_part_of_a_variable_is_that_part() -> None:
    written = region({"references": ['var.regions["prod"]', "var.regions"]})
    regions = {"regions": {"value": {"prod": "ap-shanghai", "dev": REGION}}}
    assert codes(over(written, variables=regions)) == [("region-not-read", NODE)]


def test_a_region_from_a_variable_that_the_plan_does_not_set_is_its_default() -> None:
    document = json.loads(plan(CHANGE))
    configuration = document["configuration"]
    configuration["provider_config"]["tencentcloud"]["expressions"] = region({"references": ["var.region"]})
    configuration["root_module"]["variables"] = {"region": {"default": "ap-shanghai"}}
    planned = apply.apply(estate(), load(json.dumps(document)), trust_references=False)
    assert codes(planned) == [("region-not-read", NODE)]


def test_each_alias_of_the_provider_has_its_own_region() -> None:
    planned = over(region({"constant_value": "ap-shanghai"}), key="tencentcloud.shanghai")
    assert codes(planned) == [("region-not-read", NODE)]


def test_a_resource_in_a_module_has_the_region_that_the_call_passes_to_the_module_s_provider() -> None:
    inner = replace(CHANGE, module="module.net")
    document = json.loads(plan(inner))
    document["configuration"]["provider_config"] = {
        "module.net:tencentcloud": {
            "name": "tencentcloud",
            "module_address": "module.net",
            "expressions": region({"references": ["var.place"]}),
        }
    }
    block = {"type": RULE_SET, "name": "node", "mode": "managed", "provider_config_key": "module.net:tencentcloud"}
    document["configuration"]["root_module"] = {
        "module_calls": {
            "net": {
                "expressions": {"place": {"references": ["var.region"]}},
                "module": {"resources": [block], "variables": {"place": {}}},
            }
        }
    }
    document["variables"] = {"region": {"value": "ap-shanghai"}}
    planned = apply.apply(estate(), load(json.dumps(document)), trust_references=False)
    assert codes(planned) == [("region-not-read", f"({inner.address})")]


def test_a_resource_in_a_module_without_a_provider_has_that_of_the_root() -> None:
    inner = replace(CHANGE, module="module.a.module.b")
    document = json.loads(plan(inner))
    document["configuration"]["provider_config"]["tencentcloud"]["expressions"] = region(
        {"constant_value": "ap-shanghai"}
    )
    block = {"type": RULE_SET, "name": "node", "provider_config_key": "module.a.module.b:tencentcloud"}
    deepest = {"module_calls": {"b": {"module": {"resources": [block]}}}}
    document["configuration"]["root_module"] = {"module_calls": {"a": {"module": deepest}}}
    planned = apply.apply(estate(), load(json.dumps(document)), trust_references=False)
    assert codes(planned) == [("region-not-read", f"({inner.address})")]


def test_a_resource_that_left_the_configuration_can_be_in_the_region_of_any_provider_block() -> None:
    gone = Resource(type=RULE_SET, name="node", actions=("delete",), before=rule_set(group=ELSEWHERE))
    assert codes(over(region({"constant_value": "ap-shanghai"}), gone, key="tencentcloud.shanghai")) == [
        ("region-not-read", NODE)
    ]
    assert codes(over(region({"constant_value": REGION}), gone)) == []


@pytest.mark.parametrize("written", [{"references": ["local.region"]}, {"references": ["var.city"]}])
def test_a_region_that_cannot_be_followed_is_a_gap(written: object) -> None:
    planned = over(region(written), variables={"city": {"value": "guangzhou"}})
    assert codes(planned) == [("region-unknown", NODE)]


def test_a_region_that_cannot_be_followed_is_known_by_an_id_that_was_read() -> None:
    read = replace(CHANGE, before=rule_set(), after=rule_set())
    assert codes(over(region({"references": ["local.region"]}), read)) == []


def test_a_region_that_cannot_be_followed_is_known_by_a_zone_of_another_resource_of_the_provider() -> None:
    def subnet(zone: str) -> Resource:
        after = {"id": COMPUTED, "cidr_block": "10.9.0.0/24", "availability_zone": zone, "vpc_id": "vpc-elsewhere"}
        return Resource(type="tencentcloud_subnet", name="a", actions=("create",), after=after)

    written = region({"references": ["local.region"]})
    assert codes(over(written, CHANGE, subnet("ap-guangzhou-3"))) == []
    assert codes(over(written, CHANGE, subnet("ap-shanghai-2"))) == [("region-not-read", NODE)]


def test_a_provider_without_a_region_is_no_gap_until_a_zone_shows_another_one() -> None:
    assert codes(over({})) == []
    placed = replace(CHANGE, before={**rule_set(group=ELSEWHERE), "zone": "ap-shanghai-2"})
    assert codes(over({}, placed)) == [("region-not-read", NODE)]


ROLE = {"role_arn": {"constant_value": "qcs::cam::uin/100000000002:roleName/terraform"}}
READ = replace(estate(), account=Account(id="100000000001"))


@pytest.mark.parametrize(
    "expressions",
    [
        {"assume_role": [ROLE]},
        {"assume_role_with_saml": [ROLE]},
        {"allowed_account_ids": {"constant_value": ["100000000002", "100000000003"]}},
        {"forbidden_account_ids": {"constant_value": ["100000000001"]}},
        {"assume_role": [{"role_arn": {"references": ["var.role"]}}]},
    ],
)
def test_a_resource_of_another_account_than_the_one_read_is_a_gap(expressions: object) -> None:
    role = {"role": {"value": "qcs::cam::uin/100000000002:roleName/terraform"}}
    planned = over(expressions, on=READ, variables=role)
    assert codes(planned) == [("account-not-read", NODE)]
    own = replace(READ, account=Account(id="100000000002"))
    assert codes(over(expressions, on=own, variables=role)) == []


def test_an_account_that_is_allowed_among_others_is_no_gap() -> None:
    allowed = {"allowed_account_ids": {"constant_value": ["100000000001", "100000000003"]}}
    assert codes(over(allowed, on=READ)) == []


@pytest.mark.parametrize("expressions", [None, {}, {"profile": {"constant_value": "prod"}}, {"secret_id": {}}])
def test_a_provider_block_that_names_no_account_is_no_gap(expressions: object) -> None:
    assert codes(over(expressions, on=READ)) == []


def test_an_account_that_cannot_be_told_is_a_gap_until_an_id_that_was_read_tells_it() -> None:
    by_local = {"assume_role": [{"role_arn": {"references": ["local.role"]}}]}
    assert codes(over(by_local, on=READ)) == [("account-unknown", NODE)]
    assert codes(over({"assume_role": [ROLE]})) == [("account-unknown", NODE)]
    read = replace(CHANGE, before=rule_set(), after=rule_set())
    assert codes(over(by_local, read, on=READ)) == []
    assert codes(over({"assume_role": [ROLE]}, read)) == []
    assert codes(over({"assume_role": [ROLE]}, read, on=READ)) == [("account-not-read", NODE)]


def test_what_has_nothing_to_do_with_security_groups_may_be_in_any_region() -> None:
    bucket = Resource(type="tencentcloud_cos_bucket", name="a", actions=("create",), after={"bucket": "a-1"})
    planned = over(region({"constant_value": "ap-shanghai"}), bucket, security_group("new"))
    assert codes(planned) == []


def test_a_change_of_nothing_in_a_region_that_was_not_read_is_no_gap() -> None:
    same = replace(CHANGE, actions=("no-op",))
    assert codes(over(region({"constant_value": "ap-shanghai"}), same)) == []


@pytest.mark.parametrize(
    "resource",
    [
        Resource(
            type="tencentcloud_kubernetes_node_pool",
            name="x",
            actions=("update",),
            before=held_pool([GROUP]) | {"id": "cls-elsewhere#np-elsewher", "cluster_id": "cls-elsewhere"},
            after=held_pool([ELSEWHERE]) | {"id": "cls-elsewhere#np-elsewher", "cluster_id": "cls-elsewhere"},
        ),
        Resource(
            type="tencentcloud_kubernetes_cluster_attachment",
            name="x",
            actions=("create",),
            after={"id": COMPUTED, "cluster_id": "cls-elsewhere", "instance_id": "ins-1", "security_groups": [GROUP]},
        ),
        Resource(
            type="tencentcloud_kubernetes_scale_worker",
            name="x",
            actions=("delete",),
            before={"id": "cls-elsewhere#1", "cluster_id": "cls-elsewhere", "worker_instances_list": []},
        ),
        Resource(
            type="tencentcloud_kubernetes_cluster",
            name="x",
            actions=("update",),
            before={"id": "cls-elsewhere", "eni_subnet_ids": []},
            after={"id": "cls-elsewhere", "eni_subnet_ids": ["subnet-1"]},
        ),
        Resource(
            type="tencentcloud_kubernetes_serverless_node_pool",
            name="x",
            actions=("create",),
            after={"id": COMPUTED, "cluster_id": "cls-elsewhere", "security_group_ids": [GROUP]},
        ),
    ],
    ids=["pool", "attachment", "scale-worker", "cluster", "super-pool"],
)
def test_whatever_belongs_to_a_cluster_that_was_not_read_is_a_gap(resource: Resource) -> None:
    planned = applied(resource)
    assert ("cluster-not-read", f"({resource.address})") in codes(planned)
    assert {gap.cluster_id for gap in planned.gaps if gap.code == "cluster-not-read"} == {"cls-elsewhere"}


def test_a_cluster_that_was_read_for_its_networks_alone_was_not_read_for_this() -> None:
    live = estate()
    neighbour = replace(live.clusters[0], cluster_id="cls-elsewhere", nodes=(), node_pools=())
    made = Resource(
        type="tencentcloud_kubernetes_node_pool",
        name="x",
        actions=("create",),
        after=pool([GROUP], cluster="cls-elsewhere"),
    )
    planned = applied(made, on=replace(live, neighbours=(neighbour,)))
    assert codes(planned) == [("cluster-not-read", f"({made.address})")]


def unknown(type_: str = "container_cluster_instance", *actions: str, **after: object) -> Resource:
    return Resource(
        type=f"tencentcloud_{type_}", name="x", actions=actions or ("create",), after={"id": COMPUTED} | after
    )


@pytest.mark.parametrize(
    "resource",
    [
        unknown(cluster_id=CLUSTER, sg_id=ELSEWHERE),
        unknown("tsf_instances_attachment", instance_id_list=["ins-plan0001"]),
        unknown("as_attachment", scaling_group_id="asg-1", instance_ids=["ins-plan0002"]),
        unknown("never_heard_of", pool=f"{CLUSTER}#{POOL}"),
        unknown("monitor_x", security_group_ids=[GROUP], cluster_id=CLUSTER),
        Resource(type="tencentcloud_never", name="x", actions=("delete",), before={"id": "a", "instance": CLUSTER}),
        Resource(type="tencentcloud_never", name="x", actions=("burn",), before={"id": "a", "instance": CLUSTER}),
    ],
)
def test_a_type_that_is_not_known_and_names_something_audited_is_a_gap(resource: Resource) -> None:
    planned = applied(resource)
    assert codes(planned) == [("type-unknown", f"({resource.address})")]
    assert effects(planned, resource.address) == ["type-unknown"]


def test_a_type_that_is_not_known_in_a_cluster_or_region_that_was_not_read_is_a_gap() -> None:
    resource = unknown(cluster_id="cls-elsewhere")
    assert codes(applied(resource)) == [("cluster-not-read", f"({resource.address})")]
    resource = unknown(instance_id="ins-elsewhere")
    assert codes(applied(resource)) == []
    assert codes(over(region({"constant_value": "ap-shanghai"}), resource)) == [
        ("region-not-read", f"({resource.address})")
    ]


@pytest.mark.parametrize(
    "resource",
    [
        unknown("clb_instance", vpc_id=VPC, security_groups=[ELSEWHERE]),
        unknown("kubernetes_addon", cluster_id=CLUSTER, addon_name="cos"),
        unknown("cbs_storage_attachment", instance_id="ins-plan0001"),
        unknown("clb_instance", vpc_id=VPC, clb_name="for " + CLUSTER),
        replace(unknown(cluster_id=CLUSTER), actions=("no-op",)),
        replace(unknown(cluster_id=CLUSTER), type="alicloud_instance"),
        replace(unknown(cluster_id=CLUSTER), mode="data", actions=("read",)),
    ],
)
def test_what_names_nothing_audited_or_decides_no_groups_is_no_gap(resource: Resource) -> None:
    planned = applied(resource)
    assert codes(planned) == []
    assert planned.irrelevant


def test_an_interface_that_binds_an_audited_group_is_audited() -> None:
    live = estate()
    member = Member(instance_id="ins-plan0001", interface_id="eni-plan0001", addresses=("10.0.1.11",))
    seats = Membership(region=REGION, security_group_id=GROUP, members=(member,))
    resource = unknown("eni_ipv4_address", network_interface_id="eni-plan0001")
    assert codes(applied(resource)) == []
    assert codes(applied(resource, on=replace(live, memberships=(seats,)))) == [
        ("type-unknown", f"({resource.address})")
    ]


def test_a_type_that_is_not_known_and_refers_to_a_cluster_that_the_plan_makes_is_a_gap() -> None:
    made = Resource(
        type="tencentcloud_kubernetes_cluster",
        name="new",
        actions=("create",),
        after={"id": COMPUTED, "cluster_name": "n", "vpc_id": VPC, "cluster_cidr": "172.18.0.0/16"},
    )
    resource = unknown(cluster_id=ref("tencentcloud_kubernetes_cluster.new.id"))
    assert codes(applied(made, resource)) == [("type-unknown", f"({resource.address})")]
    other = unknown(vpc=ref("tencentcloud_kubernetes_cluster.new.vpc_id"))
    assert codes(applied(made, other)) == []


def test_every_resource_that_can_bear_on_a_security_group_is_named_also_without_effect() -> None:
    launch = Resource(
        type="tencentcloud_cvm_launch_template",
        name="t",
        actions=("create",),
        after={"id": COMPUTED, "security_group_ids": [GROUP]},
    )
    vpc = Resource(type="tencentcloud_vpc", name="v", actions=("create",), after={"cidr_block": "10.9.0.0/16"})
    planned = applied(CHANGE, security_group("new"), launch, vpc)
    named = [(resource.address, resource.relevant) for resource in planned.resources]
    assert named == [
        ("tencentcloud_cvm_launch_template.t", False),
        ("tencentcloud_security_group.new", False),
        (CHANGE.address, False),
    ]
    assert planned.irrelevant


def no_cluster(region_name: str) -> Gap:
    return Gap(
        kind=GapKind.NOT_AUDITABLE, region=region_name, resource=region_name or "all", code=NO_CLUSTER, message="none"
    )


def test_a_region_is_not_without_clusters_once_the_plan_makes_its_first() -> None:
    empty = Snapshot(regions=("ap-beijing", REGION), gaps=(no_cluster("ap-beijing"), no_cluster(REGION)))
    made = Resource(
        type="tencentcloud_kubernetes_cluster",
        name="new",
        actions=("create",),
        after={"id": COMPUTED, "cluster_name": "n", "vpc_id": VPC, "cluster_cidr": "172.18.0.0/16"},
    )
    after = applied(made, on=empty).snapshot
    assert [cluster.cluster_id for cluster in after.clusters] == ["(tencentcloud_kubernetes_cluster.new)"]
    assert [gap.region for gap in after.gaps] == ["ap-beijing"]
    assert [gap.region for gap in applied(CHANGE, on=empty).snapshot.gaps] == ["ap-beijing", REGION]
