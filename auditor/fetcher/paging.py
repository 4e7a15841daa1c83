"""Reads lists of the API to their end by offset paging.

Input: a :class:`Listing` and parameters. Result: the distinct rows, and a gap for every page or row that is missing or
malformed and for a row count that differs from TotalCount.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from auditor.errors import FetchError, UnexpectedAnswer
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.api_response import ApiCall
from auditor.fetcher.transport import Caller
from auditor.model import identifiers
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

PAGE = 100
"""The largest page size of most actions. The default of 20 would cut lists short, even lists of given ids."""

WAVE = 32
"""The number of pages read at the same time. It bounds the calls to a server that repeats rows without end."""

PARTIAL = "PartialAnswer"
UNEXPECTED = "UnexpectedAnswer"

Page = Mapping[str, Any]


class Paging(StrEnum):
    """The type of Offset and Limit of an action. Most vpc actions take strings (API page of each action)."""

    INTEGER = "integer"
    STRING = "string"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How to read the list of an action.

    ``rows`` is the key of the list and ``row_id`` the key of the id of a row. Ids begin with one of ``prefixes``, if
    any. With an empty ``row_id``, rows are distinct if any field differs. With ``numbers``, ids are whole numbers. The
    first key of ``counts`` that the answer has holds the number of all rows. ``page`` is the largest size of a page.
    """

    action: ApiAction
    rows: str
    row_id: str
    prefixes: tuple[str, ...] = ()
    paging: Paging = Paging.INTEGER
    counts: tuple[str, ...] = ("TotalCount",)
    page: int = PAGE
    numbers: bool = False

    def count(self, answer: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the answer has
        """The number of all rows, as the answer has it; ``None`` for an answer without a number."""
        return next((answer[key] for key in self.counts if answer.get(key) is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The distinct rows in the order of the answers. With ``gaps``, rows may be missing."""

    rows: tuple[dict[str, Any], ...]
    gaps: tuple[Gap, ...] = ()


def read_all(
    caller: Caller,
    listing: Listing,
    region: str,
    params: Mapping[str, object],
    *,
    executor: Executor | None = None,
    cluster_id: str = "",
    resource: str = "",
    max_rows: int | None = None,
) -> Rows:
    """Return every row of a list. Raises FetchError where the first page fails; later failures become gaps.

    ``max_rows`` is the largest possible number of rows where it is known, as the number of ids in the parameters.
    ``executor`` reads the pages after the first; it may be the executor that runs this function. The gaps name
    ``resource`` and ``cluster_id`` as unknown.
    """
    reading = _Reading(listing=listing, region=region, cluster_id=cluster_id, resource=resource, max_rows=max_rows)

    def read_page(offset: int) -> Page:
        return caller.call(listing.action, region, {**params, **_window(listing, offset)})

    reading.add_page(read_page(0))
    if listing.paging is not Paging.NONE:
        _read_rest(reading, read_page, executor)
    return reading.result()


def unread_gap(error: FetchError, *, region: str, resource: str, cluster_id: str = "") -> Gap:
    """Return the gap for a failed call."""
    facts = error.facts
    return Gap(
        region=region,
        cluster_id=cluster_id,
        resource=resource,
        service=str(facts["service"]),
        action=str(facts["action"]),
        code=str(facts["code"]),
        message=str(facts["detail"]),
        request_id=str(facts["request_id"]),
        kind=GapKind.UNREAD,
    )


def _window(listing: Listing, offset: int) -> dict[str, object]:
    if listing.paging is Paging.NONE:
        return {}
    if listing.paging is Paging.STRING:
        return {"Offset": str(offset), "Limit": str(listing.page)}
    return {"Offset": offset, "Limit": listing.page}


def _read_rest(reading: _Reading, read_page: Callable[[int], Page], executor: Executor | None) -> None:
    """Read the pages after the first, in waves, for as long as they bring new rows.

    A server may limit pages to fewer rows than requested, so the stride is the length of the first page. Where a full
    page reaches or exceeds TotalCount, the count may be that of the page: the list then ends at the first short page.
    """
    stride = reading.received
    offset = stride
    while stride and offset < reading.total:
        offsets = range(offset, reading.total, stride)[:WAVE]
        earlier = len(reading.rows)
        for outcome in _run_all(executor, read_page, offsets):
            reading.add_later_page(outcome)
        if len(reading.rows) == earlier:
            return
        offset = offsets[-1] + stride
    while reading.may_continue():
        earlier = len(reading.rows)
        reading.add_later_page(_outcome(partial(read_page, offset)))
        if len(reading.rows) == earlier:
            reading.note_repetition()
            return
        offset += stride


def _run_all(
    executor: Executor | None, read_page: Callable[[int], Page], offsets: Sequence[int]
) -> list[Page | FetchError]:
    """Read the pages at ``offsets``, in parallel where ``executor`` has free threads.

    This thread reads the pages that the executor has not started when their turn comes. Otherwise tasks that wait for
    tasks of their own executor would deadlock once they occupy all threads.
    """
    if executor is None or len(offsets) == 1:
        return [_outcome(partial(read_page, offset)) for offset in offsets]
    futures: list[tuple[int, Future[Page]]] = [(offset, executor.submit(read_page, offset)) for offset in offsets]
    return [_outcome(partial(read_page, offset) if future.cancel() else future.result) for offset, future in futures]


def _outcome(read: Callable[[], Page]) -> Page | FetchError:
    try:
        return read()
    except FetchError as error:
        return error


@dataclass(kw_only=True)
class _Reading:
    """The state of a list while its pages arrive."""

    listing: Listing
    region: str
    cluster_id: str
    resource: str
    max_rows: int | None
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    total: int = 0
    received: int = 0
    latest: int = 0
    """The number of rows of the latest page."""
    request_id: str = ""

    def add_page(self, page: Page) -> None:
        """Add a page. Raises UnexpectedAnswer for a page without a list or a count."""
        self.request_id = str(page.get("RequestId") or "")
        rows = self._list(page)
        self.total = max(self.total, self._count(page, rows))
        self.received += len(rows)
        self.latest = len(rows)
        for row in rows:
            self._add_row(row)
        errors = page.get("Errors")
        if errors:
            self._add_gap(PARTIAL, f"the answer reports errors: {_excerpt(errors)}")

    def add_later_page(self, outcome: Page | FetchError) -> None:
        """Add a page after the first. Every fault of the page becomes a gap."""
        try:
            if isinstance(outcome, FetchError):
                raise outcome
            self.add_page(outcome)
        except FetchError as error:
            self.gaps.append(unread_gap(error, region=self.region, resource=self.resource, cluster_id=self.cluster_id))

    def may_continue(self) -> bool:
        """Whether the latest page is full and reaches or exceeds TotalCount, so that another page may follow."""
        if self.gaps or (self.max_rows is not None and len(self.rows) >= self.max_rows):
            return False
        is_count_wrong = self.latest >= self.listing.page and self.received > self.total
        return is_count_wrong or (self.latest == self.listing.page and self.received == self.total)

    def note_repetition(self) -> None:
        """Note that a page beyond TotalCount repeats rows. A gap follows where more rows than TotalCount came."""
        if self.latest and len(self.rows) > self.total:
            self._add_gap(PARTIAL, f"more than {self.total} rows of {self.listing.rows} came, and then the same again")

    def result(self) -> Rows:
        """Return the rows, with a gap where fewer came than TotalCount."""
        if len(self.rows) < self.total and not self.gaps:
            self._add_gap(PARTIAL, f"{len(self.rows)} of {self.total} rows of {self.listing.rows} came")
        return Rows(rows=tuple(self.rows.values()), gaps=tuple(dict.fromkeys(self.gaps)))

    def _list(self, page: Page) -> list[Any]:
        rows = page.get(self.listing.rows)
        if not isinstance(rows, list):
            raise self._unexpected(f"{self.listing.rows} is {type(rows).__name__}, not a list")
        return rows

    def _count(self, page: Page, rows: list[Any]) -> int:
        total = self.listing.count(page)
        if total is None and self.listing.paging is Paging.NONE:
            return len(rows)
        if isinstance(total, str) and re.fullmatch(r"[0-9]{1,9}", total):
            total = int(total)
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise self._unexpected(f"{self.listing.counts[0]} is {_excerpt(total)}")
        return total

    def _add_row(self, row: object) -> None:
        if not isinstance(row, dict):
            self._add_gap(UNEXPECTED, f"a row of {self.listing.rows} is {type(row).__name__}, not an object")
            return
        key = row.get(self.listing.row_id) if self.listing.row_id else json.dumps(row, sort_keys=True)
        if self.listing.numbers and isinstance(key, int) and not isinstance(key, bool):
            key = str(key)
        if key is None or key == "":
            self._add_gap(UNEXPECTED, f"a row of {self.listing.rows} has no {self.listing.row_id}")
        elif not isinstance(key, str) or (self.listing.row_id and not self._is_id(key)):
            message = f"a row of {self.listing.rows} has the {self.listing.row_id} {_excerpt(key)}, which is not an ID"
            self._add_gap(UNEXPECTED, message)
        else:
            self.rows.setdefault(key, row)

    def _is_id(self, key: str) -> bool:
        if self.listing.numbers:
            return key.isascii() and key.isdigit()
        return identifiers.is_identifier(key, self.listing.prefixes)

    def _add_gap(self, code: str, message: str) -> None:
        self.gaps.append(
            Gap(
                region=self.region,
                cluster_id=self.cluster_id,
                resource=self.resource,
                service=self.listing.action.service,
                action=self.listing.action.name,
                code=code,
                message=message,
                request_id=self.request_id,
                kind=GapKind.UNREAD,
            )
        )

    def _unexpected(self, detail: str) -> FetchError:
        call = ApiCall(action=self.listing.action, region=self.region)
        return call.error(UnexpectedAnswer, "fetch-unexpected", UNEXPECTED, detail, self.request_id)


def _excerpt(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]
