from __future__ import annotations

import re
from dataclasses import replace

import html5lib
import pytest
from markdown_it import MarkdownIt

from auditor.errors import ExitCode
from auditor.model.changes import Change
from auditor.model.clusters import NotCovered
from auditor.model.codes import Severity
from auditor.model.findings import Result
from auditor.reporter.markdown import LIMIT
from auditor.reporter.markdown_sections import MarkdownBlock, Section, fitted
from auditor.words import Lang
from tests.golden.samples import RESULTS, many
from tests.schemas.rendering import NAMES, crowded, rendered, results

TREE = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def _tables(report: str) -> list[list[list[str]]]:
    """Rows of cells of each table, as a renderer of GitHub's Markdown makes them."""
    page = html5lib.parse(TREE.render(report), namespaceHTMLElements=False)
    return [
        [["".join(cell.itertext()) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
        for table in page.iter("table")
    ]


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_it_fits_into_a_comment(name: str, lang: Lang) -> None:
    assert len(rendered("markdown", results()[name], lang)) <= LIMIT


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_a_row_for_each_cluster(name: str) -> None:
    clusters = results()[name].clusters
    tables = _tables(rendered("markdown", results()[name]))
    assert [len(table) for table in tables] == ([1 + len(clusters)] if clusters else [])
    assert all(len(row) == 3 for table in tables for row in table)


def test_the_verdict_stands_above_everything() -> None:
    lines = rendered("markdown", RESULTS["estate"], exit_code=ExitCode.INCOMPLETE).splitlines()
    assert lines[:5] == [
        "## TKE security groups checked against sample",
        "",
        "❌ **NON-COMPLIANT**: 1 critical, 5 high, 5 medium, 5 info, 3 unchecked, 1 waived.",
        "",
        "Exit code 3: incomplete, something could not be checked.",
    ]


@pytest.mark.parametrize(
    ("name", "exit_code", "fail_on", "said"),
    [
        ("compliant", ExitCode.OK, Severity.HIGH, "Exit code 0: everything was read; no finding at high or above."),
        (
            "compliant",
            ExitCode.OK,
            None,
            "Exit code 0: everything was read; findings do not change it (--fail-on never).",
        ),
        ("many", ExitCode.FINDINGS, Severity.LOW, "Exit code 1: findings at low or above."),
        (
            "many",
            ExitCode.OK,
            Severity.LOW,
            "Exit code 0: everything was read; findings at low or above do not change it.",
        ),
        ("nothing", ExitCode.INCOMPLETE, None, "Exit code 3: incomplete, something could not be checked."),
        (
            "gate",
            ExitCode.OK,
            None,
            "Exit code 0: the change does not affect anything that could not be checked.",
        ),
        (
            "apart",
            ExitCode.OK,
            None,
            "Exit code 0: the change does not affect security groups, so it does not matter what could not be read.",
        ),
        ("many", ExitCode.INTERNAL, None, "Exit code 70."),
    ],
)
def test_the_exit_code_is_explained(name: str, exit_code: ExitCode, fail_on: Severity | None, said: str) -> None:
    found = results()["gate" if name == "apart" else name]
    if name == "apart" and found.change is not None:
        found = replace(found, change=replace(found.change, resources=()))
    report = rendered("markdown", found, exit_code=exit_code, fail_on=fail_on)
    assert said in report.splitlines()[:7]


def test_a_run_in_which_nothing_was_read_is_unknown() -> None:
    assert "❔ **UNKNOWN**: 1 unchecked." in rendered("markdown", RESULTS["nothing"])
    assert "✅ **COMPLIANT**: no findings." in rendered("markdown", RESULTS["compliant"])


def test_clusters_with_their_verdicts_in_chinese() -> None:
    (table,) = _tables(rendered("markdown", RESULTS["estate"], Lang.ZH))
    assert table == [
        ["结论", "集群", "问题"],
        ["❌ 不合规", "cls-prod0001（prod）", "严重 1、高危 5、中危 5、提示 5、无法判定 1、已豁免 1"],
        ["❔ 未知", "cls-creating（tomorrow）", "无法判定 1"],
        ["❔ 未知", "cls-unread01（测试环境 <b>1</b>）", "无法判定 1"],
        ["✅ 合规", "cls-healthy1（生产集群）", "0"],
    ]


def test_each_kind_of_finding_folds_and_its_text_is_rendered() -> None:
    report = rendered("markdown", RESULTS["estate"]).replace("<!-- -->", "")
    page = html5lib.parse(TREE.render(report), namespaceHTMLElements=False)
    details = list(page.iter("details"))
    first = details[0]
    summary = first.find("summary")
    assert summary is not None
    told = "🟣 critical TSG201 Open to any address: Control plane and node agents · cls-prod0001"
    assert "".join(summary.itertext()) == told
    text = "".join(first.itertext())
    assert 'sg-prod0001 "web" inbound rule 4: ACCEPT TCP 10250 from 0.0.0.0/0' in text
    assert "ID: e81442d80108d274" in text
    assert [element.tag for element in first.iter("strong")] == ["strong"]


def test_many_gaps_of_one_cause_are_one_entry_with_their_number() -> None:
    report = rendered("markdown", crowded())
    assert report.startswith("## TKE security groups checked against sample\n\n❔ **UNKNOWN**: 2000 unchecked.\n")
    told = report.split("### Could not be checked\n\n")[1]
    assert told.startswith("- **TSG901 Not read: the rules of 2000 security groups**<br>sg-00000000, sg-00000001, ")
    assert " and 1950 more<br>CAM refuses " in told
    assert len(report) < 3_000


def test_of_many_causes_the_rest_is_counted() -> None:
    gaps = tuple(replace(gap, code=f"UnauthorizedOperation.{gap.resource}") for gap in crowded().gaps)
    report = rendered("markdown", replace(crowded(), gaps=gaps))
    told = report.count("**TSG901 ")
    left = re.findall(r"\*\*And (\d+) more that could not be checked\.\*\*", report)
    assert [int(count) for count in left] == [2_000 - told]
    assert told > 100


def test_many_gaps_do_not_crowd_out_the_findings() -> None:
    gaps = tuple(replace(gap, code=f"UnauthorizedOperation.{gap.resource}") for gap in crowded().gaps)
    report = rendered("markdown", replace(RESULTS["estate"], gaps=gaps))
    assert len(report) <= LIMIT
    assert report.count("<details>") == rendered("markdown", RESULTS["estate"]).count("<details>")
    assert "### Not covered" in report


def test_findings_without_room_have_a_line_each_so_that_none_is_missing() -> None:
    wide = many(25, 8)
    report = rendered("markdown", wide)
    assert len(report) <= LIMIT
    whole, short = report.split("\nThe rest, in short: severity, code, cluster, security groups, ID.\n")
    assert all(f"`{finding.fingerprint}`" in report for finding in wide.findings[:100])
    assert whole.count("<details>") > 10
    assert re.search(r"^- 🟠 medium TSG101 cls-many00\d\d sg-many00\d\d `[0-9a-f]{16}`$", short, re.MULTILINE)


def test_of_many_findings_the_rest_is_counted() -> None:
    wide = many(30, 20)
    report = rendered("markdown", wide)
    assert len(report) <= LIMIT
    assert len(_tables(report)[0]) == 31
    (left,) = re.findall(r"\*\*And (\d+) more findings\.\*\*", report)
    assert 0 < int(left) < len(wide.findings)


def test_exclusions_of_one_reason_are_one_line() -> None:
    lonely = NotCovered(kind="super-node", count=3)
    clusters = tuple(
        replace(found, cluster=replace(found.cluster, not_covered=(lonely,))) for found in RESULTS["estate"].clusters
    )
    told = rendered("markdown", replace(RESULTS["estate"], clusters=clusters)).split("### Not covered\n\n")[1]
    assert told.count("Each Pod there is its own instance") == 1
    assert told.startswith('- 3 super nodes: cls-creating "tomorrow", cls-healthy1 "生产集群", ')


@pytest.mark.parametrize(
    ("introduced", "exit_code", "line"),
    [
        (0, ExitCode.OK, "✅ **The change introduces nothing \\(16 findings were there before\\).**"),
        (
            0,
            ExitCode.INCOMPLETE,
            "❔ **The change introduces nothing \\(16 findings were there before\\); 3 unchecked.**",
        ),
        (2, ExitCode.FINDINGS, "❌ **The change introduces 2 findings: 1 critical, 1 high; 3 unchecked.**"),
    ],
)
def test_a_gate_s_headline_is_about_the_change(introduced: int, exit_code: ExitCode, line: str) -> None:
    estate = RESULTS["estate"]
    prints = tuple(finding.fingerprint for finding in estate.findings if finding.waiver is None)
    change = Change(introduced=prints[:introduced], resolved=(), unchanged=prints[introduced:], resources=())
    report = rendered("markdown", replace(estate, change=change), exit_code=exit_code)
    assert report.splitlines()[2] == line


def test_a_gate_s_headline_in_chinese() -> None:
    assert "❌ **本次变更引入 8 个问题：严重 1、" in rendered("markdown", RESULTS["gate"], Lang.ZH)
    idle = replace(RESULTS["compliant"], change=Change(introduced=(), resolved=(), unchanged=(), resources=()))
    assert "✅ **本次变更没有引入新问题。**" in rendered("markdown", idle, Lang.ZH, exit_code=ExitCode.OK)


def test_in_a_gate_what_the_change_brings_stands_first_with_its_cause() -> None:
    report = rendered("markdown", RESULTS["gate"])
    assert "The change: 8 introduced, 1 resolved, 8 unchanged." in report
    brought, there = report.split("### Introduced by the change")[1].split("### There before the change")
    assert brought.count("<details>") == 8
    assert there.count("<details>") == 7
    assert "<i>new</i>" in brought
    assert "<i>new</i>" not in there
    cause = 'introduced by module.net\\["a"\\].tencentcloud\\_security\\_group\\_rule\\_set.web'
    assert brought.count(cause) == 2


def test_waivers_are_told_with_owner_and_end_and_the_expired_one_too() -> None:
    told = rendered("markdown", RESULTS["estate"]).split("### Waived, not in the verdict")[1]
    assert "- waiver W-1 has expired and waives nothing" in told
    assert "- waiver W-7 ends within 14 days" in told
    assert "W-7, until 2026-03-10, sre@<!-- -->example.com: office network, login by certificate" in told


def _words(name: str, count: int) -> str:
    return f"+{count} {name}"


def _section(name: str, *texts: str) -> Section:
    return Section(name=name, heading=f"{name}:", blocks=tuple(MarkdownBlock(text=text) for text in texts))


def test_sections_that_fit_are_whole() -> None:
    assert fitted([_section("a", "1", "2"), _section("b", "3")], 100, _words) == "a:12b:3"


def test_the_small_section_is_whole_and_the_large_takes_what_is_left() -> None:
    told = fitted([_section("a", *["x" * 10] * 10), _section("b", "3")], 40, _words)
    assert told == "a:" + "x" * 30 + "+7 ab:3"
    assert len(told) <= 40


def test_a_block_counts_for_all_that_it_tells() -> None:
    section = Section(
        name="a", heading="", blocks=(MarkdownBlock(text="x", count=1), MarkdownBlock(text="y" * 90, count=7))
    )
    assert fitted([section], 20, _words) == "x+7 a"


def test_what_has_no_room_is_told_in_short_before_it_is_counted() -> None:
    blocks = tuple(MarkdownBlock(text="x" * 20, count=2, lines=("a\n", "b\n")) for _ in range(4))
    section = Section(name="s", heading="", blocks=blocks, shortly="short:")
    assert fitted([section], 64, _words) == "x" * 40 + "short:" + "a\nb\na\nb\n"
    assert fitted([section], 34, _words) == "short:" + "a\nb\n" * 4
    assert fitted([section], 18, _words) == "short:a\nb\na\nb\n+4 s"


def test_a_heavier_section_gets_more_of_the_room() -> None:
    light, heavy = (_section(name, *["x" * 10] * 30) for name in "ab")
    told = fitted([light, replace(heavy, weight=3)], 200, _words)
    assert told.index("b:") < len(told) / 3


def test_no_room_still_says_how_many() -> None:
    assert fitted([_section("a", "x" * 50)], 10, _words) == "a:+1 a"


def _render(result: Result) -> str:
    return str(TREE.render(rendered("markdown", result)))


def test_raw_html_closes_what_it_opens() -> None:
    page = _render(RESULTS["estate"])
    assert page.count("<details>") == page.count("</details>") == page.count("</summary>")
