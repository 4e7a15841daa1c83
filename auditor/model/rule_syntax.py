"""The spellings that rules share wherever they are written: protocols, ports, blocks, service template entries.

Every function raises ``ValueError`` for a spelling that no document explains; what becomes of such a rule is the
caller's business.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_interface

from auditor.model import addresses
from auditor.model.addresses import ALL_V4
from auditor.model.rules import ProtocolService
from auditor.model.services import PORTS, WHOLE_PORT_RANGE, PortRange, Protocol

ALL = "ALL"
ANY_V4 = "0.0.0.0/0"

_PROTOCOLS: dict[str, Protocol | None] = {
    "TCP": Protocol.TCP,
    "UDP": Protocol.UDP,
    "ICMP": Protocol.ICMP,
    "ICMPV6": Protocol.ICMPV6,
    "GRE": Protocol.GRE,
    ALL: None,
}
_ZERO_BLOCK = re.compile(r"0\.0\.0\.0/([0-9]|[12][0-9]|3[0-2])")
_BLOCK = re.compile(r"[0-9a-fA-F:.]+(/[0-9]{1,3}|\s*-\s*[0-9a-fA-F:.]+)?")
"""Keeps out what :mod:`ipaddress` reads besides and nobody here writes: netmasks after the slash, scopes."""
_PORTS = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")


def protocol(text: str) -> Protocol | None:
    """The protocol that a word names in any case; ``None`` is ALL (vpc/SecurityGroupPolicy.Protocol)."""
    try:
        return _PROTOCOLS[text.strip().upper()]
    except KeyError:
        raise ValueError(f"{text!r} is no protocol") from None


def ports(text: str) -> tuple[PortRange, ...]:
    """``80``, ``80,443``, ``8000-9000``, both mixed, or ``ALL`` in any case (vpc/SecurityGroupPolicy.Port)."""
    if text.strip().upper() == ALL:
        return WHOLE_PORT_RANGE
    return tuple(_port_range(part.strip()) for part in text.split(","))


def service(protocol_text: str, port_text: str) -> ProtocolService:
    """The service that a protocol with its ports names.

    Protocols without ports ignore theirs: the API refuses one on input and answers ``ALL`` itself. ALL with a port is
    documented nowhere, and neither is TCP or UDP without one.
    """
    named = protocol(protocol_text)
    if named is None:
        if port_text.strip().upper() not in ("", ALL):
            raise ValueError(f"protocol ALL with port {port_text!r}")
        return ProtocolService(protocol=None, ports=WHOLE_PORT_RANGE)
    if not named.has_ports:
        return ProtocolService(protocol=named, ports=())
    return ProtocolService(protocol=named, ports=ports(port_text))


def service_entry(text: str) -> ProtocolService:
    """One entry of a service template: ``tcp:80,443``, ``udp:1-9``, ``tcp:all``, ``icmp``."""
    word, _, port_text = text.partition(":")
    entry = service(word, port_text)
    if entry.protocol is not None and not entry.ports and port_text.strip().upper() not in ("", ALL):
        raise ValueError(f"{text!r} names a port of a protocol that has none")
    return entry


def block(text: str) -> str:
    """As :func:`addresses_text`, as a rule means it: ``0.0.0.0/n`` is any address for every n.

    Source: vpc/SecurityGroupPolicy.CidrBlock.
    """
    return ANY_V4 if is_any_v4(text) else addresses_text(text)


def is_any_v4(text: str) -> bool:
    """Whether a rule's block is ``0.0.0.0/n``, which is any address for every n."""
    return _ZERO_BLOCK.fullmatch(text.strip()) is not None


def addresses_text(text: str) -> str:
    """A block, address or range of either family in one spelling: no spaces, no host bits.

    Host bits may be set and spaces may stand around a range's dash (vpc/CreateAddressTemplate).
    """
    trimmed = text.strip()
    if not _BLOCK.fullmatch(trimmed):
        raise ValueError(f"{text!r} is no block")
    addresses.parse(trimmed)
    if "-" in trimmed:
        first, _, last = trimmed.partition("-")
        return f"{ip_address(first.strip())}-{ip_address(last.strip())}"
    return str(ip_interface(trimmed).network) if "/" in trimmed else str(ip_address(trimmed))


def ipv4_block(text: str) -> str:
    """As :func:`block`, of IPv4 alone."""
    normalized = block(text)
    if not addresses.parse(normalized) <= ALL_V4:
        raise ValueError(f"{text!r} is no IPv4 block")
    return normalized


def ipv6_block(text: str) -> str:
    """As :func:`block`, of IPv6 alone."""
    normalized = block(text)
    if addresses.parse(normalized) & ALL_V4:
        raise ValueError(f"{text!r} is no IPv6 block")
    return normalized


def _port_range(text: str) -> PortRange:
    match = _PORTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no port")
    first = int(match[1])
    last = int(match[2] or match[1])
    if first > last or last >= PORTS:
        raise ValueError(f"{text!r} is no range of ports")
    return first, last
