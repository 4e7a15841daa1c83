"""Reads and writes snapshot files, and checks every value that later steps rely on.

Input: the text of a file, which a person may have edited. Result: a :class:`Snapshot`. Raises ConfigError, which names
the file and the path of the value, for JSON that does not match the types, for unknown keys and for values that the
types allow but no step can use (ids, addresses, ports, duplicates, nested template groups).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from auditor.errors import ConfigError
from auditor.fetcher.json_fields import clean
from auditor.files import json_reader
from auditor.model import addresses, identifiers, rule_syntax
from auditor.model.clusters import Cluster
from auditor.model.gaps import Gap
from auditor.model.rules import CidrPeer, ProtocolService, Rule, Rules, SecurityGroup, Service
from auditor.model.services import PORTS, PortRange
from auditor.model.snapshot import Snapshot

_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")
_ID_ENDINGS = ("_id", "_ids", "region", "regions")
_POINT_LISTS = ("addresses", "snat_addresses")
_BLOCK_LISTS = ("cidrs", "acl")
"""Fields whose texts are single addresses, and fields whose texts are blocks."""
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
    """Yield every fault of ``snapshot``: first account, time and ids, then the rest in the order of the file."""
    yield from _provenance(snapshot)
    yield from _ids(snapshot, "snapshot")
    yield from _addresses(snapshot, "snapshot")
    for name in ("clusters", "neighbours"):
        for position, cluster in enumerate(getattr(snapshot, name)):
            yield from _cluster(cluster, f"snapshot.{name}[{position}]")
    for position, group in enumerate(snapshot.security_groups):
        yield from _group(group, f"snapshot.security_groups[{position}]")
    for position, template in enumerate(snapshot.address_templates):
        yield from _blocks(template.entries, f"snapshot.address_templates[{position}].entries")
    for position, services in enumerate(snapshot.service_templates):
        for entry, service in enumerate(services.entries):
            yield from _service(service, f"snapshot.service_templates[{position}].entries[{entry}]")
    yield from _template_groups(snapshot)
    yield from _listeners_and_acls(snapshot)
    yield from _doubles(snapshot)


def _ids(value: object, path: str) -> Iterator[SnapshotFault]:
    """Malformed ids and region names anywhere below ``value``. An empty id means that the object has none.

    Reports put ids into commands. The ids of a gap are exempt, since they only name an object that could not be read.
    """
    if isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _ids(item, f"{path}[{position}]")
    elif is_dataclass(value) and not isinstance(value, Gap):
        for name in (item.name for item in fields(value)):
            inner = getattr(value, name)
            if name in _ID_LISTS or name.endswith(_ID_ENDINGS):
                yield from _bad_ids(inner, f"{path}.{name}")
            yield from _ids(inner, f"{path}.{name}")


def _bad_ids(value: object, path: str) -> Iterator[SnapshotFault]:
    if isinstance(value, str):
        if value and not identifiers.is_identifier(value, identifiers.ANY_NAME):
            yield SnapshotFault(message_id="snapshot-bad-id", path=path, value=value)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _bad_ids(item, f"{path}[{position}]")


def _addresses(value: object, path: str) -> Iterator[SnapshotFault]:
    """Malformed addresses and blocks anywhere below ``value``, by the names of the fields."""
    if isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _addresses(item, f"{path}[{position}]")
    elif is_dataclass(value):
        for name in (item.name for item in fields(value)):
            inner, inner_path = getattr(value, name), f"{path}.{name}"
            if name in _POINT_LISTS:
                yield from _points(inner, inner_path)
            elif name in _BLOCK_LISTS:
                yield from _blocks(inner or (), inner_path)
            elif name == "cidr" or (name == "own_cidr" and inner):
                yield from _blocks([inner], inner_path, single=True)
            else:
                yield from _addresses(inner, inner_path)


def _listeners_and_acls(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Impossible ports of listeners, back ends and entries of network ACLs."""
    for position, balancer in enumerate(snapshot.load_balancers):
        for number, listener in enumerate(balancer.known_listeners):
            path = f"snapshot.load_balancers[{position}].listeners[{number}]"
            yield from _ports([listener.ports], f"{path}.ports", single=True)
            for index, target in enumerate(listener.known_targets):
                yield from _ports([target.ports], f"{path}.targets[{index}].ports", single=True)
    for position, acl in enumerate(snapshot.network_acls):
        for number, entry in enumerate(acl.entries if isinstance(acl.entries, tuple) else ()):
            path = f"snapshot.network_acls[{position}].entries[{number}]"
            yield from _ports(entry.ports, f"{path}.ports")
            yield from _ports(entry.peer_ports, f"{path}.peer_ports")


