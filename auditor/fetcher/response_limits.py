"""Reads HTTP answers within limits of time and size, counted from the status line to the last chunk.

http.client and urllib3 limit single reads only. Headers that arrive byte by byte, endless interim answers, chunks
without a size and compressed bodies of gigabytes would all pass them.
"""

from __future__ import annotations

import io
import socket
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException, HTTPResponse
from typing import Any

from requests import RequestException, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, ReadTimeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError

CHUNK = 65_536
GZIP, ZLIB, DEFLATE = 31, 15, -15
"""Window bits that select the three formats in zlib."""
_FORMATS = {"gzip": (GZIP,), "x-gzip": (GZIP,), "deflate": (ZLIB, DEFLATE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest time and size of a complete answer.

    ``octets`` limits both the bytes on the wire and the bytes after decompression. A page of a hundred rows has a few
    hundred kilobytes.
    """

    seconds: float
    octets: int = 32 * 1024 * 1024

    @property
    def late_message(self) -> str:
        """The message for an answer that exceeds ``seconds``."""
        return f"the answer was not whole after {self.seconds:g} s"

    @property
    def large_message(self) -> str:
        """The message for an answer that exceeds ``octets``."""
        return f"the answer is larger than {self.octets} bytes"


class AnswerTooLarge(HTTPException):
    """The answer has more bytes than the limit."""


class _LimitedStream(io.RawIOBase):
    """A stream of the bytes of one answer that raises when a limit is exceeded."""

    def __init__(self, connection: socket.socket, raw: io.RawIOBase, limits: Limits) -> None:
        self._socket = connection
        self._raw = raw
        self._limits = limits
        self._left = limits.octets
        self._deadline = time.monotonic() + limits.seconds
        self._timeout = connection.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - the type of the caller's buffer
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(self._limits.late_message)
        last = self._timeout is None or left < self._timeout
        self._socket.settimeout(left if last else self._timeout)
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError as slow:
            if last:
                raise TimeoutError(self._limits.late_message) from slow
            raise
        self._left -= count or 0
        if self._left < 0:
            raise AnswerTooLarge(self._limits.large_message)
        return count

    def close(self) -> None:
        """Close the stream and restore the time limit of the socket, which may serve another request."""
        with suppress(OSError):
            self._socket.settimeout(self._timeout)
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer that is read through :class:`_LimitedStream`. Interim answers (``100 Continue``) count as its part."""

    def __init__(self, limits: Limits, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the base class's
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()  # http.client opens a buffered reader
        self.fp = io.BufferedReader(_LimitedStream(sock, raw, limits))


class BoundedAdapter(HTTPAdapter):
    """An adapter whose connections, direct or through a proxy, read answers within limits."""

    def __init__(self, limits: Limits, **kwargs: Any) -> None:  # noqa: ANN401 - the base class's
        answer = {"response_class": partial(_Answer, limits)}
        plain: Any = type("BoundedConnection", (HTTPConnection,), dict(answer))
        secure: Any = type("BoundedSecureConnection", (HTTPSConnection,), dict(answer))
        self._pools = {
            "http": type("BoundedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("BoundedSecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the base class's
        """As the base class, with bounded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - the base class's
        """As the base class, with bounded connections."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def read_whole(response: Response, limits: Limits) -> None:
    """Read and decompress the body into ``response.content``. Raises ``RequestException`` at a limit or a failure."""
    compressed = b"".join(_chunks(response, limits))
    body = _decompress(compressed, response.headers.get("Content-Encoding", ""), limits)
    # requests has no public way to set the body of a response.
    response._content, response._content_consumed = body, True  # type: ignore[attr-defined]  # noqa: SLF001


def _chunks(response: Response, limits: Limits) -> list[bytes]:
    """The body as the server sent it, before decompression."""
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in response.raw.stream(CHUNK, decode_content=False):
            size += len(chunk)
            if size > limits.octets:
                raise ContentDecodingError(limits.large_message)
            chunks.append(chunk)
    except ReadTimeoutError as failure:
        raise ReadTimeout(_time_limit_message(failure) or limits.late_message) from None
    except (HTTPError, OSError) as failure:
        if isinstance(failure, RequestException):
            raise
        raise ChunkedEncodingError(failure) from None
    return chunks


def _time_limit_message(failure: BaseException) -> str:
    """The message of :class:`_LimitedStream` where the total time was exceeded; empty for a single slow read."""
    return str(failure.__cause__ or failure.__context__ or "")


def _decompress(compressed: bytes, encoding: str, limits: Limits) -> bytes:
    """The decompressed body. Raises ContentDecodingError beyond the limit and for data that cannot be decompressed."""
    format_name = encoding.strip().lower()
    if format_name in ("", "identity"):
        return compressed
    for bits in _FORMATS.get(format_name, ()):
        decompressor = zlib.decompressobj(bits)
        try:
            body = decompressor.decompress(compressed, limits.octets + 1)
        except zlib.error:
            continue
        if len(body) > limits.octets:
            raise ContentDecodingError(limits.large_message)
        if decompressor.eof:
            return body
    raise ContentDecodingError(f"the answer cannot be unpacked: {format_name[:40]}")
