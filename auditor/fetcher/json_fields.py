"""Pieces of the API's answers as plain values: texts, numbers, lists, addresses; and the gaps that bad ones leave.

Together with the other ``wire_`` modules the only place that knows how the API spells things: "ALL", "all", "", null.
Nothing here raises on an odd answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.fetcher.actions import ApiAction
from auditor.model import addresses, identifiers, rule_syntax
from auditor.model.gaps import Gap, GapKind

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSite:
    """The call that an answer came from; every gap that its rows leave names it."""

    region: str
    action: ApiAction
    cluster_id: str = ""

    def gap(self, resource: str, code: str, message: str, kind: GapKind = GapKind.UNREADABLE) -> Gap:
        """A gap of this call. ``message`` is one English sentence that says what is unknown."""
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
    """``value`` with each lone surrogate, which no file can hold, replaced by U+FFFD."""
    return _SURROGATES.sub("\ufffd", value)


@dataclass(slots=True, kw_only=True)
class Defects:
    """Takes what of one answer could not be read, as gaps.

    Whatever reads a field and can leave something out takes a ``Defects`` and says so here, so that no list forgets to.
    ``unknown`` ends the sentence of every gap: "which groups np-1 binds is unknown".
    """

    origin: CallSite
    resource: str
    unknown: str
    collected: list[Gap] = field(default_factory=list)

    def add(self, key: str, value: object, expected: str) -> None:
        """A gap: ``value`` came under ``key`` where ``expected`` should be."""
        message = f"{key} of {self.resource} is {shown(value)}, not {expected}: {self.unknown}"
        self.collected.append(self.origin.gap(self.resource, "WrongShape", message, GapKind.UNREAD))

    def add_address(self, source: str) -> None:
        """A gap: ``source`` came as an address."""
        message = f"{self.resource} has the address {source!r}, which is none"
        self.collected.append(self.origin.gap(self.resource, "UnreadableAddress", message))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap once, in the order of the answer."""
        return tuple(dict.fromkeys(self.collected))


def shown(value: object) -> str:
    """A piece of an answer as JSON, short enough for a sentence."""
    return clean(json.dumps(value, ensure_ascii=False))[:80]


def label(row: Mapping[str, Any], key: str) -> str:
    """A name or remark that people alone read; empty for missing, null and other types. ProjectId may be a number."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return clean(value) if isinstance(value, str) else ""


def text(row: Mapping[str, Any], key: str, defects: Defects) -> str:
    """The text under ``key`` without spaces around it; empty for missing and null, and for other types as a defect."""
    value = row.get(key)
    if isinstance(value, str):
        return clean(value.strip())
    if value is not None:
        defects.add(key, value, "a text")
    return ""


def spelling(row: Mapping[str, Any], key: str) -> str:
    """The text under ``key`` for a parser that refuses what it does not know: other types come as no parser reads them.

    Empty for missing and null.
    """
    value = row.get(key)
    return "" if value is None else spelt(value)


def spelt(value: object) -> str:
    """A text as it is without spaces around it; any other value as ``7 (int)``."""
    return clean(value.strip()) if isinstance(value, str) else f"{shown(value)} ({type(value).__name__})"


def references(row: Mapping[str, Any], key: str, inner: tuple[str, ...]) -> Iterator[str]:
    """What the object under ``key`` names under ``inner``; what is no object comes as :func:`spelt` has it."""
    value = row.get(key)
    if isinstance(value, dict):
        yield from filter(None, (spelling(value, name) for name in inner))
    elif value is not None:
        yield spelt(value)


def identifier(row: Mapping[str, Any], key: str, defects: Defects, prefixes: tuple[str, ...] = ()) -> str:
    """The id under ``key``; empty for missing, null and "", and for everything that is no id as a defect."""
    value = text(row, key, defects)
    if not value or identifiers.is_identifier(value, prefixes):
        return value
    defects.add(key, value, "an id")
    return ""


def number(row: Mapping[str, Any], key: str, defects: Defects) -> int | None:
    """The whole number under ``key``, also where it comes as digits in a string.

    ``None`` for missing and null, and for everything else as a defect.
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
    """The object under ``key``; empty for missing and null, and for other types as a defect."""
    value = row.get(key)
    if isinstance(value, dict):
        return value
    if value is not None:
        defects.add(key, value, "an object")
    return {}


def mappings(row: Mapping[str, Any], key: str, defects: Defects) -> tuple[dict[str, Any], ...]:
    """The objects in the list under ``key``; other items are left out as defects."""
    items = _items(row, key, defects)
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            defects.add(f"{key}[{position}]", item, "an object")
    return tuple(item for item in items if isinstance(item, dict))


def texts(row: Mapping[str, Any], key: str, defects: Defects) -> tuple[str, ...]:
    """The texts in the list under ``key``; other items are left out as defects."""
    items = _items(row, key, defects)
    for position, item in enumerate(items):
        if not isinstance(item, str):
            defects.add(f"{key}[{position}]", item, "a text")
    return tuple(clean(item) for item in items if isinstance(item, str))


def _items(row: Mapping[str, Any], key: str, defects: Defects) -> list[Any]:
    """The list under ``key``, empty for missing and null, and for other types as a defect."""
    value = row.get(key)
    if isinstance(value, list):
        return value
    if value is not None:
        defects.add(key, value, "a list")
    return []


def names(row: Mapping[str, Any], key: str, prefixes: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The list of ids under ``key``, in order, exact repeats dropped.

    ``None`` where there is no such list: missing, null, another type, or with anything in it but ids.
    """
    value = row.get(key)
    if not isinstance(value, list):
        return None
    ids = [item.strip() if isinstance(item, str) else "" for item in value]
    return tuple(dict.fromkeys(ids)) if all(identifiers.is_identifier(item, prefixes) for item in ids) else None


def names_if_any(row: Mapping[str, Any], key: str, prefixes: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """As :func:`names`, where null and missing mean that there are none."""
    return () if row.get(key) is None else names(row, key, prefixes)


def json_object(source: str) -> dict[str, Any] | None:
    """The object that a JSON text holds; ``None`` for anything else."""
    try:
        value = json.loads(source)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def canonical(source: str) -> str | None:
    """A block, address or range in one spelling; ``None`` for what is none."""
    try:
        return rule_syntax.addresses_text(source)
    except ValueError:
        return None


def readable_addresses(sources: Iterable[str]) -> tuple[str, ...]:
    """The single addresses among ``sources``, each once, lowest first, IPv4 before IPv6."""
    found = set()
    for source in sources:
        try:
            found.add(addresses.point_of(source))
        except ValueError:
            continue
    return tuple(addresses.address_text(point) for point in sorted(found))


def addresses_of(sources: Iterable[str], defects: Defects) -> tuple[str, ...]:
    """As :func:`readable_addresses`; what is no address is a defect."""
    listed = tuple(sources)
    for source in listed:
        if not readable_addresses([source]):
            defects.add_address(source)
    return readable_addresses(listed)


def sorted_blocks(sources: Iterable[str]) -> tuple[str, ...]:
    """Canonical blocks, each once, by address, IPv4 before IPv6, wider first."""
    return tuple(
        sorted(set(sources), key=lambda block: (addresses.parse(block).bounds[0], -addresses.parse(block).size))
    )
