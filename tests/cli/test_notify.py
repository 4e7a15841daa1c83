"""``notify`` against a webhook of this machine that takes the message, refuses it, has a fault or hangs."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import notify
from auditor.errors import ExitCode
from tests.cli.conftest import Ran, Tool

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise imports it

SECRET = "s3cr3t-t0ken"
UNCLEAR = "no answer, or an answer that it did not understand"
WEEK = "2026-12-01"


class Webhook:
    """A JSON webhook: each path gives the status that is its name, ``/hang`` gives none, ``/twice`` recovers."""

    def __init__(self) -> None:
        self.received: dict[str, list[Any]] = {}
        self.released = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                path = self.path.split("/")[1]
                hook.received.setdefault(path, []).append(body)
                if path == "hang":
                    hook.released.wait()
                    return
                again = path == "twice" and len(hook.received[path]) == 1
                self.send_response(503 if again else 200 if path == "twice" else int(path))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keeps the tests quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str, scheme: str = "json") -> str:
        return f"{scheme}://127.0.0.1:{self.server.server_port}/{path}/{SECRET}"

    def of(self, path: str) -> list[Any]:
        return self.received.get(path, [])


@pytest.fixture
def hook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.released.set()
    webhook.server.shutdown()
    webhook.server.server_close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "MOST_WAIT", 0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("report")
    config = folder / "sgaudit.yaml"
    config.write_text(
        "owners: [{clusters: ['cls-ord*'], owner: orders team}]\n"
        "waivers:\n"
        "  - {id: W-7, finding: TSG302, clusters: ['*'], reason: r, owner: web team, expires: 2026-12-05,\n"
        "     packets: {direction: ingress, protocol: all, cidrs: [0.0.0.0/0, '::/0']}}\n",
        encoding="utf-8",
    )
    argv = ("audit", "--replay", "demo", "--config", str(config), "--today", WEEK, "--format", "json")
    report: dict[str, Any] = json.loads(Tool(folder=folder, environ={"HOME": str(folder)})(*argv).stdout)
    return report


def _written(tool: Tool, name: str, report: dict[str, Any]) -> str:
    (tool.folder / name).write_text(json.dumps(report), encoding="utf-8")
    return name


def _quieter(report: dict[str, Any], *left_out: str) -> dict[str, Any]:
    """The report without the waiver and the findings of some clusters, as an earlier run could have written it."""
    findings = [item for item in report["findings"] if not item["waiver"] and item["cluster_id"] not in left_out]
    return report | {"findings": findings}


def _notify(tool: Tool, *argv: str, **environ: str) -> Ran:
    ran = tool("notify", *argv, "--today", WEEK, **environ)
    assert SECRET not in ran.stdout + ran.stderr
    assert ran.stdout == ""
    return ran


def test_nothing_new_is_not_sent(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    name = _written(tool, "new.json", _quieter(whole))
    ran = _notify(tool, name, "--since", name, "--to", hook.url("200"))
    assert (ran.code, ran.stderr) == (ExitCode.OK, "nothing new: no message sent\n")
    assert hook.received == {}


def test_the_news_are_grouped_by_owner(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    old = _written(tool, "old.json", _quieter(whole, "cls-ord3rs01") | {"gaps": []})
    ran = _notify(tool, _written(tool, "new.json", whole), "--since", old, "--to", hook.url("200"))
    assert (ran.code, ran.stderr) == (ExitCode.OK, "message sent to 1 target\n")
    ((sent),) = hook.of("200")
    assert sent["title"] == "sgaudit: 8 new, 1 new gap, 1 waiver ends within a week"
    lines = sent["message"].splitlines()
    assert lines[0].startswith(
        "Account 100000000001, read unknown: 4 clusters (2 non-compliant, 1 unknown, 1 compliant)"
    )
    assert lines[1] == "For orders team:"
    assert lines[2].startswith('CRITICAL NEW cls-ord3rs01 "orders 订单": ')
    assert lines[2].endswith("(951c5431)")
    assert "Waivers that end within a week:\nW-7, last day 2026-12-05, web team" in sent["message"]
    assert "Could not be checked:\nTSG901 cls-l4bt3st9 " in sent["message"]
    assert lines[-1] == "Next: sgaudit explain 951c5431"


def test_a_waiver_that_ends_within_a_week_is_news_by_itself(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    name = _written(tool, "new.json", whole)
    assert _notify(tool, name, "--since", name, "--to", hook.url("200")).code is ExitCode.OK
    assert [sent["title"] for sent in hook.of("200")] == ["sgaudit: 1 waiver ends within a week"]


def test_what_is_worse_and_what_is_fixed_is_told(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    before = _quieter(whole)
    worst, *rest = before["findings"]
    lighter = worst | {"severity": "medium"}
    gone = worst | {"fingerprint": "f" * 64, "packets": [{"protocol": "icmp", "cidrs": ["198.51.100.7/32"]}]}
    old = _written(tool, "old.json", before | {"findings": [lighter, *rest, gone]})
    new = _written(tool, "new.json", before)
    assert _notify(tool, new, "--since", old, "--to", hook.url("200"), "--lang", "zh").code is ExitCode.OK
    ((sent),) = hook.of("200")
    assert sent["title"] == "sgaudit：1 个恶化、1 个已修复"
    assert "严重：恶化 cls-w3bfr0nt" in sent["message"]
    assert "已修复：\n" in sent["message"]


def test_the_next_command_names_the_account_where_there_are_several(
    tool: Tool, hook: Webhook, whole: dict[str, Any]
) -> None:
    other = whole["clusters"][0] | {"account": "100000000002"}
    name = _written(tool, "new.json", whole | {"clusters": [*whole["clusters"], other]})
    assert _notify(tool, name, "--to", hook.url("200")).code is ExitCode.OK
    ((sent),) = hook.of("200")
    assert sent["message"].endswith("\nNext: sgaudit explain 25bfd36c --account 100000000001")


def test_a_message_is_in_the_language_of_the_report_unless_another_is_asked_for(
    tool: Tool, hook: Webhook, whole: dict[str, Any]
) -> None:
    name = _written(tool, "new.json", whole | {"lang": "zh"})
    assert _notify(tool, name, "--to", hook.url("200"), LANG="en_US.UTF-8").code is ExitCode.OK
    assert _notify(tool, name, "--to", hook.url("200"), "--lang", "en").code is ExitCode.OK
    chinese, english = (sent["message"].splitlines()[0].partition(" ")[0] for sent in hook.of("200"))
    assert (chinese, english) == ("账号", "Account")


@pytest.mark.usefixtures("patient")
def test_a_target_that_fails_does_not_stop_the_others(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    name = _written(tool, "new.json", whole)
    paths = ("500", "429", "404", "hang", "twice", "200")
    targets = [f"{hook.url(path)}?rto=0.5" for path in paths]
    ran = _notify(tool, name, *(word for target in targets for word in ("--to", target)))
    assert ran.code is ExitCode.INCOMPLETE
    assert ran.stderr.splitlines() == [
        "target 1 (JSON) did not take the message: HTTP status 500; the other targets are not affected",
        "target 2 (JSON) did not take the message: HTTP status 429; the other targets are not affected",
        "target 3 (JSON) did not take the message: HTTP status 404; the other targets are not affected",
        f"target 4 (JSON) did not take the message: {UNCLEAR}; the other targets are not affected",
        "message sent to 2 targets",
    ]
    assert {path: len(hook.of(path)) for path in paths} == {
        "500": notify.ATTEMPTS,
        "429": notify.ATTEMPTS,
        "404": 1,  # asking again does not help
        "hang": 1,  # it may have taken the message
        "twice": 2,
        "200": 1,
    }


def test_the_environment_names_targets_and_a_web_address_is_a_json_webhook(
    tool: Tool, hook: Webhook, whole: dict[str, Any]
) -> None:
    name = _written(tool, "new.json", whole)
    targets = f"{hook.url('200', 'http')} {hook.url('201', 'json')}"
    assert _notify(tool, name, SGAUDIT_NOTIFY_TO=targets).code is ExitCode.OK
    assert (len(hook.of("200")), len(hook.of("201"))) == (1, 1)


def test_a_report_that_knows_an_earlier_one_needs_no_second(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    findings = [item | {"known": number > 0} for number, item in enumerate(_quieter(whole)["findings"])]
    known = [gap | {"known": True} for gap in whole["gaps"]]
    since = {"fixed": ["a" * 64], "unknown": ["b" * 64], "grown": []}
    name = _written(tool, "new.json", whole | {"findings": findings, "gaps": known, "since": since})
    assert _notify(tool, name, "--to", hook.url("200")).code is ExitCode.OK
    assert [sent["title"] for sent in hook.of("200")] == ["sgaudit: 1 new, 1 fixed, 1 could not be checked again"]


def test_a_report_with_a_history_tells_itself_what_is_worse(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    findings = [item | {"known": number > 1} for number, item in enumerate(_quieter(whole)["findings"])]
    findings[0] |= {"previous": "e" * 16}
    known = [gap | {"known": True} for gap in whole["gaps"]]
    name = _written(tool, "new.json", whole | {"findings": findings, "gaps": known})
    assert _notify(tool, name, "--to", hook.url("200")).code is ExitCode.OK
    assert [sent["title"] for sent in hook.of("200")] == ["sgaudit: 1 new, 1 worse"]


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        ((), "say where to send the message"),
        (("--to", f"nonsense-{SECRET}"), "target 1 is not an address for notifications"),
        (("--to", "json://127.0.0.1/", "--to", f"ftp://{SECRET}"), "target 2 is not an address for notifications"),
    ],
)
def test_targets_that_are_none_are_2(tool: Tool, whole: dict[str, Any], argv: tuple[str, ...], text: str) -> None:
    ran = _notify(tool, _written(tool, "new.json", whole), *argv)
    assert ran.code is ExitCode.USAGE
    assert text in ran.stderr


def test_reports_that_are_damaged_or_filtered_are_2(tool: Tool, hook: Webhook, whole: dict[str, Any]) -> None:
    damaged = tool.folder / "damaged.json"
    damaged.write_text(json.dumps(whole)[:500], encoding="utf-8")
    filtered = _written(tool, "filtered.json", whole | {"filter": {"severity": "high"}})
    for name in ("damaged.json", filtered, "absent.json"):
        assert _notify(tool, name, "--to", hook.url("200")).code is ExitCode.USAGE
    assert hook.received == {}


def test_without_the_package_the_command_to_install_it_is_named(
    tool: Tool, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    ran = _notify(tool, _written(tool, "new.json", whole), "--to", "json://127.0.0.1/")
    assert ran.code is ExitCode.USAGE
    assert "pip install 'tke-sg-auditor[notify]'" in ran.stderr


def test_a_small_target_gets_a_short_message(whole: dict[str, Any], tmp_path: Path) -> None:
    from auditor.reporter import notify as texts  # noqa: PLC0415 - pydantic forms are slow to import
    from auditor.reporter import report_reader  # noqa: PLC0415
    from auditor.words import Lang  # noqa: PLC0415

    many = whole | {"findings": whole["findings"] * 20}
    report = report_reader.load(json.dumps(many), str(tmp_path))
    message = texts.Message(report, texts.news_of(report, None, date(2026, 12, 1)), Lang.ZH)
    for limit in (200, 700, 2048, 20000):
        body = message.body(limit)
        assert 0 < len(body.encode("utf-8")) <= limit
    assert "W-7" in message.body(2048)
    assert "个较轻的问题" in message.body(700)
    assert message.body(3) == ""
