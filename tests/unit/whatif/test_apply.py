"""Plans as a whole: plans without effect on the audit, incomplete plans, and changes that are not understood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor.model.snapshot import Snapshot
from auditor.whatif import apply
from auditor.whatif.planned import Planned
from auditor.whatif.terraform import load as plan_file
from tests.plans.estate import GROUP, estate
from tests.plans.plan_json import Resource, plan
from tests.plans.resources import RULE_SET, TKE_INGRESS, applied, codes, effects, load, pool, rule_set, rules_after

PLANS = Path(__file__).parents[2] / "plans"


def recorded(name: str, *, trust: bool = False) -> Planned:
    path = next(PLANS.glob(f"{name}-*.json"))
    return apply.apply(estate(), plan_file.load(path.read_text(encoding="utf-8"), path.name), trust_references=trust)


def update() -> Resource:
    return Resource(type=RULE_SET, name="node", actions=("update",), before=rule_set(), after=rule_set(TKE_INGRESS[:2]))


def test_a_plan_of_another_provider_has_no_bearing() -> None:
    planned = recorded("12b")
    assert planned.irrelevant
    assert planned.snapshot == estate()
    assert planned.resources == ()


def test_the_recorded_rule_set_loses_its_rule() -> None:
    planned = recorded("01")
    assert "allow 0.0.0.0/0 udp 30000-32768" not in rules_after(planned)
    assert codes(planned) == []
    assert planned.drift == ()


def test_the_recorded_new_pool_waits_for_trust() -> None:
    pool_id = "(tencentcloud_kubernetes_node_pool.blue)"
    assert ("list-by-reference", pool_id) in codes(recorded("05"))
    trusted = recorded("05", trust=True)
    assert ("list-by-reference", pool_id) not in codes(trusted)
    assert trusted.snapshot.clusters[0].node_pools[-1].security_groups == ("(tencentcloud_security_group.blue)",)


def test_the_recorded_unknown_block_leaves_its_rule_open() -> None:
    assert codes(recorded("10")) == [("rule-unknown", f"{GROUP}/ingress/6")]


def test_a_plan_without_changes_leaves_the_snapshot_as_it_was() -> None:
    assert applied().snapshot == estate()


def test_an_incomplete_plan_is_said() -> None:
    planned = apply.apply(estate(), load(plan(update(), top={"complete": False})), trust_references=False)
    assert codes(planned) == [("plan-incomplete", "plan")]
    assert planned.snapshot.gaps == planned.gaps


def test_a_deferred_change_is_said_where_it_could_bear() -> None:
    def deferred(type_: str) -> list[tuple[str, str]]:
        change = {"address": f"{type_}.x", "type": type_, "name": "x", "change": {"actions": ["create"]}}
        text = plan(top={"deferred_changes": [{"reason": "x", "resource_change": change}]})
        return codes(apply.apply(estate(), load(text), trust_references=False))

    assert deferred(RULE_SET) == [("change-deferred", f"({RULE_SET}.x)")]
    assert deferred("tencentcloud_eip") == []


def test_an_action_that_is_not_known_is_said() -> None:
    strange = Resource(type=RULE_SET, name="node", actions=("annihilate",), before=rule_set(), after=rule_set())
    assert codes(applied(strange)) == [("action-unknown", f"({RULE_SET}.node)")]


def test_what_the_refresh_found_is_the_past_and_not_laid() -> None:
    gone = {
        "address": f"{RULE_SET}.node",
        "type": RULE_SET,
        "name": "node",
        "change": {"actions": ["delete"], "before": rule_set(), "after": None},
    }
    text = plan(top={"resource_drift": [gone]})
    assert apply.apply(estate(), load(text), trust_references=False).snapshot == estate()


def test_an_imported_resource_that_does_not_change_is_no_bearing() -> None:
    held = rule_set()
    text = plan(Resource(type=RULE_SET, name="node", before=held, after=held))
    moved = text.replace(
        '"change": {"actions": ["no-op"]',
        '"previous_address": "x.y", "change": {"importing": {"id": "sg"}, "actions": ["no-op"]',
    )
    assert moved != text
    assert apply.apply(estate(), load(moved), trust_references=False).irrelevant


def test_a_resource_tells_whom_it_reaches() -> None:
    impact = applied(update()).resources[0].impact
    assert impact.groups == (GROUP,)
    assert impact.clusters == ("cls-plan0001",)
    assert impact.nodes == ("ins-plan0001", "ins-plan0002")
    assert impact.pools == ("np-plan0001", "np-plan0002")


def test_unchanged_resources_are_not_listed() -> None:
    held = rule_set()
    planned = applied(Resource(type=RULE_SET, name="node", before=held, after=held))
    assert effects(planned, f"{RULE_SET}.node") == []


def test_an_estate_without_clusters_has_nothing_to_bear_on() -> None:
    assert applied(update(), on=Snapshot(regions=("ap-guangzhou",))).irrelevant


def test_a_bound_group_that_was_not_read_before_stays_so() -> None:
    live = replace(estate(), security_groups=())
    planned = applied(
        Resource(type="tencentcloud_kubernetes_node_pool", name="b", actions=("create",), after=pool([GROUP])), on=live
    )
    assert planned.snapshot.security_groups == ()
    assert planned.unread == ()
