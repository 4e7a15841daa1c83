"""Changes of node pools and of the scaling configurations that they launch nodes from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.clusters import NodeKind, NodePool
from tests.plans.estate import CLUSTER, GROUP, NATIVE_POOL, OTHER, POOL, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import (
    NATIVE_POOL_TYPE,
    NODE_POOL,
    RULE_SET,
    SECURITY_GROUP,
    TKE_EGRESS,
    TKE_INGRESS,
    applied,
    bindings,
    codes,
    effects,
    held_pool,
    new,
    new_rule_set,
    pool,
    rule_set,
    rules_after,
    security_group,
)
from tests.plans.verdicts import gated, introduced

NEW_POOL = f"({NODE_POOL}.blue)"
ADDRESS = f"{NODE_POOL}.blue"
BLUE = "(tencentcloud_security_group.blue)"
BLUE_ID = ref("tencentcloud_security_group.blue.id")


def changed(*actions: str, before: object = None, after: object = None, type_: str = NODE_POOL) -> Resource:
    return Resource(type=type_, name="blue", actions=actions, before=before, after=after)  # type: ignore[arg-type]


def test_a_new_pool_binds_its_list() -> None:
    planned = applied(changed("create", after=pool([OTHER, GROUP])), on=estate(group(OTHER)))
    assert bindings(planned)[NEW_POOL] == (OTHER, GROUP)
    assert codes(planned) == []
    assert effects(planned, ADDRESS) == ["pool-in"]


def test_a_reference_does_not_prove_that_a_list_is_complete() -> None:
    planned = applied(security_group("blue"), changed("create", after=pool([BLUE_ID])))
    assert bindings(planned)[NEW_POOL] == (BLUE,)
    assert planned.assumed == {(CLUSTER, NEW_POOL)}
    assert codes(planned) == [("list-by-reference", NEW_POOL)]


def test_trusted_references_are_the_list() -> None:
    planned = applied(security_group("blue"), changed("create", after=pool([BLUE_ID])), trust=True)
    assert bindings(planned)[NEW_POOL] == (BLUE,)
    assert planned.assumed == frozenset()
    assert codes(planned) == []


def test_constants_beside_a_reference_cannot_be_seen() -> None:
    planned = applied(security_group("blue"), changed("create", after=pool([GROUP, BLUE_ID])))
    assert bindings(planned)[NEW_POOL] == (BLUE,)
    assert codes(planned) == [("list-by-reference", NEW_POOL)]


def test_a_list_out_of_a_local_is_unknown_even_with_trust() -> None:
    planned = applied(security_group("blue"), changed("create", after=pool(ref("local.groups"))), trust=True)
    assert bindings(planned)[NEW_POOL] == "list-unknown"


@pytest.mark.parametrize("groups", [COMPUTED, [], None])
def test_a_new_pool_without_a_list_is_a_pool_that_names_no_group(groups: object) -> None:
    planned = applied(changed("create", after=pool(groups)), trust=True)
    assert bindings(planned)[NEW_POOL] == ()


def test_a_new_pool_without_a_list_is_found_to_bind_no_group_and_is_undecided() -> None:
    result = gated(changed("create", after=pool(COMPUTED)))
    assert [finding for finding in introduced(result) if finding[0] == "TSG303"] == [("TSG303", "", ())]
    assert [(gap.kind.value, gap.resource) for gap in result.gaps_of_change()] == [("TSG904", NEW_POOL)]


def test_the_deprecated_list_is_refused_on_a_new_pool() -> None:
    planned = applied(changed("create", after=pool(COMPUTED, legacy=[GROUP])))
    assert bindings(planned)[NEW_POOL] == "list-refused"


def test_an_update_reaches_the_next_node_alone() -> None:
    planned = applied(
        changed("update", before=held_pool([GROUP]), after=held_pool([OTHER], legacy=[GROUP])), on=estate(group(OTHER))
    )
    assert bindings(planned) == {
        "ins-plan0001": (GROUP,),
        "ins-plan0002": (GROUP,),
        POOL: (OTHER,),
        NATIVE_POOL: (GROUP,),
    }
    assert effects(planned, ADDRESS) == ["pool"]
    assert planned.resources[0].impact.nodes == ()
    assert planned.resources[0].impact.pools == (POOL,)


def test_the_stale_legacy_attribute_of_a_list_is_ignored() -> None:
    after = held_pool([GROUP], legacy=[GROUP], labels={"a": "b"})
    planned = applied(changed("update", before=held_pool([GROUP]), after=after))
    assert planned.snapshot == estate()
    assert planned.irrelevant


def test_the_deprecated_list_is_refused_on_an_update() -> None:
    after = held_pool([GROUP], legacy=[OTHER])
    planned = applied(changed("update", before=held_pool([GROUP]), after=after))
    assert bindings(planned)[POOL] == "list-refused"


def of_old_provider(attributes: dict[str, object], groups: object) -> dict[str, object]:
    """A pool as providers up to 1.81.21 write it: the key of the ordered list is nowhere in the plan."""
    return attributes | {"auto_scaling_config": [{"instance_type": "S5.LARGE8", "security_group_ids": groups}]}


def test_a_provider_without_the_ordered_list_takes_the_other_one_on_an_update() -> None:
    before, after = of_old_provider(held_pool([]), [GROUP]), of_old_provider(held_pool([]), [OTHER])
    planned = applied(changed("update", before=before, after=after), on=estate(group(OTHER)))
    assert bindings(planned)[POOL] == (OTHER,)
    assert codes(planned) == []
    assert planned.drift == ()


def test_a_provider_without_the_ordered_list_takes_the_other_one_on_a_new_pool() -> None:
    planned = applied(changed("create", after=of_old_provider(pool([]), [OTHER])), on=estate(group(OTHER)))
    assert bindings(planned)[NEW_POOL] == (OTHER,)
    made = applied(security_group("blue"), changed("create", after=of_old_provider(pool([]), [BLUE_ID])), trust=True)
    assert bindings(made)[NEW_POOL] == (BLUE,)


def test_a_provider_without_the_ordered_list_has_a_set_whose_order_is_open_where_it_matters() -> None:
    denies = group(OTHER, ingress=(rule(0, "10.0.0.0/16", allow=False),))
    after = of_old_provider(held_pool([]), [GROUP, OTHER])
    change = changed("update", before=of_old_provider(held_pool([]), [GROUP]), after=after)
    assert bindings(applied(change, on=estate(denies)))[POOL] == "list-order"


def test_the_present_set_of_a_provider_without_the_ordered_list_drifts_by_its_members() -> None:
    held = of_old_provider(held_pool([]), [OTHER])
    [drift] = applied(changed("no-op", before=held, after=held), on=estate(group(OTHER))).drift
    assert drift.resource == POOL


def test_an_emptied_list_is_not_sent() -> None:
    planned = applied(changed("update", before=held_pool([GROUP]), after=held_pool([], legacy=[GROUP])))
    assert planned.snapshot == estate()
    assert effects(planned, ADDRESS) == ["pool-kept"]


def test_a_new_order_of_the_list_is_a_new_list() -> None:
    snapshot = estate(group(OTHER))
    before = held_pool([GROUP, OTHER])
    planned = applied(changed("update", before=before, after=held_pool([OTHER, GROUP])), on=snapshot)
    assert bindings(planned)[POOL] == (OTHER, GROUP)


@pytest.mark.parametrize(("keep", "nodes"), [(True, ["ins-plan0001", "ins-plan0002"]), (False, ["ins-plan0002"])])
def test_the_nodes_of_a_deleted_pool_stay_unless_it_says_otherwise(*, keep: bool, nodes: list[str]) -> None:
    planned = applied(changed("delete", before=held_pool([GROUP], delete_keep_instance=keep)))
    assert POOL not in bindings(planned)
    assert [node.node_id for node in planned.snapshot.clusters[0].nodes] == nodes
    assert effects(planned, ADDRESS) == ["pool-out"]


def test_a_replaced_pool_is_the_heir_of_the_old_one() -> None:
    planned = applied(changed("delete", "create", before=held_pool([GROUP]), after=pool([GROUP])))
    assert POOL not in bindings(planned)
    assert bindings(planned)[NEW_POOL] == (GROUP,)
    assert planned.replacements == ((NEW_POOL, POOL),)


def test_a_forgotten_pool_stays() -> None:
    assert applied(changed("forget", before=held_pool([GROUP]))).snapshot == estate()


def test_a_pool_of_a_cluster_that_was_not_read_is_a_gap() -> None:
    planned = applied(changed("create", after=pool([GROUP], cluster="cls-elsewhere")))
    assert codes(planned) == [("cluster-not-read", NEW_POOL)]
    assert [gap.cluster_id for gap in planned.gaps] == ["cls-elsewhere"]


def native(groups: object, **more: object) -> dict[str, object]:
    block = {"security_group_ids": groups, "subnet_ids": ["subnet-plan0001"]}
    return {"id": f"{CLUSTER}#{NATIVE_POOL}", "cluster_id": CLUSTER, "name": "n", "native": [block]} | more


def test_a_native_pool_has_its_list_in_its_own_block() -> None:
    planned = applied(
        changed("update", before=native([GROUP]), after=native([OTHER, GROUP]), type_=NATIVE_POOL_TYPE),
        on=estate(group(OTHER)),
    )
    assert bindings(planned)[NATIVE_POOL] == (OTHER, GROUP)
    made = applied(changed("create", after=native([GROUP], id=COMPUTED), type_=NATIVE_POOL_TYPE))
    assert bindings(made)[f"({NATIVE_POOL_TYPE}.blue)"] == (GROUP,)


def test_a_scaling_configuration_moves_the_pools_that_launch_from_it() -> None:
    before = {"id": "asc-plan0001", "security_group_ids": [GROUP]}
    update = changed(
        "update", before=before, after={**before, "security_group_ids": [OTHER]}, type_="tencentcloud_as_scaling_config"
    )
    planned = applied(update, on=estate(group(OTHER)))
    assert bindings(planned)[POOL] == (OTHER,)
    assert effects(planned, "tencentcloud_as_scaling_config.blue") == ["pool"]


def test_an_emptied_scaling_configuration_is_not_sent() -> None:
    before = {"id": "asc-plan0001", "security_group_ids": [GROUP]}
    update = changed(
        "update", before=before, after={**before, "security_group_ids": []}, type_="tencentcloud_as_scaling_config"
    )
    assert applied(update).snapshot == estate()


@pytest.mark.parametrize("actions", [("delete", "create"), ("create", "delete")])
@pytest.mark.parametrize(("groups", "bound"), [([OTHER], (OTHER,)), (ref("local.groups"), "list-unknown"), ([], ())])
def test_pools_follow_a_scaling_configuration_that_is_replaced(
    actions: tuple[str, ...], groups: object, bound: object
) -> None:
    before = {"id": "asc-plan0001", "security_group_ids": [GROUP]}
    after = {"id": COMPUTED, "security_group_ids": groups}
    replaced = changed(*actions, before=before, after=after, type_="tencentcloud_as_scaling_config")
    planned = applied(replaced, on=estate(group(OTHER)))
    assert bindings(planned)[POOL] == bound
    assert effects(planned, "tencentcloud_as_scaling_config.blue") == ["pool"]


def test_a_scaling_configuration_can_go_once_no_pool_launches_from_it() -> None:
    before = {"id": "asc-plan0001", "security_group_ids": [GROUP]}
    gone = changed("delete", before=before, type_="tencentcloud_as_scaling_config")
    assert bindings(applied(gone))[POOL] == "launch-gone"
    assert codes(applied(gone, changed("delete", before=held_pool([GROUP])))) == []


def test_a_scaling_group_that_changes_its_configuration_takes_the_list_of_the_new_one() -> None:
    legacy = NodePool(
        node_pool_id="asg-plan0001",
        kind=NodeKind.REGULAR,
        security_groups=(GROUP,),
        launch_configuration_id="asc-plan0001",
    )
    live = estate(group(OTHER))
    live = replace(live, clusters=(replace(live.clusters[0], node_pools=(legacy,)),))
    config = {"id": "asc-plan0002", "security_group_ids": [OTHER]}
    known = Resource(type="tencentcloud_as_scaling_config", name="other", before=config, after=config)
    before = {"id": "asg-plan0001", "configuration_id": "asc-plan0001"}
    update = changed(
        "update",
        before=before,
        after={**before, "configuration_id": "asc-plan0002"},
        type_="tencentcloud_as_scaling_group",
    )
    assert bindings(applied(known, update, on=live))["asg-plan0001"] == (OTHER,)
    assert bindings(applied(update, on=live))["asg-plan0001"] == "list-unknown"
    without = replace(known, before=config | {"security_group_ids": []}, after=config | {"security_group_ids": []})
    assert bindings(applied(without, update, on=live))["asg-plan0001"] == ()


def test_the_offline_scaling_group_is_a_pool() -> None:
    kind = "tencentcloud_kubernetes_as_scaling_group"
    after = {"id": COMPUTED, "cluster_id": CLUSTER, "auto_scaling_config": [{"security_group_ids": [GROUP]}]}
    assert bindings(applied(changed("create", after=after, type_=kind)))[f"({kind}.blue)"] == (GROUP,)


def test_an_existing_group_that_nothing_bound_is_taken_from_the_state() -> None:
    held = rule_set(TKE_INGRESS[:1], TKE_EGRESS, group=OTHER)
    owner = Resource(type=RULE_SET, name="other", before=held, after=held)
    planned = applied(owner, changed("update", before=held_pool([GROUP]), after=held_pool([OTHER])))
    found = planned.snapshot.group_by_id["ap-guangzhou", OTHER]
    assert found.ingress == (rule(0, "172.16.0.0/16"),)
    assert codes(planned) == [("not-read", OTHER)]
    assert planned.unread == (OTHER,)


def test_an_existing_group_of_which_nothing_is_known_is_a_gap() -> None:
    planned = applied(changed("update", before=held_pool([GROUP]), after=held_pool([OTHER])))
    assert codes(planned) == [("not-read", OTHER)]
    assert planned.unread == (OTHER,)


def test_a_group_that_is_deleted_while_a_node_still_binds_it_stays() -> None:
    held = {"id": GROUP, "name": "node", "description": ""}
    gone = Resource(type=SECURITY_GROUP, name="node", actions=("delete",), before=held)
    planned = applied(gone)
    assert codes(planned) == [("group-in-use", GROUP)]
    assert effects(planned, f"{SECURITY_GROUP}.node") == ["group-in-use"]
    assert planned.snapshot.security_groups == estate().security_groups


def test_a_new_group_has_no_rules_until_something_writes_them() -> None:
    planned = applied(security_group("blue"), changed("create", after=pool([BLUE_ID])), trust=True)
    found = planned.snapshot.group_by_id["ap-guangzhou", BLUE]
    assert (found.ingress, found.egress, found.name) == ((), (), "blue")


def test_members_to_come_leave_open_what_their_own_group_lets_in() -> None:
    own = new(None, source_security_id=BLUE_ID)
    rules = Resource(
        type=RULE_SET, name="blue", actions=("create",), after=new_rule_set([own], TKE_EGRESS, group=BLUE_ID)
    )
    planned = applied(security_group("blue"), rules, changed("create", after=pool([BLUE_ID])), trust=True)
    assert rules_after(planned, BLUE) == [f"allow {BLUE} all", "unreadable 10.0.0.0/16 all"]
    assert codes(planned) == [("members-unknown", f"{BLUE}/ingress/0")]


def test_subnets_of_a_new_pool_are_known_from_the_plan() -> None:
    held = {"id": "subnet-plan0002", "cidr_block": "10.0.2.0/24", "vpc_id": "vpc-plan0001"}
    subnet = Resource(type="tencentcloud_subnet", name="b", before=held, after=held)
    planned = applied(subnet, changed("create", after=pool([GROUP], subnet_ids=["subnet-plan0002"])))
    assert planned.snapshot.clusters[0].networks.subnets.cidrs == ("10.0.1.0/24", "10.0.2.0/24")
    assert codes(planned) == []


def test_a_subnet_in_which_another_pool_is_was_read() -> None:
    other = Resource(type=NODE_POOL, name="a", before=held_pool([GROUP]), after=held_pool([GROUP]))
    planned = applied(other, changed("create", after=pool([GROUP], subnet_ids=["subnet-plan0001"])))
    assert codes(planned) == []


def test_a_subnet_of_unknown_range_is_a_doubt_of_its_own() -> None:
    planned = applied(changed("create", after=pool([GROUP], subnet_ids=["subnet-plan0009"])))
    assert codes(planned) == [("subnets-unknown", NEW_POOL)]
    assert [doubt.cluster_id for doubt in planned.unresolved_subnets] == [CLUSTER]
    assert planned.snapshot.clusters[0].networks == estate().clusters[0].networks


def test_a_pool_that_is_not_in_the_snapshot_binds_what_its_state_says() -> None:
    update = Resource(
        type=NODE_POOL,
        name="blue",
        actions=("update",),
        before=held_pool([GROUP], pool_id="np-plan0007"),
        after=held_pool([OTHER], pool_id="np-plan0007"),
    )
    assert bindings(applied(update, on=estate(group(OTHER))))["np-plan0007"] == (OTHER,)
