"""Other people's text in every format: the report stays what it is, nothing runs, nothing is lost without a mark."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from functools import cache
from xml.etree import ElementTree as ET

import html5lib
import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from prometheus_client.parser import text_string_to_metric_families

from auditor.model.clusters import Cluster
from auditor.reporter import REPORTERS
from auditor.words import Lang
from tests.diagonal import diagonal
from tests.golden.samples import RESULTS
from tests.schemas import hostile
from tests.schemas.rendering import ocsf_schema, rendered, sarif_schema

ACTING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What a terminal, an editor or a decoder acts on; tab and the line breaks of the formats are not among it."""

OBEYED = re.compile(r"\s*(?:::[\w-]+(?: [^:]*)?::|##(?:vso)?\[)")
"""What the runners of GitHub and Azure take as a command, blanks before it left out."""

everything = pytest.mark.parametrize("text", hostile.TEXTS)
in_each_language = diagonal(("text", "lang"), hostile.TEXTS, Lang, share=2)
"""An ordinary run takes each text in one language, in turn."""


def report_of(name: str, text: str, lang: Lang = Lang.EN) -> str:
    """The hostile sample in that format."""
    return _report(name, text, lang)


@cache
def _report(name: str, text: str, lang: Lang) -> str:
    return rendered(name, hostile.result(text), lang)


@in_each_language
def test_no_report_holds_a_character_that_acts(text: str, lang: Lang) -> None:
    for name in REPORTERS:
        report = report_of(name, text, lang)
        assert report.encode("utf-8").decode("utf-8") == report, name
        assert ACTING.findall(report) == [], name
        assert "\t" not in report, name


NAMELESS = {"prometheus"}
"""Formats with ids alone, no names."""


@pytest.mark.parametrize("name", sorted(REPORTERS.keys() - NAMELESS))
def test_a_control_character_leaves_a_mark(name: str) -> None:
    report = report_of(name, "escape")
    assert re.search(r"\\(\\)?x1b|\\u001b", report)


@pytest.mark.parametrize("name", sorted(REPORTERS.keys() - NAMELESS - {"json", "table"}))
def test_a_long_name_is_cut_with_its_length(name: str) -> None:
    report = report_of(name, "long")
    assert "x" * 40 in report
    assert re.search(r"9\\?,?9\d\d more characters", report)


def test_the_json_report_cuts_no_name() -> None:
    report = json.loads(report_of("json", "long"))
    assert report["clusters"][0]["name"] == "x" * 10_000


@everything
def test_the_json_report_gives_names_back_as_they_were(text: str) -> None:
    report = json.loads(report_of("json", text))
    name = report["clusters"][0]["name"]
    assert re.sub(r"\\u(d[89a-f]..)", lambda found: chr(int(found[1], 16)), name) == hostile.TEXTS[text]


@everything
def test_sarif_stays_valid_with_every_place_relative(text: str) -> None:
    report = json.loads(report_of("sarif", text))
    assert [error.message for error in sarif_schema().iter_errors(report)] == []
    for result in report["runs"][0]["results"]:
        assert re.fullmatch(
            r"[A-Za-z0-9._~%/-]+", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        )
        assert "](" not in result["message"]["text"]


@everything
def test_ocsf_stays_valid(text: str) -> None:
    for event in json.loads(report_of("ocsf", text)):
        assert [error.message for error in ocsf_schema().iter_errors(event)] == []


@everything
def test_gitlab_holds_as_many_issues_as_there_are(text: str) -> None:
    result = hostile.result(text)
    issues = json.loads(report_of("gitlab", text))
    counted = sum(finding.waiver is None for finding in result.findings)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == counted + len(result.gaps)


@everything
def test_junit_has_the_same_elements_whatever_the_names_are(text: str) -> None:
    report = report_of("junit", text)
    plain = report_of("junit", "minus")
    assert _elements(report) == _elements(plain)
    assert JUnitXml.fromstring(report.encode()).tests == JUnitXml.fromstring(plain.encode()).tests


def _elements(report: str) -> Counter[str]:
    return Counter(element.tag for element in ET.fromstring(report).iter())


