"""Changes of clusters, of the machines attached to them, and of their networks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.clusters import Network, NetworkMode, Role
from auditor.model.selectors import Tag
from auditor.whatif import apply
from tests.plans.estate import CLUSTER, GROUP, OTHER, REGION, VPC, estate, group, node
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import applied, bindings, codes, effects, load, security_group

CLUSTER_TYPE = "tencentcloud_kubernetes_cluster"
ATTACHMENT = "tencentcloud_kubernetes_cluster_attachment"
MASTER_ATTACHMENT = "tencentcloud_kubernetes_cluster_master_attachment"
SCALE_WORKER = "tencentcloud_kubernetes_scale_worker"
NEW_CLUSTER = f"({CLUSTER_TYPE}.c)"


def resource(type_: str, *actions: str, before: object = None, after: object = None, name: str = "c") -> Resource:
    return Resource(type=type_, name=name, actions=actions, before=before, after=after)  # type: ignore[arg-type]


def attached(groups: object, instance: object = "ins-plan0003", **more: object) -> dict[str, object]:
    return {"id": COMPUTED, "cluster_id": CLUSTER, "instance_id": instance, "security_groups": groups} | more


def test_an_attached_machine_is_a_node_with_its_list() -> None:
    planned = applied(resource(ATTACHMENT, "create", after=attached([OTHER, GROUP])), on=estate(group(OTHER)))
    assert bindings(planned)["ins-plan0003"] == (OTHER, GROUP)
    assert planned.snapshot.clusters[0].nodes[-1].role is Role.NODE
    assert effects(planned, f"{ATTACHMENT}.c") == ["node-in"]


def test_an_attached_machine_without_a_list_gets_a_group_that_the_plan_does_not_name() -> None:
    planned = applied(resource(ATTACHMENT, "create", after=attached(COMPUTED)))
    assert bindings(planned)["ins-plan0003"] == "list-default"


def test_a_new_machine_that_is_attached_is_no_stranger() -> None:
    machine = resource(
        "tencentcloud_instance",
        "create",
        after={"id": COMPUTED, "orderly_security_groups": [GROUP], "security_groups": COMPUTED, "vpc_id": VPC},
        name="m",
    )
    planned = applied(
        machine, resource(ATTACHMENT, "create", after=attached([GROUP], ref("tencentcloud_instance.m.id")))
    )
    name = "(tencentcloud_instance.m)"
    assert bindings(planned)[name] == (GROUP,)
    members = [member.instance_id for member in planned.snapshot.memberships[0].members]
    assert members == ["ins-plan0001", "ins-plan0002", name]


def test_a_detached_machine_is_kept_and_goes_on_binding_its_groups() -> None:
    before = {
        "id": f"ins-plan0001_{CLUSTER}",
        "cluster_id": CLUSTER,
        "instance_id": "ins-plan0001",
        "security_groups": [GROUP],
    }
    planned = applied(resource(ATTACHMENT, "delete", before=before))
    assert "ins-plan0001" not in bindings(planned)
    assert [member.instance_id for member in planned.snapshot.memberships[0].members] == [
        "ins-plan0001",
        "ins-plan0002",
    ]
    assert effects(planned, f"{ATTACHMENT}.c") == ["node-out"]


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
def test_a_machine_that_is_attached_again_under_another_address_stays_a_node(old: str, new: str) -> None:
    before = attached([GROUP], "ins-plan0001") | {"id": f"ins-plan0001_{CLUSTER}"}
    deleted = resource(ATTACHMENT, "delete", before=before, name=old)
    made = resource(ATTACHMENT, "create", after=attached([GROUP], "ins-plan0001"), name=new)
    assert bindings(applied(deleted, made))["ins-plan0001"] == (GROUP,)


def test_an_attached_master_is_a_master() -> None:
    after = {
        "id": COMPUTED,
        "cluster_id": CLUSTER,
        "instance_id": "ins-plan0009",
        "node_role": "MASTER_ETCD",
        "security_group_ids": [GROUP],
    }
    planned = applied(resource(MASTER_ATTACHMENT, "create", after=after))
    found = planned.snapshot.clusters[0].nodes[-1]
    assert (found.node_id, found.role, found.security_groups) == ("ins-plan0009", Role.MASTER, (GROUP,))
    without = applied(resource(MASTER_ATTACHMENT, "create", after=after | {"security_group_ids": None}))
    assert bindings(without)["ins-plan0009"] == "list-default"


def scaled(*groups: object) -> dict[str, object]:
    return {"id": COMPUTED, "cluster_id": CLUSTER, "worker_config": [{"count": 2, "security_group_ids": list(groups)}]}


def test_scaled_workers_are_one_node_in_the_report() -> None:
    planned = applied(resource(SCALE_WORKER, "create", after=scaled(GROUP)))
    assert bindings(planned)[f"({SCALE_WORKER}.c)"] == (GROUP,)


def test_replaced_workers_are_destroyed_and_made_anew() -> None:
    workers = [{"instance_id": "ins-plan0001"}, {"instance_id": "ins-plan0002"}]
    before = scaled(GROUP) | {"id": f"{CLUSTER}#ins-plan0001,ins-plan0002", "worker_instances_list": workers}
    planned = applied(
        resource(SCALE_WORKER, "delete", "create", before=before, after=scaled(OTHER)), on=estate(group(OTHER))
    )
    assert [found.node_id for found in planned.snapshot.clusters[0].nodes] == [f"({SCALE_WORKER}.c)"]
    assert planned.snapshot.memberships[0].members == ()
    assert planned.replacements == ((f"({SCALE_WORKER}.c)", "ins-plan0001"),)


def cluster(**more: object) -> dict[str, object]:
    found = {
        "id": CLUSTER,
        "cluster_name": "prod",
        "vpc_id": VPC,
        "cluster_cidr": "172.16.0.0/16",
        "network_type": "GR",
    }
    return (
        found
        | {"cluster_deploy_type": "MANAGED_CLUSTER", "worker_config": [], "master_config": [], "exist_instance": []}
        | more
    )


def test_a_deleted_cluster_is_gone() -> None:
    planned = applied(resource(CLUSTER_TYPE, "delete", before=cluster()))
    assert planned.snapshot.clusters == ()
    assert effects(planned, f"{CLUSTER_TYPE}.c") == ["cluster-out"]


@pytest.mark.parametrize("actions", [("delete", "create"), ("create", "delete")])
def test_the_machines_of_a_replaced_cluster_are_no_strangers_afterwards(actions: tuple[str, ...]) -> None:
    after = cluster(id=COMPUTED, worker_config=[{"count": 2, "security_group_ids": [GROUP]}])
    planned = applied(resource(CLUSTER_TYPE, *actions, before=cluster(), after=after))
    members = [member.instance_id for member in planned.snapshot.memberships[0].members]
    assert members == [f"({CLUSTER_TYPE}.c.worker_config[0])"]


def test_machines_that_are_kept_go_on_binding_their_groups() -> None:
    def left(before: dict[str, object], *more: Resource) -> list[str]:
        after = cluster(id=COMPUTED, worker_config=[{"count": 2, "security_group_ids": [GROUP]}])
        planned = applied(resource(CLUSTER_TYPE, "delete", "create", before=before, after=after), *more)
        return [member.instance_id for member in planned.snapshot.memberships[0].members]

    new = f"({CLUSTER_TYPE}.c.worker_config[0])"
    assert left(cluster(instance_delete_mode="retain")) == ["ins-plan0001", "ins-plan0002", new]
    attachment = attached([GROUP], "ins-plan0001") | {"id": f"ins-plan0001_{CLUSTER}"}
    assert left(cluster(), resource(ATTACHMENT, "delete", before=attachment, name="a")) == ["ins-plan0001", new]


def test_a_forgotten_cluster_stays() -> None:
    assert applied(resource(CLUSTER_TYPE, "forget", before=cluster())).snapshot == estate()


def test_a_replaced_cluster_has_the_nodes_that_are_written_into_it() -> None:
    workers = [{"count": 3, "security_group_ids": [GROUP]}, {"count": 1, "security_group_ids": [OTHER]}]
    after = cluster(
        id=COMPUTED,
        worker_config=workers,
        cluster_deploy_type="INDEPENDENT_CLUSTER",
        master_config=[{"count": 3, "security_group_ids": None}],
    )
    planned = applied(
        resource(CLUSTER_TYPE, "delete", "create", before=cluster(), after=after), on=estate(group(OTHER))
    )
    assert [found.cluster_id for found in planned.snapshot.clusters] == [NEW_CLUSTER]
    assert bindings(planned, NEW_CLUSTER) == {
        f"({CLUSTER_TYPE}.c.worker_config[0])": (GROUP,),
        f"({CLUSTER_TYPE}.c.worker_config[1])": (OTHER,),
        f"({CLUSTER_TYPE}.c.master_config[0])": "list-default",
    }
    made = planned.snapshot.clusters[0]
    assert made.networks.container == Network(cidrs=("172.16.0.0/16",))
    assert made.networks.vpc == Network(cidrs=("10.0.0.0/16",))
    assert made.network_mode is NetworkMode.GLOBAL_ROUTER
    assert planned.replacements == ((NEW_CLUSTER, CLUSTER),)


def test_a_new_cluster_in_an_unknown_vpc_leaves_its_networks_open() -> None:
    planned = applied(resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED, vpc_id="vpc-elsewhere")))
    assert codes(planned) == [("not-read", "vpc-elsewhere")]


def test_a_new_cluster_takes_its_vpc_from_the_plan() -> None:
    vpc = resource(
        "tencentcloud_vpc",
        "create",
        after={
            "id": COMPUTED,
            "cidr_block": "10.8.0.0/16",
            "assistant_cidrs": COMPUTED,
            "docker_assistant_cidrs": COMPUTED,
        },
        name="v",
    )
    after = cluster(id=COMPUTED, vpc_id=ref("tencentcloud_vpc.v.id"), worker_config=[{"security_group_ids": [GROUP]}])
    planned = applied(vpc, resource(CLUSTER_TYPE, "create", after=after))
    made = next(found for found in planned.snapshot.clusters if found.cluster_id == NEW_CLUSTER)
    assert made.networks.vpc == Network(cidrs=("10.8.0.0/16",))
    assert made.region == REGION
    assert codes(planned) == []


def test_a_new_cluster_takes_in_the_pools_that_name_it() -> None:
    pool = resource(
        "tencentcloud_kubernetes_node_pool",
        "create",
        after={
            "id": COMPUTED,
            "cluster_id": ref(f"{CLUSTER_TYPE}.c.id"),
            "name": "p",
            "auto_scaling_config": [{"orderly_security_group_ids": [GROUP], "security_group_ids": COMPUTED}],
        },
        name="p",
    )
    planned = applied(pool, resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED)))
    assert bindings(planned, NEW_CLUSTER) == {"(tencentcloud_kubernetes_node_pool.p)": (GROUP,)}


def existing(groups: object, *machines: str, role: str = "WORKER") -> dict[str, object]:
    return {"node_role": role, "instances_para": [{"instance_ids": list(machines), "security_group_ids": groups}]}


def test_a_changed_block_of_existing_machines_is_taken_out_and_put_in() -> None:
    before = cluster(exist_instance=[existing([GROUP], "ins-plan0001")])
    after = cluster(exist_instance=[existing([OTHER], "ins-plan0001")])
    planned = applied(resource(CLUSTER_TYPE, "update", before=before, after=after), on=estate(group(OTHER)))
    assert bindings(planned)["ins-plan0001"] == (OTHER,)
    assert planned.snapshot.membership_by_id[REGION, OTHER].members[0].addresses == ("10.0.1.11",)
    assert effects(planned, f"{CLUSTER_TYPE}.c") == ["node-out", "node-in"]


def test_existing_masters_are_masters() -> None:
    after = cluster(exist_instance=[existing([GROUP], "ins-plan0007", role="MASTER_ETCD")])
    planned = applied(resource(CLUSTER_TYPE, "update", before=cluster(), after=after))
    assert planned.snapshot.clusters[0].nodes[-1].role is Role.MASTER


def test_a_machine_that_is_taken_out_of_the_blocks_stays_a_member() -> None:
    before = cluster(exist_instance=[existing([GROUP], "ins-plan0001")])
    planned = applied(resource(CLUSTER_TYPE, "update", before=before, after=cluster()))
    assert "ins-plan0001" not in bindings(planned)
    assert planned.snapshot.memberships == estate().memberships


def test_container_subnets_that_are_added_move_the_requirement() -> None:
    held = {"id": "subnet-plan0005", "cidr_block": "10.0.64.0/18", "vpc_id": VPC}
    subnet = resource("tencentcloud_subnet", "no-op", before=held, after=held, name="pods")
    update = resource(
        CLUSTER_TYPE, "update", before=cluster(eni_subnet_ids=[]), after=cluster(eni_subnet_ids=["subnet-plan0005"])
    )
    planned = applied(subnet, update)
    assert planned.snapshot.clusters[0].networks.container.cidrs == ("172.16.0.0/16", "10.0.64.0/18")
    assert planned.resources[0].impact.moves_networks
    assert effects(planned, f"{CLUSTER_TYPE}.c") == ["cluster-networks"]
    assert codes(applied(update)) == [("not-read", "subnet-plan0005")]


def test_the_name_and_the_tags_of_a_cluster_change_with_the_plan() -> None:
    update = resource(
        CLUSTER_TYPE,
        "update",
        before=cluster(tags={"env": "test"}),
        after=cluster(cluster_name="shop", tags={"env": "prod"}),
    )
    planned = applied(update)
    after = planned.snapshot.clusters[0]
    assert (after.name, after.tags) == ("shop", (Tag(key="env", value="prod"),))
    assert [effect.message_id for effect in planned.resources[0].effects] == ["change-effect-cluster-labels"]


def test_a_new_cluster_has_the_tags_of_the_plan() -> None:
    made = resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED, tags={"env": "prod"}))
    planned = applied(made)
    assert [item.tags for item in planned.snapshot.clusters if item.cluster_id == NEW_CLUSTER] == [
        (Tag(key="env", value="prod"),)
    ]


@pytest.mark.parametrize("unknown", [COMPUTED, {"env": ref("var.env")}], ids=["all", "one"])
def test_tags_that_the_plan_does_not_tell_are_not_known(unknown: object) -> None:
    made = resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED, tags=unknown))
    update = resource(CLUSTER_TYPE, "update", before=cluster(), after=cluster(tags=unknown))
    assert [item.tags for item in applied(made).snapshot.clusters if item.cluster_id == NEW_CLUSTER] == [None]
    assert applied(update).snapshot.clusters[0].tags is None


def vpc(*assistants: object, **more: object) -> dict[str, object]:
    return {"id": VPC, "cidr_block": "10.0.0.0/16", "assistant_cidrs": list(assistants), "name": "v"} | more


def test_further_blocks_of_the_vpc_move_the_requirement() -> None:
    live = estate()
    networks = replace(live.clusters[0].networks, vpc=Network(cidrs=("10.0.0.0/16", "10.7.0.0/16")))
    live = replace(live, clusters=(replace(live.clusters[0], networks=networks),))
    planned = applied(
        resource("tencentcloud_vpc", "update", before=vpc("10.7.0.0/16"), after=vpc("10.8.0.0/16")), on=live
    )
    found = planned.snapshot.clusters[0].networks
    assert found.vpc.cidrs == ("10.0.0.0/16", "10.8.0.0/16")
    assert found.surroundings.cidrs == ("10.0.0.0/16", "172.16.0.0/16", "10.8.0.0/16")
    assert effects(planned, "tencentcloud_vpc.c") == ["vpc"]


@pytest.mark.parametrize("after", [vpc(), None])
def test_a_vpc_that_goes_leaves_the_networks_open(after: object) -> None:
    actions = ("delete",) if after is None else ("delete", "create")
    planned = applied(resource("tencentcloud_vpc", *actions, before=vpc(), after=after))
    assert ("network-unknown", CLUSTER) in codes(planned)


def test_a_vpc_of_another_cluster_is_no_bearing() -> None:
    before = vpc(id="vpc-elsewhere")
    assert applied(
        resource("tencentcloud_vpc", "update", before=before, after=before | {"assistant_cidrs": ["10.9.0.0/16"]})
    ).irrelevant


def test_the_region_of_a_new_cluster_is_that_of_its_provider() -> None:
    two = replace(estate(), regions=("ap-beijing", REGION))
    text = plan(resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED)), security_group("blue"))
    planned = apply.apply(two, load(text), trust_references=False)
    assert [found.region for found in planned.snapshot.clusters] == [REGION, REGION]
    elsewhere = text.replace('"constant_value": "ap-guangzhou"', '"references": ["local.region"]')
    planned = apply.apply(two, load(elsewhere.replace("vpc-plan0001", "vpc-elsewhere")), trust_references=False)
    assert ("cluster-unknown", NEW_CLUSTER) in codes(planned)


def test_a_node_in_two_lists_of_the_report_keeps_its_address() -> None:
    live = estate()
    third = node("ins-plan0003", "10.0.1.13", OTHER)
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(*live.clusters[0].nodes, third)),))
    planned = applied(resource(ATTACHMENT, "create", after=attached([GROUP])), on=live)
    assert planned.snapshot.clusters[0].nodes[-1].addresses == ("10.0.1.13",)


def test_a_new_cluster_in_another_region_takes_in_its_groups_and_pools() -> None:
    pool = resource(
        "tencentcloud_kubernetes_node_pool",
        "create",
        after={
            "id": COMPUTED,
            "cluster_id": ref(f"{CLUSTER_TYPE}.c.id"),
            "auto_scaling_config": [
                {
                    "orderly_security_group_ids": [ref("tencentcloud_security_group.blue.id")],
                    "security_group_ids": COMPUTED,
                }
            ],
        },
        name="p",
    )
    text = plan(pool, security_group("blue"), resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED)))
    text = text.replace('"constant_value": "ap-guangzhou"', '"constant_value": "ap-beijing"')
    planned = apply.apply(estate(), load(text), trust_references=True)
    blue = "(tencentcloud_security_group.blue)"
    assert bindings(planned, NEW_CLUSTER) == {"(tencentcloud_kubernetes_node_pool.p)": (blue,)}
    assert [found.region for found in planned.snapshot.security_groups if found.security_group_id == blue] == [
        "ap-beijing"
    ]
    assert codes(planned) == [
        ("region-not-read", NEW_CLUSTER),
        ("region-not-read", "(tencentcloud_kubernetes_node_pool.p)"),
    ]


def test_a_pool_of_one_of_several_new_clusters_that_cannot_be_told_is_a_gap() -> None:
    lost = resource(ATTACHMENT, "create", after=attached([GROUP]) | {"cluster_id": ref("local.cluster")})
    two = [resource(CLUSTER_TYPE, "create", after=cluster(id=COMPUTED), name=name) for name in ("c", "d")]
    assert ("cluster-untraced", f"({ATTACHMENT}.c)") in codes(applied(lost, *two))
    assert bindings(applied(lost, two[0]), NEW_CLUSTER)["ins-plan0003"] == (GROUP,)
    assert codes(applied(lost)) == [("cluster-untraced", f"({ATTACHMENT}.c)")]


def test_container_subnets_that_were_not_read_are_gaps_of_the_region_of_the_cluster() -> None:
    after = cluster(id=COMPUTED, network_type="VPC-CNI", eni_subnet_ids=["subnet-elsewhere"])
    made = applied(resource(CLUSTER_TYPE, "create", after=after)).snapshot.clusters[0]
    assert made.cluster_id == NEW_CLUSTER
    [container_gap] = made.networks.container.gaps
    assert (container_gap.region, container_gap.resource, container_gap.code) == (
        REGION,
        "subnet-elsewhere",
        "not-read",
    )


def test_a_detached_machine_is_found_by_its_instance_id() -> None:
    nodes = (replace(node("node-1", "10.0.1.11"), instance_id="ins-plan0001"), node("ins-plan0002", "10.0.1.12"))
    live = replace(estate(), clusters=(replace(estate().clusters[0], nodes=nodes),))
    before = {"id": f"ins-plan0001_{CLUSTER}", "cluster_id": CLUSTER, "instance_id": "ins-plan0001"}
    planned = applied(resource(ATTACHMENT, "delete", before=before | {"security_groups": [GROUP]}), on=live)
    assert [kept.node_id for kept in planned.snapshot.clusters[0].nodes] == ["ins-plan0002"]


def test_a_new_cluster_of_unknown_pod_range_leaves_its_networks_open() -> None:
    after = cluster(id=COMPUTED, cluster_cidr=ref("local.pods"))
    planned = applied(resource(CLUSTER_TYPE, "create", after=after))
    assert codes(planned) == [("network-unknown", NEW_CLUSTER)]
    [container_gap] = planned.snapshot.clusters[0].networks.container.gaps
    assert (container_gap.region, container_gap.cluster_id) == (REGION, NEW_CLUSTER)
