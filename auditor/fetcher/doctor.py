"""Builds the least CAM policy and tries every API action with the keys of a run.

Inputs: :data:`auditor.fetcher.actions.ACTIONS`, a caller, an endpoint and a region. Results: the policy, and one
:class:`ActionCheck` for each action with the hosts that answer. Failures of calls are results here, not errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.errors import AuthError, CloudError, FetchError, NetworkError, PermissionDenied
from auditor.fetcher import actions
from auditor.fetcher.actions import ACTIONS, ApiAction, needed
from auditor.fetcher.api_response import is_or_under
from auditor.fetcher.http import Endpoint
from auditor.fetcher.retry import RetryPolicy
from auditor.fetcher.roles import ASSUME_ROLE
from auditor.fetcher.transport import Caller, Transport
from auditor.model.clusters import VPC_CNI_ADD_ON
from auditor.model.codes import Part


def permissions(left_out: Collection[Part] = ()) -> tuple[str, ...]:
    """Return every CAM action to grant, sorted; none that only parts in ``left_out`` need.

    Versions of an action share a grant.
    """
    return tuple(sorted({permission for action in needed(left_out) for permission in action.permissions}))


def permissions_by_part(left_out: Collection[Part] = ()) -> dict[Part | None, tuple[str, ...]]:
    """Return the same actions by the only part of the audit that needs them; ``None`` for what every audit needs."""
    by_part: dict[Part | None, set[str]] = {None: set()}
    for action in needed(left_out):
        by_part.setdefault(action.part, set()).update(action.permissions)
    return {part: tuple(sorted(by_part[part])) for part in (None, *Part) if part in by_part}


def policy(left_out: Collection[Part] = (), roles: Collection[str] = (), *, reads: bool = True) -> dict[str, Any]:
    """Return the policy as CAM writes it: to read an account, and to assume ``roles``, which are ARNs.

    Every action only reads. The resource of a read is ``*``: limited to single resources, a list would silently come
    short. Without ``reads``, the roles alone read.
    """
    reading = {"effect": "allow", "action": list(permissions(left_out)), "resource": ["*"]}
    assuming = {"effect": "allow", "action": [ASSUME_ROLE.permission], "resource": sorted(roles)}
    return {"version": "2.0", "statement": [*([reading] if reads else []), *([assuming] if roles else [])]}


def policy_text(left_out: Collection[Part] = (), roles: Collection[str] = (), *, reads: bool = True) -> str:
    """Return the policy as JSON text to paste into the console."""
    return json.dumps(policy(left_out, roles, reads=reads), indent=2) + "\n"


POLICY = RetryPolicy(attempts=2, throttled=0)
"""Two attempts distinguish a passing failure from a lasting failure. Throttled actions get no further time."""

MOST_SKEW = 300.0
"""Seconds. The cloud refuses a signature whose time is further off (common parameters, X-TC-Timestamp)."""

_FIRST_ROW: dict[str, object] = {"Offset": 0, "Limit": 1}
_FIRST_ROW_AS_TEXT: dict[str, object] = {"Offset": "0", "Limit": "1"}
_NO_CLUSTER = "cls-00000000"
_NO_GROUP = "sg-00000000"
_OF_NO_ACL: dict[str, object] = {"NetworkAclId": "acl-00000000"}
_OF_NO_BALANCER: dict[str, object] = {"LoadBalancerId": "lb-00000000"}
_OF_NO_TARGET_GROUP: dict[str, object] = {"Filters": [{"Name": "TargetGroupId", "Values": ["lbtg-00000000"]}]}
_UNKNOWN_IDS = (_NO_CLUSTER, _NO_GROUP, *_OF_NO_ACL.values(), *_OF_NO_BALANCER.values(), *_OF_NO_TARGET_GROUP.values())
"""Parameters with ids that do not exist."""
_UNKNOWN_ID_CODES = (
    "ResourceNotFound",
    "InvalidParameter",
    "InvalidParameterValue",
    "ResourceUnavailable",
    "FailedOperation",
)
"""Error codes for an id that does not exist. The cloud checks the grant first, so they mean that it is given."""


class Outcome(StrEnum):
    """The outcome of trying an action."""

    ALLOWED = "allowed"
    DENIED = "denied"
    BAD_CREDENTIALS = "bad-credentials"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCheck:
    """The outcome of one action in one region. ``code``, ``detail`` and ``request_id`` come from its error, if any."""

    action: ApiAction
    region: str
    host: str
    outcome: Outcome
    code: str = ""
    detail: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCheck:
    """A host of the API and whether it answers. ``detail`` says why it does not."""

    host: str
    reachable: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The outcomes of the actions in one region, in the order of :data:`auditor.fetcher.actions.ACTIONS`."""

    actions: tuple[ActionCheck, ...]

    @property
    def hosts(self) -> tuple[HostCheck, ...]:
        """Every host once, sorted by name."""
        by_host: dict[str, list[ActionCheck]] = {}
        for check in self.actions:
            by_host.setdefault(check.host, []).append(check)
        return tuple(_host_check(host, checks) for host, checks in sorted(by_host.items()))

    @property
    def denied(self) -> tuple[str, ...]:
        """The CAM actions to grant, sorted."""
        return tuple(sorted({check.action.permission for check in self.actions if check.outcome is Outcome.DENIED}))

    @property
    def denied_parts(self) -> dict[Part, tuple[str, ...]]:
        """The CAM actions to grant that only one part of the audit needs, sorted, by this part."""
        denied = [check.action for check in self.actions if check.outcome is Outcome.DENIED]
        by_part = {part: {action.permission for action in denied if action.part is part} for part in Part}
        return {part: tuple(sorted(names)) for part, names in by_part.items() if names}

    @property
    def healthy(self) -> bool:
        """Whether every action that an audit needs is allowed."""
        return all(check.outcome is Outcome.ALLOWED or check.action.optional for check in self.actions)


