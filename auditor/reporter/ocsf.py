"""The ``ocsf`` format: Compliance Findings (class 2003) of the Open Cybersecurity Schema Framework 1.8, an array."""

from __future__ import annotations

from datetime import UTC, datetime, time

from auditor.model.baseline import Severity
from auditor.model.estate import Cluster
from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.result import ClusterResult, Result, Verdict
from auditor.reporter.fingerprints import gap_fingerprint
from auditor.reporter.json_report import TOOL, Json, dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import FindingText, Sentences
from auditor.reporter.verdict import standing

_VERSION = "1.8.0"
_CREATE, _UPDATE = 1, 2
_PASS, _WARNING, _FAIL = (1, "Pass"), (2, "Warning"), (3, "Fail")
_NEW, _IN_PROGRESS, _SUPPRESSED, _RESOLVED = (1, "New"), (2, "In Progress"), (3, "Suppressed"), (4, "Resolved")

_SEVERITIES = {
    Severity.CRITICAL: (5, "Critical"),
    Severity.HIGH: (4, "High"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.LOW: (2, "Low"),
    Severity.INFO: (1, "Informational"),
}


def render(result: Result, options: RenderOptions) -> str:
    """An event for each finding and gap, and one that passes for each compliant cluster."""
    events = _Events(result, options)
    told = [events.finding(finding) for finding in result.findings]
    told += [events.gap(gap) for gap in result.gaps]
    told += [
        events.passed(found)
        for found in result.clusters
        if standing(result, found, options.fail_on).verdict is Verdict.COMPLIANT
    ]
    return dump(told)


class _Events:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._sentences = Sentences(result, options.lang)
        ended = options.finished_at or datetime.combine(options.today, time(), tzinfo=UTC)
        self._time = int(ended.timestamp() * 1000)

    def finding(self, finding: Finding) -> Json:
        said = self._sentences.finding(finding)
        status = _SUPPRESSED if finding.waiver else _IN_PROGRESS if finding.known else _NEW
        return {
            **self._event(finding.region, _SEVERITIES[finding.severity], status, known=bool(finding.known)),
            "message": said.message,
            "finding_info": self._info(finding.fingerprint, said.title, said.message, finding.code),
            "compliance": self._compliance(finding, said),
            "remediation": {"desc": said.advice},
            "resources": [
                self._cluster(finding.region, finding.cluster_id),
                *(self._group(finding.region, group) for group in finding.security_groups),
            ],
            "unmapped": {"nodes": list(finding.nodes), "node_pools": list(finding.node_pools), "role": finding.role},
        }

    def gap(self, gap: Gap) -> Json:
        said = self._sentences.gap(gap)
        return {
            **self._event(gap.region, _SEVERITIES[Severity.MEDIUM], _NEW, known=False),
            "message": said.message,
            "finding_info": self._info(gap_fingerprint(gap), said.title, said.unknown, gap.kind),
            "compliance": self._outcome(gap.kind, _WARNING, (said.message,)),
            "remediation": {"desc": said.advice},
            "resources": [{"uid": gap.resource or gap.region, "type": "resource", "region": gap.region}],
        }

    def passed(self, found: ClusterResult) -> Json:
        cluster: Cluster = found.cluster
        word = self._sentences.phrasing.text("terms-verdict-compliant")
        uid = f"{cluster.region}/{cluster.cluster_id}"
        return {
            **self._event(cluster.region, _SEVERITIES[Severity.INFO], _RESOLVED, known=False),
            "message": word,
            "finding_info": self._info(uid, word, word, "TSG000"),
            "compliance": self._outcome("TSG000", _PASS, ()),
            "resources": [self._cluster(cluster.region, cluster.cluster_id)],
        }

    def _event(
        self, region: str, severity: tuple[int, str], status: tuple[int, str], *, known: bool
    ) -> dict[str, Json]:
        activity = _UPDATE if known else _CREATE
        return {
            "activity_id": activity,
            "activity_name": "Update" if known else "Create",
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": 2003,
            "class_name": "Compliance Finding",
            "type_uid": 200300 + activity,
            "type_name": f"Compliance Finding: {'Update' if known else 'Create'}",
            "severity_id": severity[0],
            "severity": severity[1],
            "status_id": status[0],
            "status": status[1],
            "time": self._time,
            "cloud": {"provider": "Tencent Cloud", "region": region},
            "metadata": {
                "version": _VERSION,
                "profiles": ["cloud"],
                "product": {
                    "name": TOOL,
                    "vendor_name": TOOL,
                    "version": self._options.tool_version,
                    "lang": self._options.lang,
                },
            },
        }

    def _info(self, uid: str, title: str, text: str, code: str) -> Json:
        return {"uid": uid, "title": title, "desc": text, "types": [code], "created_time": self._time}

    def _compliance(self, finding: Finding, said: FindingText) -> Json:
        found = self._outcome(finding.code, _FAIL, (said.message, *said.rules))
        return {**found, "requirements": [finding.requirement_id]} if finding.requirement_id else found

    def _outcome(self, control: str, status: tuple[int, str], details: tuple[str, ...]) -> dict[str, Json]:
        standard = self._result.baseline.name
        return {
            "control": control,
            "standards": [standard],
            "checks": [{"uid": control, "name": control, "status_id": status[0], "status": status[1]}],
            "status_id": status[0],
            "status": status[1],
            "status_details": list(details),
        }

    def _cluster(self, region: str, cluster_id: str) -> Json:
        name = self._sentences.cluster(region, cluster_id)
        return {"uid": cluster_id, "name": name, "type": "tke:cluster", "region": region}

    def _group(self, region: str, group: str) -> Json:
        name = self._sentences.group(region, group)
        return {"uid": group, "name": name, "type": "vpc:security-group", "region": region}
