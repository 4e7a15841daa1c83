from __future__ import annotations

from dataclasses import replace

import pytest

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
from auditor.model.services import WHOLE_PORT_RANGE, Protocol
from auditor.reporter.api_rules import policy, rule_object
from tests.builders import rule

ANY = rule(3, "allow", "0.0.0.0/0")
HEAD = {"PolicyIndex": 3, "Action": "ACCEPT", "PolicyDescription": ""}


def _of(peer: Peer | None = None, service: Service | None = None) -> dict[str, object]:
    return dict(policy(replace(ANY, peer=peer or ANY.peer, service=service or ANY.service)))


@pytest.mark.parametrize(
    ("peer", "keys"),
    [
        (CidrPeer(cidr="10.0.0.0/8"), {"CidrBlock": "10.0.0.0/8"}),
        (CidrPeer(cidr="10.0.0.1-10.0.0.9"), {"CidrBlock": "10.0.0.1-10.0.0.9"}),
        (CidrPeer(cidr="2001:db8::/32"), {"Ipv6CidrBlock": "2001:db8::/32"}),
        (GroupPeer(security_group_id="sg-far"), {"SecurityGroupId": "sg-far"}),
        (AddressTemplatePeer(template_id="ipm-1"), {"AddressTemplate": {"AddressId": "ipm-1"}}),
        (AddressTemplatePeer(template_id="ipmg-1"), {"AddressTemplate": {"AddressGroupId": "ipmg-1"}}),
    ],
)
def test_a_peer_goes_under_its_own_key(peer: Peer, keys: dict[str, object]) -> None:
    assert _of(peer) == {**HEAD, "Protocol": "ALL", "Port": "ALL", **keys}


@pytest.mark.parametrize(
    ("service", "keys"),
    [
        (ProtocolService(protocol=Protocol.TCP, ports=((22, 22), (80, 90))), {"Protocol": "TCP", "Port": "22,80-90"}),
        (ProtocolService(protocol=Protocol.UDP, ports=WHOLE_PORT_RANGE), {"Protocol": "UDP", "Port": "ALL"}),
        (ServiceTemplateRef(template_id="ppm-1"), {"ServiceTemplate": {"ServiceId": "ppm-1"}}),
        (ServiceTemplateRef(template_id="ppmg-1"), {"ServiceTemplate": {"ServiceGroupId": "ppmg-1"}}),
    ],
)
def test_a_service_goes_under_its_own_key(service: Service, keys: dict[str, object]) -> None:
    assert _of(service=service) == {**HEAD, "CidrBlock": "0.0.0.0/0", **keys}


@pytest.mark.parametrize("protocol", [Protocol.ICMP, Protocol.ICMPV6, Protocol.GRE])
def test_a_protocol_without_ports_is_sent_without_one(protocol: Protocol) -> None:
    shape = _of(service=ProtocolService(protocol=protocol, ports=()))
    assert "Port" not in shape
    assert str(shape["Protocol"]).upper() == protocol.upper()


UNREADABLE: tuple[Rule, ...] = (
    replace(ANY, action=Action.UNREADABLE),
    replace(ANY, peer=UnreadablePeer(text="MY_PUBLIC_IP")),
    replace(ANY, service=UnreadableService(text="ALL 80")),
)


@pytest.mark.parametrize("unreadable", UNREADABLE, ids=["action", "peer", "service"])
def test_a_rule_that_was_not_wholly_readable_cannot_be_written_back(unreadable: Rule) -> None:
    with pytest.raises(ReportError) as caught:
        policy(unreadable)
    assert caught.value.facts == {"number": 4}


def test_it_can_be_shown_with_the_words_that_nobody_could_read() -> None:
    assert rule_object(UNREADABLE[1]) == {
        "PolicyIndex": 3,
        "Action": "allow",
        "PolicyDescription": "",
        "Unreadable": ["MY_PUBLIC_IP"],
    }
