"""Protocol and port texts -> services: ``tcp`` with ``80,8000-9000`` in rules, ``tcp:80,443`` in templates.

Sources: vpc/SecurityGroupPolicy, vpc/CreateSecurityGroupPolicies, vpc/CreateServiceTemplate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from auditor.fetcher import wire
from auditor.model.rules import ProtocolService, Service, ServiceTemplateRef, UnreadableService
from auditor.model.services import PORTS, WHOLE_PORT_RANGE, PortRange, Protocol

_PROTOCOLS = {
    "tcp": Protocol.TCP,
    "udp": Protocol.UDP,
    "icmp": Protocol.ICMP,
    "icmpv6": Protocol.ICMPV6,
    "gre": Protocol.GRE,
}
"""Requests write them in any case, answers mostly in lower case."""

_ALL = "all"
_EVERYTHING = ProtocolService(protocol=None, ports=WHOLE_PORT_RANGE)
_PORTS = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")


def ports(source: str) -> tuple[PortRange, ...] | None:
    """``80``, ``80,443``, ``3306-20000``, a mixture, or ``ALL``; ``None`` for anything else, empty included."""
    if source.strip().lower() == _ALL:
        return WHOLE_PORT_RANGE
    found = [_range(part.strip()) for part in source.split(",")]
    return tuple(run for run in found if run is not None) if None not in found else None


def _range(source: str) -> PortRange | None:
    match = _PORTS.fullmatch(source)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if first <= last < PORTS else None


def of_rule(row: Mapping[str, Any]) -> Service:
    """What a rule says about the service: Protocol with Port, or a template, never both and never neither."""
    template = wire.mapping(row, "ServiceTemplate")
    references = [name for key in ("ServiceId", "ServiceGroupId") if (name := wire.text(template, key).strip())]
    protocol, port = wire.text(row, "Protocol").strip(), wire.text(row, "Port").strip()
    if not references:
        return _protocol_service(protocol, port)
    if len(references) == 1 and not protocol and not port:
        return ServiceTemplateRef(template_id=references[0])
    said = [*references, *([f"{protocol} {port}".strip()] if protocol or port else [])]
    return UnreadableService(text=" and ".join(said))


def _protocol_service(protocol: str, port: str) -> Service:
    if protocol.lower() == _ALL:
        return _EVERYTHING if port.lower() in ("", _ALL) else UnreadableService(text=f"{protocol} {port}")
    known = _PROTOCOLS.get(protocol.lower())
    if known is None:
        return UnreadableService(text=f"{protocol} {port}".strip())
    if not known.has_ports:
        return ProtocolService(protocol=known, ports=())
    found = ports(port)
    if found is None:
        return UnreadableService(text=f"{protocol} {port}".strip(), protocol=known)
    return ProtocolService(protocol=known, ports=found)


def of_entry(source: str) -> ProtocolService | None:
    """One entry of a service template; ``None`` where it has no documented meaning.

    ``icmp`` and ``gre`` stand alone or with ``all``; what a number behind them would mean is documented nowhere.
    """
    protocol, _, port = (part.strip().lower() for part in source.partition(":"))
    if protocol == _ALL:
        return _EVERYTHING if port in ("", _ALL) else None
    known = _PROTOCOLS.get(protocol)
    if known is None:
        return None
    if not known.has_ports:
        return ProtocolService(protocol=known, ports=()) if port in ("", _ALL) else None
    found = ports(port)
    return None if found is None else ProtocolService(protocol=known, ports=found)
