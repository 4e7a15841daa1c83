"""Identities of findings that survive the reordering and re-describing of rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from auditor.model.findings import Finding
from auditor.model.packets import PacketSet


def fingerprint(finding: Finding, *parts: str) -> str:
    """Sixteen hex digits over code, cluster, stack, direction, requirement and packets, and ``parts``.

    Never over a rule's index (it moves), its description (anyone edits it) or the severity (the baseline's choice).
    """
    identity = [
        finding.code,
        finding.region,
        finding.cluster_id,
        finding.role,
        finding.security_groups,
        finding.direction or "",
        finding.requirement_id,
        _canonical(finding.packets),
        parts,
    ]
    text = json.dumps(identity, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def derived(original: str, parts: Iterable[str]) -> str:
    """The identity of a part that a waiver split from a finding."""
    return hashlib.sha256("\n".join((original, *parts)).encode()).hexdigest()[:16]


def _canonical(packets: PacketSet) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(lo, hi, there.bounds) for lo, hi, there in packets.rows]
