"""Writes gaps and exclusions in words: the missing data, the cause, the verdicts that depend on it, the advice.

The cause of a gap follows from its kind and error code, never from its message. An exclusion is a resource that the
baseline does not cover; its text gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.model.clusters import NotCovered
from auditor.model.codes import GapKind, Part
from auditor.model.findings import ClusterResult, Result
from auditor.model.gaps import (
    LISTENERS_LEFT_OUT,
    NETWORK_NOT_READ,
    NO_CLUSTER,
    NO_POD_GROUPS,
    NOT_AUDITED,
    NOTHING_JUDGED,
    OTHER_ACCOUNT,
    PART_NOT_READ,
    REPORT_DAMAGED,
    REPORT_FILTERED,
    REPORT_INCOMPLETE,
    REPORT_MISSING,
    REPORT_TOO_OLD,
    REPORT_TWICE,
    REPORT_UNDATED,
    TAGS_UNKNOWN,
    TRUNKING_PODS,
    Gap,
)
from auditor.reporter.text.bearers import BearerWords
from auditor.reporter.text.names import LONGEST_MESSAGE, Formatter, Names, translated
from auditor.reporter.text.region_names import nearest
from auditor.words import Lang

CREDENTIALS = "credentials"
"""The resource of the gap of a run without API keys, which made no call."""

_CLUSTER_LIMIT = 4

_TITLES = {
    GapKind.UNREAD: "unread",
    GapKind.UNREADABLE: "unreadable",
    GapKind.NOT_AUDITABLE: "not-auditable",
    GapKind.UNDOCUMENTED: "undocumented",
    GapKind.UNKNOWN_UNTIL_APPLY: "until-apply",
}

_DENIED = ("UnauthorizedOperation", "OperationDenied", "AuthFailure.UnauthorizedOperation")
_CAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("clock", ("AuthFailure.SignatureExpire",)),
    ("credentials", ("UnauthorizedOperation.InvalidToken",)),
    ("denied", _DENIED),
    ("credentials", ("AuthFailure", "InvalidCredential")),
    ("region", ("UnsupportedRegion",)),
    ("throttled", ("RequestLimitExceeded", "LimitExceeded.ActionLimited", "HTTP429")),
)
"""Families of error codes by cause, the most specific first (common error codes of the API)."""

_QUOTED = frozenset({"denied", "credentials", "clock", "throttled", "cloud", "network", "region"})
"""Causes whose gaps have the words of the cloud, or of the network, as their message."""

_NOT_AUDITABLE = {
    "UnknownCluster": "unknown-cluster",
    "ClusterNotInSnapshot": "not-in-snapshot",
    "RegionNotInSnapshot": "not-in-snapshot",
    NO_CLUSTER: "no-cluster",
    "ClusterState": "cluster-state",
    "UnknownPeer": "unknown-peer",
    NETWORK_NOT_READ: "network-not-read",
    NOT_AUDITED: "not-audited",
    NOTHING_JUDGED: "nothing-judged",
    "super-nodes": "not-judged",
    LISTENERS_LEFT_OUT: "listeners-left-out",
}
_REPORTS = {
    REPORT_DAMAGED: "report-damaged",
    REPORT_FILTERED: "report-filtered",
    REPORT_INCOMPLETE: "report-incomplete",
    REPORT_TOO_OLD: "report-too-old",
    REPORT_UNDATED: "report-undated",
    REPORT_MISSING: "report-missing",
    REPORT_TWICE: "report-twice",
}
"""Codes of gaps of a merged report."""
_TITLES_OF_MANY = {**_REPORTS, TAGS_UNKNOWN: "tags-unknown"}
"""Codes of gaps with a title of their own, also of several gaps together."""
_OWN_TITLES = {**_TITLES_OF_MANY, TRUNKING_PODS: "trunking-pods"}
"""Codes of gaps with a title of their own."""
_UNREAD = {
    PART_NOT_READ: "part-not-read",
    "NoEntranceFilter": "no-entrance-filter",
    OTHER_ACCOUNT: "other-account",
    TAGS_UNKNOWN: "tags-unknown",
    **_REPORTS,
}
"""Codes of parts that a file lacks, of entrances without a filter in any answer, and of an account that is another."""
_REFUSALS = ("denied", "cloud", "partial")
"""Causes of a role without keys that the owner of the role can change; the others are bad keys or no answer."""
_ACCOUNT_ACTIONS = ("AssumeRole", "GetCallerIdentity")
"""The actions whose gaps leave an account out of the audit, or unproved."""
_UNDECIDED = {
    NO_POD_GROUPS: "undocumented-pods",
    TRUNKING_PODS: "trunking-pods",
    "PassToTarget": "pass-to-target",
    "BackEndSource": "back-end-source",
    "HealthCheckSource": "health-check-source",
    "PodNode": "pod-node",
}
"""Codes of facts of Pods and load balancers that an answer or the documents do not tell."""
_AGES = {"SnapshotTooOld": "too-old", "SnapshotUndated": "undated"}
"""Codes of snapshots that are too old, or have no date, to describe the present."""

_GRANT = re.compile(r"; grant the CAM action \S+$")
"""The end of a message that repeats the advice."""

_RESOURCE_KINDS = {
    "cls": "cluster",
    "sg": "group",
    "ins": "machine",
    "np": "pool",
    "vpc": "vpc",
    **dict.fromkeys(("ipm", "ipmg", "ppm", "ppmg"), "template"),
}
"""Kinds of resources by the prefix of their ids."""

PARTS: Mapping[str, Part] = {
    **dict.fromkeys(("DescribeAddonValues", "DescribeEKSClusters"), Part.PODS),
    **dict.fromkeys(("DescribeClusterEndpoints", "DescribeClusterEndpointStatus"), Part.ENDPOINT),
    **dict.fromkeys(("DescribeNetworkAcls", "DescribeNetworkAclQuintupleEntries"), Part.NETWORK_ACLS),
    **dict.fromkeys(("DescribeLoadBalancers", "DescribeListeners", "DescribeTargets"), Part.LOAD_BALANCERS),
    "DescribeTargetGroupInstances": Part.LOAD_BALANCERS,
}
"""The part of the audit that alone needs an API action."""

_NO_ANSWER = re.compile("HTTP[0-9]+|NotJson|Html|NoResponse|WrongContentType|BadError")
_NETWORK = re.compile(".*(?:Error|Timeout|Exception)|Timeout")
"""Names of the Python exceptions of failed connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapText:
    """One gap in words.

    ``title`` names the missing data, ``message`` the cause, ``unknown`` the verdicts that depend on it, ``advice`` the
    next step. ``waiver`` names the person who accepted the gap. ``state`` says whether an earlier report had it,
    or that a planned change does not touch it. Both may be empty.
    """

    title: str
    message: str
    unknown: str
    advice: str
    waiver: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapGroupText:
    """Several gaps of one cause in words: their title, the name of each resource, the verdicts that depend on them."""

    title: str
    objects: tuple[str, ...]
    unknown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCoveredText:
    """One exclusion in words: ``what`` as in "3 super nodes", and the reason why the baseline does not cover it."""

    what: str
    why: str


