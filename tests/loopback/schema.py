"""The actions that the server plays: parameters with types, limits and quotas, from the API's own definitions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_IDS = 100
MOST_FILTERS = 10
MOST_FILTER_VALUES = 5
LARGEST_PAGE = 100
DEFAULT_PAGE = 20


class Kind(StrEnum):
    """Types of parameters."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    STRINGS = "list of strings"
    FILTERS = "list of filters"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One action of one version.

    ``rows`` is the answer's list (empty where the answer is one object), ``ids`` the parameter that names rows and
    excludes ``Filters``, ``filters`` the filter names that the server can apply, ``most_ids`` the longest list of ids.
    ``whole_pages``: Offset must be a multiple of Limit.
    """

    service: str
    version: str
    name: str
    rate: int
    params: dict[str, Kind]
    required: tuple[str, ...] = ()
    rows: str = ""
    ids: str = ""
    filters: tuple[str, ...] = ()
    most_ids: int = MOST_IDS
    largest_page: int = LARGEST_PAGE
    whole_pages: bool = False
    regional: bool = True

    @property
    def paged(self) -> bool:
        """Whether it takes Offset and Limit."""
        return "Offset" in self.params


_INTEGER_PAGE = {"Offset": Kind.INTEGER, "Limit": Kind.INTEGER}
_STRING_PAGE = {"Offset": Kind.STRING, "Limit": Kind.STRING}
_FILTERS = {"Filters": Kind.FILTERS}
_CLUSTER = {"ClusterId": Kind.STRING}
_TEMPLATE_PARAMS = {
    **_FILTERS,
    **_STRING_PAGE,
    "NeedMemberInfo": Kind.BOOLEAN,
    "OrderField": Kind.STRING,
    "OrderDirection": Kind.STRING,
    "MemberOrderField": Kind.STRING,
    "MemberOrderDirection": Kind.STRING,
}


def _tke(name: str, params: dict[str, Kind], rows: str, version: str = "2018-05-25", ids: str = "") -> Operation:
    required = ("ClusterId",) if "ClusterId" in params else ()
    filters = ("vpc-id", "ClusterStatus", "ClusterType") if name == "DescribeClusters" else ()
    return Operation(
        service="tke",
        version=version,
        name=name,
        rate=20,
        params=params,
        required=required,
        rows=rows,
        ids=ids,
        filters=filters,
    )


def _vpc(
    name: str,
    params: dict[str, Kind],
    rows: str,
    ids: str = "",
    filters: tuple[str, ...] = (),
    rate: int = 100,
) -> Operation:
    return Operation(
        service="vpc",
        version="2017-03-12",
        name=name,
        rate=rate,
        params=params,
        rows=rows,
        ids=ids,
        filters=filters,
    )


def _templates(name: str, rows: str, filters: tuple[str, ...]) -> Operation:
    return _vpc(name, _TEMPLATE_PARAMS, rows, filters=filters)


def _as(name: str, ids: str, rows: str, filters: tuple[str, ...]) -> Operation:
    return Operation(
        service="as",
        version="2018-04-19",
        name=name,
        rate=20,
        params={ids: Kind.STRINGS, **_FILTERS, **_INTEGER_PAGE},
        rows=rows,
        ids=ids,
        filters=filters,
    )


_OF_BALANCER = {
    "LoadBalancerId": Kind.STRING,
    "ListenerIds": Kind.STRINGS,
    "Protocol": Kind.STRING,
    "Port": Kind.INTEGER,
}


def _clb(
    name: str,
    params: dict[str, Kind],
    *,
    required: tuple[str, ...] = (),
    rows: str = "",
    filters: tuple[str, ...] = (),
    most_ids: int = MOST_IDS,
) -> Operation:
    return Operation(
        service="clb",
        version="2018-03-17",
        name=name,
        rate=20,
        params=params,
        required=required,
        rows=rows,
        filters=filters,
        most_ids=most_ids,
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(service="sts", version="2018-08-13", name="GetCallerIdentity", rate=20, params={}),
    Operation(
        service="sts",
        version="2018-08-13",
        name="AssumeRole",
        rate=600,
        params={
            **dict.fromkeys(("RoleArn", "RoleSessionName", "Policy", "ExternalId", "SourceIdentity"), Kind.STRING),
            **dict.fromkeys(("SerialNumber", "TokenCode"), Kind.STRING),
            "DurationSeconds": Kind.INTEGER,
            "Tags": Kind.OBJECT,
        },
        required=("RoleArn", "RoleSessionName"),
    ),
    Operation(
        service="organization",
        version="2021-03-31",
        name="DescribeOrganizationMembers",
        rate=20,
        params={
            **dict.fromkeys(("Lang", "SearchKey", "AuthName", "Product", "NodeName"), Kind.STRING),
            "NodeId": Kind.INTEGER,
            "Tags": Kind.OBJECT,
            **_INTEGER_PAGE,
        },
        required=("Offset", "Limit"),
        rows="Items",
        regional=False,
        largest_page=50,
        whole_pages=True,
    ),
    Operation(
        service="region",
        version="2022-06-27",
        name="DescribeRegions",
        rate=20,
        params={"Product": Kind.STRING, "Scene": Kind.INTEGER},
        required=("Product",),
        rows="RegionSet",
        regional=False,
    ),
    Operation(
        service="tke",
        version="2018-05-25",
        name="DescribeRegions",
        rate=20,
        params={},
        rows="RegionInstanceSet",
        regional=False,
    ),
    _tke(
        "DescribeClusters",
        {"ClusterIds": Kind.STRINGS, **_INTEGER_PAGE, **_FILTERS, "ClusterType": Kind.STRING},
        "Clusters",
    ),
    _tke(
        "DescribeEKSClusters",
        {"ClusterIds": Kind.STRINGS, **_INTEGER_PAGE, **_FILTERS},
        "Clusters",
    ),
    _tke(
        "DescribeClusterInstances",
        {**_CLUSTER, **_INTEGER_PAGE, "InstanceIds": Kind.STRINGS, "InstanceRole": Kind.STRING, **_FILTERS},
        "InstanceSet",
    ),
    _tke("DescribeClusterNodePools", {**_CLUSTER, **_FILTERS}, "NodePoolSet"),
    _tke(
        "DescribeClusterAsGroups",
        {**_CLUSTER, "AutoScalingGroupIds": Kind.STRINGS, **_INTEGER_PAGE},
        "ClusterAsGroupSet",
    ),
    _tke("DescribeIPAMD", _CLUSTER, ""),
    Operation(
        service="tke",
        version="2018-05-25",
        name="DescribeAddonValues",
        rate=20,
        params={**_CLUSTER, "AddonName": Kind.STRING},
        required=("ClusterId", "AddonName"),
    ),
    _tke("DescribeClusterEndpoints", _CLUSTER, ""),
    _tke("DescribeClusterEndpointStatus", {**_CLUSTER, "IsExtranet": Kind.BOOLEAN}, ""),
    _tke(
        "DescribeClusterInstances",
        {**_CLUSTER, **_INTEGER_PAGE, **_FILTERS, "SortBy": Kind.OBJECT, "NeedTags": Kind.BOOLEAN},
        "InstanceSet",
        version="2022-05-01",
    ),
    _tke("DescribeNodePools", {**_CLUSTER, **_FILTERS, **_INTEGER_PAGE}, "NodePools", version="2022-05-01"),
    Operation(
        service="cvm",
        version="2017-03-12",
        name="DescribeInstances",
        rate=40,
        params={"InstanceIds": Kind.STRINGS, **_FILTERS, **_INTEGER_PAGE},
        rows="InstanceSet",
        ids="InstanceIds",
        filters=("security-group-id", "instance-id", "vpc-id", "subnet-id"),
    ),
    _as(
        "DescribeLaunchConfigurations",
        "LaunchConfigurationIds",
        "LaunchConfigurationSet",
        ("launch-configuration-id",),
    ),
    _as("DescribeAutoScalingGroups", "AutoScalingGroupIds", "AutoScalingGroupSet", ("auto-scaling-group-id",)),
    _vpc(
        "DescribeSecurityGroups",
        {
            "SecurityGroupIds": Kind.STRINGS,
            **_FILTERS,
            **_STRING_PAGE,
            "OrderField": Kind.STRING,
            "OrderDirection": Kind.STRING,
        },
        "SecurityGroupSet",
        "SecurityGroupIds",
        ("security-group-id", "security-group-name", "project-id"),
    ),
    Operation(
        service="vpc",
        version="2017-03-12",
        name="DescribeSecurityGroupPolicies",
        rate=100,
        params={"SecurityGroupId": Kind.STRING, **_FILTERS},
        required=("SecurityGroupId",),
    ),
    _vpc(
        "DescribeNetworkInterfaces",
        {"NetworkInterfaceIds": Kind.STRINGS, **_FILTERS, **_INTEGER_PAGE},
        "NetworkInterfaceSet",
        "NetworkInterfaceIds",
        ("groups.security-group-id", "attachment.instance-id", "vpc-id", "subnet-id", "network-interface-id"),
    ),
    _templates("DescribeAddressTemplates", "AddressTemplateSet", ("address-template-id",)),
    _templates("DescribeAddressTemplateGroups", "AddressTemplateGroupSet", ("address-template-group-id",)),
    _templates("DescribeServiceTemplates", "ServiceTemplateSet", ("service-template-id",)),
    _templates("DescribeServiceTemplateGroups", "ServiceTemplateGroupSet", ("service-template-group-id",)),
    _vpc("DescribeVpcs", {"VpcIds": Kind.STRINGS, **_FILTERS, **_STRING_PAGE}, "VpcSet", "VpcIds", ("vpc-id",)),
    _vpc(
        "DescribeSubnets",
        {
            "SubnetIds": Kind.STRINGS,
            **_FILTERS,
            **_STRING_PAGE,
            "MaxResults": Kind.INTEGER,
            "NextToken": Kind.STRING,
        },
        "SubnetSet",
        "SubnetIds",
        ("subnet-id", "vpc-id"),
    ),
    _vpc(
        "DescribeAssistantCidr",
        {"VpcIds": Kind.STRINGS, **_FILTERS, **_INTEGER_PAGE},
        "AssistantCidrSet",
        "VpcIds",
        ("vpc-id",),
        rate=20,
    ),
    _vpc(
        "DescribeNetworkAcls",
        {
            "NetworkAclIds": Kind.STRINGS,
            **_FILTERS,
            **_INTEGER_PAGE,
            "OrderField": Kind.STRING,
            "OrderDirection": Kind.STRING,
        },
        "NetworkAclSet",
        "NetworkAclIds",
        ("vpc-id", "network-acl-id"),
        rate=20,
    ),
    Operation(
        service="vpc",
        version="2017-03-12",
        name="DescribeNetworkAclQuintupleEntries",
        rate=20,
        params={"NetworkAclId": Kind.STRING, **_INTEGER_PAGE, **_FILTERS},
        required=("NetworkAclId",),
        rows="NetworkAclQuintupleSet",
    ),
    _clb(
        "DescribeLoadBalancers",
        {
            **dict.fromkeys(("LoadBalancerIds", "LoadBalancerVips", "BackendPublicIps"), Kind.STRINGS),
            **dict.fromkeys(("BackendPrivateIps", "AdditionalFields"), Kind.STRINGS),
            **dict.fromkeys(("LoadBalancerType", "LoadBalancerName", "Domain", "OrderBy", "SearchKey"), Kind.STRING),
            **dict.fromkeys(("VpcId", "SecurityGroup", "MasterZone"), Kind.STRING),
            **dict.fromkeys(("Forward", "OrderType", "ProjectId", "WithRs"), Kind.INTEGER),
            **_INTEGER_PAGE,
            **_FILTERS,
        },
        rows="LoadBalancerSet",
        most_ids=20,
    ),
    _clb("DescribeListeners", _OF_BALANCER, required=("LoadBalancerId",)),
    _clb("DescribeTargets", {**_OF_BALANCER, **_FILTERS}, required=("LoadBalancerId",), most_ids=20),
    _clb(
        "DescribeTargetGroupInstances",
        {**_FILTERS, **_INTEGER_PAGE},
        required=("Filters",),
        rows="TargetGroupInstanceSet",
        filters=("TargetGroupId",),
    ),
)

BY_NAME = {(operation.service, operation.version, operation.name): operation for operation in OPERATIONS}
