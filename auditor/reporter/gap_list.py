"""The gaps and exclusions on a terminal: those with one cause as one entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.gaps import Gap
from auditor.model.result import Result
from auditor.reporter.gap_groups import exclusions, gap_groups
from auditor.reporter.screen import Screen, Style
from auditor.reporter.sentences import Sentences

OBJECTS = 40
"""How many things a line names before it counts the rest."""
IDENTITIES = 10
"""How many fingerprints a line holds before it counts the rest."""
EXCLUSIONS = 6


class GapList:
    """Writes gaps and exclusions as lines."""

    def __init__(self, sentences: Sentences, screen: Screen, *, verbose: bool) -> None:
        self._sentences = sentences
        self._screen = screen
        self._verbose = verbose

    def lines(self, gaps: Sequence[Gap]) -> Iterator[str]:
        """Every gap, those of one cause together."""
        for group in gap_groups(gaps, self._sentences):
            yield ""
            yield from self._screen.led(group.gaps[0].kind.value, Style.WARNING, group.text.title)
            why = group.messages if self._verbose else [group.text.message]
            yield from self._screen.fields(
                [
                    (self._text("label-object"), self._objects(group.objects)),
                    (self._text("label-state"), [group.text.state]),
                    (self._text("label-waiver"), [group.text.waiver]),
                    (self._text("label-why"), why),
                    (self._text("label-unknown"), [group.text.unknown]),
                    (self._text("label-advice"), [group.text.advice]),
                    (self._text("label-fingerprint"), [self._fingerprints(group.gaps)]),
                ]
            )

    def not_covered(self, result: Result) -> Iterator[str]:
        """What the baseline is not written for, by reason."""
        for told in exclusions(result, self._sentences):
            items = [
                self._text("not-covered", what=what, cluster=cluster)
                for cluster, whats in told.whats.items()
                for what in whats
            ]
            yield from self._screen.bullets(self._excluded(items))
            yield from self._screen.paragraph(told.why, 4)

    def _objects(self, names: Sequence[str]) -> list[str]:
        """The names in one text; what it leaves out is counted in another."""
        shown = names if self._verbose or len(names) <= OBJECTS + 1 else names[:OBJECTS]
        listed = self._sentences.phrasing.listed(shown)
        return [listed] if shown is names else [listed, self._text("more", count=len(names) - OBJECTS)]

    def _fingerprints(self, gaps: Sequence[Gap]) -> str:
        identities = tuple(dict.fromkeys(gap.fingerprint for gap in gaps))
        return self._sentences.phrasing.listed(identities, None if self._verbose else IDENTITIES)

    def _excluded(self, texts: Sequence[str]) -> list[str]:
        if self._verbose or len(texts) <= EXCLUSIONS + 1:
            return list(texts)
        return [*texts[:EXCLUSIONS], self._text("more", count=len(texts) - EXCLUSIONS)]

    def _text(self, name: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(f"table-{name}", **facts)
