"""Makes the fingerprints of findings: the same finding has the same fingerprint in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from json import JSONEncoder

from auditor.comparator.stacks import Stack
from auditor.model.clusters import Attachment
from auditor.model.codes import Code
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction

_encode = JSONEncoder(separators=(",", ":")).encode


def fingerprint(
    code: Code,
    cluster_id: str,
    stack: Stack,
    direction: Direction | None,
    requirement_id: str,
    packets: PacketSet,
    parts: Iterable[str],
) -> str:
    """Sixteen hex digits over code, cluster, stack, direction, requirement, packets and ``parts`` of a finding.

    The index of a rule (it moves), its description (anyone can edit it) and the severity (the baseline sets it) do not
    count, so a finding keeps its fingerprint when rules are reordered or described differently.
    """
    identity: list[object] = [
        code,
        stack.region,
        cluster_id,
        stack.role,
        stack.security_groups,
        direction or "",
        requirement_id,
        _canonical(packets),
        (*parts,),
    ]
    if stack.attachment is not Attachment.PRIMARY:
        identity.append(stack.attachment)
    return hashlib.sha256(_encode(identity).encode()).hexdigest()[:16]


def derived(original: str, parts: Iterable[str]) -> str:
    """The fingerprint of the part that a waiver splits from the finding ``original``."""
    return hashlib.sha256("\n".join((original, *parts)).encode()).hexdigest()[:16]


def _canonical(packets: PacketSet) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(lo, hi, row_addresses.bounds) for lo, hi, row_addresses in packets.rows]
