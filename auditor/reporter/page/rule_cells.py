"""One rule in cells, as the console shows it: service and far side, references named and unfolded in short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from auditor.model.rules import (
    AddressTemplatePeer,
    CidrPeer,
    GroupPeer,
    Peer,
    ProtocolService,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import WHOLE_PORT_RANGE
from auditor.model.snapshot import Snapshot
from auditor.reporter.names import Names
from auditor.reporter.packet_words import port_text, protocol_text
from auditor.reporter.phrasing import Phrasing

ENTRIES = 3
"""How many entries of a template a rule's line shows before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCells:
    """The cells for the rules of one region."""

    snapshot: Snapshot
    names: Names
    region: str
    phrasing: Phrasing

    def service(self, service: Service) -> str:
        """Protocol and ports: ``TCP 22, 30000-32768``."""
        match service:
            case ProtocolService():
                return self._ports(service)
            case ServiceTemplateRef():
                return self._service_template(service.template_id)
            case UnreadableService():
                return self.phrasing.text("page-rule-unreadable", text=service.text)
            case _:
                assert_never(service)

    def peer(self, peer: Peer) -> str:
        """The far side: a block, a group by id and name, a template with its first entries."""
        match peer:
            case CidrPeer():
                return peer.cidr
            case GroupPeer():
                return self._group(peer.security_group_id)
            case AddressTemplatePeer():
                return self._address_template(peer.template_id)
            case UnreadablePeer():
                return self.phrasing.text("page-rule-unreadable", text=peer.text)
            case _:
                assert_never(peer)

    def _ports(self, service: ProtocolService) -> str:
        name = protocol_text("all" if service.protocol is None else service.protocol, self.phrasing)
        bare = service.protocol is None or not service.protocol.has_ports
        if bare or service.ports == WHOLE_PORT_RANGE:
            return name
        return f"{name} {self.phrasing.listed([port_text(pair) for pair in service.ports])}"

    def _group(self, group_id: str) -> str:
        named = self.names.group(self.region, group_id)
        members = self.snapshot.membership_by_id.get((self.region, group_id))
        if members is None:
            return named
        return self.phrasing.text("page-rule-members", group=named, count=len(members.members))

    def _address_template(self, template_id: str) -> str:
        template = self.snapshot.address_template_by_id.get((self.region, template_id))
        if template is None:
            return self._template_group(template_id)
        return self._unfolded(template_id, template.entries)

    def _service_template(self, template_id: str) -> str:
        template = self.snapshot.service_template_by_id.get((self.region, template_id))
        if template is None:
            return self._template_group(template_id)
        return self._unfolded(template_id, tuple(self._ports(entry) for entry in template.entries))

    def _template_group(self, template_id: str) -> str:
        group = self.snapshot.template_group_by_id.get((self.region, template_id))
        if group is None:
            return self.phrasing.text("page-rule-not-read", id=template_id)
        return self._unfolded(template_id, group.members)

    def _unfolded(self, template_id: str, entries: tuple[str, ...]) -> str:
        named = self.names.template(self.region, template_id)
        shown = self.phrasing.listed([self.phrasing.clipped(entry) for entry in entries], ENTRIES)
        return self.phrasing.text("page-rule-template", template=named, entries=shown)
