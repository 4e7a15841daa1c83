"""Defines the fields of configuration and baseline files: ports, addresses, ids, dates, codes, selectors.

Each field is a pydantic type that checks a value and describes it in the JSON Schema. :func:`service_entries` goes the
other way, from a set of services to the keys ``protocol`` and ``ports``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from auditor.config.validation import nearest
from auditor.config.yaml_reader import Plain
from auditor.model import accounts, addresses
from auditor.model.baseline import ClusterNetwork, NamedNetwork
from auditor.model.clusters import Role
from auditor.model.codes import Code, GapKind, Severity
from auditor.model.intervals import IntervalSet
from auditor.model.regions import ports_of
from auditor.model.rules import Direction
from auditor.model.selectors import is_selector
from auditor.model.services import EVERYTHING, PORTS, WHOLE_PORT_RANGE, PortRange, Protocol, span


def service_entries(services: IntervalSet) -> list[dict[str, Plain]]:
    """The keys ``protocol`` and ``ports`` for each protocol of a set; without ``ports`` every port."""
    if services == EVERYTHING:
        return [{"protocol": "all"}]
    return [
        {"protocol": protocol.value, **_service_ports(protocol, ports_of(services, protocol))}
        for protocol in Protocol
        if services & IntervalSet(span(protocol))
    ]


def service_entry(services: IntervalSet) -> dict[str, Plain]:
    """The entry of a set with a single protocol. Raises ``ValueError`` for any other set."""
    (entry,) = service_entries(services)
    return entry


def ports_text(ports: tuple[PortRange, ...]) -> str:
    """Ports as in ``22,30000-32768``."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ports)


def _service_ports(protocol: Protocol, ports: tuple[PortRange, ...]) -> dict[str, Plain]:
    if not protocol.has_ports or ports == WHOLE_PORT_RANGE:
        return {}
    return {"ports": ports_text(ports)}


ALL = "all"

