"""The identity of a baseline: what it asks for, permits and how it weighs, however it is written.

Names, titles, reasons, rows, owners, comments, the order of rows and the spelling of networks do not count; every id,
packet, role, direction, cluster and severity does, and the order of tiers and classes, of which the first match counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

from auditor.model import addresses
from auditor.model.baseline import Allowance, ExcessTable, Flow, Requirement

Canonical: TypeAlias = "str | int | Sequence[Canonical] | Mapping[str, Canonical]"


def digest(requirements: tuple[Requirement, ...], allowances: tuple[Allowance, ...], excess: ExcessTable) -> str:
    """``sha256:`` of the canonical form."""
    canonical: Canonical = {
        "requirements": [_requirement(each) for each in sorted(requirements, key=lambda each: each.requirement_id)],
        "allow": [_allowance(each) for each in sorted(allowances, key=lambda each: each.allowance_id)],
        "excess": _excess(excess),
    }
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _flow(flow: Flow) -> Canonical:
    return {
        "services": list(flow.services.bounds),
        "networks": sorted(set(flow.networks)),
        "cidrs": list(addresses.cidrs(addresses.union(flow.cidrs))),
    }


def _requirement(each: Requirement) -> Canonical:
    return {
        "id": each.requirement_id,
        "role": each.role,
        "direction": each.direction,
        "flow": _flow(each.flow),
        "severity": each.severity,
        "tiers": [[_flow(tier.flow), tier.severity] for tier in each.tiers],
    }


def _allowance(each: Allowance) -> Canonical:
    return {
        "id": each.allowance_id,
        "direction": each.direction,
        "roles": sorted(each.roles),
        "clusters": sorted(set(each.clusters)),
        "flow": _flow(each.flow),
    }


def _excess(excess: ExcessTable) -> Canonical:
    return {
        "classes": [[each.name, sorted(each.roles), list(each.services.bounds)] for each in excess.classes],
        "severities": sorted(excess.severities),
    }
