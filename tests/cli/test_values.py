from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor.cli import options
from auditor.cli.options import OutputTarget, Threshold
from auditor.errors import ConfigError
from auditor.model.codes import Severity
from tests.cli.conftest import Tool


def test_regions_come_one_by_one_or_in_a_list() -> None:
    assert options.regions("ap-guangzhou", "--region") == ("ap-guangzhou",)
    assert options.regions("ap-guangzhou, eu-frankfurt,", "--region") == ("ap-guangzhou", "eu-frankfurt")
    assert options.regions("ap-shenzhen-fsi", "--region") == ("ap-shenzhen-fsi",)
    assert options.regions("AP-Guangzhou", "--region") == ("ap-guangzhou",)
    assert options.regions("all", "--region") == ("all",)


@pytest.mark.parametrize(
    "text", ["guangzhou", "ap_guangzhou", "ap-guangzhou;ls", "广州", "ap-", "http://x", "ap guangzhou"]
)
def test_what_cannot_be_a_region_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options.regions(text, "--region")
    assert caught.value.message_id == "cli-bad-region"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_a_list_of_nothing_is_refused(text: str) -> None:
    for read in (options.regions, options.clusters):
        with pytest.raises(ConfigError) as caught:
            read(text, "--region")
        assert caught.value.message_id == "cli-empty-value"


def test_clusters_come_one_by_one_or_in_a_list() -> None:
    assert options.clusters("cls-aaaaaaaa,cls-bbbbbbbb", "CLUSTER") == ("cls-aaaaaaaa", "cls-bbbbbbbb")
    assert options.clusters("cls-a*, cls-b?", "CLUSTER") == ("cls-a*", "cls-b?")


@pytest.mark.parametrize("text", ["orders 订单", "prod, eu", "web-*", "name:web*", "tag:env=prod*"])
def test_a_name_or_selector_is_one_word(text: str) -> None:
    assert options.clusters(text, "CLUSTER") == (text,)


@pytest.mark.parametrize("text", ["-x", "name:", "tag:env"])
def test_what_cannot_be_a_cluster_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        options.clusters(text, "CLUSTER")


def test_jobs_have_bounds() -> None:
    assert (options.jobs("1", "--jobs"), options.jobs("64", "--jobs")) == (1, 64)
    for text in ("0", "65", "-1", "2.5", "x", "", "９"):
        with pytest.raises(ConfigError):
            options.jobs(text, "--jobs")


def test_days_are_iso_dates() -> None:
    assert options.day("2026-12-31", "--today") == date(2026, 12, 31)
    for text in ("2026-02-30", "31.12.2026", "tomorrow", ""):
        with pytest.raises(ConfigError):
            options.day(text, "--today")


def test_thresholds_are_severities_or_never() -> None:
    assert options.threshold("high", "--fail-on") == Threshold(severity=Severity.HIGH)
    assert options.threshold("never", "--fail-on") == Threshold(severity=None)


def test_a_format_may_name_its_file() -> None:
    assert options.target("json", "--format") == (OutputTarget(format="json", path=None),)
    assert options.target("JSON=-", "--format") == (OutputTarget(format="json", path="-"),)
    assert options.target("html=a=b.html", "--format") == (OutputTarget(format="html", path="a=b.html"),)


@pytest.mark.parametrize("text", ["", "=x", "json="])
def test_half_a_format_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        options.target(text, "--format")


def test_a_path_knows_the_home_folder() -> None:
    assert options.path("~/x", "--config") == Path("~/x").expanduser()
    with pytest.raises(ConfigError):
        options.path(" ", "--config")


def test_formats_come_one_by_one_or_in_a_list() -> None:
    both = (OutputTarget(format="json", path="a.json"), OutputTarget(format="csv", path="b.csv"))
    assert options.target("json=a.json,csv=b.csv", "--format") == both
    assert options.target("json=a.json, table", "--format") == (both[0], OutputTarget(format="table", path=None))


def test_a_comma_of_a_path_parts_no_formats() -> None:
    path = "a,b.json,tables=1"
    assert options.target(f"json={path}", "--format") == (OutputTarget(format="json", path=path),)


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
    assert (ran.code, ran.stdout) == (2, "")
    assert "Traceback" not in ran.stderr


def test_a_width_without_end_is_no_width(tool: Tool) -> None:
    assert tool("--help", COLUMNS=ENDLESS).stdout == tool("--help").stdout