@in_each_language
def test_csv_has_one_whole_row_a_finding_gap_or_cluster_and_no_formula(text: str, lang: Lang) -> None:
    result = hostile.result(text)
    report = report_of("csv", text, lang).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(report, newline=""), strict=True))
    assert [len(row) for row in rows] == [28] * (1 + len(result.findings) + len(result.gaps) + len(result.clusters))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝＋－＠")] == []
    assert [cell for cell in cells if "\n" in cell] == []


@in_each_language
def test_github_has_one_command_a_line_and_only_its_own(text: str, lang: Lang) -> None:
    result = hostile.result(text)
    lines = report_of("github", text, lang).split("\n")
    assert lines.pop() == ""
    counted = sum(finding.waiver is None for finding in result.findings)
    assert len(lines) == 1 + len(result.gaps) + counted
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) (file=[^,:]+,(line=[0-9]+,)?)?title=[^,:]+::.*", line)
        assert re.findall("%(?!25|0A|3A|2C)", line) == []


def test_github_takes_no_line_break_from_a_name() -> None:
    """A name's ``%0a`` must not become a line break, and its own line break is a mark."""
    report = report_of("github", "command")
    assert "%250a::stop-commands::x\\x0d\\x0a::add-mask::y" in report


@everything
def test_prometheus_is_read_by_the_clients_parser(text: str) -> None:
    families = list(text_string_to_metric_families(report_of("prometheus", text)))
    assert sum(len(family.samples) for family in families) > 10
    labels = {
        sample.labels["cluster"] for family in families for sample in family.samples if "cluster" in sample.labels
    }
    assert labels == {"cls-hostile1"}


def _page(report: str) -> list[str]:
    return [str(element.tag).rpartition("}")[2] for element in html5lib.parse(report).iter()]


@cache
def _plain_page(lang: Lang) -> Counter[str]:
    return Counter(_page(report_of("html", "minus", lang)))


@cache
def _plain_markdown(lang: Lang) -> Counter[str]:
    return Counter(_from_markdown(report_of("markdown", "minus", lang)))


def _from_markdown(report: str) -> list[str]:
    """Elements of the page that a GitHub-like renderer makes: tables, raw HTML, bare addresses as links."""
    made = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(report)
    return [name for name in _page(made) if name not in ("html", "head", "body")]


@in_each_language
def test_markdown_has_no_element_but_its_own(text: str, lang: Lang) -> None:
    elements = Counter(_from_markdown(report_of("markdown", text, lang)))
    plain = _plain_markdown(lang)
    assert set(elements) - {str(ET.Comment)} == set(plain)  # an empty comment keeps a mention apart
    for name in ("table", "tr", "td", "th", "details", "summary", "h2", "h3", "li", "code"):
        assert elements[name] == plain[name], name
    assert not {"a", "img", "script", "pre", "style", "textarea", "del"} & set(elements)


@everything
def test_markdown_mentions_nobody(text: str) -> None:
    report = report_of("markdown", text)
    assert re.findall(r"(?<![\w`])@\w", report) == []
    assert "://" not in report


@in_each_language
def test_html_has_the_same_elements_whatever_the_names_are(text: str, lang: Lang) -> None:
    page = html5lib.parse(report_of("html", text, lang))
    found, wanted = Counter(str(element.tag).rpartition("}")[2] for element in page.iter()), _plain_page(lang)
    for name in ("script", "style", "img", "iframe", "a", "form", "svg", "article", "tr", "td"):
        assert found[name] == wanted[name], name
    assert [name for element in page.iter() for name in element.attrib if name.lower().startswith("on")] == []


@everything
def test_the_table_has_no_line_that_a_runner_obeys(text: str) -> None:
    lines = report_of("table", text).splitlines()
    assert [line for line in lines if OBEYED.match(line)] == []


def test_the_sample_of_the_goldens_is_as_hostile() -> None:
    names = [found.cluster.name for found in RESULTS["hostile"].clusters if isinstance(found.cluster, Cluster)]
    assert all("\x1b[31m" in name and "\ud800" in name for name in names)