class GapWords:
    """Writes the gaps and exclusions of one result."""

    def __init__(self, result: Result, names: Names, phrasing: Formatter) -> None:
        self._clusters = result.clusters
        self._waivers = dict(result.waived_gaps)
        self._result = result
        self._untouched = frozenset(result.gaps) - frozenset(result.gaps_of_change())
        self._names = names
        self._phrasing = phrasing
        self._bearers = BearerWords(names, phrasing)

    def gap(self, gap: Gap) -> GapText:
        """The text of one gap."""
        cause = cause_of(gap)
        permission = f"{gap.service}:{gap.action}"
        return GapText(
            title=self._title(gap),
            message=self._message(gap, cause, permission),
            unknown=self._unknown(gap),
            advice=self._advice(gap, cause, permission),
            waiver=self._waiver(gap),
            state=self._state(gap),
        )

    def _advice(self, gap: Gap, cause: str, permission: str) -> str:
        """What to do. Of a denied call that only one part of the audit needs, the part can be left out as well."""
        advice = self._text(f"advice-{cause}", permission=permission, near=nearest(gap.region) or "none")
        part = PARTS.get(gap.action) if cause == "denied" else None
        return self._phrasing.sentences(advice, self._text("advice-scope", part=part) if part else "")

    def _waiver(self, gap: Gap) -> str:
        mark = self._waivers.get(gap)
        if mark is None:
            return ""
        facts = {"id": mark.waiver_id, "owner": mark.owner, "reason": mark.reason}
        return self._phrasing.text("table-waiver", expires=mark.expires.isoformat(), **facts)

    def _state(self, gap: Gap) -> str:
        if gap in self._untouched:
            return self._text("untouched")
        is_known = self._result.is_known_gap(gap)
        return "" if is_known is None else self._phrasing.text("table-state-known" if is_known else "table-state-new")

    def group(self, gaps: Sequence[Gap]) -> GapGroupText:
        """The text of several gaps of one kind and API call."""
        objects = tuple(dict.fromkeys(self.resource(gap) for gap in gaps))
        kinds = {_resource_kind(gap) for gap in gaps}
        kind = kinds.pop() if len(kinds) == 1 else "thing"
        things = self._text(f"things-{kind}", count=len(objects))
        title = self._text(f"titles-{_TITLES[gaps[0].kind]}", what=self._data(gaps[0]), things=things)
        if gaps[0].code in _TITLES_OF_MANY:
            title = self._text(f"title-{_TITLES_OF_MANY[gaps[0].code]}", resource=things)
        return GapGroupText(title=title, objects=objects, unknown=self._all_unknown(gaps))

    def _all_unknown(self, gaps: Sequence[Gap]) -> str:
        texts = tuple(dict.fromkeys(self._unknown(gap) for gap in gaps))
        if len(texts) == 1:
            return texts[0]
        clusters = self._clusters_of(gaps)
        if clusters and clusters == {(gap.region, gap.resource) for gap in gaps}:
            return self._text("unknown-these", count=len(clusters))
        if clusters:
            named = [self._names.cluster(*cluster) for cluster in sorted(clusters)]
            return self._text("unknown-many", clusters=self._phrasing.listed(named, _CLUSTER_LIMIT))
        regions = tuple(dict.fromkeys(gap.region or gap.resource for gap in gaps))
        return self._text("unknown-region", region=self._phrasing.listed(regions, _CLUSTER_LIMIT))

    def _clusters_of(self, gaps: Sequence[Gap]) -> set[tuple[str, str]]:
        """Region and id of the clusters whose verdict depends on any of the gaps."""
        wanted = frozenset(gaps)
        affected = (result.cluster for result in self._clusters if not wanted.isdisjoint(result.gaps))
        named = {(gap.region, gap.cluster_id) for gap in gaps if gap.cluster_id}
        return named | {(cluster.region, cluster.cluster_id) for cluster in affected}

    def not_covered(self, item: NotCovered) -> NotCoveredText:
        """The text of an exclusion. A kind that the catalogue does not have is named by its identifier."""
        kind = item.kind if self._phrasing.has(f"gaps-covered-{item.kind}") else "other"
        part = item.part or ""
        return NotCoveredText(
            what=self._text(f"covered-{kind}", count=item.count, kind=item.kind, part=part),
            why=self._text(f"why-{kind}"),
        )

    def _title(self, gap: Gap) -> str:
        resource = self.resource(gap)
        if gap.code in _OWN_TITLES:
            return self._text(f"title-{_OWN_TITLES[gap.code]}", resource=resource)
        if gap.code == PART_NOT_READ:
            return self._text(
                "title-unread-of", what=self._data(gap), resource=self._names.cluster(gap.region, gap.cluster_id)
            )
        if gap.kind is not GapKind.UNREAD:
            return self._text(f"title-{_TITLES[gap.kind]}", resource=resource)
        if cause_of(gap) == "no-keys":
            return self._text("title-no-keys")
        if gap.resource in ("", gap.region):
            return self._text("title-unread", what=self._data(gap))
        return self._text("title-unread-of", what=self._data(gap), resource=resource)

    def _data(self, gap: Gap) -> str:
        """The data that a call would have given: "the rules", "the nodes"."""
        if gap.code in _AGES:
            return self._text("what-now")
        if gap.code == PART_NOT_READ:
            return self._text("covered-scope", part=gap.resource)
        has_name = self._phrasing.has(f"gaps-what-{gap.action}")
        return self._text(f"what-{gap.action}" if has_name else "what-unknown")

    def _message(self, gap: Gap, cause: str, permission: str) -> str:
        if self._phrasing.has(f"change-gap-{gap.code}"):
            facts = {"resource": gap.resource, "region": gap.region, "cluster": gap.cluster_id}
            return self._phrasing.text(f"change-gap-{gap.code}", **facts)
        message = self._text(f"cause-{cause}", permission=permission, code=gap.code)
        if gap.request_id:
            message = self._text("requested", cause=message, request=gap.request_id)
        original = self._phrasing.clipped(_GRANT.sub("", gap.message), LONGEST_MESSAGE)
        if not original:
            return message
        if cause in ("no-keys", "role"):
            return translated(gap.message, self._phrasing.lang, "fetch")
        if gap.code in _REPORTS:
            return translated(gap.message, self._phrasing.lang, "union")
        if self._phrasing.lang is Lang.ZH and cause not in _QUOTED:
            return message  # the message of the gap is this program's own English; title and cause say the same
        if self._phrasing.lang is Lang.ZH:
            _, failed, quote = original.partition(f" failed with {gap.code}: ")
            original = quote if failed else original  # the words before it are this program's own English
        return self._text("said" if gap.kind is GapKind.UNREAD else "said-own", cause=message, message=original)

    def _unknown(self, gap: Gap) -> str:
        affected = [result for result in self._clusters if gap in result.gaps]
        group = gap.resource.partition("/")[0]
        bound = [stack for result in affected for stack in result.stacks if group in stack.security_groups]
        if bound:
            return self._text(
                "unknown-group", who=self._bearers.counted(bound), group=self._names.group(gap.region, group)
            )
        if affected and not _lists_clusters(gap):
            name = "unknown-clusters" if len(affected) == 1 else "unknown-many"
            return self._text(name, clusters=self._clusters_text(affected))
        if gap.cluster_id:
            return self._text("unknown-clusters", clusters=self._names.cluster(gap.region, gap.cluster_id))
        if _lists_clusters(gap) or gap.code == NO_CLUSTER:
            return self._text("unknown-region", region=gap.resource)
        return self._text(_unknown_of_run(gap))

    def _clusters_text(self, results: list[ClusterResult]) -> str:
        named = [self._names.cluster(result.cluster.region, result.cluster.cluster_id) for result in results]
        return self._phrasing.listed(named, _CLUSTER_LIMIT)

    def resource(self, gap: Gap) -> str:
        """The resource of a gap by its name: a rule of a group, a cluster, a machine or a template."""
        if gap.rule is not None:
            group, direction, number = gap.rule
            return self._phrasing.text(
                f"terms-rule-{direction}", group=self._names.group(gap.region, group), number=number
            )
        parts = gap.resource.split("/")
        return self._names.anything(gap.region, parts[0]) + "".join(f"/{part}" for part in parts[1:])

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"gaps-{name}", **facts)


