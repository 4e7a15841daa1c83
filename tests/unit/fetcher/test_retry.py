from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from auditor.errors import (
    AuthError,
    CloudError,
    ConfigError,
    FetchError,
    NetworkError,
    NotRecorded,
    PermissionDenied,
    Throttled,
    UnexpectedAnswer,
)
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.retry import Retrier, RetryPolicy, is_transient
from tests.unit.fetcher.fake_clock import FakeClock

KEY = ("vpc", "DescribeSubnets", "ap-guangzhou")
OTHER = ("vpc", "DescribeSubnets", "ap-shanghai")


def error(kind: type[FetchError], code: str = "Code") -> FetchError:
    return kind("fetch-x", service="s", action="a", region="r", code=code, detail="", request_id="")


class Flaky:
    """Fails so many times, then answers."""

    def __init__(self, failures: int, failure: Exception | None = None) -> None:
        self.failures = failures
        self.failure = failure or error(NetworkError)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.failure
        return "answer"


@pytest.fixture
def retrier(clock: FakeClock) -> Retrier:
    return Retrier(RetryPolicy(), clock, Random(1))


def test_an_answer_after_failures_is_the_answer(retrier: Retrier) -> None:
    flaky = Flaky(5)
    assert retrier.run(KEY, flaky) == "answer"
    assert flaky.calls == 6


def test_attempts_are_bounded_and_the_last_error_is_raised(retrier: Retrier) -> None:
    flaky = Flaky(100)
    with pytest.raises(NetworkError):
        retrier.run(KEY, flaky)
    assert flaky.calls == 6


def test_pauses_grow_and_differ(clock: FakeClock) -> None:
    longest = [0.5, 1.0, 2.0, 4.0, 8.0]
    pauses: list[list[float]] = []
    for seed in range(20):
        clock.slept.clear()
        with pytest.raises(NetworkError):
            Retrier(RetryPolicy(), clock, Random(seed)).run(KEY, Flaky(100))
        pauses.append(list(clock.slept))
    for run in pauses:
        assert len(run) == 5
        assert all(0.1 <= pause <= most for pause, most in zip(run, longest, strict=True))
    assert len({run[0] for run in pauses}) == 20
    assert max(run[4] for run in pauses) > 4


def test_the_longest_pause_has_an_end() -> None:
    assert RetryPolicy(longest_wait=8).longest_pause(1000) == 8


def test_no_attempt_begins_after_the_total_time(clock: FakeClock) -> None:
    begun: list[float] = []

    def slow() -> str:
        begun.append(clock.time)
        clock.time += 25
        raise error(NetworkError)

    with pytest.raises(NetworkError):
        Retrier(RetryPolicy(total=60), clock, Random(1)).run(KEY, slow)
    assert len(begun) == 3
    assert begun[-1] - begun[0] <= 60


def test_an_interrupt_ends_the_pause(clock: FakeClock) -> None:
    def fail() -> str:
        clock.cancelled = True
        raise error(Throttled)

    with pytest.raises(Cancelled):
        Retrier(RetryPolicy(), clock, Random(1)).run(KEY, fail)
    assert clock.slept == []


@pytest.mark.parametrize("kind", [AuthError, PermissionDenied, CloudError])
def test_what_will_not_pass_is_tried_once(retrier: Retrier, clock: FakeClock, kind: type[FetchError]) -> None:
    flaky = Flaky(1, error(kind))
    with pytest.raises(kind):
        retrier.run(KEY, flaky)
    assert flaky.calls == 1
    assert clock.slept == []


def test_a_fault_of_ours_is_not_tried_again(retrier: Retrier) -> None:
    flaky = Flaky(1, ConfigError("config-x"))
    with pytest.raises(ConfigError):
        retrier.run(KEY, flaky)
    assert flaky.calls == 1


@pytest.mark.parametrize(
    ("failure", "passing"),
    [
        (error(Throttled, "RequestLimitExceeded"), True),
        (error(NetworkError, "ReadTimeout"), True),
        (error(UnexpectedAnswer, "Html"), True),
        (error(CloudError, "InternalError"), True),
        (error(CloudError, "InternalError.Db"), True),
        (error(CloudError, "InternalError.UnexpectedInternal"), True),
        (error(CloudError, "InternalServerError"), True),
        (error(CloudError, "ServiceUnavailable"), True),
        (error(CloudError, "InternalError.ClusterNotFound"), False),
        (error(CloudError, "InternalError.ClusterState"), False),
        (error(CloudError, "InternalError.Param"), False),
        (error(CloudError, "InternalError.PublicClusterOpNotSupport"), False),
        (error(CloudError, "InternalErrorish"), False),
        (error(CloudError, "ResourceNotFound"), False),
        (error(CloudError, "FailedOperation"), False),
        (error(CloudError, "InvalidParameter"), False),
        (error(AuthError, "AuthFailure"), False),
        (error(PermissionDenied, "UnauthorizedOperation"), False),
        (ValueError(), False),
    ],
)
def test_what_passes_and_what_does_not(failure: Exception, *, passing: bool) -> None:
    assert is_transient(failure) is passing


