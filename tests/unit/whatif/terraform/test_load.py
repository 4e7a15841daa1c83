from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.whatif.terraform import load
from auditor.whatif.terraform.plan import SENSITIVE, PlanStep
from auditor.words import Lang, catalogue
from tests.plans.plan_json import Resource, plan

PLANS = Path(__file__).parents[3] / "plans"
RECORDED = sorted(PLANS.glob("*.json"))
SECRET = "hunter2-Password"


def refusal(text: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load.load(text, "plan.json")
    message = catalogue(Lang.EN).text(caught.value.message_id, **caught.value.facts)
    assert "plan.json" in message
    assert SECRET not in message
    assert SECRET not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_recorded_plans_are_read(path: Path) -> None:
    found = load.load(path.read_text(encoding="utf-8"), path.name)
    assert found.format_version == "1.2"
    assert found.resource_changes


def test_there_are_four_recorded_plans() -> None:
    assert [path.name[:3] for path in RECORDED] == ["01-", "05-", "10-", "12b"]


def test_bytes_with_any_byte_order_mark_are_read() -> None:
    text = plan()
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
        assert load.load(mark + text.encode(encoding), "plan.json").format_version == "1.2"


def test_the_first_format_of_all_is_read() -> None:
    assert load.load(plan(top={"format_version": "0.1"}), "plan.json").format_version == "0.1"


def test_a_plan_without_any_change_is_read() -> None:
    text = json.dumps({"format_version": "1.2", "planned_values": {}, "configuration": {"root_module": {}}})
    assert load.load(text, "plan.json").resource_changes == ()


def test_an_empty_file_is_refused() -> None:
    assert refusal(" \n").message_id == "change-plan-empty"


def test_text_that_is_no_json_is_refused_with_its_line() -> None:
    error = refusal(f'{{\n"a": {SECRET}\n}}')
    assert (error.message_id, error.facts["line"]) == ("change-plan-not-json", 2)


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(b"\x80\x81\x82").message_id == "change-plan-not-json"


def test_endless_nesting_is_refused() -> None:
    assert refusal("[" * 200_000).message_id == "files-json-too-deep"
    assert refusal('{"format_version": ' + "[" * 129 + "]" * 129 + "}").message_id == "files-json-too-deep"


def test_a_number_that_python_cannot_read_is_refused() -> None:
    assert refusal('{"format_version": ' + "1" * 5000 + "}").message_id == "files-json-number"


def test_a_key_twice_is_refused() -> None:
    error = refusal('{"format_version": "1.2", "format_version": "1.2"}')
    assert (error.message_id, error.facts["key"]) == ("files-json-duplicate-key", "format_version")


@pytest.mark.parametrize("text", [b"PK\x03\x04rest", "PK\x03\x04rest"])
def test_the_binary_plan_is_refused(text: str | bytes) -> None:
    assert refusal(text).message_id == "change-plan-binary"


def test_the_lines_of_plan_json_are_refused() -> None:
    line = {"@level": "info", "@message": f"{SECRET}: Plan to create", "type": "planned_change"}
    assert refusal(json.dumps(line)).message_id == "change-plan-stream"
    assert refusal("\n".join(json.dumps(line) for _ in range(3))).message_id == "change-plan-stream"


def test_a_state_is_refused_in_every_form() -> None:
    printed = {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {}}}
    empty = {"format_version": "1.0"}
    stored = {"version": 4, "terraform_version": "1.11.4", "lineage": "x", "resources": []}
    for found in (printed, empty, stored):
        assert refusal(json.dumps(found)).message_id == "change-plan-state"


@pytest.mark.parametrize("text", ['{"schema": "sgaudit-report/1"}', "[1, 2]", '"text"'])
def test_other_json_is_refused(text: str) -> None:
    assert refusal(text).message_id == "change-plan-other"