_IDENTIFIER = re.compile(r"[^\W_][\w.-]{0,63}")
_CLUSTER = re.compile(r"cls-[0-9a-z]{1,32}")
_REGION = re.compile(r"all|[a-z]{2,}(-[a-z0-9]+)+")
_PORTS = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")
_PORTS_SCHEMA = r"^(all|\s*[0-9]{1,5}(\s*-\s*[0-9]{1,5})?\s*(,\s*[0-9]{1,5}(\s*-\s*[0-9]{1,5})?\s*)*)$"
_ADDRESSES = re.compile(r"[0-9A-Fa-f.:]+(/[0-9]{1,3}|\s*-\s*[0-9A-Fa-f.:]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text(value: str) -> str:
    text = value.strip()
    if not text:
        raise PydanticCustomError("config-blank", "blank", {"expected": "text"})
    return text


def is_identifier(value: str) -> bool:
    """Whether a text is a valid id of an entry."""
    return _IDENTIFIER.fullmatch(value) is not None


def _identifier(value: str) -> str:
    if not is_identifier(value):
        raise PydanticCustomError("config-bad-id", "id", {"expected": "bastion-ssh, W-7"})
    return value


def _cluster(value: str) -> str:
    if not _CLUSTER.fullmatch(value):
        raise PydanticCustomError("config-bad-cluster", "cluster", {"expected": "cls-aaaaaaaa"})
    return value


def _region(value: str) -> str:
    if not _REGION.fullmatch(value):
        raise PydanticCustomError("config-bad-region", "region", {"expected": "ap-guangzhou, all"})
    return value


def _cidr(value: str) -> str:
    text = value.strip()
    if not _ADDRESSES.fullmatch(text) or not _reads(addresses.parse, text):
        expected = "10.0.0.0/8, 10.0.0.1, 10.0.0.1-10.0.0.9, 2001:db8::/32"
        raise PydanticCustomError("config-bad-cidr", "cidr", {"expected": expected})
    return text


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _selector(value: str) -> str:
    text = _text(value).strip()
    if not is_selector(text):
        raise PydanticCustomError("config-bad-selector", "selector", {"expected": "cls-*, name:prod-*, tag:env=prod*"})
    return text


def _account(value: object) -> str:
    """The id of an account. Without quotes, YAML reads it as a number."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not accounts.is_account_id(text):
        raise PydanticCustomError("config-bad-account", "account", {"expected": '"100000000001"'})
    return text


def _account_name(value: str) -> str:
    text = value.strip()
    if not accounts.is_account_name(text):
        raise PydanticCustomError("config-bad-account-name", "name", {"expected": "prod"})
    return text


def _role_arn(value: str) -> str:
    if accounts.account_of_role(value) is None:
        raise PydanticCustomError("config-bad-role", "role", {"expected": accounts.ARN_EXAMPLE})
    return value


def _session_name(value: str) -> str:
    if not accounts.is_session_name(value):
        raise PydanticCustomError("config-bad-session", "session", {"expected": "sgaudit"})
    return value


def _external_id(value: object) -> str:
    """An external id may be a secret, so the mistake does not show it."""
    if not isinstance(value, str) or not accounts.is_external_id(value):
        raise PydanticCustomError("config-bad-external-id", "external id", {"found": "***", "expected": "text"})
    return value


def _ports(value: object) -> tuple[PortRange, ...]:
    if value == ALL:
        return WHOLE_PORT_RANGE
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return tuple(_port_range(part) for part in text.split(","))


def _port_range(text: str) -> PortRange:
    match = _PORTS.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not first <= last < PORTS:
        raise PydanticCustomError("config-bad-ports", "ports", {"expected": '"22,30000-32768", "all"'})
    return first, last


def _date(value: object) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value) or not _reads(date.fromisoformat, value):
        raise PydanticCustomError("config-bad-date", "date", {"expected": "2026-12-31"})
    return date.fromisoformat(value)


_CODES = {**{code.value: code for code in Code}, **{code.finding_name: code for code in Code}}


def _finding(value: object) -> Code:
    if not isinstance(value, str) or value not in _CODES:
        codes = ", ".join(f"{code} {code.finding_name}" for code in Code)
        near = nearest(value, [code.finding_name for code in Code])
        message_id = "config-unknown-finding-near" if near else "config-unknown-finding"
        raise PydanticCustomError(message_id, "finding", {"expected": codes, "near": near})
    return _CODES[value]


Text: TypeAlias = Annotated[str, AfterValidator(_text)]
"""Text that is not blank."""

Identifier: TypeAlias = Annotated[
    str, AfterValidator(_identifier), WithJsonSchema({"type": "string", "pattern": r"^[^\W_][\w.-]{0,63}$"})
]
"""A name without spaces that reports repeat."""

ClusterId: TypeAlias = Annotated[
    str, AfterValidator(_cluster), WithJsonSchema({"type": "string", "pattern": f"^{_CLUSTER.pattern}$"})
]
Region: TypeAlias = Annotated[
    str, AfterValidator(_region), WithJsonSchema({"type": "string", "pattern": f"^({_REGION.pattern})$"})
]
AccountId: TypeAlias = Annotated[
    str,
    PlainValidator(_account),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9]{1,20}$"}, {"type": "integer", "minimum": 0}]}),
]
"""The id of a main account (uin)."""

AccountName: TypeAlias = Annotated[str, AfterValidator(_account_name)]
RoleArn: TypeAlias = Annotated[str, AfterValidator(_role_arn)]
SessionName: TypeAlias = Annotated[str, AfterValidator(_session_name)]
ExternalId: TypeAlias = Annotated[str, PlainValidator(_external_id), WithJsonSchema({"type": "string"})]
Cidr: TypeAlias = Annotated[str, AfterValidator(_cidr)]
Cidrs: TypeAlias = Annotated[
    list[Cidr],
    Field(min_length=1, description="CIDR blocks, addresses or ranges, IPv4 or IPv6; set host bits are fine"),
]
Selector: TypeAlias = Annotated[str, AfterValidator(_selector)]
"""An id of a cluster, or a glob of ids, names or the values of a tag."""

Selectors: TypeAlias = Annotated[
    list[Selector],
    Field(
        min_length=1,
        description="Clusters by id (cls-*), name (name:prod-*) or tag (tag:env=prod*); * stands for any letters",
    ),
]
Ports: TypeAlias = Annotated[
    tuple[PortRange, ...],
    PlainValidator(_ports),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": _PORTS_SCHEMA}, {"type": "integer", "minimum": 0, "maximum": 65535}]}
    ),
]
"""``"22,30000-32768"``, a number, ``all``."""

IsoDate: TypeAlias = Annotated[date, PlainValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
FindingCode: TypeAlias = Annotated[
    Code, PlainValidator(_finding), WithJsonSchema({"type": "string", "enum": list(_CODES)})
]

_word = Field(strict=False)  # a file has words, never members of an enumeration

SeverityWord: TypeAlias = Annotated[Severity, _word]
GapWord: TypeAlias = Annotated[GapKind, _word]
RoleWord: TypeAlias = Annotated[Role, _word]
DirectionWord: TypeAlias = Annotated[Direction, _word]
NetworkWord: TypeAlias = Annotated[NamedNetwork, _word]
ClusterNetworkWord: TypeAlias = Annotated[ClusterNetwork, _word]
