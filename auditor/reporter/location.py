"""Where a finding of a live cloud stands in a repository: formats made for source code demand a relative path."""

from __future__ import annotations

from auditor.model.findings import Finding
from auditor.model.result import Result

_FALLBACK = "sgaudit.yaml"


def path(result: Result, finding: Finding | None = None) -> str:
    """The Terraform resource that causes the finding, in a gate; else the file of the baseline. Never empty."""
    if result.change is not None and finding is not None:
        for resource in result.change.resources:
            if finding.fingerprint in resource.findings:
                return resource.address
    return result.baseline.source.lstrip("/") or _FALLBACK
