"""The nightly script under everything that goes wrong at night, with a stand-in program or the program itself."""

from __future__ import annotations

import fcntl
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli.run import run
from tests.deploy.tools import FOLDER, TOP

FIRST = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ sgaudit: (exit code \d+: .*)")
OLD = "the report of yesterday"


class Night:
    """A folder of state, and a ``sgaudit`` in the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "state"
        self.folder.mkdir()
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("report.txt", "report.json"):
            (self.folder / name).write_text(OLD, encoding="utf-8")

    def install(self, script: str) -> None:
        program = self.bin / "sgaudit"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    def install_the_program(self) -> None:
        self.install(f'PYTHONPATH="{TOP}" exec "{sys.executable}" -m auditor "$@"')

    def run(self, *options: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8"}
        command = ["/bin/sh", str(FOLDER / "sgaudit-nightly.sh"), str(folder or self.folder), *options]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path)


def first_line(printed: str) -> str:
    match = FIRST.fullmatch(printed.splitlines()[0])
    assert match, printed
    return match.group(1)


REPORTS = """
for word in "$@"; do
    case $word in
        table=*) echo "the report of tonight" > "${word#table=}" ;;
        json=*) echo "{}" > "${word#json=}" ;;
    esac
done
"""


@pytest.mark.parametrize(
    ("code", "first", "kept"),
    [
        (1, "exit code 1: findings to look at", "report"),
        (3, "exit code 3: incomplete, something could not be checked", "incomplete"),
    ],
)
def test_a_night_that_wants_a_look_is_a_mail_with_the_report_of_tonight(
    night: Night, code: int, first: str, kept: str
) -> None:
    night.install(f"{REPORTS}\nexit {code}")
    ran = night.run()
    assert ran.returncode == code
    assert first_line(ran.stdout) == first
    assert ran.stdout.splitlines()[1:] == ["the report of tonight"]
    assert night.text(f"{kept}.txt") == "the report of tonight\n"
    assert (night.text("report.txt") == f"{OLD}") == (kept != "report")
    assert first in night.text("log")


def test_a_night_without_news_prints_nothing_and_keeps_its_report(night: Night) -> None:
    night.install(f"{REPORTS}\nexit 0")
    ran = night.run()
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert night.text("report.txt") == "the report of tonight\n"


def test_a_run_that_holds_the_lock_is_said_and_nothing_is_touched(night: Night) -> None:
    night.install(f"{REPORTS}\nexit 1")
    with (night.folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = night.run()
    assert ran.returncode == 3
    assert first_line(ran.stdout) == "exit code 3: another run holds the lock, nothing was audited"
    assert night.text("report.txt") == OLD


def test_a_missing_program_is_said(night: Night) -> None:
    ran = night.run()
    assert ran.returncode == 127
    assert first_line(ran.stdout) == "exit code 127: the program sgaudit was not found, nothing was audited"
    assert night.text("report.txt") == OLD


def test_a_missing_folder_is_said(night: Night, tmp_path: Path) -> None:
    ran = night.run(folder=tmp_path / "nowhere")
    assert ran.returncode == 2
    assert first_line(ran.stdout).startswith("exit code 2: usage: sgaudit-nightly FOLDER")


def test_a_damaged_known_report_is_said_with_its_name_and_replaces_nothing(night: Night) -> None:
    night.install_the_program()
    (night.folder / "known.json").write_text("{", encoding="utf-8")
    ran = night.run("--replay", "demo")
    assert ran.returncode == 2
    assert first_line(ran.stdout) == "exit code 2: wrong options or configuration, nothing was audited"
    assert "known.json" in ran.stdout
    assert OLD not in ran.stdout
    assert night.text("report.txt") == OLD


def test_a_mistake_in_the_configuration_is_said_with_its_line(night: Night) -> None:
    night.install_the_program()
    (night.folder / "sgaudit.yaml").write_text("regoins: [ap-guangzhou]\n", encoding="utf-8")
    ran = night.run("--replay", "demo")
    assert ran.returncode == 2
    assert "regoins" in ran.stdout
    assert night.text("report.txt") == OLD


def test_a_machine_without_keys_is_a_night_without_a_report(night: Night) -> None:
    night.install_the_program()
    ran = night.run("--region", "ap-guangzhou", "--endpoint", "http://127.0.0.1:9")
    assert ran.returncode == 3
    assert first_line(ran.stdout) == "exit code 3: incomplete, something could not be checked"
    assert OLD not in ran.stdout
    assert night.text("report.txt") == OLD


def test_news_alone_is_a_mail(night: Night) -> None:
    night.install_the_program()
    known = str(night.folder / "known.json")
    argv = ("audit", "--replay", "demo", "--format", "json", "-o", known, "-q")
    assert run(argv, {"HOME": str(night.folder)}, (None, io.StringIO(), io.StringIO())) == 3
    ran = night.run("--replay", "demo")
    assert ran.returncode == 3
    assert first_line(ran.stdout) == "exit code 3: incomplete, something could not be checked"


def test_every_night_is_in_the_history(night: Night) -> None:
    night.install_the_program()
    history = str(night.folder / "history.db")
    earlier = ("audit", "--replay", "demo", "--today", "2026-11-03", "--history", history, "-q")
    stdout = io.TextIOWrapper(io.BytesIO(), "utf-8")
    assert run(earlier, {"HOME": str(night.folder)}, (None, stdout, io.StringIO())) == 3
    ran = night.run("--replay", "demo", "--today", "2026-11-28")
    assert "25 days" in ran.stdout
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    argv = ("history", history, "--format", "csv")
    assert run(argv, {"HOME": str(night.folder)}, (None, out, io.StringIO())) == 0
    out.seek(0)
    assert [line.partition(",")[0] for line in out.read().splitlines()[1:]] == ["2026-11-03", "2026-11-28"]


def test_a_damaged_history_is_said_above_the_report(night: Night) -> None:
    night.install_the_program()
    (night.folder / "history.db").write_text("no database" * 500, encoding="utf-8")
    ran = night.run("--replay", "demo")
    assert ran.returncode == 3
    second, *report = ran.stdout.splitlines()[1:]
    assert second == "sgaudit: history.db is not a history: name another file for the history"
    assert report[0] == "4 clusters: 2 non-compliant, 1 unknown, 1 compliant"
