"""Finds the accounts, regions, shards and clusters that no report of a merge has, or that several have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from auditor.model.clusters import Cluster
from auditor.model.codes import GapKind
from auditor.model.gaps import REPORT_MISSING, REPORT_TWICE, Gap
from auditor.reporter.account_regions import read_pairs
from auditor.reporter.run_models import ExpectedPart, ReportPart, ShardPart
from auditor.words import Lang, catalogue


def of_run(leaves: Sequence[ReportPart], pairs: Sequence[ExpectedPart]) -> Iterator[Gap]:
    """The gaps on which no single cluster depends; ``pairs`` are the expected accounts and regions."""
    yield from _missing_pairs(leaves, pairs)
    yield from _missing_shards(leaves)
    yield from _undivided_pairs(leaves)
    yield from _doubled_pairs(leaves, is_listed=bool(pairs))
    yield from _doubled_shards(leaves)


def _missing_pairs(leaves: Sequence[ReportPart], pairs: Iterable[ExpectedPart]) -> Iterator[Gap]:
    regions, narrowed = _read(leaves), _read(leaf for leaf in leaves if leaf.get("asked"))
    whole = _read(leaf for leaf in leaves if not leaf.get("asked"))
    for account in sorted({pair["account"] for pair in pairs} - regions.keys()):
        message = english("union-no-account", account=account)
        yield _union_gap(REPORT_MISSING, account, message, account=account)
    for pair in pairs:
        account, region = pair["account"], pair["region"]
        if region and account in regions and region not in regions[account]:
            message = english("union-no-region", region=region, account=account)
            yield _union_gap(REPORT_MISSING, f"{account}/{region}", message, account=account, region=region)
        for part in sorted(narrowed.get(account, set()) - whole.get(account, set())):
            if region in ("", part):
                message = english("union-some-clusters", region=part, account=account)
                yield _union_gap(REPORT_MISSING, f"{account}/{part}", message, account=account, region=part)


def _read(leaves: Iterable[ReportPart]) -> dict[str, set[str]]:
    """The regions that reports read, by account."""
    regions: dict[str, set[str]] = {}
    for leaf in leaves:
        for account, region in read_pairs(leaf):
            regions.setdefault(account, set()).add(region)
        if leaf["account"] is not None:
            regions.setdefault(leaf["account"], set())
    return regions


def _missing_shards(leaves: Iterable[ReportPart]) -> Iterator[Gap]:
    indexes = _indexes(leaves)
    for count in sorted(indexes):
        for index in sorted(set(range(count)) - indexes[count].keys()):
            message = english("union-no-shard", shard=f"{index}/{count}")
            yield _union_gap(REPORT_MISSING, f"shard-{index}/{count}", message)


def _undivided_pairs(leaves: Iterable[ReportPart]) -> Iterator[Gap]:
    """The shards of a run that together did not read all of its pairs: they ran with different configurations.

    Invariant of :func:`auditor.model.shards.shard_of`: shards of the same pairs have each pair once. A missing shard is
    a gap of its own.
    """
    shards: dict[int, dict[int, ShardPart]] = {}
    for leaf in leaves:
        shard = leaf["shard"]
        if shard is not None and "pairs" in shard and "total" in shard:
            shards.setdefault(shard["count"], {})[shard["index"]] = shard
    for count, by_index in sorted(shards.items()):
        totals = {shard["total"] for shard in by_index.values()}
        pairs = {(pair["account"] or "", pair["region"]) for shard in by_index.values() for pair in shard["pairs"]}
        if len(totals) > 1 or (len(by_index) == count and len(pairs) != max(totals)):
            message = english("union-other-shards", count=str(count))
            yield _union_gap(REPORT_MISSING, f"shards/{count}", message)


def _indexes(leaves: Iterable[ReportPart]) -> dict[int, dict[int, list[str]]]:
    """The files of each shard, by count and index."""
    indexes: dict[int, dict[int, list[str]]] = {}
    for leaf in leaves:
        shard = leaf["shard"]
        if shard is not None:
            indexes.setdefault(shard["count"], {}).setdefault(shard["index"], []).append(leaf["file"])
    return indexes


def _doubled_shards(leaves: Iterable[ReportPart]) -> Iterator[Gap]:
    for count, by_index in sorted(_indexes(leaves).items()):
        for index, files in sorted(by_index.items()):
            if len(files) > 1:
                message = english("union-two-shards", shard=f"{index}/{count}", files=_listed(files))
                yield _union_gap(REPORT_TWICE, f"shard-{index}/{count}", message)


def doubled_clusters(leaves: Iterable[ReportPart], clusters: Iterable[Cluster]) -> Iterator[Gap]:
    """The gaps of clusters that several reports have. An unknown account may be any account."""
    files: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for leaf in leaves:
        for item in leaf["clusters"]:
            holder = item["account"] or "", leaf["file"]
            files.setdefault((item["region"], item["cluster_id"]), []).append(holder)
    for cluster in clusters:
        of_id = files.get((cluster.region, cluster.cluster_id), [])
        is_any = not cluster.account or any(not account for account, _ in of_id)
        holders = [file for account, file in of_id if is_any or account == cluster.account]
        if len(holders) > 1:
            message = english("union-two-clusters", cluster=cluster.cluster_id, files=_listed(holders))
            gap = _union_gap(REPORT_TWICE, cluster.cluster_id, message, account=cluster.account, region=cluster.region)
            yield replace(gap, cluster_id=cluster.cluster_id)


def _doubled_pairs(leaves: Sequence[ReportPart], *, is_listed: bool) -> Iterator[Gap]:
    """Regions of an account that two reports read.

    Reports of different clusters of a region are no doubles, unless it is listed which regions are expected.
    """
    holders: dict[tuple[str, str], list[ReportPart]] = {}
    for leaf in leaves:
        for pair in read_pairs(leaf):
            holders.setdefault(pair, []).append(leaf)
    for (account, region), of_pair in sorted(holders.items(), key=lambda item: item[0]):
        if len(of_pair) > 1 and (is_listed or any(not leaf["clusters"] for leaf in of_pair)):
            message = english(
                "union-two-regions",
                region=region,
                account=account,
                files=_listed(leaf["file"] for leaf in of_pair),
            )
            yield _union_gap(REPORT_TWICE, f"{account}/{region}", message, account=account, region=region)


def english(message_id: str, **facts: str) -> str:
    """The message of a gap, which is English in every report; reports in other languages translate it."""
    return catalogue(Lang.EN).text(message_id, **facts)


def _union_gap(code: str, resource: str, message: str, account: str = "", region: str = "") -> Gap:
    return Gap(kind=GapKind.UNREAD, account=account, region=region, resource=resource, code=code, message=message)


def _listed(files: Iterable[str]) -> str:
    """The files in order; a file that was given twice stands twice."""
    return ", ".join(sorted(files))
