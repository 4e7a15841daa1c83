"""Clusters by id, name or glob: live, of a snapshot, recorded and replayed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli import estate
from tests.cli.conftest import Ran, Tool
from tests.estates import demo
from tests.loopback.faults import deny
from tests.loopback.server import LoopbackServer

ORDERS, WEB, PAYMENTS, LAB = "cls-ord3rs01", "cls-w3bfr0nt", "cls-paym3nt5", "cls-l4bt3st9"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo.build(), quotas=False) as running:
        yield running


def _live(tool: Tool, server: LoopbackServer, *argv: str) -> Ran:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    return tool(*argv, "--region", "ap-guangzhou", "--endpoint", server.endpoint, **keys)


def _report(ran: Ran) -> dict[str, Any]:
    return dict(json.loads(ran.stdout))


def _ids(ran: Ran) -> list[str]:
    return [cluster["cluster_id"] for cluster in _report(ran)["clusters"]]


def _asked(server: LoopbackServer) -> set[str]:
    """The clusters whose nodes were read."""
    return {str(call.params["ClusterId"]) for call in server.log.calls if call.action == "DescribeClusterInstances"}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["orders 订单"], [ORDERS]),
        (["orders*"], [ORDERS]),
        (["cls-*"], [LAB, ORDERS, PAYMENTS, WEB]),
        (["cls-o*,cls-w*"], [ORDERS, WEB]),
        (["name:*支付", LAB], [LAB, PAYMENTS]),
        (["web*", WEB], [WEB]),
    ],
)
def test_the_demo_is_audited_by_id_name_or_glob(tool: Tool, words: list[str], ids: list[str]) -> None:
    ran = tool("audit", *words, "--snapshot", tool.demo(), "--format", "json")
    assert _ids(ran) == ids
    assert 'no cluster "' not in ran.stderr


@pytest.mark.parametrize(
    ("command", "word"), [("audit", "prod-*"), ("audit", "nobody"), ("audit", "tag:env=prod*"), ("fix", "prod-*")]
)
def test_a_word_that_matches_no_cluster_ends_with_3_and_is_named(tool: Tool, command: str, word: str) -> None:
    alone = tool(command, word, "--replay", "demo")
    assert alone.code == 3
    assert f'no cluster "{word}" was read; clusters: cls-l4bt3st9 (lab 测试), ' in alone.stderr
    beside = tool(command, ORDERS, word, "--snapshot", tool.demo())
    assert beside.code == 3


def test_a_glob_is_read_live_without_the_clusters_that_it_does_not_match(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "audit", "orders*", "--format", "json")
    assert (ran.code, _ids(ran)) == (1, [ORDERS])
    assert _asked(server) == {ORDERS}
    by_id = _live(tool, server, "audit", ORDERS, "--format", "json")
    assert (_report(ran)["asked"], _report(by_id)["asked"]) == (["orders*"], [ORDERS])
    assert {**_report(ran), "read_at": "", "asked": []} == {**_report(by_id), "read_at": "", "asked": []}


def test_a_glob_that_matches_nothing_live_reads_no_cluster(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "audit", "nobody-*", "--format", "json")
    assert (ran.code, _ids(ran), _asked(server)) == (3, [], set())
    assert [(gap["code"], gap["resource"]) for gap in _report(ran)["gaps"]] == [("UnknownCluster", "nobody-*")]
    fetched = _live(tool, server, "fetch", "nobody-*", "-o", "snapshot.json")
    assert fetched.code == 3
    assert not (tool.folder / "snapshot.json").exists()


def test_a_list_of_clusters_that_is_refused_leaves_a_gap_beside_what_was_found(
    tool: Tool, server: LoopbackServer
) -> None:
    server.inject(deny, "DescribeClusters", times=1)
    ran = _live(tool, server, "audit", "orders*", ORDERS, "--format", "json")
    assert (ran.code, _ids(ran)) == (3, [ORDERS])
    assert "UnauthorizedOperation" in {gap["code"].partition(".")[0] for gap in _report(ran)["gaps"]}


def test_fetch_and_a_recording_hold_the_clusters_that_a_glob_matches(tool: Tool, server: LoopbackServer) -> None:
    assert _live(tool, server, "fetch", "web*", "-o", "snapshot.json").code == 0
    assert _ids(tool("audit", "--snapshot", "snapshot.json", "--format", "json")) == [WEB]
    recorded = _live(tool, server, "audit", "web*", "--record", "web.json", "--format", "json")
    assert _ids(recorded) == [WEB]
    replayed = tool("audit", "cls-*", "--replay", "web.json", "--format", "json")
    assert (replayed.code, len(_ids(replayed))) == (1, 1)
    assert _report(replayed)["gaps"] == []
    assert tool("audit", WEB, "--replay", "web.json", "--format", "json").code == 1


def test_a_cluster_of_a_snapshot_goes_by_name_and_glob_within_the_regions_asked_for(tool: Tool) -> None:
    path = estate.write(estate.two_clusters(), tool.folder / "two.json")
    assert _ids(tool("audit", "cls-b*", "--snapshot", path, "--format", "json")) == ["cls-bbbbbbbb"]
    assert _ids(tool("audit", "prod", "--snapshot", path, "--format", "json")) == ["cls-aaaaaaaa", "cls-bbbbbbbb"]
    elsewhere = tool("audit", "cls-b*", "--region", "ap-shanghai", "--snapshot", path, "--format", "json")
    assert (elsewhere.code, _ids(elsewhere)) == (3, [])
