"""The proxy that a host is reached through, as the environment names it.

The SDK takes NO_PROXY for a text to find the host in, and requests asks for SOCKS in vain at every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from auditor.errors import ConfigError
from auditor.fetcher.endpoint import Endpoint, is_loopback

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


def way(endpoint: Endpoint, service: str, region: str, env: Mapping[str, str]) -> str:
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
