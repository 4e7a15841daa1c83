"""Writes a whole baseline as YAML, and computes its digest.

The digest identifies what a baseline requires, allows and rates, however it is written: names, titles, reasons,
owners, comments, the order of rows and the spelling of networks do not count. Every id, packet, role, direction,
cluster and severity counts, and so does the order of tiers and classes, since the first match wins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from hashlib import sha256
from operator import and_
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
from auditor.model.codes import Severity
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction

Canonical: TypeAlias = "str | int | Sequence[Canonical] | Mapping[str, Canonical]"


def digest(
    requirements: tuple[Requirement, ...],
    allowances: tuple[Allowance, ...],
    excess: ExcessTable,
    pod_interface_without_group: Severity,
) -> str:
    """``sha256:`` and the hash of the canonical form."""
    canonical: Canonical = {
        "requirements": [
            _canonical_requirement(entry) for entry in sorted(requirements, key=lambda entry: entry.requirement_id)
        ],
        "allow": [_canonical_allowance(entry) for entry in sorted(allowances, key=lambda entry: entry.allowance_id)],
        "excess": _canonical_excess(excess),
        "findings": {"pod_interface_without_group": pod_interface_without_group},
    }
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _canonical_flow(flow: FlowPattern) -> Canonical:
    return {
        "services": list(flow.services.bounds),
        "networks": sorted(set(flow.networks)),
        "cidrs": list(addresses.cidrs(addresses.union(flow.cidrs))),
    }


def _canonical_requirement(requirement: Requirement) -> Canonical:
    return {
        "id": requirement.requirement_id,
        "role": requirement.role,
        "direction": requirement.direction,
        "flow": _canonical_flow(requirement.flow),
        "severity": requirement.severity,
        "tiers": [[_canonical_flow(tier.flow), tier.severity] for tier in requirement.tiers],
    }


def _canonical_allowance(allowance: Allowance) -> Canonical:
    return {
        "id": allowance.allowance_id,
        "direction": allowance.direction,
        "roles": sorted(allowance.roles),
        "clusters": sorted(set(allowance.clusters)),
        "flow": _canonical_flow(allowance.flow),
    }


def _canonical_excess(excess: ExcessTable) -> Canonical:
    return {
        "classes": [
            [service_class.name, sorted(service_class.roles), list(service_class.services.bounds)]
            for service_class in excess.classes
        ],
        "severities": sorted(excess.severities),
    }


def dump(baseline: Baseline) -> str:
    """The whole baseline as YAML; loading it again gives the same baseline except for ``source``."""
    return write(
        {
            "name": baseline.name,
            "requirements": [_requirement(entry) for entry in baseline.requirements],
            "allow": [_allowance(entry) for entry in baseline.allowances],
            "findings": {"pod_interface_without_group": baseline.pod_interface_without_group.value},
            "excess": _excess(baseline.excess),
        }
    )


def _requirement(requirement: Requirement) -> dict[str, Plain]:
    tiers: list[Plain] = [_tier(tier) for tier in requirement.tiers]
    weights: dict[str, Plain] = {"tiers": tiers} if tiers else {}
    return {
        "id": requirement.requirement_id,
        "row": requirement.row,
        "role": requirement.role.value,
        "direction": requirement.direction.value,
        **_flow(requirement.flow),
        "severity": requirement.severity.value,
        **weights,
        "title": _text(requirement.title),
        "reason": _text(requirement.reason),
        **_breaks(requirement.breaks),
    }


def _tier(tier: Tier) -> dict[str, Plain]:
    reason: dict[str, Plain] = {"reason": _text(tier.reason)} if tier.reason else {}
    return {**_flow(tier.flow), "severity": tier.severity.value, **reason, **_breaks(tier.breaks)}


def _breaks(breaks: Text | None) -> dict[str, Plain]:
    return {"breaks": _text(breaks)} if breaks else {}


def _flow(flow: FlowPattern) -> dict[str, Plain]:
    where: dict[str, Plain] = {
        "networks": [network.value for network in flow.networks],
        "cidrs": list(flow.cidrs),
    }
    return {**service_entry(flow.services), **{key: value for key, value in where.items() if value}}


def _text(text: Text) -> dict[str, Plain]:
    return {"en": text.en, "zh": text.zh}


def _allowance(allowance: Allowance) -> dict[str, Plain]:
    role: dict[str, Plain] = {"role": allowance.roles[0].value} if allowance.roles else {}
    return {
        "id": allowance.allowance_id,
        "clusters": list(allowance.clusters),
        **role,
        "direction": allowance.direction.value,
        **_flow(allowance.flow),
        "reason": allowance.reason,
        "owner": allowance.owner,
    }


def _excess(excess: ExcessTable) -> dict[str, Plain]:
    names = tuple(dict.fromkeys(service_class.name for service_class in excess.classes))
    return {
        "classes": [
            _class(tuple(service_class for service_class in excess.classes if service_class.name == name))
            for name in names
        ],
        "severities": {
            direction.value: {reach.value: _cells(excess, direction, reach) for reach in Reach}
            for direction in Direction
        },
    }


def _class(parts: tuple[ServiceClass, ...]) -> dict[str, Plain]:
    """A class of the file from its service classes, which differ by role."""
    by_role = {role: _on(parts, role) for role in Role}
    of_all = reduce(and_, by_role.values())
    entries: list[Plain] = list(service_entries(of_all))
    for role, services in by_role.items():
        entries += [{**entry, "role": role.value} for entry in service_entries(services - of_all)]
    return {"name": parts[0].name, "title": _text(parts[0].title), "services": entries}


def _on(parts: tuple[ServiceClass, ...], role: Role) -> IntervalSet:
    return IntervalSet.of(run for part in parts if role in (part.roles or tuple(Role)) for run in part.services)


def _cells(excess: ExcessTable, direction: Direction, reach: Reach) -> dict[str, Plain]:
    return {name: severity.value for *cell, name, severity in excess.severities if cell == [direction, reach]}
