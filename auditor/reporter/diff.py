"""The reports of ``sgaudit diff``: as a table and as JSON, of two snapshots and of two earlier reports.

Two snapshots give findings, edits of rules and edits of bindings (:class:`auditor.model.outcomes.Difference`). Two
reports give findings alone: :func:`compare_reports` compares them, in the words in which they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from auditor.model.completeness import is_undecided, subject_of
from auditor.model.findings import Finding, Result
from auditor.model.outcomes import BindingEdit, Difference, RuleEdit
from auditor.model.rules import Rule
from auditor.reporter.api_rules import rule_object
from auditor.reporter.command_models import BindingEditPart, Diff, EditPacketsPart, PairPart, RuleEditPart
from auditor.reporter.json_report import finding_part
from auditor.reporter.json_text import dump, one_by_one
from auditor.reporter.models import FindingPart
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.report_reader import ReadFinding, ReadReport, packets_of
from auditor.reporter.terminal import SEVERITY_STYLES, Screen, Style
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.sentences import ResultText

T = TypeVar("T")


def render_json(difference: Difference, old: Result, new: Result, options: RenderOptions) -> Iterator[str]:
    """The JSON object; fixed and unknown findings have the names and words of the older snapshot."""
    before, after = ResultText(old, options.lang), ResultText(new, options.lang)
    return dump(
        Diff(
            new=one_by_one(finding_part(finding, after) for finding in difference.new),
            fixed=one_by_one(finding_part(finding, before) for finding in difference.fixed),
            unknown=one_by_one(finding_part(finding, before) for finding in difference.unknown),
            unchanged=tuple(finding.fingerprint for finding in difference.unchanged),
            rule_edits=[_rule_edit(edit) for edit in difference.rule_edits],
            bindings=[_binding(binding) for binding in difference.bindings],
        )
    )


def render_table(difference: Difference, old: Result, new: Result, options: RenderOptions) -> Iterator[str]:
    """A summary, then findings, edits of rules, edits of bindings."""
    page = _SnapshotDiffPage(difference, old, new, options)
    yield "\n".join(line.rstrip() for line in page.lines()) + "\n"


def _rule_edit(edit: RuleEdit) -> RuleEditPart:
    return RuleEditPart(
        region=edit.region,
        security_group_id=edit.security_group_id,
        direction=edit.direction,
        added=[rule_object(rule) for rule in edit.added],
        removed=[rule_object(rule) for rule in edit.removed],
        moved=[_pair(pair) for pair in edit.moved],
        redescribed=[_pair(pair) for pair in edit.redescribed],
        packets=EditPacketsPart(
            opened=region_parts(edit.opened),
            closed=region_parts(edit.closed),
            unsettled=region_parts(edit.unsettled),
        ),
    )


def _pair(pair: tuple[Rule, Rule]) -> PairPart:
    before, after = pair
    return PairPart(before=rule_object(before), after=rule_object(after))


def _binding(binding: BindingEdit) -> BindingEditPart:
    return BindingEditPart(
        region=binding.region,
        cluster_id=binding.cluster_id,
        node=binding.node,
        before=binding.before,
        after=binding.after,
    )


class _SnapshotDiffPage:
    def __init__(self, difference: Difference, old: Result, new: Result, options: RenderOptions) -> None:
        self._difference = difference
        self._screen = Screen(options)
        self._before = ResultText(old, options.lang)
        self._after = ResultText(new, options.lang)
        self._text = self._after.phrasing.text

    def lines(self) -> Iterator[str]:
        difference = self._difference
        yield from self._screen.paragraph(_summary(difference, self._after.phrasing))
        yield from self._findings("flows-heading-new", difference.new, self._after)
        yield from self._findings("flows-heading-fixed", difference.fixed, self._before)
        yield from self._findings("flows-heading-unknown", difference.unknown, self._before)
        if difference.rule_edits:
            yield from self._screen.heading(self._text("flows-heading-rules"))
            for edit in difference.rule_edits:
                yield from self._rules(edit)
        if difference.bindings:
            yield from self._screen.heading(self._text("flows-heading-bindings"))
            yield from self._screen.bullets(self._bound(binding) for binding in difference.bindings)

    def _findings(self, heading: str, findings: Sequence[Finding], sentences: ResultText) -> Iterator[str]:
        if findings:
            yield from self._screen.heading(self._text(heading))
        for finding in findings:
            text = sentences.finding(finding)
            cluster = sentences.cluster(finding.region, finding.cluster_id)
            lead = sentences.severity(finding.severity).upper()
            line = self._text("flows-finding", cluster=cluster, title=text.title, message=text.message)
            yield from self._screen.led(lead, SEVERITY_STYLES[finding.severity], line)

    def _rules(self, edit: RuleEdit) -> Iterator[str]:
        group = self._after.group(edit.region, edit.security_group_id)
        yield ""
        yield from self._screen.paragraph(
            self._text("flows-diff-group", group=group, rules=self._text(f"flows-rules-{edit.direction}"))
        )
        yield from (line for rule in edit.removed for line in self._line("-", Style.BAD, rule, edit, self._before))
        yield from (line for rule in edit.added for line in self._line("+", Style.GOOD, rule, edit, self._after))
        for before, after in edit.moved:
            rule = self._rule_text(after, edit, self._after)
            moved = self._text("flows-moved", before=before.priority, after=after.priority, rule=rule)
            yield from self._screen.led("~", Style.WARNING, moved, indent=2)
        for before, after in edit.redescribed:
            redescribed = self._text(
                "flows-redescribed", number=after.priority, before=before.description, after=after.description
            )
            yield from self._screen.led("~", Style.FAINT, redescribed, indent=2)
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
        line = self._text("flows-rule", number=rule.priority, rule=self._rule_text(rule, edit, sentences))
        return self._screen.led(lead, style, line, indent=2)

    def _rule_text(self, rule: Rule, edit: RuleEdit, sentences: ResultText) -> str:
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
    """New and unchanged findings as in the newer report, fixed and unknown findings as in the older report.

    ``unknown`` are findings that the newer report could not see or decide. ``names`` are the names of clusters by
    region and id.
    """

    new: tuple[ReadFinding, ...]
    fixed: tuple[ReadFinding, ...]
    unknown: tuple[ReadFinding, ...]
    unchanged: tuple[ReadFinding, ...]
    names: dict[tuple[str, str], str]


def compare_reports(old: ReadReport, new: ReadReport) -> ReportDifference:
    """The findings that came, went and stayed between two reports.

    A finding that ``new`` lacks is fixed where ``new`` read and decided its packets, else unknown. A finding that is
    worse now is new, and so is a finding whose waiver ended, because it counts again. A finding that got a waiver is
    fixed, because it counts no longer.
    """
    before, after = _by_fingerprint(old.findings), _by_fingerprint(new.findings)
    readings = new.readings()
    added = tuple(finding for finding in new.findings if not _is_covered(finding, _same(finding, before)))
    vanished = tuple(finding for finding in old.findings if _has_gone(finding, _same(finding, after)))
    absent = {(finding.account, finding.fingerprint) for finding in vanished if _same(finding, after) is None}
    unknown = tuple(
        finding
        for finding, earlier in zip(old.findings, old.earlier(), strict=True)
        if (finding.account, finding.fingerprint) in absent
        and is_undecided(
            subject_of(earlier), _of_account(readings.get((finding.region, finding.cluster_id), {}), finding.account)
        )
    )
    undecided = {(finding.account, finding.fingerprint) for finding in unknown}
    listed = [*added, *(later for finding in vanished if (later := _same(finding, after)) is not None)]
    changed = {(finding.account, finding.fingerprint) for finding in listed}
    return ReportDifference(
        new=added,
        fixed=tuple(finding for finding in vanished if (finding.account, finding.fingerprint) not in undecided),
        unknown=unknown,
        unchanged=tuple(finding for finding in new.findings if (finding.account, finding.fingerprint) not in changed),
        names={(cluster.region, cluster.cluster_id): cluster.name for cluster in (*old.clusters, *new.clusters)},
    )


_Accounts: TypeAlias = "dict[str, dict[str, ReadFinding]]"
"""Findings by fingerprint, then by account (empty if unknown): two accounts may have the same fingerprint."""


def _by_fingerprint(findings: Sequence[ReadFinding]) -> _Accounts:
    index: _Accounts = {}
    for finding in findings:
        index.setdefault(finding.fingerprint, {})[finding.account or ""] = finding
    return index


def _same(finding: ReadFinding, index: _Accounts) -> ReadFinding | None:
    """The same finding in the other report."""
    return _of_account(index.get(finding.fingerprint, {}), finding.account)


def _of_account(by_account: Mapping[str, T], account: str | None) -> T | None:
    """The value of the account. An unknown account may be any, if there is no choice."""
    if not account:
        return next(iter(by_account.values())) if len(by_account) == 1 else by_account.get("")
    return by_account.get(account, by_account.get(""))


def _is_covered(finding: ReadFinding, earlier: ReadFinding | None) -> bool:
    """Whether the older report has the finding already, neither less bad nor waived."""
    return earlier is not None and earlier.earlier().covers(
        finding.severity, packets_of(finding.packets), waived=_is_waived(finding)
    )


def _has_gone(finding: ReadFinding, later: ReadFinding | None) -> bool:
    """Whether the newer report lacks the finding, or waives it for the first time."""
    return later is None or (_is_waived(later) and not _is_waived(finding))


def _is_waived(finding: ReadFinding) -> bool:
    return finding.waiver is not None


def render_report_diff_json(difference: ReportDifference) -> Iterator[str]:
    """The object that two snapshots give, its findings as the reports have them and its edits empty."""
    return dump(
        Diff(
            new=one_by_one(map(_as_reported, difference.new)),
            fixed=one_by_one(map(_as_reported, difference.fixed)),
            unknown=one_by_one(map(_as_reported, difference.unknown)),
            unchanged=tuple(finding.fingerprint for finding in difference.unchanged),
            rule_edits=[],
            bindings=[],
        )
    )


def _as_reported(finding: ReadFinding) -> FindingPart:
    """The finding with the fields that its report gave it, unknown fields included and missing fields missing."""
    return cast("FindingPart", finding.model_dump(mode="json", exclude_unset=True))


def render_report_diff_table(difference: ReportDifference, options: RenderOptions) -> Iterator[str]:
    """A summary, then the findings in the words of their reports."""
    yield "\n".join(line.rstrip() for line in _ReportDiffPage(difference, options).lines()) + "\n"


def _summary(difference: Difference | ReportDifference, phrasing: Formatter) -> str:
    """How many findings are new, fixed, unknown and unchanged."""
    return phrasing.text(
        "flows-diff-title",
        new=len(difference.new),
        fixed=len(difference.fixed),
        unknown=len(difference.unknown),
        unchanged=len(difference.unchanged),
    )


class _ReportDiffPage:
    def __init__(self, difference: ReportDifference, options: RenderOptions) -> None:
        self._difference = difference
        self._screen = Screen(options)
        self._phrasing = Formatter(options.lang)

    def lines(self) -> Iterator[str]:
        difference = self._difference
        yield from self._screen.paragraph(_summary(difference, self._phrasing))
        yield from self._findings("flows-heading-new", difference.new)
        yield from self._findings("flows-heading-fixed", difference.fixed)
        yield from self._findings("flows-heading-unknown", difference.unknown)
        yield ""
        yield from self._screen.paragraph(self._phrasing.text("flows-diff-reports"))

    def _findings(self, heading: str, findings: Sequence[ReadFinding]) -> Iterator[str]:
        if findings:
            yield from self._screen.heading(self._phrasing.text(heading))
        for finding in findings:
            name = self._difference.names.get((finding.region, finding.cluster_id), "")
            cluster = self._phrasing.named(finding.cluster_id, name)
            title = finding.title or finding.code
            line = self._phrasing.text("flows-finding", cluster=cluster, title=title, message=finding.message)
            lead = self._phrasing.text(f"terms-severity-{finding.severity}").upper()
            yield from self._screen.led(lead, SEVERITY_STYLES[finding.severity], line)
