"""The oracle can fail: a report that is not about the estate, be it by one port or one address, is found out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.loopback.rules import ANY, Row, allow, drop
from tests.oracle.account import Account
from tests.oracle.audited import audit
from tests.oracle.estates import NODE_RULES, Home, home
from tests.oracle.held import complaints


def plain() -> Home:
    found = home()
    extra = (drop("tcp", "10250", ANY), allow("tcp", "10250-10251", "203.0.113.0/24"), allow("icmp", "ALL", ANY))
    found.region.group((*NODE_RULES, *extra), group_id="sg-plain000")
    found.cluster.worker(found.subnet, ["sg-plain000"], node_id="ins-plain000")
    found.region.group((allow("tcp", "80", ANY),), group_id="sg-other000")
    found.region.interface(found.subnet, ["sg-other000"], instance_id="ins-plain000", interface_id="eni-second00")
    found.cluster.super_pool(["sg-other000"], [found.subnet], pool_id="np-super000")
    found.region.interface(
        found.subnet, ["sg-other000"], instance_id="eks-pod00000", business="eks", interface_id="eni-super000"
    )
    return found


def interface(found: Home, interface_id: str) -> Row:
    return next(row for row in found.region.interfaces if row["NetworkInterfaceId"] == interface_id)


def rules(found: Home) -> list[Row]:
    rows: list[Row] = found.region.policies["sg-plain000"]["Ingress"]
    return rows


CHANGES: dict[str, Callable[[Home], object]] = {
    "one port less": lambda found: rules(found)[3].update(Port="30000-32767"),
    "one address less": lambda found: rules(found)[0].update(CidrBlock="172.16.0.0/17"),
    "another action": lambda found: rules(found)[6].update(Action="ACCEPT"),
    "another order": lambda found: (rules(found)[6].update(PolicyIndex=7), rules(found)[7].update(PolicyIndex=6)),
    "one more port open": lambda found: rules(found)[7].update(Port="10250-10252"),
    "a rule less": lambda found: rules(found).pop(),
    "another node": lambda found: found.cluster.worker(found.subnet, ["sg-plain000"]),
    "a stranger": lambda found: found.region.instance(found.subnet, ["sg-plain000"]),
    "another group": lambda found: found.region.instances[0].update(SecurityGroupIds=[]),
    "another VPC": lambda found: found.region.vpcs[0].update(CidrBlock="10.0.0.0/15"),
    "another interface": lambda found: found.region.interface(
        found.subnet, ["sg-other000"], instance_id="ins-plain000"
    ),
    "another group of an interface": lambda found: interface(found, "eni-second00").update(GroupSet=["sg-plain000"]),
    "an interface without a group": lambda found: interface(found, "eni-second00").update(GroupSet=[]),
    "another group of Pods": lambda found: interface(found, "eni-super000").update(GroupSet=["sg-plain000"]),
    "an interface of nobody": lambda found: interface(found, "eni-second00").update(Attachment=None),
    "a public interface": lambda found: interface(found, "eni-second00")["PrivateIpAddressSet"][0].update(
        PublicIpAddress="203.0.113.7"
    ),
    "another pool": lambda found: found.cluster.pools_2022[0]["Super"].update(SecurityGroupIds=["sg-plain000"]),
    "other Pods": lambda found: found.cluster.row["ClusterNetworkSettings"].update(ClusterCIDR="172.16.0.0/15"),
}


def test_a_true_report_is_not_faulted() -> None:
    found = plain()
    report, _ = audit(found.estate)
    assert list(complaints(Account(found.region), report)) == []


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_report_of_another_estate_is_faulted(change: Callable[[Home], object]) -> None:
    found = plain()
    report, _ = audit(found.estate)
    change(found)
    assert list(complaints(Account(found.region), report)) != []
