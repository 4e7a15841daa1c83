from __future__ import annotations

import json
import zlib
from base64 import b64decode
from dataclasses import replace

import pytest

from auditor.errors import ExitCode
from auditor.model import addresses
from auditor.model.clusters import Network
from auditor.model.codes import GapKind
from auditor.model.earlier import Vanished
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, packets
from auditor.model.services import Protocol, services
from auditor.model.snapshot import SnapshotSource
from auditor.reporter import REPORTERS
from auditor.reporter.codes import GUIDE
from auditor.reporter.page import html
from auditor.words import Lang
from tests.browser.estate import large_result
from tests.browser.pages import SIZES, options, page
from tests.golden.samples import RESULTS
from tests.unit.reporter.page.dom import banner, by_id, cluster_headings, facts, sample_tree, strict_tree, words


def test_unread_rules_never_read_as_compliant() -> None:
    estate = RESULTS["estate"]
    unread = [found for found in estate.clusters if found.cluster.cluster_id in {"cls-unread01", "cls-healthy1"}]
    findings = tuple(one for one in estate.findings if one.cluster_id in {"cls-unread01", "cls-healthy1"})
    text = "".join(html.render(replace(estate, clusters=tuple(unread), findings=findings), options()))
    assert words(next(strict_tree(text).iter("h1"))) == "Unknown"
    assert "Treat this as unknown, not as passed." in text


def test_top_says_exit_code_completeness_baseline_and_date() -> None:
    told = facts(sample_tree("estate"))
    assert told["Exit code"] == "3: incomplete"
    assert told["Data"] == "incomplete"
    assert told["Baseline"] == "sample"
    assert told["Date"] == "2026-03-01"
    assert told["Fails at"] == "medium or worse"
    assert told["Clusters"] == "4"
    assert told["Masters"] == "3"


@pytest.mark.parametrize(
    ("source", "arguments", "said"),
    [
        (SnapshotSource.LIVE, "", "Tencent Cloud, read live"),
        (SnapshotSource.LIVE, "--region ap-guangzhou", "Tencent Cloud, read live (--region ap-guangzhou)"),
        (SnapshotSource.SNAPSHOT, "--snapshot estate.json", "snapshot (--snapshot estate.json)"),
        (SnapshotSource.CASSETTE, "--replay demo", "recording (--replay demo)"),
    ],
)
def test_head_names_the_source(source: SnapshotSource, arguments: str, said: str) -> None:
    asked = replace(options(), source=source, source_arguments=arguments)
    assert facts(strict_tree("".join(html.render(RESULTS["estate"], asked))))["Source"] == said


def test_account_time_regions_baseline_and_exit_code_stand_under_the_verdict() -> None:
    (line,) = [one for one in banner(sample_tree("estate")).iter("p") if one.get("class") == "provenance"]
    for part in ("100000000001", "2026-02-20 23:59 UTC", "ap-guangzhou", "sample", "3"):
        assert part in words(line)


def test_threshold_never_is_said() -> None:
    lenient = replace(options(exit_code=ExitCode.OK), fail_on=None)
    assert facts(strict_tree("".join(html.render(RESULTS["estate"], lenient))))["Fails at"] == "never"


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
    text = "".join(html.render(replace(RESULTS["compliant"], gaps=gaps), options(lang)))
    return [words(item) for item in by_id(strict_tree(text), "gaps").findall("./ul/li")]


def test_gaps_of_one_cause_are_told_once_with_every_name() -> None:
    ids = ("cls-first0001", "cls-second001", "cls-third0001")
    (told,) = gap_items(refused(*ids))
    assert told.startswith("Not read: the container subnets of VPC-CNI of 3 clusters For example: CAM refuses")
    for cluster_id in ids:
        assert f"{cluster_id} The verdict on {cluster_id} depends on it." in told
        assert f"request-{cluster_id}" in told
    assert told.count("Grant tke:DescribeIPAMD") == 1


def test_gaps_of_different_causes_stay_apart() -> None:
    one, other = refused("cls-first0001", "cls-second001")
    assert len(gap_items((one, replace(other, code="InternalError")))) == 2


