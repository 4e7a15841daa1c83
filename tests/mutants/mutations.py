"""Every small fault that can be put into a source file, one at a time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Mult: ast.Add}
_SET_OPERATORS = (ast.BitOr, ast.BitAnd, ast.Sub)

Change = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A file with one fault in it: the line, and the statement before and after."""

    tree: ast.Module
    line: int
    before: str
    after: str


def count(source: str) -> int:
    """How many faults a file allows. Types, docstrings and decorators allow none: no test could notice one."""
    return sum(1 for _ in _sites(ast.parse(source)))


def mutation(source: str, number: int) -> Mutation:
    """The fault of a number below :func:`count`."""
    tree = ast.parse(source)
    site, change = next(site for position, site in enumerate(_sites(tree)) if position == number)
    statement = _statement(tree, site)
    before = ast.unparse(statement)
    change()
    return Mutation(tree=ast.fix_missing_locations(tree), line=site.lineno, before=before, after=ast.unparse(statement))


def probed(source: str, labels: Mapping[int, int]) -> ast.Module:
    """The file without a fault, which adds the label of a fault to ``__hits__`` when it runs the statement around it.

    ``labels`` is by number of the fault. The label of a fault that takes effect on import is added by every function.
    """
    tree = ast.parse(source)
    sites = [site for site, _ in _sites(tree)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    blocks = [block for function in functions for node in ast.walk(function) for block in _blocks(node)]
    innermost = {id(node): (block, first) for block in blocks for first in block for node in ast.walk(first)}
    for number, label in labels.items():
        probe = ast.parse(f"__hits__.add({label})").body[0]
        if around := innermost.get(id(sites[number])):
            block, statement = around
            block.insert(block.index(statement), probe)
        else:
            for function in functions:
                function.body.insert(min(1, len(function.body) - 1), probe)  # below the docstring
    return ast.fix_missing_locations(tree)


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    blocks = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
    return [block for block in blocks if isinstance(block, list)]


Site = tuple[ast.expr | ast.stmt, Change]


def _sites(tree: ast.Module) -> Iterator[Site]:
    for node in _code(tree):
        yield from ((node, change) for change in _changes(node))


def _code(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Every expression and statement that decides something when the program runs, from the top."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list") or _is_type_only(node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if isinstance(child, (ast.expr, ast.stmt)):
                    yield child
                yield from _code(child)


def _is_type_only(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation)


def _changes(node: ast.expr | ast.stmt) -> Iterator[Change]:
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                yield _setter(node.ops, place, _COMPARISONS[type(operator)]())
        case ast.BoolOp():
            yield _attribute(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield _replacement(node, node.operand)
        case ast.Constant(value=bool()):
            yield _attribute(node, "value", not node.value)
        case ast.Constant(value=int() as number):
            yield _attribute(node, "value", number + 1)
        case ast.BinOp():
            yield from _operator_changes(node)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield _attribute(node, "value", ast.Constant(value=None))


def _operator_changes(node: ast.BinOp) -> Iterator[Change]:
    if isinstance(node.op, _SET_OPERATORS):
        yield _replacement(node, node.left)
        if not isinstance(node.op, ast.Sub):
            yield _replacement(node, node.right)
    elif type(node.op) in _ARITHMETIC:
        yield _attribute(node, "op", _ARITHMETIC[type(node.op)]())


def _setter(items: list[ast.cmpop], place: int, value: ast.cmpop) -> Change:
    return lambda: items.__setitem__(place, value)


def _attribute(node: ast.AST, name: str, value: object) -> Change:
    return lambda: setattr(node, name, value)


def _replacement(node: ast.expr, other: ast.expr) -> Change:
    """``node`` becomes a conditional that is always ``other``: nodes have no parent that could hold another."""

    def change() -> None:
        node.__class__ = ast.IfExp
        node.__dict__.update(test=ast.Constant(value=True), body=other, orelse=other)

    return change


def _statement(tree: ast.Module, site: ast.expr | ast.stmt) -> ast.AST:
    """The innermost statement around a site; of a compound one the line that holds the site alone."""
    around: ast.AST = site
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and any(child is site for child in ast.walk(node)):
            around = node
    return site if hasattr(around, "body") else around
