"""What two results differ in."""

from __future__ import annotations

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.diff import difference
from auditor.model.findings import Result
from tests import builders

POLICY = builders.policy(builders.EGRESS, builders.CLUSTER)


def _bound(**groups: tuple[str, ...]) -> Result:
    nodes = [builders.node(name.replace("_", "-"), *bound) for name, bound in groups.items()]
    held = [builders.group(name, builders.rules(*builders.NODE_RULES)) for name in ("sg-a", "sg-b")]
    return compare(builders.snapshot([builders.cluster(*nodes)], held), POLICY, builders.TODAY)


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ({"ins_1": ("sg-a",)}, {"ins_1": ("sg-a",)}, []),
        (
            {"ins_1": ("sg-a",)},
            {"ins_1": ("sg-a",), "ins_2": ("sg-a",)},
            [("ins-2", None, ("sg-a",))],
        ),
        (
            {"ins_1": ("sg-a",), "ins_2": ("sg-a",)},
            {"ins_1": ("sg-a",)},
            [("ins-2", ("sg-a",), None)],
        ),
        ({"ins_1": ("sg-a", "sg-b")}, {"ins_1": ("sg-b", "sg-a")}, [("ins-1", ("sg-a", "sg-b"), ("sg-b", "sg-a"))]),
    ],
)
def test_nodes_that_came_went_or_bind_another_list_are_named(
    old: dict[str, tuple[str, ...]],
    new: dict[str, tuple[str, ...]],
    edits: list[tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]],
) -> None:
    found = difference(_bound(**old), _bound(**new)).bindings
    assert [(edit.node, edit.before, edit.after) for edit in found] == edits
