"""Findings about useless rules that rest on what a plan leaves open: where rules end up, and whether they come at all.

The comparison sees a list in one order. Where another order, or a list with one rule more, is possible too, it cannot
say that a rule decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.change.planned import Doubt
from auditor.change.why import Why
from auditor.model.findings import Code, Finding

_OF_POSITION = frozenset({Why.RULES_ORDER, Why.RULES_UNTARGETED, Why.MEMBERS_UNKNOWN})
_USELESS = (Code.SHADOWED_RULE, Code.REDUNDANT_RULE)


def unsettled(findings: Iterable[Finding], doubts: Iterable[Doubt]) -> frozenset[str]:
    """Fingerprints of the findings about rules whose packets an open place or an uncertain rule could decide."""
    open_lists = [doubt for doubt in doubts if doubt.gap.code in _OF_POSITION]
    return frozenset(
        finding.fingerprint
        for finding in findings
        if finding.code in _USELESS and any(_touches(doubt, finding) for doubt in open_lists)
    )


def _touches(doubt: Doubt, finding: Finding) -> bool:
    return (
        (doubt.region, doubt.direction) == (finding.region, finding.direction)
        and doubt.security_group_id in finding.security_groups
        and bool(doubt.packets & finding.packets)
    )
