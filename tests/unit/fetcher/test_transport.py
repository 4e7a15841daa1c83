from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import requests
import responses

from auditor.errors import AuthError, FetchError, NetworkError, PermissionDenied, UnexpectedAnswer
from auditor.fetcher.actions import CLUSTERS, SECURITY_GROUPS, SUBNETS, VPCS
from auditor.fetcher.api_response import ApiCall, ApiResponse
from auditor.fetcher.cassette import Cassette, Replay
from auditor.fetcher.clock import Cancelled, Clock
from auditor.fetcher.http import parse_endpoint
from auditor.fetcher.keys import Keys, credentials_error
from auditor.fetcher.rate_limit import Unmetered
from auditor.fetcher.retry import RetryPolicy
from auditor.fetcher.transport import Signer, Transport, Wiring, replay_transport
from tests.unit.fetcher.fake_clock import FakeClock

VPC = "https://vpc.tencentcloudapi.com/"
SECRET_ID, SECRET_KEY, TOKEN = "invented-secret-id-0001", "invented-secret-key-0002", "invented-token-0003"
KEYS = Keys(secret_id=SECRET_ID, secret_key=SECRET_KEY, token=TOKEN)
GOOD = {"Response": {"RequestId": "req-1", "TotalCount": 0, "SubnetSet": []}}


def refusal(code: str, message: str = "m") -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "req-1"}}


def make(clock: Clock, signer: Signer | None = KEYS, wiring: Wiring | None = None) -> Transport:
    return Transport(signer, wiring=wiring, budget=Unmetered(), clock=clock)


def failing(transport: Transport) -> FetchError:
    with pytest.raises(FetchError) as raised:
        transport.call(SUBNETS, "ap-guangzhou", {})
    return raised.value


def test_a_call_is_signed_for_its_service_and_asks_in_english(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=GOOD)
    assert make(clock).call(SUBNETS, "ap-guangzhou", {"Limit": "100"}) == GOOD["Response"]
    request = wire.calls[0].request
    assert json.loads(request.body or "") == {"Limit": "100"}
    headers = request.headers
    assert headers["X-TC-Action"] == "DescribeSubnets"
    assert headers["X-TC-Version"] == "2017-03-12"
    assert headers["X-TC-Region"] == "ap-guangzhou"
    assert headers["X-TC-Language"] == "en-US"
    assert headers["X-TC-Token"] == TOKEN
    assert headers["Host"] == "vpc.tencentcloudapi.com"
    assert headers["Authorization"].startswith(f"TC3-HMAC-SHA256 Credential={SECRET_ID}/")
    assert "/vpc/tc3_request" in headers["Authorization"]


