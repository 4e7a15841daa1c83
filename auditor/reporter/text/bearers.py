"""Writes the bearers of a list of groups in words: nodes, pools, interfaces, add-ons and API server entrances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

from auditor.model.clusters import Attachment, Role
from auditor.reporter.text.names import Formatter, Names


class Bearers(Protocol):
    """A stack, a finding or an explanation: everything that binds one list of groups on one kind of attachment."""

    @property
    def role(self) -> Role:
        """The role of the stack."""
        ...

    @property
    def attachment(self) -> Attachment:
        """The kind of interface."""
        ...

    @property
    def nodes(self) -> tuple[str, ...]:
        """Nodes that bind the list, or that have the interfaces."""
        ...

    @property
    def node_pools(self) -> tuple[str, ...]:
        """Pools whose next node or Pod will bind the list."""
        ...

    @property
    def interfaces(self) -> tuple[str, ...]:
        """Interfaces, except for the primary attachment."""
        ...

    @property
    def add_ons(self) -> tuple[str, ...]:
        """Add-ons whose next interface will bind the list."""
        ...


Kinds: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""The ids of each kind of bearer, with the message that counts them."""


class BearerWords:
    """Writes the bearers of stacks with the names of one result."""

    def __init__(self, names: Names, phrasing: Formatter) -> None:
        self._names = names
        self._phrasing = phrasing
        self._lists: dict[tuple[str, Kinds, int | None], str] = {}

    def counted(self, stacks: Iterable[Bearers]) -> str:
        """The number of bearers of each kind: "3 nodes and 1 node pool", "2 secondary interfaces of nodes"."""
        ids: dict[str, dict[str, None]] = {}
        for stack in stacks:
            for message, own in _kinds(stack):
                ids.setdefault(message, {}).update(dict.fromkeys(own))
        return self._phrasing.together([self._phrasing.text(message, count=len(own)) for message, own in ids.items()])

    def listed(self, region: str, stack: Bearers, limit: int | None) -> str:
        """The bearers by id: "2 nodes (ins-a, ins-b)", "next Pod of np-a"; ``limit`` ids of each kind."""
        kinds = _kinds(stack)
        key = region, kinds, limit
        if key not in self._lists:
            self._lists[key] = self._phrasing.together(
                [self._kind(region, message, ids, limit) for message, ids in kinds]
            )
        return self._lists[key]

    def _kind(self, region: str, message: str, ids: Sequence[str], limit: int | None) -> str:
        if not ids or message in _NEXT:
            listed = self._phrasing.listed(ids, limit)
            return self._phrasing.text(_NEXT.get(message, message), ids=listed, count=len(ids))
        if not any(ids):
            return self._phrasing.text(message, count=len(ids))
        shown = len(ids) if limit is None else limit + 1
        named = [*(self._names.interface(region, bearer) for bearer in ids[:shown]), *ids[shown:]]
        return self._phrasing.text(
            "findings-affected-ids",
            who=self._phrasing.text(message, count=len(ids)),
            ids=self._phrasing.listed(named, limit),
        )


_NEXT = {"terms-super-pools": "terms-next-pod-of-pool", "terms-add-ons": "terms-next-interface-of-add-on"}
"""Messages for bearers that do not exist yet, by the message that counts their sources."""


def bearer_count(stack: Bearers) -> int:
    """The number of bearers, for the plural of a verb."""
    return sum(len(ids) for _, ids in _kinds(stack))


def _kinds(stack: Bearers) -> Kinds:
    """The ids of each kind of bearer that a stack has, with the message that counts them."""
    kinds: Kinds
    match stack.attachment:
        case Attachment.PRIMARY:
            kinds = ((f"terms-nodes-{stack.role}", stack.nodes), ("terms-pools", stack.node_pools))
        case Attachment.ENDPOINT:
            kinds = (("terms-entrances", stack.interfaces or ("",)),)
        case Attachment.SECONDARY:
            kinds = ((f"terms-secondary-{stack.role}", stack.interfaces),)
        case Attachment.PODS:
            kinds = (("terms-pod-interfaces", stack.interfaces), ("terms-add-ons", stack.add_ons))
        case Attachment.SUPER_NODE_PODS:
            kinds = (("terms-super-pods", stack.interfaces), ("terms-super-pools", stack.node_pools))
    return tuple((message, ids) for message, ids in kinds if ids)
