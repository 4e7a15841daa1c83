"""Makes the entries of the lists of findings, gaps and exclusions, with their texts and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from auditor.model.codes import Code, GapKind, Severity
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.options import RenderOptions
from auditor.reporter.page.index import Index
from auditor.reporter.text.brief import BriefLine, BriefText
from auditor.reporter.text.gap_groups import by_cause
from auditor.reporter.text.gaps import GapText, NotCoveredText
from auditor.reporter.text.names import Names
from auditor.reporter.text.sentences import FindingText, ResultText


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One finding. ``state`` is ``introduced``, ``unchanged``, ``new``, ``known`` or empty.

    ``kind`` is the identity of its group among the worst, empty for the others. ``commands`` are to be typed next.
    """

    finding: Finding
    text: FindingText
    cluster: str
    cluster_number: int
    groups: str
    stack_anchor: str
    state: str
    age: str
    kind: str
    commands: tuple[str, ...]


_REPAIRABLE = (Code.REQUIRED_TRAFFIC_BLOCKED, Code.EXCESS_ACCESS)
_DATE = "YYYY-MM-DD"

WORST = 10
"""How many groups of findings the head of the page lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstGroup:
    """Findings that are the same in severity and words. ``kind`` is the id of the first, ``first`` its fingerprint."""

    kind: str
    first: str
    severity: Severity
    title: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionCard:
    """A resource of a cluster that the baseline does not cover."""

    anchor: str
    cluster: str
    text: NotCoveredText


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Makes the cards of one result."""

    result: Result
    index: Index
    sentences: ResultText
    options: RenderOptions

    @property
    def names(self) -> Names:
        """The names of the resources of the result."""
        return self.sentences.names

    def findings(self) -> tuple[Card, ...]:
        """A card for every finding, in the order of the result: the worst first."""
        kinds = {fingerprint: line.identity for line in self._lines[:WORST] for fingerprint in line.fingerprints}
        return tuple(self._card(finding, kinds.get(finding.fingerprint, "")) for finding in self.result.findings)

    def worst(self) -> tuple[WorstGroup, ...]:
        """The worst groups of findings; empty if the list of the findings is as short."""
        lines = self._lines
        if sum(line.count for line in lines) <= WORST:
            return ()
        return tuple(
            WorstGroup(
                kind=line.identity,
                first=line.fingerprints[0],
                severity=line.severity,
                title=line.what,
                where=self._where(line),
            )
            for line in lines[:WORST]
        )

    @cached_property
    def _lines(self) -> tuple[BriefLine, ...]:
        """The unwaived findings, one line a kind. The cards and the list of the worst both need them."""
        unwaived = (finding for finding in self.result.findings if finding.waiver is None)
        return BriefText(self.sentences).findings(unwaived)

    def _where(self, line: BriefLine) -> str:
        region, cluster_id = line.clusters[0]
        if line.count == 1:
            return self.names.cluster(region, cluster_id)
        text = self.sentences.phrasing.text
        if len(line.clusters) == 1:
            return text("page-worst-cluster", count=line.count, cluster=self.names.cluster(region, cluster_id))
        return text("page-worst-clusters", count=line.count, clusters=len(line.clusters))

    def exclusions(self) -> tuple[ExclusionCard, ...]:
        """A card for every exclusion, by cluster."""
        return tuple(
            ExclusionCard(
                anchor=entry.anchor,
                cluster=self.names.cluster(entry.cluster.cluster.region, entry.cluster.cluster.cluster_id),
                text=self.sentences.not_covered(item),
            )
            for entry in self.index.clusters
            for item in entry.cluster.not_covered
        )

    def _card(self, finding: Finding, kind: str) -> Card:
        entry = self.index.stack(finding)
        state = self._state(finding)
        return Card(
            finding=finding,
            text=self.sentences.finding(finding),
            cluster=self.names.cluster(finding.region, finding.cluster_id),
            cluster_number=self.index.cluster_number(finding),
            groups=self.names.stack(finding.region, finding.security_groups),
            stack_anchor=entry.anchor if entry is not None else "",
            state=state,
            age=self.sentences.ages.since([finding.sighting]),
            kind=kind,
            commands=() if state == "introduced" or self.result.reported else tuple(self._commands(finding)),
        )

    def _commands(self, finding: Finding) -> Iterator[str]:
        """The commands for a finding of the source; a finding that a plan introduces is not in the source."""
        identity = finding.fingerprint[:SHORT_ID]
        yield self.options.command("explain", identity, account=finding.account)
        if finding.code in _REPAIRABLE:
            yield self.options.command("fix", identity, account=finding.account)
        if finding.waiver is None:
            reason, owner = (self.sentences.phrasing.text(f"page-waive-{name}") for name in ("reason", "owner"))
            waive = self.options.command("waive", identity, account=finding.account)
            yield f'{waive} --reason "{reason}" --owner "{owner}" --expires {_DATE}'

    def _state(self, finding: Finding) -> str:
        change = self.result.change
        if change is not None:
            return "introduced" if finding.fingerprint in change.introduced else "unchanged"
        if finding.known is None:
            return ""
        return "known" if finding.known else "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCard:
    """One gap. ``own`` is its message if the message of the group differs.

    ``meta`` holds the identifiers that a person searches logs for and that the sentences do not hold.
    """

    gap: Gap
    text: GapText
    subject: str
    own: str
    meta: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCards:
    """Gaps of one cause, with their common advice; a gap with a cause of its own is a group too.

    ``marks`` says whether an earlier report had them, and which waiver covers them.
    """

    title: str
    message: str
    cards: tuple[GapCard, ...]
    advice: str
    meta: tuple[str, ...]
    marks: tuple[str, ...]


