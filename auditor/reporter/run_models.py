"""The shapes of the fields about other runs: the earlier report, the shard, and the parts of a merged report."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from auditor.reporter.regions import Strings


class SincePart(TypedDict):
    """The findings of the earlier report that this report does not have, by fingerprint; waived findings as well."""

    fixed: Strings
    unknown: Annotated[Strings, Field(description="Not read or not decided this time.")]
    grown: Annotated[Strings, Field(description="A new finding of the same kind has all their packets.")]


class ShardPart(TypedDict):
    """The place of a report among the reports of the same estate."""

    index: int
    count: int


class ReportPart(TypedDict):
    """A report of one run in a merged report."""

    file: Annotated[str, Field(description="The path that was given.")]
    account: str | None
    regions: Strings
    clusters: Annotated[Strings, Field(description="The ids of its clusters.")]
    read_at: str | None
    shard: ShardPart | None


class ExpectedPart(TypedDict):
    """An account, or a region of it, that some report must have."""

    account: str
    region: Annotated[str, Field(description="Empty for any region of the account.")]
