"""Which changes of a plan can have anything to do with security groups, whatever was read of the cloud."""

from __future__ import annotations

from auditor.change import cluster_nodes, clusters, group_rules, machines, networks, pools, templates
from auditor.change.plan import Plan, ResourceChange, Step
from auditor.change.providers import NamedRegions, Providers
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


def concerns(plan: Plan) -> bool:
    """Whether any change of the plan, or one that it does not show, is of a kind that could bear on a node's stack."""
    if not plan.complete or plan.deferred_changes:
        return True
    return any(can_bear(change) for change in plan.managed)


def regions(plan: Plan) -> NamedRegions:
    """The regions of the changes that could bear on a node's stack, as far as the plan tells them."""
    providers = Providers(plan)
    found = [providers.regions(change).names for change in plan.managed if can_bear(change)]
    return NamedRegions(names=tuple(sorted(frozenset().union(*found))), all_named=bool(found) and all(found))


def can_bear(change: ResourceChange) -> bool:
    """Whether a change is of a kind that could bear on a node's stack."""
    if change.type not in KNOWN_TYPES - LAUNCH_TEMPLATES:
        return False
    if not change.known:
        return True
    return bool(change.steps) and not (change.type in _NOTHING_BY_ITSELF and change.steps == (Step.MADE,))


def writes_groups(change: ResourceChange) -> bool:
    """Whether a change is of a kind that could bear on a security group, a new one that nothing names included."""
    return change.type in _WRITES_GROUPS and (bool(change.steps) or not change.known)
