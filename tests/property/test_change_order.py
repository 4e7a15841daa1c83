"""What an open order of rules leaves undecided: exactly what two orders decide differently, never less."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import Resolver
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction, Rule, SecurityGroup
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from tests.plans.estate import REGION, estate
from tests.plans.plan_json import COMPUTED, Resource
from tests.plans.resources import SINGLE_RULE, applied
from tests.property.oracle import PlainRule
from tests.property.worlds import model_rule, plain_rules, rule_lists

EMPTY = Snapshot(regions=(REGION,))


def decided(rules: tuple[Rule, ...]) -> Decision:
    group = SecurityGroup(region=REGION, security_group_id="sg-x", ingress=rules, egress=())
    lines = Resolver(Snapshot(regions=(REGION,), security_groups=(group,))).lines(REGION, ("sg-x",), Direction.INGRESS)
    return Decision(lines)


def orders(rules: tuple[Rule, ...]) -> list[Decision]:
    return [decided(found) for found in permutations(rules)]


@given(rule_lists(max_size=4))
def test_an_order_that_is_wholly_open_leaves_undecided_what_two_orders_decide_differently(
    plain: list[PlainRule],
) -> None:
    rules = tuple(model_rule(index, rule) for index, rule in enumerate(plain))
    laid_out, _ = rule_effects.with_open_order(rules, lambda _one, _other: False, EMPTY, REGION)
    found, every = decided(laid_out), orders(rules)
    union = PacketSet()
    common = every[0].allowed
    for one in every:
        union |= one.allowed
        common &= one.allowed
    assert found.undecided == union - common
    assert found.allowed == common


@given(rule_lists(max_size=5))
def test_an_order_that_is_wholly_assured_leaves_nothing_undecided(plain: list[PlainRule]) -> None:
    rules = tuple(model_rule(index, rule) for index, rule in enumerate(plain))
    assert rule_effects.with_open_order(rules, lambda _one, _other: True, EMPTY, REGION) == (rules, ())


WRITABLE = plain_rules().filter(lambda rule: rule.protocol in ("tcp", "udp", "all"))


def resource(name: str, rule: PlainRule, place: int | None, *, gone: bool) -> Resource:
    has_ports = rule.protocol != "all"
    fields: dict[str, object] = {
        "security_group_id": "sg-plan0001",
        "type": "ingress",
        "policy": "ACCEPT" if rule.action == "allow" else "DROP",
        "cidr_ip": rule.cidr,
        "ip_protocol": rule.protocol,
        "port_range": ",".join(f"{lo}-{hi}" for lo, hi in rule.ports) if has_ports else "",
        "policy_index": place,
    }
    if gone:
        return Resource(type=SINGLE_RULE, name=name, actions=("delete",), before={"id": name} | fields)
    return Resource(type=SINGLE_RULE, name=name, actions=("create",), after={"id": COMPUTED} | fields)


def simulated(present: tuple[Rule, ...], steps: tuple[tuple[str, Rule, int], ...]) -> Decision:
    """The cloud as it does one request after the other."""
    rules = list(present)
    for kind, rule, place in steps:
        if kind == "in":
            rules.insert(min(place, len(rules)), rule)
        else:
            match = next(
                (one for one in rules if (one.action, one.peer, one.service) == (rule.action, rule.peer, rule.service)),
                None,
            )
            rules = [one for one in rules if one is not match]
    return decided(tuple(rules))


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[PlainRule], list[tuple[PlainRule, int]], list[PlainRule]]:
    present = draw(
        st.lists(WRITABLE, max_size=4, unique_by=lambda rule: (rule.action, rule.cidr, rule.protocol, rule.ports))
    )
    come = draw(st.lists(st.tuples(WRITABLE, st.integers(0, 4)), max_size=2))
    gone = draw(st.lists(st.sampled_from(present), max_size=1)) if present else []
    return present, come, gone


@given(edits())
def test_single_rules_are_decided_only_where_every_order_of_the_requests_agrees(
    drawn: tuple[list[PlainRule], list[tuple[PlainRule, int]], list[PlainRule]],
) -> None:
    present, come, gone = drawn
    live_rules = tuple(model_rule(index, rule) for index, rule in enumerate(present))
    live = estate()
    group = SecurityGroup(region=REGION, security_group_id="sg-plan0001", ingress=live_rules, egress=())
    live = Snapshot(
        regions=live.regions, clusters=live.clusters, security_groups=(group,), memberships=live.memberships
    )
    resources = [resource(f"in{index}", rule, place, gone=False) for index, (rule, place) in enumerate(come)]
    resources += [resource(f"out{index}", rule, None, gone=True) for index, rule in enumerate(gone)]
    after = applied(*resources, on=live).snapshot.security_groups[0].ingress
    assert isinstance(after, tuple)
    found = decided(after)
    steps = [("in", model_rule(0, rule), place) for rule, place in come]
    steps += [("out", model_rule(0, rule), 0) for rule in gone]
    for sequence in permutations(steps):
        outcome = simulated(live_rules, sequence)
        assert found.allowed <= outcome.allowed
        assert not found.denied & outcome.allowed
