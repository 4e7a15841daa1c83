"""Pages of the sample results, and results in which every text of the cloud is replaced."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from auditor.errors import ExitCode
from auditor.model.codes import Severity
from auditor.model.findings import Result
from auditor.model.history import Trend, TrendDay
from auditor.model.intervals import IntervalSet
from auditor.model.packets import PacketSet
from auditor.reporter.options import RenderOptions
from auditor.reporter.page import html
from auditor.words import Lang
from tests.browser.estate import CLUSTERS, large_result
from tests.golden.samples import RESULTS, TODAY

SIZES = {"few": 4, "many": 20, "large": CLUSTERS}
"""Clusters of the large estate that a page shows."""

OURS = {"cidr", "cidrs", "entries", "addresses", "container", "cluster_network", "subject"}
"""Fields whose text is never free: addresses, parsed long before a report is made, and words of our own."""

CODES = {
    "compliant": ExitCode.OK,
    "estate": ExitCode.INCOMPLETE,
    "gate": ExitCode.INCOMPLETE,
    "hostile": ExitCode.INCOMPLETE,
    "nothing": ExitCode.INCOMPLETE,
    "few": ExitCode.FINDINGS,
    "many": ExitCode.FINDINGS,
    "large": ExitCode.FINDINGS,
}


def options(lang: Lang = Lang.EN, exit_code: ExitCode = ExitCode.FINDINGS) -> RenderOptions:
    """The options of a test's page."""
    return RenderOptions(tool_version="0.0.0", today=TODAY, exit_code=exit_code, lang=lang)


@lru_cache
def page(name: str, lang: Lang = Lang.EN) -> str:
    """The page of a sample result by name."""
    return "".join(html.render(result_of(name), options(lang, CODES[name])))


def result_of(name: str) -> Result:
    """A sample result by name; ``few`` and ``many`` are the first clusters of the large estate.

    The page of ``many`` is just long enough to lay its later parts out late.
    """
    return replace(large_result(SIZES[name]), trend=_trend()) if name in SIZES else RESULTS[name]


def _trend() -> Trend:
    """A history of a hundred days, one of ten read in part."""
    days = tuple(
        TrendDay(
            day=TODAY - timedelta(days=99 - number),
            runs=1,
            complete=number % 10 != 3,
            counts=tuple((severity, number * (place + 1) % 7) for place, severity in enumerate(Severity)),
            new=number % 3,
            fixed=number % 2,
        )
        for number in range(100)
    )
    return Trend(days=days, last_read=datetime.combine(TODAY, time(), tzinfo=UTC), open=days[-1].total, mean_age=12.5)


def worded(result: Result, text: str) -> Result:
    """``result`` with ``text`` behind every string in it, ids and names alike, but addresses."""
    return _worded(result, text)  # type: ignore[no-any-return]


def _worded(value: Any, text: str) -> Any:  # noqa: ANN401 - it walks whatever there is
    if type(value) is str:
        return value + text
    if isinstance(value, tuple):
        return tuple(_worded(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, type | IntervalSet | PacketSet):
        parts = {part.name: getattr(value, part.name) for part in fields(value) if part.name not in OURS}
        return replace(value, **{name: _worded(part, text) for name, part in parts.items()})
    return value
