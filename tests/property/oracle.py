"""A second, slow evaluator that shares nothing with the first: one packet at a time, rule by rule, text by text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network


@dataclass(frozen=True)
class Packet:
    protocol: str
    port: int | None
    address: str


@dataclass(frozen=True)
class PlainRule:
    """A rule as a person reads it: words and texts, no sets."""

    action: str
    cidr: str
    protocol: str
    ports: tuple[tuple[int, int], ...]
    unreadable: str = ""
    """Which part of it nobody can read: ``peer``, ``service``, ``action`` or none."""


def matches(rule: PlainRule, packet: Packet) -> bool:
    network, address = ip_network(rule.cidr), ip_address(packet.address)
    if network.version != address.version or address not in network:
        return False
    return _serves(rule, packet)


def could_match(rule: PlainRule, packet: Packet) -> bool:
    if rule.unreadable == "peer":
        return _serves(rule, packet)
    if rule.unreadable == "service":
        network, address = ip_network(rule.cidr), ip_address(packet.address)
        return network.version == address.version and address in network
    return matches(rule, packet)


def outcomes(rules: Sequence[PlainRule], packet: Packet) -> set[str]:
    """Every answer that some reading of the unreadable parts gives."""
    found: set[str] = set()
    for rule in rules:
        if not could_match(rule, packet):
            continue
        found |= {"allow", "deny"} if rule.unreadable == "action" else {rule.action}
        if rule.unreadable not in ("peer", "service"):
            return found
    return found | {"deny"}


def deciders(rules: Sequence[PlainRule], packet: Packet) -> Iterator[int]:
    """Ranks that could decide the packet, -1 for the end of the list."""
    for rank, rule in enumerate(rules):
        if could_match(rule, packet):
            yield rank
            if rule.unreadable not in ("peer", "service"):
                return
    yield -1


def _serves(rule: PlainRule, packet: Packet) -> bool:
    if rule.protocol == "all":
        return True
    if rule.protocol != packet.protocol:
        return False
    return packet.port is None or any(first <= packet.port <= last for first, last in rule.ports)
