"""Every action with every failure: the errors of the transport on the real SDK."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

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
from auditor.fetcher.actions import ACTIONS, CLUSTERS, SECURITY_GROUP_POLICIES, VPCS, ApiAction
from auditor.fetcher.transport import Transport
from tests.diagonal import diagonal
from tests.estates import everything
from tests.loopback import faults
from tests.loopback.calls import Call
from tests.loopback.client import ATTEMPTS, transport
from tests.loopback.schema import BY_NAME
from tests.loopback.server import LoopbackServer
from tests.loopback.signature import Keys

REGION = "ap-guangzhou"
each_action = pytest.mark.parametrize(
    "action", ACTIONS, ids=[f"{action.service}-{action.version[:4]}-{action.name}" for action in ACTIONS]
)
LASTING: dict[str, tuple[faults.Fault, type[FetchError], str, int]] = {
    "denied": (faults.deny, PermissionDenied, "UnauthorizedOperation", 1),
    "throttled": (faults.throttle, Throttled, "RequestLimitExceeded", ATTEMPTS),
    "internal-error": (faults.internal_error, CloudError, "InternalError", ATTEMPTS),
    "500": (faults.status(500), UnexpectedAnswer, "HTTP500", ATTEMPTS),
    "502": (faults.status(502), UnexpectedAnswer, "HTTP502", ATTEMPTS),
    "cut": (faults.cut_body, NetworkError, "ChunkedEncodingError", ATTEMPTS),
    "html": (faults.html, UnexpectedAnswer, "Html", ATTEMPTS),
    "wrong-type": (faults.content_type("text/html"), UnexpectedAnswer, "WrongContentType", ATTEMPTS),
    "not-json": (faults.not_json, UnexpectedAnswer, "NotJson", ATTEMPTS),
}
"""What the server does, the error that it becomes with its code, and how often the server is asked."""

PASSING: dict[str, faults.Fault] = {
    "throttled": faults.throttle,
    "internal-error": faults.internal_error,
    "502": faults.status(502),
    "cut": faults.cut_body,
    "html": faults.html,
    "not-json": faults.not_json,
}


def each_action_and(name: str, values: Iterable[str]) -> pytest.MarkDecorator:
    """Every action with every value; an ordinary run tries each action at least once, and each value several times."""
    return diagonal(("action", name), ACTIONS, values, share=4, name=_name)


def _name(value: ApiAction | str) -> str:
    return value or "none" if isinstance(value, str) else f"{value.service}-{value.version[:4]}-{value.name}"


@pytest.fixture(scope="module")
def running() -> Iterator[LoopbackServer]:
    with LoopbackServer(everything.build(), quotas=False) as server:
        yield server


@pytest.fixture
def server(running: LoopbackServer) -> LoopbackServer:
    running.faults.clear()
    running.log.calls.clear()
    return running


@pytest.fixture
def live(server: LoopbackServer) -> Iterator[Transport]:
    with transport(server.endpoint) as made:
        yield made


def question(action: ApiAction) -> dict[str, Any]:
    """The least that the action wants."""
    required = BY_NAME[action.service, action.version, action.name].required
    known = {
        "ClusterId": "cls-mana0001",
        "AddonName": "eniipamd",
        "SecurityGroupId": "sg-node0001",
        "Product": "tke",
        "NetworkAclId": "acl-five0001",
        "LoadBalancerId": "lb-prod0001",
        "Filters": [{"Name": "TargetGroupId", "Values": ["lbtg-prod001"]}],
    }
    return {name: known[name] for name in required}


def ask(live: Transport, action: ApiAction) -> dict[str, Any]:
    return live.call(action, REGION, question(action))


@each_action_and("failure", LASTING)
def test_lasting_failure_has_its_own_error(
    server: LoopbackServer, live: Transport, action: ApiAction, failure: str
) -> None:
    fault, kind, code, calls = LASTING[failure]
    server.inject(fault, action.name)
    with pytest.raises(FetchError) as raised:
        ask(live, action)
    facts = raised.value.facts
    assert (type(raised.value), facts["code"], len(server.log.calls)) == (kind, code, calls)
    assert (facts["service"], facts["action"], facts["region"]) == (action.service, action.name, REGION)
    assert facts.get("permission") == (action.permission if kind is PermissionDenied else None)


@each_action_and("failure", PASSING)
def test_passing_failure_is_got_over(server: LoopbackServer, live: Transport, action: ApiAction, failure: str) -> None:
    server.inject(PASSING[failure], action.name, times=2)
    assert "RequestId" in ask(live, action)
    assert len(server.log.calls) == 3


@each_action
def test_silence_is_a_network_error(server: LoopbackServer, action: ApiAction) -> None:
    server.inject(faults.silence, action.name)
    with transport(server.endpoint, attempts=2, patience=0.05) as live, pytest.raises(NetworkError) as raised:
        ask(live, action)
    assert raised.value.facts["code"] == "ReadTimeout"


@each_action_and("text", ["application/json; charset=utf-8", "APPLICATION/JSON", "text/plain", ""])
def test_error_is_seen_under_any_content_type(
    server: LoopbackServer, live: Transport, action: ApiAction, text: str
) -> None:
    def mislabelled(call: Call, reply: faults.Reply) -> faults.Reply:
        return faults.content_type(text)(call, faults.deny(call, reply))

    server.inject(mislabelled, action.name, times=1)
    with pytest.raises(PermissionDenied):
        ask(live, action)
    server.faults.clear()
    server.inject(faults.content_type(text), action.name)
    assert "RequestId" in ask(live, action)


def test_slow_body_is_a_network_error(server: LoopbackServer) -> None:
    server.inject(faults.slow_body(0.2), VPCS.name)
    with transport(server.endpoint, attempts=1, patience=0.05) as live, pytest.raises(NetworkError):
        ask(live, VPCS)


def test_body_that_drips_on_is_a_network_error(server: LoopbackServer) -> None:
    server.inject(faults.slow_body(0.02), VPCS.name)
    with transport(server.endpoint, attempts=1, whole=0.3) as live, pytest.raises(NetworkError) as raised:
        ask(live, VPCS)
    assert raised.value.facts["code"] == "ReadTimeout"
    host = server.endpoint.removeprefix("http://")
    assert raised.value.facts["detail"] == f"{host}: ReadTimeout: the answer was not whole after 0.3 s"


def test_unreachable_endpoint_is_a_network_error() -> None:
    with LoopbackServer(everything.build()) as gone:
        endpoint = gone.endpoint
    with transport(endpoint) as live, pytest.raises(NetworkError) as raised:
        ask(live, VPCS)
    assert raised.value.facts["code"] == "ConnectionError"
    assert str(raised.value.facts["detail"]).startswith(endpoint.removeprefix("http://") + ": ConnectionRefusedError")


def test_session_token_travels() -> None:
    keys = Keys(token="temporary-token")
    with LoopbackServer(everything.build(), keys=keys) as server, transport(server.endpoint, keys=keys) as live:
        assert ask(live, VPCS)["TotalCount"] == 1


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (Keys(secret_id="somebody-else"), "AuthFailure.SecretIdNotFound"),
        (Keys(secret_key="not-the-key"), "AuthFailure.SignatureFailure"),
        (Keys(token="expired-token"), "AuthFailure.TokenFailure"),
    ],
)
def test_bad_keys_end_the_run_after_one_call(server: LoopbackServer, keys: Keys, code: str) -> None:
    with transport(server.endpoint, keys=keys) as live:
        for action in (VPCS, CLUSTERS, SECURITY_GROUP_POLICIES):
            with pytest.raises(AuthError) as raised:
                ask(live, action)
            assert raised.value.facts["code"] == code
    assert len(server.log.calls) == 1


def test_messages_are_asked_for_in_english(server: LoopbackServer, live: Transport) -> None:
    ask(live, VPCS)
    assert [call.language for call in server.log.calls] == ["en-US"]


def test_no_secret_is_repeated_in_an_error(server: LoopbackServer) -> None:
    keys = Keys(token="temporary-token")
    told = "loopback-secret-id with loopback-secret-key and temporary-token"

    def telling(_call: Call, reply: faults.Reply) -> faults.Reply:
        error = {"Code": f"Invalid.{told}", "Message": f"who is {told}?"}
        return replace(reply, body=json.dumps({"Response": {"Error": error, "RequestId": told}}).encode())

    server.keys = keys
    try:
        server.inject(telling, VPCS.name)
        with transport(server.endpoint, keys=keys) as live, pytest.raises(CloudError) as raised:
            ask(live, VPCS)
    finally:
        server.keys = Keys()
    facts = raised.value.facts
    assert (facts["code"], facts["detail"], facts["request_id"]) == (
        "Invalid.*** with *** and ***",
        "who is *** with *** and ***?",
        "*** with *** and ***",
    )
