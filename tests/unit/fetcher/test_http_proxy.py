"""The proxy of a host, and the errors for unusable proxies."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditor.errors import ConfigError
from auditor.fetcher.http import Endpoint, describe_route, proxy_for
from auditor.words import Lang, catalogue

PROXY = "http://proxy.example.com:3128"


def used(scheme: str, host: str, env: Mapping[str, str]) -> str:
    proxy = proxy_for(scheme, host, env)
    return "" if proxy is None else proxy.url


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_environment_names_the_proxy(name: str) -> None:
    assert used("https", "tke.tencentcloudapi.com", {name: PROXY}) == PROXY


def test_the_proxy_of_the_other_scheme_is_not_used() -> None:
    assert used("https", "tke.tencentcloudapi.com", {"http_proxy": PROXY}) == ""


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "127.8.8.8", "localhost:80", "api.localhost", "[::1]:9"])
def test_this_machine_is_never_reached_through_a_proxy(host: str) -> None:
    assert used("http", host, {"http_proxy": PROXY, "all_proxy": PROXY}) == ""


@pytest.mark.parametrize(
    ("exempt", "host", "direct"),
    [
        ("tencentcloudapi.com", "tke.tencentcloudapi.com", True),
        (".tencentcloudapi.com", "tke.tencentcloudapi.com", True),
        ("*.tencentcloudapi.com", "tke.tencentcloudapi.com", True),
        ("*", "tke.tencentcloudapi.com", True),
        ("example.com, tke.tencentcloudapi.com:443", "tke.tencentcloudapi.com", True),
        ("10.0.0.0/8", "10.1.2.3:80", True),
        ("my-tke.tencentcloudapi.com", "tke.tencentcloudapi.com", False),
        ("tke.tencentcloudapi.com.example.com", "tke.tencentcloudapi.com", False),
        ("cloudapi.com", "tke.tencentcloudapi.com", False),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("", "tke.tencentcloudapi.com", False),
    ],
)
def test_no_proxy_names_whole_domains_addresses_and_blocks(exempt: str, host: str, *, direct: bool) -> None:
    found = used("https", host, {"https_proxy": PROXY, "no_proxy": exempt})
    assert (found == "") is direct


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "socks", "SOCKS5"])
def test_a_socks_proxy_is_refused_with_its_variable_and_without_its_password(variable: str, scheme: str) -> None:
    with pytest.raises(ConfigError) as refused:
        proxy_for("https", "tke.tencentcloudapi.com", {variable: f"{scheme}://me:hush-hush@proxy.example.com:1080"})
    assert refused.value.message_id == "fetch-proxy-socks"
    for lang in Lang:
        said = catalogue(lang).text(refused.value.message_id, **refused.value.facts)
        assert variable in said
        assert "proxy.example.com:1080" in said
        assert "hush-hush" not in said


@pytest.mark.parametrize("text", ["http://", "ftp://proxy.example.com", "http://proxy:port", "http://[::1", "://"])
def test_what_is_no_proxy_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        proxy_for("https", "tke.tencentcloudapi.com", {"HTTPS_PROXY": text})
    assert (refused.value.message_id, refused.value.facts["variable"]) == ("fetch-proxy", "HTTPS_PROXY")


def test_a_proxy_may_be_written_without_its_scheme() -> None:
    env = {"HTTPS_PROXY": "proxy.example.com:3128"}
    assert used("https", "tke.tencentcloudapi.com", env) == "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("endpoint", "env", "said"),
    [
        (Endpoint(), {}, "vpc.tencentcloudapi.com:443"),
        (Endpoint(scheme="http", host="api.example.com"), {}, "api.example.com:80"),
        (Endpoint(scheme="http", host="127.0.0.1:9"), {"http_proxy": PROXY}, "127.0.0.1:9"),
        (
            Endpoint(),
            {"HTTPS_PROXY": "http://me:hush-hush@proxy.example.com:3128"},
            "vpc.tencentcloudapi.com:443 through the proxy proxy.example.com:3128 of HTTPS_PROXY",
        ),
    ],
)
def test_the_way_names_hosts_ports_and_the_variable(endpoint: Endpoint, env: dict[str, str], said: str) -> None:
    assert describe_route(endpoint, "vpc", "ap-guangzhou", env) == said
