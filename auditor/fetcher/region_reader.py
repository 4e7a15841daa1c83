"""One region, read: lists to their end, ids in batches; what fails becomes a gap that says what is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from auditor.errors import CloudError, FetchError
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.json_fields import CallSite, clean
from auditor.fetcher.paging import Listing, Rows, read_all, unread_gap
from auditor.fetcher.threads import FetchThreads
from auditor.model.gaps import Gap

Asked = ParamSpec("Asked")
Answered = TypeVar("Answered")
Item = TypeVar("Item")

BATCH = 100
"""Most ids that cvm, vpc, as and tke take in one call."""

_BAD_ID = re.compile(r"NotFound|Malformed|^Invalid(?!Action)")
"""Codes of calls that fail for one id among many: ``ResourceNotFound``, ``InvalidInstanceId.Malformed`` and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupResult:
    """What a look-up by id gave: rows by id, ids that the cloud does not know, and why others could not be read."""

    rows: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    failed: Mapping[str, Gap] = field(default_factory=dict)

    def __or__(self, other: LookupResult) -> LookupResult:
        return LookupResult(
            rows={**self.rows, **other.rows}, absent=self.absent | other.absent, failed={**self.failed, **other.failed}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """How to look things up by id: the list, the parameter that takes the ids, and what is unknown otherwise."""

    listing: Listing
    parameter: str
    unknown: str


@dataclass(frozen=True, slots=True)
class RegionReader:
    """The door to one region."""

    region: str
    threads: FetchThreads

    def call_site(self, action: ApiAction, cluster_id: str = "") -> CallSite:
        """Where the answers of ``action`` come from."""
        return CallSite(region=self.region, action=action, cluster_id=cluster_id)

    def call(self, action: ApiAction, params: Mapping[str, object]) -> dict[str, Any]:
        """One answer. Raises ``FetchError``."""
        return self.threads.call(action, self.region, params)

    def start(self, read: Callable[Asked, Answered], /, *args: Asked.args, **kwargs: Asked.kwargs) -> Future[Answered]:
        """Have one list, batch or group read beside others."""
        return self.threads.lists.submit(read, *args, **kwargs)

    def read(
        self,
        listing: Listing,
        params: Mapping[str, object],
        *,
        unknown: str,
        resource: str,
        cluster_id: str = "",
        most: int | None = None,
    ) -> Rows:
        """A whole list, of at most ``most`` rows where that is known; its gaps say what is ``unknown``.

        Raises ``FetchError`` where the first page fails.
        """
        read = read_all(
            _NullIsEmpty(self.threads, listing.rows),
            listing,
            self.region,
            params,
            executor=self.threads.pages,
            cluster_id=cluster_id,
            resource=clean(resource),
            most=most,
        )
        gaps = (replace(gap, message=clean(f"{unknown} not wholly known: {gap.message}")) for gap in read.gaps)
        return Rows(rows=read.rows, gaps=tuple(gaps))

    def rows(
        self, listing: Listing, params: Mapping[str, object], *, unknown: str, resource: str, cluster_id: str = ""
    ) -> Rows:
        """A whole list; where its first page fails, no rows and a gap that says what is ``unknown``."""
        try:
            return self.read(listing, params, unknown=unknown, resource=resource, cluster_id=cluster_id)
        except FetchError as error:
            return Rows(rows=(), gaps=(self.gap(error, unknown, resource, cluster_id),))

    def gap(self, error: FetchError, unknown: str, resource: str, cluster_id: str = "") -> Gap:
        """What a failed call leaves: a gap that says what is ``unknown`` ("the groups of ins-1 are"), and why."""
        gap = unread_gap(error, region=self.region, resource=resource, cluster_id=cluster_id)
        return replace(gap, resource=clean(resource), message=clean(f"{unknown} unknown: {_reason(error)}"))

    def look_up(self, lookup: Lookup, ids: Iterable[str], cluster_id: str = "") -> LookupResult:
        """The rows of ``ids``, a hundred a call, side by side. Not to be called on the floor of lists."""
        batches = chunks(sorted(set(ids)), BATCH)
        reads = [self.start(self._batch, lookup, batch, cluster_id) for batch in batches]
        found = LookupResult()
        for read in reads:
            found |= read.result()
        return found

    def _batch(self, lookup: Lookup, ids: tuple[str, ...], cluster_id: str) -> LookupResult:
        """One batch. One bad id fails all of it, so then its halves are tried, down to the bad one."""
        resource = ids[0] if len(ids) == 1 else cluster_id or self.region
        unknown = _describe_ids(lookup.unknown, ids)
        params = {lookup.parameter: list(ids)}
        try:
            read = self.read(
                lookup.listing, params, unknown=unknown, resource=resource, cluster_id=cluster_id, most=len(ids)
            )
        except FetchError as error:
            if not is_bad_id(error):
                return LookupResult(failed=dict.fromkeys(ids, self.gap(error, unknown, resource, cluster_id)))
            if len(ids) > 1:
                middle = len(ids) // 2
                return self._batch(lookup, ids[:middle], cluster_id) | self._batch(lookup, ids[middle:], cluster_id)
            if "NotFound" in str(error.facts["code"]):
                return LookupResult(absent=frozenset(ids))
            return LookupResult(failed={ids[0]: self.gap(error, unknown, resource, cluster_id)})
        return _match_rows(lookup, ids, read)


@dataclass(frozen=True, slots=True)
class _NullIsEmpty:
    """A caller for one list: null, or nothing, beside a TotalCount of 0 is an empty list. Without the 0 it is none."""

    threads: FetchThreads
    rows: str

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """The answer, its list in place."""
        answer = self.threads.call(action, region, params)
        total = answer.get("TotalCount")
        is_empty = answer.get(self.rows) is None and type(total) is int and total == 0
        return {**answer, self.rows: []} if is_empty else answer


def _reason(error: FetchError) -> str:
    facts = error.facts
    said = f": {' '.join(str(facts['detail']).split())}" if facts["detail"] else ""
    failed = f"{facts['service']}:{facts['action']} in {facts['region']} failed with {facts['code']}{said}"
    permission = facts.get("permission")
    return f"{failed}; grant the CAM action {permission}" if permission else failed


def _match_rows(lookup: Lookup, ids: tuple[str, ...], read: Rows) -> LookupResult:
    """An id without a row is absent, or lost where the list came short."""
    by_id = {str(row.get(lookup.listing.row_id)): row for row in read.rows}
    missing = [wanted for wanted in ids if wanted not in by_id]
    rows = {wanted: by_id[wanted] for wanted in ids if wanted in by_id}
    if read.gaps:
        return LookupResult(rows=rows, failed=dict.fromkeys(missing, read.gaps[0]))
    return LookupResult(rows=rows, absent=frozenset(missing))


def _describe_ids(unknown: str, ids: tuple[str, ...]) -> str:
    named = ids[0] if len(ids) == 1 else f"{len(ids)} ids from {ids[0]} to {ids[-1]}"
    return f"{unknown} of {named} are"


def is_bad_id(error: FetchError) -> bool:
    """Whether the call was refused for what was asked about, so that asking for less can help."""
    return isinstance(error, CloudError) and bool(_BAD_ID.search(str(error.facts["code"])))


def chunks(items: Iterable[Item], size: int) -> list[tuple[Item, ...]]:
    """``items`` in tuples of ``size``, the last one shorter."""
    rest = iter(items)
    return list(iter(lambda: tuple(islice(rest, size)), ()))
