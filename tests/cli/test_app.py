from __future__ import annotations

import re

import pytest

from auditor import resources
from auditor.cli import app
from auditor.cli.app import HelpAsked, VersionAsked
from auditor.words import Lang, catalogue
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


def test_each_command_is_listed_under_its_name() -> None:
    assert [command.name for command in app.commands()] == list(app.COMMANDS)


@pytest.mark.parametrize(
    ("word", "names"), [("rules", ["rules"]), ("baseline", ["baseline show"]), ("rule", list(app.COMMANDS))]
)
def test_a_command_line_loads_the_commands_that_its_first_word_names(word: str, names: list[str]) -> None:
    assert [command.name for command in app.commands(word)] == names


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
        (("nope",), "unknown command nope\n"),
        (("--lang", "en", "nope"), "unknown command nope\n"),
        (("baseline", "x"), "unknown command x\n"),
        (("audti",), "unknown command audti; did you mean audit?"),
        (("baseline", "shwo"), "unknown command shwo; did you mean show?"),
        (("-v", "audit"), "-v goes after the command, as in: sgaudit audit -v"),
        (("--region", "ap-guangzhou", "audit"), "--region goes after the command, as in: sgaudit audit --region"),
        (("--plan=x", "gate"), "--plan goes after the command, as in: sgaudit gate --plan"),
        (
            ("baseline", "--config", "x", "show"),
            "--config goes after the command, as in: sgaudit baseline show --config",
        ),
        (("--nope", "audit"), "unknown option --nope\n"),
        (("audit", "--zzz"), "unknown option --zzz\n"),
        (("audit", "--regio", "x"), "unknown option --regio; did you mean --region, "),
        (("audit", "--region"), "--region needs a value, as in: --region REGION"),
        (("audit", "--quiet=2"), "--quiet takes no value"),
        (("rules", "a", "b"), "unexpected arguments: b\n"),
        (("schema",), "NAME is missing"),
        (("schema", "x"), "NAME takes one of: report, config, baseline, "),
        (("audit", "--fail-on", "severe"), "--fail-on takes one of: critical, high, medium, low, info, never\n"),
        (
            ("audit", "--region", "guangzhou"),
            '--region: "guangzhou" is not a valid region; use the form ap-guangzhou, or all',
        ),
        (("audit", "--jobs", "0"), '--jobs: "0" is not a number from 1 to 64'),
        (("audit", "--format", "jsn"), 'unknown format "jsn"; formats: table, concise, json'),
        (("audit", "--lang", "fr"), 'unknown language "fr"; languages:'),
        (("audit", "--fail-on-new"), "--fail-on-new needs --since REPORT"),
        (("audit", "--baseline", ""), "--baseline has no value"),
        (("rules", "TSG999"), 'unknown code "TSG999"; codes: TSG101, '),
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
    assert tool("audit", "--replay").stderr.endswith("Try: sgaudit audit --help\n")
    assert tool("diff", "old.json").stderr == "sgaudit: NEW is missing\nTry: sgaudit diff --help\n"


@pytest.mark.parametrize(
    ("argv", "usage"),
    [
        ((), "sgaudit COMMAND ..."),
        (("--lang", "en"), "sgaudit COMMAND ..."),
        (("baseline",), "sgaudit baseline COMMAND ..."),
    ],
)
def test_a_missing_command_is_answered_with_the_help_of_its_group(
    tool: Tool, argv: tuple[str, ...], usage: str
) -> None:
    ran = tool(*argv)
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"Usage: {usage}\n")


def test_a_group_of_commands_takes_a_language(tool: Tool) -> None:
    assert tool("baseline", "--lang", "zh", "--help").stdout.startswith("用法：sgaudit baseline COMMAND ...\n")
    assert tool("baseline", "--lang", "zh", "show").code == 0


def test_mistakes_are_told_in_the_language_asked_for(tool: Tool) -> None:
    assert tool("nope", "--lang", "zh").stderr == "sgaudit: 没有命令 nope\n请看：sgaudit --help\n"
    assert tool("audit", "--zzz", SGAUDIT_LANG="zh").stderr == "sgaudit: 没有选项 --zzz\n请看：sgaudit audit --help\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("audti",), "没有命令 audti；是否想写 audit？"),
        (("audit", "--fial-on", "high"), "没有选项 --fial-on；是否想写 --fail-on, --fail-on-new？"),
        (("audit", "--replay"), "--replay 需要一个值，例如：--replay CASSETTE"),
        (("audit", "--exit-zero=1"), "--exit-zero 不接受值"),
        (("diff", "a", "b", "c"), "命令行中多出了：c"),
        (("audit", "--fail-on", "hgh"), "--fail-on 只能是：critical, high, medium, low, info, never"),
    ],
)
def test_a_usage_error_holds_no_english_sentence_in_chinese(tool: Tool, argv: tuple[str, ...], said: str) -> None:
    ran = tool(*argv, SGAUDIT_LANG="zh")
    assert ran.code == 2
    assert ran.stderr.startswith(f"sgaudit: {said}\n请看：sgaudit ")


def test_what_a_message_quotes_cannot_act_on_the_terminal(tool: Tool) -> None:
    ran = tool("audit", "--region", "ap-x\x1b[2J\u202e")
    assert "\x1b" not in ran.stderr
    assert "\\x1b[2j\\u202e" in ran.stderr


@pytest.mark.parametrize("lang", Lang)
def test_help_names_every_built_in_recording(lang: Lang) -> None:
    text = catalogue(lang).text("help-option-replay")
    assert re.findall(r"\bdemo[a-z-]*", text, re.ASCII) == ["demo", "demo-staging"] == list(resources.recordings())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("audit --lang ", ["en", "zh"]),
        ("audit --baseline ", ["tke-default", "tke-hardened", "tke-least"]),
        ("baseline show tke-h", ["tke-hardened"]),
        ("audit --replay ", ["demo", "demo-staging"]),
        ("audit --region ap-shen", ["ap-shenzhen", "ap-shenzhen-fsi"]),
        ("audit --region al", ["all"]),
        ("gate --format ju", ["junit"]),
        ("schema ba", ["baseline"]),
        ("rules TSG10", ["TSG101", "TSG102", "TSG103"]),
    ],
)
def test_a_shell_is_offered_the_words_of_an_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, words: list[str]
) -> None:
    typed = f"sgaudit {line}"
    asked = {"_SGAUDIT_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        app.parse([], {})
    assert capsys.readouterr().out.split() == words
