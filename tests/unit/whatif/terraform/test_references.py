from __future__ import annotations

import json

import pytest

from auditor.whatif.terraform.plan import ResourceChange
from auditor.whatif.terraform.references import GROUP, Members, References
from tests.plans.plan_json import COMPUTED, Module, Resource, plan, ref
from tests.plans.resources import RULE_SET, load, new, new_rule_set, security_group

BLUE = "(tencentcloud_security_group.blue)"


def rule_set_for(group: object, name: str = "x", **more: object) -> Resource:
    after = new_rule_set([new("10.0.0.0/8")], group=group)
    return Resource(type=RULE_SET, name=name, actions=("create",), after=after, **more)  # type: ignore[arg-type]


def traced(address: str, text: str) -> str | None:
    found = load(text)
    return References(found).group_of(next(change for change in found.managed if change.address == address))


def test_a_reference_to_a_new_group_gives_its_placeholder() -> None:
    text = plan(security_group("blue"), rule_set_for(ref("tencentcloud_security_group.blue.id")))
    assert traced(f"{RULE_SET}.x", text) == BLUE


def test_a_known_id_is_taken_as_it_is() -> None:
    assert traced(f"{RULE_SET}.x", plan(rule_set_for("sg-plan0001"))) == "sg-plan0001"


def test_one_of_several_new_groups_is_told_by_name() -> None:
    text = plan(
        security_group("blue"), security_group("green"), rule_set_for(ref("tencentcloud_security_group.blue.id"))
    )
    assert traced(f"{RULE_SET}.x", text) == BLUE


def test_an_index_in_the_reference_is_kept() -> None:
    text = plan(
        security_group("g", 0), security_group("g", 1), rule_set_for(ref("tencentcloud_security_group.g[1].id"))
    )
    assert traced(f"{RULE_SET}.x", text) == "(tencentcloud_security_group.g[1])"


def test_count_index_means_the_own_index() -> None:
    refs = ref("tencentcloud_security_group.g", "count.index")
    rule_sets = [rule_set_for(refs, index=place) for place in (0, 1)]
    text = plan(security_group("g", 0), security_group("g", 1), *rule_sets)
    assert traced(f"{RULE_SET}.x[1]", text) == "(tencentcloud_security_group.g[1])"


def test_each_key_means_the_own_key() -> None:
    refs = ref("tencentcloud_security_group.g", "each.key")
    rule_sets = [rule_set_for(refs, index=key) for key in ("a", "b.c")]
    text = plan(security_group("g", "a"), security_group("g", "b.c"), *rule_sets)
    assert traced(f'{RULE_SET}.x["b.c"]', text) == '(tencentcloud_security_group.g["b.c"])'


def test_each_value_goes_through_for_each_of_the_same_resource() -> None:
    chained = ("tencentcloud_security_group.g",)
    rule_sets = [rule_set_for(ref("each.value.id"), index=key, for_each=chained) for key in ("a", "b")]
    text = plan(security_group("g", "a"), security_group("g", "b"), *rule_sets)
    assert traced(f'{RULE_SET}.x["b"]', text) == '(tencentcloud_security_group.g["b"])'


@pytest.mark.parametrize(
    ("name", "identity"), [("each.value.id", BLUE), ("each.value", BLUE), ("each.value.name", None)]
)
def test_of_each_value_only_the_object_and_its_id_are_an_id(name: str, identity: str | None) -> None:
    chained = ("tencentcloud_security_group.blue",)
    text = plan(security_group("blue"), security_group("green"), rule_set_for(ref(name), index="a", for_each=chained))
    assert traced(f'{RULE_SET}.x["a"]', text) == identity


def test_each_value_of_a_map_of_several_groups_is_not_guessed() -> None:
    entries = ("tencentcloud_security_group.blue.id", "tencentcloud_security_group.green.id")
    text = plan(
        security_group("blue"), security_group("green"), rule_set_for(ref("each.value"), index="a", for_each=entries)
    )
    assert traced(f'{RULE_SET}.x["a"]', text) is None


def test_coalesce_over_two_groups_is_not_guessed() -> None:
    refs = ref("tencentcloud_security_group.blue.id", "tencentcloud_security_group.green.id")
    assert traced(f"{RULE_SET}.x", plan(security_group("blue"), security_group("green"), rule_set_for(refs))) is None


def test_another_attribute_of_a_group_is_no_id() -> None:
    refs = ref("tencentcloud_security_group.blue.name")
    assert traced(f"{RULE_SET}.x", plan(security_group("blue"), rule_set_for(refs))) is None


