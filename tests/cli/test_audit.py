from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.cli import estate
from tests.cli.conftest import Ran, Tool


@pytest.fixture
def fine(tool: Tool) -> str:
    return estate.write(estate.fine(), tool.folder / "fine.json")


@pytest.fixture
def bad(tool: Tool) -> str:
    return estate.write(estate.open_redis(), tool.folder / "bad.json")


def _report(ran: Ran) -> Any:  # noqa: ANN401 - JSON
    return json.loads(ran.stdout)


def test_what_is_fine_ends_with_0(tool: Tool, fine: str) -> None:
    ran = tool("audit", "--snapshot", fine)
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("1 cluster: 1 compliant\n")


def test_a_finding_ends_with_1(tool: Tool, bad: str) -> None:
    ran = tool("audit", "--snapshot", bad, "--format", "json")
    assert ran.code == 1
    assert [finding["code"] for finding in _report(ran)["findings"]] == ["TSG201"]
    assert ran.stderr == "1 cluster, 1 unwaived finding, everything read: exit code 1\n"


@pytest.mark.parametrize(
    ("argv", "environ", "code"),
    [
        (("--fail-on", "high"), {}, 1),
        (("--fail-on", "critical"), {}, 0),
        (("--fail-on", "never"), {}, 0),
        (("--exit-zero",), {}, 0),
        ((), {"SGAUDIT_FAIL_ON": "critical"}, 0),
        ((), {"SGAUDIT_FAIL_ON": ""}, 1),
        ((), {"SGAUDIT_EXIT_ZERO": "1"}, 0),
        (("--fail-on", "low"), {"SGAUDIT_FAIL_ON": "never"}, 1),
    ],
)
def test_what_fails_a_run(tool: Tool, bad: str, argv: tuple[str, ...], environ: dict[str, str], code: int) -> None:
    assert tool("audit", "--snapshot", bad, *argv, **environ).code == code


def test_the_configuration_may_say_what_fails_a_run(tool: Tool, bad: str) -> None:
    (tool.folder / "sgaudit.yaml").write_text("fail_on: critical\n")
    assert tool("audit", "--snapshot", bad).code == 0
    assert tool("audit", "--snapshot", bad, "--fail-on", "medium").code == 1


def test_several_reports_from_one_reading(tool: Tool, bad: str) -> None:
    ran = tool("audit", "--snapshot", bad, "--format", "table", "--format", "json=report.json")
    assert ran.code == 1
    assert ran.stdout.startswith("1 cluster: 1 non-compliant\n")
    assert ran.stderr == "json report: report.json\n"
    assert json.loads((tool.folder / "report.json").read_text())["schema"] == "sgaudit-report/1"


def test_a_report_in_a_file_leaves_stdout_empty(tool: Tool, bad: str) -> None:
    ran = tool("audit", "--snapshot", bad, "-o", "report.txt")
    assert ran.stdout == ""
    assert ran.stderr == "table report: report.txt\n1 cluster, 1 unwaived finding, everything read: exit code 1\n"
    assert (tool.folder / "report.txt").read_text() == tool("audit", "--snapshot", bad).stdout


def test_quiet_says_nothing_but_the_report(tool: Tool, bad: str) -> None:
    ran = tool("audit", "--snapshot", bad, "-q", "--format", "json=report.json")
    assert (ran.code, ran.stdout, ran.stderr) == (1, "", "")


def test_the_environment_names_formats_and_places(tool: Tool, bad: str) -> None:
    environ = {"SGAUDIT_SNAPSHOT": bad, "SGAUDIT_FORMAT": "json=a.json table", "SGAUDIT_OUTPUT": "b.txt"}
    assert tool("audit", **environ).code == 1
    assert (tool.folder / "a.json").exists()
    assert (tool.folder / "b.txt").exists()


def test_machines_read_english_unless_a_language_is_asked_for(tool: Tool, bad: str) -> None:
    def message(*argv: str, **environ: str) -> str:
        return str(
            _report(tool("audit", "--snapshot", bad, "--format", "json", *argv, **environ))["findings"][0]["title"]
        )

    english = message()
    assert english.isascii()
    assert message(LANG="zh_CN.UTF-8") == english
    assert not message("--lang", "zh").isascii()
    assert message(SGAUDIT_LANG="zh") == message("--lang", "zh")


