"""Reads the members of security groups: the instances and network interfaces that bind each group.

Parses rows of cvm/DescribeInstances and vpc/DescribeNetworkInterfaces. Both lists are asked for the same groups and
merged, then completed with the nodes that bind the group (:func:`complete_memberships`). Everything that may be missing
from a list of members, or from the addresses of a member, is a gap of the membership. :class:`GroupReads` reads the
rules and members of groups while clusters come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import actions, interfaces, json_fields, security_groups
from auditor.fetcher.cluster_reader import ClusterRead
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.nodes import INSTANCES
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.progress import Phase, Progress, report_progress
from auditor.fetcher.region_reader import RegionReader, chunks, is_bad_id
from auditor.fetcher.security_groups import ReadGroup
from auditor.model import identifiers
from auditor.model.clusters import Node, bound_groups
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap, first_and_more
from auditor.model.rules import Member, Membership

FILTER_VALUES = 5
"""The largest number of values that a filter takes (cvm/DescribeInstances; vpc refuses more as well)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundMember:
    """A member with the groups that it binds, in binding order; ``None`` where the answer has no group list.

    ``gaps`` names the addresses that could not be read.
    """

    member: Member
    security_groups: tuple[str, ...] | None
    gaps: tuple[Gap, ...] = ()


def parse_instance_member(row: Mapping[str, Any], call_site: CallSite) -> BoundMember:
    """Parse an instance, with the private addresses of its primary interface.

    Public addresses are left out: a rule that names a group never matches them.
    """
    instance_id = json_fields.label(row, "InstanceId")
    defects = _defects(call_site, instance_id)
    texts = [*json_fields.texts(row, "PrivateIpAddresses", defects), *json_fields.texts(row, "IPv6Addresses", defects)]
    member = Member(
        instance_id=instance_id,
        name=json_fields.label(row, "InstanceName"),
        addresses=json_fields.addresses_of(texts, defects),
    )
    groups = json_fields.id_list(row, "SecurityGroupIds", identifiers.GROUP)
    return BoundMember(member=member, security_groups=groups, gaps=defects.gaps)


def parse_interface_member(row: Mapping[str, Any], call_site: CallSite) -> BoundMember:
    """Parse an interface, attached or not, with all its private addresses, including those of Pods."""
    interface_id = json_fields.label(row, "NetworkInterfaceId")
    defects = _defects(call_site, interface_id)
    member = Member(
        instance_id=interfaces.parse_attachment(row, defects),
        interface_id=interface_id,
        name=json_fields.label(row, "NetworkInterfaceName"),
        business=json_fields.text(row, "Business", defects),
        addresses=interfaces.parse_addresses(row, defects),
    )
    groups = json_fields.id_list(row, "GroupSet", identifiers.GROUP)
    return BoundMember(member=member, security_groups=groups, gaps=defects.gaps)


def _defects(call_site: CallSite, resource: str) -> Defects:
    unknown = "the instances bound to the group and their addresses could not be fully listed"
    return Defects(call_site=call_site, resource=resource, unknown=unknown)


