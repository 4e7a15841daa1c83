"""The aliases of the ids and addresses in the inputs of a recorded run."""

from __future__ import annotations

from auditor.fetcher import pseudonyms
from auditor.fetcher.cassette import Aliases

MASKS = {"cls-ord3rs01": "cls-aaaaaaaa", "ins-ord3rs01": "ins-bbbbbbbb", "47.88.7.0/24": "203.0.113.0/24"}


def _recorded(text: str) -> Aliases:
    found = pseudonyms.record_aliases(text, MASKS.get)
    assert found is not None
    return found


def test_what_was_named_is_called_as_the_recording_calls_it() -> None:
    known = _recorded("cls-ord3rs01 47.88.7.0/24")
    assert pseudonyms.apply_aliases(known, '{"id": "cls-ord3rs01#np-1", "cidr": "47.88.7.0/24"}') == (
        '{"id": "cls-aaaaaaaa#np-1", "cidr": "203.0.113.0/24"}'
    )


def test_both_ids_of_an_attachment_are_found() -> None:
    known = _recorded("ins-ord3rs01 cls-ord3rs01")
    assert pseudonyms.apply_aliases(known, "ins-ord3rs01_cls-ord3rs01") == "ins-bbbbbbbb_cls-aaaaaaaa"


def test_what_was_not_named_stays_as_it_is() -> None:
    known = _recorded("cls-ord3rs01")
    text = "ins-ord3rs01 47.88.7.0/24 10.0.0.0/8 15:32:08 cls-ord3rs012 my-cls-ord3rs01"
    assert pseudonyms.apply_aliases(known, text) == text


def test_no_true_word_is_kept() -> None:
    kept = _recorded("cls-ord3rs01 47.88.7.0/24").model_dump_json()
    assert "ord3rs01" not in kept
    assert "47.88" not in kept


def test_each_recording_has_digests_of_its_own() -> None:
    assert _recorded("cls-ord3rs01").names.keys() != _recorded("cls-ord3rs01").names.keys()


def test_nothing_named_is_nothing_kept() -> None:
    assert pseudonyms.record_aliases("ins-elsewhere 10.0.0.0/8", MASKS.get) is None
    assert pseudonyms.apply_aliases(None, "cls-ord3rs01") == "cls-ord3rs01"
