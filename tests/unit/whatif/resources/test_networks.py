"""Changes of a VPC that make new packets possible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.snapshot import Snapshot
from auditor.whatif import apply
from tests.plans.estate import NETWORKS, VPC, estate
from tests.plans.plan_json import Resource, plan, ref
from tests.plans.resources import load

VPC_TYPE = "tencentcloud_vpc"


def without_ipv6() -> Snapshot:
    held = estate()
    networks = replace(NETWORKS, without_ipv6=True)
    return replace(held, clusters=tuple(replace(each, networks=networks) for each in held.clusters))


def lacks_ipv6_after(*resources: Resource) -> bool:
    planned = apply.apply(without_ipv6(), load(plan(*resources)), trust_references=False)
    return planned.snapshot.clusters[0].lacks_ipv6


def ipv6_block(vpc_id: object) -> Resource:
    return Resource(type="tencentcloud_vpc_ipv6_cidr_block", name="six", actions=("create",), after={"vpc_id": vpc_id})


def test_a_plan_that_leaves_the_vpc_alone_gives_it_no_ipv6() -> None:
    assert lacks_ipv6_after()
    assert lacks_ipv6_after(ipv6_block("vpc-elsewhere"))


@pytest.mark.parametrize("vpc_id", [VPC, ref("data.tencentcloud_vpc_instances.all", "var.vpc")])
def test_an_ipv6_block_for_the_vpc_lets_ipv6_packets_exist(vpc_id: object) -> None:
    assert not lacks_ipv6_after(ipv6_block(vpc_id))


def test_an_update_of_the_vpc_that_may_give_it_ipv6_is_heeded() -> None:
    def updated(**after: object) -> Resource:
        before = {"id": VPC, "cidr_block": "10.0.0.0/16", "name": "a", "ipv6_cidr_block": ""}
        return Resource(type=VPC_TYPE, name="x", actions=("update",), before=before, after={**before, **after})

    assert lacks_ipv6_after(updated(name="b"))
    assert not lacks_ipv6_after(updated(ipv6_cidr_block="2001:db8::/56"))
