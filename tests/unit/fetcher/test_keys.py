from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from auditor.errors import AuthError
from auditor.fetcher.keys import Credentials, Keys, KeySource, credentials_error
from tests.unit.fetcher.fake_clock import FakeClock

HOUR = 3600.0


class Renewer:
    """Gives numbered keys that are good for an hour, or fails."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.calls = 0
        self.broken = False

    def __call__(self) -> Keys:
        self.calls += 1
        if self.broken:
            raise credentials_error("fetch-cvm-role", "MetadataError", place="role")
        return Keys(secret_id=f"id-{self.calls}", secret_key="key", token="t", expires=self.clock.wall() + HOUR)


@pytest.fixture
def renewer(clock: FakeClock) -> Renewer:
    return Renewer(clock)


@pytest.fixture
def credentials(clock: FakeClock, renewer: Renewer) -> Credentials:
    return Credentials(source=KeySource.CVM_ROLE, location="role", keys=renewer(), clock=clock, renew=renewer)


def test_keys_for_good_are_never_renewed(clock: FakeClock) -> None:
    keys = Keys(secret_id="id", secret_key="key")
    credentials = Credentials(source=KeySource.FILE, location="file", keys=keys, clock=clock)
    clock.time += 10**9
    assert credentials.get_credential_info() == ("id", "key", None)


def test_temporary_keys_are_renewed_ten_minutes_before_their_end(
    clock: FakeClock, credentials: Credentials, renewer: Renewer
) -> None:
    clock.time += HOUR - 601
    assert credentials.get_credential_info() == ("id-1", "key", "t")
    clock.time += 1
    assert credentials.get_credential_info() == ("id-2", "key", "t")
    assert renewer.calls == 2


def test_many_threads_renew_once(clock: FakeClock, credentials: Credentials, renewer: Renewer) -> None:
    clock.time += HOUR
    with ThreadPoolExecutor(8) as executor:
        found = set(executor.map(lambda _: credentials.get_credential_info(), range(64)))
    assert found == {("id-2", "key", "t")}
    assert renewer.calls == 2


def test_a_renewal_that_fails_early_leaves_the_old_keys_and_is_tried_later(
    clock: FakeClock, credentials: Credentials, renewer: Renewer
) -> None:
    clock.time += HOUR - 300
    renewer.broken = True
    assert credentials.get_credential_info()[0] == "id-1"
    assert credentials.get_credential_info()[0] == "id-1"
    assert renewer.calls == 2
    renewer.broken = False
    clock.time += 30
    assert credentials.get_credential_info()[0] == "id-3"


def test_keys_that_ended_and_cannot_be_renewed_are_no_keys(
    clock: FakeClock, credentials: Credentials, renewer: Renewer
) -> None:
    clock.time += HOUR
    renewer.broken = True
    with pytest.raises(AuthError):
        credentials.get_credential_info()


def test_keys_that_end_too_soon_are_not_renewed_at_each_call(clock: FakeClock) -> None:
    calls: list[int] = []

    def short() -> Keys:
        calls.append(1)
        return Keys(secret_id="id", secret_key="key", expires=clock.wall() + 60)

    credentials = Credentials(source=KeySource.CVM_ROLE, location="role", keys=short(), clock=clock, renew=short)
    for _ in range(10):
        credentials.get_credential_info()
    assert len(calls) == 2


def test_no_value_shows() -> None:
    assert repr(Keys(secret_id="id", secret_key="key", token="t", expires=1)) == "Keys(expires=1)"