@pytest.mark.parametrize(("lang", "title"), [(Lang.EN, "Not understood: 2 rules"), (Lang.ZH, "无法识别：2 条规则")])
def test_gaps_keep_a_message_of_their_own_where_it_is_in_the_language(lang: Lang, title: str) -> None:
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
    assert ("ports 3;" in told, "ports 4;" in told) == (lang is Lang.EN, lang is Lang.EN)


def test_request_is_named_once() -> None:
    (told,) = gap_items(refused("cls-first0001"))
    assert told.count("request-cls-first0001") == 1


@pytest.mark.parametrize(
    ("lang", "said"),
    [(Lang.EN, "No findings in the data that was read."), (Lang.ZH, "已读取的部分没有发现问题。")],
)
def test_nothing_found_has_no_tick_where_something_was_not_read(lang: Lang, said: str) -> None:
    (note,) = [one for one in by_id(sample_tree("nothing", lang), "findings").iter("p") if one.text is None]
    assert words(note) == said
    assert note.get("class") == "note"
    (fine,) = by_id(sample_tree("compliant"), "findings").iter("p")
    assert (words(fine), fine.get("class")) == ("No findings.", "fine")


@pytest.mark.parametrize(
    ("lang", "said"), [(Lang.EN, "Allows nothing for certain"), (Lang.ZH, "放通 没有可确定放通的流量")]
)
def test_stack_without_a_group_lets_nothing_through_for_certain(lang: Lang, said: str) -> None:
    root = sample_tree("estate", lang)
    bare = {Lang.EN: "node no security group", Lang.ZH: "节点 未绑定安全组"}[lang]
    (stack,) = [one for one in root.iter("article") if words(one[0]) == bare]
    pairs = [words(pair) for pair in stack.findall(".//figure/dl/div")]
    assert pairs[0].replace("放通没", "放通 没").replace("Allowsnothing", "Allows nothing") == said


def test_network_that_was_not_read_is_not_none() -> None:
    compliant = RESULTS["compliant"]
    (found,) = compliant.clusters
    unread = replace(found.cluster.networks, container=Network(gaps=refused("cls-healthy1")))
    short = replace(found, container=(), cluster=replace(found.cluster, networks=unread))
    root = strict_tree("".join(html.render(replace(compliant, clusters=(short,)), options())))
    told = {words(pair[0]): words(pair[1]) for pair in by_id(root, "cluster-list").findall("./section/details/dl/div")}
    assert told["Container network"] == "unknown"


def test_clusters_come_worst_first_as_in_the_table() -> None:
    headings = cluster_headings(sample_tree("estate"))
    assert [one.split()[0] for one in headings] == ["cls-prod0001", "cls-creating", "cls-unread01", "cls-healthy1"]


def test_worst_findings_are_listed_by_kind_under_the_verdict() -> None:
    (worst,) = banner(sample_tree("few")).findall("./section")
    assert [words(item) for item in worst.iter("li")][-3:] == [
        "lowTCP 9201-9299 open to public addresses 2 in 2 clusters",
        "inforule is never reached (shadowed) 6 in 2 clusters",
        "inforule is redundant 13 in 3 clusters",
    ]
    fingerprints = {finding.fingerprint for finding in large_result(SIZES["few"]).findings}
    assert {link.attrib["href"][3:] for link in worst.iter("a")} <= fingerprints
    ten = replace(RESULTS["estate"], findings=RESULTS["estate"].findings[:10])
    assert not banner(strict_tree("".join(html.render(ten, options())))).findall("./section")


def test_findings_of_a_kind_that_the_head_lists_can_be_filtered_by_it() -> None:
    root = sample_tree("few")
    kinds = [option.get("value") for option in by_id(root, "filter-code").iter("option")]
    links = [link.attrib["data-filter"] for link in root.iter("a") if "kind=" in link.get("data-filter", "")]
    assert len(links) == 10
    for link in links:
        kind = link.removeprefix("kind=")
        assert kind in kinds
        assert any(item.get("data-kind") == kind for item in by_id(root, "finding-list"))


def commands_of(result: Result, number: int, source_arguments: str = "") -> list[str]:
    text = "".join(html.render(result, replace(options(), source_arguments=source_arguments)))
    card = by_id(strict_tree(text), f"f-{result.findings[number].fingerprint}")
    (commands,) = [one for one in card.iter("ul") if one.get("class") == "commands"]
    return [words(one) for one in commands]


