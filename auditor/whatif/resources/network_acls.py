"""Applies changes of network ACLs and of their subnets.

Only ACLs of subnets that audited clusters use count. The entries of a planned ACL are those of its lists, the first
with the highest priority; what the cloud adds at the end is not judged.
"""

from __future__ import annotations

from dataclasses import replace

from auditor.model import rule_syntax
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.rules import AclEntry, Action, Direction, NetworkAcl, SubnetAcl
from auditor.whatif import parts
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Json, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import NETWORK_ACL, NETWORK_ACL_TYPE, SUBNET, References, placeholder
from auditor.whatif.terraform.values import UnknownValue, at, has_unknown_item, read, text, texts

ATTACHMENT = "tencentcloud_vpc_acl_attachment"

_ACTIONS = {"ACCEPT": Action.ALLOW, "DROP": Action.DENY}


def apply_network_acls(state: WorkingState, plan: Plan, references: References) -> None:
    """Set the entries of ACLs, and attach them to subnets."""
    work = _Acls(state, plan, references)
    for type_, apply in ((NETWORK_ACL_TYPE, work.acl), (ATTACHMENT, work.attachment)):
        for change, step in plan.steps_of(type_):
            apply(change, step)


class _Acls:
    """The ACLs of one plan by id: those that it makes, and those that only its state describes."""

    def __init__(self, state: WorkingState, plan: Plan, references: References) -> None:
        self._state = state
        self._references = references
        self._described: dict[str, NetworkAcl] = {}
        for change in values.unchanged(plan, frozenset({NETWORK_ACL_TYPE})):
            own_id = text(change.before.get("id"))
            self._described[own_id] = _acl(own_id, change.before, {})

    def acl(self, change: ResourceChange, step: PlanStep) -> None:
        """Make, change or delete an ACL. A deleted ACL leaves its subnets without one."""
        own_id = text(change.before.get("id"))
        subnets = [key for key, subnet in self._state.subnet_acls.items() if own_id and subnet.network_acl_id == own_id]
        if step is PlanStep.MADE:
            made = placeholder(change.address)
            self._described[made] = _acl(made, change.after, change.change.after_unknown)
            return
        planned = None if step is PlanStep.REMOVED else _acl(own_id, change.after, change.change.after_unknown)
        if planned is not None:
            self._described[own_id] = planned
        is_audited = self._state.is_audited_vpc(text(change.before.get("vpc_id")))
        if is_audited and not self._state.reads(Part.NETWORK_ACLS):
            parts.is_judged(self._state, change, Part.NETWORK_ACLS)
        for key in subnets:
            if parts.is_judged(self._state, change, Part.NETWORK_ACLS, key[0]):
                self._set(change, key, own_id if planned is not None else "")

    def attachment(self, change: ResourceChange, step: PlanStep) -> None:
        """Attach an ACL to a subnet, or take it away."""
        if step is PlanStep.REMOVED:
            acl_id, subnet = text(change.before.get("acl_id")), text(change.before.get("subnet_id"))
            for key in self._state.region_keys(subnet):
                if key in self._state.subnet_acls and self._state.subnet_acls[key].network_acl_id == acl_id:
                    self._attach(change, key, "")
            return
        subnet_id = self._references.value(change, ("subnet_id",), SUBNET)
        if subnet_id is None:
            if self._state.subnet_acls and parts.is_judged(self._state, change, Part.NETWORK_ACLS):
                self._state.gaps.add(gap(GapReason.SUBNET_UNTRACED, "", placeholder(change.address)))
                self._state.effects_of(change).add_untraced_effect("subnet-untraced")
            return
        acl = self._references.value(change, ("acl_id",), NETWORK_ACL)
        for key in self._state.region_keys(subnet_id):
            if self._is_used(key):
                self._attach(change, key, acl if acl is not None else placeholder(change.address))

    def _is_used(self, key: Key) -> bool:
        """Whether an audited cluster uses a subnet; without the part, only the subnets of nodes are known."""
        return key in self._state.subnet_acls or bool(self._users(key))

    def _attach(self, change: ResourceChange, key: Key, acl_id: str) -> None:
        if parts.is_judged(self._state, change, Part.NETWORK_ACLS, key[0]):
            unread = SubnetAcl(region=key[0], subnet_id=key[1], cidrs=(), gaps=(gap(GapReason.NOT_READ, *key),))
            self._state.subnet_acls.setdefault(key, unread)
            self._set(change, key, acl_id)

    def _set(self, change: ResourceChange, key: Key, acl_id: str) -> None:
        """Let a subnet have an ACL, or none, and keep the ACL in the state as long as a subnet has it."""
        self._state.subnet_acls[key] = replace(self._state.subnet_acls[key], network_acl_id=acl_id)
        own_key = (key[0], acl_id)
        if acl_id in self._described:
            self._state.network_acls[own_key] = replace(self._described[acl_id], region=key[0])
        elif acl_id and own_key not in self._state.network_acls:
            unread = gap(GapReason.NOT_READ, *own_key)
            self._state.network_acls[own_key] = NetworkAcl(region=key[0], network_acl_id=acl_id, entries=unread)
        in_use = {(subnet.region, subnet.network_acl_id) for subnet in self._state.subnet_acls.values()}
        for other in [other for other in self._state.network_acls if other not in in_use]:
            del self._state.network_acls[other]
        effects = self._state.effects_of(change)
        effects.clusters |= self._users(key) or {
            cluster for region, cluster in self._state.clusters if region == key[0]
        }
        effects.others.add(acl_id or key[1])
        effects.add_effect("acl" if acl_id else "acl-out", acl=acl_id, subnet=key[1])

    def _users(self, subnet: Key) -> set[str]:
        """The clusters with a node or an interface in a subnet."""
        users: set[str] = set()
        for region, cluster_id in self._state.clusters:
            nodes = self._state.nodes[region, cluster_id].values()
            interfaces = self._state.interfaces[region, cluster_id].values()
            subnets = {*(node.subnet_id for node in nodes), *(interface.subnet_id for interface in interfaces)}
            users |= {cluster_id} if region == subnet[0] and subnet[1] in subnets else set()
        return users


