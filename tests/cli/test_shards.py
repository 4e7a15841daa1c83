"""Shards of a snapshot or a recording: each audits some regions, and together they say what the whole audit says."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from auditor.fetcher.cassette import dump
from auditor.fetcher.fetch import FetchRequest, fetch
from tests.cli.conftest import Ran, Tool
from tests.loopback.estate import Estate
from tests.loopback.faults import deny
from tests.loopback.rules import ANY, Row, allow, tke_node_rules
from tests.loopback.writing import EstateCaller

BEIJING, GUANGZHOU, SHANGHAI, EMPTY = "ap-beijing", "ap-guangzhou", "ap-shanghai", "ap-nanjing"
ACCOUNT = "100000000002"
NODE_RULES = tuple(tke_node_rules(("172.16.0.0/16",), ("10.0.0.0/16",)))
REDIS = allow("tcp", "6379", ANY)
FIELDS = (
    *("findings", "clusters", "summary", "complete"),
    *("regions", "baseline", "waivers", "requirements", "read_at"),
)
PEERS = "peers: [[cls-beijing1, cls-shangha1]]\n"
WAIVERS = """waivers:
  - id: W-1
    finding: TSG201
    clusters: [cls-guangzh1]
    role: node
    packets: {direction: ingress, protocol: tcp, ports: "6379", cidrs: [0.0.0.0/0]}
    reason: known
    owner: sre
    expires: 2099-12-31
  - id: W-2
    finding: TSG201
    clusters: ["cls-*"]
    role: node
    packets: {direction: ingress, protocol: tcp, ports: "9999", cidrs: [0.0.0.0/0]}
    reason: used by nothing
    owner: sre
    expires: 2099-12-31
"""


def build() -> Estate:
    """Four regions: one cluster is fine, two have a port open, one list is refused, a region has no cluster."""
    made = Estate(ACCOUNT)
    made.region(EMPTY)
    _cluster(made, BEIJING, "cls-beijing1")
    _cluster(made, BEIJING, "cls-beijing2", REDIS)
    _cluster(made, GUANGZHOU, "cls-guangzh1", REDIS)
    _cluster(made, SHANGHAI, "cls-shangha1")
    return made


def _cluster(made: Estate, region_name: str, cluster_id: str, *further: Row) -> None:
    region = made.region(region_name)
    vpc = region.vpc("10.0.0.0/16")
    subnet = region.subnet(vpc, "10.0.1.0/24")
    cluster = region.cluster(vpc, name=cluster_id[4:], cluster_cidr="172.16.0.0/16", cluster_id=cluster_id)
    cluster.worker(subnet, [region.group((*NODE_RULES, *further))])


@cache
def recording(regions: tuple[str, ...]) -> str:
    caller = EstateCaller(build(), faults={"DescribeIPAMD cls-shangha1": deny})
    fetch(caller, FetchRequest(regions=regions))
    return dump(caller.cassette("shards"))


def source(tool: Tool, kind: str, *regions: str) -> tuple[str, ...]:
    """The options that name a recording or a snapshot of these regions."""
    (tool.folder / "estate.json").write_text(recording(regions), encoding="utf-8")
    if kind == "--replay":
        return ("--replay", "estate.json", *(("--region", "all") if regions == ("all",) else ()))
    region = ("--region", "all") if regions == ("all",) else ()
    assert tool("fetch", "--replay", "estate.json", *region, "-o", "snapshot.json").code in {0, 3}
    return ("--snapshot", "snapshot.json")


def report(ran: Ran) -> Any:  # noqa: ANN401 - JSON
    return json.loads(ran.stdout)


def whole_and_union(tool: Tool, count: int, *argv: str) -> tuple[Any, Any]:
    """The report of everything, and the merged one of all shards."""
    whole = tool("audit", *argv, "--format", "json")
    files = [f"shard-{index}.json" for index in range(count)]
    for index, file in enumerate(files):
        tool("audit", *argv, "--shard", f"{index}/{count}", "--format", f"json={file}", "-q")
    union = tool("merge", *files, "--format", "json")
    assert union.code == whole.code
    return report(whole), report(union)


def said(report_: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What a report says, without the sentence of each gap on the clusters that depend on it: a shard has its own."""
    gaps = [{name: value for name, value in gap.items() if name != "unknown"} for gap in report_["gaps"]]
    return {**{name: report_[name] for name in FIELDS}, "gaps": gaps}


@pytest.mark.parametrize("kind", ["--snapshot", "--replay"])
@pytest.mark.parametrize("count", [2, 6, *(pytest.param(count, marks=pytest.mark.deep) for count in (1, 3, 4))])
def test_the_merge_of_all_shards_is_the_audit_of_the_whole(tool: Tool, kind: str, count: int) -> None:
    (tool.folder / "sgaudit.yaml").write_text(PEERS + WAIVERS, encoding="utf-8")
    argv = source(tool, kind, BEIJING, GUANGZHOU, EMPTY, SHANGHAI)
    whole, union = whole_and_union(tool, count, *argv)
    assert said(union) == said(whole)
    assert whole["complete"] is False
    assert [(item["cluster_id"], item["verdict"]) for item in union["clusters"]] == [
        ("cls-beijing1", "unknown"),
        ("cls-beijing2", "non-compliant"),
        ("cls-guangzh1", "compliant"),
        ("cls-shangha1", "unknown"),
    ]


