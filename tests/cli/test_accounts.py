"""The accounts of an organization as a configuration that an audit reads."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from auditor.config import settings
from auditor.model.accounts import ConfiguredAccount
from tests.cli.conftest import Ran, Tool
from tests.loopback.estate import Estate
from tests.loopback.faults import deny, edit
from tests.loopback.server import LoopbackServer
from tests.loopback.shapes import member

MAIN = "100000000001"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    estate = Estate(account=MAIN)
    estate.members += [
        member("100000000003", "测试", "UnConfirmed"),
        member("100000000002", "prod"),
        member("100000000004", "twin"),
        member("100000000005", "twin"),
        member("100000000006", "all"),
    ]
    with LoopbackServer(estate, quotas=False) as running:
        yield running


def listed(tool: Tool, server: LoopbackServer, *argv: str, **environ: str) -> Ran:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    return tool("accounts", *argv, "--endpoint", server.endpoint, **{**keys, **environ})


def reader(account: str, role: str = "sgaudit-reader") -> str:
    return f"qcs::cam::uin/{account}:roleName/{role}"


def test_the_list_is_a_configuration_with_every_account_once(tool: Tool, server: LoopbackServer) -> None:
    ran = listed(tool, server, "--region", "ap-guangzhou")
    path = tool.folder / "sgaudit.yaml"
    path.write_text(ran.stdout, encoding="utf-8")
    regions = ("ap-guangzhou",)
    assert ran.code == 0
    assert settings.load(path, {}).accounts == (
        ConfiguredAccount(id=MAIN, regions=regions),
        ConfiguredAccount(id="100000000002", name="prod", role_arn=reader("100000000002"), regions=regions),
        ConfiguredAccount(id="100000000003", name="测试", role_arn=reader("100000000003"), regions=regions),
        ConfiguredAccount(id="100000000004", role_arn=reader("100000000004"), regions=regions),
        ConfiguredAccount(id="100000000005", role_arn=reader("100000000005"), regions=regions),
        ConfiguredAccount(id="100000000006", role_arn=reader("100000000006"), regions=regions),
    )
    assert "1 account has not confirmed the membership" in ran.stderr
    assert "100000000003" in ran.stderr


def test_json_has_the_same_entries_and_the_role_that_is_named(tool: Tool, server: LoopbackServer) -> None:
    server.estate.members[:] = [member(MAIN, "main"), member("100000000002", "prod")]
    ran = listed(tool, server, "--format", "json", "--role-name", "auditor", "--product", "cfw")
    assert json.loads(ran.stdout) == {
        "accounts": [
            {"id": MAIN, "name": "main"},
            {"id": "100000000002", "name": "prod", "role_arn": reader("100000000002", "auditor")},
        ]
    }
    assert [call.params for call in server.log.of("DescribeOrganizationMembers")] == [
        {"Offset": 0, "Limit": 50, "Product": "cfw"}
    ]
    assert ran.stderr == ""


@pytest.mark.parametrize("action", ["DescribeOrganizationMembers", "GetCallerIdentity"])
def test_a_refused_call_is_3_and_nothing_is_printed(tool: Tool, server: LoopbackServer, action: str) -> None:
    server.inject(deny, action)
    ran = listed(tool, server)
    assert (ran.code, ran.stdout) == (3, "")
    assert action in ran.stderr


def test_an_account_without_an_organization_is_3(tool: Tool, server: LoopbackServer) -> None:
    server.estate.members.clear()
    ran = listed(tool, server)
    assert (ran.code, ran.stdout) == (3, "")
    assert "ResourceNotFound.OrganizationNotExist" in ran.stderr


def test_an_incomplete_list_is_printed_and_is_3(tool: Tool, server: LoopbackServer) -> None:
    server.inject(edit(lambda answer: answer.update(Total=6)), "DescribeOrganizationMembers")
    ran = listed(tool, server)
    assert ran.code == 3
    assert "100000000002" in ran.stdout
    assert "the accounts could not be fully listed" in ran.stderr


def test_an_unnamed_own_account_is_3(tool: Tool, server: LoopbackServer) -> None:
    server.inject(edit(lambda answer: answer.update(AccountId="")), "GetCallerIdentity")
    ran = listed(tool, server)
    assert ran.code == 3
    assert "the account of the credentials may be missing from the list" in ran.stderr


@pytest.mark.parametrize("name", ["", "a/b", "qcs::cam::uin/1:roleName/x", "a b", "a" * 129])
def test_a_role_name_that_is_none_is_2(tool: Tool, server: LoopbackServer, name: str) -> None:
    ran = listed(tool, server, "--role-name", name)
    assert (ran.code, ran.stdout, server.log.calls) == (2, "", [])
    assert "--role-name" in ran.stderr
