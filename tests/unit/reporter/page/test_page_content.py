from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.errors import ExitCode
from auditor.model.clusters import Network
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.reporter import REPORTERS
from auditor.reporter.page import html
from auditor.words import Lang
from tests.browser.pages import SIZES, options, page
from tests.golden.samples import RESULTS
from tests.unit.reporter.page.dom import banner, by_id, facts, sample_tree, strict_tree, words


def test_unread_rules_never_read_as_compliant() -> None:
    estate = RESULTS["estate"]
    unread = [found for found in estate.clusters if found.cluster.cluster_id in {"cls-unread01", "cls-healthy1"}]
    findings = tuple(one for one in estate.findings if one.cluster_id in {"cls-unread01", "cls-healthy1"})
    text = html.render(replace(estate, clusters=tuple(unread), findings=findings), options())
    assert words(next(strict_tree(text).iter("h1"))) == "Unknown"
    assert "Read this as unknown, not as passed." in text


def test_top_says_exit_code_completeness_baseline_and_date() -> None:
    told = facts(sample_tree("estate"))
    assert told["Exit code"] == "3: incomplete"
    assert told["Read"] == "not everything"
    assert told["Baseline"] == "sample"
    assert told["Date"] == "2026-03-01"
    assert told["Fails on"] == "medium or worse"
    assert told["Clusters"] == "4"
    assert told["Masters"] == "3"


def test_threshold_never_is_said() -> None:
    lenient = replace(options(exit_code=ExitCode.OK), fail_on=None)
    assert facts(strict_tree(html.render(RESULTS["estate"], lenient)))["Fails on"] == "never"


def test_gaps_and_exclusions_are_never_folded_away() -> None:
    root = sample_tree("estate")
    for section, count in (("gaps", 3), ("not-covered", 2)):
        there = by_id(root, section)
        assert not list(there.iter("details"))
        assert len(list(there.iter("li")) or next(there.iter("tbody"))) == count
    assert "sg-denied01" in words(by_id(root, "gaps"))
    assert "UnauthorizedOperation" in words(by_id(root, "gaps"))
    assert "3 super nodes" in words(by_id(root, "not-covered"))


def refused(*cluster_ids: str) -> tuple[Gap, ...]:
    """One refused permission, met at several clusters."""
    return tuple(
        Gap(
            region="ap-guangzhou",
            cluster_id=cluster_id,
            resource=cluster_id,
            service="tke",
            action="DescribeIPAMD",
            code="UnauthorizedOperation",
            message=f"tke:DescribeIPAMD of {cluster_id} failed",
            request_id=f"request-{cluster_id}",
            kind=GapKind.UNREAD,
        )
        for cluster_id in cluster_ids
    )


def gap_items(gaps: tuple[Gap, ...], lang: Lang = Lang.EN) -> list[str]:
    text = html.render(replace(RESULTS["compliant"], gaps=gaps), options(lang))
    return [words(item) for item in by_id(strict_tree(text), "gaps").findall("./ul/li")]


def test_gaps_of_one_cause_are_told_once_with_every_name() -> None:
    ids = ("cls-first0001", "cls-second001", "cls-third0001")
    (told,) = gap_items(refused(*ids))
    assert told.startswith("Not read: the container subnets of VPC-CNI, of 3 clusters For example: CAM refuses")
    for cluster_id in ids:
        assert f"{cluster_id} The verdict on {cluster_id} depends on it." in told
        assert f"request-{cluster_id}" in told
    assert told.count("Grant tke:DescribeIPAMD") == 1


def test_gaps_of_different_causes_stay_apart() -> None:
    one, other = refused("cls-first0001", "cls-second001")
    assert len(gap_items((one, replace(other, code="InternalError")))) == 2


@pytest.mark.parametrize(("lang", "title"), [(Lang.EN, "Not understood: 2 rules"), (Lang.ZH, "无法识别：2 条规则")])
def test_gaps_with_a_message_of_their_own_keep_it(lang: Lang, title: str) -> None:
    rules = tuple(
        Gap(
            region="ap-guangzhou",
            resource=f"sg-first0001/ingress/{index}",
            code="Ports",
            message=f"ports {index};",
            kind=GapKind.UNREADABLE,
        )
        for index in (3, 4)
    )
    (told,) = gap_items(rules, lang)
    assert told.startswith(title)
    assert "ports 3;" in told
    assert "ports 4;" in told


def test_request_is_named_once() -> None:
    (told,) = gap_items(refused("cls-first0001"))
    assert told.count("request-cls-first0001") == 1


