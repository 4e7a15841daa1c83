"""Each resource type of the registry is complete: known wherever it must be, handled, and tried by sample plans."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from auditor import whatif
from auditor.whatif.resources.registry import RESOURCE_TYPES, STEPS
from auditor.whatif.terraform import references
from auditor.whatif.terraform.references import ResourceKind
from tests.plans.resources import applied, security_group
from tests.plans.samples import SAMPLES, everything, plans
from tests.unit.whatif.resources.test_outcomes import OUTCOMES

TYPE_NAME = re.compile(r"tencentcloud_[a-z0-9_]+")
ACTIONS = ("create", "update", "delete", "unknown")


def leaves_a_mark(type_: str) -> bool:
    """Whether any sample plan of a type changes the state, or says what it does or cannot tell."""
    before = everything()
    for resource in plans(type_).values():
        without, planned = (applied(*more, security_group("blue"), on=before) for more in ((), (resource,)))
        reported = any(effects.address == resource.address and effects.effects for effects in planned.resources)
        if reported or planned.snapshot != without.snapshot or planned.gaps != without.gaps:
            return True
    return False


def types_of_kinds() -> Iterable[str]:
    """Every type whose ids the resolver of references recognises."""
    for kind in vars(references).values():
        if isinstance(kind, ResourceKind):
            yield from kind.types


def types_in_source() -> Iterable[str]:
    """Every type that the code of planned changes names."""
    for module in Path(whatif.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and TYPE_NAME.fullmatch(str(node.value)):
                yield str(node.value)


def test_every_type_that_the_code_names_has_an_entry() -> None:
    assert sorted(set(types_in_source()) - RESOURCE_TYPES.keys()) == []
    assert len(set(types_in_source())) > 10


def test_every_type_whose_ids_are_recognised_has_an_entry() -> None:
    assert sorted(set(types_of_kinds()) - RESOURCE_TYPES.keys()) == []


def test_every_type_has_a_sample() -> None:
    assert sorted(RESOURCE_TYPES.keys() - SAMPLES.keys()) == []


def test_every_sample_belongs_to_a_type() -> None:
    assert sorted(SAMPLES.keys() - RESOURCE_TYPES.keys()) == []


def test_every_type_has_an_expected_outcome_for_each_plan() -> None:
    expected = {(f"tencentcloud_{name}", action) for name, action, _, _ in OUTCOMES}
    assert sorted({name for name in RESOURCE_TYPES for action in ACTIONS if (name, action) not in expected}) == []


def test_every_type_with_a_step_is_handled_by_it() -> None:
    stepped = sorted(name for name, entry in RESOURCE_TYPES.items() if entry.step is not None)
    assert [name for name in stepped if name in SAMPLES and not leaves_a_mark(name)] == []


def test_a_type_without_a_step_changes_nothing() -> None:
    bare = sorted(name for name, entry in RESOURCE_TYPES.items() if entry.step is None)
    assert [name for name in bare if name in SAMPLES and leaves_a_mark(name)] == []


def test_steps_run_after_the_steps_that_they_build_on() -> None:
    assert [step.__name__ for step in STEPS] == [
        "_apply_templates",
        "_apply_groups",
        "_apply_group_rules",
        "_apply_networks",
        "_apply_clusters",
        "_apply_node_pools",
        "_apply_instances",
        "_apply_cluster_nodes",
        "_apply_interfaces",
        "_apply_pod_bindings",
        "_apply_entrances",
        "_apply_load_balancers",
        "_apply_network_acls",
    ]
