"""Reports of two accounts, and their union."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from auditor.errors import ExitCode
from auditor.model.snapshot import Account, Snapshot
from tests.builders import TODAY, cluster, group, node, rules, snapshot
from tests.cli import estate
from tests.cli.conftest import Tool

PROD, TEST = "100000000001", "100000000002"
DAY = ("--today", TODAY.isoformat())
RDP = ("allow", "0.0.0.0/0", "tcp", "3389")


def snapshot_of(account: str, name: str, *open_rules: tuple[str, ...], day: int = 22) -> Snapshot:
    """One cluster with a group as TKE makes it and some rules more, read on a day of November 2026."""
    groups = [group(f"sg-{name}", rules(*estate.GOOD, *open_rules))]
    read = snapshot([cluster(node(f"ins-{name}", f"sg-{name}"), cluster_id=f"cls-{name}")], groups)
    return replace(read, account=Account(id=account), read_at=datetime(2026, 11, day, 1, tzinfo=UTC))


def report_of(tool: Tool, file: str, read: Snapshot, *argv: str) -> str:
    source = estate.write(read, tool.folder / f"snapshot-of-{file}")
    tool("audit", "--snapshot", source, "--format", f"json={file}", "-q", *DAY, *argv)
    return file


def two(tool: Tool) -> tuple[str, str]:
    """The reports of a compliant cluster in one account and of a cluster with an open port in another."""
    prod = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa"))
    return prod, report_of(tool, "test.json", snapshot_of(TEST, "bbbbbbbb", estate.REDIS, day=20))


def merged(tool: Tool, *argv: str) -> tuple[ExitCode, Any]:
    ran = tool("merge", *argv, "--format", "json", *DAY)
    return ran.code, json.loads(ran.stdout)
