"""What assistive technology is told: the browser's accessibility tree, and axe's WCAG rules."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from auditor.words import Lang
from tests.browser.visit import LAPTOP, PHONE, Visit

Go = Callable[..., Visit]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def nodes(seen: Visit) -> list[dict[str, Any]]:
    session = seen.context.new_cdp_session(seen.page)
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node for node in found if not node.get("ignored")]


def of_role(found: list[dict[str, Any]], role: str) -> list[str]:
    return [str(node.get("name", {}).get("value", "")) for node in found if node["role"]["value"] == role]


def prop(node: dict[str, Any], name: str) -> object:
    return next((one["value"].get("value") for one in node.get("properties", ()) if one["name"] == name), None)


def test_landmarks_are_there_once_each(visit: Go) -> None:
    found = nodes(visit("estate"))
    assert of_role(found, "banner") == [""]
    assert of_role(found, "main") == [""]
    assert of_role(found, "contentinfo") == [""]
    assert of_role(found, "navigation") == ["Contents"]
    assert len(of_role(found, "search")) == 1


def test_sections_have_their_headings_as_names(visit: Go) -> None:
    found = of_role(nodes(visit("estate")), "region")
    for name in (
        "Could not be checked",
        "Not covered",
        "Bindings and requirements",
        "Findings",
        "Waived",
        "Clusters",
        "Baseline",
    ):
        assert name in found


def test_headings_never_skip_a_level(visit: Go) -> None:
    found = nodes(visit("estate"))
    levels = [int(str(prop(node, "level"))) for node in found if node["role"]["value"] == "heading"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_pictures_are_images_with_words_for_every_row(visit: Go) -> None:
    found = nodes(visit("estate"))
    images = [name for name in of_role(found, "image") if name]
    assert len(images) == 10
    assert "Inbound: who can reach which port. any address: required, open、open in excess".replace(
        "、", ", "
    ) in " ".join(images)


def test_matrix_has_headers_for_rows_columns_and_clusters(visit: Go) -> None:
    found = nodes(visit("estate"))
    assert "NodePort (TCP)" in of_role(found, "columnheader")
    headers = of_role(found, "rowheader")
    assert any("sg-default1" in name for name in headers)
    assert any("cls-healthy1" in name and "Compliant" in name for name in headers)


def test_without_script_everything_of_a_large_page_is_there(visit: Go) -> None:
    seen = visit("many", java_script_enabled=False)
    session = seen.context.new_cdp_session(seen.page)
    found = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
    assert len(of_role(found, "heading")) > 100 + 20


def test_filter_controls_have_names_and_the_count_is_a_polite_status(visit: Go) -> None:
    found = nodes(visit("estate"))
    assert {"Code", "Cluster"} <= set(of_role(found, "combobox"))
    assert "Search" in of_role(found, "searchbox")
    assert "Severity" in of_role(found, "group")
    (status,) = [node for node in found if node["role"]["value"] == "status"]
    assert prop(status, "live") == "polite"


def test_decoration_is_hidden(visit: Go) -> None:
    found = nodes(visit("estate"))
    assert not [name for name in of_role(found, "image") if not name]


@pytest.mark.parametrize(
    ("name", "lang", "scheme", "view"),
    [
        ("estate", Lang.EN, "light", LAPTOP),
        ("estate", Lang.ZH, "dark", PHONE),
        ("gate", Lang.EN, "dark", LAPTOP),
        ("compliant", Lang.ZH, "light", PHONE),
    ],
)
def test_axe_finds_nothing(visit: Go, name: str, lang: Lang, scheme: str, view: dict[str, int]) -> None:
    seen = visit(name, lang, color_scheme=scheme, viewport=view)
    seen.page.eval_on_selector_all("details", "all => all.forEach((details) => { details.open = true; })")
    found = Axe().run(seen.page, options={"runOnly": RULES})
    assert found.generate_snapshot() == "", found.generate_report()
