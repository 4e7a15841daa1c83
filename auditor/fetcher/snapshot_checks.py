"""Checks the values of a snapshot that the types allow but no later step can use.

Input: a :class:`Snapshot` from a file, which a person may have edited. Result: faults, each with the path of the value
and the id of its message: malformed ids, addresses and ports, negative numbers, duplicates, nested template groups.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias, get_args, get_type_hints

from auditor.model import addresses, identifiers
from auditor.model.gaps import Gap
from auditor.model.rules import ProtocolService
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


def find_faults(snapshot: Snapshot) -> Iterator[SnapshotFault]:
    """Yield every fault of ``snapshot``: account and time, then each field, then the faults between objects."""
    yield from _provenance(snapshot)
    yield from _faults_below(snapshot, "snapshot")
    yield from _template_groups(snapshot)
    yield from _doubles(snapshot)


_Check: TypeAlias = Callable[[Any], Iterable[tuple[str, str]]]
"""Returns the faults of the value of one field: the rest of the path and the value that a message quotes."""


ObjectsByClass: TypeAlias = Mapping[type, Sequence[Any]]


def objects_by_class(*items: object) -> ObjectsByClass:
    """All objects in ``items``, those included, by their class; an object that is there twice counts twice.

    The objects are those of a snapshot. Values of other kinds are left out.
    """
    by_class: dict[type, list[Any]] = defaultdict(list)
    level: list[Any] = list(items)
    while level:
        of_level: dict[type, list[Any]] = defaultdict(list)
        for item in level:
            of_level[type(item)].append(item)
        level = []
        for kind, objects in of_level.items():
            if is_dataclass(kind):
                by_class[kind] += objects
                for name in _fields_with_objects(kind):
                    for inner in map(attrgetter(name), objects):
                        level += inner if isinstance(inner, tuple) else (inner,)
    return by_class


def is_faultless(snapshot: Snapshot, by_class: ObjectsByClass) -> bool:
    """Whether :func:`find_faults` finds nothing. ``by_class`` are the objects of the snapshot.

    Looks at all objects of a class together and at each value once, which takes a quarter of the time but tells no
    paths.
    """
    values: dict[_Check, set[Any]] = defaultdict(set)
    for kind in by_class.keys() - {Gap}:
        for name, _, check in _fields_to_check(kind):
            values[check].update(map(attrgetter(name), by_class[kind]))
    of_fields = (fault for check, distinct in values.items() for fault in map(check, distinct))
    without_ports = map(_lacks_ports, by_class.get(ProtocolService, ()))
    between_objects = chain(_provenance(snapshot), _template_groups(snapshot), _doubles(snapshot))
    return not any(chain(of_fields, without_ports, between_objects))


def _lacks_ports(service: ProtocolService) -> bool:
    return not service.ports and service.protocol is not None and service.protocol.has_ports


def _faults_below(item: object, path: str) -> Iterator[SnapshotFault]:
    """The faults of the fields of ``item``, a dataclass, and of every object below it.

    The ids of a gap are exempt, since they only name an object that could not be read.
    """
    kind: type = type(item)
    for name, message_id, check in _fields_to_check(kind):
        for rest, value in check(getattr(item, name)):
            yield SnapshotFault(message_id=message_id, path=f"{path}.{name}{rest}", value=value)
    if isinstance(item, ProtocolService) and _lacks_ports(item):
        yield SnapshotFault(message_id="snapshot-bad-ports", path=f"{path}.ports", value="")
    for name in _fields_with_objects(kind):
        inner = getattr(item, name)
        if isinstance(inner, tuple):
            for position, part in enumerate(inner):
                if is_dataclass(part) and not isinstance(part, Gap):
                    yield from _faults_below(part, f"{path}.{name}[{position}]")
        elif inner is not None and not isinstance(inner, Gap):
            yield from _faults_below(inner, f"{path}.{name}")


@cache
def _fields_to_check(kind: type) -> tuple[tuple[str, str, _Check], ...]:
    """The fields of a class that have a check, with its message.

    The names of the fields say what their texts are, so a new class of the model needs no check of its own.
    """
    types = get_type_hints(kind)
    names = [item.name for item in fields(kind) if {str, int} & _parts(types[item.name])]
    ids = [(name, "snapshot-bad-id", _bad_ids) for name in names if name in _ID_LISTS or name.endswith(_ID_ENDINGS)]
    return (*ids, *((name, *_CHECKS[name]) for name in names if name in _CHECKS))


@cache
def _fields_with_objects(kind: type) -> tuple[str, ...]:
    """The fields of a class whose values can be or contain further objects."""
    types = get_type_hints(kind)
    return tuple(item.name for item in fields(kind) if any(map(is_dataclass, _parts(types[item.name]))))


def _parts(annotation: Any) -> frozenset[Any]:  # noqa: ANN401 - any type
    """The classes of which a type is made: ``str`` and ``Gap`` for a list of texts or a gap."""
    arguments = get_args(annotation)
    return frozenset().union(*map(_parts, arguments)) if arguments else frozenset((annotation,))


def _bad_ids(value: object) -> Iterable[tuple[str, str]]:
    """Malformed ids and region names. Reports put ids into commands. An empty id means that the object has none."""
    if isinstance(value, str):
        return () if _is_id(value) else (("", value),)
    if isinstance(value, tuple):
        return [(f"[{i}]", text) for i, text in enumerate(value) if isinstance(text, str) and not _is_id(text)]
    return ()


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
