from __future__ import annotations

from tests.diagonal import diagonal


def test_one_case_in_so_many_is_for_an_ordinary_run_and_all_are_for_a_deep_one() -> None:
    cases = diagonal(("letter", "number"), "abc", [1, 2], share=2).args[1]
    assert [(*case.values, bool(case.marks)) for case in cases] == [
        ("a", 1, False),
        ("a", 2, True),
        ("b", 1, True),
        ("b", 2, False),
        ("c", 1, False),
        ("c", 2, True),
    ]


def test_a_case_is_named_for_its_values() -> None:
    cases = diagonal(("letter", "number"), "ab", [1], share=1, name=lambda value: f"<{value}>").args[1]
    assert [case.id for case in cases] == ["<a>-<1>", "<b>-<1>"]
