from __future__ import annotations

import pytest

from auditor.reporter.text.names import Formatter
from auditor.words import Lang

EN, ZH = Formatter(Lang.EN), Formatter(Lang.ZH)


@pytest.mark.parametrize(
    ("items", "english", "chinese"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a 和 b"),
        (["a", "b", "c"], "a, b and c", "a、b 和 c"),
        (["甲", "乙"], "甲 and 乙", "甲和乙"),
    ],
)
def test_things_are_told_together(items: list[str], english: str, chinese: str) -> None:
    assert EN.together(items) == english
    assert ZH.together(items) == chinese


def test_a_list_is_cut_with_words() -> None:
    items = ["a", "b", "c", "d", "e"]
    assert EN.listed(items, 2) == "a, b and 3 more"
    assert ZH.listed(items, 2) == "a、b 等 5 项"
    assert EN.listed(items) == "a, b, c, d, e"


def test_nothing_is_counted_that_could_have_been_named() -> None:
    assert EN.listed(["a", "b", "c"], 2) == "a, b, c"


def test_a_long_name_says_how_much_of_it_was_left_out() -> None:
    assert EN.clipped("x" * 60) == "x" * 60
    assert EN.clipped("x" * 120) == f"{'x' * 60}... (60 more characters)"
    assert ZH.clipped("长" * 160) == f"{'长' * 60}…（其后还有 100 个字符）"


def test_what_the_words_for_a_cut_would_take_as_well_is_not_cut() -> None:
    assert EN.clipped("x" * 119) == "x" * 119


@pytest.mark.parametrize("name", ["", "  ", "sg-1"])
def test_an_id_without_a_name_of_its_own_stays_bare(name: str) -> None:
    assert EN.named("sg-1", name) == "sg-1"


def test_an_id_is_shown_with_its_name() -> None:
    assert EN.named("sg-1", "web") == 'sg-1 "web"'
    assert ZH.named("sg-1", "基础") == "sg-1（基础）"
