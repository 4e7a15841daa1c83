"""Which clusters the words of a configuration name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.selectors import Tag, is_selector, selects
from tests import builders

CLUSTER = replace(
    builders.cluster(cluster_id="cls-shop0001"),
    name="shop-prod",
    tags=(Tag(key="env", value="production"), Tag(key="team", value="a=b")),
)


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ("cls-shop0001", True),
        ("cls-shop*", True),
        ("*", True),
        ("cls-shop", False),
        ("shop-prod", False),
        ("name:shop-prod", True),
        ("name:*-prod", True),
        ("name:Shop-prod", False),
        ("name:cls-shop0001", False),
        ("tag:env=production", True),
        ("tag:env=prod*", True),
        ("tag:team=a=b", True),
        ("tag:env=test", False),
        ("tag:e*=production", False),
        ("tag:none=*", False),
    ],
)
def test_a_selector_is_an_id_a_name_or_a_tag(selector: str, selected: bool) -> None:  # noqa: FBT001
    assert selects((selector,), CLUSTER) is selected


def test_any_of_several_selectors_is_enough_and_none_selects_nothing() -> None:
    assert selects(("cls-other", "tag:env=prod*"), CLUSTER)
    assert not selects((), CLUSTER)


@pytest.mark.parametrize("text", ["", "name:", "tag:", "tag:env", "tag:env=", "tag:=production"])
def test_what_can_name_no_cluster_is_no_selector(text: str) -> None:
    assert not is_selector(text)
