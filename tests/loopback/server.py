"""The API played on a loopback port, at least as strict as the real one: signature, types, limits, pages, quotas."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast

from tests.loopback import signature
from tests.loopback.answers import answer
from tests.loopback.calls import Call, CallLog
from tests.loopback.checks import check
from tests.loopback.estate import Estate
from tests.loopback.faults import Fault, Reply, error_body
from tests.loopback.quota import Quota
from tests.loopback.refusals import Refused
from tests.loopback.schema import BY_NAME, OPERATIONS, Operation
from tests.loopback.signature import Keys

GRACE = 30.0
"""Seconds after which even a silent answer ends, so that no thread outlives a broken test."""


@dataclass
class Injection:
    """A fault with the calls that it befalls: the first ``skip`` that match are spared, ``times`` suffer it."""

    fault: Fault
    action: str
    version: str = ""
    service: str = ""
    where: Mapping[str, object] = field(default_factory=dict)
    skip: int = 0
    times: int | None = None
    seen: int = 0

    def befalls(self, call: Call) -> bool:
        """Whether ``call`` suffers it; counts the calls that match."""
        if not self._matches(call):
            return False
        self.seen += 1
        return self.skip < self.seen and (self.times is None or self.seen <= self.skip + self.times)

    def _matches(self, call: Call) -> bool:
        return (
            call.action == self.action
            and self.version in ("", call.version)
            and self.service in ("", call.service)
            and all(call.params.get(name) == value for name, value in self.where.items())
        )


class LoopbackServer:
    """The API of an account and of ``others`` that its roles open. A context manager; ``endpoint`` is its URL.

    ``clock`` is the wall clock against which timestamps are held, ``latency`` the seconds added to every answer,
    ``quotas`` whether calls beyond the documented rates are refused.
    """

    def __init__(
        self,
        estate: Estate,
        *,
        others: Iterable[Estate] = (),
        keys: Keys | None = None,
        latency: float = 0,
        quotas: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.estate = estate
        self.accounts = {each.account: each for each in (estate, *others)}
        self.keys = keys or Keys()
        self.latency = latency
        self.quotas = quotas
        self.clock = clock
        self.log = CallLog()
        self.faults: list[Injection] = []
        self.crashes: list[BaseException] = []
        self.sessions: dict[str, Keys] = {}
        self.session_accounts: dict[str, str] = {}
        """The account of the temporary keys that were given out."""
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._quota = Quota()
        self._requests = 0
        self._http = _Listener(("127.0.0.1", 0), _Handler)
        self._http.loopback = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def endpoint(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        self._thread.join()
        if self.crashes and error is None:
            raise self.crashes[0]

    def inject(
        self,
        fault: Fault,
        action: str,
        *,
        version: str = "",
        service: str = "",
        where: Mapping[str, object] | None = None,
        skip: int = 0,
        times: int | None = None,
    ) -> None:
        """Lets ``fault`` befall calls of ``action``; of several that match, the one injected last wins."""
        self.faults.insert(0, Injection(fault, action, version, service, where or {}, skip, times))

    def reply(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to one request. ``headers`` have lower-case names."""
        arrived = time.monotonic()
        with self._lock:
            self._requests += 1
            request_id = f"00000000-0000-4000-8000-{self._requests:012d}"
        call = replace(_named(headers, arrived), secret_id=self._keys_of(headers).secret_id)
        try:
            operation = self._operation(headers, call, body)
            call = replace(call, service=operation.service, params=_document(body))
            self._take(operation, call)
            params = check(operation, call.params)
            estate = self._estate(call, params)
            response = answer(estate, operation, call.region, params)
            self._remember(response.get("Credentials"), estate)
        except Refused as refusal:
            call = replace(call, code=refusal.code)
            return self._suffer(call, Reply(body=error_body(refusal, request_id)))
        return self._suffer(call, Reply(body=json.dumps({"Response": {**response, "RequestId": request_id}}).encode()))

    def _operation(self, headers: Mapping[str, str], call: Call, body: bytes) -> Operation:
        service = signature.check(self._keys_of(headers), headers, body, self.clock())
        mine = [operation for operation in OPERATIONS if operation.service == service]
        if not any(operation.version == call.version for operation in mine):
            raise Refused("NoSuchVersion", f"The version `{call.version}` of `{service}` does not exist.")
        operation = BY_NAME.get((service, call.version, call.action))
        if operation is None:
            raise Refused("InvalidAction", f"The action `{call.action}` is invalid.")
        if operation.regional and not call.region:
            raise Refused("MissingParameter", "The request is missing the required parameter `X-TC-Region`.")
        return operation

    def _keys_of(self, headers: Mapping[str, str]) -> Keys:
        """The temporary keys that a request is signed with, else the pair that the server knows."""
        secret_id = headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]
        with self._lock:
            return self.sessions.get(secret_id, self.keys)

    def _account_of(self, call: Call) -> str:
        """The account whose keys sign a call."""
        with self._lock:
            return self.session_accounts.get(call.secret_id, self.estate.account)

    def _estate(self, call: Call, params: Mapping[str, Any]) -> Estate:
        """The estate that answers: of the account of the keys, or of the role that is assumed."""
        own = self.accounts[self._account_of(call)]
        if call.action != "AssumeRole":
            return own
        return self.accounts.get(params["RoleArn"].partition("uin/")[2].partition(":")[0], own)

    def _remember(self, credentials: Mapping[str, str] | None, estate: Estate) -> None:
        if credentials is not None:
            pair = Keys(
                secret_id=credentials["TmpSecretId"],
                secret_key=credentials["TmpSecretKey"],
                token=credentials["Token"],
            )
            with self._lock:
                self.sessions[pair.secret_id] = pair
                self.session_accounts[pair.secret_id] = estate.account

    def _take(self, operation: Operation, call: Call) -> None:
        account = self._account_of(call)
        with self._lock:
            within = self._quota.take((account, *call.key), operation.rate, call.at)
        if self.quotas and not within:
            raise Refused("RequestLimitExceeded", f"Your request times exceeds the limit of {operation.rate} a second.")

    def _suffer(self, call: Call, reply: Reply) -> Reply:
        with self._lock:
            befallen = [injection.fault for injection in self.faults if injection.befalls(call)]
            self.log.calls.append(replace(call, faulty=bool(befallen)))
        return befallen[0](call, reply) if befallen else reply


