"""What explain, fix and diff print, byte for byte: tables in both languages, JSON, commands, Terraform."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.reporter.terminal import columns
from auditor.words import Lang
from tests.golden import expected
from tests.golden.commands import NAMES, SCRIPTS, rendered
from tests.golden.test_reports import OPTIONS


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_what_it_was(name: str, lang: Lang, updating: bool) -> None:  # noqa: FBT001 - a fixture
    text = rendered(name, "table", replace(OPTIONS, lang=lang))
    expected.hold(text, f"commands/{name}.{lang}.txt", updating=updating)


@pytest.mark.parametrize("name", NAMES)
def test_an_object_is_what_it_was(name: str, updating: bool) -> None:  # noqa: FBT001 - a fixture
    expected.hold(rendered(name, "json", OPTIONS), f"commands/{name}.json", updating=updating)


@pytest.mark.parametrize(("form", "suffix"), [("tccli", "sh"), ("terraform", "tf")])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_what_it_was(name: str, form: str, suffix: str, updating: bool) -> None:  # noqa: FBT001 - a fixture
    expected.hold(rendered(name, form, OPTIONS), f"commands/{name}.{suffix}", updating=updating)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_the_screen(name: str, lang: Lang) -> None:
    lines = rendered(name, "table", replace(OPTIONS, lang=lang, width=60)).splitlines()
    assert max(columns(line) for line in lines) <= 60
