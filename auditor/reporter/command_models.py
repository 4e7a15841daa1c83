"""The shapes of the JSON that explain, fix, diff and history print: it is built from them and described by them.

They are ``TypedDict`` classes as in ``models``, and share its shapes of findings, gaps and packets.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from auditor.model.clusters import Attachment, Role
from auditor.model.codes import Severity
from auditor.model.findings import Status
from auditor.model.load_balancer_paths import BackEndFilter
from auditor.model.outcomes import FlowVerdict, Match, Operation
from auditor.model.rules import Action, Direction
from auditor.model.services import Protocol
from auditor.reporter.api_rules import ApiRule
from auditor.reporter.models import AccountId, FindingPart, GapPart, SeverityCounts, schema_of
from auditor.reporter.regions import Port, RegionPart, Strings

RuleJson: TypeAlias = Annotated[ApiRule, Field(description="A rule in the API's own shape (vpc/SecurityGroupPolicy).")]


def command_json_schema(command: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the output of one of :data:`COMMANDS`."""
    return schema_of(COMMANDS[command])


class FlowPart(TypedDict):
    """The packet that was asked about."""

    direction: Direction
    protocol: Protocol
    port: Port | None
    peer: str


class ConsideredPart(TypedDict):
    """A rule that was looked at; without an index, a whole group whose rules were not read."""

    security_group_id: str
    index: int | None
    action: Action
    description: str
    match: Match


class ListenerStepPart(TypedDict):
    """The listener through which the packet comes, and how the groups of its load balancer treat it."""

    id: str
    load_balancer_id: str
    security_groups: Annotated[Strings | None, Field(description="Of the load balancer. Null if they were not read.")]
    flow: Annotated[FlowPart, Field(description="The packet of the client; the other flow arrives behind.")]
    decided_by: ConsideredPart | None
    considered: list[ConsideredPart]
    groups: Annotated[BackEndFilter, Field(description="Whether the groups of the back end filter the packet.")]


class PeerPart(TypedDict):
    """The addresses of a group, cluster or machine that was asked about, by verdict; the flow has one of the worst."""

    id: str
    complete: Annotated[bool, Field(description="Whether these are all addresses.")]
    allowed: Strings
    denied: Strings
    unknown: Strings


class ExplanationPart(TypedDict):
    """How one stack treats the packet."""

    region: str
    cluster_id: str
    role: Role
    security_groups: Strings
    nodes: Strings
    node_pools: Strings
    attachment: NotRequired[Attachment]
    interfaces: NotRequired[Strings]
    add_ons: NotRequired[Strings]
    flow: FlowPart
    verdict: FlowVerdict
    decided_by: Annotated[ConsideredPart | None, Field(description="Null is the implicit deny.")]
    considered: list[ConsideredPart]
    requirements: Annotated[Strings, Field(description="Ids of the requirements that need the flow.")]
    permitted: bool
    reason: Annotated[str | None, Field(description="Why the rules do not decide the flow by themselves.")]
    listener: NotRequired[
        Annotated[ListenerStepPart, Field(description="Set where the way through a listener was asked about.")]
    ]
    peer: NotRequired[Annotated[PeerPart, Field(description="Set where a group, cluster or machine was asked about.")]]


class Explain(TypedDict):
    """The output of sgaudit explain; ``finding`` is there where a finding was explained."""

    flows: list[ExplanationPart]
    gaps: Annotated[list[GapPart], Field(description="The gaps that leave a flow open, or hide a stack.")]
    finding: NotRequired[FindingPart]


class OperationPart(TypedDict):
    """One step; each index counts in the list as it is by then."""

    op: Operation
    index: int
    rule: RuleJson
    before: Annotated[
        RuleJson | None, Field(description="The rule that is replaced or deleted; null for an insertion.")
    ]
    findings: Annotated[Strings, Field(description="Fingerprints of the resolved findings that the operation serves.")]


class ChangedListPart(TypedDict):
    """The change of one direction of one group."""

    region: str
    security_group_id: str
    direction: Direction
    version: str
    operations: list[OperationPart]
    after: list[RuleJson]
    shared_with: Strings


class PlacePart(TypedDict):
    """A rule that keeps a finding from being resolved."""

    security_group_id: str
    direction: Direction
    index: int
    action: str


class RemainingPart(TypedDict):
    """A finding that the change leaves."""

    fingerprint: str
    why: str
    message: str
    evidence: list[PlacePart]


class ProofPart(TypedDict):
    """The result of an audit of the changed state."""

    resolved: Strings
    remaining: list[RemainingPart]
    opened: list[RegionPart]
    closed: list[RegionPart]


class Fix(TypedDict):
    """The output of sgaudit fix."""

    changes: list[ChangedListPart]
    proof: ProofPart


class PairPart(TypedDict):
    """A rule before and after."""

    before: RuleJson
    after: RuleJson


class EditPacketsPart(TypedDict):
    """The packets that a group alone now decides otherwise."""

    opened: list[RegionPart]
    closed: list[RegionPart]
    unsettled: list[RegionPart]