WAIVED_BY = '--reason "why this is accepted" --owner "who is responsible" --expires YYYY-MM-DD'


def test_card_has_the_commands_to_type_with_the_source() -> None:
    identity = RESULTS["estate"].findings[0].fingerprint[:8]
    assert commands_of(RESULTS["estate"], 0, "--snapshot 'my estate.json'") == [
        f"sgaudit explain {identity} --snapshot 'my estate.json'",
        f"sgaudit fix {identity} --snapshot 'my estate.json'",
        f"sgaudit waive {identity} --snapshot 'my estate.json' {WAIVED_BY}",
    ]


def test_card_links_to_the_guide_with_the_row_of_its_requirement() -> None:
    finding = next(one for one in large_result(SIZES["few"]).findings if one.requirement_id)
    card = by_id(sample_tree("few"), f"f-{finding.fingerprint}")
    (link,) = [one for one in card.iter("a") if one.get("href") == GUIDE]
    assert words(link).startswith("457/9084 ")


def test_finding_that_no_rule_change_closes_has_no_command_to_fix_it() -> None:
    findings = RESULTS["estate"].findings
    number = next(at for at, one in enumerate(findings) if one.code == "TSG301")
    assert [command.split()[1] for command in commands_of(RESULTS["estate"], number)] == ["explain", "waive"]


def test_finding_that_a_plan_introduces_has_no_commands_since_the_source_lacks_it() -> None:
    root, gate = sample_tree("gate"), RESULTS["gate"]
    assert gate.change is not None
    for finding in gate.findings:
        lists = [one for one in by_id(root, f"f-{finding.fingerprint}").iter("ul") if one.get("class") == "commands"]
        assert len(lists) == (0 if finding.fingerprint in gate.change.introduced else 1)


def test_clusters_have_permalinks_and_compliant_ones_are_folded() -> None:
    root = sample_tree("estate")
    folded = {one.attrib["id"]: one[0].get("open") is None for one in by_id(root, "cluster-list")}
    assert folded == {
        "c-cls-prod0001": False,
        "c-cls-creating": False,
        "c-cls-unread01": False,
        "c-cls-healthy1": True,
    }


def test_cluster_id_that_is_none_makes_no_address_of_the_page() -> None:
    compliant = RESULTS["compliant"]
    (found,) = compliant.clusters
    odd = replace(found, cluster=replace(found.cluster, cluster_id='cls "><script>'))
    root = strict_tree("".join(html.render(replace(compliant, clusters=(found, odd, found)), options())))
    assert [one.attrib["id"] for one in by_id(root, "cluster-list")] == ["c-cls-healthy1", "c2", "c3"]


def test_baseline_joins_words_as_the_language_does() -> None:
    assert "节点、入站" in words(by_id(sample_tree("estate", Lang.ZH), "baseline"))
    assert "node, inbound" in words(by_id(sample_tree("estate"), "baseline"))


def test_absence_of_gaps_is_said() -> None:
    assert "Everything that was requested was read and checked." in words(by_id(sample_tree("compliant"), "gaps"))


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
    assert "Nothing in this cluster could be compared." in words(by_id(root, "matrix"))


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
    assert "W-1 expired, no effect" in waived
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
    assert words(rows[8][6]) == "TSG304never reached"
    assert words(rows[7][6]) == "TSG305redundant"
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
    assert "".join(html.render(RESULTS["estate"], options())) == "".join(html.render(RESULTS["estate"], options()))


def test_html_is_a_format_by_name() -> None:
    assert "".join(REPORTERS["html"](RESULTS["nothing"], options())) == "".join(
        html.render(RESULTS["nothing"], options())
    )


@pytest.mark.parametrize("lang", Lang)
def test_page_of_a_hundred_clusters_stays_under_three_megabytes(lang: Lang) -> None:
    assert size_of(100, page("few", lang), page("many", lang)) < 3_000_000


@pytest.mark.parametrize("lang", Lang)
def test_page_of_a_thousand_clusters_stays_under_ten_megabytes(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "PACKED", 10)
    few, many = ("".join(html.render(large_result(SIZES[name]), options(lang))) for name in ("few", "many"))
    assert size_of(1000, few, many) < 10_000_000


