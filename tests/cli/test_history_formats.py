"""Each format says how old a finding is, if ``--history`` tells."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from tests import builders
from tests.cli import estate
from tests.cli.conftest import Tool
from tests.cli.test_history import ETCD, RANGE, WIDER, audit, estate_on, read_on
from tests.schemas.rendering import ocsf_schema, sarif_schema


def _second_run(tool: Tool, *argv: str) -> str:
    """A night with an open port, and one 25 days later with the same port and one more."""
    audit(tool, estate_on(3, WIDER), "-q")
    return audit(tool, estate_on(28, WIDER, ETCD), *argv).stdout


def _words(text: str) -> str:
    return " ".join(text.split())


def test_the_screen_names_known_findings_with_their_age_after_the_news(tool: Tool) -> None:
    text = _second_run(tool)
    assert "Since the run of 2026-11-03 01:07 UTC: 1 new, 1 known." in _words(text)
    assert text.index("etcd 2379") < text.index("Redis 6379") < text.index("25 days, 1 node")


def test_a_new_finding_is_not_hidden_in_the_line_of_an_old_one(tool: Tool) -> None:
    """The same port in two clusters: one was open before, the other is open since this run."""
    groups = [builders.group(f"sg-{name}", builders.rules(*estate.GOOD, estate.REDIS)) for name in ("a", "b")]
    clusters = [
        builders.cluster(builders.node(f"ins-{name}", f"sg-{name}"), cluster_id=f"cls-{name * 8}")
        for name in ("a", "b")
    ]
    audit(tool, read_on(3, builders.snapshot(clusters[:1], groups[:1])), "-q")
    text = audit(tool, read_on(28, builders.snapshot(clusters, groups))).stdout
    lines = [line for line in text.splitlines() if line.startswith("HIGH")]
    assert [line.split()[1] for line in lines] == ["cls-bbbbbbbb", "cls-aaaaaaaa"]


def test_a_report_of_the_reader_is_not_repeated_on_the_screen(tool: Tool) -> None:
    """With ``--since`` the reader has the earlier report: what it has is counted, also with a history."""
    audit(tool, estate_on(3, WIDER), "-q", "--format", "json=first.json")
    text = audit(tool, estate_on(28, WIDER, ETCD), "--since", "first.json").stdout
    assert "Since the earlier report: 1 new, 1 known." in _words(text)
    assert "Redis" not in text
    assert "Known from the earlier report: 1 finding (-v shows all)." in text


@pytest.mark.parametrize("name", ["concise", "markdown"])
def test_a_text_format_says_since_when_a_finding_is_known(tool: Tool, name: str) -> None:
    assert "since 2026-11-03, 25 days" in _second_run(tool, "--format", name)


def test_the_full_report_says_it_in_both_languages(tool: Tool) -> None:
    assert "Age      since 2026-11-03, 25 days" in _second_run(tool, "-v")
    chinese = audit(tool, estate_on(28, WIDER, ETCD), "-v", "--lang", "zh").stdout
    assert "自 2026-11-03 起，已 25 天" in chinese


def test_a_finding_that_came_back_is_as_old_as_its_return(tool: Tool) -> None:
    for day, rules in ((3, (RANGE,)), (10, ()), (20, (RANGE,))):
        text = audit(tool, estate_on(day, *rules), "--format", "concise").stdout
    assert "back, first seen 2026-11-03" in text
    text = audit(tool, estate_on(28, RANGE), "--format", "concise").stdout
    assert "again since 2026-11-20, 8 days; first seen 2026-11-03" in text


def test_csv_has_a_column_for_it(tool: Tool) -> None:
    text = _second_run(tool, "--format", "csv").lstrip("\ufeff")
    rows = [(row["State"], row["First seen"]) for row in csv.DictReader(io.StringIO(text)) if row["Fingerprint"]]
    assert rows == [("new", "2026-11-28T01:07:00Z"), ("known", "2026-11-03T01:07:00Z")]


def test_a_fixed_finding_has_its_title_and_services(tool: Tool) -> None:
    audit(tool, estate_on(3, WIDER), "-q")
    assert "More is open than needed: Redis 6379" in audit(tool, estate_on(10)).stdout
    assert "放通超出需要：Redis 6379" in audit(tool, estate_on(10), "--lang", "zh").stdout


def test_ocsf_creates_a_finding_once_and_updates_it_later(tool: Tool) -> None:
    events = json.loads(_second_run(tool, "--format", "ocsf"))
    for event in events:
        assert [error.message for error in ocsf_schema().iter_errors(event)] == []
    new, old = events[:2]
    assert (new["activity_name"], old["activity_name"]) == ("Create", "Update")
    assert new["finding_info"]["first_seen_time"] == 1795828020000
    assert old["finding_info"]["first_seen_time"] == 1793668020000
    assert ("created_time" in new["finding_info"], "created_time" in old["finding_info"]) == (True, False)


def test_ocsf_creates_a_worse_finding_that_was_first_seen_before(tool: Tool) -> None:
    [before, *_] = json.loads(audit(tool, estate_on(3, RANGE), "--format", "ocsf", "-q").stdout)
    [event, *_] = json.loads(audit(tool, estate_on(28, WIDER), "--format", "ocsf", "-q").stdout)
    assert (event["activity_name"], event["finding_info"]["first_seen_time"]) == ("Create", 1793668020000)
    assert event["unmapped"]["previous"] == before["finding_info"]["uid"]


def test_sarif_has_the_time_of_the_first_detection(tool: Tool) -> None:
    report: Any = json.loads(_second_run(tool, "--format", "sarif"))
    assert [error.message for error in sarif_schema().iter_errors(report)] == []
    results = report["runs"][0]["results"]
    assert [(result["baselineState"], result["provenance"]["firstDetectionTimeUtc"]) for result in results] == [
        ("new", "2026-11-28T01:07:00Z"),
        ("unchanged", "2026-11-03T01:07:00Z"),
    ]


def test_the_page_draws_a_bar_for_each_day_and_a_hollow_one_for_a_day_that_was_read_in_part(tool: Tool) -> None:
    audit(tool, estate_on(3, WIDER), "-q")
    audit(tool, read_on(10, estate.unread_rules()), "-q")
    page = audit(tool, estate_on(28, WIDER, ETCD), "--format", "html").stdout
    section = page.partition('<section id="trend"')[2].partition("</section>")[0]
    titles = re.findall(r"<title>(.*?)</title>", section)
    assert titles == [
        "2026-11-03: 1 high; 1 new, 0 fixed",
        "2026-11-10: 1 high; 0 new, 0 fixed; read in part",
        "2026-11-28: 1 critical, 1 high; 1 new, 0 fixed",
    ]
    bars = re.findall(r'<rect class="(\w+)"[^>]*?(fill="currentColor"|stroke-dasharray)', section)
    assert [(severity, "dash" in style) for severity, style in bars] == [
        ("high", False),
        ("high", True),
        ("critical", False),
        ("high", False),
    ]
    assert 'href="#trend"' in page
    assert "· since 2026-11-03, 25 days" in page
    assert "趋势" in audit(tool, estate_on(28, WIDER, ETCD), "--format", "html", "--lang", "zh").stdout


def test_the_page_has_no_trend_without_a_history(tool: Tool) -> None:
    source = estate.write(estate_on(3, WIDER), tool.folder / "snapshot.json")
    assert 'id="trend"' not in tool("audit", "--snapshot", source, "--format", "html").stdout
