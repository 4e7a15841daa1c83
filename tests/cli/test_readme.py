"""The README says what the program does: its commands run, its help is the help, its two languages say the same."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from auditor.cli import app
from auditor.config import settings
from auditor.errors import ExitCode
from auditor.reporter import REPORTERS
from auditor.reporter.codes import code_texts
from auditor.words import Lang, topics
from tests.cli.conftest import Tool

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENGLISH, CHINESE = README.split("\n# 中文\n")
LANGUAGES = pytest.mark.parametrize("part", [ENGLISH, CHINESE], ids=["en", "zh"])
TOPICS = {lang: "\n".join(topics.text(name, lang) for name in topics.names()) for lang in Lang}
REFERENCE = pytest.mark.parametrize("lang", Lang)
MOST_LINES, MOST_BYTES = 420, 30_000

EVERY_CORE = "-n auto --dist worksteal"
RUN_HERE = re.compile(r"--replay demo|--help|--version|^sgaudit (?:rules|permissions|schema|baseline show)\b")
"""Commands that need neither a cloud nor a file of the reader's."""


_FLEET = "$ sgaudit audit --replay demo --format json="
"""How a block of commands begins that audits both accounts of the demo and merges the reports."""

_EXPECTED = (
    ("--help", ExitCode.OK),
    ("sgaudit audit ", ExitCode.INCOMPLETE),  # a call in the demo is refused
    ("sgaudit fix ", ExitCode.INCOMPLETE),
    ("sgaudit explain cls-", ExitCode.FINDINGS),  # the flow is denied, a requirement is blocked
    ("", ExitCode.OK),
)
"""What a command that holds the text ends with; the first that fits counts."""


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _commands(text: str) -> list[str]:
    """Each ``$`` line of the console blocks, and each line of sgaudit in a block of YAML or cron."""
    shown = [line[2:] for block in _blocks(text, "console") for line in block.splitlines() if line.startswith("$ ")]
    pasted = [
        found for language in ("yaml", "cron") for block in _blocks(text, language) for found in _lines_of_tool(block)
    ]
    return shown + pasted


def _lines_of_tool(block: str) -> list[str]:
    return [
        line.partition(" >>")[0] for line in re.findall(r"\bsgaudit (?:audit|gate|fetch)\b.*$", block, re.MULTILINE)
    ]


def _of_tool(text: str) -> list[str]:
    return [command for command in _commands(text) if command.startswith("sgaudit ")]


def _fleet_blocks(text: str) -> list[str]:
    return [block for block in _blocks(text, "console") if block.startswith(_FLEET)]


