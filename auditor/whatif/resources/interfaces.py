"""Applies changes of network interfaces: their groups, what they are attached to, and public addresses.

A further interface of an audited node has a list of its own, which the node's list does not limit. A change makes,
updates or removes these interfaces in the working state, and moves them between the members of groups. What the plan
does not tell about an interface of a node becomes a gap of the interface; a change of an interface that could be one of
a node becomes a gap of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.model.clusters import Attachment, Exposure, Interface, NetworkMode, Node, Role
from auditor.model.codes import Part
from auditor.model.rules import Member
from auditor.whatif import bindings, rule_fields
from auditor.whatif.bindings import EmptyList, GroupLists, Groups, KnownList, UnknownList, binding, ids_of
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.resources import instances
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import ADDRESS_ASSOCIATION, INSTANCE, INTERFACE, SUBNET, placeholder
from auditor.whatif.terraform.values import KnownValue, Path, at, text, texts

INTERFACE_TYPE = "tencentcloud_eni"
GROUP_ATTACHMENT = "tencentcloud_eni_sg_attachment"
MACHINE_ATTACHMENT = "tencentcloud_eni_attachment"

_ORDERED: Path = ("orderly_security_groups",)
_UNORDERED: Path = ("security_groups",)
_ATTACHED_TO: Path = ("network_interface_ids",)
_ATTACHED_GROUPS: Path = ("security_group_ids",)
_CONTAINER_SUBNETS = frozenset({NetworkMode.VPC_CNI, NetworkMode.MIXED})


def apply_interfaces(
    state: WorkingState, plan: Plan, group_lists: GroupLists, cluster_networks: ClusterNetworks
) -> None:
    """Let interfaces bind their planned lists, and add and remove those of audited nodes."""
    work = _Interfaces(state, plan, group_lists, cluster_networks)
    for change, step in plan.steps_of(MACHINE_ATTACHMENT):
        if step is PlanStep.REMOVED:
            work.detach(change)
    for change, step in plan.steps_of(INTERFACE_TYPE):
        work.apply_interface(change, step)
    for change, step in plan.steps_of(GROUP_ATTACHMENT):
        work.apply_groups(change, step)
    for change, step in plan.steps_of(MACHINE_ATTACHMENT):
        if step is PlanStep.MADE:
            work.attach(change)
    work.finish()


def apply_addresses(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Expose the nodes, interfaces and load balancers that get a public address."""
    for change, step in plan.steps_of(ADDRESS_ASSOCIATION):
        if step is PlanStep.REMOVED:
            exposure = Exposure.UNKNOWN
            names = [text(change.before.get(name)) for name in ("instance_id", "network_interface_id")]
        else:
            exposure = Exposure.INTERNET
            references = group_lists.references
            names = [
                references.value(change, ("instance_id",), INSTANCE) or "",
                references.value(change, ("network_interface_id",), INTERFACE) or "",
            ]
        for name in filter(None, names):
            _expose(state, change, name, exposure)


def _expose(state: WorkingState, change: ResourceChange, name: str, exposure: Exposure) -> None:
    """Set the exposure of a machine or an interface. The address of a primary interface is that of its node."""
    effects = state.effects_of(change)
    word = "public-in" if exposure is Exposure.INTERNET else "public-out"
    further = [key for key, interfaces in state.interfaces.items() if name in interfaces]
    for key in further:
        state.interfaces[key][name] = replace(state.interfaces[key][name], exposure=exposure)
        effects.others.add(name)
        effects.clusters.add(key[1])
        effects.add_effect(word, target=name)
    machine = name if further else bindings.interface_of(state, name).instance_id or name
    for key, node in state.nodes_of(machine):
        state.nodes[key][node.node_id] = replace(node, exposure=exposure)
        effects.nodes.add(node.node_id)
        effects.clusters.add(key[1])
        effects.add_effect(word, target=name)


