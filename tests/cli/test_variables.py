"""A variable that is almost right must not silently count for nothing: a misspelt threshold would pass everything."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Tool


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SGAUDIT_FIAL_ON", "did you mean SGAUDIT_FAIL_ON?"),
        ("SGAUDIT_FAILON", "did you mean SGAUDIT_FAIL_ON?"),
        ("SGAUDIT_SNAPSHOTS", "did you mean SGAUDIT_SNAPSHOT?"),
        ("SGAUDIT_WEATHER", 'unset it, or see "sgaudit COMMAND --help"'),
    ],
)
def test_a_variable_that_no_command_reads_is_refused(tool: Tool, name: str, said: str) -> None:
    ran = tool("audit", "--replay", "demo", **{name: "low"})
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"sgaudit: unknown environment variable {name}; ")
    assert said in ran.stderr


def test_a_variable_of_another_command_is_none_of_this_ones_business(tool: Tool) -> None:
    assert tool("permissions", SGAUDIT_FAIL_ON="low", SGAUDIT_PLAN="x", SGAUDIT_DEBUG="0").code == 0


def test_an_empty_variable_counts_as_unset(tool: Tool) -> None:
    assert tool("permissions", SGAUDIT_FIAL_ON=" ").code == 0


def test_what_kubernetes_says_of_a_service_is_no_option(tool: Tool) -> None:
    links = {
        "SGAUDIT_SERVICE_HOST": "172.16.0.9",
        "SGAUDIT_SERVICE_PORT": "80",
        "SGAUDIT_SERVICE_PORT_HTTP": "80",
        "SGAUDIT_PORT": "tcp://172.16.0.9:80",
        "SGAUDIT_PORT_80_TCP": "tcp://172.16.0.9:80",
        "SGAUDIT_PORT_80_TCP_ADDR": "172.16.0.9",
        "SGAUDIT_REPORTS_SERVICE_HOST": "172.16.0.9",
    }
    assert tool("permissions", **links).code == 0


def test_help_is_given_all_the_same(tool: Tool) -> None:
    assert tool("--help", SGAUDIT_FIAL_ON="low").code == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SGAUDIT_FAIL_ON", "SGAUDIT_FAIL_ON takes one of: critical, high, medium, low, info, never"),
        ("SGAUDIT_QUIET", "SGAUDIT_QUIET takes 1 (on) or 0 (off)"),
        ("SGAUDIT_VERBOSE", "SGAUDIT_VERBOSE takes a number: 0, 1 or 2"),
        ("SGAUDIT_JOBS", 'SGAUDIT_JOBS: "severe" is not a number from 1 to 64'),
    ],
)
def test_a_bad_value_names_the_variable_it_came_from_and_what_it_takes(tool: Tool, name: str, said: str) -> None:
    ran = tool("audit", "--replay", "demo", **{name: "severe"})
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"sgaudit: {said}\n")
