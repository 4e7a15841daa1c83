from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

GAP = Gap(
    region="ap-guangzhou",
    cluster_id="cls-a",
    resource="sg-a",
    service="vpc",
    action="DescribeSecurityGroupPolicies",
    code="UnauthorizedOperation",
    message="not allowed",
    request_id="r-1",
    kind=GapKind.UNREAD,
)


def test_fingerprint_of_a_gap_is_the_same_in_every_run() -> None:
    again = replace(GAP, request_id="r-2", message="still not allowed")

    assert GAP.fingerprint == again.fingerprint == "88645202a0166f79"


@pytest.mark.parametrize(
    "other",
    [
        replace(GAP, kind=GapKind.UNREADABLE),
        replace(GAP, region="ap-shanghai"),
        replace(GAP, cluster_id="cls-b"),
        replace(GAP, resource="sg-b"),
        replace(GAP, service="cvm"),
        replace(GAP, action="DescribeSecurityGroups"),
        replace(GAP, code="RequestLimitExceeded"),
    ],
)
def test_fingerprint_tells_gaps_apart_by_what_is_unknown_and_why(other: Gap) -> None:
    assert other.fingerprint != GAP.fingerprint
