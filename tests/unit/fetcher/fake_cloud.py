"""A caller that answers from an estate in memory, records its calls and fails on request."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from auditor.errors import CloudError, FetchError, PermissionDenied
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot
from tests.inline import without_threads
from tests.loopback.answers import answer
from tests.loopback.checks import check
from tests.loopback.estate import Estate
from tests.loopback.refusals import Refused
from tests.loopback.schema import OPERATIONS, Operation

Row = dict[str, Any]
Bend = Callable[[Mapping[str, object], Row], Row]
"""Takes the parameters and the correct answer, returns the answer to give."""

_OPERATIONS: dict[tuple[str, str, str], Operation] = {(one.service, one.version, one.name): one for one in OPERATIONS}


def _unbent(_params: Mapping[str, object], right: Row) -> Row:
    return right


class FakeCloud:
    """As strict about parameters as the API. ``asked`` holds each call as ``(action, region, params)``."""

    def __init__(self, estate: Estate, *, shuffle: int | None = None) -> None:
        self.estate = estate
        self.asked: list[tuple[str, str, Row]] = []
        self._bends: dict[str, Bend] = {}
        self._lock = Lock()
        self._random = None if shuffle is None else random.Random(shuffle)

    def bend(self, action: ApiAction, bend: Bend) -> None:
        """Put every answer of ``action`` through ``bend``, which may raise instead."""
        self._bends[_key(action)] = bend

    def deny(self, action: ApiAction, code: str = "UnauthorizedOperation") -> None:
        """Have CAM refuse every call of ``action``."""

        def refuse(_params: Mapping[str, object], _answer: Row) -> Row:
            raise error(action, code, kind=PermissionDenied)

        self.bend(action, refuse)

    def fail(self, action: ApiAction, code: str) -> None:
        """Have every call of ``action`` fail with ``code``."""

        def refuse(_params: Mapping[str, object], _answer: Row) -> Row:
            raise error(action, code)

        self.bend(action, refuse)

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> Row:
        """The answer's inner Response."""
        with self._lock:
            self.asked.append((action.name, region, dict(params)))
            pause = self._random.random() / 200 if self._random else 0
        if pause:
            time.sleep(pause)
        operation = _OPERATIONS[action.service, action.version, action.name]
        found: Row = {}
        try:
            found = json.loads(json.dumps(answer(self.estate, operation, region, check(operation, dict(params)))))
        except Refused as refused:
            if _key(action) not in self._bends:
                raise error(action, refused.code, region=region) from None
        bend = self._bends.get(_key(action), _unbent)
        return {"RequestId": "00000000-0000-0000-0000-000000000000", **bend(params, found)}

    def count(self, action: ApiAction) -> int:
        """How many calls of this name were made, of any version."""
        return sum(1 for name, _, _ in self.asked if name == action.name)

    def params(self, action: ApiAction) -> list[Row]:
        """What calls of this name were asked with."""
        return [params for name, _, params in self.asked if name == action.name]


def error(
    action: ApiAction, code: str, *, region: str = "ap-guangzhou", kind: type[FetchError] = CloudError
) -> FetchError:
    """An error of ``action`` as the transport raises it."""
    facts = {"permission": action.permission, "part": action.part or ""} if kind is PermissionDenied else {}
    return kind(
        "fetch-cloud",
        service=action.service,
        action=action.name,
        region=region,
        code=code,
        detail="said the cloud",
        request_id="11111111-1111-1111-1111-111111111111",
        **facts,
    )


def _key(action: ApiAction) -> str:
    return f"{action.version}/{action.permission}"


def read(cloud: FakeCloud, *regions: str, **wanted: Any) -> Snapshot:  # noqa: ANN401 - the fields of a request
    """What a run over ``regions``, or Guangzhou, reads, one call after the other."""
    with without_threads():
        return fetch(cloud, FetchRequest(regions=regions or ("ap-guangzhou",), **wanted))


def codes(gaps: Iterable[Gap]) -> list[tuple[str, str]]:
    """Resource and code of each gap."""
    return [(gap.resource, gap.code) for gap in gaps]
