"""Gaps: things that could not be read or decided. A gap makes every result that depends on it unknown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.codes import GapKind

NO_CLUSTER = "NoCluster"
"""The code of a region that lists no cluster."""
NOT_AUDITED = "NotAudited"
"""The code of the gap of a cluster that has nodes or Pods but no judged node."""
NOTHING_JUDGED = "NothingJudged"
"""The code of the gap of a run that judged no cluster."""

OTHER_ACCOUNT = "OtherAccount"
"""The code of the gap of a configured account in whose place another account answers."""
UNNAMED_ACCOUNT = "UnnamedAccount"
"""The code of the gap of a configured account where the token service does not say which account answers."""

TAGS_UNKNOWN = "TagsUnknown"
"""The code of the gap of a cluster whose tags could choose its baseline and are not known."""

PART_NOT_READ = "PartNotRead"
"""The code of the gap of a snapshot or recording that lacks a part of the audit."""

LISTENERS_LEFT_OUT = "ListenersLeftOut"
"""The code of the gap of a baseline that depends on load balancers that were not read."""

NO_POD_GROUPS = "NoPodGroups"
"""The code of the gap of super nodes or their pool for which documents do not tell which groups the next Pod binds."""
TRUNKING_PODS = "TrunkingPods"
"""The code of the gap of a cluster whose Pods can have sub-interfaces with groups that no list has."""
NETWORK_NOT_READ = "NetworkNotRead"
"""The code of the gap of a cluster whose networks are needed, but of which only the row of the list was read."""

REPORT_DAMAGED, REPORT_FILTERED, REPORT_INCOMPLETE = "ReportDamaged", "ReportFiltered", "ReportIncomplete"
"""The codes of the gaps of a report that ``merge`` cannot use, or that does not show everything."""
REPORT_TOO_OLD, REPORT_UNDATED = "ReportTooOld", "ReportUndated"
"""The codes of the gaps of a report of which the age is too great or unknown."""
REPORT_MISSING, REPORT_TWICE = "ReportMissing", "ReportTwice"
"""The codes of the gaps of an account, region, shard or cluster that no report has, or that several have."""
OF_REPORTS = frozenset(
    (REPORT_DAMAGED, REPORT_FILTERED, REPORT_INCOMPLETE, REPORT_TOO_OLD, REPORT_UNDATED, REPORT_MISSING, REPORT_TWICE)
)
"""The codes of gaps of a merged report. A cluster with such a gap does not show that a finding is fixed."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gap:
    """Something that is unknown about a resource.

    ``resource`` is an id (``sg-...``, ``ins-...``, ``cls-...``; ``sg-.../ingress/3`` for a rule). ``service`` and
    ``action`` name the call. ``code`` is an error code of the API or a word of this program. ``message`` describes the
    cause in English. ``request_id`` comes from the API's answer; it is empty without an answer. ``account`` is an id
    where a result unites several accounts; gaps of two accounts that are equal otherwise are two gaps.
    """

    account: str = ""
    region: str
    cluster_id: str = ""
    resource: str
    service: str = ""
    action: str = ""
    code: str
    message: str
    request_id: str = ""
    kind: GapKind

    @property
    def rule(self) -> tuple[str, str, int] | None:
        """Group, direction and number in the console of the rule that is unknown; ``None`` for another resource."""
        group, _, position = self.resource.partition("/")
        direction, _, index = position.partition("/")
        if direction not in ("ingress", "egress") or not index.isdecimal():
            return None
        return group, direction, int(index) + 1

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over the kind, the resource and the call; not over the request id and the message.

        The account is left out, because it can be unknown in one run and known in the next.
        """
        identity = (self.kind, self.region, self.cluster_id, self.resource, self.service, self.action, self.code)
        return hashlib.sha256("\n".join(identity).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def first_and_more(ids: Sequence[str], noun: str = "") -> str:
    """The first of ``ids`` and the number of the others, for messages: "ins-a and 2 more", "ins-a and 2 more nodes"."""
    first, *others = ids
    return f"{first} and {len(others)} more {noun}".rstrip() if others else first
