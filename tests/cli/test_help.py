from __future__ import annotations

import re

import pytest

from auditor.cli.app import commands
from auditor.cli.help import help_text
from auditor.cli.option import specs
from auditor.reporter.terminal import columns
from auditor.words import Lang, catalogue, topics
from tests.cli.conftest import Tool

PATHS = ("", "baseline", *(command.name for command in commands()))


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_help_keeps_within_the_width(lang: Lang, width: int) -> None:
    texts = [(path, help_text(path, commands(), catalogue(lang), width)) for path in PATHS]
    lines = [(path, line) for path, text in texts for line in text.splitlines()]
    assert [(path, line) for path, line in lines if columns(line) > width and not line.startswith("  $ ")] == []


@pytest.mark.parametrize("lang", Lang)
def test_help_names_every_option(lang: Lang) -> None:
    for command in commands():
        text = help_text(command.name, commands(), catalogue(lang), 100)
        for _, spec in specs(command.options):
            for flag in spec.flags:
                assert re.search(rf"^  .*{re.escape(flag)}\b", text, re.MULTILINE), (command.name, flag)


def test_the_list_of_commands_has_each_with_its_line() -> None:
    text = help_text("", commands(), catalogue(Lang.EN), 120)
    assert "  permissions             Print the smallest CAM policy that an audit needs.\n" in text
    assert [line.split("  ")[1] for line in text.splitlines() if re.match(r"  [a-z]", line)] == [
        command.name for command in commands()
    ]


def test_choices_and_defaults_are_shown() -> None:
    text = " ".join(help_text("audit", commands(), catalogue(Lang.EN), 100).split())
    assert "One of: critical, high, medium, low, info, never. Default: medium." in text
    assert "At most N API calls at the same time, over all regions, 1 to 64. Default: as many in each region" in text


def test_help_goes_to_stdout_and_ends_with_0(tool: Tool) -> None:
    ran = tool("audit", "--help")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Usage: sgaudit audit [OPTIONS] [CLUSTER]...\n")


def test_help_speaks_the_language_asked_for(tool: Tool) -> None:
    for ran in (
        tool("audit", "--help", "--lang", "zh"),
        tool("--lang=zh", "audit", "--help"),
        tool("audit", "--help", SGAUDIT_LANG="zh"),
        tool("audit", "--help", LANG="zh_CN.UTF-8"),
    ):
        assert ran.stdout.startswith("用法：sgaudit audit")
    assert tool("audit", "--help", LC_ALL="en_US.UTF-8", LANG="zh_CN.UTF-8").stdout.startswith("Usage:")


def test_no_command_at_all_is_wrong_usage_with_the_help_on_stderr(tool: Tool) -> None:
    ran = tool()
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("Usage: sgaudit COMMAND ...\n")


def test_help_follows_the_width_of_the_terminal(tool: Tool) -> None:
    narrow = tool("audit", "--help", COLUMNS="60").stdout
    assert max(len(line) for line in narrow.splitlines() if not line.startswith("  $")) <= 60


def test_version_is_one_line(tool: Tool) -> None:
    ran = tool("--lang", "zh", "--version")
    assert ran.code == 0
    assert re.fullmatch(r"sgaudit \d+\.\d+\.\d+\n", ran.stdout)


def test_help_without_a_topic_lists_every_topic_with_its_title(tool: Tool) -> None:
    ran = tool("help")
    assert (ran.code, ran.stderr) == (0, "")
    assert [line.split()[0] for line in ran.stdout.splitlines()] == list(topics.names())
    assert all(len(line.split()) > 1 for line in ran.stdout.splitlines())


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("topic", topics.names())
def test_every_topic_is_printed_in_both_languages(tool: Tool, lang: Lang, topic: str) -> None:
    ran = tool("help", topic, "--lang", lang)
    assert (ran.code, ran.stderr) == (0, "")
    assert topics.title(topic, lang) in ran.stdout
    assert lang is Lang.EN or not ran.stdout.isascii()


def test_a_topic_that_does_not_exist_is_refused_with_those_that_do(tool: Tool) -> None:
    ran = tool("help", "wether")
    assert (ran.code, ran.stdout) == (2, "")
    assert "exit-codes" in ran.stderr
