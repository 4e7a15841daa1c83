"""Whatever the cloud calls its things: no character of it acts in any format, and nothing is lost without a mark."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from auditor.errors import ExitCode
from auditor.model.findings import Result
from auditor.model.rules import SecurityGroup
from auditor.reporter import REPORTERS, escape
from auditor.reporter.options import RenderOptions
from auditor.reporter.terminal import columns, wrapped
from auditor.words import Lang
from tests.golden.samples import RESULTS, TODAY

NASTY = st.sampled_from(
    [
        "\x1b[31m",
        "\x9b2J",
        "\u202e",
        "\u2066",
        "\u2028",
        "\u2029",
        "\r\n",
        "\x00",
        "\ud800",
        "\udfff",
        "\ufeff",
        "\U000e0041",
        "<script>",
        "]]>",
        "-->",
        "`",
        "```",
        "|",
        "=1+1",
        "@everyone",
        "::error::",
        "%0A",
        "{{ x }}",
        "&amp;",
        "https://a.example",
        "[a](b)",
        "**",
        "    ",
        "#1",
        "1. ",
        '"',
        "'",
        "\\",
        "عربي",
        "👩‍💻",
        "安全组",
        "，",
    ]
)
TEXTS = st.lists(st.one_of(NASTY, st.characters(), st.text(max_size=4)), max_size=12).map("".join)

ESCAPERS: list[Callable[[str], str]] = [
    escape.visible,
    escape.terminal,
    escape.markdown,
    escape.csv_cell,
    escape.workflow_data,
    escape.workflow_property,
    escape.xml_text,
]

BIDI = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u200e\u200f\u061c"


def acts(character: str) -> bool:
    """Control characters, separators, surrogates and bidi controls, by Unicode's own properties."""
    return (
        unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs")
        or unicodedata.bidirectional(character) in BIDI
        or character in MARKS
    )


@pytest.mark.parametrize("escaper", ESCAPERS, ids=lambda escaper: escaper.__name__)
@given(text=TEXTS)
def test_no_acting_character_survives_an_escaper(escaper: Callable[[str], str], text: str) -> None:
    own = "\n" if escaper is escape.workflow_data else ""
    shown = escaper(text)
    assert [character for character in shown if acts(character) and character not in own] == []
    shown.encode()


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"])))
def test_text_that_only_shows_stays_as_it_is(text: str) -> None:
    assert escape.visible(text) == text


@given(text=TEXTS)
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    assert escape.visible(escape.visible(text)) == escape.visible(text)


@given(text=TEXTS)
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(escape.markdown(text))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    children = [child for token in tokens for child in token.children or []]
    assert {child.content for child in children if child.type == "html_inline"} <= {"<!-- -->"}
    shown = "".join(child.content for child in children if child.type != "html_inline")
    assert shown.strip() == escape.visible(text).strip()


@given(text=TEXTS)
def test_xml_gives_the_text_back_from_element_and_attribute(text: str) -> None:
    escaped = escape.xml_text(text)
    element = ET.fromstring(f'<a b="{escaped}">{escaped}</a>')
    assert (element.text or "") == escape.visible(text)
    assert element.get("b") == escape.visible(text)


@given(text=TEXTS)
def test_a_cell_starts_no_formula(text: str) -> None:
    assert escape.csv_cell(text).lstrip()[:1] not in set("=+-@＝＋－＠")


@given(text=TEXTS)
def test_a_workflow_command_takes_one_line(text: str) -> None:
    assert len(f"::error title={escape.workflow_property(text)}::{escape.workflow_data(text)}".splitlines()) == 1


@given(text=TEXTS)
def test_json_comes_back_but_for_lone_surrogates(text: str) -> None:
    written = escape.json_text(json.dumps([text], ensure_ascii=False))
    marked = re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found.group()):04x}", text)
    assert json.loads(written.encode()) == [marked]


@given(text=TEXTS, width=st.integers(min_value=8, max_value=60))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    shown = escape.terminal(text)
    lines = wrapped(shown, width)
    assert "".join("".join(lines).split()) == "".join(shown.split())
    assert max(columns(line) for line in lines) <= width


def renamed(text: str) -> Result:
    """The hostile sample with ``text`` wherever a name or description of the cloud stands."""
    sample = RESULTS["hostile"]

    def named(group: SecurityGroup) -> SecurityGroup:
        rules = group.ingress if isinstance(group.ingress, tuple) else ()
        return replace(group, name=text, ingress=tuple(replace(rule, description=text) for rule in rules))

    groups = tuple(named(group) for group in sample.snapshot.security_groups)
    clusters = tuple(replace(found, cluster=replace(found.cluster, name=text)) for found in sample.clusters)
    findings = tuple(
        replace(finding, evidence=tuple(replace(item, description=text) for item in finding.evidence))
        for finding in sample.findings
    )
    gaps = tuple(replace(gap, message=text, request_id=text) for gap in sample.gaps)
    snapshot = replace(sample.snapshot, security_groups=groups, clusters=tuple(found.cluster for found in clusters))
    return replace(sample, snapshot=snapshot, clusters=clusters, findings=findings, gaps=gaps)


OWN = {"csv": "\r\n\ufeff"}
"""Characters that a format itself needs, besides line feeds."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lang=st.sampled_from(Lang), text=TEXTS)
def test_no_acting_character_survives_a_renderer(lang: Lang, text: str) -> None:
    options = RenderOptions(tool_version="0", today=TODAY, exit_code=ExitCode.INCOMPLETE, lang=lang)
    result = renamed(text)
    for name, render in REPORTERS.items():
        report = "".join(render(result, options))
        own = OWN.get(name, "\n")
        assert sorted({character for character in set(report) if acts(character) and character not in own}) == [], name
        report.encode()
