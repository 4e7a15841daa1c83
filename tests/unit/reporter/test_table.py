from __future__ import annotations

import re
from dataclasses import replace

import pytest

from auditor.errors import ExitCode
from auditor.model.changes import Change
from auditor.model.codes import Severity
from auditor.model.findings import Result
from auditor.reporter import table
from auditor.reporter.options import RenderOptions
from auditor.reporter.terminal import columns
from auditor.words import Lang
from tests.golden.samples import RESULTS, TODAY, many

OPTIONS = RenderOptions(tool_version="9.9.9", today=TODAY, exit_code=ExitCode.FINDINGS, verbose=True)
BRIEF = replace(OPTIONS, verbose=False)
ESTATE = RESULTS["estate"]


def lines(result: Result = ESTATE, options: RenderOptions = OPTIONS) -> list[str]:
    text = "".join(table.render(result, options))
    assert text.endswith("\n")
    return text[:-1].split("\n")


def index_of(start: str, found: list[str]) -> int:
    return next(place for place, line in enumerate(found) if line.startswith(start))


def test_the_verdict_comes_first_a_line_a_cluster_worst_first() -> None:
    assert lines()[:6] == [
        "Clusters: 1 non-compliant, 2 unknown, 1 compliant (baseline sample)",
        "Account 100000000001. Read 2026-02-20 23:59 UTC, 9 days ago.",
        "",
        'NON-COMPLIANT  cls-prod0001 "prod"      1 critical, 5 high, 5 medium, 1',
        "                                        unchecked",
        'UNKNOWN        cls-creating "tomorrow"  1 unchecked',
    ]


def test_the_last_lines_count_and_name_the_exit_code() -> None:
    assert lines(options=replace(OPTIONS, exit_code=ExitCode.INCOMPLETE))[-3:] == [
        "16 findings: 1 critical, 5 high, 5 medium, 5 info; 1 waived, 3 unchecked.",
        "Audited: 4 clusters, 21 nodes, 3 Masters, 5 security groups.",
        "Exit code 3: incomplete, something could not be checked.",
    ]


def test_sections_come_in_the_order_of_what_matters() -> None:
    found = lines()
    headings = ["NON-COMPLIANT", "FINDINGS", "WAIVED", "COULD NOT BE CHECKED", "NOT COVERED", "16 findings"]
    places = [index_of(heading, found) for heading in headings]
    assert places == sorted(places)


def test_findings_come_worst_first() -> None:
    severities = [line.split()[0] for line in lines() if re.match("(CRITICAL|HIGH|MEDIUM|LOW|INFO)  TSG", line)]
    assert severities == sorted(severities, key=["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"].index)
    assert severities[0] == "CRITICAL"


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", [name for name in RESULTS if name != "gate"])
def test_no_line_is_wider_than_the_terminal(name: str, lang: Lang) -> None:
    for width in (40, 80, 120):
        found = lines(RESULTS[name], replace(OPTIONS, lang=lang, width=width))
        assert [line for line in found if columns(line) > width] == []


@pytest.mark.parametrize("lang", Lang)
def test_a_gate_fits_eighty_columns(lang: Lang) -> None:
    assert max(columns(line) for line in lines(RESULTS["gate"], replace(OPTIONS, lang=lang))) <= 80


def test_a_narrower_terminal_than_can_be_read_gets_forty_columns() -> None:
    assert "".join(table.render(ESTATE, replace(OPTIONS, width=5))) == "".join(
        table.render(ESTATE, replace(OPTIONS, width=40))
    )


@pytest.mark.parametrize("name", RESULTS)
def test_colour_only_adds(name: str) -> None:
    plain = "".join(table.render(RESULTS[name], OPTIONS))
    coloured = "".join(table.render(RESULTS[name], replace(OPTIONS, colour=True)))
    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9;]+m", "", coloured) == plain
    assert "\x1b[1;31mNON-COMPLIANT\x1b[0m" in coloured or name in ("compliant", "nothing")


def test_no_line_ends_in_spaces() -> None:
    assert [line for line in lines() if line != line.rstrip()] == []


def test_our_own_english_is_ascii() -> None:
    assert "".join(table.render(RESULTS["nothing"], OPTIONS)).isascii()


