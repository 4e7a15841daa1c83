"""Shards of a run: which pairs of account and region each of several processes reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AccountRegion:
    """A region of an account, the unit of work. ``account`` is its id, empty where no configuration names it."""

    account: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The part ``index`` of ``count`` parts of a run, counted from 0, with its ``pairs`` out of ``total`` pairs."""

    index: int
    count: int
    pairs: tuple[AccountRegion, ...] = ()
    total: int = 0


def shard_of(pairs: Iterable[AccountRegion], index: int, count: int) -> Shard:
    """The shard with every pair whose place in sorted order, modulo ``count``, is ``index``.

    Invariant: every pair is in exactly one of the shards ``0`` to ``count - 1``.
    """
    ordered = sorted(set(pairs))
    return Shard(index=index, count=count, pairs=tuple(ordered[index::count]), total=len(ordered))
