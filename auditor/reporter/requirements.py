"""The reports of ``sgaudit explain CLUSTER --node NODE``: every requirement on the bindings of a node.

Each requirement comes with its status, the rule that blocks it, what breaks without it, and the fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from auditor.errors import ExitCode
from auditor.model.codes import Code
from auditor.model.evidence import Evidence
from auditor.model.findings import ClusterResult, Finding, RequirementResult, Result, StackResult, Status
from auditor.model.gaps import Gap
from auditor.reporter import escape
from auditor.reporter.command_models import BlockerPart, ExplainRequirements, RequirementStatePart
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.json_report import gap_part
from auditor.reporter.json_text import dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.table_lists import GapList
from auditor.reporter.terminal import Screen, Style, columns
from auditor.reporter.text.brief import BriefText
from auditor.reporter.text.sentences import ResultText

_STYLES = {
    Status.MET: Style.GOOD,
    Status.PARTIAL: Style.ALARM,
    Status.BLOCKED: Style.ALARM,
    Status.UNKNOWN: Style.WARNING,
    Status.NOT_APPLICABLE: Style.FAINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedBinding:
    """A stack of a cluster with the findings about its requirements, by requirement id.

    ``acl_findings`` are about network ACLs that stop required packets of the stack.
    """

    cluster: ClusterResult
    stack: StackResult
    findings: dict[str, Finding]
    acl_findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, cluster: ClusterResult, stack: StackResult, findings: Iterable[Finding], node: str = "") -> Self:
        """The stack with its own findings of an audit; those of network ACLs only of ``node``, if one is given."""
        own = [
            finding
            for finding in findings
            if (finding.region, finding.cluster_id) == (cluster.cluster.region, cluster.cluster.cluster_id)
            and finding.stack_key == stack.stack_key
        ]
        blocked = [finding for finding in own if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED]
        # A waiver may split a finding in two; the last one of a requirement in the dictionary is the one that counts.
        blocked.sort(key=lambda finding: (finding.waiver is None, -finding.severity.rank))
        return cls(
            cluster=cluster,
            stack=stack,
            findings={finding.requirement_id: finding for finding in blocked},
            acl_findings=tuple(
                finding
                for finding in own
                if finding.code is Code.NETWORK_ACL_BLOCKS
                and (not node or node in (*finding.nodes, *finding.interfaces))
            ),
        )


def render_json(bindings: Sequence[ExplainedBinding], result: Result, options: RenderOptions) -> Iterator[str]:
    """``{"requirements": [...], "gaps": [...]}``, one entry for each requirement and binding."""
    sentences = ResultText(result, options.lang)
    return dump(
        ExplainRequirements(
            requirements=[
                _part(binding, judged, sentences) for binding in bindings for judged in binding.stack.requirements
            ],
            gaps=[gap_part(gap, result, sentences) for gap in result.gaps],
        )
    )


def _part(binding: ExplainedBinding, judged: RequirementResult, sentences: ResultText) -> RequirementStatePart:
    finding = binding.findings.get(judged.requirement.requirement_id)
    text = sentences.finding(finding) if finding is not None else None
    return RequirementStatePart(
        id=judged.requirement.requirement_id,
        cluster_id=binding.cluster.cluster.cluster_id,
        role=binding.stack.role,
        attachment=binding.stack.attachment,
        security_groups=binding.stack.security_groups,
        nodes=binding.stack.nodes,
        node_pools=binding.stack.node_pools,
        direction=judged.requirement.direction,
        status=judged.status,
        missing=region_parts(judged.missing),
        decided_by=_blocker(finding),
        breaks=sentences.phrasing.translation(judged.requirement.reason) if text is None else text.why,
        fix="" if text is None else text.advice,
        fingerprint=None if finding is None else finding.fingerprint,
    )


def _blocker(finding: Finding | None) -> BlockerPart | None:
    """The first rule that blocks; ``None`` for the implicit deny, and for a requirement that is met."""
    rule = _first_rule(finding) if finding is not None else None
    if rule is None:
        return None
    return BlockerPart(security_group_id=rule.security_group_id, index=rule.index, action=rule.action)


def _first_rule(finding: Finding) -> Evidence | None:
    rules = [item for item in finding.evidence if not item.blocker]
    groups = finding.security_groups
    return min(rules, key=lambda item: (groups.index(item.security_group_id), item.index), default=None)


def render_table(bindings: Sequence[ExplainedBinding], result: Result, options: RenderOptions) -> Iterator[str]:
    """A paragraph for each binding: one line for each requirement, blocked ones with rule, consequence and fix."""
    page = _Page(result, options)
    lines = [line for binding in bindings for line in page.binding(binding)]
    lines += page.gaps(result.gaps)
    lines += page.closing(bindings)
    yield "".join(f"{line.rstrip()}\n" for line in lines)


class _Page:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._screen = Screen(options)
        self._options = options
        self._sentences = ResultText(result, options.lang)
        self._phrasing = self._sentences.phrasing
        self._brief = BriefText(self._sentences)

    def binding(self, binding: ExplainedBinding) -> Iterator[str]:
        cluster, stack = binding.cluster.cluster, binding.stack
        groups = self._sentences.names.stack(cluster.region, stack.security_groups)
        who = self._sentences.named_bearers(cluster.region, stack)
        title = self._text(
            "binding", cluster=self._sentences.cluster(cluster.region, cluster.cluster_id), who=who, groups=groups
        )
        yield from (self._screen.painted(line, Style.BOLD) for line in self._screen.paragraph(title))
        width = max((columns(self._word(judged.status)) for judged in stack.requirements), default=0)
        for judged in sorted(stack.requirements, key=lambda item: _ORDER.index(item.status)):
            yield from self._requirement(binding, judged, width)
        for finding in binding.acl_findings:
            yield from self._acl(finding)
        yield ""

    def _acl(self, finding: Finding) -> Iterator[str]:
        """What a network ACL stops although the groups let it through."""
        text = self._sentences.finding(finding)
        first, *rest = self._screen.paragraph(self._text("acl", title=text.title, id=finding.fingerprint[:SHORT_ID]), 4)
        yield f"  {self._screen.painted(first[2:], Style.ALARM)}"
        yield from rest
        yield from self._screen.paragraph(text.advice, 4)

    def _word(self, status: Status) -> str:
        return self._phrasing.text(f"terms-status-{status}")

    def _requirement(self, binding: ExplainedBinding, judged: RequirementResult, width: int) -> Iterator[str]:
        word = self._word(judged.status)
        lead = f"  {self._screen.painted(word, _STYLES[judged.status])}{' ' * (width - columns(word))}  "
        indent = width + 4
        title = self._phrasing.translation(judged.requirement.title)
        direction = self._phrasing.text(f"terms-direction-{judged.requirement.direction}")
        first, *rest = self._screen.paragraph(self._text("title", title=title, direction=direction), indent)
        yield lead + first[indent:]
        yield from rest
        finding = binding.findings.get(judged.requirement.requirement_id)
        if finding is None:
            return
        text = self._sentences.finding(finding)
        identity = finding.fingerprint[:SHORT_ID]
        where = self._text("where", what=self._brief.what(finding), where=self._brief.where(finding), id=identity)
        for part in (where, text.why, text.advice):
            yield from self._screen.paragraph(part, indent)

    def gaps(self, gaps: Sequence[Gap]) -> list[str]:
        """The things that could not be checked."""
        if not gaps:
            return []
        heading = self._screen.heading(self._phrasing.text("table-heading-gaps"))
        return [*heading, *GapList(self._sentences, self._screen, verbose=True).lines(gaps), ""]

    def closing(self, bindings: Sequence[ExplainedBinding]) -> Iterator[str]:
        """The answer in one sentence, and the next command."""
        findings = [finding for binding in bindings for finding in binding.findings.values()]
        statuses = {judged.status for binding in bindings for judged in binding.stack.requirements}
        if {Status.BLOCKED, Status.PARTIAL} & statuses:
            name = "blocked"
        elif self._options.exit_code is ExitCode.INCOMPLETE:
            name = "unknown"
        elif statuses <= {Status.NOT_APPLICABLE}:
            name = "none"
        else:
            name = "acl" if any(binding.acl_findings for binding in bindings) else "met"
        yield from self._screen.paragraph(self._text(f"answer-{name}"))
        if findings:
            worst = min(findings, key=lambda finding: finding.severity.rank)
            command = self._options.command("fix", worst.fingerprint[:SHORT_ID])
            yield escape.terminal(self._phrasing.text("brief-next", command=command))

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"requirements-{name}", **facts)


_ORDER = (Status.BLOCKED, Status.PARTIAL, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)
