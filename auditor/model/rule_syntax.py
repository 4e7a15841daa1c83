"""Parses the text of rules in API answers, plans and files: protocols, ports, blocks, service template entries.

Every function raises ``ValueError`` for text that the documents do not explain; the caller decides about the rule.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
"""Refuses text that :mod:`ipaddress` accepts but rules do not have: netmasks after the slash, scopes."""
_PORTS = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")


def protocol(text: str) -> Protocol | None:
    """The protocol of a word, in upper or lower case; ``None`` means ALL (vpc/SecurityGroupPolicy.Protocol)."""
    try:
        return _PROTOCOLS[text.strip().upper()]
    except KeyError:
        raise ValueError(f"{text!r} is not a protocol") from None


def ports(text: str) -> tuple[PortRange, ...]:
    """The ranges of ``80``, ``80,443``, ``8000-9000``, mixed lists, or ``ALL`` (vpc/SecurityGroupPolicy.Port)."""
    if text.strip().upper() == ALL:
        return WHOLE_PORT_RANGE
    return tuple(_port_range(part.strip()) for part in text.split(","))


def service(protocol_text: str, port_text: str) -> ProtocolService:
    """The service of a protocol and its ports.

    The ports of a protocol without ports are ignored: the API refuses ports on input and answers ``ALL`` itself. The
    documents do not cover ALL with a port, and TCP or UDP without a port, so both raise ``ValueError``.
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
    """The service of an entry of a service template: ``tcp:80,443``, ``udp:1-9``, ``tcp:all``, ``icmp``."""
    word, _, port_text = text.partition(":")
    entry = service(word, port_text)
    if entry.protocol is not None and not entry.ports and port_text.strip().upper() not in ("", ALL):
        raise ValueError(f"{text!r} names a port of a protocol that has none")
    return entry


def block(text: str) -> str:
    """The canonical text of the block of a rule, where ``0.0.0.0/n`` means any IPv4 address for every n.

    Source: vpc/SecurityGroupPolicy.CidrBlock.
    """
    return ANY_V4 if is_any_v4(text) else addresses_text(text)


def is_any_v4(text: str) -> bool:
    """Whether the block of a rule is ``0.0.0.0/n``, which means any IPv4 address for every n."""
    return _ZERO_BLOCK.fullmatch(text.strip()) is not None


def addresses_text(text: str) -> str:
    """The canonical text of a block, address or range of either family, without spaces and host bits.

    ``text`` may have host bits, and spaces around the dash of a range (vpc/CreateAddressTemplate).
    """
    trimmed = text.strip()
    if not _BLOCK.fullmatch(trimmed):
        raise ValueError(f"{text!r} is not a block")
    addresses.parse(trimmed)
    if "-" in trimmed:
        first, _, last = trimmed.partition("-")
        return f"{ip_address(first.strip())}-{ip_address(last.strip())}"
    return str(ip_interface(trimmed).network) if "/" in trimmed else str(ip_address(trimmed))


@lru_cache(maxsize=65536)
def ipv4_block(text: str) -> str:
    """As :func:`block`, for IPv4 only."""
    normalized = block(text)
    if not addresses.parse(normalized) <= ALL_V4:
        raise ValueError(f"{text!r} is not an IPv4 block")
    return normalized


@lru_cache(maxsize=65536)
def ipv6_block(text: str) -> str:
    """As :func:`block`, for IPv6 only."""
    normalized = block(text)
    if addresses.parse(normalized) & ALL_V4:
        raise ValueError(f"{text!r} is not an IPv6 block")
    return normalized


def _port_range(text: str) -> PortRange:
    match = _PORTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a port")
    first = int(match[1])
    last = int(match[2] or match[1])
    if first > last or last >= PORTS:
        raise ValueError(f"{text!r} is not a range of ports")
    return first, last