def test_people_read_the_language_of_their_locale(tool: Tool, bad: str) -> None:
    english, chinese = (tool("audit", "--snapshot", bad, **environ).stdout for environ in ({}, {"LANG": "zh_CN.UTF-8"}))
    assert "1 non-compliant" in english
    assert "不合规" in chinese
    assert tool("audit", "--snapshot", bad, "--lang", "en", LANG="zh_CN.UTF-8").stdout == english


def test_colour_is_for_terminals_and_for_those_who_insist(tool: Tool, bad: str) -> None:
    assert "\x1b" not in tool("audit", "--snapshot", bad).stdout
    assert "\x1b" in tool("audit", "--snapshot", bad, FORCE_COLOR="1").stdout
    assert "\x1b" not in tool("audit", "--snapshot", bad, "--no-color", FORCE_COLOR="1").stdout
    tool("audit", "--snapshot", bad, "-o", "report.txt", FORCE_COLOR="1")
    assert "\x1b" not in (tool.folder / "report.txt").read_text()


def test_the_width_of_the_terminal_is_kept(tool: Tool, bad: str) -> None:
    for width in (50, 80, 120):
        lines = tool("audit", "--snapshot", bad, COLUMNS=str(width)).stdout.splitlines()
        assert max(len(line) for line in lines) <= width


def test_clusters_of_a_snapshot_can_be_named(tool: Tool) -> None:
    path = estate.write(estate.two_clusters(), tool.folder / "two.json")
    assert tool("audit", "--snapshot", path).code == 1
    assert tool("audit", "--snapshot", path, "cls-aaaaaaaa").code == 0
    assert tool("audit", "--snapshot", path, "cls-aaaaaaaa,cls-bbbbbbbb").code == 1
    assert tool("audit", "--snapshot", path, "cls-bbbbbbbb", "--region", "ap-guangzhou").code == 1


def test_what_a_snapshot_does_not_hold_is_3(tool: Tool, fine: str) -> None:
    unknown = tool("audit", "--snapshot", fine, "cls-cccccccc", "--format", "json")
    assert unknown.code == 3
    assert [(gap["cluster_id"], gap["code"]) for gap in _report(unknown)["gaps"]] == [
        ("cls-cccccccc", "ClusterNotInSnapshot")
    ]
    assert 'no cluster "cls-cccccccc" was read; clusters: cls-aaaaaaaa' in unknown.stderr
    elsewhere = tool("audit", "--snapshot", fine, "--region", "ap-beijing", "--format", "json")
    assert elsewhere.code == 3
    assert [(gap["region"], gap["code"]) for gap in _report(elsewhere)["gaps"]] == [
        ("ap-beijing", "RegionNotInSnapshot")
    ]


def test_a_region_of_the_environment_takes_nothing_out_of_a_snapshot(tool: Tool, bad: str) -> None:
    assert tool("audit", "--snapshot", bad, SGAUDIT_REGION="ap-beijing", TENCENTCLOUD_REGION="ap-beijing").code == 1


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ("--snapshot", "s", "--replay", "demo"),
            "--snapshot and --replay cannot be used together: the data comes from one",
        ),
        (
            ("--snapshot", "s", "--record", "r"),
            "--snapshot and --record cannot be used together: --record is for reading the",
        ),
        (("--snapshot", "s", "--endpoint", "http://127.0.0.1:1"), "--snapshot and --endpoint cannot be used together"),
        (("--replay", "demo", "--record", "r"), "--replay and --record cannot be used together"),
        (
            ("--replay", "demo", "--root-domain", "internal.tencentcloudapi.com"),
            "--replay and --root-domain cannot be used",
        ),
    ],
)
def test_options_that_contradict_each_other_are_2(tool: Tool, argv: tuple[str, ...], said: str) -> None:
    ran = tool("audit", *argv)
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"sgaudit: {said}")


