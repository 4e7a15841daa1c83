"""Sample plans of every resource type in the registry.

Each type has four plans: a creation, an update, a deletion, and a creation with the deciding attribute unknown until
apply. The update is a replacement where the provider forces a new object.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from auditor.model.clusters import Attachment, Entrance, EntranceKind, Interface, NodeKind, NodePool, Role
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, Listener, LoadBalancer, Target
from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    CidrPeer,
    Member,
    NetworkAcl,
    ProtocolService,
    Rule,
    ServiceTemplate,
    ServiceTemplateRef,
    SubnetAcl,
    TemplateGroup,
)
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.plans.estate import CLUSTER, EVERYTHING, GROUP, INGRESS, NATIVE_POOL, OTHER, REGION, VPC, estate, group
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import TKE_EGRESS, TKE_INGRESS, held_pool, new, new_rule_set, pool, rule_set

SCALING_GROUP = "asg-plan0001"
UNTRACEABLE = ref("local.elsewhere")
BLUE = ref("tencentcloud_security_group.blue.id")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The attributes of a resource: in the state, after an update, of a new object, and with an unknown attribute.

    ``forces_new``: the change is a replacement. ``unknown`` is applied as a creation.
    """

    held: Mapping[str, object]
    changed: Mapping[str, object]
    made: Mapping[str, object]
    unknown: Mapping[str, object]
    forces_new: bool = False


def plans(type_: str) -> dict[str, Resource]:
    """The four plans of a resource type."""
    sample = SAMPLES[type_]
    actions = ("delete", "create") if sample.forces_new else ("update",)
    return {
        "create": Resource(type=type_, name="x", actions=("create",), after=sample.made),
        "update": Resource(type=type_, name="x", actions=actions, before=sample.held, after=sample.changed),
        "delete": Resource(type=type_, name="x", actions=("delete",), before=sample.held),
        "unknown": Resource(type=type_, name="x", actions=("create",), after=sample.unknown),
    }


_LITE = {"id": GROUP, "security_group_id": GROUP, "ingress": ["ACCEPT#10.0.0.0/16#ALL#ALL"], "egress": []}
_SINGLE = {
    "id": "e2Nn",
    "security_group_id": GROUP,
    "type": "ingress",
    "policy": "accept",
    "cidr_ip": "0.0.0.0/0",
    "ip_protocol": "TCP",
    "port_range": "22",
    "source_sgid": "",
    "address_template": [],
    "protocol_template": [],
}
_NEW_SINGLE = _SINGLE | {"id": COMPUTED, "source_sgid": COMPUTED, "address_template": COMPUTED, "port_range": "8080"}
_NATIVE = {
    "id": f"{CLUSTER}#{NATIVE_POOL}",
    "cluster_id": CLUSTER,
    "name": "n",
    "native": [{"security_group_ids": [GROUP], "subnet_ids": []}],
}
_CLUSTER = {
    "id": CLUSTER,
    "cluster_name": "prod",
    "vpc_id": VPC,
    "cluster_cidr": "172.16.0.0/16",
    "network_type": "GR",
    "worker_config": [{"count": 1, "security_group_ids": [GROUP]}],
    "master_config": [],
    "exist_instance": [],
}
_MACHINE = {"id": "ins-plan0001", "orderly_security_groups": [GROUP], "security_groups": [GROUP], "vpc_id": VPC}
_ENI = {"id": "eni-plan0001", "orderly_security_groups": [GROUP], "security_groups": [GROUP], "vpc_id": VPC}
_NODE = {"id": f"ins-plan0001_{CLUSTER}", "cluster_id": CLUSTER, "instance_id": "ins-plan0001"}
_SCALED = {
    "id": f"{CLUSTER}#ins-plan0001",
    "cluster_id": CLUSTER,
    "worker_config": [{"count": 1, "security_group_ids": [GROUP]}],
    "worker_instances_list": [{"instance_id": "ins-plan0001"}],
}


