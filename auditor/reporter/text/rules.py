"""Names a rule of a security group, and writes its content in short, for a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model import identifiers
from auditor.model.evidence import Evidence, EvidenceKind, ResourceEvidence
from auditor.model.regions import ALL_PROTOCOLS
from auditor.model.rules import (
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import WHOLE_PORT_RANGE
from auditor.reporter.text.names import Formatter, Names
from auditor.reporter.text.packets import PACKET_LIMIT, port_text, protocol_text, whole_protocol_text


class RuleWords:
    """Writes the rules and the evidence of one result. ``limit`` bounds each list; ``None`` names every item."""

    def __init__(self, names: Names, phrasing: Formatter, limit: int | None = PACKET_LIMIT) -> None:
        self._names = names
        self._phrasing = phrasing
        self._limit = limit
        self._lines: dict[tuple[str, Evidence], str] = {}

    def rule_name(self, region: str, evidence: Evidence) -> str:
        """The name of one rule: ``inbound rule 3 of sg-aaaaaaaa "web"``."""
        return self._phrasing.text(
            f"terms-rule-{evidence.direction}",
            group=self._names.group(region, evidence.security_group_id),
            number=evidence.priority,
        )

    def rule_names(self, region: str, evidence: Sequence[Evidence]) -> str:
        """The names of several rules, by group and direction: "inbound rules 3, 5 of sg-aaaaaaaa"."""
        by_group: dict[tuple[str, Direction], list[Evidence]] = {}
        for item in evidence:
            by_group.setdefault((item.security_group_id, item.direction), []).append(item)
        return self._phrasing.together(
            [
                self.rule_name(region, rules[0]) if len(rules) == 1 else self._several(region, rules)
                for rules in by_group.values()
            ]
        )

    def _several(self, region: str, evidence: Sequence[Evidence]) -> str:
        return self._phrasing.text(
            f"terms-rules-{evidence[0].direction}",
            group=self._names.group(region, evidence[0].security_group_id),
            numbers=self._phrasing.listed([str(item.priority) for item in evidence], self._limit),
        )

    def line(self, region: str, evidence: Evidence) -> str:
        """The name and content of a rule: ``sg-aaaaaaaa inbound rule 3: ACCEPT TCP 22 from 0.0.0.0/0 "office"``."""
        key = region, evidence
        if key not in self._lines:
            self._lines[key] = self._line(region, evidence)
        return self._lines[key]

    def _line(self, region: str, evidence: Evidence) -> str:
        rule = self._names.rule(region, evidence.security_group_id, evidence.direction, evidence.index)
        content = "" if rule is None else self.content(region, evidence.direction, rule)
        line = self._phrasing.text(
            f"terms-evidence-{evidence.direction}",
            group=self._names.group(region, evidence.security_group_id),
            number=evidence.priority,
            action=self._phrasing.text(f"terms-action-{evidence.action}"),
            content=content,
        ).strip()
        if not evidence.description.strip():
            return line
        return self._phrasing.text("terms-described", said=line, text=self._phrasing.clipped(evidence.description))

    def resource_line(self, item: ResourceEvidence) -> str:
        """Another object that decides packets: ``network ACL acl-aaaaaaaa, inbound entry 3: DROP``.

        The list of an entrance of the API server has blocks where a network ACL has entries.
        """
        is_block = item.kind is EvidenceKind.ACL and not identifiers.is_identifier(
            item.resource_id, identifiers.NETWORK_ACL
        )
        line = self._phrasing.text(
            "terms-evidence-block" if is_block else f"terms-evidence-{item.kind}", id=item.resource_id
        )
        if item.index is not None and item.direction is not None:
            line = self._phrasing.text(f"terms-entry-{item.direction}", resource=line, index=item.index)
        if item.action is None:
            return line
        return self._phrasing.text(
            "terms-decides", resource=line, action=self._phrasing.text(f"terms-action-{item.action}")
        )

    def content(self, region: str, direction: Direction, rule: Rule) -> str:
        """The packets that a rule matches: "TCP 22 from 0.0.0.0/0"."""
        return self._phrasing.text(
            f"terms-flow-{direction}", services=self._service(region, rule.service), where=self._peer(region, rule.peer)
        )

    def _service(self, region: str, service: Service) -> str:
        match service:
            case ProtocolService():
                return self._ports(service)
            case ServiceTemplateRef(template_id=template_id):
                return self._phrasing.text("terms-service-template", template=self._names.template(region, template_id))
            case UnreadableService(text=text):
                return self._phrasing.text("terms-unreadable", text=self._phrasing.clipped(text))

    def _ports(self, service: ProtocolService) -> str:
        if service.protocol is None:
            return protocol_text(ALL_PROTOCOLS, self._phrasing)
        if not service.protocol.has_ports or service.ports == WHOLE_PORT_RANGE:
            return whole_protocol_text(service.protocol, self._phrasing)
        listed = self._phrasing.listed([port_text(pair) for pair in service.ports], self._limit)
        return f"{protocol_text(service.protocol, self._phrasing)} {listed}"

    def _peer(self, region: str, peer: Peer) -> str:
        match peer:
            case CidrPeer(cidr=cidr):
                return cidr
            case GroupPeer(security_group_id=group):
                return self._phrasing.text("terms-group-peer", group=self._names.group(region, group))
            case AddressTemplatePeer(template_id=template_id):
                return self._phrasing.text("terms-address-template", template=self._names.template(region, template_id))
            case UnreadablePeer(text=text):
                return self._phrasing.text("terms-unreadable", text=self._phrasing.clipped(text))
