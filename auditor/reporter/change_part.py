"""Writes a planned change as the JSON report has it: findings, gaps and resources, each with its place."""

from __future__ import annotations

from auditor.model.changes import Change, Place
from auditor.reporter.change_models import ChangedGapsPart, ChangedResourcePart, ChangePart, SourcePlacePart


def _place(location: Place | None) -> SourcePlacePart | None:
    return None if location is None else SourcePlacePart(file=location.file, line=location.line)


def change_part(change: Change) -> ChangePart:
    """The findings and gaps that a change introduces, resolves and leaves, and its resources."""
    return ChangePart(
        introduced=change.introduced,
        resolved=change.resolved,
        unchanged=change.unchanged,
        gaps=ChangedGapsPart(
            introduced=change.gaps.introduced,
            unchanged=change.gaps.unchanged,
            touched=change.gaps.touched,
        ),
        resources=[
            ChangedResourcePart(
                address=resource.address,
                actions=resource.actions,
                effect=resource.effect,
                findings=resource.findings,
                place=_place(resource.place),
            )
            for resource in change.resources
        ],
    )
