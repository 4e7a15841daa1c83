"""Writes and reads which accounts and regions a run read: ``merge`` learns from a report what was read.

Where no configuration names the account, it is the account that answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.findings import Result
from auditor.model.shards import AccountRegion, Shard
from auditor.model.snapshot import SnapshotSource
from auditor.reporter import identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.run_models import AccountPart, AccountRegionPart, ReportPart, ShardPart


def account_part(result: Result, options: RenderOptions) -> AccountPart | None:
    """The account of a report; a merged report has none of its own, also if all its parts have the same account."""
    account = result.snapshot.account
    if account is None or options.source is SnapshotSource.MERGED:
        return None
    return AccountPart(id=account.id, name=account.name)


def account_parts(result: Result, options: RenderOptions) -> list[AccountPart]:
    """The accounts of a merged report, and of a report of several accounts."""
    account = result.snapshot.account
    accounts = result.accounts
    if account is not None and options.source is SnapshotSource.MERGED:
        accounts = (account,)
    return [AccountPart(id=item.id, name=item.name) for item in accounts]


def shard_part(result: Result, shard: Shard) -> ShardPart:
    """The shard of a run, with every pair that it read, even if there was no cluster."""
    return ShardPart(index=shard.index, count=shard.count, pairs=pair_parts(result, shard.pairs), total=shard.total)


def pair_parts(result: Result, pairs: Iterable[AccountRegion]) -> list[AccountRegionPart]:
    """The pairs of account and region, in order."""
    return [
        AccountRegionPart(account=pair.account or identity.account_id(result), region=pair.region) for pair in pairs
    ]


def read_pairs(report: ReportPart) -> list[tuple[str, str]]:
    """The regions that a report read, each with its account; those of an unknown account are left out."""
    of_account = [AccountRegionPart(account=report["account"], region=region) for region in report["regions"]]
    pairs = report.get("pairs") or of_account
    return [(pair["account"], pair["region"]) for pair in pairs if pair["account"]]
