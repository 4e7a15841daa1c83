"""The groups that a resource will bind, out of a list that may be unknown, unnamed, emptied or without order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from auditor.change import order
from auditor.change.draft import Draft, Key
from auditor.change.plan import ResourceChange, Step
from auditor.change.references import CLUSTER, GROUP, References, placeholder
from auditor.change.values import Known, Path, Unknown, at, read, texts
from auditor.change.why import Why, gap
from auditor.model.estate import Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as it will be. ``ordered`` is false for a set, whose order means nothing."""

    ids: tuple[str, ...]
    ordered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """A list that the plan does not tell. ``ids`` are certainly in it. ``ordered`` as for :class:`Listed`."""

    why: Why
    ids: tuple[str, ...] = ()
    ordered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied:
    """A list with nothing in it."""


Groups: TypeAlias = Listed | Unlisted | Emptied


@dataclass(frozen=True, slots=True, kw_only=True)
class Lister:
    """Reads lists of one plan. ``trust``: the references of a list are all of it, in the order written."""

    references: References
    trust: bool

    def groups(self, change: ResourceChange, path: Path, *, ordered: bool = True) -> Groups:
        """The list at ``path`` after the change."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, Unknown):
            return self._unknown(change, path, ordered=ordered)
        unknown = at(change.change.after_unknown, path)
        if isinstance(unknown, list) and True in unknown:
            return Unlisted(why=Why.LIST_UNKNOWN, ids=texts(value.value))
        ids = texts(value.value)
        return Listed(ids=ids, ordered=ordered) if ids else Emptied()

    def twin(self, change: ResourceChange, ordered: Path, unordered: Path) -> Groups | None:
        """Of an ordered list and its deprecated twin the one that was written or changed; ``None`` where neither was.

        The other one is computed and goes stale in a plan.
        """
        if Step.UPDATED in change.steps:
            if self.changed(change, ordered):
                return self.groups(change, ordered)
            return self.groups(change, unordered, ordered=False) if self.changed(change, unordered) else None
        if self.written(change, ordered):
            return self.groups(change, ordered)
        if self.written(change, unordered):
            return self.groups(change, unordered, ordered=False)
        return Unlisted(why=Why.LIST_DEFAULT)

    def changed(self, change: ResourceChange, path: Path) -> bool:
        """Whether an update asks for another list than the present one."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, Known):
            unknown = at(change.change.after_unknown, path)
            return texts(value.value) != texts(at(change.before, path)) or (
                isinstance(unknown, list) and True in unknown
            )
        return self.references.configured(change, path) is not False

    def knows(self, change: ResourceChange, path: Path) -> bool:
        """Whether the provider that made the plan has this attribute: a plan names each one of a schema."""
        *parents, name = path
        unknown = at(change.change.after_unknown, tuple(parents))
        sides = (at(change.before, tuple(parents)), at(change.after, tuple(parents)), unknown)
        return any(isinstance(side, dict) and name in side for side in sides) or isinstance(
            read({}, change.change.after_unknown, tuple(parents)), Unknown
        )

    def written(self, change: ResourceChange, path: Path) -> bool:
        """Whether a new object names any group here."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, Known):
            return bool(texts(value.value))
        return self.references.configured(change, path) is not False

    def _unknown(self, change: ResourceChange, path: Path, *, ordered: bool) -> Groups:
        """A list with one unknown element is unknown as a whole, and its constants are not in the configuration."""
        if self.references.configured(change, path) is False:
            return Unlisted(why=Why.LIST_DEFAULT)
        members = self.references.several(change, path, GROUP)
        if not members.traced:
            return Unlisted(why=Why.LIST_UNKNOWN, ids=members.ids)
        if self.trust:
            return Listed(ids=members.ids, ordered=ordered)
        return Unlisted(why=Why.LIST_BY_REFERENCE, ids=members.ids, ordered=ordered)


def clusters_of(draft: Draft, lister: Lister, change: ResourceChange) -> tuple[Key, ...]:
    """The audited clusters that a resource belongs to after the change: one, none, or not to be told."""
    cluster_id = lister.references.value(change, ("cluster_id",), CLUSTER)
    if cluster_id is None:
        draft.gaps.add(gap(Why.CLUSTER_UNTRACED, "", placeholder(change.address)))
        draft.report(change).say_untraced("cluster-untraced")
    return draft.cluster_keys(cluster_id or "")


def binding(draft: Draft, key: Key, cluster_id: str, groups: Groups) -> Binding:
    """What an object will bind; a gap where that is open. An order that is not assured counts only where it matters.

    A list that is known by its references alone is taken for the whole list, and the gap stays beside it.
    """
    draft.assumed.pop((key[0], cluster_id, key[1]), None)
    match groups:
        case Listed(ordered=False) if _order_matters(draft, key[0], groups.ids):
            return gap(Why.LIST_ORDER, *key, cluster_id)
        case Unlisted(why=Why.LIST_BY_REFERENCE) if groups.ordered or not _order_matters(draft, key[0], groups.ids):
            draft.assumed[key[0], cluster_id, key[1]] = gap(groups.why, *key, cluster_id)
            return groups.ids
        case Listed():
            return groups.ids
        case Unlisted():
            return gap(groups.why, *key, cluster_id)
        case Emptied():
            return gap(Why.LIST_EMPTIED, *key, cluster_id)


def _order_matters(draft: Draft, region: str, group_ids: tuple[str, ...]) -> bool:
    return order.matters([(region, group) for group in group_ids], draft.rulebook())


def ids_of(groups: Groups) -> tuple[str, ...]:
    """The groups that are certainly bound, whatever else may be."""
    return () if isinstance(groups, Emptied) else groups.ids
