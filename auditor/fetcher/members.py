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
from auditor.fetcher.nodes import INSTANCE, INSTANCES
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.region_reader import RegionReader, is_bad_id
from auditor.model import identifiers
from auditor.model.clusters import Node
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import Member, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A member with the groups that it binds, in binding order; ``None`` where the answer does not say.

    ``gaps`` holds what of its addresses could not be read.
    """

    member: Member
    security_groups: tuple[str, ...] | None
    gaps: tuple[Gap, ...] = ()


def of_instance(row: Mapping[str, Any], origin: CallSite) -> Bound:
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
    return Bound(member=member, security_groups=groups, gaps=defects.gaps)


def of_interface(row: Mapping[str, Any], origin: CallSite) -> Bound:
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
        instance_id=_attached_to(row, defects),
        interface_id=interface_id,
        name=json_fields.label(row, "NetworkInterfaceName"),
        business=json_fields.text(row, "Business", defects),
        addresses=json_fields.addresses_of(texts, defects),
    )
    groups = json_fields.names(row, "GroupSet", identifiers.GROUP)
    return Bound(member=member, security_groups=groups, gaps=defects.gaps)


def _defects(origin: CallSite, resource: str) -> Defects:
    unknown = "what binds the group, and with which addresses, is not wholly known"
    return Defects(origin=origin, resource=resource, unknown=unknown)


def _attached_to(row: Mapping[str, Any], defects: Defects) -> str:
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

ReadRow = Callable[[Mapping[str, Any], CallSite], Bound]


def read_instances(reader: RegionReader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """The instances that bind each of at most :data:`FILTER_VALUES` groups."""
    return _Query(reader, INSTANCES, "security-group-id", of_instance).read(group_ids)


def read_interfaces(reader: RegionReader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """The network interfaces that bind each of at most :data:`FILTER_VALUES` groups, primary ones included."""
    return _Query(reader, _INTERFACES, "groups.security-group-id", of_interface).read(group_ids)


class _Query:
    """One of the two lists, filtered by group."""

    def __init__(self, reader: RegionReader, listing: Listing, filter_name: str, read_row: ReadRow) -> None:
        self._reader = reader
        self._listing = listing
        self._filter = filter_name
        self._read_row = read_row

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
        origin = self._reader.origin(self._listing.action)
        found = [self._read_row(row, origin) for row in rows.rows]
        unclear = tuple(self._unclear(one, origin) for one in found if one.security_groups is None)
        return tuple(self._membership(group_id, found, (*rows.gaps, *unclear)) for group_id in group_ids)

    def _membership(self, group_id: str, found: list[Bound], gaps: tuple[Gap, ...]) -> Membership:
        """Rows that bind none of the groups asked about count nowhere: the interfaces say the same more exactly."""
        here = [one for one in found if group_id in (one.security_groups or ())]
        return Membership(
            region=self._reader.region,
            security_group_id=group_id,
            members=tuple(one.member for one in here),
            gaps=(*gaps, *(gap for one in here for gap in one.gaps)),
        )

    def _unclear(self, one: Bound, origin: CallSite) -> Gap:
        resource = one.member.interface_id or one.member.instance_id
        message = f"which groups {resource} binds is unknown: it may be any that was asked about"
        return origin.gap(resource, "NoGroupList", message, GapKind.UNREAD)


def united(one: Membership, other: Membership) -> Membership:
    """What both lists say of one group."""
    members = sorted({*one.members, *other.members}, key=lambda member: (member.instance_id, member.interface_id))
    return Membership(
        region=one.region,
        security_group_id=one.security_group_id,
        members=tuple(members),
        gaps=tuple(sorted({*one.gaps, *other.gaps})),
    )


def completed(
    reader: RegionReader,
    memberships: Iterable[Membership],
    estates: Iterable[ClusterRead],
    *,
    referred: frozenset[str],
    absent: frozenset[str],
) -> tuple[Membership, ...]:
    """``memberships`` with the nodes that they lack, and a gap where they lack any.

    ``referred`` are groups that rules name: there an address of a node that could not be read is a gap as well. Of
    ``absent`` ones, which the region does not have, no list of members tells anything.
    """
    known = tuple(estates)
    machines = _machines(known)
    nameless = _nameless(known)
    whole = (_with_nodes(reader, found, machines[found.security_group_id]) for found in memberships)
    present = (_absent(reader, found) if found.security_group_id in absent else found for found in whole)
    return tuple(_with_addresses(reader, found, nameless, referred) for found in present)


def _machines(estates: Iterable[ClusterRead]) -> defaultdict[str, dict[str, Node]]:
    """The nodes that are CVMs, by group and instance."""
    machines: defaultdict[str, dict[str, Node]] = defaultdict(dict)
    for estate in estates:
        for node in estate.cluster.nodes:
            for group in _bound(node) if node.instance_id.startswith(INSTANCE) else ():
                machines[group][node.instance_id] = node
    return machines


def _nameless(estates: Iterable[ClusterRead]) -> defaultdict[str, list[Gap]]:
    """Gaps of nodes whose address is none, by group."""
    nameless: defaultdict[str, list[Gap]] = defaultdict(list)
    for estate in estates:
        for node in estate.cluster.nodes:
            for group in _bound(node) if node.node_id in estate.address_gaps else ():
                nameless[group].append(estate.address_gaps[node.node_id])
    return nameless


def _bound(node: Node) -> tuple[str, ...]:
    return node.security_groups if isinstance(node.security_groups, tuple) else ()


def _with_nodes(reader: RegionReader, found: Membership, machines: Mapping[str, Node]) -> Membership:
    listed = {member.instance_id for member in found.members}
    lacking = [machines[instance_id] for instance_id in sorted(machines.keys() - listed)]
    if not lacking:
        return found
    return replace(
        found,
        members=(*found.members, *(_member(node) for node in lacking)),
        gaps=(*found.gaps, *(() if found.gaps else (_short(reader, found, lacking),))),
    )


def _absent(reader: RegionReader, found: Membership) -> Membership:
    """A group of another account or of the past: what binds it was not told, and no list of ours would tell."""
    group = found.security_group_id
    message = f"rules name {group} and vpc:DescribeSecurityGroups does not know it: what binds it is unknown"
    gap = reader.origin(actions.SECURITY_GROUPS).gap(group, "GroupNotFound", message, GapKind.UNREAD)
    return replace(found, gaps=(*found.gaps, gap))


def _member(node: Node) -> Member:
    return Member(instance_id=node.instance_id, name=node.name, addresses=node.addresses)


def _short(reader: RegionReader, found: Membership, lacking: list[Node]) -> Gap:
    more = f" and {len(lacking) - 1} more nodes" if len(lacking) > 1 else ""
    message = (
        f"{lacking[0].instance_id}{more} bind {found.security_group_id} and no list of what binds it has them: "
        f"what else binds it is unknown"
    )
    return reader.origin(actions.INSTANCES).gap(found.security_group_id, "PartialAnswer", message, GapKind.UNREAD)


def _with_addresses(
    reader: RegionReader, found: Membership, nameless: Mapping[str, list[Gap]], referred: frozenset[str]
) -> Membership:
    if found.security_group_id not in referred:
        return found
    more = (*nameless.get(found.security_group_id, ()), *_without_address(reader, found))
    return replace(found, gaps=(*found.gaps, *more)) if more else found


def _without_address(reader: RegionReader, found: Membership) -> Iterator[Gap]:
    """An interface that came without an address, or an instance of which no interface came with one either."""
    addressed = {member.instance_id for member in found.members if member.addresses}
    for member in found.members:
        resource = member.interface_id or member.instance_id
        if not member.addresses and (member.interface_id or member.instance_id not in addressed):
            action = actions.NETWORK_INTERFACES if member.interface_id else actions.INSTANCES
            message = f"{resource} binds {found.security_group_id} and no answer has an address of it"
            yield reader.origin(action).gap(resource, "NoAddress", message, GapKind.UNREAD)
