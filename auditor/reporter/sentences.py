"""A result in words: what a reader is told of each finding, gap and exclusion, in one language, before escaping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.baseline import Severity
from auditor.model.estate import NotCovered
from auditor.model.findings import Code, Evidence, Finding
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.result import ClusterResult, Result, Verdict
from auditor.model.rules import Direction
from auditor.reporter import identity
from auditor.reporter.example import example
from auditor.reporter.finding_words import FindingWords
from auditor.reporter.gap_words import GapsAbout, GapText, GapWords, NotCoveredText
from auditor.reporter.names import Names
from auditor.reporter.packet_words import PACKET_LIMIT, packets_text, witness_text
from auditor.reporter.phrasing import Phrasing
from auditor.reporter.rule_words import RuleWords
from auditor.words import Lang

__all__ = ["FindingText", "GapText", "NotCoveredText", "Sentences"]

NODE_LIMIT = 3
"""How many nodes and pools a sentence names before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    """One finding in words. ``rules`` has a line for each rule that decides; ``witness`` is empty where there is none.

    ``title`` has no full stop and names no cluster. ``message`` says what is wrong, ``why`` what comes of it,
    ``affected`` who is concerned, ``advice`` what to do.
    """

    title: str
    message: str
    why: str
    affected: str
    rules: tuple[str, ...]
    witness: str
    advice: str


class Sentences:
    """The words for the parts of one result.

    ``limit`` bounds each list in a sentence and counts the rest; ``None`` names everything. Every text holds names as
    the cloud gave them, clipped with a mark (:meth:`Phrasing.clipped`): pass each whole through the format's escaper.
    """

    def __init__(self, result: Result, lang: Lang, limit: int | None = PACKET_LIMIT) -> None:
        self.phrasing = Phrasing(lang)
        self.names = Names(result, self.phrasing)
        self.account_id = identity.account_id(result)
        self.rules = RuleWords(self.names, self.phrasing, limit)
        self._limit = limit
        self._findings = FindingWords(result, self.names, self.phrasing, self.rules, limit)
        self._gaps = GapWords(result, self.names, self.phrasing)

    def finding(self, finding: Finding) -> FindingText:
        """The words for a finding."""
        said = self._findings.statement(finding)
        return FindingText(
            title=said.title,
            message=said.message,
            why=said.why,
            affected=self.affected(finding),
            rules=self._rules_of(finding),
            witness=self._witness(finding),
            advice=said.advice,
        )

    def verdict(self, found: ClusterResult, verdict: Verdict) -> str:
        """The verdict on a cluster, and for one that is left out on purpose why and by whom."""
        word = self.phrasing.text(f"terms-verdict-{verdict}")
        if found.exclusion is None:
            return word
        entry = found.exclusion
        return self.phrasing.text("formats-excluded", verdict=word, reason=entry.reason, owner=entry.owner)

    def gap(self, gap: Gap) -> GapText:
        """The words for a gap."""
        return self._gaps.gap(gap)

    def gaps_about(self, gaps: Sequence[Gap]) -> GapsAbout:
        """The words for several gaps of one cause."""
        return self._gaps.about(gaps)

    def resource(self, gap: Gap) -> str:
        """What a gap is about, by name."""
        return self._gaps.resource(gap)

    def not_covered(self, item: NotCovered) -> NotCoveredText:
        """The words for what was not covered."""
        return self._gaps.not_covered(item)

    def cluster(self, region: str, cluster_id: str) -> str:
        """A cluster as people name it: ``cls-aaaaaaaa "prod"``."""
        return self.names.cluster(region, cluster_id)

    def group(self, region: str, security_group_id: str) -> str:
        """A group as people name it: ``sg-aaaaaaaa "web"``."""
        return self.names.group(region, security_group_id)

    def packets(self, packets: PacketSet, direction: Direction | None = None) -> str:
        """Packets in short, as :func:`auditor.reporter.packet_words.packets_text`."""
        return packets_text(packets, self.phrasing, direction, self._limit)

    def severity(self, severity: Severity) -> str:
        """A severity in one word."""
        return self.phrasing.text(f"terms-severity-{severity}")

    def affected(self, finding: Finding) -> str:
        """Who is concerned, by stack: "3 nodes (ins-a, ins-b and 1 more) and 1 node pool (np-a), bound to sg-a"."""
        if finding.code is Code.FOREIGN_INSTANCE:
            return self._affected_by_foreigners(finding)
        who = self._people(finding)
        if finding.code is Code.NO_SECURITY_GROUP or finding.code is Code.MIXED_SECURITY_GROUPS:
            return who
        groups = self.names.stack(finding.region, finding.security_groups)
        return self.phrasing.text("findings-affected-stack", who=who, groups=groups)

    def _affected_by_foreigners(self, finding: Finding) -> str:
        """Those whose group the foreign machines share."""
        shared = [
            stack
            for stack in self._findings.stacks(finding)
            if set(stack.security_groups) & set(finding.security_groups)
        ]
        nodes = tuple(sorted({node for stack in shared for node in stack.nodes}))
        pools = tuple(sorted({pool for stack in shared for pool in stack.node_pools}))
        return self.phrasing.text(
            "findings-affected-group",
            who=self._findings.people(finding.role, nodes, pools),
            group=self.names.stack(finding.region, finding.security_groups),
        )

    def _people(self, finding: Finding) -> str:
        counted = []
        for nodes, pools in ((finding.nodes, ()), ((), finding.node_pools)):
            if ids := nodes or pools:
                who = self._findings.people(finding.role, nodes, pools)
                listed = self.phrasing.listed(ids, None if self._limit is None else NODE_LIMIT)
                counted.append(self.phrasing.text("findings-affected-ids", who=who, ids=listed))
        return self.phrasing.together(counted)

    def _rules_of(self, finding: Finding) -> tuple[str, ...]:
        lines = tuple(self.rules.line(finding.region, item) for item in _in_reading_order(finding))
        if not finding.default_deny:
            return lines
        word = "findings-default-deny-too" if lines else "findings-default-deny"
        return (*lines, self.phrasing.text(f"{word}-{finding.direction}"))

    def _witness(self, finding: Finding) -> str:
        if not finding.packets or finding.direction is None:
            return ""
        return witness_text(example(finding.packets), self.phrasing, finding.direction)


def _in_reading_order(finding: Finding) -> list[Evidence]:
    """The finding's own rule before those that block it; else as they stand in the stack."""
    return sorted(finding.evidence, key=lambda item: item.blocker)
