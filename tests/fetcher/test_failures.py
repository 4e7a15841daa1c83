"""Every action with every failure through the real SDK: the number of attempts and the resulting error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
import responses

from auditor.errors import (
    AuthError,
    CloudError,
    FetchError,
    NetworkError,
    PermissionDenied,
    Throttled,
    UnexpectedAnswer,
)
from auditor.fetcher.actions import ACTIONS, ApiAction
from auditor.fetcher.cassette import Cassette, RecordedFault, Replay
from auditor.fetcher.clock import StoppedClock
from auditor.fetcher.keys import Keys
from auditor.fetcher.rate_limit import Unmetered
from auditor.fetcher.retry import RetryPolicy
from auditor.fetcher.transport import Transport, Wiring
from auditor.words import Lang, catalogue
from tests.diagonal import diagonal

REGION = "ap-guangzhou"
SECRETS = ("invented-secret-id-0001", "invented-secret-key-0002", "invented-token-0003")
MESSAGE = f"keys {SECRETS[0]} and {SECRETS[1]} with {SECRETS[2]}"
GOOD = {"Response": {"RequestId": "req-good", "TotalCount": 0}}
SIX, ONCE = 6, 1


@dataclass(frozen=True)
class Failure:
    """What the cloud does, how often it is asked, and what we make of it."""

    does: RecordedFault | str
    calls: int
    kind: type[FetchError]
    code: str


FAILURES = (
    Failure("UnauthorizedOperation", ONCE, PermissionDenied, "UnauthorizedOperation"),
    Failure("UnauthorizedOperation.CamNoAuth", ONCE, PermissionDenied, "UnauthorizedOperation.CamNoAuth"),
    Failure("AuthFailure.UnauthorizedOperation", ONCE, PermissionDenied, "AuthFailure.UnauthorizedOperation"),
    Failure("InternalError.CamNoAuth", ONCE, PermissionDenied, "InternalError.CamNoAuth"),
    Failure("OperationDenied", ONCE, PermissionDenied, "OperationDenied"),
    Failure("AuthFailure.SecretIdNotFound", ONCE, AuthError, "AuthFailure.SecretIdNotFound"),
    Failure("AuthFailure.SignatureExpire", ONCE, AuthError, "AuthFailure.SignatureExpire"),
    Failure("AuthFailure", ONCE, AuthError, "AuthFailure"),
    Failure("InvalidCredential", ONCE, AuthError, "InvalidCredential"),
    Failure("RequestLimitExceeded", SIX, Throttled, "RequestLimitExceeded"),
    Failure("RequestLimitExceeded.UinLimitExceeded", SIX, Throttled, "RequestLimitExceeded.UinLimitExceeded"),
    Failure("LimitExceeded.ActionLimited", SIX, Throttled, "LimitExceeded.ActionLimited"),
    Failure("InternalError", SIX, CloudError, "InternalError"),
    Failure("InternalServerError", SIX, CloudError, "InternalServerError"),
    Failure("ServiceUnavailable", SIX, CloudError, "ServiceUnavailable"),
    Failure("InternalError.ClusterNotFound", ONCE, CloudError, "InternalError.ClusterNotFound"),
    Failure("ResourceNotFound", ONCE, CloudError, "ResourceNotFound"),
    Failure("InvalidParameter", ONCE, CloudError, "InvalidParameter"),
    Failure("LimitExceeded", ONCE, CloudError, "LimitExceeded"),
    Failure(RecordedFault.CONNECTION_REFUSED, SIX, NetworkError, "ConnectionError"),
    Failure(RecordedFault.TIME_OUT, SIX, NetworkError, "ReadTimeout"),
    Failure(RecordedFault.CUT_BODY, SIX, NetworkError, "ChunkedEncodingError"),
    Failure(RecordedFault.HTML, SIX, UnexpectedAnswer, "Html"),
    Failure(RecordedFault.SERVER_ERROR, SIX, UnexpectedAnswer, "HTTP503"),
    Failure(RecordedFault.WRONG_CONTENT_TYPE, SIX, UnexpectedAnswer, "WrongContentType"),
    Failure(RecordedFault.NOT_JSON, SIX, UnexpectedAnswer, "NotJson"),
)
PASSING = tuple(failure for failure in FAILURES if failure.calls == SIX)

each_failure = pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.does)


def each_action_and(failures: Sequence[Failure]) -> pytest.MarkDecorator:
    """Every action with every failure; an ordinary run tries each of both several times."""
    return diagonal(("action", "failure"), ACTIONS, failures, share=6, name=_name)


def _name(value: ApiAction | Failure) -> str:
    return value.does if isinstance(value, Failure) else f"{value.service}-{value.version[:4]}-{value.name}"


def cassette(action: ApiAction, *does: RecordedFault | str | Mapping[str, object]) -> Cassette:
    """One call of ``action``, again and again: a fault, an error code, or an answer."""
    request = {
        "service": action.service,
        "version": action.version,
        "region": REGION,
        "action": action.name,
        "params": {},
    }
    interactions: list[dict[str, object]] = []
    for one in does:
        if isinstance(one, RecordedFault):
            interactions.append({"request": request, "fault": one})
            continue
        error = {"Response": {"Error": {"Code": one, "Message": MESSAGE}, "RequestId": "req-bad"}}
        body = dict(one) if isinstance(one, Mapping) else error
        response = {"status": 200, "content_type": "application/json", "body": body}
        interactions.append({"request": request, "response": response})
    return Cassette.model_validate(
        {"format": "sgaudit-cassette/1", "scenario": "s", "origin": "written", "interactions": interactions}
    )


def answered_by(replay: Replay | None) -> Transport:
    keys = Keys(secret_id=SECRETS[0], secret_key=SECRETS[1], token=SECRETS[2])
    policy = RetryPolicy(throttled=0)
    return Transport(keys, wiring=Wiring(adapter=replay), budget=Unmetered(), clock=StoppedClock(), policy=policy)


@pytest.fixture
def live() -> Iterator[Transport]:
    transport = answered_by(None)
    yield transport
    transport.close()


@each_action_and(FAILURES)
def test_a_failure_for_ever_ends_as_its_own_error(action: ApiAction, failure: Failure) -> None:
    replay = Replay(cassette(action, *[failure.does] * 7))
    with pytest.raises(FetchError) as raised:
        answered_by(replay).call(action, REGION, {})
    error = raised.value
    assert type(error) is failure.kind
    assert 7 - len(replay.unused()) == failure.calls
    assert error.facts["code"] == failure.code
    assert (error.facts["service"], error.facts["action"], error.facts["region"]) == (
        action.service,
        action.name,
        REGION,
    )
    assert error.facts.get("permission") == (action.permission if failure.kind is PermissionDenied else None)


@each_action_and(PASSING)
def test_a_failure_that_passes_is_got_over(action: ApiAction, failure: Failure) -> None:
    replay = Replay(cassette(action, failure.does, failure.does, GOOD))
    assert answered_by(replay).call(action, REGION, {}) == GOOD["Response"]
    assert replay.unused() == ()


@each_failure
@pytest.mark.parametrize("lang", list(Lang))
def test_no_failure_tells_a_secret_in_any_language(failure: Failure, lang: Lang) -> None:
    replay = Replay(cassette(ACTIONS[0], *[failure.does] * 6))
    with pytest.raises(FetchError) as raised:
        answered_by(replay).call(ACTIONS[0], REGION, {})
    said = catalogue(lang).text(raised.value.message_id, **raised.value.facts)
    for text in (said, str(raised.value), repr(raised.value)):
        assert not [secret for secret in (*SECRETS, "TC3-HMAC", "Authorization") if secret in text]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("action", ACTIONS[:1])
def test_a_status_without_an_answer_of_the_api_is_never_an_answer(
    live: Transport, action: ApiAction, status: int
) -> None:
    with responses.RequestsMock() as wire:
        wire.post(f"https://{action.service}.tencentcloudapi.com/", json=GOOD, status=status)
        with pytest.raises(FetchError) as raised:
            live.call(action, REGION, {})
        assert len(wire.calls) == SIX
    assert raised.value.facts["code"] == f"HTTP{status}"


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/html", "x/y"])
def test_a_denial_is_one_under_any_status_and_content_type(live: Transport, status: int, content_type: str) -> None:
    body = {"Response": {"Error": {"Code": "UnauthorizedOperation", "Message": "no"}, "RequestId": "r"}}
    action = ACTIONS[0]
    with responses.RequestsMock() as wire:
        wire.post(
            f"https://{action.service}.tencentcloudapi.com/",
            body=json.dumps(body),
            status=status,
            content_type=content_type,
        )
        with pytest.raises(PermissionDenied):
            live.call(action, REGION, {})
        assert len(wire.calls) == ONCE
