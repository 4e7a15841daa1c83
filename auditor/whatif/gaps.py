"""Names the reasons of the gaps of a planned change, and makes those gaps."""

from __future__ import annotations

from enum import StrEnum

from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.words import Lang, catalogue


class GapReason(StrEnum):
    """The code of a gap of a planned change; ``change-gap-`` and the code is the id of its message."""

    ACCOUNT_NOT_READ = "account-not-read"
    ACCOUNT_UNKNOWN = "account-unknown"
    ACTION_UNKNOWN = "action-unknown"
    CHANGE_DEFERRED = "change-deferred"
    CLUSTER_NOT_READ = "cluster-not-read"
    CLUSTER_UNKNOWN = "cluster-unknown"
    CLUSTER_UNTRACED = "cluster-untraced"
    DIRECTION_UNSENT = "direction-unsent"
    GROUP_IN_USE = "group-in-use"
    INSTANCE_CONTESTED = "instance-contested"
    INSTANCE_UNTRACED = "instance-untraced"
    LAUNCH_GONE = "launch-gone"
    LIST_BY_REFERENCE = "list-by-reference"
    LIST_DEFAULT = "list-default"
    LIST_EMPTIED = "list-emptied"
    LIST_ORDER = "list-order"
    LIST_REFUSED = "list-refused"
    LIST_UNKNOWN = "list-unknown"
    MEMBERS_UNKNOWN = "members-unknown"
    NETWORK_UNKNOWN = "network-unknown"
    NOT_READ = "not-read"
    PART_NOT_READ = "part-not-read"
    PATH_UNKNOWN = "path-unknown"
    PLAN_INCOMPLETE = "plan-incomplete"
    PROJECT_MOVED = "project-moved"
    PUBLIC_IP = "public-ip"
    REGION_NOT_READ = "region-not-read"
    REGION_UNKNOWN = "region-unknown"
    RULE_REFUSED = "rule-refused"
    RULE_UNKNOWN = "rule-unknown"
    RULE_UNREADABLE = "rule-unreadable"
    RULES_CONTESTED = "rules-contested"
    RULES_ORDER = "rules-order"
    RULES_UNKNOWN = "rules-unknown"
    RULES_UNTARGETED = "rules-untargeted"
    SUBNET_UNTRACED = "subnet-untraced"
    SUBNETS_UNKNOWN = "subnets-unknown"
    TEMPLATE_UNKNOWN = "template-unknown"
    TYPE_UNKNOWN = "type-unknown"


_KINDS = {
    GapReason.ACCOUNT_NOT_READ: GapKind.UNREAD,
    GapReason.CLUSTER_NOT_READ: GapKind.UNREAD,
    GapReason.NOT_READ: GapKind.UNREAD,
    GapReason.PART_NOT_READ: GapKind.UNREAD,
    GapReason.REGION_NOT_READ: GapKind.UNREAD,
    GapReason.RULE_UNREADABLE: GapKind.UNREADABLE,
    GapReason.TYPE_UNKNOWN: GapKind.UNREADABLE,
}


def gap(why: GapReason, region: str, resource: str, cluster_id: str = "") -> Gap:
    """A gap of a planned change. ``resource`` is a cloud id, or for a planned object its address in parentheses."""
    return Gap(
        kind=_KINDS.get(why, GapKind.UNKNOWN_UNTIL_APPLY),
        region=region,
        cluster_id=cluster_id,
        resource=resource,
        code=why.value,
        message=catalogue(Lang.EN).text(f"change-gap-{why}", resource=resource, region=region, cluster=cluster_id),
    )
