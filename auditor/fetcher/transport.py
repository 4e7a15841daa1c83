"""Calls the API through the SDK, within the rate budget and with the retries and errors of this program.

Input: an action, a region and parameters. Result: the ``Response`` object of the answer. No other module may import
the SDK to make calls.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from math import inf
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Protocol

from auditor.errors import AuditorError, AuthError, FetchError
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.api_response import ApiCall, ApiResponse, network_error, parse_response
from auditor.fetcher.clock import Clock, RunClock, StoppedClock
from auditor.fetcher.http import Endpoint, Proxy, describe_route, proxy_for
from auditor.fetcher.rate_limit import MOST_CALLS, Budget, SharedBudget, Unmetered
from auditor.fetcher.retry import Retrier, RetryPolicy

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter
    from tencentcloud.common.common_client import CommonClient

    from auditor.fetcher.cassette import Replay
    from auditor.fetcher.http import HttpSession, Seen

log = logging.getLogger(__name__)

SECRET_LENGTH = 8
LENGTHS = {"detail": 500, "code": 120, "request_id": 120}
"""The number of characters of each fact of an error that are kept."""


class Caller(Protocol):
    """Answers calls of the API: the live transport, its thread pool, or a fake in a test."""

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """Return the ``Response`` object of the answer, which holds no ``Error``.

        Raises a subclass of :class:`auditor.errors.FetchError`, or :class:`auditor.fetcher.clock.Cancelled`.
        """
        ...


class Signer(Protocol):
    """Provides the keys to sign with. The SDK asks for them before each call."""

    def get_credential_info(self) -> tuple[str, str, str | None]:
        """Return secret id, secret key and session token or ``None``. Raises AuthError where no keys are available."""
        ...


class Recorder(Protocol):
    """Records each attempt of a call with its answer or failure."""

    def note(self, call: ApiCall, params: Mapping[str, object], outcome: ApiResponse | Exception) -> None:
        """Record one attempt."""
        ...


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """How a transport reaches the cloud.

    ``timeouts`` are the seconds to connect and the seconds to wait for the next bytes. ``patience`` is the seconds for
    a complete answer. ``env`` is the environment that names proxies and ``REQUESTS_CA_BUNDLE``. An ``adapter`` answers
    in place of the network.
    """

    endpoint: Endpoint = field(default_factory=Endpoint)
    timeouts: tuple[float, float] = (5.0, 20.0)
    patience: float = 60.0
    env: Mapping[str, str] = field(default_factory=dict)
    connections: int = MOST_CALLS
    adapter: HTTPAdapter | None = None


class Transport:
    """Calls the API through the SDK. Any number of threads may share a transport.

    Without a ``signer`` the calls are unsigned, as the exchange of an identity token needs. After an answer that
    rejects the keys, no further call is sent: each raises the same error.
    """

    def __init__(
        self,
        signer: Signer | None,
        *,
        wiring: Wiring | None = None,
        budget: Budget | None = None,
        policy: RetryPolicy | None = None,
        clock: Clock | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._signing = None if signer is None else _Signing(signer)
        self._wiring = wiring or Wiring()
        self._clock = clock or RunClock()
        self._budget = budget or SharedBudget(self._clock)
        self._retrier = Retrier(policy or RetryPolicy(), self._clock)
        self._recorder = recorder
        self._lock = Lock()
        self._session: HttpSession | None = None
        self._clients: dict[tuple[str, str, str], CommonClient] = {}
        self._passwords: set[str] = set()
        self._bad_keys: AuthError | None = None
        self._answered = False
        self.clock_skew: float | None = None
        """Seconds by which this machine's clock is ahead of the last answer's ``Date``; ``None`` before an answer."""

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """As :meth:`Caller.call`. Waits for the rate budget and repeats calls that failed for a passing reason."""
        call = ApiCall(action=action, region=region)
        key = (action.service, action.name, region)
        try:
            response = self._retrier.run(key, lambda: self._attempt(call, params))
        except AuthError as error:
            self._remember(call, error)
            raise
        self._answered = True
        return response

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            session, self._session = self._session, None
            self._clients.clear()
        if session is not None:
            session.close()

    def _remember(self, call: ApiCall, error: AuthError) -> None:
        """Keep an error that every further call would meet: bad keys, or temporary keys that could not be obtained.

        A bare ``AuthFailure`` after a successful call concerns its own action only, since tke and vpc also use it for a
        missing grant. The same holds for an optional action.
        """
        is_about_keys = "." in str(error.facts["code"]) or error.facts["action"] != call.action.name
        if is_about_keys or not (self._answered or call.action.optional):
            self._bad_keys = error

    def _attempt(self, call: ApiCall, params: Mapping[str, object]) -> dict[str, Any]:
        if self._bad_keys is not None:
            facts = self._bad_keys.facts
            raise call.error(AuthError, self._bad_keys.message_id, str(facts["code"]), str(facts["detail"]))
        with self._budget.slot(call.action, call.region):
            self._clock.sleep(0)
            began = self._clock.now()
            outcome = self._exchange(call, params)
        if self._recorder is not None:
            self._recorder.note(call, params, outcome)
        try:
            response = self._read(call, outcome)
        except FetchError as error:
            self._log(call, began, str(error.facts["code"]))
            raise
        self._log(call, began, "ok")
        return response

    def _read(self, call: ApiCall, outcome: ApiResponse | Exception) -> dict[str, Any]:
        try:
            if isinstance(outcome, AuditorError):
                raise outcome
            if isinstance(outcome, Exception):
                raise network_error(call, outcome, self._route(call))
            return parse_response(call, outcome)
        except FetchError as error:
            self._redact_facts(error)
            raise

    def _redact_facts(self, error: FetchError) -> None:
        """Remove this run's secrets from the facts of ``error`` and shorten the facts."""
        secrets = self._passwords | (self._signing.secrets if self._signing else frozenset())
        for name, length in LENGTHS.items():
            error.facts[name] = redact(str(error.facts[name]), secrets)[:length]

    def _route(self, call: ApiCall) -> str:
        return describe_route(self._wiring.endpoint, call.action.service, call.region, self._wiring.env)

    def _exchange(self, call: ApiCall, params: Mapping[str, object]) -> ApiResponse | Exception:
        """Send one request through the SDK. Return the HTTP answer, even one that the SDK rejects, or the failure."""
        from requests import RequestException  # noqa: PLC0415 - only live runs and replays need it
        from tencentcloud.common.exception import TencentCloudSDKException  # noqa: PLC0415

        client, session = self._client(call)
        session.forget()
        options = {"SkipSign": True} if self._signing is None else {}
        try:
            document = client.call_json(call.action.name, dict(params), options=options)
        except RequestException as failure:
            return failure
        except (TencentCloudSDKException, ValueError, RecursionError) as failure:
            return self._raw(session.seen(), failure)
        return self._answer(session.seen(), document)

    def _raw(self, seen: Seen, failure: Exception) -> ApiResponse | Exception:
        """The outcome where the SDK gave up: no answer, a status other than 200, or a body without JSON."""
        if seen.response is None:
            return seen.failure or failure
        return self._answer(seen, seen.response.content)

    def _answer(self, seen: Seen, body: object) -> ApiResponse:
        assert seen.response is not None  # noqa: S101 - the SDK has just read this response
        self._note_skew(seen.response.headers.get("Date", ""))
        return ApiResponse(status=seen.response.status_code, content_type=seen.content_type, body=body)

    def _note_skew(self, date: str) -> None:
        try:
            self.clock_skew = self._clock.wall() - parsedate_to_datetime(date).timestamp()
        except ValueError:
            return

    def _client(self, call: ApiCall) -> tuple[CommonClient, HttpSession]:
        action = call.action
        key = (action.service, action.version, call.region)
        with self._lock:
            if self._session is None:
                self._session = _new_session(self._wiring)
            if key not in self._clients:
                host = self._wiring.endpoint.host_for(action.service, call.region)
                proxy = proxy_for(self._wiring.endpoint.scheme, host, self._wiring.env)
                self._passwords |= {proxy.password} if proxy is not None and proxy.password else set()
                self._clients[key] = _new_client(call, self._signing, self._wiring, self._session, proxy)
            return self._clients[key], self._session

    def _log(self, call: ApiCall, began: float, outcome: str) -> None:
        took = self._clock.now() - began
        log.debug("%s in %s: %s in %.3f s", call.action.permission, call.region, outcome, took)


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret in ``text`` by ``***``, the longest first, since a secret may contain another."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


