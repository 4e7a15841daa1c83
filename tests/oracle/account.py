"""One region's raw rows with what of them may not be read: templates, members, clusters with nodes and networks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Region
from tests.oracle.lines import Entry, Line, entry, of_group
from tests.oracle.spans import Span, of_text, of_texts

Row: TypeAlias = Mapping[str, Any]
Groups: TypeAlias = tuple[str, ...]
Key: TypeAlias = tuple[str, str, Groups]
"""Role, attachment and groups in binding order."""
Addresses: TypeAlias = tuple[tuple[Span, ...], bool]
Services: TypeAlias = tuple[tuple[Entry, ...], tuple[str, ...]]

COULD_BE_A_NETWORK = of_texts(
    ("9.0.0.0/8", "10.0.0.0/8", "11.0.0.0/8", "30.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
"""Where the cloud lets a VPC or Pods have their addresses (vpc/CreateVpc, CreateAssistantCidr)."""


@dataclass
class Unread:
    """What the account may not read. Sets hold ids, of groups or clusters."""

    rules: set[str] = field(default_factory=set)
    instances_by_group: bool = False
    interfaces_by_group: bool = False
    address_templates: bool = False
    service_templates: bool = False
    ipamd: set[str] = field(default_factory=set)
    subnets: bool = False
    vpcs: bool = False
    launch_configurations: bool = False
    machines: bool = False
    """cvm/DescribeInstances by id."""
    workers: bool = False
    masters: bool = False
    newer_nodes: bool = False
    newer_pools: bool = False

    @property
    def node_lists(self) -> bool:
        return self.workers or self.masters or self.newer_nodes

    @property
    def anything(self) -> bool:
        return any(bool(value) for value in vars(self).values())


@dataclass(frozen=True)
class Net:
    spans: tuple[Span, ...]
    open: bool = False
    """Whether more addresses could belong to it."""


@dataclass(frozen=True)
class OwnInterface:
    """An interface of a cluster that is not the primary interface of a node; ``node_id`` may be empty."""

    row: Row
    attachment: str
    role: str
    node_id: str


@dataclass
class Stacks:
    """Who binds which list of groups in which role, and on which kind of interface."""

    nodes: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Nodes that bind the list, and nodes that have an interface that binds it."""
    interfaces: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    pools: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    add_ons: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    entrances: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The entrances of the API server, by what filters them."""
    blocks: dict[Key, Groups] = field(default_factory=dict)
    """The list of blocks that filters an entrance in place of groups."""
    exposures: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    native: set[str] = field(default_factory=set)
    """The nodes of which no document says what passes them without a group."""

    def undocumented(self, key: Key) -> set[str]:
        """Who of a stack without a group is filtered in a way that no document tells."""
        _, attachment, groups = key
        if groups:
            return set()
        if attachment == "super-node-pods":
            return self.bearers(key)
        return (self.bearers(key) & self.native) | self.pools.get(key, set())

    def bearers(self, key: Key) -> set[str]:
        """Everything that binds the list itself."""
        own = self.nodes if key[1] == "primary" else self.interfaces
        others = (self.pools, self.add_ons, self.entrances)
        return own.get(key, set()).union(*(bearers.get(key, set()) for bearers in others))

    def is_open(self, key: Key) -> bool:
        """Whether nothing filters at least one bearer of the stack."""
        return not key[2] and key not in self.blocks and bool(self.bearers(key) - self.undocumented(key))

    def exposure(self, key: Key) -> str:
        """Whether any machine or interface of the stack has a public address."""
        said = self.exposures.get(key, set())
        if "internet" in said:
            return "internet"
        return "none-found" if said == {"none-found"} else "unknown"

    def lists(self) -> list[Key]:
        bearers = (self.nodes, self.interfaces, self.pools, self.add_ons, self.entrances)
        return sorted({key for keys in bearers for key in keys})


class Account:
    """The rows of one region."""

    def __init__(self, region: Region, unread: Unread | None = None) -> None:
        self.region = region
        self.unread = unread or Unread()
        self._lines: dict[tuple[str, str], list[Line]] = {}
        self._nodes_of: dict[str, list[tuple[str, str, Groups | None, Row]]] = {}
        self._interfaces_of: dict[str, list[OwnInterface]] = {}

    def lines(self, groups: Groups, direction: str) -> list[Line]:
        """The rules of a stack, one list after the other."""
        found = []
        for group in groups:
            if (group, direction) not in self._lines:
                self._lines[group, direction] = of_group(self, group, direction)
            found += self._lines[group, direction]
        return found

    def address_template(self, template_id: str) -> Addresses:
        if self.unread.address_templates:
            return (), True
        row = _by_id(self.region.address_templates, "AddressTemplateId", template_id)
        if row is None or not row["AddressSet"]:
            return (), True
        spans, broken = [], False
        for text in row["AddressSet"]:
            try:
                spans.append(of_text(text))
            except ValueError:
                broken = True
        return tuple(spans), broken

    def address_group(self, group_id: str) -> Addresses:
        row = _by_id(self.region.address_template_groups, "AddressTemplateGroupId", group_id)
        if self.unread.address_templates or row is None:
            return (), True
        found = [self.address_template(member) for member in row["AddressTemplateIdSet"]]
        return tuple(span for spans, _ in found for span in spans), any(broken for _, broken in found)

    def service_template(self, template_id: str) -> Services:
        row = _by_id(self.region.service_templates, "ServiceTemplateId", template_id)
        if self.unread.service_templates or row is None or not row["ServiceSet"]:
            return (), ("all",)
        entries = [entry(text) for text in row["ServiceSet"]]
        return tuple(one for one in entries if one), ("all",) if None in entries else ()

    def service_group(self, group_id: str) -> Services:
        row = _by_id(self.region.service_template_groups, "ServiceTemplateGroupId", group_id)
        if self.unread.service_templates or row is None:
            return (), ("all",)
        found = [self.service_template(member) for member in row["ServiceTemplateIdSet"]]
        return tuple(one for entries, _ in found for one in entries), tuple(
            {one for _, open_ in found for one in open_}
        )

    def members(self, group: str) -> Addresses:
        """The private addresses of what binds a group."""
        texts: set[str] = set()
        if not self.unread.instances_by_group:
            for row in self.region.instances:
                if group in row["SecurityGroupIds"]:
                    texts.update([*(row["PrivateIpAddresses"] or ()), *(row["IPv6Addresses"] or ())])
        if not self.unread.interfaces_by_group:
            for row in self.region.interfaces:
                if group in row["GroupSet"]:
                    texts.update(one["PrivateIpAddress"] for one in row["PrivateIpAddressSet"])
                    texts.update(one["Address"] for one in row["Ipv6AddressSet"] or ())
        texts.update(self._native_addresses(group))
        return of_texts(sorted(texts)), self.unread.instances_by_group or self.unread.interfaces_by_group

    def _native_addresses(self, group: str) -> Iterator[str]:
        for cluster in self.region.clusters.values():
            for row in () if self.unread.newer_nodes else cluster.nodes_2022:
                native = row["Native"] or {}
                if group in (native.get("SecurityGroupIDs") or ()):
                    yield from filter(None, [native.get("LanIp")])

    def stacks(self, cluster: ClusterRows) -> Stacks:
        """Every list of groups that something of the cluster binds and that could be read."""
        found = Stacks()
        for node_id, role, groups, row in self._nodes(cluster):
            if groups is not None:
                found.nodes[role, "primary", groups].add(node_id)
                found.exposures[role, "primary", groups].add(self._exposure(node_id, row))
                found.native.update([node_id] if row.get("Native") else ())
        for pool_id, groups in self._pools(cluster):
            if groups is not None:
                found.pools["node", "primary", groups].add(pool_id)
        self._add_interfaces(cluster, found)
        self._add_predictions(cluster, found)
        _add_entrances(cluster, found)
        return found

    def _add_interfaces(self, cluster: ClusterRows, found: Stacks) -> None:
        for interface in self.interfaces(cluster):
            row = interface.row
            key = (interface.role, interface.attachment, tuple(row["GroupSet"]))
            public = any(one["PublicIpAddress"] for one in row["PrivateIpAddressSet"])
            found.interfaces[key].add(row["NetworkInterfaceId"])
            found.nodes[key].update({interface.node_id} - {""})
            found.exposures[key].add("internet" if public else "none-found")

    def _add_predictions(self, cluster: ClusterRows, found: Stacks) -> None:
        """What the next Pod will bind. An empty list of a pool tells nothing."""
        for row in () if self.unread.newer_pools else cluster.pools_2022:
            if row["Super"] and row["Super"]["SecurityGroupIds"]:
                key = ("pod", "super-node-pods", tuple(row["Super"]["SecurityGroupIds"]))
                found.pools[key].add(row["NodePoolId"])
        for groups in self._of_add_on(cluster):
            found.add_ons["pod", "pods", groups].add("eniipamd")

    def _of_add_on(self, cluster: ClusterRows) -> set[Groups]:
        enabled = cluster.ipamd["EnableIPAMD"] and not cluster.ipamd["DisableVpcCniMode"]
        attached = enabled and cluster.cluster_id not in self.unread.ipamd
        mode = self.mode(cluster)
        if mode == "CiliumOverlay" or not (mode == "VPC-CNI" or attached) or "eniipamd" not in cluster.addons:
            return set()
        feature = json.loads(cluster.addons["eniipamd"])["vpcCni"]["securityGroups"]
        nodes = [groups for _, role, groups, _ in self._nodes(cluster) if role == "node"]
        of_nodes = nodes or [groups for _, groups in self._pools(cluster)]
        if not of_nodes:
            return set()
        if not feature["enableSecurityGroups"] or feature["securityGroups"]:
            return {tuple(feature["securityGroups"]) if feature["enableSecurityGroups"] else ()}
        return {groups for groups in of_nodes if groups is not None}

    def interfaces(self, cluster: ClusterRows) -> list[OwnInterface]:
        """The interfaces of a cluster, except for the primary ones of its nodes."""
        if self.unread.interfaces_by_group:
            return []
        if cluster.cluster_id not in self._interfaces_of:
            self._interfaces_of[cluster.cluster_id] = self._read_interfaces(cluster)
        return self._interfaces_of[cluster.cluster_id]

    def _read_interfaces(self, cluster: ClusterRows) -> list[OwnInterface]:
        vpc_id = cluster.row["ClusterNetworkSettings"]["VpcId"]
        rows = [row for row in self.region.interfaces if row["VpcId"] == vpc_id]
        owned = (self._own(cluster, row) for row in rows)
        return [interface for interface in owned if interface is not None]

    def _own(self, cluster: ClusterRows, row: Row) -> OwnInterface | None:
        owner = self._owner(row)
        if owner is not None:
            owning, node_id, role = owner
            if owning is not cluster or row["Primary"]:
                return None
            if row["SubnetId"] in self.container_subnets(cluster):
                return OwnInterface(row, "pods", "pod", node_id)
            unclassified = cluster.cluster_id in self.unread.ipamd and self.mode(cluster) != "CiliumOverlay"
            return None if unclassified else OwnInterface(row, "secondary", role, node_id)
        if row["Business"] == "eks" and self._pod_users(row) == [cluster.cluster_id]:
            return OwnInterface(row, "super-node-pods", "pod", "")
        return None

    def _owner(self, row: Row) -> tuple[ClusterRows, str, str] | None:
        """Cluster, id and role of the node that an interface is attached to."""
        machine_id = row["Attachment"]["InstanceId"] if row["Attachment"] else ""
        addresses = {one["PrivateIpAddress"] for one in row["PrivateIpAddressSet"]}
        for cluster in self.region.clusters.values():
            if cluster.row["ClusterNetworkSettings"]["VpcId"] != row["VpcId"]:
                continue
            older = {node["InstanceId"]: node["LanIP"] for node in cluster.nodes_2018 if self._lists(node)}
            for node_id, role, _, node in self._nodes(cluster):
                native = node.get("Native") or {}
                ids = {node_id, native.get("InstanceId")} - {None, ""}
                known = {native.get("LanIp"), older.get(node_id) if node_id.startswith("np-") else None}
                same_address = row["Business"] == "eks" and bool(known & addresses)
                if machine_id in ids or (machine_id and same_address):
                    return cluster, node_id, role
        return None

    def _pod_users(self, row: Row) -> list[str]:
        """The clusters that use the subnet of an interface for Pods of super nodes."""
        return [
            cluster_id
            for cluster_id, cluster in self.region.clusters.items()
            if cluster.row["ClusterNetworkSettings"]["VpcId"] == row["VpcId"]
            and row["SubnetId"] in self._super_subnets(cluster)
        ]

    def _super_subnets(self, cluster: ClusterRows) -> set[str]:
        pools = () if self.unread.newer_pools else cluster.pools_2022
        nodes = () if self.unread.newer_nodes else cluster.nodes_2022
        subnets = {subnet for row in pools if row["Super"] for subnet in row["Super"]["SubnetIds"] or ()}
        return subnets | {row["Super"]["SubnetId"] for row in nodes if row.get("Super")}

    def has_unknown_pods(self, cluster: ClusterRows) -> bool:
        """Whether no answer tells what Pods of super nodes bind: of a node in no pool, or of a pool without groups."""
        pools = () if self.unread.newer_pools else cluster.pools_2022
        nodes = () if self.unread.newer_nodes else cluster.nodes_2022
        lone = any(row.get("Super") and not row.get("NodePoolId") for row in nodes)
        return lone or any(row["Super"] and not row["Super"]["SecurityGroupIds"] for row in pools)

    def container_subnets(self, cluster: ClusterRows) -> set[str]:
        """The subnets of VPC-CNI, as far as they were read."""
        if self.mode(cluster) == "CiliumOverlay":
            return set()
        subnets = set(cluster.row["ClusterNetworkSettings"]["Subnets"] or ())
        ipamd = cluster.ipamd
        enabled = ipamd["EnableIPAMD"] and not ipamd["DisableVpcCniMode"]
        if enabled and cluster.cluster_id not in self.unread.ipamd:
            subnets.update(ipamd["SubnetIds"] or ())
        return subnets

    def _nodes(self, cluster: ClusterRows) -> list[tuple[str, str, Groups | None, Row]]:
        if cluster.cluster_id not in self._nodes_of:
            self._nodes_of[cluster.cluster_id] = list(self._read_nodes(cluster))
        return self._nodes_of[cluster.cluster_id]

    def _read_nodes(self, cluster: ClusterRows) -> Iterator[tuple[str, str, Groups | None, Row]]:
        masters = self._masters(cluster)
        newer = {} if self.unread.newer_nodes else {row["InstanceId"]: row for row in cluster.nodes_2022}
        older = {row["InstanceId"] for row in cluster.nodes_2018 if self._lists(row)}
        for node_id in sorted({*older, *newer}):
            row = newer.get(node_id, {})
            if row.get("NodeType") in ("Super", "External") or row.get("External") or node_id.startswith("eklet-"):
                continue
            role = "master" if node_id in masters else "node"
            yield node_id, role, self._node_groups(node_id, row), row

    def _lists(self, row: Row) -> bool:
        return not (self.unread.workers if row["InstanceRole"] == "WORKER" else self.unread.masters)

    def _masters(self, cluster: ClusterRows) -> set[str]:
        rows = [row for row in cluster.nodes_2018 if row["InstanceRole"] != "WORKER"]
        return set() if self.unread.masters else {row["InstanceId"] for row in rows}

    def _exposure(self, node_id: str, row: Row) -> str:
        native = row.get("Native")
        machine = _by_id(self.region.instances, "InstanceId", native["InstanceId"] if native else node_id)
        public = [native["WanIp"]] if native else []
        if machine is not None and not self.unread.machines:
            public += machine["PublicIpAddresses"] or ()
        return "internet" if any(public) else "none-found"

    def _node_groups(self, node_id: str, row: Row) -> Groups | None:
        native = row.get("Native")
        if native and native.get("SecurityGroupIDs") is not None:
            return tuple(native["SecurityGroupIDs"])
        machine_id = native["InstanceId"] if native else node_id
        machine = _by_id(self.region.instances, "InstanceId", machine_id)
        if self.unread.machines or machine is None or machine["SecurityGroupIds"] is None:
            return None
        return tuple(dict.fromkeys(machine["SecurityGroupIds"]))

    def _pools(self, cluster: ClusterRows) -> Iterator[tuple[str, Groups | None]]:
        seen = set()
        for row in cluster.pools_2018:
            seen.add(row["AutoscalingGroupId"])
            yield row["NodePoolId"], self._launched(row["LaunchConfigurationId"])
        for row in () if self.unread.newer_pools else cluster.pools_2022:
            native = row["Native"]
            if native is not None:
                groups = native["SecurityGroupIds"]
                yield row["NodePoolId"], None if groups is None else tuple(groups)
        for row in cluster.as_groups:
            if row["AutoScalingGroupId"] not in seen:
                group = _by_id(self.region.auto_scaling_groups, "AutoScalingGroupId", row["AutoScalingGroupId"])
                yield row["AutoScalingGroupId"], self._launched(group["LaunchConfigurationId"] if group else "")

    def _launched(self, configuration_id: str) -> Groups | None:
        """What the next machine binds as far as its configuration names groups."""
        row = _by_id(self.region.launch_configurations, "LaunchConfigurationId", configuration_id)
        if self.unread.launch_configurations or row is None:
            return None
        for interface in row.get("NetworkInterfaces") or ():
            if interface["InterfaceType"] == "PRIMARY" and interface["SecurityGroupIds"]:
                return tuple(interface["SecurityGroupIds"])
        return tuple(row["SecurityGroupIds"])

    def bound(self) -> set[str]:
        """Every group that something of any cluster binds."""
        stacks = [self.stacks(cluster) for cluster in self.region.clusters.values()]
        return {group for found in stacks for *_, groups in found.lists() for group in groups}

    def referred(self) -> set[str]:
        """Every template, and group of templates, that a rule of those groups names, with the members of groups."""
        rows = [
            row for group in self.bound() for one in ("Ingress", "Egress") for row in self.region.policies[group][one]
        ]
        parts = [row.get(key) or {} for row in rows for key in ("AddressTemplate", "ServiceTemplate")]
        named = {value for part in parts for value in part.values() if value}
        for row in self.region.address_template_groups:
            named.update(row["AddressTemplateIdSet"] if row["AddressTemplateGroupId"] in named else ())
        for row in self.region.service_template_groups:
            named.update(row["ServiceTemplateIdSet"] if row["ServiceTemplateGroupId"] in named else ())
        return named

    def container_net(self, cluster: ClusterRows) -> Net:
        settings, ipamd = cluster.row["ClusterNetworkSettings"], cluster.ipamd
        mode = self.mode(cluster)
        spans = () if mode == "VPC-CNI" else of_texts(filter(None, settings["ClusterCIDR"].split(",")))
        if mode == "CiliumOverlay":
            return Net(spans)
        unread = cluster.cluster_id in self.unread.ipamd
        subnets = set(settings["Subnets"] or ())
        if not unread and ipamd["EnableIPAMD"] and not ipamd["DisableVpcCniMode"]:
            subnets.update(ipamd["SubnetIds"] or ())
        if self.unread.subnets and subnets:
            return Net(spans, open=True)
        return Net((*spans, *self._subnet_spans(subnets)), open=unread)

    def mode(self, cluster: ClusterRows) -> str:
        """The network type that the cluster's property declares; VPC-CNI may be attached to ``GR``."""
        for word in ("CiliumOverlay", "VPC-CNI"):
            if f'"NetworkType":"{word}"' in cluster.row["Property"].replace(" ", ""):
                return word
        return "GR"

    def cluster_net(self, cluster: ClusterRows) -> Net:
        """The VPC's own block and its ordinary assistant blocks."""
        if self.unread.vpcs:
            return Net((), open=True)
        vpc_id = cluster.row["ClusterNetworkSettings"]["VpcId"]
        row = _by_id(self.region.vpcs, "VpcId", vpc_id)
        assert row is not None
        listed = row["AssistantCidrSet"]
        if listed is None:
            listed = [one for one in self.region.assistant_cidrs if one["VpcId"] == vpc_id]
        ordinary = [one["CidrBlock"] for one in listed if one.get("AssistantType") in (0, None)]
        return Net(of_texts([row["CidrBlock"], *ordinary]))

    def lacks_ipv6(self, cluster: ClusterRows) -> bool:
        """Whether it was read that the VPC has no IPv6 block."""
        row = _by_id(self.region.vpcs, "VpcId", cluster.row["ClusterNetworkSettings"]["VpcId"])
        return not self.unread.vpcs and row is not None and row["Ipv6CidrBlock"] == ""

    def home_net(self, cluster: ClusterRows) -> Net:
        """The subnets in which the cluster has or will have nodes, Masters or Pods."""
        subnets = {self._node_subnet(node_id, cluster) for node_id, *_ in self._nodes(cluster)}
        for row in cluster.as_groups:
            group = _by_id(self.region.auto_scaling_groups, "AutoScalingGroupId", row["AutoScalingGroupId"])
            subnets.update(group["SubnetIdSet"] if group else ())
        for row in cluster.pools_2022:
            subnets.update((row["Native"] or {}).get("SubnetIds", ()))
        if self.mode(cluster) != "CiliumOverlay":
            ipamd = cluster.ipamd
            enabled = ipamd["EnableIPAMD"] and not ipamd["DisableVpcCniMode"]
            subnets.update(cluster.row["ClusterNetworkSettings"]["Subnets"] or ())
            subnets.update(ipamd["SubnetIds"] or () if enabled else ())
        hidden = self.unread
        known = not (hidden.subnets or hidden.machines or hidden.node_lists or hidden.newer_pools or hidden.ipamd)
        return Net(self._subnet_spans(subnets - {""}), open=not known)

    def _node_subnet(self, node_id: str, cluster: ClusterRows) -> str:
        native = next((row["Native"] for row in cluster.nodes_2022 if row["InstanceId"] == node_id), None)
        if native:
            return str(native["SubnetId"])
        machine = _by_id(self.region.instances, "InstanceId", node_id)
        return str(machine["VirtualPrivateCloud"]["SubnetId"]) if machine else ""

    def _subnet_spans(self, subnets: Iterable[str]) -> tuple[Span, ...]:
        return of_texts(self.region.subnets[one]["CidrBlock"] for one in sorted(subnets))

    def foreign(self, cluster: ClusterRows, group: str) -> set[str]:
        """Instances that bind a group and are certainly no nodes of the cluster."""
        own = {row["InstanceId"] for row in (*cluster.nodes_2018, *cluster.nodes_2022)}
        natives = [row["Native"] for row in cluster.nodes_2022 if row["Native"]]
        own |= {native["InstanceId"] for native in natives} | self._attached({native["LanIp"] for native in natives})
        pods = {one for row in cluster.pools_2022 if row["Super"] for one in row["Super"]["SecurityGroupIds"] or ()}
        interfaces = self.interfaces(cluster)
        pods |= {one for found in interfaces if found.attachment == "super-node-pods" for one in found.row["GroupSet"]}
        interface_ids = {found.row["NetworkInterfaceId"] for found in interfaces}
        found: set[str] = set()
        if not self.unread.instances_by_group:
            found.update(row["InstanceId"] for row in self.region.instances if group in row["SecurityGroupIds"])
        if not self.unread.interfaces_by_group:
            found.update(
                row["Attachment"]["InstanceId"]
                for row in self.region.interfaces
                if group in row["GroupSet"]
                and row["Attachment"]
                and row["NetworkInterfaceId"] not in interface_ids
                and not (row["Business"] == "eks" and group in pods)
            )
        return found - own

    def _attached(self, addresses: set[str]) -> set[str]:
        """The machines behind interfaces that have one of the addresses."""
        return {
            row["Attachment"]["InstanceId"]
            for row in self.region.interfaces
            if row["Attachment"]
            and addresses.intersection(one["PrivateIpAddress"] for one in row["PrivateIpAddressSet"])
        }


def _by_id(rows: Iterable[Row], key: str, wanted: str) -> Row | None:
    return next((row for row in rows if row[key] == wanted), None)


def _add_entrances(cluster: ClusterRows, found: Stacks) -> None:
    """The entrances that are on, with their own group, or with the list of blocks of a managed cluster."""
    answer = cluster.endpoints
    kinds = (
        ("ClusterExternalEndpoint", "SecurityGroup", "ClusterExternalACL", "internet"),
        ("ClusterIntranetEndpoint", "IntranetSecurityGroup", "", "none-found"),
    )
    for address, group, acl, exposure in kinds:
        if not answer[address]:
            continue
        key = ("endpoint", "endpoint", (answer[group],) if answer.get(group) else ())
        blocks = answer[acl] if acl and cluster.row["ClusterType"] == "MANAGED_CLUSTER" else ()
        if not key[2] and not blocks:
            continue
        if not key[2]:
            found.blocks[key] = tuple(blocks)
        found.entrances[key].add(address)
        found.exposures[key].add(exposure)
