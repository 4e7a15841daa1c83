from __future__ import annotations

from dataclasses import replace

from auditor.cli.selection import Selection, selected
from auditor.model.clusters import Attachment, Cluster, Interface, Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LoadBalancer
from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    GroupPeer,
    ProtocolService,
    Rule,
    SecurityGroup,
    ServiceTemplate,
    ServiceTemplateRef,
    TemplateGroup,
)
from auditor.model.snapshot import Snapshot
from tests.builders import REGION, cluster, group, membership, node, pool, snapshot

EVERY = ProtocolService(protocol=None, ports=())


def _gap(resource: str, cluster_id: str = "", region: str = REGION) -> Gap:
    return Gap(
        kind=GapKind.UNREAD, region=region, cluster_id=cluster_id, resource=resource, code="Denied", message="no"
    )


def _two(first: SecurityGroup, second: SecurityGroup) -> Snapshot:
    clusters: list[Cluster] = [
        cluster(node("ins-a", first.security_group_id)),
        cluster(node("ins-b"), pools=(pool("np-b", second.security_group_id),), cluster_id="cls-bbbbbbbb"),
    ]
    return snapshot(clusters, [first, second])


def test_nothing_asked_for_is_everything() -> None:
    whole = _two(group("sg-a"), group("sg-b"))
    assert selected(whole, Selection()) is whole


def test_a_part_holds_what_its_clusters_bind_and_no_more() -> None:
    whole = _two(group("sg-a"), group("sg-b"))
    first = selected(whole, Selection(clusters=("cls-aaaaaaaa",)))
    second = selected(whole, Selection(clusters=("cls-bbbbbbbb",)))
    assert [each.security_group_id for each in first.security_groups] == ["sg-a"]
    assert [each.security_group_id for each in first.memberships] == ["sg-a"]
    assert [each.security_group_id for each in second.security_groups] == ["sg-b"]


def _balancer(name: str, vpc_id: str, *groups: str) -> LoadBalancer:
    return LoadBalancer(
        region=REGION,
        load_balancer_id=name,
        vpc_id=vpc_id,
        security_groups=groups,
        is_public=True,
        listeners=(),
    )


def test_a_part_holds_the_load_balancers_of_its_vpcs_with_their_groups() -> None:
    first, second = _two(group("sg-a"), group("sg-b")).clusters
    whole = replace(
        snapshot(
            [replace(first, vpc_id="vpc-a"), replace(second, vpc_id="vpc-b")],
            [group("sg-a"), group("sg-b"), group("sg-c")],
        ),
        load_balancers=(_balancer("lb-a", "vpc-a", "sg-c"), _balancer("lb-b", "vpc-b", "sg-b")),
    )
    part = selected(whole, Selection(clusters=(first.cluster_id,)))
    assert [item.load_balancer_id for item in part.load_balancers] == ["lb-a"]
    assert [item.security_group_id for item in part.security_groups] == ["sg-a", "sg-c"]


def test_a_part_holds_the_groups_of_its_interfaces() -> None:
    first, second = _two(group("sg-a"), group("sg-b")).clusters
    further = Interface(
        interface_id="eni-a", attachment=Attachment.SECONDARY, role=Role.NODE, security_groups=("sg-b",)
    )
    whole = snapshot([replace(first, interfaces=(further,)), second], [group("sg-a"), group("sg-b")])
    part = selected(whole, Selection(clusters=(first.cluster_id,)))
    assert [item.security_group_id for item in part.security_groups] == ["sg-a", "sg-b"]


def test_a_peer_keeps_its_networks_alone() -> None:
    first, second = _two(group("sg-a"), group("sg-b")).clusters
    further = Interface(
        interface_id="eni-b", attachment=Attachment.SECONDARY, role=Role.NODE, security_groups=("sg-b",)
    )
    whole = snapshot([first, replace(second, interfaces=(further,))], [group("sg-a"), group("sg-b")])
    peers = ((first.cluster_id, second.cluster_id),)
    part = selected(whole, Selection(clusters=(first.cluster_id,), peers=peers))
    (peer,) = part.neighbours
    assert (peer.networks, peer.nodes, peer.interfaces) == (second.networks, (), ())
    assert [item.security_group_id for item in part.security_groups] == ["sg-a"]


