"""Whatever a file holds, a run ends with a sentence and never with a fault of the program."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli.run import run
from auditor.config import baseline, settings
from auditor.errors import AuditorError, ExitCode
from auditor.fetcher import cassette, snapshot_file
from auditor.files import reader
from auditor.model.snapshot import Snapshot
from auditor.reporter import report_reader
from auditor.whatif import apply, change_file
from auditor.whatif.terraform import load
from auditor.words import Lang, catalogue
from tests.plans.plan_json import Resource, plan

FILE = "FILE"
SNAPSHOT = json.dumps({"schema": "sgaudit-snapshot/1", "snapshot": {"regions": ["ap-guangzhou"]}})
REPORT = json.dumps({"schema": "sgaudit-report/1", "complete": True, "gaps": [], "clusters": [], "findings": []})
CASSETTE = json.dumps({"format": "sgaudit-cassette/1", "scenario": "", "origin": "written", "interactions": []})
CHANGE = "changes:\n- {group: sg-a, direction: ingress, rules: [{action: drop, cidr: 10.0.0.0/8}]}\n"
CONFIG = "regions: [ap-guangzhou]\nwaivers: []\nfail_on: low\n"

KINDS = {
    "config": (("baseline", "show", "--config", FILE), CONFIG),
    "baseline": (("baseline", "show", FILE), "extends: tke-default\nname: own\n"),
    "plan": (("gate", "--plan", FILE, "--snapshot", "empty.json"), plan(Resource(type="t", name="x", after={"a": 1}))),
    "change": (("gate", "--change", FILE, "--snapshot", "empty.json"), CHANGE),
    "snapshot": (("audit", "--snapshot", FILE), SNAPSHOT),
    "cassette": (("audit", "--replay", FILE), CASSETTE),
    "since": (("audit", "--snapshot", "empty.json", "--since", FILE), REPORT),
    "diff": (("diff", FILE, FILE), REPORT),
}

PIECES = st.sampled_from(
    (
        *("{", "}", "[", "]", '"', ":", ",", "\\", "\n", " ", "- ", "<<: ", "*a", "&a ", "!!bool ", "? ", "| ", "% "),
        *("null", "NaN", "1e999", "9" * 5000, "2026-02-30", '"\\UFFFFFFFF"', '"\\ud800"', "[" * 300, '{"a":' * 300),
        *("\ufeff", "\x00", "\x85", "放"),
    )
).map(lambda piece: piece.encode())

LOADERS: dict[str, Callable[[Path], object]] = {
    "config": lambda path: settings.load(path, {}),
    "baseline": lambda path: baseline.load(str(path)),
    "plan": lambda path: apply.apply(
        Snapshot(regions=()), load.load(path.read_bytes(), "plan.json"), trust_references=False
    ),
    "change": lambda path: change_file.apply(Snapshot(regions=()), change_file.load(_text(path), "change.yaml")),
    "snapshot": lambda path: snapshot_file.load(_text(path), "snapshot.json"),
    "cassette": lambda path: cassette.load(_text(path), "cassette.json"),
    "since": lambda path: report_reader.load(_text(path), "report.json"),
}


def _text(path: Path) -> str:
    return reader.read_text(path, reader.JSON_BYTES)


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """A good file of this kind with a piece cut out and another put in, or nothing but pieces."""
    if draw(st.booleans()):
        return b"".join(draw(st.lists(PIECES | st.binary(max_size=4), max_size=12)))
    whole = KINDS[kind][1].encode()
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 12)))
    return whole[:start] + draw(PIECES | st.binary(max_size=4)) + whole[end:]


def _ran(kind: str, data: bytes) -> tuple[ExitCode, str]:
    with TemporaryDirectory() as name:
        folder, err = Path(name), io.StringIO()
        (folder / "file").write_bytes(data)
        (folder / "empty.json").write_text(SNAPSHOT)
        paths = {FILE: str(folder / "file"), "empty.json": str(folder / "empty.json")}
        argv = [paths.get(word, word) for word in KINDS[kind][0]]
        code = run(argv, {"HOME": name}, (None, io.TextIOWrapper(io.BytesIO(), "utf-8"), err))
        return code, err.getvalue()


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"diff"}))
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_with_a_sentence(kind: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "file"
        path.write_bytes(data.draw(damaged(kind)))
        try:
            LOADERS[kind](path)
        except AuditorError as error:
            sentence = catalogue(Lang.EN).text(error.message_id, **error.facts)
        else:
            sentence = "read"
    assert sentence


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"[" * 5000,
        b'{"a":' * 5000,
        b'{"a": %s}' % (b"9" * 5000),
        b'"\\UFFFFFFFF"',
        b"!!bool x",
        b"\xff\xfe",
    ],
    ids=["empty", "zero", "lists", "objects", "number", "escape", "tag", "mark"],
)
def test_a_file_that_is_none_of_this_kind_ends_with_a_sentence(kind: str, data: bytes) -> None:
    code, said = _ran(kind, data)
    assert code in (ExitCode.OK, ExitCode.USAGE), said
    assert "Traceback" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_of_each_kind_is_read(kind: str) -> None:
    code, said = _ran(kind, KINDS[kind][1].encode())
    assert code in (ExitCode.OK, ExitCode.INCOMPLETE), said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/random", "/", "/proc/self/mem"])
def test_a_device_or_folder_in_place_of_a_file_is_a_sentence(kind: str, device: str) -> None:
    err = io.StringIO()
    with TemporaryDirectory() as name:
        (Path(name) / "empty.json").write_text(SNAPSHOT)
        paths = {FILE: device, "empty.json": str(Path(name) / "empty.json")}
        argv = [paths.get(word, word) for word in KINDS[kind][0]]
        code = run(argv, {"HOME": name}, (None, io.TextIOWrapper(io.BytesIO(), "utf-8"), err))
    assert (code, err.getvalue().startswith(f"sgaudit: cannot read {device}: ")) == (2, True)
