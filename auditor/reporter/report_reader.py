"""Reads the JSON report of an earlier run, for ``diff`` and ``--since``.

A report of any version is read: the models name only the fields that a later run needs, early versions may lack those
that have a default, and fields of later versions are kept. ``load`` raises ``ConfigError`` for any other file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import ConfigError
from auditor.files import json_reader
from auditor.model import addresses
from auditor.model.clusters import Attachment
from auditor.model.codes import Severity, Verdict
from auditor.model.completeness import ClusterReading, StackReading, hides_stacks
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.model.gaps import OF_REPORTS
from auditor.model.intervals import IntervalSet
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.regions import ALL_PROTOCOLS
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, services
from auditor.reporter.models import ReportSchema
from auditor.reporter.regions import RegionPart
from auditor.words import Lang


def load(text: str, source: str) -> ReadReport:
    """The report in ``text``; ``source`` is its name for complaints. Raises ``ConfigError`` for anything else."""
    try:
        return of_document(json_reader.load(text, source), source)
    except json_reader.NotJson as error:
        raise ConfigError("commands-report-damaged", **error.facts) from None


def of_document(document: object, source: str) -> ReadReport:
    """The report that the JSON document is. Raises as :func:`load`."""
    try:
        return ReadReport.model_validate(document)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(step) for step in fault["loc"]) or "schema"
        raise ConfigError("commands-report-shape", path=source, key=key) from None


def differ_in_baselines(before: ReadReport, after: ReadReport) -> bool:
    """Whether a cluster of both reports was compared with another baseline, so that findings differ for that reason."""
    earlier, later = before.baselines(), after.baselines()
    return any(earlier[key] != later[key] for key in earlier.keys() & later.keys())


def packets_of(regions: Iterable[RegionPart]) -> PacketSet:
    """The packets of a report's regions. Raises ``ValueError`` for a block that is not a CIDR block."""
    return union(packets(_services(region), addresses.union(region["cidrs"])) for region in regions)


def _services(region: RegionPart) -> IntervalSet:
    protocol = region["protocol"]
    if protocol == ALL_PROTOCOLS:
        return EVERYTHING
    return services(protocol, region.get("ports") or WHOLE_PORT_RANGE) if protocol.has_ports else services(protocol)


def _readable(regions: tuple[RegionPart, ...]) -> tuple[RegionPart, ...]:
    packets_of(regions)
    return regions


