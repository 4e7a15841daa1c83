"""The shape of the JSON report: for editors and readers as JSON Schema, for our own later runs as a reader.

Fields may be added in later versions, never renamed or given another meaning: a reader ignores what it does not know.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=0, le=65535)]
DirectionWord = Literal["ingress", "egress"]
RoleWord = Literal["node", "master"]
SeverityWord = Literal["critical", "high", "medium", "low", "info"]
StatusWord = Literal["met", "partial", "blocked", "unknown", "not-applicable"]
VerdictWord = Literal["compliant", "non-compliant", "unknown", "not-audited", "empty", "excluded"]
ProtocolWord = Literal["tcp", "udp", "icmp", "icmpv6", "gre", "other"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class RegionPart(_Part):
    """Packets of a protocol on any of these ports, to or from any of these blocks. A list of them is their union."""

    protocol: ProtocolWord | Literal["all"]
    ports: list[tuple[Port, Port]] = Field(
        default=[], description="First and last port, both included. For tcp and udp alone; absent is every port."
    )
    cidrs: list[str] = Field(description="Sources of ingress, destinations of egress.")


class ToolPart(_Part):
    """What wrote the report."""

    name: str
    version: str


class BaselinePart(_Part):
    """What the clusters were held against."""

    name: str
    digest: str = Field(pattern="^sha256:[0-9a-f]{64}$")


class WaiverMarkPart(_Part):
    """The waiver that takes a finding out of the verdict, or a gap out of the exit code."""

    id: str
    reason: str
    owner: str
    expires: str = Field(description="The last day, as in 2026-12-31.")


class AccountPart(_Part):
    """Whose estate it is, as the token service says."""

    id: str
    name: str


class GapPart(_Part):
    """Something that could not be read or decided."""

    kind: str = Field(description="The code that sgaudit rules explains, as in TSG901.")
    fingerprint: str = Field(
        description="Stays when the call is made again: no part of it is the request or its words."
    )
    account: str | None = Field(default=None, description="The account's id.")
    region: str
    cluster_id: str
    resource: str
    service: str
    action: str
    code: str
    message: str
    request_id: str
    unknown: str = Field(description="What hangs on it, in words.")
    advice: str
    known: bool | None = Field(description="Whether an earlier report had it; null where none was given.")
    waiver: WaiverMarkPart | None = Field(description="Set where a waiver keeps it from making the run incomplete.")


class SeverityCounts(_Part):
    """How many unwaived findings of each severity."""

    critical: int
    high: int
    medium: int
    low: int
    info: int


class SummaryPart(_Part):
    """How much was audited and found."""

    clusters: int
    nodes: int
    masters: int
    security_groups: int
    findings: SeverityCounts
    waived: int


class NetworksPart(_Part):
    """The blocks that the requirements were laid on."""

    container: list[str]
    cluster: list[str]


class NotCoveredPart(_Part):
    """Something that the baseline is not written for."""

    kind: str
    count: int
    why: str
    security_groups: list[str]


class RequirementPart(_Part):
    """A requirement on a stack."""

    id: str
    direction: DirectionWord
    status: StatusWord
    required: list[RegionPart]
    missing: list[RegionPart] = Field(description="Required and certainly not let through.")
    undecided: list[RegionPart] = Field(description="Could be required or let through, or not.")


class ExcessPart(_Part):
    """What is certainly let through and nothing names."""

    ingress: list[RegionPart]
    egress: list[RegionPart]


class UndecidedPart(_Part):
    """What could be in a finding or not: it could pass, be required or be permitted, or not."""

    ingress: list[RegionPart]
    egress: list[RegionPart]


class StackPart(_Part):
    """One ordered list of groups as nodes of a role, or the next nodes of a pool, bind it."""

    role: RoleWord
    attachment: Literal["primary"]
    interfaces: list[str] = Field(description="Empty for the primary interfaces of nodes and the next node of a pool.")
    exposure: Literal["internet", "none-found", "unknown"] = Field(
        description="internet: a machine has a public address; none-found: none on what was read."
    )
    security_groups: list[str] = Field(description="In binding order.")
    nodes: list[str]
    node_pools: list[str]
    requirements: list[RequirementPart]
    excess: ExcessPart
    undecided: UndecidedPart


class ExclusionPart(_Part):
    """An entry of the configuration that leaves a cluster out."""

    reason: str
    owner: str


class ClusterPart(_Part):
    """A cluster with its stacks."""

    account: str | None = Field(default=None, description="The account's id.")
    region: str
    cluster_id: str
    name: str
    type: str
    network_mode: str
    vpc_id: str
    verdict: VerdictWord
    exclusion: ExclusionPart | None = Field(description="Why the configuration leaves the cluster out.")
    networks: NetworksPart
    not_covered: list[NotCoveredPart]
    stacks: list[StackPart]
    gaps: list[str] = Field(description="Fingerprints of the gaps on which the verdict depends.")


class EvidencePart(_Part):
    """A rule that decides packets of the finding, or (blocker) one that leaves the finding's rule nothing."""

    security_group_id: str
    direction: DirectionWord
    index: int = Field(description="PolicyIndex: 0 is the top rule.")
    action: Literal["allow", "deny", "unreadable"]
    description: str
    blocker: bool


