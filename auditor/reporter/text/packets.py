"""The one packet that stands for a set in a report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import summarize_address_range
from typing import TypeAlias

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE, ranges
from auditor.model.addresses import union as united
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets
from auditor.model.regions import Region, Witness, regions, witness
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, PortRange, Protocol, services
from auditor.reporter.text.names import Formatter
from auditor.words import Lang

_SPECIAL = addresses.union(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "ff00::/8"))
_ZERO = services(Protocol.TCP, ((0, 0),)) | services(Protocol.UDP, ((0, 0),))

_TELLING = (
    packets(EVERYTHING - _ZERO, ANYWHERE - _SPECIAL),
    packets(EVERYTHING, ALL_V4),
    packets(services(Protocol.TCP, ((10250, 10250),)), ANYWHERE),
    packets(services(Protocol.TCP, ((22, 22),)), ANYWHERE),
    packets(services(Protocol.TCP, ((443, 443),)), ANYWHERE),
    packets(EVERYTHING, addresses.union(("203.0.113.0/24", "2001:db8::/32"))),
)
"""What makes a packet telling: that a machine could send it, that people know the port, that it reads as an example."""


@lru_cache(maxsize=1 << 12)
def example(of: PacketSet) -> Witness:
    """A packet of a set that is not empty, as telling as the set allows."""
    left = of
    for telling in _TELLING:
        left = left & telling or left
    return witness(left)


PACKET_LIMIT = 4
"""How many ports, address blocks and groups of them a sentence names before it counts the rest."""

_FEW_BLOCKS = 2
"""A run of addresses that takes more CIDR blocks than this is said as ``first-last``."""

_Services: TypeAlias = tuple[tuple[str, tuple[PortRange, ...]], ...]
"""Protocols with their ports, as regions name them."""


def packets_text(
    packets: PacketSet, phrasing: Formatter, direction: Direction | None = None, limit: int | None = PACKET_LIMIT
) -> str:
    """The packets in one line. ``limit`` bounds each list in it and counts the rest; ``None`` names everything.

    ``direction`` chooses "from" or "to"; without one the far side is only named.
    """
    return _packets_text(packets, phrasing.lang, direction, limit)


@lru_cache(maxsize=1 << 12)
def _packets_text(packets: PacketSet, lang: Lang, direction: Direction | None, limit: int | None) -> str:
    """Remembered: shared groups and several formats ask for the same packets over and over."""
    phrasing = Formatter(lang)
    flows = [
        _flow(phrasing, _services_text(services, phrasing, limit), addresses_text(there, phrasing, limit), direction)
        for services, there in _by_services(packets).items()
    ]
    separator = phrasing.text("terms-part-separator")
    if limit is None or len(flows) <= limit + 1:
        return separator.join(flows)
    return phrasing.text("terms-and-more-sets", shown=separator.join(flows[:limit]), count=len(flows) - limit)


def _by_services(packets: PacketSet) -> dict[_Services, IntervalSet]:
    """Each combination of services once, with every address that has exactly these."""
    by_blocks: dict[tuple[str, ...], list[Region]] = {}
    for region in regions(packets):
        by_blocks.setdefault(region.cidrs, []).append(region)
    found: dict[_Services, IntervalSet] = {}
    for blocks, here in by_blocks.items():
        services = tuple((region.protocol, region.ports) for region in here)
        found[services] = found.get(services, EMPTY) | united(blocks)
    return found


def _flow(phrasing: Formatter, services: str, where: str, direction: Direction | None) -> str:
    return phrasing.text(f"terms-flow-{direction or 'either'}", services=services, where=where)


def _services_text(services: _Services, phrasing: Formatter, limit: int | None) -> str:
    by_ports: dict[tuple[PortRange, ...], list[str]] = {}
    for protocol, ports in services:
        by_ports.setdefault(ports, []).append(protocol)
    texts: list[str] = []
    for ports, protocols in by_ports.items():
        if ports:
            names = "/".join(protocol_text(protocol, phrasing) for protocol in protocols)
            texts.append(f"{names} {phrasing.listed([port_text(pair) for pair in ports], limit)}")
        else:
            texts.extend(whole_protocol_text(protocol, phrasing) for protocol in protocols)
    return phrasing.listed(texts, limit)


def protocol_text(protocol: str, phrasing: Formatter) -> str:
    """A protocol as people write it: ``TCP``, ``ICMPv6``, "all traffic"."""
    return phrasing.text(f"terms-protocol-{protocol}")


def whole_protocol_text(protocol: str, phrasing: Formatter) -> str:
    """A protocol with every port of it: "all TCP", ``ICMP``."""
    name = protocol_text(protocol, phrasing)
    return phrasing.text("terms-every-port", protocol=name) if protocol in (Protocol.TCP, Protocol.UDP) else name


def port_text(pair: PortRange) -> str:
    """``22`` or ``30000-32768``."""
    first, last = pair
    return str(first) if first == last else f"{first}-{last}"


def addresses_text(addresses: IntervalSet, phrasing: Formatter, limit: int | None = PACKET_LIMIT) -> str:
    """Addresses in short: everything by name, nearly everything by what is missing, the rest as blocks and ranges."""
    if all(_mostly(addresses, family) for family in (ALL_V4, ALL_V6)):
        return _but_for(addresses, ANYWHERE, "terms-any-address", phrasing, limit)
    texts = [
        _family_text(addresses & family, family, word, phrasing, limit)
        for family, word in ((ALL_V4, "terms-any-v4"), (ALL_V6, "terms-any-v6"))
        if addresses & family
    ]
    return phrasing.together(texts)


def _family_text(addresses: IntervalSet, family: IntervalSet, word: str, phrasing: Formatter, limit: int | None) -> str:
    if _mostly(addresses, family):
        return _but_for(addresses, family, word, phrasing, limit)
    return phrasing.listed(list(blocks(addresses)), limit)


def _mostly(addresses: IntervalSet, family: IntervalSet) -> bool:
    """Whether it is shorter to say what is missing; addresses that are less than half of all are always listed."""
    here = addresses & family
    absent = family - here
    return not absent or (2 * here.size > family.size and _count(absent) < _count(here))


def _count(addresses: IntervalSet) -> int:
    return sum(1 for _ in blocks(addresses))


def _but_for(addresses: IntervalSet, whole: IntervalSet, word: str, phrasing: Formatter, limit: int | None) -> str:
    absent = whole - addresses
    if not absent:
        return phrasing.text(word)
    return phrasing.text("terms-except", whole=phrasing.text(word), absent=phrasing.listed(list(blocks(absent)), limit))


def blocks(addresses: IntervalSet) -> Iterator[str]:
    """CIDR blocks, a bare address for one, and ``first-last`` for a run that would take more than two blocks."""
    for first, last in ranges(addresses):
        found = [str(block) for block in summarize_address_range(first, last)]
        if first == last:
            yield str(first)
        elif len(found) <= _FEW_BLOCKS:
            yield from (_bare(block) for block in found)
        else:
            yield f"{first}-{last}"


def _bare(block: str) -> str:
    address, _, length = block.partition("/")
    return address if length == ("128" if ":" in address else "32") else block


def witness_text(witness: Witness, phrasing: Formatter, direction: Direction | None) -> str:
    """One packet: "TCP port 10250 from 192.0.2.1"."""
    protocol = protocol_text(witness.protocol, phrasing)
    service = (
        protocol if witness.port is None else phrasing.text("terms-one-port", protocol=protocol, port=witness.port)
    )
    return _flow(phrasing, service, witness.address, direction)
