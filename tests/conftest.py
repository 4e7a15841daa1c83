"""What every test stands on: hypothesis profiles, benches apart, no credentials or settings from outside."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("deep", settings.get_profile("ci"), max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the benches out of a run that does not name them."""
    if "bench" in config.option.markexpr:
        return
    benches = [item for item in items if item.get_closest_marker("bench")]
    items[:] = [item for item in items if item not in benches]
    config.hook.pytest_deselected(items=benches)


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no variable of the person who runs them that the program would read."""
    for name in list(os.environ):
        if name.startswith(("TENCENTCLOUD_", "SGAUDIT_", "TKE_", "TCCLI_")):
            monkeypatch.delenv(name)
