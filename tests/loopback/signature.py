"""TC3-HMAC-SHA256 checked from the published algorithm, with nothing taken from the SDK that makes it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.loopback.refusals import Refused

ALGORITHM = "TC3-HMAC-SHA256"
LIFETIME = 300
"""Seconds by which the timestamp may be off."""

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<secret_id>[^/\s]+)/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[a-z0-9]+)/tc3_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A key pair that the server knows; with a token it is a temporary one."""

    secret_id: str = "loopback-secret-id"
    secret_key: str = "loopback-secret-key"
    token: str = ""


def check(keys: Keys, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The service that the request is signed for. ``headers`` have lower-case names.

    Raises ``Refused`` with the AuthFailure code that fits.
    """
    parts = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if parts is None:
        raise Refused("AuthFailure.InvalidAuthorization", "The authorization header is missing or malformed.")
    timestamp = _timestamp(headers, now)
    if parts["secret_id"] != keys.secret_id:
        raise Refused("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    if headers.get("x-tc-token", "") != keys.token:
        raise Refused("AuthFailure.TokenFailure", "The token is invalid.")
    _check_scope(parts["headers"], parts["date"], timestamp)
    expected = signature(keys.secret_key, parts["date"], parts["service"], parts["headers"], headers, body)
    if not hmac.compare_digest(expected, parts["signature"]):
        raise Refused("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")
    return parts["service"]


def _timestamp(headers: Mapping[str, str], now: float) -> int:
    text = headers.get("x-tc-timestamp", "")
    if not text.isdigit():
        raise Refused("MissingParameter", "The request is missing the required parameter `X-TC-Timestamp`.")
    if abs(now - int(text)) > LIFETIME:
        raise Refused("AuthFailure.SignatureExpire", f"The provided credentials have expired; the time is {now:.0f}.")
    return int(text)


def _check_scope(signed: str, date: str, timestamp: int) -> None:
    names = signed.split(";")
    if names != sorted(names) or not {"content-type", "host"} <= set(names):
        raise Refused("AuthFailure.SignatureFailure", "content-type and host must be signed, names in order.")
    if date != datetime.fromtimestamp(timestamp, UTC).date().isoformat():
        raise Refused("AuthFailure.SignatureFailure", "The date of the scope is not the date of the timestamp.")


def signature(secret_key: str, date: str, service: str, signed: str, headers: Mapping[str, str], body: bytes) -> str:
    """The signature that a ``POST /`` with these headers and this body must carry."""
    canonical_headers = "".join(f"{name}:{headers.get(name, '').strip().lower()}\n" for name in signed.split(";"))
    canonical = "\n".join(("POST", "/", "", canonical_headers, signed, hashlib.sha256(body).hexdigest()))
    scope = f"{date}/{service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, headers["x-tc-timestamp"], scope, digest))
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()
