from __future__ import annotations

import pytest

from auditor.whatif.terraform.expressions import (
    Absent,
    Address,
    AddressStep,
    Untraced,
    argument,
    parse_address,
    parse_steps,
    without_prefixes,
)
from auditor.whatif.terraform.plan import ConfiguredResource, Expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b", Address(module="", mode="managed", type="a", name="b", key=None)),
        ("a.b[3]", Address(module="", mode="managed", type="a", name="b", key=3)),
        ('a.b["x.y[0]"]', Address(module="", mode="managed", type="a", name="b", key="x.y[0]")),
        (r'a.b["say \"hi\""]', Address(module="", mode="managed", type="a", name="b", key='say "hi"')),
        ("data.a.b", Address(module="", mode="data", type="a", name="b", key=None)),
        ("module.m.a.b", Address(module="module.m", mode="managed", type="a", name="b", key=None)),
        (
            'module.m["k"].module.n[0].a.b',
            Address(module='module.m["k"].module.n[0]', mode="managed", type="a", name="b", key=None),
        ),
        ('module.m["容器"].a.b', Address(module='module.m["容器"]', mode="managed", type="a", name="b", key=None)),
    ],
)
def test_addresses_are_taken_apart(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


def test_a_key_belongs_to_the_name_before_it() -> None:
    assert parse_steps('module.m["k"].out') == (
        AddressStep(name="module"),
        AddressStep(name="m", key="k"),
        AddressStep(name="out"),
    )


def test_prefixes_of_a_reference_are_left_out() -> None:
    references = ['a.b["k"].id', 'a.b["k"]', "a.b", "a.bc.id", "a.bc", "each.key"]
    assert without_prefixes(references) == ('a.b["k"].id', "a.bc.id", "each.key")


def test_an_argument_of_a_block_that_the_configuration_shows_otherwise_is_untraced() -> None:
    block = ConfiguredResource(
        mode="managed", type="a", name="b", expressions={"config": [{"x": {"references": ["c.d"]}}]}
    )
    after = {"config": [{"x": "1"}]}
    assert argument(block, after, ("config", 0, "x")) == Expression(references=("c.d",))
    assert argument(block, after, ("config", 0, "y")) == Absent()
    assert argument(block, after, ("config", "x")) == Untraced()
    assert argument(block, {"config": []}, ("config", 0, "x")) == Untraced()
