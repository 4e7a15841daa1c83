"""Writes sets of packets in short: protocols, ports and addresses, and one example packet of a set.

``packets_text`` groups the addresses that have the same services, names "any address" and "any address except ..." and
lists the rest as CIDR blocks or ranges. ``example`` picks a packet that a reader recognizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE, address_text, cidrs_of_run
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets
from auditor.model.regions import Flows, Witness, products, witness
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, PortRange, Protocol, services
from auditor.reporter.text.names import Formatter
from auditor.words import Lang

PACKET_LIMIT = 4
"""How many ports, address blocks and flows a sentence names before it counts the rest."""

LONGEST_LIST = 50
"""How many of them a sentence without a limit names. Nobody reads more, and the JSON report has all."""

_FEW_BLOCKS = 2
"""A range of addresses that needs more CIDR blocks than this is written as ``first-last``."""

_SPECIAL = addresses.union(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "ff00::/8"))
_ZERO = services(Protocol.TCP, ((0, 0),)) | services(Protocol.UDP, ((0, 0),))

_PREFERRED = (
    packets(EVERYTHING - _ZERO, ANYWHERE - _SPECIAL),
    packets(EVERYTHING, ALL_V4),
    packets(services(Protocol.TCP, ((10250, 10250),)), ANYWHERE),
    packets(services(Protocol.TCP, ((22, 22),)), ANYWHERE),
    packets(services(Protocol.TCP, ((443, 443),)), ANYWHERE),
    packets(EVERYTHING, addresses.union(("203.0.113.0/24", "2001:db8::/32"))),
)
"""Preferred packets, the most important first: a machine can send them; people know the port and the address."""


def packets_text(
    packets: PacketSet, phrasing: Formatter, direction: Direction | None = None, limit: int | None = PACKET_LIMIT
) -> str:
    """The packets in one line. ``limit`` bounds each list and the rest is counted.

    Without a limit, a list has up to :data:`LONGEST_LIST` items, and the text says where the rest is. ``direction``
    chooses between "from" and "to" before the addresses; ``None`` uses neither.
    """
    return _packets_text(packets, phrasing.lang, direction, limit)


@lru_cache(maxsize=1 << 12)
def _packets_text(packets: PacketSet, lang: Lang, direction: Direction | None, limit: int | None) -> str:
    """Cached: groups of several clusters, and several formats, need the text of the same packets."""
    phrasing = Formatter(lang)
    sets = list(_by_services(packets).items())
    shown = sets if len(sets) <= (limit or LONGEST_LIST) + 1 else sets[: limit or LONGEST_LIST]
    flows = phrasing.text("terms-part-separator").join(
        _flow(phrasing, _services_text(services, phrasing, limit), addresses_text(peers, phrasing, limit), direction)
        for services, peers in shown
    )
    if len(shown) == len(sets):
        return flows
    rest = "terms-and-more-sets" if limit else "terms-and-more-sets-in-json"
    return phrasing.text(rest, shown=flows, count=len(sets) - len(shown))


def _listed(items: Sequence[str], phrasing: Formatter, limit: int | None) -> str:
    if limit is not None or len(items) <= LONGEST_LIST + 1:
        return phrasing.listed(items, limit)
    shown = phrasing.listed(items[:LONGEST_LIST])
    return phrasing.text("terms-and-more-in-json", shown=shown, count=len(items) - LONGEST_LIST, total=len(items))


def _by_services(packets: PacketSet) -> dict[Flows, IntervalSet]:
    """The addresses by services: each address is under the exact services that its packets have."""
    by_addresses: dict[IntervalSet, Flows] = {}
    for peers, flows in products(packets):
        by_addresses[peers] = (*by_addresses.get(peers, ()), *flows)
    by_services: dict[Flows, IntervalSet] = {}
    for peers, flows in by_addresses.items():
        by_services[flows] = by_services.get(flows, EMPTY) | peers
    return by_services


def _flow(phrasing: Formatter, services: str, where: str, direction: Direction | None) -> str:
    return phrasing.text(f"terms-flow-{direction or 'either'}", services=services, where=where)


def _services_text(services: Flows, phrasing: Formatter, limit: int | None) -> str:
    by_ports: dict[tuple[PortRange, ...], list[str]] = {}
    for protocol, ports in services:
        by_ports.setdefault(ports, []).append(protocol)
    texts: list[str] = []
    for ports, protocols in by_ports.items():
        if ports:
            names = "/".join(protocol_text(protocol, phrasing) for protocol in protocols)
            texts.append(f"{names} {_listed([port_text(pair) for pair in ports], phrasing, limit)}")
        else:
            texts.extend(whole_protocol_text(protocol, phrasing) for protocol in protocols)
    return _listed(texts, phrasing, limit)


def protocol_text(protocol: str, phrasing: Formatter) -> str:
    """The name of a protocol: ``TCP``, ``ICMPv6``, "all traffic"."""
    return phrasing.text(f"terms-protocol-{protocol}")


def whole_protocol_text(protocol: str, phrasing: Formatter) -> str:
    """A protocol with all its ports: "all TCP", ``ICMP``."""
    name = protocol_text(protocol, phrasing)
    return phrasing.text("terms-every-port", protocol=name) if protocol in (Protocol.TCP, Protocol.UDP) else name


def port_text(pair: PortRange) -> str:
    """A port or a range of ports: ``22``, ``30000-32768``."""
    first, last = pair
    return str(first) if first == last else f"{first}-{last}"


def addresses_text(addresses: IntervalSet, phrasing: Formatter, limit: int | None = PACKET_LIMIT) -> str:
    """Addresses in short: "any address", "any address except ...", or a list of blocks and ranges.

    ``limit`` is that of :func:`packets_text`.
    """
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
    return _listed(blocks(addresses), phrasing, limit)


def _mostly(addresses: IntervalSet, family: IntervalSet) -> bool:
    """Whether "any address except ..." is shorter than the list. Less than half of the family is always listed."""
    present = addresses & family
    absent = family - present
    return not absent or (2 * present.size > family.size and _count(absent) < _count(present))


def _count(addresses: IntervalSet) -> int:
    return len(blocks(addresses))


def _but_for(addresses: IntervalSet, whole: IntervalSet, word: str, phrasing: Formatter, limit: int | None) -> str:
    absent = whole - addresses
    if not absent:
        return phrasing.text(word)
    return phrasing.text("terms-except", whole=phrasing.text(word), absent=_listed(blocks(absent), phrasing, limit))


@lru_cache(maxsize=1 << 14)
def blocks(addresses: IntervalSet) -> tuple[str, ...]:
    """CIDR blocks, single addresses, and ``first-last`` for a range that needs more than two blocks."""
    return tuple(_blocks(addresses))


def _blocks(addresses: IntervalSet) -> Iterator[str]:
    for family in (ALL_V4, ALL_V6):
        for lo, hi in addresses & family:
            cidrs = list(islice(cidrs_of_run(lo, hi), _FEW_BLOCKS + 1))
            if len(cidrs) <= _FEW_BLOCKS:
                yield from map(_bare, cidrs)
            else:
                yield f"{address_text(lo)}-{address_text(hi - 1)}"


def _bare(block: str) -> str:
    address, _, length = block.partition("/")
    return address if length == ("128" if ":" in address else "32") else block


@lru_cache(maxsize=1 << 12)
def example(packets: PacketSet) -> Witness:
    """A packet of a set that is not empty. Each preference narrows the set where packets remain."""
    left = packets
    for preferred in _PREFERRED:
        left = left & preferred or left
    return witness(left)


def witness_text(witness: Witness, phrasing: Formatter, direction: Direction | None) -> str:
    """One packet in words: "TCP port 10250 from 192.0.2.1"."""
    protocol = protocol_text(witness.protocol, phrasing)
    service = (
        protocol if witness.port is None else phrasing.text("terms-one-port", protocol=protocol, port=witness.port)
    )
    return _flow(phrasing, service, witness.address, direction)