def test_a_local_leads_nowhere_but_the_only_new_group_is_the_only_unknown_id() -> None:
    assert traced(f"{RULE_SET}.x", plan(security_group("blue"), rule_set_for(ref("local.group")))) == BLUE
    two = plan(security_group("blue"), security_group("green"), rule_set_for(ref("local.group")))
    assert traced(f"{RULE_SET}.x", two) is None


def test_a_data_source_read_late_could_give_any_group() -> None:
    late = Resource(
        type="tencentcloud_security_groups",
        name="found",
        mode="data",
        actions=("read",),
        after={"id": COMPUTED, "security_groups": COMPUTED},
    )
    text = plan(security_group("blue"), late, rule_set_for(ref("local.group")))
    assert traced(f"{RULE_SET}.x", text) is None


def test_a_module_variable_goes_to_the_call() -> None:
    inside = rule_set_for(ref("var.group"), module="module.rules")
    call = Module(name="rules", arguments={"group": ("tencentcloud_security_group.blue.id",)})
    text = plan(security_group("blue"), security_group("green"), inside, modules=[call])
    assert traced(f"module.rules.{RULE_SET}.x", text) == BLUE


def test_each_value_of_a_module_call_goes_to_its_own_for_each() -> None:
    calls = Module(name="rules", arguments={"group": ("each.value.id",)}, for_each=("tencentcloud_security_group.g",))
    inside = [rule_set_for(ref("var.group"), module=f'module.rules["{key}"]') for key in ("a", "b")]
    text = plan(security_group("g", "a"), security_group("g", "b"), *inside, modules=[calls])
    assert traced(f'module.rules["b"].{RULE_SET}.x', text) == '(tencentcloud_security_group.g["b"])'


def test_a_module_output_goes_into_the_module() -> None:
    made = security_group("blue", module="module.net")
    call = Module(name="net", outputs={"group_id": ("tencentcloud_security_group.blue.id",)})
    text = plan(made, security_group("green"), rule_set_for(ref("module.net.group_id")), modules=[call])
    assert traced(f"{RULE_SET}.x", text) == "(module.net.tencentcloud_security_group.blue)"


def test_an_output_of_one_instance_of_a_module_stays_in_that_instance() -> None:
    made = [security_group("blue", module=f'module.net["{key}"]') for key in ("a", "b")]
    call = Module(name="net", outputs={"group_id": ("tencentcloud_security_group.blue.id",)}, for_each=("local.nets",))
    text = plan(*made, rule_set_for(ref('module.net["b"].group_id')), modules=[call])
    assert traced(f"{RULE_SET}.x", text) == '(module.net["b"].tencentcloud_security_group.blue)'


def test_names_inside_a_module_are_relative_to_it() -> None:
    made = [security_group("blue", module=path) for path in ("", "module.net")]
    inside = rule_set_for(ref("tencentcloud_security_group.blue.id"), module="module.net")
    text = plan(*made, inside, modules=[Module(name="net")])
    assert traced(f"module.net.{RULE_SET}.x", text) == "(module.net.tencentcloud_security_group.blue)"


def test_the_id_of_another_rule_set_is_its_group() -> None:
    other = rule_set_for(ref("tencentcloud_security_group.blue.id"), name="other")
    text = plan(security_group("blue"), security_group("green"), other, rule_set_for(ref(f"{RULE_SET}.other.id")))
    assert traced(f"{RULE_SET}.x", text) == BLUE


def test_rule_sets_that_name_each_other_in_a_circle_lead_nowhere() -> None:
    one = rule_set_for(ref(f"{RULE_SET}.two.id"), name="one")
    two = rule_set_for(ref(f"{RULE_SET}.one.id"), name="two")
    assert traced(f"{RULE_SET}.one", plan(one, two)) is None


def members(refs: object, *resources: Resource) -> Members:
    pool = Resource(type="p", name="p", actions=("create",), after={"groups": refs})
    found = load(plan(*resources, pool))
    change: ResourceChange = next(change for change in found.managed if change.address == "p.p")
    return References(found).several(change, ("groups",), GROUP)


def test_the_members_of_a_list_come_in_the_order_written() -> None:
    refs = [ref("tencentcloud_security_group.green.id"), ref("tencentcloud_security_group.blue.id")]
    assert members(refs, security_group("blue"), security_group("green")) == Members(
        ids=("(tencentcloud_security_group.green)", BLUE), traced=True
    )


def test_a_list_that_names_a_group_of_the_state_has_its_id() -> None:
    held = {"id": "sg-plan0001", "name": "node"}
    known = Resource(type="tencentcloud_security_group", name="node", before=held, after=held)
    refs = [ref("tencentcloud_security_group.node.id"), ref("tencentcloud_security_group.blue.id")]
    assert members(refs, known, security_group("blue")) == Members(ids=("sg-plan0001", BLUE), traced=True)


