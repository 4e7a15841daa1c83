"""Rebuilds the result that a JSON report describes, in the words of the report.

A report has neither rules nor every packet of a stack. So the rebuilt result serves the reporters, not the comparator:
its texts and verdicts are those of the report, and its stacks have the packets of no requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from auditor.model.baseline import Baseline, ExcessTable, Exclusion, FlowPattern, Requirement, Text
from auditor.model.clusters import Attachment, Cluster, Exposure, NetworkMode, NotCovered, Role
from auditor.model.codes import Code, GapKind, Severity, Verdict
from auditor.model.earlier import Sighting
from auditor.model.evidence import Evidence, EvidenceKind, ResourceEvidence
from auditor.model.findings import (
    ClusterResult,
    DirectionResult,
    Finding,
    RequirementResult,
    Result,
    StackResult,
    WaiverMark,
)
from auditor.model.gaps import OF_REPORTS, Gap
from auditor.model.intervals import EMPTY
from auditor.model.packets import NOTHING
from auditor.model.reported import ClusterKey, Reported
from auditor.model.rules import Direction, SecurityGroup
from auditor.model.shards import AccountRegion
from auditor.model.snapshot import Account, Snapshot
from auditor.reporter import identity
from auditor.reporter.models import (
    BaselinePart,
    ClusterPart,
    EvidencePart,
    FindingPart,
    GapPart,
    NotCoveredPart,
    Report,
    StackPart,
    WaiverMarkPart,
)
from auditor.reporter.regions import RegionPart
from auditor.reporter.report_reader import packets_of
from auditor.reporter.reported_balancers import rebuilt_balancers

_WITHOUT_STACKS = (Verdict.EMPTY, Verdict.EXCLUDED)
"""The verdicts of clusters of which nothing was judged, and which count for nothing."""


def rebuilt(report: Report, document: Mapping[str, Any]) -> Result:
    """The result that ``report`` describes; ``document`` is the same report with the fields that this version ignores.

    Raises ``ValueError`` for a value that no version writes, such as a code that does not exist.
    """
    account = _only_account(report)
    builder = _Builder(report, "" if account is None else account.id)
    findings = tuple(map(builder.finding, report["findings"]))
    gaps = tuple(map(builder.gap, report["gaps"]))
    clusters = tuple(map(builder.cluster, report["clusters"]))
    return Result(
        baseline=builder.baseline(report["baseline"]),
        snapshot=Snapshot(
            regions=regions_of(report),
            account=account,
            read_at=moment(report.get("read_at")),
            clusters=tuple(item.cluster for item in clusters),
            security_groups=tuple(_groups(report)),
        ),
        clusters=clusters,
        findings=findings,
        gaps=tuple(sorted(set(gaps))),
        waivers=tuple((waiver["id"], waiver["state"]) for waiver in report["waivers"]),
        waived_gaps=tuple(_waived(gaps, report["gaps"])),
        accounts=()
        if account is not None
        else tuple(Account(id=item["id"], name=item["name"]) for item in report.get("accounts", [])),
        pairs=tuple(
            AccountRegion(account=pair["account"] or "", region=pair["region"]) for pair in report.get("pairs", [])
        ),
        reported=Reported(
            findings=_by_key(((item.account, item.fingerprint) for item in findings), document["findings"]),
            clusters=_by_key((cluster_key(item) for item in clusters), document["clusters"]),
            gaps=_by_key(gaps, document["gaps"]),
            requirements=report.get("requirements", {}),
        ),
    )


def _groups(report: Report) -> Iterator[SecurityGroup]:
    """The groups that the report names, without rules."""
    names = report.get("group_names", {})
    places = {
        (cluster["region"], group)
        for cluster in report["clusters"]
        for part in (*cluster["stacks"], *cluster.get("load_balancers", []))
        for group in part["security_groups"] or ()
        if group in names
    }
    for region, group in sorted(places):
        yield SecurityGroup(
            region=region, security_group_id=group, name=names[group], version="", ingress=(), egress=()
        )


def cluster_key(item: ClusterResult) -> ClusterKey:
    """The key of a cluster, also of one whose id a cluster of another account has."""
    return item.cluster.account, item.cluster.region, item.cluster.cluster_id


def _by_key(keys: Iterable[Any], objects: Iterable[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    return dict(zip(keys, objects, strict=True))


def regions_of(report: Report) -> tuple[str, ...]:
    """The regions that a report read. A report of an early version names only those of its clusters and gaps."""
    if "regions" in report:
        return report["regions"]
    items: list[ClusterPart | GapPart] = [*report["clusters"], *report["gaps"]]
    return tuple(sorted({item["region"] for item in items if item["region"]}))


def moment(text: str | None) -> datetime | None:
    """The moment that a report writes as ``2026-11-22T01:07:00Z``. Raises ``ValueError`` for any other text."""
    return None if text is None else datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _only_account(report: Report) -> Account | None:
    """The account of the report. A merged report names it in a list, also if all its parts have the same account."""
    part, owners, leaves = report.get("account"), report.get("accounts", []), report.get("parts", [])
    if part is None and leaves and len(owners) == 1 and all(leaf["account"] == owners[0]["id"] for leaf in leaves):
        part = owners[0]
    return None if part is None else Account(id=part["id"], name=part["name"])


def _waiver(part: WaiverMarkPart) -> WaiverMark:
    return WaiverMark(
        waiver_id=part["id"],
        reason=part["reason"],
        owner=part["owner"],
        expires=date.fromisoformat(part["expires"]),
    )


def _waived(gaps: Iterable[Gap], parts: Iterable[GapPart]) -> Iterator[tuple[Gap, WaiverMark]]:
    for gap, part in zip(gaps, parts, strict=True):
        if part["waiver"] is not None:
            yield gap, _waiver(part["waiver"])


class _Builder:
    """Builds the clusters and findings of one report, which share gaps and baselines."""

    def __init__(self, report: Report, owner: str) -> None:
        self._report = report
        self._owner = owner
        self._titles = report.get("requirements", {})
        self._gaps: dict[tuple[str, str], list[Gap]] = {}
        for part in report["gaps"]:
            gap = self.gap(part)
            self._gaps.setdefault((gap.account, part["fingerprint"]), []).append(gap)
        self._requirements: dict[tuple[str, str, str], Requirement] = {}

    def gap(self, part: GapPart) -> Gap:
        """A gap. A gap of a merged report may be about a file or a shard, which has no account."""
        return Gap(
            account=part.get("account") or ("" if part["code"] in OF_REPORTS else self._owner),
            region=part["region"],
            cluster_id=part["cluster_id"],
            resource=part["resource"],
            service=part["service"],
            action=part["action"],
            code=part["code"],
            message=part["message"],
            request_id=part["request_id"],
            kind=GapKind(part["kind"]),
        )

    def baseline(self, part: BaselinePart) -> Baseline:
        """The name and digest of a baseline; a report has nothing else of it."""
        return Baseline(
            name=part["name"],
            digest=part["digest"],
            source="",
            requirements=(),
            allowances=(),
            excess=ExcessTable(classes=(), severities=()),
        )

    def cluster(self, part: ClusterPart) -> ClusterResult:
        """A cluster with the verdict of the report."""
        account, exclusion = part.get("account") or self._owner, part["exclusion"]
        gaps = [gap for fingerprint in part["gaps"] for gap in self._gaps_of(account, fingerprint)]
        cluster = Cluster(
            account=account,
            region=part["region"],
            cluster_id=part["cluster_id"],
            name=part["name"],
            cluster_type=part["type"],
            status="",
            network_mode=_network_mode(part["network_mode"]),
            vpc_id=part["vpc_id"],
        )
        return ClusterResult(
            cluster=cluster,
            container=part["networks"]["container"],
            cluster_network=part["networks"]["cluster"],
            stacks=() if part["verdict"] in _WITHOUT_STACKS else tuple(map(self._stack, part["stacks"])),
            baseline=self.baseline(part.get("baseline", self._report["baseline"])),
            load_balancers=rebuilt_balancers(part["region"], part.get("load_balancers", [])),
            gaps=tuple(sorted(gaps)),
            exclusion=None
            if exclusion is None
            else Exclusion(clusters=(), reason=exclusion["reason"], owner=exclusion["owner"]),
            left_out=tuple(map(_not_covered, part["not_covered"])),
            reported=part["verdict"],
        )

    def _gaps_of(self, account: str, fingerprint: str) -> list[Gap]:
        """The gaps of a cluster of the account. A gap of a file has no account."""
        return self._gaps.get((account, fingerprint)) or self._gaps.get(("", fingerprint), [])

    def _stack(self, part: StackPart) -> StackResult:
        return StackResult(
            role=part["role"],
            attachment=part["attachment"],
            security_groups=part["security_groups"],
            nodes=part["nodes"],
            node_pools=part["node_pools"],
            interfaces=part["interfaces"],
            add_ons=part.get("add_ons", ()),
            exposure=part["exposure"],
            requirements=tuple(
                RequirementResult(
                    requirement=self._requirement(item["id"], part["role"], item["direction"]),
                    status=item["status"],
                    required=NOTHING,
                )
                for item in part["requirements"]
            ),
            ingress=_undecided(part["undecided"]["ingress"]),
            egress=_undecided(part["undecided"]["egress"]),
        )

    def _requirement(self, requirement_id: str, role: Role, direction: Direction) -> Requirement:
        key = (requirement_id, role, direction)
        if key not in self._requirements:
            title = self._titles.get(requirement_id, requirement_id)
            self._requirements[key] = Requirement(
                requirement_id=requirement_id,
                role=role,
                direction=direction,
                flow=FlowPattern(services=EMPTY),
                severity=Severity.INFO,
                title=Text(en=title, zh=title),
                reason=Text(en="", zh=""),
                row="",
            )
        return self._requirements[key]

    def finding(self, part: FindingPart) -> Finding:
        """A finding with its packets and evidence."""
        rules = [item for item in part["evidence"] if item.get("kind", "rule") == "rule"]
        return Finding(
            code=Code(part["code"]),
            severity=part["severity"],
            fingerprint=part["fingerprint"],
            account=part.get("account") or self._owner,
            region=part["region"],
            cluster_id=part["cluster_id"],
            role=part["role"],
            security_groups=part["security_groups"],
            nodes=part["nodes"],
            node_pools=part["node_pools"],
            direction=part["direction"],
            requirement_id=part["requirement_id"] or "",
            packets=packets_of(part["packets"]),
            attachment=part.get("attachment", Attachment.PRIMARY),
            interfaces=part.get("interfaces", ()),
            add_ons=part.get("add_ons", ()),
            exposure=part.get("exposure", Exposure.UNKNOWN),
            evidence=tuple(map(_rule, rules)),
            resources=tuple(_resource(item) for item in part["evidence"] if item.get("kind", "rule") != "rule"),
            default_deny=part["default_deny"],
            subject=part["subject"],
            waiver=None if part["waiver"] is None else _waiver(part["waiver"]),
            assumes=part.get("assumes"),
            known=part["known"],
            sighting=_sighting(part),
        )


def _sighting(part: FindingPart) -> Sighting | None:
    first_seen, returned, previous = part.get("first_seen"), part.get("returned"), part.get("previous")
    if first_seen is None and previous is None:
        return None
    return Sighting(first_seen=moment(first_seen), returned=moment(returned), previous=previous or "")


def _undecided(regions: list[RegionPart]) -> DirectionResult:
    """A direction of a stack of which only the undecided packets are known."""
    undecided = packets_of(regions) if regions else NOTHING
    return DirectionResult(allowed=NOTHING, undecided=undecided, permitted=NOTHING, excess=NOTHING)


def _not_covered(part: NotCoveredPart) -> NotCovered:
    return NotCovered(
        kind=part["kind"], count=part["count"], security_groups=part["security_groups"], part=part.get("part")
    )


def _network_mode(word: str) -> NetworkMode:
    """The mode, unknown for a word of another version: reports show the word itself."""
    return NetworkMode(word) if word in tuple(NetworkMode) else NetworkMode.UNKNOWN


def _rule(part: EvidencePart) -> Evidence:
    group, direction, index, action = part["security_group_id"], part["direction"], part["index"], part["action"]
    if group is None or direction is None or index is None or action is None:
        raise ValueError("evidence")
    return Evidence(
        security_group_id=group,
        direction=direction,
        index=index,
        action=action,
        description=part["description"] or "",
        blocker=part["blocker"],
    )


def _resource(part: EvidencePart) -> ResourceEvidence:
    return ResourceEvidence(
        kind=EvidenceKind(part.get("kind", "")),
        resource_id=part.get("id") or "",
        direction=part["direction"],
        index=part["index"],
        action=part["action"],
    )


def finding_part(finding: Finding, result: Result) -> FindingPart | None:
    """The object of a rebuilt finding as its report has it, but for what another earlier report changes."""
    written = result.reported and result.reported.findings.get((finding.account, finding.fingerprint))
    if not written:
        return None
    sighting = finding.sighting or Sighting()
    marks = {
        "known": finding.known,
        "first_seen": identity.timestamp(sighting.first_seen),
        "returned": identity.timestamp(sighting.returned),
        "previous": sighting.previous or None,
        "waiver": written["waiver"] if finding.waiver is not None else None,
    }
    return cast("FindingPart", {**written, **marks})


def gap_part(gap: Gap, result: Result) -> GapPart | None:
    """The object of a rebuilt gap; a gap is waived in a union only if every report with it waives it."""
    written = result.reported and result.reported.gaps.get(gap)
    if not written:
        return None
    is_known = written["known"] if result.known_gaps is None else result.is_known_gap(gap)
    waiver = written["waiver"] if result.gap_waiver(gap) is not None else None
    return cast("GapPart", {**written, "known": is_known, "waiver": waiver})


def cluster_part(item: ClusterResult, verdict: Verdict, result: Result) -> ClusterPart | None:
    """The object of a rebuilt cluster; a union may add gaps, and its threshold may change the verdict."""
    written = result.reported and result.reported.clusters.get(cluster_key(item))
    if not written:
        return None
    gaps = tuple(dict.fromkeys(_fingerprint(gap, result) for gap in item.gaps))
    return cast("ClusterPart", {**written, "verdict": verdict, "gaps": gaps})


def _fingerprint(gap: Gap, result: Result) -> str:
    """The fingerprint of a gap as its report writes it, which may be that of another version."""
    written = result.reported and result.reported.gaps.get(gap)
    return str(written["fingerprint"]) if written else gap.fingerprint


def fingerprints(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """The fingerprints of gaps in order, each once."""
    return tuple(dict.fromkeys(gap.fingerprint for gap in gaps))
