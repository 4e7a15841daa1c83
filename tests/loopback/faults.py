"""Ways in which an answer goes wrong: each takes the call and the right reply, and gives what is sent instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from tests.loopback.calls import Call
from tests.loopback.refusals import Refused
from tests.loopback.schema import BY_NAME

JSON = "application/json"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer. ``cut`` drops the connection after so many bytes of the body, ``silent`` before any byte.

    ``pause`` is how long the server dawdles, in seconds, between each byte that it sends.
    """

    status: int = 200
    content_type: str = JSON
    body: bytes = b""
    cut: int | None = None
    silent: bool = False
    pause: float = 0


Fault: TypeAlias = Callable[[Call, Reply], Reply]


def refuse(code: str, message: str = "") -> Fault:
    """An error code of the API."""
    return lambda _call, reply: replace(reply, body=error_body(Refused(code, message), _request_id(reply)))


def _request_id(reply: Reply) -> str:
    return str(json.loads(reply.body)["Response"]["RequestId"])


def error_body(refusal: Refused, request_id: str) -> bytes:
    """An answer that holds an ``Error``."""
    error = {"Code": refusal.code, "Message": refusal.message}
    return json.dumps({"Response": {"Error": error, "RequestId": request_id}}).encode()


def deny(call: Call, reply: Reply) -> Reply:
    """CAM refuses, in its own words."""
    permission = f"{call.service}:{call.action}"
    resource = f"qcs::{call.service}:{call.region}:uin/100000000001:*"
    message = f"you are not authorized to perform operation ({permission})\nresource ({resource}) has no permission\n"
    return refuse("UnauthorizedOperation", message)(call, reply)


def throttle(call: Call, reply: Reply) -> Reply:
    """The quota is said to be used up."""
    return refuse("RequestLimitExceeded", "Your current request times exceeds the limit.")(call, reply)


def internal_error(call: Call, reply: Reply) -> Reply:
    """The service failed and says so."""
    return refuse("InternalError", "An internal error has occurred.")(call, reply)


def status(code: int) -> Fault:
    """A gateway's page with an HTTP status."""
    page = f"<html><body><h1>{code} Bad Gateway</h1></body></html>".encode()
    return lambda _call, _reply: Reply(status=code, content_type=HTML, body=page)


def html(_call: Call, _reply: Reply) -> Reply:
    """A page instead of JSON, with status 200."""
    return Reply(content_type=HTML, body=b"<!DOCTYPE html><html><body>maintenance</body></html>")


def not_json(_call: Call, reply: Reply) -> Reply:
    """The right content type over something else."""
    return replace(reply, body=b'{"Response": {"TotalCount": 1, ')


def cut_body(_call: Call, reply: Reply) -> Reply:
    """The connection drops in the middle of the body."""
    return replace(reply, cut=len(reply.body) // 2)


def silence(_call: Call, reply: Reply) -> Reply:
    """No answer at all for as long as the caller waits."""
    return replace(reply, silent=True)


def slow_body(pause: float) -> Fault:
    """The body comes byte by byte."""
    return lambda _call, reply: replace(reply, pause=pause)


def content_type(text: str) -> Fault:
    """The right body under another content type."""
    return lambda _call, reply: replace(reply, content_type=text)


def edit(change: Callable[[dict[str, Any]], object]) -> Fault:
    """``change`` alters the inner ``Response`` in place."""

    def apply(_call: Call, reply: Reply) -> Reply:
        document = json.loads(reply.body)
        change(document["Response"])
        return replace(reply, body=json.dumps(document).encode())

    return apply


def edit_rows(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Fault:
    """``change`` gives the rows that are sent instead; ``TotalCount`` stays."""

    def apply(call: Call, reply: Reply) -> Reply:
        rows = BY_NAME[call.service, call.version, call.action].rows

        def replace_rows(response: dict[str, Any]) -> None:
            response[rows] = change(response[rows])

        return edit(replace_rows)(call, reply)

    return apply


no_rows = edit_rows(lambda _rows: [])
"""An empty page under a count that promises more."""

lost_row = edit_rows(lambda rows: rows[1:])
"""The first row of the page is missing."""

repeated_row = edit_rows(lambda rows: [*rows[:-1], rows[0]])
"""The last row of the page is the first once more."""


def no_fields(_call: Call, reply: Reply) -> Reply:
    """An answer that holds its id and nothing else."""
    return replace(reply, body=json.dumps({"Response": {"RequestId": _request_id(reply)}}).encode())


def null_fields(call: Call, reply: Reply) -> Reply:
    """Every field is there and null."""

    def clear(response: dict[str, Any]) -> None:
        response.update(dict.fromkeys(set(response) - {"RequestId"}))

    return edit(clear)(call, reply)


def errors(*texts: str) -> Fault:
    """The field ``Errors`` of tke 2022-05-01, which says that the answer is partial."""
    return edit(lambda response: response.update(Errors=list(texts)))


def after(change: Callable[[], object]) -> Fault:
    """The reply is right, and then ``change`` happens to the estate."""

    def apply(_call: Call, reply: Reply) -> Reply:
        change()
        return reply

    return apply