def read_instances(reader: RegionReader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """Read the instances that bind each of at most :data:`FILTER_VALUES` groups, in the order of ``group_ids``."""
    return _MemberQuery(reader, INSTANCES, "security-group-id", parse_instance_member).read(group_ids)


def read_interfaces(reader: RegionReader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """Read the network interfaces that bind each of at most :data:`FILTER_VALUES` groups, primary ones included."""
    return _MemberQuery(reader, interfaces.LISTING, "groups.security-group-id", parse_interface_member).read(group_ids)


@dataclass(frozen=True, slots=True)
class _MemberQuery:
    """Reads a list of instances or of interfaces, filtered by group."""

    reader: RegionReader
    listing: Listing
    filter_name: str
    parse: Callable[[Mapping[str, Any], CallSite], BoundMember]

    def read(self, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
        """Read the members of ``group_ids``. One unknown group fails the whole call: then ask for each group alone."""
        params = {"Filters": [{"Name": self.filter_name, "Values": list(group_ids)}]}
        resource = ", ".join(group_ids)
        unknown = f"what binds {resource} is"
        try:
            rows = self.reader.read(self.listing, params, unknown=unknown, resource=resource)
        except FetchError as error:
            if is_bad_id(error) and len(group_ids) > 1:
                return tuple(membership for group_id in group_ids for membership in self.read((group_id,)))
            gap = self.reader.gap(error, unknown, resource)
            rows = Rows(rows=(), gaps=(gap,))
        return self._sort_by_group(group_ids, rows)

    def _sort_by_group(self, group_ids: tuple[str, ...], rows: Rows) -> tuple[Membership, ...]:
        call_site = self.reader.call_site(self.listing.action)
        members = [self.parse(row, call_site) for row in rows.rows]
        unknown = tuple(self._no_groups_gap(bound, call_site) for bound in members if bound.security_groups is None)
        return tuple(self._membership(group_id, members, (*rows.gaps, *unknown)) for group_id in group_ids)

    def _membership(self, group_id: str, members: list[BoundMember], gaps: tuple[Gap, ...]) -> Membership:
        """The membership of one group.

        Instances that bind none of the groups by their own row do not count: their interfaces say it more exactly.
        """
        of_group = [bound for bound in members if group_id in (bound.security_groups or ())]
        return Membership(
            region=self.reader.region,
            security_group_id=group_id,
            members=tuple(bound.member for bound in of_group),
            gaps=(*gaps, *(gap for bound in of_group for gap in bound.gaps)),
        )

    def _no_groups_gap(self, bound: BoundMember, call_site: CallSite) -> Gap:
        resource = bound.member.interface_id or bound.member.instance_id
        message = f"which groups {resource} binds is unknown: it may be any that was asked about"
        return call_site.gap(resource, "NoGroupList", message, GapKind.UNREAD)


def merge_memberships(first: Membership, second: Membership) -> Membership:
    """Merge two memberships of the same group."""
    members = sorted({*first.members, *second.members}, key=lambda member: (member.instance_id, member.interface_id))
    return Membership(
        region=first.region,
        security_group_id=first.security_group_id,
        members=tuple(members),
        gaps=tuple(sorted({*first.gaps, *second.gaps})),
    )


class GroupReads:
    """Reads of the rules and members of security groups; each group is read once, when a cluster first needs it.

    Invariant: groups are requested in an order that depends on the clusters alone, never on timing. So equal answers
    always lead to equal calls (a call for members covers :data:`FILTER_VALUES` groups), and a
    recording can be replayed.
    """

    def __init__(self, reader: RegionReader, progress: Progress) -> None:
        self._reader = reader
        self._progress = progress
        self._rules: dict[str, Future[ReadGroup]] = {}
        self._members: list[Future[tuple[Membership, ...]]] = []
        """Instances and interfaces of the same groups in turn."""
        self._waiting: list[str] = []
        """Groups whose members are not requested yet, because they do not fill a call."""

    def request(self, group_ids: Iterable[str]) -> None:
        """Start reading those of ``group_ids`` that were not requested before."""
        for group_id in group_ids:
            if group_id not in self._rules:
                self._rules[group_id] = self._reader.start(security_groups.read_rules, self._reader, group_id)
                self._waiting.append(group_id)
        while len(self._waiting) >= FILTER_VALUES:
            self._start_members(tuple(self._waiting[:FILTER_VALUES]))
            del self._waiting[:FILTER_VALUES]

    def rules(self) -> tuple[ReadGroup, ...]:
        """The requested groups, by id and without their names. Call it after the last request.

        Starts reading the members of the groups that the rules refer to.
        """
        read_groups = tuple(
            report_progress(self._progress, Phase.RULES, self._reader.region, list(self._rules.values()))
        )
        referred = security_groups.peer_groups(read_group.group for read_group in read_groups)
        for group_ids in chunks([*self._waiting, *sorted(referred - self._rules.keys())], FILTER_VALUES):
            self._start_members(group_ids)
        self._waiting.clear()
        return tuple(sorted(read_groups, key=lambda read_group: read_group.group.security_group_id))

    def memberships(self) -> tuple[Membership, ...]:
        """The members of the requested groups and of the groups that rules refer to, by id. Call it after ``rules``."""
        answers = list(report_progress(self._progress, Phase.MEMBERS, self._reader.region, self._members))
        memberships = [
            merge_memberships(of_instances, of_interfaces)
            for instances, interfaces in zip(answers[::2], answers[1::2], strict=True)
            for of_instances, of_interfaces in zip(instances, interfaces, strict=True)
        ]
        return tuple(sorted(memberships, key=lambda membership: membership.security_group_id))

    def _start_members(self, group_ids: tuple[str, ...]) -> None:
        self._members += [
            self._reader.start(read_instances, self._reader, group_ids),
            self._reader.start(read_interfaces, self._reader, group_ids),
        ]


def complete_memberships(
    reader: RegionReader,
    memberships: Iterable[Membership],
    clusters: Iterable[ClusterRead],
    *,
    referred: frozenset[str],
    absent: frozenset[str],
) -> tuple[Membership, ...]:
    """Complete ``memberships`` with the nodes that bind the groups and that no list has; such a node leaves a gap.

    ``referred``: groups that rules name as peer; a member of them without a readable address leaves a gap as well.
    ``absent``: groups that the region does not have; no list knows their members, so each of them gets a gap.
    """
    read_clusters = tuple(clusters)
    instances = _instances_by_group(read_clusters)
    address_gaps = _address_gaps_by_group(read_clusters)
    completed = (_add_nodes(reader, membership, instances[membership.security_group_id]) for membership in memberships)
    checked = (
        _add_absence(reader, membership) if membership.security_group_id in absent else membership
        for membership in completed
    )
    return tuple(
        _add_address_gaps(reader, membership, address_gaps[membership.security_group_id])
        if membership.security_group_id in referred
        else membership
        for membership in checked
    )


def _instances_by_group(clusters: Iterable[ClusterRead]) -> defaultdict[str, dict[str, Node]]:
    """The nodes that are CVM instances, by group and instance id."""
    instances: defaultdict[str, dict[str, Node]] = defaultdict(dict)
    for cluster_read in clusters:
        for node in cluster_read.cluster.nodes:
            if node.instance_id.startswith(identifiers.INSTANCE):
                for group_id in bound_groups(node.security_groups):
                    instances[group_id][node.instance_id] = node
    return instances


def _address_gaps_by_group(clusters: Iterable[ClusterRead]) -> defaultdict[str, list[Gap]]:
    """The gaps of nodes without a readable address, by group."""
    address_gaps: defaultdict[str, list[Gap]] = defaultdict(list)
    for cluster_read in clusters:
        for node in cluster_read.cluster.nodes:
            if gap := cluster_read.address_gaps.get(node.node_id):
                for group_id in bound_groups(node.security_groups):
                    address_gaps[group_id].append(gap)
    return address_gaps


def _add_nodes(reader: RegionReader, membership: Membership, instances: Mapping[str, Node]) -> Membership:
    listed = {member.instance_id for member in membership.members}
    missing = [instances[instance_id] for instance_id in sorted(instances.keys() - listed)]
    if not missing:
        return membership
    members = [Member(instance_id=node.instance_id, name=node.name, addresses=node.addresses) for node in missing]
    return replace(
        membership,
        members=(*membership.members, *members),
        gaps=membership.gaps or (_missing_nodes_gap(reader, membership, missing),),
    )


def _missing_nodes_gap(reader: RegionReader, membership: Membership, missing: list[Node]) -> Gap:
    nodes = first_and_more([node.instance_id for node in missing], "nodes")
    message = (
        f"{nodes} bind {membership.security_group_id} and no list of what binds it has them: "
        f"what else binds it is unknown"
    )
    call_site = reader.call_site(actions.INSTANCES)
    return call_site.gap(membership.security_group_id, "PartialAnswer", message, GapKind.UNREAD)


def _add_absence(reader: RegionReader, membership: Membership) -> Membership:
    """Add a gap for a group of another account, or a deleted group: no list of this account knows its members."""
    group_id = membership.security_group_id
    message = f"rules name {group_id} and vpc:DescribeSecurityGroups does not know it: what binds it is unknown"
    gap = reader.call_site(actions.SECURITY_GROUPS).gap(group_id, "GroupNotFound", message, GapKind.UNREAD)
    return replace(membership, gaps=(*membership.gaps, gap))


def _add_address_gaps(reader: RegionReader, membership: Membership, gaps: Iterable[Gap]) -> Membership:
    return replace(membership, gaps=(*membership.gaps, *gaps, *_no_address_gaps(reader, membership)))


def _no_address_gaps(reader: RegionReader, membership: Membership) -> Iterator[Gap]:
    """Gaps of interfaces without an address, and of instances without an address in any of their rows."""
    addressed = {member.instance_id for member in membership.members if member.addresses}
    for member in membership.members:
        resource = member.interface_id or member.instance_id
        if not member.addresses and (member.interface_id or member.instance_id not in addressed):
            action = actions.NETWORK_INTERFACES if member.interface_id else actions.INSTANCES
            message = f"{resource} binds {membership.security_group_id} and no answer has an address of it"
            yield reader.call_site(action).gap(resource, "NoAddress", message, GapKind.UNREAD)
