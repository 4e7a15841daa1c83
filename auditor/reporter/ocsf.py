"""The ``ocsf`` format: Compliance Findings (class 2003) of the Open Cybersecurity Schema Framework 1.8, an array."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from auditor.model.clusters import Cluster
from auditor.model.codes import Code, GapKind, Severity, Verdict
from auditor.model.earlier import Sighting
from auditor.model.findings import ClusterResult, Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter.codes import code_text
from auditor.reporter.identity import gap_fingerprints
from auditor.reporter.json_report import TOOL, waiver_part
from auditor.reporter.json_text import JsonObject, dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.text.sentences import FindingText, ResultText
from auditor.reporter.verdict import cluster_verdicts

_VERSION = "1.8.0"
_ACTIVITIES = {False: (1, "Create"), True: (2, "Update")}
_PASS, _WARNING, _FAIL = (1, "Pass"), (2, "Warning"), (3, "Fail")
_NEW, _SUPPRESSED, _PASSED = (1, "New"), (3, "Suppressed"), (99, "Passed")
"""``status_id`` is the state of a review by a person; this program knows only about waivers."""

_VERDICT_UID = "TSG000"
"""The control of the events with the verdict on a cluster."""

_OUTCOMES = {
    Verdict.COMPLIANT: _PASS,
    Verdict.NON_COMPLIANT: _FAIL,
    Verdict.UNKNOWN: _WARNING,
    Verdict.NOT_AUDITED: _WARNING,
    Verdict.EMPTY: (99, "Empty"),
    Verdict.EXCLUDED: (99, "Excluded"),
}

_SEVERITIES = {
    Severity.CRITICAL: (5, "Critical"),
    Severity.HIGH: (4, "High"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.LOW: (2, "Low"),
    Severity.INFO: (1, "Informational"),
}


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """An event for each finding, each gap and the verdict on each cluster; only a compliant verdict passes."""
    return dump(_records(result, options))


def _records(result: Result, options: RenderOptions) -> Iterator[JsonObject]:
    events = _Events(result, options)
    yield from (events.finding(finding) for finding in result.findings)
    yield from (events.gap(*pair) for pair in zip(result.gaps, gap_fingerprints(result.gaps), strict=True))
    yield from (
        events.verdict(cluster_result, judged.verdict)
        for cluster_result, judged in cluster_verdicts(result, options.fail_on)
    )


class _Events:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._sentences = ResultText(result, options.lang)
        ended = options.finished_at or datetime.combine(options.today, time(), tzinfo=UTC)
        read_at = result.snapshot.read_at
        self._baselines = {
            (item.cluster.region, item.cluster.cluster_id): item.baseline.name for item in result.clusters
        }
        self._began: JsonObject = {} if read_at is None else {"start_time": int(read_at.timestamp() * 1000)}
        self._time = int(ended.timestamp() * 1000)

    def finding(self, finding: Finding) -> JsonObject:
        text = self._sentences.finding(finding)
        status = _SUPPRESSED if finding.waiver else _NEW
        sighting = finding.sighting or Sighting()
        reported = bool(finding.known) or sighting.is_reported
        return {
            **self._event(finding, _SEVERITIES[finding.severity], status, reported=reported),
            "message": text.message,
            "finding_info": {
                **self._info(finding.fingerprint, text.title, finding.code, reported=reported),
                **_first_seen(sighting),
            },
            "compliance": self._compliance(finding, text),
            "remediation": {"desc": text.advice},
            "resources": [
                self._cluster(finding.region, finding.cluster_id),
                *(self._group(finding.region, group) for group in finding.security_groups),
            ],
            "unmapped": self._unmapped(finding),
        }

    def gap(self, gap: Gap, fingerprint: str) -> JsonObject:
        text = self._sentences.gap(gap)
        mark = self._result.gap_waiver(gap)
        reported = bool(self._result.is_known_gap(gap))
        return {
            **self._event(gap, _SEVERITIES[Severity.MEDIUM], _SUPPRESSED if mark else _NEW, reported=reported),
            "message": text.message,
            "finding_info": self._info(fingerprint, text.title, gap.kind, reported=reported),
            "compliance": self._outcome(
                self._standards(), gap.kind, self._title(gap.kind), _WARNING, (text.message, text.unknown)
            ),
            "remediation": {"desc": text.advice},
            "resources": [{"uid": gap.resource or gap.region, "type": "resource", "region": gap.region}],
            **({"unmapped": {"waiver": waiver_part(mark)}} if mark else {}),
        }

    def verdict(self, cluster_result: ClusterResult, verdict: Verdict) -> JsonObject:
        cluster = cluster_result.cluster
        word = self._sentences.verdict(cluster_result, verdict)
        uid = f"{cluster.region}/{cluster.cluster_id}"
        status = _PASSED if verdict is Verdict.COMPLIANT else _NEW
        return {
            **self._event(cluster, _SEVERITIES[Severity.INFO], status, reported=False),
            "message": word,
            "finding_info": self._info(uid, word, _VERDICT_UID, reported=False),
            "compliance": self._outcome([cluster_result.baseline.name], _VERDICT_UID, word, _OUTCOMES[verdict], ()),
            "resources": [self._cluster(cluster.region, cluster.cluster_id)],
            "unmapped": {"verdict": verdict.value},
        }

    def _event(
        self, item: Cluster | Finding | Gap, severity: tuple[int, str], status: tuple[int, str], *, reported: bool
    ) -> JsonObject:
        account = self._sentences.account_id(item)
        owner: JsonObject = {} if account is None else {"account": {"uid": account}}
        activity_id, activity = _ACTIVITIES[reported]
        return {
            "activity_id": activity_id,
            "activity_name": activity,
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": 2003,
            "class_name": "Compliance Finding",
            "type_uid": 200300 + activity_id,
            "type_name": f"Compliance Finding: {activity}",
            "severity_id": severity[0],
            "severity": severity[1],
            "status_id": status[0],
            "status": status[1],
            "time": self._time,
            "timezone_offset": 0,
            "cloud": {"provider": "Tencent Cloud", "region": item.region, **owner},
            **self._began,
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

    def _info(self, uid: str, title: str, code: str, *, reported: bool) -> JsonObject:
        """The identity of an event; the creation time of a finding from an earlier report is unknown and left out."""
        created: JsonObject = {} if reported else {"created_time": self._time}
        return {"uid": uid, "title": title, "types": [code], "last_seen_time": self._time, **created}

    def _compliance(self, finding: Finding, text: FindingText) -> JsonObject:
        details = tuple(line for line in (text.message, *text.rules, text.why) if line)
        outcome = self._outcome(self._standards(finding), finding.code, self._title(finding.code), _FAIL, details)
        return {**outcome, "requirements": [finding.requirement_id]} if finding.requirement_id else outcome

    def _standards(self, finding: Finding | None = None) -> list[str]:
        """The name of the baseline of the finding's cluster; the names of all baselines without a cluster."""
        every = [baseline.name for baseline in self._result.baselines]
        own = self._baselines.get((finding.region, finding.cluster_id)) if finding is not None else None
        return every if own is None else [own]

    def _outcome(
        self, standards: list[str], uid: str, title: str, status: tuple[int, str], details: tuple[str, ...]
    ) -> JsonObject:
        check: JsonObject = {
            "uid": uid,
            "name": title,
            "standards": standards,
            "status_id": status[0],
            "status": status[1],
        }
        return {
            "control": uid,
            "standards": standards,
            "checks": [check],
            "status_id": status[0],
            "status": status[1],
            "status_details": list(details),
        }

    def _title(self, code: Code | GapKind) -> str:
        return code_text(code, self._options.lang).title

    def _unmapped(self, finding: Finding) -> JsonObject:
        """The facts that the schema has no field for, the waiver included."""
        further: JsonObject = {}
        if mark := finding.waiver:
            further["waiver"] = waiver_part(mark)
        if finding.sighting is not None and finding.sighting.previous:
            further["previous"] = finding.sighting.previous
        return {
            "role": finding.role,
            "nodes": list(finding.nodes),
            "node_pools": list(finding.node_pools),
            "attachment": finding.attachment,
            "interfaces": list(finding.interfaces),
            "add_ons": list(finding.add_ons),
            "exposure": finding.exposure,
            "packets": region_parts(finding.packets),
            **further,
        }

    def _cluster(self, region: str, cluster_id: str) -> JsonObject:
        name = self._sentences.cluster(region, cluster_id)
        return {"uid": cluster_id, "name": name, "type": "tke:cluster", "region": region}

    def _group(self, region: str, group: str) -> JsonObject:
        name = self._sentences.group(region, group)
        return {"uid": group, "name": name, "type": "vpc:security-group", "region": region}


def _first_seen(sighting: Sighting) -> JsonObject:
    """When a run first found the finding, or the one that it is worse than; empty where no earlier run tells."""
    return {} if sighting.first_seen is None else {"first_seen_time": int(sighting.first_seen.timestamp() * 1000)}
