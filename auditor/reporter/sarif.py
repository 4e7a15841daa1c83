"""The ``sarif`` format, version 2.1.0, within the limits of GitHub code scanning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from urllib.parse import quote

from auditor.model.changes import Place
from auditor.model.clusters import Attachment
from auditor.model.codes import Code, GapKind, Severity
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter import identity
from auditor.reporter.codes import GUIDE, CodeText, code_text
from auditor.reporter.identity import Places, gap_fingerprints
from auditor.reporter.json_report import TOOL, verdict_objects
from auditor.reporter.json_text import JsonObject, dump, one_by_one
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.text.sentences import ResultText, finding_text, gap_text

MOST_RESULTS = 25_000
"""GitHub refuses a run with more results."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_RULES = {
    Code.REQUIRED_TRAFFIC_BLOCKED: ("error", "7.5"),
    Code.LOAD_BALANCER_PATH_BLOCKED: ("warning", "5.0"),
    Code.NETWORK_ACL_BLOCKS: ("error", "7.5"),
    Code.EXCESS_ACCESS: ("error", "8.5"),
    Code.LOAD_BALANCER_OPEN: ("error", "8.5"),
    Code.MIXED_SECURITY_GROUPS: ("warning", "4.0"),
    Code.FOREIGN_INSTANCE: ("warning", "5.0"),
    Code.NO_SECURITY_GROUP: ("error", "7.5"),
    Code.SHADOWED_RULE: ("note", "1.0"),
    Code.REDUNDANT_RULE: ("note", "1.0"),
    Code.POD_INTERFACE_WITHOUT_GROUP: ("note", "1.0"),
}
"""Usual level and ``security-severity`` (0.0 to 10.0) of a code; a result has its own level and severity."""


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """One run: every finding is a result, suppressed where it is waived, and every gap a notification.

    Of more findings than GitHub accepts, only the worst are results; a notification counts the rest.
    """
    sentences = ResultText(result, options.lang)
    places = Places(result, options)
    run: JsonObject = {
        "tool": {"driver": _driver(options)},
        "automationDetails": {"id": _category(result)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result, options, sentences, places)],
        "results": one_by_one(
            _result(finding, result, sentences, places) for finding in result.findings[:MOST_RESULTS]
        ),
        "properties": {**identity.properties(result, options), "clusters": verdict_objects(result, options)},
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": one_by_one((run,))})


def _category(result: Result) -> str:
    """The id that separates the alerts of different clusters: GitHub closes alerts that a newer run of an id lacks."""
    clusters = {
        (cluster_result.cluster.region, cluster_result.cluster.cluster_id) for cluster_result in result.clusters
    }
    regions = result.snapshot.regions
    scope = "/".join(next(iter(clusters))) if len(clusters) == 1 else regions[0] if len(regions) == 1 else ""
    return "/".join(part for part in ("sgaudit", result.baseline.name, scope) if part) + "/"


def _driver(options: RenderOptions) -> JsonObject:
    return {
        "name": TOOL,
        "version": options.tool_version,
        "rules": [_rule(code, code_text(code, options.lang)) for code in Code],
        "notifications": [_notice(code_text(kind, options.lang)) for kind in GapKind],
    }


def _rule(code: Code, text: CodeText) -> JsonObject:
    level, score = _RULES[code]
    return {
        **_described(text),
        "helpUri": GUIDE,
        "name": "".join(word.capitalize() for word in text.name.split("-")),
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["security", "tencent-cloud", "tke"],
            "precision": "very-high",
            "problem.severity": "recommendation" if level == "note" else level,
            "security-severity": score,
        },
    }


def _notice(text: CodeText) -> JsonObject:
    return {**_described(text), "defaultConfiguration": {"level": "error"}}


def _described(text: CodeText) -> JsonObject:
    return {
        "id": text.code,
        "shortDescription": {"text": text.title},
        "fullDescription": {"text": text.what},
        "help": {
            "text": f"{text.what}\n\n{text.example}\n\n{text.fix}",
            "markdown": f"{text.what}\n\n> {text.example}\n\n**{text.fix}**",
        },
    }


