"""``--history`` of live runs: clusters that were deleted, runs of some clusters, shards with nothing to read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from auditor.cli import live as reading
from tests.cli.conftest import Tool
from tests.cli.test_many_accounts import (
    MAIN,
    PROD,
    TEST,
    Tomorrow,
    configured,
    entry,
    estate,
    live,
    opened,
    shard,
)
from tests.loopback.server import LoopbackServer

ALL = ("audit", "--account", "all", "--history", "h.db", "-q")


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(estate(MAIN), others=(estate(PROD), estate(TEST)), quotas=False) as running:
        yield running


def _trend(tool: Tool) -> list[tuple[int, int]]:
    """Open and fixed findings of each day."""
    history = json.loads(tool("history", "h.db", "--format", "json").stdout)
    return [(sum(day["findings"].values()), day["fixed"]) for day in history["trend"]]


def test_a_cluster_that_is_not_listed_any_more_keeps_its_findings(
    tool: Tool, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was deleted, or a CAM policy hides it without a word: both look the same."""
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    opened(server, PROD, "6379")
    live(tool, server, *ALL)
    server.accounts[PROD].regions["ap-guangzhou"].clusters.clear()
    monkeypatch.setattr(reading, "datetime", Tomorrow)
    live(tool, server, *ALL)
    assert _trend(tool) == [(1, 0), (1, 0)]
    assert "Not read in the last 12 hours: cls-" in tool("history", "h.db").stdout


def test_a_shard_with_nothing_to_read_is_no_run(tool: Tool, server: LoopbackServer) -> None:
    configured(tool, entry(PROD, "prod"), entry(TEST, "test"))
    shard(tool, server, "5/8", "--history", "h.db")
    assert tool("history", "h.db").code == 2
    for index in range(2):
        shard(tool, server, f"{index}/2", "--history", "h.db")
    history = json.loads(tool("history", "h.db", "--format", "json").stdout)
    assert [(run["account"], run["complete"]) for run in history["runs"]] == [(PROD, True), (TEST, True)]
