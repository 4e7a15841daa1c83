"""Defines the pydantic models of the configuration file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from auditor.config.baseline_forms import AllowForm, PacketsForm, StrictForm
from auditor.config.fields import (
    AccountId,
    AccountName,
    ClusterId,
    ClusterNetworkWord,
    ExternalId,
    FindingCode,
    GapWord,
    Identifier,
    IsoDate,
    Region,
    RoleArn,
    RoleWord,
    Selectors,
    SessionName,
    Text,
)
from auditor.model.accounts import LEAST_DURATION, MOST_DURATION, ConfiguredAccount, account_of_role
from auditor.model.baseline import ClusterNetwork, Exclusion, GapWaiver, Waiver
from auditor.model.codes import Part

_Value = TypeVar("_Value")


class FailOn(StrEnum):
    """From which severity on a finding fails the run."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    NEVER = "never"


class WaiverForm(StrictForm):
    """A finding or a gap that somebody accepts for a time.

    Of a finding only the packets named are taken out of the verdict; a gap no longer makes the run incomplete.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["finding", "packets"]}, {"required": ["gap"]}]},
    )

    id: Identifier = Field(description="What reports call it")
    gap: GapWord | None = Field(default=None, description="Code of a gap, in place of a finding, as in TSG904")
    finding: FindingCode | None = Field(
        default=None, validate_default=True, description="Code or name, as in TSG201 or excess-access"
    )
    clusters: Selectors
    role: RoleWord | None = Field(
        default=None, description="node, master, pod or endpoint; without it every role. For a finding alone"
    )
    packets: PacketsForm | None = Field(
        default=None, validate_default=True, description="What of the finding is accepted"
    )
    resource: Text | None = Field(
        default=None, description="What the gap is about, by id or glob, as in ins-aaaaaaaa. For a gap alone"
    )
    action: Text | None = Field(
        default=None, description="The call that left the gap, as in vpc:DescribeSubnets. For a gap alone"
    )
    reason: Text = Field(description="Why it is accepted")
    owner: Text = Field(description="Who answers for it")
    expires: IsoDate = Field(description="The last day on which it holds, as in 2026-12-31")

    @field_validator("finding", "role", "packets", "resource", "action")
    @classmethod
    def _fits_the_subject(cls, value: _Value, info: ValidationInfo) -> _Value:
        """A finding comes with its packets and perhaps a role, a gap perhaps with a resource and an action."""
        if "gap" not in info.data:  # a mistake that is told already
            return value
        of_gap = info.data["gap"] is not None
        if value is None and not of_gap and info.field_name in ("finding", "packets"):
            raise PydanticCustomError("config-missing-key", "key", {"expected": info.field_name})
        if value is not None and of_gap is not (info.field_name in ("resource", "action")):
            facts = {"found": info.field_name, "expected": "gap" if of_gap else "finding"}
            raise PydanticCustomError("config-waiver-key", "key", facts)
        return value

    def waiver(self) -> Waiver | GapWaiver:
        """As the comparison takes it."""
        if self.gap is not None:
            return GapWaiver(
                waiver_id=self.id,
                gap=self.gap,
                clusters=tuple(self.clusters),
                resource=self.resource or "",
                action=self.action or "",
                reason=self.reason,
                owner=self.owner,
                expires=self.expires,
            )
        assert self.finding is not None and self.packets is not None  # noqa: S101, PT018 - checked when read
        return Waiver(
            waiver_id=self.id,
            finding=self.finding.value,
            clusters=tuple(self.clusters),
            direction=self.packets.direction,
            services=self.packets.services(),
            cidrs=tuple(self.packets.cidrs),
            except_cidrs=tuple(self.packets.left_out),
            reason=self.reason,
            owner=self.owner,
            expires=self.expires,
            role=self.role,
        )


class ExcludeForm(StrictForm):
    """Clusters that are left out on purpose."""

    clusters: Selectors
    reason: Text = Field(description="Why they are left out")
    owner: Text = Field(description="Who answers for it")

    def exclusion(self) -> Exclusion:
        """As the comparison takes it."""
        return Exclusion(clusters=tuple(self.clusters), reason=self.reason, owner=self.owner)


class AccountForm(StrictForm):
    """An account that ``--account`` reads, with the role that opens it."""

    id: AccountId = Field(description="The id of the main account (uin)")
    name: AccountName | None = Field(default=None, description="What --account and reports call it")
    role_arn: RoleArn | None = Field(
        default=None,
        description="The role to assume, as in qcs::cam::uin/100000000001:roleName/sgaudit-reader; without it the "
        "account is read with the credentials of the run",
    )
    session_name: SessionName | None = Field(
        default=None, description="The name of the session in the account's audit trail; sgaudit by default"
    )
    external_id: ExternalId | None = Field(
        default=None, description="The external id that the trust policy of the role asks for; it is printed nowhere"
    )
    duration: int | None = Field(
        default=None, ge=LEAST_DURATION, le=MOST_DURATION, description="Seconds of a session; 7200 by default"
    )
    regions: list[Region] | None = Field(
        default=None, min_length=1, description="Regions to audit in this account; by default those of the run"
    )

    @field_validator("role_arn")
    @classmethod
    def _is_of_the_account(cls, value: str | None, info: ValidationInfo) -> str | None:
        account = info.data.get("id")
        if value is not None and account is not None and account_of_role(value) != account:
            raise PydanticCustomError("config-role-of-another", "role", {"expected": f"qcs::cam::uin/{account}"})
        return value

    @field_validator("session_name", "external_id", "duration")
    @classmethod
    def _needs_a_role(cls, value: _Value, info: ValidationInfo) -> _Value:
        if value is not None and info.data.get("role_arn", "") is None:
            facts = {"found": info.field_name, "expected": "role_arn"}
            raise PydanticCustomError("config-role-missing", "role", facts)
        return value

    def account(self) -> ConfiguredAccount:
        """As a run takes it."""
        return ConfiguredAccount(
            id=self.id,
            name=self.name or "",
            role_arn=self.role_arn or "",
            session_name=self.session_name or "",
            external_id=self.external_id or "",
            duration=self.duration,
            regions=tuple(self.regions or ()),
        )


class BaselinesForm(StrictForm):
    """The baseline of some clusters."""

    clusters: Selectors
    use: Text = Field(description="A built-in name (tke-default, tke-hardened, tke-least) or a path beside this file")


class OwnersForm(StrictForm):
    """The people who answer for some clusters."""

    clusters: Selectors
    owner: Text = Field(description="A team or a person, as notifications name them")


class NetworksForm(StrictForm):
    """What the baseline's networks mean."""

    cluster: ClusterNetworkWord = Field(
        default=ClusterNetwork.VPC,
        description="vpc: the VPC's ordinary blocks, which TKE's own group opens; node-subnets: only the subnets in "
        "which the cluster has nodes, Masters, pools or Pods",
    )


