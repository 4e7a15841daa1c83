"""Reads the names of the regions that have TKE and are open to the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields
from auditor.fetcher.accounts import HOME_REGION
from auditor.fetcher.paging import Listing, Paging
from auditor.fetcher.region_reader import RegionReader
from auditor.fetcher.threads import FetchThreads
from auditor.model import identifiers
from auditor.model.codes import GapKind
from auditor.model.gaps import NO_CLUSTER, Gap

_REGIONS = Listing(action=actions.REGIONS, rows="RegionSet", row_id="Region", paging=Paging.NONE)
_TKE_REGIONS = Listing(action=actions.TKE_REGIONS, rows="RegionInstanceSet", row_id="RegionName", paging=Paging.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionList:
    """Names of regions, sorted; with ``gaps`` some may be missing."""

    names: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


def read_region_list(threads: FetchThreads) -> RegionList:
    """Every region that has TKE and is open to this account.

    Asks the region service for the regions of TKE (region/DescribeRegions) and, where that call fails, TKE itself
    (tke/DescribeRegions).
    """
    reader = RegionReader.of(HOME_REGION, threads)
    unknown = "which regions have TKE is"
    try:
        rows = reader.read(_REGIONS, {"Product": "tke"}, unknown=unknown, resource="regions")
        names = {json_fields.label(row, "Region") for row in rows.rows if _is_open(row)}
    except FetchError:
        rows = reader.rows(_TKE_REGIONS, {}, unknown=unknown, resource="regions")
        names = {json_fields.label(row, "RegionName") for row in rows.rows}
    regions = {name for name in names if identifiers.is_region(name)}
    gaps = (*rows.gaps, *_bad_name_gaps(reader, names - regions))
    return RegionList(names=tuple(sorted(regions)), gaps=gaps or _no_region_gaps(reader, regions))


def _bad_name_gaps(reader: RegionReader, names: set[str]) -> Iterator[Gap]:
    for name in sorted(names):
        message = f"{name!r} is listed as a region and cannot be the name of one: what it stands for was not read"
        yield reader.call_site(actions.REGIONS).gap("regions", "WrongShape", message, GapKind.UNREAD)


def _no_region_gaps(reader: RegionReader, names: set[str]) -> tuple[Gap, ...]:
    """A gap where the account has no region: then nothing was audited, which must not look like a pass."""
    if names:
        return ()
    message = "no region has TKE, or a CAM policy hides them all"
    return (reader.call_site(actions.REGIONS).gap("all", NO_CLUSTER, message, GapKind.NOT_AUDITABLE),)


def _is_open(row: Mapping[str, Any]) -> bool:
    """Whether the account can use the region. Only an answer that says otherwise leaves a region out."""
    return json_fields.label(row, "RegionState").strip().upper() != "UNAVAILABLE"
