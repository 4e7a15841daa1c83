"""Bounds everything that a plan leaves unknown, so that the rest of the state is still compared exactly.

The algorithm is a may-analysis. Each unknown (the members to come of a group, an object that was not read, an unknown
rule, an open order) is replaced by an upper bound of the packets that it could decide, together with a gap. Invariant:
whichever state the apply ends in, each packet has the decision that the comparison gives it, or the comparison leaves
the packet undecided, or a gap covers it. A gap is dropped only if no bound group needs the object that it is about.

``whatif.outcome`` calls the steps in this order: :func:`add_unread_objects`, :func:`possible_members`,
:func:`open_for_new_members`, :func:`collect_unresolved_gaps`. Each needs the state that the previous one leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from auditor.model.clusters import NodeKind, bound_groups
from auditor.model.findings import Finding
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
from auditor.model.snapshot import Rulebook
from auditor.whatif import rule_effects
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.planned import UnresolvedGap, UnresolvedSubnet
from auditor.whatif.rule_fields import Flaw
from auditor.whatif.state import Key, WorkingState

_OPEN_POSITION = frozenset({GapReason.RULES_ORDER, GapReason.RULES_UNTARGETED, GapReason.MEMBERS_UNKNOWN})


def uncertain_findings(findings: Iterable[Finding], unresolved_gaps: Iterable[UnresolvedGap]) -> frozenset[str]:
    """Fingerprints of the findings about useless rules that may not hold.

    The comparison sees each list in one order. If another order or an additional rule is possible for the packets of a
    rule, it cannot conclude that the rule decides nothing.
    """
    open_lists = [unresolved for unresolved in unresolved_gaps if unresolved.gap.code in _OPEN_POSITION]
    return frozenset(
        finding.fingerprint
        for finding in findings
        if finding.code.is_about_a_rule and any(could_decide(unresolved, finding) for unresolved in open_lists)
    )


def could_decide(unresolved: UnresolvedGap, finding: Finding) -> bool:
    """Whether an unknown of the plan could decide packets of the rule that a finding is about."""
    return (
        (unresolved.region, unresolved.direction) == (finding.region, finding.direction)
        and unresolved.security_group_id in finding.security_groups
        and bool(unresolved.packets & finding.packets)
    )


def add_unread_objects(state: WorkingState) -> tuple[str, ...]:
    """Add each object that a bound group needs and the snapshot lacks, with a gap; returns the ids, sorted.

    Objects that the groups named before the change are left out: the change is not the reason that they were not read.
    """
    missing: set[str] = set()
    named_before = {
        (group.region, name)
        for group in state.read.security_groups
        for _, rule in group.all_rules()
        for name in rule.references()
    }
    named_before |= {(group.region, member) for group in state.read.template_groups for member in group.members}
    for key in sorted(state.bound_groups()):
        missing |= _add_unread_group(state, key)
        for _, rule in state.groups[key].all_rules() if key in state.groups else ():
            missing |= _add_unread_references(state, key[0], rule, named_before)
    return tuple(sorted(missing))


def _add_unread_group(state: WorkingState, key: Key) -> set[str]:
    if key in state.read.group_by_id or key in state.bound_before:
        return set()
    missing = set()
    if key not in state.groups:
        unread = gap(GapReason.NOT_READ, *key)
        state.groups[key] = SecurityGroup(region=key[0], security_group_id=key[1], ingress=unread, egress=unread)
        missing.add(key[1])
    if key not in state.memberships:
        _add_unread_members(state, key)
        missing.add(key[1])
    return missing


def _add_unread_references(state: WorkingState, region: str, rule: Rule, named_before: set[Key]) -> set[str]:
    missing = set()
    peer = (region, rule.peer_group)
    if peer[1] and peer not in named_before and peer not in state.memberships:
        _add_unread_members(state, peer)
        missing.add(peer[1])
    for name in rule.templates:
        addresses = name == rule.address_template
        missing |= _add_unread_templates(state, (region, name), named_before, addresses=addresses)
    return missing


def _add_unread_templates(state: WorkingState, key: Key, named_before: set[Key], *, addresses: bool) -> set[str]:
    """Add a template, or the members of a template group, where these were not read."""
    group = state.template_groups.get(key)
    missing = set()
    for template_id in group.members if group is not None else (key[1],):
        template_key = (key[0], template_id)
        if any(template_key in keys for keys in (named_before, state.address_templates, state.service_templates)):
            continue
        missing.add(template_id)
        gaps = (gap(GapReason.NOT_READ, *template_key),)
        if addresses:
            unread = AddressTemplate(region=key[0], template_id=template_id, entries=(), gaps=gaps)
            state.address_templates[template_key] = unread
        else:
            unread_services = ServiceTemplate(region=key[0], template_id=template_id, entries=(), gaps=gaps)
            state.service_templates[template_key] = unread_services
    return missing


def _add_unread_members(state: WorkingState, key: Key) -> None:
    unread = gap(GapReason.NOT_READ, *key)
    state.set_members(Membership(region=key[0], security_group_id=key[1], members=(), gaps=(unread,)))


def possible_members(state: WorkingState) -> tuple[Membership, ...]:
    """An upper bound of the members of each group at any time during the apply.

    These are the members before the change, the members after it, and every address of a VPC from which members with
    unknown addresses join.
    """
    natives: dict[Key, list[Member]] = {}
    for snapshot in (state.read, state.snapshot()):
        for cluster in snapshot.clusters:
            for node in cluster.nodes:
                if node.kind is NodeKind.NATIVE:
                    for group in bound_groups(node.security_groups):
                        member = Member(instance_id=node.node_id, addresses=node.addresses)
                        natives.setdefault((cluster.region, group), []).append(member)
    keys = sorted(state.memberships.keys() | state.read.membership_by_id.keys())
    return tuple(_possible_members(state, key, natives.get(key, [])) for key in keys)


def _possible_members(state: WorkingState, key: Key, natives: list[Member]) -> Membership:
    before_and_after = (state.read.membership_by_id.get(key), state.memberships.get(key))
    memberships = [membership for membership in before_and_after if membership is not None]
    members = [*natives, *(member for membership in memberships for member in membership.members)]
    gaps = [unread for membership in memberships for unread in membership.gaps]
    if key[1] in state.joining:
        cidrs = _vpc_cidrs(state, key[0], state.joining[key[1]])
        if cidrs is None:
            gaps.append(gap(GapReason.MEMBERS_UNKNOWN, *key))
        members.append(Member(instance_id="", addresses=cidrs or ()))
    return Membership(
        region=key[0],
        security_group_id=key[1],
        members=tuple(dict.fromkeys(members)),
        gaps=tuple(dict.fromkeys(gaps)),
    )


NOT_YET_KNOWN = "(members known after apply)"
"""Description of the rules that stand for members whose addresses are unknown until apply."""


def open_for_new_members(state: WorkingState) -> None:
    """Leave undecided what the rules of bound groups match through members whose addresses are unknown until apply.

    Below each rule with such a group as peer, a rule of an unreadable action is added for the blocks of the members'
    VPCs. If a block is unknown, the membership has a gap instead, and the peer could be any address.
    """
    for key in sorted(state.bound_groups() & state.groups.keys()):
        for direction in Direction:
            rules = state.groups[key].rules(direction)
            if isinstance(rules, tuple) and any(rule.peer_group in state.joining for rule in rules):
                _open_list(state, key, direction, rules)


def _open_list(state: WorkingState, key: Key, direction: Direction, rules: tuple[Rule, ...]) -> None:
    opened: list[Rule] = []
    for rule in rules:
        opened.append(rule)
        vpcs = state.joining.get(rule.peer_group)
        if vpcs is None:
            continue
        cidrs = _vpc_cidrs(state, key[0], vpcs)
        if cidrs is None:
            _add_members_gap(state, (key[0], rule.peer_group))
            continue
        undecided = tuple(
            replace(rule, action=Action.UNREADABLE, peer=CidrPeer(cidr=cidr), description=NOT_YET_KNOWN)
            for cidr in cidrs
        )
        state.flaws.setdefault(key, []).append((direction, Flaw(why=GapReason.MEMBERS_UNKNOWN, rules=undecided)))
        opened += undecided
    state.groups[key] = state.groups[key].with_rules(direction, tuple(opened))


def _vpc_cidrs(state: WorkingState, region: str, vpcs: set[str]) -> tuple[str, ...] | None:
    """The blocks of all the VPCs; ``None`` if those of any VPC are unknown."""
    cidrs: set[str] = set()
    for vpc_id in vpcs:
        clusters = (cluster for cluster in state.clusters.values() if vpc_id and cluster.vpc_id == vpc_id)
        vpc = next((cluster.networks.vpc for cluster in clusters if cluster.region == region), None)
        if vpc is None or vpc.gaps or not vpc.cidrs:
            return None
        cidrs.update(vpc.cidrs)
    return tuple(sorted(cidrs))


def _add_members_gap(state: WorkingState, key: Key) -> None:
    membership = state.memberships.get(key) or Membership(region=key[0], security_group_id=key[1], members=())
    unknown = gap(GapReason.MEMBERS_UNKNOWN, *key)
    if unknown not in membership.gaps:
        state.set_members(replace(membership, gaps=(*membership.gaps, unknown)))


_WHOLE_LIST = frozenset({GapReason.RULES_ORDER, GapReason.RULES_UNTARGETED, GapReason.DIRECTION_UNSENT})
"""Reasons that concern the list of a direction and not a single rule of it."""

_CHANGE_CODES = frozenset(GapReason)

_Object = TypeVar("_Object")


def collect_unresolved_gaps(state: WorkingState) -> tuple[UnresolvedGap, ...]:
    """Add the gaps of their rules to the bound groups, and return each gap with the packets that it could decide.

    Objects that no bound group needs go back to the state in which they were read: their unknowns cannot matter.
    """
    bound = state.bound_groups() & state.groups.keys()
    for key in [key for key in state.groups if key not in bound]:
        _restore_group(state, key)
    _restore_objects(state, bound)
    rulebook = state.rulebook()
    unresolved = (entry for key in sorted(bound) for entry in _unresolved_of_group(state, rulebook, key, bound))
    return tuple(dict.fromkeys(unresolved))


def unresolved_subnets(state: WorkingState) -> tuple[UnresolvedSubnet, ...]:
    """The gaps of subnets of unknown range that join audited clusters."""
    return tuple(
        UnresolvedSubnet(gap=subnet_gap, region=key[0], cluster_id=key[1])
        for key, subnet_gap in sorted(state.subnet_gaps.items())
    )


def _restore_group(state: WorkingState, key: Key) -> None:
    """Restore a group that nothing audited binds if the change leaves any of its rules unknown."""
    if key not in state.read.group_by_id:
        del state.groups[key]
    elif state.flaws.get(key):
        state.groups[key] = state.read.group_by_id[key]


def _unresolved_of_group(state: WorkingState, rulebook: Rulebook, key: Key, bound: set[Key]) -> Iterator[UnresolvedGap]:
    group = state.groups[key]
    gaps = list(group.gaps)
    for direction, flaw in state.flaws.get(key, ()):
        rules = group.rules(direction)
        flaw_gap = rules if isinstance(rules, Gap) else _gap_of_flaw(key, direction, flaw)
        if flaw.rules and flaw_gap not in gaps:
            gaps.append(flaw_gap)
        for packets in [rule_effects.upper_bound(rule, rulebook, key[0]) for rule in flaw.rules] or [UNIVERSE]:
            yield UnresolvedGap(
                gap=flaw_gap, region=key[0], security_group_id=key[1], direction=direction, packets=packets
            )
    state.groups[key] = replace(group, gaps=tuple(gaps))
    yield from _unresolved_references(state, rulebook, key, bound)


def _gap_of_flaw(key: Key, direction: Direction, flaw: Flaw) -> Gap:
    index = "" if flaw.why in _WHOLE_LIST else f"/{flaw.rules[0].index}"
    return gap(flaw.why, key[0], f"{key[1]}/{direction}{index}")


def _unresolved_references(
    state: WorkingState, rulebook: Rulebook, key: Key, bound: set[Key]
) -> Iterator[UnresolvedGap]:
    """The change's own gaps in objects to which rules refer, each with the packets that those rules could match.

    A bound group whose members were not read is left out: its gap always matters, because the members also tell
    whether a foreign instance binds the group.
    """
    for direction, rule in state.groups[key].all_rules():
        for reference_gap in _reference_gaps(state, key[0], rule):
            if reference_gap.code == GapReason.NOT_READ and (key[0], reference_gap.resource) in bound:
                continue
            packets = rule_effects.upper_bound(rule, rulebook, key[0])
            yield UnresolvedGap(
                gap=reference_gap, region=key[0], security_group_id=key[1], direction=direction, packets=packets
            )


def _reference_gaps(state: WorkingState, region: str, rule: Rule) -> Iterator[Gap]:
    for key in _reference_keys(state, region, rule):
        for objects in (state.address_templates, state.service_templates, state.template_groups, state.memberships):
            if key in objects:
                yield from (own for own in objects[key].gaps if own.code in _CHANGE_CODES)


def _reference_keys(state: WorkingState, region: str, rule: Rule) -> Iterator[Key]:
    """The keys of all objects to which a rule refers, including the members of template groups."""
    for name in rule.references():
        yield region, name
        group = state.template_groups.get((region, name))
        yield from ((region, member) for member in (group.members if group is not None else ()))


def _restore_objects(state: WorkingState, bound: set[Key]) -> None:
    """Restore the templates and memberships that no bound group needs, and remove those that were not read."""
    needed = bound | {
        reference
        for key in bound
        for _, rule in state.groups[key].all_rules()
        for reference in _reference_keys(state, key[0], rule)
    }
    _restore(state.address_templates, state.read.address_template_by_id, needed)
    _restore(state.service_templates, state.read.service_template_by_id, needed)
    _restore(state.template_groups, state.read.template_group_by_id, needed)
    _restore(state.memberships, state.read.membership_by_id, needed)


def _restore(objects: dict[Key, _Object], before: dict[Key, _Object], needed: set[Key]) -> None:
    for key in [key for key in objects if key not in needed]:
        if key in before:
            objects[key] = before[key]
        else:
            del objects[key]
