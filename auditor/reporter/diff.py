"""Reads the JSON report of an earlier run. What it does not know it keeps: later versions add fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import ConfigError
from auditor.model import addresses
from auditor.model.baseline import Severity
from auditor.model.completeness import ClusterReading, StackReading, Subject, hides_stacks, is_undecided
from auditor.model.findings import Finding, Result, Verdict
from auditor.model.intervals import IntervalSet
from auditor.model.outcomes import BindingEdit, Difference, RuleEdit
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.regions import ALL_PROTOCOLS
from auditor.model.rules import Direction, Rule
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services
from auditor.reporter.api_rules import rule_object
from auditor.reporter.json_report import Json, dump, finding_object, region_objects
from auditor.reporter.models import RegionPart
from auditor.reporter.options import RenderOptions
from auditor.reporter.terminal import SEVERITY_STYLES, Screen, Style
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.sentences import ResultText


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


def _readable(regions: tuple[RegionPart, ...]) -> tuple[RegionPart, ...]:
    packets_of(regions)
    return regions


Regions = Annotated[tuple[RegionPart, ...], AfterValidator(_readable)]


def packets_of(regions: Iterable[RegionPart]) -> PacketSet:
    """The packets of a report's regions. Raises ``ValueError`` for a block that is none."""
    return union(packets(_services(region), addresses.union(tuple(region.cidrs))) for region in regions)


def _services(region: RegionPart) -> IntervalSet:
    if region.protocol == ALL_PROTOCOLS:
        return EVERYTHING
    protocol = Protocol(region.protocol)
    return services(protocol, region.ports or WHOLE_PORT_RANGE) if protocol.has_ports else services(protocol)


class ReadFinding(_Read):
    """A finding as it was reported; the rest of its fields ride along."""

    code: str
    severity: Severity
    fingerprint: str
    region: str
    cluster_id: str
    role: str = ""
    security_groups: tuple[str, ...] = ()
    direction: Direction | None = None
    packets: Regions = ()
    title: str = ""
    message: str = ""
    waiver: dict[str, Any] | None = None


class ReadUndecided(_Read):
    """The packets of a stack that could be in a finding or not."""

    ingress: Regions
    egress: Regions


class ReadStack(_Read):
    """A stack. A report of an early version does not say what is undecided."""

    role: str
    security_groups: tuple[str, ...]
    undecided: ReadUndecided | None = None


class ReadCluster(_Read):
    """A cluster that was audited. A report of an early version does not say which gaps it depends on."""

    region: str
    cluster_id: str
    name: str = ""
    verdict: str = ""
    stacks: tuple[ReadStack, ...] = ()
    gaps: tuple[str, ...] | None = None


class ReadGap(_Read):
    """A gap as it was reported. A report of an early version gives it no fingerprint: it is like no other gap."""

    fingerprint: str = ""
    kind: str = ""
    cluster_id: str = ""
    resource: str = ""
    waiver: dict[str, Any] | None = None


