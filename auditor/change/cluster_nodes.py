"""Machines that a plan puts into audited clusters and takes out of them, with the groups that they bind there."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.change import members
from auditor.change.draft import Draft, Key
from auditor.change.lists import Emptied, Groups, Lister, Unlisted, binding, clusters_of, ids_of
from auditor.change.plan import Json, Plan, ResourceChange, Step
from auditor.change.references import INSTANCE, placeholder
from auditor.change.values import Path, at, blocks, text, texts
from auditor.change.why import Why
from auditor.model.estate import Node, NodeKind, Role
from auditor.model.rules import Member

CLUSTER_ATTACHMENT = "tencentcloud_kubernetes_cluster_attachment"
MASTER_ATTACHMENT = "tencentcloud_kubernetes_cluster_master_attachment"
SCALE_WORKER = "tencentcloud_kubernetes_scale_worker"

_LISTS: dict[str, Path] = {
    CLUSTER_ATTACHMENT: ("security_groups",),
    MASTER_ATTACHMENT: ("security_group_ids",),
    SCALE_WORKER: ("worker_config", 0, "security_group_ids"),
}
TYPES = frozenset(_LISTS)


def lay(draft: Draft, plan: Plan, lister: Lister) -> None:
    """Attach and detach machines, make and destroy workers."""
    for change in plan.managed:
        for step in change.steps if change.type in _LISTS else ():
            if step is Step.REMOVED:
                _take_out(draft, change)
            elif step is Step.MADE:
                _put_in(draft, lister, change)
        if change.type == SCALE_WORKER and len(change.steps) > 1:
            draft.heirs[placeholder(change.address)] = next(iter(_workers(change.before)), "")


def made_list(lister: Lister, change: ResourceChange, path: Path) -> Groups:
    """The list of a new node; without one it gets a default group that the plan does not name."""
    groups = lister.groups(change, path)
    return Unlisted(why=Why.LIST_DEFAULT) if isinstance(groups, Emptied) else groups


def put_in(draft: Draft, change: ResourceChange, key: Key, node_id: str, role: Role, groups: Groups) -> None:
    """Let a machine be a node of a cluster. One that was read keeps its addresses."""
    report = draft.report(change)
    known = next((node for _, node in draft.nodes_of(node_id)), None)
    node = Node(
        node_id=node_id,
        instance_id=node_id,
        role=role,
        kind=NodeKind.REGULAR,
        name=known.name if known is not None else "",
        addresses=known.addresses if known is not None else members.own_addresses(draft, node_id),
        security_groups=binding(draft, (key[0], node_id), key[1], groups),
    )
    draft.put_node(key, node)
    report.clusters.add(key[1])
    report.nodes.add(node_id)
    report.say("node-in", node=node_id, cluster=key[1], groups=", ".join(ids_of(groups)) or "-")
    if node_id.startswith("ins-") and not isinstance(groups, Unlisted):
        members.rebind(draft, report, node_id, ids_of(groups), node)
    else:
        fresh = Member(instance_id=node_id, addresses=node.addresses)
        members.join(draft, report, ids_of(groups), fresh, draft.clusters[key].vpc_id)


def take_out(draft: Draft, change: ResourceChange, key: Key, node_ids: Iterable[str], *, destroy: bool) -> None:
    """Let machines be nodes no more. One that is kept goes on binding its groups, as a stranger."""
    report = draft.report(change)
    wanted = set(node_ids)
    for node in list(draft.nodes[key].values()):
        if node.node_id in wanted or node.instance_id in wanted:
            report.clusters.add(key[1])
            report.nodes.add(node.node_id)
            report.say("node-out", node=node.node_id)
            del draft.nodes[key][node.node_id]
            if destroy:
                members.leave(draft, report, node.instance_id or node.node_id)


def _put_in(draft: Draft, lister: Lister, change: ResourceChange) -> None:
    groups = made_list(lister, change, _LISTS[change.type])
    node_id = placeholder(change.address)
    if change.type != SCALE_WORKER:
        node_id = lister.references.value(change, ("instance_id",), INSTANCE) or node_id
    role = Role.MASTER if change.type == MASTER_ATTACHMENT else Role.NODE
    for key in clusters_of(draft, lister, change):
        put_in(draft, change, key, node_id, role, groups)


def _take_out(draft: Draft, change: ResourceChange) -> None:
    """Both attachments retain the machine (``InstanceDeleteMode``); a scaled worker is terminated."""
    scaled = change.type == SCALE_WORKER
    gone = _workers(change.before) if scaled else (text(change.before.get("instance_id")),)
    for key in draft.cluster_keys(text(change.before.get("cluster_id"))):
        take_out(draft, change, key, gone, destroy=scaled)


def detached(plan: Plan) -> frozenset[str]:
    """Machines whose attachments go, before anything that these depend on does: each is retained."""
    kinds = (CLUSTER_ATTACHMENT, MASTER_ATTACHMENT)
    gone = (change for change in plan.managed if change.type in kinds and Step.REMOVED in change.steps)
    return frozenset(text(change.before.get("instance_id")) for change in gone)


def _workers(before: Json) -> tuple[str, ...]:
    return tuple(text(block.get("instance_id")) for block in blocks(before.get("worker_instances_list")))


def present_list(change: ResourceChange) -> tuple[str, ...]:
    """The list that an attachment's state holds."""
    return texts(at(change.before, _LISTS[change.type]))
