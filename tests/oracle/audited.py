"""An estate audited by the program itself: read through a caller over its answers, compared, reported as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from auditor import pipeline
from auditor.cli.options import Threshold
from auditor.cli.outcome import exit_code
from auditor.config.baseline import load
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.model.baseline import Baseline, Policy
from auditor.model.codes import Severity
from auditor.reporter import REPORTERS
from auditor.reporter.options import RenderOptions
from tests.loopback.estate import Estate
from tests.loopback.faults import Fault
from tests.loopback.writing import EstateCaller

TODAY = date(2026, 3, 2)
ALL = FetchRequest(regions=("ap-guangzhou",))


@cache
def baseline() -> Baseline:
    return load("tke-default")


def audit(
    estate: Estate, faults: Mapping[str, Fault] | None = None, request: FetchRequest = ALL
) -> tuple[dict[str, Any], int]:
    """The report and the exit code."""
    snapshot = fetch(EstateCaller(estate, faults=faults or {}), request)
    result = pipeline.compare(snapshot, Policy(baseline=baseline()), TODAY)
    code = exit_code(result.findings, complete=result.complete, threshold=Threshold(severity=Severity.MEDIUM))
    options = RenderOptions(tool_version="0", today=TODAY, exit_code=code)
    return json.loads("".join(REPORTERS["json"](result, options))), int(code)
