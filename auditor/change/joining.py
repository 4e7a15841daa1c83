"""Rules that name a group as peer are open for members whose addresses are yet unknown.

A member's private address is one of its VPC's: a rule of the same service from those blocks, of which nobody knows what
it does, stands behind each rule concerned. Where the VPC's blocks are unknown the membership has a gap.
"""

from __future__ import annotations

from dataclasses import replace

from auditor.change.draft import Draft, Key
from auditor.change.referred import group_of, with_rules
from auditor.change.rule_fields import Flaw
from auditor.change.why import Why, gap
from auditor.model.estate import NodeKind
from auditor.model.rules import Action, CidrPeer, Direction, Member, Membership, Rule

NOT_YET_KNOWN = "(members known after apply)"
"""Description of the rules that stand for members to come."""


def admit(draft: Draft) -> None:
    """Open the rules of bound groups for the members to come."""
    for key in sorted(draft.bound() & draft.groups.keys()):
        for direction in Direction:
            rules = draft.groups[key].rules(direction)
            if isinstance(rules, tuple) and any(group_of(rule) in draft.joining for rule in rules):
                _admit(draft, key, direction, rules)


def peers(draft: Draft) -> tuple[Membership, ...]:
    """Who may bind each group at any time of the change, from above: whoever binds it before, after or yet unknown."""
    natives: dict[Key, list[Member]] = {}
    for snapshot in (draft.read, draft.snapshot()):
        for cluster in snapshot.clusters:
            for node in cluster.nodes:
                if node.kind is NodeKind.NATIVE and isinstance(node.security_groups, tuple):
                    for group in node.security_groups:
                        own = Member(instance_id=node.node_id, addresses=node.addresses)
                        natives.setdefault((cluster.region, group), []).append(own)
    keys = sorted(draft.memberships.keys() | draft.read.membership_by_id.keys())
    return tuple(_peers(draft, key, natives.get(key, [])) for key in keys)


def _peers(draft: Draft, key: Key, natives: list[Member]) -> Membership:
    """The members of a group. A VPC stands for those of it whose addresses are yet unknown."""
    found = [one for one in (draft.read.membership_by_id.get(key), draft.memberships.get(key)) if one is not None]
    members = [*natives, *(member for one in found for member in one.members)]
    gaps = [known for one in found for known in one.gaps]
    if key[1] in draft.joining:
        blocks = _bounds(draft, key[0], draft.joining[key[1]])
        if blocks is None:
            gaps.append(gap(Why.MEMBERS_UNKNOWN, *key))
        members.append(Member(instance_id="", addresses=blocks or ()))
    return Membership(
        region=key[0],
        security_group_id=key[1],
        members=tuple(dict.fromkeys(members)),
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _admit(draft: Draft, key: Key, direction: Direction, rules: tuple[Rule, ...]) -> None:
    laid: list[Rule] = []
    for rule in rules:
        laid.append(rule)
        vpcs = draft.joining.get(group_of(rule))
        if vpcs is None:
            continue
        blocks = _bounds(draft, key[0], vpcs)
        if blocks is None:
            _lack_bounds(draft, (key[0], group_of(rule)))
            continue
        fresh = tuple(_open(rule, block) for block in blocks)
        draft.flaws.setdefault(key, []).append((direction, Flaw(why=Why.MEMBERS_UNKNOWN, rules=fresh)))
        laid += fresh
    draft.groups[key] = with_rules(draft.groups[key], direction, tuple(laid))


def _open(rule: Rule, block: str) -> Rule:
    return replace(rule, action=Action.UNREADABLE, peer=CidrPeer(cidr=block), description=NOT_YET_KNOWN)


def _bounds(draft: Draft, region: str, vpcs: set[str]) -> tuple[str, ...] | None:
    """The blocks of the VPCs, where every one of them is known."""
    found: dict[str, None] = {}
    for vpc in vpcs:
        inside = (one for one in draft.clusters.values() if vpc and (one.vpc_id, one.region) == (vpc, region))
        network = next((cluster.networks.vpc for cluster in inside), None)
        if network is None or network.gaps or not network.cidrs:
            return None
        found |= dict.fromkeys(network.cidrs)
    return tuple(sorted(found))


def _lack_bounds(draft: Draft, key: Key) -> None:
    found = draft.memberships.get(key) or Membership(region=key[0], security_group_id=key[1], members=())
    unknown = gap(Why.MEMBERS_UNKNOWN, *key)
    if unknown not in found.gaps:
        draft.set_members(replace(found, gaps=(*found.gaps, unknown)))
