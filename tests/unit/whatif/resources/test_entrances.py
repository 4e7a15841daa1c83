"""Changes of the entrances of an API server, judged with the baseline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.clusters import Entrance, EntranceKind
from auditor.model.codes import Part
from auditor.model.findings import Result
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.plans.estate import CLUSTER, GROUP, OTHER, VPC, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import applied, bindings, codes, effects, security_group
from tests.plans.samples import balancer
from tests.plans.verdicts import change_of, gated, introduced_findings

ENDPOINT = "tencentcloud_kubernetes_cluster_endpoint"
PUBLIC, PRIVATE = f"{CLUSTER}/public", f"{CLUSTER}/private"
OPEN = group(OTHER, ingress=(rule(0, "0.0.0.0/0", Protocol.TCP, (443, 443)),))


def endpoint(*actions: str, before: object = None, **after: object) -> Resource:
    switches: dict[str, object] = {"cluster_id": CLUSTER, "cluster_internet": False, "cluster_intranet": False}
    planned = None if actions == ("delete",) else {"id": COMPUTED} | switches | after
    return Resource(type=ENDPOINT, name="x", actions=actions, before=before, after=planned)  # type: ignore[arg-type]


def held(**more: object) -> dict[str, object]:
    return {"id": CLUSTER, "cluster_id": CLUSTER, "cluster_internet": False, "cluster_intranet": False} | more


def with_entrance(*groups: str, kind: EntranceKind = EntranceKind.PUBLIC, balancer_id: str = "") -> Snapshot:
    live = estate(OPEN)
    entrance = Entrance(kind=kind, address="203.0.113.9", security_groups=groups, load_balancer_id=balancer_id)
    return replace(live, clusters=(replace(live.clusters[0], entrances=(entrance,)),))


def introduced(result: Result) -> list[tuple[str, str]]:
    return [
        (found.code.finding_name, found.severity.value)
        for found in introduced_findings(result)
        if found.role == "endpoint"
    ]


def test_a_public_entrance_with_an_open_group_introduces_a_critical_finding() -> None:
    opened = endpoint("create", cluster_internet=True, cluster_internet_security_group=OTHER)
    result = gated(opened, on=estate(OPEN))
    assert introduced(result) == [("excess-access", "critical")]
    assert change_of(result).resources[0].findings == change_of(result).introduced
    assert bindings(applied(opened, on=estate(OPEN)))[PUBLIC] == (OTHER,)


def test_a_private_entrance_has_no_group_of_its_own() -> None:
    planned = applied(endpoint("create", cluster_intranet=True, cluster_intranet_subnet_id="subnet-1"))
    assert bindings(planned)[PRIVATE] == ()
    assert codes(planned) == []


def test_a_group_that_the_plan_makes_is_bound_by_reference() -> None:
    group_id = ref("tencentcloud_security_group.blue.id")
    opened = endpoint("create", cluster_internet=True, cluster_internet_security_group=group_id)
    planned = applied(security_group("blue"), opened)
    assert bindings(planned)[PUBLIC] == ("(tencentcloud_security_group.blue)",)
    assert codes(planned) == []


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ({"cluster_internet_security_group": ref("local.group")}, "list-unknown"),
        ({"managed_cluster_internet_security_policies": ["0.0.0.0/0"]}, "list-unknown"),
        ({"cluster_internet_security_group": None}, "list-default"),
        ({"cluster_internet": ref("local.switch"), "cluster_internet_security_group": GROUP}, "list-unknown"),
        ({"cluster_internet_security_group": "sg-unread01"}, "not-read"),
    ],
)
def test_what_the_plan_does_not_tell_of_an_entrance_is_a_gap(after: dict[str, object], code: str) -> None:
    planned = applied(endpoint("create", **{"cluster_internet": True, **after}))
    resource = "sg-unread01" if code == "not-read" else PUBLIC
    assert codes(planned) == [(code, resource)]


def test_a_public_entrance_of_an_independent_cluster_without_a_group_is_open() -> None:
    live = estate()
    live = replace(live, clusters=(replace(live.clusters[0], cluster_type="INDEPENDENT_CLUSTER"),))
    opened = endpoint("create", cluster_internet=True)
    assert bindings(applied(opened, on=live))[PUBLIC] == ()
    assert [severity for _, severity in introduced(gated(opened, on=live))] == ["critical"]


def test_a_changed_group_replaces_the_earlier_one() -> None:
    before = held(cluster_internet=True, cluster_internet_security_group=GROUP)
    after = before | {"cluster_internet_security_group": OTHER}
    result = gated(endpoint("update", before=before, **after), on=with_entrance(GROUP))
    assert ("excess-access", "critical") in introduced(result)


@pytest.mark.parametrize("action", ["update", "delete"])
def test_an_entrance_that_is_closed_resolves_its_findings(action: str) -> None:
    before = held(cluster_internet=True, cluster_internet_security_group=OTHER)
    closed = endpoint(action, before=before, cluster_internet_security_group=OTHER)
    result = gated(closed, on=with_entrance(OTHER))
    assert len(change_of(result).resolved) == 1
    assert introduced(result) == []


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
def test_an_entrance_that_is_opened_again_under_another_address_stays_open(old: str, new: str) -> None:
    opened: dict[str, object] = {"cluster_internet": True, "cluster_internet_security_group": OTHER}
    deleted = replace(endpoint("delete", before=held(**opened)), name=old)
    planned = applied(deleted, replace(endpoint("create", **opened), name=new), on=with_entrance(OTHER))
    assert bindings(planned)[PUBLIC] == (OTHER,)


def test_an_entrance_whose_group_becomes_unknown_resolves_nothing() -> None:
    before = held(cluster_internet=True, cluster_internet_security_group=OTHER)
    after = before | {"cluster_internet_security_group": ref("local.group")}
    result = gated(endpoint("update", before=before, **after), on=with_entrance(OTHER))
    assert change_of(result).resolved == ()
    assert [gap.code for gap in result.gaps_of_change()] == ["list-unknown"]


def test_a_part_that_was_not_read_is_a_gap_unless_it_is_left_out() -> None:
    unread = replace(estate(OPEN), parts=())
    opened = endpoint("create", cluster_internet=True, cluster_internet_security_group=OTHER)
    assert codes(applied(opened, on=unread)) == [("part-not-read", f"({ENDPOINT}.x)")]
    left_out = applied(opened, on=unread, left_out=(Part.ENDPOINT,))
    assert codes(left_out) == []
    assert [effect.message_id for one in left_out.resources for effect in one.effects] == ["change-effect-left-out"]


def test_a_new_cluster_opens_its_own_entrance() -> None:
    cluster = {"id": COMPUTED, "cluster_name": "n", "vpc_id": VPC, "cluster_cidr": "172.18.0.0/16"}
    cluster |= {"cluster_internet": True, "cluster_internet_security_group": OTHER}
    made = Resource(type="tencentcloud_kubernetes_cluster", name="new", actions=("create",), after=cluster)
    planned = applied(made, on=estate(OPEN))
    own = f"({made.address})"
    assert bindings(planned, own)[f"{own}/public"] == (OTHER,)
    assert effects(planned, made.address) == ["cluster-in", "entrance-public"]


def test_the_groups_of_a_load_balancer_are_those_of_its_entrance() -> None:
    live = with_entrance(GROUP, balancer_id="lb-plan0001")
    live = replace(live, load_balancers=(replace(balancer(GROUP), listeners=()),))
    before: dict[str, object] = {"id": "lb-plan0001", "vpc_id": VPC, "security_groups": [GROUP]}
    update = Resource(
        type="tencentcloud_clb_instance",
        name="x",
        actions=("update",),
        before=before,
        after=before | {"security_groups": [OTHER]},
    )
    assert bindings(applied(update, on=live))[PUBLIC] == (OTHER,)
    assert ("excess-access", "critical") in introduced(gated(update, on=live))
