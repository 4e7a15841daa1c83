from __future__ import annotations

import csv
import io
import json

import pytest

from auditor.reporter import escape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web 生产 مرحبا é 👩‍💻", "web 生产 مرحبا é 👩‍💻"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc\x00\x7f", "a\\x0d\\x0ab\\x09c\\x00\\x7f"),
        ("gpj.\u202eexe\u2066\u200f", "gpj.\\u202eexe\\u2066\\u200f"),
        ("a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\x85d"),
        ("\ud800x\udfff", "\\ud800x\\udfff"),
        ("\ufeff\u200b\u00ad\u2060", "\\ufeff\\u200b\\xad\\u2060"),
        ("\U000e0041\uffff", "\\U000e0041\\uffff"),
        ("C:\\temp", "C:\\temp"),
    ],
)
def test_what_acts_becomes_a_mark_and_what_shows_stays(text: str, shown: str) -> None:
    assert escape.visible(text) == shown
    assert escape.terminal(text) == shown


def test_printable_characters_all_show() -> None:
    printable = "".join(character for character in map(chr, range(0x110000)) if character.isprintable())
    assert escape.json_text(printable) == printable


def test_delete_is_escaped_in_json_of_plain_ascii() -> None:
    assert escape.json_text('{\n  "name": "a\x7fb"\n}') == '{\n  "name": "a\\u007fb"\n}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sg-1 10.0.0.0/16 30000-32768", "sg-1 10.0.0.0/16 30000-32768"),
        ("a|b", "a&#124;b"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("&lt;", "&amp;lt;"),
        ("`x` *b* _i_ ~s~", "\\`x\\` \\*b\\* \\_i\\_ \\~s\\~"),
        ("[a](b)!", "\\[a\\]\\(b\\)\\!"),
        ("a\\|b", "a\\\\&#124;b"),
        ("@all me@x.example", "@<!-- -->all me@<!-- -->x.example"),
        ("https://evil.example www.evil.example", "https&#58;//evil.example www\\.evil.example"),
        ("rule #1 # $x$", "rule \\#<!-- -->1 \\# &#36;x&#36;"),
        ("    code", "&#32;   code"),
        ("- a", "\\- a"),
        ("  + a", "  \\+ a"),
        ("12. a", "12\\. a"),
        ("3) a", "3\\) a"),
        ("====", "\\===="),
        ("a\nb", "a\\\\x0ab"),
    ],
)
def test_markdown_shows_markup_instead_of_obeying_it(text: str, expected: str) -> None:
    assert escape.markdown(text) == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", " =", "\u3000="])
def test_no_formula_starts_a_cell(start: str) -> None:
    assert escape.csv_cell(f"{start}cmd()") == f"'{start}cmd()"


def test_a_tab_or_line_break_before_a_formula_is_a_mark_and_starts_none() -> None:
    assert escape.csv_cell("\t=1\r\n") == "\\x09=1\\x0d\\x0a"


def test_a_cell_comes_back_from_a_csv_reader_as_one_cell() -> None:
    page = io.StringIO()
    csv.writer(page).writerow([escape.csv_cell('a,"b"\nc'), "next"])
    assert list(csv.reader(io.StringIO(page.getvalue()))) == [['a,"b"\\x0ac', "next"]]


def test_workflow_data_keeps_our_line_breaks_and_starts_no_command() -> None:
    assert escape.workflow_data("50%\n::error::x\r%0A") == "50%25%0A::error::x\\x0d%250A"


def test_a_workflow_property_ends_at_no_comma_or_colon_of_its_text() -> None:
    assert escape.workflow_property("a:b,c%") == "a%3Ab%2Cc%25"


def test_xml_text_closes_no_tag_section_or_attribute() -> None:
    assert escape.xml_text("""]]> <a href="x" b='y'>&\x0b""") == (
        "]]&gt; &lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\\x0b"
    )


def test_json_loses_nothing_but_lone_surrogates() -> None:
    text = "a\x00\x1b\x9b\u202e\u2028\U000e0041\n\t é"
    written = escape.json_text(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert escape.visible(written) == written


def test_json_carries_a_lone_surrogate_as_a_mark() -> None:
    written = escape.json_text(json.dumps({"\udc00": "a\ud800b"}, ensure_ascii=False))
    assert json.loads(written.encode()) == {"\\udc00": "a\\ud800b"}


def test_json_line_feeds_between_values_stay() -> None:
    assert escape.json_text('{\n"a": "b"\n}') == '{\n"a": "b"\n}'


def test_the_arn_of_a_role_is_shown_as_it_is_and_commands_behind_it_are_not() -> None:
    assert escape.terminal("qcs::cam::uin/1:roleName/reader") == "qcs::cam::uin/1:roleName/reader"
    assert escape.terminal("qcs::error::x") == "qcs\\x3a:error::x"
    assert escape.terminal("::cam::1 qcs::cam::error::x") == "\\x3a:cam::1 qcs::cam\\x3a:error::x"
