"""What stderr says: in the language of the run, and no wider than its terminal."""

from __future__ import annotations

import io
import re

from auditor.cli.session import Session
from auditor.reporter.terminal import columns
from tests.cli.conftest import Ran, Tool

NO_ENDPOINT = ("--region", "ap-guangzhou", "--endpoint", "http://127.0.0.1:9")
KEYS = {"TENCENTCLOUD_SECRET_ID": "invented-secret-id", "TENCENTCLOUD_SECRET_KEY": "invented-secret-key"}


def _own_words(ran: Ran) -> str:
    """stderr without ids, commands, quoted messages of the cloud and what follows them."""
    lines = [re.sub("原文：.*", "", line) for line in ran.stderr.splitlines()]
    return "\n".join(lines)


def test_gaps_and_sums_are_said_in_the_language_of_the_run(tool: Tool) -> None:
    absent = tool("audit", "nobody*", "--replay", "demo", "--format", "json", "--lang", "zh")
    assert "未审计：nobody*。快照里没有它。\n" in absent.stderr
    assert "is not in the snapshot" not in absent.stderr
    fixed = tool("fix", "--replay", "demo", "--lang", "zh")
    assert "whether" not in _own_words(fixed)
    assert "are unknown" not in _own_words(fixed)


def test_the_log_is_written_in_the_language_of_the_run(tool: Tool) -> None:
    english = tool("audit", "--replay", "demo", "--format", "json", "-v").stderr.splitlines()
    assert english[:2] == ["configuration: none", "reading ap-guangzhou"]
    chinese = tool("audit", "--replay", "demo", "--format", "json", "-v", "--lang", "zh").stderr.splitlines()
    assert chinese[:2] == ["配置文件：无", "正在读取 ap-guangzhou"]
    assert chinese[2].startswith("读取了 4 个集群，用时 ")


def test_an_account_that_was_not_read_is_said_in_the_language_of_the_run(tool: Tool) -> None:
    ran = tool("fetch", *NO_ENDPOINT, "-o", "snapshot.json", "--lang", "zh", **KEYS)
    assert ran.code == 3
    assert ran.stderr.startswith("报告不写明账号：sts:GetCallerIdentity 失败，错误码 ConnectionError\n")
    assert "which clusters" not in _own_words(ran)
    assert ran.stderr.endswith("没有读到任何集群；不写出 snapshot.json\n")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


LONG = "sgaudit: there is no cluster in what was read; 读到的内容里没有集群，也没有其他集群，请检查地域和访问管理策略。"


def test_a_line_is_broken_at_the_width_of_the_terminal_and_kept_whole_elsewhere() -> None:
    for environ, widest in (({"COLUMNS": "40"}, 40), ({"COLUMNS": "60"}, 60)):
        terminal = _Terminal()
        Session(environ=environ, stdin=None, stdout=None, stderr=terminal).tell("  " + LONG)
        lines = terminal.getvalue().splitlines()
        assert len(lines) > 1
        assert all(columns(line) <= widest and line.startswith("  ") for line in lines)
    piped = io.StringIO()
    Session(environ={"COLUMNS": "40"}, stdin=None, stdout=None, stderr=piped).tell(LONG)
    assert piped.getvalue() == LONG + "\n"


def test_a_text_that_is_meant_as_it_is_is_not_broken() -> None:
    terminal = _Terminal()
    Session(environ={"COLUMNS": "40"}, stdin=None, stdout=None, stderr=terminal).tell(LONG + "\n" + LONG, as_is=True)
    assert terminal.getvalue() == LONG + "\n" + LONG + "\n"
