"""Several results as one: every item keeps its account, and nothing that one of them lacks is covered by another."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.merge import unite
from auditor.errors import ExitCode
from auditor.model.codes import GapKind
from auditor.model.findings import ClusterResult, Result, WaiverState
from auditor.model.gaps import Gap
from auditor.model.snapshot import Account
from auditor.reporter import REPORTERS, json_report, report_reader
from auditor.reporter.options import RenderOptions
from tests.builders import TODAY, cluster, group, node, policy, rules, snapshot

OPTIONS = RenderOptions(tool_version="0.0.0", today=TODAY, exit_code=ExitCode.INCOMPLETE)
DENIED = Gap(
    kind=GapKind.UNREAD,
    region="ap-beijing",
    resource="ap-beijing",
    service="tke",
    action="DescribeClusters",
    code="UnauthorizedOperation",
    message="denied",
)


def _result(account: Account | None, cluster_id: str, hour: int | None = 1) -> Result:
    """One cluster whose only group is open to any address, and a region that was denied."""
    read = replace(
        snapshot(
            [cluster(node("ins-a", f"sg-{cluster_id}"), cluster_id=cluster_id)],
            [group(f"sg-{cluster_id}", rules(("allow", "0.0.0.0/0")))],
        ),
        account=account,
        read_at=None if hour is None else datetime(2026, 11, 22, hour, tzinfo=UTC),
        gaps=(DENIED,),
    )
    return compare(read, policy(), TODAY)


PROD = _result(Account(id="100000000001", name="prod"), "cls-bbbbbbbb")
TEST = _result(Account(id="100000000002"), "cls-aaaaaaaa", hour=3)
BOTH = unite([PROD, TEST])


def test_a_single_result_stays_as_it_is() -> None:
    assert unite([PROD]) is PROD


def test_each_finding_cluster_and_gap_has_its_own_account() -> None:
    assert [(item.cluster.account, item.cluster.cluster_id) for item in BOTH.clusters] == [
        ("100000000001", "cls-bbbbbbbb"),
        ("100000000002", "cls-aaaaaaaa"),
    ]
    assert {(finding.account, finding.cluster_id) for finding in BOTH.findings} == {
        ("100000000001", "cls-bbbbbbbb"),
        ("100000000002", "cls-aaaaaaaa"),
    }
    assert BOTH.accounts == (Account(id="100000000001", name="prod"), Account(id="100000000002"))


def test_equal_gaps_of_two_accounts_stay_two() -> None:
    denied = [gap for gap in BOTH.gaps if gap.code == "UnauthorizedOperation"]
    assert [gap.account for gap in denied] == ["100000000001", "100000000002"]
    assert len({gap.fingerprint for gap in denied}) == 1


def test_a_cluster_depends_on_the_gap_of_its_own_account_alone() -> None:
    assert [[gap.account for gap in item.gaps] for item in unite([_denied(PROD), _denied(TEST)]).clusters] == [
        ["100000000001"],
        ["100000000002"],
    ]


def test_the_oldest_read_counts_and_an_unknown_one_may_be_older() -> None:
    assert BOTH.snapshot.read_at == datetime(2026, 11, 22, 1, tzinfo=UTC)
    undated = _result(Account(id="100000000003"), "cls-cccccccc", hour=None)
    assert unite([PROD, undated]).snapshot.read_at is None


def test_results_of_one_account_have_that_account() -> None:
    same = unite([PROD, _result(Account(id="100000000001"), "cls-cccccccc")])
    assert same.snapshot.account == Account(id="100000000001", name="prod")
    assert same.accounts == ()


def test_an_unknown_account_does_not_take_the_account_of_another_result() -> None:
    united = unite([PROD, _result(None, "cls-cccccccc")])
    assert united.snapshot.account is None
    assert [united.account_of(item.cluster) for item in united.clusters] == ["", "100000000001"]


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((WaiverState.UNUSED, WaiverState.UNUSED), WaiverState.UNUSED),
        ((WaiverState.UNUSED, WaiverState.ACTIVE), WaiverState.ACTIVE),
        ((WaiverState.EXPIRING, WaiverState.UNUSED), WaiverState.EXPIRING),
        ((WaiverState.EXPIRED, WaiverState.UNUSED), WaiverState.EXPIRED),
    ],
)
def test_a_waiver_is_unused_only_if_no_result_uses_it(
    states: tuple[WaiverState, WaiverState], state: WaiverState
) -> None:
    first, second = states
    united = unite([replace(PROD, waivers=(("W-1", first),)), replace(TEST, waivers=(("W-1", second),))])
    assert united.waivers == (("W-1", state),)


def test_a_gap_is_known_in_the_account_alone_in_which_it_was_known() -> None:
    first = replace(PROD, known_gaps=frozenset({("", DENIED.fingerprint)}))
    united = unite([first, replace(TEST, known_gaps=frozenset())])
    denied = [gap for gap in united.gaps if gap.code == "UnauthorizedOperation"]
    assert [united.is_known_gap(gap) for gap in denied] == [True, False]


def test_nothing_is_known_if_a_result_has_no_earlier_report() -> None:
    united = unite([replace(PROD, known_gaps=frozenset()), TEST])
    assert united.is_known_gap(united.gaps[0]) is None


def test_json_names_the_accounts_and_the_report_itself_has_none() -> None:
    report = json.loads("".join(json_report.render(BOTH, OPTIONS)))
    assert report["account"] is None
    assert report["accounts"] == [{"id": "100000000001", "name": "prod"}, {"id": "100000000002", "name": ""}]
    assert [item["account"] for item in report["clusters"]] == ["100000000001", "100000000002"]
    assert {item["account"] for item in report["findings"]} == {"100000000001", "100000000002"}
    assert [item["account"] for item in report["gaps"] if item["code"] == "UnauthorizedOperation"] == [
        "100000000001",
        "100000000002",
    ]


def test_a_later_run_reads_the_gaps_of_each_account() -> None:
    united = unite([_denied(PROD), replace(TEST, gaps=(), clusters=tuple(_without_gaps(TEST)))])
    readings = report_reader.load("".join(json_report.render(united, OPTIONS)), "report.json").readings()
    hidden = {key: [reading.hides_stacks for reading in of_id.values()] for key, of_id in readings.items()}
    assert hidden == {("ap-guangzhou", "cls-bbbbbbbb"): [True], ("ap-guangzhou", "cls-aaaaaaaa"): [False]}


@pytest.mark.parametrize("name", REPORTERS)
def test_every_format_writes_several_accounts(name: str) -> None:
    text = "".join(REPORTERS[name](BOTH, OPTIONS))
    assert "cls-aaaaaaaa" in text
    assert "cls-bbbbbbbb" in text


def test_ocsf_events_have_the_account_of_their_item() -> None:
    events = json.loads("".join(REPORTERS["ocsf"](BOTH, OPTIONS)))
    verdicts = [event for event in events if event["compliance"]["control"] == "TSG000"]
    assert [event["cloud"]["account"]["uid"] for event in verdicts] == ["100000000001", "100000000002"]
    denied = [event["finding_info"]["uid"] for event in events if event["compliance"]["control"] == "TSG901"]
    assert len(set(denied)) == len(denied) == 2


def test_metrics_csv_junit_and_sarif_have_the_account_of_their_item() -> None:
    metrics = "".join(REPORTERS["prometheus"](BOTH, OPTIONS))
    assert 'sgaudit_cluster_gaps{account="100000000001",region="ap-guangzhou",cluster="cls-bbbbbbbb"}' in metrics
    assert 'sgaudit_cluster_gaps{account="100000000002",region="ap-guangzhou",cluster="cls-aaaaaaaa"}' in metrics
    rows = list(csv.DictReader(io.StringIO("".join(REPORTERS["csv"](BOTH, OPTIONS)).lstrip("\ufeff"))))
    assert {(row["Cluster ID"], row["Account"]) for row in rows if row["Cluster ID"]} == {
        ("cls-bbbbbbbb", "100000000001"),
        ("cls-aaaaaaaa", "100000000002"),
    }
    suites = ET.fromstring("".join(REPORTERS["junit"](BOTH, OPTIONS)).encode())
    accounts = {suite.get("name"): suite.find("properties/property[@name='account']") for suite in suites}
    assert {name: item.get("value") for name, item in accounts.items() if item is not None} == {
        "cls-bbbbbbbb": "100000000001",
        "cls-aaaaaaaa": "100000000002",
    }
    [run] = json.loads("".join(REPORTERS["sarif"](BOTH, OPTIONS)))["runs"]
    assert {result["properties"]["account"] for result in run["results"]} == {"100000000001", "100000000002"}


def test_formats_for_people_name_the_account_of_each_cluster() -> None:
    assert 'non-compliant  cls-bbbbbbbb  ap-guangzhou  prod  100000000001 "prod"' in "".join(
        REPORTERS["concise"](BOTH, OPTIONS)
    )
    assert "non-compliant  cls-aaaaaaaa  ap-guangzhou  prod  100000000002" in "".join(
        REPORTERS["concise"](BOTH, OPTIONS)
    )
    verbose = replace(OPTIONS, verbose=True, width=160)
    assert 'cls-bbbbbbbb "prod" in prod' in "".join(REPORTERS["table"](BOTH, verbose))
    assert 'cls-aaaaaaaa "prod" in 100000000002' in "".join(REPORTERS["markdown"](BOTH, OPTIONS))


def test_a_line_for_people_counts_the_accounts() -> None:
    assert "2 accounts. Read 2026-11-22 01:00 UTC." in "".join(REPORTERS["concise"](BOTH, OPTIONS))


def _denied(result: Result) -> Result:
    """The result with the denied region as the only gap, on which its cluster depends."""
    return replace(result, gaps=(DENIED,), clusters=tuple(replace(item, gaps=(DENIED,)) for item in result.clusters))


def _without_gaps(result: Result) -> list[ClusterResult]:
    return [replace(item, gaps=()) for item in result.clusters]
