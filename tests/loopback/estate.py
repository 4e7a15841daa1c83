"""A consistent estate in few lines: regions with networks, groups, templates, machines and clusters.

Everything is kept as rows in the API's own shapes, so a test may bend any of them afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from ipaddress import ip_network

from tests.loopback import balancers, shapes, tke_shapes
from tests.loopback.balancers import BalancerRows
from tests.loopback.clusters import ClusterRows
from tests.loopback.rules import ALLOW_ALL, Row, policy_set

GUANGZHOU = "ap-guangzhou"


class Estate:
    """What one account has, by region.

    Its ``roles``, by their ARN, are those that the users of the server may assume, with its ``external_id`` if it has
    one. ``members`` are the accounts of the organization that it manages.
    """

    def __init__(self, account: str = shapes.ACCOUNT) -> None:
        self.account = account
        self.roles: set[str] = set()
        self.external_id = ""
        self.members: list[Row] = []
        self.regions: dict[str, Region] = {}
        self._made: Counter[str] = Counter()

    def region(self, name: str = GUANGZHOU) -> Region:
        """The region of that name, new where there was none."""
        return self.regions.setdefault(name, Region(self, name))

    def make_id(self, prefix: str) -> str:
        """An id that was not given before, as in ``sg-00000001``."""
        self._made[prefix] += 1
        return f"{prefix}-{self._made[prefix]:08d}"


class Region:
    """The tables of one region. Every method returns the id of what it made, or the id given."""

    def __init__(self, estate: Estate, name: str) -> None:
        self.estate = estate
        self.name = name
        self.vpcs: list[Row] = []
        self.assistant_cidrs: list[Row] = []
        self.subnets: dict[str, Row] = {}
        self.security_groups: list[Row] = []
        self.policies: dict[str, Row] = {}
        self.address_templates: list[Row] = []
        self.address_template_groups: list[Row] = []
        self.service_templates: list[Row] = []
        self.service_template_groups: list[Row] = []
        self.instances: list[Row] = []
        self.interfaces: list[Row] = []
        self.launch_configurations: list[Row] = []
        self.auto_scaling_groups: list[Row] = []
        self.clusters: dict[str, ClusterRows] = {}
        self.serverless: dict[str, Row] = {}
        self.balancers: dict[str, BalancerRows] = {}
        self.target_groups: dict[str, list[Row]] = {}
        self.network_acls: list[Row] = []
        self.acl_quintuples: dict[str, list[Row]] = {}
        self._addresses: Counter[str] = Counter()

    def vpc(
        self,
        cidr: str,
        *,
        name: str = "vpc",
        ordinary: Iterable[str] = (),
        container: Iterable[str] = (),
        ipv6: str = "",
        embedded: bool = True,
        vpc_id: str = "",
    ) -> str:
        """A VPC; ``ordinary`` and ``container`` are its assistant blocks, inside the answer unless not ``embedded``."""
        vpc_id = vpc_id or self.estate.make_id("vpc")
        blocks = [shapes.assistant_cidr(vpc_id, block, container=False) for block in ordinary]
        blocks += [shapes.assistant_cidr(vpc_id, block, container=True) for block in container]
        self.assistant_cidrs += blocks
        self.vpcs.append(shapes.vpc(vpc_id, name, cidr, blocks if embedded else None, ipv6))
        return vpc_id

    def subnet(
        self, vpc_id: str, cidr: str, *, name: str = "subnet", zone: str = "", ipv6: str = "", subnet_id: str = ""
    ) -> str:
        """A subnet of the VPC."""
        subnet_id = subnet_id or self.estate.make_id("subnet")
        self.subnets[subnet_id] = shapes.subnet(subnet_id, vpc_id, name, cidr, zone or f"{self.name}-3", ipv6)
        return subnet_id

    def network_acl(
        self,
        *subnet_ids: str,
        ingress: Iterable[Row] = (),
        egress: Iterable[Row] = (),
        quintuples: Iterable[Row] | None = None,
        acl_id: str = "",
    ) -> str:
        """A network ACL of these subnets, with entries of three fields or, as ``quintuples``, of five."""
        acl_id = acl_id or self.estate.make_id("acl")
        vpc_id = self.subnets[subnet_ids[0]]["VpcId"]
        is_quintuple = quintuples is not None
        self.network_acls.append(shapes.network_acl(acl_id, vpc_id, ingress, egress, quintuple=is_quintuple))
        self.acl_quintuples[acl_id] = list(quintuples or ())
        for subnet_id in subnet_ids:
            self.subnets[subnet_id]["NetworkAclId"] = acl_id
        return acl_id

    def group(
        self,
        ingress: Iterable[Row] = (),
        egress: Iterable[Row] = ALLOW_ALL,
        *,
        name: str = "group",
        description: str = "",
        group_id: str = "",
    ) -> str:
        """A security group with its rules from the top; its egress lets everything out unless said."""
        group_id = group_id or self.estate.make_id("sg")
        self.security_groups.append(shapes.security_group(group_id, name, description))
        self.policies[group_id] = policy_set(ingress, egress, version=1)
        return group_id

    def address_template(self, *entries: str, name: str = "addresses", template_id: str = "") -> str:
        """An address template (``ipm-``)."""
        template_id = template_id or self.estate.make_id("ipm")
        self.address_templates.append(shapes.address_template(template_id, name, entries))
        return template_id

    def address_template_group(self, *members: str, name: str = "address groups", group_id: str = "") -> str:
        """A group of address templates (``ipmg-``)."""
        group_id = group_id or self.estate.make_id("ipmg")
        self.address_template_groups.append(shapes.address_template_group(group_id, name, members))
        return group_id

    def service_template(self, *entries: str, name: str = "services", template_id: str = "") -> str:
        """A service template (``ppm-``)."""
        template_id = template_id or self.estate.make_id("ppm")
        self.service_templates.append(shapes.service_template(template_id, name, entries))
        return template_id

    def service_template_group(self, *members: str, name: str = "service groups", group_id: str = "") -> str:
        """A group of service templates (``ppmg-``) that are there already."""
        group_id = group_id or self.estate.make_id("ppmg")
        by_id = {row["ServiceTemplateId"]: row for row in self.service_templates}
        rows = [by_id[member] for member in members]
        self.service_template_groups.append(shapes.service_template_group(group_id, name, rows))
        return group_id

    def instance(self, subnet_id: str, groups: Iterable[str], *, name: str = "machine", instance_id: str = "") -> str:
        """A CVM instance with its primary interface."""
        instance_id = instance_id or self.estate.make_id("ins")
        bound, home, address = list(groups), self.subnets[subnet_id], self.address(subnet_id)
        self.instances.append(shapes.instance(instance_id, name, home, bound, address))
        interface_id = self.estate.make_id("eni")
        self.interfaces.append(
            shapes.interface(
                interface_id,
                home,
                bound,
                address,
                instance_id=instance_id,
                primary=True,
                account=self.estate.account,
            )
        )
        return instance_id

    def interface(
        self,
        subnet_id: str,
        groups: Iterable[str],
        *,
        instance_id: str = "",
        business: str = "cvm",
        address: str = "",
        public: str = "",
        interface_id: str = "",
        primary: bool = False,
    ) -> str:
        """An interface, secondary unless said, attached to ``instance_id`` or to nothing."""
        interface_id = interface_id or self.estate.make_id("eni")
        home = self.subnets[subnet_id]
        place = address or self.address(subnet_id)
        self.interfaces.append(
            shapes.interface(
                interface_id,
                home,
                groups,
                place,
                instance_id=instance_id,
                primary=primary,
                business=business,
                public=public,
                account=self.estate.account,
            )
        )
        return interface_id

    def scaling(
        self, groups: Iterable[str], subnets: Iterable[str], *, name: str, primary_interface: Iterable[str] | None
    ) -> tuple[str, str]:
        """A launch configuration and an auto-scaling group that uses it; their ids in this order."""
        homes = list(subnets)
        configuration_id, group_id = self.estate.make_id("asc"), self.estate.make_id("asg")
        self.launch_configurations.append(
            shapes.launch_configuration(configuration_id, name, groups, primary_interface)
        )
        vpc_id = self.subnets[homes[0]]["VpcId"] if homes else ""
        self.auto_scaling_groups.append(shapes.auto_scaling_group(group_id, name, configuration_id, vpc_id, homes))
        return configuration_id, group_id

    def cluster(  # noqa: PLR0913 what tells clusters apart
        self,
        vpc_id: str,
        *,
        name: str = "cluster",
        mode: str = "GR",
        cluster_cidr: str = "",
        service_cidr: str = "",
        container_subnets: Iterable[str] | None = None,
        cluster_type: str = "MANAGED_CLUSTER",
        status: str = "Running",
        cluster_id: str = "",
    ) -> ClusterRows:
        """A cluster without a node; ``mode`` is a key of ``tke_shapes.PROPERTY``."""
        cluster = ClusterRows(
            self,
            cluster_id or self.estate.make_id("cls"),
            name,
            vpc_id,
            mode,
            cluster_cidr=cluster_cidr,
            service_cidr=service_cidr,
            container_subnets=container_subnets,
            cluster_type=cluster_type,
            status=status,
        )
        self.clusters[cluster.cluster_id] = cluster
        return cluster

    def balancer(  # noqa: PLR0913 what tells load balancers apart
        self,
        vpc_id: str,
        groups: Iterable[str] = (),
        *,
        name: str = "balancer",
        address: str = "203.0.113.80",
        kind: str = "OPEN",
        pass_to_target: bool = False,
        cluster_id: str = "",
        classic: bool = False,
        balancer_id: str = "",
    ) -> BalancerRows:
        """A load balancer without a listener; ``cluster_id`` is the cluster that its tags name."""
        row = balancers.balancer(
            balancer_id or self.estate.make_id("lb"),
            name,
            vpc_id,
            self.name,
            groups,
            address,
            kind=kind,
            pass_to_target=pass_to_target,
            cluster_id=cluster_id,
            classic=classic,
        )
        made = self.balancers[row["LoadBalancerId"]] = BalancerRows(self, row)
        return made

    def target_group(self, *targets: Row, group_id: str = "") -> str:
        """A target group with its back ends."""
        group_id = group_id or self.estate.make_id("lbtg")
        self.target_groups[group_id] = [balancers.group_target(group_id, row) for row in targets]
        return group_id

    def serverless_cluster(
        self, vpc_id: str, subnets: Iterable[str], *, name: str = "serverless", cluster_id: str = ""
    ) -> str:
        """A serverless cluster, whose Pods have interfaces in ``subnets``."""
        made = self.cluster(vpc_id, name=name, cluster_type="SERVERLESS_CLUSTER", cluster_id=cluster_id)
        made.row["Property"] = ""
        self.serverless[made.cluster_id] = tke_shapes.eks_cluster(made.cluster_id, name, vpc_id, subnets)
        return made.cluster_id

    def address(self, subnet_id: str) -> str:
        """The subnet's next free address."""
        self._addresses[subnet_id] += 1
        network = ip_network(self.subnets[subnet_id]["CidrBlock"])
        return str(network.network_address + 1 + self._addresses[subnet_id])
