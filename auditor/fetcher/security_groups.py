"""Reads security groups: the rules of one group by its id, and the names of many groups.

A failed call leaves a gap in place of the rules; unknown names leave a gap and change nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields, rule_parsing
from auditor.fetcher.api_response import NOT_RECORDED
from auditor.fetcher.paging import Listing, Paging
from auditor.fetcher.region_reader import Lookup, RegionReader
from auditor.fetcher.rule_parsing import StatedCount
from auditor.model import identifiers
from auditor.model.gaps import Gap
from auditor.model.rules import SecurityGroup

_BY_ID = Lookup(
    listing=Listing(
        action=actions.SECURITY_GROUPS,
        rows="SecurityGroupSet",
        row_id="SecurityGroupId",
        prefixes=identifiers.GROUP,
        paging=Paging.STRING,
    ),
    parameter="SecurityGroupIds",
    unknown="names",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadGroup:
    """A group without its name, and the stated counts of rules that are larger than the number of rules that came."""

    group: SecurityGroup
    stated_counts: tuple[StatedCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingGroups:
    """The groups of a list of ids that the region has: their rows in the list of groups, by id."""

    rows: Mapping[str, Mapping[str, object]]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGroups:
    """Groups with their names, by id. ``absent``: groups that rules name as peer and the region does not have."""

    groups: tuple[SecurityGroup, ...]
    absent: frozenset[str]
    gaps: tuple[Gap, ...]


def read_rules(reader: RegionReader, security_group_id: str) -> ReadGroup:
    """Read the rules of a group.

    The call has no filter: filters renumber rules and leave rules out (vpc/DescribeSecurityGroupPolicies).
    """
    action = actions.SECURITY_GROUP_POLICIES
    try:
        answer = reader.call(action, {"SecurityGroupId": security_group_id})
    except FetchError as error:
        gap = reader.gap(error, f"the rules of {security_group_id} are", security_group_id)
        unread = SecurityGroup(region=reader.region, security_group_id=security_group_id, ingress=gap, egress=gap)
        return ReadGroup(group=unread)
    call_site = reader.call_site(action)
    group = rule_parsing.parse_group(answer, call_site, security_group_id)
    return ReadGroup(group=group, stated_counts=rule_parsing.parse_stated_counts(answer, call_site, group))


def read_existing_groups(reader: RegionReader, group_ids: Iterable[str]) -> ExistingGroups:
    """Read which of ``group_ids`` this region has. Must not be called on a thread of the lists.

    A recording without the answer leaves no gap: these groups are read only in case a planned change needs them.
    """
    result = reader.look_up(_BY_ID, group_ids)
    gaps = {gap for gap in result.failed.values() if gap.code != NOT_RECORDED}
    return ExistingGroups(rows=result.rows, gaps=tuple(sorted(gaps)))


def read_names(reader: RegionReader, groups: Iterable[SecurityGroup], existing: ExistingGroups) -> NamedGroups:
    """Read the name, description and project of each group; no call where ``existing`` has all of them.

    Peer groups of rules are looked up as well, to learn which of them the region does not have. Must not be called on a
    thread of the lists.
    """
    group_by_id = {group.security_group_id: group for group in groups}
    peers = peer_groups(group_by_id.values())
    wanted = group_by_id.keys() | peers
    result = reader.look_up(_BY_ID, wanted if wanted - existing.rows.keys() else ())
    rows = {**existing.rows, **result.rows}
    return NamedGroups(
        groups=tuple(_add_name(group_by_id[group_id], rows.get(group_id, {})) for group_id in sorted(group_by_id)),
        absent=result.absent & peers,
        gaps=tuple(sorted(set(result.failed.values()))),
    )


def _add_name(group: SecurityGroup, row: Mapping[str, object]) -> SecurityGroup:
    return replace(
        group,
        name=json_fields.label(row, "SecurityGroupName"),
        description=json_fields.label(row, "SecurityGroupDesc"),
        project_id=json_fields.label(row, "ProjectId"),
    )


def peer_groups(groups: Iterable[SecurityGroup]) -> frozenset[str]:
    """The ids of the groups that rules of ``groups`` name as peer."""
    return frozenset(rule.peer_group for group in groups for _, rule in group.all_rules()) - {""}