def test_a_finding_tells_who_what_which_rule_an_example_and_what_to_do() -> None:
    found = lines(options=replace(OPTIONS, width=100))
    start = index_of("CRITICAL", found)
    assert found[start : start + 15] == [
        "CRITICAL  TSG201  Open to any address: Control plane and node agents",
        '  Cluster  cls-prod0001 "prod"',
        "  Affects  5 nodes (ins-web01, ins-web02, ins-web03, ins-web04, ins-web05) and 1 node pool",
        '           (np-web00001), bound to sg-prod0001 "web", then sg-base0001 "基础安全组"',
        "  Problem  Allowed in, but not permitted by the baseline or the configuration: TCP 10250 from any",
        "           IPv4 address except 10.0.0.0/8, 172.16.0.0/16.",
        '  Rule     sg-prod0001 "web" inbound rule 4: ACCEPT TCP 10250 from 0.0.0.0/0, described as "temp',
        '           debug, remove me"',
        "  Example  TCP port 10250 from 203.0.113.1",
        "  Why      Anyone who can route to the node can send it this traffic; if the node has a public",
        "           address, that is the whole Internet.",
        '  Fix      Narrow inbound rule 4 of sg-prod0001 "web" to the sources that need it, or delete it if',
        '           nothing needs it. If it is open on purpose, add it under "allow" in the configuration.',
        "  ID       e81442d80108d274",
        "",
    ]


def test_verbose_writes_each_useless_rule_out() -> None:
    found = "\n".join(lines(options=replace(OPTIONS, verbose=True, width=200)))
    assert 'No packet reaches inbound rule 9 of sg-prod0001 "web"' in found


def test_verbose_tells_every_requirement_of_every_stack() -> None:
    found = lines(options=replace(OPTIONS, verbose=True, width=120))
    start = index_of('cls-prod0001 "prod": 3 Masters', found)
    assert found[start : start + 4] == [
        'cls-prod0001 "prod": 3 Masters: sg-master01 "masters"',
        "Status          Requirement",
        "--------------  --------------------------------------------------",
        "partly blocked  Traffic to the API server from the cluster network",
    ]


def test_verbose_leaves_nothing_out() -> None:
    text = "".join(table.render(many(), replace(OPTIONS, verbose=True, width=400)))
    for finding in many().findings:
        assert finding.cluster_id in text
    assert text.count("  Fix  ") == len(many().findings)
    assert not re.search(r"and \d+ more", text)


@pytest.mark.parametrize(
    ("exit_code", "fail_on", "last"),
    [
        (ExitCode.OK, Severity.HIGH, "Exit code 0: everything was read; no finding at high or above."),
        (ExitCode.OK, None, "Exit code 0: everything was read; findings do not change it (--fail-on never)."),
        (ExitCode.FINDINGS, Severity.LOW, "Exit code 1: findings at low or above."),
        (ExitCode.INCOMPLETE, Severity.LOW, "Exit code 3: incomplete, something could not be checked."),
        (ExitCode.INTERNAL, Severity.LOW, "Exit code 70."),
    ],
)
def test_the_exit_code_is_explained(exit_code: ExitCode, fail_on: Severity | None, last: str) -> None:
    options = replace(OPTIONS, exit_code=exit_code, fail_on=fail_on)
    assert lines(RESULTS["compliant"], options)[-1] == last


def test_exit_zero_in_spite_of_findings_says_so() -> None:
    found = lines(replace(ESTATE, gaps=()), replace(OPTIONS, exit_code=ExitCode.OK))[-1]
    assert found == "Exit code 0: everything was read; findings at medium or above do not change it."


def test_a_new_finding_is_marked_against_an_earlier_report() -> None:
    marked = replace(
        ESTATE, findings=(replace(ESTATE.findings[0], known=False), replace(ESTATE.findings[1], known=True))
    )
    states = [line.strip() for line in lines(marked) if line.startswith("  State")]
    assert states == ["State    new: not in the earlier report", "State    known: in the earlier report"]


def test_a_gate_says_what_the_change_introduces() -> None:
    found = lines(RESULTS["gate"], replace(OPTIONS, width=120))
    start = index_of("THE CHANGE", found)
    assert found[start + 1] == "8 introduced, 1 resolved, 8 unchanged"
    states = [line.strip() for line in found if line.startswith("  State")]
    resource = 'module.net["a"].tencentcloud_security_group_rule_set.web (network/中国 [a]/main.tf:12)'
    assert states[0] == f"State    introduced by {resource}"
    assert {"State    introduced by the change", "State    there before the change"} <= set(states)