def test_the_command_line_beats_variables_that_contradict_it(tool: Tool, bad: str) -> None:
    ambient = {"SGAUDIT_ENDPOINT": "http://127.0.0.1:1", "SGAUDIT_RECORD": "r", "SGAUDIT_REPLAY": "demo"}
    assert tool("audit", "--snapshot", bad, **ambient).code == 1
    assert not (tool.folder / "r").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "none.json"),
        ("{", "x.json"),
        ("[]", "x.json"),
        ('{"schema": "sgaudit-report/1"}', "x.json"),
        ('{"schema": "sgaudit-snapshot/99"}', "x.json"),
    ],
)
def test_a_file_that_is_no_snapshot_is_2(tool: Tool, text: str, said: str) -> None:
    if text:
        (tool.folder / "x.json").write_text(text)
    ran = tool("audit", "--snapshot", said)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_a_binary_file_is_2(tool: Tool) -> None:
    (tool.folder / "x.json").write_bytes(b"\x80\x81\xff")
    for option in ("--snapshot", "--replay", "--since", "--config", "--baseline"):
        ran = tool("audit", option, "x.json")
        assert (ran.code, ran.stdout) == (2, ""), option
        assert "x.json" in ran.stderr, option


def test_a_folder_is_2(tool: Tool) -> None:
    for option in ("--snapshot", "--replay", "--since", "--config", "--baseline"):
        ran = tool("audit", option, ".")
        assert (ran.code, ran.stdout) == (2, ""), option


def test_findings_are_marked_new_or_known(tool: Tool, bad: str, fine: str) -> None:
    tool("audit", "--snapshot", bad, "--format", "json=known.json")
    tool("audit", "--snapshot", fine, "--format", "json=clean.json")
    since_bad = tool("audit", "--snapshot", bad, "--since", "known.json", "--format", "json")
    since_fine = tool("audit", "--snapshot", bad, "--since", "clean.json", "--format", "json")
    assert (since_bad.code, _report(since_bad)["findings"][0]["known"]) == (1, True)
    assert (since_fine.code, _report(since_fine)["findings"][0]["known"]) == (1, False)
    assert tool("audit", "--snapshot", bad, "--since", "known.json", "--fail-on-new").code == 0
    assert tool("audit", "--snapshot", bad, "--since", "clean.json", "--fail-on-new").code == 1


def test_a_finding_whose_waiver_ended_is_new(tool: Tool, bad: str) -> None:
    (tool.folder / "sgaudit.yaml").write_text(
        "waivers:\n  - {id: W-1, finding: TSG201, clusters: ['*'], packets: {direction: ingress, protocol: tcp,"
        " ports: '6379', cidrs: [0.0.0.0/0]}, reason: r, owner: o, expires: 2026-12-31}\n"
    )
    waived, ended = ("--today", "2026-12-31"), ("--today", "2027-01-01")
    for name, today in (("waived.json", waived), ("ended.json", ended)):
        tool("audit", "--snapshot", bad, *today, "--format", f"json={name}")
    since = ("audit", "--snapshot", bad, "--since", "waived.json", "--fail-on-new")
    assert (tool(*since, *waived).code, tool(*since, *ended).code) == (0, 1)
    still = tool(*since, *waived, "--format", "json")
    assert [finding["known"] for finding in _report(still)["findings"]] == [True]
    assert tool("diff", "waived.json", "waived.json").code == 0
    assert tool("diff", "waived.json", "ended.json").code == 1
    there, back = (
        json.loads(tool("diff", *pair, "--format", "json").stdout)
        for pair in (("waived.json", "ended.json"), ("ended.json", "waived.json"))
    )
    assert [len(there[key]) for key in ("new", "fixed", "unchanged")] == [1, 0, 0]
    assert back["new"] == there["fixed"]
    assert [one["fingerprint"] for one in back["fixed"]] == [one["fingerprint"] for one in there["new"]]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{}", "schema"),
        ("[]", "schema"),
        ('{"schema": "sgaudit-snapshot/1"}', "schema"),
        ('{"schema": "sgaudit-report/1"}', "complete"),
        ('{"schema": "sgaudit-report/1", "complete": true, "findings": [{"fingerprint": "f"}]}', "findings.0.code"),
    ],
)
def test_an_earlier_report_that_is_none_is_2(tool: Tool, fine: str, text: str, key: str) -> None:
    (tool.folder / "x.json").write_text(text)
    ran = tool("audit", "--snapshot", fine, "--since", "x.json")
    assert ran.code == 2
    assert ran.stderr == (
        f"sgaudit: x.json is not a JSON report of sgaudit: {key} is missing or malformed; create "
        "one with: sgaudit audit --format json=PATH\n"
    )


