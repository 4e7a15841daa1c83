"""Two rules have the same content if they do the same, whatever their index, description and spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.resolve import rule_content, same_rules
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
from auditor.model.services import Protocol

RULE = Rule(
    index=0,
    action=Action.ALLOW,
    peer=CidrPeer(cidr="10.0.0.0/24"),
    service=ProtocolService(protocol=Protocol.TCP, ports=((22, 22), (80, 81))),
)
ICMP = ProtocolService(protocol=Protocol.ICMP, ports=((0, 65535),))
EVERY_SERVICE = ProtocolService(protocol=None, ports=((0, 65535),))


@pytest.mark.parametrize(
    "other",
    [
        replace(RULE, index=7),
        replace(RULE, description="bastion"),
        replace(RULE, peer=CidrPeer(cidr="10.0.0.0-10.0.0.255")),
        replace(RULE, service=ProtocolService(protocol=Protocol.TCP, ports=((80, 81), (22, 22)))),
    ],
    ids=["index", "description", "spelling of the block", "order of the ports"],
)
def test_index_description_and_spelling_do_not_count(other: Rule) -> None:
    assert rule_content(RULE) == rule_content(other)


def test_ports_of_a_protocol_without_ports_do_not_count() -> None:
    assert same_rules([replace(RULE, service=ICMP)], [replace(RULE, service=replace(ICMP, ports=()))])
    assert same_rules([replace(RULE, service=EVERY_SERVICE)], [replace(RULE, service=replace(EVERY_SERVICE, ports=()))])


@pytest.mark.parametrize(
    "peer",
    [
        CidrPeer(cidr="10.0.0.0/23"),
        GroupPeer(security_group_id="sg-1"),
        GroupPeer(security_group_id="sg-2"),
        AddressTemplatePeer(template_id="ipm-1"),
        UnreadablePeer(text="sg-1"),
    ],
)
@pytest.mark.parametrize(
    "service",
    [
        ProtocolService(protocol=Protocol.TCP, ports=((22, 22),)),
        ProtocolService(protocol=Protocol.UDP, ports=((22, 22), (80, 81))),
        EVERY_SERVICE,
        ICMP,
        ServiceTemplateRef(template_id="ppm-1"),
        UnreadableService(text="ppm-1"),
    ],
)
def test_peer_service_and_action_count(peer: Peer, service: Service) -> None:
    contents = {
        rule_content(rule)
        for rule in (
            RULE,
            replace(RULE, peer=peer),
            replace(RULE, service=service),
            replace(RULE, peer=peer, service=service),
            replace(RULE, action=Action.DENY),
            replace(RULE, peer=UnreadablePeer(text=""), service=UnreadableService(text="")),
        )
    }
    assert len(contents) == 6


def test_the_order_of_rules_counts() -> None:
    deny = replace(RULE, action=Action.DENY)
    assert same_rules([RULE, deny], [RULE, replace(deny, index=1)])
    assert not same_rules([RULE, deny], [deny, RULE])
    assert not same_rules([RULE], [RULE, RULE])
