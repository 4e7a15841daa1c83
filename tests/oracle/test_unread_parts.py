"""What is said where a part was not read: nothing that hangs on it, and the rest as it is."""

from __future__ import annotations

from typing import Any

from tests.loopback.faults import deny, lost_row
from tests.loopback.rules import ANY, allow
from tests.loopback.tke_shapes import node_2018
from tests.oracle.audited import audit
from tests.oracle.estates import MASTER_RULES, NODE_RULES, Home, home
from tests.oracle.injuries import only


def of(report: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [finding for finding in report["findings"] if finding["name"] == name]


def codes(report: dict[str, Any]) -> list[str]:
    return [gap["code"] for gap in report["gaps"]]


def test_rule_below_an_unread_group_is_shadowed_by_the_rules_that_were_read() -> None:
    found = home()
    found.region.group(group_id="sg-unread00")
    found.region.group((allow("ALL", "ALL", ANY), allow("tcp", "22", ANY)), group_id="sg-read0000")
    found.cluster.worker(found.subnet, ["sg-unread00", "sg-read0000"])
    refusal = only(lambda call: call.params["SecurityGroupId"] == "sg-unread00")
    report, code = audit(found.estate, {"DescribeSecurityGroupPolicies": refusal})
    assert code == 3
    assert [
        [(rule["security_group_id"], rule["index"]) for rule in one["evidence"]] for one in of(report, "shadowed-rule")
    ] == [[("sg-read0000", 1), ("sg-read0000", 0)]]


def shared_group(*, independent: bool = False) -> Home:
    found = home(independent=independent)
    found.region.group(NODE_RULES, group_id="sg-shared00")
    found.cluster.worker(found.subnet, ["sg-shared00"], node_id="ins-worker00")
    return found


def test_masters_of_an_unread_list_are_no_foreign_instances() -> None:
    found = shared_group(independent=True)
    found.cluster.master(found.subnet, ["sg-shared00"], node_id="ins-master00")
    refusal = only(lambda call: call.params.get("InstanceRole") == "MASTER_ETCD")
    report, code = audit(found.estate, {"DescribeClusterInstances": refusal})
    assert (code, of(report, "foreign-instance")) == (3, [])


def test_native_nodes_of_an_unread_list_are_no_foreign_instances() -> None:
    found = shared_group()
    found.cluster.native(found.subnet, ["sg-shared00"])
    refusal = only(lambda call: call.version == "2022-05-01")
    report, code = audit(found.estate, {"DescribeClusterInstances": refusal})
    assert (code, of(report, "foreign-instance")) == (3, [])


def test_a_node_lost_between_pages_is_no_foreign_instance() -> None:
    found = shared_group()
    found.cluster.worker(found.subnet, ["sg-shared00"], node_id="ins-worker01")
    report, code = audit(found.estate, {"DescribeClusterInstances": lost_row})
    assert (code, of(report, "foreign-instance")) == (3, [])


def test_pods_of_an_unread_super_pool_are_no_foreign_instances() -> None:
    found = shared_group()
    found.cluster.super_pool(["sg-shared00"], [found.subnet])
    found.region.interface(found.subnet, ["sg-shared00"], instance_id="eks-pod00000", business="eks")
    report, code = audit(found.estate, {"DescribeNodePools": deny})
    assert (code, of(report, "foreign-instance")) == (3, [])


def test_nodes_of_another_cluster_are_foreign_whatever_was_not_read() -> None:
    found = shared_group()
    vpc = found.cluster.row["ClusterNetworkSettings"]["VpcId"]
    other = found.region.cluster(vpc, cluster_cidr="172.17.0.0/16", service_cidr="192.168.16.0/20")
    other.worker(found.subnet, ["sg-shared00"], node_id="ins-other000")
    refusal = only(lambda call: call.params["ClusterId"] == found.cluster.cluster_id and call.version == "2022-05-01")
    report, _ = audit(found.estate, {"DescribeClusterInstances": refusal})
    here = [one for one in of(report, "foreign-instance") if one["cluster_id"] == found.cluster.cluster_id]
    assert [one["nodes"] for one in here] == [["ins-other000"]]


def test_machine_of_a_native_node_that_does_not_name_it_is_no_foreign_instance() -> None:
    found = shared_group()
    found.cluster.native(found.subnet, ["sg-shared00"], node_id="np-native000", machine_id="eks-native00")
    found.cluster.nodes_2022[-1]["Native"]["InstanceId"] = None
    report, code = audit(found.estate)
    assert (code, report["findings"]) == (0, [])


def worker_and_master() -> Home:
    found = home(independent=True)
    found.region.group(NODE_RULES, group_id="sg-workers0")
    found.region.group(MASTER_RULES, group_id="sg-masters0")
    found.cluster.worker(found.subnet, ["sg-masters0"], node_id="ins-both0000")
    found.cluster.worker(found.subnet, ["sg-workers0"], node_id="ins-worker00")
    found.cluster.nodes_2018.append(node_2018("ins-both0000", "MASTER_ETCD", "10.0.1.2"))
    found.cluster.row.update(ClusterMaterNodeNum=1, ClusterEtcdNodeNum=1)
    return found


def test_machine_that_is_worker_and_master_is_a_master_and_counts_as_both() -> None:
    report, code = audit(worker_and_master().estate)
    assert code == 0
    stacks = [(stack["role"], stack["nodes"]) for stack in report["clusters"][0]["stacks"]]
    assert stacks == [("master", ["ins-both0000"]), ("node", ["ins-worker00"])]


def test_master_of_no_said_role_in_the_newer_list_hides_no_missing_worker() -> None:
    found = worker_and_master()
    found.cluster.nodes_2018 = [row for row in found.cluster.nodes_2018 if row["InstanceRole"] != "WORKER"]
    found.cluster.nodes_2022 = [{**found.cluster.nodes_2022[0], "InstanceRole": None}]
    found.cluster.row["ClusterNodeNum"] = 1
    report, code = audit(found.estate)
    assert (code, codes(report)) == (3, ["NodesMissing"])
