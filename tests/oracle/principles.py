"""The guide's principles: one list of groups a role, no stranger in a group, no node without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.loopback.clusters import ClusterRows
from tests.oracle import grid
from tests.oracle.account import Account, Groups, Key, Stacks
from tests.oracle.board import Board, Json, Regions, named
from tests.oracle.grid import Table
from tests.oracle.lines import EVERY_PORT, everything, outcomes
from tests.oracle.spans import V6, holds, of_texts


def complaints(account: Account, cluster: ClusterRows, truth: Stacks, findings: list[Json]) -> Iterator[str]:
    keys = [key for key in truth.lists() if key[1] != "endpoint"]
    of = {name: [one for one in findings if one["name"] == name] for name in {one["name"] for one in findings}}
    bare = sorted((role, attachment) for role, attachment, groups in keys if not groups)
    without = [kind for kind in bare if kind != ("pod", "pods")]
    if sorted(map(_kind, of.get("no-security-group", ()))) != without:
        yield f"no-security-group findings, there are {without}"
    if len(of.get("pod-interface-without-group", ())) != (("pod", "pods") in bare):
        yield "pod-interface-without-group findings"
    counted = Counter((role, attachment) for role, attachment, _ in keys if attachment != "secondary")
    mixed = sorted(kind for kind, count in counted.items() if count > 1)
    if sorted(map(_kind, of.get("mixed-security-groups", ()))) != mixed:
        yield f"mixed-security-groups findings, there are {mixed}"
    for one in of.get("mixed-security-groups", ()):
        alike = [groups for *kind, groups in keys if tuple(kind) == _kind(one)]
        known = not any(truth.undocumented(key) for key in keys if key[:2] == _kind(one))
        yield from Alike(account, alike, one, known=known, lacks_ipv6=account.lacks_ipv6(cluster)).complaints()
    yield from _foreign(account, cluster, keys, of.get("foreign-instance", []))
    for one in findings:
        if one["witness"] and not _is_in(one["witness"], one["packets"]):
            yield f"the witness {one['witness']} is not in {one['packets']}"
        unexposed = "low" if one["role"] == "endpoint" else "high"
        exposed = "critical" if truth.exposure((*_kind(one), ())) == "internet" else unexposed
        fixed = {
            "no-security-group": exposed,
            "foreign-instance": "medium",
            "pod-interface-without-group": "info",
        }
        expected = fixed.get(one["name"], one["severity"])
        if one["severity"] != expected:
            yield f"{one['name']} is {one['severity']}"


def _kind(finding: Json) -> tuple[str, str]:
    return finding["role"], finding["attachment"]


def _is_in(witness: Json, regions: list[Json]) -> bool:
    point = of_texts([witness["address"]])[0][0]
    return any(
        region["protocol"] in ("all", witness["protocol"])
        and holds(of_texts(region["cidrs"]), point)
        and any(lo <= (witness["port"] or 0) <= hi for lo, hi in region.get("ports", EVERY_PORT))
        for region in regions
    )


class Alike:
    """The stacks of one role, and the packets that not all of them treat alike."""

    def __init__(self, account: Account, stacks: list[Groups], finding: Json, *, known: bool, lacks_ipv6: bool) -> None:
        self._finding = finding
        self._lacks_ipv6 = lacks_ipv6
        self._is_known = known
        self._lines = {
            (groups, direction): account.lines(groups, direction) if groups else [everything()]
            for groups in stacks
            for direction in ("ingress", "egress")
        }

    def complaints(self) -> Iterator[str]:
        every = [line for lines in self._lines.values() for line in lines]
        if not self._is_known or not all(line.is_plain for line in every):
            return
        board = Board()
        for line in every:
            board.number(line.entries, line.spans)
        told = Regions(board, self._finding["packets"])
        places, services = grid.places(board.addresses), grid.services(board.services)
        tables = [(lines, Table(lines, places, services), key[1]) for key, lines in self._lines.items()]
        severity = "low"
        for service, place in ((one, other) for one in services for other in places if grid.exists(one, other)):
            results = {(direction, outcomes(lines, table.says(service, place))) for lines, table, direction in tables}
            if len(results) > 2 and not (self._lacks_ipv6 and place.point >= V6):
                severity = "medium"
            if (len(results) > 2) is not ((service, place) in told):
                yield f"mixed groups: differing is not {len(results) > 2} of {named(service, place)}"
        if self._finding["severity"] != severity:
            yield f"mixed groups weigh {self._finding['severity']}, in truth {severity}"


def _foreign(account: Account, cluster: ClusterRows, keys: list[Key], findings: list[Json]) -> Iterator[str]:
    told = {one["security_groups"][0]: set(one["nodes"]) for one in findings}
    if len(told) != len(findings):
        yield "two foreign-instance findings on one group"
    for group in sorted({group for *_, groups in keys for group in groups} | told.keys()):
        truth, said = account.foreign(cluster, group), told.get(group, set())
        hidden = account.unread.node_lists or account.unread.newer_pools
        if not (said <= truth if hidden else said == truth):
            yield f"foreign instances of {group} are {said}, in truth {truth}"