def _named(headers: Mapping[str, str], arrived: float) -> Call:
    return Call(
        service="",
        version=headers.get("x-tc-version", ""),
        action=headers.get("x-tc-action", ""),
        region=headers.get("x-tc-region", ""),
        language=headers.get("x-tc-language", ""),
        params={},
        at=arrived,
    )


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        raise Refused("InvalidParameter", "The request body is not valid JSON.") from None
    if not isinstance(document, dict):
        raise Refused("InvalidParameter", "The request body is not a JSON object.")
    return document


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    loopback: LoopbackServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:  # noqa: ANN401 as in the base class
        with self._guard:
            self._open.add(cast("socket.socket", request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._guard:
            self._open.discard(cast("socket.socket", request))
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends every connection that a client left open."""
        with self._guard:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.loopback.crashes.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path != "/":
            self._send(Reply(status=404, content_type="text/html", body=b"<html>not found</html>"))
            return
        loopback = self.server.loopback
        reply = loopback.reply({name.lower(): value for name, value in self.headers.items()}, body)
        if loopback.latency:
            time.sleep(loopback.latency)
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        if reply.silent:
            self.server.loopback.closing.wait(GRACE)
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self._send_body(reply)

    def _send_body(self, reply: Reply) -> None:
        if reply.cut is not None:
            self.wfile.write(reply.body[: reply.cut])
            self.close_connection = True
        elif reply.pause:
            self._dribble(reply)
        else:
            self.wfile.write(reply.body)
        self.wfile.flush()

    def _dribble(self, reply: Reply) -> None:
        for byte in reply.body:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            if self.server.loopback.closing.wait(reply.pause):
                return

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.server.loopback.clock() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        """The log is kept elsewhere."""
