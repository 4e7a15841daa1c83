"""Rows of tke 2018-05-25 and 2022-05-01 in the API's own shapes, nulls where the definitions allow them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.loopback.rules import Row

CREATED = "2026-03-02T02:00:00Z"
CREATED_2022 = "2026-03-02 02:00:00 +0000 UTC"

PROPERTY = {
    "GR": {"NodeNameType": "lan-ip", "NetworkType": "GR"},
    "GR+VPC-CNI": {"NodeNameType": "lan-ip", "NetworkType": "GR", "VpcCniType": "tke-route-eni"},
    "VPC-CNI": {"NodeNameType": "lan-ip", "NetworkType": "VPC-CNI", "VpcCniType": "tke-route-eni"},
    "CiliumOverlay": {"NodeNameType": "lan-ip", "NetworkType": "CiliumOverlay"},
}
"""tke/Cluster.Property, which the API sends as a string of JSON."""


def cluster(  # noqa: PLR0913 the fields in which clusters differ
    cluster_id: str,
    name: str,
    vpc_id: str,
    mode: str,
    *,
    cluster_cidr: str = "",
    service_cidr: str = "",
    subnets: Iterable[str] | None = None,
    cluster_type: str = "MANAGED_CLUSTER",
    status: str = "Running",
) -> Row:
    """tke/Cluster without a node. A managed cluster shows Masters that are not the account's own."""
    managed = cluster_type == "MANAGED_CLUSTER"
    return {
        "ClusterId": cluster_id,
        "ClusterName": name,
        "ClusterDescription": "",
        "ClusterVersion": "1.30.0",
        "ClusterOs": "tlinux3.1x86_64",
        "ClusterType": cluster_type,
        "ClusterNetworkSettings": network_settings(vpc_id, cluster_cidr, service_cidr, subnets),
        "ClusterNodeNum": 0,
        "ProjectId": 0,
        "TagSpecification": None,
        "ClusterStatus": status,
        "Property": json.dumps(PROPERTY[mode], separators=(",", ":")),
        "ClusterMaterNodeNum": 1 if managed else 0,
        "ImageId": "img-loopback",
        "OsCustomizeType": "GENERAL",
        "ContainerRuntime": "containerd",
        "CreatedTime": CREATED,
        "DeletionProtection": True,
        "EnableExternalNode": False,
        "ClusterLevel": "L5" if managed else "",
        "AutoUpgradeClusterLevel": False,
        "QGPUShareEnable": False,
        "RuntimeVersion": "1.6.9",
        "ClusterEtcdNodeNum": 0,
    }


def network_settings(vpc_id: str, cluster_cidr: str, service_cidr: str, subnets: Iterable[str] | None) -> Row:
    """tke/ClusterNetworkSettings; ``Subnets`` is null where there is no container subnet."""
    return {
        "ClusterCIDR": cluster_cidr,
        "IgnoreClusterCIDRConflict": False,
        "MaxNodePodNum": 64,
        "MaxClusterServiceNum": 1024,
        "Ipvs": False,
        "VpcId": vpc_id,
        "Cni": True,
        "KubeProxyMode": "",
        "ServiceCIDR": service_cidr,
        "Subnets": None if subnets is None else list(subnets),
        "IgnoreServiceCIDRConflict": False,
        "IsDualStack": False,
        "Ipv6ServiceCIDR": "",
        "CiliumMode": "",
    }


def ipamd(subnets: Iterable[str] | None, *, disabled: bool = False) -> Row:
    """The answer of DescribeIPAMD; without subnets the component is not installed."""
    installed = subnets is not None
    return {
        "EnableIPAMD": installed,
        "EnableCustomizedPodCidr": disabled,
        "DisableVpcCniMode": disabled,
        "Phase": "running" if installed else "",
        "Reason": "",
        "SubnetIds": None if subnets is None else list(subnets),
        "ClaimExpiredDuration": "0s" if installed else "",
        "EnableTrunkingENI": False,
    }


