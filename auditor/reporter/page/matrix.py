"""Makes the tables of stacks and requirements: one table for each role, one row for each stack.

The rows of a cluster form a block. A cell gives the status of a requirement; a requirement without a result is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.model.baseline import Requirement
from auditor.model.clusters import Role
from auditor.model.codes import Code, Severity
from auditor.model.findings import DirectionResult, Finding, RequirementResult, Result, Status
from auditor.model.rules import Direction
from auditor.reporter.page.index import ClusterEntry, Index, StackEntry

_WORST_FIRST = (Status.BLOCKED, Status.PARTIAL, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The status of one requirement on one stack, with its worst finding. A waived finding counts as the least."""

    status: Status
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCount:
    """The findings of one severity: the first of them and their number."""

    first: Finding
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """The excess access of one stack in both directions: its findings by severity, the worst first.

    ``more`` says that other packets may pass in excess. Without a finding, the excess is then unknown, not none.
    """

    counts: tuple[SeverityCount, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stack. ``peers`` is the worst status of the requirements that the configuration adds, or ``None``."""

    entry: StackEntry
    cells: tuple[Cell, ...]
    peers: Cell | None
    excess: Excess


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixBlock:
    """The rows of one cluster; empty if no stack of it could be audited."""

    entry: ClusterEntry
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The table of one role."""

    role: Role
    columns: tuple[Requirement, ...]
    has_peers: bool
    blocks: tuple[MatrixBlock, ...]

    @property
    def width(self) -> int:
        """The number of columns, with the columns of the stack and of the excess."""
        return 2 + len(self.columns) + self.has_peers

    def spans(self) -> tuple[tuple[Direction, int], ...]:
        """The number of columns of each direction, in their order."""
        counted = [
            (direction, sum(column.direction is direction for column in self.columns)) for direction in Direction
        ]
        return tuple((direction, count) for direction, count in counted if count)


def matrices(result: Result, index: Index) -> tuple[Matrix, ...]:
    """The tables of a result, for each role that a stack has."""
    return tuple(matrix for role in Role if (matrix := _matrix(result, index, role)).blocks)


def _matrix(result: Result, index: Index, role: Role) -> Matrix:
    of_role = [requirement for requirement in result.requirements.values() if requirement.role is role]
    columns = tuple(column for direction in Direction for column in of_role if column.direction is direction)
    blocks = tuple(_blocks(index, role, columns))
    has_peers = any(row.peers for block in blocks for row in block.rows)
    return Matrix(role=role, columns=columns, has_peers=has_peers, blocks=blocks)


def _blocks(index: Index, role: Role, columns: tuple[Requirement, ...]) -> Iterator[MatrixBlock]:
    for entry in index.clusters:
        own = {requirement.requirement_id for requirement in entry.cluster.baseline.requirements}
        rows = tuple(_row(stack, columns, own) for stack in entry.stacks if stack.stack.role is role)
        # A cluster without a stack has a block in the table of the nodes, so that the page shows every cluster.
        if rows or (role is Role.NODE and not entry.stacks):
            yield MatrixBlock(entry=entry, rows=rows)


def _row(entry: StackEntry, columns: tuple[Requirement, ...], own: Collection[str]) -> Row:
    """The row of a stack. A requirement that its baseline does not have is not applicable."""
    outcomes = {outcome.requirement.requirement_id: outcome for outcome in entry.stack.requirements}
    blocked: dict[str, Finding] = {}
    for finding in sorted(entry.findings, key=lambda finding: finding.waiver is not None):
        if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
            blocked.setdefault(finding.requirement_id, finding)
    cells = tuple(
        _cell(outcomes.pop(column.requirement_id, None), blocked)
        if column.requirement_id in own
        else Cell(status=Status.NOT_APPLICABLE)
        for column in columns
    )
    return Row(entry=entry, cells=cells, peers=_peers(outcomes.values(), blocked), excess=_excess(entry))


def _cell(outcome: RequirementResult | None, blocked: dict[str, Finding]) -> Cell:
    if outcome is None:
        return Cell(status=Status.UNKNOWN)
    return Cell(status=outcome.status, finding=blocked.get(outcome.requirement.requirement_id))


def _peers(outcomes: Iterable[RequirementResult], blocked: dict[str, Finding]) -> Cell | None:
    worst = min(outcomes, key=lambda outcome: _WORST_FIRST.index(outcome.status), default=None)
    return None if worst is None else _cell(worst, blocked)


def _excess(entry: StackEntry) -> Excess:
    by_severity: dict[Severity, list[Finding]] = {}
    for finding in entry.findings:
        if finding.code is Code.EXCESS_ACCESS and finding.waiver is None:
            by_severity.setdefault(finding.severity, []).append(finding)
    return Excess(
        counts=tuple(
            SeverityCount(first=by_severity[severity][0], count=len(by_severity[severity]))
            for severity in Severity
            if severity in by_severity
        ),
        more=any(_could_be_excess(entry.stack.direction(direction)) for direction in Direction),
    )


@lru_cache(maxsize=1 << 12)
def _could_be_excess(result: DirectionResult) -> bool:
    """Whether packets pass, or may pass, that are neither certainly permitted nor certainly excess."""
    return bool((result.undecided | result.allowed) - result.permitted - result.excess)
