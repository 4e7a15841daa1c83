"""The account that the keys of a run belong to, read once; an audit without it is whole, and its report names none."""

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
"""Every region of the token service gives the same answer; the call still needs a region."""

ACCOUNT_ID = re.compile(r"[0-9]{1,20}")


def read_account(threads: FetchThreads) -> Account | None:
    """The account of the keys that sign the calls; ``None``, with a warning, where the token service does not say."""
    try:
        answer = threads.call(actions.CALLER_IDENTITY, HOME_REGION, {})
    except (AuthError, NotRecorded) as error:
        log.info("%s", _unknown(error))  # bad keys are complained of elsewhere, older recordings lack the call
        return None
    except FetchError as error:
        log.warning("%s", _unknown(error))
        return None
    account_id = answer.get("AccountId")
    if not isinstance(account_id, str) or not ACCOUNT_ID.fullmatch(account_id):
        log.warning("the report names no account: sts:GetCallerIdentity gave no account id")
        return None
    return Account(id=account_id)


def _unknown(error: FetchError) -> str:
    permission = error.facts.get("permission")
    advice = f"; grant the CAM action {permission}" if permission else ""
    return clean(f"the report names no account: sts:GetCallerIdentity failed with {error.facts['code']}{advice}")
