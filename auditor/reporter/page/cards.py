"""Findings and exclusions with their words, as the page lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap, GapKind
from auditor.reporter.page.index import Index
from auditor.reporter.text.gap_groups import by_cause
from auditor.reporter.text.gaps import GapText, NotCoveredText
from auditor.reporter.text.names import Names
from auditor.reporter.text.sentences import FindingText, ResultText


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
class ExclusionCard:
    """Something of a cluster that the baseline does not speak of."""

    anchor: str
    cluster: str
    text: NotCoveredText


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Makes the cards of one result."""

    result: Result
    index: Index
    sentences: ResultText

    @property
    def names(self) -> Names:
        """What people call the things of the result."""
        return self.sentences.names

    def findings(self) -> tuple[Card, ...]:
        """Every finding in the result's order, worst first."""
        return tuple(self._card(finding) for finding in self.result.findings)

    def exclusions(self) -> tuple[ExclusionCard, ...]:
        """What was not covered, by cluster."""
        return tuple(
            ExclusionCard(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCard:
    """One gap. ``own`` is its message where the group's does not say it.

    ``meta`` are the words that a person searches logs for and that no sentence beside it holds.
    """

    gap: Gap
    text: GapText
    subject: str
    own: str
    meta: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCards:
    """Gaps of one kind, call and code to which one advice is given; a gap like no other is a group of its own.

    ``marks`` say whether an earlier report had them and which waiver covers them.
    """

    title: str
    message: str
    cards: tuple[GapCard, ...]
    advice: str
    meta: tuple[str, ...]
    marks: tuple[str, ...]


def gap_cards(result: Result, sentences: ResultText) -> tuple[GapCards, ...]:
    """Every gap of ``result``, in the order in which the causes first appear."""
    alike = by_cause(result.gaps, sentences)
    return tuple(_single(*found[0]) if len(found) == 1 else _several(sentences, found) for found in alike)


def _single(gap: Gap, text: GapText) -> GapCards:
    card = GapCard(gap=gap, text=text, subject="", own="", meta=())
    where = (word for word in _where(gap) if word != gap.request_id or word not in text.message)
    meta = (gap.kind, *where, *_what(gap))
    return GapCards(
        title=text.title, message=text.message, cards=(card,), advice=text.advice, meta=meta, marks=_marks(text)
    )


def _several(sentences: ResultText, found: list[tuple[Gap, GapText]]) -> GapCards:
    first, text = found[0]
    told_once = bool(first.action) or first.kind is GapKind.UNDOCUMENTED
    cards = (
        GapCard(
            gap=gap,
            text=said,
            subject=sentences.resource(gap),
            own="" if told_once else said.message,
            meta=tuple(_where(gap)),
        )
        for gap, said in found
    )
    return GapCards(
        title=sentences.gap_group([gap for gap, _ in found]).title,
        message=sentences.phrasing.text("page-gaps-example", message=text.message) if told_once else "",
        cards=tuple(cards),
        advice=text.advice,
        meta=(first.kind, *_what(first)),
        marks=_marks(text),
    )


def _marks(text: GapText) -> tuple[str, ...]:
    return tuple(mark for mark in (text.state, text.waiver) if mark)


def _where(gap: Gap) -> Iterator[str]:
    words = (gap.region, gap.cluster_id, gap.resource, gap.request_id, gap.fingerprint)
    yield from dict.fromkeys(word for word in words if word)


def _what(gap: Gap) -> Iterator[str]:
    call = f"{gap.service}/{gap.action}" if gap.action else ""
    yield from (word for word in (call, gap.code) if word)
