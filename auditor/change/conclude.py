"""From a draft to the planned state that everybody else sees."""

from __future__ import annotations

from auditor.change.bearing import resources
from auditor.change.draft import Draft
from auditor.change.joining import admit, peers
from auditor.change.missing import complete
from auditor.change.planned import Drift, Planned
from auditor.change.settle import settle, subnet_doubts


def conclude(draft: Draft, drift: tuple[Drift, ...] = ()) -> Planned:
    """The state after the change, with what it leaves unknown and who bears on it."""
    unread = complete(draft)
    draft.peers = peers(draft)
    admit(draft)
    doubts = settle(draft)
    snapshot = draft.snapshot()
    fresh = set(snapshot.all_gaps()) - set(draft.read.all_gaps())
    return Planned(
        snapshot=snapshot,
        resources=resources(draft, snapshot, drift),
        gaps=tuple(sorted(fresh | set(draft.subnet_gaps.values()))),
        drift=drift,
        doubts=doubts,
        subnet_doubts=subnet_doubts(draft),
        heirs=tuple(sorted((new, old) for new, old in draft.heirs.items() if old)),
        unread=unread,
        assumed=frozenset((key[1], name) for key in draft.clusters for name in draft.assumed_in(key)),
    )