_ENDPOINT = {
    "id": CLUSTER,
    "cluster_id": CLUSTER,
    "cluster_internet": True,
    "cluster_internet_security_group": GROUP,
    "cluster_intranet": False,
}
_ACL = {"id": "acl-plan0001", "name": "a", "vpc_id": VPC, "ingress": ["ACCEPT#10.0.0.0/16#ALL#ALL"], "egress": []}
_ACL_SUBNET = {"id": "acl-plan0001#subnet-plan0001", "acl_id": "acl-plan0001", "subnet_id": "subnet-plan0001"}
_BALANCER = {
    "id": "lb-plan0001",
    "clb_name": "web",
    "vpc_id": VPC,
    "network_type": "OPEN",
    "security_groups": [OTHER],
    "load_balancer_pass_to_target": False,
}
_LISTENER = {
    "id": "lb-plan0001#lbl-plan0001",
    "listener_id": "lbl-plan0001",
    "clb_id": "lb-plan0001",
    "protocol": "TCP",
    "port": 80,
    "health_source_ip_type": 1,
}
_FORWARDING = {
    "id": "lb-plan0001#lbl-plan0001#loc-plan0001",
    "rule_id": "loc-plan0001",
    "listener_id": "lbl-plan0001",
    "clb_id": "lb-plan0001",
}
_BALANCER_GROUP = {"id": f"{OTHER}#lb-plan0001", "security_group": OTHER, "load_balancer_ids": ["lb-plan0001"]}


