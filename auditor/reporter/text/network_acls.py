"""Writes the findings about network ACLs in words: the entries, the subnet, the consequence and the advice."""

from __future__ import annotations

from auditor.model.evidence import EvidenceKind
from auditor.model.findings import Finding
from auditor.model.rules import NetworkAcl
from auditor.model.services import WHOLE_PORT_RANGE
from auditor.model.snapshot import Snapshot
from auditor.reporter.text.names import Formatter, Statement


class NetworkAclWords:
    """Writes the findings about the network ACLs of one snapshot."""

    def __init__(self, snapshot: Snapshot, phrasing: Formatter) -> None:
        self._acls = {(acl.region, acl.network_acl_id): acl for acl in snapshot.network_acls}
        self._phrasing = phrasing

    def blocked(self, finding: Finding, requirement: str, reason: str, packets: str) -> Statement:
        """The texts of TSG103. ``requirement`` is the title of the requirement, ``reason`` why it is one."""
        entries = [item for item in finding.resources if item.kind is EvidenceKind.ACL]
        priorities = [item.index for item in entries if item.index is not None]
        acl_id = entries[0].resource_id if entries else ""
        acl = self._acls.get((finding.region, acl_id))
        name = self._phrasing.named(acl_id, acl.name if acl is not None else "")
        shown = self._phrasing.together([str(priority) for priority in dict.fromkeys(priorities)])
        facts: dict[str, str | int] = {
            "acl": name,
            "entries": shown,
            "count": len(priorities),
            "subnet": finding.subject,
            "packets": packets,
        }
        first = min(priorities, default=0)
        return Statement(
            title=self._text("title", requirement=requirement),
            message=self._text(f"message-{finding.direction}", **facts),
            why=self._phrasing.sentences(reason, self._text("why")),
            advice=self._phrasing.sentences(
                self._text(f"advice-{finding.direction}", acl=name, packets=packets, first=first),
                self._text("ports") if acl is not None and _names_ports(acl, finding) else "",
            ),
        )

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"acls-{name}", **facts)


def _names_ports(acl: NetworkAcl, finding: Finding) -> bool:
    """Whether an entry of three fields decides and names ports: of which side they are is not documented."""
    deciding = {(item.direction, item.index) for item in finding.resources}
    entries = acl.entries if isinstance(acl.entries, tuple) else ()
    return any(
        (entry.direction, entry.priority) in deciding
        and not entry.own_cidr
        and entry.ports not in ((), WHOLE_PORT_RANGE)
        for entry in entries
    )
