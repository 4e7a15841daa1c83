"""Changes of the further interfaces of nodes: what they bind, what they are attached to, and public addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.clusters import Attachment, Exposure, Interface, Role
from auditor.model.codes import Part
from auditor.model.findings import Result
from auditor.model.rules import Member, Membership
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Planned
from tests.plans.estate import CLUSTER, GROUP, OTHER, REGION, VPC, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import applied, bindings, codes, effects, security_group
from tests.plans.verdicts import change_of, gated, introduced_findings

ENI = "tencentcloud_eni"
GROUPS = "tencentcloud_eni_sg_attachment"
ATTACHED = "tencentcloud_eni_attachment"
EIP = "tencentcloud_eip_association"

MADE = f"({ENI}.x)"
DENYING = group(OTHER, ingress=(rule(0, "10.0.0.0/16", allow=False),))


def eni(*actions: str, before: object = None, groups: object = COMPUTED, legacy: object = COMPUTED) -> Resource:
    """An interface in subnet-plan0005, made, changed or deleted."""
    identity = "eni-plan0001" if actions == ("update",) else COMPUTED
    planned: dict[str, object] = {"id": identity, "vpc_id": VPC, "subnet_id": "subnet-plan0005", "name": "db"}
    planned |= {"orderly_security_groups": groups, "security_groups": legacy}
    after = None if actions == ("delete",) else planned
    return Resource(type=ENI, name="x", actions=actions, before=before, after=after)  # type: ignore[arg-type]


def held(*groups: str) -> dict[str, object]:
    lists: dict[str, object] = {"orderly_security_groups": list(groups), "security_groups": list(groups)}
    return lists | {"id": "eni-plan0001", "vpc_id": VPC, "subnet_id": "subnet-plan0005", "name": "db"}


def attached(interface: object = None, machine: object = "ins-plan0001") -> Resource:
    interface = ref(f"{ENI}.x.id") if interface is None else interface
    after = {"id": COMPUTED, "eni_id": interface, "instance_id": machine}
    return Resource(type=ATTACHED, name="x", actions=("create",), after=after)


def detached(machine: str = "ins-plan0001") -> Resource:
    before = {"id": f"eni-plan0001+{machine}", "eni_id": "eni-plan0001", "instance_id": machine}
    return Resource(type=ATTACHED, name="x", actions=("delete",), before=before)


def groups_of(*group_ids: object, interface: object = None, name: str = "x") -> Resource:
    interface = ref(f"{ENI}.x.id") if interface is None else interface
    after = {"id": COMPUTED, "network_interface_ids": [interface], "security_group_ids": list(group_ids)}
    return Resource(type=GROUPS, name=name, actions=("create",), after=after)


def with_interface(*groups: str, attachment: Attachment = Attachment.SECONDARY, subnet: str = "") -> Snapshot:
    """The estate, in which a node has a further interface that binds the groups."""
    live = estate(DENYING)
    interface = Interface(
        interface_id="eni-plan0001",
        attachment=attachment,
        role=Role.NODE if attachment is Attachment.SECONDARY else Role.POD,
        security_groups=groups,
        node_id="ins-plan0001",
        subnet_id=subnet,
        addresses=("10.0.5.5",),
    )
    member = Member(instance_id="ins-plan0001", interface_id="eni-plan0001", addresses=("10.0.5.5",))
    memberships = tuple(
        replace(one, members=(*one.members, member)) if one.security_group_id in groups else one
        for one in live.memberships
    )
    return replace(live, clusters=(replace(live.clusters[0], interfaces=(interface,)),), memberships=memberships)


def further(planned: Planned) -> dict[str, tuple[str, Attachment, Role]]:
    [cluster] = planned.snapshot.clusters
    return {one.interface_id: (one.node_id, one.attachment, one.role) for one in cluster.interfaces}


def test_a_new_interface_that_is_attached_to_a_node_is_a_further_interface_of_it() -> None:
    planned = applied(eni("create", groups=[OTHER]), attached(), on=estate(DENYING))
    assert further(planned) == {MADE: ("ins-plan0001", Attachment.SECONDARY, Role.NODE)}
    assert bindings(planned)[MADE] == (OTHER,)
    assert codes(planned) == []
    assert effects(planned, f"{ATTACHED}.x") == ["interface-in"]
    assert effects(planned, f"{ENI}.x") == ["member-in", "interface"]


def test_a_new_interface_without_a_list_binds_no_group() -> None:
    planned = applied(eni("create"), attached())
    assert bindings(planned)[MADE] == ()
    assert codes(planned) == []


def test_a_new_interface_that_nothing_attaches_belongs_to_no_cluster() -> None:
    planned = applied(eni("create", groups=[OTHER]), on=estate(DENYING))
    assert further(planned) == {}
    assert codes(planned) == []


def test_an_interface_of_a_machine_outside_the_cluster_is_not_of_the_cluster() -> None:
    planned = applied(eni("create", groups=[GROUP]), attached(machine="ins-outside1"))
    assert further(planned) == {}
    members = planned.snapshot.membership_by_id[REGION, GROUP].members
    assert [member.instance_id for member in members] == ["ins-plan0001", "ins-plan0002", "ins-outside1"]


def test_a_group_that_was_not_read_is_a_gap_of_an_attached_interface_alone() -> None:
    made = eni("create", groups=["sg-unread01"])
    assert codes(applied(made, attached())) == [("not-read", "sg-unread01")]
    assert codes(applied(made)) == []


def test_a_list_by_reference_is_assumed_to_be_complete() -> None:
    made = eni("create", groups=[ref("tencentcloud_security_group.blue.id")])
    planned = applied(security_group("blue"), made, attached())
    assert codes(planned) == [("list-by-reference", MADE)]
    assert bindings(planned)[MADE] == ("(tencentcloud_security_group.blue)",)
    assert planned.assumed == {(CLUSTER, MADE)}
    trusted = applied(security_group("blue"), made, attached(), trust=True)
    assert codes(trusted) == []


def test_a_list_that_the_plan_does_not_tell_is_a_gap_of_the_interface() -> None:
    planned = applied(eni("create", groups=ref("local.groups")), attached())
    assert (("list-unknown", MADE)) in codes(planned)
    assert bindings(planned)[MADE] == "list-unknown"


def test_the_order_of_a_set_is_a_gap_where_it_makes_a_difference() -> None:
    listed = eni("create", groups=[OTHER, GROUP])
    assert bindings(applied(listed, attached(), on=estate(DENYING)))[MADE] == (OTHER, GROUP)
    legacy = eni("create", legacy=[GROUP, OTHER])
    assert bindings(applied(legacy, attached(), on=estate(DENYING)))[MADE] == "list-order"
    assert bindings(applied(legacy, attached(), on=estate(group(OTHER))))[MADE] == (GROUP, OTHER)


def test_groups_that_an_attachment_adds_are_in_the_list_of_the_interface() -> None:
    planned = applied(eni("create"), groups_of(OTHER), attached(), on=estate(DENYING))
    assert bindings(planned)[MADE] == (OTHER,)
    both = applied(eni("create", groups=[GROUP]), groups_of(OTHER), attached(), on=estate(DENYING))
    assert bindings(both)[MADE] == "list-order"
    harmless = applied(eni("create", groups=[GROUP]), groups_of(OTHER), attached(), on=estate(group(OTHER)))
    assert bindings(harmless)[MADE] == (GROUP, OTHER)


def test_an_update_reaches_the_interface_of_a_running_node() -> None:
    planned = applied(eni("update", before=held(OTHER), groups=[GROUP], legacy=[OTHER]), on=with_interface(OTHER))
    assert bindings(planned)["eni-plan0001"] == (GROUP,)
    assert bindings(planned)["ins-plan0001"] == (GROUP,)
    assert effects(planned, f"{ENI}.x") == ["member", "interface"]


def test_an_emptied_list_is_not_sent() -> None:
    planned = applied(eni("update", before=held(OTHER), groups=[], legacy=[]), on=with_interface(OTHER))
    assert bindings(planned)["eni-plan0001"] == (OTHER,)


def test_the_last_group_that_is_taken_from_an_interface_leaves_it_without_any() -> None:
    before = {"id": "eni-plan0001", "network_interface_ids": ["eni-plan0001"], "security_group_ids": [OTHER]}
    planned = applied(Resource(type=GROUPS, name="x", actions=("delete",), before=before), on=with_interface(OTHER))
    assert bindings(planned)["eni-plan0001"] == ()


@pytest.mark.parametrize("gone", [eni("delete", before=held(OTHER)), detached()], ids=["deleted", "detached"])
def test_an_interface_that_goes_is_not_of_the_cluster(gone: Resource) -> None:
    planned = applied(gone, on=with_interface(OTHER))
    assert further(planned) == {}
    assert "interface-out" in effects(planned, f"{gone.type}.x")


def test_an_interface_that_moves_keeps_its_groups() -> None:
    before = {"id": "x", "eni_id": "eni-plan0001", "instance_id": "ins-plan0001"}
    after = {"id": COMPUTED, "eni_id": "eni-plan0001", "instance_id": "ins-plan0002"}
    moved = Resource(type=ATTACHED, name="x", actions=("delete", "create"), before=before, after=after)
    planned = applied(moved, on=with_interface(OTHER))
    assert further(planned) == {"eni-plan0001": ("ins-plan0002", Attachment.SECONDARY, Role.NODE)}
    assert bindings(planned)["eni-plan0001"] == (OTHER,)


def test_an_interface_in_a_container_subnet_carries_pods() -> None:
    live = with_interface(OTHER, attachment=Attachment.PODS, subnet="subnet-plan0005")
    planned = applied(eni("create", groups=[GROUP]), attached(), on=live)
    assert further(planned)[MADE] == ("ins-plan0001", Attachment.PODS, Role.POD)
    left_out = applied(eni("create", groups=[GROUP]), attached(), on=live, left_out=(Part.PODS,))
    assert MADE not in further(left_out)
    assert effects(left_out, f"{ATTACHED}.x") == ["left-out"]
    assert codes(left_out) == []


def test_the_interfaces_of_a_node_go_with_it() -> None:
    node = {"id": "ins-plan0001", "orderly_security_groups": [GROUP], "security_groups": [GROUP], "vpc_id": VPC}
    planned = applied(
        Resource(type="tencentcloud_instance", name="x", actions=("delete",), before=node), on=with_interface(OTHER)
    )
    assert further(planned) == {}


def test_an_interface_that_is_attached_to_an_unknown_machine_is_a_gap() -> None:
    planned = applied(eni("create"), attached(machine=ref("local.machine")))
    assert codes(planned) == [("instance-untraced", f"({ATTACHED}.x)")]


def test_an_unknown_interface_that_is_attached_to_a_node_has_an_unknown_list() -> None:
    planned = applied(attached(interface=ref("local.interface")))
    assert bindings(planned)[f"({ATTACHED}.x)"] == "not-read"


def test_groups_for_an_unknown_interface_are_a_gap() -> None:
    planned = applied(groups_of(OTHER, interface=ref("local.interface")), on=with_interface(GROUP))
    assert codes(planned) == [("instance-untraced", f"({GROUPS}.x)")]


def test_an_interface_is_a_gap_where_interfaces_were_not_read() -> None:
    update = eni("update", before=held(GROUP), groups=[OTHER], legacy=[GROUP])
    unread = replace(estate(DENYING), parts=())
    assert codes(applied(update, on=unread)) == [("not-read", "eni-plan0001")]
    assert codes(applied(update, on=estate(DENYING))) == []
    assert codes(applied(update, on=unread, left_out=(Part.PODS,))) == []


def test_an_attachment_in_the_terraform_state_tells_the_node_of_an_interface() -> None:
    pair = {"id": "x", "eni_id": "eni-plan0001", "instance_id": "ins-plan0002"}
    update = eni("update", before=held(GROUP), groups=[OTHER], legacy=[GROUP])
    kept = Resource(type=ATTACHED, name="x", before=pair, after=pair)
    planned = applied(update, kept, on=replace(estate(DENYING), parts=()))
    assert bindings(planned)["eni-plan0001"] == (OTHER,)
    assert codes(planned) == []


def test_the_primary_interface_of_a_node_is_not_a_further_one() -> None:
    live = estate(DENYING)
    primary = Member(instance_id="ins-plan0001", interface_id="eni-plan0001", addresses=("10.0.1.11",))
    seats = Membership(region=REGION, security_group_id=GROUP, members=(primary,))
    update = eni("update", before=held(GROUP), groups=[OTHER], legacy=[GROUP])
    assert further(applied(update, on=replace(live, memberships=(seats, *live.memberships[1:])))) == {}


def exposure(planned: Planned) -> tuple[Exposure, Exposure]:
    [cluster] = planned.snapshot.clusters
    return cluster.nodes[0].exposure, cluster.interfaces[0].exposure


def public(**target: object) -> Resource:
    return Resource(type=EIP, name="x", actions=("create",), after={"id": COMPUTED, "eip_id": COMPUTED, **target})


def test_a_public_address_exposes_the_node_or_the_interface_that_gets_it() -> None:
    live = with_interface(OTHER)
    on_node = applied(public(instance_id="ins-plan0001"), on=live)
    assert exposure(on_node) == (Exposure.INTERNET, Exposure.UNKNOWN)
    on_interface = applied(public(network_interface_id="eni-plan0001"), on=live)
    assert exposure(on_interface) == (Exposure.UNKNOWN, Exposure.INTERNET)
    on_new = applied(eni("create"), attached(), public(network_interface_id=ref(f"{ENI}.x.id")))
    assert on_new.snapshot.clusters[0].interfaces[0].exposure is Exposure.INTERNET
    elsewhere = applied(public(instance_id="ins-outside1"), on=live)
    assert elsewhere.irrelevant


RENAMED = pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
"""Addresses of a resource that is deleted and made again, in either order."""


@RENAMED
def test_groups_that_are_attached_again_under_another_address_stay(old: str, new: str) -> None:
    lists = {"network_interface_ids": ["eni-plan0001"], "security_group_ids": [OTHER]}
    deleted = Resource(type=GROUPS, name=old, actions=("delete",), before={"id": "eni-plan0001", **lists})
    planned = applied(deleted, groups_of(OTHER, interface="eni-plan0001", name=new), on=with_interface(OTHER))
    assert bindings(planned)["eni-plan0001"] == (OTHER,)
    members = planned.snapshot.membership_by_id[REGION, OTHER].members
    assert [member.interface_id for member in members] == ["eni-plan0001"]


@RENAMED
def test_a_public_address_that_is_associated_again_under_another_address_stays(old: str, new: str) -> None:
    target = {"network_interface_id": "eni-plan0001"}
    deleted = Resource(type=EIP, name=old, actions=("delete",), before={"id": "eip-plan0001::eni-plan0001", **target})
    made = replace(public(**target), name=new)
    assert exposure(applied(deleted, made, on=with_interface(OTHER)))[1] is Exposure.INTERNET


def introduced(result: Result) -> list[tuple[str, str, tuple[str, ...], Attachment]]:
    """The name, the severity, the interfaces and the attachment of each introduced finding."""
    return [
        (found.code.finding_name, found.severity.value, found.interfaces, found.attachment)
        for found in introduced_findings(result)
    ]


OPEN = group(OTHER, ingress=(rule(0, "0.0.0.0/0", Protocol.TCP, (6379, 6379)),))


def test_an_open_group_on_a_new_interface_of_a_node_introduces_a_finding() -> None:
    result = gated(eni("create", groups=[OTHER]), attached(), on=estate(OPEN))
    assert introduced(result) == [("excess-access", "high", (MADE,), Attachment.SECONDARY)]
    [fingerprint] = change_of(result).introduced
    causes = [one.address for one in change_of(result).resources if fingerprint in one.findings]
    assert causes == [f"{ENI}.x", f"{ATTACHED}.x"]


def test_an_interface_in_the_open_group_of_its_node_introduces_a_finding_of_its_own() -> None:
    live = estate(OPEN)
    node = replace(live.clusters[0].nodes[0], security_groups=(GROUP, OTHER))
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(node, live.clusters[0].nodes[1])),))
    result = gated(eni("create", groups=[GROUP, OTHER]), attached(), on=live)
    assert ("excess-access", "high", (MADE,), Attachment.SECONDARY) in introduced(result)


def test_a_new_interface_without_a_group_introduces_a_finding() -> None:
    assert introduced(gated(eni("create"), attached())) == [
        ("no-security-group", "high", (MADE,), Attachment.SECONDARY)
    ]


def test_a_public_address_makes_a_missing_group_critical() -> None:
    public_eni = public(network_interface_id=ref(f"{ENI}.x.id"))
    assert introduced(gated(eni("create"), attached(), public_eni)) == [
        ("no-security-group", "critical", (MADE,), Attachment.SECONDARY)
    ]
    live = with_interface()
    later = gated(public(network_interface_id="eni-plan0001"), on=live)
    assert introduced(later) == [("no-security-group", "critical", ("eni-plan0001",), Attachment.SECONDARY)]


def test_a_detached_interface_resolves_its_findings() -> None:
    live = with_interface(OTHER)
    live = replace(live, security_groups=estate(OPEN).security_groups)
    result = gated(detached(), on=live)
    assert len(change_of(result).resolved) == 1
    assert introduced(result) == []


def test_an_interface_whose_list_becomes_unknown_resolves_nothing() -> None:
    live = replace(with_interface(OTHER), security_groups=estate(OPEN).security_groups)
    result = gated(eni("update", before=held(OTHER), groups=ref("local.groups")), on=live)
    assert change_of(result).resolved == ()
    assert "list-unknown" in [gap.code for gap in result.gaps_of_change()]
