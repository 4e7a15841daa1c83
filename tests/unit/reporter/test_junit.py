from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from auditor.model.codes import Severity
from auditor.model.findings import Result
from auditor.words import Lang
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, crowded, rendered, results

ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
    "testcase": {"name", "classname", "time", "group"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
    "properties": set(),
    "property": {"name", "value"},
    "system-out": set(),
}
"""Elements and attributes of Jenkins' junit-10.xsd, those that this project could want."""


def _outcomes(result: Result, lang: Lang = Lang.EN, fail_on: Severity | None = Severity.MEDIUM) -> Counter[str]:
    parsed = JUnitXml.fromstring(rendered("junit", result, lang, fail_on=fail_on).encode())
    return Counter(type(case.result[0]).__name__ if case.result else "Passed" for suite in parsed for case in suite)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_a_reader_counts_what_the_report_counts(name: str, lang: Lang) -> None:
    text = rendered("junit", results()[name], lang).encode()
    parsed = JUnitXml.fromstring(text)
    said = (parsed.tests, parsed.failures, parsed.errors)
    parsed.update_statistics()  # type: ignore[no-untyped-call]
    assert (parsed.tests, parsed.failures, parsed.errors) == said
    for suite, told in zip(parsed, JUnitXml.fromstring(text), strict=True):
        suite.update_statistics()  # type: ignore[no-untyped-call]
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
            told.tests,
            told.failures,
            told.errors,
            told.skipped,
        )


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_nothing_that_the_schema_of_jenkins_refuses(name: str) -> None:
    for element in ET.fromstring(rendered("junit", results()[name])).iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        if element.tag in ("testsuite", "testcase"):
            assert element.get("name")


@pytest.mark.parametrize("name", NAMES)
def test_no_test_comes_twice(name: str) -> None:
    root = ET.fromstring(rendered("junit", results()[name]))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(cases)) == len(cases)


def test_findings_fail_unknowns_are_errors_and_waived_ones_are_skipped() -> None:
    assert _outcomes(RESULTS["estate"]) == {"Passed": 16, "Failure": 11, "Error": 13, "Skipped": 1}
    assert _outcomes(RESULTS["compliant"]) == {"Passed": 5}
    assert _outcomes(crowded(3)) == {"Error": 3}


def test_cluster_and_role_are_the_class() -> None:
    root = ET.fromstring(rendered("junit", RESULTS["estate"]))
    assert {case.get("classname") for case in root.iter("testcase")} == {
        "cls-creating.gaps",
        "cls-healthy1.node",
        "cls-prod0001.node",
        "cls-prod0001.master",
        "cls-prod0001.gaps",
        "cls-unread01.node",
        "cls-unread01.gaps",
    }


def test_a_finding_below_the_threshold_does_not_fail_and_passes_only_where_the_cluster_may_be_compliant() -> None:
    told = _outcomes(RESULTS["estate"], fail_on=None)
    assert (told["Failure"], told["Skipped"]) == (0, 12)
    root = ET.fromstring(rendered("junit", RESULTS["estate"], fail_on=None))
    case = next(case for case in root.iter("testcase") if case.get("name") == "master-ingress-api [sg-master01]")
    assert [child.tag for child in case] == ["skipped"]
    assert "TCP 10250 from 10.0.0.0/16" in (case[0].text or "")
    severities = {
        (case[0].get("type") or "").split()[-1]
        for case in root.iter("testcase")
        if len(case) and case[0].tag == "skipped"
    }
    assert {"critical", "high", "medium"} <= severities
    assert "low" not in severities


def test_an_unknown_requirement_says_what_was_not_read() -> None:
    parsed = JUnitXml.fromstring(rendered("junit", RESULTS["estate"]).encode())
    unknown = [case for suite in parsed for case in suite if case.classname == "cls-unread01.node"]
    assert len(unknown) == 5
    for case in unknown:
        (error,) = case.result
        assert isinstance(error, Error)
        assert (error.type, error.message) == ("TSG901", "unknown")
        assert error.text == "TSG901 Not read: the rules (sg-denied01)"


def test_a_waived_finding_names_its_waiver() -> None:
    parsed = JUnitXml.fromstring(rendered("junit", RESULTS["estate"]).encode())
    skipped = [case.result[0] for suite in parsed for case in suite if case.result]
    assert [one.message for one in skipped if isinstance(one, Skipped)] == ["W-7: office network, login by certificate"]


def test_the_parts_of_a_requirement_that_a_waiver_cut_stand_in_one_test() -> None:
    whole = RESULTS["estate"]
    first = next(finding for finding in whole.findings if finding.requirement_id == "master-ingress-api")
    second = replace(first, fingerprint="0123456789abcdef", severity=Severity.LOW, evidence=())
    cut = replace(whole, findings=(*whole.findings, second))
    cases = [
        case
        for suite in JUnitXml.fromstring(rendered("junit", cut).encode())
        for case in suite
        if case.name == "master-ingress-api [sg-master01]"
    ]
    assert len(cases) == 1
    (failure,) = cases[0].result
    assert isinstance(failure, Failure)
    assert failure.text.count("Blocked: TCP 10250 from 10.0.0.0/16.") == 2


def test_what_was_there_before_a_change_is_skipped_where_only_what_it_introduces_counts() -> None:
    gate = RESULTS["gate"]
    assert gate.change is not None
    whole = _outcomes(gate)
    text = rendered("junit", gate, introduced_only=True)
    cases = [case for suite in JUnitXml.fromstring(text.encode()) for case in suite if case.result]
    skipped = [case.result[0].message for case in cases if isinstance(case.result[0], Skipped)]
    before = [message for message in skipped if message.endswith(": there before the change")]
    failures = sum(isinstance(case.result[0], Failure) for case in cases)
    assert before
    assert failures + len(before) == whole["Failure"]
    reaching = [one for one in gate.findings if one.waiver is None and one.severity.rank <= Severity.MEDIUM.rank]
    assert failures == sum(one.fingerprint in gate.change.introduced for one in reaching)


def test_the_run_has_its_end_and_its_duration_where_a_clock_is_known() -> None:
    ended = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    report = ET.fromstring(rendered("junit", RESULTS["compliant"], finished_at=ended, seconds=1.23456))
    assert report.get("time") == "1.235"
    assert [suite.get("timestamp") for suite in report] == ["2026-03-01T01:30:00"]
    silent = ET.fromstring(rendered("junit", RESULTS["compliant"], finished_at=None, seconds=None))
    assert (silent.get("time"), silent[0].get("timestamp")) == (None, None)
