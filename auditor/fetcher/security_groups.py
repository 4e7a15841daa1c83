"""Security groups: the rules of one, the names of many."""

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

_NAMES = Lookup(
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
    """A group without its name, and how many rules its answer promised where they are not as many as came."""

    group: SecurityGroup
    stated_counts: tuple[StatedCount, ...] = ()


def read_rules(reader: RegionReader, security_group_id: str) -> ReadGroup:
    """The group's rules. Filters are never used: they renumber and leave out (vpc/DescribeSecurityGroupPolicies)."""
    action = actions.SECURITY_GROUP_POLICIES
    try:
        answer = reader.call(action, {"SecurityGroupId": security_group_id})
    except FetchError as error:
        gap = reader.gap(error, f"the rules of {security_group_id} are", security_group_id)
        lost = SecurityGroup(region=reader.region, security_group_id=security_group_id, ingress=gap, egress=gap)
        return ReadGroup(group=lost)
    origin = reader.call_site(action)
    group = rule_parsing.parse_group(answer, origin, security_group_id)
    return ReadGroup(group=group, stated_counts=rule_parsing.parse_stated_counts(answer, origin, group))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingGroups:
    """The groups of a list that this region has, by id with what the list says of each."""

    rows: Mapping[str, Mapping[str, object]]
    gaps: tuple[Gap, ...]


def read_existing_groups(reader: RegionReader, group_ids: Iterable[str]) -> ExistingGroups:
    """Which of ``group_ids`` this region has. Not to be called on the floor of lists.

    What a recording does not hold is no gap: these groups are read in case that a change needs them.
    """
    found = reader.look_up(_NAMES, group_ids)
    lost = {gap for gap in found.failed.values() if gap.code != NOT_RECORDED}
    return ExistingGroups(rows=found.rows, gaps=tuple(sorted(lost)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGroups:
    """The groups by id with their names. ``absent`` are groups that rules name and that the region does not have."""

    groups: tuple[SecurityGroup, ...]
    absent: frozenset[str]
    gaps: tuple[Gap, ...]


def read_names(reader: RegionReader, groups: Iterable[SecurityGroup], known: ExistingGroups) -> NamedGroups:
    """The groups with name, description and project. Unknown names make nothing else so.

    Where ``known`` has all of them, nothing is asked again.
    """
    by_id = {group.security_group_id: group for group in groups}
    referred = peer_groups(by_id.values())
    wanted = by_id.keys() | referred
    found = reader.look_up(_NAMES, wanted if wanted - known.rows.keys() else ())
    rows = {**known.rows, **found.rows}
    return NamedGroups(
        groups=tuple(_add_name(by_id[group_id], rows.get(group_id, {})) for group_id in sorted(by_id)),
        absent=found.absent & referred,
        gaps=tuple(sorted(set(found.failed.values()))),
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