Regions = Annotated[tuple[RegionPart, ...], AfterValidator(_readable)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class ReadWaiver(_Read):
    """The waiver of a finding or a gap."""

    id: str
    owner: str = ""
    expires: date


class ReadFinding(_Read):
    """A finding as it was reported. ``known`` tells whether a report before it had the finding."""

    code: str
    severity: Severity
    fingerprint: str
    account: str | None = None
    region: str
    cluster_id: str
    role: str = ""
    attachment: str = Attachment.PRIMARY
    security_groups: tuple[str, ...] = ()
    direction: Direction | None = None
    requirement_id: str | None = None
    packets: Regions = ()
    first_seen: Moment | None = None
    returned: Moment | None = None
    previous: str | None = None
    title: str = ""
    brief: str = ""
    message: str = ""
    known: bool | None = None
    waiver: ReadWaiver | None = None

    def earlier(self) -> EarlierFinding:
        """The facts that tell whether a later finding is the same, or worse, or whether this one was fixed."""
        return EarlierFinding(
            severity=self.severity,
            packets=packets_of(self.packets),
            waived=self.waiver is not None,
            fingerprint=self.fingerprint,
            code=self.code,
            account=self.account or "",
            region=self.region,
            cluster_id=self.cluster_id,
            role=self.role,
            attachment=self.attachment,
            security_groups=self.security_groups,
            direction=self.direction,
            requirement_id=self.requirement_id or "",
            title=self.title or self.code,
            sighting=Sighting(
                first_seen=self.first_seen, returned=self.returned, previous=self.previous or "", is_reported=True
            ),
        )


class ReadUndecided(_Read):
    """The packets of a stack that may belong to a finding, or not."""

    ingress: Regions
    egress: Regions


class ReadStack(_Read):
    """A stack. An early version reported primary stacks alone, and did not say which packets are undecided."""

    role: str
    attachment: str = Attachment.PRIMARY
    security_groups: tuple[str, ...]
    undecided: ReadUndecided | None = None


class ReadNotCovered(_Read):
    """Something that the report does not cover; ``part`` is a part of the audit that the configuration left out."""

    part: str | None = None


class ReadCluster(_Read):
    """A cluster that was audited. The report of an early version does not say on which gaps it depends."""

    account: str | None = None
    region: str
    cluster_id: str
    name: str = ""
    owner: str | None = None
    verdict: str = ""
    baseline: dict[str, Any] | None = None
    not_covered: tuple[ReadNotCovered, ...] = ()
    stacks: tuple[ReadStack, ...] = ()
    gaps: tuple[str, ...] | None = None


class ReadGap(_Read):
    """A gap as it was reported. The report of an early version has no fingerprint for it: it equals no other gap."""

    fingerprint: str = ""
    account: str | None = None
    kind: str = ""
    code: str = ""
    region: str = ""
    cluster_id: str = ""
    resource: str = ""
    service: str = ""
    action: str = ""
    title: str = ""
    known: bool | None = None
    waiver: ReadWaiver | None = None


class ReadSince(_Read):
    """The findings of an earlier report that a report does not have, by fingerprint."""

    fixed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class ReadSummary(_Read):
    """The numbers of unwaived findings by severity."""

    findings: dict[Severity, int] = {}


class ReadReport(_Read):
    """A report. ``filter`` is set where a filter removed findings: such a report does not show that any is fixed."""

    # A field named "schema" would hide a method of pydantic's.
    schema_id: ReportSchema = Field(alias="schema")
    baseline: dict[str, Any] = {}
    complete: bool
    clusters: tuple[ReadCluster, ...] = ()
    findings: tuple[ReadFinding, ...]
    gaps: tuple[ReadGap, ...] = ()
    filter: dict[str, Any] | None = None
    read_at: str | None = None
    lang: Lang | None = None
    since: ReadSince | None = None
    summary: ReadSummary = ReadSummary()
    change: dict[str, Any] | None = None
    """Set in the report of a gate, which describes a state that a plan would make."""

    @property
    def settled(self) -> bool:
        """Whether nothing but waived gaps keeps the report from being complete."""
        return self.complete or (bool(self.gaps) and all(gap.waiver is not None for gap in self.gaps))

    def baselines(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The baseline of each cluster, by region and id. Reports of early versions name one for the run."""
        return {
            (cluster.region, cluster.cluster_id): self.baseline if cluster.baseline is None else cluster.baseline
            for cluster in self.clusters
        }

    def earlier(self) -> tuple[EarlierFinding, ...]:
        """The findings, for a comparison with those of a later run."""
        digests = {key: str(baseline.get("digest", "")) for key, baseline in self.baselines().items()}
        return tuple(
            replace(finding.earlier(), baseline=digests.get((finding.region, finding.cluster_id), ""))
            for finding in self.findings
        )

    def readings(self) -> dict[tuple[str, str], dict[str, ClusterReading]]:
        """How far the report read each cluster, by region and id, then by account (empty if unknown).

        None where it is filtered, counts more findings than it has, or did not judge the cluster.
        """
        if self.filter is not None or self._lacks_findings():
            return {}
        gaps = {(gap.account, gap.fingerprint): gap for gap in self.gaps}
        readings: dict[tuple[str, str], dict[str, ClusterReading]] = {}
        for cluster in self.clusters:
            if cluster.verdict not in (Verdict.EXCLUDED, Verdict.NOT_AUDITED) and not self._hides_findings(
                cluster, gaps
            ):
                of_id = readings.setdefault((cluster.region, cluster.cluster_id), {})
                of_id[cluster.account or ""] = self._reading(cluster, gaps)
        return readings

    def _lacks_findings(self) -> bool:
        counts = Counter(finding.severity for finding in self.findings if finding.waiver is None)
        return any(number > counts[severity] for severity, number in self.summary.findings.items())

    def _hides_findings(self, cluster: ReadCluster, gaps: Mapping[tuple[str | None, str], ReadGap]) -> bool:
        """Whether the cluster is one of a merged report that may not show all its findings."""
        return any(gap.code in OF_REPORTS for gap in self._gaps_of(cluster, gaps))

    def _gaps_of(self, cluster: ReadCluster, gaps: Mapping[tuple[str | None, str], ReadGap]) -> list[ReadGap]:
        """The gaps on which the verdict on a cluster depends. A gap of a merged file has no account."""
        return [
            gaps[account, name]
            for name in cluster.gaps or ()
            for account in {cluster.account, None}
            if (account, name) in gaps
        ]

    def _reading(self, cluster: ReadCluster, gaps: Mapping[tuple[str | None, str], ReadGap]) -> ClusterReading:
        own = self._gaps_of(cluster, gaps)
        hidden = any(hides_stacks(gap) for gap in own)
        unlisted = cluster.gaps is None and not self.complete and cluster.verdict != Verdict.EMPTY
        unexplained = cluster.verdict == Verdict.UNKNOWN and not own
        unjudged = cluster.verdict in (Verdict.COMPLIANT, Verdict.NON_COMPLIANT) and not cluster.stacks
        return ClusterReading(
            stacks=tuple(self._stack(stack, decided=self.complete and not unexplained) for stack in cluster.stacks),
            hides_stacks=hidden or unlisted or unexplained or unjudged,
            unread=frozenset(gap.resource.partition("/")[0] for gap in own),
            left_out=frozenset(item.part for item in cluster.not_covered if item.part),
            baseline=str((cluster.baseline or self.baseline).get("digest", "")),
        )

    def _stack(self, stack: ReadStack, *, decided: bool) -> StackReading:
        if stack.undecided is None:
            ingress = egress = NOTHING if decided else UNIVERSE
        else:
            ingress, egress = packets_of(stack.undecided.ingress), packets_of(stack.undecided.egress)
        undecided = {Direction.INGRESS: ingress, Direction.EGRESS: egress}
        return StackReading(
            role=stack.role,
            attachment=stack.attachment,
            security_groups=stack.security_groups,
            undecided=undecided,
        )
