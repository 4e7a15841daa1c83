"""Replay: the real SDK, with a cassette where the network was; nothing reaches a network while it runs."""

from __future__ import annotations

import json
import re
from collections import deque
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from auditor.errors import NotRecorded
from auditor.fetcher.cassette import Cassette, Fault, Interaction, Request
from auditor.fetcher.reader import NOT_RECORDED

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import RequestsMock

HttpAnswer = tuple[int, dict[str, str], bytes]

_JSON = {"Content-Type": "application/json"}
_STOCK = b'{"Response": {"RequestId": "00000000-0000-0000-0000-000000000000"}}'
_ANSWERS: dict[Fault, HttpAnswer] = {
    Fault.CUT_BODY: (200, {**_JSON, "Content-Length": "4096"}, _STOCK[:40]),
    Fault.HTML: (200, {"Content-Type": "text/html"}, b"<html><body>It works!</body></html>"),
    Fault.SERVER_ERROR: (503, {"Content-Type": "text/plain"}, b"no healthy upstream"),
    Fault.WRONG_CONTENT_TYPE: (200, {"Content-Type": "application/octet-stream"}, _STOCK),
    Fault.NOT_JSON: (200, _JSON, b"{'Response': "),
}
_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/tc3_request")


class Replay:
    """Answers calls from a cassette for as long as it is entered, from any number of threads.

    Equal requests get their answers in the order of the cassette, each once.
    """

    def __init__(self, cassette: Cassette) -> None:
        self._left: dict[str, deque[Interaction]] = {}
        for interaction in cassette.interactions:
            self._left.setdefault(interaction.request.key(), deque()).append(interaction)
        self._unmatched: list[Request] = []
        self._lock = Lock()
        self._wire = _new_wire()
        self._wire.add_callback("POST", re.compile("https?://.*"), callback=self._answer)

    def __enter__(self) -> Self:
        self._wire.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.stop()

    def unused(self) -> tuple[Request, ...]:
        """The requests that nobody made, in the order of the cassette."""
        with self._lock:
            return tuple(interaction.request for left in self._left.values() for interaction in left)

    def unmatched(self) -> tuple[Request, ...]:
        """The requests that the cassette had no answer to, in the order in which they came."""
        with self._lock:
            return tuple(self._unmatched)

    def _answer(self, sent: PreparedRequest) -> HttpAnswer:
        request = _request(sent)
        with self._lock:
            left = self._left.get(request.key())
            if not left:
                self._unmatched.append(request)
                raise _not_recorded(request)
            interaction = left.popleft()
        if interaction.fault is not None:
            return _faulty(interaction.fault)
        return _as_recorded(interaction)


def _new_wire() -> RequestsMock:
    from responses import RequestsMock  # noqa: PLC0415 - 0.2 s that live runs spare

    return RequestsMock(assert_all_requests_are_fired=False)


def _request(sent: PreparedRequest) -> Request:
    headers: Any = sent.headers
    scope = _SCOPE.search(headers.get("Authorization", ""))
    return Request(
        service=scope.group(1) if scope else str(headers.get("Host", "")).partition(".")[0],
        version=headers.get("X-TC-Version", ""),
        region=headers.get("X-TC-Region", ""),
        action=headers.get("X-TC-Action", ""),
        params=json.loads(sent.body or b"{}"),
    )


def _as_recorded(interaction: Interaction) -> HttpAnswer:
    response = interaction.response
    assert response is not None  # noqa: S101 - an interaction without a fault has a response
    body = response.body if isinstance(response.body, str) else json.dumps(response.body)
    return response.status, {"Content-Type": response.content_type}, body.encode()


def _faulty(fault: Fault) -> HttpAnswer:
    from requests.exceptions import ConnectionError as Refused  # noqa: PLC0415 - as above
    from requests.exceptions import ReadTimeout  # noqa: PLC0415

    if fault is Fault.CONNECTION_REFUSED:
        raise Refused(ConnectionRefusedError(111, "Connection refused"))
    if fault is Fault.TIME_OUT:
        raise ReadTimeout("Read timed out.")
    return _ANSWERS[fault]


def _not_recorded(request: Request) -> NotRecorded:
    return NotRecorded(
        "fetch-not-recorded",
        service=request.service,
        action=request.action,
        region=request.region,
        code=NOT_RECORDED,
        detail=f"the cassette holds no answer to this request: {json.dumps(request.params, sort_keys=True)[:200]}",
        request_id="",
    )
