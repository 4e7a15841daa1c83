"""What changed between two reads: findings, rules with the packets they opened and closed, bindings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.difference import BindingEdit, Difference, RuleEdit
from auditor.model.findings import Finding
from auditor.model.result import Result
from auditor.model.rules import Rule
from auditor.reporter.json_report import Json, dump, finding_object, region_objects
from auditor.reporter.options import RenderOptions
from auditor.reporter.rule_shape import rule_object
from auditor.reporter.screen import SEVERITY_STYLES, Screen, Style
from auditor.reporter.sentences import Sentences


def render_json(difference: Difference, old: Result, new: Result, options: RenderOptions) -> str:
    """The contract's object; fixed and unknown findings are named as the older side names them."""
    before, after = Sentences(old, options.lang), Sentences(new, options.lang)
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
        self._before = Sentences(old, options.lang)
        self._after = Sentences(new, options.lang)
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

    def _findings(self, heading: str, findings: Sequence[Finding], sentences: Sentences) -> Iterator[str]:
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

    def _line(self, lead: str, style: Style, rule: Rule, edit: RuleEdit, sentences: Sentences) -> list[str]:
        said = self._text("flows-rule", index=rule.index, rule=self._said(rule, edit, sentences))
        return self._screen.led(lead, style, said, indent=2)

    def _said(self, rule: Rule, edit: RuleEdit, sentences: Sentences) -> str:
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

    def _list(self, region: str, groups: tuple[str, ...] | None, sentences: Sentences) -> str:
        return self._text("flows-absent") if groups is None else sentences.names.stack(region, groups)