def examine(caller: Caller, endpoint: Endpoint, region: str, left_out: Collection[Part] = ()) -> Examination:
    """Try every action in ``region``, one after the other; none of parts in ``left_out``. Raises only Cancelled.

    Actions that need an id get the first id of an earlier list, else a well-formed id that does not exist.
    """
    examiner = _Examiner(caller=caller, endpoint=endpoint, region=region)
    return Examination(actions=tuple(examiner.try_action(action) for action in needed(left_out)))


def check_hosts(
    connect: Callable[[], Transport], endpoint: Endpoint, region: str
) -> tuple[tuple[HostCheck, ...], float | None]:
    """Check which hosts answer, and by how many seconds this machine's clock is ahead, for a run without keys.

    ``connect`` makes a transport that does not sign. A refusal counts as an answer. The clock is ``None`` where no
    host answers.
    """
    first = {endpoint.host_for(action.service, region): action for action in reversed(ACTIONS)}
    hosts: list[HostCheck] = []
    skew: float | None = None
    for host, action in sorted(first.items()):
        transport = connect()
        try:
            transport.call(action, region, {})
        except NetworkError as error:
            hosts.append(HostCheck(host=host, reachable=False, detail=str(error.facts["detail"])))
        except FetchError:
            hosts.append(HostCheck(host=host, reachable=True))
        else:
            hosts.append(HostCheck(host=host, reachable=True))
        finally:
            transport.close()
        skew = transport.clock_skew if skew is None else skew
    return tuple(hosts), skew


def group_equal_checks(checks: Iterable[ActionCheck]) -> list[tuple[ActionCheck, ...]]:
    """Group failed checks with equal outcome, code and detail, in the order of their first check."""
    groups: dict[tuple[str, ...], list[ActionCheck]] = {}
    for number, check in enumerate(checks):
        own = str(number) if check.outcome is Outcome.ALLOWED else ""
        groups.setdefault((check.outcome, check.code, check.detail, own), []).append(check)
    return [tuple(group) for group in groups.values()]


