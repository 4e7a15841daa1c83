"""The reports of ``sgaudit explain``: the path of one flow through the rules of each stack, as a table and as JSON.

The table reads like a traceroute: the rules in order, with the reason why each does not match, up to the deciding rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.model.addresses import cidrs
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.model.load_balancer_paths import BackEndFilter
from auditor.model.outcomes import Considered, Explanation, Flow, FlowVerdict, ListenerStep, Match, PeerVerdicts
from auditor.model.rules import Action
from auditor.reporter.command_models import (
    ConsideredPart,
    Explain,
    ExplanationPart,
    FlowPart,
    ListenerStepPart,
    PeerPart,
)
from auditor.reporter.json_report import finding_part, gap_part
from auditor.reporter.json_text import dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.table_lists import FindingList, GapList
from auditor.reporter.terminal import Screen, Style
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.packets import port_text, protocol_text
from auditor.reporter.text.sentences import ResultText

_STYLES = {
    FlowVerdict.ALLOW: Style.GOOD,
    FlowVerdict.DENY: Style.ALARM,
    FlowVerdict.UNKNOWN: Style.WARNING,
}

_MOST_BLOCKS = 8

_LEAD = "  {:<2} {:>3}"
"""The start of a line with a rule: a mark on the deciding rule, and the number of the rule."""


def render_json(
    explanations: Sequence[Explanation], result: Result, options: RenderOptions, finding: Finding | None = None
) -> Iterator[str]:
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
) -> Iterator[str]:
    """The rules in the order in which they are tried, the deciding rule marked. ``result`` gives names and gaps."""
    page = _Page(result, options)
    parts = [page.finding(finding)] if finding is not None else []
    parts += [page.lines(explanation) for explanation in explanations]
    parts += [page.gaps(result.gaps)] if result.gaps else []
    lines = [line for part in parts for line in part]
    yield "".join(f"{line.rstrip()}\n" for line in lines[1:])


def _explanation(explanation: Explanation, sentences: ResultText) -> ExplanationPart:
    part = ExplanationPart(
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
        reason=_reason(explanation, sentences.phrasing) or None,
    )
    if explanation.listener is not None:
        part["listener"] = _listener(explanation.listener)
    if explanation.peer is not None:
        part["peer"] = _peer(explanation.peer)
    return part


def _peer(peer: PeerVerdicts) -> PeerPart:
    return PeerPart(
        id=peer.peer_id,
        complete=peer.complete,
        allowed=cidrs(peer.allowed),
        denied=cidrs(peer.denied),
        unknown=cidrs(peer.unknown),
    )


def _reason(explanation: Explanation, phrasing: Formatter) -> str:
    """Why the rules do not decide the flow by themselves; empty if they do."""
    if explanation.health_checks:
        return phrasing.text("flows-health-check", listeners=phrasing.together(explanation.health_checks))
    return phrasing.text("flows-balancer-source") if explanation.balancer_source else ""


def _own_verdict(step: ListenerStep) -> FlowVerdict:
    """The verdict of the rule of the load balancer that decides, or may decide, the packet."""
    decided = step.decided_by
    if decided is None:
        return FlowVerdict.DENY
    if decided.match is not Match.DECIDES:
        return FlowVerdict.UNKNOWN
    return FlowVerdict.ALLOW if decided.action is Action.ALLOW else FlowVerdict.DENY


def _listener(step: ListenerStep) -> ListenerStepPart:
    return ListenerStepPart(
        id=step.listener.listener_id,
        load_balancer_id=step.balancer.load_balancer_id,
        security_groups=step.security_groups if isinstance(step.security_groups, tuple) else None,
        flow=_flow(step.flow),
        decided_by=_considered(step.decided_by) if step.decided_by else None,
        considered=[_considered(rule) for rule in step.considered],
        groups=step.back_end_filter,
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
        step = explanation.listener
        yield from self._screen.led(verdict, _STYLES[explanation.verdict], self._flow((step or explanation).flow))
        yield from self._screen.paragraph(self._who(explanation), indent=2)
        if step is not None:
            yield from self._through(explanation, step)
        if step is None or self._arrives(explanation, step):
            yield from self._rules(explanation)
        yield ""
        fields = list(self._peer(explanation))
        fields += [(text("flows-label-needed"), [self._needed(explanation)])]
        if reason := _reason(explanation, self._phrasing):
            fields.append((text("flows-label-reason"), [reason]))
        yield from self._screen.fields(fields)

    def _peer(self, explanation: Explanation) -> Iterator[tuple[str, list[str]]]:
        """The addresses of a group, cluster or machine by verdict, the worst first."""
        peer = explanation.peer
        if peer is None:
            return
        text = self._phrasing.text
        by_verdict = {"unknown": peer.unknown, "denied": peer.denied, "allowed": peer.allowed}
        lines = [text("flows-peer-worst", peer=peer.peer_id, address=explanation.flow.peer)]
        lines += [
            text(f"flows-peer-{name}", blocks=self._phrasing.listed(cidrs(blocks), _MOST_BLOCKS))
            for name, blocks in by_verdict.items()
            if blocks
        ]
        if not peer.complete:
            lines.append(text("flows-peer-incomplete", peer=peer.peer_id))
        yield text("flows-label-peer"), lines

    @staticmethod
    def _arrives(explanation: Explanation, step: ListenerStep) -> bool:
        """Whether the groups of the back end had to decide the packet."""
        return step.back_end_filter is not BackEndFilter.BYPASSED and (
            bool(explanation.considered) or explanation.decided_by is not step.decided_by or step.decided_by is None
        )

    def _through(self, explanation: Explanation, step: ListenerStep) -> Iterator[str]:
        """The groups of the load balancer, and the packet that arrives at the back end."""
        text = self._phrasing.text
        balancer = self._phrasing.named(step.balancer.load_balancer_id, step.balancer.name)
        service = f"{step.listener.kind} {port_text(step.listener.ports)}"
        yield ""
        listener = text("balancers-listener", service=service, balancer=balancer)
        yield from self._screen.paragraph(text("flows-through", listener=listener), indent=2)
        if isinstance(step.security_groups, tuple) and step.security_groups:
            own = replace(
                explanation,
                security_groups=step.security_groups,
                verdict=_own_verdict(step),
                considered=step.considered,
                decided_by=step.decided_by,
                flow=step.flow,
                balancer_source=False,
                health_checks=(),
            )
            yield from self._rules(own)
        else:
            state = "unbound" if isinstance(step.security_groups, tuple) else "unread"
            yield from self._screen.led(_LEAD.format("", "-"), Style.FAINT, text(f"flows-balancer-{state}"))
        if step.back_end_filter is BackEndFilter.BYPASSED or self._arrives(explanation, step):
            yield ""
            arriving = text(f"flows-arrives-{step.back_end_filter}", flow=self._flow(explanation.flow))
            yield from self._screen.paragraph(arriving, indent=2)

    def _rules(self, explanation: Explanation) -> Iterator[str]:
        """The rules of each group in the order in which they are tried."""
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
            "who": self._sentences.named_bearers(explanation.region, explanation),
        }
        if not explanation.security_groups:
            return self._phrasing.text("flows-who-unbound", **facts)
        groups = self._sentences.names.stack(explanation.region, explanation.security_groups)
        return self._phrasing.text("flows-who", **facts, groups=groups)

    def _hop(self, step: Considered, explanation: Explanation) -> Iterator[str]:
        decides = step == explanation.decided_by
        style = _STYLES[explanation.verdict] if decides else Style.FAINT
        number = "-" if step.rule is None else str(step.rule.priority)
        yield from self._screen.led(
            _LEAD.format("=>" if decides else "", number), style, self._step_text(step, explanation)
        )

    def _step_text(self, step: Considered, explanation: Explanation) -> str:
        text = self._phrasing.text
        if not step.security_group_id and explanation.blocks is not None:
            blocks = self._phrasing.listed(explanation.blocks, None)
            return text("flows-hop", rule=text("flows-blocks", blocks=blocks), why=text(f"flows-match-{step.match}"))
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
        if explanation.security_groups or explanation.blocks is not None:
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
