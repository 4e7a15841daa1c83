"""Whether what a plan leaves unknown can change a verdict on the audited stacks."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.change.planned import Doubt, Planned, SubnetDoubt
from auditor.model import addresses
from auditor.model.baseline import NamedNetwork
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.result import ClusterResult, Result, StackResult
from auditor.model.rules import Direction


def matters(gap: Gap, after: Result, planned: Planned) -> bool:
    """Whether a gap of the plan leaves anything open that is required, or that nothing permits.

    A gap of which is not known what it could decide always matters.
    """
    doubts = [doubt for doubt in planned.doubts if doubt.gap == gap]
    of_subnets = [doubt for doubt in planned.subnet_doubts if doubt.gap == gap]
    if not doubts and not of_subnets:
        return True
    return any(_open(doubt, after) for doubt in doubts) or any(_weighs(doubt, after) for doubt in of_subnets)


def _open(doubt: Doubt, after: Result) -> bool:
    return any(bool(_at_stake(stack, doubt.direction) & doubt.packets) for stack in _stacks(doubt, after))


def _stacks(doubt: Doubt, after: Result) -> Iterator[StackResult]:
    for found in after.clusters:
        if found.cluster.region == doubt.region:
            yield from (stack for stack in found.stacks if doubt.security_group_id in stack.security_groups)


def _at_stake(stack: StackResult, direction: Direction) -> PacketSet:
    """What is undecided and either must pass or may not: the rest may be as it likes."""
    result = stack.direction(direction)
    found = result.undecided - result.permitted
    for judged in stack.requirements:
        if judged.requirement.direction is direction:
            found |= judged.undecided
    return found


def _weighs(doubt: SubnetDoubt, after: Result) -> bool:
    return any(
        _subnets_are_required(found) or _could_weigh_more(found, after)
        for found in after.clusters
        if (found.cluster.region, found.cluster.cluster_id) == (doubt.region, doubt.cluster_id)
    )


def _subnets_are_required(found: ClusterResult) -> bool:
    networks = found.cluster.networks
    return found.cluster_network == networks.subnets.cidrs and found.cluster_network != networks.vpc.cidrs


def _could_weigh_more(found: ClusterResult, after: Result) -> bool:
    """Whether a finding is weighed lightly because the cluster has no subnet where its packets come from."""
    networks = found.cluster.networks
    elsewhere = addresses.union(networks.vpc.cidrs) - addresses.union(networks.subnets.cidrs)
    by_subnets = {
        requirement.requirement_id
        for requirement in after.baseline.requirements
        if any(NamedNetwork.SUBNETS in tier.flow.networks for tier in requirement.tiers)
    }
    return any(
        finding.requirement_id in by_subnets
        and finding.cluster_id == found.cluster.cluster_id
        and finding.packets.addresses & elsewhere
        for finding in after.findings
    )
