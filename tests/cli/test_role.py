"""Roles that are assumed before the first read, from the command line to the report."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Ran, Tool
from tests.estates import everything
from tests.loopback.server import LoopbackServer

OTHERS = "qcs::cam::uin/100000000002:roleName/not-ours"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(everything.build(), quotas=False) as running:
        yield running


def live(tool: Tool, server: LoopbackServer, *argv: str, **environ: str) -> Ran:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    where = ("--region", "ap-guangzhou", "--endpoint", server.endpoint)
    return tool(*argv, *where, **{**keys, **environ})


@pytest.mark.parametrize(
    ("argv", "environ"),
    [
        ((), {"TENCENTCLOUD_ROLE_ARN": everything.ROLE, "TENCENTCLOUD_ROLE_SESSION_NAME": "nightly"}),
        ((), {"SGAUDIT_ROLE_ARN": everything.ROLE, "SGAUDIT_ROLE_SESSION_NAME": "nightly"}),
        ((), {"SGAUDIT_ROLE_ARN": everything.ROLE, "TENCENTCLOUD_ROLE_SESSION_NAME": "nightly"}),
        (
            ("--role-arn", everything.ROLE, "--role-session-name", "nightly"),
            {"SGAUDIT_ROLE_ARN": OTHERS, "TENCENTCLOUD_ROLE_ARN": OTHERS, "TENCENTCLOUD_ROLE_SESSION_NAME": "other"},
        ),
    ],
)
def test_every_read_is_signed_with_the_keys_of_the_role(
    tool: Tool, server: LoopbackServer, argv: tuple[str, ...], environ: dict[str, str]
) -> None:
    ran = live(tool, server, "audit", "--format", "json", *argv, **environ)
    first, *rest = server.log.calls
    assert (first.action, first.params["RoleSessionName"], first.secret_id) == (
        "AssumeRole",
        "nightly",
        server.keys.secret_id,
    )
    assert {call.secret_id for call in rest} == {"id-of-100000000001-role-00000001"}
    assert json.loads(ran.stdout)["account"] == {"id": "100000000001", "name": ""}


def test_a_denied_role_is_3_and_nothing_is_audited(tool: Tool, server: LoopbackServer) -> None:
    ran = live(tool, server, "audit", "--format", "json", "--role-arn", OTHERS, "--role-session-name", "nightly")
    report = json.loads(ran.stdout)
    assert (ran.code, report["clusters"], report["complete"]) == (3, [], False)
    assert [call.action for call in server.log.calls] == ["AssumeRole"]
    assert "100000000002:roleName/not-ours" in ran.stderr


@pytest.mark.parametrize("command", [("audit",), ("fetch",), ("doctor",), ("gate", "--change", "change.yaml")])
@pytest.mark.parametrize("name", ["TENCENTCLOUD_ROLE_ARN", "SGAUDIT_ROLE_ARN"])
def test_a_role_without_a_session_name_is_2_and_nothing_is_asked(
    tool: Tool, server: LoopbackServer, command: tuple[str, ...], name: str
) -> None:
    (tool.folder / "change.yaml").write_text("changes: []\n")
    ran = live(tool, server, *command, **{name: everything.ROLE})
    assert (ran.code, ran.stdout, server.log.calls) == (2, "", [])
    assert "TENCENTCLOUD_ROLE_SESSION_NAME" in ran.stderr


def test_a_recording_or_snapshot_needs_no_role(tool: Tool) -> None:
    environ = {"TENCENTCLOUD_ROLE_ARN": OTHERS, "SGAUDIT_ROLE_ARN": OTHERS}
    assert tool("audit", "--replay", "demo", "-q", **environ).code == 3
    refused = tool("audit", "--replay", "demo", "--role-arn", OTHERS)
    assert refused.code == 2
    assert "--role-arn" in refused.stderr
