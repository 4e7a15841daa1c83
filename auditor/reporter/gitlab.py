"""The ``gitlab`` format: a Code Quality report, an array of issues that a merge request shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.model.changes import Place
from auditor.model.codes import Severity, Verdict
from auditor.model.findings import ClusterResult, Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter import identity
from auditor.reporter.identity import Places, gap_fingerprints, verdict_fingerprint
from auditor.reporter.json_text import JsonObject, dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.sentences import ResultText, finding_text, gap_text
from auditor.reporter.verdict import cluster_verdicts

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """An issue for each gap and unwaived finding, with distinct fingerprints: GitLab drops an issue that repeats one.

    GitLab shows a report without issues as green, so a cluster without findings and gaps that is not compliant has an
    issue for its verdict.
    """
    return dump(_Issues(result, options).all())


def _location(location: Place) -> JsonObject:
    return {"path": location.file, "lines": {"begin": location.line}}


class _Issues:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._places = Places(result, options)
        self._sentences = ResultText(result, options.lang)
        self._clusters = cluster_verdicts(result, options.fail_on)
        self._verdicts = {
            (cluster_result.cluster.region, cluster_result.cluster.cluster_id): judged
            for cluster_result, judged in self._clusters
        }

    def all(self) -> Iterator[JsonObject]:
        gaps = zip(self._result.gaps, gap_fingerprints(self._result.gaps), strict=True)
        findings = [finding for finding in self._result.findings if finding.waiver is None]
        yield from (self._gap(gap, fingerprint) for gap, fingerprint in gaps)
        yield from (self._finding(finding) for finding in findings)
        named = {(finding.account, finding.region, finding.cluster_id) for finding in findings}
        yield from (
            self._cluster(cluster_result, judged.verdict)
            for cluster_result, judged in self._clusters
            for cluster in (cluster_result.cluster,)
            if judged.verdict is not Verdict.COMPLIANT
            and not cluster_result.gaps
            and (cluster.account, cluster.region, cluster.cluster_id) not in named
        )

    def _finding(self, finding: Finding) -> JsonObject:
        text = finding_text(finding, self._sentences, self._places.causes_of(finding))
        return {
            "description": self._described(text, [(finding.region, finding.cluster_id)]),
            "check_name": f"{finding.code} {finding.code.finding_name}",
            "fingerprint": finding.fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": _location(self._places.of_finding(finding)),
        }

    def _gap(self, gap: Gap, fingerprint: str) -> JsonObject:
        clusters = [cluster_result.cluster for cluster_result, _ in self._clusters if gap in cluster_result.gaps]
        text = gap_text(gap, self._sentences)
        return {
            "description": self._described(text, [(cluster.region, cluster.cluster_id) for cluster in clusters]),
            "check_name": gap.kind.value,
            "fingerprint": fingerprint,
            "severity": "info" if self._result.gap_waiver(gap) else "critical",
            "location": _location(self._places.of_gap(gap)),
        }

    def _cluster(self, cluster_result: ClusterResult, verdict: Verdict) -> JsonObject:
        cluster = cluster_result.cluster
        word = self._sentences.verdict(cluster_result, verdict)
        undecided = verdict in (Verdict.UNKNOWN, Verdict.NOT_AUDITED)
        return {
            "description": self._with_provenance(self._verdict(cluster.region, cluster.cluster_id, word)),
            "check_name": f"verdict {verdict}",
            "fingerprint": verdict_fingerprint(cluster.region, cluster.cluster_id, verdict),
            "severity": "critical" if undecided else "info",
            "location": _location(self._places.other),
        }

    def _described(self, text: str, clusters: Iterable[tuple[str, str]]) -> str:
        verdicts = [(cluster, self._verdicts[cluster].verdict) for cluster in clusters if cluster in self._verdicts]
        words = [(cluster, self._sentences.phrasing.text(f"terms-verdict-{verdict}")) for cluster, verdict in verdicts]
        return self._with_provenance(" ".join([text, *(self._verdict(*cluster, word) for cluster, word in words)]))

    def _with_provenance(self, text: str) -> str:
        return identity.with_line(text, self._result, self._options, self._sentences.phrasing)

    def _verdict(self, region: str, cluster_id: str, word: str) -> str:
        named = self._sentences.cluster(region, cluster_id)
        return self._sentences.phrasing.text("formats-verdict", cluster=named, verdict=word)
