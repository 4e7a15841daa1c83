"""Identities of gaps and verdicts for formats in which no two entries may share one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from auditor.model.gaps import Gap


def gap_fingerprints(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """One for each gap in order, no two alike: gaps that differ in their words alone are counted through."""
    seen: Counter[str] = Counter()
    found = []
    for gap in gaps:
        first = gap.fingerprint
        found.append(_digest((first, str(seen[first]))) if seen[first] else first)
        seen[first] += 1
    return tuple(found)


def verdict_fingerprint(region: str, cluster_id: str, verdict: str) -> str:
    """Sixteen hex digits over a cluster and its verdict."""
    return _digest(("verdict", region, cluster_id, verdict))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
