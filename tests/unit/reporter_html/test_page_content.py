from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest

from auditor.errors import ExitCode
from auditor.reporter import REPORTERS, html
from auditor.words import Lang
from tests.browser.pages import options, page
from tests.golden.samples import RESULTS


def tree(text: str) -> Element:
    return html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)


def by_id(root: Element, name: str) -> Element:
    (found,) = [element for element in root.iter() if element.get("id") == name]
    return found


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def banner(root: Element) -> Element:
    (header,) = root.iter("header")
    return header


def facts(root: Element) -> dict[str, str]:
    pairs = banner(root).findall(".//dl/div")
    return {words(pair[0]): words(pair[1]) for pair in pairs}


@pytest.mark.parametrize(
    ("name", "lang", "verdict"),
    [
        ("compliant", Lang.EN, "Compliant"),
        ("compliant", Lang.ZH, "合规"),
        ("estate", Lang.EN, "Non-compliant"),
        ("estate", Lang.ZH, "不合规"),
        ("nothing", Lang.EN, "Unknown"),
        ("nothing", Lang.ZH, "未知"),
    ],
)
def test_verdict_is_the_first_heading(name: str, lang: Lang, verdict: str) -> None:
    root = tree(page(name, lang))
    headings = [words(element) for element in root.iter() if element.tag in {"h1", "h2"}]
    assert headings[0] == verdict


def test_unread_rules_never_read_as_compliant() -> None:
    estate = RESULTS["estate"]
    unread = [found for found in estate.clusters if found.cluster.cluster_id in {"cls-unread01", "cls-healthy1"}]
    findings = tuple(one for one in estate.findings if one.cluster_id in {"cls-unread01", "cls-healthy1"})
    text = html.render(replace(estate, clusters=tuple(unread), findings=findings), options())
    assert words(next(tree(text).iter("h1"))) == "Unknown"
    assert "Read this as unknown, not as passed." in text


def test_top_says_exit_code_completeness_baseline_and_date() -> None:
    told = facts(tree(page("estate")))
    assert told["Exit code"] == "3: incomplete"
    assert told["Read"] == "incompletely"
    assert told["Baseline"] == "sample"
    assert told["Date"] == "2026-03-01"
    assert told["Fails on"] == "medium or worse"
    assert told["Clusters"] == "4"
    assert told["Masters"] == "3"


def test_threshold_never_is_said() -> None:
    lenient = replace(options(exit_code=ExitCode.OK), fail_on=None)
    assert facts(tree(html.render(RESULTS["estate"], lenient)))["Fails on"] == "never"


def test_gaps_and_exclusions_are_never_folded_away() -> None:
    root = tree(page("estate"))
    for section, count in (("gaps", 3), ("not-covered", 2)):
        there = by_id(root, section)
        assert not list(there.iter("details"))
        assert len(list(there.iter("li")) or next(there.iter("tbody"))) == count
    assert "sg-denied01" in words(by_id(root, "gaps"))
    assert "UnauthorizedOperation" in words(by_id(root, "gaps"))
    assert "3 super nodes" in words(by_id(root, "not-covered"))


def test_absence_of_gaps_is_said() -> None:
    assert "Everything that was asked for was read and decided." in words(by_id(tree(page("compliant")), "gaps"))


def test_matrix_has_a_row_a_stack_and_a_column_a_requirement() -> None:
    root = tree(page("estate"))
    nodes, masters = by_id(root, "matrix").findall(".//table")
    headers = [words(cell) for cell in nodes.findall("./thead/tr[2]/th")]
    assert headers == [
        "Traffic between Pods in the container network",
        "Traffic between nodes in the cluster network",
        "NodePort (TCP)",
        "ICMP",
        "All outbound traffic",
    ]
    rows = [row for row in nodes.findall("./tbody/tr") if row.find("th[@scope='row']") is not None]
    assert [words(row.findall("td")[2]) for row in rows] == ["met", "unknown", "blocked", "met", "unknown"]
    assert [words(row.findall("td")[-1]) for row in rows] == ["none", "none", "none", "2 critical", "none"]
    assert [words(cell) for cell in masters.findall("./tbody/tr/td")] == ["partly blocked", "1 medium"]


def test_matrix_cell_of_a_blocked_requirement_leads_to_its_finding() -> None:
    root = tree(page("estate"))
    (link,) = [cell.find("a") for cell in by_id(root, "matrix").iter("td") if cell.get("class") == "blocked"]
    assert link is not None
    target = by_id(root, link.attrib["href"][1:])
    assert "Blocked: NodePort (TCP)" in words(target)


