"""Finds the parts of an HTML report: elements by id, their words, the facts in the head of the page."""

from __future__ import annotations

from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

from auditor.words import Lang
from tests.browser.pages import page


def strict_tree(text: str) -> Element:
    """The elements of a page; a parse error raises ``html5lib.html5parser.ParseError``."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    return parser.parse(text)  # type: ignore[no-any-return]


@lru_cache
def sample_tree(name: str, lang: Lang = Lang.EN) -> Element:
    """The elements of a sample's page, parsed once; do not change them."""
    return strict_tree(page(name, lang))


def by_id(root: Element, name: str) -> Element:
    """The only element with this id."""
    (match,) = [element for element in root.iter() if element.get("id") == name]
    return match


def words(element: Element) -> str:
    """All text of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def banner(root: Element) -> Element:
    """The header of the page."""
    (header,) = root.iter("header")
    return header


def facts(root: Element) -> dict[str, str]:
    """The facts in the header: value by label."""
    return {words(pair[0]): words(pair[1]) for pair in banner(root).findall(".//dl/div")}


def tally(root: Element) -> dict[str, int]:
    """The counts in the header: number by word."""
    (counts,) = [element for element in banner(root).iter("ul") if element.get("class") == "tally"]
    pairs = [item[0] if item[0].tag == "a" else item for item in counts]
    return {words(pair[1]): int(words(pair[0])) for pair in pairs}


def cluster_headings(root: Element) -> list[str]:
    """The headings of the clusters, with their verdicts."""
    return [words(heading) for heading in by_id(root, "cluster-list").findall("./section/details/summary/h3")]
