"""The default report of an audit: one screen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from auditor.errors import ExitCode
from auditor.model.findings import Result
from auditor.reporter import concise, table
from auditor.reporter.options import RenderOptions
from auditor.reporter.terminal import columns, cut
from auditor.words import Lang
from tests.golden.samples import RESULTS, TODAY, many

OPTIONS = RenderOptions(
    tool_version="9.9.9", today=TODAY, exit_code=ExitCode.FINDINGS, source_arguments="--snapshot estate.json"
)
ESTATE = RESULTS["estate"]


def lines(result: Result = ESTATE, options: RenderOptions = OPTIONS) -> list[str]:
    return "".join(table.render(result, options)).splitlines()


def test_the_first_lines_have_verdicts_account_region_time_baseline_and_exit_code() -> None:
    assert lines()[:3] == [
        "4 clusters: 1 non-compliant, 2 unknown, 1 compliant",
        "Account 100000000001. Read 2026-02-20 23:59 UTC, 9 days ago. ap-guangzhou;",
        "baseline sample; exit code 1.",
    ]


def test_a_finding_takes_two_lines_on_a_narrow_terminal() -> None:
    start = next(number for number, line in enumerate(lines()) if line.startswith("CRITICAL"))
    assert lines()[start : start + 2] == [
        'CRITICAL  cls-prod0001 "prod"  kubelet 10250 open to any address',
        "          e81442d8  5 nodes and 1 node pool, sg-prod0001 inbound rule 4",
    ]


def test_a_finding_takes_one_line_on_a_wide_terminal() -> None:
    (found,) = [line for line in lines(options=replace(OPTIONS, width=140)) if line.startswith("CRITICAL")]
    assert columns(found) == 140
    assert found.split("  ")[:2] == ["CRITICAL", 'cls-prod0001 "prod"']
    assert "kubelet 10250 open to any address, 5 nodes and 1 node pool, sg-prod0001 inbound rule 4" in found
    assert found.endswith("  e81442d8")


def test_rules_are_numbered_as_in_the_console() -> None:
    assert ESTATE.findings[0].evidence[0].index == 3
    assert "inbound rule 4" in lines()[5]


def test_findings_come_worst_first_and_info_is_a_count() -> None:
    words = [line.split()[0] for line in lines() if re.match("(CRITICAL|HIGH|MEDIUM|LOW|INFO) ", line)]
    assert words == sorted(words, key=["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"].index)
    assert "INFO" not in words
    assert "16 findings: 1 critical, 5 high, 5 medium, 5 info; 1 waived, 3 unchecked." in lines()


def test_the_next_command_repeats_the_source() -> None:
    assert lines()[-1] == "Next: sgaudit explain e81442d8 --snapshot estate.json"


def test_four_clusters_fit_forty_lines() -> None:
    assert len(lines()) <= 40


@pytest.mark.parametrize("width", [80, 120])
def test_hundreds_of_findings_fit_a_hundred_lines(width: int) -> None:
    assert len(many().findings) == 1150
    assert len(lines(many(), replace(OPTIONS, width=width))) <= 100


def test_the_same_problem_of_many_clusters_is_one_line() -> None:
    shared = [line for line in lines(many(), replace(OPTIONS, width=200)) if re.match(r"HIGH +25 clusters  ", line)]
    assert len(shared) == 2
    assert all("(25)" in line for line in shared)


def test_a_compliant_estate_takes_four_lines() -> None:
    assert lines(RESULTS["compliant"], replace(OPTIONS, exit_code=ExitCode.OK)) == [
        "1 cluster: 1 compliant",
        "Account unknown. Time of reading unknown. ap-guangzhou; baseline sample; exit",
        "code 0.",
        "",
        "No findings.",
    ]


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", [name for name in RESULTS if name != "gate"])
def test_no_line_is_wider_than_the_terminal(name: str, lang: Lang) -> None:
    for width in (40, 60, 80, 100, 120, 200):
        found = lines(RESULTS[name], replace(OPTIONS, lang=lang, width=width, source_arguments=""))
        assert [line for line in found if columns(line) > width] == []


def test_an_id_is_never_broken_or_cut() -> None:
    text = "".join(table.render(many(), replace(OPTIONS, width=40)))
    shown = re.findall(r"\b[0-9a-f]{8}\b", text)
    assert shown
    assert all(any(finding.fingerprint.startswith(word) for finding in many().findings) for word in shown)


def test_colour_only_adds() -> None:
    coloured = "".join(table.render(ESTATE, replace(OPTIONS, colour=True)))
    assert re.sub("\x1b\\[[0-9;]+m", "", coloured) == "".join(table.render(ESTATE, OPTIONS))


@pytest.mark.parametrize(
    ("text", "width", "shown"), [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("订单系统", 5, "订单…"), ("", 3, "")]
)
def test_a_long_text_is_cut_with_an_ellipsis(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


def test_concise_has_one_line_for_each_finding_gap_and_cluster() -> None:
    found = "".join(concise.render(ESTATE, OPTIONS)).splitlines()
    assert len(found) == len(ESTATE.findings) + len(ESTATE.gaps) + len(ESTATE.clusters) + 1
    assert found[0] == (
        "critical  cls-prod0001  e81442d8  kubelet 10250 open to any address; 5 nodes and 1 node pool; "
        "sg-prod0001 inbound rule 4"
    )
    assert found[-1] == "exit  1  sample  Account 100000000001. Read 2026-02-20 23:59 UTC, 9 days ago."


def test_a_waived_finding_is_marked_in_concise() -> None:
    waived = [line for line in "".join(concise.render(ESTATE, OPTIONS)).splitlines() if "waived by W-7" in line]
    assert len(waived) == 1
