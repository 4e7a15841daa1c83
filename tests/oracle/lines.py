"""One raw rule: what it says about one packet. ``maybe`` is said of what the row leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.oracle.spans import V4_WORLD, Span, holds, of_text, of_texts

if TYPE_CHECKING:
    from tests.oracle.account import Account

Row: TypeAlias = Mapping[str, Any]
Ports: TypeAlias = tuple[tuple[int, int], ...]
Entry: TypeAlias = tuple[str, Ports]
"""A protocol or ``all``, and its ports; protocols without ports have the one port 0."""

EVERY_PORT: Ports = ((0, 65535),)
WITH_PORTS = ("tcp", "udp")
PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6", "gre", "other")


class Says(Enum):
    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True)
class Line:
    """A rule of a group, or (``index`` ``None``) a whole group of which nothing is known."""

    group: str
    index: int | None
    action: str
    entries: tuple[Entry, ...]
    spans: tuple[Span, ...]
    open_services: tuple[str, ...] = ()
    """Protocols (or ``all``) of which any port could be meant."""
    open_addresses: bool = False

    @property
    def is_plain(self) -> bool:
        return self.action != "?" and not self.open_services and not self.open_addresses

    def of_service(self, protocol: str, port: int) -> Says:
        for named, ports in self.entries:
            if named in ("all", protocol) and any(first <= port <= last for first, last in ports):
                return Says.YES
        return Says.MAYBE if {"all", protocol}.intersection(self.open_services) else Says.NO

    def of_address(self, point: int) -> Says:
        if holds(self.spans, point):
            return Says.YES
        return Says.MAYBE if self.open_addresses else Says.NO


def unread(group: str) -> Line:
    return Line(group, None, "?", (), (), ("all",), open_addresses=True)


def everything() -> Line:
    """What stands for no group where nothing filters."""
    return Line("", 0, "allow", (("all", EVERY_PORT),), of_texts(("0.0.0.0/0", "::/0")))


def api_server(blocks: tuple[str, ...]) -> Line:
    """What the list of blocks of an entrance of the API server lets in."""
    return Line("", 0, "allow", (("tcp", ((443, 443),)),), of_texts(blocks))


def of_group(account: Account, group: str, direction: str) -> list[Line]:
    """The rules of one direction from the top."""
    if group in account.unread.rules:
        return [unread(group)]
    found = account.region.policies[group][direction.capitalize()]
    placed = [(row.get("PolicyIndex"), place, row) for place, row in enumerate(found)]
    ordered = sorted(placed, key=lambda one: (one[1] if one[0] is None else one[0], one[1]))
    return [_line(account, group, place if index is None else index, row) for index, place, row in ordered]


def _line(account: Account, group: str, index: int, row: Row) -> Line:
    entries, open_services = _service(account, row)
    spans, open_addresses = _peer(account, row)
    action = {"accept": "allow", "drop": "deny"}.get(str(row.get("Action")).lower(), "?")
    return Line(group, index, action, entries, spans, open_services, open_addresses)


def _service(account: Account, row: Row) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    template = row.get("ServiceTemplate") or {}
    if template.get("ServiceGroupId"):
        return account.service_group(template["ServiceGroupId"])
    if template.get("ServiceId"):
        return account.service_template(template["ServiceId"])
    protocol, port = str(row.get("Protocol") or "").lower(), str(row.get("Port") or "").lower()
    if protocol not in (*PROTOCOLS[:-1], "all"):
        return (), ("all",)
    if protocol == "all":
        return ((("all", EVERY_PORT),), ()) if port in ("", "all") else ((), ("all",))
    if protocol not in WITH_PORTS:
        return ((protocol, EVERY_PORT),), ()
    ports = read_ports(port)
    return (((protocol, ports),), ()) if ports else ((), (protocol,))


def entry(text: str) -> Entry | None:
    """An entry of a service template."""
    protocol, _, port = text.lower().partition(":")
    if protocol == "all":
        return "all", EVERY_PORT
    if protocol in WITH_PORTS:
        ports = read_ports(port)
        return (protocol, ports) if ports else None
    return (protocol, EVERY_PORT) if protocol in PROTOCOLS[:-1] and port in ("", "all") else None


def read_ports(text: str) -> Ports | None:
    if text == "all":
        return EVERY_PORT
    found = []
    for part in text.split(","):
        match = re.fullmatch(r" *(\d+)(?:-(\d+))? *", part)
        if not match or int(match[2] or match[1]) > 65535:
            return None
        found.append((int(match[1]), int(match[2] or match[1])))
    return tuple(found)


def _peer(account: Account, row: Row) -> tuple[tuple[Span, ...], bool]:
    template = row.get("AddressTemplate") or {}
    block, group = row.get("CidrBlock") or row.get("Ipv6CidrBlock"), row.get("SecurityGroupId")
    both_families = row.get("CidrBlock") and row.get("Ipv6CidrBlock")
    match block, group, template.get("AddressId"), template.get("AddressGroupId"):
        case [str(text), None | "", None | "", None | ""] if text and not both_families:
            return _block(text)
        case [None | "", str(group_id), None | "", None | ""] if group_id:
            return account.members(group_id)
        case [None | "", None | "", str(template_id), None | ""] if template_id:
            return account.address_template(template_id)
        case [None | "", None | "", None | "", str(template_id)] if template_id:
            return account.address_group(template_id)
    return (), True


def _block(text: str) -> tuple[tuple[Span, ...], bool]:
    if re.fullmatch(r"0\.0\.0\.0/\d+", text):
        return (V4_WORLD,), False
    try:
        return (of_text(text),), False
    except ValueError:
        return (), True


def walk(says: Sequence[Says]) -> Iterator[tuple[int, Says]]:
    """The places of the rules that could decide a packet, from the top; the walk ends at the first sure one."""
    for place, said in enumerate(says):
        if said is not Says.NO:
            yield place, said
        if said is Says.YES:
            return


def outcomes(lines: Sequence[Line], says: Sequence[Says]) -> frozenset[str]:
    """What can become of a packet under every reading of what is open: ``allow``, ``deny`` or both."""
    found: set[str] = set()
    for place, said in walk(says):
        action = lines[place].action
        found |= {"allow", "deny"} if action == "?" else {action}
        if said is Says.YES:
            return frozenset(found)
    return frozenset(found | {"deny"})


def both(service: Says, address: Says) -> Says:
    return service if service.value < address.value else address
