"""A report held against the truth: every disagreement as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.loopback.clusters import ClusterRows
from tests.oracle import principles
from tests.oracle.account import Account, Key, Stacks
from tests.oracle.board import Json, land
from tests.oracle.sides import RANKS, Side


def complaints(account: Account, report: Json) -> Iterator[str]:
    """Everything in the report about primary interfaces that is not so."""
    by_id = {found["cluster_id"]: found for found in report["clusters"]}
    if sorted(by_id) != sorted(account.region.clusters):
        yield f"clusters {sorted(by_id)}"
    for cluster_id, cluster in account.region.clusters.items():
        findings = [one for one in report["findings"] if one["cluster_id"] == cluster_id]
        for said in _of_cluster(account, cluster, by_id[cluster_id], findings):
            yield f"{cluster_id}: {said}"
    yield from _summary(account, report)


def _summary(account: Account, report: Json) -> Iterator[str]:
    machines: Counter[str] = Counter()
    groups: set[str] = set()
    for cluster in account.region.clusters.values():
        found = account.stacks(cluster)
        for key in found.lists():
            role, attachment, bound = key
            machines[role] += len(found.nodes.get(key, ())) if attachment == "primary" else 0
            groups.update(bound)
    said = report["summary"]
    if (said["nodes"], said["masters"]) != (machines["node"], machines["master"]):
        yield f"counts {said['nodes']} nodes and {said['masters']} masters, there are {dict(machines)}"
    if said["security_groups"] != len(groups):
        yield f"counts {said['security_groups']} groups, there are {len(groups)}"
    counted = Counter(one["severity"] for one in report["findings"])
    if {severity: counted[severity] for severity in RANKS} != said["findings"]:
        yield f"counts {said['findings']} findings, there are {counted}"


def _of_cluster(account: Account, cluster: ClusterRows, said: Json, findings: list[Json]) -> Iterator[str]:
    truth, ground = account.stacks(cluster), land(account, cluster)
    yield from _verdict(account, cluster, truth, said, findings)
    told = {_key(stack): stack for stack in said["stacks"]}
    if len(told) != len(said["stacks"]) or sorted(told) != truth.lists():
        yield f"stacks {sorted(told)}, there are {truth.lists()}"
        return
    for key, stack in told.items():
        if stack["nodes"] != sorted(truth.nodes.get(key, ())):
            yield f"nodes {stack['nodes']} of {key}"
        if stack["node_pools"] != sorted(truth.pools.get(key, ())):
            yield f"pools {stack['node_pools']} of {key}"
        if stack["interfaces"] != sorted(truth.interfaces.get(key, ())):
            yield f"interfaces {stack['interfaces']} of {key}"
        if stack["add_ons"] != sorted(truth.add_ons.get(key, ())):
            yield f"add-ons {stack['add_ons']} of {key}"
        if stack["exposure"] != truth.exposure(key):
            yield f"exposure {stack['exposure']} of {key}"
        for direction in ("ingress", "egress"):
            mine = [one for one in findings if _concerns(one, key, direction)]
            for wrong in Side(account, ground, key, direction, stack, mine, truth).complaints():
                yield f"{key} {direction}: {wrong}"
    yield from principles.complaints(account, cluster, truth, findings)


def _verdict(account: Account, cluster: ClusterRows, truth: Stacks, said: Json, findings: list[Json]) -> Iterator[str]:
    """The verdict as far as the rows alone tell it: what is unknown may hide behind any unreadable rule."""
    if any(RANKS.index(one["severity"]) <= RANKS.index("medium") for one in findings):
        right = {"non-compliant"}
    elif any(attachment != "endpoint" for _, attachment, _ in truth.lists()):
        right = {"compliant", "unknown"}
    elif truth.lists():
        right = {"not-audited", "unknown"} if cluster.runs_anything else {"compliant", "unknown"}
    elif account.unread.anything or account.has_unknown_pods(cluster):
        right = {"unknown", "not-audited", "empty"}
    else:
        right = {"not-audited" if cluster.runs_anything else "empty"}
    if said["verdict"] not in right:
        yield f"the verdict is {said['verdict']}, in truth {right}"


def _concerns(finding: Json, key: Key, direction: str) -> bool:
    return (_key(finding), finding["direction"]) == (key, direction)


def _key(part: Json) -> Key:
    return part["role"], part["attachment"], tuple(part["security_groups"])