@pytest.mark.parametrize(
    ("lang", "said"),
    [(Lang.EN, "Nothing was found in what could be read."), (Lang.ZH, "已读取的部分没有发现问题。")],
)
def test_nothing_found_has_no_tick_where_something_was_not_read(lang: Lang, said: str) -> None:
    (note,) = [one for one in by_id(sample_tree("nothing", lang), "findings").iter("p") if one.text is None]
    assert words(note) == said
    assert note.get("class") == "note"
    (fine,) = by_id(sample_tree("compliant"), "findings").iter("p")
    assert (words(fine), fine.get("class")) == ("Nothing was found.", "fine")


@pytest.mark.parametrize(
    ("lang", "said"), [(Lang.EN, "Lets through nothing for certain"), (Lang.ZH, "放通 没有可确定放通的流量")]
)
def test_stack_without_a_group_lets_nothing_through_for_certain(lang: Lang, said: str) -> None:
    root = sample_tree("estate", lang)
    bare = {Lang.EN: "node no security group", Lang.ZH: "节点 未绑定安全组"}[lang]
    (stack,) = [one for one in root.iter("article") if words(one[0]) == bare]
    pairs = [words(pair) for pair in stack.findall(".//figure/dl/div")]
    assert pairs[0].replace("放通没", "放通 没").replace("throughnothing", "through nothing") == said


def test_network_that_was_not_read_is_not_none() -> None:
    compliant = RESULTS["compliant"]
    (found,) = compliant.clusters
    unread = replace(found.cluster.networks, container=Network(gaps=refused("cls-healthy1")))
    short = replace(found, container=(), cluster=replace(found.cluster, networks=unread))
    root = strict_tree(html.render(replace(compliant, clusters=(short,)), options()))
    told = {words(pair[0]): words(pair[1]) for pair in by_id(root, "c1").findall("./dl/div")}
    assert told["Container network"] == "unknown"


def test_clusters_come_worst_first_as_in_the_table() -> None:
    headings = [words(one) for one in by_id(sample_tree("estate"), "clusters").findall("./section/h3")]
    assert [one.split()[0] for one in headings] == ["cls-prod0001", "cls-creating", "cls-unread01", "cls-healthy1"]


def test_ten_worst_findings_stand_under_the_verdict_where_there_are_more() -> None:
    unwaived = [one.fingerprint for one in RESULTS["estate"].findings if one.waiver is None]
    (worst,) = banner(sample_tree("estate")).findall("./section")
    assert [link.attrib["href"] for link in worst.iter("a")] == [f"#f-{one}" for one in unwaived[:10]]
    ten = replace(RESULTS["estate"], findings=RESULTS["estate"].findings[:10])
    assert not banner(strict_tree(html.render(ten, options()))).findall("./section")


def test_baseline_joins_words_as_the_language_does() -> None:
    assert "节点、入站" in words(by_id(sample_tree("estate", Lang.ZH), "baseline"))
    assert "node, inbound" in words(by_id(sample_tree("estate"), "baseline"))


def test_absence_of_gaps_is_said() -> None:
    assert "Everything that was asked for was read and decided." in words(by_id(sample_tree("compliant"), "gaps"))


def test_matrix_has_a_row_a_stack_and_a_column_a_requirement() -> None:
    root = sample_tree("estate")
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
    assert [words(row.findall("td")[3]) for row in rows] == ["unknown", "blocked", "met", "unknown", "met"]
    assert [words(cell) for cell in masters.findall("./tbody/tr/td")] == ["1 medium", "partly blocked"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (Lang.EN, ["unknown", "none", "1 critical 1 medium", "unknown", "none"]),
        (Lang.ZH, ["未知", "无", "1 严重 1 中危", "未知", "无"]),
    ],
)
def test_excess_comes_first_and_is_unknown_where_it_is_not_decided(lang: Lang, said: list[str]) -> None:
    nodes = by_id(sample_tree("estate", lang), "matrix").find(".//table")
    assert nodes is not None
    assert words(nodes.findall("./thead/tr[1]/th")[1]) == {"en": "Open in excess", "zh": "过度放通"}[lang]
    rows = [row for row in nodes.findall("./tbody/tr") if row.find("th[@scope='row']") is not None]
    assert [words(row.findall("td")[0]) for row in rows] == said


def test_matrix_cell_of_a_blocked_requirement_leads_to_its_finding() -> None:
    root = sample_tree("estate")
    (link,) = [cell.find("a") for cell in by_id(root, "matrix").iter("td") if cell.get("class") == "blocked"]
    assert link is not None
    target = by_id(root, link.attrib["href"][1:])
    assert "Blocked: NodePort (TCP)" in words(target)


