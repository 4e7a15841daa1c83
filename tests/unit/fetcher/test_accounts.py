"""The account of a run: one call reads it, the snapshot names it, and a failure leaves no gap."""

from __future__ import annotations

import logging

import pytest

from auditor.errors import AuthError
from auditor.fetcher.accounts import identity_gap
from auditor.fetcher.actions import CALLER_IDENTITY
from auditor.fetcher.cassette import Cassette, Replay, load
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.transport import replay_transport
from auditor.model.gaps import Gap
from auditor.model.snapshot import Account
from tests.estates import demo
from tests.loopback.estate import Estate
from tests.unit.fetcher.fake_cloud import FakeCloud, error, read

REPORTS_NONE = "the report names no account: sts:GetCallerIdentity"


def account(cloud: FakeCloud) -> tuple[Account | None, tuple[Gap, ...]]:
    snapshot = read(cloud)
    return snapshot.account, tuple(gap for gap in snapshot.all_gaps() if gap.service == "sts")


def estate() -> Estate:
    made = Estate(account="100000000002")
    made.region("ap-guangzhou")
    made.region("ap-beijing")
    return made


def test_the_account_is_asked_for_once_whatever_the_regions() -> None:
    cloud = FakeCloud(estate())
    snapshot = fetch(cloud, FetchRequest(regions=("ap-beijing", "ap-guangzhou")))
    assert snapshot.account == Account(id="100000000002")
    assert [asked for asked in cloud.asked if asked[0] == "GetCallerIdentity"] == [
        ("GetCallerIdentity", "ap-guangzhou", {})
    ]


def test_a_denied_identity_leaves_no_account_no_gap_and_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    cloud = FakeCloud(estate())
    cloud.deny(CALLER_IDENTITY)
    assert account(cloud) == (None, ())
    assert [(record.levelno, record.message.startswith(REPORTS_NONE)) for record in caplog.records] == [
        (logging.WARNING, True)
    ]


@pytest.mark.parametrize("account_id", [None, 100000000002, "", "100000000002\n", "uin/1", True, ["1"]])
def test_an_answer_without_an_account_number_names_no_account(account_id: object) -> None:
    cloud = FakeCloud(estate())
    cloud.bend(CALLER_IDENTITY, lambda _params, answer: {**answer, "AccountId": account_id})
    assert account(cloud) == (None, ())


def test_the_account_that_answers_must_be_the_one_that_was_asked_for() -> None:
    cloud = FakeCloud(estate())
    assert identity_gap(cloud, "100000000002") is None
    gap = identity_gap(cloud, "100000000001")
    assert gap is not None
    assert (gap.code, gap.resource, gap.message) == (
        "OtherAccount",
        "100000000001",
        "account 100000000002 answers in place of 100000000001",
    )


def test_an_account_that_is_not_proved_is_a_gap() -> None:
    cloud = FakeCloud(estate())
    cloud.bend(CALLER_IDENTITY, lambda _params, answer: {**answer, "AccountId": ""})
    unnamed = identity_gap(cloud, "100000000002")
    cloud.deny(CALLER_IDENTITY)
    denied = identity_gap(cloud, "100000000002")
    assert unnamed is not None
    assert denied is not None
    assert (unnamed.code, denied.code) == ("UnnamedAccount", "UnauthorizedOperation")
    assert denied.resource == "100000000002"


def test_bad_keys_are_not_complained_of_a_second_time(caplog: pytest.LogCaptureFixture) -> None:
    cloud = FakeCloud(estate())

    def refuse(_params: object, _answer: object) -> dict[str, object]:
        raise error(CALLER_IDENTITY, "AuthFailure.SecretIdNotFound", kind=AuthError)

    cloud.bend(CALLER_IDENTITY, refuse)
    assert account(cloud) == (None, ())
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def without(cassette: Cassette, action: str) -> Cassette:
    kept = [interaction for interaction in cassette.interactions if interaction.request.action != action]
    return cassette.model_copy(update={"interactions": kept})


def test_a_recording_from_before_the_identity_was_asked_for_replays_without_an_account() -> None:
    cassette = load(demo.FILE.read_text(encoding="utf-8"), "demo.json")
    request = FetchRequest(regions=("ap-guangzhou",))
    now = fetch(replay_transport(Replay(cassette)), request)
    before = fetch(replay_transport(Replay(without(cassette, "GetCallerIdentity"))), request)
    assert (now.account, before.account) == (Account(id="100000000001"), None)
    assert before.all_gaps() == now.all_gaps()


def test_a_recording_that_lacks_any_other_call_still_leaves_a_gap() -> None:
    cassette = load(demo.FILE.read_text(encoding="utf-8"), "demo.json")
    replay = Replay(without(cassette, "DescribeVpcs"))
    snapshot = fetch(replay_transport(replay), FetchRequest(regions=("ap-guangzhou",)))
    assert "NotRecorded" in {gap.code for gap in snapshot.all_gaps()}
