"""The report for programs: one JSON object, the same bytes for the same result; its schema is in ``report_schema``."""

from __future__ import annotations

import json
from typing import TypeAlias

from auditor.model.clusters import NotCovered
from auditor.model.findings import (
    Change,
    ClusterResult,
    Evidence,
    Finding,
    RequirementResult,
    Result,
    StackResult,
    Verdict,
    WaiverMark,
)
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.regions import Region, regions
from auditor.model.rules import Direction
from auditor.model.snapshot import Account
from auditor.reporter import escape, identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.packets import example
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import audited, standings

SCHEMA = "sgaudit-report/1"
TOOL = "tke-sg-auditor"

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


def render(result: Result, options: RenderOptions) -> str:
    """The report object, keys sorted, characters as they are but for those that act (they are escaped)."""
    return dump(report(result, options))


def dump(value: Json) -> str:
    """JSON text with a newline at the end; no control, bidi or separator character and no lone surrogate in it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)
    return escape.json_text(text) + "\n"


def report(result: Result, options: RenderOptions) -> dict[str, Json]:
    """The report as plain values."""
    sentences = ResultText(result, options.lang)
    found: dict[str, Json] = {
        "schema": SCHEMA,
        "tool": {"name": TOOL, "version": options.tool_version},
        "baseline": {"name": result.baseline.name, "digest": result.baseline.digest},
        "complete": result.complete,
        "account": _account(result.snapshot.account),
        "read_at": identity.timestamp(result.snapshot.read_at),
        "fail_on": options.fail_on_word,
        "source": options.source.value,
        "gaps": [gap_object(gap, result, sentences) for gap in result.gaps],
        "summary": _summary(result),
        "clusters": [_cluster(found, held.verdict, sentences) for found, held in standings(result, options.fail_on)],
        "findings": [finding_object(finding, sentences) for finding in result.findings],
        "waivers": [{"id": waiver_id, "state": state} for waiver_id, state in result.waivers],
    }
    return found if result.change is None else {**found, "change": _change(result.change)}


def cluster_verdicts(result: Result, options: RenderOptions) -> list[Json]:
    """The verdict on each cluster, for formats that have no place of their own for it."""
    return [
        {"region": found.cluster.region, "cluster_id": found.cluster.cluster_id, "verdict": held.verdict.value}
        for found, held in standings(result, options.fail_on)
    ]


def _account(account: Account | None) -> Json:
    return None if account is None else {"id": account.id, "name": account.name}


def region_objects(packets: PacketSet) -> list[Json]:
    """A packet set as the report's list of regions."""
    return [_region(region) for region in regions(packets)]


def _region(region: Region) -> Json:
    ports: dict[str, Json] = {"ports": [list(pair) for pair in region.ports]} if region.ports else {}
    return {"protocol": region.protocol, "cidrs": list(region.cidrs), **ports}


def _summary(result: Result) -> Json:
    held = audited(result)
    return {
        "clusters": held.clusters,
        "nodes": held.nodes,
        "masters": held.masters,
        "security_groups": held.security_groups,
        "findings": {severity.value: count for severity, count in result.counts().items()},
        "waived": sum(finding.waiver is not None for finding in result.findings),
    }


def gap_object(gap: Gap, result: Result, sentences: ResultText) -> Json:
    """One gap as the report has it."""
    said = sentences.gap(gap)
    mark = result.gap_waiver(gap)
    return {
        "kind": gap.kind.value,
        "fingerprint": gap.fingerprint,
        "account": sentences.account_id,
        "region": gap.region,
        "cluster_id": gap.cluster_id,
        "resource": gap.resource,
        "service": gap.service,
        "action": gap.action,
        "code": gap.code,
        "message": gap.message,
        "request_id": gap.request_id,
        "unknown": said.unknown,
        "advice": said.advice,
        "known": result.is_known_gap(gap),
        "waiver": _waiver(mark) if mark else None,
    }


