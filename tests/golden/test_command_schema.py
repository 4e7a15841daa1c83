from __future__ import annotations

import json

import jsonschema
import pytest

from auditor.reporter import models
from tests.golden.commands import NAMES, rendered
from tests.golden.test_reports import OPTIONS


@pytest.mark.parametrize("name", NAMES)
def test_what_a_command_prints_is_valid_and_nothing_in_it_is_unnamed(name: str) -> None:
    command = name.partition("-")[0]
    printed = json.loads(rendered(name, "json", OPTIONS))
    jsonschema.validate(printed, models.command_json_schema(command))
    known = models.COMMANDS[command].model_validate(printed).model_dump(mode="json", exclude_unset=True)
    assert known == printed
