"""Parameters for the product of several lists: an ordinary run takes a share of it, a deep run all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest


def diagonal(
    names: tuple[str, ...], *lists: Iterable[Any], share: int, name: Callable[[Any], str] = str
) -> pytest.MarkDecorator:
    """Every combination of ``lists`` as a case; only one in ``share`` of them, in turn, is not marked deep.

    Of the others, one in ``share`` is not marked exhaustive, so that the checks take two shares of the product.
    Where a list is at least ``share`` long, an ordinary run takes each value of the other lists at least once.
    """
    combinations = product(*(list(enumerate(values)) for values in lists))
    return pytest.mark.parametrize(
        names,
        [
            pytest.param(
                *(value for _, value in combination),
                marks=_marks(sum(place for place, _ in combination) % share),
                id="-".join(name(value) for _, value in combination),
            )
            for combination in combinations
        ],
    )


def _marks(turn: int) -> list[pytest.MarkDecorator]:
    """The marks of a case by its turn in the share: the first is of every run, the second of a deep one."""
    return [[], [pytest.mark.deep], [pytest.mark.deep, pytest.mark.exhaustive]][min(turn, 2)]
