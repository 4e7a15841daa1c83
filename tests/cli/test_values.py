from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor.cli import values
from auditor.cli.values import Target, Threshold
from auditor.errors import ConfigError
from auditor.model.baseline import Severity
from tests.cli.conftest import Tool


def test_regions_come_one_by_one_or_in_a_list() -> None:
    assert values.regions("ap-guangzhou", "--region") == ("ap-guangzhou",)
    assert values.regions("ap-guangzhou, eu-frankfurt,", "--region") == ("ap-guangzhou", "eu-frankfurt")
    assert values.regions("ap-shenzhen-fsi", "--region") == ("ap-shenzhen-fsi",)
    assert values.regions("AP-Guangzhou", "--region") == ("ap-guangzhou",)
    assert values.regions("all", "--region") == ("all",)


@pytest.mark.parametrize(
    "text", ["guangzhou", "ap_guangzhou", "ap-guangzhou;ls", "广州", "ap-", "http://x", "ap guangzhou"]
)
def test_what_cannot_be_a_region_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        values.regions(text, "--region")
    assert caught.value.message_id == "cli-bad-region"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_a_list_of_nothing_is_refused(text: str) -> None:
    for read in (values.regions, values.clusters):
        with pytest.raises(ConfigError) as caught:
            read(text, "--region")
        assert caught.value.message_id == "cli-empty-value"


def test_clusters_come_one_by_one_or_in_a_list() -> None:
    assert values.clusters("cls-aaaaaaaa,cls-bbbbbbbb", "CLUSTER_ID") == ("cls-aaaaaaaa", "cls-bbbbbbbb")


@pytest.mark.parametrize("text", ["cls aaaa", "../x", "-x", "集群"])
def test_what_cannot_be_a_cluster_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        values.clusters(text, "CLUSTER_ID")


def test_jobs_have_bounds() -> None:
    assert (values.jobs("1", "--jobs"), values.jobs("64", "--jobs")) == (1, 64)
    for text in ("0", "65", "-1", "2.5", "x", "", "９"):
        with pytest.raises(ConfigError):
            values.jobs(text, "--jobs")


def test_days_are_iso_dates() -> None:
    assert values.day("2026-12-31", "--today") == date(2026, 12, 31)
    for text in ("2026-02-30", "31.12.2026", "tomorrow", ""):
        with pytest.raises(ConfigError):
            values.day(text, "--today")


def test_thresholds_are_severities_or_never() -> None:
    assert values.threshold("HIGH", "--fail-on") == Threshold(severity=Severity.HIGH)
    assert values.threshold("never", "--fail-on") == Threshold(severity=None)
    with pytest.raises(ConfigError):
        values.threshold("severe", "--fail-on")


def test_a_format_may_name_its_file() -> None:
    assert values.target("json", "--format") == (Target(format="json", path=None),)
    assert values.target("JSON=-", "--format") == (Target(format="json", path="-"),)
    assert values.target("html=a=b.html", "--format") == (Target(format="html", path="a=b.html"),)


@pytest.mark.parametrize("text", ["", "=x", "json="])
def test_half_a_format_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        values.target(text, "--format")


def test_a_path_knows_the_home_folder() -> None:
    assert values.path("~/x", "--config") == Path("~/x").expanduser()
    with pytest.raises(ConfigError):
        values.path(" ", "--config")


def test_formats_come_one_by_one_or_in_a_list() -> None:
    both = (Target(format="json", path="a.json"), Target(format="csv", path="b.csv"))
    assert values.target("json=a.json,csv=b.csv", "--format") == both
    assert values.target("json=a.json, table", "--format") == (both[0], Target(format="table", path=None))


def test_a_comma_of_a_path_parts_no_formats() -> None:
    path = "a,b.json,tables=1"
    assert values.target(f"json={path}", "--format") == (Target(format="json", path=path),)


ENDLESS = "9" * 5000
"""Python refuses to read a number of that many digits."""


@pytest.mark.parametrize(
    ("argv", "environ"),
    [
        (("audit", "--replay", "demo", "--jobs", ENDLESS), {}),
        (("audit", "--replay", "demo"), {"SGAUDIT_VERBOSE": ENDLESS}),
        (
            (
                *("explain", "cls-a", "--node", "a", "--port", ENDLESS),
                *("--direction", "ingress", "--protocol", "tcp", "--peer", "10.0.0.1", "--replay", "demo"),
            ),
            {},
        ),
    ],
)
def test_a_number_without_end_is_a_sentence(tool: Tool, argv: tuple[str, ...], environ: dict[str, str]) -> None:
    ran = tool(*argv, **environ)
    assert (ran.code, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


def test_a_width_without_end_is_no_width(tool: Tool) -> None:
    assert tool("--help", COLUMNS=ENDLESS).stdout == tool("--help").stdout
