"""The identity of a baseline: what it asks for, permits and how it weighs, however it is written.

Names, titles, reasons, rows, owners, comments, the order of rows and the spelling of networks do not count; every id,
packet, role, direction, cluster and severity does, and the order of tiers and classes, of which the first match counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

from auditor.config.fields import service_entries, service_entry
from auditor.config.yaml_reader import Plain
from auditor.config.yaml_writer import write
from auditor.model import addresses
from auditor.model.baseline import (
    Allowance,
    Baseline,
    ExcessTable,
    FlowPattern,
    Reach,
    Requirement,
    ServiceClass,
    Text,
    Tier,
)
from auditor.model.clusters import Role
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction

Canonical: TypeAlias = "str | int | Sequence[Canonical] | Mapping[str, Canonical]"


def digest(requirements: tuple[Requirement, ...], allowances: tuple[Allowance, ...], excess: ExcessTable) -> str:
    """``sha256:`` of the canonical form."""
    canonical: Canonical = {
        "requirements": [
            _canonical_requirement(each) for each in sorted(requirements, key=lambda each: each.requirement_id)
        ],
        "allow": [_canonical_allowance(each) for each in sorted(allowances, key=lambda each: each.allowance_id)],
        "excess": _canonical_excess(excess),
    }
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _canonical_flow(flow: FlowPattern) -> Canonical:
    return {
        "services": list(flow.services.bounds),
        "networks": sorted(set(flow.networks)),
        "cidrs": list(addresses.cidrs(addresses.union(flow.cidrs))),
    }


def _canonical_requirement(each: Requirement) -> Canonical:
    return {
        "id": each.requirement_id,
        "role": each.role,
        "direction": each.direction,
        "flow": _canonical_flow(each.flow),
        "severity": each.severity,
        "tiers": [[_canonical_flow(tier.flow), tier.severity] for tier in each.tiers],
    }


def _canonical_allowance(each: Allowance) -> Canonical:
    return {
        "id": each.allowance_id,
        "direction": each.direction,
        "roles": sorted(each.roles),
        "clusters": sorted(set(each.clusters)),
        "flow": _canonical_flow(each.flow),
    }


def _canonical_excess(excess: ExcessTable) -> Canonical:
    return {
        "classes": [[each.name, sorted(each.roles), list(each.services.bounds)] for each in excess.classes],
        "severities": sorted(excess.severities),
    }


def dump(baseline: Baseline) -> str:
    """The whole of ``baseline``: loaded again it differs in ``source`` alone."""
    return write(
        {
            "name": baseline.name,
            "requirements": [_requirement(each) for each in baseline.requirements],
            "allow": [_allowance(each) for each in baseline.allowances],
            "excess": _excess(baseline.excess),
        }
    )


def _requirement(each: Requirement) -> dict[str, Plain]:
    tiers: list[Plain] = [_tier(tier) for tier in each.tiers]
    weights: dict[str, Plain] = {"tiers": tiers} if tiers else {}
    return {
        "id": each.requirement_id,
        "row": each.row,
        "role": each.role.value,
        "direction": each.direction.value,
        **_flow(each.flow),
        "severity": each.severity.value,
        **weights,
        "title": _text(each.title),
        "reason": _text(each.reason),
    }


def _tier(tier: Tier) -> dict[str, Plain]:
    reason: dict[str, Plain] = {"reason": _text(tier.reason)} if tier.reason else {}
    return {**_flow(tier.flow), "severity": tier.severity.value, **reason}


def _flow(flow: FlowPattern) -> dict[str, Plain]:
    where: dict[str, Plain] = {
        "networks": [network.value for network in flow.networks],
        "cidrs": list(flow.cidrs),
    }
    return {**service_entry(flow.services), **{key: value for key, value in where.items() if value}}


def _text(text: Text) -> dict[str, Plain]:
    return {"en": text.en, "zh": text.zh}


def _allowance(each: Allowance) -> dict[str, Plain]:
    role: dict[str, Plain] = {"role": each.roles[0].value} if each.roles else {}
    return {
        "id": each.allowance_id,
        "clusters": list(each.clusters),
        **role,
        "direction": each.direction.value,
        **_flow(each.flow),
        "reason": each.reason,
        "owner": each.owner,
    }


def _excess(excess: ExcessTable) -> dict[str, Plain]:
    names = tuple(dict.fromkeys(each.name for each in excess.classes))
    return {
        "classes": [_class(tuple(each for each in excess.classes if each.name == name)) for name in names],
        "severities": {
            direction.value: {reach.value: _cells(excess, direction, reach) for reach in Reach}
            for direction in Direction
        },
    }


def _class(parts: tuple[ServiceClass, ...]) -> dict[str, Plain]:
    """One class of the file from its parts, one a role where the roles differ."""
    by_role = {role: _on(parts, role) for role in Role}
    both = by_role[Role.NODE] & by_role[Role.MASTER]
    entries: list[Plain] = list(service_entries(both))
    for role, services in by_role.items():
        entries += [{**entry, "role": role.value} for entry in service_entries(services - both)]
    return {"name": parts[0].name, "title": _text(parts[0].title), "services": entries}


def _on(parts: tuple[ServiceClass, ...], role: Role) -> IntervalSet:
    return IntervalSet.of(run for part in parts if role in (part.roles or tuple(Role)) for run in part.services)


def _cells(excess: ExcessTable, direction: Direction, reach: Reach) -> dict[str, Plain]:
    return {name: severity.value for *cell, name, severity in excess.severities if cell == [direction, reach]}
