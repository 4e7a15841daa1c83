from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from auditor.errors import FetchError, NetworkError, NotRecorded
from auditor.fetcher.actions import SUBNETS, VPCS
from auditor.fetcher.cassette import Cassette, RecordedFault, Replay, load
from auditor.fetcher.transport import replay_transport

Step = tuple[dict[str, object], object]


def cassette(*steps: Step) -> Cassette:
    """Subnet lists: each step is parameters with a number to answer, or with the name of a fault."""
    interactions: list[dict[str, object]] = []
    for params, outcome in steps:
        request = {
            "service": "vpc",
            "version": "2017-03-12",
            "region": "ap-guangzhou",
            "action": "DescribeSubnets",
            "params": params,
        }
        body = {"Response": {"RequestId": "r", "TotalCount": outcome}}
        response = {"status": 200, "content_type": "application/json", "body": body}
        ending = {"fault": outcome} if isinstance(outcome, str) else {"response": response}
        interactions.append({"request": request, **ending})
    text = {"format": "sgaudit-cassette/1", "scenario": "s", "origin": "written", "interactions": interactions}
    return load(json.dumps(text), "test.json")


def subnets(replay: Replay, **params: object) -> object:
    transport = replay_transport(replay)
    try:
        return transport.call(SUBNETS, "ap-guangzhou", params)["TotalCount"]
    finally:
        transport.close()


def test_calls_in_another_order_get_their_own_answers() -> None:
    replay = Replay(cassette(({"Limit": "1"}, 1), ({"Limit": "2"}, 2)))
    assert subnets(replay, Limit="2") == 2
    assert subnets(replay, Limit="1") == 1
    assert replay.unused() == ()


def test_equal_requests_are_answered_in_the_order_of_the_cassette_once_each() -> None:
    replay = Replay(cassette(({}, 1), ({}, 2)))
    assert [subnets(replay), subnets(replay)] == [1, 2]
    with pytest.raises(NotRecorded):
        subnets(replay)
    assert len(replay.unmatched()) == 1


def test_a_request_that_was_not_recorded_is_said_at_once_and_reaches_no_network() -> None:
    replay = Replay(cassette(({"Limit": "1"}, 1)))
    with pytest.raises(NotRecorded) as raised:
        subnets(replay, Limit=1)
    assert isinstance(raised.value, FetchError)
    assert raised.value.facts["code"] == "NotRecorded"
    assert raised.value.facts["detail"] == 'the cassette holds no answer to this request: {"Limit": 1}'
    assert [request.params for request in replay.unmatched()] == [{"Limit": 1}]
    assert [request.params for request in replay.unused()] == [{"Limit": "1"}]


def test_another_action_or_region_is_another_request() -> None:
    replay = Replay(cassette(({}, 1)))
    transport = replay_transport(replay)
    with pytest.raises(NotRecorded):
        transport.call(VPCS, "ap-guangzhou", {})
    with pytest.raises(NotRecorded):
        transport.call(SUBNETS, "ap-shanghai", {})
    assert [(request.action, request.region) for request in replay.unmatched()] == [
        ("DescribeVpcs", "ap-guangzhou"),
        ("DescribeSubnets", "ap-shanghai"),
    ]


def test_a_fault_is_retried_as_on_the_wire() -> None:
    replay = Replay(cassette(({}, "time-out"), ({}, "cut-body"), ({}, 7)))
    assert subnets(replay) == 7
    assert replay.unused() == ()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (RecordedFault.CONNECTION_REFUSED, "ConnectionError"),
        (RecordedFault.TIME_OUT, "ReadTimeout"),
        (RecordedFault.CUT_BODY, "ChunkedEncodingError"),
        (RecordedFault.HTML, "Html"),
        (RecordedFault.SERVER_ERROR, "HTTP503"),
        (RecordedFault.WRONG_CONTENT_TYPE, "WrongContentType"),
        (RecordedFault.NOT_JSON, "NotJson"),
    ],
)
def test_each_fault_is_what_its_name_says(fault: RecordedFault, code: str) -> None:
    with pytest.raises(FetchError) as raised:
        subnets(Replay(cassette(*[({}, fault.value)] * 6)))
    assert raised.value.facts["code"] == code


def test_many_threads_get_one_answer_each() -> None:
    steps: list[Step] = [({"Offset": str(number % 10)}, number) for number in range(200)]
    replay = Replay(cassette(*steps))
    with ThreadPoolExecutor(8) as executor:
        found = list(executor.map(lambda number: subnets(replay, Offset=str(number % 10)), range(200)))
    assert Counter(found) == Counter(range(200))
    assert replay.unused() == ()


def test_a_replay_answers_its_own_transport_alone() -> None:
    first, second = Replay(cassette(({}, 1))), Replay(cassette(({}, 2)))
    assert [subnets(second), subnets(first)] == [2, 1]
    with pytest.raises(requests.ConnectionError, match="refused"):
        requests.post("http://127.0.0.1:1/", timeout=1)


def test_no_call_of_a_replay_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a replay opened a socket")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    replay = Replay(cassette(({}, 1)))
    assert subnets(replay) == 1
    with pytest.raises(NotRecorded):
        subnets(replay)


def test_a_network_error_in_a_cassette_is_one() -> None:
    with pytest.raises(NetworkError):
        subnets(Replay(cassette(*[({}, "connection-refused")] * 6)))
