from __future__ import annotations

import json

import jsonschema
import pytest
from pydantic import TypeAdapter

from auditor.reporter.command_models import COMMANDS, command_json_schema
from tests.golden.commands import NAMES, rendered
from tests.golden.test_reports import OPTIONS


@pytest.mark.parametrize("name", NAMES)
def test_what_a_command_prints_is_valid_and_nothing_in_it_is_unnamed(name: str) -> None:
    command = name.partition("-")[0]
    printed = json.loads(rendered(name, "json", OPTIONS))
    jsonschema.validate(printed, command_json_schema(command))
    shape = TypeAdapter(COMMANDS[command])
    assert shape.dump_python(shape.validate_python(printed), mode="json") == printed