@pytest.mark.parametrize(
    "text", ["# ours\nchanges:\n  - {group: sg-1}\n", "bindings: []", '{"changes": [], "proof": {}}']
)
def test_a_change_file_is_refused_with_the_option_that_takes_it(text: str) -> None:
    assert refusal(text).message_id == "change-plan-change-file"


def test_another_major_format_version_is_refused() -> None:
    error = refusal(plan(top={"format_version": "2.0"}))
    assert (error.message_id, error.facts["found"]) == ("change-plan-version", "2.0")


def test_a_plan_that_errored_is_refused() -> None:
    assert refusal(plan(top={"errored": True})).message_id == "change-plan-errored"


def test_a_plan_of_another_shape_is_refused_by_key_and_not_by_value() -> None:
    changes = [{"address": "a.b", "type": "a", "name": "b", "change": {"actions": SECRET}}]
    error = refusal(plan(top={"resource_changes": changes}))
    assert error.message_id == "change-plan-shape"
    assert str(error.facts["key"]).startswith("resource_changes.0.change.actions")


def marked(after: dict[str, object], marks: object) -> dict[str, object]:
    """What is read of an object with these marks of what is sensitive."""
    document = json.loads(plan(Resource(type="t", name="x", actions=("create",), after=after)))
    document["resource_changes"][0]["change"]["after_sensitive"] = marks
    return load.load(json.dumps(document), "plan.json").resource_changes[0].after


def test_names_and_descriptions_that_are_marked_as_sensitive_never_get_in() -> None:
    after: dict[str, object] = {"name": "a", "ingress": [{"description": "b"}, {"description": "c", "port": "22"}]}
    assert marked(after, {}) == after
    assert marked(after, {"name": True}) == {**after, "name": SENSITIVE}
    one = marked(after, {"ingress": [{}, {"description": True, "port": True}]})
    assert one["ingress"] == [{"description": "b"}, {"description": SENSITIVE, "port": "22"}]
    every: list[dict[str, object]] = [{"description": SENSITIVE}, {"description": SENSITIVE, "port": "22"}]
    assert marked(after, {"ingress": True})["ingress"] == every
    whole: object = True
    assert marked(after, whole) == {"name": SENSITIVE, "ingress": every}


def test_sensitive_texts_of_the_state_do_not_get_in_either() -> None:
    document = json.loads(plan(Resource(type="t", name="x", before={"name": "a"}, after={"name": "a"})))
    document["resource_changes"][0]["change"]["before_sensitive"] = {"name": True}
    held = document["prior_state"]["values"]["root_module"]["resources"][0]
    held["sensitive_values"] = {"name": True}
    found = load.load(json.dumps(document), "plan.json")
    assert found.resource_changes[0].before == {"name": SENSITIVE}
    assert found.prior_state.values.root_module.resources[0].values == {"name": SENSITIVE}


def test_a_sensitive_tree_that_is_too_deep_is_refused() -> None:
    document = json.loads(plan(Resource(type="t", name="x", actions=("create",), after={"a": "here"})))
    document["resource_changes"][0]["change"]["after_sensitive"] = True
    depth = 990
    text = json.dumps(document).replace('"here"', "[" * depth + "]" * depth)
    assert refusal(text).message_id == "files-json-too-deep"


def test_unknown_keys_are_ignored() -> None:
    assert load.load(plan(top={"action_invocations": [], "later": {"more": 1}}), "plan.json").complete


def test_a_replacement_is_two_steps_in_their_order() -> None:
    def steps(*actions: str) -> tuple[PlanStep, ...]:
        change = {"address": "a.b", "type": "a", "name": "b", "change": {"actions": list(actions)}}
        return load.load(plan(top={"resource_changes": [change]}), "plan.json").managed[0].steps

    assert steps("delete", "create") == (PlanStep.REMOVED, PlanStep.MADE)
    assert steps("create", "delete") == (PlanStep.MADE, PlanStep.REMOVED)
    assert steps("create", "forget") == (PlanStep.MADE,)
    assert steps("forget") == ()
    assert steps("no-op") == ()
