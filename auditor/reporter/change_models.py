"""The shapes of a planned change in the JSON report, for ``models``: what it introduces, resolves and leaves."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from auditor.reporter.regions import Strings


class SourcePlacePart(TypedDict):
    """A line of a file in the reader's repository."""

    file: str
    line: int


class ChangedResourcePart(TypedDict):
    """A resource of a planned change."""

    address: str
    actions: Strings
    effect: str
    findings: Annotated[Strings, Field(description="Fingerprints of the findings that it introduces.")]
    place: NotRequired[
        Annotated[SourcePlacePart | None, Field(description="Its Terraform block, if a checkout was given.")]
    ]


class ChangedGapsPart(TypedDict):
    """The gaps after a planned change, by fingerprint."""

    introduced: Strings
    unchanged: Strings
    touched: NotRequired[
        Annotated[
            Strings, Field(description="Unchanged gaps that the change depends on; they count for the exit code.")
        ]
    ]


class ChangePart(TypedDict):
    """The findings that a planned change introduces, resolves and leaves, by fingerprint."""

    introduced: Strings
    resolved: Strings
    unchanged: Strings
    gaps: NotRequired[ChangedGapsPart]
    resources: list[ChangedResourcePart]
