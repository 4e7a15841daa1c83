"""The ``csv`` format: one row a finding and one a gap, opened right by a spreadsheet, Chinese included."""

from __future__ import annotations

import csv
import io

from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.result import Result, Verdict
from auditor.reporter import escape
from auditor.reporter.one_text import ended
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's code page."""

LONGEST_CELL = 32_000
"""Excel cuts a cell after 32,767 characters without a word; the mark that counts the rest fits in between."""

_COLUMNS = (
    "severity",
    "code",
    "name",
    "region",
    "cluster-id",
    "cluster",
    "role",
    "groups",
    "nodes",
    "pools",
    "direction",
    "requirement",
    "packets",
    "title",
    "message",
    "rules",
    "advice",
    "waiver",
    "fingerprint",
)


def render(result: Result, options: RenderOptions) -> str:
    """Header and rows (RFC 4180, a byte order mark in front). No cell starts a formula."""
    sentences = Sentences(result, options.lang, None)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([sentences.phrasing.text(f"csv-{name}") for name in _COLUMNS])
    rows = [_row(finding, sentences) for finding in result.findings]
    rows += [_gap_row(gap, sentences) for gap in result.gaps]
    writer.writerows([_cell(cell, sentences) for cell in row] for row in rows)
    return _BYTE_ORDER_MARK + written.getvalue()


def _cell(text: str, sentences: Sentences) -> str:
    return sentences.phrasing.clipped(escape.csv_cell(text), LONGEST_CELL)


def _row(finding: Finding, sentences: Sentences) -> list[str]:
    said = sentences.finding(finding)
    return [
        finding.severity,
        finding.code,
        finding.code.finding_name,
        finding.region,
        finding.cluster_id,
        sentences.names.cluster_name(finding.region, finding.cluster_id),
        finding.role,
        " ".join(finding.security_groups),
        " ".join(finding.nodes),
        " ".join(finding.node_pools),
        finding.direction or "",
        finding.requirement_id,
        sentences.packets(finding.packets, finding.direction) if finding.packets else "",
        said.title,
        said.message,
        " | ".join(said.rules),
        said.advice,
        finding.waiver.waiver_id if finding.waiver else "",
        finding.fingerprint,
    ]


def _gap_row(gap: Gap, sentences: Sentences) -> list[str]:
    """What could not be decided: without it, an estate that nobody could look into reads as one without findings."""
    said = sentences.gap(gap)
    told = {
        "severity": Verdict.UNKNOWN,
        "code": gap.kind,
        "region": gap.region,
        "cluster-id": gap.cluster_id,
        "cluster": sentences.names.cluster_name(gap.region, gap.cluster_id),
        "title": said.title,
        "message": sentences.phrasing.text(
            "csv-gap", message=ended(said.message, sentences.phrasing), unknown=said.unknown
        ),
        "advice": said.advice,
        "fingerprint": gap.fingerprint,
    }
    return [told.get(column, "") for column in _COLUMNS]
