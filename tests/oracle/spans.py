"""Addresses as runs of integers: IPv4 as they are, IPv6 far above them. Texts are read with ipaddress alone."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import TypeAlias

V6 = 1 << 40
END = V6 + (1 << 128)

Span: TypeAlias = tuple[int, int]
"""First and last address, both included."""

WORLD: tuple[Span, ...] = ((0, (1 << 32) - 1), (V6, END - 1))
V4_WORLD: Span = WORLD[0]


def is_v4(point: int) -> bool:
    return point < V6


def of_text(text: str) -> Span:
    """A block (host bits may be set), an address, or a range with or without spaces."""
    if "-" in text:
        first, last = (ip_address(part.strip()) for part in text.split("-"))
        if (first.version, int(first)) > (last.version, int(last)) or first.version != last.version:
            raise ValueError(text)
        return _shifted(first.version, int(first), int(last))
    network = ip_network(text.strip(), strict=False)
    return _shifted(network.version, int(network.network_address), int(network.broadcast_address))


def _shifted(version: int, first: int, last: int) -> Span:
    shift = V6 if version == 6 else 0
    return first + shift, last + shift


def of_texts(texts: Iterable[str]) -> tuple[Span, ...]:
    return tuple(of_text(text) for text in texts)


def holds(spans: Iterable[Span], point: int) -> bool:
    return any(first <= point <= last for first, last in spans)