def test_one_endpoint_gets_every_service_signed_for_it(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post("http://127.0.0.1:8080/", json=GOOD)
    transport = make(clock, wiring=Wiring(endpoint=parse_endpoint("http://127.0.0.1:8080")))
    transport.call(SUBNETS, "ap-guangzhou", {})
    transport.call(CLUSTERS, "ap-guangzhou", {})
    assert [call.request.headers["Host"] for call in wire.calls] == ["127.0.0.1:8080"] * 2


def test_without_keys_a_call_goes_out_unsigned(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=GOOD)
    make(clock, signer=None).call(SUBNETS, "ap-guangzhou", {})
    assert wire.calls[0].request.headers["Authorization"] == "SKIP"


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/plain"])
def test_an_error_is_one_whatever_its_content_type(
    wire: responses.RequestsMock, clock: FakeClock, content_type: str
) -> None:
    wire.post(VPC, body=json.dumps(refusal("UnauthorizedOperation")), content_type=content_type)
    assert type(failing(make(clock))) is PermissionDenied


def test_a_retry_that_succeeds_counts(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=refusal("RequestLimitExceeded"))
    wire.post(VPC, json=GOOD)
    wire.post(VPC, json=refusal("RequestLimitExceeded"))
    assert make(clock).call(SUBNETS, "ap-guangzhou", {}) == GOOD["Response"]
    assert len(wire.calls) == 2


@pytest.mark.parametrize("header", [None, "4096"])
def test_a_body_that_is_cut_is_a_network_error(
    wire: responses.RequestsMock, clock: FakeClock, header: str | None
) -> None:
    body = requests.exceptions.ChunkedEncodingError("broken") if header is None else '{"Resp'
    headers = {} if header is None else {"Content-Length": header}
    wire.post(VPC, body=body, headers=headers, content_type="application/json")
    assert failing(make(clock)).facts["code"] == "ChunkedEncodingError"


def test_bad_keys_are_tried_once_and_then_no_more(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=refusal("AuthFailure.SecretIdNotFound", "no such id"))
    transport = make(clock)
    with pytest.raises(AuthError):
        transport.call(SUBNETS, "ap-guangzhou", {})
    with pytest.raises(AuthError) as raised:
        transport.call(VPCS, "ap-shanghai", {})
    assert len(wire.calls) == 1
    assert raised.value.facts == {
        "service": "vpc",
        "action": "DescribeVpcs",
        "region": "ap-shanghai",
        "code": "AuthFailure.SecretIdNotFound",
        "detail": "no such id",
        "request_id": "",
    }


def test_a_denial_stops_no_other_call(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=refusal("AuthFailure.UnauthorizedOperation"))
    wire.post(VPC, json=GOOD)
    transport = make(clock)
    assert type(failing(transport)) is PermissionDenied
    assert transport.call(VPCS, "ap-guangzhou", {}) == GOOD["Response"]


def test_a_bare_auth_failure_after_success_is_about_one_action(wire: responses.RequestsMock, clock: FakeClock) -> None:
    for answer in (GOOD, refusal("AuthFailure"), GOOD):
        wire.post(VPC, json=answer)
    transport = make(clock)
    transport.call(VPCS, "ap-guangzhou", {})
    assert type(failing(transport)) is AuthError
    assert transport.call(SECURITY_GROUPS, "ap-guangzhou", {}) == GOOD["Response"]


def test_keys_that_end_during_a_run_stop_it(wire: responses.RequestsMock, clock: FakeClock) -> None:
    for answer in (GOOD, refusal("AuthFailure.TokenFailure")):
        wire.post(VPC, json=answer)
    transport = make(clock)
    transport.call(VPCS, "ap-guangzhou", {})
    failing(transport)
    assert type(failing(transport)) is AuthError
    assert len(wire.calls) == 2


def test_keys_that_cannot_be_had_are_asked_for_once(wire: responses.RequestsMock, clock: FakeClock) -> None:
    asked: list[int] = []

    class Broken:
        def get_credential_info(self) -> tuple[str, str, str | None]:
            asked.append(1)
            raise credentials_error("fetch-cvm-role", "MetadataError", place="role")

    transport = make(clock, signer=Broken())
    for _ in range(3):
        assert failing(transport).message_id == "fetch-cvm-role"
    assert len(asked) == 1
    assert len(wire.calls) == 0


def test_no_secret_stays_in_a_message(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=refusal("AuthFailure", f"id {SECRET_ID}, key {SECRET_KEY}, token {TOKEN}"))
    assert failing(make(clock)).facts["detail"] == "id ***, key ***, token ***"


def test_a_secret_across_the_cut_of_a_long_message_does_not_stay(
    wire: responses.RequestsMock, clock: FakeClock
) -> None:
    wire.post(VPC, json=refusal("ResourceNotFound", "x" * 490 + SECRET_KEY + "y" * 1000))
    assert failing(make(clock)).facts["detail"] == "x" * 490 + "***" + "y" * 7


def test_neither_log_shows_keys_or_signatures(
    wire: responses.RequestsMock, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.post(VPC, json=GOOD)
    make(clock).call(SUBNETS, "ap-guangzhou", {})
    assert "vpc:DescribeSubnets in ap-guangzhou: ok" in caplog.text
    for secret in (SECRET_ID, SECRET_KEY, TOKEN, "Authorization", "Signature"):
        assert secret not in caplog.text


def test_a_notice_of_deprecation_changes_no_warning_filters(wire: responses.RequestsMock, clock: FakeClock) -> None:
    response = {**GOOD["Response"], "DeprecatedWarning": "use another"}
    wire.post(VPC, json={"Response": response})
    transport = make(clock)
    transport.call(VPCS, "ap-guangzhou", {})
    before = list(warnings.filters)
    assert transport.call(SUBNETS, "ap-guangzhou", {}) == response
    assert list(warnings.filters) == before


def test_a_proxy_from_the_environment_is_used_for_the_cloud_alone(
    wire: responses.RequestsMock, clock: FakeClock
) -> None:
    env = {"https_proxy": "http://proxy.example.com:3128", "http_proxy": "http://proxy.example.com:3128"}
    wire.post(VPC, json=GOOD)
    wire.post("http://127.0.0.1:9/", json=GOOD)
    make(clock, wiring=Wiring(env=env)).call(SUBNETS, "ap-guangzhou", {})
    make(clock, wiring=Wiring(env=env, endpoint=parse_endpoint("http://127.0.0.1:9"))).call(SUBNETS, "ap-guangzhou", {})
    used = [call.request.req_kwargs["proxies"] for call in wire.calls]  # type: ignore[attr-defined]
    assert [dict(proxies) for proxies in used] == [
        {"http": "http://proxy.example.com:3128", "https": "http://proxy.example.com:3128"},
        {},
    ]


def test_the_environment_of_this_process_does_not_decide_on_proxies(
    wire: responses.RequestsMock, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    wire.post(VPC, json=GOOD)
    make(clock).call(SUBNETS, "ap-guangzhou", {})
    assert dict(wire.calls[0].request.req_kwargs["proxies"]) == {}  # type: ignore[attr-defined]


def test_certificates_of_ones_own_and_time_outs_reach_the_wire(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=GOOD)
    make(clock, wiring=Wiring(env={"REQUESTS_CA_BUNDLE": "own.pem"}, timeouts=(1.5, 2.5))).call(
        SUBNETS, "ap-guangzhou", {}
    )
    kwargs = wire.calls[0].request.req_kwargs  # type: ignore[attr-defined]
    assert (kwargs["verify"], kwargs["timeout"]) == ("own.pem", (1.5, 2.5))


def test_the_clock_of_the_cloud_is_compared_with_ours(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=GOOD, headers={"Date": "Thu, 28 May 2026 20:40:00 GMT"})
    transport = make(clock)
    assert transport.clock_skew is None
    transport.call(SUBNETS, "ap-guangzhou", {})
    assert transport.clock_skew == 1_780_001_000 - 1_780_000_800


def test_a_date_that_is_none_is_passed_over(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=GOOD, headers={"Date": "yesterday"})
    transport = make(clock)
    transport.call(SUBNETS, "ap-guangzhou", {})
    assert transport.clock_skew is None


def test_after_an_interrupt_no_call_is_made(wire: responses.RequestsMock, clock: FakeClock) -> None:
    clock.cancelled = True
    with pytest.raises(Cancelled):
        make(clock).call(SUBNETS, "ap-guangzhou", {})
    assert len(wire.calls) == 0


def test_an_interrupt_ends_a_replay_too() -> None:
    cassette = Cassette(format="sgaudit-cassette/1", scenario="s", origin="written", interactions=[])
    cancelled = Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        replay_transport(Replay(cassette), cancelled).call(SUBNETS, "ap-guangzhou", {})


def test_a_closed_transport_opens_again_when_asked(wire: responses.RequestsMock, clock: FakeClock) -> None:
    wire.post(VPC, json=GOOD)
    transport = make(clock)
    transport.close()
    transport.call(SUBNETS, "ap-guangzhou", {})
    transport.close()
    assert transport.call(SUBNETS, "ap-guangzhou", {}) == GOOD["Response"]


def test_what_an_earlier_call_met_is_not_taken_for_a_later_one(wire: responses.RequestsMock, clock: FakeClock) -> None:
    class Once:
        used = False

        def get_credential_info(self) -> tuple[str, str, str | None]:
            if self.used:
                raise ValueError("the signer broke")
            self.used = True
            return KEYS.get_credential_info()

    wire.post(VPC, json=GOOD)
    transport = Transport(Once(), budget=Unmetered(), clock=clock, policy=RetryPolicy(attempts=1))
    transport.call(SUBNETS, "ap-guangzhou", {})
    assert type(failing(transport)) is NetworkError


def test_threads_get_their_own_answers(wire: responses.RequestsMock, clock: FakeClock) -> None:
    def echo(request: requests.PreparedRequest) -> tuple[int, Mapping[str, str], str]:
        number = json.loads(request.body or "{}")["Offset"]
        if number % 7 == 0:
            return 200, {}, "<html>"
        return 200, {}, json.dumps({"Response": {"RequestId": "r", "Number": number}})

    wire.add_callback("POST", VPC, callback=echo, content_type="application/json")
    transport = Transport(KEYS, budget=Unmetered(), clock=clock, policy=RetryPolicy(attempts=1))

    def ask(number: int) -> object:
        try:
            return transport.call(SUBNETS, "ap-guangzhou", {"Offset": number})["Number"]
        except UnexpectedAnswer:
            return "html"

    with ThreadPoolExecutor(8) as executor:
        found = list(executor.map(ask, range(200)))
    assert found == ["html" if number % 7 == 0 else number for number in range(200)]


def test_recorder_gets_every_attempt(wire: responses.RequestsMock, clock: FakeClock) -> None:
    class AttemptLog:
        def __init__(self) -> None:
            self.noted: list[tuple[str, str, Mapping[str, object], object]] = []

        def note(self, asked: ApiCall, params: Mapping[str, object], outcome: ApiResponse | Exception) -> None:
            shown = outcome.status if isinstance(outcome, ApiResponse) else type(outcome).__name__
            self.noted.append((asked.action.name, asked.region, params, shown))

    wire.post(VPC, body=requests.exceptions.ConnectTimeout("slow"))
    wire.post(VPC, body="<html>", status=502, content_type="text/html")
    wire.post(VPC, json=GOOD)
    recorder = AttemptLog()
    Transport(KEYS, budget=Unmetered(), clock=clock, recorder=recorder).call(SUBNETS, "ap-guangzhou", {"Limit": "1"})
    call = ("DescribeSubnets", "ap-guangzhou", {"Limit": "1"})
    assert recorder.noted == [(*call, "ConnectTimeout"), (*call, 502), (*call, 200)]
