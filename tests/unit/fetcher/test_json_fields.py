"""How single fields of an answer are read, and the defects of malformed fields."""

from __future__ import annotations

import pytest

from auditor.fetcher import json_fields
from auditor.fetcher.actions import SECURITY_GROUPS
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.model.codes import GapKind


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("192.128.8.8/17", "192.128.0.0/17"),
        ("10.0.0.1", "10.0.0.1"),
        (" 10.0.0.1 ", "10.0.0.1"),
        ("10.0.0.1-10.0.0.100", "10.0.0.1-10.0.0.100"),
        ("10.0.0.1 - 10.0.0.100", "10.0.0.1-10.0.0.100"),
        ("0::0/0", "::/0"),
        ("2402:4E00::1", "2402:4e00::1"),
        ("2402:4e00:: - 2402:4e00::ff", "2402:4e00::-2402:4e00::ff"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_block_has_one_spelling(source: str, expected: str) -> None:
    assert json_fields.canonical(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/255.255.0.0",
        "10.0.0.0/0.0.255.255",
        "10.0.0.9-10.0.0.1",
        "10.0.0.1-2402:4e00::1",
        "10.0.0.1-",
        "10.0.0.0/8-10.0.0.0/9",
        "fe80::1%eth0",
        "010.0.0.1",
        "10.0.6.x",
        "MY_PUBLIC_IP",
        "１０.0.0.1",
        "all",
    ],
)
def test_text_that_is_no_block_is_not_guessed_at(source: str) -> None:
    assert json_fields.canonical(source) is None


def nothing_wrong() -> Defects:
    call_site = CallSite(region="ap-guangzhou", action=SECURITY_GROUPS)
    return Defects(call_site=call_site, resource="sg-a", unknown="what it is is unknown")


def test_missing_and_null_are_no_text_and_other_types_are_defects() -> None:
    row: dict[str, object] = {"null": None, "list": [], "flag": True, "text": " a ", "count": 7}
    defects = nothing_wrong()
    assert [json_fields.text(row, key, defects) for key in ("missing", "null", "text")] == ["", "", "a"]
    assert [json_fields.text(row, key, defects) for key in ("list", "flag", "count")] == ["", "", ""]
    assert [gap.message for gap in defects.gaps] == [
        "list of sg-a is [], not a text: what it is is unknown",
        "flag of sg-a is true, not a text: what it is is unknown",
        "count of sg-a is 7, not a text: what it is is unknown",
    ]


def test_name_for_people_is_never_a_gap() -> None:
    row: dict[str, object] = {"null": None, "list": [], "flag": True, "text": "a", "count": 7}
    assert [json_fields.label(row, key) for key in ("missing", "null", "list", "flag", "text", "count")] == [
        "",
        "",
        "",
        "",
        "a",
        "7",
    ]


def test_wrong_type_has_a_spelling_that_no_parser_reads() -> None:
    row: dict[str, object] = {"count": 22, "flag": True, "null": None, "text": " 22 "}
    assert [json_fields.raw_field(row, key) for key in ("count", "flag", "null", "text")] == [
        "22 (int)",
        "true (bool)",
        "",
        "22",
    ]


def test_lone_surrogate_leaves_a_mark() -> None:
    assert json_fields.text({"Name": "a\ud800b"}, "Name", nothing_wrong()) == "a\ufffdb"


def test_number_may_come_as_digits_and_never_as_a_flag() -> None:
    row = {"a": 3, "b": "4", "c": None, "d": True, "e": "x", "f": "９", "g": -1, "h": 1.0}
    defects = nothing_wrong()
    assert [json_fields.number(row, key, defects) for key in "abc"] == [3, 4, None]
    assert defects.gaps == ()
    assert [json_fields.number(row, key, defects) for key in "defgh"] == [None] * 5
    assert len(defects.gaps) == 5


