from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.errors import ConfigError
from auditor.fetcher.cassette import RecordedFault, Request, dump, load
from auditor.model.codes import Part

REQUEST = {
    "service": "vpc",
    "version": "2017-03-12",
    "region": "ap-guangzhou",
    "action": "DescribeSubnets",
    "params": {"Limit": "100"},
}
RESPONSE = {"status": 200, "content_type": "application/json", "body": {"Response": {"RequestId": "r"}}}


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - damage of any kind
    whole = {
        "format": "sgaudit-cassette/1",
        "scenario": "子网",
        "origin": "written",
        "interactions": [{"request": REQUEST, "response": RESPONSE}, {"request": REQUEST, "fault": "time-out"}],
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not ...}


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as raised:
        load(text, "broken.json")
    assert raised.value.facts["file"] == "broken.json"
    return raised.value


def test_a_cassette_is_read() -> None:
    cassette = load(json.dumps(document()), "good.json")
    assert cassette.scenario == "子网"
    assert cassette.interactions[0].response is not None
    assert cassette.interactions[0].response.body == {"Response": {"RequestId": "r"}}
    assert cassette.interactions[1].fault is RecordedFault.TIME_OUT


def test_writing_and_reading_give_the_same_cassette() -> None:
    cassette = load(json.dumps(document()), "good.json")
    text = dump(cassette)
    assert load(text, "again.json") == cassette
    assert dump(load(text, "again.json")) == text
    assert json.loads(text) == document()
    assert "子网" in text
    assert text.endswith("}\n")


def test_the_regions_of_a_cassette() -> None:
    requests = [{**REQUEST, "region": region} for region in ("ap-shanghai", "", "ap-beijing", "ap-shanghai")]
    text = json.dumps(document(interactions=[{"request": request, "response": RESPONSE} for request in requests]))
    assert load(text, "good.json").regions() == ("ap-beijing", "ap-shanghai")


@pytest.mark.parametrize("text", ["", "{", "not json", '{"format": }'])
def test_what_is_no_json_is_refused(text: str) -> None:
    assert refused(text).message_id == "files-json-damaged"


def test_a_key_twice_and_endless_nesting_are_refused() -> None:
    assert refused('{"format": "", "format": ""}').message_id == "files-json-duplicate-key"
    assert refused("[" * 100_000).message_id == "files-json-too-deep"


@pytest.mark.parametrize(
    ("text", "found"),
    [("[]", ""), ('"text"', ""), ("{}", ""), ('{"format": "sgaudit-snapshot/1"}', "sgaudit-snapshot/1"), ("5", "")],
)
def test_a_foreign_file_is_refused_with_what_it_is(text: str, found: str) -> None:
    error = refused(text)
    assert error.message_id == "fetch-cassette-format"
    assert error.facts["found"] == found


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"scenario": ...}, "scenario"),
        ({"origin": "invented"}, "origin"),
        ({"extra": 1}, "extra"),
        ({"interactions": {}}, "interactions"),
        ({"interactions": [{"request": REQUEST}]}, "interactions.0"),
        ({"interactions": [{"request": REQUEST, "response": RESPONSE, "fault": "html"}]}, "interactions.0"),
        ({"interactions": [{"request": REQUEST, "fault": "fire"}]}, "interactions.0.fault"),
        ({"interactions": [{"request": {**REQUEST, "params": []}, "fault": "html"}]}, "interactions.0.request.params"),
        (
            {"interactions": [{"request": {**REQUEST, "headers": {}}, "fault": "html"}]},
            "interactions.0.request.headers",
        ),
        (
            {"interactions": [{"request": REQUEST, "response": {**RESPONSE, "status": "200"}}]},
            "interactions.0.response.status",
        ),
    ],
)
def test_a_damaged_cassette_is_refused_with_the_key(changes: dict[str, Any], key: str) -> None:
    error = refused(json.dumps(document(**changes)))
    assert error.message_id == "fetch-cassette-key"
    assert error.facts["key"] == key


def test_requests_compare_as_json() -> None:
    def key(**params: object) -> str:
        return Request.model_validate({**REQUEST, "params": params}).key()

    assert key(a=1, b=2) == key(b=2, a=1)
    assert len({key(a=1), key(a="1"), key(a=1.0), key(a=True), key(a=None), key()}) == 6


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"SubnetId": "subnet-1", "NetworkAclId": ""}], (Part.NETWORK_ACLS,)),
        ([{"SubnetId": "subnet-1"}], ()),
        ([], (Part.NETWORK_ACLS,)),
    ],
    ids=["told", "not told", "no subnet"],
)
def test_cassette_whose_subnets_do_not_tell_their_acl_lacks_network_acls(
    rows: list[dict[str, str]], expected: tuple[Part, ...]
) -> None:
    body = {"Response": {"TotalCount": len(rows), "SubnetSet": rows, "RequestId": "r"}}
    interaction = {"request": REQUEST, "response": {**RESPONSE, "body": body}}
    assert load(json.dumps(document(interactions=[interaction])), "file").parts() == expected
