"""The catalogue has the sentence of every gap reason and effect, in both languages."""

from __future__ import annotations

import pytest

from auditor.model.codes import GapKind
from auditor.whatif.gaps import GapReason, gap
from auditor.words import Lang, catalogue
from tests.plans.resources import applied, security_group
from tests.plans.samples import SAMPLES, everything, plans


@pytest.mark.parametrize("lang", Lang)
def test_every_reason_has_its_sentence(lang: Lang) -> None:
    facts = {"resource": "sg-plan0001", "region": "ap-guangzhou", "cluster": "cls-plan0001"}
    nameless = [why for why in GapReason if "sg-plan0001" not in catalogue(lang).text(f"change-gap-{why}", **facts)]
    assert set(nameless) <= {GapReason.PLAN_INCOMPLETE}


@pytest.mark.parametrize("type_", SAMPLES)
def test_every_effect_has_its_sentence(type_: str) -> None:
    for resource in plans(type_).values():
        planned = applied(resource, security_group("blue"), on=everything())
        for words in map(catalogue, Lang):
            for found in planned.resources:
                for effect in found.effects:
                    assert words.text(effect.message_id, **dict(effect.facts))
            for drift in planned.drift:
                assert words.text(drift.message_id, resource=drift.resource)


def test_a_gap_says_what_it_is_about() -> None:
    found = gap(GapReason.LIST_BY_REFERENCE, "ap-guangzhou", "(tencentcloud_kubernetes_node_pool.blue)", "cls-plan0001")
    assert found.kind is GapKind.UNKNOWN_UNTIL_APPLY
    assert found.code == "list-by-reference"
    assert found.message.startswith(
        "The plan lists the groups of (tencentcloud_kubernetes_node_pool.blue) only by reference"
    )
    assert gap(GapReason.NOT_READ, "", "sg-plan0001").kind is GapKind.UNREAD