def _table(text: str, first_heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is given, without its two heading lines."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


def _output_after(text: str, command: str) -> list[str]:
    block = next(block for block in _blocks(text, "console") if block.startswith(f"$ {command}\n"))
    return block.splitlines()[1:]


@pytest.mark.parametrize("command", sorted(set(_of_tool(README + TOPICS[Lang.EN] + TOPICS[Lang.ZH]))))
def test_every_command_can_be_parsed(command: str) -> None:
    argv = shlex.split(command)[1:]
    if {"--help", "--version", "--install-completion"} & set(argv):
        return
    assert app.parse(argv, {}).command.name == " ".join(argv[:2] if argv[0] == "baseline" else argv[:1])


@pytest.mark.parametrize(
    "command",
    sorted(
        {command for command in _of_tool(README + TOPICS[Lang.EN]) if RUN_HERE.search(command)}
        - {line[2:] for block in _fleet_blocks(README) for line in block.splitlines()}
    ),
)
def test_commands_that_need_nothing_run(tool: Tool, command: str) -> None:
    ran = tool(*shlex.split(command)[1:])
    assert ran.code == next(code for text, code in _EXPECTED if text in command), ran.stderr
    assert ran.stdout


@pytest.mark.parametrize("text", [README, *TOPICS.values()], ids=["readme", *Lang])
def test_the_fleet_of_the_demo_is_audited_merged_and_kept(tool: Tool, text: str) -> None:
    (block,) = _fleet_blocks(text)
    ran = [tool(*shlex.split(line)[2:]) for line in block.splitlines()]
    assert [step.code for step in ran] == [3, 1, 3, 0]
    assert ran[2].stdout.startswith("6 clusters: 3 non-compliant, 1 unknown, 2 compliant\n2 accounts. ")
    assert ran[3].stdout.startswith("30 open findings ")


def test_the_two_commands_for_a_stranger_are_there() -> None:
    setting_up = [command for command in _commands(ENGLISH) if command.startswith("python3 -m venv .venv && ")]
    assert len(setting_up) == 2
    assert setting_up[0].endswith(".venv/bin/sgaudit audit --replay demo")
    assert setting_up[1].endswith(f" && .venv/bin/python -m pytest {EVERY_CORE}")


def test_ci_runs_the_tests_that_the_readme_names_and_the_deep_ones() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f'"$VENV/bin/python" -m pytest {EVERY_CORE}\n' in script
    assert f'"$VENV/bin/python" -m pytest {EVERY_CORE} --deep -m "(deep or hypothesis) and not exhaustive"\n' in script


def test_the_layers_are_those_that_are_checked() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    assert _blocks(ENGLISH.partition("## Development")[2], "text")[0] == " > ".join(contract["layers"]) + "\n"


def test_every_folder_and_module_of_the_package_has_its_line() -> None:
    package = ROOT / "auditor"
    names = {path.name for path in package.iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"}
    lines = _table(ENGLISH, "folder or module")
    assert {row[0] for row in lines} == {f"auditor/{name}" for name in names - {"__init__.py", "__main__.py"}}
    assert all(row[1] for row in lines)


def test_every_test_that_is_named_exists() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    for row in _table(ENGLISH, "to add"):
        names = re.findall(r"`?(test_\w+)`?", row[2])
        assert names, row[0]
        assert [name for name in names if f"def {name}(" not in tests] == []


@pytest.mark.parametrize(("part", "heading"), [(ENGLISH, "code"), (CHINESE, "退出码")], ids=["en", "zh"])
def test_every_exit_code_is_there(part: str, heading: str) -> None:
    assert [int(row[0]) for row in _table(part, heading)] == [code.value for code in ExitCode]


@pytest.mark.parametrize(
    ("part", "heading", "lang"),
    [(ENGLISH.partition("## Findings")[2], "code", Lang.EN), (CHINESE, "代码", Lang.ZH)],
    ids=["en", "zh"],
)
def test_every_finding_code_is_there_in_the_words_of_the_program(part: str, heading: str, lang: Lang) -> None:
    assert [tuple(row) for row in _table(part, heading)] == [
        (text.code, text.name, text.what) for text in code_texts(lang)
    ]


@pytest.mark.parametrize(("part", "heading"), [(ENGLISH, "format"), (CHINESE, "格式")], ids=["en", "zh"])
def test_every_format_is_there(part: str, heading: str) -> None:
    assert [row[0] for row in _table(part, heading)] == list(REPORTERS)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= MOST_LINES
    assert len(README.encode()) <= MOST_BYTES


@REFERENCE
def test_the_help_lists_every_topic_with_its_title(tool: Tool, lang: Lang) -> None:
    listed = tool("help", "--lang", lang).stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(topics.names())
    assert all(topics.title(line.split()[0], lang) in line for line in listed)


@REFERENCE
def test_a_topic_is_printed_as_it_is_written(tool: Tool, lang: Lang) -> None:
    assert tool("help", "fix", "--lang", lang).stdout == topics.text("fix", lang)


def test_an_unknown_topic_is_refused_with_the_topics(tool: Tool) -> None:
    ran = tool("help", "nonsense")
    assert ran.code == ExitCode.USAGE
    assert "configuration" in ran.stderr


def test_both_languages_have_the_same_topics() -> None:
    folders = (ROOT / "auditor" / "words" / lang / "topics" for lang in Lang)
    english, chinese = ({path.name for path in folder.iterdir()} for folder in folders)
    assert chinese == english


def test_every_topic_that_is_named_exists() -> None:
    named = set(re.findall(r"sgaudit help ([a-z][a-z-]*)", README))
    assert named <= set(topics.names())


def test_every_dependency_has_its_reason() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=]", dependency)[0] for dependency in declared}
    told = {row[0]: row[1] for row in _table(topics.text("dependencies", Lang.EN), "package")}
    assert names <= set(told)
    assert all(told.values())


def test_the_configuration_loads(tool: Tool) -> None:
    text = next(block for block in _blocks(ENGLISH, "yaml") if block.startswith("regions:"))
    (tool.folder / "sgaudit.yaml").write_text(text, encoding="utf-8")
    found = settings.load(None, {}, folder=tool.folder)
    assert [waiver.waiver_id for waiver in found.waivers] == ["W-7"]
    assert [allowance.allowance_id for allowance in found.allowances] == ["bastion-ssh"]
    assert found.peers == (("cls-aaaaaaaa", "cls-bbbbbbbb"),)


def test_the_cron_line_is_that_of_the_deployment_file() -> None:
    (block,) = _blocks(ENGLISH, "cron")
    line = block.splitlines()[-1]
    assert line in (ROOT / "configs" / "deploy" / "sgaudit.cron").read_text(encoding="utf-8").splitlines()
    assert all(line in text for text in TOPICS.values())


@LANGUAGES
def test_yaml_blocks_are_yaml(part: str) -> None:
    for block in _blocks(part, "yaml"):
        assert YAML(typ="safe").load(block)


@pytest.mark.parametrize("text", [README, *TOPICS.values()], ids=["readme", *Lang])
def test_files_that_are_named_exist(text: str) -> None:
    for name in re.findall(r"`((?:configs|auditor|cassettes|tests|\.ci)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name


def test_links_lead_somewhere() -> None:
    headings = {re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-") for line in README.splitlines()}
    for target in re.findall(r"\]\(#([^)]+)\)", README):
        assert target in headings, target
