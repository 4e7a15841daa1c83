"""The facts that a reader must find on the page of every sample, in both languages."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from auditor.words import Lang, catalogue
from tests.browser.pages import result_of
from tests.unit.reporter.page.dom import by_id, cluster_headings, facts, sample_tree, tally, words

NAMES = ("compliant", "estate", "gate", "hostile", "nothing")

every_page = pytest.mark.parametrize(("name", "lang"), [(name, lang) for name in NAMES for lang in Lang])

SEVERITIES = {
    Lang.EN: ("critical", "high", "medium", "low", "info", "waived", "could not be checked"),
    Lang.ZH: ("严重", "高危", "中危", "低危", "提示", "已豁免", "无法判定"),
}


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("compliant", (0, 0, 0, 0, 0, 0, 0)),
        ("estate", (1, 5, 5, 0, 5, 1, 3)),
        ("gate", (1, 5, 5, 0, 5, 0, 3)),
        ("hostile", (0, 3, 2, 1, 0, 0, 1)),
        ("nothing", (0, 0, 0, 0, 0, 0, 1)),
    ],
)
def test_head_counts_findings_by_severity_waived_and_undecided(name: str, lang: Lang, counts: tuple[int, ...]) -> None:
    assert tally(sample_tree(name, lang)) == dict(zip(SEVERITIES[lang], counts, strict=True))


@pytest.mark.parametrize(
    ("name", "lang", "verdict"),
    [
        ("compliant", Lang.EN, "Compliant"),
        ("compliant", Lang.ZH, "合规"),
        ("estate", Lang.EN, "Non-compliant"),
        ("estate", Lang.ZH, "不合规"),
        ("gate", Lang.EN, "Non-compliant"),
        ("gate", Lang.ZH, "不合规"),
        ("hostile", Lang.EN, "Non-compliant"),
        ("hostile", Lang.ZH, "不合规"),
        ("nothing", Lang.EN, "Unknown"),
        ("nothing", Lang.ZH, "未知"),
    ],
)
def test_verdict_is_the_first_heading_and_the_title(name: str, lang: Lang, verdict: str) -> None:
    root = sample_tree(name, lang)
    assert next(words(element) for element in root.iter() if element.tag in {"h1", "h2"}) == verdict
    assert words(next(root.iter("title"))).startswith(verdict)


UNREAD = {
    Lang.EN: ("sample", "2026-03-01", "unknown", "Time of reading unknown"),
    Lang.ZH: ("sample", "2026-03-01", "未知", "读取时间未知"),
}
READ = {
    Lang.EN: ("sample", "2026-03-01", "100000000001", "Read 2026-02-20 23:59 UTC, 9 days ago"),
    Lang.ZH: ("sample", "2026-03-01", "100000000001", "读取于 2026-02-20 23:59 UTC（9 天前）"),
}
LABELS = {
    Lang.EN: ("Baseline", "Date", "Account", "As of", "Regions"),
    Lang.ZH: ("基线", "日期", "账号", "数据", "地域"),
}


@every_page
def test_head_names_baseline_date_account_reading_time_and_regions(name: str, lang: Lang) -> None:
    head = facts(sample_tree(name, lang))
    values = (READ if name in {"estate", "gate"} else UNREAD)[lang]
    assert tuple(head[label] for label in LABELS[lang]) == (*values, "ap-guangzhou")


def card_ids(root: Element) -> list[str]:
    return [item.attrib["id"] for item in root.iter("li") if item.get("id", "").startswith("f-")]


@every_page
def test_every_finding_stands_once_with_severity_code_title_cluster_and_advice(name: str, lang: Lang) -> None:
    root, result = sample_tree(name, lang), result_of(name)
    assert sorted(card_ids(root)) == sorted(f"f-{one.fingerprint}" for one in result.findings)
    for finding in result.findings:
        card = by_id(root, f"f-{finding.fingerprint}")
        (heading,) = card.iter("h3")
        assert [part.get("class") for part in heading] == [f"sev {finding.severity}", None, None]
        severity = catalogue(lang).text(f"terms-severity-{finding.severity}")
        assert words(heading).startswith(f"{severity}{finding.code}")
        assert words(heading).removeprefix(f"{severity}{finding.code}")
        text = words(card)
        assert text.count(finding.fingerprint) == 1
        assert all(group[:11] in text for group in finding.security_groups)
        (advice,) = [element for element in card.iter("p") if element.get("class") == "do"]
        assert words(advice)


@every_page
def test_findings_that_count_and_waived_ones_have_a_list_each(name: str, lang: Lang) -> None:
    root, result = sample_tree(name, lang), result_of(name)
    for section, waived in (("findings", False), ("waived", True)):
        assert card_ids(by_id(root, section)) == [
            f"f-{one.fingerprint}" for one in result.findings if (one.waiver is not None) is waived
        ]


@every_page
def test_every_gap_is_named_with_its_region_code_and_fingerprint(name: str, lang: Lang) -> None:
    text = words(by_id(sample_tree(name, lang), "gaps"))
    for gap in result_of(name).gaps:
        assert gap.code in text
        assert gap.region in text
        assert gap.fingerprint in text


VERDICTS: dict[str, dict[str, tuple[str, str]]] = {
    "compliant": {"cls-healthy1": ("Compliant", "合规")},
    "estate": {
        "cls-prod0001": ("Non-compliant", "不合规"),
        "cls-creating": ("Unknown", "未知"),
        "cls-unread01": ("Unknown", "未知"),
        "cls-healthy1": ("Compliant", "合规"),
    },
    "nothing": {},
}
VERDICTS["gate"] = VERDICTS["estate"]


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", VERDICTS)
def test_every_cluster_has_a_section_and_a_row_with_its_verdict(name: str, lang: Lang) -> None:
    root = sample_tree(name, lang)
    place = list(Lang).index(lang)
    headings = cluster_headings(root)
    rows = [words(one) for one in by_id(root, "matrix").iter("th") if one.get("scope") == "rowgroup"]
    assert [heading[:12] for heading in headings] == list(VERDICTS[name])
    assert {row[:12] for row in rows} == set(VERDICTS[name])
    for line in (*headings, *rows):
        assert line.split()[-1] == VERDICTS[name][line[:12]][place]


@every_page
def test_every_stack_is_shown_with_its_groups_and_both_directions(name: str, lang: Lang) -> None:
    root, result = sample_tree(name, lang), result_of(name)
    stacks = [stack for cluster in result.clusters for stack in cluster.stacks]
    articles = list(by_id(root, "clusters").iter("article"))
    assert len(articles) == len(stacks)
    for article in articles:
        assert len(article.findall(".//figure")) == 2
    text = words(by_id(root, "clusters"))
    assert all(group[:11] in text for stack in stacks for group in stack.security_groups)


@every_page
def test_baseline_section_has_every_requirement(name: str, lang: Lang) -> None:
    root = sample_tree(name, lang)
    for requirement in result_of(name).baseline.requirements:
        title = requirement.title.zh if lang is Lang.ZH else requirement.title.en
        assert title in words(by_id(root, f"b-{requirement.requirement_id}"))


@pytest.mark.parametrize("lang", Lang)
def test_change_names_every_resource_and_every_resolved_finding(lang: Lang) -> None:
    section = by_id(sample_tree("gate", lang), "change")
    address = 'module.net["a"].tencentcloud_security_group_rule_set.web'
    rows = [[words(cell) for cell in row] for row in section.findall(".//tbody/tr")]
    assert rows == [
        [f"{address} (network/中国 [a]/main.tf:12)", "update", "2 rules added"],
        ["tencentcloud_security_group.idle", "create", "none"],
    ]
    assert "00000000000000ff" in words(section)


@every_page
def test_contents_count_the_entries_of_each_section(name: str, lang: Lang) -> None:
    result = result_of(name)
    (contents,) = sample_tree(name, lang).iter("nav")
    counts = {link.attrib["href"]: words(link).split()[-1] for link in contents.iter("a") if len(link)}
    assert counts["#gaps"] == str(len(result.gaps))
    assert counts["#findings"] == str(sum(one.waiver is None for one in result.findings))
    assert counts["#waived"] == str(sum(one.waiver is not None for one in result.findings))
    assert counts["#clusters"] == str(len(result.clusters))
    assert ("#change" in counts) is (name == "gate")
