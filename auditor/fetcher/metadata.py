"""The metadata service of a CVM instance, asked with a time limit that also bounds name resolution."""

from __future__ import annotations

import urllib.request
from threading import Thread
from urllib.error import HTTPError

BASE = "http://metadata.tencentyun.com/latest/meta-data/"
TIMEOUT = 2.0
"""Seconds. Elsewhere than in the cloud the name resolves to nothing, at once or after many seconds."""
MOST = 65536


def get(path: str, base: str = BASE, timeout: float = TIMEOUT) -> str:
    """What stands at ``path``, stripped. Raises ``OSError`` (also for 404) or ``TimeoutError``.

    The request runs in a thread of its own, since no time limit reaches into name resolution.
    """
    outcome: list[str | OSError] = []

    def ask() -> None:
        try:
            outcome.append(_get(base + path, timeout))
        except (OSError, ValueError) as error:
            outcome.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = Thread(target=ask, name="metadata", daemon=True)
    thread.start()
    thread.join(timeout)
    if not outcome:
        raise TimeoutError(f"no answer within {timeout} s")
    if isinstance(outcome[0], OSError):
        raise outcome[0]
    return outcome[0]


def _get(url: str, timeout: float) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as answer:
            text: str = answer.read(MOST).decode()
    except HTTPError as refusal:
        refusal.close()
        raise OSError(f"HTTP {refusal.code}") from None
    return text.strip()
