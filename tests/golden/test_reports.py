"""Every reporter over every sample result in both languages, byte for byte; of the HTML pages, two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from auditor.errors import ExitCode
from auditor.model.codes import Code
from auditor.model.findings import Result
from auditor.reporter import REPORTERS
from auditor.reporter.options import RenderOptions
from auditor.words import Lang
from tests.golden import expected
from tests.golden.samples import RESULTS, TODAY

OPTIONS = RenderOptions(
    tool_version="0.0.0",
    today=TODAY,
    exit_code=ExitCode.OK,
    finished_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    seconds=12.5,
)

WIDE = replace(OPTIONS, width=120, verbose=True, colour=True)
"""The other end of what the table can do."""


def _exit_code(result: Result) -> ExitCode:
    if result.gaps:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if result.findings else ExitCode.OK


PAGES = (("compliant", Lang.EN), ("gate", Lang.ZH))
"""HTML reports that are compared; ``tests/unit/reporter/page`` says of every sample what its page must show."""

REPORTS = [
    (name, sample, lang)
    for name in REPORTERS
    for sample in RESULTS
    for lang in Lang
    if name != "html" or (sample, lang) in PAGES
]


@pytest.mark.parametrize(("name", "sample", "lang"), REPORTS)
def test_a_report_is_what_it_was(name: str, sample: str, lang: Lang, updating: bool) -> None:  # noqa: FBT001 - a fixture
    result = RESULTS[sample]
    text = "".join(REPORTERS[name](result, replace(OPTIONS, lang=lang, exit_code=_exit_code(result))))
    suffix = expected.SUFFIXES.get(name, name)
    expected.hold(text, f"{name}/{sample}.{lang}.{suffix}", updating=updating)


def test_every_code_of_a_finding_is_in_a_sample() -> None:
    assert {finding.code for result in RESULTS.values() for finding in result.findings} == set(Code)


@pytest.mark.parametrize("lang", Lang)
def test_a_wide_verbose_coloured_table_is_what_it_was(lang: Lang, updating: bool) -> None:  # noqa: FBT001 - a fixture
    result = RESULTS["estate"]
    text = "".join(REPORTERS["table"](result, replace(WIDE, lang=lang, exit_code=_exit_code(result))))
    expected.hold(text, f"table/estate.wide.{lang}.txt", updating=updating)


@pytest.mark.parametrize("name", REPORTERS)
def test_the_same_result_gives_the_same_bytes(name: str) -> None:
    render = REPORTERS[name]
    assert "".join(render(RESULTS["estate"], OPTIONS)) == "".join(render(RESULTS["estate"], OPTIONS))
