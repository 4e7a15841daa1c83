from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.cli.options import Threshold
from auditor.cli.outcome import exit_code
from auditor.model.clusters import Role
from auditor.model.codes import Code, Severity
from auditor.model.findings import Finding, WaiverMark

LOW = Finding(
    code=Code.EXCESS_ACCESS,
    severity=Severity.LOW,
    fingerprint="f",
    region="ap-guangzhou",
    cluster_id="cls-aaaaaaaa",
    role=Role.NODE,
    security_groups=("sg-a",),
)
HIGH = replace(LOW, severity=Severity.HIGH)
WAIVED = replace(HIGH, waiver=WaiverMark(waiver_id="W", reason="r", owner="o", expires=date(2026, 12, 31)))
MEDIUM = Threshold(severity=Severity.MEDIUM)
NEVER = Threshold(severity=None)


@pytest.mark.parametrize(
    ("findings", "complete", "threshold", "exit_zero", "code"),
    [
        ((), True, MEDIUM, False, 0),
        ((LOW,), True, MEDIUM, False, 0),
        ((HIGH,), True, MEDIUM, False, 1),
        ((HIGH,), True, Threshold(severity=Severity.HIGH), False, 1),
        ((HIGH,), True, Threshold(severity=Severity.CRITICAL), False, 0),
        ((LOW,), True, Threshold(severity=Severity.INFO), False, 1),
        ((HIGH,), True, NEVER, False, 0),
        ((WAIVED,), True, MEDIUM, False, 0),
        ((WAIVED, HIGH), True, MEDIUM, False, 1),
        ((HIGH,), True, MEDIUM, True, 0),
        ((), False, MEDIUM, False, 3),
        ((HIGH,), False, MEDIUM, False, 3),
        ((HIGH,), False, MEDIUM, True, 3),
        ((), False, NEVER, True, 3),
    ],
)
def test_exit_codes(
    *, findings: tuple[Finding, ...], complete: bool, threshold: Threshold, exit_zero: bool, code: int
) -> None:
    assert exit_code(findings, complete=complete, threshold=threshold, exit_zero=exit_zero) == code
