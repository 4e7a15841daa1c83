"""The program as a process of its own: signals, pipes, terminals, start-up."""

from __future__ import annotations

import os
import pty
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditor.cli import app
from tests.cli import estate

ROOT = Path(__file__).parents[2]
DEEP = pytest.mark.deep
TOOL = [sys.executable, "-m", "auditor"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


def _bad(tmp_path: Path) -> str:
    return estate.write(estate.open_redis(), tmp_path / "bad.json")


@contextmanager
def _waiting_for(silent: socket.socket, environ: dict[str, str], stderr: int) -> Iterator[subprocess.Popen[bytes]]:
    """An audit that has made its first call and waits for the answer."""
    keys = {"TENCENTCLOUD_SECRET_ID": "id-of-a-test", "TENCENTCLOUD_SECRET_KEY": "key-of-a-test"}
    endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
    process = subprocess.Popen(
        [*TOOL, "audit", "--region", "ap-guangzhou", "--endpoint", endpoint],
        env={**environ, **keys},
        stdout=subprocess.PIPE,
        stderr=stderr,
    )
    connection, _ = silent.accept()
    with connection:
        connection.recv(1)
        yield process


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=DEEP),  # every run sends it to an audit on a terminal, below
        pytest.param(signal.SIGHUP, marks=DEEP),  # every run raises it in test_main, as the other two
    ],
)
def test_an_interrupt_ends_it_at_once_though_a_call_hangs(
    silent: socket.socket, environ: dict[str, str], number: signal.Signals
) -> None:
    with _waiting_for(silent, environ, subprocess.PIPE) as process:
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)  # the call itself would wait for 30 seconds
    assert (process.returncode, stdout, stderr.strip()) == (130, b"", b"sgaudit: interrupted")


def test_an_interrupt_while_it_starts_is_130_and_one_sentence(environ: dict[str, str]) -> None:
    """``import`` is where a start spends its time; the moment is told by a module that the command needs."""
    program = (
        "import importlib.abc, os, signal, sys\n"
        "class Moment(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == os.environ['MOMENT']: sys.meta_path.pop(0); os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Moment())\n"
        "from auditor.cli.main import main\n"
        "main()\n"
    )
    for module in ("auditor.cli.interrupt", "auditor.cli.run", "typer", "auditor.cli.app", "auditor.pipeline"):
        ran = subprocess.run(
            [sys.executable, "-c", program, "audit", "--replay", "demo"],
            env={**environ, "MOMENT": module},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"sgaudit: interrupted\n"), module


