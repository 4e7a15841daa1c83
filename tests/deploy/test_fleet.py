"""The fleet for real: shards against a cloud on this machine, the process of one of them killed, then the merge."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from auditor.history import database
from tests.cli.conftest import Tool
from tests.cli.test_many_accounts import MAIN, PROD, TEST, entry, estate
from tests.deploy.tools import TOP, text
from tests.loopback.server import LoopbackServer

SHARDS = 3
PROGRAM = f"""#!/bin/sh
if [ "$1" = notify ]; then echo "$@" >> notified; exit 0; fi
PYTHONPATH="{TOP}" exec "{sys.executable}" -m auditor "$@"
"""


class Fleet:
    """A folder for the reports, and the two jobs of ``kubernetes-fleet.yaml`` as processes."""

    def __init__(self, folder: Path, server: LoopbackServer) -> None:
        self.folder = folder
        (folder / "parts").mkdir()
        (folder / "bin").mkdir()
        program = folder / "bin" / "sgaudit"
        program.write_text(PROGRAM, encoding="utf-8")
        program.chmod(0o755)
        self.script = folder / "bin" / "merge.sh"
        self.script.write_text(_script(), encoding="utf-8")
        accounts = "".join(f"  - {line}\n" for line in (entry(MAIN, "main"), entry(PROD, "prod"), entry(TEST, "test")))
        self.configuration = folder / "sgaudit.yaml"
        self.configuration.write_text(f"regions: [ap-guangzhou]\naccounts:\n{accounts}", encoding="utf-8")
        self._environ = {
            "HOME": str(folder),
            "PATH": f"{folder}/bin:{os.environ['PATH']}",
            "TZ": "UTC",
            "SGAUDIT_ENDPOINT": server.endpoint,
            "TENCENTCLOUD_SECRET_ID": server.keys.secret_id,
            "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key,
        }

    def start(self, index: int) -> subprocess.Popen[bytes]:
        """The Pod with this index of the Indexed Job."""
        return subprocess.Popen(
            ["sgaudit", *self._argv(index)], env=self._environ_of(index), cwd=self.folder, stderr=subprocess.DEVNULL
        )

    def audit(self, *shards: int) -> None:
        """The same Pods to their end, in this process: the start of one takes longer than its audit."""
        for index in shards:
            with contextlib.chdir(self.folder):
                ran = Tool(folder=self.folder, environ=self._environ_of(index))(*self._argv(index))
            assert ran.code in (0, 1), ran.stderr

    def _environ_of(self, index: int) -> dict[str, str]:
        return {**self._environ, "JOB_COMPLETION_INDEX": str(index)}

    def _argv(self, index: int) -> tuple[str, ...]:
        options = ("--config", str(self.configuration), "--account=all", f"--shard=auto/{SHARDS}", "--no-progress")
        return "audit", *options, f"--format=json=parts/{index}.json"

    def merge(self) -> subprocess.CompletedProcess[str]:
        """The job that merges and sends the news."""
        return subprocess.run(
            ["/bin/sh", str(self.script), str(self.configuration)],
            env=self._environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def report(self, name: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def notified(self) -> list[str]:
        return (self.folder / "notified").read_text(encoding="utf-8").splitlines()


def _script() -> str:
    documents = list(YAML(typ="safe", pure=True).load_all(text("kubernetes-fleet.yaml")))
    script: str = documents[1]["data"]["merge.sh"]
    return script


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with LoopbackServer(estate(MAIN), others=(estate(PROD), estate(TEST)), quotas=False) as server:
        server.accounts[MAIN].roles.add(f"qcs::cam::uin/{MAIN}:roleName/sgaudit-reader")
        yield Fleet(tmp_path, server)


def test_the_merge_names_the_shard_of_the_process_that_was_killed(fleet: Fleet) -> None:
    killed = fleet.start(1)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(timeout=60) == -signal.SIGKILL
    fleet.audit(0, 2)
    merged = fleet.merge()
    assert merged.returncode == 3, merged.stderr
    report = fleet.report("incomplete.json")
    assert {(gap["code"], gap["account"], gap["message"]) for gap in report["gaps"]} == {
        ("ReportMissing", None, "no report is of the shard 1/3"),
        ("ReportMissing", PROD, f"no report is of the account {PROD}"),
    }
    assert [item["account"] for item in report["clusters"]] == [MAIN, TEST]
    assert not (fleet.folder / "fleet.json").exists()

    fleet.audit(1)
    assert fleet.merge().returncode in (0, 1)
    whole = fleet.report("fleet.json")
    assert (whole["complete"], [item["account"] for item in whole["clusters"]]) == (True, [MAIN, PROD, TEST])
    assert fleet.merge().returncode in (0, 1)
    assert fleet.notified() == [
        "notify new.json",
        "notify new.json",
        "notify new.json --since fleet.json",
    ]
    with database.reading(fleet.folder / "history.db") as connection:
        runs = [tuple(row) for row in connection.execute("SELECT account, complete FROM run ORDER BY account")]
    assert runs == [(MAIN, 1), (PROD, 1), (TEST, 1)]


def test_a_report_of_yesterday_does_not_stand_for_the_shard_of_today(fleet: Fleet) -> None:
    fleet.audit(*range(SHARDS))
    stale = fleet.folder / "parts" / "1.json"
    stale.write_text(json.dumps({**fleet.report("parts/1.json"), "read_at": "2026-01-01T06:30:00Z"}), encoding="utf-8")
    assert fleet.merge().returncode == 3
    [gap] = fleet.report("incomplete.json")["gaps"]
    assert (gap["code"], gap["resource"]) == ("ReportTooOld", "parts/1.json")