def test_a_splat_means_every_instance() -> None:
    found = members(ref("tencentcloud_security_group.g"), security_group("g", 0), security_group("g", 1))
    assert found.ids == ("(tencentcloud_security_group.g[0])", "(tencentcloud_security_group.g[1])")


@pytest.mark.parametrize("other", ["local.more", "data.tencentcloud_security_groups.all.ids", "tencentcloud_eip.x.id"])
def test_a_list_with_a_name_that_leads_nowhere_is_not_traced(other: str) -> None:
    found = members([ref("tencentcloud_security_group.blue.id"), ref(other)], security_group("blue"))
    assert found == Members(ids=(BLUE,), traced=False)


def test_constants_that_come_through_variables_are_in_the_list() -> None:
    pool = Resource(
        type="p",
        name="p",
        actions=("create",),
        after={"groups": [ref("var.base"), ref("tencentcloud_security_group.blue.id")]},
    )
    found = load(plan(security_group("blue"), pool, top={"variables": {"base": {"value": ["sg-plan0001"]}}}))
    change = next(change for change in found.managed if change.address == "p.p")
    assert References(found).several(change, ("groups",), GROUP) == Members(ids=("sg-plan0001", BLUE), traced=True)


def test_a_key_of_a_variable_is_followed() -> None:
    refs = [ref('var.groups["base"]'), ref("tencentcloud_security_group.blue.id")]
    pool = Resource(type="p", name="p", actions=("create",), after={"groups": refs})
    values = {"groups": {"value": {"base": "sg-plan0001", "other": "sg-plan0002"}}}
    found = load(plan(security_group("blue"), pool, top={"variables": values}))
    change = next(change for change in found.managed if change.address == "p.p")
    assert References(found).several(change, ("groups",), GROUP).ids == ("sg-plan0001", BLUE)


def test_constants_of_a_module_call_and_defaults_are_in_the_list() -> None:
    refs = [ref("var.base"), ref("var.common"), ref("tencentcloud_security_group.blue.id")]
    inside = Resource(type="p", name="p", actions=("create",), after={"groups": refs}, module="module.m")
    document = json.loads(plan(security_group("blue", module="module.m"), inside, modules=[Module(name="m")]))
    call = document["configuration"]["root_module"]["module_calls"]["m"]
    call["expressions"]["base"] = {"constant_value": "sg-plan0001"}
    call["module"]["variables"] = {"base": {"default": "sg-wrong"}, "common": {"default": ["sg-plan0002", "word"]}}
    found = load(json.dumps(document))
    change = next(change for change in found.managed if change.address == "module.m.p.p")
    members_found = References(found).several(change, ("groups",), GROUP)
    assert members_found.ids == ("sg-plan0001", "sg-plan0002", "(module.m.tencentcloud_security_group.blue)")


def test_a_constant_beside_a_new_group_is_not_guessed_for_one_id() -> None:
    refs = ref("var.existing", "tencentcloud_security_group.blue.id")
    text = plan(security_group("blue"), rule_set_for(refs), top={"variables": {"existing": {"value": "sg-plan0001"}}})
    assert traced(f"{RULE_SET}.x", text) is None
    unset = plan(security_group("blue"), rule_set_for(refs), top={"variables": {"existing": {"value": None}}})
    assert traced(f"{RULE_SET}.x", unset) == BLUE


def test_a_group_of_the_state_beside_a_name_that_leads_nowhere_is_not_guessed() -> None:
    state = {"id": "sg-plan0001", "name": "node"}
    known = Resource(type="tencentcloud_security_group", name="node", before=state, after=state)
    alone = rule_set_for(ref("tencentcloud_security_group.node.id"))
    assert traced(f"{RULE_SET}.x", plan(known, alone)) == "sg-plan0001"
    either = rule_set_for(ref("local.more", "tencentcloud_security_group.node.id"))
    assert traced(f"{RULE_SET}.x", plan(known, either)) is None


def test_each_value_of_a_map_of_several_groups_is_not_traced() -> None:
    entries = ("tencentcloud_security_group.blue.id", "tencentcloud_security_group.green.id")
    after = {"groups": [ref("each.value")]}
    pool = Resource(type="p", name="p", actions=("create",), after=after, index="a", for_each=entries)
    loaded = load(plan(security_group("blue"), security_group("green"), pool))
    change = next(change for change in loaded.managed if change.type == "p")
    assert References(loaded).several(change, ("groups",), GROUP) == Members(
        ids=(BLUE, "(tencentcloud_security_group.green)"), traced=False
    )
