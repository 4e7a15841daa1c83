"""Accounts to audit, and the roles with which they are read.

The spellings are those of the API pages of sts:AssumeRole: a wrong one is refused before the first call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ALL_ACCOUNTS = "all"
"""The word for every configured account, in place of names and ids."""
ARN_EXAMPLE = "qcs::cam::uin/100000000001:roleName/NAME"
LEAST_DURATION, MOST_DURATION = 900, 43_200
"""Seconds of a session. Keys are renewed ten minutes before they end; the API gives at most twelve hours."""

_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")
_ARN = re.compile(r"qcs::cam::uin/([0-9]{1,20}):role(?:Name)?/[^\s/:]{1,128}")
_SESSION = re.compile(r"[\w+=,.@-]{2,128}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,128}", re.ASCII)
_NAME = re.compile(r"[^,\s](?:[^,]{0,62}[^,\s])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredAccount:
    """An account of the configuration. Without ``role_arn`` it is read with the credentials of the run.

    ``external_id`` may be a secret: no output has it. ``duration`` is in seconds, ``None`` for the default. Without
    ``regions`` those of the run count.
    """

    id: str
    name: str = ""
    role_arn: str = ""
    session_name: str = ""
    external_id: str = field(default="", repr=False)
    duration: int | None = None
    regions: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The id, and the name where there is one: ``100000000001 (prod)``."""
        return f"{self.id} ({self.name})" if self.name else self.id


def is_account_id(text: str) -> bool:
    """Whether a text can be the id of a main account (uin)."""
    return _ACCOUNT_ID.fullmatch(text) is not None


def is_account_name(text: str) -> bool:
    """Whether ``--account`` can name an account by the text: it has no comma, and is neither ``all`` nor an id."""
    return bool(_NAME.fullmatch(text)) and text.isprintable() and text != ALL_ACCOUNTS and not is_account_id(text)


def is_session_name(text: str) -> bool:
    """Whether a text can be the name of a session (RoleSessionName)."""
    return _SESSION.fullmatch(text) is not None


def is_external_id(text: str) -> bool:
    """Whether a text can be the external id of a role (ExternalId)."""
    return _EXTERNAL_ID.fullmatch(text) is not None


def account_of_role(arn: str) -> str | None:
    """The id of the account that owns the role; ``None`` for a text that is not the ARN of a role."""
    match = _ARN.fullmatch(arn)
    return match[1] if match else None
