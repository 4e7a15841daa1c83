"""Tests of the places of a plan's resources in a checkout, with written-out files and lines."""

from __future__ import annotations

import json

import pytest

from auditor.model.changes import Place
from auditor.whatif.terraform.places import Checkout, resource_places
from auditor.whatif.terraform.plan import Plan
from tests.plans.resources import load

VPC = 'resource "tencentcloud_vpc" "{}" {{\n}}\n'
CALL = 'module "{}" {{\n  source = "{}"\n}}\n'

ROOT = {
    "resources": [{"mode": "managed", "type": "tencentcloud_vpc", "name": "blue"}],
    "module_calls": {
        "net": {
            "source": "../../modules/net",
            "module": {
                "resources": [{"mode": "managed", "type": "tencentcloud_vpc", "name": "inner"}],
                "module_calls": {
                    "deep": {
                        "source": "./deep",
                        "module": {"resources": [{"mode": "managed", "type": "tencentcloud_vpc", "name": "deepest"}]},
                    }
                },
            },
        },
        "far": {
            "source": "registry.example/net/tencentcloud",
            "module": {"resources": [{"mode": "managed", "type": "tencentcloud_vpc", "name": "inner"}]},
        },
    },
}
FILES = {
    "envs/prod/main.tf": "\n" + VPC.format("blue"),
    "envs/prod/modules.tf": CALL.format("net", "../../modules/net") + "\n" + CALL.format("far", "registry.example/net"),
    "envs/test/main.tf": VPC.format("blue"),
    "modules/net/main.tf": "# network\n\n" + VPC.format("inner") + CALL.format("deep", "./deep"),
    "modules/net/deep/vpc.tf.json": '{"resource": {\n"tencentcloud_vpc": {\n"deepest": {}}}}',
}
ALL = (
    "tencentcloud_vpc.blue",
    'module.net["a.b"].tencentcloud_vpc.inner[0]',
    'module.net["a.b"].tencentcloud_vpc.inner[1]',
    'module.net["x"].module.deep[2].tencentcloud_vpc.deepest["[\\"k\\"]"]',
    "module.far.tencentcloud_vpc.inner",
)


def plan(*addresses: str, root: object = None) -> Plan:
    """A plan that creates the resources at ``addresses``."""
    changes = [
        {"address": address, "type": "tencentcloud_vpc", "name": "x", "change": {"actions": ["create"], "after": {}}}
        for address in addresses
    ]
    configuration = {"root_module": ROOT if root is None else root}
    return load(json.dumps({"format_version": "1.2", "resource_changes": changes, "configuration": configuration}))


def places(files: dict[str, str], *addresses: str, near: str | None = None, root: object = None) -> dict[str, str]:
    """The places by address, as text."""
    found = resource_places(plan(*addresses, root=root), Checkout.of(files.items()), near)
    return {address: str(place) for address, place in found.items()}


def test_resources_have_the_places_of_their_blocks_and_of_calls_of_modules_elsewhere() -> None:
    assert places(FILES, *ALL) == {
        "tencentcloud_vpc.blue": "envs/prod/main.tf:2",
        'module.net["a.b"].tencentcloud_vpc.inner[0]': "modules/net/main.tf:3",
        'module.net["a.b"].tencentcloud_vpc.inner[1]': "modules/net/main.tf:3",
        'module.net["x"].module.deep[2].tencentcloud_vpc.deepest["[\\"k\\"]"]': "modules/net/deep/vpc.tf.json:3",
        "module.far.tencentcloud_vpc.inner": "envs/prod/modules.tf:5",
    }


def test_module_outside_the_checkout_has_the_place_of_its_call() -> None:
    files = {path.removeprefix("envs/prod/"): text for path, text in FILES.items() if path.startswith("envs/prod/")}
    assert places(files, *ALL) == {
        "tencentcloud_vpc.blue": "main.tf:2",
        'module.net["a.b"].tencentcloud_vpc.inner[0]': "modules.tf:1",
        'module.net["a.b"].tencentcloud_vpc.inner[1]': "modules.tf:1",
        'module.net["x"].module.deep[2].tencentcloud_vpc.deepest["[\\"k\\"]"]': "modules.tf:1",
        "module.far.tencentcloud_vpc.inner": "modules.tf:5",
    }


def test_resource_that_the_files_lack_has_no_place() -> None:
    assert places(FILES, "tencentcloud_vpc.gone", "tencentcloud_vpc.blue") == {
        "tencentcloud_vpc.blue": "envs/prod/main.tf:2"
    }


@pytest.mark.parametrize(
    ("near", "expected"),
    [("a", {"tencentcloud_vpc.blue": "a/main.tf:1"}), ("c", {}), (None, {})],
)
def test_the_folder_of_the_plan_decides_between_equal_folders(near: str | None, expected: dict[str, str]) -> None:
    files = {"a/main.tf": VPC.format("blue"), "b/main.tf": "\n" + VPC.format("blue"), "c/x.tf": VPC.format("green")}
    assert places(files, "tencentcloud_vpc.blue", near=near) == expected


def test_the_checkout_itself_comes_before_equal_folders() -> None:
    files = {"a/main.tf": VPC.format("blue"), "main.tf": "\n\n" + VPC.format("blue")}
    assert places(files, "tencentcloud_vpc.blue", near="a") == {"tencentcloud_vpc.blue": "main.tf:3"}


def test_plan_without_configuration_goes_by_its_addresses() -> None:
    found = places(FILES, "module.net.tencentcloud_vpc.inner", "tencentcloud_vpc.blue", root={})
    assert found == {
        "module.net.tencentcloud_vpc.inner": "envs/prod/modules.tf:1",
        "tencentcloud_vpc.blue": "envs/prod/main.tf:2",
    }


def test_override_files_do_not_hide_the_block_that_they_override() -> None:
    files = {
        "a_override.tf": VPC.format("blue"),
        "main.tf": "\n" + VPC.format("blue"),
        "override.tf.json": '{"resource": {"tencentcloud_vpc": {"blue": {}}}}',
    }
    assert places(files, "tencentcloud_vpc.blue") == {"tencentcloud_vpc.blue": "main.tf:2"}


def test_checkout_without_the_plans_blocks_gives_no_places() -> None:
    assert places({"main.tf": VPC.format("other")}, *ALL) == {}
    assert places({}, *ALL) == {}


def test_place_is_written_as_editors_do() -> None:
    assert str(Place(file="network/main.tf", line=12)) == "network/main.tf:12"