def test_an_earlier_report_that_was_cut_is_2_with_its_line(tool: Tool, fine: str) -> None:
    (tool.folder / "x.json").write_text('{"schema": "sgaudit-report/1",\n"complete"')
    ran = tool("audit", "--snapshot", fine, "--since", "x.json")
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("sgaudit: x.json:2: not valid JSON: ")
    assert ran.stderr.endswith(" write it again with: sgaudit audit --format json=PATH\n")


def test_today_decides_which_waivers_are_valid(tool: Tool, bad: str) -> None:
    waiver = {
        "id": "W-1",
        "finding": "TSG201",
        "clusters": ["cls-aaaaaaaa"],
        "packets": {"direction": "ingress", "protocol": "tcp", "ports": "6379", "cidrs": ["0.0.0.0/0"]},
        "reason": "until the move",
        "owner": "platform",
        "expires": "2026-12-31",
    }
    (tool.folder / "sgaudit.yaml").write_text(json.dumps({"waivers": [waiver]}))
    assert tool("audit", "--snapshot", bad, "--today", "2026-12-31").code == 0
    assert tool("audit", "--snapshot", bad, "--today", "2027-01-01").code == 1
    assert tool("audit", "--snapshot", bad, SGAUDIT_TODAY="2026-12-31").code == 0


def test_peers_of_a_selected_cluster_stay_its_neighbours(tool: Tool) -> None:
    (tool.folder / "sgaudit.yaml").write_text("peers: [[cls-aaaaaaaa, cls-bbbbbbbb]]\n")
    path = estate.write(estate.two_clusters(), tool.folder / "two.json")
    whole = _report(tool("audit", "--snapshot", path, "--format", "json"))
    part = _report(tool("audit", "--snapshot", path, "cls-aaaaaaaa", "--format", "json"))
    assert part["complete"]
    assert part["clusters"] == [entry for entry in whole["clusters"] if entry["cluster_id"] == "cls-aaaaaaaa"]


EXCLUDE = 'exclude: [{clusters: ["%s"], reason: "lab, no customers", owner: edge team}]\n'


def test_an_excluded_cluster_is_named_and_counts_for_nothing(tool: Tool) -> None:
    lab = replace(estate.open_redis().clusters[0], cluster_id="cls-lab00001", name="lab 1")
    lab = replace(lab, nodes=(replace(lab.nodes[0], node_id="ins-lab", instance_id="ins-lab", security_groups=()),))
    both = replace(estate.fine(), clusters=(*estate.fine().clusters, lab))
    path = estate.write(both, tool.folder / "both.json")
    assert tool("audit", "--snapshot", path).code == 1
    (tool.folder / "sgaudit.yaml").write_text(EXCLUDE % "name:lab*")
    ran = tool("audit", "--snapshot", path)
    assert ran.code == 0
    assert ran.stdout.startswith("2 clusters: 1 compliant, 1 excluded\n")
    in_full = tool("audit", "--snapshot", path, "-v").stdout
    assert "EXCLUDED" in in_full
    assert "excluded on purpose: lab, no customers (edge team)" in " ".join(in_full.split())
    report = _report(tool("audit", "--snapshot", path, "--format", "json"))
    assert {found["cluster_id"]: (found["verdict"], found["exclusion"]) for found in report["clusters"]} == {
        "cls-aaaaaaaa": ("compliant", None),
        "cls-lab00001": ("excluded", {"reason": "lab, no customers", "owner": "edge team"}),
    }
    for report_format in ("html", "markdown", "csv", "sarif", "junit", "ocsf", "gitlab", "github", "prometheus"):
        assert "excluded" in tool("audit", "--snapshot", path, "--format", report_format).stdout.lower()


def test_a_run_that_excludes_every_cluster_is_3(tool: Tool, fine: str) -> None:
    (tool.folder / "sgaudit.yaml").write_text(EXCLUDE % "*")
    for command in ("audit", "fix"):
        assert tool(command, "--snapshot", fine).code == 3
    assert tool("audit", "--snapshot", fine, "--exit-zero").code == 3


