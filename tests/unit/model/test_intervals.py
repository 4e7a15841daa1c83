"""Interval sets: one form for each set, and the operations on it."""

from __future__ import annotations

import pytest

from auditor.model.intervals import EMPTY, IntervalSet


@pytest.mark.parametrize(
    ("pairs", "bounds"),
    [
        ([], ()),
        ([(3, 3)], ()),
        ([(5, 8), (1, 2)], (1, 2, 5, 8)),
        ([(1, 4), (4, 6)], (1, 6)),
        ([(1, 9), (2, 3)], (1, 9)),
    ],
)
def test_every_order_of_pairs_has_one_form(pairs: list[tuple[int, int]], bounds: tuple[int, ...]) -> None:
    assert IntervalSet.of(pairs).bounds == bounds


def test_union_joins_runs_that_touch() -> None:
    assert IntervalSet((0, 4)) | IntervalSet((4, 8)) == IntervalSet((0, 8))


def test_intersection_keeps_the_common_integers() -> None:
    assert IntervalSet((0, 4, 6, 9)) & IntervalSet((3, 7)) == IntervalSet((3, 4, 6, 7))


@pytest.mark.parametrize(
    ("one_run", "met"),
    [((0, 2), False), ((0, 3), True), ((4, 6), False), ((5, 7), True), ((8, 9), True), ((9, 12), False)],
)
def test_sets_meet_where_they_have_an_integer_in_common(one_run: tuple[int, int], *, met: bool) -> None:
    two_runs = IntervalSet((2, 4, 6, 9))
    assert IntervalSet(one_run).meets(two_runs) == met
    assert two_runs.meets(IntervalSet(one_run)) == met
    assert bool(two_runs & IntervalSet(one_run)) == met


def test_an_empty_set_meets_nothing() -> None:
    assert not EMPTY.meets(IntervalSet((0, 4)))
    assert not IntervalSet((0, 4)).meets(EMPTY)


def test_difference_cuts_a_run_in_two() -> None:
    assert IntervalSet((0, 10)) - IntervalSet((4, 6)) == IntervalSet((0, 4, 6, 10))
    assert IntervalSet((4, 6)) - IntervalSet((0, 10)) == EMPTY


def test_the_upper_bound_is_not_in_the_set() -> None:
    ports = IntervalSet((22, 24))
    assert [port in ports for port in (21, 22, 23, 24)] == [False, True, True, False]
    assert ports.size == 2
    assert IntervalSet((22, 23)) <= ports
    assert not IntervalSet((23, 25)) <= ports
