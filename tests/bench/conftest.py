"""What benches print with."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def figure(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints one line of measurements, whatever pytest does with the output."""

    def say(line: str) -> None:
        with capfd.disabled():
            print(f"\n  {line}", end="")  # noqa: T201 the figures are what a bench is for

    return say