def size_of(clusters: int, few: str, many: str) -> float:
    """The bytes of the page of so many clusters, as far as two smaller pages tell."""
    sizes = [len(text.encode()) for text in (few, many)]
    growth = (sizes[1] - sizes[0]) / (SIZES["many"] - SIZES["few"])
    return sizes[0] + growth * (clusters - SIZES["few"])


def test_stacks_of_one_shape_share_one_picture() -> None:
    root = sample_tree("few")
    pictures = [svg.attrib["data-chart"] for svg in by_id(root, "clusters").findall(".//figure//{*}svg[@data-chart]")]
    assert len(pictures) == 20
    assert set(pictures) == {str(number) for number in range(1, 8)}
    assert len(json.loads(words(by_id(root, "charts")))) == 7


def test_cell_of_a_picture_names_the_addresses_and_the_cluster_whose_pods_they_are() -> None:
    (other,) = RESULTS["compliant"].clusters
    (block,) = other.container
    neighbour = replace(other, cluster=replace(other.cluster, cluster_id="cls-second01"), container=("10.77.0.0/16",))
    wide = tcp_packets(22, "10.77.0.0/16")
    networks = replace(other.cluster.networks, surroundings=Network(cidrs=(block, "10.77.0.0/16")))
    stack = replace(other.stacks[0], ingress=replace(other.stacks[0].ingress, excess=wide))
    open_to_pods = replace(other, cluster=replace(other.cluster, networks=networks), stacks=(stack,))
    text = "".join(html.render(replace(RESULTS["compliant"], clusters=(open_to_pods, neighbour)), options()))
    cells = [words(one) for one in by_id(strict_tree(text), "c-cls-healthy1").iter("data")]
    assert [list(json.loads(cell).values()) for cell in cells] == [
        ["open in excess: 10.77.0.0/16 (Pods of cls-second01)"]
    ]


def tcp_packets(port: int, block: str) -> PacketSet:
    return packets(services(Protocol.TCP, ((port, port),)), addresses.parse(block))


def packed(text: str, kind: str) -> list[str]:
    """The parts of one kind that a page has packed, in their order."""
    data = [one for one in strict_tree(text).iter("data") if one.get("id", "").startswith(f"pack-{kind}-")]
    return [part for one in data for part in zlib.decompress(b64decode(words(one))).decode().split("\x1e")]


def test_page_of_very_many_clusters_packs_what_it_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    result = large_result(SIZES["few"])
    plain = "".join(html.render(result, options()))
    monkeypatch.setattr(html, "PACKED", 10)
    text = "".join(html.render(result, options()))
    findings, clusters = packed(text, "findings"), packed(text, "clusters")
    assert (len(findings), len(clusters)) == (len(result.findings), len(result.clusters))
    for finding, part in zip(result.findings, findings, strict=True):
        assert finding.fingerprint in part
        assert part.strip() in plain
    for part in clusters:
        assert part.strip() in plain
    root = strict_tree(text)
    assert len(by_id(root, "finding-list")) == len(result.findings)
    assert not list(root.iter("article"))
    (note,) = root.iter("noscript")
    assert "without JavaScript" in words(note)


def test_rules_of_stacks_that_bind_the_same_groups_are_shown_once() -> None:
    estate = RESULTS["estate"]
    (prod,) = [one for one in estate.clusters if one.cluster.cluster_id == "cls-prod0001"]
    twin = replace(prod, cluster=replace(prod.cluster, cluster_id="cls-twin0001"))
    text = "".join(html.render(replace(estate, clusters=(*estate.clusters, twin)), options()))
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
    section = by_id(strict_tree("".join(html.render(result, options(lang)))), "clusters")
    label = {Lang.EN: "Cluster type", Lang.ZH: "集群类型"}[lang]
    assert [words(pair[1]) for pair in section.iter("div") if len(pair) == 2 and words(pair[0]) == label] == [word]


def test_the_head_counts_the_news_since_an_earlier_report() -> None:
    marked = replace(RESULTS["estate"], vanished=Vanished())
    assert "Since the earlier report: 16 new" in "".join(html.render(marked, options()))
    assert "Since the earlier report" not in "".join(html.render(RESULTS["estate"], options()))