def eks_cluster(cluster_id: str, name: str, vpc_id: str, subnets: Iterable[str]) -> Row:
    """tke/EksCluster: the subnets of the Pods, and no group."""
    return {
        "ClusterId": cluster_id,
        "ClusterName": name,
        "VpcId": vpc_id,
        "SubnetIds": list(subnets),
        "K8SVersion": "1.30.0",
        "Status": "running",
        "ClusterDesc": "",
        "CreatedTime": CREATED,
        "ServiceSubnetId": "",
        "DnsServers": None,
        "NeedDeleteCbs": False,
        "EnableVpcCoreDNS": True,
        "TagSpecification": None,
    }


def addon_values(cluster_id: str, groups: Iterable[str] = (), *, enabled: bool = False) -> str:
    """The merged values of the add-on eniipamd, as the text of JSON that DescribeAddonValues has."""
    feature = {"enableSecurityGroups": enabled, "securityGroups": list(groups)}
    vpc_cni = {"enableVpcCni": True, "ipam": {"subnetIds": []}, "securityGroups": feature}
    return json.dumps({"clusterId": cluster_id, "vpcCni": vpc_cni}, separators=(",", ":"))


def endpoints(cluster_id: str) -> Row:
    """The answer of DescribeClusterEndpoints for a cluster without an entrance; its public domain is filled."""
    return {
        "CertificationAuthority": "certificate of the loopback server",
        "ClusterExternalEndpoint": "",
        "ClusterIntranetEndpoint": "",
        "ClusterDomain": f"{cluster_id}.ccs.tencent-cloud.com",
        "ClusterExternalACL": None,
        "ClusterExternalDomain": f"{cluster_id}.ccs.tencent-cloud.com",
        "ClusterIntranetDomain": "",
        "SecurityGroup": "",
        "ClusterIntranetSubnetId": "",
    }


def node_2018(node_id: str, role: str, address: str | None, pool_id: str = "", group_id: str = "") -> Row:
    """tke 2018 Instance."""
    return {
        "InstanceId": node_id,
        "InstanceRole": role,
        "FailedReason": "=Ready:True",
        "InstanceState": "running",
        "DrainStatus": "",
        "InstanceAdvancedSettings": None,
        "CreatedTime": CREATED,
        "LanIP": address,
        "NodePoolId": pool_id,
        "AutoscalingGroupId": group_id,
    }


def node_2022(node_id: str, kind: str, address: str, pool_id: str, detail: Row) -> Row:
    """tke 2022 Instance; of Native, Regular, Super and External all but ``kind`` are null."""
    row: Row = {
        "InstanceId": node_id,
        "InstanceRole": "WORKER",
        "FailedReason": None,
        "InstanceState": "running",
        "Unschedulable": False,
        "CreatedTime": CREATED_2022,
        "LanIP": address,
        "NodePoolId": pool_id or None,
        "Native": None,
        "Regular": None,
        "Super": None,
        "External": None,
        "NodeType": kind,
    }
    row[kind] = detail
    return row


def native_detail(node_id: str, instance_id: str, groups: Iterable[str] | None, home: Row, address: str) -> Row:
    """tke/NativeNodeInfo: the groups stand in ``SecurityGroupIDs``."""
    return {
        "MachineName": node_id,
        "MachineState": "Running",
        "Zone": home["Zone"],
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "CreatedAt": "2026-03-02 10:00:00",
        "DisplayName": node_id,
        "CPU": 4,
        "Memory": 8,
        "LanIp": address,
        "InstanceType": "SA2.LARGE8",
        "WanIp": None,
        "KeyIds": None,
        "DataDisks": None,
        "SecurityGroupIDs": None if groups is None else list(groups),
        "VpcId": home["VpcId"],
        "SubnetId": home["SubnetId"],
        "MachineType": "NativeCVM" if instance_id.startswith("ins-") else "Native",
        "InstanceId": instance_id,
        "Tags": None,
    }


def super_detail(home: Row) -> Row:
    """tke/SuperNodeInfo: it has no groups of its own."""
    return {
        "Name": "",
        "CPU": None,
        "Memory": None,
        "Zone": home["Zone"],
        "VpcId": home["VpcId"],
        "SubnetId": home["SubnetId"],
        "ActiveAt": None,
        "ExpireAt": None,
    }


