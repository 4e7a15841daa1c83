"""Turns the outcome of one request into the ``Response`` object of its answer, or into an error of this program.

Input: the HTTP answer, or the exception of a request without an answer. The error class depends on the API error code,
the HTTP status and the shape of the body, never on the message text.
"""

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
"""Content types that an answer may have. Parameters are ignored, and an answer without a content type passes."""

DENIALS = ("UnauthorizedOperation", "OperationDenied", "AuthFailure.UnauthorizedOperation")
BAD_CREDENTIALS = ("AuthFailure", "InvalidCredential", "UnauthorizedOperation.InvalidToken")
REFUSALS_BY_RATE = ("RequestLimitExceeded", "LimitExceeded.ActionLimited")
CLOCK_IS_WRONG = "AuthFailure.SignatureExpire"
NOT_RECORDED = "NotRecorded"
"""The code of a call that a cassette holds no answer to. The cloud never sends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """An action in a region: the call that an error describes."""

    action: ApiAction
    region: str

    def error(
        self, kind: type[FetchError], message_id: str, code: str, detail: str, request_id: str = ""
    ) -> FetchError:
        """Build an error of class ``kind`` about this call, with the facts that every :class:`FetchError` has."""
        facts = {"permission": self.action.permission, "part": self.action.part or ""}
        return kind(
            message_id,
            service=self.action.service,
            action=self.action.name,
            region=self.region,
            code=code,
            detail=detail,
            request_id=request_id,
            **(facts if kind is PermissionDenied else {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiResponse:
    """An HTTP answer. ``body`` is its text, or the parsed JSON where the SDK has parsed it already."""

    status: int
    content_type: str
    body: object


def parse_response(call: ApiCall, answer: ApiResponse) -> dict[str, Any]:
    """Return the ``Response`` object of ``answer``.

    Raises the :class:`FetchError` that matches the API error code, the HTTP status or the shape of the body.
    """
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


def network_error(call: ApiCall, failure: BaseException, route: str) -> FetchError:
    """Build the error for a request without an answer, or with an incomplete answer.

    ``route`` names the host, and the proxy where there is one, as :func:`auditor.fetcher.http.describe_route` does.
    """
    return call.error(NetworkError, "fetch-network", type(failure).__name__, f"{route}: {_root_cause(failure)}")


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
    """The error class and message id for an API error code. The most specific codes are tested first."""
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
    """Whether ``code`` equals a code of ``families`` or is a sub-code, as ``InternalError.Db`` of ``InternalError``."""
    return any(code == family or code.startswith(f"{family}.") for family in families)


def _root_cause(failure: BaseException) -> str:
    """The innermost cause. Outer exceptions may quote proxy addresses or headers, the innermost does not."""
    cause = failure
    while (inner := _direct_cause(cause)) is not None:
        cause = inner
    return f"{type(cause).__name__}: {cause}"


def _direct_cause(failure: BaseException) -> BaseException | None:
    reason = getattr(failure, "reason", None)
    for candidate in (reason, *failure.args, failure.__cause__):
        if isinstance(candidate, BaseException):
            return candidate
    return None
