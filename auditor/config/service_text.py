"""Model values back to the words of the files."""

from __future__ import annotations

from auditor.config.document import Plain
from auditor.model.intervals import IntervalSet
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, PortRange, Protocol, span


def service_entries(services: IntervalSet) -> list[dict[str, Plain]]:
    """``protocol`` and ``ports`` for each protocol of a set; no ports means every port."""
    if services == EVERYTHING:
        return [{"protocol": "all"}]
    entries: list[dict[str, Plain]] = []
    for protocol in Protocol:
        lo, hi = span(protocol)
        if here := tuple((first - lo, last - lo - 1) for first, last in services & IntervalSet((lo, hi))):
            entries.append({"protocol": protocol.value, **_ports(protocol, here)})
    return entries


def service_entry(services: IntervalSet) -> dict[str, Plain]:
    """The only entry of a set that one entry can say. Raises ``ValueError`` for another set."""
    (entry,) = service_entries(services)
    return entry


def ports_text(ports: tuple[PortRange, ...]) -> str:
    """``22,30000-32768``."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ports)


def _ports(protocol: Protocol, ports: tuple[PortRange, ...]) -> dict[str, Plain]:
    if not protocol.has_ports or ports == WHOLE_PORT_RANGE:
        return {}
    return {"ports": ports_text(ports)}
