"""How many calls each part of the audit costs, counted on the estate of the demo."""

from __future__ import annotations

from collections import Counter

import pytest

from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.model.codes import Part
from tests.estates import demo
from tests.loopback.writing import EstateCaller

EVERY_PART = tuple(Part)


def calls(left_out: tuple[Part, ...]) -> Counter[str]:
    """The calls by action of a run that leaves out these parts."""
    caller = EstateCaller(demo.build())
    fetch(caller, FetchRequest(regions=("ap-guangzhou",), left_out=left_out))
    return Counter(f"{call.request.service}:{call.request.action}" for call in caller.taken)


@pytest.mark.parametrize(
    ("part", "own"),
    [
        (Part.INTERFACES, {"vpc:DescribeNetworkInterfaces": 1}),  # one VPC of one page
        (Part.PODS, {"tke:DescribeAddonValues": 1}),  # one cluster of VPC-CNI, and none is serverless
        (Part.ENDPOINT, {"tke:DescribeClusterEndpoints": 4, "tke:DescribeClusterEndpointStatus": 2}),
        (  # five load balancers on one page
            Part.LOAD_BALANCERS,
            {"clb:DescribeLoadBalancers": 1, "clb:DescribeListeners": 5, "clb:DescribeTargets": 5},
        ),
        (Part.NETWORK_ACLS, {"vpc:DescribeNetworkAcls": 1}),
    ],
)
def test_a_part_costs_its_own_calls_and_those_for_its_groups(part: Part, own: dict[str, int]) -> None:
    without = tuple(other for other in EVERY_PART if other is not part)
    more = calls(without) - calls(EVERY_PART)
    of_groups = {"vpc:DescribeSecurityGroupPolicies", "cvm:DescribeInstances", "vpc:DescribeNetworkInterfaces"}
    assert {name: count for name, count in more.items() if name not in of_groups - own.keys()} == own
