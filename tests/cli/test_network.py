"""What is said of a way to the cloud that cannot work, or that others can read along."""

from __future__ import annotations

import json
import socket

import pytest

from tests.cli.conftest import Ran, Tool

KEYS = {"TENCENTCLOUD_SECRET_ID": "invented-secret-id", "TENCENTCLOUD_SECRET_KEY": "invented-secret-key"}


def live(tool: Tool, *argv: str, **environ: str) -> Ran:
    return tool(*argv, "--region", "ap-guangzhou", **{**KEYS, **environ})


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port: int = gone.getsockname()[1]
    return port


@pytest.mark.parametrize("command", ["audit", "fetch", "doctor"])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_socks_proxy_is_2_and_named_without_its_password(tool: Tool, command: str, variable: str) -> None:
    ran = live(tool, command, **{variable: "socks5h://me:hush-hush@127.0.0.1:1080"})
    assert (ran.code, ran.stdout) == (2, "")
    assert f"{variable} names a SOCKS proxy" in ran.stderr
    assert "hush-hush" not in ran.stderr


def test_a_socks_proxy_that_the_api_is_exempt_from_is_no_matter(tool: Tool) -> None:
    dead = f"http://127.0.0.1:{closed_port()}"
    ran = live(tool, "doctor", "--endpoint", dead, ALL_PROXY="socks5://127.0.0.1:1080")
    assert ran.code == 3


def test_a_dead_endpoint_is_named_with_its_port(tool: Tool) -> None:
    port = closed_port()
    ran = live(tool, "doctor", "--endpoint", f"http://127.0.0.1:{port}")
    assert ran.code == 3
    assert f"127.0.0.1:{port}: ConnectionRefusedError" in ran.stdout


def test_a_dead_proxy_is_named_with_its_variable_and_without_its_password(tool: Tool) -> None:
    port = closed_port()
    proxy = f"http://me:hush-hush@127.0.0.1:{port}"
    ran = live(tool, "doctor", "--format", "json", HTTPS_PROXY=proxy)
    details = {action["detail"].partition(": ")[0] for action in json.loads(ran.stdout)["actions"]}
    assert f"vpc.tencentcloudapi.com:443 through the proxy 127.0.0.1:{port} of HTTPS_PROXY" in details
    assert "hush-hush" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(("host", "warned"), [("api.example.invalid", True), ("127.0.0.1", False), ("[::1]", False)])
def test_signed_requests_that_others_can_read_are_warned_of(tool: Tool, host: str, *, warned: bool) -> None:
    port = closed_port()
    environ = {"http_proxy": f"http://127.0.0.1:{port}"}
    ran = live(tool, "doctor", "--endpoint", f"http://{host}:{port}", **environ)
    assert ("signed but not encrypted" in ran.stderr) is warned
