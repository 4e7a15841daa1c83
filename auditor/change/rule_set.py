"""tencentcloud_security_group_rule_set: both directions of a group as lists of blocks, the first on top.

``policy_index`` and ``version`` in a plan are those of the rules that stood at the same place before: both are ignored.
"""

from __future__ import annotations

from auditor.change.references import ADDRESS_TEMPLATE, ADDRESS_TEMPLATE_GROUP, GROUP, SERVICE_TEMPLATE
from auditor.change.references import SERVICE_TEMPLATE_GROUP as SERVICE_GROUP
from auditor.change.rule_fields import RuleFields, RuleList, rule_list, unknown_rules
from auditor.change.side import Side
from auditor.change.why import Why
from auditor.model.rules import Direction


def rules(side: Side, direction: Direction) -> RuleList:
    """The rules of one direction; none where there is no such block, which denies everything."""
    items = side.items((direction.value,))
    if items is None:
        return unknown_rules(Why.RULES_UNKNOWN)
    return rule_list(tuple(_fields(side, direction, place) for place in range(len(items))))


def _fields(side: Side, direction: Direction, place: int) -> RuleFields:
    def at(name: str) -> tuple[str | int, ...]:
        return (direction.value, place, name)

    return RuleFields(
        action=side.text(at("action")),
        ipv4=side.text(at("cidr_block")),
        ipv6=side.text(at("ipv6_cidr_block")),
        group=side.reference(at("source_security_id"), GROUP),
        address_template=side.reference(at("address_template_id"), ADDRESS_TEMPLATE),
        address_template_group=side.reference(at("address_template_group"), ADDRESS_TEMPLATE_GROUP),
        protocol=side.keyword(at("protocol")),
        port=side.keyword(at("port")),
        service_template=side.reference(at("service_template_id"), SERVICE_TEMPLATE),
        service_template_group=side.reference(at("service_template_group"), SERVICE_GROUP),
        description=side.text(at("description")) or "",
    )
