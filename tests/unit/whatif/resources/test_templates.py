"""Changes of address and service templates and of their groups, which a group of the estate names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    CidrPeer,
    ProtocolService,
    Rule,
    ServiceTemplate,
    ServiceTemplateRef,
    TemplateGroup,
)
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.plans.estate import EVERYTHING, INGRESS, REGION, estate, group
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import RULE_SET, applied, codes, effects, new, rule_set, rules_after

ADDRESS = "tencentcloud_address_template"
EXTRA = "tencentcloud_address_extra_template"
ADDRESS_GROUP = "tencentcloud_address_template_group"
PROTOCOL = "tencentcloud_protocol_template"
PROTOCOL_GROUP = "tencentcloud_protocol_template_group"

OFFICE = Rule(index=6, action=Action.ALLOW, peer=AddressTemplatePeer(template_id="ipm-plan0001"), service=EVERYTHING)
METRICS = Rule(
    index=7,
    action=Action.ALLOW,
    peer=CidrPeer(cidr="10.0.9.0/24"),
    service=ServiceTemplateRef(template_id="ppmg-plan0001"),
)
HTTP = ProtocolService(protocol=Protocol.TCP, ports=((80, 80),))


def templated() -> Snapshot:
    return replace(
        estate(),
        security_groups=(group(ingress=(*INGRESS, OFFICE, METRICS)),),
        address_templates=(AddressTemplate(region=REGION, template_id="ipm-plan0001", entries=("192.168.1.0/24",)),),
        service_templates=(ServiceTemplate(region=REGION, template_id="ppm-plan0001", entries=(HTTP,)),),
        template_groups=(TemplateGroup(region=REGION, template_id="ppmg-plan0001", members=("ppm-plan0001",)),),
    )


def updated(type_: str, before: Mapping[str, object], after: Mapping[str, object]) -> Resource:
    return Resource(type=type_, name="t", actions=("update",), before=before, after=after)


def address(*entries: object, template: str = "ipm-plan0001") -> dict[str, object]:
    return {"id": template, "name": "office", "addresses": list(entries)}


def test_new_addresses_count_in_every_rule_that_names_the_template() -> None:
    planned = applied(
        updated(ADDRESS, address("192.168.1.0/24"), address("192.168.2.0/24", "10.0.0.1 - 10.0.0.9")), on=templated()
    )
    assert planned.snapshot.address_template_by_id[REGION, "ipm-plan0001"].entries == (
        "192.168.2.0/24",
        "10.0.0.1-10.0.0.9",
    )
    assert codes(planned) == []
    impact = planned.resources[0].impact
    assert impact.groups == ("sg-plan0001",)
    assert impact.templates == ("ipm-plan0001",)
    assert impact.nodes == ("ins-plan0001", "ins-plan0002")
    assert effects(planned, f"{ADDRESS}.t") == ["template"]


def test_the_same_addresses_in_another_order_change_nothing() -> None:
    planned = applied(updated(ADDRESS, address("192.168.1.0/24"), address("192.168.1.7/24")), on=templated())
    assert planned.snapshot == templated()


def test_the_extra_template_holds_its_addresses_in_blocks() -> None:
    blocks = [{"address": "203.0.113.0/24", "description": "hq", "updated_time": COMPUTED}]
    after = {"id": "ipm-plan0001", "name": "office", "addresses_extra": blocks}
    planned = applied(updated(EXTRA, {**after, "addresses_extra": []}, after), on=templated())
    assert planned.snapshot.address_templates[0].entries == ("203.0.113.0/24",)


def test_an_unknown_address_makes_the_template_unknown() -> None:
    after = address("192.168.1.0/24", ref("tencentcloud_eip.office.public_ip"))
    planned = applied(updated(ADDRESS, address("192.168.1.0/24"), after), on=templated())
    assert codes(planned) == [("template-unknown", "ipm-plan0001")]


def test_an_address_without_a_meaning_makes_the_template_unknown() -> None:
    planned = applied(updated(ADDRESS, address("192.168.1.0/24"), address("office.example")), on=templated())
    assert codes(planned) == [("template-unknown", "ipm-plan0001")]


def test_a_template_that_nothing_audited_names_is_no_bearing() -> None:
    other = address("0.0.0.0/0", template="ipm-plan0009")
    planned = applied(updated(ADDRESS, other, address(ref("x.y.id"), template="ipm-plan0009")), on=templated())
    assert planned.irrelevant
    assert planned.snapshot == templated()


def test_a_deleted_template_takes_its_rules_with_it() -> None:
    gone = Resource(type=ADDRESS, name="t", actions=("delete",), before=address("192.168.1.0/24"))
    planned = applied(gone, on=templated())
    assert len(rules_after(planned)) == 7
    assert "allow ipm-plan0001 all" not in rules_after(planned)
    assert effects(planned, f"{ADDRESS}.t") == ["template-out"]


def test_a_new_template_has_a_placeholder_in_the_rules_that_name_it() -> None:
    made = Resource(type=ADDRESS, name="t", actions=("create",), after=address("203.0.113.7") | {"id": COMPUTED})
    named = new(None, "TCP", "443", address_template_id=ref(f"{ADDRESS}.t.id"))
    planned = applied(
        made, Resource(type=RULE_SET, name="node", actions=("update",), before=rule_set(), after=rule_set([named]))
    )
    assert rules_after(planned) == [f"allow ({ADDRESS}.t) tcp 443-443"]
    assert planned.snapshot.address_templates[0].entries == ("203.0.113.7",)
    assert codes(planned) == []


def test_ports_of_a_service_template_count_through_its_group() -> None:
    before = {"id": "ppm-plan0001", "name": "metrics", "protocols": ["tcp:80"]}
    planned = applied(
        updated(PROTOCOL, before, {**before, "protocols": ["tcp:9100", "udp:all", "icmp"]}), on=templated()
    )
    assert planned.snapshot.service_template_by_id[REGION, "ppm-plan0001"].entries == (
        ProtocolService(protocol=Protocol.TCP, ports=((9100, 9100),)),
        ProtocolService(protocol=Protocol.UDP, ports=((0, 65535),)),
        ProtocolService(protocol=Protocol.ICMP, ports=()),
    )
    assert planned.resources[0].impact.groups == ("sg-plan0001",)


def grouped(*members: object) -> dict[str, object]:
    return {"id": "ppmg-plan0001", "name": "all", "template_ids": list(members)}


def test_members_of_a_template_group_that_were_not_read_are_named() -> None:
    planned = applied(updated(PROTOCOL_GROUP, grouped("ppm-plan0001"), grouped("ppm-plan0002")), on=templated())
    assert planned.snapshot.template_groups[0].members == ("ppm-plan0002",)
    assert planned.unread == ("ppm-plan0002",)
    assert codes(planned) == [("not-read", "ppm-plan0002")]


def test_members_that_the_state_holds_are_taken_from_it() -> None:
    held = {"id": "ppm-plan0002", "name": "https", "protocols": ["tcp:443"]}
    known = Resource(type=PROTOCOL, name="known", before=held, after=held)
    planned = applied(updated(PROTOCOL_GROUP, grouped("ppm-plan0001"), grouped("ppm-plan0002")), known, on=templated())
    assert codes(planned) == []
    assert planned.snapshot.service_templates[1].template_id == "ppm-plan0002"


@pytest.mark.parametrize(("trust", "expected"), [(False, [("template-unknown", "ppmg-plan0001")]), (True, [])])
def test_a_reference_does_not_prove_that_a_group_of_templates_is_complete(
    *, trust: bool, expected: list[tuple[str, str]]
) -> None:
    made = Resource(
        type=PROTOCOL, name="fresh", actions=("create",), after={"id": COMPUTED, "name": "x", "protocols": ["tcp:443"]}
    )
    planned = applied(
        made,
        updated(PROTOCOL_GROUP, grouped("ppm-plan0001"), grouped(ref(f"{PROTOCOL}.fresh.id"))),
        on=templated(),
        trust=trust,
    )
    assert codes(planned) == expected
    assert planned.snapshot.template_groups[0].members == (f"({PROTOCOL}.fresh)",)


def test_a_change_of_an_address_template_group_is_applied() -> None:
    peer = AddressTemplatePeer(template_id="ipmg-plan0001")
    named = replace(OFFICE, peer=peer)
    live = replace(
        templated(),
        security_groups=(group(ingress=(*INGRESS, named)),),
        template_groups=(TemplateGroup(region=REGION, template_id="ipmg-plan0001", members=()),),
    )
    before = {"id": "ipmg-plan0001", "name": "all", "template_ids": []}
    planned = applied(updated(ADDRESS_GROUP, before, {**before, "template_ids": ["ipm-plan0001"]}), on=live)
    assert planned.snapshot.template_group_by_id[REGION, "ipmg-plan0001"].members == ("ipm-plan0001",)
    assert planned.resources[0].impact.groups == ("sg-plan0001",)
