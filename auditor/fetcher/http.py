"""Where the calls go: the service's own host, another root domain, or one host for everything."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import requests

from auditor.errors import AuditorError, ConfigError
from auditor.fetcher.response_limits import BoundedAdapter, Limits, read_whole

ROOT_DOMAIN = "tencentcloudapi.com"
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """``host`` (with its port, where it has one) receives every service; without it each service has its own host."""

    scheme: str = "https"
    host: str = ""
    root_domain: str = ROOT_DOMAIN

    def host_for(self, service: str, region: str) -> str:
        """The host that a call is sent to and signed for. Finance regions have a host each."""
        if self.host:
            return self.host
        if region.endswith("-fsi"):
            return f"{service}.{region}.{self.root_domain}"
        return f"{service}.{self.root_domain}"

    @property
    def is_plain(self) -> bool:
        """Whether anybody on the way can read what is sent and answered."""
        return self.scheme == "http" and not is_loopback(urlsplit(f"//{self.host}").hostname or "")


def is_loopback(name: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def parse_endpoint(url: str = "", root_domain: str = "") -> Endpoint:
    """The endpoint that ``--endpoint`` and ``--root-domain`` name. Raises ConfigError for anything else."""
    domain = root_domain.strip().strip(".").lower() or ROOT_DOMAIN
    if not _DOMAIN.fullmatch(domain):
        raise ConfigError("fetch-root-domain", key="--root-domain", value=domain, expected=ROOT_DOMAIN)
    if not url.strip():
        return Endpoint(root_domain=domain)
    parts = _split(url.strip())
    return Endpoint(scheme=parts.scheme, host=parts.netloc.lower(), root_domain=domain)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        plain = parts.port != 0 and not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError as error:
        raise _bad_url(url) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or re.search(r"\s", url):
        raise _bad_url(url)
    return parts


def _bad_url(url: str) -> ConfigError:
    shown = re.sub(r"//[^/]*@", "//***@", url)
    return ConfigError("fetch-endpoint", key="--endpoint", value=shown, expected="https://HOST[:PORT]")


SCHEMES = ("http", "https")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy with the variable that names it. ``url`` may hold a password: show ``place`` alone."""

    variable: str
    place: str
    url: str = field(repr=False)
    password: str = field(default="", repr=False)


def proxy_for(scheme: str, host: str, env: Mapping[str, str]) -> Proxy | None:
    """The proxy of ``scheme://host``; none for this machine itself. Raises ConfigError for one that nobody can use."""
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    exempt = (env.get("no_proxy") or env.get("NO_PROXY") or "").split(",")
    if is_loopback(name) or any(_exempts(entry.strip().lower(), name) for entry in exempt):
        return None
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    variable = next((name for name in names if env.get(name, "").strip()), "")
    return _proxy(variable, env[variable].strip()) if variable else None


def describe_route(endpoint: Endpoint, service: str, region: str, env: Mapping[str, str]) -> str:
    """How a call reaches its service, in words: host and port, and those of the proxy with its variable."""
    host = endpoint.host_for(service, region)
    parts = urlsplit(f"//{host}")
    place = host if parts.port else f"{host}:{_PORTS[endpoint.scheme]}"
    proxy = proxy_for(endpoint.scheme, host, env)
    return place if proxy is None else f"{place} through the proxy {proxy.place} of {proxy.variable}"


def _proxy(variable: str, text: str) -> Proxy:
    url = text if "://" in text else f"http://{text}"
    shown = f"{url.partition('://')[0]}://{url.partition('://')[2].rpartition('@')[2]}"
    try:
        parts = urlsplit(url)
        place = _place(parts)
    except ValueError:
        raise ConfigError("fetch-proxy", variable=variable, value=shown) from None
    if parts.scheme.startswith("socks"):
        raise ConfigError("fetch-proxy-socks", variable=variable, value=shown)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ConfigError("fetch-proxy", variable=variable, value=shown)
    return Proxy(variable=variable, place=place, url=url, password=unquote(parts.password or ""))


def _place(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"{f'[{host}]' if ':' in host else host}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def _exempts(entry: str, name: str) -> bool:
    """Whether one entry of NO_PROXY holds ``name``: ``*``, a domain with what is below it, an address or a block."""
    domain = entry.partition(":")[0].removeprefix("*").removeprefix(".")
    if entry == "*" or (domain and (name == domain or name.endswith(f".{domain}"))):
        return True
    try:
        return ip_address(name) in ip_network(entry, strict=False)
    except ValueError:
        return False


HOSTS = 32
UNINSPECTED = "application/json; inspected-by=caller"
"""The SDK looks for errors in answers of two exact content types alone, and trips over some; this is neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a thread's last request met: an answer, or the failure that stands for it."""

    response: requests.Response | None = None
    content_type: str = ""
    failure: Exception | None = None


class HttpSession(requests.Session):
    """A session that many threads share: urllib3's pools are made for it, and nothing else in here changes."""

    def __init__(self, connections: int, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = BoundedAdapter(self._limits, pool_connections=HOSTS, pool_maxsize=connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self._seen = threading.local()

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: no answer redirects a signed call."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as in requests
        """Send, read all of the answer, and remember what came for :meth:`seen`."""
        self.forget()
        try:
            response = super().send(request, **{**kwargs, "stream": True})
            read_whole(response, self._limits)
        except (requests.RequestException, AuditorError) as failure:
            self._seen.last = Seen(failure=failure)
            raise
        self._seen.last = Seen(response=response, content_type=response.headers.get("Content-Type", ""))
        response.headers["Content-Type"] = UNINSPECTED
        return response

    def forget(self) -> None:
        """Before a request: what this thread saw so far is not about it."""
        self._seen.last = Seen()

    def seen(self) -> Seen:
        """What this thread's last request met."""
        last: Seen = getattr(self._seen, "last", Seen())
        return last
