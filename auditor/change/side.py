"""One side of a change read the same way: what is there now, or what the plan says of it, references traced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.change import values
from auditor.change.plan import Json, ResourceChange
from auditor.change.references import Kind, References
from auditor.change.values import Path, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An object's attributes. ``references`` is ``None`` for the present, of which everything is known."""

    change: ResourceChange
    tree: Mapping[str, Json]
    unknown: Json
    references: References | None

    @classmethod
    def before(cls, change: ResourceChange) -> Side:
        """The object as it is now."""
        return cls(change=change, tree=change.before, unknown={}, references=None)

    @classmethod
    def after(cls, change: ResourceChange, references: References) -> Side:
        """The object as planned."""
        return cls(change=change, tree=change.after, unknown=change.change.after_unknown, references=references)

    def items(self, path: Path) -> tuple[Json, ...] | None:
        """The items of a list, none where it is absent; ``None`` where the list is unknown."""
        value = values.read(self.tree, self.unknown, path)
        if isinstance(value, Unknown):
            return () if self.configured(path) is False else None
        return tuple(value.value) if isinstance(value.value, list) else ()

    def text(self, path: Path) -> str | None:
        """The text, empty where nothing was written; ``None`` where only the apply will tell."""
        value = values.read(self.tree, self.unknown, path)
        if isinstance(value, Unknown):
            return "" if self.configured(path) is False else None
        return values.text(value.value)

    def reference(self, path: Path, kind: Kind) -> str | None:
        """As :meth:`text`, for the id of an object that the plan may make."""
        found = self.text(path)
        if found is None and self.references is not None:
            return self.references.one(self.change, path, kind)
        return found

    def keyword(self, path: Path) -> str | None:
        """As :meth:`text`, for a word that hardly anyone computes: a protocol or a port.

        A ``dynamic`` block does not show whether anything was written. Where nothing that the plan takes from other
        objects could be such a word, none can be unknown, so nothing was.
        """
        found = self.text(path)
        if found is None and self.references is not None and self.references.services_are_known:
            return "" if self.configured(path) is None else None
        return found

    def configured(self, path: Path) -> bool | None:
        """Whether anything was written; ``None`` where that is not shown."""
        return None if self.references is None else self.references.configured(self.change, path)
