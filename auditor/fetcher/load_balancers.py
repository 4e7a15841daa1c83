"""Reads the load balancers of VPCs: their groups, listeners, back ends and target groups.

The list of a VPC comes first, then the listeners and back ends of all its balancers at once, then the target groups
that the listeners name. A failed call leaves a gap; where a policy denies a call, one gap for the whole VPC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from auditor.errors import FetchError, PermissionDenied
from auditor.fetcher import actions, json_fields, load_balancer_parsing, target_parsing
from auditor.fetcher.load_balancer_parsing import ListedBalancer, ListedListener
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import bound_groups
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LoadBalancer

_BALANCERS = Listing(
    action=actions.LOAD_BALANCERS,
    rows="LoadBalancerSet",
    row_id="LoadBalancerId",
    prefixes=identifiers.LOAD_BALANCER,
)
_LISTENERS = Listing(
    action=actions.LISTENERS,
    rows="Listeners",
    row_id="ListenerId",
    prefixes=identifiers.LISTENER,
    paging=Paging.NONE,
)
_TARGETS = replace(_LISTENERS, action=actions.TARGETS)
_GROUP_TARGETS = Listing(
    action=actions.TARGET_GROUP_INSTANCES,
    rows="TargetGroupInstanceSet",
    row_id="",
    counts=("RealCount", "TotalCount"),
)
"""TotalCount leaves out the back ends that a policy hides; RealCount has them."""

OLDEST_FIRST = 0
"""OrderType: a balancer that is created while the pages are read then moves no row to another page."""

_GONE = "LBIdNotFound"

_UNKNOWN_TARGETS = "which back ends {} has is"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBalancers:
    """The load balancers of several VPCs, by id; ``gaps`` say which VPCs may have more."""

    balancers: tuple[LoadBalancer, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _DetailReads:
    """The reads of the listeners and the back ends of one load balancer."""

    listeners: Future[Rows]
    targets: Future[Rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedBalancers:
    """The load balancers of several VPCs, by id, while their listeners and back ends are being read.

    A classic load balancer has no reads.
    """

    balancers: tuple[tuple[ListedBalancer, _DetailReads | None], ...] = ()
    gaps: tuple[Gap, ...] = ()

    def bound_groups(self) -> tuple[str, ...]:
        """The groups of all load balancers, each once."""
        bindings = (listed.balancer.security_groups for listed, _ in self.balancers)
        return tuple(dict.fromkeys(group for binding in bindings for group in bound_groups(binding)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenedBalancer:
    """A load balancer with its listeners and with its rows of DescribeTargets, but without target groups."""

    balancer: LoadBalancer
    listeners: tuple[ListedListener, ...] = ()
    targets: Rows = field(default_factory=lambda: Rows(rows=()))

    def group_ids(self) -> set[str]:
        """The target groups of all listeners."""
        return {group for listener in self.listeners for source in listener.sources for group in source.group_ids}


def start_balancers(reader: RegionReader, vpc_ids: Iterable[str]) -> StartedBalancers:
    """Read the lists of load balancers and start to read their listeners and back ends.

    Must not be called on a thread of the lists.
    """
    reads = {vpc_id: reader.start(_read_list, reader, vpc_id) for vpc_id in sorted(vpc_ids)}
    lists = {vpc_id: read.result() for vpc_id, read in reads.items()}
    gaps = [gap for rows in lists.values() for gap in rows.gaps]
    call_site = reader.call_site(actions.LOAD_BALANCERS)
    listed_by_id: dict[str, ListedBalancer] = {}
    for vpc_id, rows in lists.items():
        for row in rows.rows:
            listed = load_balancer_parsing.parse_balancer(row, call_site)
            if listed.balancer.vpc_id == vpc_id:
                listed_by_id[listed.balancer.load_balancer_id] = listed
            else:
                gaps.append(_foreign_gap(reader, vpc_id, listed.balancer))
    return StartedBalancers(
        balancers=tuple((listed, _start(reader, listed)) for _, listed in sorted(listed_by_id.items())),
        gaps=tuple(gaps),
    )


def _read_list(reader: RegionReader, vpc_id: str) -> Rows:
    params = {"VpcId": vpc_id, "OrderType": OLDEST_FIRST, "AdditionalFields": ["TargetCount"]}
    return reader.rows(_BALANCERS, params, unknown=f"which load balancers {vpc_id} has is", resource=vpc_id)


def _foreign_gap(reader: RegionReader, vpc_id: str, balancer: LoadBalancer) -> Gap:
    message = (
        f"the list of load balancers of {vpc_id} has {balancer.load_balancer_id} of {balancer.vpc_id or 'no VPC'}: "
        f"the load balancers of {vpc_id} could not be fully listed"
    )
    return reader.call_site(actions.LOAD_BALANCERS).gap(vpc_id, "UnexpectedAnswer", message, GapKind.UNREAD)


def _start(reader: RegionReader, listed: ListedBalancer) -> _DetailReads | None:
    if listed.is_classic:
        return None
    balancer = listed.balancer
    return _DetailReads(
        listeners=reader.start(_read_details, reader, _LISTENERS, balancer, "which listeners {} has is"),
        targets=reader.start(_read_details, reader, _TARGETS, balancer, _UNKNOWN_TARGETS),
    )


def _read_details(reader: RegionReader, listing: Listing, balancer: LoadBalancer, unknown: str) -> Rows:
    params = {"LoadBalancerId": balancer.load_balancer_id}
    return _read_rows(reader, listing, params, balancer.load_balancer_id, balancer.vpc_id, unknown)


def _read_rows(
    reader: RegionReader, listing: Listing, params: Mapping[str, object], resource: str, vpc_id: str, unknown: str
) -> Rows:
    """Read a list of one load balancer or target group. ``unknown`` has braces in its place, or in that of its VPC.

    A policy usually denies the call for all load balancers of a VPC, so its gap names the VPC.
    """
    try:
        return reader.read(listing, params, unknown=unknown.format(resource), resource=resource)
    except FetchError as error:
        denied = vpc_id if isinstance(error, PermissionDenied) else resource
        return Rows(rows=(), gaps=(reader.gap(error, unknown.format(denied), denied),))


def finish_balancers(reader: RegionReader, started: StartedBalancers) -> ReadBalancers:
    """Wait for listeners and back ends, read the target groups that they name, and build the load balancers.

    Must not be called on a thread of the lists.
    """
    denials = _Denials()
    opened = [
        balancer
        for listed, reads in started.balancers
        if (balancer := _open(reader, listed, reads, denials)) is not None
    ]
    vpc_ids = {group_id: item.balancer.vpc_id for item in opened for group_id in item.group_ids()}
    group_reads = {
        group_id: reader.start(_read_group, reader, group_id, vpc_id) for group_id, vpc_id in sorted(vpc_ids.items())
    }
    groups = {group_id: denials.joined(read.result()) for group_id, read in group_reads.items()}
    balancers = tuple(_build(reader, item, groups) for item in opened)
    return ReadBalancers(balancers=balancers, gaps=started.gaps)


def _read_group(reader: RegionReader, group_id: str, vpc_id: str) -> Rows:
    params = {"Filters": [{"Name": "TargetGroupId", "Values": [group_id]}]}
    return _read_rows(reader, _GROUP_TARGETS, params, group_id, vpc_id, _UNKNOWN_TARGETS)


class _Denials:
    """Joins the gaps of calls that a policy denies: one for each VPC and action, whichever request it was."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, str], Gap] = {}

    def joined(self, rows: Rows) -> Rows:
        """``rows`` with the first gap of its VPC, action and code in place of each gap of a VPC."""
        return replace(rows, gaps=tuple(self._join(gap) for gap in rows.gaps))

    def _join(self, gap: Gap) -> Gap:
        is_of_vpc = gap.resource.startswith(identifiers.VPC)
        return self._first.setdefault((gap.resource, gap.action, gap.code), gap) if is_of_vpc else gap