def probes(cluster_id: str, group_id: str) -> dict[ApiAction, Mapping[str, object]]:
    """Return the parameters to try each action with. ``group_id`` is the id of a security group."""
    of_cluster: dict[str, object] = {"ClusterId": cluster_id}
    return {
        actions.CALLER_IDENTITY: {},
        actions.REGIONS: {"Product": "tke"},
        actions.TKE_REGIONS: {},
        actions.CLUSTERS: _FIRST_ROW,
        actions.EKS_CLUSTERS: _FIRST_ROW,
        actions.CLUSTER_INSTANCES: of_cluster | _FIRST_ROW,
        actions.CLUSTER_INSTANCES_2022: of_cluster | _FIRST_ROW,
        actions.CLUSTER_NODE_POOLS: of_cluster,
        actions.NODE_POOLS_2022: of_cluster | _FIRST_ROW,
        actions.CLUSTER_AS_GROUPS: of_cluster | _FIRST_ROW,
        actions.IPAMD: of_cluster,
        actions.ADDON_VALUES: {**of_cluster, "AddonName": VPC_CNI_ADD_ON},
        actions.CLUSTER_ENDPOINTS: of_cluster,
        actions.CLUSTER_ENDPOINT_STATUS: of_cluster,
        actions.INSTANCES: _FIRST_ROW,
        actions.LAUNCH_CONFIGURATIONS: _FIRST_ROW,
        actions.AUTO_SCALING_GROUPS: _FIRST_ROW,
        actions.SECURITY_GROUPS: _FIRST_ROW_AS_TEXT,
        actions.SECURITY_GROUP_POLICIES: {"SecurityGroupId": group_id},
        actions.NETWORK_INTERFACES: _FIRST_ROW,
        actions.ADDRESS_TEMPLATES: _FIRST_ROW_AS_TEXT,
        actions.ADDRESS_TEMPLATE_GROUPS: _FIRST_ROW_AS_TEXT,
        actions.SERVICE_TEMPLATES: _FIRST_ROW_AS_TEXT,
        actions.SERVICE_TEMPLATE_GROUPS: _FIRST_ROW_AS_TEXT,
        actions.VPCS: _FIRST_ROW_AS_TEXT,
        actions.SUBNETS: _FIRST_ROW_AS_TEXT,
        actions.ASSISTANT_CIDRS: _FIRST_ROW,
        actions.NETWORK_ACLS: _FIRST_ROW,
        actions.NETWORK_ACL_ENTRIES: _OF_NO_ACL | _FIRST_ROW,
        actions.LOAD_BALANCERS: _FIRST_ROW,
        actions.LISTENERS: _OF_NO_BALANCER,
        actions.TARGETS: _OF_NO_BALANCER,
        actions.TARGET_GROUP_INSTANCES: _OF_NO_TARGET_GROUP | _FIRST_ROW,
    }


@dataclass(kw_only=True)
class _Examiner:
    caller: Caller
    endpoint: Endpoint
    region: str
    cluster_id: str = _NO_CLUSTER
    group_id: str = _NO_GROUP

    def __post_init__(self) -> None:
        self.silent: dict[str, NetworkError] = {}

    def try_action(self, action: ApiAction) -> ActionCheck:
        """Try an action. After a network error of a host, its further actions fail without a call."""
        host = self.endpoint.host_for(action.service, self.region)
        try:
            if host in self.silent:
                raise self.silent[host]
            answer = self.caller.call(action, self.region, probes(self.cluster_id, self.group_id)[action])
        except NetworkError as error:
            self.silent[host] = error
            return self._check(action, host, error)
        except FetchError as error:
            return self._check(action, host, error)
        self._learn(action, answer)
        return ActionCheck(action=action, region=self.region, host=host, outcome=Outcome.ALLOWED)

    def _learn(self, action: ApiAction, answer: Mapping[str, Any]) -> None:
        if action == actions.CLUSTERS:
            self.cluster_id = _first_id(answer.get("Clusters"), "ClusterId") or self.cluster_id
        if action == actions.SECURITY_GROUPS:
            self.group_id = _first_id(answer.get("SecurityGroupSet"), "SecurityGroupId") or self.group_id

    def _check(self, action: ApiAction, host: str, error: FetchError) -> ActionCheck:
        outcome = self._outcome(action, error)
        if outcome is Outcome.ALLOWED:
            return ActionCheck(action=action, region=self.region, host=host, outcome=outcome)
        code, detail, request_id = (str(error.facts[name]) for name in ("code", "detail", "request_id"))
        return ActionCheck(
            action=action,
            region=self.region,
            host=host,
            outcome=outcome,
            code=code,
            detail=detail,
            request_id=request_id,
        )

    def _outcome(self, action: ApiAction, error: FetchError) -> Outcome:
        parameters = probes(self.cluster_id, self.group_id)[action].values()
        is_unknown_id = any(unknown in parameters for unknown in _UNKNOWN_IDS)
        if isinstance(error, CloudError) and is_unknown_id and _is_about_the_id(str(error.facts["code"])):
            return Outcome.ALLOWED
        kinds = {
            PermissionDenied: Outcome.DENIED,
            AuthError: Outcome.BAD_CREDENTIALS,
            NetworkError: Outcome.UNREACHABLE,
        }
        return kinds.get(type(error), Outcome.FAILED)


def _is_about_the_id(code: str) -> bool:
    return is_or_under(code, _UNKNOWN_ID_CODES) or code.endswith("NotFound")


def _first_id(rows: object, key: str) -> str:
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        return ""
    first_id = rows[0].get(key)
    return first_id if isinstance(first_id, str) else ""


def _host_check(host: str, checks: list[ActionCheck]) -> HostCheck:
    silent = [check for check in checks if check.outcome is Outcome.UNREACHABLE]
    if len(silent) < len(checks):
        return HostCheck(host=host, reachable=True)
    return HostCheck(host=host, reachable=False, detail=silent[0].detail)