def test_another_clusters_gaps_are_none_of_a_part() -> None:
    closed = replace(group("sg-b"), ingress=_gap("sg-b"))
    whole = replace(
        _two(group("sg-a"), closed),
        gaps=(_gap("list"), _gap("pods", "cls-bbbbbbbb"), _gap("elsewhere", region="ap-beijing")),
    )
    part = selected(whole, Selection(clusters=("cls-aaaaaaaa",), regions=(REGION,)))
    assert [gap.resource for gap in part.all_gaps()] == ["list"]
    assert {gap.resource for gap in selected(whole, Selection(clusters=("cls-bbbbbbbb",))).all_gaps()} >= {
        "sg-b",
        "pods",
    }


def test_what_rules_name_stays() -> None:
    named = SecurityGroup(
        region=REGION,
        security_group_id="sg-a",
        ingress=(
            Rule(index=0, action=Action.ALLOW, peer=GroupPeer(security_group_id="sg-x"), service=EVERY),
            Rule(
                index=1,
                action=Action.ALLOW,
                peer=AddressTemplatePeer(template_id="ipmg-1"),
                service=ServiceTemplateRef(template_id="ppm-1"),
            ),
        ),
        egress=_gap("sg-a"),
    )
    whole = replace(
        _two(named, group("sg-b")),
        memberships=(membership("sg-a"), membership("sg-b"), membership("sg-x"), membership("sg-y")),
        address_templates=tuple(
            AddressTemplate(region=REGION, template_id=name, entries=()) for name in ("ipm-1", "ipm-2")
        ),
        service_templates=tuple(
            ServiceTemplate(region=REGION, template_id=name, entries=()) for name in ("ppm-1", "ppm-2")
        ),
        template_groups=tuple(
            TemplateGroup(region=REGION, template_id=name, members=("ipm-1",)) for name in ("ipmg-1", "ipmg-2")
        ),
    )
    part = selected(whole, Selection(clusters=("cls-aaaaaaaa",)))
    assert [each.security_group_id for each in part.memberships] == ["sg-a", "sg-x"]
    assert [each.template_id for each in part.address_templates] == ["ipm-1"]
    assert [each.template_id for each in part.service_templates] == ["ppm-1"]
    assert [each.template_id for each in part.template_groups] == ["ipmg-1"]


def test_a_peer_stays_with_its_networks_alone() -> None:
    whole = _two(group("sg-a"), group("sg-b"))
    peers = (("cls-aaaaaaaa", "cls-bbbbbbbb"), ("cls-cccccccc", "cls-dddddddd"))
    part = selected(whole, Selection(clusters=("cls-aaaaaaaa",), peers=peers))
    assert [each.cluster_id for each in part.neighbours] == ["cls-bbbbbbbb"]
    assert part.neighbours[0].networks == whole.clusters[1].networks
    assert (part.neighbours[0].nodes, part.neighbours[0].node_pools) == ((), ())
    assert selected(whole, Selection(clusters=("cls-aaaaaaaa",))).neighbours == ()


def test_what_is_not_there_is_a_gap() -> None:
    whole = _two(group("sg-a"), group("sg-b"))
    part = selected(whole, Selection(clusters=("cls-aaaaaaaa", "cls-zzzzzzzz"), regions=(REGION, "ap-beijing")))
    assert [(gap.resource, gap.code, gap.kind) for gap in part.all_gaps()] == [
        ("cls-zzzzzzzz", "ClusterNotInSnapshot", GapKind.NOT_AUDITABLE),
        ("ap-beijing", "RegionNotInSnapshot", GapKind.NOT_AUDITABLE),
    ]
    assert part.regions == (REGION,)


def test_a_cluster_that_was_asked_for_in_vain_is_not_explained_twice() -> None:
    whole = replace(_two(group("sg-a"), group("sg-b")), gaps=(_gap("cls-zzzzzzzz", "cls-zzzzzzzz"),))
    part = selected(whole, Selection(clusters=("cls-zzzzzzzz",)))
    assert [gap.code for gap in part.all_gaps()] == ["Denied"]
