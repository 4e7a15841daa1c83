"""Texts that a plan marks as sensitive: blanked where a report would print them.

Terraform prints sensitive values in clear and marks them in a tree beside (``after_sensitive``), true where a value, or
all of a list or object, is sensitive. Addresses, ports and ids decide packets and stay.
"""

from __future__ import annotations

from typing import Any, TypeAlias

_Json: TypeAlias = Any

SENSITIVE = "(sensitive)"
_WORDS = frozenset({"cluster_name", "description", "instance_name", "name"})


def blanked(tree: _Json, marks: _Json) -> _Json:
    """``tree`` without the names and descriptions that are marked."""
    if not marks:
        return tree
    if isinstance(tree, dict):
        return {key: _entry(key, value, _below(marks, key)) for key, value in tree.items()}
    if isinstance(tree, list):
        return [blanked(value, _below(marks, place)) for place, value in enumerate(tree)]
    return tree


def _entry(key: str, value: _Json, marks: _Json) -> _Json:
    if key in _WORDS and marks is True and isinstance(value, str) and value:
        return SENSITIVE
    return blanked(value, marks)


def _below(marks: _Json, step: str | int) -> _Json:
    if marks is True:
        return True
    if isinstance(marks, dict):
        return marks.get(str(step))
    return marks[step] if isinstance(marks, list) and isinstance(step, int) and step < len(marks) else None
