"""Where the calls go: the service's own host, another root domain, or one host for everything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from auditor.errors import ConfigError

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


def parse(url: str = "", root_domain: str = "") -> Endpoint:
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
