"""Several accounts in one run: each with its own role, keys, budget and snapshot, united into one report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

import pytest

from auditor.cli import live as reading
from tests.cli.conftest import Ran, Tool
from tests.loopback.estate import Estate, Region
from tests.loopback.faults import deny, refuse
from tests.loopback.rules import ALLOW_ALL, allow, policy_set, tke_node_rules
from tests.loopback.server import LoopbackServer

MAIN, PROD, TEST = "100000000001", "100000000002", "100000000003"
READER = "roleName/sgaudit-reader"
NODE_RULES = tuple(tke_node_rules(("172.16.0.0/16",), ("10.0.0.0/16",)))


def role(account: str) -> str:
    return f"qcs::cam::uin/{account}:{READER}"


def estate(account: str, region: str = "ap-guangzhou") -> Estate:
    """An account with one cluster, whose id names the account."""
    made = Estate(account=account)
    made.roles.add(role(account))
    made.region("ap-shanghai")
    home = made.region(region)
    vpc = home.vpc("10.0.0.0/16", vpc_id=f"vpc-{account[-1] * 8}")
    subnet = home.subnet(vpc, "10.0.1.0/24", subnet_id=f"subnet-{account[-1] * 8}")
    group = home.group(NODE_RULES, group_id=f"sg-{account[-1] * 8}")
    cluster = home.cluster(vpc, name=f"of {account}", cluster_cidr="172.16.0.0/16", cluster_id=f"cls-{account[-1] * 8}")
    cluster.worker(subnet, [group])
    return made


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    others = (estate(PROD), estate(TEST))
    with LoopbackServer(estate(MAIN), others=others, quotas=False) as running:
        yield running


def configured(tool: Tool, *entries: str, regions: str = "[ap-guangzhou]") -> None:
    lines = "".join(f"  - {entry}\n" for entry in entries)
    (tool.folder / "sgaudit.yaml").write_text(f"regions: {regions}\naccounts:\n{lines}", encoding="utf-8")


def entry(account: str, name: str, further: str = "") -> str:
    return f'{{id: "{account}", name: {name}, role_arn: "{role(account)}"{further}}}'


def live(tool: Tool, server: LoopbackServer, *argv: str, **environ: str) -> Ran:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    return tool(*argv, "--endpoint", server.endpoint, **{**keys, **environ})


def report_of(ran: Ran) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def clusters(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cluster["account"], cluster["cluster_id"]) for cluster in report["clusters"]]


def test_every_account_is_read_with_the_keys_of_its_own_role(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, f'{{id: "{MAIN}"}}', entry(PROD, "prod"), entry(TEST, "test"))
    ran = live(tool, server, "audit", "--account", "all", "--format", "json")
    report = report_of(ran)
    assert clusters(report) == [(MAIN, "cls-11111111"), (PROD, "cls-22222222"), (TEST, "cls-33333333")]
    assert (report["account"], report["complete"], report["gaps"]) == (None, True, [])
    assert report["accounts"] == [
        {"id": MAIN, "name": ""},
        {"id": PROD, "name": "prod"},
        {"id": TEST, "name": "test"},
    ]
    signers = {call.params["ClusterId"]: call.secret_id for call in server.log.of("DescribeClusterNodePools")}
    assert signers == {
        "cls-11111111": server.keys.secret_id,
        "cls-22222222": f"id-of-{PROD}-role-00000001",
        "cls-33333333": f"id-of-{TEST}-role-00000001",
    }
    assert [call.params["RoleSessionName"] for call in server.log.of("AssumeRole")] == ["sgaudit", "sgaudit"]


def test_a_denied_role_is_a_gap_of_its_account_and_the_others_are_judged(tool: Tool, server: LoopbackServer) -> None:
    server.accounts[TEST].roles.clear()
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    ran = live(tool, server, "audit", "--account", "all", "--format", "json")
    report = report_of(ran)
    assert ran.code == 3
    assert clusters(report) == [(PROD, "cls-22222222")]
    assert [(gap["account"], gap["resource"], gap["action"], gap["code"]) for gap in report["gaps"]] == [
        (TEST, role(TEST), "AssumeRole", "UnauthorizedOperation")
    ]
    assert "trust policy must allow sts:AssumeRole" in report["gaps"][0]["message"]
    assert f"the role {role(TEST)} could not be assumed" in ran.stderr


def test_an_account_that_is_not_the_configured_one_is_not_read(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, f'{{id: "{PROD}", name: prod}}', entry(TEST, "test"))
    ran = live(tool, server, "audit", "--account", "all", "--format", "json")
    report = report_of(ran)
    assert ran.code == 3
    assert clusters(report) == [(TEST, "cls-33333333")]
    assert [(gap["account"], gap["code"]) for gap in report["gaps"]] == [(PROD, "OtherAccount")]
    assert {call.secret_id for call in server.log.of("DescribeClusters")} == {f"id-of-{TEST}-role-00000001"}


def test_an_account_that_is_not_proved_is_read_and_incomplete(tool: Tool, server: LoopbackServer) -> None:
    server.inject(deny, "GetCallerIdentity")
    configured(tool, entry(PROD, "prod"))
    ran = live(tool, server, "audit", "--account", "prod", "--format", "json")
    report = report_of(ran)
    assert (ran.code, clusters(report)) == (3, [(PROD, "cls-22222222")])
    assert [(gap["action"], gap["resource"]) for gap in report["gaps"]] == [("GetCallerIdentity", PROD)]


def test_one_account_has_the_report_of_one_account(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    report = report_of(live(tool, server, "audit", "--account", "prod", "--format", "json"))
    assert report["account"] == {"id": PROD, "name": "prod"}
    assert clusters(report) == [(PROD, "cls-22222222")]
    by_id = report_of(live(tool, server, "audit", "--format", "json", SGAUDIT_ACCOUNT=TEST))
    assert clusters(by_id) == [(TEST, "cls-33333333")]


def test_session_external_id_and_duration_are_those_of_the_account(tool: Tool, server: LoopbackServer) -> None:
    server.accounts[PROD].external_id = "secret-phrase"
    further = ', session_name: nightly, external_id: "secret-phrase", duration: 3600'
    configured(tool, entry(PROD, "prod", further), entry(TEST, "test"))
    ran = live(
        tool, server, "audit", "--account", "prod,test", "-vv", "--format", "json", TENCENTCLOUD_ROLE_SESSION_NAME="ci"
    )
    assert ran.code != 3
    asked = {call.params["RoleArn"]: call.params for call in server.log.of("AssumeRole")}
    assert asked[role(PROD)] == {
        "RoleArn": role(PROD),
        "RoleSessionName": "nightly",
        "ExternalId": "secret-phrase",
        "DurationSeconds": 3600,
    }
    assert asked[role(TEST)]["RoleSessionName"] == "ci"
    assert "secret-phrase" not in ran.stdout + ran.stderr
    server.accounts[PROD].external_id = "another"
    refused = live(tool, server, "audit", "--account", "prod", "-vv", "--format", "json")
    assert refused.code == 3
    assert "with the configured external ID" in refused.stderr
    assert "secret-phrase" not in refused.stdout + refused.stderr


def test_the_roles_of_accounts_are_assumed_with_the_role_of_the_run(tool: Tool, server: LoopbackServer) -> None:
    hub = f"qcs::cam::uin/{MAIN}:roleName/hub"
    server.accounts[MAIN].roles.add(hub)
    configured(tool, entry(PROD, "prod"))
    roles = ("--role-arn", hub, "--role-session-name", "nightly")
    ran = live(tool, server, "audit", "--account", "prod", *roles, "--format", "json")
    assert clusters(report_of(ran)) == [(PROD, "cls-22222222")]
    assert [(call.params["RoleArn"], call.secret_id) for call in server.log.of("AssumeRole")] == [
        (hub, server.keys.secret_id),
        (role(PROD), f"id-of-{MAIN}-role-00000001"),
    ]


def test_without_account_only_the_account_of_the_credentials_is_read_and_that_is_said(
    tool: Tool, server: LoopbackServer
) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    ran = live(tool, server, "audit", "--format", "json")
    assert clusters(report_of(ran)) == [(MAIN, "cls-11111111")]
    assert "the configuration lists 2 accounts; this run reads the account of the credentials alone" in ran.stderr


def test_each_account_has_its_own_regions(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test", ", regions: [ap-shanghai]"))
    report = report_of(live(tool, server, "audit", "--account", "all", "--format", "json"))
    assert clusters(report) == [(PROD, "cls-22222222")]
    assert [(gap["account"], gap["region"], gap["code"]) for gap in report["gaps"]] == [
        (TEST, "ap-shanghai", "NoCluster")
    ]


def test_a_cluster_is_found_in_whichever_account_has_it(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    by_id = live(tool, server, "audit", "cls-33333333", "--account", "all", "--format", "json")
    by_name = live(tool, server, "audit", f"of {TEST}", "--account", "all", "--format", "json")
    for ran in (by_id, by_name):
        report = report_of(ran)
        assert (clusters(report), report["gaps"]) == ([(TEST, "cls-33333333")], [])
        assert ran.code != 3
        assert "no cluster" not in ran.stderr
    nowhere = live(tool, server, "audit", "cls-nowhere0", "--account", "all", "--format", "json")
    assert nowhere.code == 3
    assert [gap["code"] for gap in report_of(nowhere)["gaps"]] == ["UnknownCluster", "UnknownCluster"]
    assert nowhere.stderr.count('no cluster "cls-nowhere0" was read') == 1


def test_no_keys_are_told_once_and_every_account_is_a_gap(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    half = {"TENCENTCLOUD_SECRET_ID": "invented-id", "TENCENTCLOUD_SECRET_KEY": ""}
    ran = live(tool, server, "audit", "--account", "all", "--format", "json", **half)
    assert ran.code == 3
    assert [gap["account"] for gap in report_of(ran)["gaps"]] == [PROD, TEST]
    assert ran.stderr.count("are incomplete") == 3  # the error, and the two gaps of the summary


@pytest.mark.parametrize(
    "command", [("fetch",), ("gate", "--change", "c.yaml"), ("fix",), ("explain", "cls-22222222", "--role", "node")]
)
def test_a_command_of_one_account_refuses_several_and_says_how_to_choose(
    tool: Tool, server: LoopbackServer, command: tuple[str, ...]
) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    (tool.folder / "c.yaml").write_text("changes: []\n")
    refused = live(tool, server, *command, "--account", "all")
    assert (refused.code, refused.stdout, server.log.calls) == (2, "", [])
    assert "--account names 2: prod, test; choose one, such as --account prod" in refused.stderr


def test_a_snapshot_of_one_account_names_it(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    assert live(tool, server, "fetch", "--account", "prod", "-o", "prod.json").code == 0
    report = report_of(tool("audit", "--snapshot", "prod.json", "--format", "json"))
    assert (report["account"], clusters(report)) == ({"id": PROD, "name": "prod"}, [(PROD, "cls-22222222")])


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("--account", "pord"), "did you mean prod?"),
        (("--account", "100000000009"), "the configuration has no such account"),
        (("--account", ","), "--account"),
        (("--account", "all", "--record", "r.json"), "--record writes the answers of a single account"),
        (("--account", "prod", "--role-session-name", "n"), "session name"),
    ],
)
def test_wrong_usage_is_2_before_any_call(
    tool: Tool, server: LoopbackServer, argv: tuple[str, ...], sentence: str
) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    refused = live(tool, server, "audit", *argv)
    assert (refused.code, refused.stdout, server.log.calls) == (2, "", [])
    assert sentence in refused.stderr


def test_account_without_accounts_is_2(tool: Tool, server: LoopbackServer) -> None:
    refused = live(tool, server, "audit", "--region", "ap-guangzhou", "--account", "prod")
    assert refused.code == 2
    assert "the configuration lists no accounts" in refused.stderr


def test_quotas_are_those_of_each_account(tool: Tool) -> None:
    others = tuple(estate(str(100000000002 + number)) for number in range(8))
    with LoopbackServer(estate(MAIN), others=others) as server:
        configured(tool, *(entry(other.account, f"a{other.account[-2:]}") for other in others))
        ran = live(tool, server, "audit", "--account", "all", "--format", "json")
        refused = [call for call in server.log.refused() if call.code == "RequestLimitExceeded"]
    assert (len(report_of(ran)["clusters"]), refused) == (8, [])


def shard(tool: Tool, server: LoopbackServer, word: str, *argv: str, **environ: str) -> Ran:
    return live(tool, server, "audit", "--shard", word, "--format", "json", *argv, **environ)


def test_the_shards_read_every_pair_of_account_and_region_once(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"), regions="[ap-shanghai, ap-guangzhou]")
    first, second, third = (report_of(shard(tool, server, f"{index}/3")) for index in range(3))
    assert first["shard"] == {
        "index": 0,
        "count": 3,
        "pairs": [
            {"account": PROD, "region": "ap-guangzhou"},
            {"account": TEST, "region": "ap-shanghai"},
        ],
        "total": 4,
    }
    assert clusters(first) == [(PROD, "cls-22222222")]
    assert (second["shard"]["pairs"], clusters(second)) == ([{"account": PROD, "region": "ap-shanghai"}], [])
    assert clusters(third) == [(TEST, "cls-33333333")]
    assert second["account"] == {"id": PROD, "name": "prod"}


def test_without_accounts_the_regions_are_divided(tool: Tool, server: LoopbackServer) -> None:
    regions = ("--region", "ap-shanghai,ap-guangzhou")
    ran = shard(tool, server, "auto/2", *regions, JOB_COMPLETION_INDEX="0")
    report = report_of(ran)
    assert report["shard"]["pairs"] == [{"account": MAIN, "region": "ap-guangzhou"}]
    assert clusters(report) == [(MAIN, "cls-11111111")]
    assert {call.region for call in server.log.of("DescribeClusters")} == {"ap-guangzhou"}
    twin = live(tool, server, "audit", *regions, "--format", "json", SGAUDIT_SHARD="1/2")
    assert report_of(twin)["shard"]["index"] == 1


def test_a_shard_without_a_pair_is_3_says_so_and_reads_nothing(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    ran = shard(tool, server, "5/8")
    report = report_of(ran)
    assert (ran.code, report["clusters"], server.log.calls) == (3, [], [])
    assert report["shard"] == {"index": 5, "count": 8, "pairs": [], "total": 2}
    assert [gap["code"] for gap in report["gaps"]] == ["NothingJudged"]
    assert "shard 5/8 has no pair of account and region: there are only 2; 2 shards are enough" in ran.stderr


@pytest.mark.parametrize(
    "word", ["", "1", "1/", "/2", "2/2", "-1/2", "a/2", "0/0", "auto", "auto/0", "0/1000000", "1/2/3", "0.5/2"]
)
def test_a_malformed_shard_is_2(tool: Tool, server: LoopbackServer, word: str) -> None:
    refused = shard(tool, server, word, "--region", "ap-guangzhou")
    assert (refused.code, refused.stdout, server.log.calls) == (2, "", [])


@pytest.mark.parametrize("index", ["", "2", "x", "-1", "1.0", "٣"])
def test_auto_needs_the_index_of_an_indexed_job(tool: Tool, server: LoopbackServer, index: str) -> None:
    refused = shard(tool, server, "auto/2", "--region", "ap-guangzhou", JOB_COMPLETION_INDEX=index)
    assert refused.code == 2
    assert "JOB_COMPLETION_INDEX" in refused.stderr


def test_all_regions_cannot_be_divided(tool: Tool, server: LoopbackServer) -> None:
    refused = shard(tool, server, "0/2", "--region", "all")
    assert (refused.code, server.log.calls) == (2, [])
    assert "--shard needs the regions by name" in refused.stderr


def test_a_shard_without_a_pair_has_an_age_for_the_merge(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    for index in range(3):
        shard(tool, server, f"{index}/3", "--max-age", "1", "-o", f"{index}.json")
    ran = tool("merge", "0.json", "1.json", "2.json", "--max-age", "1", "--format", "json")
    assert (ran.code, report_of(ran)["gaps"]) == (0, [])


@pytest.mark.parametrize("source", [("--snapshot", "s.json"), ("--replay", "demo")])
def test_only_a_live_run_has_accounts(tool: Tool, source: tuple[str, ...]) -> None:
    configured(tool, entry(PROD, "prod"))
    refused = tool("audit", *source, "--account", "prod")
    assert refused.code == 2
    assert f"{source[0]} and --account cannot be used together" in refused.stderr


def test_the_variable_of_accounts_does_not_concern_a_recording(tool: Tool) -> None:
    ran = tool("audit", "--replay", "demo", "-q", SGAUDIT_ACCOUNT="prod")
    assert ran.code == 3
    assert ran.stdout.startswith("4 clusters")


def opened(server: LoopbackServer, account: str, port: str) -> None:
    """Opens a port of the group of an account to any address."""
    policies = server.accounts[account].regions["ap-guangzhou"].policies
    policies[f"sg-{account[-1] * 8}"] = policy_set((allow("tcp", port, "0.0.0.0/0"), *NODE_RULES), ALLOW_ALL, version=2)


def test_findings_of_each_account_are_known_new_or_fixed_by_an_earlier_report_of_all(
    tool: Tool, server: LoopbackServer
) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, PROD, "6379")
    live(tool, server, "audit", "--account", "all", "--format", "json=old.json", "-q")
    opened(server, TEST, "9200")
    both = report_of(live(tool, server, "audit", "--account", "all", "--since", "old.json", "--format", "json"))
    worst = [finding for finding in both["findings"] if finding["code"] == "TSG201"]
    assert {(finding["account"], finding["known"]) for finding in worst} == {(PROD, True), (TEST, False)}
    assert both["since"]["fixed"] == both["since"]["unknown"] == []
    server.accounts[PROD].roles.clear()
    denied = report_of(live(tool, server, "audit", "--account", "all", "--since", "old.json", "--format", "json"))
    of_prod = [finding["fingerprint"] for finding in both["findings"] if finding["account"] == PROD]
    assert set(denied["since"]["unknown"]) == set(of_prod)
    assert denied["since"]["fixed"] == []


def test_a_suggested_command_names_the_account_of_its_finding(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, TEST, "6379")
    several = live(tool, server, "audit", "--account", "all")
    assert re.search(rf"Next: sgaudit explain [0-9a-f]{{8}} --account {TEST}\n", several.stdout)
    single = live(tool, server, "audit", "--account", "test")
    assert re.search(r"Next: sgaudit explain [0-9a-f]{8} --account test\n", single.stdout)


class Tomorrow(datetime):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(days=1)


def test_a_history_keeps_the_first_sighting_in_each_account(
    tool: Tool, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, PROD, "6379")
    argv = ("audit", "--account", "all", "--history", "h.db", "--format", "json")
    first = report_of(live(tool, server, *argv))
    opened(server, TEST, "9200")
    monkeypatch.setattr(reading, "datetime", Tomorrow)
    second = report_of(live(tool, server, *argv))
    known = {(finding["account"], finding["known"]) for finding in second["findings"] if finding["code"] == "TSG201"}
    assert known == {(PROD, True), (TEST, False)}
    seen = {finding["fingerprint"]: finding["first_seen"] for finding in second["findings"]}
    assert all(seen[finding["fingerprint"]] == finding["first_seen"] for finding in first["findings"])


def test_a_report_for_people_and_machines_names_the_account_of_each_finding(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, PROD, "6379")
    opened(server, TEST, "9200")
    formats = ("table", "markdown", "csv", "ocsf", "prometheus", "html", "sarif", "junit", "github", "gitlab")
    files = [word for name in formats for word in ("--format", f"{name}=report.{name}")]
    assert live(tool, server, "audit", "--account", "all", *files).code == 1
    for name in formats:
        text = (tool.folder / f"report.{name}").read_text(encoding="utf-8")
        assert PROD in text or " in prod" in text, name
        assert TEST in text or " in test" in text, name
    events = json.loads((tool.folder / "report.ocsf").read_text(encoding="utf-8"))
    assert {event["cloud"]["account"]["uid"] for event in events} == {PROD, TEST}
    metrics = (tool.folder / "report.prometheus").read_text(encoding="utf-8")
    assert f'sgaudit_cluster_verdict{{account="{PROD}",region="ap-guangzhou",cluster="cls-22222222"' in metrics
    assert f'sgaudit_cluster_verdict{{account="{TEST}",region="ap-guangzhou",cluster="cls-33333333"' in metrics


def test_merge_knows_what_a_report_of_several_accounts_read(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, PROD, "6379")
    live(tool, server, "audit", "--account", "all", "--format", "json=all.json", "-q")
    assert json.loads((tool.folder / "all.json").read_text())["pairs"] == [
        {"account": PROD, "region": "ap-guangzhou"},
        {"account": TEST, "region": "ap-guangzhou"},
    ]
    merged = tool("merge", "all.json", "--expect", "sgaudit.yaml", "--format", "json")
    assert (merged.code, report_of(merged)["gaps"]) == (1, [])
    twice = tool("merge", "all.json", "all.json", "--expect", "sgaudit.yaml", "--format", "json")
    assert twice.code == 3


def test_merge_of_all_shards_is_complete_and_names_the_one_that_is_missing(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, PROD, "6379")
    files = [f"{index}.json" for index in range(3)]
    codes = [shard(tool, server, f"{index}/3", "-o", files[index]).code for index in range(3)]
    assert codes == [1, 0, 3]
    whole = tool("merge", *files, "--expect", "sgaudit.yaml", "--format", "json")
    assert (whole.code, report_of(whole)["gaps"]) == (1, [])
    assert clusters(report_of(whole)) == [(PROD, "cls-22222222"), (TEST, "cls-33333333")]
    partial = report_of(tool("merge", files[0], files[2], "--expect", "sgaudit.yaml", "--format", "json"))
    assert {(gap["account"], gap["resource"]) for gap in partial["gaps"]} == {(TEST, TEST), (None, "shard-1/3")}


def test_doctor_tells_of_each_account_whether_its_role_and_identity_are_right(
    tool: Tool, server: LoopbackServer
) -> None:
    server.accounts[TEST].roles.clear()
    configured(tool, f'{{id: "{MAIN}"}}', entry(PROD, "prod"), entry(TEST, "test"), '{id: "100000000009", name: gone}')
    ran = live(tool, server, "doctor", "--account", "all", "--format", "json")
    report = report_of(ran)
    assert (ran.code, report["healthy"]) == (3, False)
    assert [(each["account"]["id"], each["healthy"], each["identity"]) for each in report["accounts"]] == [
        (MAIN, True, None),
        (PROD, True, None),
        (TEST, False, None),
        ("100000000009", False, "OtherAccount"),
    ]
    places = {place["source"]: place["state"] for place in report["accounts"][2]["places"]}
    assert (places["environment"], places["role"]) == ("found", "unusable")
    assert report["accounts"][3]["actions"] == []
    text = live(tool, server, "doctor", "--account", "all").stdout
    assert f"account {PROD} (prod):\ncredentials: assumed role, {role(PROD)}\nidentity: {PROD}, as configured\n" in text
    assert f"identity: not the configured account 100000000009: account {MAIN} answers" in text


def test_doctor_without_accounts_is_as_before(tool: Tool, server: LoopbackServer) -> None:
    report = report_of(live(tool, server, "doctor", "--region", "ap-guangzhou", "--format", "json"))
    assert (report["healthy"], "accounts" in report, "account" in report) == (True, False, False)


def test_permissions_of_accounts_are_those_to_assume_their_roles(tool: Tool) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"), f'{{id: "{MAIN}"}}')
    ran = tool("permissions", "--account", "prod,test")
    assert json.loads(ran.stdout)["statement"] == [
        {"effect": "allow", "action": ["sts:AssumeRole"], "resource": [role(PROD), role(TEST)]}
    ]
    assert "each role needs what" in ran.stderr
    own, assuming = json.loads(tool("permissions", "--account", "all").stdout)["statement"]
    assert "tke:DescribeClusters" in own["action"]
    assert assuming["action"] == ["sts:AssumeRole"]
    assert "tke:DescribeClusters" not in tool("permissions", "--account", "prod", "--format", "table").stdout


def test_permissions_mark_what_only_other_accounts_need(tool: Tool) -> None:
    assert "AssumeRole" not in tool("permissions").stdout
    lines = tool("permissions", "--format", "table").stdout.splitlines()
    assert lines[-3] == "  sts:AssumeRole"
    assert lines[-2].startswith("Only for sgaudit accounts")
    assert lines[-1] == "  organization:DescribeOrganizationMembers"


def test_a_shard_takes_no_names_of_clusters(tool: Tool, server: LoopbackServer) -> None:
    refused = live(tool, server, "audit", "cls-22222222", "--shard", "0/2", "--region", "ap-guangzhou")
    assert (refused.code, server.log.calls) == (2, [])
    assert "may be in another shard" in refused.stderr


def test_peers_of_another_account_or_shard_are_no_gap_and_a_missing_peer_is(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    path = tool.folder / "sgaudit.yaml"
    path.write_text(path.read_text() + "peers: [[cls-33333333, cls-aaaaaaaa]]\n")
    prod = report_of(live(tool, server, "audit", "--account", "prod", "--format", "json"))
    assert (clusters(prod), prod["gaps"]) == ([(PROD, "cls-22222222")], [])
    first = report_of(shard(tool, server, "0/2"))
    assert (clusters(first), first["gaps"]) == ([(PROD, "cls-22222222")], [])
    both = report_of(live(tool, server, "audit", "--account", "all", "--format", "json"))
    assert {(gap["account"], gap["resource"]) for gap in both["gaps"]} == {(TEST, "cls-aaaaaaaa")}
    own = report_of(live(tool, server, "audit", "--format", "json"))
    assert {gap["resource"] for gap in own["gaps"]} == {"cls-33333333", "cls-aaaaaaaa"}


def twin(account: str) -> Estate:
    """An account whose resources have the same ids as those of every other such account, but for the group."""
    made = estate(account)
    region = made.regions["ap-guangzhou"] = Region(made, "ap-guangzhou")
    vpc = region.vpc("10.0.0.0/16", vpc_id="vpc-99999999")
    subnet = region.subnet(vpc, "10.0.1.0/24", subnet_id="subnet-99999999")
    group = region.group(NODE_RULES, group_id=f"sg-{account[-1] * 8}")
    cluster = region.cluster(vpc, name=account, cluster_cidr="172.16.0.0/16", cluster_id="cls-99999999")
    cluster.worker(subnet, [group], node_id="ins-99999999")
    return made


def test_the_same_id_in_two_accounts_is_two_clusters_with_a_verdict_each(tool: Tool) -> None:
    with LoopbackServer(estate(MAIN), others=(twin(PROD), twin(TEST)), quotas=False) as server:
        configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
        opened(server, PROD, "6379")
        formats = [word for name in ("csv", "html", "gitlab") for word in ("--format", f"{name}=report.{name}")]
        report = report_of(live(tool, server, "audit", "--account", "all", *formats, "--format", "json"))
    assert [(cluster["account"], cluster["verdict"]) for cluster in report["clusters"]] == [
        (PROD, "non-compliant"),
        (TEST, "compliant"),
    ]
    assert (report["summary"]["nodes"], report["summary"]["security_groups"]) == (2, 2)
    rows = (tool.folder / "report.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row for row in rows if TEST in row and "non-compliant" in row] == []


def test_bad_keys_and_a_faulty_token_service_are_no_matter_of_trust(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    wrong = {"TENCENTCLOUD_SECRET_KEY": "another-key-of-a-test"}
    bad = live(tool, server, "audit", "--account", "all", "--format", "json", **wrong)
    assert (bad.code, [gap["code"] for gap in report_of(bad)["gaps"]]) == (3, ["AuthFailure.SignatureFailure"] * 2)
    assert "trust policy" not in bad.stdout + bad.stderr
    assert "another-key-of-a-test" not in bad.stdout + bad.stderr
    assert bad.stderr.count("sgaudit: sts:AssumeRole in ap-guangzhou: the credentials are refused") == 1
    server.inject(refuse("InternalError.GetRoleError", "role not exist"), "AssumeRole", where={"RoleArn": role(TEST)})
    missing = live(tool, server, "audit", "--account", "all", "--format", "json")
    assert (missing.code, clusters(report_of(missing))) == (3, [(PROD, "cls-22222222")])
    [gap] = report_of(missing)["gaps"]
    assert (gap["account"], gap["code"], gap["resource"]) == (TEST, "InternalError.GetRoleError", role(TEST))
    assert len([call for call in server.log.of("AssumeRole") if call.code or call.faulty]) == 3


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("explain", "cls-22222222", "--role", "node"), 0),
        (("fix", "--close-excess"), 0),
        (("gate", "--change", "c.yaml"), 0),
        (("fetch", "cls-22222222", "-o", "s.json"), 0),
    ],
)
def test_a_command_of_one_account_reads_the_account_that_is_chosen(
    tool: Tool, server: LoopbackServer, command: tuple[str, ...], code: int
) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    (tool.folder / "c.yaml").write_text("bindings: [{node: ins-00000001, groups: [sg-22222222]}]\n")
    ran = live(tool, server, *command, "--account", "prod")
    assert (ran.code, [call.params["RoleArn"] for call in server.log.of("AssumeRole")]) == (code, [role(PROD)])
    assert {call.secret_id for call in server.log.of("DescribeClusters")} == {f"id-of-{PROD}-role-00000001"}


def test_a_person_reads_the_same_in_chinese(tool: Tool, server: LoopbackServer) -> None:
    server.accounts[TEST].roles.clear()
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    ran = live(tool, server, "audit", "--account", "all", "--lang", "zh", "-v")
    assert ran.code == 3
    assert f"无法扮演角色 {role(TEST)}" in ran.stderr
    assert "（账号 prod）" in ran.stdout


def test_shards_of_different_configurations_are_a_gap_of_the_merge(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    shard(tool, server, "0/2", "-o", "0.json")
    configured(tool, f'{{id: "{MAIN}"}}', entry(PROD, "prod"), entry(TEST, "test"))
    shard(tool, server, "1/2", "-o", "1.json")
    merged = tool("merge", "0.json", "1.json", "--format", "json")
    gaps = {(gap["code"], gap["resource"]) for gap in report_of(merged)["gaps"]}
    assert (merged.code, gaps >= {("ReportMissing", "shards/2")}) == (3, True)
