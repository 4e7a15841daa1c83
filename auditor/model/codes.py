"""Defines the words of a result: codes of findings and gaps, severities, verdicts, and the parts of an audit."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Codes of findings: TSG1xx blocked, TSG2xx excess, TSG3xx hygiene. Gaps have codes of :class:`GapKind`."""

    REQUIRED_TRAFFIC_BLOCKED = "TSG101"
    LOAD_BALANCER_PATH_BLOCKED = "TSG102"
    NETWORK_ACL_BLOCKS = "TSG103"
    EXCESS_ACCESS = "TSG201"
    LOAD_BALANCER_OPEN = "TSG202"
    MIXED_SECURITY_GROUPS = "TSG301"
    FOREIGN_INSTANCE = "TSG302"
    NO_SECURITY_GROUP = "TSG303"
    SHADOWED_RULE = "TSG304"
    REDUNDANT_RULE = "TSG305"
    POD_INTERFACE_WITHOUT_GROUP = "TSG306"

    @property
    def finding_name(self) -> str:
        """The name of the finding, such as ``required-traffic-blocked``."""
        return self.name.lower().replace("_", "-")

    @property
    def is_about_a_rule(self) -> bool:
        """Whether the finding is about a rule that changes nothing, and not about packets or bindings."""
        return self in (Code.SHADOWED_RULE, Code.REDUNDANT_RULE)


class GapKind(StrEnum):
    """The reason why something is unknown; the value is the code that ``sgaudit rules`` explains."""

    UNREAD = "TSG901"
    """A call was refused or failed, or its answer was incomplete."""
    UNREADABLE = "TSG902"
    """An answer has a rule, template or address without a documented meaning."""
    NOT_AUDITABLE = "TSG903"
    """A cluster cannot be audited in its state, or a cluster that was asked for does not exist."""
    UNDOCUMENTED = "TSG904"
    """The documents of the cloud do not cover the case: an instance that binds no security group."""
    UNKNOWN_UNTIL_APPLY = "TSG905"
    """A value of a planned change is unknown until the change is applied."""


class Severity(StrEnum):
    """Severities, worst first. Compare them by ``rank``: a smaller rank is worse."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """The position in the order of severities; 0 is the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Verdict(StrEnum):
    """The verdict on a cluster or on the whole run."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non-compliant"
    UNKNOWN = "unknown"
    """Something that the verdict depends on could not be read or decided."""
    NOT_AUDITED = "not-audited"
    """The cluster has nodes, pools or Pods, and none of them was judged."""
    EMPTY = "empty"
    """The cluster has no nodes, pools or Pods."""
    EXCLUDED = "excluded"
    """The configuration excludes the cluster."""


class Part(StrEnum):
    """The parts of an audit beyond the primary interfaces of nodes. ``scope:`` in the configuration leaves parts out.

    ``INTERFACES`` are the further network interfaces of nodes. The configuration cannot leave them out, but with
    ``pods: false`` it accepts a snapshot or recording that does not have them.
    """

    INTERFACES = "interfaces"
    PODS = "pods"
    LOAD_BALANCERS = "load_balancers"
    ENDPOINT = "endpoint"
    NETWORK_ACLS = "network_acls"
