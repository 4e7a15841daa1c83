"""Cassettes: what the wire carried, as a file of our own.

Every call of this API is ``POST /``, so an interaction is known by service, version, region, action and parameters.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from auditor.errors import ConfigError
from auditor.files import json_reader

FORMAT: Literal["sgaudit-cassette/1"] = "sgaudit-cassette/1"


class Fault(StrEnum):
    """What can become of a request instead of an answer worth the name."""

    CONNECTION_REFUSED = "connection-refused"
    TIME_OUT = "time-out"
    CUT_BODY = "cut-body"
    HTML = "html"
    SERVER_ERROR = "server-error"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    NOT_JSON = "not-json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Request(_Strict):
    """A call of the API without anything that signs it."""

    service: str
    version: str
    region: str
    action: str
    params: dict[str, Any]

    def key(self) -> str:
        """Equal for equal requests: parameters compare as JSON, where ``1``, ``1.0``, ``"1"`` and ``true`` differ."""
        return json.dumps(self.model_dump(), sort_keys=True)


class Response(_Strict):
    """An answer; ``body`` is the JSON in it, or the text of a body that holds none."""

    status: int
    content_type: str
    body: dict[str, Any] | str


class Interaction(_Strict):
    """One request with what came of it."""

    request: Request
    response: Response | None = None
    fault: Fault | None = None

    @model_validator(mode="before")
    @classmethod
    def _fault_by_name(cls, data: Any) -> Any:  # noqa: ANN401 - before validation it can be anything
        if isinstance(data, dict) and isinstance(data.get("fault"), str):
            return {**data, "fault": next((fault for fault in Fault if fault == data["fault"]), data["fault"])}
        return data

    @model_validator(mode="after")
    def _one_outcome(self) -> Interaction:
        if (self.response is None) == (self.fault is None):
            raise ValueError("exactly one of response and fault")
        return self


class Aliases(_Strict):
    """What stands here for ids and addresses that the run was given, by a salted digest of each."""

    salt: str
    names: dict[str, str]


class Cassette(_Strict):
    """One scenario; ``read_at`` is when its read began, where it says so.

    ``also`` are the ids that were asked for because a planned change names them; ``aliases`` see
    :mod:`auditor.fetcher.aliases`.
    """

    format: Literal["sgaudit-cassette/1"]
    scenario: str
    origin: Literal["recorded", "written"]
    read_at: Annotated[AwareDatetime, Field(strict=False)] | None = None
    interactions: list[Interaction]
    also: list[str] = []
    aliases: Aliases | None = None

    def regions(self) -> tuple[str, ...]:
        """The regions that it holds calls of, sorted."""
        return tuple(sorted({interaction.request.region for interaction in self.interactions} - {""}))


def load(text: str, source: str) -> Cassette:
    """The cassette in ``text``. Raises ConfigError for anything else; ``source`` is the name of the file."""
    document = json_reader.load(text, source)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format", "") if isinstance(document, dict) else ""
        raise ConfigError("fetch-cassette-format", file=source, found=str(found), expected=FORMAT)
    try:
        return Cassette.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError("fetch-cassette-key", file=source, key=key, expected=first["msg"]) from error


def dump(cassette: Cassette) -> str:
    """The cassette as a file: keys sorted, Chinese as Chinese, newline at the end."""
    document = cassette.model_dump(mode="json")
    for optional in [name for name in ("also", "aliases", "read_at") if not document[name]]:
        del document[optional]
    for interaction in document["interactions"]:
        for absent in [name for name in ("response", "fault") if interaction[name] is None]:
            del interaction[absent]
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