@pytest.mark.parametrize("count", [2, *(pytest.param(count, marks=pytest.mark.deep) for count in (1, 3))])
def test_a_read_of_all_regions_has_regions_without_clusters_and_stays_complete(tool: Tool, count: int) -> None:
    argv = source(tool, "--snapshot", "all")
    (tool.folder / "sgaudit.yaml").write_text(
        "exclude: [{clusters: [cls-shangha1], reason: not ready, owner: sre}]\n", encoding="utf-8"
    )
    whole, union = whole_and_union(tool, count, *argv)
    assert EMPTY in whole["regions"]
    assert (whole["complete"], whole["gaps"]) == (True, [])
    assert said(union) == said(whole)


def test_a_shard_has_the_pairs_of_the_account_and_only_their_clusters(tool: Tool) -> None:
    argv = source(tool, "--snapshot", BEIJING, GUANGZHOU, SHANGHAI)
    first = report(tool("audit", *argv, "--shard", "0/2", "--format", "json"))
    assert first["shard"] == {
        "index": 0,
        "count": 2,
        "pairs": [{"account": ACCOUNT, "region": BEIJING}, {"account": ACCOUNT, "region": SHANGHAI}],
        "total": 3,
    }
    assert [item["cluster_id"] for item in first["clusters"]] == ["cls-beijing1", "cls-beijing2", "cls-shangha1"]
    second = tool("audit", *argv, "--shard", "auto/2", "--format", "json", JOB_COMPLETION_INDEX="1")
    assert report(second)["shard"]["pairs"] == [{"account": ACCOUNT, "region": GUANGZHOU}]
    assert second.code == 1
    twin = tool("audit", *argv, "--format", "json", SGAUDIT_SHARD="1/2")
    assert report(twin) == report(second)
    assert "shard 1/2: this run is about 1 of 3 pairs of account and region" in twin.stderr
    assert "shard" not in tool("audit", *argv, "--shard", "1/2", "--format", "json", "-q").stderr


def test_a_region_that_is_asked_for_is_divided_too_and_its_absence_is_a_gap(tool: Tool) -> None:
    argv = (*source(tool, "--snapshot", BEIJING, GUANGZHOU, SHANGHAI), "--region", f"{GUANGZHOU},ap-tokyo")
    whole, union = whole_and_union(tool, 2, *argv)
    assert [(gap["code"], gap["region"]) for gap in union["gaps"]] == [("RegionNotInSnapshot", "ap-tokyo")]
    assert said(union) == said(whole)


@pytest.mark.parametrize("kind", ["--snapshot", "--replay"])
def test_a_shard_without_a_region_is_3_and_no_gap_of_the_union(tool: Tool, kind: str) -> None:
    argv = source(tool, kind, BEIJING, GUANGZHOU)
    ran = tool("audit", *argv, "--shard", "2/3", "--format", "json", "--max-age", "1")
    assert (ran.code, report(ran)["clusters"]) == (3, [])
    assert report(ran)["shard"] == {"index": 2, "count": 3, "pairs": [], "total": 2}
    assert [gap["code"] for gap in report(ran)["gaps"]] == ["NothingJudged"]
    assert "shard 2/3 has no pair of account and region: there are only 2; 2 shards are enough" in ran.stderr
    _, union = whole_and_union(tool, 3, *argv)
    assert (union["complete"], union["gaps"]) == (True, [])


def test_a_shard_of_a_snapshot_that_did_not_run_is_a_gap_of_the_union(tool: Tool) -> None:
    argv = source(tool, "--snapshot", BEIJING, GUANGZHOU)
    tool("audit", *argv, "--shard", "0/2", "--format", "json=only.json", "-q")
    ran = tool("merge", "only.json", "--format", "json")
    assert ran.code == 3
    assert [(gap["code"], gap["resource"]) for gap in report(ran)["gaps"]] == [("ReportMissing", "shard-1/2")]


@pytest.mark.parametrize("kind", ["--snapshot", "--replay"])
def test_a_shard_of_named_clusters_is_2(tool: Tool, kind: str) -> None:
    refused = tool("audit", "cls-beijing1", *source(tool, kind, BEIJING), "--shard", "0/2")
    assert (refused.code, refused.stdout) == (2, "")
    assert "--shard reads all clusters" in refused.stderr


def test_auto_needs_the_index_of_an_indexed_job_for_a_snapshot_too(tool: Tool) -> None:
    refused = tool("audit", *source(tool, "--snapshot", BEIJING), "--shard", "auto/2")
    assert (refused.code, refused.stdout) == (2, "")
    assert "JOB_COMPLETION_INDEX" in refused.stderr
