"""What binds a group at the moment: instances, and network interfaces with all their private addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import actions, wire_members
from auditor.fetcher.nodes import INSTANCES
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.reader import Reader, is_bad_id
from auditor.fetcher.wire import Origin
from auditor.fetcher.wire_members import Bound
from auditor.model import identifiers
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import Membership

FILTER_VALUES = 5
"""Most values that a filter takes (cvm/DescribeInstances; vpc refuses more as well)."""

_INTERFACES = Listing(
    action=actions.NETWORK_INTERFACES,
    rows="NetworkInterfaceSet",
    row_id="NetworkInterfaceId",
    prefixes=identifiers.INTERFACE,
)

ReadRow = Callable[[Mapping[str, Any], Origin], Bound]


def read_instances(reader: Reader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """The instances that bind each of at most :data:`FILTER_VALUES` groups."""
    return _Query(reader, INSTANCES, "security-group-id", wire_members.of_instance).read(group_ids)


def read_interfaces(reader: Reader, group_ids: tuple[str, ...]) -> tuple[Membership, ...]:
    """The network interfaces that bind each of at most :data:`FILTER_VALUES` groups, primary ones included."""
    return _Query(reader, _INTERFACES, "groups.security-group-id", wire_members.of_interface).read(group_ids)


class _Query:
    """One of the two lists, filtered by group."""

    def __init__(self, reader: Reader, listing: Listing, filter_name: str, read_row: ReadRow) -> None:
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

    def _unclear(self, one: Bound, origin: Origin) -> Gap:
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
