"""Clicking, typing and filtering, with a mouse and without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from auditor.reporter.page import html
from auditor.words import Lang
from tests.browser.estate import large_result
from tests.browser.pages import SIZES, options
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
    seen.page.get_by_label("Code").select_option("TSG101")
    assert set(seen.shown()) == prints(code="TSG101")
    seen.page.get_by_label("Code").select_option("")
    seen.page.locator("#filter-cluster").select_option(label='cls-prod0001 "prod"')
    assert set(seen.shown()) == prints(cluster_id="cls-prod0001")


def test_search_wants_every_word_and_ignores_case(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_role("searchbox", name="Search").fill("ANY address 10250")
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 17 findings shown.")
    (found,) = seen.shown()
    assert found in prints(code="TSG201", severity="critical")
    seen.page.get_by_role("searchbox", name="Search").fill("no such word")
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
    seen.page.get_by_role("searchbox", name="Search").fill(ESTATE[3].fingerprint)
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 17 findings shown.")
    assert seen.shown() == [ESTATE[3].fingerprint]


def test_show_all_takes_every_filter_back(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_role("searchbox", name="Search").fill("no such word")
    expect(seen.page.locator("#filter-status")).to_have_text("0 of 17 findings shown.")
    seen.page.get_by_role("checkbox", name="high").uncheck()
    seen.page.get_by_role("button", name="Show all").click()
    assert set(seen.shown()) == prints()
    expect(seen.page.get_by_role("searchbox", name="Search")).to_have_value("")
    expect(seen.page.get_by_role("checkbox", name="high")).to_be_checked()


def test_waived_findings_are_filtered_but_their_heading_stays(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Code").select_option("TSG305")
    expect(seen.page.locator("#waived-list > li")).to_have_count(0)
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
    seen.page.get_by_label("Code").select_option("TSG303")
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
    seen.page.get_by_role("searchbox", name="Search").fill("no such word")
    expect(seen.page.locator("#filter-status")).to_have_text("0 of 17 findings shown.")
    expect(seen.page.locator("#matrix tbody")).to_have_count(0)
    (target,) = prints(code="TSG101", requirement_id="node-ingress-nodeport")
    seen.page.evaluate("(id) => { location.hash = id; }", f"f-{target}")
    expect(seen.page.locator(f"#f-{target} .body")).to_be_visible()
    assert set(seen.shown()) == prints()


def test_one_of_the_worst_narrows_the_page_to_its_kind_and_opens_the_first(visit: Go) -> None:
    seen = visit("few")
    worst = seen.page.get_by_role("region", name="The worst of 30 findings, grouped").get_by_role("link")
    assert worst.count() == 10
    worst.last.click()
    expect(seen.page.locator("#filter-status")).to_have_text("13 of 30 findings shown.")
    expect(seen.page.locator("#finding-list > li").first.locator(".body")).to_be_in_viewport()


def test_number_of_a_severity_filters_findings_matrix_and_clusters(visit: Go) -> None:
    seen = visit("few")
    seen.page.locator(".tally .critical a").click()
    assert said(seen.page) == "1 of 30 findings shown."
    assert "severity=critical" in seen.page.url
    expect(seen.page.locator("#cluster-status")).to_have_text("1 of 4 clusters shown.")
    expect(seen.page.locator("#cluster-list > section")).to_have_count(1)
    expect(seen.page.locator("#table-node tbody")).to_have_count(1)
    seen.page.get_by_role("button", name="Show all").click()
    expect(seen.page.locator("#table-node tbody")).to_have_count(4)
    assert "?" not in seen.page.url


def test_address_brings_the_filter_back(visit: Go) -> None:
    seen = visit("few")
    seen.page.get_by_label("Code").select_option("TSG201")
    seen.page.locator("#filter-cluster").select_option(label='cls-large003 "业务集群-003 payments"')
    seen.page.get_by_role("searchbox", name="Search").fill("any address")
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 30 findings shown.")
    address = seen.page.url
    assert address.endswith("?kind=TSG201&cluster=c-cls-large003&search=any+address")
    seen.page.goto("about:blank")
    seen.page.goto(address)
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 30 findings shown.")
    expect(seen.page.get_by_role("searchbox", name="Search")).to_have_value("any address")


def test_clusters_are_found_by_name_and_verdict(visit: Go) -> None:
    seen = visit("estate")
    seen.page.get_by_label("Find a cluster").fill("unknown tomorrow")
    expect(seen.page.locator("#cluster-status")).to_have_text("1 of 4 clusters shown.")
    expect(seen.page.locator("#cluster-list > section")).to_have_attribute("id", "c-cls-creating")
    assert "find=unknown+tomorrow" in seen.page.url


def test_link_to_a_folded_cluster_unfolds_it(visit: Go) -> None:
    seen = visit("estate")
    seen.page.goto(f"{seen.address}#c-cls-healthy1")
    expect(seen.page.locator("#c-cls-healthy1 article").first).to_be_visible()


def test_cell_of_a_picture_says_what_it_holds_to_pointer_and_keyboard(visit: Go) -> None:
    seen = visit("few")
    stack = seen.page.locator("#c-cls-large003-s3")
    stack.scroll_into_view_if_needed()
    figure = stack.locator("figure").first
    figure.locator(".hover").nth(25).hover()
    expect(figure.locator(".cell")).to_have_text("TCP 10250 · any address: open in excess")
    figure.locator(".wide").focus()
    seen.page.keyboard.press("ArrowDown")
    expect(figure.locator(".cell")).to_have_text("TCP 10250 · public ranges: open in excess")
    seen.page.keyboard.press("ArrowRight")
    expect(figure.locator(".cell")).to_have_text("TCP 10251–29999 · public ranges: nothing passes, nothing is required")


def test_long_lists_are_shown_in_steps_and_links_lead_to_what_is_not_shown_yet(visit: Go) -> None:
    seen = visit("large")
    findings = large_result(SIZES["large"]).findings
    expect(seen.page.locator("#finding-list > li")).to_have_count(100)
    last = seen.page.locator(f"#f-{findings[-1].fingerprint}")
    seen.page.evaluate("(id) => { location.hash = id; }", f"f-{findings[-1].fingerprint}")
    expect(last.locator(".body")).to_be_in_viewport()
    link = last.get_by_role("link", name="Chart and rules")
    stack = link.get_attribute("href")
    link.click()
    expect(seen.page.locator(f"article{stack}").get_by_role("img").first).to_be_in_viewport()
    seen.page.locator('.more[data-list="finding-list"]').click()
    expect(seen.page.locator("#finding-list > li")).to_have_count(201)  # the one to which the link led is kept
    seen.page.get_by_role("navigation").get_by_role("link", name="Baseline").click()
    expect(seen.page.get_by_role("heading", name="Baseline")).to_be_in_viewport()


def test_packed_page_unfolds_finds_and_links_as_any_other(visit: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "PACKED", 10)
    result = large_result(SIZES["few"])
    seen = visit("packed", text="".join(html.render(result, options())))
    first = seen.page.locator("#finding-list > li").first
    first.locator("summary").click()
    expect(first.get_by_text(f"sgaudit explain {result.findings[0].fingerprint[:8]}")).to_be_visible()
    link = first.get_by_role("link", name="Chart and rules")
    stack = link.get_attribute("href")
    link.click()
    expect(seen.page.locator(f"article{stack}").get_by_role("img").first).to_be_in_viewport()
    seen.page.get_by_role("searchbox", name="Search").fill(f"fix {result.findings[0].fingerprint[:8]}")
    expect(seen.page.locator("#filter-status")).to_have_text("1 of 30 findings shown.")
    assert seen.complaints == []
    assert seen.violations() == []


def test_address_with_a_fingerprint_opens_the_finding(visit: Go) -> None:
    seen = visit("estate")
    seen.page.goto("about:blank")
    seen.page.goto(f"{seen.address}#f-{ESTATE[-1].fingerprint}")
    expect(seen.page.locator(f"#f-{ESTATE[-1].fingerprint} .body")).to_be_visible()


def test_finding_leads_to_its_picture_and_a_rule_leads_back(visit: Go) -> None:
    seen = visit("estate")
    (worst,) = prints(severity="critical")
    seen.page.locator(f"#f-{worst} summary").click()
    seen.page.locator(f"#f-{worst}").get_by_role("link", name="Chart and rules").click()
    stack = seen.page.locator("article:target")
    expect(stack.get_by_role("img").first).to_be_in_viewport()
    stack.locator(f'tr.behind a[href="#f-{worst}"]').click()
    expect(seen.page.locator(f"#f-{worst} .body")).to_be_in_viewport()


def test_fingerprint_is_copied_and_that_is_announced(visit: Go) -> None:
    seen = visit("estate", permissions=["clipboard-read", "clipboard-write"])
    first = seen.page.locator("#finding-list > li").first
    first.locator("summary").click()
    first.get_by_role("button", name=f"Copy: {ESTATE[0].fingerprint}").click()
    expect(seen.page.locator("#filter-status")).to_have_text("Copied.")
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
