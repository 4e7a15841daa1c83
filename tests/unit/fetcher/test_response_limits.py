"""Endless answers and answers that decompress to gigabytes, from a hostile server."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import requests

from auditor.fetcher.http import HttpSession
from auditor.fetcher.response_limits import Limits

Play = Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LIMITS = Limits(seconds=5, octets=100_000)
SHORT = Limits(seconds=0.3, octets=100_000)


@contextmanager
def serving(play: Play) -> Iterator[str]:
    """A server that reads a request and then does as it likes, connection after connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []

    def serve(line: socket.socket) -> None:
        with suppress(OSError):
            while b"\r\n\r\n" in line.recv(65_536):
                play(line)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                lines.append(line)
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        for line in lines:
            line.close()


def for_ever(start: bytes, again: bytes, pause: float = 0) -> Play:
    def play(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(again)
            time.sleep(pause)

    return play


def once(answer: bytes) -> Play:
    return lambda line: line.sendall(answer)


def ask(url: str, limits: Limits, **options: object) -> requests.Response:
    with HttpSession(2, limits) as session:
        return session.request("GET", url, timeout=(2, 2), **options)  # type: ignore[arg-type]


def failure(play: Play, limits: Limits) -> str:
    """What a request ends with, well before the server does."""
    began = time.monotonic()
    with serving(play) as url, pytest.raises(requests.RequestException) as raised:
        ask(url, limits)
    assert time.monotonic() - began < limits.seconds + 2
    return repr(raised.value)


DRIPPING = {
    "status line": for_ever(b"HTTP/1.1 200 ", b"O", 0.02),
    "headers": for_ever(OK + b"X-Slow: ", b"a", 0.02),
    "interim answers": for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02),
    "body": for_ever(OK + b"Content-Length: 1000\r\n\r\n", b" ", 0.02),
    "chunks": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.02),
    "size of a chunk": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0", 0.02),
}
ENDLESS = {
    "interim answers": for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "headers of interim answers": for_ever(b"", b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" * 100),
    "body": for_ever(OK + b"\r\n", b" " * 10_000),
    "body of a length": for_ever(OK + b"Content-Length: 99999999999\r\n\r\n", b" " * 10_000),
    "chunks": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n     \r\n" * 100),
    "size of a chunk": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 10_000),
    "trailers": for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n" * 100),
}


@pytest.mark.parametrize("name", DRIPPING)
def test_what_drips_on_ends_with_the_time_of_a_whole_answer(name: str) -> None:
    said = failure(DRIPPING[name], SHORT)
    assert "not whole after 0.3 s" in said or "Read timed out" in said


@pytest.mark.parametrize("name", ENDLESS)
def test_what_goes_on_ends_with_the_size_of_an_answer(name: str) -> None:
    said = failure(ENDLESS[name], LIMITS)
    assert "larger than 100000 bytes" in said or "chunk size line exceeded" in said


def packed(body: bytes, encoding: str) -> Play:
    head = OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return once(head + body)


NOTHING = bytes(5_000_000)
"""Unpacks to fifty times the limit."""
RAW = zlib.compressobj(wbits=-15)
BODIES = {
    "gzip": gzip.compress(b'{"a": 1}', mtime=0),
    "x-gzip": gzip.compress(b'{"a": 1}', mtime=0),
    "GZIP": gzip.compress(b'{"a": 1}', mtime=0),
    "deflate": zlib.compress(b'{"a": 1}'),
    " deflate": RAW.compress(b'{"a": 1}') + RAW.flush(),
    "identity": b'{"a": 1}',
}


@pytest.mark.parametrize("encoding", BODIES)
def test_a_packed_body_is_unpacked(encoding: str) -> None:
    with serving(packed(BODIES[encoding], encoding)) as url:
        assert ask(url, LIMITS).json() == {"a": 1}


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(NOTHING, mtime=0), "gzip", "larger than 100000 bytes"),
        (zlib.compress(NOTHING), "deflate", "larger than 100000 bytes"),
        (gzip.compress(gzip.compress(NOTHING, mtime=0), mtime=0), "gzip, gzip", "cannot be unpacked"),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip", "cannot be unpacked"),
        (b"{}", "gzip", "cannot be unpacked"),
        (b"{}", "br", "cannot be unpacked"),
    ],
    ids=["large gzip", "large deflate", "packed twice", "cut", "not packed", "br"],
)
def test_a_packed_body_that_is_too_large_or_none_is_refused(body: bytes, encoding: str, said: str) -> None:
    assert said in failure(packed(body, encoding), LIMITS)


def test_a_proxy_that_drips_is_given_up_too() -> None:
    began = time.monotonic()
    with serving(for_ever(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 0.02)) as url, pytest.raises(requests.RequestException):
        ask("https://tke.tencentcloudapi.com/", SHORT, proxies={"https": url})
    assert time.monotonic() - began < 5


def test_a_connection_serves_again_after_a_whole_answer() -> None:
    lines: set[int] = set()

    def play(line: socket.socket) -> None:
        lines.add(line.fileno())
        time.sleep(0.2)
        line.sendall(OK + b"Content-Length: 2\r\n\r\n{}")

    with serving(play) as url, HttpSession(2, Limits(seconds=0.5)) as session:
        for _ in range(4):
            assert session.request("GET", url, timeout=(2, 2)).json() == {}
    assert len(lines) == 1
