"""A baseline as one YAML file without ``extends``, which loads again to the same baseline."""

from __future__ import annotations

from auditor.config.document import Plain
from auditor.config.service_text import service_entries, service_entry
from auditor.config.writer import write
from auditor.model.baseline import Allowance, Baseline, ExcessTable, Flow, Reach, Requirement, ServiceClass, Text, Tier
from auditor.model.estate import Role
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction


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


def _flow(flow: Flow) -> dict[str, Plain]:
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
