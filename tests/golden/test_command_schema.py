from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from auditor.reporter.command_models import COMMANDS, command_json_schema
from auditor.reporter.models import Report, schema_of
from tests.golden.commands import NAMES, rendered
from tests.golden.test_reports import OPTIONS


@pytest.mark.parametrize("shape", [Report, *COMMANDS.values()])
def test_a_schema_has_no_markup_of_docstrings(shape: type[Any]) -> None:
    assert re.findall(r":\w+:`", json.dumps(schema_of(shape))) == []


@cache
def _validator(command: str) -> jsonschema.Draft202012Validator:
    schema = command_json_schema(command)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_command_prints_is_valid_and_nothing_in_it_is_unnamed(name: str) -> None:
    command = name.partition("-")[0]
    printed = json.loads(rendered(name, "json", OPTIONS))
    _validator(command).validate(printed)
    shape = TypeAdapter(COMMANDS[command])
    assert shape.dump_python(shape.validate_python(printed), mode="json") == printed
