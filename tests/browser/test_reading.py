"""What a reader's browser does with the page: nothing behind his back, whatever stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from auditor.reporter.page import html
from auditor.words import Lang
from tests.browser.estate import large_result
from tests.browser.pages import options, page, worded
from tests.browser.visit import LAPTOP, PHONE, Visit
from tests.golden.samples import HOSTILE, RESULTS

Go = Callable[..., Visit]


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", ["estate", "gate", "hostile", "nothing", "compliant"])
def test_page_opens_without_request_complaint_or_violation(visit: Go, name: str, lang: Lang) -> None:
    seen = visit(name, lang)
    expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
    assert seen.requests == [seen.address]
    assert seen.complaints == []
    assert seen.violations() == []


def test_hostile_names_in_every_field_run_nothing(visit: Go) -> None:
    seen = visit("worded", text="".join(html.render(worded(RESULTS["estate"], HOSTILE), options())))
    seen.page.click("#unfold")
    assert seen.page.locator("script").count() == 1
    assert seen.page.get_by_text("<script>alert(1)</script>").count() > 20
    assert seen.requests == [seen.address]
    assert seen.complaints == []


def test_policy_stops_script_style_and_request_that_are_not_the_pages_own(visit: Go) -> None:
    seen = visit("compliant")
    seen.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            const style = document.createElement("style");
            style.textContent = "body { display: none }";
            const image = document.createElement("img");
            image.src = "https://example.com/pixel.png";
            document.body.append(script, style, image);
        }"""
    )
    seen.wait_until("window.violations.length >= 3")
    assert sorted(set(seen.violations())) == ["img-src", "script-src-elem", "style-src-elem"]
    assert seen.page.evaluate("window.ran") is None


def test_strict_policy_of_a_server_leaves_everything_readable(visit: Go) -> None:
    seen = visit("estate")
    address = "http://reports.test/estate.html"
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": "text/html; charset=utf-8"}
    seen.page.route(address, lambda route: route.fulfill(body=page("estate"), headers=headers))
    seen.page.goto(address)
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Non-compliant")
    expect(seen.page.get_by_text("Not read: the rules")).to_be_visible()
    expect(seen.page.locator("#matrix td.blocked")).to_be_visible()
    expect(seen.page.locator("#finding-list > li").first).to_be_visible()
    expect(seen.page.locator("#filter")).to_be_hidden()


def test_without_script_findings_unfold_and_the_filter_is_not_offered(visit: Go) -> None:
    seen = visit("estate", java_script_enabled=False)
    expect(seen.page.locator("#filter")).to_be_hidden()
    expect(seen.page.locator("#finding-list > li")).to_have_count(16)
    first = seen.page.locator("#finding-list > li").first
    expect(first.get_by_text("Fingerprint", exact=True)).to_be_hidden()
    first.locator("summary").click()
    expect(first.get_by_text("Fingerprint", exact=True)).to_be_visible()
    expect(seen.page.locator(".copy:visible")).to_have_count(0)


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("view", [PHONE, {"width": 768, "height": 1024}, LAPTOP], ids=["phone", "tablet", "laptop"])
def test_page_never_scrolls_sideways(visit: Go, view: dict[str, int], lang: Lang) -> None:
    seen = visit("estate", lang, viewport=view)
    seen.page.click("#unfold")
    seen.page.eval_on_selector_all("details", "all => all.forEach((details) => { details.open = true; })")
    width, room = seen.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= room


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", ["few", "estate"])
def test_no_table_is_cut_on_a_laptop(visit: Go, name: str, lang: Lang) -> None:
    seen = visit(name, lang)
    assert seen.page.locator(".matrix").count() == 2
    seen.page.eval_on_selector_all("details", "all => all.forEach((details) => { details.open = true; })")
    assert seen.cut() == []


def test_tables_of_words_are_stacked_on_a_phone(visit: Go) -> None:
    seen = visit("estate", viewport=PHONE)
    assert not {"not-covered-h", "baseline-h"} & set(seen.cut())
    (first, *_) = seen.page.locator("#not-covered tbody tr").all()
    places = [cell.bounding_box() for cell in first.locator("th, td").all()]
    assert len({round(place["x"]) for place in places if place}) == 1


def test_gaps_stand_open_before_the_findings(visit: Go) -> None:
    seen = visit("estate")
    gaps, findings = (seen.page.locator(section).bounding_box() for section in ("#gaps", "#findings"))
    assert gaps is not None
    assert findings is not None
    assert gaps["y"] < findings["y"]
    for text in ("CAM refuses vpc:DescribeSecurityGroupPolicies", "3 super nodes"):
        expect(seen.page.get_by_text(text).first).to_be_visible()


def test_every_tile_of_a_picture_has_a_pattern_that_exists(visit: Go) -> None:
    seen = visit("estate")
    for drawn in seen.page.locator("details[open] svg.picture").all():
        drawn.scroll_into_view_if_needed()
        expect(drawn.locator("path[class^=m-]").first).to_be_attached()
    fills = seen.page.eval_on_selector_all(
        "svg.picture path[class^=m-]",
        "tiles => [...new Set(tiles.map((tile) => tile.getAttribute('fill').slice(5, -1)))]",
    )
    assert set(fills) == {"p-required", "p-permitted", "p-excess", "p-missing", "p-undecided"}
    for fill in fills:
        assert seen.page.locator(f"pattern#{fill}").count() == 1
    for drawn in seen.page.locator("details[open] svg.picture").all():
        seen.wait_until(
            "(drawn) => drawn.getBBox().width > 200 && drawn.getBBox().height > 100", drawn.element_handle()
        )


