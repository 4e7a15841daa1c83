"""Resources of a plan whose region, account or cluster was not read, or whose type this version does not know.

Each leaves a gap: what was not looked at is no pass. Every resource that can bear on a security group gets a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.change import cluster_nodes, clusters, concern, pools, referred
from auditor.change.draft import Draft, Key
from auditor.change.plan import Plan, ResourceChange
from auditor.change.providers import Providers, leaves, parts
from auditor.change.references import CLUSTER, References, placeholder
from auditor.change.values import text
from auditor.change.why import Why, gap
from auditor.model.estate import Node, NodePool
from auditor.model.snapshot import Snapshot

_CLUSTER_ID = re.compile(rf"{CLUSTER.prefix}[a-z0-9]+")
_IN_CLUSTERS = pools.TYPES | cluster_nodes.TYPES | {pools.SERVERLESS}


def places(snapshot: Snapshot) -> Mapping[str, str]:
    """The regions of everything that was read, by id."""
    return dict(_placed(snapshot))


def _placed(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for cluster in (*snapshot.clusters, *snapshot.neighbours):
        names = [cluster.cluster_id, cluster.vpc_id]
        names += [name for node in cluster.nodes for name in (node.node_id, node.instance_id)]
        names += [name for pool in cluster.node_pools for name in (pool.node_pool_id, pool.launch_configuration_id)]
        yield from ((name, cluster.region) for name in names if name)
    yield from ((group.security_group_id, group.region) for group in snapshot.security_groups)
    addresses = ((one.template_id, one.region, one.gaps) for one in snapshot.address_templates)
    services = ((one.template_id, one.region, one.gaps) for one in snapshot.service_templates)
    both = ((one.template_id, one.region, one.gaps) for one in snapshot.template_groups)
    yield from ((name, region) for name, region, gaps in (*addresses, *services, *both) if not gaps)


def note(draft: Draft, plan: Plan, references: References, providers: Providers) -> None:
    """Give every resource that can bear on a security group a report, and a gap where it was not looked at."""
    notes = _Notes(draft=draft, references=references, providers=providers)
    for change in plan.managed:
        if concern.writes_groups(change):
            draft.report(change).can_bear = True
        if concern.can_bear(change) or concern.may_bear(change):
            notes.account(change)
            notes.region(change)
            notes.cluster(change)


def note_unknown(draft: Draft, plan: Plan, references: References) -> None:
    """Leave a gap for each change of a type that is not known and that names something audited, once all is laid."""
    audited = _Audited(draft)
    for change in plan.managed:
        named = audited.named(change, references) if concern.is_unknown(change) else ()
        if named:
            report = draft.report(change)
            report.can_bear = True
            owners = {key for name in named for key in audited.clusters.get(name, ())}
            report.clusters |= {key[1] for key in owners}
            report.say_untraced("type-unknown", named=", ".join(named))
            region, cluster_id = next(iter(owners)) if len(owners) == 1 else ("", "")
            address = placeholder(change.address)
            draft.gaps.add(gap(Why.TYPE_UNKNOWN, region, address, cluster_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notes:
    """What is looked at for each resource of one plan."""

    draft: Draft
    references: References
    providers: Providers

    def region(self, change: ResourceChange) -> None:
        regions = self.providers.regions(change)
        address = placeholder(change.address)
        for name in sorted(regions.names.difference(self.draft.read.regions)):
            self.draft.gaps.add(gap(Why.REGION_NOT_READ, name, address))
            self.draft.report(change).say_untraced("region-unread", region=name)
        if regions.unresolved:
            self.draft.gaps.add(gap(Why.REGION_UNKNOWN, "", address))
            self.draft.report(change).say_untraced("region-unknown")

    def account(self, change: ResourceChange) -> None:
        """Where the plan does not tell the account, an id that was read does."""
        read = self.draft.read.account
        admitted = self.providers.accounts(change).admit(read.id if read is not None else "")
        if admitted is None:
            admitted = True if self.providers.is_located(change) else None
        if not admitted:
            why = Why.ACCOUNT_UNKNOWN if admitted is None else Why.ACCOUNT_NOT_READ
            self.draft.gaps.add(gap(why, "", placeholder(change.address)))
            self.draft.report(change).say_untraced("account-unknown" if admitted is None else "account-unread")

    def cluster(self, change: ResourceChange) -> None:
        for cluster_id in sorted(self._clusters(change)):
            if not self.draft.cluster_keys(cluster_id):
                address = placeholder(change.address)
                self.draft.gaps.add(gap(Why.CLUSTER_NOT_READ, "", address, cluster_id))
                self.draft.report(change).say_untraced("cluster-unread", cluster=cluster_id)

    def _clusters(self, change: ResourceChange) -> set[str]:
        """The clusters that a resource is, belongs to or will belong to, without those that the plan makes."""
        found: set[str] = set()
        if change.type == clusters.CLUSTER_TYPE:
            found.add(text(change.before.get("id")))
        elif change.type in _IN_CLUSTERS:
            found |= {text(change.before.get("cluster_id")), *_of_composite(change)}
            found.add(self.references.value(change, ("cluster_id",), CLUSTER) or "")
        elif change.type not in concern.KNOWN_TYPES:
            found |= {name for leaf in leaves(change) for name in parts(leaf)}
        return {name for name in found if _CLUSTER_ID.fullmatch(name)}


class _Audited:
    """The ids of everything that audited stacks are made of, before the change and after it."""

    def __init__(self, draft: Draft) -> None:
        self.clusters: dict[str, set[Key]] = {}
        self._names: set[str] = set()
        for key, cluster in draft.read_clusters.items():
            self._add(key, (key[1],), cluster.nodes, cluster.node_pools)
        for key in draft.clusters:
            self._add(key, (key[1],), draft.nodes[key].values(), draft.pools[key].values())
        for key in draft.read_bound | draft.bound():
            self._add_group(draft, key)

    def named(self, change: ResourceChange, references: References) -> tuple[str, ...]:
        """The audited objects that a resource names, by their ids or by references to what the plan makes, sorted."""
        words = {name for leaf in leaves(change) for name in (leaf, *parts(leaf))} | references.objects(change)
        return tuple(sorted(words & self._names))

    def _add(self, key: Key, names: tuple[str, ...], nodes: Iterable[Node], pools: Iterable[NodePool]) -> None:
        own = {*names, *(name for node in nodes for name in (node.node_id, node.instance_id))}
        own |= {name for pool in pools for name in (pool.node_pool_id, pool.launch_configuration_id)}
        for name in own - {""}:
            self.clusters.setdefault(name, set()).add(key)
        self._names |= own - {""}

    def _add_group(self, draft: Draft, key: Key) -> None:
        self._names.add(key[1])
        for held in (draft.read.group_by_id.get(key), draft.groups.get(key)):
            for _, rule in referred.rules(held) if held is not None else ():
                names = (referred.group_of(rule), *referred.templates_of(rule))
                listed = [
                    draft.template_groups[key[0], name] for name in names if (key[0], name) in draft.template_groups
                ]
                self._names.update(name for name in names if name)
                self._names.update(member for group in listed for member in group.members)
        if key in draft.memberships:
            self._names |= {member.interface_id for member in draft.memberships[key].members} - {""}


def _of_composite(change: ResourceChange) -> tuple[str, ...]:
    return tuple(name for name in parts(text(change.before.get("id"))) if name.startswith(CLUSTER.prefix))
