"""Whatever stands in the attributes of a plan, it is applied or refused: nothing falls over it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.errors import ConfigError
from auditor.model.baseline import Policy
from auditor.whatif import apply, verdict
from auditor.whatif.terraform import load
from auditor.words import Lang, catalogue
from tests.plans.plan_json import plan
from tests.plans.resources import security_group
from tests.plans.samples import SAMPLES, everything, plans

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

POLICY = Policy(baseline=baseline.load())
BEFORE = compare(everything(), POLICY, date(2026, 11, 22))

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 70000),
    st.text(max_size=6),
    st.sampled_from(["sg-plan0001", "10.0.0.0/8", "ACCEPT", "TCP", "cls-plan0001", "ins-plan0001", "ipm-plan0001"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
)
UNKNOWN = st.recursive(
    st.booleans(),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)),
)


@given(st.data(), st.sampled_from(sorted(SAMPLES)), st.sampled_from(["create", "update", "delete", "unknown"]))
def test_strange_attributes_do_no_harm(data: st.DataObject, type_: str, kind: str) -> None:
    document = json.loads(plan(plans(type_)[kind], security_group("blue")))
    change = next(one for one in document["resource_changes"] if one["type"] == type_)["change"]
    blocks = [one for one in document["configuration"]["root_module"]["resources"] if one["type"] == type_]
    for side in ("before", "after"):
        for key in list(change[side] or {}):
            if data.draw(st.integers(0, 3)) == 0:
                change[side][key] = data.draw(VALUES)
    if isinstance(change["after_unknown"], dict):
        for key in list(change["after_unknown"]):
            if data.draw(st.booleans()):
                change["after_unknown"][key] = data.draw(UNKNOWN)
    for block in blocks:
        for key in data.draw(st.lists(st.sampled_from([*block["expressions"], "x"]), max_size=2)):
            block["expressions"][key] = data.draw(VALUES)
    found = load.load(json.dumps(document), "plan.json")
    planned = apply.apply(everything(), found, trust_references=data.draw(st.booleans()))
    result = compare(planned.snapshot, POLICY, date(2026, 11, 22))
    assert verdict.judge_change(BEFORE, result, planned, catalogue(Lang.EN).text).change is not None


@given(VALUES, st.sampled_from(["resource_changes", "configuration", "prior_state", "variables", "complete"]))
def test_strange_plans_are_refused_or_laid(value: Json, key: str) -> None:
    with suppress(ConfigError):
        found = load.load(plan(security_group("blue"), top={key: value}), "plan.json")
        apply.apply(everything(), found, trust_references=True)
