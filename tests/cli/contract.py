"""Builds JSON reports with the fields of the contract alone: no field that this version adds to it."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Tool

PROD, TEST = "100000000001", "100000000002"
BASELINE = {"name": "tke-default", "digest": "sha256:" + "a" * 64}
FLOW = {"protocol": "tcp", "ports": [[3389, 3389]], "cidrs": ["0.0.0.0/0"]}
SEVERITIES = ("critical", "high", "medium", "low", "info")


def cluster(verdict: str, account: str = PROD, cluster_id: str = "cls-aaaaaaaa", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A cluster with a node whose one requirement is met."""
    requirement = {"id": "node-in-tcp", "direction": "ingress", "status": "met", "required": [FLOW], "missing": []}
    stack = {
        "role": "node",
        "attachment": "primary",
        "interfaces": [],
        "exposure": "none-found",
        "security_groups": ["sg-first"],
        "nodes": ["ins-a"],
        "node_pools": [],
        "requirements": [requirement],
        "excess": {"ingress": [], "egress": []},
    }
    return {
        "account": account,
        "region": "ap-guangzhou",
        "cluster_id": cluster_id,
        "name": "shop",
        "type": "MANAGED_CLUSTER",
        "network_mode": "GR",
        "vpc_id": "vpc-aaaaaaaa",
        "verdict": verdict,
        "baseline": BASELINE,
        "networks": {"container": ["172.16.0.0/16"], "cluster": ["10.0.0.0/16"]},
        "not_covered": [{"kind": "super-node", "count": 3, "why": "no group is bound"}],
        "stacks": [stack],
        **fields,
    }


def finding(account: str = PROD, cluster_id: str = "cls-aaaaaaaa", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Remote desktop open to any address."""
    rule = {"kind": "rule", "id": None, "security_group_id": "sg-first", "direction": "ingress", "index": 3}
    return {
        "code": "TSG201",
        "name": "excess-access",
        "severity": "high",
        "fingerprint": "0123456789abcdef",
        "assumes": None,
        "first_seen": None,
        "previous": None,
        "account": account,
        "region": "ap-guangzhou",
        "cluster_id": cluster_id,
        "role": "node",
        "security_groups": ["sg-first"],
        "nodes": ["ins-a"],
        "node_pools": [],
        "direction": "ingress",
        "requirement_id": None,
        "packets": [FLOW],
        "evidence": [{**rule, "action": "allow"}],
        "message": "Open to any address.",
        "advice": "Narrow it.",
        "waiver": None,
        **fields,
    }


def gap(account: str = PROD, cluster_id: str = "cls-aaaaaaaa", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The rules of a group that were not read."""
    return {
        "fingerprint": "fedcba9876543210",
        "account": account,
        "region": "ap-guangzhou",
        "cluster_id": cluster_id,
        "resource": "sg-first",
        "service": "vpc",
        "action": "DescribeSecurityGroupPolicies",
        "code": "UnauthorizedOperation",
        "message": "denied",
        "request_id": "r-1",
        "waiver": None,
        **fields,
    }


def report(*clusters: dict[str, Any], **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A report of ``clusters`` with ``findings`` and ``gaps``."""
    findings, gaps = fields.get("findings", []), fields.get("gaps", [])
    counts = {
        severity: sum(item["severity"] == severity and item["waiver"] is None for item in findings)
        for severity in SEVERITIES
    }
    sizes = {"clusters": len(clusters), "nodes": len(clusters), "masters": 0, "security_groups": len(clusters)}
    return {
        "schema": "sgaudit-report/1",
        "tool": {"name": "tke-sg-auditor", "version": "0.1.0"},
        "baseline": BASELINE,
        "complete": not gaps,
        "account": {"id": clusters[0]["account"] if clusters else PROD, "name": ""},
        "read_at": "2026-11-22T01:07:00Z",
        "fail_on": "medium",
        "filter": None,
        "source": "live",
        "gaps": [],
        "summary": {**sizes, "findings": counts, "waived": 0},
        "clusters": list(clusters),
        "findings": [],
        **fields,
    }


def write(tool: Tool, file: str, document: dict[str, Any]) -> str:
    """Writes a report into the folder of ``tool``, and returns the name of its file."""
    (tool.folder / file).write_text(json.dumps(document), encoding="utf-8")
    return file