class _Interfaces:
    """The interfaces of one plan while it is applied.

    By interface: ``_planned`` has the lists that the plan decides, ``_present`` those of the Terraform state,
    ``_machines`` the machines after the change as far as the plan or its state tells them, and ``_touched`` the
    resources that decide about an interface.
    """

    def __init__(
        self, state: WorkingState, plan: Plan, group_lists: GroupLists, cluster_networks: ClusterNetworks
    ) -> None:
        self._state = state
        self._group_lists = group_lists
        self._networks = cluster_networks
        self._planned: dict[str, Groups] = {}
        self._present: dict[str, Groups] = {}
        self._machines: dict[str, str] = {}
        self._made: dict[str, Interface] = {}
        self._touched: dict[str, list[ResourceChange]] = {}
        for change in values.unchanged(plan, frozenset({INTERFACE_TYPE, MACHINE_ATTACHMENT})):
            self._remember(change)
        for change, _ in plan.steps_of(INTERFACE_TYPE):
            self._remember(change)

    def _remember(self, change: ResourceChange) -> None:
        """Keep what the Terraform state tells about an interface or its attachment."""
        if change.type == MACHINE_ATTACHMENT:
            self._machines[text(change.before.get("eni_id"))] = text(change.before.get("instance_id"))
            return
        interface = text(change.before.get("id"))
        listed, ordered = instances.present_list(change)
        self._present[interface] = KnownList(ids=listed, ordered=ordered) if listed else EmptyList()
        self._made[interface] = _described(change, interface, text(change.before.get("subnet_id")), Exposure.UNKNOWN)

    def apply_interface(self, change: ResourceChange, step: PlanStep) -> None:
        """Make, update or delete an interface."""
        interface = text(change.before.get("id"))
        effects = self._state.effects_of(change)
        if step is PlanStep.REMOVED:
            bindings.leave(self._state, effects, interface)
            effects.add_effect("member-out")
            self._remove(change, interface)
            return
        groups = self._group_lists.ordered_or_legacy(change, _ORDERED, _UNORDERED)
        instances.note_unknown_groups(self._state, self._group_lists, change, groups)
        if step is PlanStep.MADE:
            self._make(change, groups or EmptyList(), replaced=interface)
        elif groups is not None and not isinstance(groups, EmptyList):
            self._touch(change, interface, groups)
            self._move(change, interface, groups)

    def _make(self, change: ResourceChange, groups: Groups, replaced: str) -> None:
        """Add an interface. It binds only what its own list names: without a list nothing, so everything passes."""
        interface = placeholder(change.address)
        effects = self._state.effects_of(change)
        subnet = self._group_lists.references.value(change, ("subnet_id",), SUBNET) or ""
        fresh = _described(change, interface, subnet, Exposure.NONE_FOUND)
        self._made[interface] = fresh
        self._state.replacements[interface] = replaced
        member = Member(instance_id="", interface_id=interface, addresses=fresh.addresses)
        bindings.join(self._state, effects, ids_of(groups), member, text(change.after.get("vpc_id")))
        effects.add_effect("member-in")
        self._touch(change, interface, groups)

    def _move(self, change: ResourceChange, interface: str, groups: Groups) -> None:
        """Move an interface between the members of groups.

        An interface with an unknown list joins the groups that it certainly binds, and stays in those that it may
        leave: leaving it in a group opens nothing that was closed before.
        """
        effects = self._state.effects_of(change)
        if isinstance(groups, UnknownList):
            present = {membership.security_group_id for membership in self._state.memberships_of(interface)}
            for group in {*groups.ids, *present}:
                self._state.joining.setdefault(group, set()).add("")
                effects.members.add(group)
        else:
            bindings.move_interface(self._state, effects, interface, ids_of(groups))
        effects.add_effect("member")

    def apply_groups(self, change: ResourceChange, step: PlanStep) -> None:
        """Add groups to interfaces or take them away. The order of the groups that are added is not assured."""
        effects = self._state.effects_of(change)
        if step is PlanStep.REMOVED:
            removed = texts(at(change.before, _ATTACHED_GROUPS))
            for interface in texts(change.before.get("network_interface_ids")):
                bindings.leave(self._state, effects, interface, removed)
                self._touch(change, interface, _without(self._groups(interface), removed))
            effects.add_effect("member-out")
        elif step is PlanStep.MADE:
            groups = self._group_lists.groups(change, _ATTACHED_GROUPS, ordered=False)
            instances.note_unknown_groups(self._state, self._group_lists, change, groups)
            named = self._named(change)
            for interface in named or ("",):
                bindings.join(self._state, effects, ids_of(groups), bindings.interface_of(self._state, interface))
            effects.add_effect("member-in")
            for interface in named:
                self._touch(change, interface, _with(self._groups(interface), groups))
            if not named and self._could_be_audited(change):
                self._leave_untraced(change)

    def _named(self, change: ResourceChange) -> tuple[str, ...]:
        """The interfaces that get groups from an attachment; empty where the plan does not tell them."""
        value = values.read(change.after, change.change.after_unknown, _ATTACHED_TO)
        if isinstance(value, KnownValue):
            return texts(value.value)
        members = self._group_lists.references.several(change, _ATTACHED_TO, INTERFACE)
        return members.ids if members.traced else ()

    def detach(self, change: ResourceChange) -> None:
        """Take an interface from its machine. It keeps its groups, and nothing reaches a machine through it."""
        interface = text(change.before.get("eni_id"))
        self._machines[interface] = ""
        self._planned[interface] = self._groups(interface)
        bindings.attach(self._state, self._state.effects_of(change), interface, "")
        self._remove(change, interface)

    def attach(self, change: ResourceChange) -> None:
        """Attach an interface to a machine."""
        references = self._group_lists.references
        interface = references.value(change, ("eni_id",), INTERFACE) or placeholder(change.address)
        machine = references.value(change, ("instance_id",), INSTANCE)
        if machine is None:
            instances.note_untraced_machine(self._state, self._group_lists, change)
            return
        self._machines[interface] = machine
        bindings.attach(self._state, self._state.effects_of(change), interface, machine)
        self._touched.setdefault(interface, []).append(change)

    def finish(self) -> None:
        """Add the touched interfaces of audited nodes to their clusters, or change the lists that they bind."""
        for interface, changes in self._touched.items():
            owners = list(self._owners(interface))
            for key, node in owners:
                self._bind(key, node, interface, changes)
            if not owners and interface not in self._machines and self._may_be_unread(interface):
                self._state.gaps.add(gap(GapReason.NOT_READ, "", interface))
                for change in changes:
                    self._state.effects_of(change).untraced = True

    def _owners(self, interface: str) -> Iterator[tuple[Key, Node | None]]:
        """The audited clusters that have an interface, each with the node that it is attached to."""
        for key, interfaces in self._state.interfaces.items():
            if interface in interfaces:
                yield key, None
        machine = self._machines.get(interface) or bindings.interface_of(self._state, interface).instance_id
        for key, node in self._state.nodes_of(machine) if machine else ():
            if interface not in self._state.interfaces[key] and not self._is_primary(node, interface):
                yield key, node

    def _is_primary(self, node: Node, interface: str) -> bool:
        """Whether an interface that was read has an address of the node: the node's own list is about it."""
        return bool(set(bindings.interface_of(self._state, interface).addresses) & set(node.addresses))

    def _bind(self, key: Key, node: Node | None, interface: str, changes: list[ResourceChange]) -> None:
        groups = self._groups(interface)
        present = self._state.interfaces[key].get(interface)
        if present is None and node is not None:
            present = self._attached(key, node, interface)
        if present is None:
            return
        left_out = present.role is Role.POD and self._state.leaves_out(Part.PODS)
        for change in changes:
            effects = self._state.effects_of(change)
            if left_out:
                effects.leave_out()
                continue
            effects.clusters.add(key[1])
            effects.others.add(interface)
            word = "interface-in" if change.type == MACHINE_ATTACHMENT else "interface"
            on = present.node_id or key[1]
            effects.add_effect(word, interface=interface, node=on, **bindings.listing(groups))
        if not left_out:
            bound = () if isinstance(groups, EmptyList) else binding(self._state, (key[0], interface), key[1], groups)
            self._state.interfaces[key][interface] = replace(present, security_groups=bound)

    def _attached(self, key: Key, node: Node, interface: str) -> Interface:
        """An interface as a further interface of a node: one for Pods if its subnet is a container subnet."""
        described = self._made.get(interface)
        if described is None:
            described = _unlisted(interface, bindings.interface_of(self._state, interface).addresses)
        carries_pods = self._is_container_subnet(key, described.subnet_id)
        return replace(
            described,
            node_id=node.node_id,
            attachment=Attachment.PODS if carries_pods else Attachment.SECONDARY,
            role=Role.POD if carries_pods else node.role,
        )

    def _is_container_subnet(self, key: Key, subnet: str) -> bool:
        cluster = self._state.clusters[key]
        others = self._state.interfaces[key].values()
        if subnet and any(other.subnet_id == subnet and other.attachment is Attachment.PODS for other in others):
            return True
        block = self._networks.subnets.get(subnet, "")
        return cluster.network_mode in _CONTAINER_SUBNETS and block in cluster.networks.container.cidrs

    def _remove(self, change: ResourceChange, interface: str) -> None:
        for key, interfaces in self._state.interfaces.items():
            if interface in interfaces:
                effects = self._state.effects_of(change)
                effects.clusters.add(key[1])
                effects.others.add(interface)
                effects.add_effect("interface-out", interface=interface, node=interfaces[interface].node_id or key[1])
                del interfaces[interface]

    def _groups(self, interface: str) -> Groups:
        """The list of an interface: as planned, as it was read, or as the Terraform state has it."""
        if interface in self._planned:
            return self._planned[interface]
        for interfaces in self._state.interfaces.values():
            if interface in interfaces:
                return bindings.groups_of(interfaces[interface].security_groups, GapReason.NOT_READ)
        members = tuple(membership.security_group_id for membership in self._state.memberships_of(interface))
        return self._present.get(interface, UnknownList(why=GapReason.NOT_READ, ids=members))

    def _touch(self, change: ResourceChange, interface: str, groups: Groups) -> None:
        self._planned[interface] = groups
        self._touched.setdefault(interface, []).append(change)

    def _may_be_unread(self, interface: str) -> bool:
        """Whether an interface of the cloud may be one of a node, because interfaces were not read."""
        if not interface.startswith(INTERFACE.prefix) or bindings.interface_of(self._state, interface).addresses:
            return False
        return not (self._state.reads(Part.INTERFACES) or self._state.leaves_out(Part.INTERFACES))

    def _could_be_audited(self, change: ResourceChange) -> bool:
        """Whether an interface that the plan does not tell may be one of an audited node."""
        references = self._group_lists.references
        made = references.made(INTERFACE)
        if references.may_be_another(change, INTERFACE) or not made:
            return True
        return any(self._state.nodes_of(machine) for name, machine in self._machines.items() if name in made)

    def _leave_untraced(self, change: ResourceChange) -> None:
        self._state.gaps.add(gap(GapReason.INSTANCE_UNTRACED, "", placeholder(change.address)))
        self._state.effects_of(change).add_untraced_effect("instance-untraced")