def fails(retrier: Retrier, key: tuple[str, ...], attempt: Callable[[], str]) -> None:
    with pytest.raises(FetchError):
        retrier.run(key, attempt)


def test_after_three_calls_in_a_row_whose_attempts_were_used_up_later_ones_get_one_each(retrier: Retrier) -> None:
    for _ in range(3):
        in_full = Flaky(100)
        fails(retrier, KEY, in_full)
        assert in_full.calls == 6
    later = Flaky(100)
    fails(retrier, KEY, later)
    assert later.calls == 1


def test_what_fails_for_good_for_one_object_takes_nothing_from_the_others(retrier: Retrier) -> None:
    for _ in range(5):
        fails(retrier, KEY, Flaky(100))
        assert retrier.run(KEY, Flaky(5)) == "answer"


def test_a_success_gives_the_key_its_attempts_back(retrier: Retrier) -> None:
    for _ in range(3):
        fails(retrier, KEY, Flaky(100))
    assert retrier.run(KEY, Flaky(0)) == "answer"
    assert retrier.run(KEY, Flaky(5)) == "answer"


def test_other_keys_keep_their_attempts(retrier: Retrier) -> None:
    for _ in range(3):
        fails(retrier, KEY, Flaky(100))
    assert retrier.run(OTHER, Flaky(5)) == "answer"


def test_a_denial_uses_nothing_up(retrier: Retrier) -> None:
    fails(retrier, KEY, Flaky(1, error(PermissionDenied)))
    assert retrier.run(KEY, Flaky(5)) == "answer"


LIMIT = "RequestLimitExceeded"


def test_a_refusal_by_rate_is_waited_for_by_time_and_said_once(
    retrier: Retrier, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        flaky = Flaky(15, error(Throttled, LIMIT))
        assert retrier.run(KEY, flaky) == "answer"
        assert flaky.calls == 16
    assert sum(clock.slept) > 60
    assert [record.message for record in caplog.records] == [
        "vpc:DescribeSubnets in ap-guangzhou is over its rate limit: waiting, up to 120 s a call"
    ]


def test_a_single_refusal_is_not_worth_a_word(retrier: Retrier, caplog: pytest.LogCaptureFixture) -> None:
    assert retrier.run(KEY, Flaky(1, error(Throttled, LIMIT))) == "answer"
    assert caplog.records == []


@pytest.mark.parametrize("seed", range(5))
def test_a_lasting_refusal_ends_within_two_minutes(clock: FakeClock, seed: int) -> None:
    flaky = Flaky(10_000, error(Throttled, LIMIT))
    with pytest.raises(Throttled):
        Retrier(RetryPolicy(), clock, Random(seed)).run(KEY, flaky)
    assert 112 < sum(clock.slept) <= 120


def test_after_refusals_for_good_other_calls_of_the_action_do_not_wait_again(
    retrier: Retrier, clock: FakeClock
) -> None:
    for _ in range(3):
        fails(retrier, KEY, Flaky(10_000, error(Throttled, LIMIT)))
    clock.slept.clear()
    fails(retrier, KEY, Flaky(10_000, error(Throttled, LIMIT)))
    assert clock.slept == []


def test_the_wait_for_a_rate_limit_takes_nothing_from_other_failures(clock: FakeClock) -> None:
    failures = [error(Throttled, LIMIT)] * 20 + [error(NetworkError)] * 2

    def attempt() -> str:
        if failures:
            raise failures.pop(0)
        return "answer"

    assert Retrier(RetryPolicy(), clock, Random(1)).run(KEY, attempt) == "answer"


def test_a_recording_that_ends_among_refusals_ends_the_call_as_they_did(retrier: Retrier) -> None:
    failures = [*[error(Throttled, LIMIT)] * 9, error(NotRecorded, "NotRecorded")]

    def attempt() -> str:
        raise failures.pop(0)

    with pytest.raises(Throttled):
        retrier.run(KEY, attempt)
    assert failures == []


def test_a_recording_without_the_call_says_so(retrier: Retrier) -> None:
    with pytest.raises(NotRecorded):
        retrier.run(KEY, Flaky(1, error(NotRecorded, "NotRecorded")))
