"""The shapes of the JSON report: the report is built from them, and its JSON Schema is derived from them.

Every shape is a ``TypedDict``: mypy compares the code that builds it with the fields below, building it is as cheap as
building a plain dict, and pydantic turns the same class into JSON Schema. A field with a fixed list of words has an
enumeration of ``auditor.model`` as its type. The shapes of explain, fix and diff are in ``command_models``, those of a
planned change in ``change_models``.

Later versions may add fields; they never rename a field or change its meaning, and a reader ignores unknown fields.
``NotRequired`` marks a field that the report leaves out in some cases, or that early versions did not write.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from auditor.model.clusters import Attachment, Exposure, Role
from auditor.model.codes import Part, Severity, Verdict
from auditor.model.evidence import EvidenceKind
from auditor.model.findings import Assumption, Status, WaiverState
from auditor.model.rules import Action, Direction
from auditor.model.services import Protocol
from auditor.model.snapshot import SnapshotSource
from auditor.reporter.change_models import ChangePart
from auditor.reporter.load_balancers import LoadBalancerPart
from auditor.reporter.regions import Port, RegionPart, Strings
from auditor.reporter.run_models import AccountPart, ExpectedPart, ReportPart, ScopePart, SincePart

ReportSchema: TypeAlias = Literal["sgaudit-report/1"]
SCHEMA: ReportSchema = "sgaudit-report/1"

AccountId = Annotated[str | None, Field(description="The account's id.")]


def schema_of(shape: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a shape."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(shape).json_schema()}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    return schema_of(Report)


class ToolPart(TypedDict):
    """The program that wrote the report."""

    name: str
    version: str


class BaselinePart(TypedDict):
    """The baseline that the clusters were compared with."""

    name: str
    digest: Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class WaiverMarkPart(TypedDict):
    """The waiver that takes a finding out of the verdict, or a gap out of the exit code."""

    id: str
    reason: str
    owner: str
    expires: Annotated[str, Field(description="The last day, as in 2026-12-31.")]


class GapPart(TypedDict):
    """Something that could not be read or decided."""

    kind: Annotated[str, Field(description="The code that sgaudit rules explains, as in TSG901.")]
    fingerprint: Annotated[
        str, Field(description="Stays the same in the next run: neither the request nor the wording is part of it.")
    ]
    account: NotRequired[AccountId]
    region: str
    cluster_id: str
    resource: str
    service: str
    action: str
    code: str
    message: str
    request_id: str
    title: NotRequired[Annotated[str, Field(description="The missing data, in words.")]]
    unknown: Annotated[str, Field(description="The facts that depend on it, in words.")]
    advice: str
    known: Annotated[
        bool | None, Field(description="Whether an earlier report or run had it; null where neither is known.")
    ]
    waiver: Annotated[
        WaiverMarkPart | None, Field(description="Set where a waiver keeps it from making the run incomplete.")
    ]


class SeverityCounts(TypedDict):
    """How many unwaived findings of each severity."""

    critical: int
    high: int
    medium: int
    low: int
    info: int


class SummaryPart(TypedDict):
    """How much was audited and found."""

    clusters: int
    nodes: int
    masters: int
    security_groups: int
    findings: SeverityCounts
    waived: int


class NetworksPart(TypedDict):
    """The address blocks that the requirements were applied to."""

    container: Strings
    cluster: Strings


class NotCoveredPart(TypedDict):
    """Machines or Pods that the baseline has no requirements for."""

    kind: str
    count: int
    why: str
    security_groups: Strings
    part: NotRequired[
        Annotated[Part | None, Field(description="The part of the audit that the configuration leaves out.")]
    ]


class RequirementPart(TypedDict):
    """A requirement on a stack."""

    id: str
    direction: Direction
    status: Status
    required: list[RegionPart]
    missing: Annotated[list[RegionPart], Field(description="Required and certainly not let through.")]
    undecided: Annotated[list[RegionPart], Field(description="Could be required or let through, or not.")]


class ExcessPart(TypedDict):
    """The packets that certainly pass and that neither the baseline nor the configuration names."""

    ingress: list[RegionPart]
    egress: list[RegionPart]


class UndecidedPart(TypedDict):
    """The packets that may belong to a finding: they may pass, be required or be permitted, or not."""

    ingress: list[RegionPart]
    egress: list[RegionPart]


class StackPart(TypedDict):
    """One ordered list of groups as one role binds it on one kind of attachment, or will bind it next."""

    role: Role
    attachment: Attachment
    interfaces: Annotated[
        Strings, Field(description="Empty for the primary interfaces of nodes and for what only will be bound next.")
    ]
    add_ons: NotRequired[
        Annotated[Strings, Field(description="Add-ons whose next interface will bind the list, such as eniipamd.")]
    ]
    exposure: Annotated[
        Exposure,
        Field(description="internet: a machine has a public address; none-found: no public address among those read."),
    ]
    security_groups: Annotated[Strings, Field(description="In binding order.")]
    nodes: Annotated[Strings, Field(description="Nodes that bind the list, or that have the interfaces that bind it.")]
    node_pools: Strings
    requirements: list[RequirementPart]
    excess: ExcessPart
    undecided: UndecidedPart


class ExclusionPart(TypedDict):
    """An entry of the configuration that leaves a cluster out."""

    reason: str
    owner: str


class ClusterPart(TypedDict):
    """A cluster with its stacks."""

    account: NotRequired[AccountId]
    region: str
    cluster_id: str
    name: str
    type: str
    network_mode: str
    vpc_id: str
    verdict: Verdict
    baseline: NotRequired[
        Annotated[BaselinePart, Field(description="The baseline that the cluster was compared with.")]
    ]
    owner: NotRequired[
        Annotated[
            str | None, Field(description="Who answers for it, as the configuration says; null where it does not.")
        ]
    ]
    exclusion: Annotated[ExclusionPart | None, Field(description="Why the configuration leaves the cluster out.")]
    networks: NetworksPart
    not_covered: list[NotCoveredPart]
    stacks: list[StackPart]
    load_balancers: NotRequired[
        Annotated[list[LoadBalancerPart], Field(description="The load balancers with back ends in the cluster.")]
    ]
    gaps: Annotated[Strings, Field(description="Fingerprints of the gaps on which the verdict depends.")]


class EvidencePart(TypedDict):
    """A rule or another object that decides packets of the finding, or through which they pass.

    A ``blocker`` is a rule that leaves the finding's rule nothing. Whatever does not apply to the kind is null.
    """

    kind: NotRequired[Literal["rule"] | EvidenceKind]
    id: NotRequired[Annotated[str | None, Field(description="The id of anything but a rule.")]]
    security_group_id: str | None
    direction: Direction | None
    index: Annotated[
        int | None,
        Field(description="PolicyIndex of a rule: 0 is the top rule. Of an entry of a network ACL its priority."),
    ]
    action: Action | None
    description: str | None
    blocker: bool


class WitnessPart(TypedDict):
    """One packet of the finding."""

    protocol: Protocol
    port: Port | None
    address: str


class FindingPart(TypedDict):
    """One statement about one stack."""

    code: str
    name: str
    severity: Severity
    fingerprint: Annotated[str, Field(description="Stays the same when rules are reordered or described differently.")]
    assumes: NotRequired[
        Annotated[
            Assumption | None,
            Field(
                description="The assumption behind the finding: "
                "a list that is known by its references holds nothing else."
            ),
        ]
    ]
    account: NotRequired[AccountId]
    region: str
    cluster_id: str
    role: Role
    attachment: NotRequired[Attachment]
    security_groups: Strings
    nodes: Strings
    node_pools: Strings
    interfaces: NotRequired[Strings]
    add_ons: NotRequired[Strings]
    exposure: NotRequired[Exposure]
    direction: Direction | None
    requirement_id: str | None
    packets: list[RegionPart]
    witness: WitnessPart | None
    evidence: list[EvidencePart]
    default_deny: Annotated[bool, Field(description="Whether the end of the list denies some of the packets.")]
    subject: str
    known: Annotated[
        bool | None, Field(description="Whether an earlier report or run had it; null where neither is known.")
    ]
    first_seen: NotRequired[
        Annotated[str | None, Field(description="When a run first found it, in UTC; null without a history.")]
    ]
    returned: NotRequired[
        Annotated[
            str | None, Field(description="When it was found again after it had been fixed, in UTC; null otherwise.")
        ]
    ]
    previous: NotRequired[
        Annotated[
            str | None,
            Field(description="Fingerprint of the earlier finding that it is worse than; null without a history."),
        ]
    ]
    brief: NotRequired[Annotated[str, Field(description="The problem in about six words.")]]
    title: str
    message: str
    why: NotRequired[Annotated[str, Field(description="The consequence; empty where none is known.")]]
    affected: NotRequired[Annotated[str, Field(description="The nodes, pools and interfaces, and their groups.")]]
    rules: NotRequired[Annotated[Strings, Field(description="The evidence in words, a line each.")]]
    advice: str
    waiver: WaiverMarkPart | None


class WaiverPart(TypedDict):
    """The state of a configured waiver."""

    id: str
    state: WaiverState


class FilterPart(TypedDict):
    """The filter of a run. Verdicts, gaps, summary and exit code are those of all findings."""

    severity: Annotated[Severity | None, Field(description="The least severity that is shown.")]
    codes: Annotated[Strings, Field(description="The codes that are shown; empty for all.")]
    nodes: Annotated[Strings, Field(description="The nodes whose findings are shown; empty for all.")]
    roles: Annotated[Strings, Field(description="The roles whose findings are shown; empty for all.")]
    left_out: Annotated[SeverityCounts, Field(description="Findings without a waiver that are left out.")]
    left_out_waived: Annotated[int, Field(description="Waived findings that are left out.")]


class Report(ScopePart):
    """The report of an audit or a gate; ``change`` is in the report of a gate alone."""

    schema: ReportSchema
    tool: ToolPart
    baseline: BaselinePart
    complete: Annotated[
        bool,
        Field(
            description="Whether everything asked for was read and decided: "
            "false while there are gaps, waived gaps included."
        ),
    ]
    lang: NotRequired[
        Annotated[
            str | None, Field(description="The language of the texts; null if the parts of a merged report differ.")
        ]
    ]
    account: NotRequired[
        Annotated[
            AccountPart | None,
            Field(
                description="Null where the token service did not say it, for several accounts, and in a merged report."
            ),
        ]
    ]
    accounts: NotRequired[
        Annotated[list[AccountPart], Field(description="In a merged report, and in that of several accounts.")]
    ]
    regions: NotRequired[
        Annotated[Strings, Field(description="The regions that were read, also those without clusters.")]
    ]
    read_at: NotRequired[
        Annotated[
            str | None,
            Field(
                description="When the read began, in UTC. Null where a recording or an older file does not say when."
            ),
        ]
    ]
    fail_on: NotRequired[
        Annotated[
            Severity | Literal["never"] | None,
            Field(description="The least severity that makes the exit code 1."),
        ]
    ]
    filter: NotRequired[
        Annotated[
            FilterPart | None,
            Field(description="What is left out of the findings on purpose; null where all are there."),
        ]
    ]
    source: NotRequired[SnapshotSource | None]
    gaps: list[GapPart]
    summary: SummaryPart
    clusters: list[ClusterPart]
    findings: Annotated[list[FindingPart], Field(description="Worst first.")]
    waivers: list[WaiverPart]
    group_names: NotRequired[
        Annotated[dict[str, str], Field(description="The names of the groups of stacks and load balancers by id.")]
    ]
    requirements: NotRequired[
        Annotated[
            dict[str, str], Field(description="The titles of the requirements by id, in the language of the texts.")
        ]
    ]
    parts: NotRequired[
        Annotated[list[ReportPart], Field(description="In a merged report: the reports that it unites.")]
    ]
    expected: NotRequired[Annotated[list[ExpectedPart], Field(description="In a merged report: what --expect named.")]]
    since: NotRequired[Annotated[SincePart, Field(description="In the report of a run with --since or --history.")]]
    change: NotRequired[ChangePart]
