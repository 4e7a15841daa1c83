"""From what a request met to the answer's ``Response``, or to one of our errors; by codes, never by message text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from auditor.errors import (
    AuthError,
    CloudError,
    FetchError,
    NetworkError,
    PermissionDenied,
    Throttled,
    UnexpectedAnswer,
)
from auditor.fetcher.actions import ApiAction

JSON_TYPES = ("application/json", "text/json", "text/plain")
"""What an answer may call itself; the SDK reads ``text/plain`` as JSON too. Parameters are ignored, none is fine."""

DENIALS = ("UnauthorizedOperation", "OperationDenied", "AuthFailure.UnauthorizedOperation")
BAD_CREDENTIALS = ("AuthFailure", "InvalidCredential", "UnauthorizedOperation.InvalidToken")
REFUSALS_BY_RATE = ("RequestLimitExceeded", "LimitExceeded.ActionLimited")
CLOCK_IS_WRONG = "AuthFailure.SignatureExpire"
NOT_RECORDED = "NotRecorded"
"""The code of a call that a cassette holds no answer to. The cloud never sends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """The call that an error is about."""

    action: ApiAction
    region: str

    def error(
        self, kind: type[FetchError], message_id: str, code: str, detail: str, request_id: str = ""
    ) -> FetchError:
        """An error of this call, with the facts that every one has."""
        facts = {"permission": self.action.permission} if kind is PermissionDenied else {}
        return kind(
            message_id,
            service=self.action.service,
            action=self.action.name,
            region=self.region,
            code=code,
            detail=detail,
            request_id=request_id,
            **facts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiResponse:
    """An HTTP answer as it came; ``body`` is the text or, where the SDK has read it already, the JSON in it."""

    status: int
    content_type: str
    body: object


def parse_response(call: ApiCall, answer: ApiResponse) -> dict[str, Any]:
    """The ``Response`` object of ``answer``. Raises the error that its code, its status or its shape stands for."""
    document = _document(answer.body)
    response = document.get("Response") if isinstance(document, dict) else None
    if not isinstance(response, dict):
        raise _unexpected(call, answer, _shape_code(answer, document))
    request_id = response.get("RequestId")
    if response.get("Error") is not None:
        _raise_api_error(call, answer, response["Error"], request_id if isinstance(request_id, str) else "")
    if answer.status != 200:
        raise _unexpected(call, answer, f"HTTP{answer.status}")
    if not _is_json_type(answer.content_type):
        raise _unexpected(call, answer, "WrongContentType")
    return response


def network_error(call: ApiCall, failure: BaseException, way: str) -> FetchError:
    """The error for a request that got no answer, or not all of one; ``way`` says where from, in words."""
    return call.error(NetworkError, "fetch-network", type(failure).__name__, f"{way}: {_root(failure)}")


def _document(body: object) -> object:
    if not isinstance(body, (str, bytes)):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _shape_code(answer: ApiResponse, document: object) -> str:
    if answer.status == 429:
        return "HTTP429"
    if answer.status != 200:
        return f"HTTP{answer.status}"
    if document is not None:
        return "NoResponse"
    return "Html" if "html" in answer.content_type.lower() else "NotJson"


def _is_json_type(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind in JSON_TYPES or kind.endswith("+json")


def _unexpected(call: ApiCall, answer: ApiResponse, code: str) -> FetchError:
    kind, message_id = (
        (Throttled, "fetch-throttled") if answer.status == 429 else (UnexpectedAnswer, "fetch-unexpected")
    )
    shown = answer.content_type.partition(";")[0].strip() or "no content type"
    return call.error(kind, message_id, code, f"HTTP {answer.status}, {shown}")


def _raise_api_error(call: ApiCall, answer: ApiResponse, error: object, request_id: str) -> NoReturn:
    code = error.get("Code") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not isinstance(code, str) or not code:
        raise _unexpected(call, answer, "BadError")
    message = error.get("Message")
    kind, message_id = _kind(code)
    raise call.error(kind, message_id, code, message if isinstance(message, str) else "", request_id)


def _kind(code: str) -> tuple[type[FetchError], str]:
    """The class and sentence for an error code of the API, most particular first."""
    if code == CLOCK_IS_WRONG:
        return AuthError, "fetch-clock"
    if is_or_under(code, DENIALS[2:]) or code.endswith(".CamNoAuth"):
        return PermissionDenied, "fetch-denied"
    if is_or_under(code, BAD_CREDENTIALS):
        return AuthError, "fetch-auth"
    if is_or_under(code, DENIALS):
        return PermissionDenied, "fetch-denied"
    if is_or_under(code, REFUSALS_BY_RATE):
        return Throttled, "fetch-throttled"
    return CloudError, "fetch-cloud"


def is_or_under(code: str, families: tuple[str, ...]) -> bool:
    """Whether ``code`` is one of ``families`` or a sub-code of one (``InternalError.Db`` of ``InternalError``)."""
    return any(code == family or code.startswith(f"{family}.") for family in families)


def _root(failure: BaseException) -> str:
    """The innermost reason, which names no address of a proxy and no header."""
    seen = failure
    while (inner := _inner(seen)) is not None:
        seen = inner
    return f"{type(seen).__name__}: {seen}"


def _inner(failure: BaseException) -> BaseException | None:
    reason = getattr(failure, "reason", None)
    for candidate in (reason, *failure.args, failure.__cause__):
        if isinstance(candidate, BaseException):
            return candidate
    return None
