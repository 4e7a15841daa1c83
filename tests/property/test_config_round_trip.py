"""What is written out loads to the same again."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.config import baseline, settings
from auditor.config.baseline_dump import dump
from auditor.config.settings import waiver_entry
from auditor.config.yaml_reader import Plain, SourceText, read
from auditor.config.yaml_writer import write
from auditor.model import addresses
from auditor.model.baseline import Waiver
from auditor.model.clusters import Role
from auditor.model.codes import Code, Severity
from auditor.model.findings import Finding
from auditor.model.packets import PacketSet, packets, union
from auditor.model.rules import Direction
from tests.property.config_values import baselines, packet_sets, plain_values, words


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config") / "file.yaml"


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), plain_values))
def test_written_values_are_read_as_they_were(value: dict[str, Plain]) -> None:
    text = write(value)
    assert read(SourceText(label="x", text=text, folder=Path(), identity="x")).root.plain() == value
    assert all(letter.isprintable() or letter == "\n" for letter in text)


@given(baselines())
def test_a_baseline_written_out_is_the_same_baseline(path: Path, value: dict[str, Plain]) -> None:
    path.write_text(write(value), encoding="utf-8")
    original = baseline.load(path)
    path.write_text(dump(original), encoding="utf-8")
    assert baseline.load(path) == original


@given(baselines(), st.data())
def test_the_order_of_rows_does_not_change_the_digest(path: Path, value: dict[str, Plain], data: st.DataObject) -> None:
    path.write_text(write(value), encoding="utf-8")
    original = baseline.load(path)
    shuffled = data.draw(st.permutations(original.requirements))
    path.write_text(dump(replace(original, requirements=tuple(shuffled))), encoding="utf-8")
    assert baseline.load(path).digest == original.digest


@given(packet_sets(), st.sampled_from(Direction), words, words)
def test_waivers_written_out_cover_exactly_the_finding(
    path: Path, found: PacketSet, direction: Direction, reason: str, owner: str
) -> None:
    assume(found)
    finding = Finding(
        code=Code.EXCESS_ACCESS,
        severity=Severity.HIGH,
        fingerprint="0123456789abcdef",
        region="ap-guangzhou",
        cluster_id="cls-aaaaaaaa",
        role=Role.NODE,
        security_groups=("sg-a",),
        direction=direction,
        packets=found,
    )
    path.write_text(f"waivers:\n{waiver_entry(finding, reason, owner, date(2026, 12, 31))}", encoding="utf-8")
    waivers = [waiver for waiver in settings.load(path, {}).waivers if isinstance(waiver, Waiver)]
    assert union(packets(each.services, addresses.union(each.cidrs)) for each in waivers) == found
    assert {(each.direction, each.reason, each.owner) for each in waivers} == {(direction, reason, owner)}
