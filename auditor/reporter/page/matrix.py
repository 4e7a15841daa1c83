"""Stacks against requirements: one table a role, clusters as groups of rows, one cell a requirement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.baseline import Requirement
from auditor.model.clusters import Role
from auditor.model.findings import Code, DirectionResult, Finding, RequirementResult, Result, Status
from auditor.model.rules import Direction
from auditor.reporter.page.index import ClusterEntry, Index, StackEntry

TALL = 40
"""Rows, those of the clusters' names included."""

_WORST_FIRST = (Status.BLOCKED, Status.PARTIAL, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What became of one column on one stack; ``finding`` is the worst that says so, waived ones last."""

    status: Status
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What is open in excess on one stack, both directions: the worst finding, if any, and how many there are.

    ``more`` says that something beyond what is named could pass: nothing found is then unknown, not none.
    """

    worst: Finding | None
    count: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stack. ``peers`` joins the requirements that the configuration adds, where there are any."""

    entry: StackEntry
    cells: tuple[Cell, ...]
    peers: Cell | None
    excess: Excess


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixBlock:
    """The rows of one cluster; none where nothing of it could be audited."""

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
        """How many columns the table has, the stack's own and the excess included."""
        return 2 + len(self.columns) + self.has_peers

    @property
    def tall(self) -> bool:
        """Whether the table is too tall to be laid out before a reader comes near it."""
        return sum(len(block.rows) + 1 for block in self.blocks) > TALL

    def spans(self) -> tuple[tuple[Direction, int], ...]:
        """How many columns each direction has, in their order."""
        counted = [(direction, sum(1 for one in self.columns if one.direction is direction)) for direction in Direction]
        return tuple((direction, count) for direction, count in counted if count)


def matrices(result: Result, index: Index) -> tuple[Matrix, ...]:
    """The tables of a result; a role that no stack has is left out."""
    return tuple(matrix for role in Role if (matrix := _matrix(result, index, role)).blocks)


def _matrix(result: Result, index: Index, role: Role) -> Matrix:
    own = [one for one in result.baseline.requirements if one.role is role]
    columns = tuple(one for direction in Direction for one in own if one.direction is direction)
    blocks = tuple(_blocks(index, role, columns))
    has_peers = any(row.peers for block in blocks for row in block.rows)
    return Matrix(role=role, columns=columns, has_peers=has_peers, blocks=blocks)


def _blocks(index: Index, role: Role, columns: tuple[Requirement, ...]) -> Iterator[MatrixBlock]:
    for entry in index.clusters:
        rows = tuple(_row(stack, columns) for stack in entry.stacks if stack.stack.role is role)
        # A cluster without a stack stands among the nodes, so that no cluster is missing from the page.
        if rows or (role is Role.NODE and not entry.stacks):
            yield MatrixBlock(entry=entry, rows=rows)


def _row(entry: StackEntry, columns: tuple[Requirement, ...]) -> Row:
    judged = {one.requirement.requirement_id: one for one in entry.stack.requirements}
    blocked: dict[str, Finding] = {}
    for finding in sorted(entry.findings, key=lambda one: one.waiver is not None):
        if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
            blocked.setdefault(finding.requirement_id, finding)
    cells = tuple(_cell(judged.pop(column.requirement_id, None), blocked) for column in columns)
    return Row(entry=entry, cells=cells, peers=_peers(judged.values(), blocked), excess=_excess(entry))


def _cell(judged: RequirementResult | None, blocked: dict[str, Finding]) -> Cell:
    if judged is None:
        return Cell(status=Status.UNKNOWN)
    return Cell(status=judged.status, finding=blocked.get(judged.requirement.requirement_id))


def _peers(judged: Iterable[RequirementResult], blocked: dict[str, Finding]) -> Cell | None:
    worst = min(judged, key=lambda one: _WORST_FIRST.index(one.status), default=None)
    return None if worst is None else _cell(worst, blocked)


def _excess(entry: StackEntry) -> Excess:
    counted = [one for one in entry.findings if one.code is Code.EXCESS_ACCESS and one.waiver is None]
    return Excess(
        worst=counted[0] if counted else None,
        count=len(counted),
        more=any(_could_be_excess(entry.stack.direction(direction)) for direction in Direction),
    )


def _could_be_excess(side: DirectionResult) -> bool:
    """Whether something passes, or could, that is neither certainly named nor certainly excess."""
    return bool((side.undecided | side.allowed) - side.permitted - side.excess)
