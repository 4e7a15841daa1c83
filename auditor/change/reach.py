"""What a rule could match, from above: whatever is not known could be anything."""

from __future__ import annotations

from typing import assert_never

from auditor.change.rule_fields import MY_PUBLIC_IP, UNTIL_APPLY_V4, UNTIL_APPLY_V6
from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets
from auditor.model.rules import (
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
from auditor.model.services import EVERYTHING, services
from auditor.model.snapshot import Snapshot

_FAMILIES = {UNTIL_APPLY_V4: ALL_V4, MY_PUBLIC_IP: ALL_V4, UNTIL_APPLY_V6: ALL_V6}


def of_rule(rule: Rule, snapshot: Snapshot, region: str) -> PacketSet:
    """Every packet that the rule could match."""
    return packets(of_service(rule.service, snapshot, region), of_peer(rule.peer, snapshot, region))


def of_peer(peer: Peer, snapshot: Snapshot, region: str) -> IntervalSet:
    """Every address that the peer could be."""
    match peer:
        case CidrPeer():
            return addresses.parse(peer.cidr)
        case AddressTemplatePeer():
            return _address_template(peer.template_id, snapshot, region)
        case UnreadablePeer():
            return _FAMILIES.get(peer.text, ANYWHERE)
        case GroupPeer():
            return _members(peer.security_group_id, snapshot, region)
        case _:
            assert_never(peer)


def of_service(service: Service, snapshot: Snapshot, region: str) -> IntervalSet:
    """Every service that is meant or could be."""
    match service:
        case ProtocolService():
            return _protocol(service)
        case ServiceTemplateRef():
            return _service_template(service.template_id, snapshot, region)
        case UnreadableService():
            return EVERYTHING if service.protocol is None else services(service.protocol)
        case _:
            assert_never(service)


def _members(group_id: str, snapshot: Snapshot, region: str) -> IntervalSet:
    """The addresses of what binds a group, any where that was not wholly read."""
    membership = snapshot.membership_by_id.get((region, group_id))
    if membership is None or membership.gaps:
        return ANYWHERE
    texts = tuple(address for member in membership.members for address in member.addresses)
    return addresses.union(texts) | snapshot.native_addresses.get((region, group_id), EMPTY)


def _protocol(service: ProtocolService) -> IntervalSet:
    return EVERYTHING if service.protocol is None else services(service.protocol, service.ports)


def _address_template(template_id: str, snapshot: Snapshot, region: str) -> IntervalSet:
    found = EMPTY
    for member in _templates_in(template_id, snapshot, region):
        template = snapshot.address_template_by_id.get((region, member))
        found |= ANYWHERE if template is None or template.gaps else addresses.union(template.entries)
    return found


def _service_template(template_id: str, snapshot: Snapshot, region: str) -> IntervalSet:
    found = EMPTY
    for member in _templates_in(template_id, snapshot, region):
        template = snapshot.service_template_by_id.get((region, member))
        if template is None or template.gaps:
            return EVERYTHING
        found |= IntervalSet.of(run for entry in template.entries for run in _protocol(entry))
    return found


def _templates_in(template_id: str, snapshot: Snapshot, region: str) -> tuple[str, ...]:
    """The templates of a group, and the id itself where the list may be short or it is no group."""
    group = snapshot.template_group_by_id.get((region, template_id))
    return group.members if group is not None and not group.gaps else (template_id,)
