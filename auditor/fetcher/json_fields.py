"""Reads fields of the API's answers as plain values: texts, numbers, lists, ids, addresses.

Input: a row of an answer and a key. Result: the value, or a gap in :class:`Defects` for a value of another type. No
function raises for a malformed answer. Missing and null fields are empty values unless a function says otherwise.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.fetcher.actions import ApiAction
from auditor.model import addresses, identifiers, rule_syntax
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSite:
    """The call that returned an answer. The gaps of its rows name the call."""

    region: str
    action: ApiAction
    cluster_id: str = ""

    def gap(self, resource: str, code: str, message: str, kind: GapKind = GapKind.UNREADABLE) -> Gap:
        """Return a gap of this call. ``message`` is an English sentence that says which fact is unknown."""
        return Gap(
            kind=kind,
            region=self.region,
            cluster_id=self.cluster_id,
            resource=clean(resource),
            service=self.action.service,
            action=self.action.name,
            code=code,
            message=clean(message),
        )


def clean(value: str) -> str:
    """Replace each lone surrogate by U+FFFD, since UTF-8 cannot encode surrogates."""
    return value if value.isascii() else _SURROGATES.sub("\ufffd", value)


@dataclass(slots=True, kw_only=True)
class Defects:
    """Collects the unreadable parts of an answer as gaps.

    Every function that may omit a part of an answer takes a ``Defects`` and adds the part, so that nothing is omitted
    silently. ``unknown`` ends the message of every gap: "which groups np-1 binds is unknown".
    """

    call_site: CallSite
    resource: str
    unknown: str
    collected: list[Gap] = field(default_factory=list)

    def add(self, key: str, value: object, expected: str) -> None:
        """Add a gap: the answer holds ``value`` under ``key`` instead of ``expected``."""
        message = f"{key} of {self.resource} is {shown(value)}, not {expected}: {self.unknown}"
        self.collected.append(self.call_site.gap(self.resource, "WrongShape", message, GapKind.UNREAD))

    def add_address(self, source: str) -> None:
        """Add a gap: the answer holds ``source`` instead of an address."""
        message = f"{self.resource} has {source!r}, which is not an address"
        self.collected.append(self.call_site.gap(self.resource, "UnreadableAddress", message))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The distinct gaps in the order of the answer."""
        return tuple(dict.fromkeys(self.collected))


def shown(value: object) -> str:
    """Return a part of an answer as JSON of at most 80 characters, for a message."""
    return clean(json.dumps(value, ensure_ascii=False))[:80]


def label(row: Mapping[str, Any], key: str) -> str:
    """Return a name or description for people to read; empty for types other than text and whole number."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return clean(value) if isinstance(value, str) else ""


def text(row: Mapping[str, Any], key: str, defects: Defects) -> str:
    """Return the text under ``key``, stripped. Another type is a defect and gives the empty text."""
    value = row.get(key)
    if isinstance(value, str):
        return clean(value.strip())
    if value is not None:
        defects.add(key, value, "a text")
    return ""


def raw_field(row: Mapping[str, Any], key: str) -> str:
    """Return the value under ``key`` as a text that a strict parser can check.

    Values of other types get a form that no parser accepts (see :func:`raw_text`).
    """
    value = row.get(key)
    return "" if value is None else raw_text(value)


def raw_text(value: object) -> str:
    """Return a text stripped, and any other value as ``7 (int)``."""
    return clean(value.strip()) if isinstance(value, str) else f"{shown(value)} ({type(value).__name__})"


def references(row: Mapping[str, Any], key: str, inner: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts under the keys ``inner`` of the object under ``key``, and another type as :func:`raw_text`."""
    value = row.get(key)
    if isinstance(value, dict):
        yield from filter(None, (raw_field(value, name) for name in inner))
    elif value is not None:
        yield raw_text(value)


def identifier(row: Mapping[str, Any], key: str, defects: Defects, prefixes: tuple[str, ...] = ()) -> str:
    """Return the id under ``key``. A malformed id or another type is a defect and gives the empty text."""
    value = text(row, key, defects)
    if not value or identifiers.is_identifier(value, prefixes):
        return value
    defects.add(key, value, "an id")
    return ""