@pytest.mark.parametrize(
    "zone",
    [":/etc/passwd", *(pytest.param(zone, marks=DEEP) for zone in ("UTC+99", ":/dev/zero", "<+99>99:99:99"))],
)
def test_a_time_zone_that_is_none_changes_nothing(environ: dict[str, str], tmp_path: Path, zone: str) -> None:
    ran = subprocess.run(
        [*TOOL, "audit", "--snapshot", _bad(tmp_path)], env={**environ, "TZ": zone}, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_a_terminal_shows_progress_and_gets_its_cursor_back(silent: socket.socket, environ: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    with _waiting_for(silent, {**environ, "TERM": "xterm"}, theirs) as process:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert process.returncode == 130
    assert "clusters" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_a_reader_that_goes_away_leaves_no_trace(environ: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        [*TOOL, "audit", "--snapshot", _bad(tmp_path)], env=environ, stdout=theirs, stderr=subprocess.PIPE
    )
    os.close(theirs)
    os.close(ours)
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (1, b"")


def test_a_closed_stdout_is_an_error_and_no_pass(environ: dict[str, str], tmp_path: Path) -> None:
    line = f"exec {sys.executable} -m auditor audit --snapshot {_bad(tmp_path)} >&-"
    ran = subprocess.run(["/bin/sh", "-c", line], env=environ, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (2, b"sgaudit: stdout is closed; use --output PATH\n")


def test_a_full_disk_is_an_error_and_no_pass(environ: dict[str, str], tmp_path: Path) -> None:
    fine = estate.write(estate.fine(), tmp_path / "fine.json")
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*TOOL, "audit", "--snapshot", fine], env=environ, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (ran.returncode, ran.stderr) == (2, b"sgaudit: cannot write stdout: No space left on device\n")


def test_stdout_is_utf8_whatever_the_locale(environ: dict[str, str], tmp_path: Path) -> None:
    ran = subprocess.run(
        [*TOOL, "audit", "--snapshot", _bad(tmp_path), "--lang", "zh"],
        env={**environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "不合规" in ran.stdout.decode("utf-8")


@pytest.mark.parametrize("shell", ["bash", *(pytest.param(shell, marks=DEEP) for shell in ("zsh", "fish"))])
def test_a_shell_is_told_what_can_follow(environ: dict[str, str], shell: str) -> None:
    asked = {
        "_SGAUDIT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "sgaudit audit --fail-on cri",
        "COMP_CWORD": "3",
        "_TYPER_COMPLETE_ARGS": "sgaudit audit --fail-on cri",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ran = subprocess.run(TOOL, env={**environ, **asked}, capture_output=True, text=True, check=False)
    assert "critical" in ran.stdout
    assert ran.stderr == ""


def test_version_loads_nothing_that_it_does_not_need() -> None:
    program = (
        "import os, sys; sys.argv = ['sgaudit', '--version']; from auditor.cli.main import main;"
        "os._exit = sys.exit\ntry: main()\nexcept SystemExit: pass\n"
        "print({'typer', 'rich', 'pydantic', 'requests', 'tabulate', 'auditor.words.messages'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("sgaudit ")
    assert ran.stdout.endswith("\nset()\n")


CLOUD = {"rich", "requests", "tabulate", "ruamel.yaml", "auditor.comparator", "auditor.config"}
COMMANDS = {f"auditor.cli.{module}" for module in app.COMMANDS.values()}
WHAT_IF = {
    "auditor.whatif",
    "auditor.comparator.explain",
    "auditor.model.outcomes",
    "auditor.comparator.repair",
    "auditor.history",
    "sqlite3",
    "auditor.reporter.models",
}


@pytest.mark.parametrize(
    ("words", "start", "unneeded"),
    [
        ("audit --help", "Usage: sgaudit audit", CLOUD | COMMANDS - {"auditor.cli.audit"}),
        (
            "rules",
            "TSG101 ",
            CLOUD | COMMANDS - {"auditor.cli.rules"} | {"auditor.model.rules", "auditor.model.baseline"},
        ),
        ("audit --replay demo", "", WHAT_IF),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(words: str, start: str, unneeded: set[str]) -> None:
    program = (
        "import sys; from auditor.cli.run import run; run(sys.argv[1:], {}, (None, sys.stdout, sys.stderr));"
        "print(*sorted(sys.modules))"
    )
    command = [sys.executable, "-c", program, *words.split()]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(start)
    assert unneeded & set(ran.stdout.splitlines()[-1].split()) == set()


def test_plugins_of_pydantic_that_other_packages_bring_are_not_loaded(tmp_path: Path, environ: dict[str, str]) -> None:
    metadata = tmp_path / "spy-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: spy\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[pydantic]\nspy = spy:plugin\n")
    (tmp_path / "spy.py").write_text("print('the spy is loaded')\nplugin = None\n")
    command = [*TOOL, "baseline", "show"]
    ran = subprocess.run(command, env={**environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}, capture_output=True, check=False)
    assert (ran.returncode, b"the spy is loaded" in ran.stdout + ran.stderr) == (0, False)


def test_a_folder_that_is_gone_is_no_fault_of_the_program(tmp_path: Path, environ: dict[str, str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    report = tmp_path / "report.json"
    for argv, code in (
        (["audit", "--snapshot", _bad(tmp_path), "--format", "json", "-o", str(report)], 1),
        (["audit", "--snapshot", _bad(tmp_path), "-o", "report.json"], 2),
    ):
        said = f'rmdir "$PWD"; exec {shlex.quote(sys.executable)} -m auditor {shlex.join(argv)}'
        gone.mkdir(exist_ok=True)
        ran = subprocess.run(["/bin/sh", "-c", said], cwd=gone, env=environ, capture_output=True, check=False)
        assert ran.returncode == code, ran.stderr