def test_fix_proves_its_change_on_excluded_clusters_too_and_repairs_none_of_theirs(tool: Tool) -> None:
    lab = replace(estate.open_redis().clusters[0], cluster_id="cls-lab00001")
    path = estate.write(replace(estate.open_redis(), clusters=(lab,)), tool.folder / "lab.json")
    (tool.folder / "sgaudit.yaml").write_text(EXCLUDE % "cls-lab*")
    assert tool("fix", "--close-excess", "--snapshot", path).code == 3
    kept = estate.fine().clusters[0]
    other = replace(kept, nodes=(replace(kept.nodes[0], node_id="ins-b", security_groups=("sg-b",)),))
    both = replace(estate.open_redis(), clusters=(other, lab))
    groups = (*both.security_groups, replace(estate.fine().security_groups[0], security_group_id="sg-b"))
    path = estate.write(replace(both, security_groups=groups), tool.folder / "both.json")
    ran = tool("fix", "--close-excess", "--snapshot", path, "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.stdout)["changes"] == []


def test_another_baseline_changes_the_verdict(tool: Tool, fine: str) -> None:
    assert tool("audit", "--snapshot", fine, "--baseline", "tke-default").code == 0
    assert tool("audit", "--snapshot", fine, "--baseline", "tke-hardened").code == 1
    assert tool("audit", "--snapshot", fine, SGAUDIT_BASELINE="tke-hardened").code == 1
    wrong = tool("audit", "--snapshot", fine, "--baseline", "tke-hardend")
    assert wrong.code == 2
    assert "tke-hardened" in wrong.stderr


def test_an_earlier_report_marks_what_it_knows(tool: Tool, bad: str) -> None:
    tool("audit", "--snapshot", bad, "--format", "json=known.json")
    ran = tool("audit", "--snapshot", bad, "--since", "known.json", "--fail-on-new", "--format", "json")
    assert (ran.code, [one["known"] for one in _report(ran)["findings"]]) == (0, [True])
    assert "known: in the earlier report" in tool("audit", "--snapshot", bad, "--since", "known.json", "-v").stdout


def test_an_earlier_report_does_not_make_what_was_not_read_known(tool: Tool) -> None:
    tool("audit", "--snapshot", tool.demo(), "--format", "json=known.json")
    ran = tool("audit", "--snapshot", tool.demo(), "--since", "known.json", "--fail-on-new", "--format", "json")
    assert ran.code == 3
    assert {gap["known"] for gap in _report(ran)["gaps"]} == {True}
    shown = tool("audit", "--snapshot", tool.demo(), "--since", "known.json", "-v").stdout
    assert "State    known: in the earlier report" in shown[shown.index("COULD NOT BE CHECKED") :]


def test_the_next_command_repeats_the_source(tool: Tool, bad: str) -> None:
    (tool.folder / "own.yaml").write_text("fail_on: critical\n")
    ran = tool("audit", "--snapshot", bad, "--region", "ap-guangzhou", "--config", "own.yaml", COLUMNS="300")
    fingerprint = _report(tool("audit", "--snapshot", bad, "--format", "json"))["findings"][0]["fingerprint"]
    command = f"sgaudit explain {fingerprint[:8]} --snapshot {bad} --region ap-guangzhou --config own.yaml"
    assert ran.stdout.endswith(f"Next: {command}\n")
    explained = tool(*command.split()[1:], COLUMNS="300")
    assert explained.stdout.startswith("HIGH  TSG201")
    demo = tool("audit", "--replay", "demo", COLUMNS="300").stdout
    assert demo.endswith(" --replay demo\n")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_of_the_demo_fits_a_screen_of_40_lines_and_80_columns(tool: Tool, lang: str) -> None:
    shown = tool("audit", "--replay", "demo", "--lang", lang, COLUMNS="80").stdout
    assert len(shown.splitlines()) <= 40


def test_concise_is_one_line_a_finding(tool: Tool, bad: str) -> None:
    ran = tool("audit", "--snapshot", bad, "--format", "concise", "-q")
    assert ran.code == 1
    [line] = [line for line in ran.stdout.splitlines() if "Redis 6379 open to any address" in line]
    fingerprint = _report(tool("audit", "--snapshot", bad, "--format", "json"))["findings"][0]["fingerprint"]
    assert "cls-aaaaaaaa" in line
    assert fingerprint[:8] in line
    assert "sg-a inbound rule 6" in line
