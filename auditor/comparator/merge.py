"""Unites the results of several accounts, regions or shards into one result that every reporter can write.

Each finding, cluster and gap of the united result carries the account of its own result. Nothing is compared again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from auditor.comparator.compare import worst_first
from auditor.model.clusters import Cluster
from auditor.model.earlier import Vanished
from auditor.model.findings import ClusterResult, Result, StackResult, WaiverMark, WaiverState
from auditor.model.gaps import NOTHING_JUDGED, OF_REPORTS, Gap
from auditor.model.reported import Reported
from auditor.model.rules import Rules, SecurityGroup
from auditor.model.shards import AccountRegion
from auditor.model.snapshot import Account, Snapshot

_MOST_TELLING = (WaiverState.EXPIRING, WaiverState.ACTIVE, WaiverState.EXPIRED, WaiverState.UNUSED)
"""The states of a waiver in the order in which they count: a waiver is unused only if no result uses it."""


def unite(results: Sequence[Result]) -> Result:
    """The result that holds the findings, clusters, gaps and waivers of all ``results``, at least one.

    A single result is returned as it is. Findings are sorted worst first, clusters by account, region and id. The
    baseline is the first by name. What an earlier report had is known only if every result knows it.
    """
    if len(results) == 1:
        return results[0]
    owned = [_owned(result) for result in results]
    owners = _owners(owned)
    snapshot = _snapshot(owned, owners)
    return Result(
        baseline=min((result.baseline for result in owned), key=lambda item: (item.name, item.digest)),
        snapshot=snapshot,
        clusters=tuple(sorted(chain.from_iterable(result.clusters for result in owned), key=_cluster_key)),
        findings=tuple(sorted(chain.from_iterable(result.findings for result in owned), key=worst_first)),
        gaps=_gaps(owned),
        waivers=_waivers(owned),
        waived_gaps=_waived_gaps(owned),
        known_gaps=_known_gaps(owned),
        vanished=united_vanished(owned),
        run_at=_first(result.run_at for result in owned),
        last_run=_first(result.last_run for result in owned),
        trend=next((result.trend for result in owned if result.trend is not None), None),
        accounts=owners if snapshot.account is None else (),
        pairs=_pairs(owned),
        reported=_reported(owned),
    )


def _owned(result: Result) -> Result:
    """The result with the account of its snapshot on each finding, cluster and gap; nothing of a united one changes."""
    account = result.snapshot.account
    if account is None:
        return result
    owner = account.id
    earlier = result.known_gaps
    return replace(
        result,
        snapshot=_owned_snapshot(result.snapshot, owner),
        clusters=tuple(_owned_cluster(cluster, owner) for cluster in result.clusters),
        findings=tuple(replace(finding, account=owner) for finding in result.findings),
        gaps=_owned_gaps(result.gaps, owner),
        waived_gaps=tuple((_owned_gap(gap, owner), mark) for gap, mark in result.waived_gaps),
        known_gaps=earlier and frozenset((name or owner, fingerprint) for name, fingerprint in earlier),
    )


def _owned_cluster(result: ClusterResult, owner: str) -> ClusterResult:
    return replace(
        result,
        cluster=replace(result.cluster, account=owner),
        stacks=tuple(_owned_stack(stack, owner) for stack in result.stacks),
        gaps=_owned_gaps(result.gaps, owner),
    )


def _owned_stack(stack: StackResult, owner: str) -> StackResult:
    return replace(stack, gaps=_owned_gaps(stack.gaps, owner)) if stack.gaps else stack


def _owned_gaps(gaps: Iterable[Gap], owner: str) -> tuple[Gap, ...]:
    return tuple(_owned_gap(gap, owner) for gap in gaps)


def _owned_gap(gap: Gap, owner: str) -> Gap:
    """The gap with its account. A gap of a merged report is about a file or a shard, which has no account."""
    return gap if gap.code in OF_REPORTS else replace(gap, account=owner)


def _owned_snapshot(snapshot: Snapshot, owner: str) -> Snapshot:
    """The snapshot with the account on its clusters, and on the gaps that reports take from it."""
    return replace(
        snapshot,
        clusters=tuple(replace(cluster, account=owner) for cluster in snapshot.clusters),
        neighbours=tuple(replace(cluster, account=owner) for cluster in snapshot.neighbours),
        security_groups=tuple(_owned_group(group, owner) for group in snapshot.security_groups),
        gaps=_owned_gaps(snapshot.gaps, owner),
    )


def _owned_group(group: SecurityGroup, owner: str) -> SecurityGroup:
    if not isinstance(group.ingress, Gap) and not isinstance(group.egress, Gap):
        return group
    return replace(group, ingress=_owned_rules(group.ingress, owner), egress=_owned_rules(group.egress, owner))


def _owned_rules(rules: Rules, owner: str) -> Rules:
    return replace(rules, account=owner) if isinstance(rules, Gap) else rules


def _owners(results: Iterable[Result]) -> tuple[Account, ...]:
    """The known accounts by id. An account that one result names and another does not has its name."""
    accounts: dict[str, Account] = {}
    for result in results:
        account = result.snapshot.account
        for owner in (*result.accounts, *((account,) if account is not None else ())):
            accounts[owner.id] = max(accounts.get(owner.id, owner), owner, key=lambda item: item.name)
    return tuple(accounts[account_id] for account_id in sorted(accounts))


def _snapshot(results: Sequence[Result], owners: tuple[Account, ...]) -> Snapshot:
    """The snapshots as one, without what only a comparison needs. Its account is set if all results have the same."""
    snapshots = [result.snapshot for result in results]
    is_one = len(owners) == 1 and all(snapshot.account is not None for snapshot in snapshots)
    return Snapshot(
        regions=tuple(sorted({region for snapshot in snapshots for region in snapshot.regions})),
        parts=tuple(sorted({part for snapshot in snapshots for part in snapshot.parts})),
        account=owners[0] if is_one else None,
        read_at=_oldest([snapshot.read_at for snapshot in snapshots]),
        clusters=tuple(sorted((item for snapshot in snapshots for item in snapshot.clusters), key=_place)),
        neighbours=tuple(sorted((item for snapshot in snapshots for item in snapshot.neighbours), key=_place)),
        security_groups=tuple(item for snapshot in snapshots for item in snapshot.security_groups),
        address_templates=tuple(item for snapshot in snapshots for item in snapshot.address_templates),
        service_templates=tuple(item for snapshot in snapshots for item in snapshot.service_templates),
        template_groups=tuple(item for snapshot in snapshots for item in snapshot.template_groups),
        memberships=tuple(item for snapshot in snapshots for item in snapshot.memberships),
        load_balancers=tuple(item for snapshot in snapshots for item in snapshot.load_balancers),
        network_acls=tuple(item for snapshot in snapshots for item in snapshot.network_acls),
        subnet_acls=tuple(item for snapshot in snapshots for item in snapshot.subnet_acls),
        gaps=tuple(sorted({gap for snapshot in snapshots for gap in snapshot.gaps})),
    )


def _oldest(moments: Sequence[datetime | None]) -> datetime | None:
    """The oldest moment; ``None`` if any is unknown, since that one may be older."""
    dated = [moment for moment in moments if moment is not None]
    return min(dated) if dated and len(dated) == len(moments) else None


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _cluster_key(result: ClusterResult) -> tuple[str, str, str]:
    return _place(result.cluster)


def _place(cluster: Cluster) -> tuple[str, str, str]:
    return cluster.account, cluster.region, cluster.cluster_id


def _waivers(results: Iterable[Result]) -> tuple[tuple[str, WaiverState], ...]:
    """The state of each waiver over all results, by id."""
    states: dict[str, set[WaiverState]] = {}
    for result in results:
        for waiver_id, state in result.waivers:
            states.setdefault(waiver_id, set()).add(state)
    return tuple((name, min(states[name], key=_MOST_TELLING.index)) for name in sorted(states))


def _pairs(results: Iterable[Result]) -> tuple[AccountRegion, ...]:
    pairs: set[AccountRegion] = set()
    for result in results:
        account = result.snapshot.account
        own = (
            AccountRegion(account="" if account is None else account.id, region=region)
            for region in result.snapshot.regions
        )
        pairs.update(result.pairs or own)
    return tuple(sorted(pairs))


def _gaps(results: Sequence[Result]) -> tuple[Gap, ...]:
    """The gaps of all results.

    That a result judged nothing is left out if another result judged something and its clusters are known, which are
    empty or excluded, or if it is a shard that had nothing to read.
    """
    gaps = {gap for result in results for gap in result.gaps}
    if any(result.judged for result in results):
        places = {(item.cluster.account, item.cluster.region) for result in results for item in result.clusters}
        gaps = {gap for gap in gaps if gap.code != NOTHING_JUDGED or (gap.resource and not _places_of(gap) & places)}
    return tuple(sorted(gaps))


def _places_of(gap: Gap) -> set[tuple[str, str]]:
    return {(gap.account, region) for region in gap.resource.split(", ")}


def _waived_gaps(results: Sequence[Result]) -> tuple[tuple[Gap, WaiverMark], ...]:
    """The gaps that every result with them waives."""
    unwaived = {gap for result in results for gap in result.unwaived_gaps}
    marks = sorted(
        (pair for result in results for pair in result.waived_gaps if pair[0] not in unwaived),
        key=lambda pair: (pair[0], pair[1].waiver_id),
        reverse=True,
    )
    return tuple(sorted(dict(marks).items(), key=lambda pair: pair[0]))


def _reported(results: Sequence[Result]) -> Reported | None:
    reports = [result.reported for result in results if result.reported is not None]
    return Reported.union(reports) if len(reports) == len(results) else None


def _known_gaps(results: Sequence[Result]) -> frozenset[tuple[str, str]] | None:
    earlier = [result.known_gaps for result in results if result.known_gaps is not None]
    return frozenset(chain.from_iterable(earlier)) if len(earlier) == len(results) else None


def united_vanished(results: Sequence[Result]) -> Vanished | None:
    """What vanished since earlier reports in all results; ``None`` if a result was compared with none."""
    vanished = [result.vanished for result in results if result.vanished is not None]
    if len(vanished) < len(results):
        return None
    return Vanished(
        fixed=tuple(finding for part in vanished for finding in part.fixed),
        unknown=tuple(finding for part in vanished for finding in part.unknown),
        grown=tuple(finding for part in vanished for finding in part.grown),
    )
