"""Decides whether a finding that an audit did not report could still exist, unseen.

A finding of an older audit that is missing from a newer one is fixed only if the newer audit read and decided
everything that the finding depends on. Otherwise its state is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from auditor.model.clusters import Attachment
from auditor.model.codes import Code, GapKind, Part
from auditor.model.earlier import EarlierFinding
from auditor.model.gaps import NO_POD_GROUPS, TRUNKING_PODS
from auditor.model.packets import NOTHING, PacketSet
from auditor.model.rules import Direction

_BY_PACKETS = frozenset({Code.REQUIRED_TRAFFIC_BLOCKED.value, Code.EXCESS_ACCESS.value})
"""Codes of findings about packets of one direction of one stack. Other findings also depend on the bindings."""

_OF_BASELINE = ("TSG1", "TSG2")
"""Prefixes of the codes of findings that a baseline decides: what must pass, and what else may."""

_PARTS_OF_CODES: Mapping[str, Part] = {
    Code.LOAD_BALANCER_PATH_BLOCKED: Part.LOAD_BALANCERS,
    Code.LOAD_BALANCER_OPEN: Part.LOAD_BALANCERS,
    Code.NETWORK_ACL_BLOCKS: Part.NETWORK_ACLS,
}
_PARTS_OF_ATTACHMENTS: Mapping[str, Part] = {
    Attachment.SECONDARY: Part.INTERFACES,
    Attachment.PODS: Part.PODS,
    Attachment.SUPER_NODE_PODS: Part.PODS,
    Attachment.ENDPOINT: Part.ENDPOINT,
}

_SHARED = ("sg-", "ipm-", "ipmg-", "ppm-", "ppmg-")
"""Id prefixes of groups and templates. A gap of such a resource leaves packets undecided but hides no stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackReading:
    """The packets of a stack, by direction, for which the audit could not decide whether a finding has them."""

    role: str
    attachment: str
    security_groups: tuple[str, ...]
    undecided: Mapping[Direction, PacketSet]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReading:
    """The completeness of an audit of one cluster.

    ``hides_stacks``: the cluster may have more stacks. ``unread``: ids of resources that have a gap. ``left_out``: the
    parts of the audit that the configuration left out.
    """

    stacks: tuple[StackReading, ...]
    hides_stacks: bool
    unread: frozenset[str]
    left_out: frozenset[str] = frozenset()
    baseline: str = ""
    """The digest of the baseline; empty if it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The identity and packets of a finding of the other audit. ``code`` may be a code of a later version."""

    code: str
    role: str
    attachment: str
    security_groups: tuple[str, ...]
    direction: Direction | None
    packets: PacketSet
    baseline: str = ""


def subject_of(finding: EarlierFinding) -> Subject:
    """The identity and packets of ``finding``."""
    return Subject(
        code=finding.code,
        role=finding.role,
        attachment=finding.attachment,
        security_groups=finding.security_groups,
        direction=finding.direction,
        packets=finding.packets,
        baseline=finding.baseline,
    )


class ReportedGap(Protocol):
    """A gap of this run, or of an earlier report."""

    @property
    def kind(self) -> str:
        """The value of its :class:`GapKind`."""
        ...

    @property
    def code(self) -> str:
        """The code of an error or a word of this program."""
        ...

    @property
    def cluster_id(self) -> str:
        """The cluster; empty if several depend on it."""
        ...

    @property
    def resource(self) -> str:
        """The id of what is unknown."""
        ...


def hides_stacks(gap: ReportedGap) -> bool:
    """Whether a gap may hide a stack. A gap of a group, a template or a node without a group does not.

    A gap of Pods for which no document tells the groups hides the stack of these groups.
    """
    if gap.kind == GapKind.UNDOCUMENTED:
        return gap.code in (NO_POD_GROUPS, TRUNKING_PODS)
    return bool(gap.cluster_id) or not gap.resource.startswith(_SHARED)


def is_undecided(subject: Subject, reading: ClusterReading | None) -> bool:
    """Whether the finding could exist unseen. ``reading`` is ``None`` for a cluster that was not audited."""
    if reading is None or _part(subject) in reading.left_out or _has_other_baseline(subject, reading):
        return True
    if subject.code in _BY_PACKETS and subject.direction is not None:
        own = (subject.role, subject.attachment, subject.security_groups)
        stacks = [stack for stack in reading.stacks if (stack.role, stack.attachment, stack.security_groups) == own]
        return _has_undecided(stacks, subject, subject.packets) if stacks else reading.hides_stacks
    groups = set(subject.security_groups)
    related = [
        stack for stack in reading.stacks if stack.role == subject.role and groups.intersection(stack.security_groups)
    ]
    if reading.hides_stacks or groups & reading.unread:
        return True
    return _has_undecided(related, subject, None)


def _has_other_baseline(subject: Subject, reading: ClusterReading) -> bool:
    """Whether the finding follows from a baseline, and this audit compared the cluster with another one."""
    is_known = bool(subject.baseline and reading.baseline)
    return is_known and subject.baseline != reading.baseline and subject.code.startswith(_OF_BASELINE)


def _part(subject: Subject) -> str:
    """The part of the audit that has the finding; empty for the primary interfaces of nodes."""
    part = _PARTS_OF_CODES.get(subject.code) or _PARTS_OF_ATTACHMENTS.get(subject.attachment)
    return part or ""


def _has_undecided(stacks: list[StackReading], subject: Subject, packets: PacketSet | None) -> bool:
    """Whether a stack leaves any of ``packets`` undecided; with ``None``, any packet at all."""
    directions = tuple(Direction) if subject.direction is None else (subject.direction,)
    undecided = (stack.undecided.get(direction, NOTHING) for stack in stacks for direction in directions)
    return any(open_ if packets is None else open_ & packets for open_ in undecided)
