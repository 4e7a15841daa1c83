"""Findings that hold only if a list of groups which the plan tells by its references alone is complete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.model.findings import Assumption, Code, Finding


def marked(findings: Iterable[Finding], assumed: frozenset[tuple[str, str]]) -> tuple[Finding, ...]:
    """``findings``, those marked that rest on the list of a node or pool in ``assumed`` (cluster, id).

    A finding about a stack that others bind too holds without it. Lists that differ are compared with it. That a group
    has a stranger in it holds as well: a reference proves that the group is in the list.
    """
    return tuple(
        replace(finding, assumes=Assumption.COMPLETE_LIST) if _rests_on(finding, assumed) else finding
        for finding in findings
    )


def _rests_on(finding: Finding, assumed: frozenset[tuple[str, str]]) -> bool:
    if finding.code is Code.FOREIGN_INSTANCE:
        return False
    binders = [(finding.cluster_id, name) in assumed for name in (*finding.nodes, *finding.node_pools)]
    return any(binders) if finding.code is Code.MIXED_SECURITY_GROUPS else bool(binders) and all(binders)
