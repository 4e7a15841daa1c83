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

    Where a list is at least ``share`` long, an ordinary run takes each value of the other lists at least once.
    """
    combinations = product(*(list(enumerate(values)) for values in lists))
    return pytest.mark.parametrize(
        names,
        [
            pytest.param(
                *(value for _, value in combination),
                marks=[pytest.mark.deep] if sum(place for place, _ in combination) % share else [],
                id="-".join(name(value) for _, value in combination),
            )
            for combination in combinations
        ],
    )
