import pytest

from auditor.errors import ConfigError
from auditor.fetcher.http import Endpoint, parse_endpoint


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        ("tke", "ap-guangzhou", "tke.tencentcloudapi.com"),
        ("as", "eu-frankfurt", "as.tencentcloudapi.com"),
        ("vpc", "ap-shanghai-fsi", "vpc.ap-shanghai-fsi.tencentcloudapi.com"),
        ("cvm", "", "cvm.tencentcloudapi.com"),
    ],
)
def test_each_service_has_a_host_and_finance_regions_one_each(service: str, region: str, host: str) -> None:
    assert parse_endpoint().host_for(service, region) == host


def test_another_root_domain_keeps_the_services_apart() -> None:
    endpoint = parse_endpoint(root_domain="intl.tencentcloudapi.com")
    assert endpoint.host_for("tke", "na-ashburn") == "tke.intl.tencentcloudapi.com"
    assert endpoint.host_for("tke", "ap-shenzhen-fsi") == "tke.ap-shenzhen-fsi.intl.tencentcloudapi.com"


@pytest.mark.parametrize(
    ("url", "scheme", "host"),
    [
        ("http://127.0.0.1:8080", "http", "127.0.0.1:8080"),
        ("http://127.0.0.1:8080/", "http", "127.0.0.1:8080"),
        ("https://Gateway.Example.com", "https", "gateway.example.com"),
        ("HTTPS://api.example.com:8443", "https", "api.example.com:8443"),
        ("http://[::1]:9000", "http", "[::1]:9000"),
    ],
)
def test_one_endpoint_receives_every_service(url: str, scheme: str, host: str) -> None:
    endpoint = parse_endpoint(url)
    assert (endpoint.scheme, endpoint.host_for("tke", "r"), endpoint.host_for("vpc", "ap-shanghai-fsi")) == (
        scheme,
        host,
        host,
    )


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8080",
        "localhost",
        "ftp://example.com",
        "http://",
        "http://:8080",
        "http://example.com:0",
        "http://example.com:99999",
        "http://example.com:port",
        "http://example.com/path",
        "http://example.com?x=1",
        "http://exa mple.com",
        "http://[::1",
    ],
)
def test_what_is_no_endpoint_is_refused_with_the_option(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_endpoint(url)
    assert raised.value.facts == {"key": "--endpoint", "value": url, "expected": "https://HOST[:PORT]"}


def test_a_password_in_an_endpoint_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_endpoint("https://me:hush-hush@example.com")
    assert raised.value.facts["value"] == "https://***@example.com"


@pytest.mark.parametrize("domain", ["nonsense", "a b.com", "-x.com", "x..com", "http://x.com"])
def test_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_endpoint(root_domain=domain)
    assert raised.value.message_id == "fetch-root-domain"


def test_nothing_said_is_the_public_cloud() -> None:
    assert parse_endpoint(" ", " ") == Endpoint(scheme="https", host="", root_domain="tencentcloudapi.com")