class _Signing:
    """A signer that remembers the secrets it handed out, so that no message repeats them."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.secrets: frozenset[str] = frozenset()

    def get_credential_info(self) -> tuple[str, str, str | None]:
        info = self._signer.get_credential_info()
        self.secrets |= {secret for secret in info if secret and len(secret) >= SECRET_LENGTH}
        return info


class NoKeys:
    """The signer of a replay. Its keys are made up."""

    def get_credential_info(self) -> tuple[str, str, str | None]:
        """Return made-up keys."""
        return "replay", "replay", None


def replay_transport(replay: Replay, cancelled: Event | None = None) -> Transport:
    """Return a transport that a replay answers. It signs with made-up keys, never waits, and ends with ``cancelled``.

    It repeats a throttled call for as long as the cassette holds refusals, since their number depended on time.
    """
    return Transport(
        NoKeys(),
        wiring=Wiring(adapter=replay),
        budget=Unmetered(),
        clock=StoppedClock(cancelled),
        policy=RetryPolicy(throttled=inf),
    )


def _new_session(wiring: Wiring) -> HttpSession:
    from auditor.fetcher.http import HttpSession  # noqa: PLC0415 - only live runs and replays need it
    from auditor.fetcher.response_limits import Limits  # noqa: PLC0415 - only live runs and replays need it

    return HttpSession(wiring.connections, Limits(seconds=wiring.patience), wiring.adapter)


def _new_client(
    call: ApiCall, signing: _Signing | None, wiring: Wiring, session: HttpSession, proxy: Proxy | None
) -> CommonClient:
    """Return an SDK client that uses ``session``. The SDK's own retries, region switching, proxies and log are off."""
    from tencentcloud.common.common_client import CommonClient  # noqa: PLC0415 - as above
    from tencentcloud.common.profile.client_profile import ClientProfile  # noqa: PLC0415
    from tencentcloud.common.profile.http_profile import HttpProfile  # noqa: PLC0415
    from tencentcloud.common.retry import NoopRetryer  # noqa: PLC0415

    logging.getLogger("tencentcloud_sdk_common").setLevel(logging.CRITICAL)
    host = wiring.endpoint.host_for(call.action.service, call.region)
    http = HttpProfile(
        protocol=wiring.endpoint.scheme,
        endpoint=host,
        reqTimeout=wiring.timeouts,
        certification=wiring.env.get("REQUESTS_CA_BUNDLE") or None,
    )
    profile = ClientProfile(httpProfile=http, language="en-US", retryer=NoopRetryer())
    client = CommonClient(call.action.service, call.action.version, signing, call.region, profile)
    client.request.conn.proxy = {} if proxy is None else {"http": proxy.url, "https": proxy.url}
    client.request.conn._session = session  # noqa: SLF001 - the SDK has no public parameter for a session
    return client
