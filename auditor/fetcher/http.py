"""Decides the host, the proxy and the HTTP session of every call.

Inputs: ``--endpoint``, ``--root-domain``, the proxy variables of the environment. Results: :class:`Endpoint`,
:class:`Proxy` and :class:`HttpSession`, which reads answers within limits and keeps the last outcome of each thread.
Raises ConfigError for an endpoint or a proxy that cannot be used.
"""

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
from requests.adapters import HTTPAdapter

from auditor.errors import AuditorError, ConfigError
from auditor.fetcher.response_limits import BoundedAdapter, Limits, read_whole

ROOT_DOMAIN = "tencentcloudapi.com"
SCHEMES = ("http", "https")
_PORTS = {"http": 80, "https": 443}
HOST_POOLS = 32
"""Connection pools to keep, one for each host."""
UNINSPECTED = "application/json; inspected-by=caller"
"""The SDK parses errors only in answers of two exact content types, and fails on some. This value avoids both."""
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The address of the API. A ``host``, which may have a port, receives every call; else each service has its own."""

    scheme: str = "https"
    host: str = ""
    root_domain: str = ROOT_DOMAIN

    def host_for(self, service: str, region: str) -> str:
        """Return the host that a call is sent to and signed for. Each finance region has a host of its own."""
        if self.host:
            return self.host
        if region.endswith("-fsi"):
            return f"{service}.{region}.{self.root_domain}"
        return f"{service}.{self.root_domain}"

    @property
    def is_plain(self) -> bool:
        """Whether the calls travel unencrypted to another machine."""
        return self.scheme == "http" and not is_loopback(urlsplit(f"//{self.host}").hostname or "")


def is_loopback(name: str) -> bool:
    """Whether ``name`` is a host name or address of this machine."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def parse_endpoint(url: str = "", root_domain: str = "") -> Endpoint:
    """Return the endpoint that ``--endpoint`` and ``--root-domain`` name. Raises ConfigError for malformed values."""
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
    if parts.scheme not in SCHEMES or not parts.hostname or not plain or re.search(r"\s", url):
        raise _bad_url(url)
    return parts


def _bad_url(url: str) -> ConfigError:
    shown = re.sub(r"//[^/]*@", "//***@", url)
    return ConfigError("fetch-endpoint", key="--endpoint", value=shown, expected="https://HOST[:PORT]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy and the variable that names it. Show only ``address``, since ``url`` may contain a password."""

    variable: str
    address: str
    url: str = field(repr=False)
    password: str = field(default="", repr=False)


def proxy_for(scheme: str, host: str, env: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for ``scheme://host``, or ``None`` for this machine and for hosts that NO_PROXY names.

    Raises ConfigError for a proxy that cannot be used.
    """
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    exempt = (env.get("no_proxy") or env.get("NO_PROXY") or "").split(",")
    if is_loopback(name) or any(_exempts(entry.strip().lower(), name) for entry in exempt):
        return None
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    variable = next((name for name in names if env.get(name, "").strip()), "")
    return _proxy(variable, env[variable].strip()) if variable else None


def describe_route(endpoint: Endpoint, service: str, region: str, env: Mapping[str, str]) -> str:
    """Describe how a call reaches its service: host and port, then the proxy with its variable where there is one."""
    host = endpoint.host_for(service, region)
    parts = urlsplit(f"//{host}")
    address = host if parts.port else f"{host}:{_PORTS[endpoint.scheme]}"
    proxy = proxy_for(endpoint.scheme, host, env)
    return address if proxy is None else f"{address} through the proxy {proxy.address} of {proxy.variable}"


def _proxy(variable: str, text: str) -> Proxy:
    url = text if "://" in text else f"http://{text}"
    shown = f"{url.partition('://')[0]}://{url.partition('://')[2].rpartition('@')[2]}"
    try:
        parts = urlsplit(url)
        address = _host_and_port(parts)
    except ValueError:
        raise ConfigError("fetch-proxy", variable=variable, value=shown) from None
    if parts.scheme.startswith("socks"):
        raise ConfigError("fetch-proxy-socks", variable=variable, value=shown)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ConfigError("fetch-proxy", variable=variable, value=shown)
    return Proxy(variable=variable, address=address, url=url, password=unquote(parts.password or ""))


def _host_and_port(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"{f'[{host}]' if ':' in host else host}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def _exempts(entry: str, name: str) -> bool:
    """Whether a NO_PROXY entry covers ``name``: ``*``, a domain with its subdomains, an address or a block."""
    domain = entry.partition(":")[0].removeprefix("*").removeprefix(".")
    if entry == "*" or (domain and (name == domain or name.endswith(f".{domain}"))):
        return True
    try:
        return ip_address(name) in ip_network(entry, strict=False)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The outcome of the last request of a thread: the answer, or the failure."""

    response: requests.Response | None = None
    content_type: str = ""
    failure: Exception | None = None


class HttpSession(requests.Session):
    """A session that many threads share. The pools of urllib3 allow this, and nothing else in the session changes.

    Without an ``adapter`` it reaches the network over at most ``connections`` to a host.
    """

    def __init__(self, connections: int, limits: Limits, adapter: HTTPAdapter | None = None) -> None:
        super().__init__()
        self._limits = limits
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = adapter or BoundedAdapter(self._limits, pool_connections=HOST_POOLS, pool_maxsize=connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self._seen = threading.local()
        self._urls: dict[str, str] = {}

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return ``None``: a signed call never follows a redirect."""

    def request(  # type: ignore[override] # noqa: PLR0913 - those options of the base class that the SDK sets
        self,
        method: str,
        url: str,
        *,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        proxies: dict[str, str] | None = None,
        verify: bool | str | None = None,
        timeout: float | tuple[float, float] | None = None,
        stream: bool = True,
        allow_redirects: bool = False,
    ) -> requests.Response:
        """Send a request with the options that the SDK sets.

        The base class merges settings of the session, cookies and the environment into each request, and parses the
        address again: a seventh of the processor time of a run. This session has headers and nothing else to merge.
        """
        prepared = requests.PreparedRequest()
        prepared.method = method
        prepared.url = self._prepared_url(url)
        prepared.prepare_headers({**self.headers, **(headers or {})})
        prepared.prepare_body(data, None)
        return self.send(
            prepared,
            proxies=proxies or {},
            verify=self.verify if verify is None else verify,
            timeout=timeout,
            stream=stream,
            allow_redirects=allow_redirects,
        )

    def _prepared_url(self, url: str) -> str:
        """The address as a request has it. A run has a few addresses, one for each host."""
        if url not in self._urls:
            prepared = requests.PreparedRequest()
            prepared.prepare_url(url, None)
            self._urls[url] = str(prepared.url)
        return self._urls[url]

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as in requests
        """Send a request, read the complete answer and keep the outcome for :meth:`seen`."""
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
        """Drop the outcome of this thread's last request."""
        self._seen.last = Seen()

    def seen(self) -> Seen:
        """Return the outcome of this thread's last request."""
        last: Seen = getattr(self._seen, "last", Seen())
        return last
