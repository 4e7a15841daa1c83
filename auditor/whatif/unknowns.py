"""Findings about useless rules that rest on what a plan leaves open: where rules end up, and whether they come at all.

The comparison sees a list in one order. Where another order, or a list with one rule more, is possible too, it cannot
say that a rule decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from auditor.model.clusters import NodeKind
from auditor.model.findings import Code, Finding
from auditor.model.gaps import Gap
from auditor.model.packets import UNIVERSE
from auditor.model.rules import (
    Action,
    AddressTemplate,
    CidrPeer,
    Direction,
    Member,
    Membership,
    Rule,
    SecurityGroup,
    ServiceTemplate,
)
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.planned import UnresolvedGap, UnresolvedSubnet
from auditor.whatif.rule_fields import Flaw
from auditor.whatif.state import Key, WorkingState

_OF_POSITION = frozenset({GapReason.RULES_ORDER, GapReason.RULES_UNTARGETED, GapReason.MEMBERS_UNKNOWN})
_USELESS = (Code.SHADOWED_RULE, Code.REDUNDANT_RULE)


def unsettled(findings: Iterable[Finding], unresolved_gaps: Iterable[UnresolvedGap]) -> frozenset[str]:
    """Fingerprints of the findings about rules whose packets an open place or an uncertain rule could decide."""
    open_lists = [doubt for doubt in unresolved_gaps if doubt.gap.code in _OF_POSITION]
    return frozenset(
        finding.fingerprint
        for finding in findings
        if finding.code in _USELESS and any(_touches(doubt, finding) for doubt in open_lists)
    )


def _touches(doubt: UnresolvedGap, finding: Finding) -> bool:
    return (
        (doubt.region, doubt.direction) == (finding.region, finding.direction)
        and doubt.security_group_id in finding.security_groups
        and bool(doubt.packets & finding.packets)
    )


NOT_YET_KNOWN = "(members known after apply)"
"""Description of the rules that stand for members to come."""


def admit(draft: WorkingState) -> None:
    """Open the rules of bound groups for the members to come."""
    for key in sorted(draft.bound_groups() & draft.groups.keys()):
        for direction in Direction:
            rules = draft.groups[key].rules(direction)
            if isinstance(rules, tuple) and any(rule.peer_group in draft.joining for rule in rules):
                _admit(draft, key, direction, rules)


def peers(draft: WorkingState) -> tuple[Membership, ...]:
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


def _peers(draft: WorkingState, key: Key, natives: list[Member]) -> Membership:
    """The members of a group. A VPC stands for those of it whose addresses are yet unknown."""
    found = [one for one in (draft.read.membership_by_id.get(key), draft.memberships.get(key)) if one is not None]
    members = [*natives, *(member for one in found for member in one.members)]
    gaps = [known for one in found for known in one.gaps]
    if key[1] in draft.joining:
        blocks = _bounds(draft, key[0], draft.joining[key[1]])
        if blocks is None:
            gaps.append(gap(GapReason.MEMBERS_UNKNOWN, *key))
        members.append(Member(instance_id="", addresses=blocks or ()))
    return Membership(
        region=key[0],
        security_group_id=key[1],
        members=tuple(dict.fromkeys(members)),
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _admit(draft: WorkingState, key: Key, direction: Direction, rules: tuple[Rule, ...]) -> None:
    laid: list[Rule] = []
    for rule in rules:
        laid.append(rule)
        vpcs = draft.joining.get(rule.peer_group)
        if vpcs is None:
            continue
        blocks = _bounds(draft, key[0], vpcs)
        if blocks is None:
            _lack_bounds(draft, (key[0], rule.peer_group))
            continue
        fresh = tuple(_open(rule, block) for block in blocks)
        draft.flaws.setdefault(key, []).append((direction, Flaw(why=GapReason.MEMBERS_UNKNOWN, rules=fresh)))
        laid += fresh
    draft.groups[key] = draft.groups[key].with_rules(direction, tuple(laid))


def _open(rule: Rule, block: str) -> Rule:
    return replace(rule, action=Action.UNREADABLE, peer=CidrPeer(cidr=block), description=NOT_YET_KNOWN)


def _bounds(draft: WorkingState, region: str, vpcs: set[str]) -> tuple[str, ...] | None:
    """The blocks of the VPCs, where every one of them is known."""
    found: dict[str, None] = {}
    for vpc in vpcs:
        inside = (one for one in draft.clusters.values() if vpc and (one.vpc_id, one.region) == (vpc, region))
        network = next((cluster.networks.vpc for cluster in inside), None)
        if network is None or network.gaps or not network.cidrs:
            return None
        found |= dict.fromkeys(network.cidrs)
    return tuple(sorted(found))


def _lack_bounds(draft: WorkingState, key: Key) -> None:
    found = draft.memberships.get(key) or Membership(region=key[0], security_group_id=key[1], members=())
    unknown = gap(GapReason.MEMBERS_UNKNOWN, *key)
    if unknown not in found.gaps:
        draft.set_members(replace(found, gaps=(*found.gaps, unknown)))


def complete(draft: WorkingState) -> tuple[str, ...]:
    """Put a gap in the place of everything that the bound groups need and that was not read; returns what that is.

    What a group as read already named is left alone: that it was not read is no doing of the change.
    """
    missing: set[str] = set()
    before = {
        (group.region, name)
        for group in draft.read.security_groups
        for _, rule in group.all_rules()
        for name in rule.references()
    }
    before |= {(found.region, member) for found in draft.read.template_groups for member in found.members}
    for key in sorted(draft.bound_groups()):
        missing |= _complete_group(draft, key)
        for _, rule in draft.groups[key].all_rules() if key in draft.groups else ():
            missing |= _complete_rule(draft, key[0], rule, before)
    return tuple(sorted(missing))


def _complete_group(draft: WorkingState, key: Key) -> set[str]:
    if key in draft.read.group_by_id or key in draft.bound_before:
        return set()
    missing = set()
    if key not in draft.groups:
        unread = gap(GapReason.NOT_READ, *key)
        draft.groups[key] = SecurityGroup(region=key[0], security_group_id=key[1], ingress=unread, egress=unread)
        missing.add(key[1])
    if key not in draft.memberships:
        _lack_members(draft, key)
        missing.add(key[1])
    return missing


def _complete_rule(draft: WorkingState, region: str, rule: Rule, before: set[Key]) -> set[str]:
    missing = set()
    peer = (region, rule.peer_group)
    if peer[1] and peer not in before and peer not in draft.memberships:
        _lack_members(draft, peer)
        missing.add(peer[1])
    for name in rule.templates:
        addresses = name == rule.address_template
        missing |= _complete_template(draft, (region, name), before, addresses=addresses)
    return missing


def _complete_template(draft: WorkingState, key: Key, before: set[Key], *, addresses: bool) -> set[str]:
    group = draft.template_groups.get(key)
    missing = set()
    for member in group.members if group is not None else (key[1],):
        wanted = (key[0], member)
        if wanted in before or wanted in draft.address_templates or wanted in draft.service_templates:
            continue
        missing.add(member)
        unread = gap(GapReason.NOT_READ, *wanted)
        if addresses:
            template = AddressTemplate(region=key[0], template_id=member, entries=(), gaps=(unread,))
            draft.address_templates[wanted] = template
        else:
            services = ServiceTemplate(region=key[0], template_id=member, entries=(), gaps=(unread,))
            draft.service_templates[wanted] = services
    return missing


def _lack_members(draft: WorkingState, key: Key) -> None:
    unread = gap(GapReason.NOT_READ, *key)
    draft.set_members(Membership(region=key[0], security_group_id=key[1], members=(), gaps=(unread,)))


_OF_A_LIST = frozenset({GapReason.RULES_ORDER, GapReason.RULES_UNTARGETED, GapReason.DIRECTION_UNSENT})
_OWN = frozenset(GapReason)

_Held = TypeVar("_Held")


def settle(draft: WorkingState) -> tuple[UnresolvedGap, ...]:
    """Give bound groups the gaps of their rules; take back whatever is open elsewhere, where it cannot matter."""
    bound = draft.bound_groups() & draft.groups.keys()
    for key in [key for key in draft.groups if key not in bound]:
        _take_back(draft, key)
    _prune(draft, bound)
    rulebook = draft.rulebook()
    return tuple(dict.fromkeys(doubt for key in sorted(bound) for doubt in _settle_group(draft, rulebook, key, bound)))


def unresolved_subnets(draft: WorkingState) -> tuple[UnresolvedSubnet, ...]:
    """Subnets of unknown range that join audited clusters."""
    return tuple(
        UnresolvedSubnet(gap=found, region=key[0], cluster_id=key[1])
        for key, found in sorted(draft.subnet_gaps.items())
    )


def _take_back(draft: WorkingState, key: Key) -> None:
    """A group that nothing audited binds: it stays as it was read where the change leaves anything of it open."""
    if key not in draft.read.group_by_id:
        del draft.groups[key]
    elif draft.flaws.get(key):
        draft.groups[key] = draft.read.group_by_id[key]


def _settle_group(draft: WorkingState, rulebook: Snapshot, key: Key, bound: set[Key]) -> Iterator[UnresolvedGap]:
    group = draft.groups[key]
    gaps = list(group.gaps)
    for direction, flaw in draft.flaws.get(key, ()):
        rules = group.rules(direction)
        found = rules if isinstance(rules, Gap) else _gap_of(key, direction, flaw)
        if flaw.rules and found not in gaps:
            gaps.append(found)
        for packets in [rule_effects.upper_bound(rule, rulebook, key[0]) for rule in flaw.rules] or [UNIVERSE]:
            yield UnresolvedGap(
                gap=found, region=key[0], security_group_id=key[1], direction=direction, packets=packets
            )
    draft.groups[key] = replace(group, gaps=tuple(gaps))
    yield from _referred_doubts(draft, rulebook, key, bound)


def _gap_of(key: Key, direction: Direction, flaw: Flaw) -> Gap:
    place = "" if flaw.why in _OF_A_LIST else f"/{flaw.rules[0].index}"
    return gap(flaw.why, key[0], f"{key[1]}/{direction}{place}")


def _referred_doubts(draft: WorkingState, rulebook: Snapshot, key: Key, bound: set[Key]) -> Iterator[UnresolvedGap]:
    """The change's own gaps in what rules refer to: each is open for what those rules could match.

    Who binds a bound group is asked besides, to find strangers in it: where that was not read it matters anyway.
    """
    for direction, rule in draft.groups[key].all_rules():
        for found in _referred_gaps(draft, key[0], rule):
            if found.code == GapReason.NOT_READ and (key[0], found.resource) in bound:
                continue
            packets = rule_effects.upper_bound(rule, rulebook, key[0])
            yield UnresolvedGap(
                gap=found, region=key[0], security_group_id=key[1], direction=direction, packets=packets
            )


def _referred_gaps(draft: WorkingState, region: str, rule: Rule) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for key in _keys(draft, region, rule):
        for held in (draft.address_templates, draft.service_templates, draft.template_groups, draft.memberships):
            one = held.get(key)
            found += one.gaps if one is not None else ()
    return tuple(one for one in found if one.code in _OWN)


def _keys(draft: WorkingState, region: str, rule: Rule) -> Iterator[Key]:
    """Everything that a rule refers to, the members of template groups included."""
    for name in rule.references():
        yield region, name
        group = draft.template_groups.get((region, name))
        yield from ((region, member) for member in (group.members if group is not None else ()))


def _prune(draft: WorkingState, bound: set[Key]) -> None:
    """Forget what was not read and no bound group needs, and what is open there."""
    needed = bound | {
        found for key in bound for _, rule in draft.groups[key].all_rules() for found in _keys(draft, key[0], rule)
    }
    read = draft.read
    _prune_one(draft.address_templates, read.address_template_by_id, needed)
    _prune_one(draft.service_templates, read.service_template_by_id, needed)
    _prune_one(draft.template_groups, read.template_group_by_id, needed)
    _prune_one(draft.memberships, read.membership_by_id, needed)


def _prune_one(held: dict[Key, _Held], before: dict[Key, _Held], needed: set[Key]) -> None:
    for key in [key for key in held if key not in needed]:
        if key in before:
            held[key] = before[key]
        else:
            del held[key]
