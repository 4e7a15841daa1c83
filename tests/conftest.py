"""Sets up every test: hypothesis profiles, the choice of deep tests and benches, no settings from the environment."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("deep", settings.get_profile("ci"), max_examples=40)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--deep``, which runs more examples and the tests marked deep."""
    parser.addoption("--deep", action="store_true", help="three times the random examples, and every test marked deep")


def pytest_configure(config: pytest.Config) -> None:
    """Chooses the hypothesis profile before any test module is imported, and stops the garbage collector until then.

    Collecting tests makes nothing but objects that live until the end; walking them takes a quarter of its time.
    """
    gc.disable()
    settings.load_profile("deep" if config.option.deep else "ci" if os.environ.get("CI") else "dev")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves the folder of the benches unread in a run that does not name them."""
    return True if collection_path.name == "bench" and "bench" not in config.option.markexpr else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the benches out of a run that does not name them, and deep tests out of one that is not deep."""
    if "bench" in config.option.markexpr:
        return
    left_out = {
        item
        for item in items
        if item.get_closest_marker("bench") or (item.get_closest_marker("deep") and not config.option.deep)
    }
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def pytest_collection_finish() -> None:
    """Lets the garbage collector work, and spares it the thousands of collected tests.

    It looks for cycles once in 20,000 new objects. At the usual 700 it takes a twentieth of the time of all tests.
    """
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def nothing_from_outside() -> Iterator[None]:
    """Tests see no variable of the person who runs them that the program would read."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("TENCENTCLOUD_", "SGAUDIT_", "TKE_", "TCCLI_")):
                patch.delenv(name)
        yield
