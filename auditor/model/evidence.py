"""The evidence of a finding: rules, objects of the cloud and networks of neighbours that it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.baseline import NamedNetwork
from auditor.model.rules import Action, Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A rule that decides packets of the finding; a ``blocker`` makes the rule of the finding useless."""

    security_group_id: str
    direction: Direction
    index: int
    action: Action
    description: str = ""
    blocker: bool = False

    @property
    def priority(self) -> int:
        """The number of the rule in the console, where the top rule is 1."""
        return self.index + 1


class EvidenceKind(StrEnum):
    """The kinds of object, other than rules, that can decide the packets of a finding."""

    ACL = "acl"
    LOAD_BALANCER = "load-balancer"
    LISTENER = "listener"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceEvidence:
    """An object of the cloud that decides packets of a finding, or through which they pass.

    ``index`` is the priority of an ACL entry. Values that do not apply to the kind are ``None``.
    """

    kind: EvidenceKind
    resource_id: str
    direction: Direction | None = None
    index: int | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourNetwork:
    """Blocks of another cluster of the same VPC with addresses of an excess finding."""

    cluster_id: str
    network: NamedNetwork
    cidrs: tuple[str, ...]
