"""The command line against a server that plays the API: signed calls in, reports out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

import pytest

from auditor.fetcher import keys
from tests.cli.conftest import Ran, Tool
from tests.estates import demo
from tests.loopback.faults import deny
from tests.loopback.server import LoopbackServer


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo.build(), quotas=False) as running:
        yield running


def _live(tool: Tool, server: LoopbackServer, *argv: str, **environ: str) -> Ran:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    return tool(*argv, "--endpoint", server.endpoint, **{**keys, **environ})


def test_an_audit_reports_on_stdout_and_sums_up_on_stderr(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "audit", "--region", "ap-guangzhou", "--format", "json")
    report = json.loads(ran.stdout)
    assert ran.code == 1
    assert [cluster["cluster_id"] for cluster in report["clusters"]] == [
        "cls-l4bt3st9",
        "cls-ord3rs01",
        "cls-paym3nt5",
        "cls-w3bfr0nt",
    ]
    assert report["complete"]
    assert ran.stderr.splitlines()[-1].startswith("4 clusters, ")
    assert ran.stderr.endswith(" everything read: exit code 1\n")


def test_a_snapshot_gives_the_same_report_byte_for_byte(tool: Tool, server: LoopbackServer) -> None:
    fetched = _live(tool, server, "fetch", "--region", "ap-guangzhou", "-o", "snapshot.json")
    assert (fetched.code, fetched.stdout, fetched.stderr) == (0, "", "snapshot: snapshot.json\n")
    live = _live(tool, server, "audit", "--region", "ap-guangzhou", "--format", "json", "--today", "2026-11-22")
    again = tool("audit", "--snapshot", "snapshot.json", "--format", "json", "--today", "2026-11-22")
    assert _as_of_one_read(again, "snapshot") == _as_of_one_read(live, "live")
    assert (again.code, again.stderr) == (live.code, live.stderr)


def _as_of_one_read(ran: Ran, source: str) -> str:
    """The report with its source checked and the moment of reading, which differs from run to run, taken out."""
    kept, taken = re.subn(r'"read_at": "20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"', "", ran.stdout)
    assert taken == 1
    assert f'"source": "{source}"' in kept
    return kept.replace(f'"source": "{source}"', "")


def test_a_cluster_of_a_snapshot_is_reported_as_the_cloud_would_have_it(tool: Tool, server: LoopbackServer) -> None:
    _live(tool, server, "fetch", "--region", "ap-guangzhou", "-o", "snapshot.json")
    live = _live(tool, server, "audit", "cls-ord3rs01", "--region", "ap-guangzhou", "--format", "json")
    again = tool("audit", "cls-ord3rs01", "--snapshot", "snapshot.json", "--format", "json")
    assert live.code == again.code == 1
    assert _as_of_one_read(again, "snapshot") == _as_of_one_read(live, "live")


def test_a_snapshot_can_go_through_pipes(tool: Tool, server: LoopbackServer) -> None:
    fetched = _live(tool, server, "fetch", "--region", "ap-guangzhou")
    ran = tool.fed(fetched.stdout.encode(), "audit", "--snapshot", "-", "-q")
    assert ran.code == 1
    assert ran.stdout.startswith("4 clusters: 2 non-compliant, 2 compliant\n")


def test_what_cannot_be_read_is_3_and_the_rest_is_reported(tool: Tool) -> None:
    with LoopbackServer(demo.build(), quotas=False) as server:
        server.inject(deny, "DescribeSecurityGroupPolicies", where={"SecurityGroupId": "sg-0rdma5t1"})
        ran = _live(tool, server, "audit", "cls-ord3rs01", "--region", "ap-guangzhou", "--exit-zero")
        fetched = _live(tool, server, "fetch", "cls-ord3rs01", "--region", "ap-guangzhou", "-o", "s.json")
    assert ran.code == 3
    assert "vpc:DescribeSecurityGroupPolicies" in ran.stdout
    assert "HIGH" in ran.stdout
    assert "6 findings: 2 high, 2 low, 2 info; 1 unchecked.\n" in ran.stdout
    assert fetched.code == 3
    assert fetched.stderr == "snapshot: s.json\n1 thing could not be read; the snapshot names it\n"
    assert tool("audit", "--snapshot", "s.json").code == 3


def test_a_fetch_that_read_nothing_keeps_the_earlier_snapshot(tool: Tool) -> None:
    with LoopbackServer(demo.build(), quotas=False) as server:
        _live(tool, server, "fetch", "cls-ord3rs01", "--region", "ap-guangzhou", "-o", "s.json")
        before = (tool.folder / "s.json").read_bytes()
        server.inject(deny, "DescribeClusters")
        kept = _live(tool, server, "fetch", "--region", "ap-guangzhou", "-o", "s.json")
        absent = _live(tool, server, "fetch", "--region", "ap-guangzhou", "-o", "other.json", "-q")
        piped = _live(tool, server, "fetch", "--region", "ap-guangzhou")
    assert (kept.code, absent.code, piped.code) == (3, 3, 3)
    assert (tool.folder / "s.json").read_bytes() == before
    assert not (tool.folder / "other.json").exists()
    assert "tke:DescribeClusters" in kept.stderr
    assert kept.stderr.endswith("no cluster was read; s.json was not changed\n")
    assert absent.stderr.endswith("no cluster was read; other.json was not written\n")
    assert json.loads(piped.stdout)["snapshot"]["clusters"] == []


def test_an_unknown_cluster_is_3(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "audit", "cls-nowhere0", "--region", "ap-guangzhou")
    assert ran.code == 3
    assert "cls-nowhere0" in ran.stdout
    assert 'sgaudit: no cluster "cls-nowhere0" was read; clusters: cls-' in ran.stderr


def test_a_region_without_clusters_is_3(tool: Tool, server: LoopbackServer) -> None:
    assert _live(tool, server, "audit", "--region", "ap-chongqing").code == 3


def test_wrong_keys_are_3_with_a_report(tool: Tool, server: LoopbackServer) -> None:
    wrong = {"TENCENTCLOUD_SECRET_KEY": "another-key-of-a-test"}
    ran = _live(tool, server, "audit", "--region", "ap-guangzhou", "--format", "json", **wrong)
    assert ran.code == 3
    assert json.loads(ran.stdout)["gaps"][0]["code"] == "AuthFailure.SignatureFailure"
    assert "another-key-of-a-test" not in ran.stdout + ran.stderr


def test_no_keys_are_3_with_a_sentence_and_a_report(
    tool: Tool, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(_path: str) -> NoReturn:
        raise OSError

    monkeypatch.setattr(keys, "read_metadata", nowhere)
    ran = tool("audit", "--region", "ap-guangzhou", "--endpoint", server.endpoint, "--format", "json")
    report = json.loads(ran.stdout)
    assert ran.code == 3
    assert ran.stderr.startswith("sgaudit: no credentials found. Checked, in this order: TENCENTCLOUD_SECRET_ID")
    assert (report["complete"], report["gaps"][0]["code"]) == (False, "NoCredentials")
    assert tool("doctor", "--region", "ap-guangzhou", "--endpoint", server.endpoint).code == 3


def test_no_region_is_wrong_usage(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "audit")
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("sgaudit: no region to read; use --region REGION (or --region all)")


def test_where_the_region_comes_from(tool: Tool, server: LoopbackServer) -> None:
    def regions(*argv: str, **environ: str) -> set[str]:
        before = len(server.log.calls)
        _live(tool, server, "fetch", "cls-nowhere0", *argv, **environ)
        return {call.region for call in server.log.calls[before:] if call.service != "sts"}

    ambient = {"TENCENTCLOUD_REGION": "ap-beijing"}
    assert regions(**ambient) == {"ap-beijing"}
    assert regions(TENCENTCLOUD_REGION="beijing") == set()
    (tool.folder / "sgaudit.yaml").write_text("regions: [ap-chengdu, ap-nanjing]\n")
    assert regions(**ambient) == {"ap-chengdu", "ap-nanjing"}
    assert regions(**ambient, SGAUDIT_REGION="ap-tokyo") == {"ap-tokyo"}
    assert regions("--region", "ap-seoul", **ambient, SGAUDIT_REGION="ap-tokyo") == {"ap-seoul"}


def test_a_recording_replays_to_the_same_report(tool: Tool, server: LoopbackServer) -> None:
    region = ("--region", "ap-guangzhou")
    live = _live(tool, server, "audit", *region, "--record", "run.json", "--format", "json", "--fail-on", "high")
    again = tool("audit", "--replay", "run.json", "--format", "json", "--fail-on", "high")
    assert (again.code, again.stderr.splitlines()[-1]) == (live.code, live.stderr.splitlines()[-1])
    assert server.keys.secret_id not in (tool.folder / "run.json").read_text()


def test_an_unwritable_place_is_refused_before_any_call(tool: Tool, server: LoopbackServer) -> None:
    before = len(server.log.calls)
    for argv in (
        ("audit", "-o", "no/such/folder/report.txt"),
        ("audit", "--format", "json=."),
        ("audit", "--record", "no/such/folder/run.json"),
        ("fetch", "-o", "no/such/folder/snapshot.json"),
    ):
        ran = _live(tool, server, *argv, "--region", "ap-guangzhou")
        assert (ran.code, ran.stdout) == (2, ""), argv
        assert ran.stderr.startswith("sgaudit: cannot write "), argv
    assert len(server.log.calls) == before


def test_a_bad_configuration_is_refused_before_any_call(tool: Tool, server: LoopbackServer) -> None:
    before = len(server.log.calls)
    (tool.folder / "sgaudit.yaml").write_text("regons: [ap-guangzhou]\n")
    ran = _live(tool, server, "audit", "--region", "ap-guangzhou")
    assert (ran.code, ran.stdout) == (2, "")
    assert "sgaudit.yaml" in ran.stderr
    assert "regons" in ran.stderr
    assert len(server.log.calls) == before


def test_doctor_tells_what_is_allowed(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "doctor", "--region", "ap-guangzhou")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("credentials: environment, TENCENTCLOUD_SECRET_ID\n")
    assert "  vpc:DescribeSecurityGroupPolicies 2017-03-12 ap-guangzhou: allowed\n" in ran.stdout
    assert ran.stdout.endswith("All permissions needed for an audit are in place.\n")


def test_doctor_of_all_regions_looks_at_one(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "doctor", "--region", "all", "--format", "json")
    assert ran.code == 0
    assert {check["region"] for check in json.loads(ran.stdout)["actions"]} == {"ap-guangzhou"}


def test_doctor_names_what_to_grant(tool: Tool) -> None:
    with LoopbackServer(demo.build(), quotas=False) as server:
        server.inject(deny, "DescribeSubnets")
        ran = _live(tool, server, "doctor", "--region", "ap-guangzhou")
        report = json.loads(_live(tool, server, "doctor", "--region", "ap-guangzhou", "--format", "json").stdout)
    assert ran.code == 3
    assert "  vpc:DescribeSubnets 2017-03-12 ap-guangzhou: denied (" in ran.stdout
    assert "grant these permissions: vpc:DescribeSubnets (for the whole policy: sgaudit permissions)\n" in ran.stdout
    assert (report["healthy"], report["denied"]) == (False, ["vpc:DescribeSubnets"])


def test_doctor_names_the_part_of_an_action_and_how_to_leave_it_out(tool: Tool) -> None:
    with LoopbackServer(demo.build(), quotas=False) as server:
        server.inject(deny, "DescribeTargets")
        ran = _live(tool, server, "doctor", "--region", "ap-guangzhou")
        (tool.folder / "sgaudit.yaml").write_text("scope: {load_balancers: false}\n")
        without = _live(tool, server, "doctor", "--region", "ap-guangzhou")
        report = json.loads(_live(tool, server, "doctor", "--region", "ap-guangzhou", "--format", "json").stdout)
    assert ran.code == 3
    assert "  clb:DescribeTargets 2018-03-17 ap-guangzhou (load_balancers): denied (" in ran.stdout
    assert "  tke:DescribeEKSClusters 2018-05-25 ap-guangzhou (pods): allowed\n" in ran.stdout
    assert (
        'or set "scope: {load_balancers: false}" in the configuration: only this part of the audit needs '
        "clb:DescribeTargets\n" in ran.stdout
    )
    assert without.code == 0
    assert "clb:" not in without.stdout
    assert '"scope" in the configuration leaves load_balancers out\n' in without.stdout
    assert (report["healthy"], report["left_out"]) == (True, ["load_balancers"])
    assert {check["part"] for check in report["actions"]} == {None, "pods", "endpoint", "network_acls"}


def test_doctor_sees_a_clock_that_is_off(tool: Tool) -> None:
    with LoopbackServer(demo.build(), quotas=False, clock=lambda: 1_000_000_000.0) as server:
        ran = _live(tool, server, "doctor", "--region", "ap-guangzhou")
    assert ran.code == 3
    assert "s off; the API refuses signatures more than 300 s off" in ran.stdout
