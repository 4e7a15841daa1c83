"""Prepares the parsed JSON of a report for ``merge``: refuses other output, and adds the fields that are left out.

The contract of the report names fewer fields than this version writes. A field that is left out gets the value that
claims least: nothing is decided that the report does not say. What is not even of the contract's shape is left as it
is, for the validation that follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from auditor.errors import ConfigError
from auditor.model.codes import GapKind, Severity, Verdict

_Object: TypeAlias = dict[str, Any]

_UNDECIDED = [{"protocol": "all", "cidrs": ["0.0.0.0/0", "::/0"]}]
_OTHER_OUTPUT = {"flows": "explain", "requirements": "explain", "changes": "fix", "rule_edits": "diff"}
"""Keys of the JSON output of other commands."""


def refuse_other_output(document: Mapping[str, Any], file: str) -> None:
    """Raises ``ConfigError`` for the output of a gate, which describes a state that does not exist, and of others."""
    schema = document.get("schema")
    if "change" in document:
        raise ConfigError("commands-merge-other", path=file, command="gate")
    if isinstance(schema, str) and schema.startswith("sgaudit-snapshot/"):
        raise ConfigError("commands-merge-other", path=file, command="fetch")
    for key, command in _OTHER_OUTPUT.items():
        if schema is None and key in document:
            raise ConfigError("commands-merge-other", path=file, command=command)


def add_defaults(report: _Object) -> None:
    """Adds every field that is missing in ``report`` and its objects, and that the contract does not name."""
    report.setdefault("waivers", [])
    if isinstance(report.get("filter"), dict):
        none = dict.fromkeys(Severity, 0)
        _add(report["filter"], severity=None, codes=[], nodes=[], roles=[], left_out=none, left_out_waived=0)
    for gap in _objects(report, "gaps"):
        _add(gap, kind=GapKind.UNREAD.value, unknown="", advice="", known=None)
    for cluster in _objects(report, "clusters"):
        _add_to_cluster(cluster, report)
    for finding in _objects(report, "findings"):
        _add(finding, witness=None, default_deny=False, subject="", known=None, title=finding.get("name"))
        for evidence in _objects(finding, "evidence"):
            _add(evidence, description=None, blocker=False)


def _add_to_cluster(cluster: _Object, report: _Object) -> None:
    is_excluded = cluster.get("verdict") == Verdict.EXCLUDED
    if "gaps" not in cluster:
        cluster["gaps"] = list(_gaps_of(cluster, report))
    _add(cluster, exclusion={"reason": "", "owner": ""} if is_excluded else None)
    for item in _objects(cluster, "not_covered"):
        _add(item, security_groups=[])
    is_decided = report.get("complete") is True or cluster.get("verdict") == Verdict.COMPLIANT
    undecided: list[_Object] = [] if is_decided else _UNDECIDED
    for stack in _objects(cluster, "stacks"):
        _add(stack, undecided={"ingress": undecided, "egress": undecided})
        for requirement in _objects(stack, "requirements"):
            _add(requirement, undecided=[])


def _gaps_of(cluster: _Object, report: _Object) -> Iterator[object]:
    """The gaps of the cluster, and unless it is compliant those that name no cluster: it may depend on them."""
    is_compliant = cluster.get("verdict") == Verdict.COMPLIANT
    for gap in _objects(report, "gaps"):
        owner = gap.get("cluster_id")
        is_own = owner == cluster.get("cluster_id") and gap.get("account") == cluster.get("account")
        if is_own or (not owner and not is_compliant):
            yield gap.get("fingerprint")


def _objects(parent: _Object, key: str) -> Iterator[_Object]:
    items = parent.get(key)
    if isinstance(items, list):
        yield from (item for item in items if isinstance(item, dict))


def _add(item: _Object, **defaults: object) -> None:
    for key, default in defaults.items():
        item.setdefault(key, default)