def test_dark_and_light_differ_and_both_follow_the_reader(visit: Go) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    assert visit("compliant", color_scheme="light").page.evaluate(colour) == "rgb(253, 253, 251)"
    assert visit("compliant", color_scheme="dark").page.evaluate(colour) == "rgb(21, 24, 27)"


def test_paper_is_light_even_for_a_reader_of_the_dark(visit: Go) -> None:
    seen = visit("compliant", color_scheme="dark")
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_first_column_of_a_matrix_keeps_its_room_on_paper(visit: Go) -> None:
    seen = visit("few", viewport={"width": 703, "height": 1000})  # A4 less its margins
    seen.page.emulate_media(media="print")
    for name in seen.page.locator(".matrix tbody .who").all():
        place = name.bounding_box()
        assert place is not None
        assert place["width"] >= 32 / 25.4 * 96 - 1
    assert seen.cut() == []


def test_paper_shows_what_the_screen_folds_and_leaves_controls_out(visit: Go) -> None:
    seen = visit("estate")
    evidence = seen.page.locator("#finding-list .body").first
    rules = seen.page.locator("table.rules").first
    expect(evidence).to_be_hidden()
    expect(rules).to_be_hidden()
    seen.page.emulate_media(media="print")
    expect(evidence).to_be_visible()
    expect(rules).to_be_visible()
    expect(seen.page.locator("#filter")).to_be_hidden()
    expect(seen.page.get_by_role("navigation")).to_be_hidden()
    assert seen.page.pdf(format="A4").startswith(b"%PDF-")


def test_large_estate_filters_at_once(visit: Go) -> None:
    seen = visit("large")
    expect(seen.page.get_by_role("status").first).to_have_text("512 of 512 findings shown.")
    assert len(seen.shown()) == 100
    seen.page.get_by_role("searchbox", name="Search").fill("6379")
    expect(seen.page.get_by_role("status").first).to_have_text("20 of 512 findings shown.")
    assert len(seen.shown()) == 20
    assert seen.complaints == []


def test_hundred_clusters_take_fewer_than_sixty_sheets(visit: Go) -> None:
    seen = visit("large")
    sheets = re.findall(rb"/Type\s*/Page\b", seen.page.pdf(format="A4"))
    assert 20 < len(sheets) < 60


@pytest.mark.bench
def test_how_long_a_large_page_keeps_the_browser_busy(visit: Go, capfd: pytest.CaptureFixture[str]) -> None:
    seen = visit("large")
    session = seen.context.new_cdp_session(seen.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # processor time: other work does not count
    seconds = []
    for _ in range(3):
        seen.page.goto("about:blank")
        seen.page.goto(seen.address)
        measured = session.send("Performance.getMetrics")["metrics"]
        seconds.append(next(one["value"] for one in measured if one["name"] == "TaskDuration"))
    with capfd.disabled():
        print(f"\n  a page of 512 findings: {min(seconds):.2f} s of the main thread")  # noqa: T201 what it is for
    assert seen.complaints == []


CLICKS = {
    "a severity": "document.querySelector('#filter input[name=severity]').click()",
    "a cluster": """
        const clusters = document.querySelector("#filter-cluster");
        clusters.selectedIndex += 7;
        clusters.dispatchEvent(new Event("input", {bubbles: true}));
    """,
    "the start again": "document.querySelector('#filter-reset').click()",
    "a finding": "document.querySelector('#finding-list details:not([open]) > summary').click()",
    "a folded cluster": "document.querySelector('#cluster-list details:not([open]) > summary').click()",
}
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
CLICK, LOAD = 0.2, 5.0
"""Processor seconds of the main thread that a click on a page of 1,000 clusters may take, and its start."""


@pytest.mark.bench
def test_how_long_a_click_on_a_thousand_clusters_takes(visit: Go, capfd: pytest.CaptureFixture[str]) -> None:
    seen = visit("thousand", text="".join(html.render(large_result(1_000), options())))
    session = seen.context.new_cdp_session(seen.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # processor time: other work does not count

    def busy() -> float:
        measured = session.send("Performance.getMetrics")["metrics"]
        return float(next(item["value"] for item in measured if item["name"] == "TaskDuration"))

    def seconds(step: Callable[[], object]) -> float:
        before = busy()
        step()
        return busy() - before

    spent = {"the start": seconds(lambda: seen.page.goto(seen.address))}
    for name, script in CLICKS.items():
        click = partial(seen.page.evaluate, f"async () => {{ {script}; await {PAINTED}; }}")
        spent[name] = min(seconds(click) for _ in range(3))
    with capfd.disabled():
        for name, taken in spent.items():
            print(f"\n  {name} of 1,000 clusters: {taken * 1000:.0f} ms of the main thread")  # noqa: T201 as above
    assert spent.pop("the start") < LOAD
    assert max(spent.values()) < CLICK
    assert seen.complaints == []
