"""Each API action is complete: quota, purpose, probe, loopback answer and words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.fetcher.actions import ACTIONS, ApiAction
from auditor.fetcher.doctor import permissions, probes
from auditor.words import Lang, catalogue
from tests.loopback.schema import OPERATIONS

RATES = {(operation.service, operation.version, operation.name): operation.rate for operation in OPERATIONS}


def missing(action: ApiAction) -> Iterator[str]:
    rate = RATES.get((action.service, action.version, action.name))
    if not action.needs:
        yield "needs: what stays unknown without it"
    if action.permission not in permissions():
        yield "a place in auditor.fetcher.actions.ACTIONS, from which the CAM policy is made"
    if action not in probes("cls-00000000", "sg-00000000"):
        yield "parameters to try it with, in auditor.fetcher.doctor.probes"
    if rate is None:
        yield "an operation in tests/loopback/schema.py"
    elif action.rate != rate:
        yield f"the quota that the server grants: {rate}, not {action.rate}"
    for lang in Lang:
        if not catalogue(lang).has(f"gaps-what-{action.name}"):
            yield f"gaps-what-{action.name} in auditor/words/{lang}"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.permission}-{action.version}")
def test_action_is_complete(action: ApiAction) -> None:
    lacks = list(missing(action))
    assert not lacks, f"{action.permission} lacks:\n" + "\n".join(lacks)


def test_incomplete_action_is_told_everything_that_it_lacks() -> None:
    bare = ApiAction(service="vpc", version="2017-03-12", name="DescribeNothing", rate=100, needs="")
    assert list(missing(bare)) == [
        "needs: what stays unknown without it",
        "a place in auditor.fetcher.actions.ACTIONS, from which the CAM policy is made",
        "parameters to try it with, in auditor.fetcher.doctor.probes",
        "an operation in tests/loopback/schema.py",
        "gaps-what-DescribeNothing in auditor/words/en",
        "gaps-what-DescribeNothing in auditor/words/zh",
    ]


def test_quota_of_another_size_is_told() -> None:
    hasty = ApiAction(
        service="tke", version="2018-05-25", name="DescribeClusters", rate=100, needs="which clusters exist"
    )
    assert "the quota that the server grants: 20, not 100" in list(missing(hasty))
