"""The shapes of the fields about runs: accounts, the shard, the earlier report, and the parts of a merged report."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from auditor.reporter.regions import Strings


class SincePart(TypedDict):
    """The findings of the earlier report that this report does not have, by fingerprint; waived findings as well."""

    fixed: Strings
    unknown: Annotated[Strings, Field(description="Not read or not decided this time.")]
    grown: Annotated[Strings, Field(description="A new finding of the same kind has all their packets.")]


class AccountPart(TypedDict):
    """The account that owns the clusters, from the token service."""

    id: str
    name: str


class AccountRegionPart(TypedDict):
    """A region of an account, the unit that shards divide."""

    account: Annotated[str | None, Field(description="Null where the token service did not say it.")]
    region: str


Pairs: TypeAlias = Annotated[
    list[AccountRegionPart], Field(description="In a report of several accounts: the regions read in each, sorted.")
]


class ShardPart(TypedDict):
    """The part of a larger run that a report is. The shards of a run have the same count and total."""

    index: Annotated[int, Field(description="From 0.", ge=0)]
    count: Annotated[int, Field(description="The number of shards.", ge=1)]
    pairs: NotRequired[
        Annotated[
            list[AccountRegionPart], Field(description="Every pair that the shard read, sorted; a shard may have none.")
        ]
    ]
    total: NotRequired[Annotated[int, Field(description="The number of pairs of all shards.", ge=0)]]


Asked: TypeAlias = Annotated[
    Strings, Field(description="The clusters that the run was asked for, as they were named; absent for all clusters.")
]


class ScopePart(TypedDict):
    """The part of the estate that a run read."""

    asked: NotRequired[Asked]
    pairs: NotRequired[Pairs]
    shard: NotRequired[Annotated[ShardPart | None, Field(description="The part of the estate that the run read.")]]


class ClusterRefPart(TypedDict):
    """A cluster of a report."""

    account: str | None
    region: str
    cluster_id: str


class ReportPart(TypedDict):
    """A report of one run in a merged report."""

    file: Annotated[str, Field(description="The path that was given.")]
    account: str | None
    regions: Strings
    clusters: list[ClusterRefPart]
    read_at: str | None
    shard: ShardPart | None
    pairs: NotRequired[Pairs]
    asked: NotRequired[Asked]


class ExpectedPart(TypedDict):
    """An account, or a region of it, that some report must have."""

    account: str
    region: Annotated[str, Field(description="Empty for any region of the account.")]
