"""Reads and writes snapshot files, and checks every value that later steps rely on.

Input: the text of a file, which a person may have edited. Result: a :class:`Snapshot`. Raises ConfigError, which names
the file and the path of the value, for JSON that does not match the types, for unknown keys and for values that the
types allow but no step can use (ids, addresses, ports, duplicates, nested template groups).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from auditor.errors import ConfigError
from auditor.fetcher import snapshot_reader
from auditor.fetcher.json_fields import clean
from auditor.fetcher.snapshot_checks import find_faults
from auditor.files import json_reader
from auditor.files.reader import decoded
from auditor.model import rule_syntax
from auditor.model.gaps import Gap
from auditor.model.rules import CidrPeer, Rule, Rules, SecurityGroup
from auditor.model.snapshot import Snapshot

FAMILY = "sgaudit-snapshot/"
VERSION = "1"
SCHEMA = FAMILY + VERSION
TOOL = "tke-sg-auditor"


def dump(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON text on one line: sorted keys, no spaces, a newline at the end."""
    body = _adapter().dump_python(snapshot, mode="json")
    document = {"schema": SCHEMA, "snapshot": body, "tool": TOOL}
    return clean(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))) + "\n"


def load(data: str | bytes, source: str) -> Snapshot:
    """Return the snapshot in ``data``. Raises ConfigError, which names the file as ``source``.

    The text is checked as the module describes. Unknown keys are refused, since a misspelt key would hide its value.
    Times become UTC in whole seconds.
    """
    snapshot = snapshot_reader.read(data.encode() if isinstance(data, str) else data, SCHEMA)
    if snapshot is None:
        snapshot = _loaded_by_steps(data if isinstance(data, str) else decoded(data, source), source)
    read_at = None if snapshot.read_at is None else snapshot.read_at.astimezone(UTC).replace(microsecond=0)
    return replace(snapshot, read_at=read_at, security_groups=tuple(map(_normalised, snapshot.security_groups)))


def _loaded_by_steps(text: str, source: str) -> Snapshot:
    """The snapshot in the text of a file that :mod:`snapshot_reader` does not read: JSON, types, keys, then values.

    This takes several times as long, and finds the message for a fault. It also accepts harmless differences: unknown
    keys beside the snapshot, and lone surrogates in texts.
    """
    body = _document(text, source).get("snapshot")
    if not isinstance(body, dict):
        raise _wrong("snapshot-missing-key", source, key="snapshot")
    try:
        snapshot = _adapter().validate_json(clean(json.dumps(body, ensure_ascii=False)), strict=True)
    except ValidationError as error:
        raise validation_error(error, source) from None
    parsed = _adapter().dump_python(snapshot, mode="json")
    for path in unknown_keys(body, parsed):
        raise _wrong("snapshot-unknown-key", source, key=path)
    for fault in find_faults(snapshot):
        raise _wrong(fault.message_id, source, key=fault.path, found=fault.value)
    return snapshot


def _normalised(group: SecurityGroup) -> SecurityGroup:
    """The group with every IPv4 spelling of any address in one form, as the fetcher writes it."""
    if not any(_is_spelt_otherwise(rule) for _, rule in group.all_rules()):
        return group
    return replace(group, ingress=_normalised_rules(group.ingress), egress=_normalised_rules(group.egress))


def _normalised_rules(rules: Rules) -> Rules:
    return rules if isinstance(rules, Gap) else tuple(map(_normalised_rule, rules))


def _normalised_rule(rule: Rule) -> Rule:
    return replace(rule, peer=CidrPeer(cidr=rule_syntax.ANY_V4)) if _is_spelt_otherwise(rule) else rule


