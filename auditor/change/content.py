"""What a rule says, whatever its place, description and spelling: two rules of one content are one rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from auditor.model import addresses
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

Content: TypeAlias = tuple[Action, object, object]


def content(rule: Rule) -> Content:
    """A value that is equal for rules that say the same."""
    return rule.action, _peer(rule.peer), _service(rule.service)


def contents(rules: Iterable[Rule]) -> tuple[Content, ...]:
    """The contents of rules in order."""
    return tuple(content(rule) for rule in rules)


def alike(one: Iterable[Rule], other: Iterable[Rule]) -> bool:
    """Whether two lists say the same in the same order."""
    return contents(one) == contents(other)


def _peer(peer: Peer) -> object:
    match peer:
        case CidrPeer():
            return addresses.parse(peer.cidr).bounds
        case GroupPeer():
            return peer.security_group_id
        case AddressTemplatePeer():
            return peer.template_id
        case UnreadablePeer():
            return ("unreadable", peer.text)
        case _:
            assert_never(peer)


def _service(service: Service) -> object:
    match service:
        case ProtocolService():
            return _protocol_service(service)
        case ServiceTemplateRef():
            return service.template_id
        case UnreadableService():
            return ("unreadable", service.text)
        case _:
            assert_never(service)


def _protocol_service(service: ProtocolService) -> object:
    if service.protocol is None:
        return "all"
    return service.protocol, tuple(sorted(service.ports)) if service.protocol.has_ports else ()
