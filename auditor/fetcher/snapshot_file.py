"""Snapshots as files: versioned JSON, the same bytes for the same snapshot, checked when read.

A file holds the account's number, names, ids, rules and when they were read, never a key.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from auditor.errors import ConfigError
from auditor.fetcher import snapshot_checks, snapshot_complaints
from auditor.fetcher.wire import clean
from auditor.files import json_reader
from auditor.model import rule_text
from auditor.model.gaps import Gap
from auditor.model.rules import CidrPeer, Rule, Rules, SecurityGroup
from auditor.model.snapshot import Snapshot

FAMILY = "sgaudit-snapshot/"
VERSION = "1"
SCHEMA = FAMILY + VERSION
TOOL = "tke-sg-auditor"


def dump(snapshot: Snapshot) -> str:
    """The snapshot as JSON: keys sorted, newline at the end."""
    body = _adapter().dump_python(snapshot, mode="json")
    return to_json(_tidy({"schema": SCHEMA, "snapshot": body, "tool": TOOL}), indent=2).decode() + "\n"


def load(text: str, source: str) -> Snapshot:
    """The snapshot in ``text``; ``source`` names the file in complaints. Raises ``ConfigError``.

    Everything that later steps take for granted is checked: addresses, ports, words, references that could go round in
    circles. A key that no snapshot has is refused too, since a misspelt one would hide what it holds.
    """
    document = _document(text, source)
    body = document.get("snapshot")
    if not isinstance(body, dict):
        raise _wrong("snapshot-missing-key", source, key="snapshot")
    try:
        snapshot = _adapter().validate_json(clean(json.dumps(body, ensure_ascii=False)), strict=True)
    except ValidationError as error:
        raise snapshot_complaints.of(error, source) from None
    known = _adapter().dump_python(snapshot, mode="json")
    for path in snapshot_checks.unknown_keys(body, known):
        raise _wrong("snapshot-unknown-key", source, key=path)
    for fault in snapshot_checks.faults(snapshot):
        raise _wrong(fault.message_id, source, key=fault.path, found=fault.found)
    read_at = None if snapshot.read_at is None else snapshot.read_at.astimezone(UTC).replace(microsecond=0)
    return replace(snapshot, read_at=read_at, security_groups=tuple(map(_as_meant, snapshot.security_groups)))


def _as_meant(group: SecurityGroup) -> SecurityGroup:
    """A group with the blocks of its rules as the cloud means them, which a file edited by hand may not say."""
    return replace(group, ingress=_rules_as_meant(group.ingress), egress=_rules_as_meant(group.egress))


def _rules_as_meant(rules: Rules) -> Rules:
    return rules if isinstance(rules, Gap) else tuple(map(_rule_as_meant, rules))


def _rule_as_meant(rule: Rule) -> Rule:
    if isinstance(rule.peer, CidrPeer) and rule_text.is_any_v4(rule.peer.cidr):
        return replace(rule, peer=CidrPeer(cidr=rule_text.ANY_V4))
    return rule


def schema() -> dict[str, Any]:
    """The JSON Schema of such a file."""
    body = _adapter().json_schema(ref_template="#/$defs/{model}")
    definitions = body.pop("$defs", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "type": "object",
        "required": ["schema", "snapshot"],
        "properties": {"schema": {"const": SCHEMA}, "snapshot": body, "tool": {"type": "string"}},
        "$defs": definitions,
    }


@cache
def _adapter() -> TypeAdapter[Snapshot]:
    return TypeAdapter(Snapshot)


def _tidy(value: Any) -> Any:  # noqa: ANN401 - any piece of JSON
    """The same with keys sorted and no lone surrogate."""
    if isinstance(value, dict):
        return {key: _tidy(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return clean(value) if isinstance(value, str) else value


def _document(text: str, source: str) -> dict[str, Any]:
    try:
        document = json_reader.load(text, source)
    except json_reader.NotJson as error:
        raise _wrong("snapshot-damaged", source, line=error.facts["line"], detail=error.facts["detail"]) from None
    found = document.get("schema") if isinstance(document, dict) else None
    if found == SCHEMA:
        return dict(document)
    if not isinstance(found, str):
        raise _wrong("snapshot-no-schema", source, expected=SCHEMA)
    of_ours = found.startswith(FAMILY)
    raise _wrong("snapshot-version" if of_ours else "snapshot-foreign", source, found=found, expected=SCHEMA)


def _wrong(message_id: str, source: str, **facts: str | int) -> ConfigError:
    return ConfigError(message_id, file=source, **facts)
