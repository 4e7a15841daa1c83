"""Findings and exclusions with their words, as the page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.findings import Finding
from auditor.model.result import Result
from auditor.reporter.gap_words import NotCoveredText
from auditor.reporter.names import Names
from auditor.reporter.page.index import Index
from auditor.reporter.sentences import FindingText, Sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One finding. ``state`` is ``introduced``, ``unchanged``, ``new``, ``known`` or empty."""

    finding: Finding
    text: FindingText
    cluster: str
    cluster_number: int
    groups: str
    stack_anchor: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Something of a cluster that the baseline does not speak of."""

    anchor: str
    cluster: str
    text: NotCoveredText


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Makes the cards of one result."""

    result: Result
    index: Index
    sentences: Sentences

    @property
    def names(self) -> Names:
        """What people call the things of the result."""
        return self.sentences.names

    def findings(self) -> tuple[Card, ...]:
        """Every finding in the result's order, worst first."""
        return tuple(self._card(finding) for finding in self.result.findings)

    def exclusions(self) -> tuple[Exclusion, ...]:
        """What was not covered, by cluster."""
        return tuple(
            Exclusion(
                anchor=entry.anchor,
                cluster=self.names.cluster(entry.cluster.cluster.region, entry.cluster.cluster.cluster_id),
                text=self.sentences.not_covered(item),
            )
            for entry in self.index.clusters
            for item in entry.cluster.cluster.not_covered
        )

    def _card(self, finding: Finding) -> Card:
        entry = self.index.stack(finding)
        return Card(
            finding=finding,
            text=self.sentences.finding(finding),
            cluster=self.names.cluster(finding.region, finding.cluster_id),
            cluster_number=self.index.cluster_number(finding),
            groups=self.names.stack(finding.region, finding.security_groups),
            stack_anchor=entry.anchor if entry is not None else "",
            state=self._state(finding),
        )

    def _state(self, finding: Finding) -> str:
        change = self.result.change
        if change is not None:
            return "introduced" if finding.fingerprint in change.introduced else "unchanged"
        if finding.known is None:
            return ""
        return "known" if finding.known else "new"
