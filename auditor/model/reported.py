"""The JSON objects of the reports from which a result was rebuilt: their texts and fields are kept as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from auditor.model.gaps import Gap

JsonObject: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The objects of findings by account and fingerprint, of clusters by region and id, and of gaps.

    ``requirements`` are the titles of requirements by id. ``further`` are the fields of the whole report that only a
    merged report has.
    """

    findings: Mapping[tuple[str, str], JsonObject]
    clusters: Mapping[tuple[str, str], JsonObject]
    gaps: Mapping[Gap, JsonObject]
    requirements: Mapping[str, str] = field(default_factory=dict)
    further: JsonObject = field(default_factory=dict)