class ScopeForm(StrictForm):
    """The parts of the audit. A part that is false is not read, and reports say that it was left out."""

    pods: bool = Field(default=True, description="Interfaces of Pods: VPC-CNI, super nodes, serverless clusters")
    load_balancers: bool = Field(default=True, description="Load balancers in front of nodes and Pods")
    endpoint: bool = Field(default=True, description="The entrances of the API server")
    network_acls: bool = Field(default=True, description="Network ACLs of the subnets that clusters use")

    def left_out(self) -> tuple[Part, ...]:
        """The parts that are left out."""
        return tuple(part for part in Part if not getattr(self, part, True))


class RatesForm(StrictForm):
    """How much of the API's quotas a run uses."""

    share: float | None = Field(default=None, gt=0, le=1, description="The part of each documented quota, as in 0.5")
    actions: dict[str, Annotated[int, Field(ge=1, le=1000)]] = Field(
        default_factory=dict, description="Calls a second and region by action, as in vpc:DescribeSubnets: 50"
    )


class SettingsForm(StrictForm):
    """The configuration file of sgaudit."""

    regions: list[Region] | None = Field(
        default=None, description="Regions to audit, as in ap-guangzhou; all for every region"
    )
    baseline: Text | None = Field(
        default=None, description="A built-in name (tke-default, tke-hardened, tke-least) or a path beside this file"
    )
    baselines: list[BaselinesForm] | None = Field(
        default=None,
        description="Baselines of some clusters: the first entry that names a cluster counts, else the baseline above",
    )
    networks: NetworksForm = NetworksForm()
    peers: list[Annotated[list[ClusterId], Field(min_length=2)]] | None = Field(
        default=None,
        description="Clusters of one VPC that talk to each other: their container and node networks become required",
    )
    allow: list[AllowForm] | None = Field(default=None, description="What is open on purpose; it is no finding")
    waivers: list[WaiverForm] | None = Field(
        default=None, description="Findings and gaps that are accepted until a day"
    )
    exclude: list[ExcludeForm] | None = Field(
        default=None, description="Clusters that are left out on purpose: they are named, and count for nothing"
    )
    accounts: list[AccountForm] | None = Field(
        default=None, description="Accounts that --account reads, each with its own role"
    )
    owners: list[OwnersForm] | None = Field(
        default=None, description="Who answers for clusters: notifications group by it; the first entry that matches"
    )
    owner_tag: Text | None = Field(
        default=None, description="The cluster tag that names the owner where no entry of owners matches"
    )
    fail_on: Annotated[FailOn, Field(strict=False)] | None = Field(
        default=None, description="The least severity that makes the exit code 1; never for none"
    )
    jobs: int | None = Field(
        default=None, ge=1, le=64, description="The largest number of calls at the same time, over all regions"
    )
    rates: RatesForm = RatesForm()
    scope: ScopeForm = ScopeForm()

    @model_validator(mode="after")
    def _peers_differ(self) -> Self:
        for index, clusters in enumerate(self.peers or ()):
            for at, cluster in enumerate(clusters):
                if cluster in clusters[:at]:
                    facts = {"at": ("peers", index, at), "found": cluster, "expected": "cls-aaaaaaaa, cls-bbbbbbbb"}
                    raise PydanticCustomError("config-peer-twice", "peers", facts)
        return self
