"""A repair with its proof: for people the steps in the console's order, for programs as JSON in the API's shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.findings import Evidence
from auditor.model.repair import GroupChange, Operation, Remaining, Repair, Step
from auditor.model.result import Result
from auditor.reporter.json_report import Json, dump, region_objects
from auditor.reporter.options import RenderOptions
from auditor.reporter.rule_shape import rule_object
from auditor.reporter.screen import Screen, Style
from auditor.reporter.sentences import Sentences

_STYLES = {Operation.INSERT: Style.GOOD, Operation.REPLACE: Style.WARNING, Operation.DELETE: Style.BAD}


def render_json(repair: Repair, result: Result, options: RenderOptions) -> str:
    """The contract's object; a rule that was not wholly readable keeps its words under ``Unreadable``."""
    sentences = Sentences(result, options.lang)
    proof = repair.proof
    return dump(
        {
            "changes": [_change(change) for change in repair.changes],
            "proof": {
                "resolved": list(proof.resolved),
                "remaining": [_remaining(left, sentences) for left in proof.remaining],
                "opened": region_objects(proof.opened),
                "closed": region_objects(proof.closed),
            },
        }
    )


def render_table(repair: Repair, result: Result, options: RenderOptions) -> str:
    """The steps group by group, what they open and close, what they resolve, and what they leave and why."""
    return "\n".join(line.rstrip() for line in _Page(repair, result, options).lines()) + "\n"


def _change(change: GroupChange) -> Json:
    return {
        "region": change.region,
        "security_group_id": change.security_group_id,
        "direction": change.direction.value,
        "version": change.version,
        "operations": [_step(step) for step in change.steps],
        "after": [rule_object(rule) for rule in change.after],
        "shared_with": list(change.shared_with),
    }


def _step(step: Step) -> Json:
    return {"op": step.operation.value, "index": step.index, "rule": rule_object(step.rule)}


def _remaining(left: Remaining, sentences: Sentences) -> Json:
    return {
        "fingerprint": left.fingerprint,
        "why": left.why.value,
        "message": sentences.phrasing.text(f"flows-why-{left.why}"),
        "evidence": [
            {
                "security_group_id": rule.security_group_id,
                "direction": rule.direction.value,
                "index": rule.index,
                "action": rule.action.value,
            }
            for rule in left.evidence
        ],
    }


class _Page:
    def __init__(self, repair: Repair, result: Result, options: RenderOptions) -> None:
        self._repair = repair
        self._result = result
        self._screen = Screen(options)
        self._sentences = Sentences(result, options.lang)
        self._text = self._sentences.phrasing.text

    def lines(self) -> Iterator[str]:
        yield from self._screen.paragraph(self._text("flows-fix-title", count=len(self._repair.changes)))
        for change in self._repair.changes:
            yield ""
            yield from self._group(change)
        yield from self._proof()

    def _group(self, change: GroupChange) -> Iterator[str]:
        group = self._sentences.group(change.region, change.security_group_id)
        direction = self._text(f"flows-rules-{change.direction}")
        yield from self._screen.paragraph(
            self._text("flows-fix-group", group=group, rules=direction, region=change.region)
        )
        for number, step in enumerate(change.steps, start=1):
            content = self._sentences.rules.content(change.region, change.direction, step.rule)
            action = self._text(f"terms-action-{step.rule.action}")
            said = self._text(f"flows-step-{step.operation}", index=step.index, rule=f"{action} {content}")
            yield from self._screen.led(f"{number:>2}.", _STYLES[step.operation], said, indent=2)
        if len(change.shared_with) > 1:
            others = self._sentences.phrasing.listed(list(change.shared_with), 6)
            yield from self._screen.paragraph(self._text("flows-fix-shared", others=others), indent=2)

    def _proof(self) -> Iterator[str]:
        proof = self._repair.proof
        if self._repair.changes:
            yield from self._screen.heading(self._text("flows-heading-proof"))
            yield from self._screen.paragraph(self._text("flows-proof", count=len(proof.resolved)))
        fields: list[tuple[str, Sequence[str]]] = []
        if proof.opened:
            fields.append((self._text("flows-label-opened"), [self._sentences.packets(proof.opened)]))
        if proof.closed:
            fields.append((self._text("flows-label-closed"), [self._sentences.packets(proof.closed)]))
        yield from self._screen.fields(fields)
        if proof.remaining:
            yield from self._screen.heading(self._text("flows-heading-remaining"))
            yield from self._screen.bullets(self._left(left) for left in proof.remaining)

    def _left(self, left: Remaining) -> str:
        finding = next(found for found in self._result.findings if found.fingerprint == left.fingerprint)
        said = self._sentences.finding(finding)
        why = self._text(f"flows-why-{left.why}")
        if left.evidence:
            why = self._text("flows-why-rules", why=why, rules=self._places(finding.region, left.evidence))
        cluster = self._sentences.cluster(finding.region, finding.cluster_id)
        return self._text("flows-left", cluster=cluster, title=said.title, why=why, fingerprint=left.fingerprint)

    def _places(self, region: str, evidence: Sequence[Evidence]) -> str:
        return self._sentences.rules.places(region, evidence)
