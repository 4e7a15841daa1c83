"""Two JSON reports side by side: findings by fingerprint. Rules and bindings are not in a report, and that is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.model.completeness import Subject, is_undecided
from auditor.reporter.json_report import Json, dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.phrasing import Phrasing
from auditor.reporter.report_file import ReadFinding, ReadReport, packets_of
from auditor.reporter.screen import SEVERITY_STYLES, Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDifference:
    """New and unchanged findings as the newer report has them, fixed and unknown ones as the older one.

    ``names`` are those of clusters. ``unknown`` is what the newer report could not see or decide.
    """

    new: tuple[ReadFinding, ...]
    fixed: tuple[ReadFinding, ...]
    unknown: tuple[ReadFinding, ...]
    unchanged: tuple[ReadFinding, ...]
    names: dict[tuple[str, str], str]


def difference(old: ReadReport, new: ReadReport) -> ReportDifference:
    """What ``new`` has that ``old`` had not, and the reverse.

    A finding that ``new`` lacks is fixed where ``new`` read and decided what it is about, else unknown. A finding whose
    waiver ended is new: it counts, and did not. One that got a waiver is fixed: it counts no longer.
    """
    before = {(finding.fingerprint, _is_waived(finding)) for finding in old.findings}
    after = {finding.fingerprint for finding in new.findings}
    readings = new.readings()
    gone = tuple(_beyond(old, new))
    unknown = tuple(
        finding
        for finding in gone
        if finding.fingerprint not in after
        and is_undecided(_subject(finding), readings.get((finding.region, finding.cluster_id)))
    )
    unseen = {finding.fingerprint for finding in unknown}
    return ReportDifference(
        new=tuple(_beyond(new, old)),
        fixed=tuple(finding for finding in gone if finding.fingerprint not in unseen),
        unknown=unknown,
        unchanged=tuple(finding for finding in new.findings if (finding.fingerprint, _is_waived(finding)) in before),
        names={(one.region, one.cluster_id): one.name for one in (*old.clusters, *new.clusters)},
    )


def _beyond(one: ReadReport, other: ReadReport) -> Iterator[ReadFinding]:
    """The findings of ``one`` that ``other`` has not, or has waived where they count here."""
    waived = {finding.fingerprint: _is_waived(finding) for finding in other.findings}
    for finding in one.findings:
        if finding.fingerprint not in waived or (waived[finding.fingerprint] and not _is_waived(finding)):
            yield finding


def _subject(finding: ReadFinding) -> Subject:
    return Subject(
        code=finding.code,
        role=finding.role,
        security_groups=finding.security_groups,
        direction=finding.direction,
        packets=packets_of(finding.packets),
    )


def _is_waived(finding: ReadFinding) -> bool:
    return finding.waiver is not None


def render_json(found: ReportDifference) -> str:
    """The object that snapshots give, its findings as the reports have them and its edits empty."""
    return dump(
        {
            "new": [_as_reported(finding) for finding in found.new],
            "fixed": [_as_reported(finding) for finding in found.fixed],
            "unknown": [_as_reported(finding) for finding in found.unknown],
            "unchanged": [finding.fingerprint for finding in found.unchanged],
            "rule_edits": [],
            "bindings": [],
        }
    )


def _as_reported(finding: ReadFinding) -> Json:
    reported: Json = finding.model_dump(mode="json", exclude_unset=True)
    return reported


def render_table(found: ReportDifference, options: RenderOptions) -> str:
    """What it comes to, then the findings in the words of their reports."""
    return "\n".join(line.rstrip() for line in _Page(found, options).lines()) + "\n"


class _Page:
    def __init__(self, found: ReportDifference, options: RenderOptions) -> None:
        self._found = found
        self._screen = Screen(options)
        self._phrasing = Phrasing(options.lang)

    def lines(self) -> Iterator[str]:
        found, text = self._found, self._phrasing.text
        counts = {"new": len(found.new), "fixed": len(found.fixed), "unchanged": len(found.unchanged)}
        yield from self._screen.paragraph(text("flows-diff-title", unknown=len(found.unknown), **counts))
        yield from self._findings("flows-heading-new", found.new)
        yield from self._findings("flows-heading-fixed", found.fixed)
        yield from self._findings("flows-heading-unknown", found.unknown)
        yield ""
        yield from self._screen.paragraph(text("flows-diff-reports"))

    def _findings(self, heading: str, findings: Sequence[ReadFinding]) -> Iterator[str]:
        if findings:
            yield from self._screen.heading(self._phrasing.text(heading))
        for finding in findings:
            name = self._found.names.get((finding.region, finding.cluster_id), "")
            cluster = self._phrasing.named(finding.cluster_id, name)
            title = finding.title or finding.code
            said = self._phrasing.text("flows-finding", cluster=cluster, title=title, message=finding.message)
            lead = self._phrasing.text(f"terms-severity-{finding.severity}").upper()
            yield from self._screen.led(lead, SEVERITY_STYLES[finding.severity], said)
