"""All formats of a large estate: 100 clusters, 10,000 nodes, 500 findings and more."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from auditor.model.findings import Result
from auditor.reporter import REPORTERS
from auditor.reporter.markdown import LIMIT
from auditor.words import Lang
from tests.browser.estate import large_result
from tests.schemas.rendering import crowded, rendered

GOAL = 2.0
"""Processor seconds for all formats together, the first time; printed, not held: machines differ."""
LARGEST_PAGE = 5_000_000
MOST_GROWTH = 3.0
"""How many times longer twice as many gaps may take: more would be a square."""

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
    few, many = crowded(1_500), crowded(3_000)
    rendered(name, few)
    growth = min(_timed(name, many)[0] for _ in range(3)) / min(_timed(name, few)[0] for _ in range(3))
    figure(f"{name}: 3,000 gaps take {growth:.2f} times as long as 1,500")
    assert growth < MOST_GROWTH