def number(row: Mapping[str, Any], key: str, defects: Defects) -> int | None:
    """Return the whole number under ``key``, which may be a text of digits.

    ``None`` for missing and null. Everything else is a defect and gives ``None`` too.
    """
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    defects.add(key, value, "a number")
    return None


def mapping(row: Mapping[str, Any], key: str, defects: Defects) -> dict[str, Any]:
    """Return the object under ``key``. Another type is a defect and gives an empty object."""
    value = row.get(key)
    if isinstance(value, dict):
        return value
    if value is not None:
        defects.add(key, value, "an object")
    return {}


def mappings(row: Mapping[str, Any], key: str, defects: Defects) -> tuple[dict[str, Any], ...]:
    """Return the objects in the list under ``key``. Items of other types are defects and are omitted."""
    items = _items(row, key, defects)
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            defects.add(f"{key}[{position}]", item, "an object")
    return tuple(item for item in items if isinstance(item, dict))


def texts(row: Mapping[str, Any], key: str, defects: Defects) -> tuple[str, ...]:
    """Return the texts in the list under ``key``. Items of other types are defects and are omitted."""
    items = _items(row, key, defects)
    for position, item in enumerate(items):
        if not isinstance(item, str):
            defects.add(f"{key}[{position}]", item, "a text")
    return tuple(clean(item) for item in items if isinstance(item, str))


def _items(row: Mapping[str, Any], key: str, defects: Defects) -> list[Any]:
    """The list under ``key``. Another type is a defect and gives an empty list."""
    value = row.get(key)
    if isinstance(value, list):
        return value
    if value is not None:
        defects.add(key, value, "a list")
    return []


def id_list(row: Mapping[str, Any], key: str, prefixes: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Return the distinct ids in the list under ``key``, in order.

    ``None`` where the list is missing, null or of another type, or where an item is not an id.
    """
    value = row.get(key)
    if not isinstance(value, list):
        return None
    ids = [item.strip() if isinstance(item, str) else "" for item in value]
    return tuple(dict.fromkeys(ids)) if all(identifiers.is_identifier(item, prefixes) for item in ids) else None


def optional_id_list(row: Mapping[str, Any], key: str, prefixes: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """As :func:`id_list`, but an empty list where the key is missing or null."""
    return () if row.get(key) is None else id_list(row, key, prefixes)


def json_object(source: str) -> dict[str, Any] | None:
    """Return the object in a JSON text; ``None`` for any other text."""
    value = _json_value(source)
    return value if isinstance(value, dict) else None


def json_document(source: str) -> dict[str, Any] | list[Any] | None:
    """Return the object or list in a JSON text, which can be base64 as in DescribeAddon; ``None`` for other texts."""
    value = _json_value(source)
    if not isinstance(value, (dict, list)):
        try:
            value = _json_value(b64decode(source, validate=True).decode())
        except ValueError:
            return None
    return value if isinstance(value, (dict, list)) else None


def _json_value(source: str) -> Any:  # noqa: ANN401 - JSON
    """The value of a JSON text; ``None`` for any other text."""
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        return None


def canonical(source: str) -> str | None:
    """Return a block, address or range in canonical spelling; ``None`` for any other text."""
    try:
        return rule_syntax.addresses_text(source)
    except ValueError:
        return None


def readable_addresses(sources: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct single addresses among ``sources``, sorted, IPv4 before IPv6."""
    return _address_texts(map(_point, sources))


def addresses_of(sources: Iterable[str], defects: Defects) -> tuple[str, ...]:
    """As :func:`readable_addresses`, but a text that is not an address is a defect."""
    points = {source: _point(source) for source in sources}
    for source, point in points.items():
        if point is None:
            defects.add_address(source)
    return _address_texts(points.values())


def _point(source: str) -> int | None:
    """The point of an address on the address line; ``None`` for any other text."""
    try:
        return addresses.point_of(source)
    except ValueError:
        return None


def _address_texts(points: Iterable[int | None]) -> tuple[str, ...]:
    return tuple(addresses.address_text(point) for point in sorted({point for point in points if point is not None}))


def sorted_blocks(sources: Iterable[str]) -> tuple[str, ...]:
    """Return distinct canonical blocks, sorted by address, IPv4 before IPv6, larger blocks first."""
    return tuple(
        sorted(set(sources), key=lambda block: (addresses.parse(block).bounds[0], -addresses.parse(block).size))
    )
