"""Names the role that a run assumes, and obtains its keys from the token service (sts).

Raises ConfigError for an incomplete or malformed role, and AuthError for a refused role. No error repeats a secret of
the call: the identity token or the external id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.errors import CloudError, ConfigError, FetchError, PermissionDenied
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.keys import Keys, credentials_error, temporary_keys
from auditor.fetcher.transport import Caller, redact
from auditor.model.accounts import ARN_EXAMPLE, ConfiguredAccount, account_of_role, is_session_name

LIFETIME = 7200
"""The lifetime in seconds that temporary keys are requested for."""
SESSION_NAME = "sgaudit"
"""The name of a session where nobody names it."""
STS_REGION = "ap-guangzhou"

ASSUME_ROLE = ApiAction(service="sts", version="2018-08-13", name="AssumeRole", rate=600, needs="the keys of a role")
ASSUME_ROLE_WITH_WEB_IDENTITY = ApiAction(
    service="sts", version="2018-08-13", name="AssumeRoleWithWebIdentity", rate=20, needs="the keys of a TKE role"
)
_SECRET_PARAMETERS = ("WebIdentityToken", "ExternalId")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedRole:
    """A role to assume before the first read. ``session`` names the session in the audit trail of the account.

    ``external_id`` may be a secret: no output has it. ``duration`` is in seconds.
    """

    arn: str
    session: str
    external_id: str = field(default="", repr=False)
    duration: int = LIFETIME


def assumed_role(arn: str, session: str) -> AssumedRole | None:
    """Return the role that options or the environment name, or ``None``.

    Raises ConfigError for a role without a session name, a session name without a role, and malformed values.
    """
    if not arn and not session:
        return None
    if not session:
        raise ConfigError("fetch-role-no-session", arn=arn)
    if not arn:
        raise ConfigError("fetch-role-no-arn", session=session)
    if account_of_role(arn) is None:
        raise ConfigError("fetch-role-arn", value=arn, expected=ARN_EXAMPLE)
    return AssumedRole(arn=arn, session=checked_session(session))


def checked_session(session: str) -> str:
    """Return the name of a session. Raises ConfigError for a malformed name."""
    if not is_session_name(session):
        raise ConfigError("fetch-role-session", value=session)
    return session


def role_of(account: ConfiguredAccount, session: str = "") -> AssumedRole | None:
    """Return the role of a configured account, or ``None`` for an account that is read without one.

    Without a session name of its own, the session is called ``session``, else :data:`SESSION_NAME`.
    """
    if not account.role_arn:
        return None
    return AssumedRole(
        arn=account.role_arn,
        session=account.session_name or session or SESSION_NAME,
        external_id=account.external_id,
        duration=account.duration or LIFETIME,
    )


def role_keys(caller: Caller, role: AssumedRole, location: str) -> Keys:
    """Return temporary keys of ``role``. The keys that sign the calls of ``caller`` need ``sts:AssumeRole`` on it."""
    params: dict[str, object] = {
        "RoleArn": role.arn,
        "RoleSessionName": role.session,
        "DurationSeconds": role.duration,
    }
    if role.external_id:
        params["ExternalId"] = role.external_id
    return exchanged_keys(caller, ASSUME_ROLE, STS_REGION, params, location)


def exchanged_keys(caller: Caller, action: ApiAction, region: str, params: Mapping[str, object], location: str) -> Keys:
    """Return temporary keys from the token service. An error omits its detail, which may repeat a secret."""
    try:
        response = caller.call(action, region, params)
    except FetchError as failure:
        secrets = [str(params[name]) for name in _SECRET_PARAMETERS if name in params]
        code, request_id = (redact(str(failure.facts[name]), secrets) for name in ("code", "request_id"))
        raise credentials_error(
            _refusal(failure, action, params, location),
            code,
            place=location,
            action=action,
            region=region,
            request_id=request_id,
        ) from None
    credentials = response.get("Credentials")
    return temporary_keys(credentials if isinstance(credentials, dict) else {}, response.get("ExpiredTime"), location)


def _refusal(failure: FetchError, action: ApiAction, params: Mapping[str, object], location: str) -> str:
    """The message about a role without keys. Of a role that a person names and sts refuses, it says who must trust it.

    Bad keys of the caller, or no answer, are no matter of trust.
    """
    if action is not ASSUME_ROLE or location != params["RoleArn"]:
        return "fetch-role"
    if not isinstance(failure, (CloudError, PermissionDenied)):
        return failure.message_id
    return "fetch-role-trust-external" if "ExternalId" in params else "fetch-role-trust"
