"""Builds rules from the texts of a plan or change file, which may be wrong, empty or unknown until apply.

A text that cannot be parsed, or that only the apply will tell, becomes an unreadable peer, service or action, and the
reason is returned with the rule. Nothing is raised.
"""

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


def canonical_blocks(texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The address blocks in canonical spelling; ``None`` if any text is not a block."""
    try:
        return tuple(rule_syntax.block(text) for text in texts)
    except ValueError:
        return None


def single_address(text: str) -> tuple[str, ...]:
    """A tuple of the address; empty if the text is not a single address."""
    try:
        addresses.point_of(text)
    except ValueError:
        return ()
    return (text,)


MY_PUBLIC_IP = "MY_PUBLIC_IP"
"""The public address from which the API is called (vpc/SecurityGroupPolicy.CidrBlock)."""

UNTIL_APPLY = "(known after apply)"
UNTIL_APPLY_V4 = "(IPv4 block known after apply)"
UNTIL_APPLY_V6 = "(IPv6 block known after apply)"

_ACTIONS = {"accept": Action.ALLOW, "drop": Action.DENY}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """The fields of a rule as texts: empty if unset, ``None`` if unknown until apply."""

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
    """The reason why some rules of a list are not wholly known. No rules means the whole list."""

    why: GapReason
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """One direction of a group after the change. A flaw without rules makes the whole direction unknown."""

    rules: tuple[Rule, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether the whole direction is unknown."""
        return any(not flaw.rules for flaw in self.flaws)


def unknown_rules(why: GapReason) -> RuleList:
    """A direction that is wholly unknown."""
    return RuleList(flaws=(Flaw(why=why),))


def build_rule_list(fields: tuple[RuleFields, ...]) -> RuleList:
    """Rules in the order given, the first on top."""
    pairs = [build_rule(rule_fields, index) for index, rule_fields in enumerate(fields)]
    flaws = tuple(Flaw(why=why, rules=(rule,)) for rule, why in pairs if why is not None)
    return RuleList(rules=tuple(rule for rule, _ in pairs), flaws=flaws)


def build_rule(fields: RuleFields, index: int) -> tuple[Rule, GapReason | None]:
    """The rule at ``index``, and the reason why it is not wholly readable, if it is not."""
    peer, peer_flaw = _peer(fields)
    service, service_flaw = _service(fields)
    action, action_flaw = _action(fields.action)
    rule = Rule(index=index, action=action, peer=peer, service=service, description=fields.description)
    return rule, next((why for why in (action_flaw, peer_flaw, service_flaw) if why is not None), None)


def _action(text: str | None) -> tuple[Action, GapReason | None]:
    if text is None:
        return Action.UNREADABLE, GapReason.RULE_UNKNOWN
    action = _ACTIONS.get(text.lower(), Action.UNREADABLE)
    return action, GapReason.RULE_UNREADABLE if action is Action.UNREADABLE else None


def _peer(fields: RuleFields) -> tuple[Peer, GapReason | None]:
    selectors = (fields.ipv4, fields.ipv6, fields.group, fields.address_template, fields.address_template_group)
    if None in selectors:
        return UnreadablePeer(text=_unknown_peer(fields, selectors)), GapReason.RULE_UNKNOWN
    named = [text for text in selectors if text]
    if len(named) != 1:
        return UnreadablePeer(text=" and ".join(named)), GapReason.RULE_REFUSED if named else GapReason.RULE_UNREADABLE
    if fields.group:
        return GroupPeer(security_group_id=named[0]), None
    if fields.address_template or fields.address_template_group:
        return AddressTemplatePeer(template_id=named[0]), None
    return _block(named[0], ipv6=bool(fields.ipv6))


def _unknown_peer(fields: RuleFields, selectors: tuple[str | None, ...]) -> str:
    """The text of an unknown peer: it names the family if the only unknown field is a block."""
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
    """A missing protocol means ALL and a missing port means every port, because the request then omits them."""
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
