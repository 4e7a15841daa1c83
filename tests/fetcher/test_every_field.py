"""Every field that the fetcher looks at, in every answer, with every wrong value: nothing is left out in silence.

The fields are not listed here: a first run over answers that note what is read finds them, those of later lists too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from auditor.comparator.compare import compare
from auditor.config import baseline_file
from auditor.fetcher import crew
from auditor.fetcher.actions import ACTIONS, REGIONS, TKE_REGIONS, Action
from auditor.fetcher.inventory import ALL_REGIONS, FetchRequest, fetch
from auditor.model.baseline import Policy
from auditor.model.snapshot import Snapshot
from tests.estates import every_list
from tests.loopback.answers import answer
from tests.loopback.checks import check
from tests.loopback.estate import Estate
from tests.loopback.refusals import Refused
from tests.loopback.schema import BY_NAME
from tests.unit.fetcher.fake_cloud import error

Path = tuple[str | int, ...]

POLICY = Policy(baseline=baseline_file.load("tke-default"))
MISSING = object()
WRONG: tuple[Any, ...] = (None, "", "x", 7, True, [], {})

DOCUMENTED: Mapping[str, tuple[Any, ...]] = {
    "AssistantCidrSet/*/AssistantType": (MISSING, None),  # 0, an ordinary block, is the default (vpc/AssistantCidr)
    "VpcSet/*/AssistantCidrSet": ([],),  # a VPC need not have further blocks
    "VpcSet/*/Ipv6CidrBlock": (MISSING, None, ""),  # nor IPv6
    "InstanceSet/*/SecurityGroupIds": ([],),  # an empty list was read: nothing is bound, which is a finding
    "InstanceSet/*/Native/SecurityGroupIDs": ([],),
    "NodePools/*/Native/SecurityGroupIds": ([],),
}
"""Values by field that are no mistake and mean something else than the right one."""


class Inline(Executor):
    """Does at once what it is given: no thread, so that thousands of runs cost little."""

    def __init__(self, width: int, cancel: object) -> None:
        """As :class:`auditor.fetcher.crew.Floor`."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as in the base class
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as failure:  # noqa: BLE001 - whoever waits for the result gets it
            future.set_exception(failure)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the base class
        """Nothing is left to wait for."""


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
        return [_noted(item, (*path, place), read) for place, item in enumerate(value)]
    return value


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, as a key; ``params`` as JSON."""

    action: Action
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

    def call(self, action: Action, region: str, params: Mapping[str, object]) -> dict[str, Any]:
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
                found = answer(self.estate, operation, key.region, check(operation, json.loads(key.params)))
                self.answers[key] = json.dumps({**found, "RequestId": "r"})
            except Refused as refusal:
                self.answers[key] = refusal
        return self.answers[key]


@dataclass(frozen=True, kw_only=True)
class Place:
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
        """The region that a run has to read to come by this place."""
        return ALL_REGIONS if self.call.action is REGIONS else self.call.region

    @property
    def is_found_by_id(self) -> bool:
        """Whether this is the list of a call that named what it wants, and has a row for each of them."""
        wanted = [ids for name, ids in json.loads(self.call.params).items() if name.endswith("Ids")]
        return len(self.path) == 1 and isinstance(self.value, list) and [len(self.value)] == list(map(len, wanted))


def snapshot(cloud: Cloud, region: str = ALL_REGIONS) -> Snapshot:
    return fetch(cloud, FetchRequest(regions=(region,)))


def judged(found: Snapshot) -> object:
    """What an audit makes of it, names aside."""
    result = compare(found, POLICY, date(2026, 11, 22))
    clusters = [(one.cluster.cluster_id, one.container, one.cluster_network, one.stacks) for one in result.clusters]
    return clusters, result.findings


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crew, "Floor", Inline)
        made = Cloud(every_list.build(), is_noting=True)
        assert snapshot(made).all_gaps() == ()
        made.is_noting = False
        yield made


@pytest.fixture(scope="module")
def places(cloud: Cloud) -> list[Place]:
    """Each field once a kind of call, where it is filled if it is anywhere."""
    chosen: dict[object, Place] = {}
    for call, read in cloud.read.items():
        for path, value in read.items():
            place = Place(call=call, path=path, value=value)
            key = (call.action, tuple(json.loads(call.params)), place.name)
            if key not in chosen or (not chosen[key].value and value):
                chosen[key] = place
    return [place for place in chosen.values() if place.path != ("RequestId",)]


def put(cloud: Cloud, place: Place, value: Any) -> str:  # noqa: ANN401 - any piece of JSON
    """The answer with ``value`` in that place."""
    document, holder = _opened(cloud, place)
    if value is MISSING:
        holder.pop(place.path[-1], None)
    else:
        holder[place.path[-1]] = value
    return json.dumps(document)


def insert(cloud: Cloud, place: Place, value: Any) -> str:  # noqa: ANN401 - any piece of JSON
    """The answer with ``value`` as one more item of that list."""
    document, holder = _opened(cloud, place)
    holder[place.path[-1]].append(value)
    return json.dumps(document)


def _opened(cloud: Cloud, place: Place) -> tuple[Any, Any]:
    document = holder = json.loads(str(cloud.answers[place.call]))
    for part in place.path[:-1]:
        holder = holder[part]
    return document, holder


def bent(cloud: Cloud, place: Place, text: str) -> Snapshot:
    cloud.bent = place.call, text
    try:
        return snapshot(cloud, place.region)
    finally:
        cloud.bent = None


def told(place: Place, value: Any) -> str:  # noqa: ANN401 - any piece of JSON
    shown = "missing" if value is MISSING else json.dumps(value)
    return f"{place.call.action.permission} {place.name}: {shown}"


def test_every_action_is_walked(cloud: Cloud) -> None:
    assert {call.action for call in cloud.read} == set(ACTIONS) - {TKE_REGIONS}


def test_list_with_a_wrong_item_is_never_complete(cloud: Cloud, places: list[Place]) -> None:
    lists = [place for place in places if isinstance(place.value, list) and not place.is_found_by_id]
    assert len(lists) > 30
    silent = [
        told(place, [value])
        for place in lists
        for value in WRONG
        if not bent(cloud, place, insert(cloud, place, value)).all_gaps()
    ]
    assert silent == [], "\n".join(silent)


def test_row_that_was_not_asked_for_by_id_is_none_of_those_that_were(cloud: Cloud, places: list[Place]) -> None:
    right = rights(cloud)
    changed = [
        told(place, [value])
        for place in places
        for value in (WRONG if place.is_found_by_id else ())
        if judged(bent(cloud, place, insert(cloud, place, value))) != right[place.region]
    ]
    assert changed == [], "\n".join(changed)


def test_wrong_value_leaves_a_gap_or_changes_nothing(cloud: Cloud, places: list[Place]) -> None:
    right = rights(cloud)
    silent: defaultdict[str, tuple[Any, ...]] = defaultdict(tuple)
    for place in places:
        for value in (MISSING, *WRONG):
            if (type(value), value) != (type(place.value), place.value):
                found = bent(cloud, place, put(cloud, place, value))
                if not found.all_gaps() and judged(found) != right[place.region]:
                    silent[place.name] += (value,)
    assert silent == DOCUMENTED


def rights(cloud: Cloud) -> dict[str, object]:
    """What an audit makes of the right answers, by what is read."""
    return {region: judged(snapshot(cloud, region)) for region in (ALL_REGIONS, every_list.HOME, every_list.AWAY)}
