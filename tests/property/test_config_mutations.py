"""Whatever is done to a file, loading it works or raises ``ConfigError`` with a line."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import resources
from auditor.config import baseline, settings
from auditor.config.yaml_reader import Plain, SourceText, from_resources, read
from auditor.config.yaml_writer import write
from auditor.errors import ConfigError
from auditor.words import Lang, catalogue
from tests.property.config_values import plain_values

Load: TypeAlias = Callable[[Path], object]

EXAMPLE = resources.text("configs/sgaudit.example.yaml")
HARDENED = resources.text("configs/tke-hardened.yaml")
DEFAULT = resources.text("configs/tke-default.yaml")

SCRAPS = st.sampled_from(
    [
        "\t",
        "\n",
        "\r",
        " ",
        ":",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        "#",
        "&a ",
        "*a",
        "!x ",
        "!!int ",
        "|",
        ">",
        "'",
        '"',
        "%",
        "@",
        "`",
        ",",
        "\\",
        "\\x",
        "\\U00110000",
        "\x00",
        "\x85",
        "\u2028",
        "\ufeff",
        "<<: *a",
        "---",
        "...",
        "放",
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e9",
        "all",
        "cls-*",
        "0.0.0.0/0",
        "65536",
        "critical",
        "%YAML 9.9\n",
    ]
)


def outcome(load: Load, path: Path) -> None:
    """Load, and hold what is raised to the form of every complaint."""
    try:
        load(path)
    except ConfigError as error:
        lines = path.read_bytes().count(b"\n") + 1
        for each in getattr(error, "mistakes", (error,)):
            assert {"file", "line", "key", "expected"} <= each.facts.keys()
            assert 1 <= int(each.facts["line"]) <= lines
            for lang in Lang:
                assert str(path) in catalogue(lang).text(each.message_id, **each.facts)


def load_settings(path: Path) -> object:
    return settings.load(path, {})


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config") / "file.yaml"


@st.composite
def broken(draw: st.DrawFn, text: str) -> str:
    """``text`` cut, and with a few scraps put in or stretches taken out."""
    start = draw(st.integers(0, len(text)))
    found = text[start : start + draw(st.integers(0, 1500))] if draw(st.booleans()) else text
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(found)))
        gone = draw(st.integers(0, 3))
        found = found[:at] + draw(SCRAPS | st.just("")) + found[at + gone :]
    return found


@given(broken(EXAMPLE))
def test_a_broken_configuration_file_is_refused_with_a_line(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    outcome(load_settings, path)


@given(st.sampled_from([HARDENED, DEFAULT]).flatmap(broken))
def test_a_broken_baseline_is_refused_with_a_line(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    outcome(baseline.load, path)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    outcome(load_settings, path)
    outcome(baseline.load, path)


def places(value: Plain) -> list[tuple[str | int, ...]]:
    """The path of every value."""
    items: list[tuple[str | int, Plain]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [(), *((step, *path) for step, inner in items for path in places(inner))]


@st.composite
def replaced(draw: st.DrawFn, value: Plain) -> Plain:
    """``value`` with something else at one or two of its places."""
    found = deepcopy(value)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(places(found)))
        if not place:
            continue
        holder = found
        for step in place[:-1]:
            holder = holder[step]  # type: ignore[index]
        if isinstance(holder, dict) and draw(st.booleans()):
            kept = holder.pop(str(place[-1]))
            holder[draw(st.text("abcdefgnors_-", min_size=1, max_size=8))] = kept
        else:
            holder[place[-1]] = draw(plain_values | SCRAPS)  # type: ignore[index]
    return found


def plain(source: SourceText) -> Plain:
    return read(source).root.plain()


@given(replaced(plain(from_resources("configs/sgaudit.example.yaml"))))
def test_a_configuration_file_with_other_values_is_refused_or_read(path: Path, value: Plain) -> None:
    path.write_text(write(value), encoding="utf-8")
    outcome(load_settings, path)


@given(replaced(plain(from_resources("configs/tke-default.yaml"))))
def test_a_baseline_with_other_values_is_refused_or_read(path: Path, value: Plain) -> None:
    path.write_text(write(value), encoding="utf-8")
    outcome(baseline.load, path)