class WitnessPart(_Part):
    """One packet of the finding."""

    protocol: ProtocolWord
    port: Port | None
    address: str


class FindingPart(_Part):
    """One statement about one stack."""

    code: str
    name: str
    severity: SeverityWord
    fingerprint: str = Field(description="Stays when rules are reordered or described anew.")
    assumes: Literal["complete-list"] | None = Field(
        default=None, description="What the finding rests on: that a list known by its references holds nothing else."
    )
    account: str | None = Field(default=None, description="The account's id.")
    region: str
    cluster_id: str
    role: RoleWord
    security_groups: list[str]
    nodes: list[str]
    node_pools: list[str]
    direction: DirectionWord | None
    requirement_id: str | None
    packets: list[RegionPart]
    witness: WitnessPart | None
    evidence: list[EvidencePart]
    default_deny: bool = Field(description="Whether the end of the list denies some of the packets.")
    subject: str
    known: bool | None = Field(description="Whether an earlier report had it; null where none was given.")
    title: str
    message: str
    advice: str
    waiver: WaiverMarkPart | None


class WaiverPart(_Part):
    """What became of a configured waiver."""

    id: str
    state: Literal["active", "expiring", "expired", "unused"]


class ChangedResourcePart(_Part):
    """A resource of a planned change."""

    address: str
    actions: list[str]
    effect: str
    findings: list[str] = Field(description="Fingerprints of the findings that it introduces.")


class ChangedGapsPart(_Part):
    """The gaps after a planned change, by fingerprint."""

    introduced: list[str]
    unchanged: list[str]
    touched: list[str] = Field(
        default=[],
        description="Those of the unchanged that touch what the change touches: the exit code looks at them.",
    )


class ChangePart(_Part):
    """What a planned change introduces, resolves and leaves, by fingerprint."""

    introduced: list[str]
    resolved: list[str]
    unchanged: list[str]
    gaps: ChangedGapsPart | None = None
    resources: list[ChangedResourcePart]


class Report(_Part):
    """The report of one audit; ``change`` is there for a gate alone."""

    # "schema" would hide a method of pydantic's.
    schema_id: Literal["sgaudit-report/1"] = Field(alias="schema")
    tool: ToolPart
    baseline: BaselinePart
    complete: bool = Field(
        description="Whether everything asked for was read and decided: false while there are gaps, waived ones too."
    )
    account: AccountPart | None = Field(default=None, description="Null where the token service did not say it.")
    read_at: str | None = Field(
        default=None, description="When the read began, in UTC. Null where a recording or an older file does not say."
    )
    fail_on: SeverityWord | Literal["never"] | None = Field(default=None, description="What the exit code looks at.")
    source: Literal["live", "snapshot", "cassette", "merged"] | None = None
    gaps: list[GapPart]
    summary: SummaryPart
    clusters: list[ClusterPart]
    findings: list[FindingPart] = Field(description="Worst first.")
    waivers: list[WaiverPart]
    change: ChangePart | None = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema(by_alias=True)}


