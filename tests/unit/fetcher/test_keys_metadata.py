from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from auditor.fetcher import keys

GO_ON = Event()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.endswith("/slow"):
            GO_ON.wait(30)
        found = self.path == "/latest/meta-data/cam/role"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(b" audit\n" if found else b"<html>404</html>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    GO_ON.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/latest/meta-data/"
    GO_ON.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_stands_at_a_path_is_given_stripped(base: str) -> None:
    assert keys.read_metadata("cam/role", base) == "audit"


def test_a_path_with_nothing_is_an_error(base: str) -> None:
    with pytest.raises(OSError, match="404"):
        keys.read_metadata("cam/none", base)


def test_a_proxy_of_the_environment_is_not_asked(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert keys.read_metadata("cam/role", base) == "audit"


def test_a_service_that_hangs_is_given_up(base: str) -> None:
    with pytest.raises(TimeoutError):
        keys.read_metadata("slow", base, timeout=0.05)


def test_a_host_that_refuses_is_an_error() -> None:
    with pytest.raises(OSError, match="refused"):
        keys.read_metadata("cam/role", "http://127.0.0.1:1/")
