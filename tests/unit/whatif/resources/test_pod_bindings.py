"""Changes of what the next Pods will bind: pools of super nodes, and the add-on of VPC-CNI."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from auditor.model.clusters import Attachment, NodeKind, NodePool, PodBinding, Role
from auditor.model.codes import GapKind, Part
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Planned
from tests.plans.estate import CLUSTER, GROUP, OTHER, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import applied, codes, effects, security_group
from tests.plans.verdicts import change_of, gated, introduced_findings

POOL = "tencentcloud_kubernetes_serverless_node_pool"
ADD_ON = "tencentcloud_kubernetes_addon"
ATTACHMENT = "tencentcloud_kubernetes_addon_attachment"
MADE = f"({POOL}.x)"
OPEN = group(OTHER, ingress=(rule(0, "0.0.0.0/0", Protocol.TCP, (6379, 6379)),))


def pool(groups: object) -> Resource:
    after = {"id": COMPUTED, "cluster_id": CLUSTER, "name": "super", "security_group_ids": groups}
    return Resource(type=POOL, name="x", actions=("create",), after=after)


def values(**section: object) -> str:
    return json.dumps({"vpcCni": {"securityGroups": section}})


def add_on(raw_values: object = None, *, before: object = "", name: object = "eniipamd") -> Resource:
    own: dict[str, object] = {"id": f"{CLUSTER}#eniipamd", "cluster_id": CLUSTER, "addon_name": name}
    if before == "":
        return Resource(
            type=ADD_ON, name="x", actions=("create",), after=own | {"id": COMPUTED, "raw_values": raw_values}
        )
    after = own | {"raw_values": raw_values}
    return Resource(type=ADD_ON, name="x", actions=("update",), before=own | {"raw_values": before}, after=after)


def lines(*entries: object) -> Resource:
    after = {"id": COMPUTED, "cluster_id": CLUSTER, "name": "eniipamd", "values": list(entries)}
    return Resource(type=ATTACHMENT, name="x", actions=("create",), after=after)


def predicting(*groups: str, source: str = "eniipamd", attachment: Attachment = Attachment.PODS) -> Snapshot:
    live = estate(OPEN)
    binding = PodBinding(source_id=source, attachment=attachment, security_groups=groups)
    return replace(live, clusters=(replace(live.clusters[0], pod_bindings=(binding,)),))


def predicted(planned: Planned) -> list[tuple[str, object]]:
    """The sources of Pod bindings with the groups that they name; for a gap its code."""
    [cluster] = planned.snapshot.clusters
    bound = [(binding.source_id, binding.security_groups) for binding in cluster.pod_bindings]
    return [(source, groups.code if isinstance(groups, Gap) else groups) for source, groups in bound]


def introduced(result: Result) -> list[tuple[str, Attachment]]:
    return [(found.code.finding_name, found.attachment) for found in introduced_findings(result)]


def test_an_open_group_of_a_new_pool_of_super_nodes_introduces_a_finding() -> None:
    result = gated(pool([OTHER]), on=estate(OPEN))
    assert ("excess-access", Attachment.SUPER_NODE_PODS) in introduced(result)
    assert set(change_of(result).resources[0].findings) == set(change_of(result).introduced)
    assert predicted(applied(pool([OTHER]), on=estate(OPEN))) == [(MADE, (OTHER,))]


@pytest.mark.parametrize("groups", [[], None, COMPUTED], ids=["empty", "null", "computed"])
def test_a_pool_of_super_nodes_without_groups_is_a_gap(groups: object) -> None:
    planned = applied(pool(groups))
    assert predicted(planned) == [(MADE, "list-default")]
    assert codes(planned) == [("list-default", MADE)]


def test_groups_of_a_pool_that_are_unknown_or_were_not_read_are_a_gap() -> None:
    assert codes(applied(pool(ref("local.groups")))) == [("list-unknown", MADE)]
    assert ("not-read", "sg-unread01") in codes(applied(pool(["sg-unread01"])))
    by_reference = (security_group("blue"), pool([ref("tencentcloud_security_group.blue.id")]))
    assert ("list-by-reference", MADE) in codes(applied(*by_reference))


def test_the_order_of_the_groups_of_a_pool_is_the_written_one() -> None:
    assert predicted(applied(pool([OTHER, GROUP]), on=estate(OPEN))) == [(MADE, (OTHER, GROUP))]


def test_a_deleted_pool_of_super_nodes_resolves_its_findings() -> None:
    before = {"id": f"{CLUSTER}#np-super001", "cluster_id": CLUSTER, "security_group_ids": [OTHER]}
    gone = Resource(type=POOL, name="x", actions=("delete",), before=before)
    live = predicting(OTHER, source="np-super001", attachment=Attachment.SUPER_NODE_PODS)
    assert change_of(gated(gone, on=live)).resolved
    assert predicted(applied(gone, on=live)) == []


@pytest.mark.parametrize(
    ("raw_values", "bound"),
    [
        (None, [("eniipamd", ())]),
        ("{}", [("eniipamd", ())]),
        (values(enableSecurityGroups=False, securityGroups=[OTHER]), [("eniipamd", ())]),
        (values(enableSecurityGroups=True, securityGroups=[OTHER, GROUP]), [("eniipamd", (OTHER, GROUP))]),
        (values(enableSecurityGroups=True), [("eniipamd", (GROUP,))]),
        (values(enableSecurityGroups=True, securityGroups=[]), [("eniipamd", (GROUP,))]),
        (values(securityGroups=[OTHER]), [("eniipamd", "list-unknown")]),
        (values(enableSecurityGroups="yes"), [("eniipamd", "list-unknown")]),
        ("not JSON", [("eniipamd", "list-unknown")]),
        (ref("local.values"), [("eniipamd", "list-unknown")]),
    ],
)
def test_the_values_of_the_add_on_tell_what_the_next_pod_binds(raw_values: object, bound: object) -> None:
    assert predicted(applied(add_on(raw_values), on=estate(OPEN))) == bound


def test_the_values_of_the_add_on_may_be_in_base64() -> None:
    raw_values = base64.b64encode(values(enableSecurityGroups=True, securityGroups=[OTHER]).encode()).decode()
    assert predicted(applied(add_on(raw_values), on=estate(OPEN))) == [("eniipamd", (OTHER,))]


def test_the_next_pod_may_bind_the_groups_of_any_node() -> None:
    live = estate(OPEN)
    first, second = live.clusters[0].nodes
    nodes = (first, replace(second, security_groups=(OTHER,)))
    live = replace(live, clusters=(replace(live.clusters[0], nodes=nodes),))
    planned = applied(add_on(values(enableSecurityGroups=True)), on=live)
    assert predicted(planned) == [("eniipamd", (GROUP,)), ("eniipamd", (OTHER,))]


def test_the_next_pod_does_not_run_on_a_master() -> None:
    live = estate(OPEN)
    first, second = live.clusters[0].nodes
    nodes = (first, replace(second, security_groups=(OTHER,), role=Role.MASTER))
    live = replace(live, clusters=(replace(live.clusters[0], nodes=nodes),))
    assert predicted(applied(add_on(values(enableSecurityGroups=True)), on=live)) == [("eniipamd", (GROUP,))]


def test_without_nodes_the_next_pod_binds_the_groups_of_the_next_node_of_a_pool() -> None:
    live = estate(OPEN)
    pools = (NodePool(node_pool_id="np-plan0001", kind=NodeKind.REGULAR, security_groups=(OTHER,)),)
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(), node_pools=pools),))
    assert predicted(applied(add_on(values(enableSecurityGroups=True)), on=live)) == [("eniipamd", (OTHER,))]


def test_the_next_pod_may_bind_the_groups_of_a_node_that_were_not_read() -> None:
    live = estate(OPEN)
    first, second = live.clusters[0].nodes
    unread = live.clusters[0].gap(GapKind.UNREAD, "NotRead", "not read", second.node_id)
    nodes = (first, replace(second, security_groups=unread))
    live = replace(live, clusters=(replace(live.clusters[0], nodes=nodes),))
    planned = applied(add_on(values(enableSecurityGroups=True)), on=live)
    assert predicted(planned) == [("eniipamd", (GROUP,)), ("eniipamd", "list-unknown")]


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
def test_an_add_on_that_is_made_again_under_another_address_stays(old: str, new: str) -> None:
    own: dict[str, object] = {"cluster_id": CLUSTER, "addon_name": "eniipamd"}
    listed = values(enableSecurityGroups=True, securityGroups=[OTHER])
    before = own | {"id": f"{CLUSTER}#eniipamd", "raw_values": listed}
    after = own | {"id": COMPUTED, "raw_values": listed}
    deleted = Resource(type=ADD_ON, name=old, actions=("delete",), before=before)
    made = Resource(type=ADD_ON, name=new, actions=("create",), after=after)
    assert predicted(applied(deleted, made, on=predicting(OTHER))) == [("eniipamd", (OTHER,))]


def test_an_open_group_for_the_next_pod_introduces_a_finding() -> None:
    switched = add_on(
        values(enableSecurityGroups=True, securityGroups=[OTHER]), before=values(enableSecurityGroups=False)
    )
    result = gated(switched, on=predicting())
    assert ("excess-access", Attachment.PODS) in introduced(result)
    assert set(change_of(result).resources[0].findings) == set(change_of(result).introduced)


def test_values_without_the_section_leave_the_next_pod_as_it_is() -> None:
    kept = applied(add_on('{"agent": {}}', before="{}"), on=predicting(OTHER))
    assert predicted(kept) == [("eniipamd", (OTHER,))]
    taken_back = applied(add_on("{}", before=values(enableSecurityGroups=True)), on=predicting(OTHER))
    assert predicted(taken_back) == [("eniipamd", "list-unknown")]


def test_lines_of_an_attachment_are_values() -> None:
    switch = "vpcCni.securityGroups.enableSecurityGroups=true"
    listed = lines(
        "vpcCni.securityGroups.securityGroups[1]=" + GROUP, switch, "vpcCni.securityGroups.securityGroups[0]=" + OTHER
    )
    assert predicted(applied(listed, on=estate(OPEN))) == [("eniipamd", (OTHER, GROUP))]
    assert predicted(applied(lines("agent.image=x"))) == [("eniipamd", ())]
    assert predicted(applied(lines("vpcCni.securityGroups.more=x"))) == [("eniipamd", "list-unknown")]
    assert predicted(applied(lines(switch, ref("local.line")))) == [("eniipamd", "list-unknown")]


def test_another_add_on_is_no_concern() -> None:
    assert applied(add_on(values(enableSecurityGroups=True), name="cos")).irrelevant


@pytest.mark.parametrize("resource", [pool([OTHER]), add_on("{}")], ids=["pool", "add-on"])
def test_pods_that_were_not_read_are_a_gap_unless_they_are_left_out(resource: Resource) -> None:
    unread = replace(estate(OPEN), parts=())
    assert codes(applied(resource, on=unread)) == [("part-not-read", f"({resource.address})")]
    left_out = applied(resource, on=unread, left_out=(Part.PODS,))
    assert codes(left_out) == []
    assert [effect.message_id for one in left_out.resources for effect in one.effects] == ["change-effect-left-out"]


def test_the_effect_names_the_source_and_the_groups() -> None:
    planned = applied(pool([OTHER]), on=estate(OPEN))
    assert effects(planned, f"{POOL}.x") == ["pods"]
