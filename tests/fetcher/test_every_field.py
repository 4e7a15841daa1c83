"""Every field that the fetcher looks at, in every answer, with every wrong value: nothing is left out in silence.

The fields are not listed here: a first run over answers that note what is read finds them, those of later lists too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.fetcher.actions import ACTIONS, REGIONS, TKE_REGIONS, ApiAction
from auditor.fetcher.fetch import ALL_REGIONS, FetchRequest, fetch
from auditor.model.baseline import Policy
from auditor.model.clusters import Exposure
from auditor.model.findings import Result
from auditor.model.snapshot import Snapshot
from tests.estates import every_list
from tests.inline import without_threads
from tests.loopback.answers import answer
from tests.loopback.checks import check
from tests.loopback.estate import Estate
from tests.loopback.refusals import Refused
from tests.loopback.schema import BY_NAME
from tests.unit.fetcher.fake_cloud import error

Path = tuple[str | int, ...]

POLICY = Policy(baseline=baseline.load("tke-default"))
MISSING = object()
EMPTY: tuple[Any, ...] = (None, "", [])
OTHER: tuple[Any, ...] = ("x", 7, True, {})
WRONG: tuple[Any, ...] = (*EMPTY, *OTHER)
KINDS: tuple[Any, ...] = (None, "x", {})
"""One wrong item of each kind: nothing, a scalar, an object without fields."""

DOCUMENTED: Mapping[str, tuple[Any, ...]] = {
    "AssistantCidrSet/*/AssistantType": (MISSING, None),  # 0, an ordinary block, is the default (vpc/AssistantCidr)
    "Values": ("",),  # the add-on is not installed (tke/DescribeAddonValues)
    "VpcSet/*/AssistantCidrSet": ([],),  # a VPC need not have further blocks
    "VpcSet/*/Ipv6CidrBlock": (MISSING, ""),  # nor IPv6
    "Listeners/*/Rules/*/Targets": ([],),  # a rule need not have back ends
    "SubnetSet/*/NetworkAclId": ("",),  # a subnet need not have a network ACL
    "NetworkAclSet/*/IngressEntries": ([],),  # nor an ACL entries
    "NetworkAclSet/*/EgressEntries": ([],),
    "LoadBalancerSet/*/SecureGroups": ([],),  # nor a load balancer a group (clb/LoadBalancer)
}
"""Values by field that are no mistake and mean something else than the right one."""
DOCUMENTED_OTHERS: Mapping[str, tuple[Any, ...]] = {"VpcSet/*/Ipv6CidrBlock": (None,)}
"""The same among the values that a deep run alone puts there."""


class Noted(dict[str, Any]):
    """An object of an answer that notes each key that is asked for."""

    def __init__(self, row: dict[str, Any], path: Path, read: dict[Path, Any]) -> None:
        super().__init__({key: _noted(value, (*path, key), read) for key, value in row.items()})
        self._path = path
        self._read = read
        self._right = row

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as in the base class
        self._note(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - as in the base class
        self._note(key)
        return super().__getitem__(key)

    def _note(self, key: str) -> None:
        self._read[(*self._path, key)] = self._right.get(key, MISSING)


def _noted(value: Any, path: Path, read: dict[Path, Any]) -> Any:  # noqa: ANN401 - any piece of JSON
    if isinstance(value, dict):
        return Noted(value, path, read)
    if isinstance(value, list):
        return [_noted(item, (*path, position), read) for position, item in enumerate(value)]
    return value


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, as a key; ``params`` as JSON."""

    action: ApiAction
    region: str
    params: str


