"""Checks pairs of keys, renews temporary keys in time and reads the metadata service of an instance.

No secret appears in a repr or an error. Raises AuthError for incomplete or malformed keys and for temporary keys that
have expired and cannot be renewed.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock, Thread
from typing import Any
from urllib.error import HTTPError

from auditor.errors import AuthError
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.clock import Clock

MARGIN = 600.0
"""Seconds before their expiry at which temporary keys are renewed."""
PAUSE = 30.0
"""Seconds between attempts to renew keys that are still valid."""
FOREVER = float("inf")
METADATA_URL = "http://metadata.tencentyun.com/latest/meta-data/"
METADATA_TIMEOUT = 2.0
"""Seconds. Outside the cloud the host name does not resolve, and some resolvers take long to say so."""
METADATA_MAX_BYTES = 65536


class KeySource(StrEnum):
    """The kinds of places that may hold keys, in search order."""

    ENVIRONMENT = "environment"
    FILE = "credentials-file"
    TCCLI = "tccli-profile"
    CVM_ROLE = "cvm-role"
    TKE_OIDC = "tke-oidc"
    ROLE = "role"
    """A role that was assumed with keys of another source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A pair of keys. Temporary keys have a token and expire at ``expires``, in seconds since 1970."""

    secret_id: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires: float = FOREVER

    def get_credential_info(self) -> tuple[str, str, str | None]:
        """Return secret id, secret key and token or ``None``, as the SDK expects."""
        return self.secret_id, self.secret_key, self.token or None


class Credentials:
    """Keys and the place that held them. A lock lets a single thread renew temporary keys before they expire."""

    def __init__(
        self, *, source: KeySource, location: str, keys: Keys, clock: Clock, renew: Callable[[], Keys] | None = None
    ) -> None:
        self.source = source
        self.location = location
        self._keys = keys
        self._clock = clock
        self._renew = renew
        self._renew_from = keys.expires - MARGIN
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Credentials(source={self.source.value!r}, location={self.location!r})"

    def get_credential_info(self) -> tuple[str, str, str | None]:
        """Return valid keys. Raises AuthError where temporary keys have expired and cannot be renewed."""
        with self._lock:
            if self._renew is not None and self._clock.wall() >= self._renew_from:
                self._keys = self._renewed(self._renew)
            return self._keys.get_credential_info()

    def _renewed(self, renew: Callable[[], Keys]) -> Keys:
        try:
            keys = renew()
        except AuthError:
            if self._clock.wall() >= self._keys.expires:
                raise
            self._renew_from = self._clock.wall() + PAUSE
            return self._keys
        self._renew_from = max(keys.expires - MARGIN, self._clock.wall() + PAUSE)
        return keys


def temporary_keys(document: Mapping[str, Any], expires: object, location: str) -> Keys:
    """Return the temporary keys in an answer of the token service or the metadata service.

    ``expires`` is in seconds since 1970. Raises AuthError for an incomplete answer.
    """
    if not isinstance(expires, (int, float)):
        raise credentials_error("fetch-keys-missing", "BadCredentials", place=location, name="ExpiredTime")
    pair = {name: str(document.get(name) or "") for name in ("TmpSecretId", "TmpSecretKey")}
    keys = checked_pair(pair, token=str(document.get("Token") or ""), location=location, expires=float(expires))
    if keys is None:
        raise credentials_error("fetch-keys-missing", "BadCredentials", place=location, name="TmpSecretId")
    return keys


def checked_pair(pair: Mapping[str, str], *, token: str, location: str, expires: float = FOREVER) -> Keys | None:
    """Return keys from a pair of values with their names; ``None`` where both are empty.

    Raises AuthError where only one value is present, or where a value contains spaces or control characters.
    """
    if not any(pair.values()):
        return None
    for name, value in (*pair.items(), ("token", token or "-")):
        if not value:
            raise credentials_error("fetch-keys-missing", "BadCredentials", place=location, name=name)
        if not re.fullmatch(r"[\x21-\x7e]+", value):
            raise credentials_error("fetch-keys-spaces", "BadCredentials", place=location, name=name)
    secret_id, secret_key = pair.values()
    return Keys(secret_id=secret_id, secret_key=secret_key, token=token, expires=expires)


def credentials_error(
    message_id: str,
    code: str,
    *,
    action: ApiAction | None = None,
    region: str = "",
    detail: str = "",
    request_id: str = "",
    **facts: str,
) -> AuthError:
    """Build an AuthError about credentials, with the facts that every FetchError has."""
    return AuthError(
        message_id,
        service=action.service if action else "",
        action=action.name if action else "",
        region=region,
        code=code,
        detail=detail or code,
        request_id=request_id,
        **facts,
    )


def read_metadata(path: str, base: str = METADATA_URL, timeout: float = METADATA_TIMEOUT) -> str:
    """Return the text at ``path`` of the metadata service, stripped. Raises OSError (also for 404) or TimeoutError.

    ``timeout`` is in seconds. The request runs in its own thread, since name resolution has no time limit.
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
            text: str = answer.read(METADATA_MAX_BYTES).decode()
    except HTTPError as refusal:
        refusal.close()
        raise OSError(f"HTTP {refusal.code}") from None
    return text.strip()
