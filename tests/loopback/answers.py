"""An estate's answer to one call: which rows, filtered, in pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.loopback import shapes, tke_shapes
from tests.loopback.balancer_answers import balancer_answer
from tests.loopback.checks import page
from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate, Region
from tests.loopback.refusals import Refused
from tests.loopback.rules import Row
from tests.loopback.schema import Operation

LIFETIME = 7200
LONGEST_LIFETIME = 43200
"""Seconds of temporary keys: unless asked for, and at most."""

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,128}", re.ASCII)

Params = Mapping[str, Any]


def answer(estate: Estate, operation: Operation, region: str, params: Params) -> Row:
    """The inner ``Response`` without its ``RequestId``. Raises ``Refused``."""
    if operation.name == "DescribeRegions":
        rows = _REGIONS[operation.service](estate)
        return {"TotalCount": len(rows), operation.rows: rows}
    if operation.name in _OF_ACCOUNT:
        return _OF_ACCOUNT[operation.name](estate, params)
    if region not in estate.regions:
        raise Refused("UnsupportedRegion", f"The region `{region}` is not supported.")
    home = estate.regions[region]
    if operation.name in _OBJECTS:
        return _OBJECTS[operation.name](home, params)
    if operation.service == "clb":
        return balancer_answer(operation, home, params)
    return _listing(operation, _rows(operation, home, params), params)


def _assumed(estate: Estate, params: Params) -> Row:
    if not _SESSION_NAME.fullmatch(params["RoleSessionName"]):
        raise Refused("InvalidParameter.ParamError", "The session name is malformed.")
    if not 0 < params.get("DurationSeconds", LIFETIME) <= LONGEST_LIFETIME:
        raise Refused("InvalidParameter.OverTimeError", "The duration is too long.")
    if params["RoleArn"] not in estate.roles or params.get("ExternalId", "") != estate.external_id:
        raise Refused("UnauthorizedOperation", f"you are not authorized to assume {params['RoleArn']}")
    return shapes.role_keys(f"{estate.account}-{estate.make_id('role')}", params.get("DurationSeconds", LIFETIME))


def _members(estate: Estate, params: Params) -> Row:
    if not estate.members:
        raise Refused("ResourceNotFound.OrganizationNotExist", "The organization does not exist.")
    offset, limit = page(params)
    return {"Total": len(estate.members), "Items": estate.members[offset : offset + limit]}


_OF_ACCOUNT: dict[str, Callable[[Estate, Params], Row]] = {
    "GetCallerIdentity": lambda estate, _params: shapes.caller_identity(estate.account),
    "AssumeRole": _assumed,
    "DescribeOrganizationMembers": _members,
}


def _listing(operation: Operation, rows: list[Row], params: Params) -> Row:
    if not operation.paged:
        return {"TotalCount": len(rows), operation.rows: rows}
    offset, limit = page(params)
    listing: Row = {"TotalCount": len(rows), operation.rows: rows[offset : offset + limit]}
    if (operation.version, operation.name) == ("2022-05-01", "DescribeClusterInstances"):
        listing["Errors"] = []
    return listing


def _rows(operation: Operation, region: Region, params: Params) -> list[Row]:
    if "ClusterId" in operation.params:
        return _cluster_rows(operation, _cluster(region, params), params)
    if operation.name == "DescribeClusters":
        return _clusters(region, params)
    if operation.name == "DescribeNetworkAclQuintupleEntries":
        return _acl_quintuples(region, params)
    if operation.name == "DescribeEKSClusters":
        wanted = params.get("ClusterIds")
        return [row for cluster_id, row in region.serverless.items() if not wanted or cluster_id in wanted]
    rows, id_key = _tables(region)[operation.name]
    chosen = _by_id(operation, list(rows), id_key, params)
    for item in params.get("Filters", []):
        values, wanted = _FILTER_VALUES[item["Name"]], frozenset(item["Values"])
        chosen = [row for row in chosen if not wanted.isdisjoint(values(row))]
    return chosen


def _acl_quintuples(region: Region, params: Params) -> list[Row]:
    if params.get("Filters"):
        raise Refused("InvalidParameter.Coexist", "The parameters `NetworkAclId` and `Filters` can not coexist.")
    if params["NetworkAclId"] not in region.acl_quintuples:
        raise Refused("ResourceNotFound", f"The resource `{params['NetworkAclId']}` is not found.")
    return region.acl_quintuples[params["NetworkAclId"]]


def _tables(region: Region) -> dict[str, tuple[Iterable[Row], str]]:
    return {
        "DescribeInstances": (region.instances, "InstanceId"),
        "DescribeLaunchConfigurations": (region.launch_configurations, "LaunchConfigurationId"),
        "DescribeAutoScalingGroups": (region.auto_scaling_groups, "AutoScalingGroupId"),
        "DescribeSecurityGroups": (region.security_groups, "SecurityGroupId"),
        "DescribeNetworkInterfaces": (region.interfaces, "NetworkInterfaceId"),
        "DescribeAddressTemplates": (region.address_templates, "AddressTemplateId"),
        "DescribeAddressTemplateGroups": (region.address_template_groups, "AddressTemplateGroupId"),
        "DescribeServiceTemplates": (region.service_templates, "ServiceTemplateId"),
        "DescribeServiceTemplateGroups": (region.service_template_groups, "ServiceTemplateGroupId"),
        "DescribeVpcs": (region.vpcs, "VpcId"),
        "DescribeSubnets": (region.subnets.values(), "SubnetId"),
        "DescribeAssistantCidr": (region.assistant_cidrs, "VpcId"),
        "DescribeNetworkAcls": (region.network_acls, "NetworkAclId"),
    }


def _by_id(operation: Operation, rows: list[Row], id_key: str, params: Params) -> list[Row]:
    """The rows named; an unknown id fails the whole call in vpc and is silently absent elsewhere."""
    wanted = frozenset(params.get(operation.ids, ()) if operation.ids else ())
    if not wanted:
        return rows
    chosen = [row for row in rows if row[id_key] in wanted]
    if operation.service == "vpc" and operation.name != "DescribeAssistantCidr":
        for missing in sorted(wanted - {row[id_key] for row in chosen}):
            raise Refused("ResourceNotFound", f"The resource `{missing}` is not found.")
    return chosen


_FILTER_VALUES: dict[str, Callable[[Row], Iterable[str]]] = {
    "security-group-id": lambda row: row["SecurityGroupIds"] if "InstanceId" in row else [row["SecurityGroupId"]],
    "security-group-name": lambda row: [row["SecurityGroupName"]],
    "project-id": lambda row: [row["ProjectId"]],
    "instance-id": lambda row: [row["InstanceId"]],
    "vpc-id": lambda row: [row["VirtualPrivateCloud"]["VpcId"] if "VirtualPrivateCloud" in row else row["VpcId"]],
    "subnet-id": lambda row: [
        row["VirtualPrivateCloud"]["SubnetId"] if "VirtualPrivateCloud" in row else row["SubnetId"]
    ],
    "groups.security-group-id": lambda row: row["GroupSet"],
    "attachment.instance-id": lambda row: [row["Attachment"]["InstanceId"]] if row["Attachment"] else [],
    "network-acl-id": lambda row: [row["NetworkAclId"]],
    "network-interface-id": lambda row: [row["NetworkInterfaceId"]],
    "launch-configuration-id": lambda row: [row["LaunchConfigurationId"]],
    "auto-scaling-group-id": lambda row: [row["AutoScalingGroupId"]],
    "address-template-id": lambda row: [row["AddressTemplateId"]],
    "address-template-group-id": lambda row: [row["AddressTemplateGroupId"]],
    "service-template-id": lambda row: [row["ServiceTemplateId"]],
    "service-template-group-id": lambda row: [row["ServiceTemplateGroupId"]],
}


def _clusters(region: Region, params: Params) -> list[Row]:
    wanted = params.get("ClusterIds") or list(region.clusters)
    rows = [cluster.row for cluster_id, cluster in region.clusters.items() if cluster_id in wanted]
    if params.get("ClusterType"):
        rows = [row for row in rows if row["ClusterType"] == params["ClusterType"]]
    keys: dict[str, Callable[[Row], str]] = {
        "vpc-id": lambda row: row["ClusterNetworkSettings"]["VpcId"],
        "ClusterStatus": lambda row: row["ClusterStatus"],
        "ClusterType": lambda row: row["ClusterType"],
    }
    for item in params.get("Filters", []):
        rows = [row for row in rows if keys[item["Name"]](row) in item["Values"]]
    return rows


def _cluster(region: Region, params: Params) -> ClusterRows:
    cluster = region.clusters.get(params["ClusterId"])
    if cluster is None:
        raise Refused("InvalidParameter.ClusterNotFound", f"The cluster `{params['ClusterId']}` is not found.")
    return cluster


def _cluster_rows(operation: Operation, cluster: ClusterRows, params: Params) -> list[Row]:
    if operation.name == "DescribeClusterInstances" and operation.version == "2018-05-25":
        return _nodes_2018(cluster, params)
    if operation.name == "DescribeClusterAsGroups":
        wanted = params.get("AutoScalingGroupIds")
        return [row for row in cluster.as_groups if not wanted or row["AutoScalingGroupId"] in wanted]
    return {
        "DescribeClusterInstances": cluster.nodes_2022,
        "DescribeClusterNodePools": cluster.pools_2018,
        "DescribeNodePools": cluster.pools_2022,
    }[operation.name]


def _nodes_2018(cluster: ClusterRows, params: Params) -> list[Row]:
    role = params.get("InstanceRole", "WORKER")
    if role in cluster.refused_roles or role not in {"WORKER", "MASTER", "ETCD", "MASTER_ETCD"}:
        raise Refused("InvalidParameter.Param", f"The role `{role}` is not supported.")
    wanted = params.get("InstanceIds")
    return [
        row for row in cluster.nodes_2018 if row["InstanceRole"] == role and (not wanted or row["InstanceId"] in wanted)
    ]


def _policies(region: Region, params: Params) -> Row:
    policies = region.policies.get(params["SecurityGroupId"])
    if policies is None:
        raise Refused("ResourceNotFound", f"The resource `{params['SecurityGroupId']}` is not found.")
    return {"SecurityGroupPolicySet": policies}


def _ipamd(region: Region, params: Params) -> Row:
    return dict(_cluster(region, params).ipamd)


def _addon_values(region: Region, params: Params) -> Row:
    cluster = _cluster(region, params)
    values = cluster.addons.get(params["AddonName"], "")
    return {"Values": values, "DefaultValues": tke_shapes.addon_values(cluster.cluster_id)}


def _endpoints(region: Region, params: Params) -> Row:
    return dict(_cluster(region, params).endpoints)


def _endpoint_status(region: Region, params: Params) -> Row:
    status = _cluster(region, params).endpoint_status[params.get("IsExtranet", False)]
    return {"Status": status, "ErrorMsg": "" if status == "NotFound" else status}


_OBJECTS: dict[str, Callable[[Region, Params], Row]] = {
    "DescribeSecurityGroupPolicies": _policies,
    "DescribeIPAMD": _ipamd,
    "DescribeAddonValues": _addon_values,
    "DescribeClusterEndpoints": _endpoints,
    "DescribeClusterEndpointStatus": _endpoint_status,
}


def _product_regions(estate: Estate) -> list[Row]:
    nothing = {"RegionTypeMC": None, "LocationMC": None, "RegionNameMC": None, "RegionIdMC": None}
    return [{"Region": name, "RegionName": name, "RegionState": "AVAILABLE", **nothing} for name in estate.regions]


def _tke_regions(estate: Estate) -> list[Row]:
    blank = {"FeatureGates": "", "Remark": ""}
    return [
        {"RegionName": name, "RegionId": number, "Status": "alluser", "Alias": name[-2:], **blank}
        for number, name in enumerate(estate.regions, start=1)
    ]


_REGIONS: dict[str, Callable[[Estate], list[Row]]] = {"region": _product_regions, "tke": _tke_regions}
