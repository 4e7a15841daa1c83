"""The ``csv`` format: a row for each finding, gap and cluster, for spreadsheets; Excel reads the Chinese correctly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from auditor.model.clusters import Cluster
from auditor.model.codes import Verdict
from auditor.model.earlier import EarlierFinding
from auditor.model.findings import ClusterResult, Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter import escape, identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.news import NewsText
from auditor.reporter.text.sentences import ResultText, ended
from auditor.reporter.verdict import cluster_verdicts

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's code page."""

LONGEST_CELL = 32_000
"""Excel silently cuts a cell after 32,767 characters; the mark that counts the rest fits in between."""

_PROVENANCE = ("account", "read-at")
"""The account and the time of the read."""
_BEARERS = ("attachment", "interfaces", "add-ons", "exposure")
"""Columns that are empty except for findings."""
_STATE = "state"
"""New or known, with an earlier report."""
_FIRST_SEEN = "first-seen"
"""The last column, with a history."""

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
    "verdict",
    *_PROVENANCE,
    *_BEARERS,
    _STATE,
    _FIRST_SEEN,
)


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """Header and rows (RFC 4180, a byte order mark in front). No cell starts a formula."""
    sentences = ResultText(result, options.lang, None)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([sentences.phrasing.text(f"csv-{name}") for name in _COLUMNS])
    clusters = cluster_verdicts(result, options.fail_on)
    verdicts = {
        (
            cluster_result.cluster.account,
            cluster_result.cluster.region,
            cluster_result.cluster.cluster_id,
        ): judged.verdict
        for cluster_result, judged in clusters
    }
    read_at = identity.timestamp(result.snapshot.read_at) or ""

    def provenance(item: Cluster | EarlierFinding | Finding | Gap | None = None) -> tuple[str, str]:
        return identity.account_id(result, item) or "", read_at

    news = NewsText(result, sentences)
    rows = [
        [
            *_row(finding, sentences),
            verdicts.get(_cluster_of(finding), ""),
            *provenance(finding),
            *_bearers(finding),
            news.state(finding),
            identity.timestamp(finding.sighting.first_seen if finding.sighting else None) or "",
        ]
        for finding in news.first(result.findings)
    ]
    no_bearers = [""] * len(_BEARERS)
    rows += [
        [
            *_gap_row(gap, result, sentences),
            verdicts.get(_cluster_of(gap), ""),
            *provenance(gap),
            *no_bearers,
            news.state(gap),
            "",
        ]
        for gap in sorted(result.gaps, key=lambda gap: bool(result.is_known_gap(gap)))
    ]
    rows += [[*_fixed_row(finding), "", *provenance(finding), *no_bearers, "fixed", ""] for finding in news.fixed()]
    rows += [
        [
            *_cluster_row(cluster_result, judged.verdict, sentences),
            judged.verdict,
            *provenance(cluster_result.cluster),
            *no_bearers,
            "",
            "",
        ]
        for cluster_result, judged in clusters
    ]
    if line := news.line():
        rows.append([*_cells({"name": "since", "title": line}), "", *provenance(), *no_bearers, "", ""])
    if narrowed := identity.filter_line(result, sentences.phrasing):
        rows.append([*_cells({"name": "filter", "title": narrowed}), "", *provenance(), *no_bearers, "", ""])
    writer.writerows([_cell(cell, sentences) for cell in row] for row in rows)
    yield _BYTE_ORDER_MARK + written.getvalue()


def _fixed_row(finding: EarlierFinding) -> list[str]:
    """A row for a finding of the earlier report that is fixed. It has no severity, so that nobody counts it."""
    return _cells(
        {
            "code": finding.code,
            "name": "fixed",
            "region": finding.region,
            "cluster-id": finding.cluster_id,
            "role": finding.role,
            "groups": " ".join(finding.security_groups),
            "direction": finding.direction or "",
            "requirement": finding.requirement_id,
            "title": finding.title,
            "fingerprint": finding.fingerprint,
        }
    )


def _cell(text: str, sentences: ResultText) -> str:
    return sentences.phrasing.clipped(escape.csv_cell(text), LONGEST_CELL)


def _row(finding: Finding, sentences: ResultText) -> list[str]:
    text = sentences.finding(finding)
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
        text.title,
        text.message,
        " | ".join(text.rules),
        text.advice,
        finding.waiver.waiver_id if finding.waiver else "",
        finding.fingerprint,
    ]


def _bearers(finding: Finding) -> list[str]:
    return [finding.attachment, " ".join(finding.interfaces), " ".join(finding.add_ons), finding.exposure]


def _gap_row(gap: Gap, result: Result, sentences: ResultText) -> list[str]:
    """A row for a gap: without it, a report with nothing but gaps would look like a report without findings."""
    text = sentences.gap(gap)
    mark = result.gap_waiver(gap)
    facts = {
        "severity": Verdict.UNKNOWN,
        "code": gap.kind,
        "region": gap.region,
        "cluster-id": gap.cluster_id,
        "cluster": sentences.names.cluster_name(gap.region, gap.cluster_id),
        "title": text.title,
        "message": sentences.phrasing.text(
            "csv-gap", message=ended(text.message, sentences.phrasing), unknown=text.unknown
        ),
        "advice": text.advice,
        "waiver": mark.waiver_id if mark else "",
        "fingerprint": gap.fingerprint,
    }
    return _cells(facts)


def _cluster_row(cluster_result: ClusterResult, verdict: Verdict, sentences: ResultText) -> list[str]:
    """A row for the verdict on a cluster: without it, a cluster without findings and gaps would have no row."""
    cluster = cluster_result.cluster
    return _cells(
        {
            "name": "verdict",
            "region": cluster.region,
            "cluster-id": cluster.cluster_id,
            "cluster": sentences.names.cluster_name(cluster.region, cluster.cluster_id),
            "title": sentences.verdict(cluster_result, verdict),
        }
    )


def _cells(facts: Mapping[str, str]) -> list[str]:
    """The cells of a row up to the verdict; columns without a fact are empty."""
    return [facts.get(column, "") for column in _COLUMNS[: _COLUMNS.index("verdict")]]


def _cluster_of(item: Finding | Gap) -> tuple[str, str, str]:
    return item.account, item.region, item.cluster_id
