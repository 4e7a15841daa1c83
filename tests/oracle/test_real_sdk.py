"""Random estates through the command line, the real SDK and a socket: the same truth as without them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from auditor.cli.run import run
from tests.loopback.server import LoopbackServer
from tests.oracle.account import Account
from tests.oracle.held import complaints
from tests.oracle.worlds import draw


@pytest.mark.parametrize("seed", [7001, 7002, *(pytest.param(seed, marks=pytest.mark.deep) for seed in (7003, 7004))])
def test_command_line_tells_the_truth(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    world, out = draw(seed), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with LoopbackServer(world.estate, quotas=False) as server:
        environ = {
            "HOME": str(tmp_path),
            "TENCENTCLOUD_SECRET_ID": server.keys.secret_id,
            "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key,
        }
        argv = ("audit", "--region", "ap-guangzhou", "--format", "json", "--endpoint", server.endpoint)
        code = run(argv, environ, (io.TextIOWrapper(io.BytesIO()), out, io.StringIO()))
        assert {call.code for call in server.log.refused()} <= {"InvalidParameter.Param"}  # a role that is not known
    report = json.loads(out.detach().getvalue())
    serious = [one for one in report["findings"] if one["severity"] in ("critical", "high", "medium")]
    assert list(complaints(Account(world.region), report)) == []
    assert int(code) == (3 if report["gaps"] else int(bool(serious)))
