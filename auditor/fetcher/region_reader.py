"""Reads lists of one region: whole lists by pages, or rows by id in batches.

Inputs are a :class:`Listing` or a :class:`Lookup` with the parameters of the call. The result is the rows together
with a gap for everything that could not be read; each gap says which fact is unknown, and why. Only
:meth:`RegionReader.call` and :meth:`RegionReader.read` raise ``FetchError``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from auditor.errors import CloudError, FetchError
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.json_fields import CallSite, clean
from auditor.fetcher.paging import Listing, Rows, read_all, unread_gap
from auditor.fetcher.threads import FetchThreads, RegionThreads
from auditor.fetcher.transport import Caller
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

Parameters = ParamSpec("Parameters")
Outcome = TypeVar("Outcome")
Item = TypeVar("Item")

BATCH = 100
"""The largest number of ids that cvm, vpc, as and tke take in one call."""

_BAD_ID = re.compile(r"NotFound|Malformed|^Invalid(?!Action)")
"""Codes of calls that fail because of one id among many: ``ResourceNotFound``, ``InvalidInstanceId.Malformed`` ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupResult:
    """The result of a look-up by id: each id is in exactly one of the three fields.

    ``rows``: the rows that came, by id. ``absent``: ids that the cloud does not know. ``failed``: why the other ids
    could not be read.
    """

    rows: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    failed: Mapping[str, Gap] = field(default_factory=dict)

    def of(self, ids: Collection[str]) -> LookupResult:
        """The result for ``ids`` alone."""
        return LookupResult(
            rows={row_id: self.rows[row_id] for row_id in ids if row_id in self.rows},
            absent=self.absent.intersection(ids),
            failed={row_id: self.failed[row_id] for row_id in ids if row_id in self.failed},
        )

    def __or__(self, other: LookupResult) -> LookupResult:
        return LookupResult(
            rows={**self.rows, **other.rows}, absent=self.absent | other.absent, failed={**self.failed, **other.failed}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """How to look rows up by id: the list, the parameter that takes the ids, and the fact that the rows give.

    ``unknown`` names that fact in the message of a gap ("groups and addresses").
    """

    listing: Listing
    parameter: str
    unknown: str


@dataclass(frozen=True, slots=True)
class RegionReader:
    """Reads from one region with the threads of that region."""

    region: str
    caller: Caller
    threads: RegionThreads

    @classmethod
    def of(cls, region: str, threads: FetchThreads) -> RegionReader:
        """The reader of ``region`` in the run of ``threads``."""
        return cls(region, threads.caller, threads.of(region))

    def call_site(self, action: ApiAction, cluster_id: str = "") -> CallSite:
        """The call that the answers of ``action`` come from, for the gaps that they leave."""
        return CallSite(region=self.region, action=action, cluster_id=cluster_id)

    def cluster_gap(
        self, action: ApiAction, cluster_id: str, code: str, message: str, kind: GapKind = GapKind.UNREAD
    ) -> Gap:
        """The gap that an answer of ``action`` leaves for a cluster as a whole."""
        return self.call_site(action, cluster_id).gap(cluster_id, code, message, kind)

    def call(self, action: ApiAction, params: Mapping[str, object]) -> dict[str, Any]:
        """Make one call and return its answer. Raises ``FetchError``."""
        return self.caller.call(action, self.region, params)

    def start(
        self, read: Callable[Parameters, Outcome], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Outcome]:
        """Run ``read``, which reads one list, batch or group, on a thread of the lists."""
        return self.threads.lists.submit(read, *args, **kwargs)

    def read(
        self,
        listing: Listing,
        params: Mapping[str, object],
        *,
        unknown: str,
        resource: str,
        cluster_id: str = "",
        max_rows: int | None = None,
    ) -> Rows:
        """Read a whole list, of at most ``max_rows`` rows where that is known; its gaps say which fact is ``unknown``.

        Raises ``FetchError`` where the first page fails.
        """
        rows = read_all(
            _EmptyListCaller(self.caller, listing),
            listing,
            self.region,
            params,
            executor=self.threads.pages,
            cluster_id=cluster_id,
            resource=clean(resource),
            max_rows=max_rows,
        )
        gaps = (replace(gap, message=clean(f"{unknown} not fully known: {gap.message}")) for gap in rows.gaps)
        return Rows(rows=rows.rows, gaps=tuple(gaps))

    def rows(
        self, listing: Listing, params: Mapping[str, object], *, unknown: str, resource: str, cluster_id: str = ""
    ) -> Rows:
        """Read a whole list as :meth:`read` does; where its first page fails, return no rows and a gap."""
        try:
            return self.read(listing, params, unknown=unknown, resource=resource, cluster_id=cluster_id)
        except FetchError as error:
            return Rows(rows=(), gaps=(self.gap(error, unknown, resource, cluster_id),))

    def gap(self, error: FetchError, unknown: str, resource: str, cluster_id: str = "") -> Gap:
        """The gap that a failed call leaves: it says which fact is ``unknown`` ("the groups of ins-1 are"), and why."""
        gap = unread_gap(error, region=self.region, resource=resource, cluster_id=cluster_id)
        return replace(gap, resource=clean(resource), message=clean(f"{unknown} unknown: {_reason(error)}"))

    def look_up(self, lookup: Lookup, ids: Iterable[str], cluster_id: str = "") -> LookupResult:
        """Read the rows of ``ids``, :data:`BATCH` ids a call, all calls at once.

        Waits for threads of the lists, so it must not be called on one of them.
        """
        batches = chunks(sorted(set(ids)), BATCH)
        reads = [self.start(self._read_batch, lookup, batch, cluster_id) for batch in batches]
        result = LookupResult()
        for read in reads:
            result |= read.result()
        return result

    def look_up_together(self, lookup: Lookup, ids: Mapping[str, Collection[str]]) -> dict[str, LookupResult]:
        """Read the rows of the ids of several clusters in common calls; the result of each cluster has its ids alone.

        Where a common call fails, each of its clusters is looked up alone: CAM may deny one of the ids, and the gap
        must name the cluster. As :meth:`look_up` it must not be called on a thread of the lists.
        """
        clusters = {cluster_id: frozenset(cluster_ids) for cluster_id, cluster_ids in ids.items() if cluster_ids}
        if len(clusters) < 2:
            return {cluster_id: self.look_up(lookup, clusters.get(cluster_id, ()), cluster_id) for cluster_id in ids}
        common = self.look_up(lookup, frozenset().union(*clusters.values()))
        results = {}
        for cluster_id in ids:
            result = common.of(clusters.get(cluster_id, frozenset()))
            retried = self.look_up(lookup, result.failed, cluster_id)
            results[cluster_id] = replace(result, failed={}) | retried
        return results

    def _read_batch(self, lookup: Lookup, ids: tuple[str, ...], cluster_id: str) -> LookupResult:
        """Read one batch. A bad id fails the whole call: then halve the batch until the bad id is alone."""
        resource = ids[0] if len(ids) == 1 else cluster_id or self.region
        unknown = _describe_ids(lookup.unknown, ids)
        params = {lookup.parameter: list(ids)}
        try:
            rows = self.read(
                lookup.listing, params, unknown=unknown, resource=resource, cluster_id=cluster_id, max_rows=len(ids)
            )
        except FetchError as error:
            if not is_bad_id(error):
                return LookupResult(failed=dict.fromkeys(ids, self.gap(error, unknown, resource, cluster_id)))
            if len(ids) > 1:
                middle = len(ids) // 2
                left = self._read_batch(lookup, ids[:middle], cluster_id)
                return left | self._read_batch(lookup, ids[middle:], cluster_id)
            if "NotFound" in str(error.facts["code"]):
                return LookupResult(absent=frozenset(ids))
            return LookupResult(failed={ids[0]: self.gap(error, unknown, resource, cluster_id)})
        return _match_rows(lookup, ids, rows)


@dataclass(frozen=True, slots=True)
class _EmptyListCaller:
    """A caller that reads a null or missing list beside a count of 0 as an empty list.

    Without that 0, the answer stays as it is, so that the list counts as unread.
    """

    caller: Caller
    listing: Listing

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """Make the call; the answer has an empty list in place of null or nothing beside a count of 0."""
        answer = self.caller.call(action, region, params)
        total = self.listing.count(answer)
        is_empty = answer.get(self.listing.rows) is None and type(total) is int and total == 0
        return {**answer, self.listing.rows: []} if is_empty else answer


def _reason(error: FetchError) -> str:
    facts = error.facts
    detail = f": {' '.join(str(facts['detail']).split())}" if facts["detail"] else ""
    failure = f"{facts['service']}:{facts['action']} in {facts['region']} failed with {facts['code']}{detail}"
    permission, part = facts.get("permission"), facts.get("part")
    advice = f"; grant the CAM action {permission}" if permission else ""
    alternative = f", or leave the part out with `scope: {{{part}: false}}`" if part else ""
    return f"{failure}{advice}{alternative}"


def _match_rows(lookup: Lookup, ids: tuple[str, ...], rows: Rows) -> LookupResult:
    """Match rows to ids. An id without a row is absent, unless the list has gaps: then reading the id failed."""
    row_by_id = {str(row.get(lookup.listing.row_id)): row for row in rows.rows}
    missing = [row_id for row_id in ids if row_id not in row_by_id]
    matched = {row_id: row_by_id[row_id] for row_id in ids if row_id in row_by_id}
    if rows.gaps:
        return LookupResult(rows=matched, failed=dict.fromkeys(missing, rows.gaps[0]))
    return LookupResult(rows=matched, absent=frozenset(missing))


def _describe_ids(unknown: str, ids: tuple[str, ...]) -> str:
    described = ids[0] if len(ids) == 1 else f"{len(ids)} ids from {ids[0]} to {ids[-1]}"
    return f"{unknown} of {described} are"


def is_bad_id(error: FetchError) -> bool:
    """Whether the cloud refused the call because of an id in it, so that a call with fewer ids can succeed."""
    return isinstance(error, CloudError) and bool(_BAD_ID.search(str(error.facts["code"])))


def chunks(items: Iterable[Item], size: int) -> list[tuple[Item, ...]]:
    """Split ``items`` into tuples of ``size``; the last tuple may be shorter."""
    iterator = iter(items)
    return list(iter(lambda: tuple(islice(iterator, size)), ()))
