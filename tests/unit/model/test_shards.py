"""Shards: every pair of account and region is in exactly one of them."""

from __future__ import annotations

import pytest

from auditor.model.shards import AccountRegion, shard_of

PAIRS = tuple(
    AccountRegion(account=account, region=region)
    for account, region in (("2", "ap-beijing"), ("1", "ap-shanghai"), ("1", "ap-guangzhou"), ("2", "ap-guangzhou"))
)


def test_a_shard_takes_the_pairs_by_their_place_in_sorted_order() -> None:
    first, second, third = (shard_of(PAIRS, index, 3) for index in range(3))
    assert [(pair.account, pair.region) for pair in first.pairs] == [("1", "ap-guangzhou"), ("2", "ap-guangzhou")]
    assert [(pair.account, pair.region) for pair in second.pairs] == [("1", "ap-shanghai")]
    assert [(pair.account, pair.region) for pair in third.pairs] == [("2", "ap-beijing")]
    assert (first.index, first.count, first.total) == (0, 3, 4)


@pytest.mark.parametrize("count", range(1, 7))
def test_each_pair_is_in_exactly_one_shard(count: int) -> None:
    taken = [pair for index in range(count) for pair in shard_of((*PAIRS, PAIRS[0]), index, count).pairs]
    assert sorted(taken) == sorted(PAIRS)


def test_a_shard_beyond_the_pairs_has_none() -> None:
    assert shard_of(PAIRS, 5, 6).pairs == ()
