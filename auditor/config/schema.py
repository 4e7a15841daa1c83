"""Makes the JSON Schemas of configuration and baseline files, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from auditor.config.baseline_forms import BaselineForm, StrictForm
from auditor.config.settings_forms import SettingsForm

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FORMS: Mapping[str, type[StrictForm]] = MappingProxyType({"config": SettingsForm, "baseline": BaselineForm})
"""What ``sgaudit schema`` can print of this package."""


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file; some rules are checked on loading alone.

    Raises ``KeyError`` for a name that is not in :data:`FORMS`.
    """
    form_schema: dict[str, Any] = _plain(FORMS[name].model_json_schema())
    return {"$schema": DIALECT, **form_schema}


def _plain(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Replaces ``anyOf`` with null by a type list or the form alone; editors find no mistake inside ``anyOf``."""
    if isinstance(node, list):
        return [_plain(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _plain(inner) for key, inner in node.items()}
    match plain.get("anyOf"):
        case [{"type": str(kind)} as inner, {"type": "null"}]:
            del plain["anyOf"]
            return {**plain, **inner, "type": [kind, "null"]}
        case [{"$ref": str()} as inner, {"type": "null"}]:  # a key that may be left out, never empty
            del plain["anyOf"]
            return {**plain, **inner}
    return plain
