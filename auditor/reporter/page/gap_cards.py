"""Gaps of one cause, told once with every name: a refused permission leaves as many gaps as there are clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.gaps import Gap, GapKind
from auditor.model.result import Result
from auditor.reporter.gap_groups import by_cause
from auditor.reporter.gap_words import GapText
from auditor.reporter.sentences import Sentences


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


def gap_cards(result: Result, sentences: Sentences) -> tuple[GapCards, ...]:
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


def _several(sentences: Sentences, found: list[tuple[Gap, GapText]]) -> GapCards:
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
        title=sentences.gaps_about([gap for gap, _ in found]).title,
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
