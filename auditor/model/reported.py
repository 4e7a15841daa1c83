"""The JSON objects of the reports from which a result was rebuilt: their texts and fields are kept as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeAlias

from auditor.model.gaps import Gap

JsonObject: TypeAlias = Mapping[str, Any]
ClusterKey: TypeAlias = tuple[str, str, str]
"""Account (empty if unknown), region and id of a cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The objects of findings by account and fingerprint, of clusters, and of gaps.

    ``requirements`` are the titles of requirements by id. ``further`` are the fields of the whole report that only a
    merged report has.
    """

    findings: Mapping[tuple[str, str], JsonObject]
    clusters: Mapping[ClusterKey, JsonObject]
    gaps: Mapping[Gap, JsonObject]
    requirements: Mapping[str, str] = field(default_factory=dict)
    further: JsonObject = field(default_factory=dict)

    @classmethod
    def union(cls, reports: Iterable[Reported]) -> Self:
        """The objects of several reports that have no cluster in common."""
        listed = list(reports)
        return cls(
            findings={key: item for report in listed for key, item in report.findings.items()},
            clusters={key: item for report in listed for key, item in report.clusters.items()},
            gaps={gap: item for report in listed for gap, item in report.gaps.items()},
            requirements=dict(sorted(item for report in listed for item in report.requirements.items())),
        )

    def without(self, clusters: Collection[ClusterKey], gaps: Collection[str]) -> Self:
        """The objects without those of ``clusters``, of their findings, and of gaps by code."""
        return replace(
            self,
            findings={
                key: item
                for key, item in self.findings.items()
                if (key[0], item["region"], item["cluster_id"]) not in clusters
            },
            clusters={key: item for key, item in self.clusters.items() if key not in clusters},
            gaps={gap: item for gap, item in self.gaps.items() if gap.code not in gaps},
        )