def _lines(values: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    section = values["vpcCni"]["securityGroups"]
    return [f"vpcCni.securityGroups.{key}={str(value).lower()}" for key, value in section.items()]


def _add_on(name: str, attribute: str, written: Callable[[dict[str, dict[str, dict[str, object]]]], object]) -> Sample:
    """The add-on of VPC-CNI: without groups for Pods, with those of the nodes, and with values from elsewhere."""

    def switched(*, on: bool) -> object:
        return written({"vpcCni": {"securityGroups": {"enableSecurityGroups": on}}})

    held: dict[str, object] = {"id": f"{CLUSTER}#eniipamd", "cluster_id": CLUSTER, name: "eniipamd"}
    return Sample(
        held=held | {attribute: switched(on=False)},
        changed=held | {attribute: switched(on=True)},
        made=held | {"id": COMPUTED, attribute: switched(on=True)},
        unknown=held | {"id": COMPUTED, attribute: UNTRACEABLE},
    )


def _back_end(machine: object) -> dict[str, object]:
    return {"instance_id": machine, "eni_ip": "", "port": 30080, "weight": 10}


_BACK_ENDS = {
    "id": "#lbl-plan0001#lb-plan0001",
    "clb_id": "lb-plan0001",
    "listener_id": "lbl-plan0001",
    "targets": [_back_end("ins-plan0001")],
}


def _other_path(**attributes: object) -> Sample:
    held: dict[str, object] = {"id": "x", **attributes}
    return Sample(
        held=held, changed=held | {"weight": 1}, made=held | {"id": COMPUTED}, unknown=held | {"id": COMPUTED}
    )


def _named(id_: str, attribute: str, *entries: object) -> dict[str, object]:
    return {"id": id_, "name": "t", attribute: list(entries)}


def _template(id_: str, attribute: str, old: object, new_entry: object) -> Sample:
    return Sample(
        held=_named(id_, attribute, old),
        changed=_named(id_, attribute, new_entry),
        made=_named(id_, attribute, new_entry) | {"id": COMPUTED},
        unknown={"id": COMPUTED, "name": "t", attribute: UNTRACEABLE},
    )


SAMPLES: Mapping[str, Sample] = {
    "tencentcloud_security_group": Sample(
        held={"id": GROUP, "name": "node", "project_id": 0},
        changed={"id": COMPUTED, "name": "node", "project_id": 7},
        made={"id": COMPUTED, "name": "x", "project_id": COMPUTED},
        unknown={"id": COMPUTED, "name": UNTRACEABLE, "project_id": COMPUTED},
        forces_new=True,
    ),
    "tencentcloud_security_group_rule_set": Sample(
        held=rule_set(),
        changed=rule_set(TKE_INGRESS[:2]),
        made=new_rule_set(TKE_INGRESS[:2], TKE_EGRESS),
        unknown=new_rule_set([new(UNTRACEABLE)], TKE_EGRESS),
    ),
    "tencentcloud_security_group_lite_rule": Sample(
        held=_LITE,
        changed=_LITE | {"ingress": ["ACCEPT#10.0.0.0/8#ALL#ALL"]},
        made=_LITE | {"id": COMPUTED},
        unknown=_LITE | {"id": COMPUTED, "ingress": UNTRACEABLE},
    ),
    "tencentcloud_security_group_rule": Sample(
        held=_SINGLE,
        changed=_NEW_SINGLE,
        made=_NEW_SINGLE,
        unknown=_NEW_SINGLE | {"cidr_ip": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_address_template": _template("ipm-plan0001", "addresses", "192.168.1.0/24", "192.168.2.0/24"),
    "tencentcloud_address_extra_template": _template(
        "ipm-plan0001", "addresses_extra", {"address": "192.168.1.0/24"}, {"address": "192.168.2.0/24"}
    ),
    "tencentcloud_address_template_group": _template("ipmg-plan0001", "template_ids", "ipm-plan0001", "ipm-plan0002"),
    "tencentcloud_protocol_template": _template("ppm-plan0001", "protocols", "tcp:80", "tcp:443"),
    "tencentcloud_protocol_template_group": _template("ppmg-plan0001", "template_ids", "ppm-plan0001", "ppm-plan0002"),
    "tencentcloud_kubernetes_node_pool": Sample(
        held=held_pool([GROUP]), changed=held_pool([OTHER]), made=pool([OTHER]), unknown=pool([BLUE])
    ),
    "tencentcloud_kubernetes_native_node_pool": Sample(
        held=_NATIVE,
        changed=_NATIVE | {"native": [{"security_group_ids": [OTHER], "subnet_ids": []}]},
        made=_NATIVE | {"id": COMPUTED},
        unknown=_NATIVE | {"id": COMPUTED, "native": [{"security_group_ids": [BLUE], "subnet_ids": []}]},
    ),
    "tencentcloud_kubernetes_serverless_node_pool": Sample(
        held={"id": f"{CLUSTER}#np-super", "cluster_id": CLUSTER, "security_group_ids": [GROUP]},
        changed={"id": COMPUTED, "cluster_id": CLUSTER, "security_group_ids": [OTHER]},
        made={"id": COMPUTED, "cluster_id": CLUSTER, "security_group_ids": [GROUP]},
        unknown={"id": COMPUTED, "cluster_id": CLUSTER, "security_group_ids": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_kubernetes_scale_worker": Sample(
        held=_SCALED,
        changed=_SCALED | {"id": COMPUTED, "worker_config": [{"count": 1, "security_group_ids": [OTHER]}]},
        made=_SCALED | {"id": COMPUTED, "worker_instances_list": COMPUTED},
        unknown=_SCALED | {"id": COMPUTED, "worker_config": [{"count": 1, "security_group_ids": [BLUE]}]},
        forces_new=True,
    ),
    "tencentcloud_kubernetes_cluster": Sample(
        held=_CLUSTER,
        changed=_CLUSTER | {"id": COMPUTED, "worker_config": [{"count": 1, "security_group_ids": [OTHER]}]},
        made=_CLUSTER | {"id": COMPUTED},
        unknown=_CLUSTER | {"id": COMPUTED, "worker_config": [{"count": 1, "security_group_ids": [BLUE]}]},
        forces_new=True,
    ),
    "tencentcloud_kubernetes_cluster_attachment": Sample(
        held=_NODE | {"security_groups": [GROUP]},
        changed=_NODE | {"id": COMPUTED, "security_groups": [OTHER]},
        made=_NODE | {"id": COMPUTED, "instance_id": "ins-plan0003", "security_groups": [OTHER]},
        unknown=_NODE | {"id": COMPUTED, "instance_id": "ins-plan0003", "security_groups": COMPUTED},
        forces_new=True,
    ),
    "tencentcloud_kubernetes_cluster_master_attachment": Sample(
        held=_NODE | {"node_role": "MASTER_ETCD", "security_group_ids": [GROUP]},
        changed=_NODE | {"id": COMPUTED, "node_role": "MASTER_ETCD", "security_group_ids": [OTHER]},
        made=_NODE
        | {"id": COMPUTED, "instance_id": "ins-plan0003", "node_role": "ETCD", "security_group_ids": [OTHER]},
        unknown=_NODE
        | {"id": COMPUTED, "instance_id": "ins-plan0003", "node_role": "ETCD", "security_group_ids": [BLUE]},
        forces_new=True,
    ),
    "tencentcloud_instance": Sample(
        held=_MACHINE,
        changed=_MACHINE | {"orderly_security_groups": [OTHER]},
        made=_MACHINE | {"id": COMPUTED, "security_groups": COMPUTED},
        unknown=_MACHINE | {"id": COMPUTED, "orderly_security_groups": UNTRACEABLE, "security_groups": COMPUTED},
    ),
    "tencentcloud_instance_set": Sample(
        held={"id": "s", "instance_ids": ["ins-plan0001"], "security_groups": [GROUP]},
        changed={"id": "s", "instance_ids": ["ins-plan0001"], "security_groups": [OTHER]},
        made={"id": COMPUTED, "instance_ids": COMPUTED, "security_groups": [GROUP], "vpc_id": VPC},
        unknown={"id": COMPUTED, "instance_ids": COMPUTED, "security_groups": UNTRACEABLE, "vpc_id": VPC},
    ),
    "tencentcloud_cvm_security_group_attachment": Sample(
        held={"id": "x", "instance_id": "ins-plan0001", "security_group_id": GROUP},
        changed={"id": COMPUTED, "instance_id": "ins-plan0001", "security_group_id": OTHER},
        made={"id": COMPUTED, "instance_id": "ins-plan0001", "security_group_id": OTHER},
        unknown={"id": COMPUTED, "instance_id": "ins-plan0001", "security_group_id": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_eni": Sample(
        held=_ENI,
        changed=_ENI | {"orderly_security_groups": [OTHER]},
        made=_ENI | {"id": COMPUTED, "security_groups": COMPUTED, "ipv4s": [{"ip": "10.0.5.9"}]},
        unknown=_ENI | {"id": COMPUTED, "orderly_security_groups": UNTRACEABLE, "security_groups": COMPUTED},
    ),
    "tencentcloud_eni_sg_attachment": Sample(
        held={"id": "eni-plan0001", "network_interface_ids": ["eni-plan0001"], "security_group_ids": [GROUP]},
        changed={"id": COMPUTED, "network_interface_ids": ["eni-plan0001"], "security_group_ids": [OTHER]},
        made={"id": COMPUTED, "network_interface_ids": ["eni-plan0002"], "security_group_ids": [GROUP]},
        unknown={"id": COMPUTED, "network_interface_ids": ["eni-plan0002"], "security_group_ids": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_eni_attachment": Sample(
        held={"id": "eni-plan0001+ins-plan0001", "eni_id": "eni-plan0001", "instance_id": "ins-plan0001"},
        changed={"id": COMPUTED, "eni_id": "eni-plan0001", "instance_id": "ins-plan0002"},
        made={"id": COMPUTED, "eni_id": "eni-plan0003", "instance_id": "ins-plan0001"},
        unknown={"id": COMPUTED, "eni_id": "eni-plan0003", "instance_id": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_eip_association": Sample(
        held={"id": "eip-plan0001::ins-plan0001", "eip_id": "eip-plan0001", "instance_id": "ins-plan0001"},
        changed={"id": COMPUTED, "eip_id": "eip-plan0001", "instance_id": "ins-plan0002"},
        made={"id": COMPUTED, "eip_id": "eip-plan0001", "network_interface_id": "eni-plan0001"},
        unknown={"id": COMPUTED, "eip_id": "eip-plan0001", "instance_id": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_kubernetes_addon": _add_on("addon_name", "raw_values", json.dumps),
    "tencentcloud_kubernetes_addon_config": _add_on("addon_name", "raw_values", json.dumps),
    "tencentcloud_kubernetes_addon_attachment": _add_on("name", "values", _lines),
    "tencentcloud_kubernetes_cluster_endpoint": Sample(
        held=_ENDPOINT,
        changed=_ENDPOINT | {"cluster_internet_security_group": OTHER},
        made=_ENDPOINT | {"id": COMPUTED, "cluster_intranet": True},
        unknown=_ENDPOINT | {"id": COMPUTED, "cluster_internet_security_group": UNTRACEABLE},
    ),
    "tencentcloud_vpc_acl": Sample(
        held=_ACL,
        changed=_ACL | {"ingress": ["DROP#10.0.0.0/16#ALL#ALL"]},
        made=_ACL | {"id": COMPUTED},
        unknown=_ACL | {"id": COMPUTED, "ingress": UNTRACEABLE},
    ),
    "tencentcloud_vpc_acl_attachment": Sample(
        held=_ACL_SUBNET,
        changed=_ACL_SUBNET | {"id": COMPUTED, "acl_id": "acl-plan0002"},
        made=_ACL_SUBNET | {"id": COMPUTED},
        unknown=_ACL_SUBNET | {"id": COMPUTED, "subnet_id": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_clb_instance": Sample(
        held=_BALANCER,
        changed=_BALANCER | {"security_groups": []},
        made=_BALANCER | {"id": COMPUTED},
        unknown=_BALANCER | {"id": COMPUTED, "security_groups": UNTRACEABLE},
    ),
    "tencentcloud_clb_listener": Sample(
        held=_LISTENER,
        changed=_LISTENER | {"health_check_switch": False},
        made=_LISTENER | {"id": COMPUTED, "listener_id": COMPUTED, "port": 443},
        unknown=_LISTENER | {"id": COMPUTED, "listener_id": COMPUTED, "clb_id": UNTRACEABLE},
    ),
    "tencentcloud_clb_listener_rule": Sample(
        held=_FORWARDING,
        changed=_FORWARDING | {"health_check_switch": False},
        made=_FORWARDING | {"id": COMPUTED, "rule_id": COMPUTED},
        unknown=_FORWARDING | {"id": COMPUTED, "rule_id": COMPUTED, "listener_id": UNTRACEABLE},
    ),
    "tencentcloud_clb_attachment": Sample(
        held=_BACK_ENDS,
        changed=_BACK_ENDS | {"targets": [_back_end("ins-plan0002")]},
        made=_BACK_ENDS | {"id": COMPUTED, "targets": [_back_end("ins-plan0002")]},
        unknown=_BACK_ENDS | {"id": COMPUTED, "targets": [_back_end(UNTRACEABLE)]},
    ),
    "tencentcloud_clb_security_group_attachment": Sample(
        held=_BALANCER_GROUP,
        changed=_BALANCER_GROUP | {"id": COMPUTED, "security_group": GROUP},
        made=_BALANCER_GROUP | {"id": COMPUTED, "security_group": GROUP},
        unknown=_BALANCER_GROUP | {"id": COMPUTED, "security_group": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_clb_snat_ip": _other_path(clb_id="lb-plan0001", ips=[{"subnet_id": "subnet-plan0001"}]),
    "tencentcloud_clb_target_group_attachment": _other_path(clb_id="lb-plan0001", target_group_id="lbtg-plan0001"),
    "tencentcloud_clb_target_group_attachments": _other_path(load_balancer_id="lb-plan0001"),
    "tencentcloud_clb_target_group_instance_attachment": _other_path(
        target_group_id="lbtg-plan0001", bind_ip="10.0.1.11", port=80, instance_id="ins-plan0001"
    ),
    "tencentcloud_as_scaling_config": Sample(
        held={"id": "asc-plan0001", "security_group_ids": [GROUP]},
        changed={"id": "asc-plan0001", "security_group_ids": [OTHER]},
        made={"id": COMPUTED, "security_group_ids": [GROUP]},
        unknown={"id": COMPUTED, "security_group_ids": UNTRACEABLE},
    ),
    "tencentcloud_kubernetes_as_scaling_group": Sample(
        held={
            "id": f"{CLUSTER}:np-plan0001",
            "cluster_id": CLUSTER,
            "auto_scaling_config": [{"security_group_ids": [GROUP]}],
        },
        changed={"id": COMPUTED, "cluster_id": CLUSTER, "auto_scaling_config": [{"security_group_ids": [OTHER]}]},
        made={"id": COMPUTED, "cluster_id": CLUSTER, "auto_scaling_config": [{"security_group_ids": [GROUP]}]},
        unknown={"id": COMPUTED, "cluster_id": CLUSTER, "auto_scaling_config": [{"security_group_ids": [BLUE]}]},
        forces_new=True,
    ),
    "tencentcloud_cvm_launch_template": Sample(
        held={"id": "lt-plan0001", "security_group_ids": [GROUP]},
        changed={"id": COMPUTED, "security_group_ids": [OTHER]},
        made={"id": COMPUTED, "security_group_ids": [GROUP]},
        unknown={"id": COMPUTED, "security_group_ids": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_cvm_launch_template_version": Sample(
        held={"id": "lt-plan0001#1", "launch_template_id": "lt-plan0001", "security_group_ids": [GROUP]},
        changed={"id": COMPUTED, "launch_template_id": "lt-plan0001", "security_group_ids": [OTHER]},
        made={"id": COMPUTED, "launch_template_id": "lt-plan0001", "security_group_ids": [GROUP]},
        unknown={"id": COMPUTED, "launch_template_id": "lt-plan0001", "security_group_ids": UNTRACEABLE},
        forces_new=True,
    ),
    "tencentcloud_as_scaling_group": Sample(
        held={"id": SCALING_GROUP, "configuration_id": "asc-plan0009"},
        changed={"id": SCALING_GROUP, "configuration_id": "asc-plan0002"},
        made={"id": COMPUTED, "configuration_id": "asc-plan0002"},
        unknown={"id": COMPUTED, "configuration_id": UNTRACEABLE},
    ),
    "tencentcloud_vpc": Sample(
        held={"id": VPC, "cidr_block": "10.0.0.0/16", "assistant_cidrs": []},
        changed={"id": VPC, "cidr_block": "10.0.0.0/16", "assistant_cidrs": ["10.7.0.0/16"]},
        made={"id": COMPUTED, "cidr_block": "10.8.0.0/16", "assistant_cidrs": COMPUTED},
        unknown={"id": COMPUTED, "cidr_block": UNTRACEABLE, "assistant_cidrs": COMPUTED},
    ),
    "tencentcloud_subnet": Sample(
        held={"id": "subnet-plan0001", "vpc_id": VPC, "cidr_block": "10.0.1.0/24"},
        changed={"id": COMPUTED, "vpc_id": VPC, "cidr_block": "10.0.2.0/24"},
        made={"id": COMPUTED, "vpc_id": VPC, "cidr_block": "10.0.3.0/24"},
        unknown={"id": COMPUTED, "vpc_id": VPC, "cidr_block": UNTRACEABLE},
        forces_new=True,
    ),
}


def balancer(*groups: str, pass_to_target: bool = False) -> LoadBalancer:
    """A public load balancer of the estate's VPC: port 80 reaches NodePort 30080 of a node."""
    check = HealthCheck(source=HealthCheckSource.RESERVED)
    target = Target(kind="cvm", ports=(30080, 30080), weight=10, instance_id="ins-plan0001", health_check=check)
    listener = Listener(
        listener_id="lbl-plan0001", kind="TCP", protocol=Protocol.TCP, ports=(80, 80), targets=(target,)
    )
    return LoadBalancer(
        region=REGION,
        load_balancer_id="lb-plan0001",
        name="web",
        vpc_id=VPC,
        security_groups=groups or (OTHER,),
        is_public=True,
        addresses=("203.0.113.9",),
        pass_to_target=pass_to_target,
        listeners=(listener,),
    )


def everything() -> Snapshot:
    """The estate with templates in its group, a second group and its interface, and a scaling group."""
    live = estate(group(OTHER))
    office = Rule(
        index=6, action=Action.ALLOW, peer=AddressTemplatePeer(template_id="ipm-plan0001"), service=EVERYTHING
    )
    templated = ServiceTemplateRef(template_id="ppmg-plan0001")
    metrics = Rule(index=7, action=Action.ALLOW, peer=CidrPeer(cidr="10.0.9.0/24"), service=templated)
    interface = Member(instance_id="ins-plan0001", interface_id="eni-plan0001", addresses=("10.0.5.5",))
    members = live.memberships[0]
    http = ProtocolService(protocol=Protocol.TCP, ports=((80, 80),))
    scaling_group = NodePool(
        node_pool_id=SCALING_GROUP,
        kind=NodeKind.REGULAR,
        security_groups=(GROUP,),
        launch_configuration_id="asc-plan0009",
    )
    cluster = live.clusters[0]
    further = Interface(
        interface_id="eni-plan0001",
        attachment=Attachment.SECONDARY,
        role=Role.NODE,
        security_groups=(GROUP,),
        node_id="ins-plan0001",
        subnet_id="subnet-plan0005",
        addresses=("10.0.5.5",),
    )
    pools = (*cluster.node_pools, scaling_group)
    public = Entrance(kind=EntranceKind.PUBLIC, address="203.0.113.8", security_groups=(GROUP,))
    return replace(
        live,
        load_balancers=(balancer(),),
        network_acls=(NetworkAcl(region=REGION, network_acl_id="acl-plan0001", entries=()),),
        subnet_acls=(
            SubnetAcl(
                region=REGION,
                subnet_id="subnet-plan0001",
                cidrs=("10.0.1.0/24",),
                network_acl_id="acl-plan0001",
            ),
        ),
        clusters=(replace(cluster, node_pools=pools, interfaces=(further,), entrances=(public,)),),
        security_groups=(group(ingress=(*INGRESS, office, metrics)), group(OTHER)),
        memberships=(replace(members, members=(*members.members, interface)), live.memberships[1]),
        address_templates=(AddressTemplate(region=REGION, template_id="ipm-plan0001", entries=("192.168.1.0/24",)),),
        service_templates=(ServiceTemplate(region=REGION, template_id="ppm-plan0001", entries=(http,)),),
        template_groups=(
            TemplateGroup(region=REGION, template_id="ipmg-plan0001", members=("ipm-plan0001",)),
            TemplateGroup(region=REGION, template_id="ppmg-plan0001", members=("ppm-plan0001",)),
        ),
    )
