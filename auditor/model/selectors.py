"""Matches clusters against selectors of a configuration: ids, names and tags, each with globs.

``cls-*`` is a glob of ids, ``name:prod-*`` a glob of names, ``tag:env=prod*`` a glob of the values of a tag.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

BY_NAME, BY_TAG = "name:", "tag:"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Tag:
    """A tag of a cluster."""

    key: str
    value: str


class Selectable(Protocol):
    """The attributes of a cluster that selectors match."""

    @property
    def cluster_id(self) -> str:
        """The id of the cluster."""
        ...

    @property
    def name(self) -> str:
        """The name of the cluster."""
        ...

    @property
    def tags(self) -> tuple[Tag, ...] | None:
        """The tags of the cluster; ``None`` if they are not known."""
        ...


def is_selector(text: str) -> bool:
    """Whether ``text`` is a valid selector."""
    if text.startswith(BY_NAME):
        return bool(text.removeprefix(BY_NAME))
    if text.startswith(BY_TAG):
        key, sign, glob = text.removeprefix(BY_TAG).partition("=")
        return bool(key and sign and glob)
    return bool(text)


def selects(selectors: Iterable[str], cluster: Selectable) -> bool:
    """Whether any of ``selectors`` matches ``cluster``. A tag that is not known does not match."""
    return any(_matches(selector, cluster) for selector in selectors)


def _matches(selector: str, cluster: Selectable) -> bool:
    if selector.startswith(BY_NAME):
        return fnmatchcase(cluster.name, selector.removeprefix(BY_NAME))
    if selector.startswith(BY_TAG):
        key, _, glob = selector.removeprefix(BY_TAG).partition("=")
        return any(tag.key == key and fnmatchcase(tag.value, glob) for tag in cluster.tags or ())
    return fnmatchcase(cluster.cluster_id, selector)
