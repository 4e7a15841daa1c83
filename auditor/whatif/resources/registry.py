"""The registry of Terraform resource types: the step that applies the changes of a type, and what they can affect.

Adding a type takes one entry here, its handling in the module of its subject, and its sample plans among the tests.
The entries are in the order in which their steps run. A step may use what earlier steps planned: rules name templates
and groups, clusters use networks, pools and machines belong to clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.model.codes import Part
from auditor.whatif.bindings import GroupLists
from auditor.whatif.resources import (
    clusters,
    entrances,
    instances,
    interfaces,
    load_balancers,
    network_acls,
    networks,
    node_pools,
    pod_bindings,
    security_groups,
    templates,
)
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.state import WorkingState
from auditor.whatif.terraform.plan import Plan, ResourceChange
from auditor.whatif.terraform.providers import Providers
from auditor.whatif.terraform.references import (
    ADDRESS_ASSOCIATION,
    ADDRESS_TEMPLATE,
    ADDRESS_TEMPLATE_GROUP,
    LISTENER_TYPE,
    LITE_RULE,
    LOAD_BALANCER_TYPE,
    NETWORK_ACL_TYPE,
    RULE_SET,
    SECURITY_GROUP,
    SERVICE_TEMPLATE,
    SERVICE_TEMPLATE_GROUP,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One plan while it is applied: the state that changes, and the sources that the steps read."""

    state: WorkingState
    plan: Plan
    lists: GroupLists
    networks: ClusterNetworks
    providers: Providers


Step: TypeAlias = Callable[[Application], None]
"""Applies every change of the types that share it."""


