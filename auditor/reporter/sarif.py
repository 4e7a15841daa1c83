"""The ``sarif`` format, version 2.1.0, as code scanning takes it in."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote

from auditor.model.baseline import Severity
from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.result import Result
from auditor.reporter.codes import CodeText, code_texts
from auditor.reporter.fingerprints import gap_fingerprint
from auditor.reporter.json_report import TOOL, Json, dump, region_objects
from auditor.reporter.location import path
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {"TSG1": "7.0", "TSG2": "8.5", "TSG3": "4.0", "TSG9": "5.0"}
"""``security-severity`` of a family of codes, 0.0 to 10.0; a result's own severity stands in its properties."""


def render(result: Result, options: RenderOptions) -> str:
    """One run: every finding a result, waived ones suppressed, every gap a notification."""
    sentences = Sentences(result, options.lang)
    rules = code_texts(options.lang)
    index = {rule.code: place for place, rule in enumerate(rules)}
    run: dict[str, Json] = {
        "tool": {"driver": _driver(rules, options)},
        "automationDetails": {"id": f"sgaudit/{result.baseline.name}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result, options, sentences)],
        "results": [_result(finding, index, result, sentences) for finding in result.findings],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(rules: tuple[CodeText, ...], options: RenderOptions) -> Json:
    return {"name": TOOL, "version": options.tool_version, "rules": [_rule(rule) for rule in rules]}


def _rule(rule: CodeText) -> Json:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")) or rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.what},
        "help": {
            "text": f"{rule.what}\n\n{rule.example}\n\n{rule.fix}",
            "markdown": f"{rule.what}\n\n> {rule.example}\n\n**{rule.fix}**",
        },
        "defaultConfiguration": {"level": "note" if rule.code in ("TSG304", "TSG305") else "warning"},
        "properties": {
            "tags": ["security", "tencent-cloud", "tke"],
            "precision": "very-high",
            "security-severity": _SCORES[rule.code[:4]],
        },
    }


def _invocation(result: Result, options: RenderOptions, sentences: Sentences) -> Json:
    ended: dict[str, Json] = {}
    if options.finished_at is not None:
        ended = {"endTimeUtc": options.finished_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    return {
        "executionSuccessful": result.complete,
        "exitCode": int(options.exit_code),
        "toolExecutionNotifications": [_notification(gap, sentences) for gap in result.gaps],
        **ended,
    }


def _notification(gap: Gap, sentences: Sentences) -> Json:
    said = sentences.gap(gap)
    return {
        "descriptor": {"id": gap.kind.value},
        "level": "error",
        "message": {"text": f"{said.title}. {said.message} {said.unknown} {said.advice}"},
        "properties": {"fingerprint": gap_fingerprint(gap), "code": gap.code, "requestId": gap.request_id},
    }


def _result(finding: Finding, index: dict[str, int], result: Result, sentences: Sentences) -> Json:
    said = sentences.finding(finding)
    cluster = sentences.cluster(finding.region, finding.cluster_id)
    found: dict[str, Json] = {
        "ruleId": finding.code.value,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{cluster}: {said.title}. {said.message} {said.advice}"},
        "locations": [_location(finding, result)],
        "partialFingerprints": {"sgauditFinding/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity.value,
            "packets": region_objects(finding.packets),
            "nodes": list(finding.nodes),
            "nodePools": list(finding.node_pools),
        },
    }
    if finding.known is not None:
        found["baselineState"] = "unchanged" if finding.known else "new"
    if finding.waiver is not None:
        why = f"{finding.waiver.waiver_id}: {finding.waiver.reason} ({finding.waiver.owner}, {finding.waiver.expires})"
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return found


def _location(finding: Finding, result: Result) -> Json:
    groups: list[Json] = [
        {"fullyQualifiedName": f"{finding.region}/{finding.cluster_id}/{finding.role}/{group}", "kind": "resource"}
        for group in finding.security_groups
    ]
    whole: Json = {"fullyQualifiedName": f"{finding.region}/{finding.cluster_id}/{finding.role}", "kind": "resource"}
    uri = _uri(path(result, finding))
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
        "logicalLocations": [whole, *groups],
    }


def _uri(text: str) -> str:
    """A relative reference (RFC 3986): brackets and quotes of a Terraform address are escaped."""
    return quote(text, safe="/._-~")
