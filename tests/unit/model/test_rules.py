"""The references of rules, and the bindings of clusters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.clusters import ClusterBinding, Role, bound_groups
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import (
    AddressTemplatePeer,
    Direction,
    GroupPeer,
    Rule,
    ServiceTemplateRef,
    TemplateGroup,
    UnreadablePeer,
)
from auditor.model.services import EVERYTHING, Protocol, services
from tests import builders

PLAIN = builders.rule(0, "allow", "10.0.0.0/8", "tcp", "22")
GROUP = replace(PLAIN, peer=GroupPeer(security_group_id="sg-peer"))
TEMPLATES = replace(
    PLAIN, peer=AddressTemplatePeer(template_id="ipm-1"), service=ServiceTemplateRef(template_id="ppmg-1")
)
GAP = Gap(kind=GapKind.UNREAD, region=builders.REGION, resource="sg-a/ingress", code="Denied", message="refused")


@pytest.mark.parametrize(
    ("rule", "references"),
    [
        (PLAIN, ()),
        (GROUP, ("sg-peer",)),
        (TEMPLATES, ("ipm-1", "ppmg-1")),
        (replace(GROUP, service=ServiceTemplateRef(template_id="ppm-1")), ("sg-peer", "ppm-1")),
        (replace(PLAIN, peer=UnreadablePeer(text="sg-x")), ()),
    ],
)
def test_a_rule_refers_to_the_group_and_the_templates_that_it_names(rule: Rule, references: tuple[str, ...]) -> None:
    assert rule.references() == references


def test_each_kind_of_reference_has_its_own_name() -> None:
    assert (GROUP.peer_group, GROUP.address_template, GROUP.service_template) == ("sg-peer", "", "")
    assert (TEMPLATES.peer_group, TEMPLATES.address_template, TEMPLATES.service_template) == ("", "ipm-1", "ppmg-1")
    assert TEMPLATES.templates == ("ipm-1", "ppmg-1")


def test_a_group_refers_to_what_rules_of_both_directions_name() -> None:
    group = builders.group("sg-a", (GROUP,), (TEMPLATES,))
    assert group.references() == {"sg-peer", "ipm-1", "ppmg-1"}
    assert list(group.all_rules()) == [(Direction.INGRESS, GROUP), (Direction.EGRESS, TEMPLATES)]


def test_a_direction_that_was_not_read_has_no_references() -> None:
    group = replace(builders.group("sg-a", egress=(GROUP,)), ingress=GAP)
    assert list(group.all_rules()) == [(Direction.EGRESS, GROUP)]


def test_rules_are_replaced_in_one_direction() -> None:
    group = builders.group("sg-a", (PLAIN,), (GROUP,))
    changed = group.with_rules(Direction.INGRESS, (TEMPLATES,))
    assert (changed.ingress, changed.egress) == ((TEMPLATES,), (GROUP,))
    assert group.with_rules(Direction.EGRESS, GAP).egress == GAP


def test_protocol_all_has_every_service() -> None:
    assert PLAIN.service == builders.rule(1, "deny", "10.0.0.1", "tcp", "22").service
    assert builders.rule(0, "allow", "10.0.0.0/8", "udp", "53,80-90").service.intervals == services(  # type: ignore[union-attr]
        Protocol.UDP, [(53, 53), (80, 90)]
    )
    assert builders.rule(0, "allow", "10.0.0.0/8").service.intervals == EVERYTHING  # type: ignore[union-attr]


def test_bindings_are_those_of_nodes_and_pools() -> None:
    unread = replace(builders.node("ins-2"), security_groups=GAP)
    cluster = builders.cluster(
        builders.node("ins-1", "sg-b", "sg-a", role=Role.MASTER), unread, pools=(builders.pool("np-1", "sg-a", "sg-c"),)
    )
    assert list(cluster.bindings()) == [
        ClusterBinding(bound_by="ins-1", role=Role.MASTER, security_groups=("sg-b", "sg-a")),
        ClusterBinding(bound_by="ins-2", role=Role.NODE, security_groups=GAP),
        ClusterBinding(bound_by="np-1", role=Role.NODE, security_groups=("sg-a", "sg-c")),
    ]
    assert cluster.bound_groups() == ("sg-b", "sg-a", "sg-c")


def test_a_binding_that_was_not_read_has_no_groups() -> None:
    assert bound_groups(GAP) == ()
    assert bound_groups(("sg-b", "sg-a")) == ("sg-b", "sg-a")


def test_a_template_group_stands_for_itself_and_its_members() -> None:
    listed = TemplateGroup(region=builders.REGION, template_id="ipmg-1", members=("ipm-2", "ipm-1"))
    snapshot = replace(builders.snapshot([], []), template_groups=(listed,))
    assert snapshot.template_members(builders.REGION, "ipmg-1") == ("ipmg-1", "ipm-2", "ipm-1")
    assert snapshot.template_members(builders.REGION, "ipm-1") == ("ipm-1",)
    assert snapshot.template_members("ap-beijing", "ipmg-1") == ("ipmg-1",)
