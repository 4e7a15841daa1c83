"""Lists every API action that the fetcher calls, with its quota and purpose.

The calls, the rate budget, the CAM policy and ``doctor`` all read :data:`ACTIONS`. A new action also needs parameters
to try it with (:func:`auditor.fetcher.doctor.probes`), words for its gaps and an answer of the loopback server; the
test ``tests/fetcher/test_actions.py`` names those that are missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from auditor.model.codes import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAction:
    """One action of the API.

    ``rate`` is the quota on the action's API page, in requests a second for each sub-account and region (20 where the
    page names none). ``needs`` names the facts that stay unknown without the action. ``legacy_service`` is the service
    under which older CAM policies spell the action. An audit is complete without an ``optional`` action. ``part`` is
    the only part of the audit that needs the action: ``scope:`` in the configuration can leave it out.
    """

    service: str
    version: str
    name: str
    rate: int
    needs: str
    legacy_service: str = ""
    optional: bool = False
    part: Part | None = None

    @property
    def permission(self) -> str:
        """The CAM action, as in ``vpc:DescribeSubnets``."""
        return f"{self.service}:{self.name}"

    @property
    def permissions(self) -> tuple[str, ...]:
        """Every CAM spelling that a policy must grant."""
        legacy = (f"{self.legacy_service}:{self.name}",) if self.legacy_service else ()
        return (self.permission, *legacy)


def _tke(name: str, needs: str, version: str = "2018-05-25", rate: int = 20, part: Part | None = None) -> ApiAction:
    return ApiAction(service="tke", version=version, name=name, rate=rate, needs=needs, part=part)


def _vpc(name: str, needs: str, rate: int = 100, legacy_service: str = "", part: Part | None = None) -> ApiAction:
    return ApiAction(
        service="vpc", version="2017-03-12", name=name, rate=rate, needs=needs, legacy_service=legacy_service, part=part
    )


def _as(name: str, needs: str) -> ApiAction:
    return ApiAction(service="as", version="2018-04-19", name=name, rate=20, needs=needs)


def _clb(name: str, needs: str) -> ApiAction:
    return ApiAction(service="clb", version="2018-03-17", name=name, rate=20, needs=needs, part=Part.LOAD_BALANCERS)


CALLER_IDENTITY = ApiAction(
    service="sts",
    version="2018-08-13",
    name="GetCallerIdentity",
    rate=20,
    needs="the account that a report names",
    optional=True,
)
REGIONS = ApiAction(
    service="region", version="2022-06-27", name="DescribeRegions", rate=20, needs="the list behind --region all"
)
TKE_REGIONS = _tke("DescribeRegions", "the list behind --region all, where the region service does not answer")
CLUSTERS = _tke("DescribeClusters", "which clusters there are and their networks")
EKS_CLUSTERS = _tke("DescribeEKSClusters", "the subnets of the Pods of serverless clusters", part=Part.PODS)
CLUSTER_INSTANCES = _tke("DescribeClusterInstances", "workers, Masters and etcd nodes")
CLUSTER_INSTANCES_2022 = _tke("DescribeClusterInstances", "native, super and registered nodes", version="2022-05-01")
CLUSTER_NODE_POOLS = _tke("DescribeClusterNodePools", "auto-scaling node pools")
NODE_POOLS_2022 = _tke("DescribeNodePools", "native, super and auto-scaling node pools", version="2022-05-01")
CLUSTER_AS_GROUPS = _tke("DescribeClusterAsGroups", "auto-scaling groups without a node pool")
IPAMD = _tke("DescribeIPAMD", "the container subnets of VPC-CNI")
ADDON_VALUES = _tke("DescribeAddonValues", "the groups of the next Pod interface of VPC-CNI", part=Part.PODS)
CLUSTER_ENDPOINTS = _tke("DescribeClusterEndpoints", "the entrances of the API server", part=Part.ENDPOINT)
CLUSTER_ENDPOINT_STATUS = _tke(
    "DescribeClusterEndpointStatus", "whether an entrance of the API server is on", part=Part.ENDPOINT
)
INSTANCES = ApiAction(
    service="cvm",
    version="2017-03-12",
    name="DescribeInstances",
    rate=40,
    needs="the groups that each machine binds, and which other machines bind them",
)
LAUNCH_CONFIGURATIONS = _as("DescribeLaunchConfigurations", "the groups of a pool's next node")
AUTO_SCALING_GROUPS = _as("DescribeAutoScalingGroups", "the subnets of a pool's next node")
SECURITY_GROUPS = _vpc("DescribeSecurityGroups", "the names of groups", legacy_service="cvm")
SECURITY_GROUP_POLICIES = _vpc("DescribeSecurityGroupPolicies", "the rules of each group", legacy_service="cvm")
NETWORK_INTERFACES = _vpc("DescribeNetworkInterfaces", "the network interfaces and the groups that they bind")
ADDRESS_TEMPLATES = _vpc("DescribeAddressTemplates", "the addresses of templates that rules name")
ADDRESS_TEMPLATE_GROUPS = _vpc("DescribeAddressTemplateGroups", "the templates of groups that rules name")
SERVICE_TEMPLATES = _vpc("DescribeServiceTemplates", "the ports of templates that rules name")
SERVICE_TEMPLATE_GROUPS = _vpc("DescribeServiceTemplateGroups", "the templates of groups that rules name")
VPCS = _vpc("DescribeVpcs", "the cluster network")
SUBNETS = _vpc("DescribeSubnets", "node and container subnets")
ASSISTANT_CIDRS = _vpc("DescribeAssistantCidr", "further blocks of the VPC", rate=20)
NETWORK_ACLS = _vpc("DescribeNetworkAcls", "the network ACLs of subnets", rate=20, part=Part.NETWORK_ACLS)
NETWORK_ACL_ENTRIES = _vpc(
    "DescribeNetworkAclQuintupleEntries",
    "the entries of network ACLs with five fields",
    rate=20,
    part=Part.NETWORK_ACLS,
)
LOAD_BALANCERS = _clb("DescribeLoadBalancers", "the load balancers of the VPC and their groups")
LISTENERS = _clb("DescribeListeners", "the listeners of load balancers and their health checks")
TARGETS = _clb("DescribeTargets", "the back ends of listeners")
TARGET_GROUP_INSTANCES = _clb("DescribeTargetGroupInstances", "the back ends of target groups")

ACTIONS: tuple[ApiAction, ...] = tuple(value for value in list(globals().values()) if isinstance(value, ApiAction))
"""Every action above, in the order in which a run first calls them."""


def needed(left_out: Collection[Part] = ()) -> tuple[ApiAction, ...]:
    """The actions of a run that leaves out these parts of the audit."""
    return tuple(action for action in ACTIONS if action.part not in left_out)
