"""How an answer about the VPC-CNI add-on is parsed."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import container_network


@pytest.mark.parametrize(
    ("answer", "enabled", "subnets"),
    [
        ({"EnableIPAMD": True, "SubnetIds": ["subnet-a"]}, True, ("subnet-a",)),
        ({"EnableIPAMD": True, "DisableVpcCniMode": False, "SubnetIds": None}, True, ()),
        ({"EnableIPAMD": True, "DisableVpcCniMode": True, "SubnetIds": ["subnet-a"]}, False, ()),
        ({"EnableIPAMD": False, "SubnetIds": ["subnet-a"]}, False, ()),
    ],
)
def test_vpc_cni_is_on_where_the_add_on_is_and_its_mode_is_not_off(
    answer: dict[str, Any],
    enabled: bool,  # noqa: FBT001 - a case
    subnets: tuple[str, ...],
) -> None:
    ipamd = container_network.parse_ipamd(answer)
    assert ipamd is not None
    assert (ipamd.enabled, ipamd.subnet_ids) == (enabled, subnets)


@pytest.mark.parametrize("answer", [{}, {"EnableIPAMD": None}, {"EnableIPAMD": "true", "SubnetIds": ["subnet-a"]}])
def test_add_on_answer_without_its_main_word_says_nothing(answer: dict[str, Any]) -> None:
    assert container_network.parse_ipamd(answer) is None