def external_detail(name: str) -> Row:
    """tke/ExternalNodeInfo."""
    return {"Name": name, "CPU": 8, "Memory": 16, "K8SVersion": "v1.30.0-tke.1"}


def pool_2018(pool_id: str, name: str, cluster_id: str, configuration_id: str, group_id: str) -> Row:
    """tke 2018 NodePool, always auto-scaling."""
    return {
        "NodePoolId": pool_id,
        "Name": name,
        "ClusterInstanceId": cluster_id,
        "LifeState": "normal",
        "LaunchConfigurationId": configuration_id,
        "AutoscalingGroupId": group_id,
        "Labels": [],
        "Taints": [],
        "Annotations": [],
        "NodeCountSummary": _node_counts(),
        "AutoscalingGroupStatus": "enabled",
        "MaxNodesNum": 10,
        "MinNodesNum": 0,
        "DesiredNodesNum": 0,
        "RuntimeConfig": {"RuntimeType": "containerd", "RuntimeVersion": "1.6.9"},
        "NodePoolOs": "tlinux3.1x86_64",
        "Tags": None,
        "DeletionProtection": False,
    }


def pool_2022(pool_id: str, name: str, cluster_id: str, kind: str, detail: Row) -> Row:
    """tke 2022 NodePool; of Native, Regular, Super and External all but ``kind`` are null."""
    row: Row = {
        "ClusterId": cluster_id,
        "NodePoolId": pool_id,
        "Tags": [],
        "Taints": [],
        "DeletionProtection": False,
        "Unschedulable": False,
        "Type": kind,
        "Labels": [],
        "LifeState": "Running",
        "CreatedAt": CREATED_2022,
        "Name": name,
        "Native": None,
        "Annotations": [],
        "Super": None,
        "Regular": None,
        "External": None,
    }
    row[kind] = detail
    return row


def regular_pool_detail(configuration_id: str, group_id: str) -> Row:
    """tke/RegularNodePoolInfo."""
    return {
        "LaunchConfigurationId": configuration_id,
        "AutoscalingGroupId": group_id,
        "NodeCountSummary": _node_counts(),
        "AutoscalingGroupStatus": "enabled",
        "MaxNodesNum": 10,
        "MinNodesNum": 0,
        "DesiredNodesNum": 0,
        "NodePoolOs": "tlinux3.1x86_64",
    }


def native_pool_detail(groups: Iterable[str] | None, subnets: Iterable[str]) -> Row:
    """tke/NativeNodePoolInfo: the groups stand in ``SecurityGroupIds``, spelt otherwise than the node's."""
    return {
        "SubnetIds": list(subnets),
        "SecurityGroupIds": None if groups is None else list(groups),
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "KeyIds": None,
        "EnableAutoscaling": True,
        "InstanceTypes": ["SA2.LARGE8"],
        "Replicas": 0,
        "ReadyReplicas": 0,
        "MachineType": "Native",
    }


def super_pool_detail(groups: Iterable[str] | None, subnets: Iterable[str]) -> Row:
    """tke/SuperNodePoolInfo."""
    return {"SubnetIds": list(subnets), "SecurityGroupIds": None if groups is None else list(groups)}


def external_pool_detail(count: int) -> Row:
    """tke/ExternalNodePoolInfo."""
    return {"RuntimeConfig": {"RuntimeType": "containerd", "RuntimeVersion": "1.6.9"}, "NodesNum": count}


def as_group(group_id: str) -> Row:
    """tke/ClusterAsGroup."""
    return {
        "AutoScalingGroupId": group_id,
        "Status": "enabled",
        "IsUnschedulable": False,
        "Labels": [],
        "CreatedTime": "2026-03-02 10:00:00",
    }


def _node_counts() -> Row:
    counts = {"Initializing": 0, "Joining": 0, "Normal": 0, "Total": 0}
    return {"ManuallyAdded": counts, "AutoscalingAdded": counts}
