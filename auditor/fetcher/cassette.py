"""Reads, writes and replays cassettes: files with the API calls of a run and their answers.

Every call of this API is ``POST /``, so service, version, region, action and parameters identify a request. Input: the
text of a cassette. Results: a :class:`Cassette`, and a :class:`Replay` that answers the session of the SDK from it.
Raises ConfigError for malformed files and NotRecorded for requests without an answer.
"""

from __future__ import annotations

import io
import json
import re
from collections import deque
from collections.abc import Iterator
from enum import StrEnum
from threading import Lock
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from requests import ConnectionError as Refused
from requests import PreparedRequest, ReadTimeout
from requests import Response as HttpResponse
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from auditor.errors import ConfigError, NotRecorded
from auditor.fetcher.actions import ACTIONS, NETWORK_INTERFACES, SUBNETS
from auditor.fetcher.api_response import NOT_RECORDED
from auditor.files import json_reader
from auditor.model.codes import Part

FORMAT: Literal["sgaudit-cassette/1"] = "sgaudit-cassette/1"


class RecordedFault(StrEnum):
    """A failure that replaces an answer."""

    CONNECTION_REFUSED = "connection-refused"
    TIME_OUT = "time-out"
    CUT_BODY = "cut-body"
    HTML = "html"
    SERVER_ERROR = "server-error"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    NOT_JSON = "not-json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Request(_Strict):
    """A call of the API, without its signature."""

    service: str
    version: str
    region: str
    action: str
    params: dict[str, Any]

    def key(self) -> str:
        """Return a key that equal requests share. Parameters compare as JSON: ``1``, ``"1"`` and ``true`` differ."""
        return json.dumps(self.model_dump(), sort_keys=True)


class Response(_Strict):
    """An HTTP answer. ``body`` is its JSON, or its text where it is not JSON."""

    status: int
    content_type: str
    body: dict[str, Any] | str


class Interaction(_Strict):
    """A request with its answer or its failure."""

    request: Request
    response: Response | None = None
    fault: RecordedFault | None = None

    @model_validator(mode="before")
    @classmethod
    def _fault_by_name(cls, data: Any) -> Any:  # noqa: ANN401 - before validation it can be anything
        if isinstance(data, dict) and isinstance(data.get("fault"), str):
            return {**data, "fault": next((fault for fault in RecordedFault if fault == data["fault"]), data["fault"])}
        return data

    @model_validator(mode="after")
    def _one_outcome(self) -> Interaction:
        if (self.response is None) == (self.fault is None):
            raise ValueError("exactly one of response and fault")
        return self


class Aliases(_Strict):
    """The pseudonyms of ids and addresses in the inputs of the recorded run, by salted digest."""

    salt: str
    names: dict[str, str]


