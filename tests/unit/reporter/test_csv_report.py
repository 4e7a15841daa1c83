from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from auditor.model.findings import Result
from auditor.reporter.csv_report import LONGEST_CELL
from auditor.words import Lang
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, rendered, results

BYTE_ORDER_MARK = "\ufeff"


def _rows(result: Result, lang: Lang = Lang.EN) -> list[dict[str, str]]:
    text = rendered("csv", result, lang)
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True))


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_a_row_for_each_finding_gap_and_cluster_and_every_row_whole(name: str, lang: Lang) -> None:
    result = results()[name]
    rows = _rows(result, lang)
    assert len(rows) == len(result.findings) + len(result.gaps) + len(result.clusters)
    for row in rows:
        assert len(row) == 28
        assert None not in row.values()


def test_headers_follow_the_language_and_codes_do_not() -> None:
    row = _rows(RESULTS["estate"], Lang.ZH)[0]
    assert list(row)[:8] == ["级别", "代码", "名称", "地域", "集群 ID", "集群", "角色", "安全组"]
    assert list(row.values())[:8] == [
        "critical",
        "TSG201",
        "excess-access",
        "ap-guangzhou",
        "cls-prod0001",
        "prod",
        "node",
        "sg-prod0001 sg-base0001",
    ]


def test_nodes_are_all_named() -> None:
    row = _rows(RESULTS["estate"])[0]
    assert row["Nodes"] == "ins-web01 ins-web02 ins-web03 ins-web04 ins-web05"


def test_what_is_unknown_has_a_row_so_that_it_does_not_read_as_compliant() -> None:
    (row,) = _rows(RESULTS["nothing"])
    told = {name: text for name, text in row.items() if text}
    assert told == {
        "Severity": "unknown",
        "Code": "TSG903",
        "Region": "ap-guangzhou",
        "Title": "Not audited: ap-guangzhou",
        "Problem": "no cluster was found in ap-guangzhou. The clusters of ap-guangzhou could not be fully listed.",
        "Fix": (
            "Check the region (--region), and whether the CAM policy covers only some clusters: it hides the others."
        ),
        "Fingerprint": "30d5448d8f42eb43",
    }
    assert [row["Code"] for row in _rows(RESULTS["estate"]) if row["Severity"] == "unknown"] == [
        gap.kind for gap in RESULTS["estate"].gaps
    ]
    (row,) = _rows(RESULTS["compliant"])
    assert {name: text for name, text in row.items() if text} == {
        "Name": "verdict",
        "Region": "ap-guangzhou",
        "Cluster ID": "cls-healthy1",
        "Cluster": "生产集群",
        "Title": "COMPLIANT",
        "Verdict": "compliant",
    }


def test_a_row_ends_as_spreadsheets_want() -> None:
    text = rendered("csv", RESULTS["estate"])
    result = RESULTS["estate"]
    assert text.count("\r\n") == 1 + len(result.findings) + len(result.gaps) + len(result.clusters)
    assert "\n" not in text.replace("\r\n", "")


def test_a_cell_longer_than_a_spreadsheet_takes_is_cut_with_a_mark() -> None:
    first = replace(RESULTS["estate"].findings[0], nodes=tuple(f"ins-{number:08}" for number in range(5_000)))
    cell = _rows(replace(RESULTS["estate"], findings=(first,)))[0]["Nodes"]
    assert len(cell) < 32_767
    assert cell[LONGEST_CELL:] == "... (32999 more characters)"