def _provenance(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Faults of the account id and of a time without a time zone."""
    if snapshot.account is not None and not _ACCOUNT_ID.fullmatch(snapshot.account.id):
        yield SnapshotFault(message_id="snapshot-bad-account", path="snapshot.account.id", value=snapshot.account.id)
    if snapshot.read_at is not None and snapshot.read_at.tzinfo is None:
        yield SnapshotFault(message_id="snapshot-bad-time", path="snapshot.read_at", value=snapshot.read_at.isoformat())


def _cluster(cluster: Cluster, path: str) -> Iterator[SnapshotFault]:
    for position, count in enumerate(cluster.not_covered):
        if count.count < 0:
            yield SnapshotFault(
                message_id="snapshot-bad-number", path=f"{path}.not_covered[{position}].count", value=str(count.count)
            )


def _group(group: SecurityGroup, path: str) -> Iterator[SnapshotFault]:
    yield from _rules(group.ingress, f"{path}.ingress")
    yield from _rules(group.egress, f"{path}.egress")


def _rules(rules: Rules, path: str) -> Iterator[SnapshotFault]:
    for position, rule in enumerate(rules if isinstance(rules, tuple) else ()):
        yield from _rule(rule, f"{path}[{position}]")


def _rule(rule: Rule, path: str) -> Iterator[SnapshotFault]:
    if rule.index < 0:
        yield SnapshotFault(message_id="snapshot-bad-number", path=f"{path}.index", value=str(rule.index))
    yield from _service(rule.service, f"{path}.service")


def _service(service: Service, path: str) -> Iterator[SnapshotFault]:
    if not isinstance(service, ProtocolService):
        return
    yield from _ports(service.ports, f"{path}.ports")
    if not service.ports and service.protocol is not None and service.protocol.has_ports:
        yield SnapshotFault(message_id="snapshot-bad-ports", path=f"{path}.ports", value="")


def _ports(ranges: Iterable[PortRange], path: str, *, single: bool = False) -> Iterator[SnapshotFault]:
    for position, (first, last) in enumerate(ranges):
        if not 0 <= first <= last < PORTS:
            yield SnapshotFault(
                message_id="snapshot-bad-ports",
                path=path if single else f"{path}[{position}]",
                value=f"{first}-{last}",
            )


def _blocks(texts: Iterable[str], path: str, *, single: bool = False) -> Iterator[SnapshotFault]:
    """Texts that are neither blocks nor addresses nor ranges."""
    for position, text in enumerate(texts):
        try:
            addresses.parse(text)
        except ValueError:
            yield SnapshotFault(
                message_id="snapshot-bad-address", path=path if single else f"{path}[{position}]", value=text
            )


def _points(texts: Iterable[str], path: str) -> Iterator[SnapshotFault]:
    """Texts that are not single addresses."""
    for position, text in enumerate(texts):
        try:
            addresses.point_of(text)
        except ValueError:
            yield SnapshotFault(message_id="snapshot-bad-address", path=f"{path}[{position}]", value=text)


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


def dump(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON text: sorted keys, a newline at the end."""
    body = _adapter().dump_python(snapshot, mode="json")
    return to_json(_canonical({"schema": SCHEMA, "snapshot": body, "tool": TOOL}), indent=2).decode() + "\n"


def load(text: str, source: str) -> Snapshot:
    """Return the snapshot in ``text``. Raises ConfigError, which names the file as ``source``.

    The text is checked as the module describes. Unknown keys are refused, since a misspelt key would hide its value.
    Times become UTC in whole seconds.
    """
    document = _document(text, source)
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
    for fault in find_faults(snapshot):
        raise _wrong(fault.message_id, source, key=fault.path, found=fault.value)
    read_at = None if snapshot.read_at is None else snapshot.read_at.astimezone(UTC).replace(microsecond=0)
    return replace(snapshot, read_at=read_at, security_groups=tuple(map(_normalised, snapshot.security_groups)))


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


def _canonical(value: Any) -> Any:  # noqa: ANN401 - any piece of JSON
    """``value`` with sorted keys and without lone surrogates. The account of the snapshot is not repeated."""
    if isinstance(value, dict):
        return {key: _canonical(value[key]) for key in sorted(value) if key != "account" or value[key] != ""}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return clean(value) if isinstance(value, str) else value


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