def gap_cards(result: Result, sentences: ResultText) -> tuple[GapCards, ...]:
    """The gaps of ``result`` by cause, in the order in which the causes first appear."""
    groups = by_cause(result.gaps, sentences)
    return tuple(_single(*group[0]) if len(group) == 1 else _several(sentences, group) for group in groups)


def _single(gap: Gap, text: GapText) -> GapCards:
    card = GapCard(gap=gap, text=text, subject="", own="", meta=())
    identifiers = (word for word in _identifiers(gap) if word != gap.request_id or word not in text.message)
    meta = (gap.kind, *identifiers, *_call_and_code(gap))
    return GapCards(
        title=text.title, message=text.message, cards=(card,), advice=text.advice, meta=meta, marks=_marks(text)
    )


def _several(sentences: ResultText, group: list[tuple[Gap, GapText]]) -> GapCards:
    first, text = group[0]
    same_message = bool(first.action) or first.kind is GapKind.UNDOCUMENTED
    cards = (
        GapCard(
            gap=gap,
            text=own_text,
            subject=sentences.resource(gap),
            own="" if same_message else own_text.message,
            meta=tuple(_identifiers(gap)),
        )
        for gap, own_text in group
    )
    return GapCards(
        title=sentences.gap_group([gap for gap, _ in group]).title,
        message=sentences.phrasing.text("page-gaps-example", message=text.message) if same_message else "",
        cards=tuple(cards),
        advice=text.advice,
        meta=(first.kind, *_call_and_code(first)),
        marks=_marks(text),
    )


def _marks(text: GapText) -> tuple[str, ...]:
    return tuple(mark for mark in (text.state, text.waiver) if mark)


def _identifiers(gap: Gap) -> Iterator[str]:
    words = (gap.region, gap.cluster_id, gap.resource, gap.request_id, gap.fingerprint)
    yield from dict.fromkeys(word for word in words if word)


def _call_and_code(gap: Gap) -> Iterator[str]:
    call = f"{gap.service}/{gap.action}" if gap.action else ""
    yield from (word for word in (call, gap.code) if word)
