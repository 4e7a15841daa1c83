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
        log.info("%s", _unknown_account(error))
        return None
    except FetchError as error:
        log.warning("%s", _unknown_account(error))
        return None
    account_id = answer.get("AccountId")
    if not isinstance(account_id, str) or not _ACCOUNT_ID.fullmatch(account_id):
        log.warning("the report names no account: sts:GetCallerIdentity gave no account id")
        return None
    return Account(id=account_id)


def _unknown_account(error: FetchError) -> str:
    permission = error.facts.get("permission")
    advice = f"; grant the CAM action {permission}" if permission else ""
    return clean(f"the report names no account: sts:GetCallerIdentity failed with {error.facts['code']}{advice}")
