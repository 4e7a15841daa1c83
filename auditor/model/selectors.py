"""Which clusters a ``clusters:`` list of a configuration names: by id, by name or by tag, each with globs.

``cls-*`` is an id or a glob of ids, ``name:prod-*`` a glob of names, ``tag:env=prod*`` the glob of a tag's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Protocol

from auditor.model.clusters import Tag

BY_NAME, BY_TAG = "name:", "tag:"


class Selectable(Protocol):
    """A cluster, as far as a selector looks at it."""

    @property
    def cluster_id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Its tags, as far as they were read."""
        ...


def is_selector(text: str) -> bool:
    """Whether ``text`` can name a cluster: a glob, and for a tag a key before it."""
    if text.startswith(BY_NAME):
        return bool(text.removeprefix(BY_NAME))
    if text.startswith(BY_TAG):
        key, sign, glob = text.removeprefix(BY_TAG).partition("=")
        return bool(key and sign and glob)
    return bool(text)


def selects(selectors: Iterable[str], cluster: Selectable) -> bool:
    """Whether any of ``selectors`` names ``cluster``. A tag that was not read is not there."""
    return any(_names(selector, cluster) for selector in selectors)


def _names(selector: str, cluster: Selectable) -> bool:
    if selector.startswith(BY_NAME):
        return fnmatchcase(cluster.name, selector.removeprefix(BY_NAME))
    if selector.startswith(BY_TAG):
        key, _, glob = selector.removeprefix(BY_TAG).partition("=")
        return any(tag.key == key and fnmatchcase(tag.value, glob) for tag in cluster.tags)
    return fnmatchcase(cluster.cluster_id, selector)
