"""The waived findings on a terminal, by waiver, and the waivers that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.findings import Finding, WaiverMark
from auditor.model.result import WaiverState
from auditor.reporter.screen import Screen
from auditor.reporter.sentences import Sentences


class WaivedList:
    """Writes waivers and what they waive as lines."""

    def __init__(self, sentences: Sentences, screen: Screen) -> None:
        self._sentences = sentences
        self._screen = screen

    def lines(self, waived: Sequence[Finding], waivers: Sequence[tuple[str, WaiverState]]) -> Iterator[str]:
        """Waivers that end soon, have ended or match nothing; then each waiver with its findings."""
        yield from self._screen.bullets(
            self._text(f"waiver-{state}", id=waiver_id)
            for waiver_id, state in waivers
            if state is not WaiverState.ACTIVE
        )
        by_waiver: dict[WaiverMark, list[Finding]] = {}
        for finding in waived:
            if finding.waiver is not None:
                by_waiver.setdefault(finding.waiver, []).append(finding)
        for mark, findings in by_waiver.items():
            yield from self._screen.bullets([self._waiver(mark)])
            yield from self._screen.bullets((self._finding(finding) for finding in findings), 4)

    def _waiver(self, mark: WaiverMark) -> str:
        return self._text(
            "waiver", id=mark.waiver_id, expires=mark.expires.isoformat(), owner=mark.owner, reason=mark.reason
        )

    def _finding(self, finding: Finding) -> str:
        said = self._sentences.finding(finding)
        return self._text(
            "waived",
            code=finding.code.value,
            title=said.title,
            cluster=self._sentences.cluster(finding.region, finding.cluster_id),
            message=said.message,
        )

    def _text(self, name: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(f"table-{name}", **facts)