def _open(
    reader: RegionReader, listed: ListedBalancer, reads: _DetailReads | None, denials: _Denials
) -> _OpenedBalancer | None:
    """Add the listeners; ``None`` for a load balancer that was deleted after the list was read."""
    if reads is None:
        return _OpenedBalancer(balancer=_with_classic_listeners(reader, listed))
    listeners, targets = denials.joined(reads.listeners.result()), denials.joined(reads.targets.result())
    if all(any(gap.code.endswith(_GONE) for gap in rows.gaps) for rows in (listeners, targets)):
        return None
    balancer = listed.balancer
    if listeners.gaps and not listeners.rows:
        return _OpenedBalancer(balancer=replace(balancer, listeners=listeners.gaps[0]))
    call_site = reader.call_site(actions.LISTENERS)
    parsed = [load_balancer_parsing.parse_listener(row, balancer.load_balancer_id, call_site) for row in listeners.rows]
    gaps = (*balancer.gaps, *listeners.gaps, *(gap for item in parsed if isinstance(item, tuple) for gap in item))
    return _OpenedBalancer(
        balancer=replace(balancer, gaps=gaps),
        listeners=tuple(item for item in parsed if isinstance(item, ListedListener)),
        targets=targets,
    )


def _with_classic_listeners(reader: RegionReader, listed: ListedBalancer) -> LoadBalancer:
    """A classic load balancer: without back ends nothing passes it, otherwise its listeners are unknown."""
    if listed.has_targets is False:
        return listed.balancer
    balancer_id = listed.balancer.load_balancer_id
    message = f"{balancer_id} is a classic load balancer: which listeners and back ends it has is unknown"
    gap = reader.call_site(actions.LISTENERS).gap(balancer_id, "ClassicLoadBalancer", message, GapKind.UNREAD)
    return replace(listed.balancer, listeners=gap)


def _build(reader: RegionReader, opened: _OpenedBalancer, groups: Mapping[str, Rows]) -> LoadBalancer:
    balancer, targets = opened.balancer, opened.targets
    if isinstance(balancer.listeners, Gap):
        return balancer
    call_site = reader.call_site(actions.TARGETS)
    rows = {json_fields.label(row, "ListenerId"): row for row in targets.rows}
    unlisted = rows.keys() - {listener.listener_id for listener in opened.listeners}
    reason = targets.gaps[0] if targets.gaps else None
    listeners = tuple(
        target_parsing.build_listener(
            listener, balancer.load_balancer_id, rows.get(listener.listener_id, reason), groups, call_site
        )
        for listener in sorted(opened.listeners, key=lambda listener: listener.listener_id)
    )
    gaps = (
        *balancer.gaps,
        *(targets.gaps if targets.rows else ()),
        *(_unlisted_gap(reader, balancer, listener_id) for listener_id in sorted(unlisted)),
    )
    return replace(balancer, listeners=listeners, gaps=gaps)


def _unlisted_gap(reader: RegionReader, balancer: LoadBalancer, listener_id: str) -> Gap:
    balancer_id = balancer.load_balancer_id
    message = (
        f"DescribeTargets lists {listener_id} and DescribeListeners does not: which listeners {balancer_id} has is not "
        "fully known"
    )
    return reader.call_site(actions.LISTENERS).gap(balancer_id, "PartialAnswer", message, GapKind.UNREAD)