def _is_spelt_otherwise(rule: Rule) -> bool:
    """Whether the rule names any IPv4 address in another form than the fetcher does."""
    cidr = rule.peer.cidr if isinstance(rule.peer, CidrPeer) else rule_syntax.ANY_V4
    return cidr != rule_syntax.ANY_V4 and rule_syntax.is_any_v4(cidr)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a snapshot file."""
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


def _document(text: str, source: str) -> dict[str, Any]:
    try:
        document = json_reader.load(text, source)
    except json_reader.NotJson as error:
        raise _wrong("snapshot-damaged", source, line=error.facts["line"], detail=error.facts["detail"]) from None
    schema_id = document.get("schema") if isinstance(document, dict) else None
    if schema_id == SCHEMA:
        return dict(document)
    if not isinstance(schema_id, str):
        raise _wrong("snapshot-no-schema", source, expected=SCHEMA)
    is_snapshot = schema_id.startswith(FAMILY)
    raise _wrong("snapshot-version" if is_snapshot else "snapshot-foreign", source, found=schema_id, expected=SCHEMA)


def _wrong(message_id: str, source: str, **facts: str | int) -> ConfigError:
    return ConfigError(message_id, file=source, **facts)


def unknown_keys(document: Any, parsed: Any, path: str = "snapshot") -> Iterator[str]:  # noqa: ANN401 - any piece of JSON
    """Yield the paths of the keys of ``document`` that ``parsed``, the snapshot as JSON, does not have."""
    if isinstance(document, dict) and isinstance(parsed, dict):
        for key, value in document.items():
            if key not in parsed:
                yield f"{path}.{key}"
            else:
                yield from unknown_keys(value, parsed[key], f"{path}.{key}")
    elif isinstance(document, list) and isinstance(parsed, list):
        for position, (value, parsed_value) in enumerate(zip(document, parsed, strict=True)):
            yield from unknown_keys(value, parsed_value, f"{path}[{position}]")


_EXPECTED = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "whole-number",
    "tuple_type": "list",
    "dataclass_type": "mapping",
    "dict_type": "mapping",
    "too_short": "list",
    "too_long": "list",
}


def validation_error(error: ValidationError, source: str) -> ConfigError:
    """Return the ConfigError for the most relevant pydantic error of the snapshot file ``source``."""
    details = error.errors(include_url=False, include_context=True)
    worst = min(details, key=lambda detail: _irrelevance(detail, details))
    key = _path(worst["loc"])
    if worst["type"] == "missing":
        return ConfigError("snapshot-missing-key", file=source, key=key)
    if worst["type"] in ("enum", "literal_error"):
        return ConfigError(
            "snapshot-unknown-word", file=source, key=key, found=_shown(worst["input"]), expected=_words(worst, details)
        )
    if worst["type"].startswith("datetime"):
        return ConfigError("snapshot-bad-time", file=source, key=key, found=_shown(worst["input"]))
    expected = _EXPECTED.get(worst["type"], "text")
    return ConfigError("snapshot-wrong-type", file=source, key=key, found=_shown(worst["input"]), expected=expected)


def _irrelevance(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> tuple[bool, bool, int]:
    """A sort key, smallest for the most relevant error.

    Pydantic reports an error for every type of a union. Errors of types that the file does not name, or that have
    another shape, come last; deeper errors come first.
    """
    branch = detail["loc"][:-1]
    other_kind = any(
        other["type"] == "literal_error" and other["loc"][:-1] == branch and other is not detail for other in details
    )
    return other_kind, detail["type"] in ("dataclass_type", "tuple_type"), -len(detail["loc"])


def _words(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> str:
    """The words that are valid at the place of ``detail``, for all types of a union."""
    path = _path(detail["loc"])
    expected = [
        other["ctx"]["expected"]
        for other in details
        if "expected" in other.get("ctx", {}) and _path(other["loc"]) == path
    ]
    return ", ".join(dict.fromkeys(expected)).replace(" or ", ", ")


def _path(loc: tuple[int | str, ...]) -> str:
    """The path of a value, as ``snapshot.security_groups[0].ingress``, without the type names of unions."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc if not _is_type_name(part)]
    return "snapshot" + "".join(parts)


def _is_type_name(part: int | str) -> bool:
    return isinstance(part, str) and (part[:1].isupper() or part.startswith("tuple["))


def _shown(value: object) -> str:
    return repr(value)[:60]