class ReadReport(_Read):
    """A report."""

    # "schema" would hide a method of pydantic's.
    schema_id: Literal["sgaudit-report/1"] = Field(alias="schema")
    baseline: dict[str, Any] = {}
    complete: bool
    clusters: tuple[ReadCluster, ...] = ()
    findings: tuple[ReadFinding, ...]
    gaps: tuple[ReadGap, ...] = ()
    filter: dict[str, Any] | None = None

    @property
    def settled(self) -> bool:
        """Whether only waived gaps keep it from being complete."""
        return self.complete or (bool(self.gaps) and all(gap.waiver is not None for gap in self.gaps))

    def readings(self) -> dict[tuple[str, str], ClusterReading]:
        """What the report knows of each cluster that somebody looked at. One that is filtered knows nothing."""
        if self.filter is not None:
            return {}
        gaps = {gap.fingerprint: gap for gap in self.gaps}
        return {
            (cluster.region, cluster.cluster_id): self._reading(cluster, gaps)
            for cluster in self.clusters
            if cluster.verdict != Verdict.EXCLUDED
        }

    def _reading(self, cluster: ReadCluster, gaps: Mapping[str, ReadGap]) -> ClusterReading:
        own = [gaps[name] for name in cluster.gaps or () if name in gaps]
        hidden = any(hides_stacks(kind=gap.kind, cluster_id=gap.cluster_id, resource=gap.resource) for gap in own)
        unlisted = cluster.gaps is None and not self.complete
        return ClusterReading(
            stacks=tuple(self._stack(stack) for stack in cluster.stacks),
            hides_stacks=hidden or unlisted,
            unread=frozenset(gap.resource.partition("/")[0] for gap in own),
        )

    def _stack(self, stack: ReadStack) -> StackReading:
        if stack.undecided is None:
            ingress = egress = NOTHING if self.complete else UNIVERSE
        else:
            ingress, egress = packets_of(stack.undecided.ingress), packets_of(stack.undecided.egress)
        undecided = {Direction.INGRESS: ingress, Direction.EGRESS: egress}
        return StackReading(role=stack.role, security_groups=stack.security_groups, undecided=undecided)


def load(text: str, source: str) -> ReadReport:
    """The report in ``text``; ``source`` is its name for complaints. Raises ``ConfigError`` for anything else."""
    try:
        return ReadReport.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise ConfigError("commands-report-shape", path=source, key=key) from None


def render_json(difference: Difference, old: Result, new: Result, options: RenderOptions) -> str:
    """The contract's object; fixed and unknown findings are named as the older side names them."""
    before, after = ResultText(old, options.lang), ResultText(new, options.lang)
    return dump(
        {
            "new": [finding_object(finding, after) for finding in difference.new],
            "fixed": [finding_object(finding, before) for finding in difference.fixed],
            "unknown": [finding_object(finding, before) for finding in difference.unknown],
            "unchanged": [finding.fingerprint for finding in difference.unchanged],
            "rule_edits": [_edit(edit) for edit in difference.rule_edits],
            "bindings": [_binding(binding) for binding in difference.bindings],
        }
    )


def render_table(difference: Difference, old: Result, new: Result, options: RenderOptions) -> str:
    """First what it comes to, then findings, rules, bindings."""
    page = _Page(difference, old, new, options)
    return "\n".join(line.rstrip() for line in page.lines()) + "\n"


def _edit(edit: RuleEdit) -> Json:
    return {
        "region": edit.region,
        "security_group_id": edit.security_group_id,
        "direction": edit.direction.value,
        "added": [rule_object(rule) for rule in edit.added],
        "removed": [rule_object(rule) for rule in edit.removed],
        "moved": [_pair(pair) for pair in edit.moved],
        "redescribed": [_pair(pair) for pair in edit.redescribed],
        "packets": {
            "opened": region_objects(edit.opened),
            "closed": region_objects(edit.closed),
            "unsettled": region_objects(edit.unsettled),
        },
    }


def _pair(pair: tuple[Rule, Rule]) -> Json:
    was, now = pair
    return {"before": rule_object(was), "after": rule_object(now)}


def _binding(binding: BindingEdit) -> Json:
    return {
        "region": binding.region,
        "cluster_id": binding.cluster_id,
        "node": binding.node,
        "before": None if binding.before is None else list(binding.before),
        "after": None if binding.after is None else list(binding.after),
    }


