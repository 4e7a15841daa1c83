"""Which clusters a difference between two snapshots can reach: all others have the same findings in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, TypeVar

from auditor.model.baseline import Policy
from auditor.model.estate import Cluster
from auditor.model.rules import AddressTemplatePeer, Direction, GroupPeer, Rule, SecurityGroup, ServiceTemplateRef
from auditor.model.snapshot import Snapshot

_Key: TypeAlias = tuple[str, str]
T = TypeVar("T")


def affected(before: Snapshot, after: Snapshot, policy: Policy) -> frozenset[_Key]:
    """Region and id of every cluster of either snapshot that is not wholly the same in both.

    That is the cluster itself, the groups that it binds, what their rules name and who binds them. Anything else that
    differs (what was not read of a whole region, networks that a peer needs) reaches every cluster.
    """
    was, now = _clusters(before), _clusters(after)
    everything = frozenset(was.keys() | now.keys())
    if (before.gaps, before.neighbours, before.regions) != (after.gaps, after.neighbours, after.regions):
        return everything
    own = _changed(was, now)
    if policy.peers and own:
        return everything
    dirty = _dirty_groups(before, after)
    return frozenset(key for key in everything if key in own or _binds(now[key], dirty))


def _clusters(snapshot: Snapshot) -> dict[_Key, Cluster]:
    return {(cluster.region, cluster.cluster_id): cluster for cluster in snapshot.clusters}


def _changed(was: Mapping[_Key, T], now: Mapping[_Key, T]) -> frozenset[_Key]:
    return frozenset(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))


def _binds(cluster: Cluster, dirty: frozenset[_Key]) -> bool:
    bindings = [node.security_groups for node in cluster.nodes]
    bindings += [pool.security_groups for pool in cluster.node_pools]
    return any(
        (cluster.region, group) in dirty
        for binding in dict.fromkeys(bindings)
        if isinstance(binding, tuple)
        for group in binding
    )


def _dirty_groups(before: Snapshot, after: Snapshot) -> frozenset[_Key]:
    own = _changed(before.group_by_id, after.group_by_id)
    members = _changed(before.membership_by_id, after.membership_by_id)
    templates = _changed(before.address_template_by_id, after.address_template_by_id)
    templates |= _changed(before.service_template_by_id, after.service_template_by_id)
    templates |= _changed(before.template_group_by_id, after.template_group_by_id)
    templates |= {
        key
        for key, group in after.template_group_by_id.items()
        if any((group.region, member) in templates for member in group.members)
    }
    named = members | templates
    naming = {key for key, group in after.group_by_id.items() if named and named & set(_named(group))}
    return own | members | naming


def _named(group: SecurityGroup) -> Iterator[_Key]:
    """The groups and templates that the rules of a group name."""
    for direction in Direction:
        rules = group.rules(direction)
        for rule in rules if isinstance(rules, tuple) else ():
            yield from ((group.region, name) for name in _names(rule))


def _names(rule: Rule) -> Iterator[str]:
    match rule.peer:
        case GroupPeer(security_group_id=name) | AddressTemplatePeer(template_id=name):
            yield name
        case _:
            pass
    if isinstance(rule.service, ServiceTemplateRef):
        yield rule.service.template_id
