"""Compares a result with an earlier report in words: the numbers of new, fixed and known findings and gaps."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.earlier import EarlierFinding
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter.text.sentences import ResultText


class NewsText:
    """Writes the news of one result. Without an earlier report there is none."""

    def __init__(self, result: Result, sentences: ResultText) -> None:
        self._result = result
        self._phrasing = sentences.phrasing

    def first(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings in their order, but those that the earlier report has come last."""
        return sorted(findings, key=self.is_known)

    def is_known(self, finding: Finding) -> bool:
        """Whether the earlier report has the finding."""
        return self._result.vanished is not None and bool(finding.known)

    def is_counted_only(self, item: Finding | Gap) -> bool:
        """Whether a short report counts the finding or gap and does not name it: a report of the reader has it.

        Nobody may have read the report of a run that only the history has.
        """
        return self._result.last_run is None and self.state(item) == "known"

    def state(self, item: Finding | Gap) -> str:
        """``new`` or ``known``, the words of the JSON report; empty without an earlier report."""
        if self._result.vanished is None:
            return ""
        is_known = item.known if isinstance(item, Finding) else self._result.is_known_gap(item)
        return "known" if is_known else "new"

    def line(self) -> str:
        """``Since the earlier report: 1 new, 2 fixed, 16 known, 1 gap known.``; empty without an earlier report."""
        vanished = self._result.vanished
        if vanished is None:
            return ""
        unwaived = [finding for finding in self._result.every_finding if finding.waiver is None]
        known_findings = sum(bool(finding.known) for finding in unwaived)
        known_gaps = sum(bool(self._result.is_known_gap(gap)) for gap in self._result.gaps)
        counts = {
            "fixed": len(self.fixed()),
            "unknown": sum(not finding.waived for finding in vanished.unknown),
            "known": known_findings,
            "gaps-new": len(self._result.gaps) - known_gaps,
            "gaps-known": known_gaps,
        }
        parts = [self._text("new", count=len(unwaived) - known_findings)]
        parts += [self._text(name, count=count) for name, count in counts.items() if count]
        text = self._phrasing.listed(parts)
        if self._result.last_run is None:
            return self._text("line", counts=text)
        return self._text("line-run", moment=self._result.last_run.strftime("%Y-%m-%d %H:%M"), counts=text)

    def known(self, *, with_option: bool = False) -> str:
        """``Known from the earlier report: 16 findings and 1 gap.``; empty where nothing is.

        ``with_option``: names the option that shows them.
        """
        findings = sum(self.is_counted_only(item) for item in self._result.findings if item.waiver is None)
        gaps = sum(self.is_counted_only(gap) for gap in self._result.gaps)
        parts = [self._text("known-findings", count=findings)] if findings else []
        parts += [self._text("known-gaps", count=gaps)] if gaps else []
        if not parts:
            return ""
        return self._text("known-shown" if with_option else "known-before", counts=self._phrasing.together(parts))

    def fixed(self) -> tuple[EarlierFinding, ...]:
        """The unwaived findings of the earlier report that are fixed, worst first."""
        vanished = self._result.vanished
        fixed = [finding for finding in vanished.fixed if not finding.waived] if vanished else []
        return tuple(sorted(fixed, key=lambda finding: finding.severity.rank))

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"news-{name}", **facts)
