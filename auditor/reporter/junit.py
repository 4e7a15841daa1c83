"""The ``junit`` format as Jenkins and GitLab read it: a test for each requirement of each stack, other finding and gap.

A test fails at or above the threshold, and is an error where it could not be decided. It is skipped where it is waived
or not applicable, where it is below the threshold but makes the cluster non-compliant, or where it existed before a
planned change and only introduced findings count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC

from auditor.model.clusters import Attachment, Cluster
from auditor.model.codes import Code, Verdict
from auditor.model.findings import ClusterResult, Finding, RequirementResult, Result, StackResult, Status
from auditor.model.gaps import Gap
from auditor.reporter import escape, identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import cluster_verdicts, is_judged, judged_gaps, reaches, threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One test. ``outcome`` is ``failure``, ``error``, ``skipped`` or empty for passed."""

    classname: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    lines: tuple[str, ...] = field(default=())


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """A ``testsuite`` for each cluster, and another for the gaps that belong to no cluster."""
    cases = _Cases(result, options)
    suites = [
        (
            cluster_result.cluster.cluster_id,
            {"verdict": judged.verdict.value, **_properties(result, options, cluster_result.cluster)},
            list(cases.of_cluster(cluster_result, judged.verdict)),
        )
        for cluster_result, judged in cluster_verdicts(result, options.fail_on)
    ]
    suites.append(("sgaudit", _properties(result, options), list(cases.of_no_cluster())))
    filled = [(name, properties, _distinct(suite)) for name, properties, suite in suites if suite]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="sgaudit"{_counts([case for *_, suite in filled for case in suite])}{_duration(options)}>',
    ]
    for name, properties, suite in filled:
        lines += _suite(name, properties, suite, _timestamp(options))
    yield "\n".join([*lines, "</testsuites>"]) + "\n"


def _properties(result: Result, options: RenderOptions, cluster: Cluster | None = None) -> dict[str, str]:
    properties = identity.properties(result, options, cluster)
    return {name: text for name, text in properties.items() if text is not None}


class _Cases:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._sentences = ResultText(result, options.lang)
        self._judged_gaps = frozenset(judged_gaps(result, options))
        self._by_cluster: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in result.findings:
            self._by_cluster.setdefault((finding.account, finding.region, finding.cluster_id), []).append(finding)

    def of_cluster(self, cluster_result: ClusterResult, verdict: Verdict) -> Iterator[_Case]:
        cluster = cluster_result.cluster
        findings = self._by_cluster.get((cluster.account, cluster.region, cluster.cluster_id), [])
        shown: set[str] = set()
        for stack in cluster_result.stacks:
            for judged in stack.requirements:
                own = [finding for finding in findings if _is_about(finding, stack, judged)]
                shown.update(finding.fingerprint for finding in own)
                yield self._requirement(cluster_result, stack, judged, own)
        yield from (self._other(finding) for finding in findings if finding.fingerprint not in shown)
        yield from (self._gap(gap, f"{cluster.cluster_id}.gaps") for gap in cluster_result.gaps)
        if verdict in (Verdict.EMPTY, Verdict.EXCLUDED):
            message = self._sentences.verdict(cluster_result, verdict)
            yield _Case(classname=cluster.cluster_id, name="verdict", outcome="skipped", message=message)

    def of_no_cluster(self) -> Iterator[_Case]:
        shown = {gap for cluster_result in self._result.clusters for gap in cluster_result.gaps}
        yield from (self._gap(gap, "sgaudit.gaps") for gap in self._result.gaps if gap not in shown)

    def _requirement(
        self, cluster_result: ClusterResult, stack: StackResult, judged: RequirementResult, own: list[Finding]
    ) -> _Case:
        case = _Case(
            classname=_classname(cluster_result.cluster.cluster_id, stack),
            name=f"{judged.requirement.requirement_id} [{' '.join(stack.security_groups) or '-'}]",
        )
        counted = [finding for finding in own if finding.waiver is None]
        outcome = self._outcome(own)
        if outcome == "failure":
            return self._told(case, outcome, counted)
        is_hidden = not own and judged.status in (Status.PARTIAL, Status.BLOCKED)
        if judged.status is Status.UNKNOWN or is_hidden:
            return self._unknown(case, cluster_result)
        if own:
            return self._told(case, outcome, counted or own)
        if judged.status is Status.NOT_APPLICABLE:
            return replace(case, outcome="skipped", message=self._word(judged.status))
        return case

    def _unknown(self, case: _Case, cluster_result: ClusterResult) -> _Case:
        """The case with all gaps of the cluster: it is not known which of them decides this requirement."""
        titles = tuple(f"{gap.kind} {self._sentences.gap(gap).title}" for gap in cluster_result.gaps)
        kind = cluster_result.gaps[0].kind if cluster_result.gaps else Status.UNKNOWN
        outcome = (
            "error" if not cluster_result.gaps or any(self._is_error(gap) for gap in cluster_result.gaps) else "skipped"
        )
        return replace(case, outcome=outcome, kind=kind, message=self._word(Status.UNKNOWN), lines=titles)

    def _other(self, finding: Finding) -> _Case:
        parts = (finding.code.finding_name, finding.subject, f"[{' '.join(finding.security_groups) or '-'}]")
        named = " ".join(part for part in (*parts, finding.fingerprint) if part)
        return self._told(
            _Case(classname=_classname(finding.cluster_id, finding), name=named), self._outcome([finding]), [finding]
        )

    def _outcome(self, findings: list[Finding]) -> str:
        """The outcome of a case with these findings: failure, skipped or passed.

        Skipped are findings that are waived or older than the change, and those that make the cluster non-compliant
        but are below ``--fail-on``: a test never passes on them.
        """
        counted = [finding for finding in findings if finding.waiver is None]
        reaching = [finding for finding in counted if reaches(finding, self._options.fail_on)]
        if any(is_judged(finding, self._result, self._options) for finding in reaching):
            return "failure"
        bad = any(reaches(finding, threshold(self._options.fail_on)) for finding in counted)
        return "skipped" if bad or (findings and not counted) else ""

    def _told(self, case: _Case, outcome: str, findings: list[Finding]) -> _Case:
        """The case with its findings, worst first: a waiver or another weight may split a requirement into several."""
        first = findings[0]
        message = self._sentences.finding(first).title
        if first.waiver is not None:
            message = f"{first.waiver.waiver_id}: {first.waiver.reason}"
        elif outcome == "skipped" and reaches(first, self._options.fail_on):
            message = f"{message}: {self._sentences.phrasing.text('table-state-unchanged')}"
        return replace(
            case,
            outcome=outcome,
            kind=f"{first.code} {first.severity}",
            message=message,
            lines=tuple(line for finding in findings for line in self._lines(finding)),
        )

    def _lines(self, finding: Finding) -> tuple[str, ...]:
        text = self._sentences.finding(finding)
        lines = (text.message, *text.rules, text.witness, text.affected, text.why, text.advice)
        return tuple(line for line in lines if line)

    def _gap(self, gap: Gap, classname: str) -> _Case:
        text = self._sentences.gap(gap)
        call = f"{gap.service}:{gap.action}" if gap.action else ""
        return _Case(
            classname=classname,
            name=" ".join(part for part in (gap.account, gap.resource or gap.region, call, gap.code) if part),
            outcome="error" if self._is_error(gap) else "skipped",
            kind=gap.kind,
            message=text.waiver or text.title,
            lines=tuple(line for line in (text.message, text.unknown, text.advice, text.state) if line),
        )

    def _is_error(self, gap: Gap) -> bool:
        """Whether a gap makes the run incomplete: it is not waived, and not left unchanged by a planned change."""
        return gap in self._judged_gaps and self._result.gap_waiver(gap) is None

    def _word(self, status: Status) -> str:
        return self._sentences.phrasing.text(f"terms-status-{status}")


