"""The reason why any address reaches a listener, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.model.codes import Code
from auditor.model.load_balancers import LoadBalancer
from auditor.reporter.text.sentences import ResultText
from auditor.words import Lang
from tests.balancers import balancer, listener, target
from tests.builders import TODAY, cluster, group, node, policy, rules, snapshot

REDIS = listener(target("ins-1", 6379), ports=6379)
VPC_ONLY = group("sg-node", rules(("allow", "10.0.0.0/16")))
LB_ANY = group("sg-lb", rules(("allow", "0.0.0.0/0", "tcp", "6379")))
ANYONE = group("sg-node", rules(("allow", "0.0.0.0/0")))


def why(load_balancer: LoadBalancer, *bound: str, lang: Lang = Lang.EN, node_rules: object = VPC_ONLY) -> str:
    home = cluster(node("ins-1", *bound))
    estate = replace(snapshot((home,), (node_rules, LB_ANY)), load_balancers=(load_balancer,))  # type: ignore[arg-type]
    result = compare(estate, policy(), TODAY)
    (finding,) = [finding for finding in result.findings if finding.code is Code.LOAD_BALANCER_OPEN]
    return ResultText(result, lang).finding(finding).why


@pytest.mark.parametrize(
    ("load_balancer", "bound", "reason"),
    [
        (balancer(REDIS, passes=True), ("sg-node",), "The groups of the back ends do not filter traffic from this"),
        (balancer(REDIS, snat_addresses=("10.0.1.9",)), ("sg-node",), "The back ends see an address of the load"),
        (balancer(REDIS), (), "Neither the load balancer nor the back ends bind a security group, so nothing filters"),
    ],
    ids=["bypassed", "snat", "no groups"],
)
def test_reason_names_what_does_not_filter(load_balancer: LoadBalancer, bound: tuple[str, ...], reason: str) -> None:
    assert why(load_balancer, *bound).startswith(reason)


def test_groups_that_let_any_address_in_are_the_reason_where_they_filter() -> None:
    reason = why(balancer(REDIS, groups=("sg-lb",)), "sg-node", node_rules=ANYONE)
    assert reason.startswith("The groups of the load balancer and of the back ends allow any address")


def test_reason_in_chinese() -> None:
    assert why(balancer(REDIS), lang=Lang.ZH).startswith("负载均衡和后端均未绑定安全组，流量不受过滤")
