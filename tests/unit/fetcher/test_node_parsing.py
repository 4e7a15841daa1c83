"""How rows of nodes, node pools, instances and launch configurations are parsed."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import node_parsing
from auditor.fetcher.actions import CLUSTER_INSTANCES_2022
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.node_parsing import ListedKind
from auditor.model.clusters import Binding
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

ORIGIN = CallSite(region="ap-guangzhou", action=CLUSTER_INSTANCES_2022, cluster_id="cls-a")


def launch(**fields: object) -> Binding:
    row: dict[str, Any] = {"LaunchConfigurationId": "asc-a", "SecurityGroupIds": ["sg-a"], **fields}
    return node_parsing.parse_launch_configuration(row, ORIGIN, "np-a")


@pytest.mark.parametrize(
    ("node_id", "kind"),
    [
        ("ins-a", ListedKind.REGULAR),
        ("np-4h43fuxj-4h43fuxj", ListedKind.NATIVE),
        ("eklet-subnet-a", ListedKind.SUPER),
        ("node-10.0.6.x", ListedKind.UNKNOWN),
    ],
)
def test_old_list_tells_kinds_by_the_form_of_the_id(node_id: str, kind: ListedKind) -> None:
    node = node_parsing.parse_node_2018({"InstanceId": node_id, "InstanceRole": "worker", "LanIP": None}, ORIGIN)
    assert (node.node_id, node.kind, node.role, node.lan_address) == (node_id, kind, "WORKER", "")


def test_native_node_names_its_groups_itself() -> None:
    native = {
        "SecurityGroupIDs": ["sg-b", "sg-a"],
        "InstanceId": "eks-a",
        "DisplayName": "pool worker",
        "SubnetId": "subnet-a",
        "LanIp": "10.0.0.9",
    }
    row = {"InstanceId": "np-a-b", "NodeType": "Native", "Native": native, "NodePoolId": "np-a", "LanIP": "10.0.0.9"}
    node = node_parsing.parse_node_2022(row, ORIGIN)
    assert node.detail is not None
    assert (node.kind, node.node_pool_id) == (ListedKind.NATIVE, "np-a")
    assert (node.detail.security_groups, node.detail.instance_id) == (("sg-b", "sg-a"), "eks-a")
    assert (node.detail.name, node.detail.subnet_id) == ("pool worker", "subnet-a")


@pytest.mark.parametrize("native", [None, {}, {"SecurityGroupIDs": None}, {"SecurityGroupIDs": "sg-a"}])
def test_native_node_without_a_group_list_is_a_gap(native: dict[str, Any] | None) -> None:
    node = node_parsing.parse_node_2022({"InstanceId": "np-a-b", "NodeType": "Native", "Native": native}, ORIGIN)
    assert node.detail is not None
    assert isinstance(node.detail.security_groups, Gap)
    assert (node.detail.security_groups.resource, node.detail.security_groups.code) == ("np-a-b", "NoGroupList")


def test_native_node_with_an_empty_list_binds_nothing() -> None:
    row = {"InstanceId": "np-a-b", "NodeType": "Native", "Native": {"SecurityGroupIDs": []}}
    node = node_parsing.parse_node_2022(row, ORIGIN)
    assert node.detail is not None
    assert node.detail.security_groups == ()


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"NodeType": "Super"}, ListedKind.SUPER),
        ({"NodeType": "external"}, ListedKind.EXTERNAL),
        ({"NodeType": None, "Native": {"MachineName": "x"}}, ListedKind.NATIVE),
        ({"NodeType": None, "Regular": {"Tags": None}}, ListedKind.REGULAR),
        ({"NodeType": None}, ListedKind.REGULAR),
        ({"NodeType": "Quantum"}, ListedKind.UNKNOWN),
        ({"NodeType": None, "Native": {"a": 1}, "Super": {"a": 1}}, ListedKind.UNKNOWN),
    ],
)
def test_kind_of_a_node(row: dict[str, Any], kind: ListedKind) -> None:
    assert node_parsing.parse_node_2022({"InstanceId": "ins-a", **row}, ORIGIN).kind is kind


def test_machine_binds_in_order_and_counts_private_addresses_alone() -> None:
    row = {
        "InstanceId": "ins-a",
        "InstanceName": "web",
        "SecurityGroupIds": ["sg-b", "sg-a", "sg-b"],
        "PrivateIpAddresses": ["10.0.0.9"],
        "PublicIpAddresses": ["1.2.3.4"],
        "IPv6Addresses": ["2402:4e00::1"],
        "VirtualPrivateCloud": {"VpcId": "vpc-a", "SubnetId": "subnet-a"},
    }
    instance = node_parsing.parse_instance(row, ORIGIN)
    assert (instance.name, instance.security_groups, instance.subnet_id) == ("web", ("sg-b", "sg-a"), "subnet-a")
    assert instance.addresses == ("10.0.0.9", "2402:4e00::1")


def test_machine_with_nulls_is_read_as_far_as_it_goes() -> None:
    row = {"InstanceId": "ins-a", "PrivateIpAddresses": None, "IPv6Addresses": None, "VirtualPrivateCloud": None}
    instance = node_parsing.parse_instance(row, ORIGIN)
    assert isinstance(instance.security_groups, Gap)
    assert instance.security_groups.message == "which groups ins-a binds is unknown: SecurityGroupIds is missing"
    assert (instance.addresses, instance.subnet_id) == ((), "")


def test_launch_configuration_lists_groups_in_order() -> None:
    assert launch(SecurityGroupIds=["sg-b", "sg-a"], NetworkInterfaces=None) == ("sg-b", "sg-a")


def test_primary_interface_overrides_the_launch_configuration() -> None:
    interfaces = [
        {"InterfaceType": "SECONDARY", "SecurityGroupIds": ["sg-x"]},
        {"InterfaceType": "PRIMARY", "SecurityGroupIds": ["sg-p"]},
    ]
    assert launch(NetworkInterfaces=interfaces) == ("sg-p",)


@pytest.mark.parametrize("groups", [{}, {"SecurityGroupIds": None}, {"SecurityGroupIds": []}])
def test_primary_interface_without_groups_leaves_the_launch_configuration(groups: dict[str, Any]) -> None:
    assert launch(NetworkInterfaces=[{"InterfaceType": "primary", **groups}]) == ("sg-a",)


def test_secondary_interface_never_counts() -> None:
    assert launch(NetworkInterfaces=[{"InterfaceType": "SECONDARY", "SecurityGroupIds": ["sg-x"]}]) == ("sg-a",)


@pytest.mark.parametrize(
    "interfaces",
    [
        [{"InterfaceType": "Main", "SecurityGroupIds": ["sg-x"]}],
        [{"SecurityGroupIds": ["sg-x"]}],
        [{"InterfaceType": 7}],
        [{"InterfaceType": "PRIMARY"}, {"InterfaceType": "PRIMARY"}],
        [{"InterfaceType": "PRIMARY"}, "x"],
        "x",
        {},
        True,
        [None],
        [[]],
    ],
)
def test_interfaces_of_the_wrong_shape_leave_the_groups_of_the_next_node_unknown(interfaces: object) -> None:
    binding = launch(NetworkInterfaces=interfaces)
    assert isinstance(binding, Gap)
    assert (binding.resource, binding.code, binding.kind) == ("np-a", "WrongShape", GapKind.UNREAD)


def test_primary_interface_with_an_unreadable_list_is_a_gap() -> None:
    assert isinstance(launch(NetworkInterfaces=[{"InterfaceType": "PRIMARY", "SecurityGroupIds": "sg-x"}]), Gap)


def test_launch_configuration_with_abnormal_groups_is_a_gap() -> None:
    binding = launch(LaunchConfigurationStatus="SECURITY_GROUP_ABNORMAL")
    assert isinstance(binding, Gap)
    assert (binding.resource, binding.code) == ("np-a", "SECURITY_GROUP_ABNORMAL")


def test_other_states_of_a_launch_configuration_do_not_matter() -> None:
    assert launch(LaunchConfigurationStatus="IMAGE_ABNORMAL") == ("sg-a",)


def test_launch_configuration_without_a_list_is_a_gap() -> None:
    assert isinstance(launch(SecurityGroupIds=None), Gap)


def test_launch_configuration_that_names_no_group_binds_none() -> None:
    assert launch(SecurityGroupIds=[]) == ()


def test_native_pool_holds_its_groups_and_subnets() -> None:
    native = {"SecurityGroupIds": ["sg-a"], "SubnetIds": ["subnet-b", "subnet-a"]}
    row = {"NodePoolId": "np-a", "Name": "pool", "Type": "Native", "LifeState": "Running", "Native": native}
    pool = node_parsing.parse_pool_2022(row, ORIGIN)
    assert (pool.kind, pool.security_groups, pool.subnet_ids) == (
        ListedKind.NATIVE,
        ("sg-a",),
        ("subnet-b", "subnet-a"),
    )


def test_native_pool_without_a_group_list_is_a_gap() -> None:
    row = {"NodePoolId": "np-a", "Type": "Native", "Native": {"SecurityGroupIds": None}}
    pool = node_parsing.parse_pool_2022(row, ORIGIN)
    assert isinstance(pool.security_groups, Gap)
    assert pool.subnet_ids is None


def test_regular_pool_refers_to_its_launch_configuration() -> None:
    regular = {"LaunchConfigurationId": "asc-a", "AutoscalingGroupId": "asg-a"}
    pool = node_parsing.parse_pool_2022({"NodePoolId": "np-a", "Type": "Regular", "Regular": regular}, ORIGIN)
    assert (pool.kind, pool.launch_configuration_id, pool.auto_scaling_group_id) == (
        ListedKind.REGULAR,
        "asc-a",
        "asg-a",
    )


def test_super_pool_names_groups_of_its_pods() -> None:
    row = {"NodePoolId": "np-a", "Type": "Super", "Super": {"SecurityGroupIds": ["sg-t", "sg-s"]}}
    assert node_parsing.parse_pool_2022(row, ORIGIN).security_groups == ("sg-t", "sg-s")


@pytest.mark.parametrize("part", [None, {"SubnetIds": []}, {"SecurityGroupIds": None}, {"SecurityGroupIds": []}])
def test_super_pool_without_groups_does_not_tell_what_its_pods_bind(part: object) -> None:
    pool = node_parsing.parse_pool_2022({"NodePoolId": "np-a", "Type": "Super", "Super": part}, ORIGIN)
    gap = pool.security_groups
    assert isinstance(gap, Gap)
    assert (gap.kind, gap.code, gap.resource) == (GapKind.UNDOCUMENTED, "NoPodGroups", "np-a")


@pytest.mark.parametrize("groups", ["sg-s", 7, ["x"], [None], {}])
def test_super_pool_with_an_unreadable_list_of_groups_is_a_gap(groups: object) -> None:
    row = {"NodePoolId": "np-a", "Type": "Super", "Super": {"SecurityGroupIds": groups, "Name": "x"}}
    pool = node_parsing.parse_pool_2022(row, ORIGIN)
    assert isinstance(pool.security_groups, Gap)
    assert (pool.security_groups.code, pool.gaps) == ("WrongShape", (pool.security_groups,))


@pytest.mark.parametrize(("subnets", "expected"), [(["subnet-p", "subnet-q"], ("subnet-p", "subnet-q")), (None, ())])
def test_super_pool_names_the_subnets_of_its_pods(subnets: object, expected: tuple[str, ...]) -> None:
    row = {"NodePoolId": "np-a", "Type": "Super", "Super": {"SubnetIds": subnets, "SecurityGroupIds": ["sg-s"]}}
    pool = node_parsing.parse_pool_2022(row, ORIGIN)
    assert (pool.subnet_ids, pool.gaps) == (expected, ())


@pytest.mark.parametrize("subnets", ["subnet-p", 7, ["x"], [None], {}])
def test_super_pool_with_an_unreadable_list_of_subnets_is_a_gap(subnets: object) -> None:
    row = {"NodePoolId": "np-a", "Type": "Super", "Super": {"SubnetIds": subnets}}
    pool = node_parsing.parse_pool_2022(row, ORIGIN)
    assert (pool.subnet_ids, [gap.code for gap in pool.gaps]) == (None, ["WrongShape"])


def test_super_node_names_the_subnet_of_its_pods() -> None:
    row = {"InstanceId": "eklet-subnet-p-x", "NodeType": "Super", "Super": {"SubnetId": "subnet-p"}}
    assert node_parsing.parse_node_2022(row, ORIGIN).super_subnet_id == "subnet-p"


def test_pool_of_the_old_list_is_an_auto_scaling_pool() -> None:
    row = {"NodePoolId": "np-a", "LaunchConfigurationId": "asc-a", "AutoscalingGroupId": "asg-a", "LifeState": "normal"}
    pool = node_parsing.parse_pool_2018(row, ORIGIN)
    assert (pool.kind, pool.launch_configuration_id, pool.life_state) == (ListedKind.REGULAR, "asc-a", "normal")
