from __future__ import annotations

from auditor.reporter.terminal import columns, fitted, wrapped


def test_a_wide_character_counts_two_columns() -> None:
    assert [columns(text) for text in ("web", "安全组", "é", "👩‍💻", "")] == [3, 6, 1, 2, 0]


def test_latin_breaks_at_spaces() -> None:
    assert wrapped("Insert an ACCEPT above rule 4", 14) == ["Insert an", "ACCEPT above", "rule 4"]


def test_chinese_breaks_anywhere_but_before_a_full_stop() -> None:
    assert wrapped("没有绑定任何安全组。", 18) == ["没有绑定任何安全", "组。"]


def test_an_opening_bracket_goes_with_what_it_opens() -> None:
    assert wrapped("绑定安全组（基础）", 12) == ["绑定安全组", "（基础）"]


def test_a_quotation_mark_stays_with_a_chinese_name() -> None:
    assert wrapped('bind sg-1 "基础", then', 15) == ['bind sg-1 "基', '础", then']


def test_what_has_no_break_is_broken_at_the_edge() -> None:
    assert wrapped("ab " + "x" * 12, 5) == ["ab", "xxxxx", "xxxxx", "xx"]


def test_no_text_is_one_empty_line() -> None:
    assert wrapped("", 10) == [""]


def test_no_line_is_wider_than_asked_for() -> None:
    text = 'sg-base0001 "基础安全组" inbound rule 1: DROP TCP 22, described as "办公网登录 👩‍💻 ' + "长" * 40 + '"'
    assert max(columns(line) for line in wrapped(text, 21)) <= 21


def test_wrapping_loses_no_character_but_spaces_at_breaks() -> None:
    text = "在 sg-1（基础）的入站规则 1 之前插入一条规则，允许来自 10.0.0.0/16 的 TCP 22、53。"
    assert "".join(wrapped(text, 17)).replace(" ", "") == text.replace(" ", "")


def test_the_widest_column_gives_way_first() -> None:
    assert fitted([["short", "a rather long cell of text"]], 20) == [["short", "a rather long\ncell of text"]]


def test_a_firm_column_keeps_its_line_while_the_others_can_give() -> None:
    row = ["cls-1 a cluster with quite a long name", "1 critical, 5 high, 5 medium, 1 gap"]
    assert fitted([row], 61, firm=1) == [
        ["cls-1 a cluster with\nquite a long name", "1 critical, 5 high, 5 medium, 1 gap"]
    ]


def test_a_column_of_single_words_never_breaks() -> None:
    row = ["NON-COMPLIANT", "cls-1 a cluster", "1 critical, 5 high"]
    assert fitted([row], 40, whole=0, firm=2)[0][0] == "NON-COMPLIANT"


def test_columns_that_fit_stay_as_they_are() -> None:
    assert fitted([["a", "b"], ["c", "d e f"]], 40) == [["a", "b"], ["c", "d e f"]]


def test_no_rows_are_no_table() -> None:
    assert fitted([], 40) == []


def test_columns_stay_readable_on_a_terminal_that_is_too_narrow() -> None:
    assert fitted([["abcdefghij", "klmnopqrst"]], 10) == [["abcdefgh\nij", "klmnopqr\nst"]]
