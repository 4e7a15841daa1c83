"""Identities of gaps for formats that want one for each entry; findings carry their own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from auditor.model.gaps import Gap


def gap_fingerprint(gap: Gap) -> str:
    """Sixteen hex digits over what is unknown and which call left it so, not over the request or its words."""
    return _digest((gap.kind, gap.region, gap.cluster_id, gap.resource, gap.service, gap.action, gap.code))


def gap_fingerprints(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """One for each gap in order, no two alike: gaps that differ in their words alone are counted through."""
    seen: Counter[str] = Counter()
    found = []
    for gap in gaps:
        first = gap_fingerprint(gap)
        found.append(_digest((first, str(seen[first]))) if seen[first] else first)
        seen[first] += 1
    return tuple(found)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
