"""Address texts out of a plan, which checks none of them: read, or taken as unknown."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model import addresses, rule_syntax
from auditor.model.rules import (
    Action,
    AddressTemplatePeer,
    CidrPeer,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import Protocol
from auditor.whatif.gaps import GapReason


def blocks(texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The blocks in one spelling; ``None`` where one of them is none."""
    try:
        return tuple(rule_syntax.block(text) for text in texts)
    except ValueError:
        return None


def single(text: str) -> tuple[str, ...]:
    """The one address, if that is what it is."""
    try:
        addresses.point_of(text)
    except ValueError:
        return ()
    return (text,)


MY_PUBLIC_IP = "MY_PUBLIC_IP"
"""Stands for the address that the apply comes from (vpc/SecurityGroupPolicy.CidrBlock)."""

UNTIL_APPLY = "(known after apply)"
UNTIL_APPLY_V4 = "(IPv4 block known after apply)"
UNTIL_APPLY_V6 = "(IPv6 block known after apply)"

_ACTIONS = {"accept": Action.ALLOW, "drop": Action.DENY}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """A rule's parts: empty where unset, ``None`` where only the apply will tell."""

    action: str | None
    ipv4: str | None = ""
    ipv6: str | None = ""
    group: str | None = ""
    address_template: str | None = ""
    address_template_group: str | None = ""
    protocol: str | None = ""
    port: str | None = ""
    service_template: str | None = ""
    service_template_group: str | None = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something about a list of rules that is not known. No rules means all of them."""

    why: GapReason
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """One direction of a group as planned. A flaw without rules makes the whole direction unknown."""

    rules: tuple[Rule, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether nothing is known of this direction."""
        return any(not flaw.rules for flaw in self.flaws)


def unknown_rules(why: GapReason) -> RuleList:
    """A direction of which nothing is known."""
    return RuleList(flaws=(Flaw(why=why),))


def rule_list(fields: tuple[RuleFields, ...]) -> RuleList:
    """Rules in the order given, the first on top."""
    pairs = [rule(one, place) for place, one in enumerate(fields)]
    flaws = tuple(Flaw(why=why, rules=(found,)) for found, why in pairs if why is not None)
    return RuleList(rules=tuple(found for found, _ in pairs), flaws=flaws)


def rule(fields: RuleFields, place: int) -> tuple[Rule, GapReason | None]:
    """The rule at ``place``, and why it is not wholly readable where it is not."""
    peer, peer_flaw = _peer(fields)
    service, service_flaw = _service(fields)
    action, action_flaw = _action(fields.action)
    found = Rule(index=place, action=action, peer=peer, service=service, description=fields.description)
    return found, next((why for why in (action_flaw, peer_flaw, service_flaw) if why is not None), None)


def _action(text: str | None) -> tuple[Action, GapReason | None]:
    if text is None:
        return Action.UNREADABLE, GapReason.RULE_UNKNOWN
    found = _ACTIONS.get(text.lower(), Action.UNREADABLE)
    return found, GapReason.RULE_UNREADABLE if found is Action.UNREADABLE else None


def _peer(fields: RuleFields) -> tuple[Peer, GapReason | None]:
    selectors = (fields.ipv4, fields.ipv6, fields.group, fields.address_template, fields.address_template_group)
    if None in selectors:
        return UnreadablePeer(text=_unknown_peer(fields, selectors)), GapReason.RULE_UNKNOWN
    said = [text for text in selectors if text]
    if len(said) != 1:
        return UnreadablePeer(text=" and ".join(said)), GapReason.RULE_REFUSED if said else GapReason.RULE_UNREADABLE
    if fields.group:
        return GroupPeer(security_group_id=said[0]), None
    if fields.address_template or fields.address_template_group:
        return AddressTemplatePeer(template_id=said[0]), None
    return _block(said[0], ipv6=bool(fields.ipv6))


def _unknown_peer(fields: RuleFields, selectors: tuple[str | None, ...]) -> str:
    """A block that alone is unknown is of its own family."""
    if selectors.count(None) > 1 or any(selectors):
        return UNTIL_APPLY
    if fields.ipv4 is None:
        return UNTIL_APPLY_V4
    return UNTIL_APPLY_V6 if fields.ipv6 is None else UNTIL_APPLY


def _block(text: str, *, ipv6: bool) -> tuple[Peer, GapReason | None]:
    if text.upper() == MY_PUBLIC_IP:
        return UnreadablePeer(text=MY_PUBLIC_IP), GapReason.PUBLIC_IP
    try:
        return CidrPeer(cidr=rule_syntax.ipv6_block(text) if ipv6 else rule_syntax.ipv4_block(text)), None
    except ValueError:
        return UnreadablePeer(text=text), GapReason.RULE_UNREADABLE


def _service(fields: RuleFields) -> tuple[Service, GapReason | None]:
    templates = (fields.service_template, fields.service_template_group)
    if None in templates:
        return UnreadableService(text=UNTIL_APPLY), GapReason.RULE_UNKNOWN
    named = [text for text in templates if text]
    if not named:
        return _protocol_service(fields.protocol, fields.port)
    if len(named) > 1 or fields.protocol or fields.port:
        return UnreadableService(text=" and ".join(named)), GapReason.RULE_REFUSED
    if fields.protocol is None or fields.port is None:
        return UnreadableService(text=UNTIL_APPLY), GapReason.RULE_UNKNOWN
    return ServiceTemplateRef(template_id=named[0]), None


def _protocol_service(protocol: str | None, port: str | None) -> tuple[Service, GapReason | None]:
    """A protocol that is left out is ALL, a port that is left out is every port: the request leaves both out."""
    if protocol is None:
        return UnreadableService(text=UNTIL_APPLY), GapReason.RULE_UNKNOWN
    try:
        named = rule_syntax.protocol(protocol or rule_syntax.ALL)
        if port is None and (named is None or named.has_ports):
            return UnreadableService(text=UNTIL_APPLY, protocol=named), GapReason.RULE_UNKNOWN
        service: ProtocolService = rule_syntax.service(protocol or rule_syntax.ALL, port or rule_syntax.ALL)
    except ValueError:
        return UnreadableService(
            text=f"{protocol} {port}".strip(), protocol=_readable(protocol)
        ), GapReason.RULE_UNREADABLE
    return service, None


def _readable(protocol: str) -> Protocol | None:
    try:
        return rule_syntax.protocol(protocol or rule_syntax.ALL)
    except ValueError:
        return None
