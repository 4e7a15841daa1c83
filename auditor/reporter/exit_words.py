"""What the exit code of a run means, in one sentence."""

from __future__ import annotations

from auditor.errors import ExitCode
from auditor.model.baseline import Severity
from auditor.model.result import Result
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences

_EXPLAINED = (ExitCode.OK, ExitCode.FINDINGS, ExitCode.INCOMPLETE)


def exit_text(result: Result, options: RenderOptions, sentences: Sentences) -> str:
    """The sentence; for 0 it says why, where there are gaps or findings all the same."""
    threshold = sentences.severity(options.fail_on or Severity.MEDIUM)
    name = _reason(result, options)
    return sentences.phrasing.text(f"table-exit-{name}", fail_on=threshold, code=options.exit_code.value)


def _reason(result: Result, options: RenderOptions) -> str:
    if options.exit_code is not ExitCode.OK:
        return str(options.exit_code.value) if options.exit_code in _EXPLAINED else "other"
    if result.unwaived_gaps:
        return "0-apart" if result.change is None or not result.change.resources else "0-untouched"
    if result.gaps:
        return "0-gaps-waived"
    if options.fail_on is None:
        return "0-never"
    return "0-despite" if _reaches(result, options.fail_on) else "0"


def _reaches(result: Result, threshold: Severity) -> bool:
    return any(finding.waiver is None and finding.severity.rank <= threshold.rank for finding in result.findings)
