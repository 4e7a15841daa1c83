"""One HTTP session for the SDK's clients, made safe for an auditor, and the proxy that a host is reached through.

requests follows redirects with the request's headers, takes an ``Authorization`` of its own from ``~/.netrc`` and keeps
cookies; none of this has a place in a signed call. The SDK takes NO_PROXY for a text to find the host in.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import requests

from auditor.errors import AuditorError
from auditor.fetcher.bounded import BoundedAdapter, Limits, read_whole

HOSTS = 32
UNINSPECTED = "application/json; inspected-by=caller"
"""The SDK looks for errors in answers of two exact content types alone, and trips over some; this is neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a thread's last request met: an answer, or the failure that stands for it."""

    response: requests.Response | None = None
    content_type: str = ""
    failure: Exception | None = None


class Session(requests.Session):
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


def proxies_for(scheme: str, host: str, env: Mapping[str, str]) -> dict[str, str]:
    """The proxy of ``scheme://host`` as the environment names it; none for this machine itself."""
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    exempt = (env.get("no_proxy") or env.get("NO_PROXY") or "").split(",")
    if _is_loopback(name) or any(_exempts(entry.strip().lower(), name) for entry in exempt):
        return {}
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    proxy = next((env[name] for name in names if env.get(name)), "")
    return {"http": proxy, "https": proxy} if proxy else {}


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _exempts(entry: str, name: str) -> bool:
    """Whether one entry of NO_PROXY holds ``name``: ``*``, a domain with what is below it, an address or a block."""
    domain = entry.partition(":")[0].removeprefix("*").removeprefix(".")
    if entry == "*" or (domain and (name == domain or name.endswith(f".{domain}"))):
        return True
    try:
        return ip_address(name) in ip_network(entry, strict=False)
    except ValueError:
        return False