def test_status_is_said_in_shape_and_word_as_well_as_colour() -> None:
    for cell in by_id(sample_tree("estate"), "matrix").iter("td"):
        if cell.get("class") in {"met", "partial", "blocked", "unknown", "not-applicable"}:
            assert words(cell)
        if cell.get("class") in {"partial", "blocked", "unknown"}:
            assert cell.find(".//{*}use") is not None
    for quiet in ("met", "not-applicable"):
        assert f"td.{quiet}::before" in page("estate")


def test_cluster_that_could_not_be_audited_keeps_its_row() -> None:
    root = sample_tree("estate")
    assert 'cls-creating "tomorrow"' in words(by_id(root, "matrix"))
    assert "Nothing of this cluster could be compared." in words(by_id(root, "matrix"))


def test_finding_holds_message_reason_rules_witness_advice_and_fingerprint() -> None:
    estate = RESULTS["estate"]
    worst = estate.findings[0]
    told = words(by_id(sample_tree("estate"), f"f-{worst.fingerprint}"))
    assert "Open to any address: Control plane and node agents" in told
    assert "TCP 10250 from any IPv4 address except 10.0.0.0/8" in told
    assert 'described as "temp debug, remove me"' in told
    assert "For example" in told
    assert "Narrow inbound rule 4" in told
    assert worst.fingerprint in told


def test_waived_findings_stand_apart_with_owner_reason_and_date() -> None:
    root = sample_tree("estate")
    waived = words(by_id(root, "waived"))
    assert "Waived until 2026-03-10 by sre@example.com (W-7): office network, login by certificate" in waived
    assert "W-1 expired, waives nothing" in waived
    assert "Waived until" not in words(by_id(root, "finding-list"))


def test_rules_stand_in_order_with_idle_ones_struck_and_deciding_ones_marked() -> None:
    estate = RESULTS["estate"]
    root = sample_tree("estate")
    (stack,) = [one for one in root.iter("article") if 'sg-prod0001 "web", then sg-base0001' in words(one[0])]
    (inbound, _) = stack.findall(".//table")
    rows = [row for row in inbound.findall("./tbody/tr") if row.find("td") is not None]
    assert [words(row[0]) for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", ""]
    assert [words(row[1]) for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "1", "2", ""]
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
    root = sample_tree("estate")
    (stack,) = [one for one in root.iter("article") if words(one[0]) == "node sg-denied01"]
    assert "The rules could not be read. UnauthorizedOperation" in words(stack)


def test_planned_change_is_told_with_its_resources() -> None:
    root = sample_tree("gate")
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


@pytest.mark.parametrize("lang", Lang)
def test_page_of_a_hundred_clusters_stays_under_five_megabytes(lang: Lang) -> None:
    few, many = (len(page(name, lang).encode()) for name in ("few", "many"))
    growth = (many - few) / (SIZES["many"] - SIZES["few"])
    assert few + growth * (100 - SIZES["few"]) < 5_000_000


def test_stacks_of_one_shape_share_one_picture() -> None:
    pictures = [use.attrib["href"] for use in by_id(sample_tree("few"), "clusters").findall(".//figure//{*}svg/{*}use")]
    assert len(pictures) == 20
    assert len(set(pictures)) == 7


def test_rules_of_stacks_that_bind_the_same_groups_are_shown_once() -> None:
    estate = RESULTS["estate"]
    (prod,) = [one for one in estate.clusters if one.cluster.cluster_id == "cls-prod0001"]
    twin = replace(prod, cluster=replace(prod.cluster, cluster_id="cls-twin0001"))
    text = html.render(replace(estate, clusters=(*estate.clusters, twin)), options())
    assert text.count("Same rules as above.") == 3


@pytest.mark.parametrize(
    ("lang", "cluster_type", "word"),
    [
        (Lang.EN, "INDEPENDENT_CLUSTER", "independent"),
        (Lang.ZH, "INDEPENDENT_CLUSTER", "独立集群"),
        (Lang.ZH, "MANAGED_CLUSTER", "托管集群"),
        (Lang.ZH, "EKS_CLUSTER", "Serverless 集群"),
        (Lang.ZH, "BRAND_NEW", "BRAND_NEW"),
    ],
)
def test_cluster_type_is_said_in_the_language_of_the_reader(lang: Lang, cluster_type: str, word: str) -> None:
    compliant = RESULTS["compliant"]
    (found,) = compliant.clusters
    result = replace(compliant, clusters=(replace(found, cluster=replace(found.cluster, cluster_type=cluster_type)),))
    section = by_id(strict_tree(html.render(result, options(lang))), "clusters")
    label = {Lang.EN: "Cluster type", Lang.ZH: "集群类型"}[lang]
    assert [words(pair[1]) for pair in section.iter("div") if len(pair) == 2 and words(pair[0]) == label] == [word]
