from __future__ import annotations

import pytest

from auditor.comparator.compare import compare
from auditor.model.baseline import Policy
from auditor.model.evidence import Evidence
from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Service,
    ServiceTemplate,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import WHOLE_PORT_RANGE, Protocol
from auditor.model.snapshot import Snapshot
from auditor.reporter.text.sentences import ResultText
from auditor.words import Lang
from tests.golden.policy import BASELINE
from tests.golden.samples import REGION, TODAY, allow, deny, group, tcp

WEB = group("sg-web", "web", (deny(tcp((22, 22)), "10.0.0.0/8", "no ssh"), allow(tcp((443, 443)), "0.0.0.0/0")), ())
SNAPSHOT = Snapshot(
    regions=(REGION,),
    security_groups=(group("sg-bare", "", (), ()), WEB),
    address_templates=(AddressTemplate(region=REGION, template_id="ipm-1", name="office", entries=()),),
    service_templates=(ServiceTemplate(region=REGION, template_id="ppm-1", name="", entries=()),),
)
RESULT = compare(SNAPSHOT, Policy(baseline=BASELINE), TODAY)
EN, ZH = ResultText(RESULT, Lang.EN), ResultText(RESULT, Lang.ZH)


def evidence(index: int, group_id: str = "sg-web", description: str = "") -> Evidence:
    return Evidence(
        security_group_id=group_id,
        direction=Direction.INGRESS,
        index=index,
        action=Action.DENY,
        description=description,
    )


def test_a_rule_is_named_by_group_direction_and_index() -> None:
    assert EN.rules.rule_name(REGION, evidence(0)) == 'inbound rule 1 of sg-web "web"'
    assert ZH.rules.rule_name(REGION, evidence(0)) == "sg-web（web）的入站规则 1"


def test_rules_of_one_group_are_named_together() -> None:
    rules = [evidence(0), evidence(1), evidence(4, "sg-bare")]
    assert EN.rules.rule_names(REGION, rules) == 'inbound rules 1, 2 of sg-web "web" and inbound rule 5 of sg-bare'
    assert ZH.rules.rule_names(REGION, rules) == "sg-web（web）的入站规则 1、2 和 sg-bare 的入站规则 5"


def test_a_line_says_what_the_rule_says() -> None:
    assert EN.rules.line(REGION, evidence(0, description="no ssh")) == (
        'sg-web "web" inbound rule 1: DROP TCP 22 from 10.0.0.0/8, described as "no ssh"'
    )
    assert ZH.rules.line(REGION, evidence(0, description="no ssh")) == (
        "sg-web（web）入站规则 1：拒绝来自 10.0.0.0/8 的 TCP 22，备注“no ssh”"
    )


def test_a_rule_that_the_snapshot_does_not_hold_is_still_named() -> None:
    assert EN.rules.line(REGION, evidence(7, "sg-gone")) == "sg-gone inbound rule 8: DROP"


@pytest.mark.parametrize(
    ("service", "peer", "english", "chinese"),
    [
        (
            ProtocolService(protocol=None, ports=()),
            CidrPeer(cidr="::/0"),
            "all traffic from ::/0",
            "来自 ::/0 的全部流量",
        ),
        (
            ProtocolService(protocol=Protocol.UDP, ports=WHOLE_PORT_RANGE),
            CidrPeer(cidr="10.0.0.7"),
            "all UDP from 10.0.0.7",
            "来自 10.0.0.7 的 UDP 全部端口",
        ),
        (
            tcp((22, 22), (30000, 32768)),
            GroupPeer(security_group_id="sg-web"),
            'TCP 22, 30000-32768 from instances bound to sg-web "web"',
            "来自绑定了 sg-web（web）的实例的 TCP 22、30000-32768",
        ),
        (
            ServiceTemplateRef(template_id="ppm-1"),
            AddressTemplatePeer(template_id="ipm-1"),
            'the services of ppm-1 from the addresses of ipm-1 "office"',
            "来自 IP 地址模板 ipm-1（office）的协议端口模板 ppm-1",
        ),
        (
            UnreadableService(text="SCTP:1"),
            UnreadablePeer(text="somewhere"),
            'unreadable content ("SCTP:1") from unreadable content ("somewhere")',
            "来自无法识别的内容（“somewhere”）的无法识别的内容（“SCTP:1”）",
        ),
    ],
)
def test_every_kind_of_service_and_peer_has_words(service: Service, peer: Peer, english: str, chinese: str) -> None:
    rule = Rule(index=0, action=Action.ALLOW, peer=peer, service=service)
    assert EN.rules.content(REGION, Direction.INGRESS, rule) == english
    assert ZH.rules.content(REGION, Direction.INGRESS, rule) == chinese
