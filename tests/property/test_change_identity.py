"""A plan whose ``after`` equals the live state changes nothing; a rule set's lists are what the group then has."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.resolve import same_rules
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot
from auditor.whatif import change_file
from tests.plans.estate import GROUP, OTHER, estate, group
from tests.plans.plan_json import Resource
from tests.plans.resources import NODE_POOL, RULE_SET, applied, held, held_pool, new_rule_set, rule_set
from tests.property.oracle import PlainRule
from tests.property.worlds import model_rule, plain_rules

WRITTEN = plain_rules().filter(lambda rule: rule.protocol != "other")
LISTS = st.lists(WRITTEN, max_size=6)


def block(rule: PlainRule) -> dict[str, object]:
    port = ",".join(f"{lo}-{hi}" if lo < hi else str(lo) for lo, hi in rule.ports)
    field = "ipv6_cidr_block" if ":" in rule.cidr else "cidr_block"
    return held(
        protocol=rule.protocol.upper(),
        port=port if rule.protocol in ("tcp", "udp") else "ALL",
        action="ACCEPT" if rule.action == "allow" else "DROP",
        **{"cidr_block": "", field: rule.cidr},
    )


def rules_of(plain: list[PlainRule]) -> tuple[Rule, ...]:
    return tuple(model_rule(index, rule) for index, rule in enumerate(plain))


def live(ingress: list[PlainRule], egress: list[PlainRule]) -> Snapshot:
    return replace(
        estate(group(OTHER)), security_groups=(group(GROUP, rules_of(ingress), rules_of(egress)), group(OTHER))
    )


@given(LISTS, LISTS, st.sampled_from(["no-op", "update", "create"]))
def test_a_rule_set_that_says_what_is_there_changes_nothing(
    ingress: list[PlainRule], egress: list[PlainRule], action: str
) -> None:
    snapshot = live(ingress, egress)
    held_now = rule_set([block(rule) for rule in ingress], [block(rule) for rule in egress])
    if action == "create":
        made = new_rule_set(held_now["ingress"], held_now["egress"])
        resource = Resource(type=RULE_SET, name="x", actions=("create",), after=made)
    else:
        resource = Resource(type=RULE_SET, name="x", actions=(action,), before=held_now, after=held_now)
    planned = applied(resource, on=snapshot)
    assert planned.snapshot == snapshot
    assert planned.gaps == ()
    assert planned.drift == ()


@given(LISTS, LISTS, LISTS, LISTS)
def test_an_updated_rule_set_leaves_the_group_with_its_lists(
    ingress: list[PlainRule], egress: list[PlainRule], new_in: list[PlainRule], new_out: list[PlainRule]
) -> None:
    snapshot = live(ingress, egress)
    before = rule_set([block(rule) for rule in ingress], [block(rule) for rule in egress])
    after = rule_set([block(rule) for rule in new_in], [block(rule) for rule in new_out])
    found = applied(Resource(type=RULE_SET, name="x", actions=("update",), before=before, after=after), on=snapshot)
    group_after = found.snapshot.security_groups[0]
    for direction, expected in ((Direction.INGRESS, new_in), (Direction.EGRESS, new_out)):
        rules = group_after.rules(direction)
        assert isinstance(rules, tuple)
        assert same_rules(rules, rules_of(expected))
    assert found.gaps == ()


@given(LISTS)
def test_a_change_file_that_says_what_is_there_changes_nothing(ingress: list[PlainRule]) -> None:
    snapshot = live(ingress, [])
    rules = tuple(model_rule(index, rule) for index, rule in enumerate(ingress))
    after = change_file.RulesAfter(group=GROUP, direction=Direction.INGRESS, rules=rules)
    change = change_file.ChangeFile(file="x", rules=(after,), bindings=())
    assert change_file.apply(snapshot, change).snapshot == snapshot


@given(st.permutations([GROUP, OTHER]), st.sampled_from(["no-op", "update"]))
def test_a_pool_that_binds_what_it_binds_changes_nothing(groups: list[str], action: str) -> None:
    snapshot = estate(group(OTHER))
    pools = tuple(replace(pool, security_groups=tuple(groups)) for pool in snapshot.clusters[0].node_pools)
    snapshot = replace(snapshot, clusters=(replace(snapshot.clusters[0], node_pools=pools),))
    held_now = held_pool(groups)
    planned = applied(
        Resource(type=NODE_POOL, name="p", actions=(action,), before=held_now, after=held_now), on=snapshot
    )
    assert planned.snapshot == snapshot
    assert planned.irrelevant
