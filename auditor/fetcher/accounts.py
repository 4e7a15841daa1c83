"""Reads the account that the keys of a run belong to, and checks that it is the account that was asked for.

An audit without the account is complete if no account was asked for, and its report names no account: a failed call
leaves a line in the log and no gap. A configured account that is not proved to be the one that answers is a gap.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from auditor.errors import AuthError, FetchError, NotRecorded
from auditor.fetcher import actions
from auditor.fetcher.json_fields import clean
from auditor.fetcher.paging import unread_gap
from auditor.fetcher.transport import Caller
from auditor.model.accounts import is_account_id
from auditor.model.codes import GapKind
from auditor.model.gaps import OTHER_ACCOUNT, UNNAMED_ACCOUNT, Gap
from auditor.model.snapshot import Account

log = logging.getLogger(__name__)

HOME_REGION = "ap-guangzhou"
"""The region for calls that answer the same in every region (account, lists of regions) and still need a region."""


def read_account(caller: Caller) -> Account | None:
    """The account whose keys sign the calls (sts/GetCallerIdentity); ``None`` where the token service does not say."""
    try:
        answer = caller.call(actions.CALLER_IDENTITY, HOME_REGION, {})
    except (AuthError, NotRecorded) as error:
        # Every other call complains of bad keys as well, and older recordings lack this call.
        _log_unknown_account(logging.INFO, error)
        return None
    except FetchError as error:
        _log_unknown_account(logging.WARNING, error)
        return None
    account_id = _account_id(answer)
    if not account_id:
        log.warning(
            "the report names no account: sts:GetCallerIdentity gave no account id",
            extra={"message_id": "fetch-log-no-account-id"},
        )
        return None
    return Account(id=account_id)


def caller_account(caller: Caller) -> str:
    """The id of the account whose keys sign the calls; empty for an answer without one. Raises FetchError."""
    return _account_id(caller.call(actions.CALLER_IDENTITY, HOME_REGION, {}))


def identity_gap(caller: Caller, account_id: str) -> Gap | None:
    """The gap of an account that is not proved to be the one that answers; ``None`` where it is.

    A gap with the code :data:`auditor.model.gaps.OTHER_ACCOUNT` says that another account answers. Nothing may be read
    from it then.
    """
    try:
        answering = caller_account(caller)
    except FetchError as error:
        return unread_gap(error, region="", resource=account_id)
    if answering == account_id:
        return None
    named = f"account {answering} answers" if answering else "the answer names no account"
    return Gap(
        kind=GapKind.UNREAD,
        region="",
        resource=account_id,
        service=actions.CALLER_IDENTITY.service,
        action=actions.CALLER_IDENTITY.name,
        code=OTHER_ACCOUNT if answering else UNNAMED_ACCOUNT,
        message=f"{named} in place of {account_id}",
    )


def _account_id(answer: Mapping[str, Any]) -> str:
    account_id = answer.get("AccountId")
    return account_id if isinstance(account_id, str) and is_account_id(account_id) else ""


def _log_unknown_account(level: int, error: FetchError) -> None:
    permission = str(error.facts.get("permission", ""))
    advice = f"; grant the CAM action {permission}" if permission else ""
    code = str(error.facts["code"])
    log.log(
        level,
        "%s",
        clean(f"the report names no account: sts:GetCallerIdentity failed with {code}{advice}"),
        extra={"message_id": "fetch-log-no-account", "facts": {"code": code, "permission": permission or "none"}},
    )
