"""Identities of gaps for formats that want one for each entry; findings carry their own."""

from __future__ import annotations

import hashlib

from auditor.model.gaps import Gap


def gap_fingerprint(gap: Gap) -> str:
    """Sixteen hex digits over what is unknown and which call left it so, not over the request or its words."""
    parts = (gap.kind, gap.region, gap.cluster_id, gap.resource, gap.service, gap.action, gap.code)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