def _described(change: ResourceChange, interface: str, subnet: str, exposure: Exposure) -> Interface:
    """An interface as its resource describes it; ``_Interfaces`` adds the node, the role and the groups."""
    return replace(
        _unlisted(interface, _addresses(change)),
        subnet_id=subnet,
        name=text(change.after.get("name")) or text(change.before.get("name")),
        exposure=exposure,
    )


def _unlisted(interface: str, addresses: tuple[str, ...]) -> Interface:
    return Interface(
        interface_id=interface,
        attachment=Attachment.SECONDARY,
        role=Role.NODE,
        security_groups=(),
        addresses=addresses,
    )


def _addresses(change: ResourceChange) -> tuple[str, ...]:
    """The private addresses that the plan requests; empty where the cloud chooses any of them."""
    ipv4s = at(change.after, ("ipv4s",))
    requested = (
        tuple(text(item.get("ip")) for item in ipv4s if isinstance(item, dict)) if isinstance(ipv4s, list) else ()
    )
    addresses = tuple(address for ip in requested for address in rule_fields.single_address(ip))
    return addresses if len(addresses) == len(requested) else ()


def _with(present: Groups, added: Groups) -> Groups:
    """A list to which groups are added, in an order that is not assured."""
    if isinstance(added, EmptyList):
        return present
    ids = tuple(dict.fromkeys((*ids_of(present), *ids_of(added))))
    for groups in (present, added):
        if isinstance(groups, UnknownList):
            return UnknownList(why=groups.why, ids=ids, ordered=False)
    return KnownList(ids=ids, ordered=len(ids) < 2)


def _without(present: Groups, removed: tuple[str, ...]) -> Groups:
    """A list from which groups are taken. The others keep their order."""
    match present:
        case EmptyList():
            return present
        case KnownList():
            left = tuple(group for group in present.ids if group not in removed)
            return replace(present, ids=left) if left else EmptyList()
        case UnknownList():
            return replace(present, ids=tuple(group for group in present.ids if group not in removed))
