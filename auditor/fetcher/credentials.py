"""Finds the keys of a run: environment, credentials file, tccli profile, CVM role, TKE identity token, in this order.

Result: the keys, or those of the role to assume with them. Raises AuthError, which names the place and never a value.
An error about a file omits its cause, which may quote a line. The credential chain of the SDK is not used: it drops
session tokens, keeps quotes, calls the metadata service without a time limit and raises exceptions that do not name the
place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from configparser import Error as IniError
from configparser import RawConfigParser
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from auditor.errors import AuthError, ConfigError
from auditor.fetcher.clock import Clock
from auditor.fetcher.keys import FOREVER, Credentials, Keys, KeySource, checked_pair, credentials_error, temporary_keys
from auditor.fetcher.roles import (
    ASSUME_ROLE_WITH_WEB_IDENTITY,
    LIFETIME,
    SESSION_NAME,
    AssumedRole,
    exchanged_keys,
    role_keys,
)
from auditor.fetcher.transport import Caller, Signer
from auditor.files import json_reader, reader

ROLES = "cam/security-credentials/"

_REASONS = {
    "files-is-folder": "a folder",
    "files-is-device": "a pipe or a device",
    "files-too-large": "too large",
    "files-not-utf8": "not UTF-8",
}
"""Reasons why a file cannot be read. They quote nothing from the file."""
OIDC_VARIABLES = ("TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN")


@dataclass(frozen=True, kw_only=True)
class CredentialEnvironment:
    """The surroundings in which keys are searched.

    ``metadata`` returns the text at a path of the metadata service and raises OSError where it is missing. ``connect``
    makes a caller that signs with the given keys, or does not sign for ``None``; it obtains temporary keys. ``role`` is
    assumed with the keys of any place.
    """

    env: Mapping[str, str]
    home: Path
    clock: Clock
    metadata: Callable[[str], str]
    connect: Callable[[Signer | None], Caller]
    etc: Path = Path("/etc")
    role: AssumedRole | None = None


def find_credentials(environment: CredentialEnvironment) -> Credentials:
    """Return the first keys in the order of :class:`KeySource`, or the keys of the role to assume with them.

    Raises AuthError for the first place with unusable contents, where no place holds keys, and where the role is
    refused: the account of other keys is never read instead of the account of the role.
    """
    return search_places(environment).usable_keys()


class PlaceState(StrEnum):
    """The state of a place that may hold keys."""

    EMPTY = "empty"
    FOUND = "found"
    UNUSABLE = "unusable"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceResult:
    """The result of searching a place. ``error`` says why its contents are unusable."""

    source: KeySource
    location: str
    state: PlaceState
    error: AuthError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSearch:
    """The results of all places in order, and the keys of the first place that holds keys. Later places are skipped."""

    keys: Credentials | None
    places: tuple[PlaceResult, ...]

    def usable_keys(self) -> Credentials:
        """Return the keys. Raises AuthError where there are none."""
        if self.keys is None:
            raise self.error
        return self.keys

    @property
    def error(self) -> AuthError:
        """Return the reason why no keys are available."""
        errors = [result.error for result in self.places if result.error is not None]
        places = ", ".join(result.location for result in self.places)
        return errors[0] if errors else credentials_error("fetch-no-credentials", "NoCredentials", places=places)


def search_places(environment: CredentialEnvironment) -> CredentialSearch:
    """Search each place until one holds keys or unusable contents, then assume the role, if any."""
    keys: Credentials | None = None
    places: list[PlaceResult] = []
    for source, location, search in _searches(environment):
        if keys is not None or any(result.error for result in places):
            places.append(PlaceResult(source=source, location=location, state=PlaceState.SKIPPED))
            continue
        try:
            keys = search(environment)
        except AuthError as failure:
            places.append(PlaceResult(source=source, location=location, state=PlaceState.UNUSABLE, error=failure))
            continue
        state = PlaceState.EMPTY if keys is None else PlaceState.FOUND
        places.append(PlaceResult(source=source, location=location, state=state))
    outcome = CredentialSearch(keys=keys, places=tuple(places))
    return outcome if environment.role is None else with_role(environment, outcome, environment.role)


def with_role(environment: CredentialEnvironment, search: CredentialSearch, role: AssumedRole) -> CredentialSearch:
    """Assume ``role`` with the keys of ``search``, which may be those of another role; without keys, do nothing."""
    if search.keys is None:
        return search
    try:
        keys = _assume_role(environment, search.keys, role, KeySource.ROLE, role.arn)
    except AuthError as failure:
        refused = PlaceResult(source=KeySource.ROLE, location=role.arn, state=PlaceState.UNUSABLE, error=failure)
        return CredentialSearch(keys=None, places=(*search.places, refused))
    granted = PlaceResult(source=KeySource.ROLE, location=role.arn, state=PlaceState.FOUND)
    return CredentialSearch(keys=keys, places=(*search.places, granted))


def default_region(env: Mapping[str, str], home: Path) -> str:
    """Return the region that the environment or the profile of tccli names, or the empty string."""
    named = env.get("TENCENTCLOUD_REGION", "").strip()
    if named:
        return named
    try:
        path = home / ".tccli" / f"{_profile(env)}.configure"
        document = json_reader.load(reader.read_text(path, reader.CREDENTIALS_BYTES, pipes=False), str(path))
        region = document["_sys_param"]["region"]
    except (ConfigError, LookupError, TypeError):
        return ""
    return region.strip() if isinstance(region, str) else ""


def _searches(
    environment: CredentialEnvironment,
) -> tuple[tuple[KeySource, str, Callable[[CredentialEnvironment], Credentials | None]], ...]:
    """Every place with its name and the function that searches it, in search order."""
    files = f"~/.tencentcloud/credentials, {environment.etc / 'tencentcloud' / 'credentials'}"
    return (
        (KeySource.ENVIRONMENT, "TENCENTCLOUD_SECRET_ID + TENCENTCLOUD_SECRET_KEY", _search_environment),
        (KeySource.FILE, files, _search_files),
        (KeySource.TCCLI, f"~/.tccli/{_profile(environment.env)}.credential", _search_tccli),
        (KeySource.CVM_ROLE, "metadata.tencentyun.com", _search_cvm_role),
        (KeySource.TKE_OIDC, " + ".join(OIDC_VARIABLES), _search_tke_oidc),
    )


def _search_environment(environment: CredentialEnvironment) -> Credentials | None:
    env = environment.env
    keys = checked_pair(
        {name: env.get(name, "") for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")},
        token=env.get("TENCENTCLOUD_TOKEN") or env.get("TENCENTCLOUD_SECURITY_TOKEN") or "",
        location=KeySource.ENVIRONMENT.value,
    )
    if keys is None:
        return None
    return Credentials(
        source=KeySource.ENVIRONMENT, location="TENCENTCLOUD_SECRET_ID", keys=keys, clock=environment.clock
    )


def _search_files(environment: CredentialEnvironment) -> Credentials | None:
    for folder in (environment.home / ".tencentcloud", environment.etc / "tencentcloud"):
        path = folder / "credentials"
        text = _read(path)
        if text is not None:
            keys = _from_ini(text, str(path))
            return Credentials(source=KeySource.FILE, location=str(path), keys=keys, clock=environment.clock)
    return None


def _from_ini(text: str, location: str) -> Keys:
    parser = RawConfigParser(default_section="", strict=True)
    try:
        parser.read_string(text)
    except IniError:
        raise credentials_error("fetch-credentials-file", "BadCredentialsFile", place=location) from None
    section = next((name for name in parser.sections() if name.lower() == "default"), None)
    if section is None:
        raise credentials_error("fetch-credentials-section", "BadCredentialsFile", place=location)
    values = {name: value.strip().strip("\"'") for name, value in parser.items(section)}
    pair = {name: values.get(name, "") for name in ("secret_id", "secret_key")}
    keys = checked_pair(pair, token=values.get("token", ""), location=location)
    if keys is None:
        raise credentials_error("fetch-keys-missing", "BadCredentials", place=location, name="secret_id")
    return keys


def _search_tccli(environment: CredentialEnvironment) -> Credentials | None:
    profile = _profile(environment.env)
    path = environment.home / ".tccli" / f"{profile}.credential"
    text = _read(path)
    if text is None:
        return None
    document = _json(text, str(path))
    keys, role = _tccli_keys(path), document.get("role-arn")
    if role and (keys is None or not isinstance(role, str)):
        raise credentials_error("fetch-tccli-role", "BadCredentials", place=str(path))
    if keys is None:
        return None

    def read_again() -> Keys:
        again = _tccli_keys(path)
        if again is None or again.expires < environment.clock.wall():
            login = f"tccli {'sso' if document.get('type') == 'sso' else 'auth'} login --profile {profile}"
            raise credentials_error("fetch-tccli-expired", "ExpiredCredentials", place=str(path), login=login)
        return again

    if role:
        session = str(document.get("role-session-name") or SESSION_NAME)
        return _assume_role(environment, keys, AssumedRole(arn=str(role), session=session), KeySource.TCCLI, str(path))
    if keys.expires < environment.clock.wall():
        read_again()
    return Credentials(source=KeySource.TCCLI, location=str(path), keys=keys, clock=environment.clock, renew=read_again)


def _profile(env: Mapping[str, str]) -> str:
    return env.get("TCCLI_PROFILE") or "default"


def _tccli_keys(path: Path) -> Keys | None:
    """The keys of a profile; ``None`` for a profile without keys, such as a profile that uses the CVM role."""
    text = _read(path)
    if text is None:
        return None
    document = _json(text, str(path))
    if document.get("type") == "cvm-role":
        return None
    values = {name: str(document.get(name) or "") for name in ("secretId", "secretKey", "token")}
    expires = document.get("expiresAt")
    return checked_pair(
        {name: values[name] for name in ("secretId", "secretKey")},
        token=values["token"],
        location=str(path),
        expires=float(expires) if isinstance(expires, (int, float)) else FOREVER,
    )


def _assume_role(
    environment: CredentialEnvironment, keys: Signer, role: AssumedRole, source: KeySource, location: str
) -> Credentials:
    """The keys of ``role``, obtained with ``keys``, which sign no other call."""
    caller = environment.connect(keys)

    def assume() -> Keys:
        return role_keys(caller, role, location)

    return Credentials(source=source, location=location, keys=assume(), clock=environment.clock, renew=assume)


def _search_cvm_role(environment: CredentialEnvironment) -> Credentials | None:
    try:
        role = environment.metadata(ROLES).partition("\n")[0].strip()
    except OSError:
        return None
    if not role:
        return None

    def ask() -> Keys:
        try:
            document = _json(environment.metadata(ROLES + quote(role, safe="")), role)
        except OSError as failure:
            raise credentials_error(
                "fetch-cvm-role", "MetadataError", place=role, detail=type(failure).__name__
            ) from failure
        if document.get("Code") != "Success":
            raise credentials_error("fetch-cvm-role", "MetadataError", place=role, detail="Code is not Success")
        return temporary_keys(document, document.get("ExpiredTime"), role)

    return Credentials(source=KeySource.CVM_ROLE, location=role, keys=ask(), clock=environment.clock, renew=ask)


def _search_tke_oidc(environment: CredentialEnvironment) -> Credentials | None:
    values = {name: environment.env.get(name, "").strip() for name in OIDC_VARIABLES}
    if not any(values[name] for name in OIDC_VARIABLES[1:]):
        return None
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise credentials_error(
            "fetch-keys-missing", "BadCredentials", place=KeySource.TKE_OIDC.value, name=", ".join(missing)
        )
    region, provider, token_file, role = (values[name] for name in OIDC_VARIABLES)
    caller = environment.connect(None)

    def exchange() -> Keys:
        token = _read(Path(token_file))
        if token is None:
            raise credentials_error("fetch-credentials-unreadable", "BadCredentials", place=token_file)
        params = {
            "ProviderId": provider,
            "WebIdentityToken": token.strip(),
            "RoleArn": role,
            "RoleSessionName": SESSION_NAME,
            "DurationSeconds": LIFETIME,
        }
        return exchanged_keys(caller, ASSUME_ROLE_WITH_WEB_IDENTITY, region, params, role)

    return Credentials(
        source=KeySource.TKE_OIDC, location=role, keys=exchange(), clock=environment.clock, renew=exchange
    )


def _read(path: Path) -> str | None:
    """The text of a file; ``None`` where the file does not exist."""
    try:
        return reader.read_text(path, reader.CREDENTIALS_BYTES, pipes=False)
    except ConfigError as failure:
        if failure.message_id == reader.MISSING:
            return None
        raise credentials_error(
            "fetch-credentials-unreadable",
            "BadCredentials",
            place=str(path),
            detail=str(failure.facts.get("detail") or _REASONS[failure.message_id]),
        ) from None


def _json(text: str, location: str) -> dict[str, Any]:
    try:
        document = json_reader.load(text, location)
    except ConfigError:
        document = None
    if not isinstance(document, dict):
        raise credentials_error("fetch-credentials-file", "BadCredentialsFile", place=location)
    return document
