"""All formats of a large estate: 100 clusters, 10,000 nodes, 500 findings and more."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.model.findings import Result, WaiverMark
from auditor.reporter import REPORTERS
from auditor.reporter.markdown import LIMIT
from auditor.words import Lang
from tests.browser.estate import large_result
from tests.golden.samples import TODAY
from tests.schemas.rendering import crowded, rendered

GOAL = 2.0
"""Processor seconds for all formats together, the first time; printed, not held: machines differ."""
LARGEST_PAGE = 5_000_000
MOST_CALLS = 2.5
"""How many times as many calls of functions twice as many gaps may take. Other work on the machine adds none.

The spread is that of the sentences that are remembered; a square would be four times.
"""
MOST_GROWTH = 3.0
"""How many times longer twice as many gaps may take: a square would be four times."""

pytestmark = pytest.mark.bench


def _timed(name: str, result: Result, lang: Lang = Lang.EN) -> tuple[float, str]:
    began = time.process_time()
    text = rendered(name, result, lang)
    return time.process_time() - began, text


@pytest.mark.parametrize("lang", Lang)
def test_all_formats_of_a_large_estate(lang: Lang, figure: Callable[[str], None]) -> None:
    result = large_result()
    assert len(result.clusters) == 100
    assert len(result.findings) >= 500
    taken = {name: _timed(name, result, lang) for name in REPORTERS}
    total = sum(seconds for seconds, _ in taken.values())
    figure(f"all formats ({lang}): {total:.2f} s, {total / GOAL:.2f} of the goal, {len(result.findings)} findings")
    for name, (seconds, text) in taken.items():
        figure(f"  {name:10} {seconds:6.3f} s {seconds / total:5.0%} {len(text.encode()) / 1e6:7.2f} MB")
    assert len(taken["html"][1].encode()) < LARGEST_PAGE
    assert len(taken["markdown"][1]) <= LIMIT


@pytest.mark.parametrize("name", REPORTERS)
def test_time_grows_with_the_gaps_and_not_with_their_square(name: str, figure: Callable[[str], None]) -> None:
    # Thousands of sentences are remembered from format to format. Fewer gaps would not fill that memory.
    few, many = _half_waived(crowded(3_000)), _half_waived(crowded(6_000))
    calls = _calls(name, many) / _calls(name, few)
    times = [(_timed(name, many)[0], _timed(name, few)[0]) for _ in range(5)]
    growth = min(of_many for of_many, _ in times) / min(of_few for _, of_few in times)
    figure(f"{name}: 6,000 gaps take {calls:.2f} times the calls of 3,000, and {growth:.2f} times the time")
    assert calls < MOST_CALLS or name == "prometheus"  # a few hundred calls, whatever the gaps
    assert growth < MOST_GROWTH


def _half_waived(result: Result) -> Result:
    mark = WaiverMark(waiver_id="unread", reason="no permission", owner="net", expires=TODAY)
    return replace(result, waived_gaps=tuple((gap, mark) for gap in result.gaps[::2]))


def _calls(name: str, result: Result) -> int:
    """The number of calls of functions, those of C included, in which a format is rendered."""
    profile = cProfile.Profile()
    profile.runcall(rendered, name, result)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it
