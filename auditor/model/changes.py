"""The effect of a planned change on the findings and gaps of an audit, and the places of its resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model.findings import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file in the reader's repository. ``file`` is relative, with slashes; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        """The place as editors and compilers write it: ``network/main.tf:12``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedResource:
    """A resource of a plan or change file with its effect on the audited stacks.

    ``findings`` are the fingerprints of the findings that it introduces. ``place`` is its block in the repository, if
    that is known.
    """

    address: str
    actions: tuple[str, ...]
    effect: str
    findings: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedGaps:
    """The gaps after a planned change, by fingerprint: gaps that the change introduces and gaps from before.

    ``touched`` are the gaps from before on which the change depends. They count in the exit code too.
    """

    introduced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The findings that a planned change introduces, resolves and leaves, by fingerprint."""

    introduced: tuple[str, ...]
    resolved: tuple[str, ...]
    unchanged: tuple[str, ...]
    resources: tuple[ChangedResource, ...]
    gaps: ChangedGaps = ChangedGaps()
    gap_places: tuple[tuple[str, Place], ...] = ()
    """The places of the resources that bring gaps, by the fingerprint of the gap."""
    before: Result | None = field(default=None, compare=False, repr=False)
    """The result before the change, of the clusters that the change can affect; its findings are those of all."""
    without_bearing: int | None = None
    """The number of planned changes, if certainly none of them bears on an audited group."""
