"""Builders of planned resources, and functions that apply a plan to the estate and show the result."""

from __future__ import annotations

from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.rules import CidrPeer, Direction, GroupPeer, Rule, UnreadablePeer
from auditor.model.snapshot import Snapshot
from auditor.whatif import apply
from auditor.whatif.planned import Planned
from auditor.whatif.terraform import load as plan_file
from auditor.whatif.terraform.plan import Plan
from tests.plans.estate import CLUSTER, GROUP, REGION, estate
from tests.plans.plan_json import COMPUTED, Resource, plan

RULE_SET = "tencentcloud_security_group_rule_set"
LITE_RULE = "tencentcloud_security_group_lite_rule"
SINGLE_RULE = "tencentcloud_security_group_rule"
SECURITY_GROUP = "tencentcloud_security_group"
NODE_POOL = "tencentcloud_kubernetes_node_pool"
NATIVE_POOL_TYPE = "tencentcloud_kubernetes_native_node_pool"

_KEYS = (
    "cidr_block",
    "ipv6_cidr_block",
    "source_security_id",
    "address_template_id",
    "address_template_group",
    "service_template_id",
    "service_template_group",
)


def held(
    cidr: str = "", protocol: str = "ALL", port: str = "ALL", *, action: str = "ACCEPT", **more: object
) -> dict[str, object]:
    """A block of a rule set as the state has it: what is unset is an empty text."""
    empty: dict[str, object] = dict.fromkeys(_KEYS, "")
    block = {"action": action, "description": "", "policy_index": 0, "protocol": protocol, "port": port}
    return empty | block | {"cidr_block": cidr} | more


def new(
    cidr: object = None, protocol: object = "ALL", port: object = "ALL", *, action: str = "ACCEPT", **more: object
) -> dict[str, object]:
    """A block of a rule set as a create plans it: what is unset is null, the index is computed."""
    empty: dict[str, object] = dict.fromkeys(_KEYS)
    block = {"action": action, "description": None, "policy_index": COMPUTED, "protocol": protocol, "port": port}
    return empty | block | {"cidr_block": cidr} | more


TKE_INGRESS = [
    held("172.16.0.0/16"),
    held("10.0.0.0/16"),
    held("0.0.0.0/0", "TCP", "22"),
    held("0.0.0.0/0", "TCP", "30000-32768"),
    held("0.0.0.0/0", "UDP", "30000-32768"),
    held("0.0.0.0/0", "ICMP"),
]
TKE_EGRESS = [held("0.0.0.0/0")]


def rule_set(
    ingress: object = TKE_INGRESS, egress: object = TKE_EGRESS, group: object = GROUP, version: str = "6"
) -> dict[str, object]:
    """The attributes of a rule set in the state."""
    return {"id": group, "security_group_id": group, "ingress": ingress, "egress": egress, "version": version}


def new_rule_set(ingress: object, egress: object = (), group: object = GROUP) -> dict[str, object]:
    """The attributes of a rule set that is made."""
    planned = {
        "security_group_id": group,
        "ingress": ingress,
        "egress": list(egress) if isinstance(egress, tuple) else egress,
    }
    return {"id": COMPUTED, "version": COMPUTED} | planned


def security_group(
    name: str, index: str | int | None = None, module: str = "", for_each: tuple[str, ...] = ()
) -> Resource:
    """A group that the plan makes."""
    after = {"id": COMPUTED, "name": name, "description": "", "project_id": COMPUTED, "tags": None}
    return Resource(
        type=SECURITY_GROUP, name=name, actions=("create",), after=after, index=index, module=module, for_each=for_each
    )


def pool(groups: object, cluster: object = CLUSTER, legacy: object = COMPUTED, **more: object) -> dict[str, object]:
    """The attributes of an auto-scaling pool that is made."""
    config = {"instance_type": "S5.LARGE8", "orderly_security_group_ids": groups, "security_group_ids": legacy}
    after = {"id": COMPUTED, "cluster_id": cluster, "name": "blue", "auto_scaling_config": [config]}
    return after | {"delete_keep_instance": True, "subnet_ids": []} | more


def held_pool(groups: object, legacy: object = None, pool_id: str = "np-plan0001", **more: object) -> dict[str, object]:
    """The attributes of an auto-scaling pool in the state: both lists are filled."""
    legacy = groups if legacy is None else legacy
    config = {"instance_type": "S5.LARGE8", "orderly_security_group_ids": groups, "security_group_ids": legacy}
    after = {"id": f"{CLUSTER}#{pool_id}", "cluster_id": CLUSTER, "name": "blue", "auto_scaling_config": [config]}
    return after | {"delete_keep_instance": True, "subnet_ids": ["subnet-plan0001"]} | more


def load(text: str) -> Plan:
    """A plan from its text."""
    return plan_file.load(text, "plan.json")


def applied(
    *resources: Resource, on: Snapshot | None = None, trust: bool = False, left_out: tuple[Part, ...] = ()
) -> Planned:
    """The state after a plan of these resources is applied to the estate or to another snapshot."""
    return apply.apply(on or estate(), load(plan(*resources)), trust_references=trust, left_out=left_out)


def rules_after(planned: Planned, group: str = GROUP, direction: Direction = Direction.INGRESS) -> list[str]:
    """The rules of a group after the change, each as ``allow 10.0.0.0/16 tcp 22-22``."""
    rules = planned.snapshot.group_by_id[REGION, group].rules(direction)
    assert not isinstance(rules, Gap), rules.code
    return [describe(rule) for rule in rules]


def describe(rule: Rule) -> str:
    """A rule as ``action peer service``."""
    peer = rule.peer
    match peer:
        case CidrPeer():
            peer_text = peer.cidr
        case GroupPeer():
            peer_text = peer.security_group_id
        case UnreadablePeer():
            peer_text = f"?{peer.text}"
        case _:
            peer_text = peer.template_id
    service = rule.service
    match service.kind:
        case "protocol":
            ports = ",".join(f"{first}-{last}" for first, last in service.ports if (first, last) != (0, 65535))
            service_text = f"{service.protocol or 'all'} {ports}".strip()
        case "service-template":
            service_text = service.template_id
        case "unreadable":
            service_text = f"?{service.text}"
    return f"{rule.action} {peer_text} {service_text}"


def codes(planned: Planned) -> list[tuple[str, str]]:
    """The gaps that the plan leaves, as (code, resource)."""
    return sorted((gap.code, gap.resource) for gap in planned.gaps)


def effects(planned: Planned, address: str) -> list[str]:
    """The ids of a resource's effects, without their prefix; empty where it changes nothing that is audited."""
    impacts = [impact for impact in planned.resources if impact.address == address and impact.relevant]
    return [effect.message_id.removeprefix("change-effect-") for impact in impacts for effect in impact.effects]


def bindings(planned: Planned, cluster: str = CLUSTER) -> dict[str, object]:
    """The groups that everything of a cluster binds after the change; for a gap its code."""
    after = next(other for other in planned.snapshot.clusters if other.cluster_id == cluster)
    pairs = [(binding.bound_by, binding.security_groups) for binding in after.bindings()]
    return {name: bound.code if isinstance(bound, Gap) else bound for name, bound in pairs}
