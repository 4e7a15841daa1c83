"""Checks every cassette of the project: written cassettes match the API schema, and no cassette holds a secret."""

from __future__ import annotations

import importlib
import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from auditor.fetcher.actions import ACTIONS
from auditor.fetcher.anonymize import suspects
from auditor.fetcher.cassette import Cassette, Interaction, dump, load

FOLDER = Path(__file__).parents[2] / "cassettes"
FILES = sorted(FOLDER.glob("**/*.json"))
PACKAGES = {"as": "autoscaling"}

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))


def read(file: Path) -> Cassette:
    return load(file.read_text(encoding="utf-8"), file.name)


def model(interaction: Interaction, ending: str) -> Any:  # noqa: ANN401 - the SDK has no types
    request = interaction.request
    package = PACKAGES.get(request.service, request.service)
    models = importlib.import_module(f"tencentcloud.{package}.v{request.version.replace('-', '')}.models")
    return getattr(models, f"{request.action}{ending}")()


def unknown_fields(typed: Any, values: dict[str, Any]) -> list[str]:  # noqa: ANN401 - as above
    """What the SDK's own model does not know: of fields inside the answer it warns, of the outermost it does not."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        typed._deserialize(values)
    outermost = values.keys() - {name.removeprefix("_") for name in vars(typed)}
    return sorted(outermost) + [str(warning.message) for warning in caught]


def test_the_demos_are_there() -> None:
    assert [file.name for file in FILES] == ["demo-staging.json", "demo.json"]


@each_file
def test_a_cassette_is_in_the_form_that_is_written(file: Path) -> None:
    cassette = read(file)
    assert load(dump(cassette), file.name) == cassette


@each_file
def test_a_cassette_holds_nothing_secret(file: Path) -> None:
    assert suspects(file.read_text(encoding="utf-8")) == ()


@each_file
def test_a_cassette_holds_only_calls_that_the_fetcher_makes(file: Path) -> None:
    known = {(action.service, action.version, action.name) for action in ACTIONS}
    made = {(each.request.service, each.request.version, each.request.action) for each in read(file).interactions}
    assert made <= known


@each_file
def test_requests_fit_the_typed_models_of_the_sdk(file: Path) -> None:
    for interaction in read(file).interactions:
        params = json.loads(json.dumps(interaction.request.params))
        assert unknown_fields(model(interaction, "Request"), params) == []


@each_file
def test_written_answers_fit_the_typed_models_of_the_sdk(file: Path) -> None:
    cassette = read(file)
    if cassette.origin != "written":
        pytest.skip("recorded answers hold fields that no definition names")
    for interaction in cassette.interactions:
        response = interaction.response
        if response is not None and isinstance(response.body, dict) and "Error" not in response.body["Response"]:
            assert unknown_fields(model(interaction, "Response"), response.body["Response"]) == []


def test_a_field_that_no_model_knows_is_noticed() -> None:
    clusters = next(
        each for each in read(FOLDER / "demo.json").interactions if each.request.action == "DescribeClusters"
    )
    values = {"RequestId": "r", "Outer": 1, "Clusters": [{"ClusterId": "cls-1", "Inner": 1}]}
    assert unknown_fields(model(clusters, "Response"), values) == ["Outer", "Inner fileds are useless."]
