"""Reads the JSON reports that ``merge`` unites, and finds what their union does not show.

Input: the texts of reports, also of merged ones, and what is expected. Result: a rebuilt result for each report, and a
gap for each file that cannot be used and each account, region or shard that is missing or that two reports have. Raises
``ConfigError`` for the output of another command.

Invariant: the union of reports does not depend on their order, nor on how they were merged before. So a merged report
names its parts and what was expected, and the gaps about them are found again in each merge.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

from pydantic import TypeAdapter, ValidationError

from auditor.errors import ConfigError
from auditor.files import json_reader
from auditor.model.baseline import Baseline, ExcessTable, Requirement
from auditor.model.codes import GapKind, Verdict
from auditor.model.findings import ClusterResult, Result, WaiverState
from auditor.model.gaps import (
    OF_REPORTS,
    REPORT_DAMAGED,
    REPORT_FILTERED,
    REPORT_INCOMPLETE,
    REPORT_MISSING,
    REPORT_TOO_OLD,
    REPORT_TWICE,
    REPORT_UNDATED,
    Gap,
)
from auditor.model.reported import ClusterKey, Reported
from auditor.model.snapshot import Snapshot, age_fault
from auditor.reporter import report_doubts, union_gaps
from auditor.reporter.models import SCHEMA, Report
from auditor.reporter.report_document import add_defaults, refuse_other_output
from auditor.reporter.reported import cluster_key, moment, rebuilt, regions_of
from auditor.reporter.run_models import ClusterRefPart, ExpectedPart, ReportPart, SincePart
from auditor.words import Lang

_FOUND_AGAIN = (REPORT_MISSING, REPORT_TWICE)
"""Codes of gaps that depend on all parts, so that a merged report does not keep them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePart:
    """A report to merge: its file, its validated form, and the result that it describes."""

    file: str
    report: Report
    result: Result

    @property
    def order(self) -> tuple[str, str]:
        """A sort key that makes the union independent of the order of its parts."""
        return self.file, json.dumps(self.leaves, sort_keys=True)

    @property
    def leaves(self) -> tuple[ReportPart, ...]:
        """The reports of single runs: this one, or the parts of a merged report."""
        report = self.report
        if "parts" in report:
            return tuple(report["parts"])
        account = report.get("account")
        leaf = ReportPart(
            file=self.file,
            account=None if account is None else account["id"],
            regions=regions_of(report),
            clusters=[_reference(item) for item in self.result.clusters],
            read_at=report.get("read_at"),
            shard=report.get("shard"),
        )
        if "pairs" in report:
            leaf["pairs"] = report["pairs"]
        if "asked" in report:
            leaf["asked"] = report["asked"]
        return (leaf,)


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def read_part(text: str, file: str) -> MergePart | Gap:
    """The report in ``text``, or the gap of a file that is damaged or no report that this version reads.

    Raises ``ConfigError`` for the output of another command.
    """
    try:
        document = json_reader.load(text, file)
    except ConfigError as error:
        return _not_json(file, error)
    if not isinstance(document, dict):
        return damaged(file, "union-not-report")
    refuse_other_output(document, file)
    if document.get("schema") != SCHEMA:
        return damaged(file, "union-schema", schema=repr(document.get("schema")), own=repr(SCHEMA))
    add_defaults(document)
    try:
        report = _adapter().validate_python(document)
        part = MergePart(file=file, report=report, result=rebuilt(report, document))
        _refuse_foreign_parts(part)
    except ValidationError as error:
        path = ".".join(str(step) for step in error.errors()[0]["loc"])
        return damaged(file, "union-key", key=path)
    except ValueError as error:
        return damaged(file, "union-value", detail=str(error))
    return part


def _refuse_foreign_parts(part: MergePart) -> None:
    """Raises ``ValueError`` where the parts of a merged report lack a cluster of it, or have a time that is none."""
    listed: set[ClusterKey] = set()
    for leaf in part.leaves:
        moment(leaf["read_at"])
        listed.update(_keys(leaf))
    if not set(map(cluster_key, part.result.clusters)) <= listed:
        raise ValueError("parts")


def _not_json(file: str, error: ConfigError) -> Gap:
    line = error.facts.get("line")
    if line is None:
        return damaged(file, "union-not-json")
    return damaged(file, "union-not-json-at", line=str(line), detail=str(error.facts.get("detail")))


def damaged(file: str, message_id: str, **facts: str) -> Gap:
    """The gap of a file that cannot be used, with the reason."""
    return _file_gap(file, REPORT_DAMAGED, message_id, **facts)


