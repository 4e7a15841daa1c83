"""The indexes of a snapshot."""

from __future__ import annotations

from dataclasses import replace

from tests.balancers import balancer, listener, target
from tests.builders import cluster, node, pod_interface, snapshot


def test_the_load_balancers_of_a_cluster_are_those_that_can_reach_it() -> None:
    own = cluster(node("ins-1", "sg-a"), interfaces=(pod_interface("eni-1", "sg-a", node_id="ins-1"),))
    named = {
        "lb-same-vpc": balancer(listener(target("ins-9"))),
        "lb-node": balancer(listener(target("ins-1")), vpc_id="vpc-22222222"),
        "lb-foreign": balancer(listener(target("ins-9")), vpc_id="vpc-22222222"),
        "lb-interface": balancer(listener(target("", interface_id="eni-1")), vpc_id="vpc-22222222"),
        "lb-by-address": balancer(
            listener(target("", addresses=("10.0.0.1",))), vpc_id="vpc-22222222", cross_region=True
        ),
        "lb-address-of-its-vpc": balancer(listener(target("", addresses=("10.0.0.1",))), vpc_id="vpc-22222222"),
        "lb-without-vpc": balancer(vpc_id=""),
    }
    balancers = tuple(replace(item, load_balancer_id=name) for name, item in named.items())
    read = replace(snapshot([own], [], []), load_balancers=balancers)
    assert [item.load_balancer_id for item in read.balancers_of(own)] == [
        "lb-same-vpc",
        "lb-node",
        "lb-interface",
        "lb-by-address",
        "lb-without-vpc",
    ]
