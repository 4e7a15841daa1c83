"""``pytest tests/golden --update-golden`` writes the expected reports anew; never under CI."""

from __future__ import annotations

import os

import pytest

from tests.golden import expected


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden reports anew")


@pytest.fixture(scope="session")
def updating(pytestconfig: pytest.Config) -> bool:
    """Whether goldens are written instead of compared."""
    asked = bool(pytestconfig.getoption("--update-golden", default=False))
    if refusal := expected.refusal(os.environ, asked=asked):
        pytest.exit(refusal, returncode=4)
    return asked
