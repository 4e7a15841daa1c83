"""Which gaps a waiver takes out of the exit code, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.model.baseline import GapWaiver
from auditor.model.codes import GapKind
from auditor.model.findings import Result, WaiverState
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot
from tests.builders import CONTAINER, NODE_RULES, REGION, cluster, group, node, policy, rules, snapshot

TODAY = date(2026, 11, 22)
RULES_DENIED = Gap(
    kind=GapKind.UNREAD,
    region=REGION,
    resource="sg-denied",
    service="vpc",
    action="DescribeSecurityGroupPolicies",
    code="UnauthorizedOperation",
    message="not allowed",
)
LIST_CUT = Gap(
    kind=GapKind.UNREAD,
    region=REGION,
    resource=REGION,
    service="tke",
    action="DescribeClusters",
    code="UnauthorizedOperation",
    message="not allowed",
)
WAIVER = GapWaiver(
    waiver_id="W-8",
    gap=GapKind.UNREAD,
    clusters=("cls-aaaaaaaa",),
    reason="another team checks it",
    owner="ops",
    expires=date(2026, 12, 31),
)


def denied(*cluster_ids: str) -> Snapshot:
    """Clusters that share a group whose rules were not read."""
    unread = replace(group("sg-denied", rules(*NODE_RULES)), ingress=RULES_DENIED)
    return snapshot(
        [cluster(node(f"ins-{name}", "sg-denied"), cluster_id=name) for name in cluster_ids or ("cls-aaaaaaaa",)],
        [unread],
    )


def audit(held: Snapshot, *waivers: GapWaiver) -> Result:
    return compare(held, replace(policy(CONTAINER), waivers=waivers), TODAY)


def test_a_waived_gap_stays_marked_and_no_longer_makes_the_run_incomplete() -> None:
    result = audit(denied(), WAIVER)
    mark = result.gap_waiver(RULES_DENIED)
    assert mark is not None
    assert (mark.waiver_id, mark.reason, mark.owner) == ("W-8", "another team checks it", "ops")
    assert (result.gaps, result.unwaived_gaps) == ((RULES_DENIED,), ())
    assert not result.complete
    assert result.clusters[0].gaps == (RULES_DENIED,)
    assert result.waivers == (("W-8", WaiverState.ACTIVE),)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"resource": "sg-denied"}, WaiverState.ACTIVE),
        ({"resource": "sg-d*"}, WaiverState.ACTIVE),
        ({"action": "vpc:DescribeSecurityGroupPolicies"}, WaiverState.ACTIVE),
        ({"clusters": ("cls-*",)}, WaiverState.ACTIVE),
        ({"expires": date(2026, 11, 22)}, WaiverState.EXPIRING),
        ({"expires": date(2026, 11, 21)}, WaiverState.EXPIRED),
        ({"gap": GapKind.UNDOCUMENTED}, WaiverState.UNUSED),
        ({"resource": "sg-other"}, WaiverState.UNUSED),
        ({"action": "vpc:DescribeSecurityGroups"}, WaiverState.UNUSED),
        ({"clusters": ("cls-b*",)}, WaiverState.UNUSED),
    ],
)
def test_a_gap_waiver_holds_to_its_last_day_and_only_where_it_fits(
    changed: dict[str, object], state: WaiverState
) -> None:
    result = audit(denied(), replace(WAIVER, **changed))  # type: ignore[arg-type]
    assert result.waivers == (("W-8", state),)
    waives = state in (WaiverState.ACTIVE, WaiverState.EXPIRING)
    assert result.unwaived_gaps == (() if waives else (RULES_DENIED,))


def test_a_waiver_must_name_every_cluster_that_depends_on_the_gap() -> None:
    shared = denied("cls-aaaaaaaa", "cls-bbbbbbbb")
    assert audit(shared, WAIVER).unwaived_gaps == (RULES_DENIED,)
    both = replace(WAIVER, clusters=("cls-aaaaaaaa", "cls-bbbbbbbb"))
    assert audit(shared, both).unwaived_gaps == ()


def test_a_gap_of_a_whole_region_is_accepted_only_by_its_resource() -> None:
    cut = replace(snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", rules(*NODE_RULES))]), gaps=(LIST_CUT,))
    assert audit(cut, replace(WAIVER, clusters=("*",))).unwaived_gaps == (LIST_CUT,)
    assert audit(cut, replace(WAIVER, resource=REGION)).unwaived_gaps == ()


def test_a_gap_of_another_region_needs_a_waiver_for_every_cluster() -> None:
    elsewhere = replace(LIST_CUT, region="ap-shanghai", resource="ap-shanghai")
    held = snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", rules(*NODE_RULES))])
    held = replace(held, gaps=(elsewhere,))
    assert audit(held, replace(WAIVER, resource="ap-shanghai")).unwaived_gaps == (elsewhere,)
    assert audit(held, replace(WAIVER, resource="ap-shanghai", clusters=("*",))).unwaived_gaps == ()


def test_a_run_without_any_cluster_cannot_be_waived() -> None:
    nothing = Snapshot(regions=(REGION,), gaps=(LIST_CUT,))
    result = audit(nothing, replace(WAIVER, resource=REGION, clusters=("*",)))
    assert result.unwaived_gaps == (LIST_CUT,)
    assert result.waivers == (("W-8", WaiverState.UNUSED),)
