from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from xml.etree.ElementTree import Element

import pytest

from auditor.model.findings import Result
from auditor.reporter import escape
from auditor.reporter.codes import GUIDE
from auditor.reporter.page import html
from auditor.words import Lang
from tests.browser.pages import options, page, worded
from tests.golden.samples import HOSTILE, RESULTS
from tests.unit.reporter.page.dom import by_id, sample_tree, strict_tree

NAMES = ("compliant", "estate", "gate", "hostile", "nothing")


def attributes(root: Element, name: str) -> Iterator[str]:
    for element in root.iter():
        if name in element.attrib:
            yield element.attrib[name]


def policy(root: Element) -> str:
    metas = [meta for meta in root.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert len(metas) == 1
    return metas[0].attrib["content"]


def digest(root: Element, tag: str) -> str:
    (element,) = root.iter(tag)
    return b64encode(sha256((element.text or "").encode()).digest()).decode()


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", NAMES)
def test_page_is_well_formed_html(name: str, lang: Lang) -> None:
    root = sample_tree(name, lang)
    assert root.get("lang") == {"en": "en", "zh": "zh-CN"}[lang]
    assert page(name, lang).startswith("<!doctype html>\n")
    assert page(name, lang).endswith("</html>\n")


@pytest.mark.parametrize("name", NAMES)
def test_page_loads_nothing_from_outside_and_links_to_the_guide_alone(name: str) -> None:
    root = sample_tree(name)
    links = [
        *attributes(root, "href"),
        *attributes(root, "src"),
        *attributes(root, "action"),
        *attributes(root, "data"),
    ]
    assert {link for link in links if not link.startswith("#")} <= {"data:,", GUIDE}
    assert {element.tag for element in root.iter() if element.get("href") == GUIDE} <= {"a"}
    assert not re.search(r"@import|url\((?!#)", page(name))
    assert "srcset" not in page(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_has_its_target_and_every_id_is_one_of_a_kind(name: str) -> None:
    root = sample_tree(name)
    ids = list(attributes(root, "id"))
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in attributes(root, "href") if link.startswith("#")} <= set(ids)
    assert {word for words in attributes(root, "aria-labelledby") for word in words.split()} <= set(ids)


def test_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    root = sample_tree("estate")
    assert policy(root).split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest(root, 'style')}'",
        f"script-src 'sha256-{digest(root, 'script')}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_policy_stands_before_everything_it_governs() -> None:
    text = page("estate")
    assert text.index("Content-Security-Policy") < text.index("<title>")
    assert text.index("Content-Security-Policy") < text.index("<style>")


@pytest.mark.parametrize("name", NAMES)
def test_no_style_or_script_stands_in_an_attribute(name: str) -> None:
    for element in sample_tree(name).iter():
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")]


ATTACK = "+" + HOSTILE[:160]
"""The hostile name without its length, and with a sign before it, so that no sample holds this text already."""

WHOLE = replace(RESULTS["estate"], change=RESULTS["gate"].change)
"""A result with every section of the page: waivers, gaps, exclusions and a change."""


def tags(root: Element) -> list[str]:
    return [element.tag for element in root.iter()]


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("result", [WHOLE, RESULTS["hostile"]], ids=["whole", "hostile"])
def test_hostile_text_in_every_field_changes_no_element(result: Result, lang: Lang) -> None:
    harmless = "".join(html.render(worded(result, "x" * len(ATTACK)), options(lang)))
    hostile = "".join(html.render(worded(result, ATTACK), options(lang)))
    assert tags(strict_tree(hostile)) == tags(strict_tree(harmless))
    assert hostile.count("<script>alert(1)") == 0
    assert hostile.count("&lt;script&gt;alert(1)") > 20


def test_nothing_that_acts_leaves_the_page() -> None:
    text = "".join(html.render(worded(WHOLE, ATTACK), options()))
    lines = text.split("\n")
    assert [escape.visible(line) for line in lines] == lines
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\\u202eevil\\u2066" in text


def test_long_names_are_cut_with_a_mark() -> None:
    heading = next(by_id(sample_tree("hostile"), "cluster-list").iter("h3"))
    told = "".join(heading.itertext())
    assert "more characters)" in told
    assert len(told) < 200
