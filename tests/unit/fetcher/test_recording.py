from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from auditor.errors import FetchError, ReportError
from auditor.fetcher.actions import INSTANCES, SECURITY_GROUPS, SUBNETS
from auditor.fetcher.api_response import ApiCall, ApiResponse
from auditor.fetcher.cassette import RecordedFault, Replay, dump, load
from auditor.fetcher.keys import Keys
from auditor.fetcher.rate_limit import Unmetered
from auditor.fetcher.recording import CassetteRecorder
from auditor.fetcher.transport import Transport, replay_transport
from tests.unit.fetcher.fake_clock import FakeClock

KEYS = Keys(secret_id="invented-secret-id", secret_key="invented-secret-key", token="invented-token")
ASKED = ApiCall(action=SUBNETS, region="ap-guangzhou")


def answer(body: object, status: int = 200) -> ApiResponse:
    return ApiResponse(status=status, content_type="application/json", body=body)


def outcomes(recorder: CassetteRecorder) -> list[object]:
    return [interaction.fault or interaction.response for interaction in recorder.cassette("s").interactions]


@pytest.mark.parametrize(
    ("failure", "fault"),
    [
        (requests.ConnectTimeout(), RecordedFault.TIME_OUT),
        (requests.ReadTimeout(), RecordedFault.TIME_OUT),
        (requests.ConnectionError(), RecordedFault.CONNECTION_REFUSED),
        (requests.exceptions.ChunkedEncodingError(), RecordedFault.CUT_BODY),
        (requests.exceptions.ContentDecodingError(), RecordedFault.CUT_BODY),
    ],
)
def test_a_failure_is_kept_by_its_kind(failure: Exception, fault: RecordedFault) -> None:
    recorder = CassetteRecorder()
    recorder.note(ASKED, {}, failure)
    assert outcomes(recorder) == [fault]


@pytest.mark.parametrize("body", [b"<html>of a proxy that says who we are</html>", b"[1]", b"\xff", "text"])
def test_a_body_without_json_is_not_kept(body: object) -> None:
    recorder = CassetteRecorder()
    recorder.note(ASKED, {}, answer(body, 502))
    response = recorder.cassette("s").interactions[0].response
    assert response is not None
    assert (response.status, response.body) == (502, "[not kept]")


def test_an_error_that_the_sdk_left_as_bytes_is_kept_as_json() -> None:
    recorder = CassetteRecorder()
    recorder.note(ASKED, {}, answer(b'{"Response": {"Error": {"Code": "InternalError", "Message": "m"}}}', 500))
    response = recorder.cassette("s").interactions[0].response
    assert response is not None
    assert response.body == {"Response": {"Error": {"Code": "InternalError", "Message": "scrubbed"}}}


def test_a_cassette_does_not_depend_on_which_thread_came_first() -> None:
    def recorded(*numbers: int) -> list[Mapping[str, object]]:
        recorder = CassetteRecorder()
        for number in numbers:
            recorder.note(ASKED, {"Offset": number}, answer({"Response": {"TotalCount": number}}))
        return [interaction.request.params for interaction in recorder.cassette("s").interactions]

    assert recorded(2, 1, 3) == recorded(3, 2, 1) == [{"Offset": 1}, {"Offset": 2}, {"Offset": 3}]


def test_answers_to_one_request_keep_their_order() -> None:
    recorder = CassetteRecorder()
    for number in (2, 1, 3):
        recorder.note(ASKED, {}, answer({"Response": {"TotalCount": number}}))
    bodies = [found.response.body for found in recorder.cassette("s").interactions if found.response]
    assert bodies == [{"Response": {"TotalCount": number}} for number in (2, 1, 3)]


