"""The doctor where an audit could not begin: no keys, half of them, bad ones, a role that is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from auditor.fetcher import keys
from tests.cli.conftest import Tool
from tests.estates import demo
from tests.loopback.server import LoopbackServer

HALF = "the credentials of environment are incomplete: TENCENTCLOUD_SECRET_KEY is missing or empty"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo.build(), quotas=False) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(path: str) -> str:
        raise OSError(path)

    monkeypatch.setattr(keys, "read_metadata", absent)


def where(server: LoopbackServer) -> tuple[str, ...]:
    return ("--region", "ap-guangzhou", "--endpoint", server.endpoint)


def test_without_keys_every_place_has_a_row_and_endpoint_and_clock_are_looked_at(
    tool: Tool, server: LoopbackServer
) -> None:
    ran = tool("doctor", *where(server))
    assert ran.code == 3
    lines = ran.stdout.splitlines()
    assert lines[0] == "credentials: none usable"
    assert [line.rpartition(": ")[2] for line in lines[1:6]] == ["empty"] * 5
    assert lines[1] == "  environment, TENCENTCLOUD_SECRET_ID + TENCENTCLOUD_SECRET_KEY: empty"
    assert lines[6].startswith("clock: ")
    assert lines[6].endswith("s off, OK")
    assert lines[7] == f"endpoint: {server.endpoint.removeprefix('http://')} answers"
    assert len(lines) == 9
    assert "no credentials found" in ran.stderr


def test_half_a_pair_has_its_sentence_in_its_row_and_the_rest_is_not_looked_at(
    tool: Tool, server: LoopbackServer
) -> None:
    ran = tool("doctor", *where(server), "--format", "json", TENCENTCLOUD_SECRET_ID="invented-secret-id")
    report = json.loads(ran.stdout)
    assert ran.code == 3
    assert (report["healthy"], report["credentials"], report["actions"]) == (False, None, [])
    assert [(place["source"], place["state"]) for place in report["places"]] == [
        ("environment", "unusable"),
        ("credentials-file", "skipped"),
        ("tccli-profile", "skipped"),
        ("cvm-role", "skipped"),
        ("tke-oidc", "skipped"),
    ]
    assert report["places"][0]["detail"] == HALF
    assert [host["reachable"] for host in report["hosts"]] == [True]
    assert abs(report["clock_skew_seconds"]) < 60
    assert "invented-secret-id" not in ran.stdout + ran.stderr


def test_a_refused_role_has_a_row_of_its_own(tool: Tool, server: LoopbackServer) -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    role = ("--role-arn", "qcs::cam::uin/100000000002:roleName/no", "--role-session-name", "nightly")
    ran = tool("doctor", *where(server), "--format", "json", *role, **keys)
    states = {place["source"]: place["state"] for place in json.loads(ran.stdout)["places"]}
    assert ran.code == 3
    assert (states["environment"], states["role"]) == ("found", "unusable")


def test_one_reason_for_many_actions_is_said_once(tool: Tool, server: LoopbackServer) -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "somebody-else", "TENCENTCLOUD_SECRET_KEY": "not-the-key"}
    ran = tool("doctor", *where(server), **keys)
    assert ran.code == 3
    assert ran.stdout.count("AuthFailure.SecretIdNotFound") == 1
    assert "actions in ap-guangzhou: credentials refused" in ran.stdout
    assert "vpc:DescribeAssistantCidr" in ran.stdout


def test_a_mistyped_region_is_said_once_with_the_one_that_was_meant(tool: Tool, server: LoopbackServer) -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    ran = tool("doctor", "--region", "ap-guangzou", "--endpoint", server.endpoint, **keys)
    assert ran.stdout.count("UnsupportedRegion") == 1
    assert "did you mean ap-guangzhou?" in ran.stdout
