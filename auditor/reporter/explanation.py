"""The reports of ``sgaudit explain``: the path of one flow through the rules of each stack, as a table and as JSON.

The table reads like a traceroute: the rules in order, with the reason why each does not match, up to the deciding rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.clusters import Attachment
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.model.outcomes import Considered, Explanation, Flow, FlowVerdict, Match
from auditor.model.rules import Action
from auditor.reporter.command_models import ConsideredPart, Explain, ExplanationPart, FlowPart
from auditor.reporter.json_report import dump, finding_part, gap_part
from auditor.reporter.options import RenderOptions
from auditor.reporter.table_lists import FindingList, GapList
from auditor.reporter.terminal import Screen, Style
from auditor.reporter.text.packets import protocol_text
from auditor.reporter.text.sentences import ResultText

_STYLES = {
    FlowVerdict.ALLOW: Style.GOOD,
    FlowVerdict.DENY: Style.ALARM,
    FlowVerdict.UNKNOWN: Style.WARNING,
}

_LEAD = "  {:<2} {:>3}"
"""The start of a line with a rule: a mark on the deciding rule, and the index."""


def render_json(
    explanations: Sequence[Explanation], result: Result, options: RenderOptions, finding: Finding | None = None
) -> str:
    """``{"flows": [...], "gaps": [...]}``, a flow for each stack; ``result`` has the gaps that leave a flow open.

    With ``finding``, the one that the flows explain, it is there as the report has it.
    """
    sentences = ResultText(result, options.lang)
    output = Explain(
        flows=[_explanation(explanation, sentences) for explanation in explanations],
        gaps=[gap_part(gap, result, sentences) for gap in result.gaps],
    )
    if finding is not None:
        output["finding"] = finding_part(finding, sentences)
    return dump(output)


def render_table(
    explanations: Sequence[Explanation], result: Result, options: RenderOptions, finding: Finding | None = None
) -> str:
    """The rules in the order in which they are tried, the deciding rule marked. ``result`` gives names and gaps."""
    page = _Page(result, options)
    parts = [page.finding(finding)] if finding is not None else []
    parts += [page.lines(explanation) for explanation in explanations]
    parts += [page.gaps(result.gaps)] if result.gaps else []
    lines = [line for part in parts for line in part]
    return "".join(f"{line.rstrip()}\n" for line in lines[1:])


def _explanation(explanation: Explanation, sentences: ResultText) -> ExplanationPart:
    return ExplanationPart(
        region=explanation.region,
        cluster_id=explanation.cluster_id,
        role=explanation.role,
        security_groups=explanation.security_groups,
        nodes=explanation.nodes,
        node_pools=explanation.node_pools,
        attachment=explanation.attachment,
        interfaces=explanation.interfaces,
        add_ons=explanation.add_ons,
        flow=_flow(explanation.flow),
        verdict=explanation.verdict,
        decided_by=_considered(explanation.decided_by) if explanation.decided_by else None,
        considered=[_considered(step) for step in explanation.considered],
        requirements=explanation.requirements,
        permitted=explanation.permitted,
        reason=sentences.phrasing.text("flows-balancer-source") if explanation.balancer_source else None,
    )


def _flow(flow: Flow) -> FlowPart:
    return FlowPart(direction=flow.direction, protocol=flow.protocol, port=flow.port, peer=flow.peer)


def _considered(step: Considered) -> ConsideredPart:
    rule = step.rule
    return ConsideredPart(
        security_group_id=step.security_group_id,
        index=rule.index if rule else None,
        action=step.action,
        description=rule.description if rule else "",
        match=step.match,
    )


class _Page:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._screen = Screen(options)
        self._result = result
        self._sentences = ResultText(result, options.lang)
        self._phrasing = self._sentences.phrasing

    def finding(self, finding: Finding) -> Iterator[str]:
        """The finding in full, with its waiver."""
        yield from FindingList(self._result, self._sentences, self._screen, verbose=True).lines([finding])
        if finding.waiver is not None:
            mark = finding.waiver
            waiver = self._phrasing.text(
                "table-waiver",
                id=mark.waiver_id,
                expires=mark.expires.isoformat(),
                owner=mark.owner,
                reason=mark.reason,
            )
            yield from self._screen.fields([(self._phrasing.text("flows-label-waiver"), [waiver])])

    def gaps(self, gaps: Sequence[Gap]) -> Iterator[str]:
        """The gaps that leave a flow open or hide a stack."""
        yield from self._screen.heading(self._phrasing.text("table-heading-gaps"))
        yield from GapList(self._sentences, self._screen, verbose=True).lines(gaps)

    def lines(self, explanation: Explanation) -> Iterator[str]:
        text = self._phrasing.text
        yield ""
        verdict = text(f"flows-verdict-{explanation.verdict}")
        yield from self._screen.led(verdict, _STYLES[explanation.verdict], self._flow(explanation.flow))
        yield from self._screen.paragraph(self._who(explanation), indent=2)
        for group in explanation.security_groups or ("",):
            hops = [step for step in explanation.considered if step.security_group_id == group]
            yield ""
            yield from self._group(group, hops, explanation)
            if (
                explanation.considered
                and explanation.considered[-1].match is Match.DECIDES
                and explanation.considered[-1] in hops
            ):
                break
        else:
            yield from self._end(explanation)
        yield ""
        fields = [(text("flows-label-needed"), [self._needed(explanation)])]
        if explanation.balancer_source:
            fields.append((text("flows-label-reason"), [text("flows-balancer-source")]))
        yield from self._screen.fields(fields)

    def _group(self, group: str, hops: Sequence[Considered], explanation: Explanation) -> Iterator[str]:
        """The rules of one group in order, up to the deciding rule."""
        text = self._phrasing.text
        if group:
            rules = text(f"flows-rules-{explanation.flow.direction}")
            named = self._sentences.group(explanation.region, group)
            yield from self._screen.paragraph(text("flows-diff-group", group=named, rules=rules), indent=2)
        for step in hops:
            yield from self._hop(step, explanation)
        if not hops:
            yield from self._screen.led(_LEAD.format("", "-"), Style.FAINT, text("flows-no-rules"))

    def _flow(self, flow: Flow) -> str:
        service = protocol_text(flow.protocol, self._phrasing)
        if flow.port is not None:
            service = self._phrasing.text("terms-one-port", protocol=service, port=flow.port)
        return self._phrasing.text(f"terms-flow-{flow.direction}", services=service, where=flow.peer)

    def _who(self, explanation: Explanation) -> str:
        facts = {
            "cluster": self._sentences.cluster(explanation.region, explanation.cluster_id),
            "role": self._phrasing.text(f"terms-role-{explanation.role}"),
            "who": self._bearers(explanation),
        }
        if not explanation.security_groups:
            return self._phrasing.text("flows-who-unbound", **facts)
        groups = self._sentences.names.stack(explanation.region, explanation.security_groups)
        return self._phrasing.text("flows-who", **facts, groups=groups)

    def _bearers(self, explanation: Explanation) -> str:
        if explanation.attachment is Attachment.PRIMARY:
            return self._phrasing.listed([*explanation.nodes, *explanation.node_pools], 3)
        return self._sentences.listed_bearers(explanation.region, explanation)

    def _hop(self, step: Considered, explanation: Explanation) -> Iterator[str]:
        decides = step == explanation.decided_by
        style = _STYLES[explanation.verdict] if decides else Style.FAINT
        number = "-" if step.rule is None else f"#{step.rule.index}"
        yield from self._screen.led(
            _LEAD.format("=>" if decides else "", number), style, self._step_text(step, explanation)
        )

    def _step_text(self, step: Considered, explanation: Explanation) -> str:
        text = self._phrasing.text
        if not step.security_group_id:
            return text("flows-unfiltered" if step.action is Action.ALLOW else "flows-unbound")
        if step.rule is None:
            return text("flows-unread-group")
        content = self._sentences.rules.content(explanation.region, explanation.flow.direction, step.rule)
        line = f"{text(f'terms-action-{step.rule.action}')} {content}"
        if step.rule.description.strip():
            line = text("flows-described", rule=line, text=self._phrasing.clipped(step.rule.description))
        return text("flows-hop", rule=line, why=text(f"flows-match-{step.match}"))

    def _end(self, explanation: Explanation) -> Iterator[str]:
        if explanation.security_groups:
            style = _STYLES[explanation.verdict]
            mark, message = ("=>", "flows-end") if explanation.decided_by is None else ("", "flows-end-else")
            message = "flows-end-balancer" if explanation.balancer_source else message
            yield from self._screen.led(_LEAD.format(mark, "-"), style, self._phrasing.text(message))

    def _needed(self, explanation: Explanation) -> str:
        if explanation.requirements:
            return self._phrasing.text(
                "flows-needed", requirements=self._phrasing.together(list(explanation.requirements))
            )
        answer = self._phrasing.text("flows-permitted" if explanation.permitted else "flows-not-permitted")
        return self._phrasing.text("flows-as-far-as-read", said=answer) if self._is_short(explanation) else answer

    def _is_short(self, explanation: Explanation) -> bool:
        """Whether a network of the cluster was not wholly read, so that a requirement may still need the flow."""
        return any(
            cluster.networks.container.gaps or cluster.networks.vpc.gaps or cluster.networks.subnets.gaps
            for cluster in self._result.snapshot.clusters
            if (cluster.region, cluster.cluster_id) == (explanation.region, explanation.cluster_id)
        )
