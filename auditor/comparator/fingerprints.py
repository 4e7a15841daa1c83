"""Makes the fingerprints of findings: the same finding has the same fingerprint in every run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from auditor.model.clusters import Attachment
from auditor.model.findings import Finding
from auditor.model.packets import PacketSet


def fingerprint(finding: Finding, *parts: str) -> str:
    """Sixteen hex digits over code, cluster, stack, direction, requirement, packets and ``parts``.

    The index of a rule (it moves), its description (anyone can edit it) and the severity (the baseline sets it) do not
    count, so a finding keeps its fingerprint when rules are reordered or described differently.
    """
    identity: list[object] = [
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
    if finding.attachment is not Attachment.PRIMARY:
        identity.append(finding.attachment)
    text = json.dumps(identity, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def identified(finding: Finding, *parts: str) -> Finding:
    """The finding with its :func:`fingerprint`."""
    return replace(finding, fingerprint=fingerprint(finding, *parts))


def derived(original: str, parts: Iterable[str]) -> str:
    """The fingerprint of the part that a waiver splits from the finding ``original``."""
    return hashlib.sha256("\n".join((original, *parts)).encode()).hexdigest()[:16]


def _canonical(packets: PacketSet) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(lo, hi, row_addresses.bounds) for lo, hi, row_addresses in packets.rows]
