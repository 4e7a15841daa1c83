"""Who binds a group by what the run knows itself: lists of members that lack a node which binds it are not whole.

A policy that names single resources may shorten a list without a word, and a list that was believed to be empty would
make a rule that names the group match nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from auditor.fetcher import actions
from auditor.fetcher.estates import Estate
from auditor.fetcher.nodes import INSTANCE
from auditor.fetcher.reader import Reader
from auditor.model.estate import Node
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import Member, Membership


def completed(
    reader: Reader,
    memberships: Iterable[Membership],
    estates: Iterable[Estate],
    *,
    referred: frozenset[str],
    absent: frozenset[str],
) -> tuple[Membership, ...]:
    """``memberships`` with the nodes that they lack, and a gap where they lack any.

    ``referred`` are groups that rules name: there an address of a node that could not be read is a gap as well. Of
    ``absent`` ones, which the region does not have, no list of members tells anything.
    """
    known = tuple(estates)
    machines = _machines(known)
    nameless = _nameless(known)
    whole = (_with_nodes(reader, found, machines[found.security_group_id]) for found in memberships)
    present = (_absent(reader, found) if found.security_group_id in absent else found for found in whole)
    return tuple(_with_addresses(reader, found, nameless, referred) for found in present)


def _machines(estates: Iterable[Estate]) -> defaultdict[str, dict[str, Node]]:
    """The nodes that are CVMs, by group and instance."""
    machines: defaultdict[str, dict[str, Node]] = defaultdict(dict)
    for estate in estates:
        for node in estate.cluster.nodes:
            for group in _bound(node) if node.instance_id.startswith(INSTANCE) else ():
                machines[group][node.instance_id] = node
    return machines


def _nameless(estates: Iterable[Estate]) -> defaultdict[str, list[Gap]]:
    """Gaps of nodes whose address is none, by group."""
    nameless: defaultdict[str, list[Gap]] = defaultdict(list)
    for estate in estates:
        for node in estate.cluster.nodes:
            for group in _bound(node) if node.node_id in estate.address_gaps else ():
                nameless[group].append(estate.address_gaps[node.node_id])
    return nameless


def _bound(node: Node) -> tuple[str, ...]:
    return node.security_groups if isinstance(node.security_groups, tuple) else ()


def _with_nodes(reader: Reader, found: Membership, machines: Mapping[str, Node]) -> Membership:
    listed = {member.instance_id for member in found.members}
    lacking = [machines[instance_id] for instance_id in sorted(machines.keys() - listed)]
    if not lacking:
        return found
    return replace(
        found,
        members=(*found.members, *(_member(node) for node in lacking)),
        gaps=(*found.gaps, *(() if found.gaps else (_short(reader, found, lacking),))),
    )


def _absent(reader: Reader, found: Membership) -> Membership:
    """A group of another account or of the past: what binds it was not told, and no list of ours would tell."""
    group = found.security_group_id
    message = f"rules name {group} and vpc:DescribeSecurityGroups does not know it: what binds it is unknown"
    gap = reader.origin(actions.SECURITY_GROUPS).gap(group, "GroupNotFound", message, GapKind.UNREAD)
    return replace(found, gaps=(*found.gaps, gap))


def _member(node: Node) -> Member:
    return Member(instance_id=node.instance_id, name=node.name, addresses=node.addresses)


def _short(reader: Reader, found: Membership, lacking: list[Node]) -> Gap:
    more = f" and {len(lacking) - 1} more nodes" if len(lacking) > 1 else ""
    message = (
        f"{lacking[0].instance_id}{more} bind {found.security_group_id} and no list of what binds it has them: "
        f"what else binds it is unknown"
    )
    return reader.origin(actions.INSTANCES).gap(found.security_group_id, "PartialAnswer", message, GapKind.UNREAD)


def _with_addresses(
    reader: Reader, found: Membership, nameless: Mapping[str, list[Gap]], referred: frozenset[str]
) -> Membership:
    if found.security_group_id not in referred:
        return found
    more = (*nameless.get(found.security_group_id, ()), *_without_address(reader, found))
    return replace(found, gaps=(*found.gaps, *more)) if more else found


def _without_address(reader: Reader, found: Membership) -> Iterator[Gap]:
    """An interface that came without an address, or an instance of which no interface came with one either."""
    addressed = {member.instance_id for member in found.members if member.addresses}
    for member in found.members:
        resource = member.interface_id or member.instance_id
        if not member.addresses and (member.interface_id or member.instance_id not in addressed):
            action = actions.NETWORK_INTERFACES if member.interface_id else actions.INSTANCES
            message = f"{resource} binds {found.security_group_id} and no answer has an address of it"
            yield reader.origin(action).gap(resource, "NoAddress", message, GapKind.UNREAD)
