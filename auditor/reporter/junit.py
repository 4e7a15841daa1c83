"""The ``junit`` format as Jenkins and GitLab read it: a test for each requirement of each stack, and for all else.

Failed: at or above the threshold. Error: could not be decided. Skipped: waived or not applicable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.model.estate import Cluster
from auditor.model.findings import Code, Finding
from auditor.model.gaps import Gap
from auditor.model.result import ClusterResult, RequirementResult, Result, StackResult, Status
from auditor.reporter import escape
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One test. ``outcome`` is ``failure``, ``error``, ``skipped`` or empty for passed."""

    classname: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    lines: tuple[str, ...] = field(default=())


def render(result: Result, options: RenderOptions) -> str:
    """One ``testsuite`` a cluster, gaps of no cluster in one of their own."""
    cases = _Cases(result, options)
    suites = [(f"{cluster.cluster.cluster_id}", list(cases.of_cluster(cluster))) for cluster in result.clusters]
    suites.append(("sgaudit", list(cases.of_no_cluster())))
    told = [suite for suite in suites if suite[1]]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_counts([case for _, of in told for case in of])}>",
    ]
    lines += [line for name, of in told for line in _suite(name, of)]
    return "\n".join([*lines, "</testsuites>"]) + "\n"


class _Cases:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._fail_on = options.fail_on
        self._sentences = Sentences(result, options.lang)

    def of_cluster(self, found: ClusterResult) -> Iterator[_Case]:
        here = [finding for finding in self._result.findings if self._is_of(finding, found.cluster)]
        for stack in found.stacks:
            for judged in stack.requirements:
                yield self._requirement(found.cluster, stack, judged, here)
        yield from (self._other(finding) for finding in here if finding.code is not Code.REQUIRED_TRAFFIC_BLOCKED)
        yield from (self._gap(gap, f"{found.cluster.cluster_id}.gaps") for gap in found.gaps)

    def of_no_cluster(self) -> Iterator[_Case]:
        told = {gap for found in self._result.clusters for gap in found.gaps}
        yield from (self._gap(gap, "sgaudit.gaps") for gap in self._result.gaps if gap not in told)

    def _is_of(self, finding: Finding, cluster: Cluster) -> bool:
        return (finding.region, finding.cluster_id) == (cluster.region, cluster.cluster_id)

    def _requirement(
        self, cluster: Cluster, stack: StackResult, judged: RequirementResult, here: list[Finding]
    ) -> _Case:
        own = [
            finding
            for finding in here
            if finding.requirement_id == judged.requirement.requirement_id
            and (finding.role, finding.security_groups) == (stack.role, stack.security_groups)
        ]
        classname = f"{cluster.cluster_id}.{stack.role}"
        name = f"{judged.requirement.requirement_id} [{' '.join(stack.security_groups)}]"
        counted = [finding for finding in own if finding.waiver is None]
        if any(map(self._fails, counted)):
            return self._told("failure", classname, name, counted[0])
        if judged.status is Status.UNKNOWN:
            return _Case(classname=classname, name=name, outcome="error", kind="TSG901", message=judged.status)
        if own and not counted:
            return self._told("skipped", classname, name, own[0])
        if judged.status is Status.NOT_APPLICABLE:
            return _Case(classname=classname, name=name, outcome="skipped", message=judged.status)
        return _Case(classname=classname, name=name)

    def _other(self, finding: Finding) -> _Case:
        outcome = "skipped" if finding.waiver else "failure" if self._fails(finding) else ""
        name = f"{finding.code.finding_name} {finding.subject} [{' '.join(finding.security_groups)}]".replace("  ", " ")
        named = f"{name} {finding.fingerprint}"
        return self._told(outcome, f"{finding.cluster_id}.{finding.role}", named, finding)

    def _fails(self, finding: Finding) -> bool:
        return self._fail_on is not None and finding.severity.rank <= self._fail_on.rank

    def _told(self, outcome: str, classname: str, name: str, finding: Finding) -> _Case:
        said = self._sentences.finding(finding)
        lines = (said.message, *said.rules, said.witness, said.why, said.advice)
        return _Case(
            classname=classname,
            name=name,
            outcome=outcome,
            kind=f"{finding.code} {finding.severity}",
            message=f"{finding.waiver.waiver_id}: {finding.waiver.reason}" if finding.waiver else said.title,
            lines=tuple(line for line in lines if line),
        )

    def _gap(self, gap: Gap, classname: str) -> _Case:
        said = self._sentences.gap(gap)
        return _Case(
            classname=classname,
            name=f"{gap.resource or gap.region} {gap.service}:{gap.action} {gap.code}",
            outcome="error",
            kind=gap.kind,
            message=said.title,
            lines=(said.message, said.unknown, said.advice),
        )


def _suite(name: str, cases: list[_Case]) -> Iterator[str]:
    yield f'  <testsuite name="{escape.xml_text(name)}"{_counts(cases)}>'
    for case in cases:
        yield from _case(case)
    yield "  </testsuite>"


def _counts(cases: list[_Case]) -> str:
    outcomes = [case.outcome for case in cases]
    failures, errors, skipped = (outcomes.count(word) for word in ("failure", "error", "skipped"))
    return f' tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'


def _case(case: _Case) -> Iterator[str]:
    start = f'    <testcase classname="{escape.xml_text(case.classname)}" name="{escape.xml_text(case.name)}"'
    text = escape.xml_text("\n".join(case.lines)).replace("\\x0a", "\n")
    if not case.outcome and not text:
        yield f"{start}/>"
        return
    yield f"{start}>"
    if case.outcome:
        kind = "" if case.outcome == "skipped" else f' type="{escape.xml_text(case.kind)}"'
        yield f'      <{case.outcome}{kind} message="{escape.xml_text(case.message)}">{text}</{case.outcome}>'
    else:
        yield f"      <system-out>{text}</system-out>"
    yield "    </testcase>"