def test_regions_are_named_where_there_is_more_than_one() -> None:
    first = ESTATE.clusters[0]
    moved = replace(first, cluster=replace(first.cluster, region="ap-beijing"))
    found = lines(replace(ESTATE, clusters=(moved, *ESTATE.clusters[1:])), replace(OPTIONS, width=120))
    assert 'cls-healthy1 "生产集群" ap-guangzhou' in "\n".join(found)


def test_gaps_of_one_cause_are_told_together() -> None:
    denied = ESTATE.gaps[0]
    gaps = tuple(replace(denied, resource=f"sg-x{number:02}", request_id=f"r-{number}") for number in range(50))
    found = lines(replace(ESTATE, gaps=gaps), replace(OPTIONS, width=120))
    start = index_of("TSG901", found)
    assert found[start] == "TSG901  Not read: the rules of 50 security groups"
    assert found[start + 1].startswith("  Object   sg-x00, sg-x01, sg-x02, ")
    assert "".join(found[start + 1 : start + 5]).count("sg-x") == 50


def test_verbose_names_every_gap_and_its_message() -> None:
    denied = ESTATE.gaps[0]
    gaps = tuple(replace(denied, resource=f"sg-x{number:02}", request_id=f"r-{number}") for number in range(50))
    every = " ".join(lines(replace(ESTATE, gaps=gaps), replace(OPTIONS, width=120, verbose=True)))
    assert "sg-x49" in every
    assert "Request r-49." in every


def test_clusters_with_one_cause_share_a_verdict_that_depends_on_it() -> None:
    ids = [found.cluster.cluster_id for found in ESTATE.clusters[:3]]
    gaps = tuple(
        replace(ESTATE.gaps[0], cluster_id=name, resource=name, service="tke", action="DescribeIPAMD") for name in ids
    )
    found = lines(replace(ESTATE, gaps=gaps), replace(OPTIONS, lang=Lang.ZH))
    assert "TSG901  未能读取：3 个集群的 VPC-CNI 容器子网" in found
    assert "  受影响的结论  这 3 个集群的结论取决于此。" in found


def test_an_unknown_verdict_without_findings_says_so() -> None:
    dark = next(found for found in ESTATE.clusters if found.cluster.cluster_id == "cls-unread01")
    found = lines(replace(ESTATE, clusters=(replace(dark, gaps=()),)))
    assert found[3].endswith("  nothing found in the data that was read")


def test_waivers_that_need_a_look_are_named() -> None:
    found = lines()
    start = index_of("WAIVED", found)
    assert found[start + 1 : start + 4] == [
        "  - waiver W-7 ends within 14 days",
        "  - waiver W-1 has expired and waives nothing",
        "  - W-7, until 2026-03-10, sre@example.com: office network, login by certificate",
    ]


def test_a_verdict_stays_one_word_at_forty_columns() -> None:
    assert index_of("NON-COMPLIANT  cls-", lines(options=replace(OPTIONS, width=40)))


def test_a_gate_starts_with_what_the_change_introduces() -> None:
    assert lines(RESULTS["gate"], replace(OPTIONS, width=120))[:2] == [
        "The change introduces 8 findings: 1 critical, 2 high, 3 medium, 2 info; 3 unchecked.",
        "",
    ]
    idle = replace(ESTATE, change=Change(introduced=(), resolved=(), unchanged=(), resources=()))
    options = replace(OPTIONS, lang=Lang.ZH, exit_code=ExitCode.OK, colour=True)
    assert lines(idle, options)[0] == "\x1b[32m本次变更没有引入新问题（原有 16 个）。\x1b[0m"


@pytest.mark.parametrize(
    ("lang", "last"),
    [(Lang.EN, "No cluster was checked; 1 unchecked."), (Lang.ZH, "没有检查任何集群；无法判定 1。")],
)
def test_where_no_cluster_was_read_no_finding_is_denied(lang: Lang, last: str) -> None:
    assert lines(RESULTS["nothing"], replace(OPTIONS, lang=lang))[-3] == last


def test_no_cluster_is_said() -> None:
    assert lines(RESULTS["nothing"])[0] == "Clusters: none (baseline sample)"


def test_chinese_speaks_the_console_s_words() -> None:
    text = "".join(table.render(ESTATE, replace(OPTIONS, lang=Lang.ZH)))
    for word in ("安全组", "入站规则", "放通", "绑定", "来源", "优先级", "不合规", "退出码 1"):
        assert word in text
