"""Reads and writes snapshot files, and checks every value that later steps rely on.

Input: the text of a file, which a person may have edited. Result: a :class:`Snapshot`. Raises ConfigError, which names
the file and the path of the value, for JSON that does not match the types, for unknown keys and for values that the
types allow but no step can use (ids, addresses, ports, duplicates, nested template groups).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC
from functools import cache, lru_cache
from typing import Any, Literal, NotRequired, TypeAlias, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from auditor.errors import ConfigError
from auditor.fetcher.json_fields import clean
from auditor.files import json_reader
from auditor.model import addresses, identifiers, rule_syntax
from auditor.model.gaps import Gap
from auditor.model.rules import CidrPeer, ProtocolService, Rule, Rules, SecurityGroup
from auditor.model.services import PORTS, PortRange
from auditor.model.snapshot import Snapshot

_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")
_ID_ENDINGS = ("_id", "_ids", "region", "regions")
_ID_LISTS = ("security_groups", "members")
"""Fields whose texts are ids. Where ``members`` are objects, their fields are checked instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFault:
    """A value that later steps cannot use. ``path`` leads from the snapshot to the value."""

    message_id: str
    path: str
    value: str


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


def find_faults(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Yield every fault of ``snapshot``: account and time, then each field, then the faults between objects."""
    yield from _provenance(snapshot)
    yield from _faults_below(snapshot, "snapshot")
    yield from _template_groups(snapshot)
    yield from _doubles(snapshot)


_Check: TypeAlias = Callable[[Any], Iterable[tuple[str, str]]]
"""Returns the faults of the value of one field: the rest of the path and the value that a message quotes."""


def _faults_below(item: object, path: str) -> Iterator[SnapshotFault]:
    """The faults of the fields of ``item``, a dataclass, and of every object below it.

    The ids of a gap are exempt, since they only name an object that could not be read.
    """
    kind: type = type(item)
    checks, nested = _fields_to_check(kind)
    for name, message_id, check in checks:
        for rest, value in check(getattr(item, name)):
            yield SnapshotFault(message_id=message_id, path=f"{path}.{name}{rest}", value=value)
    if isinstance(item, ProtocolService) and not item.ports and item.protocol is not None and item.protocol.has_ports:
        yield SnapshotFault(message_id="snapshot-bad-ports", path=f"{path}.ports", value="")
    for name in nested:
        inner = getattr(item, name)
        if isinstance(inner, tuple):
            for position, part in enumerate(inner):
                yield from _faults_below(part, f"{path}.{name}[{position}]")
        elif inner is not None and not isinstance(inner, Gap):
            yield from _faults_below(inner, f"{path}.{name}")


@cache
def _fields_to_check(kind: type) -> tuple[tuple[tuple[str, str, _Check], ...], tuple[str, ...]]:
    """The fields of a class that have a check, with its message, and the fields that can hold further objects.

    The names of the fields say what their texts are, so a new class of the model needs no check of its own.
    """
    names = [item.name for item in fields(kind)]
    ids = [(name, "snapshot-bad-id", _bad_ids) for name in names if name in _ID_LISTS or name.endswith(_ID_ENDINGS)]
    others = [(name, *_CHECKS[name]) for name in names if name in _CHECKS]
    types = get_type_hints(kind)
    return (*ids, *others), tuple(name for name in names if _can_hold_objects(types[name]))


def _can_hold_objects(annotation: Any) -> bool:  # noqa: ANN401 - any type
    """Whether a value of the type can be or contain an object with fields to check."""
    if is_dataclass(annotation):
        return annotation is not Gap
    return any(map(_can_hold_objects, get_args(annotation)))


def _bad_ids(value: object) -> Iterable[tuple[str, str]]:
    """Malformed ids and region names. Reports put ids into commands. An empty id means that the object has none."""
    if isinstance(value, str):
        return () if _is_id(value) else (("", value),)
    if isinstance(value, tuple):
        return [(f"[{i}]", text) for i, text in enumerate(value) if isinstance(text, str) and not _is_id(text)]
    return ()


@lru_cache(maxsize=1 << 16)
def _is_id(text: str) -> bool:
    return not text or identifiers.is_identifier(text, identifiers.ANY_NAME)


def _bad_points(texts: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Texts that are not single addresses."""
    return [(f"[{i}]", text) for i, text in enumerate(texts) if not addresses.is_address(text)]


def _bad_blocks(texts: object) -> Iterable[tuple[str, str]]:
    """Texts that are neither blocks nor addresses nor ranges; objects and gaps in their place have other checks."""
    if not isinstance(texts, tuple):
        return ()
    return [(f"[{i}]", text) for i, text in enumerate(texts) if isinstance(text, str) and not _is_block(text)]


def _bad_block(text: str) -> Iterable[tuple[str, str]]:
    return () if _is_block(text) else (("", text),)


def _bad_optional_block(text: str) -> Iterable[tuple[str, str]]:
    return _bad_block(text) if text else ()


def _is_block(text: str) -> bool:
    try:
        addresses.parse(text)
    except ValueError:
        return False
    return True


def _bad_ports(ports: PortRange | tuple[PortRange, ...]) -> Iterable[tuple[str, str]]:
    """Impossible ranges of ports, in a field with one range or with a list of them."""
    match ports:
        case (int(first), int(last)):
            return () if _is_range(first, last) else (("", f"{first}-{last}"),)
        case _:
            return [(f"[{i}]", f"{lo}-{hi}") for i, (lo, hi) in enumerate(ports) if not _is_range(lo, hi)]


def _is_range(first: int, last: int) -> bool:
    return 0 <= first <= last < PORTS


def _negative(number: int) -> Iterable[tuple[str, str]]:
    return (("", str(number)),) if number < 0 else ()


_CHECKS: Mapping[str, tuple[str, _Check]] = {
    "addresses": ("snapshot-bad-address", _bad_points),
    "snat_addresses": ("snapshot-bad-address", _bad_points),
    "cidrs": ("snapshot-bad-address", _bad_blocks),
    "acl": ("snapshot-bad-address", _bad_blocks),
    "entries": ("snapshot-bad-address", _bad_blocks),
    "cidr": ("snapshot-bad-address", _bad_block),
    "own_cidr": ("snapshot-bad-address", _bad_optional_block),
    "ports": ("snapshot-bad-ports", _bad_ports),
    "peer_ports": ("snapshot-bad-ports", _bad_ports),
    "count": ("snapshot-bad-number", _negative),
    "index": ("snapshot-bad-number", _negative),
}
"""The check of each field that is not an id, by its name, with the message about a fault."""


def _provenance(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Faults of the account id and of a time without a time zone."""
    if snapshot.account is not None and not _ACCOUNT_ID.fullmatch(snapshot.account.id):
        yield SnapshotFault(message_id="snapshot-bad-account", path="snapshot.account.id", value=snapshot.account.id)
    if snapshot.read_at is not None and snapshot.read_at.tzinfo is None:
        yield SnapshotFault(message_id="snapshot-bad-time", path="snapshot.read_at", value=snapshot.read_at.isoformat())


def _template_groups(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Template groups that contain template groups. The cloud forbids them, and they could form a cycle."""
    groups = {(group.region, group.template_id) for group in snapshot.template_groups}
    for position, group in enumerate(snapshot.template_groups):
        for number, member in enumerate(group.members):
            if (group.region, member) in groups:
                path = f"snapshot.template_groups[{position}].members[{number}]"
                yield SnapshotFault(message_id="snapshot-nested-group", path=path, value=member)


def _doubles(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Objects with the same id. Later steps would ignore all but one of them."""
    keys: Mapping[str, list[str]] = {
        "clusters": [item.cluster_id for item in (*snapshot.clusters, *snapshot.neighbours)],
        "security_groups": [f"{item.region}/{item.security_group_id}" for item in snapshot.security_groups],
        "address_templates": [f"{item.region}/{item.template_id}" for item in snapshot.address_templates],
        "service_templates": [f"{item.region}/{item.template_id}" for item in snapshot.service_templates],
        "template_groups": [f"{item.region}/{item.template_id}" for item in snapshot.template_groups],
        "load_balancers": [f"{item.region}/{item.load_balancer_id}" for item in snapshot.load_balancers],
        "network_acls": [f"{item.region}/{item.network_acl_id}" for item in snapshot.network_acls],
        "subnet_acls": [f"{item.region}/{item.subnet_id}" for item in snapshot.subnet_acls],
        "memberships": [f"{item.region}/{item.security_group_id}" for item in snapshot.memberships],
    }
    for name, ids in keys.items():
        for key, times in Counter(ids).items():
            if times > 1:
                yield SnapshotFault(message_id="snapshot-double", path=f"snapshot.{name}", value=key)


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


FAMILY = "sgaudit-snapshot/"
VERSION = "1"
SCHEMA = FAMILY + VERSION
TOOL = "tke-sg-auditor"


class _File(TypedDict):
    """A snapshot file without unknown keys, on any level."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # as pydantic documents it

    schema: Literal["sgaudit-snapshot/1"]
    snapshot: Snapshot
    tool: NotRequired[str]


def dump(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON text on one line: sorted keys, no spaces, a newline at the end."""
    body = _adapter().dump_python(snapshot, mode="json")
    document = {"schema": SCHEMA, "snapshot": body, "tool": TOOL}
    return clean(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))) + "\n"


def load(text: str, source: str) -> Snapshot:
    """Return the snapshot in ``text``. Raises ConfigError, which names the file as ``source``.

    The text is checked as the module describes. Unknown keys are refused, since a misspelt key would hide its value.
    Times become UTC in whole seconds.
    """
    _document(text, source)  # refuses text that two JSON parsers could read differently
    try:
        snapshot = _file_adapter().validate_json(text, strict=True)["snapshot"]
    except ValidationError:
        snapshot = _loaded_by_steps(_document(text, source), source)
    for fault in find_faults(snapshot):
        raise _wrong(fault.message_id, source, key=fault.path, found=fault.value)
    read_at = None if snapshot.read_at is None else snapshot.read_at.astimezone(UTC).replace(microsecond=0)
    return replace(snapshot, read_at=read_at, security_groups=tuple(map(_normalised, snapshot.security_groups)))


def _loaded_by_steps(document: dict[str, Any], source: str) -> Snapshot:
    """The snapshot of a document that is not exactly a :class:`_File`: types first, then keys.

    This takes several times as long, and finds the message for a fault. It also accepts harmless differences: unknown
    keys beside the snapshot, and lone surrogates in texts.
    """
    body = document.get("snapshot")
    if not isinstance(body, dict):
        raise _wrong("snapshot-missing-key", source, key="snapshot")
    try:
        snapshot = _adapter().validate_json(clean(json.dumps(body, ensure_ascii=False)), strict=True)
    except ValidationError as error:
        raise validation_error(error, source) from None
    parsed = _adapter().dump_python(snapshot, mode="json")
    for path in unknown_keys(body, parsed):
        raise _wrong("snapshot-unknown-key", source, key=path)
    return snapshot


def _normalised(group: SecurityGroup) -> SecurityGroup:
    """The group with every IPv4 spelling of any address in one form, as the fetcher writes it."""
    return replace(group, ingress=_normalised_rules(group.ingress), egress=_normalised_rules(group.egress))


def _normalised_rules(rules: Rules) -> Rules:
    return rules if isinstance(rules, Gap) else tuple(map(_normalised_rule, rules))


def _normalised_rule(rule: Rule) -> Rule:
    if isinstance(rule.peer, CidrPeer) and rule_syntax.is_any_v4(rule.peer.cidr):
        return replace(rule, peer=CidrPeer(cidr=rule_syntax.ANY_V4))
    return rule


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


@cache
def _file_adapter() -> TypeAdapter[_File]:
    return TypeAdapter(_File)


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