def _lists_clusters(gap: Gap) -> bool:
    """Whether the clusters of a region are not known because of the gap."""
    return gap.resource == gap.region and gap.action in ("", "DescribeClusters")


def _unknown_of_run(gap: Gap) -> str:
    """The message about the verdicts that depend on a gap of the run, which no cluster has."""
    if gap.code == NOTHING_JUDGED:
        return "unknown-not-judged"
    if gap.code in (REPORT_DAMAGED, REPORT_MISSING):
        return "unknown-report"
    if gap.action in _ACCOUNT_ACTIONS:
        return "unknown-account"
    return "unknown-everything" if cause_of(gap) == "no-keys" else "unknown-nothing"


def _resource_kind(gap: Gap) -> str:
    """The kind of the resource of a gap, as in the message ids ``gaps-things-...``."""
    resource = gap.resource
    if resource == gap.region:
        return "region"
    if gap.rule is not None:
        return "rule"
    return _RESOURCE_KINDS.get(resource.partition("-")[0], "thing")


def cause_of(gap: Gap) -> str:
    """The cause of a gap, as in the message ids ``gaps-cause-...``; the message of the gap decides nothing."""
    if gap.kind is GapKind.NOT_AUDITABLE:
        return _NOT_AUDITABLE.get(gap.code, _TITLES[gap.kind])
    if gap.kind is not GapKind.UNREAD:
        return _UNDECIDED.get(gap.code, _TITLES[gap.kind])
    if gap.code in _UNREAD:
        return _UNREAD[gap.code]
    if gap.action:
        cause = _cause_of_call(gap)
        return "role" if gap.action == "AssumeRole" and cause in _REFUSALS else cause
    return _AGES.get(gap.code) or ("no-keys" if gap.resource == CREDENTIALS else "missing")


def _cause_of_call(gap: Gap) -> str:
    for cause, families in _CAUSES:
        if any(gap.code == family or gap.code.startswith(f"{family}.") for family in families):
            return cause
    if gap.code.endswith(".CamNoAuth"):
        return "denied"
    if gap.request_id:
        return "cloud"
    if _NO_ANSWER.fullmatch(gap.code):
        return "unexpected"
    return "network" if _NETWORK.fullmatch(gap.code) else "partial"
