"""The gaps and exclusions on a terminal: those with one cause as one entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.gaps import Gap
from auditor.model.result import Result
from auditor.reporter.screen import Screen, Style
from auditor.reporter.sentences import GapText, Sentences

OBJECTS = 6


class GapList:
    """Writes gaps and exclusions as lines."""

    def __init__(self, sentences: Sentences, screen: Screen, *, verbose: bool) -> None:
        self._sentences = sentences
        self._screen = screen
        self._verbose = verbose

    def lines(self, gaps: Sequence[Gap]) -> Iterator[str]:
        """Every gap, those of one kind, call, code and advice together."""
        alike: dict[tuple[str, ...], list[tuple[Gap, GapText]]] = {}
        for gap in gaps:
            text = self._sentences.gap(gap)
            key = (gap.kind, gap.service, gap.action, gap.code, text.advice)
            alike.setdefault(key, []).append((gap, text))
        for told in alike.values():
            yield ""
            yield from self._one(*told[0]) if len(told) == 1 else self._several(told)

    def _one(self, gap: Gap, text: GapText) -> Iterator[str]:
        yield from self._screen.led(gap.kind.value, Style.WARNING, text.title)
        yield from self._screen.fields(
            [
                (self._text("label-why"), [text.message]),
                (self._text("label-unknown"), [text.unknown]),
                (self._text("label-advice"), [text.advice]),
            ]
        )

    def _several(self, told: list[tuple[Gap, GapText]]) -> Iterator[str]:
        gap, first = told[0]
        title = self._text("many", title=first.title, count=len(told))
        yield from self._screen.led(gap.kind.value, Style.WARNING, title)
        yield from self._screen.fields(
            [
                (self._text("label-object"), self._cut([text.title for _, text in told[1:]])),
                (self._text("label-why"), self._cut(_distinct(text.message for _, text in told))),
                (self._text("label-unknown"), self._cut(_distinct(text.unknown for _, text in told))),
                (self._text("label-advice"), [first.advice]),
            ]
        )

    def not_covered(self, result: Result) -> Iterator[str]:
        """What the baseline is not written for, by reason."""
        by_reason: dict[str, list[str]] = {}
        for found in result.clusters:
            cluster = self._sentences.cluster(found.cluster.region, found.cluster.cluster_id)
            for item in found.cluster.not_covered:
                text = self._sentences.not_covered(item)
                by_reason.setdefault(text.why, []).append(self._text("not-covered", what=text.what, cluster=cluster))
        for why, items in by_reason.items():
            yield from self._screen.bullets(self._cut(items))
            yield from self._screen.paragraph(why, 4)

    def _cut(self, texts: Sequence[str]) -> list[str]:
        if self._verbose or len(texts) <= OBJECTS + 1:
            return list(texts)
        return [*texts[:OBJECTS], self._text("more", count=len(texts) - OBJECTS)]

    def _text(self, name: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(f"table-{name}", **facts)


def _distinct(texts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(texts))
