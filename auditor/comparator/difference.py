"""Two results side by side: findings by fingerprint, rule edits with the packets that they open and close, bindings."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import Resolver
from auditor.model.difference import BindingEdit, Difference, Known, RuleEdit
from auditor.model.estate import Cluster
from auditor.model.findings import Finding
from auditor.model.packets import NOTHING
from auditor.model.result import Result
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot


def difference(old: Result, new: Result) -> Difference:
    """What ``new`` has that ``old`` had not, and the reverse. Swapping the arguments mirrors the result."""
    before = {finding.fingerprint: finding for finding in old.findings}
    after = {finding.fingerprint: finding for finding in new.findings}
    return Difference(
        new=tuple(finding for finding in new.findings if finding.fingerprint not in before),
        fixed=tuple(finding for finding in old.findings if finding.fingerprint not in after),
        unchanged=tuple(finding for finding in new.findings if finding.fingerprint in before),
        rule_edits=tuple(_rule_edits(old.snapshot, new.snapshot)),
        bindings=tuple(_binding_edits(old.snapshot, new.snapshot)),
    )


def marked(findings: tuple[Finding, ...], known: Known) -> tuple[Finding, ...]:
    """``findings`` with each one marked new or known to an earlier report, by fingerprint."""
    return tuple(
        replace(finding, known=known.has(finding.fingerprint, waived=finding.waiver is not None))
        for finding in findings
    )


def _rule_edits(old: Snapshot, new: Snapshot) -> Iterator[RuleEdit]:
    before, after = Resolver(old), Resolver(new)
    for region, group in sorted(old.group_by_id.keys() | new.group_by_id.keys()):
        for direction in Direction:
            edit = _edit(region, group, direction, (old, before), (new, after))
            if edit is not None:
                yield edit


def _edit(
    region: str,
    group: str,
    direction: Direction,
    old: tuple[Snapshot, Resolver],
    new: tuple[Snapshot, Resolver],
) -> RuleEdit | None:
    was, now = (_rules(snapshot, region, group, direction) for snapshot, _ in (old, new))
    # A group that one side does not hold lets nothing through there, as a group without rules does.
    lines_was, lines_now = (
        resolver.lines(region, (group,), direction) if (region, group) in snapshot.group_by_id else ()
        for snapshot, resolver in (old, new)
    )
    if was == now and lines_was == lines_now:
        return None
    decided_was, decided_now = Decision(lines_was), Decision(lines_now)
    kept = _kept(was, now)
    edit = RuleEdit(
        region=region,
        security_group_id=group,
        direction=direction,
        added=tuple(now[place] for place in range(len(now)) if place not in {there for _, there in kept}),
        removed=tuple(was[place] for place in range(len(was)) if place not in {here for here, _ in kept}),
        moved=tuple((was[here], now[there]) for here, there in _out_of_order(kept, was)),
        redescribed=tuple(
            (was[here], now[there]) for here, there in kept if was[here].description != now[there].description
        ),
        opened=decided_now.allowed & decided_was.denied,
        closed=decided_was.allowed & decided_now.denied,
        unsettled=(decided_was.undecided | decided_now.undecided) if lines_was != lines_now else NOTHING,
    )
    return edit if _says_anything(edit) else None


def _says_anything(edit: RuleEdit) -> bool:
    rules = edit.added or edit.removed or edit.moved or edit.redescribed
    return bool(rules or edit.opened or edit.closed or edit.unsettled)


def _rules(snapshot: Snapshot, region: str, group: str, direction: Direction) -> tuple[Rule, ...]:
    held = snapshot.group_by_id.get((region, group))
    rules = held.rules(direction) if held is not None else ()
    return rules if isinstance(rules, tuple) else ()


def _content(rule: Rule) -> Rule:
    return replace(rule, index=0, description="")


def _kept(was: tuple[Rule, ...], now: tuple[Rule, ...]) -> list[tuple[int, int]]:
    """Places of the rules that both lists have, copies of one content paired from the top."""
    return sorted(
        (here, there)
        for content in {_content(rule) for rule in was} & {_content(rule) for rule in now}
        for here, there in zip(_places(was, content), _places(now, content), strict=False)
    )


def _places(rules: tuple[Rule, ...], content: Rule) -> list[int]:
    return [place for place, rule in enumerate(rules) if _content(rule) == content]


def _out_of_order(kept: list[tuple[int, int]], was: tuple[Rule, ...]) -> list[tuple[int, int]]:
    """The fewest pairs that must have moved: all but the heaviest rising run.

    Each pair weighs one and a little more by its content, so that of several longest runs both directions of a
    comparison choose the same.
    """
    weights = [_weight(was[here], copy) for here, copy in zip([h for h, _ in kept], _copies(kept, was), strict=True)]
    best: list[tuple[int, list[int]]] = []
    for place, (_, there) in enumerate(kept):
        earlier = [best[other] for other in range(place) if kept[other][1] < there]
        weight, run = max(earlier, default=(0, []), key=lambda entry: entry[0])
        best.append((weight + weights[place], [*run, place]))
    _, stayed = max(best, default=(0, []), key=lambda entry: entry[0])
    return [pair for place, pair in enumerate(kept) if place not in set(stayed)]


def _copies(kept: list[tuple[int, int]], was: tuple[Rule, ...]) -> list[int]:
    seen: Counter[Rule] = Counter()
    numbers = []
    for here, _ in kept:
        content = _content(was[here])
        seen[content] += 1
        numbers.append(seen[content])
    return numbers


def _weight(rule: Rule, copy: int) -> int:
    digest = hashlib.sha256(f"{_content(rule)!r}/{copy}".encode()).digest()
    return (1 << 96) + int.from_bytes(digest[:8], "big")


def _binding_edits(old: Snapshot, new: Snapshot) -> Iterator[BindingEdit]:
    before, after = _bindings(old), _bindings(new)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            region, cluster_id, node = key
            yield BindingEdit(
                region=region, cluster_id=cluster_id, node=node, before=before.get(key), after=after.get(key)
            )


def _bindings(snapshot: Snapshot) -> dict[tuple[str, str, str], tuple[str, ...] | None]:
    return {key: groups for cluster in snapshot.clusters for key, groups in _of_cluster(cluster)}


def _of_cluster(cluster: Cluster) -> Iterator[tuple[tuple[str, str, str], tuple[str, ...] | None]]:
    for node in cluster.nodes:
        groups = node.security_groups
        yield (cluster.region, cluster.cluster_id, node.node_id), groups if isinstance(groups, tuple) else None
    for pool in cluster.node_pools:
        groups = pool.security_groups
        yield (cluster.region, cluster.cluster_id, pool.node_pool_id), groups if isinstance(groups, tuple) else None
