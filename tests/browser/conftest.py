"""Headless Chromium from the system's packages. Without one these tests are skipped, and say what to install."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from auditor.words import Lang
from tests.browser.pages import page
from tests.browser.visit import Visit

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """Opens a sample's page from a file, as a reader would."""
    opened: list[Visit] = []

    def go(name: str, lang: Lang = Lang.EN, text: str = "", **context: object) -> Visit:
        file = tmp_path / f"{name}-{lang}.html"
        file.write_text(text or page(name, lang), encoding="utf-8")
        opened.append(Visit(browser, file, **context))
        return opened[-1]

    yield go
    for each in opened:
        each.close()


SMOKE = (
    "test_hostile_names_in_every_field_run_nothing",
    "test_policy_stops_script",
    "test_number_of_a_severity_filters",
    "test_packed_page_unfolds",
)
"""The browser tests of an ordinary run; the others, at every width, are for a deep one."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the browser tests deep, but for the smoke tests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and not item.name.startswith(SMOKE):
            item.add_marker("deep")
