"""The rules of the source tree that no linter holds: names of locals and classes, sizes of files, chains of imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import auditor
from tests.unit.words.usage import parse_modules

PACKAGE = Path(auditor.__file__).parent
VAGUE = {"found", "one", "said", "there", "here", "known", "told", "held", "come", "gone", "place", "each"}
"""Words that say nothing of what a value is."""
LONGEST_FILE = 400
SHORTEST_FILE = 30
SHORT = {"__main__.py", "cli/command.py", "cli/permissions.py"}
"""Files below the least length: the entry point, and registries and commands that have nothing more to say."""
LONGEST_CHAIN = 19


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple((path.relative_to(PACKAGE).as_posix(), tree) for path, tree in parse_modules(PACKAGE).items())


def bound_names(tree: ast.AST) -> Iterator[ast.Name | ast.arg]:
    """Parameters and variables; the fields of a class are not: JSON has its own words."""
    fields: set[int] = set()
    for node in ast.walk(tree):  # a statement comes before its target
        if isinstance(node, ast.AnnAssign):
            fields.add(id(node.target))
        elif isinstance(node, ast.arg) or (
            isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields
        ):
            yield node


def test_no_local_has_a_name_that_says_nothing() -> None:
    vague = [
        f"{path}:{node.lineno} {name}"
        for path, tree in modules()
        for node in bound_names(tree)
        if (name := node.arg if isinstance(node, ast.arg) else node.id) in VAGUE
    ]
    assert vague == []


def test_a_public_class_name_stands_once() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path, tree in modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path)
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_a_file_is_a_subject() -> None:
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}
    assert {path for path, length in lengths.items() if length < SHORTEST_FILE} <= SHORT


def imports() -> dict[str, set[str]]:
    """The modules that each module imports when it runs, at any depth of its code."""
    trees = {"auditor." + path.removesuffix(".py").replace("/", "."): tree for path, tree in modules()}
    arrows: dict[str, set[str]] = {name: set() for name in trees}
    for name, tree in trees.items():
        typing_only = {
            id(line)
            for block in ast.walk(tree)
            if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
            for line in block.body
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing_only:
                candidates = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
                arrows[name] |= {candidate for candidate in candidates if candidate in trees} - {name}
    return arrows


def test_no_chain_of_imports_is_long_and_none_is_a_ring() -> None:
    arrows = imports()

    @cache
    def chain(module: str) -> tuple[str, ...]:
        return max(((module, *chain(target)) for target in arrows[module]), key=len, default=(module,))

    longest = max((chain(module) for module in arrows), key=len)
    assert len(longest) <= LONGEST_CHAIN, " > ".join(longest)
