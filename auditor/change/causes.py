"""Which resources cause a finding: those that can have done it, and of which nothing is known, all that come near."""

from __future__ import annotations

from auditor.change.planned import Planned, Shift, Touch
from auditor.model.findings import Code, Finding


class Causes:
    """The resources of a change by what they reach."""

    def __init__(self, planned: Planned) -> None:
        self._touches = {resource.address: resource.touch for resource in planned.resources}
        self._near: dict[str, set[str]] = {}
        for address, touch in self._touches.items():
            clusters = touch.clusters if touch.moves_networks else ()
            for name in (*touch.groups, *touch.nodes, *touch.pools, *clusters):
                self._near.setdefault(name, set()).add(address)

    def of(self, finding: Finding, *, introduced: bool) -> tuple[str, ...]:
        """The addresses of what introduces a finding, or else resolves it, sorted.

        Where none of those that come near can have done it alone, all of them stand for what they do together.
        """
        names = (*finding.security_groups, *finding.nodes, *finding.node_pools, finding.cluster_id)
        near = sorted({address for name in names for address in self._near.get(name, ())})
        likely = [address for address in near if _can_cause(self._touches[address], finding, introduced=introduced)]
        return tuple(likely or near)


def _can_cause(touch: Touch, finding: Finding, *, introduced: bool) -> bool:
    if not set(touch.bound).isdisjoint((*finding.nodes, *finding.node_pools)):
        return True
    if finding.code is Code.FOREIGN_INSTANCE:
        return not set(touch.joined).isdisjoint(finding.security_groups)
    if touch.moves_networks and finding.cluster_id in touch.clusters:
        return True
    return any(_bears(shift, finding, introduced=introduced) for shift in touch.shifts)


def _bears(shift: Shift, finding: Finding, *, introduced: bool) -> bool:
    """Whether a shift is of the finding's packets, and the way that begins or ends it."""
    if shift.group not in finding.security_groups or finding.direction not in (None, shift.direction):
        return False
    if finding.code is Code.EXCESS_ACCESS:
        packets = shift.opened if introduced else shift.closed
    elif finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
        packets = shift.closed if introduced else shift.opened
    else:
        packets = shift.opened | shift.closed
    return bool(packets & finding.packets)
