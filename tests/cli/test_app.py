from __future__ import annotations

import pytest

from auditor.cli import app
from auditor.cli.app import HelpAsked, VersionAsked
from tests.cli.conftest import Tool


def test_a_command_line_becomes_a_command_with_its_options() -> None:
    argv = ["audit", "cls-a", "--region", "ap-a", "cls-b", "-qvv", "--region=ap-b", "-o", "x"]
    invocation = app.parse(argv, {})
    assert invocation.command.name == "audit"
    assert invocation.options.clusters == ("cls-a", "cls-b")
    assert invocation.options.source.cloud.api.regions == ("ap-a", "ap-b")
    general = invocation.options.general
    assert (general.quiet, general.verbose, invocation.options.output.output) == (True, 2, "x")
    assert invocation.options.source.snapshot is None


def test_a_command_of_two_words_stands_under_the_first() -> None:
    assert app.parse(["baseline", "show", "tke-hardened"], {}).command.name == "baseline show"


@pytest.mark.parametrize(
    ("argv", "path"),
    [
        (["--help"], ""),
        (["-h", "nope"], ""),
        (["audit", "--help"], "audit"),
        (["--lang", "zh", "audit", "-h"], "audit"),
        (["baseline", "--help"], "baseline"),
        (["baseline", "show", "--help"], "baseline show"),
    ],
)
def test_help_is_asked_of_something(argv: list[str], path: str) -> None:
    with pytest.raises(HelpAsked) as caught:
        app.parse(argv, {})
    assert str(caught.value) == path


def test_version_among_other_words() -> None:
    with pytest.raises(VersionAsked):
        app.parse(["--lang", "zh", "--version"], {})


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("nope",), "No such command 'nope'."),
        (("--lang", "en", "nope"), "No such command 'nope'."),
        (("baseline", "x"), "No such command 'x'."),
        (("baseline",), "Missing command."),
        (("--lang", "en"), "Missing command."),
        (("audti",), "No such command 'audti'. Did you mean 'audit'?"),
        (("baseline", "shwo"), "No such command 'shwo'. Did you mean 'show'?"),
        (("-v", "audit"), "-v goes after the command, as in: sgaudit audit -v"),
        (("--region", "ap-guangzhou", "audit"), "--region goes after the command, as in: sgaudit audit --region"),
        (("--plan=x", "gate"), "--plan goes after the command, as in: sgaudit gate --plan"),
        (
            ("baseline", "--config", "x", "show"),
            "--config goes after the command, as in: sgaudit baseline show --config",
        ),
        (("--nope", "audit"), "No such option: --nope"),
        (("audit", "--nope"), "No such option: --nope"),
        (("audit", "--regio", "x"), "No such option: --regio (Possible options: "),
        (("audit", "--region"), "Option '--region' requires an argument."),
        (("audit", "--quiet=2"), "Option '--quiet' does not take a value."),
        (("rules", "a", "b"), "Got unexpected extra argument"),
        (("schema",), "NAME is missing"),
        (("schema", "x"), "Invalid value for 'NAME': "),
        (("audit", "--fail-on", "severe"), "Invalid value for '--fail-on'"),
        (
            ("audit", "--region", "guangzhou"),
            '--region: "guangzhou" cannot be a region; write one as in ap-guangzhou, or all',
        ),
        (("audit", "--jobs", "0"), '--jobs: "0" is no number from 1 to 64'),
        (("audit", "--format", "jsn"), 'there is no format "jsn"; formats: table, json'),
        (("audit", "--lang", "fr"), 'There is no language "fr" here'),
        (("audit", "--fail-on-new"), "--fail-on-new needs --since REPORT"),
        (("audit", "--baseline", ""), "--baseline is given without a value"),
        (("rules", "TSG999"), 'there is no code "TSG999"; codes: TSG101, '),
    ],
)
def test_a_command_line_that_cannot_be_read_is_a_sentence_and_2(tool: Tool, argv: tuple[str, ...], said: str) -> None:
    ran = tool(*argv)
    assert ran.code == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith(f"sgaudit: {said}")
    assert "Traceback" not in ran.stderr


def test_the_help_to_try_is_that_of_the_command(tool: Tool) -> None:
    assert tool("baseline", "show", "--nope").stderr.endswith("Try: sgaudit baseline show --help\n")
    assert tool("nope").stderr.endswith("Try: sgaudit --help\n")


def test_mistakes_are_told_in_the_language_asked_for(tool: Tool) -> None:
    assert tool("nope", "--lang", "zh").stderr.startswith("sgaudit: 命令行有误：")
    assert tool("audit", "--nope", SGAUDIT_LANG="zh").stderr.startswith("sgaudit: 命令行有误：")


def test_what_a_message_quotes_cannot_act_on_the_terminal(tool: Tool) -> None:
    ran = tool("audit", "--region", "ap-x\x1b[2J\u202e")
    assert "\x1b" not in ran.stderr
    assert "\\x1b[2j\\u202e" in ran.stderr
