"""Whether masking changed how a recording's addresses lie to each other: then a replay may come to another verdict.

What counts to a verdict is which block holds which and which have addresses in common, not what the blocks are. There
is no room in the ranges that belong to nobody for every public block, so wide ones are made smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from auditor.fetcher import aliases
from auditor.fetcher.cassette import Cassette
from auditor.model import addresses
from auditor.model.intervals import IntervalSet
from auditor.model.ranges import PUBLIC


def blurred(original: Cassette, scrubbed: Cassette, named: str = "") -> tuple[str, str] | None:
    """Two addresses or blocks of ``original`` that lie to each other otherwise in ``scrubbed``, if there are any.

    Those in ``named``, the text of all that the run was given, count as well.
    """
    before, after = (one.model_dump(mode="json", include={"interactions"}) for one in (original, scrubbed))
    given = {(text, aliases.applied(scrubbed.aliases, text)) for text in aliases.addresses(named)}
    swaps = sorted(set(_public(before, after)) | {pair for pair in given if _is_public(pair[0])})
    sets = [(text, addresses.parse(text), addresses.parse(masked)) for text, masked in swaps]
    for (one, here, here_masked), (other, there, there_masked) in combinations(sets, 2):
        if _relation(here, there) != _relation(here_masked, there_masked):
            return one, other
    return None


def _relation(one: IntervalSet, other: IntervalSet) -> tuple[bool, bool, bool]:
    return one <= other, other <= one, bool(one & other)


def _public(original: Any, scrubbed: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Every text that names public addresses, with what stands in its place."""
    if isinstance(original, dict) and isinstance(scrubbed, dict):
        for key, value in original.items():
            yield from _public(value, scrubbed.get(key))
    elif isinstance(original, list) and isinstance(scrubbed, list):
        for value, masked in zip(original, scrubbed, strict=False):
            yield from _public(value, masked)
    elif isinstance(original, str) and isinstance(scrubbed, str) and _is_public(original):
        yield original, scrubbed


def _is_public(text: str) -> bool:
    try:
        return bool(addresses.parse(text) & PUBLIC)
    except ValueError:
        return False
