"""Narrows the findings that a report shows: by severity, code, node and role.

A filter changes what people see. Verdicts, gaps and the exit code are those of all findings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.findings import Finding, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """The findings to show: from ``severity`` on, of one of ``codes``, of one of ``roles``, and on one of ``nodes``.

    An empty field does not narrow. ``nodes`` are words as people give them; ``node_ids`` are the ids of the nodes,
    pools and interfaces that they name.
    """

    severity: Severity | None = None
    codes: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    nodes: tuple[str, ...] = ()
    node_ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether the filter narrows anything."""
        return bool(self.severity or self.codes or self.roles or self.nodes)

    def shows(self, finding: Finding) -> bool:
        """Whether the report shows ``finding``."""
        bearers = (*finding.nodes, *finding.node_pools, *finding.interfaces, *finding.add_ons)
        return (
            (self.severity is None or finding.severity.rank <= self.severity.rank)
            and (not self.codes or finding.code in self.codes)
            and (not self.roles or finding.role in self.roles)
            and (not self.nodes or not self.node_ids.isdisjoint(bearers))
        )


def filtered(result: Result, narrowed: FindingFilter) -> Result:
    """The result with those findings alone that the filter shows; the same result for an empty filter."""
    if not narrowed:
        return result
    shown = tuple(finding for finding in result.findings if narrowed.shows(finding))
    return replace(result, findings=shown, filter=narrowed, unfiltered=result.findings)
