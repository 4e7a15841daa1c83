"""Pieces of the API's answers as plain values: texts, numbers, lists, addresses; and the gaps that bad ones leave.

Together with the other ``wire_`` modules the only place that knows how the API spells things: "ALL", "all", "", null.
Nothing here raises on an odd answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher.actions import Action
from auditor.model import addresses, rule_text
from auditor.model.gaps import Gap, GapKind

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The call that an answer came from; every gap that its rows leave names it."""

    region: str
    action: Action
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


def text(row: Mapping[str, Any], key: str) -> str:
    """The text under ``key``, empty for missing, null and other types; ProjectId comes as a number as well."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return clean(value) if isinstance(value, str) else ""


def number(row: Mapping[str, Any], key: str) -> int | None:
    """The whole number under ``key``, also where it comes as digits in a string; ``None`` for everything else."""
    value = row.get(key)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def mapping(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under ``key``; missing, null and other types are empty."""
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def mappings(row: Mapping[str, Any], key: str) -> tuple[dict[str, Any], ...]:
    """The objects in the list under ``key``; what is none is left out."""
    value = row.get(key)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def names(row: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """The list of texts under ``key``, in order, exact repeats dropped.

    ``None`` where there is no such list: missing, null, another type, or with anything in it but non-empty texts.
    """
    value = row.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        return None
    return tuple(dict.fromkeys(clean(item.strip()) for item in value))


def names_if_any(row: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """As :func:`names`, where null and missing mean that there are none."""
    return () if row.get(key) is None else names(row, key)


def texts(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts in the list under ``key``; what is none is left out."""
    value = row.get(key)
    return tuple(clean(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def json_object(source: str) -> dict[str, Any]:
    """The object that a JSON text holds; empty for anything else."""
    try:
        value = json.loads(source)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def canonical(source: str) -> str | None:
    """A block, address or range in one spelling; ``None`` for what is none."""
    try:
        return rule_text.addresses_text(source)
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


def sorted_blocks(sources: Iterable[str]) -> tuple[str, ...]:
    """Canonical blocks, each once, by address, IPv4 before IPv6, wider first."""
    return tuple(
        sorted(set(sources), key=lambda block: (addresses.parse(block).bounds[0], -addresses.parse(block).size))
    )