def test_status_is_said_in_shape_and_word_as_well_as_colour() -> None:
    for cell in by_id(tree(page("estate")), "matrix").iter("td"):
        if cell.get("class") in {"met", "partial", "blocked", "unknown", "not-applicable"}:
            assert words(cell)
        if cell.get("class") in {"partial", "blocked", "unknown"}:
            assert cell.find(".//{*}use") is not None
    for quiet in ("met", "not-applicable"):
        assert f"td.{quiet}::before" in page("estate")


def test_cluster_that_could_not_be_audited_keeps_its_row() -> None:
    root = tree(page("estate"))
    assert 'cls-creating "tomorrow"' in words(by_id(root, "matrix"))
    assert "Nothing of this cluster could be compared." in words(by_id(root, "matrix"))


def test_finding_holds_message_reason_rules_witness_advice_and_fingerprint() -> None:
    estate = RESULTS["estate"]
    worst = estate.findings[0]
    told = words(by_id(tree(page("estate")), f"f-{worst.fingerprint}"))
    assert "Open to any address: Control plane and node agents" in told
    assert "TCP 10250 from any IPv4 address except 10.0.0.0/8" in told
    assert 'described as "temp debug, remove me"' in told
    assert "For example" in told
    assert "Narrow inbound rule #3" in told
    assert worst.fingerprint in told


def test_waived_findings_stand_apart_with_owner_reason_and_date() -> None:
    root = tree(page("estate"))
    accepted = words(by_id(root, "accepted"))
    assert "Accepted until 2026-03-10 by sre@example.com (W-7): office network, login by certificate" in accepted
    assert "W-1 expired, waives nothing" in accepted
    assert "Accepted until" not in words(by_id(root, "finding-list"))


def test_rules_stand_in_order_with_idle_ones_struck_and_deciding_ones_marked() -> None:
    estate = RESULTS["estate"]
    root = tree(page("estate"))
    (stack,) = [one for one in root.iter("article") if 'sg-prod0001 "web", then sg-base0001' in words(one[0])]
    (inbound, _) = stack.findall(".//table")
    rows = [row for row in inbound.findall("./tbody/tr") if row.find("td") is not None]
    assert [words(row[0]) for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", ""]
    assert [words(row[1]) for row in rows] == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "0", "1", ""]
    assert rows[3].get("class") == "behind"
    assert words(rows[3][4]) == "0.0.0.0/0"
    assert "TSG201" in words(rows[3][6])
    assert rows[8].get("class") == "idle"
    assert words(rows[8][6]) == "TSG304decides nothing"
    assert words(rows[7][6]) == "TSG305changes nothing"
    links = {link.attrib["href"][3:] for row in rows for link in row.iter("a")}
    assert links <= {finding.fingerprint for finding in estate.findings}
    assert words(rows[-1][3]) == "Everything that no rule above matches"


def test_unread_rules_say_so_in_their_place() -> None:
    root = tree(page("estate"))
    (stack,) = [one for one in root.iter("article") if words(one[0]) == "node sg-denied01"]
    assert "The rules could not be read. UnauthorizedOperation" in words(stack)


def test_planned_change_is_told_with_its_resources() -> None:
    root = tree(page("gate"))
    told = words(by_id(root, "change"))
    assert 'module.net["a"].tencentcloud_security_group_rule_set.web' in told
    assert "2 rules added" in told
    assert "00000000000000ff" in told
    introduced = [one for one in by_id(root, "finding-list") if "introduced" in words(one)]
    assert len(introduced) == len(RESULTS["gate"].change.introduced)  # type: ignore[union-attr]


def test_same_result_gives_the_same_bytes() -> None:
    assert html.render(RESULTS["estate"], options()) == html.render(RESULTS["estate"], options())


def test_html_is_a_format_by_name() -> None:
    assert REPORTERS["html"](RESULTS["nothing"], options()) == html.render(RESULTS["nothing"], options())


def test_large_estate_stays_under_five_megabytes() -> None:
    for lang in Lang:
        assert len(page("large", lang).encode()) < 5_000_000


def test_alike_stacks_share_one_picture() -> None:
    root = tree(page("large"))
    pictures = [use.attrib["href"] for use in by_id(root, "clusters").findall(".//figure//{*}svg/{*}use")]
    assert len(pictures) == 500
    assert len(set(pictures)) == 12


def test_rules_of_stacks_that_bind_the_same_groups_are_shown_once() -> None:
    estate = RESULTS["estate"]
    (prod,) = [one for one in estate.clusters if one.cluster.cluster_id == "cls-prod0001"]
    twin = replace(prod, cluster=replace(prod.cluster, cluster_id="cls-twin0001"))
    text = html.render(replace(estate, clusters=(*estate.clusters, twin)), options())
    assert text.count("The rules are those of the stack that binds the same groups above.") == 3
