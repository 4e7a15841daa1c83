"""Changes of network ACLs and of the subnets that have them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.codes import Part
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.rules import AclEntry, Action, Direction, NetworkAcl, SubnetAcl
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Planned
from tests.plans.estate import CLUSTER, REGION, VPC, estate
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import applied, codes
from tests.plans.verdicts import change_of, gated, introduced_findings

ACL = "tencentcloud_vpc_acl"
ATTACHMENT = "tencentcloud_vpc_acl_attachment"
SUBNET = "subnet-plan0001"

DROP_ALL = AclEntry(direction=Direction.INGRESS, priority=1, action=Action.DENY, cidr="0.0.0.0/0")


def live(*entries: AclEntry, acl_id: str = "acl-plan0001") -> Snapshot:
    """The estate, in which the subnet of the nodes has an ACL, or none."""
    acls = (NetworkAcl(region=REGION, network_acl_id=acl_id, entries=entries),) if acl_id else ()
    subnet = SubnetAcl(region=REGION, subnet_id=SUBNET, cidrs=("10.0.1.0/24",), network_acl_id=acl_id)
    return replace(estate(), network_acls=acls, subnet_acls=(subnet,))


def held(*ingress: str) -> dict[str, object]:
    return {"id": "acl-plan0001", "name": "a", "vpc_id": VPC, "ingress": list(ingress), "egress": []}


def acl(*actions: str, before: object = None, **after: object) -> Resource:
    planned = None if actions == ("delete",) else held() | ({} if actions == ("update",) else {"id": COMPUTED}) | after
    return Resource(type=ACL, name="x", actions=actions, before=before, after=planned)  # type: ignore[arg-type]


def attached(acl_id: object, subnet: object = SUBNET) -> Resource:
    after = {"id": COMPUTED, "acl_id": acl_id, "subnet_id": subnet}
    return Resource(type=ATTACHMENT, name="x", actions=("create",), after=after)


def acl_of_the_subnet(planned: Planned) -> tuple[str, object]:
    """The ACL of the subnet with its entries; for a gap its code."""
    [subnet] = planned.snapshot.subnet_acls
    by_id = {one.network_acl_id: one.entries for one in planned.snapshot.network_acls}
    entries = by_id.get(subnet.network_acl_id, ())
    return subnet.network_acl_id, entries.code if isinstance(entries, Gap) else entries


def test_entries_keep_the_order_of_their_list() -> None:
    lines = ["ACCEPT#192.168.1.0/24#800-900#TCP#OFFICE", "drop#0.0.0.0/0#ALL#ALL"]
    planned = applied(acl("update", before=held(), ingress=lines), on=live())
    office = AclEntry(
        direction=Direction.INGRESS,
        priority=1,
        action=Action.ALLOW,
        cidr="192.168.1.0/24",
        protocol=Protocol.TCP,
        ports=((800, 900),),
    )
    assert acl_of_the_subnet(planned) == ("acl-plan0001", (office, replace(DROP_ALL, priority=2)))
    assert codes(planned) == []
    assert planned.resources[0].impact.clusters == (CLUSTER,)


@pytest.mark.parametrize(
    ("ingress", "code"),
    [
        (ref("local.lines"), "rules-unknown"),
        (["DROP#0.0.0.0/0#ALL#ALL", ref("local.line")], "rules-unknown"),
        (["DROP#everything#ALL#ALL"], "rule-unreadable"),
        (["BLOCK#0.0.0.0/0#ALL#ALL"], "rule-unreadable"),
        (["DROP#0.0.0.0/0"], "rule-unreadable"),
    ],
)
def test_entries_that_are_not_known_are_a_gap(ingress: object, code: str) -> None:
    planned = applied(acl("update", before=held(), ingress=ingress), on=live(DROP_ALL))
    assert acl_of_the_subnet(planned) == ("acl-plan0001", code)
    assert [found for found, _ in codes(planned)] == [code]


def test_a_new_acl_filters_the_subnets_that_get_it() -> None:
    new = acl("create", ingress=["DROP#0.0.0.0/0#ALL#ALL"])
    own = f"({ACL}.x)"
    planned = applied(new, attached(ref(f"{ACL}.x.id")), on=live(acl_id=""))
    assert acl_of_the_subnet(planned) == (own, (DROP_ALL,))
    assert codes(planned) == []
    assert applied(new, on=live(acl_id="")).irrelevant
    elsewhere = applied(new, attached(ref(f"{ACL}.x.id"), "subnet-outside1"), on=live(acl_id=""))
    assert elsewhere.irrelevant


def test_an_acl_that_was_not_read_is_a_gap() -> None:
    planned = applied(attached("acl-unread01"), on=live(acl_id=""))
    assert acl_of_the_subnet(planned) == ("acl-unread01", "not-read")
    unchanged = Resource(type=ACL, name="x", before=held() | {"id": "acl-unread01"}, after=held())
    described = applied(attached("acl-unread01"), unchanged, on=live(acl_id=""))
    assert acl_of_the_subnet(described) == ("acl-unread01", ())


def test_an_unknown_acl_or_subnet_is_a_gap() -> None:
    planned = applied(attached(ref("local.acl")), on=live())
    assert acl_of_the_subnet(planned) == (f"({ATTACHMENT}.x)", "not-read")
    assert codes(applied(attached("acl-plan0001", ref("local.subnet")), on=live())) == [
        ("subnet-untraced", f"({ATTACHMENT}.x)")
    ]


def test_a_subnet_without_its_acl_lets_everything_pass() -> None:
    before = {"id": "x", "acl_id": "acl-plan0001", "subnet_id": SUBNET}
    detached = Resource(type=ATTACHMENT, name="x", actions=("delete",), before=before)
    assert acl_of_the_subnet(applied(detached, on=live(DROP_ALL))) == ("", ())
    deleted = applied(acl("delete", before=held()), on=live(DROP_ALL))
    assert acl_of_the_subnet(deleted) == ("", ())
    assert deleted.snapshot.network_acls == ()


def test_a_replaced_attachment_ends_with_the_new_acl() -> None:
    before = {"id": "x", "acl_id": "acl-plan0001", "subnet_id": SUBNET}
    after = before | {"id": COMPUTED, "acl_id": ref(f"{ACL}.x.id")}
    moved = Resource(type=ATTACHMENT, name="x", actions=("create", "delete"), before=before, after=after)
    planned = applied(acl("create", ingress=["DROP#0.0.0.0/0#ALL#ALL"]), moved, on=live())
    assert acl_of_the_subnet(planned) == (f"({ACL}.x)", (DROP_ALL,))


def test_acls_that_were_not_read_are_a_gap_unless_they_are_left_out() -> None:
    first, second = estate().clusters[0].nodes
    cluster = replace(estate().clusters[0], nodes=(replace(first, subnet_id=SUBNET), second))
    unread = replace(estate(), clusters=(cluster,), parts=())
    for resource in (acl("update", before=held(), ingress=["DROP#0.0.0.0/0#ALL#ALL"]), attached("acl-plan0001")):
        assert codes(applied(resource, on=unread)) == [("part-not-read", f"({resource.address})")]
        left_out = applied(resource, on=unread, left_out=(Part.NETWORK_ACLS,))
        assert codes(left_out) == []
        assert left_out.snapshot == unread


def introduced(result: Result) -> list[tuple[str, str]]:
    return sorted({(found.code.finding_name, found.resources[0].resource_id) for found in introduced_findings(result)})


def with_nodes_in_the_subnet(snapshot: Snapshot) -> Snapshot:
    [cluster] = snapshot.clusters
    nodes = tuple(replace(node, subnet_id=SUBNET) for node in cluster.nodes)
    return replace(snapshot, clusters=(replace(cluster, nodes=nodes),))


def test_an_entry_that_stops_required_packets_introduces_a_finding() -> None:
    update = acl("update", before=held(), ingress=["DROP#172.16.0.0/16#ALL#ALL"])
    result = gated(update, on=with_nodes_in_the_subnet(live()))
    assert introduced(result) == [("network-acl-blocks", "acl-plan0001")]
    assert set(change_of(result).resources[0].findings) == set(change_of(result).introduced)


def test_an_entry_that_goes_resolves_its_findings_and_an_unknown_list_does_not() -> None:
    drop = replace(DROP_ALL, cidr="172.16.0.0/16")
    before = held("DROP#172.16.0.0/16#ALL#ALL")
    on = with_nodes_in_the_subnet(live(drop))
    assert change_of(gated(acl("update", before=before, ingress=[]), on=on)).resolved
    unknown = gated(acl("update", before=before, ingress=ref("local.lines")), on=on)
    assert change_of(unknown).resolved == ()
    assert [gap.code for gap in unknown.gaps_of_change()] == ["rules-unknown"]
