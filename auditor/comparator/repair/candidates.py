"""Enumerates candidate rules: one block, one protocol, and a range of ports or a short list of single ports.

Invariant: a candidate matches a product of services and one block, and no packet outside the safe services that it was
made from. Among candidates on a block, only those are kept that are maximal for the wanted services.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, V6_OFFSET
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets
from auditor.model.rules import Action, CidrPeer, ProtocolService, Rule
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services, span

LISTED_PORTS = 15
"""The most single ports that a candidate lists."""

_EXISTS = {
    4: EVERYTHING - services(Protocol.ICMPV6),
    6: EVERYTHING - services(Protocol.ICMP),
}


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """One CIDR block as a half-open run of the address line."""

    lo: int
    hi: int

    @property
    def family(self) -> int:
        """4 or 6."""
        return 4 if self.lo < V6_OFFSET else 6

    @property
    def run(self) -> IntervalSet:
        """The block as a set."""
        return IntervalSet((self.lo, self.hi))

    @property
    def cidr(self) -> str:
        """The block as text."""
        return addresses.cidrs(self.run)[0]

    def parents(self) -> Iterator[AddressBlock]:
        """Every block that contains this block, itself first, up to the whole family."""
        offset, bits = (0, 32) if self.family == 4 else (V6_OFFSET, 128)
        size = self.hi - self.lo
        while size <= 1 << bits:
            lo = offset + (self.lo - offset) // size * size
            yield AddressBlock(lo, lo + size)
            size *= 2


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """A rule without a position. A ``protocol`` of ``None`` means ALL."""

    block: AddressBlock
    protocol: Protocol | None
    ports: tuple[tuple[int, int], ...]

    @property
    def services(self) -> IntervalSet:
        """The services that the rule matches."""
        return self._service.intervals

    @property
    def packets(self) -> PacketSet:
        """The packets that the rule matches."""
        return packets(self.services, self.block.run)

    def rule(self, action: Action, description: str) -> Rule:
        """The rule as a value of the model; the caller sets its index."""
        return Rule(
            index=0, action=action, peer=CidrPeer(cidr=self.block.cidr), service=self._service, description=description
        )

    @property
    def _service(self) -> ProtocolService:
        return ProtocolService(protocol=self.protocol, ports=self.ports)


def blocks(address_set: IntervalSet) -> Iterator[AddressBlock]:
    """The smallest list of blocks with exactly these addresses."""
    for text in addresses.cidrs(address_set):
        lo, hi = addresses.parse(text).bounds
        yield AddressBlock(lo, hi)


def candidate_rules(block: AddressBlock, safe: IntervalSet, wanted: IntervalSet) -> Iterator[CandidateRule]:
    """The candidates on ``block`` that match only ``safe`` services and a maximal part of the ``wanted`` services."""
    if _EXISTS[block.family] <= safe and wanted:
        yield CandidateRule(block, None, ())
        return
    for protocol in Protocol:
        lo, hi = span(protocol)
        of_protocol = wanted & safe & IntervalSet((lo, hi))
        if not of_protocol or protocol is Protocol.OTHER:
            continue
        if not protocol.has_ports:
            yield CandidateRule(block, protocol, WHOLE_PORT_RANGE)
            continue
        allowed = safe & IntervalSet((lo, hi))
        yield from (
            CandidateRule(block, protocol, ((first - lo, last - lo - 1),))
            for first, last in allowed
            if of_protocol & IntervalSet((first, last))
        )
        if 1 < of_protocol.size <= LISTED_PORTS:
            listed = tuple((port - lo, port - lo) for first, last in of_protocol for port in range(first, last))
            yield CandidateRule(block, protocol, listed)


def natural_rules(packet_set: PacketSet) -> Iterator[CandidateRule]:
    """The rules that a person would write for ``packet_set``: one for each block and protocol, with all ports."""
    by_addresses: dict[IntervalSet, IntervalSet] = {}
    for lo, hi, row_addresses in packet_set.rows:
        for family in (ALL_V4, ALL_V6):
            part = row_addresses & family
            by_addresses[part] = by_addresses.get(part, EMPTY) | IntervalSet((lo, hi))
    for address_set, named in by_addresses.items():
        for block in blocks(address_set):
            yield from candidate_rules(block, named, named)


def tightest(block: AddressBlock, service: IntervalSet, address_set: IntervalSet) -> Iterator[CandidateRule]:
    """The narrowest rule inside ``block`` that matches ``service`` on ``address_set``, if one range of ports can."""
    lo, hi = address_set.bounds[0], address_set.bounds[-1]
    start = AddressBlock(lo, lo + 1)
    tight = next((parent for parent in start.parents() if parent.hi >= hi), block)
    first, last = service.bounds[0], service.bounds[-1]
    yield from candidate_rules(tight, IntervalSet((first, last)), service)
