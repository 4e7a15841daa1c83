"""A cluster without a judged stack passes in no format, whatever else the run holds."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.model.baseline import Exclusion, Policy
from auditor.model.clusters import Cluster, Node, NotCovered
from auditor.model.codes import GapKind, Part
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot
from auditor.reporter import REPORTERS
from auditor.words import Lang
from tests.golden.policy import BASELINE
from tests.golden.samples import DEFAULT_GROUP, REGION, RESULTS, TODAY, cluster, node, nodes
from tests.schemas.rendering import rendered

KINDS = (
    "super-node",
    "super-node-pool",
    "registered-node",
    "registered-node-pool",
    "edge-cluster",
    "serverless-cluster",
    "vpc-cni-pods",
    "detached-interface",
    "deleting-node-pool",
    "a-kind-of-tomorrow",
)

UNREAD = Gap(
    kind=GapKind.UNREAD,
    region=REGION,
    resource="ins-1",
    service="cvm",
    action="DescribeInstances",
    code="UnauthorizedOperation",
    message="you are not authorized",
)


def _clusters() -> st.SearchStrategy[tuple[Cluster, ...]]:
    items = st.lists(st.builds(_not_covered, st.sampled_from(KINDS), st.integers(0, 3)), max_size=3)
    one = st.tuples(items, st.sampled_from([(), (node("ins-1", UNREAD),)]), st.sampled_from([(), (UNREAD,)]))
    return st.lists(one, max_size=4).map(
        lambda all_of_them: tuple(_cluster(number, *facts) for number, facts in enumerate(all_of_them))
    )


def _not_covered(kind: str, count: int) -> NotCovered:
    return NotCovered(kind=kind, count=count)


def _cluster(number: int, not_covered: list[NotCovered], nodes: tuple[Node, ...], gaps: tuple[Gap, ...]) -> Cluster:
    return cluster(
        f"cls-{number:08}",
        f"n{number}",
        not_covered=tuple(not_covered),
        nodes=nodes,
        gaps=gaps,
    )


def _json(report: str) -> bool:
    document = json.loads(report)
    return document["complete"] or any(found["verdict"] == "compliant" for found in document["clusters"])


def _ocsf(report: str) -> bool:
    return any(event["compliance"]["status"] == "Pass" or event["status"] == "Passed" for event in json.loads(report))


def _sarif(report: str) -> bool:
    (run,) = json.loads(report)["runs"]
    verdicts = [found["verdict"] for found in run["properties"]["clusters"]]
    return run["invocations"][0]["executionSuccessful"] or "compliant" in verdicts


def _junit(report: str) -> bool:
    cases = list(ET.fromstring(report).iter("testcase"))
    return not cases or any(case.find("error") is None and case.find("skipped") is None for case in cases)


def _csv(report: str) -> bool:
    return any("compliant" in row for row in csv.reader(io.StringIO(report.removeprefix("\ufeff"), newline="")))


def _prometheus(report: str) -> bool:
    lines = report.splitlines()
    told = any('verdict="compliant"' in line and line.endswith(" 1.0") for line in lines)
    return told or "sgaudit_complete 1.0" in lines or "sgaudit_last_success_timestamp_seconds" in report


PASSES: dict[str, Callable[[str], bool]] = {
    "table": lambda report: re.search(r"\d (?:compliant|个合规)", report.splitlines()[0]) is not None,
    "concise": lambda report: any(line.startswith("compliant  ") for line in report.splitlines()),
    "json": _json,
    "html": lambda report: 'class="top compliant"' in report or 'class="v compliant"' in report,
    "markdown": lambda report: "✅" in report,
    "csv": _csv,
    "sarif": _sarif,
    "junit": _junit,
    "ocsf": _ocsf,
    "gitlab": lambda report: json.loads(report) == [],
    "github": lambda report: " compliant: " in report,
    "prometheus": _prometheus,
}
"""Whether a report says pass, format by format."""


EXCLUSION = Exclusion(clusters=("cls-good*",), reason="lab", owner="edge team")
GOOD = cluster("cls-good0001", "good", nodes=nodes("ins-ok", 2, "sg-default1"))


def _result(clusters: tuple[Cluster, ...]) -> Result:
    """The clusters beside a good one that the configuration excludes."""
    snapshot = Snapshot(
        regions=(REGION,), parts=tuple(Part), clusters=(*clusters, GOOD), security_groups=(DEFAULT_GROUP,)
    )
    return compare(snapshot, Policy(baseline=BASELINE, exclusions=(EXCLUSION,)), TODAY)


def test_every_format_has_its_word_for_a_pass() -> None:
    assert set(PASSES) == set(REPORTERS)


@pytest.mark.parametrize("lang", Lang)
@given(clusters=_clusters())
def test_a_run_without_a_judged_stack_passes_in_no_format(lang: Lang, clusters: tuple[Cluster, ...]) -> None:
    result = _result(clusters)
    assert [name for name, passes in PASSES.items() if passes(rendered(name, result, lang))] == []


@given(clusters=_clusters())
def test_a_run_without_a_judged_stack_is_incomplete_and_says_why(clusters: tuple[Cluster, ...]) -> None:
    result = _result(clusters)
    assert not result.complete
    assert result.gaps


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("report_format", sorted(PASSES))
def test_a_judged_cluster_that_is_as_required_passes_in_every_format(report_format: str, lang: Lang) -> None:
    assert PASSES[report_format](rendered(report_format, RESULTS["compliant"], lang))
