"""Clusters that the configuration leaves out: named, and judged by nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.model.baseline import Exclusion, Policy
from auditor.model.clusters import Network
from auditor.model.codes import Code, GapKind, Severity, Verdict
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.selectors import Tag
from auditor.model.snapshot import Snapshot
from auditor.reporter.verdict import cluster_verdicts, run_verdict
from tests.builders import (
    CLUSTER,
    CONTAINER,
    EGRESS,
    NODE_RULES,
    NODEPORT,
    REGION,
    SSH,
    TODAY,
    cluster,
    group,
    land,
    node,
    policy,
    rules,
    snapshot,
)

KEPT, EDGE = "cls-kept0001", "cls-edge0001"
POLICY = policy(EGRESS, CONTAINER, CLUSTER, SSH, NODEPORT)
GOOD = group("sg-good", rules(*NODE_RULES))


def excluding(*selectors: str, held: Policy | None = None) -> Policy:
    entry = Exclusion(clusters=selectors, reason="lab", owner="edge team")
    return replace(held or POLICY, exclusions=(entry,))


def unread(resource: str, cluster_id: str = "", region: str = REGION) -> Gap:
    return Gap(
        kind=GapKind.UNREAD,
        region=region,
        cluster_id=cluster_id,
        resource=resource,
        service="vpc",
        action="DescribeSecurityGroupPolicies",
        code="UnauthorizedOperation",
        message="denied",
    )


def two(*groups_of_edge: str) -> Snapshot:
    """A cluster that is as required, and one that binds groups whose rules were not read."""
    kept = cluster(node("ins-1", "sg-good"), cluster_id=KEPT)
    edge = replace(cluster(node("ins-2", *groups_of_edge), cluster_id=EDGE), tags=(Tag(key="env", value="edge"),))
    hidden = [
        replace(group(name), ingress=unread(name), egress=unread(name)) for name in groups_of_edge if name != "sg-good"
    ]
    return snapshot([edge, kept], [GOOD, *hidden])


def verdicts(result: Result) -> dict[str, Verdict]:
    return {found.cluster.cluster_id: held.verdict for found, held in cluster_verdicts(result, Severity.MEDIUM)}


@pytest.mark.parametrize("selector", [EDGE, "cls-edge*", "tag:env=e*"])
def test_an_excluded_cluster_counts_for_nothing(selector: str) -> None:
    held = two("sg-hidden")
    held = replace(held, gaps=(unread(EDGE, cluster_id=EDGE),))
    result = compare(held, excluding(selector), TODAY)
    assert verdicts(result) == {EDGE: Verdict.EXCLUDED, KEPT: Verdict.COMPLIANT}
    assert (result.findings, result.gaps, result.complete) == ((), (), True)
    assert run_verdict(result, Severity.MEDIUM) is Verdict.COMPLIANT
    assert verdicts(compare(held, POLICY, TODAY))[EDGE] is Verdict.UNKNOWN


def test_a_gap_of_a_group_that_an_audited_cluster_binds_too_stays() -> None:
    held = two("sg-hidden")
    kept = replace(held.clusters[1], nodes=(node("ins-1", "sg-good", "sg-hidden"),))
    result = compare(replace(held, clusters=(held.clusters[0], kept)), excluding(EDGE), TODAY)
    assert [gap.resource for gap in result.gaps] == ["sg-hidden"]
    assert [len(found.gaps) for found in result.clusters] == [0, 1]


def test_a_gap_of_the_region_stays() -> None:
    result = compare(replace(two("sg-hidden"), gaps=(unread(REGION),)), excluding(EDGE), TODAY)
    assert [gap.resource for gap in result.gaps] == [REGION]
    alone = replace(two("sg-hidden"), gaps=(unread(REGION),))
    alone = replace(alone, clusters=alone.clusters[:1])
    assert [gap.resource for gap in compare(alone, excluding("*"), TODAY).gaps] == [REGION]


def test_the_networks_of_an_excluded_cluster_still_count_for_those_that_talk_to_it() -> None:
    held = two("sg-hidden")
    short = replace(land(), container=Network(gaps=(unread(EDGE),)))
    edge = replace(held.clusters[0], networks=short)
    talking = replace(POLICY, peers=((KEPT, EDGE),))
    result = compare(replace(held, clusters=(edge, held.clusters[1])), excluding(EDGE, held=talking), TODAY)
    assert verdicts(result) == {EDGE: Verdict.EXCLUDED, KEPT: Verdict.UNKNOWN}


def test_a_machine_of_an_excluded_cluster_in_a_group_of_another_is_foreign_to_it() -> None:
    result = compare(two("sg-good"), excluding(EDGE), TODAY)
    assert [(found.code, found.nodes) for found in result.findings] == [(Code.FOREIGN_INSTANCE, ("ins-2",))]


def test_a_run_that_excludes_every_cluster_judged_nothing() -> None:
    result = compare(two("sg-hidden"), excluding("*"), TODAY)
    assert verdicts(result) == {EDGE: Verdict.EXCLUDED, KEPT: Verdict.EXCLUDED}
    assert [(gap.code, gap.message) for gap in result.gaps] == [("NothingJudged", "no cluster was checked: 2 excluded")]
    assert not result.complete
    assert run_verdict(result, Severity.MEDIUM) is Verdict.NOT_AUDITED
