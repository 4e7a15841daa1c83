"""Builds the findings about packets and rules (TSG101, TSG201, TSG304, TSG305)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.comparator import excess
from auditor.comparator.cluster_networks import ResolvedNetworks
from auditor.comparator.effective import IMPLICIT_DENY, Decision
from auditor.comparator.fingerprints import fingerprint
from auditor.comparator.resolve import ResolvedRule
from auditor.comparator.stacks import Stack
from auditor.model.baseline import ExcessTable
from auditor.model.codes import Code, Severity
from auditor.model.evidence import Evidence
from auditor.model.findings import Finding, RequirementResult
from auditor.model.packets import NOTHING, PacketSet
from auditor.model.rules import Action, Direction

UNWEIGHED = Severity.CRITICAL
"""The severity of a finding until it has that of its own packets, which a waiver may take before.

:func:`auditor.comparator.compare.compare` weighs all findings. One that it left out would be an alarm and no pass.
"""


def stack_finding(
    cluster_id: str,
    stack: Stack,
    code: Code,
    severity: Severity,
    *,
    parts: Iterable[str] = (),
    direction: Direction | None = None,
    requirement_id: str = "",
    packets: PacketSet = NOTHING,
    **more: Any,  # noqa: ANN401
) -> Finding:
    """A finding about a stack of a cluster, with its fingerprint; ``more`` are further fields of the finding.

    ``parts`` are further parts of the fingerprint.
    """
    return Finding(
        code=code,
        severity=severity,
        fingerprint=fingerprint(code, cluster_id, stack, direction, requirement_id, packets, parts),
        direction=direction,
        requirement_id=requirement_id,
        packets=packets,
        region=stack.region,
        cluster_id=cluster_id,
        role=stack.role,
        security_groups=stack.security_groups,
        nodes=stack.nodes,
        node_pools=stack.node_pools,
        attachment=stack.attachment,
        interfaces=stack.interfaces,
        add_ons=stack.add_ons,
        exposure=stack.exposure,
        **more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One direction of a stack of a cluster with its rules and their decision: the input of the checks for findings."""

    cluster_id: str
    stack: Stack
    direction: Direction
    lines: tuple[ResolvedRule, ...]
    decision: Decision
    networks: ResolvedNetworks

    def finding(self, code: Code, severity: Severity, packets: PacketSet, **more: Any) -> Finding:  # noqa: ANN401
        """A finding about this stack; ``more`` is as for :func:`stack_finding`."""
        return stack_finding(
            self.cluster_id, self.stack, code, severity, direction=self.direction, packets=packets, **more
        )


def blocked(case: Case, result: RequirementResult) -> Iterator[Finding]:
    """Report TSG101: required packets that certainly do not pass, and the rules that deny them."""
    if not result.missing:
        return
    deciders = case.decision.deciders(result.missing)
    yield case.finding(
        Code.REQUIRED_TRAFFIC_BLOCKED,
        UNWEIGHED,
        result.missing,
        requirement_id=result.requirement.requirement_id,
        evidence=deciding_evidence(case.lines, deciders),
        default_deny=IMPLICIT_DENY in deciders,
    )


def open_in_excess(case: Case, packets: PacketSet, table: ExcessTable) -> Iterator[Finding]:
    """Report TSG201: excess packets and the rules that allow them, one finding for each reach and service class."""
    parts = excess.classify(packets, case.decision.allowed, case.stack.role, case.networks, table)
    for (reach, class_name), part in parts.items():
        yield case.finding(
            Code.EXCESS_ACCESS,
            UNWEIGHED,
            part,
            evidence=deciding_evidence(case.lines, case.decision.deciders(part)),
            subject=f"{reach}/{class_name}",
        )


def useless_rules(case: Case) -> Iterator[Finding]:
    """Report TSG304, rules shadowed by earlier rules, and TSG305, rules without which later rules decide the same.

    A rule that matches no packet at all (its peer is a group that nothing binds) is not reported: it may match later.
    """
    seen: Counter[tuple[Code, Action, PacketSet]] = Counter()
    for rank, line in enumerate(case.lines):
        if line.rule is None or not line.readable:
            continue
        code = _uselessness(case.decision, rank)
        if code is None:
            continue
        own = line.packets()
        if not own:
            continue
        # Copies of a rule have the same content, so their number from the top is part of the fingerprint.
        content = (code, line.action, own)
        seen[content] += 1
        yield case.finding(
            code,
            Severity.INFO,
            own,
            parts=(line.action, str(seen[content])),
            evidence=_useless_evidence(case, rank, own, code),
        )


def _uselessness(decision: Decision, rank: int) -> Code | None:
    if rank not in decision.live:
        return Code.SHADOWED_RULE
    return Code.REDUNDANT_RULE if rank in decision.removable else None


def _useless_evidence(case: Case, rank: int, own: PacketSet, code: Code) -> tuple[Evidence, ...]:
    shadowed = code is Code.SHADOWED_RULE
    others = case.decision.deciders(own) if shadowed else case.decision.deciders_below(rank)
    lines = (case.lines[other] for other in others if other != IMPLICIT_DENY)
    blockers = [_evidence_of(line, blocker=True) for line in lines if line.rule is not None and line.decides]
    return (_evidence_of(case.lines[rank]), *blockers)


def deciding_evidence(lines: Sequence[ResolvedRule], deciders: Iterable[int]) -> tuple[Evidence, ...]:
    """Evidence for the rules of ``lines`` that decide packets of a finding. All of them have the same action."""
    deciding = (lines[rank] for rank in deciders if rank != IMPLICIT_DENY)
    return tuple(_evidence_of(line) for line in deciding if line.rule is not None)


def _evidence_of(line: ResolvedRule, *, blocker: bool = False) -> Evidence:
    assert line.rule is not None  # noqa: S101 - callers leave out unread groups
    return Evidence(
        security_group_id=line.security_group_id,
        direction=line.direction,
        index=line.rule.index,
        action=line.action,
        description=line.rule.description,
        blocker=blocker,
    )
