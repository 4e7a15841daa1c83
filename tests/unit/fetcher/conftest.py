"""Provides a clock that only sleep advances, and a transport that uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from tests.unit.fetcher.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """The network as the SDK sees it; a request that nobody answers is refused."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
