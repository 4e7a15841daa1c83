"""The README says what the program does: its commands run, its help is the help, its two languages say the same."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from auditor.cli import app
from auditor.config import settings
from auditor.errors import ExitCode
from auditor.fetcher import doctor
from auditor.model.codes import Code, GapKind
from auditor.reporter import REPORTERS
from tests.cli.conftest import Tool

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENGLISH, CHINESE = README.split("\n# 中文\n")
LANGUAGES = pytest.mark.parametrize("part", [ENGLISH, CHINESE], ids=["en", "zh"])

EVERY_CORE = "-n auto --dist worksteal"
RUN_HERE = re.compile(r"--replay demo|--help|--version|^sgaudit (?:rules|permissions|schema|baseline show)\b")
"""Commands that need neither a cloud nor a file of the reader's."""


_EXPECTED = (
    ("--help", ExitCode.OK),
    ("sgaudit audit ", ExitCode.INCOMPLETE),  # a call in the demo is refused
    ("sgaudit fix ", ExitCode.INCOMPLETE),
    ("sgaudit explain cls-", ExitCode.FINDINGS),  # the flow is denied
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


@pytest.mark.parametrize("command", sorted(set(_of_tool(README))))
def test_every_command_can_be_parsed(command: str) -> None:
    argv = shlex.split(command)[1:]
    if {"--help", "--version", "--install-completion"} & set(argv):
        return
    assert app.parse(argv, {}).command.name == " ".join(argv[:2] if argv[0] == "baseline" else argv[:1])


@pytest.mark.parametrize("command", sorted({command for command in _of_tool(README) if RUN_HERE.search(command)}))
def test_commands_that_need_nothing_run(tool: Tool, command: str) -> None:
    ran = tool(*shlex.split(command)[1:])
    assert ran.code == next(code for text, code in _EXPECTED if text in command), ran.stderr
    assert ran.stdout


@pytest.mark.parametrize(
    "command",
    ["sgaudit --help", "sgaudit audit --help", "sgaudit --help --lang zh", "sgaudit audit --help --lang zh"],
)
def test_help_blocks_are_the_help(tool: Tool, command: str) -> None:
    assert _output_after(README, command) == tool(*shlex.split(command)[1:]).stdout.splitlines()


@pytest.mark.parametrize("command", ["sgaudit audit --replay demo", "sgaudit audit --replay demo --lang zh"])
def test_the_sample_is_real_output(tool: Tool, command: str) -> None:
    real = tool(*shlex.split(command)[1:]).stdout
    parts = "\n".join(_output_after(README, command)).split("\n...\n")
    assert all(part.strip("\n") in real for part in parts)
    assert all(real.index(first.strip("\n")) < real.index(then.strip("\n")) for first, then in pairwise(parts))


@LANGUAGES
def test_the_two_commands_for_a_stranger_are_there(part: str) -> None:
    setting_up = [command for command in _commands(part) if command.startswith("python3 -m venv .venv && ")]
    assert len(setting_up) == 2
    assert setting_up[0].endswith(".venv/bin/sgaudit audit --replay demo")
    assert setting_up[1].endswith(f" && .venv/bin/python -m pytest {EVERY_CORE}")


def test_ci_runs_the_tests_that_the_readme_names_and_the_deep_ones() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f'"$VENV/bin/python" -m pytest {EVERY_CORE} --cov ' in script
    assert f'"$VENV/bin/python" -m pytest {EVERY_CORE} --deep -m "deep or hypothesis"\n' in script


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


def test_both_languages_have_the_same_commands() -> None:
    assert [command.replace(" --lang zh", "") for command in _commands(CHINESE)] == _commands(ENGLISH)


@pytest.mark.parametrize(("english", "chinese"), [("code", "代码"), ("format", "格式"), ("package", "包")])
def test_both_languages_have_the_same_tables(english: str, chinese: str) -> None:
    rows = _table(ENGLISH.partition("## Findings")[2] if english == "code" else ENGLISH, english)
    assert [row[0] for row in _table(CHINESE, chinese)] == [row[0] for row in rows]


def test_both_languages_have_the_same_sections() -> None:
    english, chinese = (re.findall(r"^#+ ", part, re.MULTILINE) for part in (ENGLISH, "# 中文\n" + CHINESE))
    assert chinese == english


@pytest.mark.parametrize(("part", "heading"), [(ENGLISH, "code"), (CHINESE, "退出码")], ids=["en", "zh"])
def test_every_exit_code_is_there(part: str, heading: str) -> None:
    assert [int(row[0]) for row in _table(part, heading)] == [code.value for code in ExitCode]


@pytest.mark.parametrize(
    ("part", "heading"), [(ENGLISH.partition("## Findings")[2], "code"), (CHINESE, "代码")], ids=["en", "zh"]
)
def test_every_finding_code_is_there(part: str, heading: str) -> None:
    rows = _table(part, heading)
    names = [(code.value, code.finding_name) for code in Code] + [(kind.value, "") for kind in GapKind]
    assert [(row[0], row[1]) for row in rows] == names
    assert all(row[2] and row[3] for row in rows)


def test_every_format_is_there() -> None:
    assert [row[0] for row in _table(ENGLISH, "format")] == list(REPORTERS)


def test_every_dependency_has_its_reason() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=]", dependency)[0] for dependency in declared}
    told = {row[0]: row[1] for row in _table(ENGLISH, "package")}
    assert names <= set(told)
    assert all(told.values())


@LANGUAGES
def test_the_policy_is_the_one_that_the_program_prints(part: str) -> None:
    assert json.loads("\n".join(_output_after(part, "sgaudit permissions"))) == doctor.policy()


@LANGUAGES
def test_the_configuration_loads(tool: Tool, part: str) -> None:
    text = next(block for block in _blocks(part, "yaml") if block.startswith("regions:"))
    (tool.folder / "sgaudit.yaml").write_text(text, encoding="utf-8")
    found = settings.load(None, {}, folder=tool.folder)
    assert [waiver.waiver_id for waiver in found.waivers] == ["W-7"]
    assert [allowance.allowance_id for allowance in found.allowances] == ["bastion-ssh"]
    assert found.peers == (("cls-aaaaaaaa", "cls-bbbbbbbb"),)


@LANGUAGES
@pytest.mark.parametrize(("code", "printed"), [(0, ""), (1, "the report\n"), (3, "the report\n")])
def test_the_cron_line_prints_the_report_of_a_run_that_wants_a_look(
    tmp_path: Path, part: str, code: int, printed: str
) -> None:
    (block,) = _blocks(part, "cron")
    setting, line = block.splitlines()
    assert setting.startswith("PATH=/usr/local/bin:")
    assert "%" not in line
    program = tmp_path / "sgaudit"
    program.write_text(f'#!/bin/sh\necho "the report" > "{tmp_path}/report.txt"\necho noise\nexit {code}\n')
    program.chmod(0o755)
    command = line.split(maxsplit=5)[5].replace("/var/lib/sgaudit", str(tmp_path))
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (printed, "")


@LANGUAGES
def test_yaml_blocks_are_yaml(part: str) -> None:
    for block in _blocks(part, "yaml"):
        assert YAML(typ="safe").load(block)


@LANGUAGES
def test_files_that_are_named_exist(part: str) -> None:
    for name in re.findall(r"`((?:configs|auditor|cassettes|tests|\.ci)/[\w./-]+)`", part):
        assert (ROOT / name).exists(), name


def test_links_lead_somewhere() -> None:
    headings = {re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-") for line in README.splitlines()}
    for target in re.findall(r"\]\(#([^)]+)\)", README):
        assert target in headings, target