class Cassette(_Strict):
    """The calls of one scenario.

    ``read_at`` is the time at which the run began to read, if known. ``also`` holds the ids that the run read because a
    planned change names them. :mod:`auditor.fetcher.pseudonyms` explains ``aliases``.
    """

    format: Literal["sgaudit-cassette/1"]
    scenario: str
    origin: Literal["recorded", "written"]
    read_at: Annotated[AwareDatetime, Field(strict=False)] | None = None
    interactions: list[Interaction]
    also: list[str] = []
    aliases: Aliases | None = None

    def regions(self) -> tuple[str, ...]:
        """Return the regions of the calls, sorted."""
        return tuple(sorted({interaction.request.region for interaction in self.interactions} - {""}))

    def parts(self) -> tuple[Part, ...]:
        """Return the parts of an audit for which the cassette has answers.

        Pods have interfaces of their own, so they need the interfaces of a VPC. Network ACLs are asked for only where a
        subnet has one, so a cassette without them can be complete, unless it does not tell the ACLs of its subnets.
        """
        requests = [interaction.request for interaction in self.interactions]
        called = {(request.service, request.action) for request in requests}
        parts = {action.part for action in ACTIONS if (action.service, action.name) in called}
        if any(_lists_interfaces(request) for request in requests):
            parts |= {Part.INTERFACES, Part.PODS}
        if all("NetworkAclId" in row for row in self._subnets()):
            parts.add(Part.NETWORK_ACLS)
        return tuple(part for part in Part if part in parts)

    def _subnets(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of all subnets."""
        for interaction in self.interactions:
            body = interaction.response.body if interaction.response is not None else ""
            if interaction.request.action == SUBNETS.name and isinstance(body, dict):
                answer = body.get("Response")
                rows = answer.get("SubnetSet") if isinstance(answer, dict) else None
                yield from (row for row in rows or () if isinstance(row, dict))


def _lists_interfaces(request: Request) -> bool:
    """Whether a request asks for all interfaces of a VPC, and not for those that bind a group."""
    filters = request.params.get("Filters", ()) if request.action == NETWORK_INTERFACES.name else ()
    return any(item.get("Name") == "vpc-id" for item in filters)


def load(text: str, source: str) -> Cassette:
    """Return the cassette in ``text``. Raises ConfigError, which names the file as ``source``."""
    document = json_reader.load(text, source)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        version = document.get("format", "") if isinstance(document, dict) else ""
        raise ConfigError("fetch-cassette-format", file=source, found=str(version), expected=FORMAT)
    try:
        return Cassette.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError("fetch-cassette-key", file=source, key=key, expected=first["msg"]) from error


def dump(cassette: Cassette) -> str:
    """Return the cassette as JSON text: sorted keys, unescaped Chinese, a newline at the end."""
    document = cassette.model_dump(mode="json")
    for optional in [name for name in ("also", "aliases", "read_at") if not document[name]]:
        del document[optional]
    for interaction in document["interactions"]:
        for absent in [name for name in ("response", "fault") if interaction[name] is None]:
            del interaction[absent]
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


HttpAnswer = tuple[int, dict[str, str], bytes]

_JSON = {"Content-Type": "application/json"}
_EMPTY_ANSWER = b'{"Response": {"RequestId": "00000000-0000-0000-0000-000000000000"}}'
_FAULTY_ANSWERS: dict[RecordedFault, HttpAnswer] = {
    RecordedFault.CUT_BODY: (200, {**_JSON, "Content-Length": "4096"}, _EMPTY_ANSWER[:40]),
    RecordedFault.HTML: (200, {"Content-Type": "text/html"}, b"<html><body>It works!</body></html>"),
    RecordedFault.SERVER_ERROR: (503, {"Content-Type": "text/plain"}, b"no healthy upstream"),
    RecordedFault.WRONG_CONTENT_TYPE: (200, {"Content-Type": "application/octet-stream"}, _EMPTY_ANSWER),
    RecordedFault.NOT_JSON: (200, _JSON, b"{'Response': "),
}
_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/tc3_request")


class Replay(HTTPAdapter):
    """An adapter that answers a session of ``requests`` from a cassette, in any number of threads.

    Equal requests get their answers in the order of the cassette. Each answer is used once.
    """

    def __init__(self, cassette: Cassette) -> None:
        super().__init__()
        self._left: dict[str, deque[Interaction]] = {}
        for interaction in cassette.interactions:
            self._left.setdefault(interaction.request.key(), deque()).append(interaction)
        self._unmatched: list[Request] = []
        self._lock = Lock()

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> HttpResponse:  # noqa: ANN401 - as in requests
        """Return the next answer of the cassette to a request. Raises its fault, or NotRecorded."""
        status, headers, body = self._answer(request)
        raw = HTTPResponse(io.BytesIO(body), headers, status, preload_content=False, request_method=request.method)
        return self.build_response(request, raw)

    def unused(self) -> tuple[Request, ...]:
        """Return the requests of the cassette that the run did not make, in order."""
        with self._lock:
            return tuple(interaction.request for left in self._left.values() for interaction in left)

    def unmatched(self) -> tuple[Request, ...]:
        """Return the requests of the run that the cassette did not answer, in order of arrival."""
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
            return _fault_answer(interaction.fault)
        return _recorded_answer(interaction)


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


def _recorded_answer(interaction: Interaction) -> HttpAnswer:
    response = interaction.response
    assert response is not None  # noqa: S101 - an interaction without a fault has a response
    body = response.body if isinstance(response.body, str) else json.dumps(response.body)
    return response.status, {"Content-Type": response.content_type}, body.encode()


def _fault_answer(fault: RecordedFault) -> HttpAnswer:
    if fault is RecordedFault.CONNECTION_REFUSED:
        raise Refused(ConnectionRefusedError(111, "Connection refused"))
    if fault is RecordedFault.TIME_OUT:
        raise ReadTimeout("Read timed out.")
    return _FAULTY_ANSWERS[fault]


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
