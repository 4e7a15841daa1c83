from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from auditor.errors import ExitCode
from auditor.model.findings import Result
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, rendered, results


def _samples(
    result: Result, exit_code: ExitCode = ExitCode.FINDINGS
) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = list(text_string_to_metric_families(rendered("prometheus", result, exit_code=exit_code)))
    assert {family.type for family in families} == {"gauge"}
    assert all(family.documentation for family in families)
    samples = [sample for family in families for sample in family.samples]
    assert all(sample.timestamp is None for sample in samples)
    found = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}
    assert len(found) == len(samples)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_clients_own_parser_reads_every_line(name: str) -> None:
    result = results()[name]
    lines = rendered("prometheus", result).splitlines()
    assert len(_samples(result)) == sum(not line.startswith("#") for line in lines)


def test_findings_by_severity_and_cluster() -> None:
    samples = _samples(RESULTS["estate"])
    own = (("account", "100000000001"), ("cluster", "cls-prod0001"), ("region", "ap-guangzhou"))
    counts = {
        severity: samples["sgaudit_findings", (*own, ("severity", severity))]
        for severity in ("critical", "high", "medium", "low", "info")
    }
    assert counts == {"critical": 1, "high": 5, "medium": 5, "low": 0, "info": 5}
    assert samples["sgaudit_findings_waived", own] == 1
    assert samples["sgaudit_cluster_gaps", own] == 1


def test_the_moment_of_reading_is_a_gauge_of_its_own() -> None:
    samples = _samples(RESULTS["estate"])
    assert samples["sgaudit_read_timestamp_seconds", (("source", "live"),)] == 1771631940
    assert not [name for name, _ in _samples(RESULTS["hostile"]) if name == "sgaudit_read_timestamp_seconds"]


def test_one_verdict_is_one_for_every_cluster() -> None:
    samples = _samples(RESULTS["estate"])
    held = [labels for (name, labels), value in samples.items() if name == "sgaudit_cluster_verdict" and value == 1]
    assert [(dict(labels)["cluster"], dict(labels)["verdict"]) for labels in held] == [
        ("cls-creating", "unknown"),
        ("cls-healthy1", "compliant"),
        ("cls-prod0001", "non-compliant"),
        ("cls-unread01", "unknown"),
    ]


def test_an_incomplete_run_is_no_success() -> None:
    samples = _samples(RESULTS["estate"], exit_code=ExitCode.INCOMPLETE)
    assert samples["sgaudit_complete", ()] == 0
    assert samples["sgaudit_gaps", ()] == 3
    assert samples["sgaudit_exit_code", ()] == 3
    assert samples["sgaudit_last_run_timestamp_seconds", ()] == 1772353800
    assert ("sgaudit_last_success_timestamp_seconds", ()) not in samples


def test_a_complete_run_tells_when_and_how_long() -> None:
    samples = _samples(RESULTS["compliant"], exit_code=ExitCode.OK)
    assert samples["sgaudit_complete", ()] == 1
    assert samples["sgaudit_duration_seconds", ()] == 12.5
    assert samples["sgaudit_last_success_timestamp_seconds", ()] == 1772353800


def test_waivers_by_state() -> None:
    samples = _samples(RESULTS["estate"])
    states = {
        state: samples["sgaudit_waivers", (("state", state),)] for state in ("active", "expiring", "expired", "unused")
    }
    assert states == {"active": 0, "expiring": 1, "expired": 1, "unused": 0}
