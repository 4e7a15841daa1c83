"""Whether a rule is useless wherever its group is bound or in one stack only: nobody deletes what another needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from auditor.comparator.stacks import stacks
from auditor.model.estate import Cluster
from auditor.model.findings import Code, Finding
from auditor.model.rules import Direction

EVERYWHERE = "everywhere"
HERE = "here"

_Rule: TypeAlias = tuple[str, str, Direction, int]
_Stack: TypeAlias = tuple[str, ...]


def marked(findings: Iterable[Finding], clusters: Iterable[Cluster]) -> Iterator[Finding]:
    """Findings about rules with ``subject`` set: useless in every audited stack that binds the group, or here alone."""
    found = tuple(findings)
    useless: dict[_Rule, set[_Stack]] = {}
    for finding in found:
        if _about_a_rule(finding):
            useless.setdefault(_rule(finding), set()).add(finding.security_groups)
    bound = _bound(clusters)
    for finding in found:
        if _about_a_rule(finding):
            region, group, _, _ = _rule(finding)
            all_of_them = bound[region, group] <= useless[_rule(finding)]
            yield replace(finding, subject=EVERYWHERE if all_of_them else HERE)
        else:
            yield finding


def _about_a_rule(finding: Finding) -> bool:
    return finding.code in (Code.SHADOWED_RULE, Code.REDUNDANT_RULE)


def _rule(finding: Finding) -> _Rule:
    rule = finding.evidence[0]
    return finding.region, rule.security_group_id, rule.direction, rule.index


def _bound(clusters: Iterable[Cluster]) -> dict[tuple[str, str], set[_Stack]]:
    bound: dict[tuple[str, str], set[_Stack]] = {}
    for cluster in clusters:
        for stack in stacks(cluster):
            for group in stack.security_groups:
                bound.setdefault((cluster.region, group), set()).add(stack.security_groups)
    return bound
