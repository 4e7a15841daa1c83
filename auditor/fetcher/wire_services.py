"""Protocol and port fields -> services: a rule's Protocol with Port, or its template; an entry of a template.

Sources: vpc/SecurityGroupPolicy, vpc/CreateSecurityGroupPolicies, vpc/CreateServiceTemplate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.fetcher import wire
from auditor.model import identifiers, rule_text
from auditor.model.rules import ProtocolService, Service, ServiceTemplateRef, UnreadableService
from auditor.model.services import Protocol


def of_rule(row: Mapping[str, Any]) -> Service:
    """What a rule says about the service: Protocol with Port, or a template, never both and never neither."""
    references = list(wire.references(row, "ServiceTemplate", ("ServiceId", "ServiceGroupId")))
    protocol, port = wire.spelling(row, "Protocol"), _port(row)
    if not references:
        return _protocol_service(protocol, port)
    prefixes = (*identifiers.SERVICE_TEMPLATE, *identifiers.SERVICE_TEMPLATE_GROUP)
    if len(references) == 1 and not protocol and not port and identifiers.is_identifier(references[0], prefixes):
        return ServiceTemplateRef(template_id=references[0])
    parts = [*references, *([f"{protocol} {port}".strip()] if protocol or port else [])]
    return UnreadableService(text=" and ".join(parts))


def _port(row: Mapping[str, Any]) -> str:
    """The port's spelling; a single one may come as a number."""
    port = row.get("Port")
    return str(port) if type(port) is int else wire.spelling(row, "Port")


def of_entry(source: str) -> ProtocolService | None:
    """One entry of a service template; ``None`` where it has no documented meaning."""
    try:
        return rule_text.service_entry(source)
    except ValueError:
        return None


def _protocol_service(protocol: str, port: str) -> Service:
    try:
        return rule_text.service(protocol, port)
    except ValueError:
        return UnreadableService(text=f"{protocol} {port}".strip(), protocol=_known(protocol))


def _known(protocol: str) -> Protocol | None:
    """The protocol of a service whose port cannot be read: that much is certain."""
    try:
        return rule_text.protocol(protocol)
    except ValueError:
        return None