def test_what_is_recorded_can_be_replayed(wire: responses.RequestsMock, clock: FakeClock, tmp_path: Path) -> None:
    row = {"InstanceId": "ins-0a1b2c3d", "InstanceName": "payments", "PublicIpAddresses": ["8.8.8.8"]}
    good = {"Response": {"RequestId": "req", "TotalCount": 1, "InstanceSet": [row]}}
    wire.post("https://cvm.tencentcloudapi.com/", body=requests.ReadTimeout("slow"))
    wire.post("https://cvm.tencentcloudapi.com/", json=good)
    wire.post("https://cvm.tencentcloudapi.com/", json=good)
    recorder = CassetteRecorder()
    live = Transport(KEYS, budget=Unmetered(), clock=clock, recorder=recorder)
    live.call(INSTANCES, "ap-guangzhou", {"Offset": 0, "Limit": 100})
    live.call(INSTANCES, "ap-guangzhou", {"InstanceIds": ["ins-0a1b2c3d"], "Limit": 100})
    wire.stop()
    file = tmp_path / "shop.json"
    recorder.save(file)
    text = file.read_text(encoding="utf-8")
    for hidden in ("ins-0a1b2c3d", "payments", "8.8.8.8", "invented", "Authorization", "X-TC"):
        assert hidden not in text
    cassette = load(text, "shop.json")
    assert (cassette.scenario, cassette.origin, cassette.regions()) == ("shop", "recorded", ("ap-guangzhou",))
    replay = Replay(cassette)
    again = replay_transport(replay)
    rows: list[dict[str, Any]] = again.call(INSTANCES, "ap-guangzhou", {"Offset": 0, "Limit": 100})["InstanceSet"]
    again.call(INSTANCES, "ap-guangzhou", {"InstanceIds": [rows[0]["InstanceId"]], "Limit": 100})
    assert rows[0]["PublicIpAddresses"] == ["203.0.113.8"]
    assert (replay.unused(), replay.unmatched()) == ((), ())
    wire.start()


def test_a_refusal_is_recorded_as_the_answer_that_it_is(wire: responses.RequestsMock, clock: FakeClock) -> None:
    refusal = {"Response": {"Error": {"Code": "UnauthorizedOperation", "Message": "uin/1"}, "RequestId": "r"}}
    wire.post("https://vpc.tencentcloudapi.com/", json=refusal)
    recorder = CassetteRecorder()
    with pytest.raises(FetchError):
        Transport(KEYS, budget=Unmetered(), clock=clock, recorder=recorder).call(SECURITY_GROUPS, "ap-guangzhou", {})
    response = recorder.cassette("s").interactions[0].response
    assert response is not None
    assert isinstance(response.body, dict)
    assert response.body["Response"]["Error"] == {"Code": "UnauthorizedOperation", "Message": "scrubbed"}


def test_nothing_is_written_that_still_looks_like_a_secret(tmp_path: Path) -> None:
    recorder = CassetteRecorder()
    recorder.note(ASKED, {"Name": "AKID" + "z8krbsJ5yKBZQpn74WFkmLPx3"}, answer({}))
    with pytest.raises(ReportError) as raised:
        recorder.save(tmp_path / "shop.json")
    assert raised.value.facts["kind"] == "secret id"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "shop.json"
    folder.mkdir()
    with pytest.raises(ReportError) as raised:
        CassetteRecorder().save(folder)
    assert raised.value.message_id == "files-cannot-write"
    assert raised.value.facts["reason"] == "Is a directory"
    assert list(tmp_path.iterdir()) == [folder]
    with pytest.raises(ReportError):
        CassetteRecorder().save(tmp_path / "none" / "shop.json")


def test_an_earlier_recording_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "shop.json"
    file.write_text("earlier", encoding="utf-8")
    recorder = CassetteRecorder()
    recorder.note(ASKED, {}, answer({"Response": {}}))
    recorder.save(file)
    assert dump(load(file.read_text(encoding="utf-8"), "shop.json")) == file.read_text(encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8"))["interactions"] != []


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        (["8.0.0.0/7", "8.8.8.0/24", "10.0.0.0/8"], ("8.0.0.0/7", "8.8.8.0/24")),
        (["43.64.0.0/10", "101.32.0.0/16"], ("101.32.0.0/16", "43.64.0.0/10")),
        (["8.8.8.0/24", "8.8.8.8", "9.9.9.0/24", "0.0.0.0/0", "10.0.0.0/8"], None),
    ],
)
def test_blocks_that_lie_to_each_other_otherwise_once_masked_are_told(
    tmp_path: Path, blocks: list[str], told: tuple[str, str] | None
) -> None:
    recorder = CassetteRecorder()
    rules = [{"CidrBlock": block, "PolicyIndex": place} for place, block in enumerate(blocks)]
    recorder.note(ASKED, {}, answer({"Response": {"RequestId": "r", "Rules": rules}}))
    assert recorder.save(tmp_path / "c.json") == told


def test_a_recording_keeps_when_the_read_began(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 22, 1, 7, tzinfo=UTC)
    recorder = CassetteRecorder(read_at=moment)
    recorder.note(ASKED, {}, answer({"Response": {"TotalCount": 0}}))
    recorder.save(tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert '"read_at": "2026-11-22T01:07:00Z"' in text
    assert load(text, "run.json").read_at == moment