Rule = Annotated[dict[str, Any], Field(description="A rule in the API's own shape (vpc/SecurityGroupPolicy).")]


class _CommandPart(BaseModel):
    model_config = ConfigDict(frozen=True)


class FlowPart(_CommandPart):
    """The packet that was asked about."""

    direction: DirectionWord
    protocol: ProtocolWord
    port: Port | None
    peer: str


class ConsideredPart(_CommandPart):
    """A rule that was looked at; without an index, a whole group whose rules were not read."""

    security_group_id: str
    index: int | None
    action: Literal["allow", "deny", "unreadable"]
    description: str
    match: Literal["decides", "could", "protocol", "port", "family", "address"]


class ExplanationPart(_CommandPart):
    """What one stack does with the packet."""

    region: str
    cluster_id: str
    role: RoleWord
    security_groups: list[str]
    nodes: list[str]
    node_pools: list[str]
    flow: FlowPart
    verdict: Literal["allow", "deny", "unknown"]
    decided_by: ConsideredPart | None = Field(description="Null is the implicit deny.")
    considered: list[ConsideredPart]
    requirements: list[str] = Field(description="Ids of those that need the flow.")
    permitted: bool
    reason: str | None = Field(description="Why the rules do not decide the flow by themselves.")


class Explain(_CommandPart):
    """The output of sgaudit explain; ``finding`` is there where one was explained."""

    flows: list[ExplanationPart]
    gaps: list[GapPart] = Field(description="What leaves a flow open, or hides a stack.")
    finding: FindingPart | None = None


class OperationPart(_CommandPart):
    """One step; each index counts in the list as it is by then."""

    op: Literal["insert", "replace", "delete"]
    index: int
    rule: Rule


class ChangedListPart(_CommandPart):
    """The change of one direction of one group."""

    region: str
    security_group_id: str
    direction: DirectionWord
    version: str
    operations: list[OperationPart]
    after: list[Rule]
    shared_with: list[str]


class PlacePart(_CommandPart):
    """A rule that stands in the way."""

    security_group_id: str
    direction: DirectionWord
    index: int
    action: str


class RemainingPart(_CommandPart):
    """A finding that the change leaves."""

    fingerprint: str
    why: str
    message: str
    evidence: list[PlacePart]


class ProofPart(_CommandPart):
    """What the changed state, evaluated anew, shows."""

    resolved: list[str]
    remaining: list[RemainingPart]
    opened: list[RegionPart]
    closed: list[RegionPart]


class Fix(_CommandPart):
    """The output of sgaudit fix."""

    changes: list[ChangedListPart]
    proof: ProofPart


class PairPart(_CommandPart):
    """A rule before and after."""

    before: Rule
    after: Rule


class EditPacketsPart(_CommandPart):
    """What a group alone now decides otherwise."""

    opened: list[RegionPart]
    closed: list[RegionPart]
    unsettled: list[RegionPart]


class RuleEditPart(_CommandPart):
    """The edit of one direction of one group."""

    region: str
    security_group_id: str
    direction: DirectionWord
    added: list[Rule]
    removed: list[Rule]
    moved: list[PairPart]
    redescribed: list[PairPart]
    packets: EditPacketsPart


class BindingEditPart(_CommandPart):
    """A node or pool that binds another list; null where it was not there, or its list was not read."""

    region: str
    cluster_id: str
    node: str
    before: list[str] | None
    after: list[str] | None


class Diff(_CommandPart):
    """The output of sgaudit diff; reports have no edits."""

    new: list[FindingPart]
    fixed: list[FindingPart]
    unknown: list[FindingPart] = Field(description="What the newer side could not see or decide; never fixed.")
    unchanged: list[str]
    rule_edits: list[RuleEditPart]
    bindings: list[BindingEditPart]


COMMANDS: dict[str, type[BaseModel]] = {"explain": Explain, "fix": Fix, "diff": Diff}


def command_json_schema(command: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of :data:`COMMANDS`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **COMMANDS[command].model_json_schema()}
