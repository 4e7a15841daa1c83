"""Reads the account that the keys of a run belong to.

An audit without the account is complete, and its report names no account: a failed call leaves a line in the log and
no gap.
"""

from __future__ import annotations

import logging
import re

from auditor.errors import AuthError, FetchError, NotRecorded
from auditor.fetcher import actions
from auditor.fetcher.json_fields import clean
from auditor.fetcher.threads import FetchThreads
from auditor.model.snapshot import Account

log = logging.getLogger(__name__)

HOME_REGION = "ap-guangzhou"
"""The region for calls that answer the same in every region (account, lists of regions) and still need a region."""

_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")


def read_account(threads: FetchThreads) -> Account | None:
    """The account whose keys sign the calls (sts/GetCallerIdentity); ``None`` where the token service does not say."""
    try:
        answer = threads.call(actions.CALLER_IDENTITY, HOME_REGION, {})
    except (AuthError, NotRecorded) as error:
        # Every other call complains of bad keys as well, and older recordings lack this call.
        _log_unknown_account(logging.INFO, error)
        return None
    except FetchError as error:
        _log_unknown_account(logging.WARNING, error)
        return None
    account_id = answer.get("AccountId")
    if not isinstance(account_id, str) or not _ACCOUNT_ID.fullmatch(account_id):
        log.warning(
            "the report names no account: sts:GetCallerIdentity gave no account id",
            extra={"message_id": "fetch-log-no-account-id"},
        )
        return None
    return Account(id=account_id)


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
