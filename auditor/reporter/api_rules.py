"""Writes rules as the API has them (vpc/SecurityGroupPolicy), for the JSON of diff and fix and for commands."""

from __future__ import annotations

from typing import Any, TypeAlias

from auditor.errors import ReportError
from auditor.model.rules import (
    Action,
    AddressTemplatePeer,
    CidrPeer,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import WHOLE_PORT_RANGE, PortRange
from auditor.reporter.text.packets import port_text

ApiRule: TypeAlias = dict[str, Any]
"""An object of the API type ``vpc/SecurityGroupPolicy``."""

ACTIONS = {Action.ALLOW: "ACCEPT", Action.DENY: "DROP"}


def policy(rule: Rule) -> ApiRule:
    """A rule that the API accepts. Raises :class:`ReportError` for a rule that was not wholly readable."""
    action = ACTIONS.get(rule.action)
    if action is None:
        raise ReportError("repair-unreadable-rule", number=rule.priority)
    shape: ApiRule = {"PolicyIndex": rule.index, "Action": action, "PolicyDescription": rule.description}
    return {**shape, **_service(rule, rule.service), **_peer(rule, rule.peer)}


def _service(rule: Rule, service: Service) -> ApiRule:
    match service:
        case ProtocolService():
            return protocol_and_port(service)
        case ServiceTemplateRef(template_id=template_id):
            key = "ServiceGroupId" if template_id.startswith("ppmg-") else "ServiceId"
            return {"ServiceTemplate": {key: template_id}}
        case UnreadableService():
            raise ReportError("repair-unreadable-rule", number=rule.priority)


def _peer(rule: Rule, peer: Peer) -> ApiRule:
    match peer:
        case CidrPeer(cidr=cidr):
            return {"Ipv6CidrBlock" if ":" in cidr else "CidrBlock": cidr}
        case GroupPeer(security_group_id=group):
            return {"SecurityGroupId": group}
        case AddressTemplatePeer(template_id=template_id):
            key = "AddressGroupId" if template_id.startswith("ipmg-") else "AddressId"
            return {"AddressTemplate": {key: template_id}}
        case UnreadablePeer():
            raise ReportError("repair-unreadable-rule", number=rule.priority)


def protocol_and_port(service: ProtocolService) -> ApiRule:
    """``Protocol``, and ``Port`` where the protocol has ports: the API refuses a port with any other protocol."""
    if service.protocol is None:
        return {"Protocol": "ALL", "Port": "ALL"}
    named: ApiRule = {"Protocol": service.protocol.upper()}
    return {**named, "Port": _ports(service.ports)} if service.protocol.has_ports else named


def _ports(ports: tuple[PortRange, ...]) -> str:
    return "ALL" if ports == WHOLE_PORT_RANGE else ",".join(port_text(run) for run in ports)


def rule_object(rule: Rule) -> ApiRule:
    """The rule for a report; the parts of a rule that could not be read are listed under ``Unreadable``."""
    try:
        return policy(rule)
    except ReportError:
        unread = [
            part.text for part in (rule.peer, rule.service) if isinstance(part, UnreadablePeer | UnreadableService)
        ]
        return {
            "PolicyIndex": rule.index,
            "Action": rule.action.value,
            "PolicyDescription": rule.description,
            "Unreadable": unread,
        }