@dataclass
class Cloud:
    """Answers from an estate that never changes. ``bent`` is one call with another answer, as JSON."""

    estate: Estate
    read: dict[Call, dict[Path, Any]] = field(default_factory=dict)
    bent: tuple[Call, str] | None = None
    is_noting: bool = False
    answers: dict[Call, str | Refused] = field(default_factory=dict)
    without: dict[tuple[Call, Path], Snapshot] = field(default_factory=dict)

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """As :meth:`auditor.fetcher.transport.Caller.call`."""
        key = Call(action=action, region=region, params=json.dumps(params, sort_keys=True))
        if self.bent is not None and self.bent[0] == key:
            return dict(json.loads(self.bent[1]))
        right = self._right(key)
        if isinstance(right, Refused):
            raise error(action, right.code, region=region)
        document = json.loads(right)
        return Noted(document, (), self.read.setdefault(key, {})) if self.is_noting else dict(document)

    def _right(self, key: Call) -> str | Refused:
        if key not in self.answers:
            operation = BY_NAME[key.action.service, key.action.version, key.action.name]
            try:
                response = answer(self.estate, operation, key.region, check(operation, json.loads(key.params)))
                self.answers[key] = json.dumps({**response, "RequestId": "r"})
            except Refused as refusal:
                self.answers[key] = refusal
        return self.answers[key]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of one answer, ``value`` being the right one."""

    call: Call
    path: Path
    value: Any

    @property
    def name(self) -> str:
        """The field without the numbers of rows, as in ``VpcSet/*/VpcId``."""
        return "/".join("*" if isinstance(part, int) else part for part in self.path)

    @property
    def region(self) -> str:
        """The region that a run has to read to come by it."""
        return ALL_REGIONS if self.call.action is REGIONS else self.call.region

    @property
    def is_found_by_id(self) -> bool:
        """Whether this is the list of a call that named what it wants, and has a row for each of them."""
        wanted = [ids for name, ids in json.loads(self.call.params).items() if name.endswith("Ids")]
        return len(self.path) == 1 and isinstance(self.value, list) and [len(self.value)] == list(map(len, wanted))


def snapshot(cloud: Cloud, region: str = ALL_REGIONS) -> Snapshot:
    return replace(fetch(cloud, FetchRequest(regions=(region,))), read_at=None)


@cache
def audited(outcome: Snapshot) -> tuple[bool, object]:
    """Whether the audit of a snapshot is complete, and its judgement. Many wrong values give the same snapshot."""
    result = compare(outcome, POLICY, date(2026, 11, 22))
    return result.complete, judged(result)


def judged(result: Result) -> object:
    """What an audit says, names and descriptions aside. Exposure only orders the findings of one severity."""
    clusters = [
        (
            cluster.cluster.cluster_id,
            cluster.container,
            cluster.cluster_network,
            [replace(stack, exposure=Exposure.UNKNOWN, public=0) for stack in cluster.stacks],
        )
        for cluster in result.clusters
    ]
    findings = (
        replace(
            finding,
            exposure=Exposure.UNKNOWN,
            evidence=tuple(replace(rule, description="") for rule in finding.evidence),
            resources=(),
        )
        for finding in result.findings
    )
    return clusters, sorted(findings, key=lambda finding: finding.fingerprint)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with without_threads():
        made = Cloud(every_list.build(), is_noting=True)
        assert snapshot(made).all_gaps() == ()
        made.is_noting = False
        yield made


@pytest.fixture(scope="module")
def targets(cloud: Cloud) -> list[Field]:
    """Each field once a kind of call, where it is filled if it is anywhere."""
    chosen: dict[object, Field] = {}
    for call, read in cloud.read.items():
        for path, value in read.items():
            target = Field(call=call, path=path, value=value)
            params = json.loads(call.params)
            filters = tuple(item["Name"] for item in params.get("Filters", ()))
            key = (call.action, tuple(params), filters, target.name)
            if key not in chosen or (not chosen[key].value and value):
                chosen[key] = target
    return [target for target in chosen.values() if target.path != ("RequestId",)]


def put(cloud: Cloud, target: Field, value: Any) -> str:  # noqa: ANN401 - any piece of JSON
    """The answer with ``value`` there."""
    document, holder = _opened(cloud, target)
    if value is MISSING:
        holder.pop(target.path[-1], None)
    else:
        holder[target.path[-1]] = value
    return json.dumps(document)


def insert(cloud: Cloud, target: Field, value: Any) -> str:  # noqa: ANN401 - any piece of JSON
    """The answer with ``value`` as one more item of that list."""
    document, holder = _opened(cloud, target)
    holder[target.path[-1]].append(value)
    return json.dumps(document)


def _opened(cloud: Cloud, target: Field) -> tuple[Any, Any]:
    document = holder = json.loads(str(cloud.answers[target.call]))
    for part in target.path[:-1]:
        holder = holder[part]
    return document, holder


def bent(cloud: Cloud, target: Field, text: str) -> Snapshot:
    cloud.bent = target.call, text
    try:
        return snapshot(cloud, target.region)
    finally:
        cloud.bent = None


def without(cloud: Cloud, target: Field) -> Snapshot:
    """What is read where the field is missing; several tests look at it."""
    key = target.call, target.path
    if key not in cloud.without:
        cloud.without[key] = bent(cloud, target, put(cloud, target, MISSING))
    return cloud.without[key]


def nothing(target: Field) -> tuple[Any, ...]:
    """The two ways in which the API leaves such a field out: no field, and an empty list, an empty text or ``null``."""
    return MISSING, [] if isinstance(target.value, list) else "" if isinstance(target.value, str) else None


def others(target: Field) -> tuple[Any, ...]:
    """Every other wrong value."""
    return tuple(value for value in WRONG if repr(value) != repr(nothing(target)[1]))


def sentence(target: Field, value: Any) -> str:  # noqa: ANN401 - any piece of JSON
    shown = "missing" if value is MISSING else json.dumps(value)
    return f"{target.call.action.permission} {target.name}: {shown}"


def test_every_action_is_walked(cloud: Cloud) -> None:
    assert {call.action for call in cloud.read} == set(ACTIONS) - {TKE_REGIONS}


@pytest.mark.parametrize("tried", [KINDS, pytest.param(WRONG, marks=pytest.mark.deep)], ids=["kinds", "all"])
def test_list_with_a_wrong_item_is_never_complete(cloud: Cloud, targets: list[Field], tried: tuple[Any, ...]) -> None:
    lists = [target for target in targets if isinstance(target.value, list) and not target.is_found_by_id]
    assert len(lists) > 30
    silent = [
        sentence(target, [value])
        for target in lists
        for value in tried
        if not bent(cloud, target, insert(cloud, target, value)).all_gaps()
    ]
    assert silent == [], "\n".join(silent)


def test_row_that_was_not_asked_for_by_id_is_none_of_those_that_were(cloud: Cloud, targets: list[Field]) -> None:
    right = rights(cloud)
    changed = [
        sentence(target, [value])
        for target in targets
        for value in (WRONG if target.is_found_by_id else ())
        if audited(bent(cloud, target, insert(cloud, target, value)))[1] != right[target.region]
    ]
    assert changed == [], "\n".join(changed)


@pytest.mark.parametrize(
    ("tried", "documented"),
    [(nothing, DOCUMENTED), pytest.param(others, DOCUMENTED_OTHERS, marks=pytest.mark.deep)],
)
def test_wrong_value_leaves_a_gap_or_changes_nothing(
    cloud: Cloud,
    targets: list[Field],
    tried: Callable[[Field], tuple[Any, ...]],
    documented: Mapping[str, tuple[Any, ...]],
) -> None:
    right = rights(cloud)
    silent: defaultdict[str, tuple[Any, ...]] = defaultdict(tuple)
    for target in targets:
        for value in tried(target):
            if (type(value), value) == (type(target.value), target.value):
                continue
            outcome = without(cloud, target) if value is MISSING else bent(cloud, target, put(cloud, target, value))
            if outcome.all_gaps():
                continue
            is_complete, judgement = audited(outcome)
            if is_complete and judgement != right[target.region]:
                silent[target.name] += (value,)
    assert silent == documented


def test_missing_public_address_is_never_the_absence_of_one(cloud: Cloud, targets: list[Field]) -> None:
    right = {region: exposures(snapshot(cloud, region)) for region in (ALL_REGIONS, every_list.HOME, every_list.AWAY)}
    changed: defaultdict[str, set[Exposure]] = defaultdict(set)
    for target in targets:
        outcome = without(cloud, target)
        for bearer, exposure in exposures(outcome).items():
            if right[target.region].get(bearer) not in (None, exposure) and not outcome.all_gaps():
                changed[target.name].add(exposure)
    assert changed == {
        "InstanceSet/*/Native/WanIp": {Exposure.UNKNOWN},
        "InstanceSet/*/PublicIpAddresses": {Exposure.UNKNOWN},
        "NetworkInterfaceSet/*/PrivateIpAddressSet/*/PublicIpAddress": {Exposure.UNKNOWN},
    }


def exposures(outcome: Snapshot) -> dict[str, Exposure]:
    """The exposure of each node and interface, by id."""
    nodes = {node.node_id: node.exposure for cluster in outcome.clusters for node in cluster.nodes}
    interfaces = {row.interface_id: row.exposure for cluster in outcome.clusters for row in cluster.interfaces}
    return nodes | interfaces


def rights(cloud: Cloud) -> dict[str, object]:
    """What an audit makes of the right answers, by what is read."""
    return {region: audited(snapshot(cloud, region))[1] for region in (ALL_REGIONS, every_list.HOME, every_list.AWAY)}