def _is_any(_: ResourceChange) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One type of resource.

    ``step`` applies its changes; ``None`` where other resources read its attributes and it changes nothing by itself.
    ``writes_groups``: it names or makes security groups, templates or rules. ``affects_nodes``: a change of it can
    change the rules of a node or the rules that a node needs. ``needs_user``: a new object of it has an effect only
    once a resource of another type names it. ``in_cluster``: it belongs to the cluster in its ``cluster_id``.
    ``part``: the part of the audit that judges it, if the configuration can leave that part out. ``concerns``: whether
    a resource of the type is one that the step applies.
    """

    name: str
    step: Step | None
    writes_groups: bool = True
    affects_nodes: bool = True
    needs_user: bool = False
    in_cluster: bool = False
    part: Part | None = None
    concerns: Callable[[ResourceChange], bool] = _is_any


def _apply_templates(work: Application) -> None:
    templates.apply_templates(work.state, work.plan, work.lists.references, trust=work.lists.trust)


def _apply_groups(work: Application) -> None:
    security_groups.apply_groups(work.state, work.plan, work.lists.references)


def _apply_group_rules(work: Application) -> None:
    """Write the rules, then take out those that name a deleted template."""
    security_groups.apply_group_rules(work.state, work.plan, work.lists.references)
    security_groups.drop_rules(work.state, templates.deleted_templates(work.plan))


def _apply_networks(work: Application) -> None:
    networks.apply_networks(work.state, work.plan, work.lists.references)


def _apply_clusters(work: Application) -> None:
    clusters.apply_clusters(work.state, work.plan, work.lists, work.networks, work.providers)


def _apply_node_pools(work: Application) -> None:
    node_pools.apply_node_pools(work.state, work.plan, work.lists, work.networks)


def _apply_instances(work: Application) -> None:
    instances.apply_instances(work.state, work.plan, work.lists)


def _apply_cluster_nodes(work: Application) -> None:
    clusters.apply_cluster_nodes(work.state, work.plan, work.lists)


def _apply_interfaces(work: Application) -> None:
    interfaces.apply_interfaces(work.state, work.plan, work.lists, work.networks)
    interfaces.apply_addresses(work.state, work.plan, work.lists)


def _apply_pod_bindings(work: Application) -> None:
    pod_bindings.apply_pod_bindings(work.state, work.plan, work.lists)


def _apply_entrances(work: Application) -> None:
    entrances.apply_entrances(work.state, work.plan, work.lists)


def _apply_load_balancers(work: Application) -> None:
    load_balancers.apply_load_balancers(work.state, work.plan, work.lists)


_TEMPLATE_KINDS = (ADDRESS_TEMPLATE, ADDRESS_TEMPLATE_GROUP, SERVICE_TEMPLATE, SERVICE_TEMPLATE_GROUP)


def _apply_network_acls(work: Application) -> None:
    network_acls.apply_network_acls(work.state, work.plan, work.lists.references)


def _balancer_type(name: str, *, writes_groups: bool = False, needs_user: bool = False) -> ResourceType:
    return ResourceType(
        name=name,
        step=_apply_load_balancers,
        writes_groups=writes_groups,
        needs_user=needs_user,
        part=Part.LOAD_BALANCERS,
    )


_ENTRIES = (
    *(ResourceType(name=name, step=_apply_templates) for kind in _TEMPLATE_KINDS for name in kind.types),
    ResourceType(name=SECURITY_GROUP, step=_apply_groups, needs_user=True),
    ResourceType(name=RULE_SET, step=_apply_group_rules),
    ResourceType(name=LITE_RULE, step=_apply_group_rules),
    ResourceType(name=security_groups.SINGLE_RULE, step=_apply_group_rules),
    ResourceType(name=networks.VPC_TYPE, step=_apply_networks, writes_groups=False, needs_user=True),
    ResourceType(name=networks.SUBNET_TYPE, step=None, writes_groups=False, needs_user=True),
    ResourceType(name=clusters.CLUSTER_TYPE, step=_apply_clusters),
    ResourceType(name=node_pools.NODE_POOL, step=_apply_node_pools, in_cluster=True),
    ResourceType(name=node_pools.NATIVE_NODE_POOL, step=_apply_node_pools, in_cluster=True),
    ResourceType(name=node_pools.CLUSTER_SCALING_GROUP, step=_apply_node_pools, in_cluster=True),
    ResourceType(name=node_pools.SCALING_CONFIG_TYPE, step=_apply_node_pools),
    ResourceType(name=node_pools.SCALING_GROUP, step=_apply_node_pools),
    # Node pools launch from scaling configurations, never from launch templates.
    ResourceType(name="tencentcloud_cvm_launch_template", step=None, affects_nodes=False),
    ResourceType(name="tencentcloud_cvm_launch_template_version", step=None, affects_nodes=False),
    ResourceType(name=instances.INSTANCE_TYPE, step=_apply_instances),
    ResourceType(name=instances.INSTANCE_SET, step=_apply_instances),
    ResourceType(name=instances.ATTACHMENT, step=_apply_instances),
    ResourceType(name=clusters.CLUSTER_ATTACHMENT, step=_apply_cluster_nodes, in_cluster=True),
    ResourceType(name=clusters.MASTER_ATTACHMENT, step=_apply_cluster_nodes, in_cluster=True),
    ResourceType(name=clusters.SCALE_WORKER, step=_apply_cluster_nodes, in_cluster=True),
    ResourceType(name=interfaces.INTERFACE_TYPE, step=_apply_interfaces),
    ResourceType(name=interfaces.GROUP_ATTACHMENT, step=_apply_interfaces),
    ResourceType(name=interfaces.MACHINE_ATTACHMENT, step=_apply_interfaces),
    # Public addresses decide only how severe a missing group is.
    ResourceType(name=ADDRESS_ASSOCIATION, step=_apply_interfaces, writes_groups=False, affects_nodes=False),
    ResourceType(name=pod_bindings.SUPER_POOL, step=_apply_pod_bindings, in_cluster=True, part=Part.PODS),
    *(
        ResourceType(
            name=name,
            step=_apply_pod_bindings,
            in_cluster=True,
            part=Part.PODS,
            concerns=pod_bindings.is_vpc_cni,
        )
        for name in pod_bindings.ADD_ONS
    ),
    ResourceType(name=entrances.ENDPOINT_TYPE, step=_apply_entrances, in_cluster=True, part=Part.ENDPOINT),
    _balancer_type(LOAD_BALANCER_TYPE, writes_groups=True, needs_user=True),
    _balancer_type(LISTENER_TYPE, needs_user=True),
    _balancer_type(load_balancers.LISTENER_RULE, needs_user=True),
    _balancer_type(load_balancers.GROUP_ATTACHMENT, writes_groups=True),
    *(_balancer_type(name) for name in (load_balancers.BACK_ENDS, *load_balancers.OTHER_PATHS)),
    ResourceType(
        name=NETWORK_ACL_TYPE,
        step=_apply_network_acls,
        writes_groups=False,
        needs_user=True,
        part=Part.NETWORK_ACLS,
    ),
    ResourceType(name=network_acls.ATTACHMENT, step=_apply_network_acls, writes_groups=False, part=Part.NETWORK_ACLS),
)

RESOURCE_TYPES: Mapping[str, ResourceType] = {entry.name: entry for entry in _ENTRIES}
"""Every type that this version understands, by name."""


def entry_of(change: ResourceChange) -> ResourceType | None:
    """The entry for a resource; ``None`` if its type is not known or no step applies to it."""
    entry = RESOURCE_TYPES.get(change.type)
    return entry if entry is not None and entry.concerns(change) else None


STEPS: tuple[Step, ...] = tuple(dict.fromkeys(entry.step for entry in _ENTRIES if entry.step is not None))
"""Every step once, in the order in which they run."""
