"""One flow as a command line says it, checked: what no packet can be is refused with a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import ClassVar

from auditor.cli import values
from auditor.cli.option import Reader, value
from auditor.errors import ConfigError
from auditor.model.estate import Role
from auditor.model.explanation import Flow
from auditor.model.rules import Direction
from auditor.model.services import PORTS, Protocol

_FAMILIES = {Protocol.ICMP: 4, Protocol.ICMPV6: 6}


def _word(choices: tuple[str, ...]) -> Reader:
    """A reader of one of some words in any case."""

    def read(text: str, option: str) -> str:
        return str(values.one_of(choices)(text.strip().lower(), option))

    return read


def _port(text: str, option: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) >= PORTS:
        raise ConfigError("commands-bad-port", option=option, value=text, most=PORTS - 1)
    return int(text)


def _address(text: str, option: str) -> str:
    """An address as packets hold it: a scope (``%eth0``) names an interface of the machine that typed it."""
    try:
        if "%" not in text:
            return str(ip_address(text.strip()))
    except ValueError:
        pass
    raise ConfigError("commands-bad-peer", option=option, value=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A flow and where it is tried, as typed."""

    PANEL: ClassVar = "help-panel-flow"

    node: str | None = value("--node", metavar="ID", read=values.named)
    role: str | None = value("--role", metavar="ROLE", read=_word(tuple(Role)), choices=tuple(Role))
    direction: str | None = value(
        "--direction", metavar="DIRECTION", read=_word(tuple(Direction)), choices=tuple(Direction)
    )
    protocol: str | None = value("--protocol", metavar="P", read=_word(tuple(Protocol)), choices=tuple(Protocol))
    port: int | None = value("--port", metavar="N", read=_port)
    peer: str | None = value("--peer", metavar="IP", read=_address)

    @property
    def anything(self) -> bool:
        """Whether a flow is asked about at all."""
        return any(given is not None for given in (self.direction, self.protocol, self.port, self.peer, *self._where))

    @property
    def _where(self) -> tuple[str | None, str | None]:
        return self.node, self.role


def flow(asked: Asked) -> Flow:
    """The flow. Raises ``ConfigError`` where something of it is missing or contradicts the rest."""
    if asked.node is not None and asked.role is not None:
        raise ConfigError("commands-node-and-role")
    direction, protocol, peer = asked.direction, asked.protocol, asked.peer
    if direction is None or protocol is None or peer is None:
        named = {"--direction": direction, "--protocol": protocol, "--peer": peer}
        missing = ", ".join(option for option, given in named.items() if given is None)
        raise ConfigError("commands-flow-incomplete", missing=missing)
    found = Flow(direction=Direction(direction), protocol=Protocol(protocol), port=asked.port, peer=peer)
    _refuse_impossible(found)
    return found


def _refuse_impossible(found: Flow) -> None:
    if found.protocol.has_ports and found.port is None:
        raise ConfigError("commands-port-missing", protocol=found.protocol)
    if not found.protocol.has_ports and found.port is not None:
        raise ConfigError("commands-port-unused", protocol=found.protocol)
    version = ip_address(found.peer).version
    if _FAMILIES.get(found.protocol, version) != version:
        other = Protocol.ICMPV6 if found.protocol is Protocol.ICMP else Protocol.ICMP
        raise ConfigError("commands-wrong-family", protocol=found.protocol, peer=found.peer, other=other)