def _acl(own_id: str, tree: Json, unknown: Json) -> NetworkAcl:
    """An ACL as its resource describes it. A list or an entry that is not known leaves all entries unknown."""
    entries: list[AclEntry] = []
    for direction in Direction:
        lines = read(tree, unknown, (direction.value,))
        if isinstance(lines, UnknownValue) or has_unknown_item(unknown, (direction.value,)):
            return _with_entries(own_id, tree, gap(GapReason.RULES_UNKNOWN, "", own_id))
        for position, line in enumerate(texts(lines.value)):
            entry = _entry(direction, position + 1, line)
            if entry is None:
                return _with_entries(
                    own_id, tree, gap(GapReason.RULE_UNREADABLE, "", f"{own_id}/{direction}/{position}")
                )
            entries.append(entry)
    return _with_entries(own_id, tree, tuple(entries))


def _with_entries(own_id: str, tree: Json, entries: tuple[AclEntry, ...] | Gap) -> NetworkAcl:
    name, vpc = (text(at(tree, (attribute,))) for attribute in ("name", "vpc_id"))
    return NetworkAcl(region="", network_acl_id=own_id, name=name, vpc_id=vpc, entries=entries)


def _entry(direction: Direction, priority: int, line: str) -> AclEntry | None:
    """The entry of a line such as ``ACCEPT#192.168.1.0/24#800-900#TCP``, with or without a description."""
    fields = line.split("#")
    if len(fields) not in (4, 5) or fields[0].strip().upper() not in _ACTIONS:
        return None
    try:
        block = rule_syntax.addresses_text(fields[1])
        service = rule_syntax.service(fields[3], fields[2])
    except ValueError:
        return None
    return AclEntry(
        direction=direction,
        priority=priority,
        action=_ACTIONS[fields[0].strip().upper()],
        cidr=block,
        protocol=service.protocol,
        ports=service.ports if service.protocol is not None else (),
    )
