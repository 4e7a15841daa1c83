"""Benches run when they are asked for with ``-m bench``, and print what they measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the benches out of a run that does not name them."""
    if "bench" in config.option.markexpr:
        return
    benches = [item for item in items if item.get_closest_marker("bench")]
    items[:] = [item for item in items if item not in benches]
    config.hook.pytest_deselected(items=benches)


@pytest.fixture
def figure(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints one line of measurements, whatever pytest does with the output."""

    def say(line: str) -> None:
        with capfd.disabled():
            print(f"\n  {line}", end="")  # noqa: T201 the figures are what a bench is for

    return say
