"""A whole audit of load balancers: from the answers of the clb actions to the findings."""

from __future__ import annotations

import pytest

from tests.loopback import balancers
from tests.loopback.rules import ANY, Row, allow
from tests.oracle.audited import audit
from tests.oracle.estates import Home, home


def behind(*, pass_to_target: bool, groups: tuple[str, ...] = (), port: int = 8080, source: int = 1) -> Home:
    """One node at NodePort 31080 behind a public load balancer; only 198.51.100.0/24 may connect to the NodePort."""
    found = home()
    rules: tuple[Row, ...] = (allow("tcp", "31080", "198.51.100.0/24"), allow("ALL", "ALL", "10.0.0.0/16"))
    found.region.group(rules, group_id="sg-node0000")
    found.region.group((allow("tcp", str(port), ANY),), group_id="sg-balancer")
    found.cluster.worker(found.subnet, ["sg-node0000"], node_id="ins-node0000")
    made = found.region.balancer(
        str(found.region.vpcs[0]["VpcId"]), groups, pass_to_target=pass_to_target, balancer_id="lb-aaaaaaaa"
    )
    target = balancers.target(31080, instance_id="ins-node0000", addresses=["10.0.1.5"])
    made.listener(port, [target], check=balancers.health_check(source=source), listener_id="lbl-aaaaaaaa")
    return found


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        pytest.param(behind(pass_to_target=True), [("TSG202", "medium")], id="past the groups of the node"),
        pytest.param(behind(pass_to_target=True, port=443), [("TSG202", "low")], id="on a web port"),
        pytest.param(behind(pass_to_target=False), [], id="the node restricts on purpose"),
        pytest.param(
            behind(pass_to_target=False, groups=("sg-balancer",)), [("TSG102", "medium")], id="the node stops clients"
        ),
        pytest.param(behind(pass_to_target=False, source=0), [("TSG102", "medium")], id="health checks are stopped"),
    ],
)
def test_answers_of_the_cloud_become_findings_about_paths(found: Home, codes: list[tuple[str, str]]) -> None:
    report, _ = audit(found.estate)
    assert report["gaps"] == []
    paths = [one for one in report["findings"] if one["code"] in ("TSG102", "TSG202")]
    assert [(one["code"], one["severity"]) for one in paths] == codes
    ((listener,),) = [balancer["listeners"] for balancer in report["clusters"][0]["load_balancers"]]
    assert (listener["id"], [target["node"] for target in listener["targets"]]) == ("lbl-aaaaaaaa", ["ins-node0000"])
