"""A plan applied over an estate and judged with the real comparison and the built-in baseline."""

from __future__ import annotations

from datetime import date
from functools import cache

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.model.baseline import ClusterNetwork, Policy
from auditor.model.changes import Change
from auditor.model.findings import Finding, Result
from auditor.model.snapshot import Snapshot
from auditor.whatif import apply, verdict
from auditor.whatif.planned import Planned
from auditor.words import Lang, catalogue
from tests.plans.estate import estate
from tests.plans.plan_json import Resource, plan
from tests.plans.resources import load

TODAY = date(2026, 11, 22)


@cache
def policy(network: ClusterNetwork = ClusterNetwork.VPC) -> Policy:
    return Policy(baseline=baseline.load(), cluster_network=network)


def judged(live: Snapshot, planned: Planned, held_against: Policy | None = None) -> Result:
    held_against = held_against or policy()
    before, after = compare(live, held_against, TODAY), compare(planned.snapshot, held_against, TODAY)
    return verdict.judge_change(before, after, planned, catalogue(Lang.EN).text)


def gated(*resources: Resource, on: Snapshot | None = None, trust: bool = False) -> Result:
    live = on or estate()
    return judged(live, apply.apply(live, load(plan(*resources)), trust_references=trust))


def change_of(result: Result) -> Change:
    assert result.change is not None
    return result.change


def introduced_findings(result: Result) -> list[Finding]:
    """The findings that the change introduces, in the order of the result."""
    return [finding for finding in result.findings if finding.fingerprint in change_of(result).introduced]


def introduced(result: Result) -> list[tuple[str, str, tuple[str, ...]]]:
    new = introduced_findings(result)
    return [(finding.code.value, finding.requirement_id or finding.subject, finding.security_groups) for finding in new]
