import json

import pytest

from auditor.errors import (
    AuthError,
    CloudError,
    FetchError,
    NetworkError,
    PermissionDenied,
    Throttled,
    UnexpectedAnswer,
)
from auditor.fetcher.actions import SUBNETS
from auditor.fetcher.api_response import ApiCall, ApiResponse, network_error, parse_response

ASKED = ApiCall(action=SUBNETS, region="ap-guangzhou")


def answer(body: object, status: int = 200, content_type: str = "application/json") -> ApiResponse:
    return ApiResponse(status=status, content_type=content_type, body=body)


def refusal(code: str) -> ApiResponse:
    return answer({"Response": {"Error": {"Code": code, "Message": "in words"}, "RequestId": "req-1"}})


def error_of(came: ApiResponse) -> FetchError:
    with pytest.raises(FetchError) as raised:
        parse_response(ASKED, came)
    return raised.value


def test_the_response_is_handed_on_as_it_came() -> None:
    response = {"RequestId": "req-1", "SubnetSet": None, "TotalCount": 0}
    assert parse_response(ASKED, answer({"Response": response})) == response


def test_an_error_that_is_null_is_none() -> None:
    response = {"RequestId": "req-1", "Error": None}
    assert parse_response(ASKED, answer({"Response": response})) == response


@pytest.mark.parametrize(
    ("code", "kind", "sentence"),
    [
        ("UnauthorizedOperation", PermissionDenied, "fetch-denied"),
        ("UnauthorizedOperation.CamNoAuth", PermissionDenied, "fetch-denied"),
        ("UnauthorizedOperation.PermissionDenied", PermissionDenied, "fetch-denied"),
        ("AuthFailure.UnauthorizedOperation", PermissionDenied, "fetch-denied"),
        ("InternalError.CamNoAuth", PermissionDenied, "fetch-denied"),
        ("FailedOperation.CamNoAuth", PermissionDenied, "fetch-denied"),
        ("OperationDenied", PermissionDenied, "fetch-denied"),
        ("OperationDenied.AccountNotSupported", PermissionDenied, "fetch-denied"),
        ("AuthFailure", AuthError, "fetch-auth"),
        ("AuthFailure.SecretIdNotFound", AuthError, "fetch-auth"),
        ("AuthFailure.SignatureFailure", AuthError, "fetch-auth"),
        ("AuthFailure.TokenFailure", AuthError, "fetch-auth"),
        ("AuthFailure.SignatureExpire", AuthError, "fetch-clock"),
        ("InvalidCredential", AuthError, "fetch-auth"),
        ("UnauthorizedOperation.InvalidToken", AuthError, "fetch-auth"),
        ("RequestLimitExceeded", Throttled, "fetch-throttled"),
        ("RequestLimitExceeded.UinLimitExceeded", Throttled, "fetch-throttled"),
        ("LimitExceeded.ActionLimited", Throttled, "fetch-throttled"),
        ("LimitExceeded", CloudError, "fetch-cloud"),
        ("InternalError", CloudError, "fetch-cloud"),
        ("ResourceNotFound", CloudError, "fetch-cloud"),
        ("UnauthorizedOperations", CloudError, "fetch-cloud"),
    ],
)
def test_the_code_decides_the_kind(code: str, kind: type[FetchError], sentence: str) -> None:
    error = error_of(refusal(code))
    assert type(error) is kind
    assert error.message_id == sentence
    assert error.facts["code"] == code
    assert error.facts["detail"] == "in words"
    assert error.facts["request_id"] == "req-1"


def test_every_error_names_the_call() -> None:
    error = error_of(refusal("ResourceNotFound"))
    assert error.facts == {
        "service": "vpc",
        "action": "DescribeSubnets",
        "region": "ap-guangzhou",
        "code": "ResourceNotFound",
        "detail": "in words",
        "request_id": "req-1",
    }


def test_a_denial_names_the_cam_action_to_grant() -> None:
    assert error_of(refusal("UnauthorizedOperation")).facts["permission"] == "vpc:DescribeSubnets"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "text/html", "", "application/octet-stream"]
)
@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_an_error_of_the_api_counts_under_any_content_type_and_status(content_type: str, status: int) -> None:
    body = json.dumps(refusal("UnauthorizedOperation").body)
    assert type(error_of(answer(body, status, content_type))) is PermissionDenied


def test_an_error_without_a_request_id_is_still_that_error() -> None:
    error = error_of(answer({"Response": {"Error": {"Code": "AuthFailure", "Message": "m"}}}))
    assert type(error) is AuthError
    assert error.facts["request_id"] == ""


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (answer(b"<html>", 200, "text/html"), "Html"),
        (answer(b"<html>", 502, "text/html"), "HTTP502"),
        (answer(b"<html>", 404, "text/html"), "HTTP404"),
        (answer(b"", 307, ""), "HTTP307"),
        (answer(b"", 200), "NotJson"),
        (answer(b"{'Response': {}}"), "NotJson"),
        (answer(b"\xff\xfe"), "NotJson"),
        (answer("[" * 100_000), "NotJson"),
        (answer(b'"text"'), "NoResponse"),
        (answer(b"[]"), "NoResponse"),
        (answer({"response": {}}), "NoResponse"),
        (answer({"Response": None}), "NoResponse"),
        (answer({"Response": []}), "NoResponse"),
        (answer({"Response": "text"}), "NoResponse"),
        (answer({"Response": {"Error": "text", "RequestId": "r"}}), "BadError"),
        (answer({"Response": {"Error": {}, "RequestId": "r"}}), "BadError"),
        (answer({"Response": {"Error": {"Code": 5}, "RequestId": "r"}}), "BadError"),
        (answer({"Response": {"Error": {"Code": ""}, "RequestId": "r"}}), "BadError"),
        (answer({"Response": {"RequestId": "r"}}, 500), "HTTP500"),
        (answer({"Response": {"RequestId": "r"}}, 200, "text/html"), "WrongContentType"),
        (answer({"Response": {"RequestId": "r"}}, 200, "application/octet-stream"), "WrongContentType"),
    ],
)
def test_what_is_no_answer_of_the_api_is_never_taken_for_one(came: ApiResponse, code: str) -> None:
    error = error_of(came)
    assert type(error) is UnexpectedAnswer
    assert error.facts["code"] == code


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON ; charset=utf-8", "text/json", "text/plain", "application/problem+json", ""],
)
def test_json_by_any_of_its_names_is_read(content_type: str) -> None:
    assert parse_response(ASKED, answer({"Response": {"RequestId": "r"}}, 200, content_type)) == {"RequestId": "r"}


def test_too_many_requests_is_throttling_without_an_envelope_too() -> None:
    error = error_of(answer(b"slow down", 429, "text/plain"))
    assert type(error) is Throttled
    assert error.facts["code"] == "HTTP429"


def test_a_failure_names_its_innermost_reason() -> None:
    failure = ConnectionError("Max retries exceeded")
    failure.__cause__ = OSError(113, "No route to host")
    error = network_error(ASKED, failure, "host:443")
    assert type(error) is NetworkError
    assert error.facts["code"] == "ConnectionError"
    assert error.facts["detail"] == "host:443: OSError: [Errno 113] No route to host"
