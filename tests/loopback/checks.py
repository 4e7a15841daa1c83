"""Parameters held against the schema as strictly as the API does: names, types, limits, what excludes what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.loopback.refusals import Refused
from tests.loopback.schema import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    MOST_FILTER_VALUES,
    MOST_FILTERS,
    Kind,
    Operation,
)

Params = Mapping[str, Any]


def check(operation: Operation, params: object) -> dict[str, Any]:
    """The parameters as they came. Raises ``Refused`` with the code of the first thing wrong."""
    if not isinstance(params, dict):
        raise Refused("InvalidParameter", "The request body is not a JSON object.")
    for name, value in params.items():
        _check_type(operation, name, value)
    for name in operation.required:
        if name not in params:
            raise Refused("MissingParameter", f"The request is missing a required parameter `{name}`.")
    _check_coexistence(operation, params)
    _check_filters(operation, params.get("Filters", []))
    _check_ids(operation, params)
    if operation.paged:
        page(params, operation.largest_page)
        if operation.whole_pages and params["Offset"] % params["Limit"]:
            raise Refused("InvalidParameterValue", "Offset is not a multiple of Limit.")
    return params


def _check_type(operation: Operation, name: str, value: object) -> None:
    kind = operation.params.get(name)
    if kind is None:
        raise Refused("UnknownParameter", f"The parameter `{name}` is not recognized.")
    if not _fits(kind, value):
        raise Refused("InvalidParameter", f"The value type of parameter `{name}` is not {kind}.")


def _fits(kind: Kind, value: object) -> bool:
    match kind:
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.STRINGS:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case Kind.FILTERS:
            return isinstance(value, list) and all(_is_filter(item) for item in value)
        case Kind.OBJECT:
            return isinstance(value, dict)


def _is_filter(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"Name", "Values"}
        and isinstance(value["Name"], str)
        and _fits(Kind.STRINGS, value["Values"])
    )


def _check_coexistence(operation: Operation, params: Params) -> None:
    if operation.ids and params.get(operation.ids) and params.get("Filters"):
        code = "InvalidParameterConflict" if operation.service == "as" else "InvalidParameter.Coexist"
        raise Refused(code, f"The parameters `{operation.ids}` and `Filters` can not coexist.")


def _check_filters(operation: Operation, filters: list[dict[str, Any]]) -> None:
    if len(filters) > MOST_FILTERS:
        raise Refused("InvalidParameterValue.LimitExceeded", f"At most {MOST_FILTERS} filters.")
    for item in filters:
        if item["Name"] not in operation.filters:
            code = "InvalidParameter.FilterInvalidKey" if operation.service == "vpc" else "InvalidFilter"
            raise Refused(code, f"The filter `{item['Name']}` is not recognized.")
        if not 0 < len(item["Values"]) <= MOST_FILTER_VALUES:
            code = (
                "InvalidFilterValue.LimitExceeded"
                if operation.service == "cvm"
                else "LimitExceeded.FilterValuesTooLong"
            )
            raise Refused(code, f"A filter takes 1 to {MOST_FILTER_VALUES} values.")


def _check_ids(operation: Operation, params: Params) -> None:
    for name, kind in operation.params.items():
        given = params.get(name, []) if kind is Kind.STRINGS else []
        if len(given) > operation.most_ids:
            raise Refused("InvalidParameterValue.LimitExceeded", f"`{name}` takes at most {operation.most_ids} ids.")
        if len(given) != len(set(given)):
            raise Refused("InvalidParameterValue.Duplicate", f"`{name}` names an id twice.")
        for given_id in given:
            _check_form(operation, given_id)


def _check_form(operation: Operation, given: str) -> None:
    if operation.service == "cvm" and not given.startswith("ins-"):
        raise Refused("InvalidInstanceId.Malformed", f"The instance id `{given}` is malformed.")


def page(params: Params, largest: int = LARGEST_PAGE) -> tuple[int, int]:
    """Offset and size of the page that is asked for: 0 and 20 unless said."""
    offset, limit = _number(params, "Offset", 0), _number(params, "Limit", DEFAULT_PAGE)
    if offset < 0 or not 0 < limit <= largest:
        raise Refused("InvalidParameterValue.Range", f"Limit is 1 to {largest}, Offset is not negative.")
    return offset, limit


def _number(params: Params, name: str, default: int) -> int:
    text = str(params.get(name, default))
    if not text.lstrip("-").isdecimal():
        raise Refused("InvalidParameterValue.Malformed", f"`{name}` is no number.")
    return int(text)
