"""The outputs of explain, fix and diff for the sample estates, by name: each a function from options to text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from auditor import pipeline
from auditor.comparator.repair.goals import RepairOptions
from auditor.model.baseline import Policy
from auditor.model.outcomes import Flow
from auditor.model.rules import Direction, SecurityGroup
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.reporter import diff, explanation, report_reader
from auditor.reporter import repair as repair_report
from auditor.reporter.json_report import render as render_report
from auditor.reporter.options import RenderOptions
from tests.golden.policy import BASELINE
from tests.golden.samples import RESULTS, TODAY, allow, group, tcp

Rendered = Callable[[RenderOptions], Iterator[str]]

PLAIN = Policy(baseline=BASELINE)
KUBELET = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=10250, peer="10.0.3.4")
PING_OUT = Flow(direction=Direction.EGRESS, protocol=Protocol.ICMPV6, port=None, peer="2001:db8::1")


def _explained(sample: str, cluster_id: str, flow: Flow, form: str) -> Rendered:
    snapshot = RESULTS[sample].snapshot
    cluster = next(cluster for cluster in snapshot.clusters if cluster.cluster_id == cluster_id)
    explained = pipeline.explain(snapshot, PLAIN, pipeline.ExplainTarget(cluster=cluster), flow)
    named = pipeline.uncompared(snapshot, PLAIN, explained.gaps, cluster)
    render = explanation.render_json if form == "json" else explanation.render_table
    return partial(render, explained.explanations, named)


def _finding(form: str) -> Rendered:
    result = RESULTS["estate"]
    finding = next(finding for finding in result.findings if finding.waiver is not None)
    explained = pipeline.explain_finding(result, PLAIN, finding)
    render = explanation.render_json if form == "json" else explanation.render_table
    return partial(render, explained.explanations, replace(result, gaps=explained.gaps), finding=finding)


def _fixed(sample: str, form: str, repair_options: RepairOptions) -> Rendered:
    fixed = pipeline.fix(RESULTS[sample].snapshot, PLAIN, TODAY, lambda _: repair_options)
    repair, result = fixed.repair, fixed.before
    forms: dict[str, Rendered] = {
        "table": partial(repair_report.render_table, repair, result),
        "json": partial(repair_report.render_json, repair, result),
        "tccli": lambda _: repair_report.render_commands(repair),
        "terraform": lambda _: repair_report.render_terraform(repair, result),
    }
    return forms[form]


def _later(snapshot: Snapshot) -> Snapshot:
    """The estate a day later: a rule removed, added, moved and redescribed, and a node with another binding."""
    groups = tuple(
        _edited(security_group) if security_group.security_group_id == "sg-prod0001" else security_group
        for security_group in snapshot.security_groups
    )
    clusters = tuple(
        replace(
            cluster,
            nodes=tuple(
                replace(node, security_groups=("sg-base0001",)) if node.node_id == "ins-bare01" else node
                for node in cluster.nodes
            ),
        )
        for cluster in snapshot.clusters
    )
    return replace(snapshot, security_groups=groups, clusters=clusters)


def _edited(security_group: SecurityGroup) -> SecurityGroup:
    assert isinstance(security_group.ingress, tuple)
    first, second, third, *_, sixth, seventh, eighth, last = security_group.ingress
    redescribed = replace(eighth, description="ping, 支持 Ping 操作")
    rules = (second, first, third, sixth, seventh, redescribed, last, allow(tcp((9200, 9200)), "0.0.0.0/0", "elastic"))
    assert isinstance(security_group.egress, tuple)
    return group(security_group.security_group_id, security_group.name, rules, security_group.egress)


def _differing(form: str) -> Rendered:
    old = RESULTS["estate"].snapshot
    difference, before, after = pipeline.differ(old, _later(old), PLAIN, TODAY)
    render = diff.render_json if form == "json" else diff.render_table
    return partial(render, difference, before, after)


def _differing_reports(form: str, options: RenderOptions) -> Rendered:
    old = RESULTS["estate"].snapshot
    texts = (
        "".join(render_report(pipeline.compare(snapshot, PLAIN, TODAY), options)) for snapshot in (old, _later(old))
    )
    difference = diff.compare_reports(*(report_reader.load(text, "report.json") for text in texts))
    if form == "json":
        return lambda _: diff.render_report_diff_json(difference)
    return partial(diff.render_report_diff_table, difference)


CLOSING = RepairOptions(close_excess=True, override_drops=True)


def rendered(name: str, form: str, options: RenderOptions) -> str:
    """The output for a name of :data:`NAMES` in one form."""
    makers: Mapping[str, Callable[[], Rendered]] = {
        "explain-stacks": lambda: _explained("estate", "cls-prod0001", KUBELET, form),
        "explain-unread": lambda: _explained("estate", "cls-unread01", KUBELET, form),
        "explain-ipv6": lambda: _explained("compliant", "cls-healthy1", PING_OUT, form),
        "explain-hostile": lambda: _explained(
            "hostile", RESULTS["hostile"].snapshot.clusters[0].cluster_id, KUBELET, form
        ),
        "explain-finding": lambda: _finding(form),
        "fix": lambda: _fixed("estate", form, RepairOptions()),
        "fix-closing": lambda: _fixed("estate", form, CLOSING),
        "fix-nothing": lambda: _fixed("compliant", form, RepairOptions()),
        "fix-hostile": lambda: _fixed("hostile", form, RepairOptions()),
        "diff": lambda: _differing(form),
        "diff-reports": lambda: _differing_reports(form, options),
    }
    return "".join(makers[name]()(options))


NAMES = (
    "explain-stacks",
    "explain-unread",
    "explain-ipv6",
    "explain-hostile",
    "explain-finding",
    "fix",
    "fix-closing",
    "fix-nothing",
    "fix-hostile",
    "diff",
    "diff-reports",
)
SCRIPTS = ("fix", "fix-closing", "fix-nothing")
"""The names that are written as commands and as Terraform too."""