def _invocation(result: Result, options: RenderOptions, sentences: ResultText, places: Places) -> JsonObject:
    ended: JsonObject = {}
    if options.finished_at is not None:
        ended = {"endTimeUtc": options.finished_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    notifications = [
        _notification(gap, fingerprint, result, sentences, places.own_of_gap(gap))
        for gap, fingerprint in zip(result.gaps, gap_fingerprints(result.gaps), strict=True)
    ]
    if len(result.findings) > MOST_RESULTS:
        left = sentences.phrasing.text("formats-cut", count=len(result.findings) - MOST_RESULTS)
        notifications.append({"level": "warning", "message": {"text": left}})
    return {
        "executionSuccessful": result.complete,
        "exitCode": int(options.exit_code),
        "toolExecutionNotifications": notifications,
        **ended,
    }


def _notification(
    gap: Gap, fingerprint: str, result: Result, sentences: ResultText, location: Place | None
) -> JsonObject:
    mark = result.gap_waiver(gap)
    further: JsonObject = {} if mark is None else {"waiver": mark.waiver_id}
    if gap.account:
        further["account"] = gap.account
    return {
        "descriptor": {"id": gap.kind.value, "index": list(GapKind).index(gap.kind)},
        "level": "note" if mark else "error",
        "message": {"text": _plain(gap_text(gap, sentences))},
        **({"locations": [{"physicalLocation": _physical(location)}]} if location else {}),
        "properties": {"fingerprint": fingerprint, "code": gap.code, "requestId": gap.request_id, **further},
    }


def _result(finding: Finding, result: Result, sentences: ResultText, places: Places) -> JsonObject:
    issue: JsonObject = {
        "ruleId": finding.code.value,
        "ruleIndex": list(Code).index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(finding_text(finding, sentences, places.causes_of(finding)))},
        "locations": [_location(finding, places.of_finding(finding))],
        # GitHub tells alerts apart by the hash of their line, which many findings may share.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "sgauditFinding/v1": finding.fingerprint,
        },
        "properties": {
            "severity": finding.severity.value,
            "packets": region_parts(finding.packets),
            "nodes": list(finding.nodes),
            "nodePools": list(finding.node_pools),
            "attachment": finding.attachment.value,
            "interfaces": list(finding.interfaces),
            "addOns": list(finding.add_ons),
            "exposure": finding.exposure.value,
            **({"account": finding.account} if finding.account else {}),
        },
    }
    if finding.sighting is not None and (first_seen := identity.timestamp(finding.sighting.first_seen)):
        issue["provenance"] = {"firstDetectionTimeUtc": first_seen}
    if result.change is not None:
        issue["baselineState"] = "new" if finding.fingerprint in result.change.introduced else "unchanged"
    elif finding.known is not None:
        issue["baselineState"] = "unchanged" if finding.known else "new"
    if finding.waiver is not None:
        why = f"{finding.waiver.waiver_id}: {finding.waiver.reason} ({finding.waiver.owner}, {finding.waiver.expires})"
        issue["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return issue


def _plain(text: str) -> str:
    """The text without links: in a plain message ``[text](target)`` is a link (SARIF 2.1.0, 3.11.6)."""
    return text.replace("](", "]\\(")


def _location(finding: Finding, location: Place) -> JsonObject:
    whole = f"{finding.region}/{finding.cluster_id}/{finding.role}"
    if finding.attachment is not Attachment.PRIMARY:
        whole = f"{whole}/{finding.attachment}"
    names = (whole, *(f"{whole}/{group}" for group in finding.security_groups))
    return {
        "physicalLocation": _physical(location),
        "logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"} for name in names],
    }


def _physical(location: Place) -> JsonObject:
    return {"artifactLocation": {"uri": _uri(location.file)}, "region": {"startLine": location.line}}


def _uri(text: str) -> str:
    """A relative reference (RFC 3986): spaces and other special characters of a file name are escaped."""
    return quote(text, safe="/._-~", errors="backslashreplace")