def _cluster(found: ClusterResult, verdict: Verdict, sentences: ResultText) -> Json:
    cluster = found.cluster
    return {
        "account": sentences.account_id,
        "region": cluster.region,
        "cluster_id": cluster.cluster_id,
        "name": cluster.name,
        "type": cluster.cluster_type,
        "network_mode": cluster.network_mode.value,
        "vpc_id": cluster.vpc_id,
        "verdict": verdict.value,
        "exclusion": {"reason": found.exclusion.reason, "owner": found.exclusion.owner} if found.exclusion else None,
        "networks": {"container": list(found.container), "cluster": list(found.cluster_network)},
        "not_covered": [_not_covered(item, sentences) for item in cluster.not_covered],
        "stacks": [_stack(stack) for stack in found.stacks],
        "gaps": list(dict.fromkeys(gap.fingerprint for gap in found.gaps)),
    }


def _not_covered(item: NotCovered, sentences: ResultText) -> Json:
    return {
        "kind": item.kind,
        "count": item.count,
        "why": sentences.not_covered(item).why,
        "security_groups": list(item.security_groups),
    }


def _stack(stack: StackResult) -> Json:
    return {
        "role": stack.role.value,
        "attachment": stack.attachment.value,
        "interfaces": list(stack.interfaces),
        "exposure": stack.exposure.value,
        "security_groups": list(stack.security_groups),
        "nodes": list(stack.nodes),
        "node_pools": list(stack.node_pools),
        "requirements": [_requirement(judged) for judged in stack.requirements],
        "excess": {"ingress": region_objects(stack.ingress.excess), "egress": region_objects(stack.egress.excess)},
        "undecided": {
            "ingress": region_objects(stack.undecided(Direction.INGRESS)),
            "egress": region_objects(stack.undecided(Direction.EGRESS)),
        },
    }


def _requirement(judged: RequirementResult) -> Json:
    return {
        "id": judged.requirement.requirement_id,
        "direction": judged.requirement.direction.value,
        "status": judged.status.value,
        "required": region_objects(judged.required),
        "missing": region_objects(judged.missing),
        "undecided": region_objects(judged.undecided),
    }


def finding_object(finding: Finding, sentences: ResultText) -> Json:
    """One finding as the report has it."""
    said = sentences.finding(finding)
    return {
        "code": finding.code.value,
        "name": finding.code.finding_name,
        "severity": finding.severity.value,
        "fingerprint": finding.fingerprint,
        "assumes": finding.assumes.value if finding.assumes else None,
        "account": sentences.account_id,
        "region": finding.region,
        "cluster_id": finding.cluster_id,
        "role": finding.role.value,
        "security_groups": list(finding.security_groups),
        "nodes": list(finding.nodes),
        "node_pools": list(finding.node_pools),
        "direction": finding.direction.value if finding.direction else None,
        "requirement_id": finding.requirement_id or None,
        "packets": region_objects(finding.packets),
        "witness": _witness(finding.packets),
        "evidence": [_evidence(item) for item in finding.evidence],
        "default_deny": finding.default_deny,
        "subject": finding.subject,
        "known": finding.known,
        "title": said.title,
        "message": said.message,
        "advice": said.advice,
        "waiver": _waiver(finding.waiver) if finding.waiver else None,
    }


def _witness(packets: PacketSet) -> Json:
    if not packets:
        return None
    found = example(packets)
    return {"protocol": found.protocol.value, "port": found.port, "address": found.address}


def _evidence(item: Evidence) -> Json:
    return {
        "security_group_id": item.security_group_id,
        "direction": item.direction.value,
        "index": item.index,
        "action": item.action.value,
        "description": item.description,
        "blocker": item.blocker,
    }


def _waiver(mark: WaiverMark) -> Json:
    return {"id": mark.waiver_id, "reason": mark.reason, "owner": mark.owner, "expires": mark.expires.isoformat()}


def _change(change: Change) -> Json:
    return {
        "introduced": list(change.introduced),
        "resolved": list(change.resolved),
        "unchanged": list(change.unchanged),
        "gaps": {
            "introduced": list(change.gaps.introduced),
            "unchanged": list(change.gaps.unchanged),
            "touched": list(change.gaps.touched),
        },
        "resources": [
            {
                "address": item.address,
                "actions": list(item.actions),
                "effect": item.effect,
                "findings": list(item.findings),
            }
            for item in change.resources
        ],
    }
