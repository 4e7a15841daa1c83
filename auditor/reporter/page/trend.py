"""Makes the trend of the page: a bar of open findings for each day with a run, and the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.codes import Severity
from auditor.model.history import Trend, TrendDay
from auditor.reporter.text.names import Formatter

MOST_DAYS = 90
"""The days that the page shows; the history has all."""
DAY, GAP, HEIGHT = 14, 4, 120
"""Pixels of a day, of the space between two, and of the highest bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """The findings of one severity in a bar, in pixels from the top."""

    severity: Severity
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBar:
    """A day, the parts of its bar from the bottom up, and its numbers in words."""

    day: TrendDay
    x: int
    parts: tuple[BarPart, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """The trend as the template draws it. ``summary`` says the numbers after the last run."""

    bars: tuple[DayBar, ...]
    width: int
    height: int
    day_width: int
    summary: str
    incomplete: bool
    earlier: int


def trend_view(trend: Trend | None, phrasing: Formatter) -> TrendView | None:
    """The view of ``trend``; ``None`` without a history."""
    if trend is None or not trend.days:
        return None
    shown = trend.days[-MOST_DAYS:]
    most = max((day.total for day in shown), default=0) or 1
    moment = trend.last_read.strftime("%Y-%m-%d %H:%M")
    return TrendView(
        bars=tuple(_bar(day, number * DAY, HEIGHT / most, phrasing) for number, day in enumerate(shown)),
        width=DAY * len(shown) - GAP,
        height=HEIGHT,
        day_width=DAY - GAP,
        summary=phrasing.text("history-title", count=trend.open, moment=moment, age=f"{trend.mean_age:.1f}"),
        incomplete=any(not day.complete for day in shown),
        earlier=len(trend.days) - len(shown),
    )


def _bar(day: TrendDay, x: int, scale: float, phrasing: Formatter) -> DayBar:
    parts = []
    top = float(HEIGHT)
    for severity, count in day.counts:
        if count:
            top -= count * scale
            parts.append(BarPart(severity=severity, y=round(top, 1), height=round(count * scale, 1)))
    return DayBar(day=day, x=x, parts=tuple(parts), text=_text(day, phrasing))


def _text(day: TrendDay, phrasing: Formatter) -> str:
    """``2026-11-22: 1 critical, 2 high; 1 new, 0 fixed; read in part``."""
    counts = [
        phrasing.text("page-count", count=count, of=phrasing.text(f"terms-severity-{severity}"))
        for severity, count in day.counts
        if count
    ]
    read = "" if day.complete else phrasing.text("page-trend-incomplete")
    return phrasing.text(
        "page-trend-day",
        day=day.day.isoformat(),
        numbers=phrasing.text("terms-part-separator").join(
            part
            for part in (
                phrasing.listed(counts) or phrasing.text("page-trend-nothing"),
                phrasing.text("page-trend-changes", new=day.new, fixed=day.fixed),
                read,
            )
            if part
        ),
    )