@pytest.mark.parametrize("value", [7, True, [], {}, "x", "sg-a\nrm -rf", "sg-a;id", "sg-", "cls-a", "sg-" + "a" * 200])
def test_what_is_no_id_is_a_defect(value: object) -> None:
    defects = nothing_wrong()
    read = json_fields.identifier({"SecurityGroupId": value}, "SecurityGroupId", defects, ("sg-",))
    assert (read, len(defects.gaps)) == ("", 1)


def test_list_of_ids_keeps_order_and_drops_exact_repeats() -> None:
    assert json_fields.id_list({"Ids": ["sg-b", "sg-a", "sg-b"]}, "Ids") == ("sg-b", "sg-a")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"Ids": None},
        {"Ids": "sg-a"},
        {"Ids": ["sg-a", None]},
        {"Ids": ["sg-a", " "]},
        {"Ids": ["sg-a", 7]},
        {"Ids": [True]},
        {"Ids": ["sg-a\nid"]},
    ],
)
def test_list_of_ids_with_anything_else_in_it_says_nothing(row: dict[str, object]) -> None:
    assert json_fields.id_list(row, "Ids") is None


def test_empty_list_of_ids_was_read() -> None:
    assert json_fields.id_list({"Ids": []}, "Ids") == ()


@pytest.mark.parametrize("source", ["", "null", "[]", "{", "[" * 100_000, '"GR"'])
def test_property_that_is_no_object_is_none(source: str) -> None:
    assert json_fields.json_object(source) is None


def test_list_says_what_it_leaves_out() -> None:
    row = {"Mixed": [{"a": 1}, None, "b", 3]}
    defects = nothing_wrong()
    assert json_fields.mappings(row, "Mixed", defects) == ({"a": 1},)
    assert [gap.message.partition(":")[0] for gap in defects.gaps] == [
        "Mixed[1] of sg-a is null, not an object",
        'Mixed[2] of sg-a is "b", not an object',
        "Mixed[3] of sg-a is 3, not an object",
    ]
    defects = nothing_wrong()
    assert (json_fields.texts(row, "Mixed", defects), len(defects.gaps)) == (("b",), 3)


def test_missing_list_is_empty_and_another_type_is_a_defect() -> None:
    defects = nothing_wrong()
    assert (
        json_fields.mappings({}, "List", defects),
        json_fields.texts({"List": None}, "List", defects),
        defects.gaps,
    ) == (
        (),
        (),
        (),
    )
    assert (json_fields.mappings({"List": {}}, "List", defects), json_fields.texts({"List": "a"}, "List", defects)) == (
        (),
        (),
    )
    assert (json_fields.mapping({"List": []}, "List", defects), len(defects.gaps)) == ({}, 3)


def test_addresses_are_sorted_and_unreadable_ones_left_out() -> None:
    found = json_fields.readable_addresses(["2402:4e00::1", "10.0.0.9", "10.0.6.x", "", "10.0.0.10", "10.0.0.9"])
    assert found == ("10.0.0.9", "10.0.0.10", "2402:4e00::1")


def test_blocks_are_sorted_by_address_wider_first() -> None:
    found = json_fields.sorted_blocks(
        ["2402:4e00::/56", "10.0.1.0/24", "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/24", "9.0.0.0/8"]
    )
    assert found == ("9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/24", "10.0.1.0/24", "2402:4e00::/56")


def test_gap_names_its_call() -> None:
    call_site = CallSite(region="ap-guangzhou", action=SECURITY_GROUPS, cluster_id="cls-a")
    gap = call_site.gap("sg-\udc00", "Odd", "what it is is unknown")
    assert (gap.region, gap.cluster_id, gap.service, gap.action) == (
        "ap-guangzhou",
        "cls-a",
        "vpc",
        "DescribeSecurityGroups",
    )
    assert (gap.resource, gap.code, gap.message, gap.kind) == (
        "sg-\ufffd",
        "Odd",
        "what it is is unknown",
        GapKind.UNREADABLE,
    )