class RuleEditPart(TypedDict):
    """The edit of one direction of one group."""

    region: str
    security_group_id: str
    direction: Direction
    added: list[RuleJson]
    removed: list[RuleJson]
    moved: list[PairPart]
    redescribed: list[PairPart]
    packets: EditPacketsPart


class BindingEditPart(TypedDict):
    """A node or pool that binds another list; null where it was not there, or its list was not read."""

    region: str
    cluster_id: str
    node: str
    before: Strings | None
    after: Strings | None


class Diff(TypedDict):
    """The output of sgaudit diff; two reports have no edits."""

    new: list[FindingPart]
    fixed: list[FindingPart]
    unknown: Annotated[
        list[FindingPart],
        Field(description="Findings that the newer side could not see or decide; they never count as fixed."),
    ]
    unchanged: Strings
    rule_edits: list[RuleEditPart]
    bindings: list[BindingEditPart]


class BlockerPart(TypedDict):
    """The rule that blocks a requirement."""

    security_group_id: str
    index: Annotated[int, Field(description="PolicyIndex: 0 is the top rule.")]
    action: Action


class RequirementStatePart(TypedDict):
    """A requirement on one binding of a node."""

    id: str
    cluster_id: str
    role: Role
    attachment: Attachment
    security_groups: Strings
    nodes: Strings
    node_pools: Strings
    direction: Direction
    status: Status
    missing: list[RegionPart]
    decided_by: Annotated[
        BlockerPart | None, Field(description="Null for the implicit deny, and where nothing is blocked.")
    ]
    breaks: Annotated[str, Field(description="What breaks without it, in words.")]
    fix: Annotated[str, Field(description="Advice, in words; empty where nothing is blocked.")]
    fingerprint: Annotated[str | None, Field(description="The finding, for sgaudit fix and sgaudit waive.")]


class ExplainRequirements(TypedDict):
    """The output of sgaudit explain for a node or role without a flow."""

    requirements: list[RequirementStatePart]
    gaps: list[GapPart]


HistorySchema: TypeAlias = Literal["sgaudit-history/1"]
HISTORY_SCHEMA: HistorySchema = "sgaudit-history/1"


class TrendDayPart(TypedDict):
    """The findings without a waiver that were open at the end of a day (UTC) on which a run was recorded."""

    day: Annotated[str, Field(description="As in 2026-11-22.")]
    findings: SeverityCounts
    new: Annotated[int, Field(description="Findings that came, got worse, came back or lost their waiver.")]
    fixed: int
    runs: int
    complete: Annotated[
        bool, Field(description="Whether all runs of the day were complete. If not, findings may be missing.")
    ]


class RecordedRunPart(TypedDict):
    """A run and the findings without a waiver that it reported."""

    read_at: str
    account: AccountId
    regions: Strings
    clusters: int
    complete: bool
    gaps: int
    findings: SeverityCounts
    waived: int
    late: Annotated[
        bool, Field(description="Whether a later reading of its clusters was recorded before: the trend leaves it out.")
    ]


class OpenFindingPart(TypedDict):
    """A finding without a waiver that is open after the last run."""

    code: str
    severity: Severity
    fingerprint: str
    account: AccountId
    region: str
    cluster_id: str
    cluster_name: str
    role: str
    attachment: str
    security_groups: Strings
    direction: Direction | None
    requirement_id: str | None
    packets: list[RegionPart]
    first_seen: str
    returned: Annotated[str | None, Field(description="When it was found again after it had been fixed.")]
    last_seen: Annotated[str, Field(description="The last run that found it; a later run could not check it.")]
    previous: Annotated[str | None, Field(description="Fingerprint of the earlier finding that it is worse than.")]
    age_days: Annotated[float, Field(description="From first_seen, or returned, to the newest run.")]


class FixedFindingPart(OpenFindingPart):
    """A finding that was fixed; it may have come back since. Its age ends with ``fixed_at``."""

    fixed_at: Annotated[str, Field(description="The first run that read everything and did not find it.")]


class UnreadClusterPart(TypedDict):
    """A cluster that was read more than 12 hours before the newest run: what is told of it is that old."""

    account: AccountId
    region: str
    cluster_id: str
    name: str
    read_at: str


class History(TypedDict):
    """The output of sgaudit history."""

    schema: HistorySchema
    last_read: Annotated[str, Field(description="The time of the newest run.")]
    open: int
    mean_age_days: Annotated[float, Field(description="The mean age of the open findings; 0 without any.")]
    trend: list[TrendDayPart]
    runs: list[RecordedRunPart]
    unread: list[UnreadClusterPart]
    oldest: Annotated[list[OpenFindingPart], Field(description="All open findings, the oldest first.")]
    fixed: Annotated[list[FixedFindingPart], Field(description="All findings that were fixed, the last ones first.")]


COMMANDS: dict[str, type[Any]] = {
    "explain": Explain,
    "explain-requirements": ExplainRequirements,
    "fix": Fix,
    "diff": Diff,
    "history": History,
}
"""Command to the shape of its JSON output."""
