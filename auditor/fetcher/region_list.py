"""The regions behind ``--region all``: the region service's list for TKE, else TKE's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import actions, wire
from auditor.fetcher.crew import Crew
from auditor.fetcher.paging import Listing, Paging
from auditor.fetcher.reader import Reader
from auditor.model import identifiers
from auditor.model.gaps import NO_CLUSTER, Gap, GapKind

HOME = "ap-guangzhou"
"""Both lists are the same everywhere; the call still needs a region."""

_REGIONS = Listing(action=actions.REGIONS, rows="RegionSet", row_id="Region", paging=Paging.NONE)
_TKE_REGIONS = Listing(action=actions.TKE_REGIONS, rows="RegionInstanceSet", row_id="RegionName", paging=Paging.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionList:
    """Names of regions, sorted; with ``gaps`` some may be missing."""

    names: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


def read(crew: Crew) -> RegionList:
    """Every region that has TKE and is open to this account."""
    reader = Reader(HOME, crew)
    unknown = "which regions have TKE is"
    try:
        rows = reader.read(_REGIONS, {"Product": "tke"}, unknown=unknown, resource="regions")
        names = {wire.label(row, "Region") for row in rows.rows if _is_open(row)}
    except FetchError:
        rows = reader.rows(_TKE_REGIONS, {}, unknown=unknown, resource="regions")
        names = {wire.label(row, "RegionName") for row in rows.rows}
    regions = {name for name in names if identifiers.is_region(name)}
    gaps = (*rows.gaps, *_misnamed(reader, names - regions))
    return RegionList(names=tuple(sorted(regions)), gaps=gaps or _none(reader, regions))


def _misnamed(reader: Reader, names: set[str]) -> Iterator[Gap]:
    for name in sorted(names):
        message = f"{name!r} is listed as a region and cannot be the name of one: what it stands for was not read"
        yield reader.origin(actions.REGIONS).gap("regions", "WrongShape", message, GapKind.UNREAD)


def _none(reader: Reader, names: set[str]) -> tuple[Gap, ...]:
    """An account without any region has nothing that was audited, which is not the same as nothing wrong."""
    if names:
        return ()
    message = "no region has TKE, or a CAM policy hides them all"
    return (reader.origin(actions.REGIONS).gap("all", NO_CLUSTER, message, GapKind.NOT_AUDITABLE),)


def _is_open(row: Mapping[str, Any]) -> bool:
    """A region is left out only where the answer says that this account cannot use it."""
    return wire.label(row, "RegionState").strip().upper() != "UNAVAILABLE"
