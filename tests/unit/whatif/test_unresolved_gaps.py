"""Gaps of groups and templates to which rules refer, with the packets that they could decide."""

from __future__ import annotations

from dataclasses import replace

from auditor.model import addresses
from auditor.model.packets import packets
from auditor.model.rules import AddressTemplate, AddressTemplatePeer
from auditor.model.services import Protocol, services
from tests.plans.estate import GROUP, REGION, estate, group, rule
from tests.plans.plan_json import Resource, ref
from tests.plans.resources import NODE_POOL, RULE_SET, TKE_EGRESS, TKE_INGRESS, applied, held, held_pool, new, rule_set

PEER = "sg-plan0009"
SSH = services(Protocol.TCP, ((22, 22),))
TCP = services(Protocol.TCP, ((0, 65535),))


def names(peer: str) -> Resource:
    """The rule set comes to let in SSH from whoever binds a group."""
    more = [*TKE_INGRESS, held("", "TCP", "22", source_security_id=peer)]
    return Resource(type=RULE_SET, name="n", actions=("update",), before=rule_set(), after=rule_set(more, TKE_EGRESS))


def test_members_that_the_change_needs_and_nobody_read_leave_open_what_the_rule_names() -> None:
    [doubt] = applied(names(PEER)).unresolved_gaps
    assert (doubt.gap.code, doubt.gap.resource, doubt.security_group_id) == ("not-read", PEER, GROUP)
    assert doubt.packets == packets(SSH, addresses.ANYWHERE)


def test_members_of_a_group_that_is_bound_matter_in_any_case() -> None:
    """They are asked for strangers too, which no packet limits."""
    more = held("", "", "", source_security_id=PEER, service_template_id="ppm-00000009")
    own = rule_set([*TKE_INGRESS, more], group=PEER)
    owner = Resource(type=RULE_SET, name="n", before=own, after=own)
    moved = Resource(
        type=NODE_POOL, name="p", actions=("update",), before=held_pool([GROUP]), after=held_pool([PEER], [GROUP])
    )
    planned = applied(owner, moved)
    assert [(gap.code, gap.resource) for gap in planned.gaps] == [("not-read", "ppm-00000009"), ("not-read", PEER)]
    assert {doubt.gap.resource for doubt in planned.unresolved_gaps} == {"ppm-00000009"}


def test_an_entry_of_a_template_that_is_unknown_leaves_open_what_the_rules_could_match() -> None:
    peer = replace(rule(0, "0.0.0.0/0", Protocol.TCP, (22, 22)), peer=AddressTemplatePeer(template_id="ipm-00000001"))
    live = replace(
        estate(),
        security_groups=(group(ingress=(peer,)),),
        address_templates=(AddressTemplate(region=REGION, template_id="ipm-00000001", entries=("10.0.0.1",)),),
    )
    attributes = {"id": "ipm-00000001", "name": "t", "addresses": ["10.0.0.1"]}
    change = Resource(
        type="tencentcloud_address_template",
        name="t",
        actions=("update",),
        before=attributes,
        after=attributes | {"addresses": ["MY_HOME"]},
    )
    [doubt] = applied(change, on=live).unresolved_gaps
    assert doubt.packets == packets(SSH, addresses.ANYWHERE)
    assert doubt.security_group_id == GROUP


def test_templates_that_the_change_needs_and_nobody_read_are_of_their_own_kind() -> None:
    more = held("", "", "", address_template_id="ipm-00000009", service_template_id="ppm-00000009")
    after = rule_set([*TKE_INGRESS, more], TKE_EGRESS)
    planned = applied(Resource(type=RULE_SET, name="n", actions=("update",), before=rule_set(), after=after))
    assert [template.template_id for template in planned.snapshot.address_templates] == ["ipm-00000009"]
    assert [template.template_id for template in planned.snapshot.service_templates] == ["ppm-00000009"]


def test_an_unknown_port_leaves_open_only_what_the_members_of_the_peer_send() -> None:
    more = [*TKE_INGRESS, new(None, "TCP", ref("local.port"), source_security_id=GROUP)]
    planned = applied(
        Resource(type=RULE_SET, name="n", actions=("update",), before=rule_set(), after=rule_set(more, TKE_EGRESS))
    )
    [unresolved] = planned.unresolved_gaps
    assert unresolved.packets == packets(TCP, addresses.union(("10.0.1.11", "10.0.1.12")))
