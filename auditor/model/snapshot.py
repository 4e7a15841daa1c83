"""The snapshot: everything that a run read from the cloud. All later steps are pure functions of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from auditor.model import addresses
from auditor.model.clusters import Cluster, Network, NetworkBlocks, NodeKind, bound_groups
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.load_balancers import LoadBalancer
from auditor.model.rules import (
    AddressTemplate,
    Membership,
    NetworkAcl,
    SecurityGroup,
    ServiceTemplate,
    SubnetAcl,
    TemplateGroup,
)


class SnapshotSource(StrEnum):
    """The source of the snapshot of a run; ``MERGED`` marks a report that unites other reports."""

    LIVE = "live"
    SNAPSHOT = "snapshot"
    CASSETTE = "cassette"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The main account of the clusters (``AccountId`` of sts:GetCallerIdentity); ``name`` comes from a person."""

    id: str
    name: str = ""


class Rulebook(Protocol):
    """Groups with their rules, and everything that the rules refer to, by region and id. A snapshot is one."""

    @property
    def group_by_id(self) -> Mapping[tuple[str, str], SecurityGroup]:
        """Groups by (region, id)."""

    @property
    def address_template_by_id(self) -> Mapping[tuple[str, str], AddressTemplate]:
        """Address templates by (region, ``ipm-``)."""

    @property
    def service_template_by_id(self) -> Mapping[tuple[str, str], ServiceTemplate]:
        """Service templates by (region, ``ppm-``)."""

    @property
    def template_group_by_id(self) -> Mapping[tuple[str, str], TemplateGroup]:
        """Template groups by (region, ``ipmg-`` or ``ppmg-``)."""

    @property
    def membership_by_id(self) -> Mapping[tuple[str, str], Membership]:
        """Members of groups by (region, group id)."""

    @property
    def native_addresses(self) -> Mapping[tuple[str, str], IntervalSet]:
        """The addresses of the native nodes that bind a group, by (region, group id)."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Clusters, the groups that they bind, and everything that the rules of these groups name.

    Each list is sorted by region and id. ``account`` is ``None`` if the token service did not tell it. ``read_at`` is
    the start of the reading, in UTC and whole seconds; ``None`` for a recording or an older file without a time.
    ``clusters`` are audited. ``neighbours`` were read only for their networks, because the configuration lists them as
    peers of an audited cluster. ``gaps`` belong to no object of the lists: a region without an answer, a cluster that
    does not exist. A group, template or membership that is named but absent was not read, so it is unknown.
    ``parts`` are the parts of the audit that the run read; an older file has none.
    """

    regions: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    asked: tuple[str, ...] = ()
    """The clusters that the reading was asked for, as they were named; empty for all clusters."""
    account: Account | None = None
    read_at: datetime | None = None
    clusters: tuple[Cluster, ...] = ()
    neighbours: tuple[Cluster, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    address_templates: tuple[AddressTemplate, ...] = ()
    service_templates: tuple[ServiceTemplate, ...] = ()
    template_groups: tuple[TemplateGroup, ...] = ()
    memberships: tuple[Membership, ...] = ()
    networks: tuple[NetworkBlocks, ...] = ()
    """VPCs and subnets that a planned change names; audited clusters may be elsewhere."""
    load_balancers: tuple[LoadBalancer, ...] = ()
    """Every load balancer of the VPCs of audited clusters."""
    network_acls: tuple[NetworkAcl, ...] = ()
    subnet_acls: tuple[SubnetAcl, ...] = ()
    """The subnets that audited clusters use, each with its network ACL."""
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def group_by_id(self) -> dict[tuple[str, str], SecurityGroup]:
        """Groups by (region, id)."""
        return {(group.region, group.security_group_id): group for group in self.security_groups}

    @cached_property
    def address_template_by_id(self) -> dict[tuple[str, str], AddressTemplate]:
        """Address templates by (region, ``ipm-``)."""
        return {(template.region, template.template_id): template for template in self.address_templates}

    @cached_property
    def service_template_by_id(self) -> dict[tuple[str, str], ServiceTemplate]:
        """Service templates by (region, ``ppm-``)."""
        return {(template.region, template.template_id): template for template in self.service_templates}

    @cached_property
    def template_group_by_id(self) -> dict[tuple[str, str], TemplateGroup]:
        """Template groups by (region, ``ipmg-`` or ``ppmg-``)."""
        return {(group.region, group.template_id): group for group in self.template_groups}

    @cached_property
    def membership_by_id(self) -> dict[tuple[str, str], Membership]:
        """Members of groups by (region, group id)."""
        return {(membership.region, membership.security_group_id): membership for membership in self.memberships}

    @cached_property
    def native_addresses(self) -> dict[tuple[str, str], IntervalSet]:
        """The addresses of the native nodes that bind a group, by (region, group id).

        A native node is not a CVM, and the account may not be able to list its interfaces. So the addresses of the
        node itself count as addresses of a member.
        """
        by_group: dict[tuple[str, str], list[str]] = defaultdict(list)
        for cluster in self.clusters:
            for node in cluster.nodes:
                for group in bound_groups(node.security_groups) if node.kind is NodeKind.NATIVE else ():
                    by_group[cluster.region, group] += node.addresses
        return {key: addresses.union(tuple(texts)) for key, texts in by_group.items()}

    @cached_property
    def clusters_of_machine(self) -> dict[str, list[tuple[str, str]]]:
        """The audited clusters with a node, instance or interface, as (region, id), by its id."""
        by_machine: dict[str, list[tuple[str, str]]] = {}
        for cluster in self.clusters:
            for machine in cluster.machine_ids():
                by_machine.setdefault(machine, []).append((cluster.region, cluster.cluster_id))
        return by_machine

    def balancers_of(self, cluster: Cluster) -> Iterator[LoadBalancer]:
        """The load balancers that may have back ends in ``cluster``, in the order of the list.

        They are those of its VPC, those that name a machine or interface of it, and those with back ends outside their
        own VPC, which may name one by address alone.
        """
        names = {cluster.vpc_id, _ANY_CLUSTER, *cluster.machine_ids()}
        for position in sorted({index for name in names for index in self._balancer_positions.get(name, ())}):
            yield self.load_balancers[position]

    @cached_property
    def _balancer_positions(self) -> dict[str, list[int]]:
        by_name: dict[str, list[int]] = {}
        for position, balancer in enumerate(self.load_balancers):
            targets = [target for listener in balancer.known_listeners for target in listener.known_targets]
            names = {name for target in targets for name in (target.instance_id, target.interface_id)} - {""}
            names |= {balancer.vpc_id or _ANY_CLUSTER} | ({_ANY_CLUSTER} if balancer.cross_region else set())
            for name in names:
                by_name.setdefault(name, []).append(position)
        return by_name

    def template_members(self, region: str, template_id: str) -> tuple[str, ...]:
        """``template_id`` itself, and the members of the template group that it names."""
        group = self.template_group_by_id.get((region, template_id))
        return (template_id, *group.members) if group is not None else (template_id,)

    def all_gaps(self) -> tuple[Gap, ...]:
        """Every gap of the snapshot, each once and sorted."""
        return tuple(sorted(set(self._gaps())))

    def _gaps(self) -> Iterator[Gap]:
        yield from self.gaps
        for cluster in (*self.clusters, *self.neighbours):
            yield from cluster_gaps(cluster)
        for group in self.security_groups:
            yield from group.gaps
            yield from (rules for rules in (group.ingress, group.egress) if isinstance(rules, Gap))
        yield from (gap for template in self.address_templates for gap in template.gaps)
        yield from (gap for template in self.service_templates for gap in template.gaps)
        yield from (gap for group in self.template_groups for gap in group.gaps)
        yield from (gap for membership in self.memberships for gap in membership.gaps)
        for balancer in self.load_balancers:
            yield from load_balancer_gaps(balancer)
        for acl in self.network_acls:
            yield from network_acl_gaps(acl)
        yield from (gap for subnet in self.subnet_acls for gap in subnet.gaps)


_ANY_CLUSTER = ""
"""Stands for the clusters of load balancers that may have back ends in any of them."""


def load_balancer_gaps(balancer: LoadBalancer) -> Iterator[Gap]:
    """Every gap of the load balancer: of its groups, its listeners and their back ends."""
    yield from balancer.gaps
    yield from (part for part in (balancer.security_groups, balancer.listeners) if isinstance(part, Gap))
    for listener in balancer.known_listeners:
        yield from listener.gaps
        yield from (listener.targets,) if isinstance(listener.targets, Gap) else ()


def network_acl_gaps(acl: NetworkAcl) -> Iterator[Gap]:
    """Every gap of the network ACL; it was read wholly if there is none."""
    yield from acl.gaps
    yield from (acl.entries,) if isinstance(acl.entries, Gap) else ()


def cluster_gaps(cluster: Cluster) -> Iterator[Gap]:
    """Every gap of the cluster itself: of its lists, its networks and its bindings."""
    yield from cluster.gaps
    networks = cluster.networks
    networks_read: tuple[Network, ...] = (networks.container, networks.vpc, networks.subnets, networks.surroundings)
    for network in networks_read:
        yield from network.gaps
    bindings = (binding.security_groups for binding in cluster.bindings())
    yield from (binding for binding in bindings if isinstance(binding, Gap))


def age_fault(read_at: datetime | None, today: date, most: int) -> tuple[str, str] | None:
    """``TooOld`` or ``Undated`` with the reason, or ``None`` if the read is at most ``most`` days old.

    Days are calendar days in UTC. A read from later than tomorrow has an unknown age.
    """
    if read_at is None:
        return "Undated", "it does not say when it was read"
    read = read_at.date()
    days = (today - read).days
    if days < -1:
        return "Undated", f"it says that it was read on {read}, which is after {today}"
    if days > most:
        return "TooOld", f"it was read on {read}, {days} days before {today}; --max-age allows {most}"
    return None
