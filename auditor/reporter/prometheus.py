"""The ``prometheus`` format: gauges for the node exporter's textfile collector. No sample has a time stamp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.clusters import Cluster
from auditor.model.codes import Severity, Verdict
from auditor.model.findings import Result, WaiverState
from auditor.reporter import escape, identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.verdict import cluster_verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gauge:
    """One metric with its samples: labels and value."""

    name: str
    about: str
    samples: tuple[tuple[Mapping[str, str], float], ...]


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """The metrics, help and type first (text format 0.0.4)."""
    yield "".join(line + "\n" for gauge in _gauges(result, options) for line in _lines(gauge))


def _gauges(result: Result, options: RenderOptions) -> Iterator[_Gauge]:
    clusters = [
        (_labels(result, cluster_result.cluster), judged)
        for cluster_result, judged in cluster_verdicts(result, options.fail_on)
    ]
    yield _gauge(
        "sgaudit_findings",
        "Findings that no waiver covers, by severity.",
        (
            (labels | {"severity": severity}, judged.counts[severity])
            for labels, judged in clusters
            for severity in Severity
        ),
    )
    yield _gauge(
        "sgaudit_findings_waived",
        "Findings that a waiver covers.",
        ((labels, judged.waived) for labels, judged in clusters),
    )
    yield _gauge(
        "sgaudit_cluster_gaps",
        "What could not be read or decided and bears on the cluster.",
        ((labels, len(judged.gaps)) for labels, judged in clusters),
    )
    yield _gauge(
        "sgaudit_cluster_verdict",
        "1 for the verdict on the cluster.",
        ((labels | {"verdict": word}, judged.verdict is word) for labels, judged in clusters for word in Verdict),
    )
    yield from _run(result, options)


def _labels(result: Result, cluster: Cluster) -> dict[str, str]:
    account = identity.account_id(result, cluster) or ""
    return {"account": account, "region": cluster.region, "cluster": cluster.cluster_id}


def _run(result: Result, options: RenderOptions) -> Iterator[_Gauge]:
    states = Counter(state for _, state in result.waivers)
    yield _gauge("sgaudit_gaps", "What could not be read or decided in all.", [({}, len(result.gaps))])
    yield _gauge("sgaudit_gaps_waived", "Gaps that a waiver covers.", [({}, len(result.waived_gaps))])
    yield _gauge("sgaudit_complete", "1 if everything asked for was read and decided.", [({}, result.complete)])
    yield _gauge("sgaudit_exit_code", "What the run ended with.", [({}, options.exit_code)])
    yield _gauge("sgaudit_waivers", "Waivers by state.", (({"state": state}, states[state]) for state in WaiverState))
    if result.snapshot.read_at is not None:
        about = "When the read of the cloud began; a snapshot keeps it."
        read_at = result.snapshot.read_at.timestamp()
        yield _gauge("sgaudit_read_timestamp_seconds", about, [({"source": options.source}, read_at)])
    if options.seconds is not None:
        yield _gauge("sgaudit_duration_seconds", "How long the run took.", [({}, round(options.seconds, 3))])
    if options.finished_at is not None:
        ended = options.finished_at.timestamp()
        yield _gauge("sgaudit_last_run_timestamp_seconds", "When the run ended.", [({}, round(ended, 3))])
        if result.settled:
            name = "sgaudit_last_success_timestamp_seconds"
            yield _gauge(
                name,
                "When a run last ended with everything read and decided, waived gaps apart.",
                [({}, round(ended, 3))],
            )


def _gauge(name: str, about: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> _Gauge:
    return _Gauge(name=name, about=about, samples=tuple((labels, float(value)) for labels, value in samples))


def _lines(gauge: _Gauge) -> Iterator[str]:
    if not gauge.samples:
        return
    yield f"# HELP {gauge.name} {gauge.about}"
    yield f"# TYPE {gauge.name} gauge"
    for labels, value in gauge.samples:
        labelled = ",".join(f'{name}="{_label(text)}"' for name, text in labels.items())
        yield f"{gauge.name}{{{labelled}}} {value!r}" if labelled else f"{gauge.name} {value!r}"


def _label(text: str) -> str:
    return escape.visible(text).replace("\\", "\\\\").replace('"', '\\"')
