"""What binds a group: rows of cvm/DescribeInstances and vpc/DescribeNetworkInterfaces -> members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields
from auditor.fetcher.cluster_reader import ClusterRead
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.nodes import INSTANCES
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.region_reader import RegionReader, is_bad_id
from auditor.model import identifiers
from auditor.model.clusters import Node, bound_groups
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import Member, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundMember:
    """A member with the groups that it binds, in binding order; ``None`` where the answer does not say.

    ``gaps`` holds what of its addresses could not be read.
    """

    member: Member
    security_groups: tuple[str, ...] | None
    gaps: tuple[Gap, ...] = ()


def parse_instance_member(row: Mapping[str, Any], origin: CallSite) -> BoundMember:
    """An instance with the private addresses of its primary interface; public ones never count as a source group."""
    instance_id = json_fields.label(row, "InstanceId")
    defects = _defects(origin, instance_id)
    texts = [*json_fields.texts(row, "PrivateIpAddresses", defects), *json_fields.texts(row, "IPv6Addresses", defects)]
    member = Member(
        instance_id=instance_id,
        name=json_fields.label(row, "InstanceName"),
        addresses=json_fields.addresses_of(texts, defects),
    )
    groups = json_fields.names(row, "SecurityGroupIds", identifiers.GROUP)
    return BoundMember(member=member, security_groups=groups, gaps=defects.gaps)


def parse_interface_member(row: Mapping[str, Any], origin: CallSite) -> BoundMember:
    """An interface, attached or not, with all its private addresses, those of Pods included."""
    interface_id = json_fields.label(row, "NetworkInterfaceId")
    defects = _defects(origin, interface_id)
    texts = [
        *(
            json_fields.spelling(item, "PrivateIpAddress")
            for item in json_fields.mappings(row, "PrivateIpAddressSet", defects)
        ),
        *(json_fields.spelling(item, "Address") for item in json_fields.mappings(row, "Ipv6AddressSet", defects)),
    ]
    member = Member(
        instance_id=_parse_attachment(row, defects),
        interface_id=interface_id,
        name=json_fields.label(row, "NetworkInterfaceName"),
        business=json_fields.text(row, "Business", defects),
        addresses=json_fields.addresses_of(texts, defects),
    )
    groups = json_fields.names(row, "GroupSet", identifiers.GROUP)
    return BoundMember(member=member, security_groups=groups, gaps=defects.gaps)


def _defects(origin: CallSite, resource: str) -> Defects:
    unknown = "what binds the group, and with which addresses, is not wholly known"
    return Defects(origin=origin, resource=resource, unknown=unknown)


def _parse_attachment(row: Mapping[str, Any], defects: Defects) -> str:
    """The instance that an interface is attached to; empty without an attachment, or one with nothing in it."""
    attachment = json_fields.mapping(row, "Attachment", defects)
    if any(attachment.values()) and attachment.get("InstanceId") in (None, ""):
        defects.add("Attachment", attachment, "an attachment with an InstanceId")
    return json_fields.identifier(attachment, "InstanceId", defects)


FILTER_VALUES = 5
"""Most values that a filter takes (cvm/DescribeInstances; vpc refuses more as well)."""

_INTERFACES = Listing(
    action=actions.NETWORK_INTERFACES,
    rows="NetworkInterfaceSet",
    row_id="NetworkInterfaceId",
    prefixes=identifiers.INTERFACE,
)

ParseRow = Callable[[Mapping[str, Any], CallSite], BoundMember]


def read_instances(reader: RegionReader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """The instances that bind each of at most :data:`FILTER_VALUES` groups."""
    return _MemberQuery(reader, INSTANCES, "security-group-id", parse_instance_member).read(group_ids)


def read_interfaces(reader: RegionReader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """The network interfaces that bind each of at most :data:`FILTER_VALUES` groups, primary ones included."""
    return _MemberQuery(reader, _INTERFACES, "groups.security-group-id", parse_interface_member).read(group_ids)


class _MemberQuery:
    """One of the two lists, filtered by group."""

    def __init__(self, reader: RegionReader, listing: Listing, filter_name: str, parse_row: ParseRow) -> None:
        self._reader = reader
        self._listing = listing
        self._filter = filter_name
        self._parse_row = parse_row

    def read(self, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
        """Memberships in the order of ``group_ids``. One unknown group fails all, so then each is asked alone."""
        params = {"Filters": [{"Name": self._filter, "Values": list(group_ids)}]}
        resource = ", ".join(group_ids)
        unknown = f"what binds {resource} is"
        try:
            rows = self._reader.read(self._listing, params, unknown=unknown, resource=resource)
        except FetchError as error:
            if is_bad_id(error) and len(group_ids) > 1:
                return tuple(found for group_id in group_ids for found in self.read((group_id,)))
            gap = self._reader.gap(error, unknown, resource)
            rows = Rows(rows=(), gaps=(gap,))
        return self._by_group(group_ids, rows)

    def _by_group(self, group_ids: tuple[str, ...], rows: Rows) -> tuple[Membership, ...]:
        origin = self._reader.call_site(self._listing.action)
        found = [self._parse_row(row, origin) for row in rows.rows]
        unclear = tuple(self._no_groups_gap(one, origin) for one in found if one.security_groups is None)
        return tuple(self._membership(group_id, found, (*rows.gaps, *unclear)) for group_id in group_ids)

    def _membership(self, group_id: str, found: list[BoundMember], gaps: tuple[Gap, ...]) -> Membership:
        """Rows that bind none of the groups asked about count nowhere: the interfaces say the same more exactly."""
        here = [one for one in found if group_id in (one.security_groups or ())]
        return Membership(
            region=self._reader.region,
            security_group_id=group_id,
            members=tuple(one.member for one in here),
            gaps=(*gaps, *(gap for one in here for gap in one.gaps)),
        )

    def _no_groups_gap(self, one: BoundMember, origin: CallSite) -> Gap:
        resource = one.member.interface_id or one.member.instance_id
        message = f"which groups {resource} binds is unknown: it may be any that was asked about"
        return origin.gap(resource, "NoGroupList", message, GapKind.UNREAD)


def merge_memberships(one: Membership, other: Membership) -> Membership:
    """What both lists say of one group."""
    members = sorted({*one.members, *other.members}, key=lambda member: (member.instance_id, member.interface_id))
    return Membership(
        region=one.region,
        security_group_id=one.security_group_id,
        members=tuple(members),
        gaps=tuple(sorted({*one.gaps, *other.gaps})),
    )


def complete_memberships(
    reader: RegionReader,
    memberships: Iterable[Membership],
    clusters: Iterable[ClusterRead],
    *,
    referred: frozenset[str],
    absent: frozenset[str],
) -> tuple[Membership, ...]:
    """``memberships`` with the nodes that they lack, and a gap where they lack any.

    ``referred`` are groups that rules name: there an address of a node that could not be read is a gap as well. Of
    ``absent`` ones, which the region does not have, no list of members tells anything.
    """
    known = tuple(clusters)
    instances = _instances_by_group(known)
    address_gaps = _address_gaps_by_group(known)
    whole = (_add_nodes(reader, found, instances[found.security_group_id]) for found in memberships)
    present = (_add_absence(reader, found) if found.security_group_id in absent else found for found in whole)
    return tuple(_add_address_gaps(reader, found, address_gaps, referred) for found in present)


def _instances_by_group(clusters: Iterable[ClusterRead]) -> defaultdict[str, dict[str, Node]]:
    """The nodes that are CVMs, by group and instance."""
    instances: defaultdict[str, dict[str, Node]] = defaultdict(dict)
    for cluster_read in clusters:
        for node in cluster_read.cluster.nodes:
            for group in (
                bound_groups(node.security_groups) if node.instance_id.startswith(identifiers.INSTANCE) else ()
            ):
                instances[group][node.instance_id] = node
    return instances


def _address_gaps_by_group(clusters: Iterable[ClusterRead]) -> defaultdict[str, list[Gap]]:
    """Gaps of nodes whose address is none, by group."""
    address_gaps: defaultdict[str, list[Gap]] = defaultdict(list)
    for cluster_read in clusters:
        for node in cluster_read.cluster.nodes:
            for group in bound_groups(node.security_groups) if node.node_id in cluster_read.address_gaps else ():
                address_gaps[group].append(cluster_read.address_gaps[node.node_id])
    return address_gaps


def _add_nodes(reader: RegionReader, found: Membership, instances: Mapping[str, Node]) -> Membership:
    listed = {member.instance_id for member in found.members}
    lacking = [instances[instance_id] for instance_id in sorted(instances.keys() - listed)]
    if not lacking:
        return found
    return replace(
        found,
        members=(*found.members, *(_member(node) for node in lacking)),
        gaps=(*found.gaps, *(() if found.gaps else (_missing_nodes_gap(reader, found, lacking),))),
    )


def _add_absence(reader: RegionReader, found: Membership) -> Membership:
    """A group of another account or of the past: what binds it was not told, and no list of ours would tell."""
    group = found.security_group_id
    message = f"rules name {group} and vpc:DescribeSecurityGroups does not know it: what binds it is unknown"
    gap = reader.call_site(actions.SECURITY_GROUPS).gap(group, "GroupNotFound", message, GapKind.UNREAD)
    return replace(found, gaps=(*found.gaps, gap))


def _member(node: Node) -> Member:
    return Member(instance_id=node.instance_id, name=node.name, addresses=node.addresses)


def _missing_nodes_gap(reader: RegionReader, found: Membership, lacking: list[Node]) -> Gap:
    more = f" and {len(lacking) - 1} more nodes" if len(lacking) > 1 else ""
    message = (
        f"{lacking[0].instance_id}{more} bind {found.security_group_id} and no list of what binds it has them: "
        f"what else binds it is unknown"
    )
    return reader.call_site(actions.INSTANCES).gap(found.security_group_id, "PartialAnswer", message, GapKind.UNREAD)


def _add_address_gaps(
    reader: RegionReader, found: Membership, address_gaps: Mapping[str, list[Gap]], referred: frozenset[str]
) -> Membership:
    if found.security_group_id not in referred:
        return found
    more = (*address_gaps.get(found.security_group_id, ()), *_no_address_gaps(reader, found))
    return replace(found, gaps=(*found.gaps, *more)) if more else found


def _no_address_gaps(reader: RegionReader, found: Membership) -> Iterator[Gap]:
    """An interface that came without an address, or an instance of which no interface came with one either."""
    addressed = {member.instance_id for member in found.members if member.addresses}
    for member in found.members:
        resource = member.interface_id or member.instance_id
        if not member.addresses and (member.interface_id or member.instance_id not in addressed):
            action = actions.NETWORK_INTERFACES if member.interface_id else actions.INSTANCES
            message = f"{resource} binds {found.security_group_id} and no answer has an address of it"
            yield reader.call_site(action).gap(resource, "NoAddress", message, GapKind.UNREAD)
