"""Which changes of a plan can have anything to do with security groups, whatever was read of the cloud."""

from __future__ import annotations

import re

from auditor.change import cluster_nodes, clusters, group_rules, machines, networks, pools, templates
from auditor.change.plan import Plan, ResourceChange, Step
from auditor.change.providers import OURS, NamedRegions, Providers, leaves, parts
from auditor.change.references import SECURITY_GROUP

TYPES = frozenset(
    {
        SECURITY_GROUP,
        *group_rules.RULE_TYPES,
        *templates.TYPES,
        *pools.TYPES,
        pools.SCALING_CONFIG_TYPE,
        pools.SCALING_GROUP,
        *machines.TYPES,
        *cluster_nodes.TYPES,
        clusters.CLUSTER_TYPE,
    }
)
"""What decides rules, templates and bindings; networks move what is required."""

LAUNCH_TEMPLATES = frozenset({"tencentcloud_cvm_launch_template", "tencentcloud_cvm_launch_template_version"})
"""What later launches bind; node pools launch from scaling configurations, never from these."""

_WRITES_GROUPS = TYPES | LAUNCH_TEMPLATES | {pools.SERVERLESS}
KNOWN_TYPES = _WRITES_GROUPS | networks.TYPES
_NOTHING_BY_ITSELF = networks.TYPES | {SECURITY_GROUP}
"""What is made new of these counts for a node only once a resource of another type names it."""

_WITHOUT_GROUPS = re.compile(
    "tencentcloud_(?:(?:cbs|monitor|tag|tags|tat)_[a-z_]+|kubernetes_(?:addon|addon_attachment|addon_config"
    "|auth_attachment|encryption_protection|health_check_policy|log_config|user_permissions"
    "|cluster_maintenance_window_and_exclusion))"
)
"""Types that name clusters and machines and decide no group of theirs: disks, monitoring, tags, commands, add-ons."""

_INTERFACE_ADD_ON = "eniipamd"
"""The add-on that gives Pods interfaces of their own, with groups of their own."""

_WITH_RULES = ("sg-", "ipm-", "ipmg-", "ppm-", "ppmg-")
_ID = re.compile(r"(?:cls|ins|np|eni|asc|sg|ipm|ipmg|ppm|ppmg)-[a-z0-9]+")


def concerns(plan: Plan) -> bool:
    """Whether any change of the plan, or one that it does not show, is of a kind that could bear on a node's stack."""
    if not plan.complete or plan.deferred_changes:
        return True
    return any(can_bear(change) for change in plan.managed)


def regions(plan: Plan) -> NamedRegions:
    """The regions of the changes that could bear on a node's stack, as far as the plan tells them."""
    providers = Providers(plan)
    found = [providers.regions(change).names for change in plan.managed if can_bear(change) or may_bear(change)]
    return NamedRegions(names=tuple(sorted(frozenset().union(*found))), all_named=bool(found) and all(found))


def can_bear(change: ResourceChange) -> bool:
    """Whether a change is of a kind that could bear on a node's stack."""
    if change.type not in KNOWN_TYPES - LAUNCH_TEMPLATES:
        return False
    if not change.known:
        return True
    return bool(change.steps) and not (change.type in _NOTHING_BY_ITSELF and change.steps == (Step.MADE,))


def is_unknown(change: ResourceChange) -> bool:
    """Whether a change is of a type of the provider that could decide groups for all that this version knows."""
    if not change.type.startswith(OURS) or change.type in KNOWN_TYPES or not (change.steps or not change.known):
        return False
    if not _WITHOUT_GROUPS.fullmatch(change.type):
        return True
    names_groups = any(name.startswith(_WITH_RULES) for name in _ids(change))
    return names_groups or any(_INTERFACE_ADD_ON in leaf for leaf in leaves(change))


def may_bear(change: ResourceChange) -> bool:
    """Whether a change is of such a type and names what nodes' stacks are made of by its id."""
    return is_unknown(change) and bool(_ids(change))


def _ids(change: ResourceChange) -> set[str]:
    return {name for leaf in leaves(change) for name in parts(leaf) if _ID.fullmatch(name)}


def writes_groups(change: ResourceChange) -> bool:
    """Whether a change is of a kind that could bear on a security group, a new one that nothing names included."""
    return change.type in _WRITES_GROUPS and (bool(change.steps) or not change.known)