class _Page:
    def __init__(self, difference: Difference, old: Result, new: Result, options: RenderOptions) -> None:
        self._difference = difference
        self._screen = Screen(options)
        self._before = ResultText(old, options.lang)
        self._after = ResultText(new, options.lang)
        self._text = self._after.phrasing.text

    def lines(self) -> Iterator[str]:
        found = self._difference
        counts = {"new": len(found.new), "fixed": len(found.fixed), "unchanged": len(found.unchanged)}
        yield from self._screen.paragraph(self._text("flows-diff-title", unknown=len(found.unknown), **counts))
        yield from self._findings("flows-heading-new", found.new, self._after)
        yield from self._findings("flows-heading-fixed", found.fixed, self._before)
        yield from self._findings("flows-heading-unknown", found.unknown, self._before)
        if found.rule_edits:
            yield from self._screen.heading(self._text("flows-heading-rules"))
            for edit in found.rule_edits:
                yield from self._rules(edit)
        if found.bindings:
            yield from self._screen.heading(self._text("flows-heading-bindings"))
            yield from self._screen.bullets(self._bound(binding) for binding in found.bindings)

    def _findings(self, heading: str, findings: Sequence[Finding], sentences: ResultText) -> Iterator[str]:
        if findings:
            yield from self._screen.heading(self._text(heading))
        for finding in findings:
            said = sentences.finding(finding)
            cluster = sentences.cluster(finding.region, finding.cluster_id)
            lead = sentences.severity(finding.severity).upper()
            line = self._text("flows-finding", cluster=cluster, title=said.title, message=said.message)
            yield from self._screen.led(lead, SEVERITY_STYLES[finding.severity], line)

    def _rules(self, edit: RuleEdit) -> Iterator[str]:
        group = self._after.group(edit.region, edit.security_group_id)
        yield ""
        yield from self._screen.paragraph(
            self._text("flows-diff-group", group=group, rules=self._text(f"flows-rules-{edit.direction}"))
        )
        yield from (line for rule in edit.removed for line in self._line("-", Style.BAD, rule, edit, self._before))
        yield from (line for rule in edit.added for line in self._line("+", Style.GOOD, rule, edit, self._after))
        for was, now in edit.moved:
            said = self._text("flows-moved", before=was.index, after=now.index, rule=self._said(now, edit, self._after))
            yield from self._screen.led("~", Style.WARNING, said, indent=2)
        for was, now in edit.redescribed:
            said = self._text("flows-redescribed", index=now.index, before=was.description, after=now.description)
            yield from self._screen.led("~", Style.FAINT, said, indent=2)
        yield from self._screen.fields(self._packets(edit))

    def _packets(self, edit: RuleEdit) -> list[tuple[str, Sequence[str]]]:
        parts = {"opened": edit.opened, "closed": edit.closed, "unsettled": edit.unsettled}
        if not any(parts.values()):
            return [(self._text("flows-label-effect"), [self._text("flows-no-effect")])]
        return [
            (self._text(f"flows-label-{name}"), [self._after.packets(packets, edit.direction)])
            for name, packets in parts.items()
            if packets
        ]

    def _line(self, lead: str, style: Style, rule: Rule, edit: RuleEdit, sentences: ResultText) -> list[str]:
        said = self._text("flows-rule", index=rule.index, rule=self._said(rule, edit, sentences))
        return self._screen.led(lead, style, said, indent=2)

    def _said(self, rule: Rule, edit: RuleEdit, sentences: ResultText) -> str:
        action = self._text(f"terms-action-{rule.action}")
        return f"{action} {sentences.rules.content(edit.region, edit.direction, rule)}"

    def _bound(self, binding: BindingEdit) -> str:
        return self._text(
            "flows-binding",
            node=self._after.names.machine(binding.region, binding.node),
            cluster=self._after.cluster(binding.region, binding.cluster_id),
            before=self._list(binding.region, binding.before, self._before),
            after=self._list(binding.region, binding.after, self._after),
        )

    def _list(self, region: str, groups: tuple[str, ...] | None, sentences: ResultText) -> str:
        return self._text("flows-absent") if groups is None else sentences.names.stack(region, groups)


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


def render_report_diff_json(found: ReportDifference) -> str:
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


def render_report_diff_table(found: ReportDifference, options: RenderOptions) -> str:
    """What it comes to, then the findings in the words of their reports."""
    return "\n".join(line.rstrip() for line in _ReportDiffPage(found, options).lines()) + "\n"


class _ReportDiffPage:
    def __init__(self, found: ReportDifference, options: RenderOptions) -> None:
        self._found = found
        self._screen = Screen(options)
        self._phrasing = Formatter(options.lang)

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
