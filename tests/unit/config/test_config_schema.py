"""The JSON Schemas against the files that travel with the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from auditor import resources
from auditor.config import baseline, settings
from auditor.config.baseline_dump import dump
from auditor.config.schema import FORMS, schema
from auditor.config.yaml_reader import SourceText, from_resources, read


def errors(name: str, source: SourceText) -> list[str]:
    validator = Draft202012Validator(schema(name))
    return [error.json_path for error in validator.iter_errors(read(source).root.plain())]


def source_of(text: str) -> SourceText:
    return SourceText(label="x", text=text, folder=Path(), identity="x")


@pytest.mark.parametrize("name", FORMS)
def test_a_schema_is_a_valid_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", ["tke-default.yaml", "tke-hardened.yaml", "tke-least.yaml"])
def test_the_built_in_baselines_fit_their_schema(name: str) -> None:
    assert errors("baseline", from_resources(f"configs/{name}")) == []


def test_a_baseline_written_out_fits_its_schema() -> None:
    assert errors("baseline", source_of(dump(baseline.load("tke-hardened")))) == []


def test_the_example_fits_its_schema() -> None:
    assert errors("config", from_resources("configs/sgaudit.example.yaml")) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("regoins: []", "$"),
        ("regions: [Nowhere]", "$.regions[0]"),
        ("peers: [[cls-a]]", "$.peers[0]"),
        ("networks: {cluster: vcp}", "$.networks.cluster"),
        ("fail_on: severe", "$.fail_on"),
        ("jobs: 0", "$.jobs"),
        ("rates: {share: 2}", "$.rates.share"),
        ("waivers: [{id: x, finding: TSG999, clusters: cls-a, packets: {ports: 22-}}]", "$.waivers[0].finding"),
        ("waivers: [{id: x, finding: TSG201, clusters: cls-a, packets: {ports: 22-}}]", "$.waivers[0].packets.ports"),
    ],
)
def test_a_mistake_is_seen_by_an_editor(text: str, path: str) -> None:
    assert path in errors("config", source_of(text))


def properties(node: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for inner in node.values():
            yield from properties(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from properties(inner)


def test_the_keys_of_the_configuration_file_are_described() -> None:
    assert [name for name, found in schema("config")["properties"].items() if "description" not in found] == [
        "networks",
        "rates",
        "scope",
    ]
    described = dict(properties(schema("config")["$defs"]))
    assert all(
        "description" in described[name] for name in ("cluster", "share", "actions", "expires", "cidrs", "ports")
    )


def test_the_example_uses_every_key_of_the_configuration_file() -> None:
    example = read(from_resources("configs/sgaudit.example.yaml")).root.plain()
    assert isinstance(example, dict)
    assert list(example) == list(schema("config")["properties"])


def test_the_example_loads(tmp_path: Path) -> None:
    path = tmp_path / "sgaudit.yaml"
    path.write_text(resources.text("configs/sgaudit.example.yaml"), encoding="utf-8")
    found = settings.load(path, {})
    assert [each.allowance_id for each in found.allowances] == ["bastion-ssh"]
    assert [each.waiver_id for each in found.waivers] == ["W-7", "W-8"]
    assert found.load_baseline().name == "tke-default"


KEYS = {
    "regions": "[ap-guangzhou]",
    "baseline": "tke-hardened",
    "networks": "{cluster: node-subnets}",
    "networks.cluster": "{cluster: node-subnets}",
    "peers": "[[cls-aaaaaaaa, cls-bbbbbbbb]]",
    "allow": "[{id: a, direction: ingress, protocol: gre, cidrs: [10.0.0.0/8], reason: r, owner: o}]",
    "waivers": "[{id: w, gap: TSG901, clusters: ['*'], reason: r, owner: o, expires: 2026-12-31}]",
    "owners": "[{clusters: ['*'], owner: us}]",
    "owner_tag": "team",
    "baselines": "[{clusters: ['*'], use: tke-least}]",
    "exclude": "[{clusters: ['*'], reason: r, owner: o}]",
    "accounts": "[{id: '100000000001'}]",
    "fail_on": "low",
    "jobs": "3",
    "rates": "{share: 0.5}",
    "rates.share": "{share: 0.5}",
    "rates.actions": "{actions: {'vpc:DescribeSubnets': 50}}",
    "scope": "{pods: false}",
    "scope.pods": "{pods: false}",
    "scope.load_balancers": "{load_balancers: false}",
    "scope.endpoint": "{endpoint: false}",
    "scope.network_acls": "{network_acls: false}",
}
"""For each key of the configuration file, its value or that of the mapping around it, other than the default."""


def config_keys() -> Iterator[str]:
    """Every key of the configuration file, and ``mapping.key`` for those of its mappings."""
    described = schema("config")
    for name, value in described["properties"].items():
        yield name
        form = value.get("$ref", "").rpartition("/")[2]
        yield from (f"{name}.{inner}" for inner in described["$defs"].get(form, {}).get("properties", {}))


@pytest.mark.parametrize("key", list(config_keys()))
def test_every_key_of_the_configuration_file_reaches_the_settings(tmp_path: Path, key: str) -> None:
    path = tmp_path / "sgaudit.yaml"
    path.write_text("", encoding="utf-8")
    empty = settings.load(path, {})
    assert key in KEYS, f"{key} lacks a value in KEYS"
    path.write_text(f"{key.partition('.')[0]}: {KEYS[key]}\n", encoding="utf-8")
    assert settings.load(path, {}) != empty, f"{key} lacks its place in auditor/config/settings.py"
