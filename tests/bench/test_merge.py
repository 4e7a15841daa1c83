"""A thousand clusters of twenty reports in one report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor import pipeline
from auditor.model.findings import Result
from auditor.model.snapshot import Account
from auditor.reporter import REPORTERS, merged_report
from auditor.reporter.merged_report import Expected, MergePart
from tests.browser.estate import large_result
from tests.schemas.rendering import OPTIONS, rendered

GOAL = 10.0
"""Processor seconds for reading, uniting and writing as JSON; printed, not held: machines differ."""
REPORTS, CLUSTERS = 20, 50

pytestmark = pytest.mark.bench


def _part(result: Result, number: int) -> str:
    """The JSON report of fifty clusters of an account, with ids of its own."""
    account = Account(id=f"{100000000000 + number}")
    suffix = f"{number:02}"
    clusters = tuple(
        replace(item, cluster=replace(item.cluster, cluster_id=item.cluster.cluster_id + suffix))
        for item in result.clusters[:CLUSTERS]
    )
    ids = {item.cluster.cluster_id for item in clusters}
    findings = tuple(
        replace(finding, cluster_id=finding.cluster_id + suffix, fingerprint=suffix + finding.fingerprint[2:])
        for finding in result.findings
        if finding.cluster_id + suffix in ids
    )
    own = replace(
        result, snapshot=replace(result.snapshot, account=account), clusters=clusters, findings=findings, gaps=()
    )
    return rendered("json", own)


def test_a_thousand_clusters_are_merged_in_seconds(figure: Callable[[str], None]) -> None:
    result = large_result()
    texts = [_part(result, number) for number in range(REPORTS)]
    began = time.process_time()
    parts = [merged_report.read_part(text, f"{number:02}.json") for number, text in enumerate(texts)]
    read = time.process_time() - began
    reports = [part for part in parts if isinstance(part, MergePart)]
    assert len(reports) == REPORTS
    began = time.process_time()
    union = pipeline.merge(reports, [], Expected(today=OPTIONS.today))
    united = time.process_time() - began
    assert len(union.clusters) == REPORTS * CLUSTERS
    size = sum(len(text.encode()) for text in texts) / 1e6
    figure(f"{size:.0f} MB of reports: read {read:.2f} s, united {united:.2f} s, {len(union.findings)} findings")
    for name in REPORTERS:
        began = time.process_time()
        text = rendered(name, union)
        figure(f"  {name:10} {time.process_time() - began:6.2f} s {len(text.encode()) / 1e6:7.2f} MB")
    figure(f"goal for reading, uniting and JSON: {GOAL:.0f} s")