def _file_gap(file: str, code: str, message_id: str, **facts: str) -> Gap:
    message = union_gaps.english(message_id, file=file, **facts)
    return Gap(kind=GapKind.UNREAD, region="", resource=file, code=code, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a union must have: accounts or regions of them, and parts that are at most ``max_age`` days old."""

    pairs: tuple[ExpectedPart, ...] = ()
    today: date
    max_age: int | None = None


def results_of(parts: Sequence[MergePart], expected: Expected) -> list[Result]:
    """The result of each part with its own gaps. A cluster that several parts have is in that of the newest alone."""
    holders: dict[tuple[str, str], list[tuple[ClusterKey, int]]] = {}
    for number, part in enumerate(parts):
        for key in map(cluster_key, part.result.clusters):
            holders.setdefault(key[1:], []).append((key, number))
    older: dict[int, set[ClusterKey]] = {}
    for of_id in holders.values():
        for doubles in _same_clusters(of_id):
            newest = max(doubles, key=lambda double: _recency(parts[double[1]], double[0]))
            for key, number in doubles:
                if number != newest[1]:
                    older.setdefault(number, set()).add(key)
    return [
        _with_own_gaps(_without(_without_ended_waivers(part.result, expected.today), older.get(number, set())), part)
        for number, part in enumerate(parts)
    ]


def _same_clusters(of_id: list[tuple[ClusterKey, int]]) -> list[list[tuple[ClusterKey, int]]]:
    """Clusters of one region and id by account. An unknown account may be any, so that all are the same then."""
    accounts = {key[0] for key, _ in of_id}
    if "" in accounts:
        return [of_id]
    return [[double for double in of_id if double[0][0] == account] for account in accounts]


def _reference(item: ClusterResult) -> ClusterRefPart:
    account, region, cluster_id = cluster_key(item)
    return ClusterRefPart(account=account or None, region=region, cluster_id=cluster_id)


def _keys(leaf: ReportPart) -> list[ClusterKey]:
    return [(item["account"] or "", item["region"], item["cluster_id"]) for item in leaf["clusters"]]


def _recency(part: MergePart, key: ClusterKey) -> tuple[str, str]:
    """The time of the newest read of a cluster in a part; the content decides between equal times."""
    reads = [leaf["read_at"] or "" for leaf in part.leaves if key in _keys(leaf)]
    reported = part.result.reported
    content = reported.clusters.get(key) if reported else None
    return max(reads, default=""), json.dumps(content, sort_keys=True)


def _without_ended_waivers(result: Result, today: date) -> Result:
    """The result with the marks of those waivers alone that are valid on the day of the merge."""
    marks = [finding.waiver for finding in result.findings if finding.waiver is not None]
    marks += [mark for _, mark in result.waived_gaps]
    ended = {mark.waiver_id for mark in marks if mark.expires < today}
    if not ended:
        return result
    return replace(
        result,
        findings=tuple(
            replace(finding, waiver=None) if finding.waiver and finding.waiver.waiver_id in ended else finding
            for finding in result.findings
        ),
        waived_gaps=tuple((gap, mark) for gap, mark in result.waived_gaps if mark.waiver_id not in ended),
        waivers=tuple((name, WaiverState.EXPIRED if name in ended else state) for name, state in result.waivers),
    )


def _without(result: Result, older: set[ClusterKey]) -> Result:
    """The result without the clusters of ``older`` and their findings, and without gaps that are found again."""
    return replace(
        result,
        clusters=tuple(
            replace(item, gaps=_kept(item.gaps)) for item in result.clusters if cluster_key(item) not in older
        ),
        findings=tuple(item for item in result.findings if (item.account, item.region, item.cluster_id) not in older),
        gaps=_kept(result.gaps),
        reported=result.reported and result.reported.without(older, OF_REPORTS),
    )


def _kept(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(gap for gap in gaps if gap.code not in _FOUND_AGAIN)


def _with_own_gaps(result: Result, part: MergePart) -> Result:
    """The result with the gaps of its file, on which the verdicts of its clusters depend."""
    return with_gaps(result, _gaps_of_report(part))


def with_gaps(result: Result, gaps: Iterable[tuple[Gap, Collection[ClusterKey]]]) -> Result:
    """The result with further gaps, each with the clusters that depend on it."""
    by_cluster: dict[ClusterKey, list[Gap]] = {}
    added = []
    for gap, keys in gaps:
        added.append(gap)
        for key in keys:
            by_cluster.setdefault(key, []).append(gap)
    if not added:
        return result
    return replace(
        result,
        clusters=tuple(
            replace(item, gaps=tuple(sorted({*item.gaps, *by_cluster.get(cluster_key(item), ())})))
            for item in result.clusters
        ),
        gaps=tuple(sorted({*result.gaps, *added})),
    )


def _gaps_of_report(part: MergePart) -> Iterator[tuple[Gap, Collection[ClusterKey]]]:
    """The gaps of what a report hides or does not explain, each with the clusters that depend on it."""
    everything = set(map(cluster_key, part.result.clusters))
    if part.report.get("filter") is not None:
        yield _file_gap(part.file, REPORT_FILTERED, "union-filtered"), everything
    doubt = report_doubts.of_report(part.report)
    if doubt is not None:
        yield _file_gap(part.file, REPORT_INCOMPLETE, doubt), everything
        return
    account = part.report.get("account")
    for cluster, message_id in report_doubts.of_clusters(part.report):
        owner = cluster.get("account") or (account["id"] if account else "")
        region, cluster_id = cluster["region"], cluster["cluster_id"]
        gap = _file_gap(part.file, REPORT_INCOMPLETE, message_id, cluster=cluster_id)
        keys = [] if cluster["verdict"] is Verdict.NOT_AUDITED else [(owner, region, cluster_id)]
        yield replace(gap, account=owner, region=region, cluster_id=cluster_id), keys


def _gaps_of_age(leaf: ReportPart, expected: Expected) -> Iterator[Gap]:
    if expected.max_age is None:
        return
    read_at, today = moment(leaf["read_at"]), expected.today.isoformat()
    fault = age_fault(read_at, expected.today, expected.max_age)
    if fault is None:
        return
    if read_at is not None and fault[0] == "TooOld":
        facts = {"day": read_at.date().isoformat(), "today": today, "most": str(expected.max_age)}
        gap = _file_gap(leaf["file"], REPORT_TOO_OLD, "union-too-old", **facts)
    else:
        gap = _file_gap(leaf["file"], REPORT_UNDATED, "union-undated", today=today)
    yield replace(gap, account=leaf["account"] or "")


def united_gaps(
    union: Result, parts: Sequence[MergePart], expected: Expected
) -> Iterator[tuple[Gap, Collection[ClusterKey]]]:
    """The gaps of the union: what no part has, what several have, what is too old.

    Each comes with the clusters that depend on it.
    """
    leaves = [leaf for part in parts for leaf in part.leaves]
    clusters = [item.cluster for item in union.clusters]
    yield from ((gap, _keys(leaf)) for leaf in leaves for gap in _gaps_of_age(leaf, expected))
    yield from ((gap, ()) for gap in union_gaps.of_run(leaves, every_expected(parts, expected)))
    yield from (
        (gap, [(gap.account, gap.region, gap.cluster_id)]) for gap in union_gaps.doubled_clusters(leaves, clusters)
    )


def every_expected(parts: Iterable[MergePart], expected: Expected) -> list[ExpectedPart]:
    """What this merge and the merges before it expect, in order."""
    pairs = {(item["account"], item["region"]) for item in expected.pairs}
    pairs |= {(item["account"], item["region"]) for part in parts for item in part.report.get("expected", ())}
    return [ExpectedPart(account=account, region=region) for account, region in sorted(pairs)]


NO_REPORT = Result(
    baseline=Baseline(
        name="none",
        digest="sha256:" + "0" * 64,
        source="",
        requirements=(),
        allowances=(),
        excess=ExcessTable(classes=(), severities=()),
    ),
    snapshot=Snapshot(regions=()),
    clusters=(),
    findings=(),
    gaps=(),
    reported=Reported(findings={}, clusters={}, gaps={}),
)
"""The union of no report at all."""


def with_fields(result: Result, parts: Sequence[MergePart], expected: Expected) -> Result:
    """The united result with the fields that only a merged report has."""
    reported = result.reported or NO_REPORT.reported
    further = _further_fields(parts, expected)
    baselines = _baselines(result.clusters)
    return replace(
        result,
        baseline=baselines.get(result.baseline.digest, result.baseline),
        clusters=tuple(replace(item, baseline=baselines[item.baseline.digest]) for item in result.clusters),
        reported=reported and replace(reported, further=further),
    )


def _baselines(clusters: Iterable[ClusterResult]) -> dict[str, Baseline]:
    """The baselines of the clusters by digest, each with the requirements that some stack has."""
    baselines: dict[str, Baseline] = {}
    requirements: dict[str, dict[str, Requirement]] = {}
    for item in clusters:
        baselines.setdefault(item.baseline.digest, item.baseline)
        of_baseline = requirements.setdefault(item.baseline.digest, {})
        for stack in item.stacks:
            for outcome in stack.requirements:
                of_baseline.setdefault(outcome.requirement.requirement_id, outcome.requirement)
    return {
        digest: replace(baseline, requirements=tuple(requirements[digest].values()))
        for digest, baseline in baselines.items()
    }


def _further_fields(parts: Sequence[MergePart], expected: Expected) -> dict[str, Any]:
    """The parts, what was expected, the language and the news of earlier reports."""
    leaves = sorted((leaf for part in parts for leaf in part.leaves), key=_order)
    languages = {part.report.get("lang") for part in parts}
    fields: dict[str, Any] = {
        "parts": leaves,
        "expected": every_expected(parts, expected),
        "lang": languages.pop() if len(languages) == 1 else None,
    }
    news = [part.report["since"] for part in parts if "since" in part.report]
    if news and len(news) == len(parts):
        fields["since"] = SincePart(
            fixed=_united(item["fixed"] for item in news),
            unknown=_united(item["unknown"] for item in news),
            grown=_united(item["grown"] for item in news),
        )
    return fields


def _order(leaf: ReportPart) -> tuple[str, str]:
    return leaf["file"], json.dumps(leaf, sort_keys=True)


def _united(fingerprints: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set(chain.from_iterable(fingerprints))))


def language(parts: Iterable[MergePart]) -> Lang | None:
    """The language of all parts; ``None`` if they differ or do not say it."""
    languages = {part.report.get("lang") for part in parts}
    only = languages.pop() if len(languages) == 1 else None
    return Lang(only) if only in tuple(Lang) else None
