"""Writes and reads which accounts and regions a run read: ``merge`` learns from a report what was read.

Where no configuration names the account, it is the account that answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.findings import Result
from auditor.model.shards import AccountRegion, Shard
from auditor.reporter import identity
from auditor.reporter.run_models import AccountRegionPart, ReportPart, ShardPart


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
