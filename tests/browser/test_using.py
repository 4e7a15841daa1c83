"""Clicking, typing and filtering, with a mouse and without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from auditor.words import Lang
from tests.browser.visit import PHONE, Visit
from tests.golden.samples import RESULTS

Go = Callable[..., Visit]

ESTATE = RESULTS["estate"].findings


def prints(**wanted: str) -> set[str]:
    return {one.fingerprint for one in ESTATE if all(getattr(one, key) == value for key, value in wanted.items())}


def said(page: Page) -> str:
    return page.locator("#filter-status").inner_text()


def test_every_finding_is_listed_at_first(visit: Go) -> None:
    seen = visit("estate")
    assert set(seen.shown()) == prints()
    assert said(seen.page) == "17 of 17 findings shown."


def test_severity_boxes_work_from_the_keyboard(visit: Go) -> None:
    seen = visit("estate")
    box = seen.page.get_by_role("checkbox", name="info")
    box.focus()
    seen.page.keyboard.press("Space")
    assert set(seen.shown()) == prints() - prints(severity="info")
    assert said(seen.page) == "12 of 17 findings shown."
    seen.page.keyboard.press("Space")
    assert set(seen.shown()) == prints()


def test_filter_by_kind_and_by_cluster(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Kind").select_option("TSG101")
    assert set(seen.shown()) == prints(code="TSG101")
    seen.page.get_by_label("Kind").select_option("")
    seen.page.locator("#filter-cluster").select_option(label='cls-prod0001 "prod"')
    assert set(seen.shown()) == prints(cluster_id="cls-prod0001")


def test_search_wants_every_word_and_ignores_case(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Search").fill("ANY address 10250")
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 17 findings shown.")
    (found,) = seen.shown()
    assert found in prints(code="TSG201", severity="critical")
    seen.page.get_by_label("Search").fill("no such word")
    expect(seen.page.locator("#filter-status")).to_have_text("0 of 17 findings shown.")
    assert seen.shown() == []


def test_search_waits_for_a_pause_in_the_typing(visit: Go) -> None:
    seen = visit("estate")
    counted = seen.page.evaluate(
        """() => {
            const [text, status] = ["filter-text", "filter-status"].map((id) => document.getElementById(id));
            const type = (words) => { text.value = words; text.dispatchEvent(new Event("input", { bubbles: true })); };
            for (const words of ["no", "no such", "no such word"]) type(words);
            return status.textContent;
        }"""
    )
    assert counted == "17 of 17 findings shown."
    expect(seen.page.locator("#filter-status")).to_have_text("0 of 17 findings shown.")


def test_search_finds_a_fingerprint(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Search").fill(ESTATE[3].fingerprint)
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 17 findings shown.")
    assert seen.shown() == [ESTATE[3].fingerprint]


def test_show_all_takes_every_filter_back(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Search").fill("no such word")
    expect(seen.page.locator("#filter-status")).to_have_text("0 of 17 findings shown.")
    seen.page.get_by_role("checkbox", name="high").uncheck()
    seen.page.get_by_role("button", name="Show all").click()
    assert set(seen.shown()) == prints()
    expect(seen.page.get_by_label("Search")).to_have_value("")
    expect(seen.page.get_by_role("checkbox", name="high")).to_be_checked()


def test_waived_findings_are_filtered_but_their_heading_stays(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Kind").select_option("TSG305")
    expect(seen.page.locator("#waived-list > li")).to_be_hidden()
    expect(seen.page.get_by_role("heading", name="Waived")).to_be_visible()


def test_finding_unfolds_by_keyboard(visit: Go) -> None:
    seen = visit("estate")
    first = seen.page.locator("#finding-list > li").first
    first.locator("summary").focus()
    seen.page.keyboard.press("Enter")
    expect(first.locator(".body")).to_be_visible()
    seen.page.keyboard.press("Enter")
    expect(first.locator(".body")).to_be_hidden()


def test_unfold_all_opens_what_the_filter_shows(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Kind").select_option("TSG303")
    button = seen.page.get_by_role("button", name="Unfold all")
    button.click()
    expect(seen.page.locator(".findings details[open]")).to_have_count(1)
    expect(seen.page.get_by_role("button", name="Fold all")).to_have_attribute("aria-pressed", "true")
    seen.page.get_by_role("button", name="Fold all").click()
    expect(seen.page.locator(".findings details[open]")).to_have_count(0)


def test_matrix_cell_opens_its_finding(visit: Go) -> None:
    seen = visit("estate")
    seen.page.locator("#matrix td.blocked a").click()
    (target,) = prints(code="TSG101", requirement_id="node-ingress-nodeport")
    expect(seen.page.locator(f"#f-{target} .body")).to_be_in_viewport()


def test_link_to_a_finding_that_the_filter_hides_shows_it_again(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Search").fill("no such word")
    expect(seen.page.locator("#filter-status")).to_have_text("0 of 17 findings shown.")
    seen.page.locator("#matrix td.blocked a").click()
    (target,) = prints(code="TSG101", requirement_id="node-ingress-nodeport")
    expect(seen.page.locator(f"#f-{target} .body")).to_be_visible()
    assert set(seen.shown()) == prints()


def test_one_of_the_worst_opens_its_finding(visit: Go) -> None:
    seen = visit("estate")
    worst = seen.page.get_by_role("region", name="The ten worst of 16 findings").get_by_role("link")
    assert worst.count() == 10
    worst.last.click()
    tenth = [one for one in ESTATE if one.waiver is None][9]
    expect(seen.page.locator(f"#f-{tenth.fingerprint} .body")).to_be_in_viewport()


def test_links_of_a_large_page_lead_to_what_was_not_laid_out(visit: Go) -> None:
    seen = visit("many")
    last = seen.page.locator("#finding-list > li").last
    seen.page.evaluate("(id) => { location.hash = id; }", last.get_attribute("id"))
    expect(last.locator(".body")).to_be_in_viewport()
    last.get_by_role("link", name="Picture and rules").click()
    expect(seen.page.locator("article:target").get_by_role("img").first).to_be_in_viewport()
    seen.page.get_by_role("navigation").get_by_role("link", name="Baseline").click()
    expect(seen.page.get_by_role("heading", name="Baseline")).to_be_in_viewport()


def test_address_with_a_fingerprint_opens_the_finding(visit: Go) -> None:
    seen = visit("estate")
    seen.page.goto("about:blank")
    seen.page.goto(f"{seen.address}#f-{ESTATE[-1].fingerprint}")
    expect(seen.page.locator(f"#f-{ESTATE[-1].fingerprint} .body")).to_be_visible()


def test_finding_leads_to_its_picture_and_a_rule_leads_back(visit: Go) -> None:
    seen = visit("estate")
    (worst,) = prints(severity="critical")
    seen.page.locator(f"#f-{worst} summary").click()
    seen.page.locator(f"#f-{worst}").get_by_role("link", name="Picture and rules").click()
    stack = seen.page.locator("article:target")
    expect(stack.get_by_role("img").first).to_be_in_viewport()
    stack.locator(f'tr.behind a[href="#f-{worst}"]').click()
    expect(seen.page.locator(f"#f-{worst} .body")).to_be_in_viewport()


def test_fingerprint_is_copied_and_that_is_announced(visit: Go) -> None:
    seen = visit("estate", permissions=["clipboard-read", "clipboard-write"])
    first = seen.page.locator("#finding-list > li").first
    first.locator("summary").click()
    first.get_by_role("button", name="Copy").click()
    expect(seen.page.locator("#filter-status")).to_have_text("Fingerprint copied.")
    assert seen.page.evaluate("navigator.clipboard.readText()") == ESTATE[0].fingerprint


def test_skip_link_is_the_first_stop_and_leads_to_the_report(visit: Go) -> None:
    seen = visit("estate")
    seen.page.keyboard.press("Tab")
    expect(seen.page.get_by_role("link", name="Skip to the report")).to_be_focused()
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("location.hash") == "#main"


def test_wide_tables_scroll_by_keyboard_on_a_phone(visit: Go) -> None:
    seen = visit("estate", viewport=PHONE)
    region = seen.page.get_by_role("group", name="Nodes", exact=True)
    region.focus()
    for _ in range(5):
        seen.page.keyboard.press("ArrowRight")
    seen.wait_until("document.activeElement.scrollLeft > 0")


@pytest.mark.parametrize(
    ("lang", "status"), [(Lang.EN, "1 of 17 findings shown."), (Lang.ZH, "显示 1 个问题，共 17 个。")]
)
def test_count_is_said_in_the_readers_language(visit: Go, lang: Lang, status: str) -> None:
    seen = visit("estate", lang)
    seen.page.locator("#filter-code").select_option("TSG303")
    assert said(seen.page) == status