def _classname(cluster_id: str, stack: StackResult | Finding) -> str:
    """Cluster and role, and the attachment unless it is the primary one."""
    name = f"{cluster_id}.{stack.role}"
    return name if stack.attachment is Attachment.PRIMARY else f"{name}.{stack.attachment}"


def _is_about(finding: Finding, stack: StackResult, judged: RequirementResult) -> bool:
    return (
        finding.code is Code.REQUIRED_TRAFFIC_BLOCKED
        and finding.requirement_id == judged.requirement.requirement_id
        and finding.stack_key == stack.stack_key
    )


def _distinct(cases: list[_Case]) -> list[_Case]:
    """The cases with distinct names: a reader takes two tests of the same name for two runs of one test."""
    seen: Counter[tuple[str, str]] = Counter()
    distinct = []
    for case in cases:
        key = (case.classname, case.name)
        seen[key] += 1
        distinct.append(replace(case, name=f"{case.name} ({seen[key]})") if seen[key] > 1 else case)
    return distinct


def _duration(options: RenderOptions) -> str:
    """The seconds that the whole run took. Its tests have no durations: they are judged together."""
    return "" if options.seconds is None else f' time="{options.seconds:.3f}"'


def _timestamp(options: RenderOptions) -> str:
    """The end of the run in UTC, without a zone, as the schema of Jenkins wants it."""
    if options.finished_at is None:
        return ""
    return f' timestamp="{options.finished_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")}"'


def _suite(name: str, properties: Mapping[str, str], cases: list[_Case], timestamp: str) -> Iterator[str]:
    skipped = sum(case.outcome == "skipped" for case in cases)
    yield f'  <testsuite name="{escape.xml_text(name)}"{_counts(cases)} skipped="{skipped}"{timestamp}>'
    yield "    <properties>"
    for key, text in properties.items():
        yield f'      <property name="{key}" value="{escape.xml_text(text)}"/>'
    yield "    </properties>"
    for case in cases:
        yield from _case(case)
    yield "  </testsuite>"


def _counts(cases: list[_Case]) -> str:
    """The counting attributes of ``testsuites`` and ``testsuite`` (Jenkins' junit-10.xsd)."""
    outcomes = Counter(case.outcome for case in cases)
    return f' tests="{len(cases)}" failures="{outcomes["failure"]}" errors="{outcomes["error"]}"'


def _case(case: _Case) -> Iterator[str]:
    start = f'    <testcase classname="{escape.xml_text(case.classname)}" name="{escape.xml_text(case.name)}"'
    text = "\n".join(map(escape.xml_text, case.lines))
    if not case.outcome and not text:
        yield f"{start}/>"
        return
    yield f"{start}>"
    if case.outcome:
        kind = f' type="{escape.xml_text(case.kind)}"' if case.kind else ""
        yield f'      <{case.outcome}{kind} message="{escape.xml_text(case.message)}">{text}</{case.outcome}>'
    else:
        yield f"      <system-out>{text}</system-out>"
    yield "    </testcase>"
