"""One HTTP session for the SDK's clients, made safe for an auditor.

requests follows redirects with the request's headers, takes an ``Authorization`` of its own from ``~/.netrc`` and keeps
cookies; none of this has a place in a signed call.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

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
