"""One cluster with its nodes and pools, as the several tke actions tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.loopback import tke_shapes
from tests.loopback.rules import Row

if TYPE_CHECKING:
    from tests.loopback.estate import Region

COUNTED = {
    "MASTER": ("ClusterMaterNodeNum",),
    "ETCD": ("ClusterEtcdNodeNum",),
    "MASTER_ETCD": ("ClusterMaterNodeNum", "ClusterEtcdNodeNum"),
}
"""Which of the cluster's own counts a role adds to."""


class ClusterRows:
    """A cluster's rows. Methods return the id of the node or pool; the cluster's counts keep up.

    ``refused_roles`` are the values of ``InstanceRole`` that this cluster does not know.
    """

    def __init__(  # noqa: PLR0913 what tells clusters apart
        self,
        region: Region,
        cluster_id: str,
        name: str,
        vpc_id: str,
        mode: str,
        *,
        cluster_cidr: str,
        service_cidr: str,
        container_subnets: Iterable[str] | None,
        cluster_type: str,
        status: str,
    ) -> None:
        subnets = None if container_subnets is None else list(container_subnets)
        self.region = region
        self.cluster_id = cluster_id
        self.row = tke_shapes.cluster(
            cluster_id,
            name,
            vpc_id,
            mode,
            cluster_cidr=cluster_cidr,
            service_cidr=service_cidr,
            subnets=subnets if mode == "VPC-CNI" else None,
            cluster_type=cluster_type,
            status=status,
        )
        self.ipamd = tke_shapes.ipamd(subnets)
        self.addons: dict[str, str] = {}
        """The values of installed add-ons, as JSON texts."""
        if subnets is not None:
            self.addons["eniipamd"] = tke_shapes.addon_values(cluster_id)
        self.endpoints = tke_shapes.endpoints(cluster_id)
        self.endpoint_status = {True: "NotFound", False: "NotFound"}
        self.refused_roles: tuple[str, ...] = ()
        self.nodes_2018: list[Row] = []
        self.nodes_2022: list[Row] = []
        self.pools_2018: list[Row] = []
        self.pools_2022: list[Row] = []
        self.as_groups: list[Row] = []

    @property
    def runs_anything(self) -> bool:
        """Whether the cluster has any node or pool of any kind."""
        return any((self.nodes_2018, self.nodes_2022, self.pools_2018, self.pools_2022, self.as_groups))

    def pod_groups(self, *groups: str) -> None:
        """Switch the groups of Pods' interfaces on; without ``groups`` they bind those of their node."""
        self.addons["eniipamd"] = tke_shapes.addon_values(self.cluster_id, groups, enabled=True)

    def public_entrance(self, endpoint: str, *, group: str = "", acl: Iterable[str] | None = None) -> None:
        """Switch the public entrance on, with a group of its own or a list of blocks."""
        blocks = None if acl is None else list(acl)
        self.endpoints |= {"ClusterExternalEndpoint": endpoint, "SecurityGroup": group, "ClusterExternalACL": blocks}
        self.endpoint_status[True] = "Created"

    def private_entrance(self, endpoint: str, *, subnet_id: str = "", group: str | None = None) -> None:
        """Switch the private entrance on; without ``group`` the answer has no IntranetSecurityGroup."""
        self.endpoints |= {"ClusterIntranetEndpoint": endpoint, "ClusterIntranetSubnetId": subnet_id}
        if group is not None:
            self.endpoints["IntranetSecurityGroup"] = group
        self.endpoint_status[False] = "Created"

    def worker(
        self, subnet_id: str, groups: Iterable[str], *, pool_id: str = "", name: str = "", node_id: str = ""
    ) -> str:
        """An ordinary worker: a CVM instance that both versions list."""
        node_id = self.region.instance(subnet_id, groups, name=name or "worker", instance_id=node_id)
        address = self.region.instances[-1]["PrivateIpAddresses"][0]
        self.nodes_2018.append(tke_shapes.node_2018(node_id, "WORKER", address, pool_id))
        detail = {"InstanceAdvancedSettings": None, "AutoscalingGroupId": ""}
        self._add_2022(tke_shapes.node_2022(node_id, "Regular", address, pool_id, detail))
        return node_id

    def master(
        self, subnet_id: str, groups: Iterable[str], *, role: str = "MASTER_ETCD", name: str = "", node_id: str = ""
    ) -> str:
        """A Master or etcd machine of an independent cluster, which only its role's own list shows."""
        node_id = self.region.instance(subnet_id, groups, name=name or role.lower(), instance_id=node_id)
        address = self.region.instances[-1]["PrivateIpAddresses"][0]
        self.nodes_2018.append(tke_shapes.node_2018(node_id, role, address))
        for count in COUNTED[role]:
            self.row[count] += 1
        return node_id

    def native(
        self, subnet_id: str, groups: Iterable[str], *, pool_id: str = "", node_id: str = "", machine_id: str = ""
    ) -> str:
        """A native node with groups of its own. Its machine is no CVM unless ``machine_id`` is an ``ins-``."""
        bound, home = list(groups), self.region.subnets[subnet_id]
        node_id = node_id or self.region.estate.make_id(pool_id or "np-native")
        machine_id = machine_id or self.region.estate.make_id("eks")
        self._attach(machine_id, subnet_id, bound, node_id)
        address = self.region.interfaces[-1]["PrivateIpAddressSet"][0]["PrivateIpAddress"]
        self.nodes_2018.append(tke_shapes.node_2018(node_id, "WORKER", address, pool_id))
        detail = tke_shapes.native_detail(node_id, machine_id, bound, home, address)
        self._add_2022(tke_shapes.node_2022(node_id, "Native", address, pool_id, detail))
        return node_id

    def _attach(self, machine_id: str, subnet_id: str, groups: list[str], name: str) -> None:
        if machine_id.startswith("ins-"):
            self.region.instance(subnet_id, groups, name=name, instance_id=machine_id)
        else:
            self.region.interface(subnet_id, groups, instance_id=machine_id, business="eks", primary=True)

    def super_node(self, subnet_id: str, *, pool_id: str = "") -> str:
        """A super node: no machine, no groups."""
        node_id = self.region.estate.make_id(f"eklet-{subnet_id}")
        detail = tke_shapes.super_detail(self.region.subnets[subnet_id])
        self._add_2022(tke_shapes.node_2022(node_id, "Super", self.region.address(subnet_id), pool_id, detail))
        return node_id

    def registered_node(self, *, pool_id: str = "") -> str:
        """A machine from elsewhere, with an address that is none."""
        node_id = self.region.estate.make_id("node")
        detail = tke_shapes.external_detail(node_id)
        self._add_2022(tke_shapes.node_2022(node_id, "External", "10.0.6.x", pool_id, detail))
        return node_id

    def auto_scaling_pool(
        self,
        groups: Iterable[str],
        subnets: Iterable[str],
        *,
        name: str = "pool",
        primary_interface: Iterable[str] | None = None,
        pool_id: str = "",
    ) -> str:
        """An auto-scaling pool; the groups of a ``primary_interface`` override ``groups``."""
        configuration_id, group_id = self.region.scaling(
            groups, subnets, name=name, primary_interface=primary_interface
        )
        pool_id = pool_id or self.region.estate.make_id("np")
        self.as_groups.append(tke_shapes.as_group(group_id))
        self.pools_2018.append(tke_shapes.pool_2018(pool_id, name, self.cluster_id, configuration_id, group_id))
        self._add_pool(pool_id, name, "Regular", tke_shapes.regular_pool_detail(configuration_id, group_id))
        return pool_id

    def native_pool(
        self, groups: Iterable[str] | None, subnets: Iterable[str], *, name: str = "native", pool_id: str = ""
    ) -> str:
        """A native pool, which holds its groups itself."""
        pool_id = pool_id or self.region.estate.make_id("np")
        self._add_pool(pool_id, name, "Native", tke_shapes.native_pool_detail(groups, subnets))
        return pool_id

    def super_pool(
        self, groups: Iterable[str] | None, subnets: Iterable[str], *, name: str = "super", pool_id: str = ""
    ) -> str:
        """A super-node pool."""
        pool_id = pool_id or self.region.estate.make_id("np")
        self._add_pool(pool_id, name, "Super", tke_shapes.super_pool_detail(groups, subnets))
        return pool_id

    def external_pool(self, count: int, *, name: str = "registered", pool_id: str = "") -> str:
        """A pool of registered nodes."""
        pool_id = pool_id or self.region.estate.make_id("np")
        self._add_pool(pool_id, name, "External", tke_shapes.external_pool_detail(count))
        return pool_id

    def legacy_group(
        self,
        groups: Iterable[str],
        subnets: Iterable[str],
        *,
        name: str = "legacy",
        primary_interface: Iterable[str] | None = None,
    ) -> str:
        """An auto-scaling group of the cluster that belongs to no pool."""
        _, group_id = self.region.scaling(groups, subnets, name=name, primary_interface=primary_interface)
        self.as_groups.append(tke_shapes.as_group(group_id))
        return group_id

    def _add_2022(self, row: Row) -> None:
        self.nodes_2022.append(row)
        self.row["ClusterNodeNum"] += 1

    def _add_pool(self, pool_id: str, name: str, kind: str, detail: Row) -> None:
        self.pools_2022.append(tke_shapes.pool_2022(pool_id, name, self.cluster_id, kind, detail))
