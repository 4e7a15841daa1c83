"""The union of reports depends neither on their order nor on how they were merged before."""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from auditor import pipeline
from auditor.comparator.compare import compare
from auditor.errors import ExitCode
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.snapshot import Account
from auditor.reporter import REPORTERS, json_report, merged_report
from auditor.reporter.merged_report import Expected, MergePart
from auditor.reporter.options import RenderOptions
from auditor.reporter.run_models import ExpectedPart
from tests.builders import cluster, group, node, policy, rules, snapshot

TODAY = date(2026, 11, 22)
OPTIONS = RenderOptions(tool_version="0.0.0", today=TODAY, exit_code=ExitCode.OK)
REFUSED = Gap(kind=GapKind.UNREAD, region="ap-guangzhou", resource="ap-guangzhou", code="Denied", message="no")
OPEN = rules(("allow", "0.0.0.0/0"))
FILES = range(8)


@cache
def _text(number: int) -> str:
    """One of a few reports, which share accounts, clusters and shards, and have findings, gaps, filters and ages."""
    cluster_id = f"cls-{'abcdaeaf'[number]}"
    account = None if number == 3 else Account(id=f"10000000000{number % 3}", name="prod" if number == 4 else "")
    read = replace(
        snapshot([cluster(node("ins-a", "sg-a"), cluster_id=cluster_id)], [group("sg-a", OPEN if number % 2 else ())]),
        account=account,
        read_at=None if number == 5 else datetime(2026, 11, 14 + number, tzinfo=UTC),
        gaps=(REFUSED,) if number in (1, 4) else (),
    )
    report = json.loads("".join(json_report.render(compare(read, policy(), TODAY), OPTIONS)))
    if number < 3:
        report["shard"] = {"index": number, "count": 4}
    if number == 6:
        report["filter"] = {
            "severity": "high", "codes": [], "nodes": [], "roles": [], "left_out_waived": 0,
            "left_out": dict.fromkeys(("critical", "high", "medium", "low", "info"), 0),
        }  # fmt: skip
    return json.dumps(report).replace("sha256:0", "sha256:" + "0" * 64)


def _part(text: str, file: str) -> MergePart:
    part = merged_report.read_part(text, file)
    assert isinstance(part, MergePart), part
    return part


def _merged(parts: Iterable[MergePart], expected: Expected, damaged: Sequence[Gap] = ()) -> str:
    return "".join(json_report.render(pipeline.merge(list(parts), damaged, expected), OPTIONS))


@given(
    numbers=st.lists(st.sampled_from(FILES), min_size=1, max_size=8),
    groups=st.lists(st.integers(0, 2), min_size=8, max_size=8),
    max_age=st.sampled_from((None, 3)),
    account=st.sampled_from(("", "100000000001", "100000000009")),
)
def test_merging_merged_reports_is_merging_all_of_them(
    numbers: list[int], groups: list[int], max_age: int | None, account: str
) -> None:
    expected = Expected(
        pairs=(ExpectedPart(account=account, region="ap-guangzhou"),) if account else (), today=TODAY, max_age=max_age
    )
    parts = [_part(_text(number), f"{number}.json") for number in numbers]
    by_group: dict[int, list[MergePart]] = {}
    for part, name in zip(parts, groups, strict=False):
        by_group.setdefault(name, []).append(part)
    nested = [_part(_merged(own, expected), f"group-{name}.json") for name, own in by_group.items()]
    assert json.loads(_merged(nested, expected)) == json.loads(_merged(parts, expected))


@given(numbers=st.permutations(FILES))
def test_the_order_of_reports_does_not_matter(numbers: list[int]) -> None:
    expected = Expected(today=TODAY)
    parts = [_part(_text(number), f"{number}.json") for number in numbers]
    assert _merged(parts, expected) == _merged([_part(_text(number), f"{number}.json") for number in FILES], expected)


@given(numbers=st.lists(st.sampled_from(FILES), min_size=1, max_size=8))
def test_a_union_is_never_better_than_its_parts(numbers: list[int]) -> None:
    better = ("excluded", "empty", "compliant", "not-audited", "unknown", "non-compliant")
    parts = [_part(_text(number), f"{number}.json") for number in numbers]
    report = json.loads(_merged(parts, Expected(today=TODAY)))
    worst = {item["cluster_id"]: better.index(item["verdict"]) for item in report["clusters"]}
    for number in numbers:
        for item in json.loads(_text(number))["clusters"]:
            if numbers.count(number) == 1 and sum(item["cluster_id"] in _text(other) for other in numbers) == 1:
                assert worst[item["cluster_id"]] >= better.index(item["verdict"])
            elif worst[item["cluster_id"]] == better.index("compliant"):
                raise AssertionError(f"{item['cluster_id']} passes although several reports have it")
    assert report["complete"] is False or not any(json.loads(_text(number))["gaps"] for number in numbers)


def _steps(value: object, path: tuple[object, ...] = ()) -> Iterable[tuple[object, ...]]:
    """The path of every value below ``value``."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield (*path, step)
        yield from _steps(inner, (*path, step))


VALUES: tuple[object, ...] = (
    None,
    True,
    -1,
    10**30,
    "",
    "\x1b[31m",
    [],
    {},
    [None],
    [[1, 2]],
    "tcp",
    [[70000, 1]],
    ["1.2.3.4/33"],
    "high",
)
"""Values that a field of a report has in no version, or not there."""
PATHS = sorted(map(repr, _steps(json.loads(_text(1)))))


@given(path=st.sampled_from(PATHS), value=st.sampled_from(VALUES), name=st.sampled_from(sorted(REPORTERS)))
def test_a_report_with_any_other_value_is_a_gap_or_can_be_written(path: str, value: object, name: str) -> None:
    document = json.loads(_text(1))
    *inner, last = literal_eval(path)
    holder = document
    for step in inner:
        holder = holder[step]
    holder[last] = value
    part = merged_report.read_part(json.dumps(document), "report.json")
    parts, damaged = ([part], []) if isinstance(part, MergePart) else ([], [part])
    union = pipeline.merge(parts, damaged, Expected(today=TODAY, max_age=3))
    assert "".join(REPORTERS[name](union, OPTIONS))
