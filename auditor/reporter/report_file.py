"""Reads the JSON report of an earlier run. What it does not know it keeps: later versions add fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import ConfigError
from auditor.model import addresses
from auditor.model.baseline import Severity
from auditor.model.completeness import ClusterReading, StackReading, hides_stacks
from auditor.model.intervals import IntervalSet
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.regions import ALL_PROTOCOLS
from auditor.model.result import Verdict
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services
from auditor.reporter.report_schema import RegionPart


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


def _readable(regions: tuple[RegionPart, ...]) -> tuple[RegionPart, ...]:
    packets_of(regions)
    return regions


Regions = Annotated[tuple[RegionPart, ...], AfterValidator(_readable)]


def packets_of(regions: Iterable[RegionPart]) -> PacketSet:
    """The packets of a report's regions. Raises ``ValueError`` for a block that is none."""
    return union(packets(_services(region), addresses.union(tuple(region.cidrs))) for region in regions)


def _services(region: RegionPart) -> IntervalSet:
    if region.protocol == ALL_PROTOCOLS:
        return EVERYTHING
    protocol = Protocol(region.protocol)
    return services(protocol, region.ports or WHOLE_PORT_RANGE) if protocol.has_ports else services(protocol)


class ReadFinding(_Read):
    """A finding as it was reported; the rest of its fields ride along."""

    code: str
    severity: Severity
    fingerprint: str
    region: str
    cluster_id: str
    role: str = ""
    security_groups: tuple[str, ...] = ()
    direction: Direction | None = None
    packets: Regions = ()
    title: str = ""
    message: str = ""
    waiver: dict[str, Any] | None = None


class ReadUndecided(_Read):
    """The packets of a stack that could be in a finding or not."""

    ingress: Regions
    egress: Regions


class ReadStack(_Read):
    """A stack. A report of an early version does not say what is undecided."""

    role: str
    security_groups: tuple[str, ...]
    undecided: ReadUndecided | None = None


class ReadCluster(_Read):
    """A cluster that was audited. A report of an early version does not say which gaps it depends on."""

    region: str
    cluster_id: str
    name: str = ""
    verdict: str = ""
    stacks: tuple[ReadStack, ...] = ()
    gaps: tuple[str, ...] | None = None


class ReadGap(_Read):
    """A gap as it was reported. A report of an early version gives it no fingerprint: it is like no other gap."""

    fingerprint: str = ""
    kind: str = ""
    cluster_id: str = ""
    resource: str = ""
    waiver: dict[str, Any] | None = None


class ReadReport(_Read):
    """A report."""

    # "schema" would hide a method of pydantic's.
    schema_id: Literal["sgaudit-report/1"] = Field(alias="schema")
    baseline: dict[str, Any] = {}
    complete: bool
    clusters: tuple[ReadCluster, ...] = ()
    findings: tuple[ReadFinding, ...]
    gaps: tuple[ReadGap, ...] = ()
    filter: dict[str, Any] | None = None

    @property
    def settled(self) -> bool:
        """Whether only waived gaps keep it from being complete."""
        return self.complete or (bool(self.gaps) and all(gap.waiver is not None for gap in self.gaps))

    def readings(self) -> dict[tuple[str, str], ClusterReading]:
        """What the report knows of each cluster that somebody looked at. One that is filtered knows nothing."""
        if self.filter is not None:
            return {}
        gaps = {gap.fingerprint: gap for gap in self.gaps}
        return {
            (cluster.region, cluster.cluster_id): self._reading(cluster, gaps)
            for cluster in self.clusters
            if cluster.verdict != Verdict.EXCLUDED
        }

    def _reading(self, cluster: ReadCluster, gaps: Mapping[str, ReadGap]) -> ClusterReading:
        own = [gaps[name] for name in cluster.gaps or () if name in gaps]
        hidden = any(hides_stacks(kind=gap.kind, cluster_id=gap.cluster_id, resource=gap.resource) for gap in own)
        unlisted = cluster.gaps is None and not self.complete
        return ClusterReading(
            stacks=tuple(self._stack(stack) for stack in cluster.stacks),
            hides_stacks=hidden or unlisted,
            unread=frozenset(gap.resource.partition("/")[0] for gap in own),
        )

    def _stack(self, stack: ReadStack) -> StackReading:
        if stack.undecided is None:
            ingress = egress = NOTHING if self.complete else UNIVERSE
        else:
            ingress, egress = packets_of(stack.undecided.ingress), packets_of(stack.undecided.egress)
        undecided = {Direction.INGRESS: ingress, Direction.EGRESS: egress}
        return StackReading(role=stack.role, security_groups=stack.security_groups, undecided=undecided)


def load(text: str, source: str) -> ReadReport:
    """The report in ``text``; ``source`` is its name for complaints. Raises ``ConfigError`` for anything else."""
    try:
        return ReadReport.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise ConfigError("commands-report-shape", path=source, key=key) from None
