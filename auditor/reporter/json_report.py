"""The ``json`` format: one object of the shape :class:`auditor.reporter.models.Report`, for programs.

The same result gives the same bytes: keys are sorted, and neither clock nor terminal has a say. The
functions for findings, gaps and packets serve the other JSON outputs too (explain, fix, diff, SARIF, OCSF).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from auditor.model.baseline import Baseline
from auditor.model.clusters import NotCovered
from auditor.model.codes import Severity, Verdict
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.model.evidence import Evidence, ResourceEvidence
from auditor.model.findings import (
    ClusterResult,
    Finding,
    RequirementResult,
    Result,
    StackResult,
    WaiverMark,
    severity_counts,
)
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.reporter import identity, reported
from auditor.reporter.account_regions import account_part, account_parts, pair_parts, shard_part
from auditor.reporter.change_part import change_part
from auditor.reporter.json_text import JsonObject, dump, one_by_one
from auditor.reporter.load_balancers import load_balancer_parts
from auditor.reporter.models import (
    SCHEMA,
    BaselinePart,
    ClusterPart,
    EvidencePart,
    ExcessPart,
    ExclusionPart,
    FilterPart,
    FindingPart,
    GapPart,
    NetworksPart,
    NotCoveredPart,
    Report,
    RequirementPart,
    SeverityCounts,
    StackPart,
    SummaryPart,
    ToolPart,
    UndecidedPart,
    WaiverMarkPart,
    WaiverPart,
    WitnessPart,
)
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.run_models import SincePart
from auditor.reporter.text.packets import example
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import audited, cluster_verdicts

TOOL = "tke-sg-auditor"


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """The report object as text."""
    return dump(_report(result, options))


def _report(result: Result, options: RenderOptions) -> Report:
    sentences = ResultText(result, options.lang)
    parts = Report(
        schema=SCHEMA,
        tool=ToolPart(name=TOOL, version=options.tool_version),
        baseline=_baseline(result.baseline),
        complete=result.complete,
        lang=options.lang.value,
        account=account_part(result, options),
        regions=result.snapshot.regions,
        read_at=identity.timestamp(result.snapshot.read_at),
        fail_on=options.fail_on or "never",
        filter=_filter(result),
        source=options.source,
        gaps=one_by_one(reported.gap_part(gap, result) or gap_part(gap, result, sentences) for gap in result.gaps),
        summary=_summary(result),
        clusters=one_by_one(
            reported.cluster_part(cluster_result, judged.verdict, result)
            or _cluster(cluster_result, judged.verdict, sentences)
            for cluster_result, judged in cluster_verdicts(result, options.fail_on)
        ),
        findings=one_by_one(
            reported.finding_part(finding, result) or finding_part(finding, sentences) for finding in result.findings
        ),
        waivers=[WaiverPart(id=waiver_id, state=state) for waiver_id, state in result.waivers],
        requirements=sentences.requirement_titles(),
        group_names=sentences.group_names(),
    )
    if accounts := account_parts(result, options):
        parts["accounts"] = accounts
    if result.shard is not None:
        parts["shard"] = shard_part(result, result.shard)
    if result.asked:
        parts["asked"] = result.asked
    if result.pairs:
        parts["pairs"] = pair_parts(result, result.pairs)
    if result.vanished is not None:
        parts["since"] = SincePart(
            fixed=_fingerprints(result.vanished.fixed),
            unknown=_fingerprints(result.vanished.unknown),
            grown=_fingerprints(result.vanished.grown),
        )
    if result.change is not None:
        parts["change"] = change_part(result.change)
    if result.reported is not None:
        parts = cast("Report", {**result.reported.further, **parts, "lang": result.reported.further.get("lang")})
    return parts


def _fingerprints(findings: Iterable[EarlierFinding]) -> tuple[str, ...]:
    return tuple(finding.fingerprint for finding in findings)


def _filter(result: Result) -> FilterPart | None:
    """What the filter of the run leaves out; ``None`` without a filter."""
    narrowed = result.filter
    if narrowed is None:
        return None
    left_out = [finding for finding in result.every_finding if not narrowed.shows(finding)]
    counts = severity_counts(left_out)
    return FilterPart(
        severity=narrowed.severity,
        codes=narrowed.codes,
        nodes=narrowed.nodes,
        roles=narrowed.roles,
        left_out=severity_parts(counts),
        left_out_waived=len(left_out) - counts.total(),
    )


def verdict_objects(result: Result, options: RenderOptions) -> list[JsonObject]:
    """The verdict on each cluster, for formats that have no place of their own for it."""
    return [
        {
            "region": cluster_result.cluster.region,
            "cluster_id": cluster_result.cluster.cluster_id,
            "verdict": judged.verdict,
            **({"account": cluster_result.cluster.account} if cluster_result.cluster.account else {}),
        }
        for cluster_result, judged in cluster_verdicts(result, options.fail_on)
    ]


def finding_part(finding: Finding, sentences: ResultText) -> FindingPart:
    """One finding as the report has it."""
    text = sentences.finding(finding)
    sighting = finding.sighting or Sighting()
    return FindingPart(
        code=finding.code,
        name=finding.code.finding_name,
        severity=finding.severity,
        fingerprint=finding.fingerprint,
        assumes=finding.assumes,
        account=sentences.account_id(finding),
        region=finding.region,
        cluster_id=finding.cluster_id,
        role=finding.role,
        attachment=finding.attachment,
        security_groups=finding.security_groups,
        nodes=finding.nodes,
        node_pools=finding.node_pools,
        interfaces=finding.interfaces,
        add_ons=finding.add_ons,
        exposure=finding.exposure,
        direction=finding.direction,
        requirement_id=finding.requirement_id or None,
        packets=region_parts(finding.packets),
        witness=_witness(finding.packets),
        evidence=evidence_parts(finding),
        default_deny=finding.default_deny,
        subject=finding.subject,
        known=finding.known,
        first_seen=identity.timestamp(sighting.first_seen),
        returned=identity.timestamp(sighting.returned),
        previous=sighting.previous or None,
        brief=sentences.brief(finding),
        title=text.title,
        message=text.message,
        why=text.why,
        affected=text.affected,
        rules=text.rules,
        advice=text.advice,
        waiver=waiver_part(finding.waiver) if finding.waiver else None,
    )


def gap_part(gap: Gap, result: Result, sentences: ResultText) -> GapPart:
    """One gap as the report has it."""
    text = sentences.gap(gap)
    mark = result.gap_waiver(gap)
    return GapPart(
        kind=gap.kind,
        fingerprint=gap.fingerprint,
        account=sentences.account_id(gap),
        region=gap.region,
        cluster_id=gap.cluster_id,
        resource=gap.resource,
        service=gap.service,
        action=gap.action,
        code=gap.code,
        message=gap.message,
        request_id=gap.request_id,
        title=text.title,
        unknown=text.unknown,
        advice=text.advice,
        known=result.is_known_gap(gap),
        waiver=waiver_part(mark) if mark else None,
    )


def waiver_part(mark: WaiverMark) -> WaiverMarkPart:
    """The waiver of a finding or gap."""
    return WaiverMarkPart(id=mark.waiver_id, reason=mark.reason, owner=mark.owner, expires=mark.expires.isoformat())


def _summary(result: Result) -> SummaryPart:
    sizes, counts = audited(result), result.counts()
    return SummaryPart(
        clusters=sizes.clusters,
        nodes=sizes.nodes,
        masters=sizes.masters,
        security_groups=sizes.security_groups,
        findings=severity_parts(counts),
        waived=sum(finding.waiver is not None for finding in result.every_finding),
    )


def severity_parts(counts: Mapping[Severity, int]) -> SeverityCounts:
    """The number of findings of each severity."""
    return SeverityCounts(
        critical=counts[Severity.CRITICAL],
        high=counts[Severity.HIGH],
        medium=counts[Severity.MEDIUM],
        low=counts[Severity.LOW],
        info=counts[Severity.INFO],
    )


def _baseline(baseline: Baseline) -> BaselinePart:
    return BaselinePart(name=baseline.name, digest=baseline.digest)


def _cluster(cluster_result: ClusterResult, verdict: Verdict, sentences: ResultText) -> ClusterPart:
    cluster, exclusion = cluster_result.cluster, cluster_result.exclusion
    return ClusterPart(
        account=sentences.account_id(cluster),
        region=cluster.region,
        cluster_id=cluster.cluster_id,
        name=cluster.name,
        type=cluster.cluster_type,
        network_mode=cluster.network_mode,
        vpc_id=cluster.vpc_id,
        verdict=verdict,
        baseline=_baseline(cluster_result.baseline),
        owner=cluster_result.owner or None,
        exclusion=ExclusionPart(reason=exclusion.reason, owner=exclusion.owner) if exclusion else None,
        networks=NetworksPart(container=cluster_result.container, cluster=cluster_result.cluster_network),
        not_covered=[_not_covered(item, sentences) for item in cluster_result.not_covered],
        stacks=[_stack(stack) for stack in cluster_result.stacks],
        load_balancers=load_balancer_parts(cluster_result.load_balancers),
        gaps=reported.fingerprints(cluster_result.gaps),
    )


def _not_covered(item: NotCovered, sentences: ResultText) -> NotCoveredPart:
    return NotCoveredPart(
        kind=item.kind,
        count=item.count,
        why=sentences.not_covered(item).why,
        security_groups=item.security_groups,
        part=item.part,
    )


def _stack(stack: StackResult) -> StackPart:
    return StackPart(
        role=stack.role,
        attachment=stack.attachment,
        interfaces=stack.interfaces,
        add_ons=stack.add_ons,
        exposure=stack.exposure,
        security_groups=stack.security_groups,
        nodes=stack.nodes,
        node_pools=stack.node_pools,
        requirements=[_requirement(requirement_result) for requirement_result in stack.requirements],
        excess=ExcessPart(ingress=region_parts(stack.ingress.excess), egress=region_parts(stack.egress.excess)),
        undecided=UndecidedPart(
            ingress=region_parts(stack.undecided(Direction.INGRESS)),
            egress=region_parts(stack.undecided(Direction.EGRESS)),
        ),
    )


def _requirement(requirement_result: RequirementResult) -> RequirementPart:
    requirement = requirement_result.requirement
    return RequirementPart(
        id=requirement.requirement_id,
        direction=requirement.direction,
        status=requirement_result.status,
        required=region_parts(requirement_result.required),
        missing=region_parts(requirement_result.missing),
        undecided=region_parts(requirement_result.undecided),
    )


def _witness(packets: PacketSet) -> WitnessPart | None:
    if not packets:
        return None
    packet = example(packets)
    return WitnessPart(protocol=packet.protocol, port=packet.port, address=packet.address)


def evidence_parts(finding: Finding) -> list[EvidencePart]:
    """The rules of a finding, then the other objects that decide its packets."""
    return [*map(_rule_evidence, finding.evidence), *map(_resource_evidence, finding.resources)]


def _rule_evidence(item: Evidence) -> EvidencePart:
    return EvidencePart(
        kind="rule",
        id=None,
        security_group_id=item.security_group_id,
        direction=item.direction,
        index=item.index,
        action=item.action,
        description=item.description,
        blocker=item.blocker,
    )


def _resource_evidence(item: ResourceEvidence) -> EvidencePart:
    return EvidencePart(
        kind=item.kind,
        id=item.resource_id,
        security_group_id=None,
        direction=item.direction,
        index=item.index,
        action=item.action,
        description=None,
        blocker=False,
    )
