"""The quick way to read a snapshot, which must take no file that the thorough way refuses or reads otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from auditor.errors import ConfigError
from auditor.fetcher import snapshot_file, snapshot_reader
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.snapshot_checks import objects_by_class
from auditor.model.clusters import NetworkBlocks
from auditor.model.rules import UnreadablePeer, UnreadableService
from auditor.model.selectors import Tag
from auditor.model.snapshot import Snapshot
from tests.estates import everything
from tests.loopback.estate import GUANGZHOU
from tests.loopback.writing import EstateCaller
from tests.unit.fetcher.test_snapshot_file import SNAPSHOT

Path = tuple[str | int, ...]

EVERYTHING = fetch(EstateCaller(everything.build()), FetchRequest(regions=(GUANGZHOU,)))
PYDANTIC = TypeAdapter(Snapshot)
COPY = "copy of a key"
OPTIONAL = ("networks", "container", "vpc", "cidrs", "gaps", "nodes", "name", "addresses", "targets", "account", "tags")
"""Keys that have a default, in most classes."""
OTHER_VALUES: tuple[object, ...] = (1.5, {"kind": "x"}, [[]], "\udcff")


def quickly(text: str) -> Snapshot | None:
    return snapshot_reader.read(text.encode(), snapshot_file.SCHEMA)


def documents() -> Iterator[dict[str, Any]]:
    for snapshot in (SNAPSHOT, EVERYTHING):
        yield json.loads(snapshot_file.dump(snapshot))


def object_paths(value: object, path: Path = ()) -> Iterator[Path]:
    """The path of one object for each class and place: of a list, that of its first object of each set of keys."""
    if isinstance(value, dict):
        yield path
        for key, item in value.items():
            yield from object_paths(item, (*path, key))
    elif isinstance(value, list):
        shapes = {tuple(sorted(item)) if isinstance(item, dict) else (): place for place, item in enumerate(value)}
        for place in shapes.values():
            yield from object_paths(value[place], (*path, place))


def at(document: dict[str, Any], path: Path) -> dict[str, Any]:
    holder: Any = document
    for step in path:
        holder = holder[step]
    assert isinstance(holder, dict)
    return holder


def with_key_twice(document: dict[str, Any], path: Path, key: str) -> str:
    holder = at(document, path)
    holder[COPY] = holder[key]
    return json.dumps(document).replace(json.dumps(COPY), json.dumps(key))


@pytest.mark.parametrize("snapshot", [SNAPSHOT, EVERYTHING], ids=["small", "everything"])
@pytest.mark.parametrize("layout", [{"separators": (",", ":")}, {"indent": 2}, {"separators": (" , ", "\n\t : ")}])
def test_a_written_file_is_read_quickly_in_any_layout(snapshot: Snapshot, layout: dict[str, Any]) -> None:
    assert quickly(json.dumps(json.loads(snapshot_file.dump(snapshot)), **layout)) == snapshot


def classes(annotation: Any) -> set[type]:  # noqa: ANN401 - any type
    """The dataclasses of which a type is made."""
    if is_dataclass(annotation):
        assert isinstance(annotation, type)
        return {annotation}.union(*map(classes, get_type_hints(annotation).values()))
    return set[type]().union(*map(classes, get_args(annotation)))


def test_these_snapshots_have_an_object_of_nearly_every_class() -> None:
    present = {*objects_by_class(SNAPSHOT), *objects_by_class(EVERYTHING)}
    assert len(present) == 31
    assert classes(Snapshot) - present == {NetworkBlocks, Tag, UnreadablePeer, UnreadableService}


def test_no_key_may_be_there_twice_in_any_object() -> None:
    for document in documents():
        for path in object_paths(document):
            for key in at(document, path):
                text = with_key_twice(json.loads(json.dumps(document)), path, key)
                with pytest.raises(ConfigError) as caught:
                    snapshot_file.load(text, "a.json")
                assert (caught.value.message_id, caught.value.facts["key"]) == ("files-json-duplicate-key", key), path


def thorough(document: dict[str, Any]) -> Snapshot | None:
    """The snapshot as pydantic reads it; ``None`` where a key is missing that has no default."""
    try:
        return PYDANTIC.validate_json(json.dumps(document["snapshot"]), strict=True)
    except (ValidationError, KeyError):
        return None


def test_a_key_that_is_left_out_has_its_default_and_no_other_key_is_allowed() -> None:
    for document in documents():
        for path in object_paths(document):
            for key in list(at(document, path)):
                edited = json.loads(json.dumps(document))
                del at(edited, path)[key]
                tells_apart = key == "schema" or (key == "kind" and path[-1] in ("peer", "service"))
                expected = None if tells_apart else thorough(edited)
                assert quickly(json.dumps(edited)) == expected, (path, key)
            edited = json.loads(json.dumps(document))
            at(edited, path)["note"] = ""
            assert quickly(json.dumps(edited)) is None, path


PLACES = [
    ("snapshot",),
    ("snapshot", "clusters", 0),
    ("snapshot", "clusters", 0, "networks"),
    ("snapshot", "clusters", 0, "networks", "vpc"),
    ("snapshot", "clusters", 0, "nodes", 0),
    ("snapshot", "security_groups", 0),
    ("snapshot", "load_balancers", 0, "listeners", 0),
]


@given(
    left_out=st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 20)), max_size=4),
    twice=st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 20)), max_size=14),
)
def test_keys_that_are_left_out_do_not_hide_keys_that_are_there_twice(
    left_out: list[tuple[Path, int]], twice: list[tuple[Path, int]]
) -> None:
    document = json.loads(snapshot_file.dump(EVERYTHING))
    copies: set[str] = set()
    for path, number in twice:
        holder = at(document, path)
        key = sorted(holder)[number % len(holder)].removeprefix(COPY)
        holder[COPY + key] = holder[key]
        copies.add(key)
    for path, number in left_out:
        with suppress(KeyError):  # where another key is left out that leads here
            holder = at(document, path)
            optional = [key for key in OPTIONAL if key in holder and COPY + key not in holder]
            if optional:
                del holder[optional[number % len(optional)]]
    text = json.dumps(document)
    expected = None if COPY in text else thorough(document)
    for key in copies:
        text = text.replace(json.dumps(COPY + key), json.dumps(key))
    assert quickly(text) == expected


def test_an_object_that_is_left_out_does_not_hide_as_many_keys_that_are_there_twice() -> None:
    document = json.loads(snapshot_file.dump(EVERYTHING))
    networks = document["snapshot"]["clusters"][0].pop("networks")
    keys = 1 + len(networks) + sum(len(network) for network in networks.values() if isinstance(network, dict))
    assert keys == 14
    texts = [json.dumps(document)]
    nodes = document["snapshot"]["clusters"][0]["nodes"]
    for node in nodes:
        for key in list(node)[: keys - len(texts) + 1]:
            node[COPY + key] = node[key]
            text = json.dumps(document)
            for name in node:
                text = text.replace(json.dumps(COPY + name), json.dumps(name))
            texts.append(text)
    assert len(texts) > keys
    assert quickly(texts[0]) == thorough(json.loads(texts[0]))
    assert [text for text in texts[1:] if quickly(text) is not None] == []


def test_a_value_of_another_type_needs_a_closer_look_wherever_it_is() -> None:
    for document in documents():
        for path in object_paths(document):
            for key in at(document, path):
                for value in OTHER_VALUES:
                    edited = json.loads(json.dumps(document))
                    at(edited, path)[key] = value
                    assert quickly(json.dumps(edited)) is None, (path, key, value)


@pytest.mark.parametrize("index", ["9223372036854775808", "1" * 309, "1" * 5000, "0.0", "1e2", "NaN", "true", '"0"'])
def test_a_number_that_is_no_small_whole_number_needs_a_closer_look(index: str) -> None:
    text = snapshot_file.dump(SNAPSHOT).replace('"index":0', f'"index":{index}')
    assert quickly(text) is None


@pytest.mark.parametrize(
    "description",
    [
        'a":',
        '\\"nodes\\":[]',
        "a\\",
        '\\\\":',
        '":"a":"',
        'x" :',
        ':"',
        '",":[',
        "放通\n端口\t:",
        "{}[],:",
        " ",
        "\u2028",
    ],
)
def test_no_text_is_taken_for_a_key(description: str) -> None:
    document = json.loads(snapshot_file.dump(EVERYTHING))
    for group in document["snapshot"]["security_groups"]:
        group["name"] = description
    for ascii_only in (True, False):
        text = json.dumps(document, ensure_ascii=ascii_only)
        snapshot = quickly(text)
        assert snapshot is not None
        assert {group.name for group in snapshot.security_groups} == {description}


def test_a_key_that_is_written_with_an_escape_counts_as_itself() -> None:
    text = snapshot_file.dump(SNAPSHOT)
    assert quickly(text.replace('"nodes"', '"node\\u0073"')) == SNAPSHOT
    twice = with_key_twice(json.loads(text), ("snapshot", "clusters", 0), "nodes")
    assert quickly(twice.replace('"nodes"', '"node\\u0073"', 1)) is None


values: st.SearchStrategy[Any] = st.recursive(
    st.text() | st.integers() | st.text('":\\,[]{} a\n'),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.from_regex("[a-z_]{1,9}", fullmatch=True), below),
    max_leaves=30,
)
spaces = st.text(" \n\t\r", max_size=2)


def count(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(count, value.values()))
    return sum(map(count, value)) if isinstance(value, list) else 0


@given(value=values, before=spaces, after=spaces, ascii_only=st.booleans())
def test_every_key_of_a_json_text_is_counted_and_nothing_else(
    value: object, before: str, after: str, *, ascii_only: bool
) -> None:
    text = json.dumps(value, separators=(before + "," + after, before + ":" + after), ensure_ascii=ascii_only)
    assert snapshot_reader.key_count(text.encode("utf-8", "surrogatepass")) == count(value)
