from __future__ import annotations

import json

import pytest

from auditor.errors import ConfigError
from auditor.reporter import diff, report_reader

FINDING = {"code": "TSG201", "severity": "high", "fingerprint": "f" * 16, "region": "r", "cluster_id": "cls-a"}
REPORT = {"schema": "sgaudit-report/1", "complete": True, "findings": [FINDING]}


def _load(report: object) -> report_reader.ReadReport:
    return report_reader.load(json.dumps(report), "report.json")


def test_what_a_later_version_adds_is_kept() -> None:
    found = _load(REPORT | {"findings": [FINDING | {"colour": "red"}], "more": 1})
    printed = json.loads(
        "".join(diff.render_report_diff_json(diff.compare_reports(_load(REPORT | {"findings": []}), found)))
    )
    assert printed["new"][0]["colour"] == "red"


def test_a_field_that_a_later_version_adds_to_packets_is_kept() -> None:
    packets = [{"protocol": "tcp", "ports": [[22, 22]], "cidrs": ["192.0.2.0/24"], "zone": "b"}]
    later = _load(REPORT | {"findings": [FINDING | {"packets": packets}]})
    printed = json.loads(
        "".join(diff.render_report_diff_json(diff.compare_reports(_load(REPORT | {"findings": []}), later)))
    )
    assert printed["new"][0]["packets"] == packets


@pytest.mark.parametrize(
    ("report", "key"),
    [
        ({"schema": "sgaudit-report/2"}, "schema"),
        ({"complete": "perhaps"}, "complete"),
        ({"findings": None}, "findings"),
        ({"findings": [FINDING | {"severity": "awful"}]}, "findings.0.severity"),
        ({"findings": [{}]}, "findings.0.code"),
    ],
)
def test_a_report_of_another_form_is_refused_by_its_key(report: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(REPORT | report)
    assert caught.value.facts == {"path": "report.json", "key": key}


@pytest.mark.parametrize("severity", ["low", "info"])
def test_a_finding_that_is_more_severe_in_the_newer_report_is_new(severity: str) -> None:
    less = _load(REPORT | {"findings": [FINDING | {"severity": severity}]})
    worse, better = diff.compare_reports(less, _load(REPORT)), diff.compare_reports(_load(REPORT), less)
    assert ([finding.severity for finding in worse.new], worse.fixed, worse.unchanged) == (["high"], (), ())
    assert (better.new, better.fixed, len(better.unchanged)) == ((), (), 1)


def test_a_finding_with_more_packets_in_the_newer_report_is_new() -> None:
    def report(block: str) -> report_reader.ReadReport:
        packets = [{"protocol": "tcp", "ports": [[22, 22]], "cidrs": [block]}]
        return _load(REPORT | {"findings": [FINDING | {"packets": packets}]})

    part, whole = report("192.0.2.0/25"), report("192.0.2.0/24")
    assert (len(diff.compare_reports(part, whole).new), len(diff.compare_reports(whole, part).new)) == (1, 0)


def test_a_report_with_a_key_twice_is_refused() -> None:
    text = json.dumps(REPORT)[:-1] + ', "findings": []}'
    with pytest.raises(ConfigError) as caught:
        report_reader.load(text, "report.json")
    assert caught.value.facts == {"file": "report.json", "key": "findings"}


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        report_reader.load("{", "report.json")
    assert caught.value.facts == {
        "file": "report.json",
        "line": 1,
        "detail": "Expecting property name enclosed in double quotes",
    }
