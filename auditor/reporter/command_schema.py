"""The shapes of what explain, fix and diff print as JSON, as JSON Schema. Fields may be added, never renamed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from auditor.reporter.report_schema import (
    DirectionWord,
    FindingPart,
    GapPart,
    Port,
    ProtocolWord,
    RegionPart,
    RoleWord,
)

Rule = Annotated[dict[str, Any], Field(description="A rule in the API's own shape (vpc/SecurityGroupPolicy).")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class FlowPart(_Part):
    """The packet that was asked about."""

    direction: DirectionWord
    protocol: ProtocolWord
    port: Port | None
    peer: str


class ConsideredPart(_Part):
    """A rule that was looked at; without an index, a whole group whose rules were not read."""

    security_group_id: str
    index: int | None
    action: Literal["allow", "deny", "unreadable"]
    description: str
    match: Literal["decides", "could", "protocol", "port", "family", "address"]


class ExplanationPart(_Part):
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


class Explain(_Part):
    """The output of sgaudit explain; ``finding`` is there where one was explained."""

    flows: list[ExplanationPart]
    gaps: list[GapPart] = Field(description="What leaves a flow open, or hides a stack.")
    finding: FindingPart | None = None


class OperationPart(_Part):
    """One step; each index counts in the list as it is by then."""

    op: Literal["insert", "replace", "delete"]
    index: int
    rule: Rule


class ChangedListPart(_Part):
    """The change of one direction of one group."""

    region: str
    security_group_id: str
    direction: DirectionWord
    version: str
    operations: list[OperationPart]
    after: list[Rule]
    shared_with: list[str]


class PlacePart(_Part):
    """A rule that stands in the way."""

    security_group_id: str
    direction: DirectionWord
    index: int
    action: str


class RemainingPart(_Part):
    """A finding that the change leaves."""

    fingerprint: str
    why: str
    message: str
    evidence: list[PlacePart]


class ProofPart(_Part):
    """What the changed state, evaluated anew, shows."""

    resolved: list[str]
    remaining: list[RemainingPart]
    opened: list[RegionPart]
    closed: list[RegionPart]


class Fix(_Part):
    """The output of sgaudit fix."""

    changes: list[ChangedListPart]
    proof: ProofPart


class PairPart(_Part):
    """A rule before and after."""

    before: Rule
    after: Rule


class EditPacketsPart(_Part):
    """What a group alone now decides otherwise."""

    opened: list[RegionPart]
    closed: list[RegionPart]
    unsettled: list[RegionPart]


class RuleEditPart(_Part):
    """The edit of one direction of one group."""

    region: str
    security_group_id: str
    direction: DirectionWord
    added: list[Rule]
    removed: list[Rule]
    moved: list[PairPart]
    redescribed: list[PairPart]
    packets: EditPacketsPart


class BindingEditPart(_Part):
    """A node or pool that binds another list; null where it was not there, or its list was not read."""

    region: str
    cluster_id: str
    node: str
    before: list[str] | None
    after: list[str] | None


class Diff(_Part):
    """The output of sgaudit diff; reports have no edits."""

    new: list[FindingPart]
    fixed: list[FindingPart]
    unknown: list[FindingPart] = Field(description="What the newer side could not see or decide; never fixed.")
    unchanged: list[str]
    rule_edits: list[RuleEditPart]
    bindings: list[BindingEditPart]


COMMANDS: dict[str, type[BaseModel]] = {"explain": Explain, "fix": Fix, "diff": Diff}


def json_schema(command: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of :data:`COMMANDS`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **COMMANDS[command].model_json_schema()}
