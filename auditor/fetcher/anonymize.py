"""Makes a recording fit to be shown: what is not known to be harmless is taken out.

Kept are the words of the API itself (types, states, protocols, ports), counts and sizes. Ids, names and public
addresses are swapped consistently. Everything else goes: descriptions, tags, user data, keys, account numbers, times.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from random import Random, SystemRandom
from typing import Any

from auditor.fetcher import stand_ins
from auditor.fetcher.cassette import Cassette, Interaction
from auditor.fetcher.stand_ins import ID, UUID, MaskedAddresses, masked_accounts, masked_ids, masked_names, masked_uuid

WORDS = re.compile(
    "Action|AddressType|AssistantType|AttachType|Auto[sS]calingGroupStatus|Business|ChargeType|CiliumMode|Cluster"
    "(Level|Os|Status|Type|Version)|Code|ContainerRuntime|DrainStatus|EnabledStatus|Instance(ChargeType|Role|State|Type)"
    "|InterfaceType|KubeProxyMode|LaunchConfigurationStatus|LicenseType|LifeState|Machine(State|Type)"
    "|NetworkInterfaceState|NetworkType|NodeNameType|NodePoolOs|NodeType|OsCustomizeType|Phase|Port|Protocol"
    "|Region(Name|State)?|RenewFlag|RestrictState|Runtime(Type|Version)|ScalingMode|Service(Set)?|StackType|State|Status"
    "|Type|Version|VpcCniType|Zone(Set)?"
)
"""Keys whose texts are words of the API, and stay where they look like such words."""

_IDS = re.compile(r".*Ids?|Values")
"""Keys of parameters that hold ids: those of the API's own, and what a filter looks for."""

_NAMES = re.compile(r".*(Name|Id|Ids|ID|IDs|IdSet|Alias)")
_SECRETS = re.compile(
    r".*(password|secret|token|userdata|descri|script|credential|private_?key|cert|kubeconfig|loginsettings|keyids?$"
    r"|authorization|signature|cookie|tags?$|tagset|tagspecification|labels|annotations|taints|args$).*",
    re.IGNORECASE,
)
TIMES = re.compile(r".*(Time|At|Timestamp)")

GONE = "scrubbed"
A_TIME = "2026-01-01T00:00:00Z"
MOST = 10_000_000
"""Numbers from here on could be of accounts; no count or size of this API gets there."""

_WORD = re.compile(r"[\w.:,/*+ |-]{0,64}", re.ASCII)


def scrub(cassette: Cassette, random: Random | None = None, named: str = "") -> Cassette:
    """The cassette with nothing in it that belongs to its owner; equal things are still equal, sorted ones sorted.

    ``named`` is the text of all that the run was given: what it names has an alias in the cassette.
    """
    document = cassette.model_dump(mode="json")
    masks = _Masks(random=random or SystemRandom())
    masks.learn([*document["interactions"], {"Values": document["also"]}])
    for interaction in document["interactions"]:
        interaction["request"]["params"] = masks.params(interaction["request"]["params"])
        response = interaction["response"]
        if response is not None and isinstance(response["body"], dict):
            response["body"] = masks.value("", response["body"])
    interactions = [Interaction.model_validate(interaction) for interaction in document["interactions"]]
    also = [masks.ids.get(one, GONE) for one in document["also"]]
    given = stand_ins.record_aliases(named, masks.alias) if named else None
    return cassette.model_copy(update={"interactions": interactions, "also": also, "aliases": given})


@cache
def is_secret(key: str) -> bool:
    """Whether what stands under ``key`` goes without a trace."""
    return bool(_SECRETS.fullmatch(key))


@cache
def is_name(key: str) -> bool:
    """Whether what stands under ``key`` tells things of one kind apart."""
    return bool(_NAMES.fullmatch(key))


@dataclass(kw_only=True)
class _Masks:
    """The swaps of one cassette. Ids and names are learnt first, since their order must hold over all of it."""

    random: Random
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    done: dict[tuple[str, str], str] = field(default_factory=dict)
    uuids: dict[str, str] = field(default_factory=dict)
    addresses: MaskedAddresses = field(default_factory=MaskedAddresses)

    def learn(self, interactions: list[dict[str, Any]]) -> None:
        texts: set[tuple[str, str]] = set()
        _collect("", interactions, texts)
        self.ids = masked_ids((found for _, text in texts for found in ID.findall(text)), self.random)
        self.names = masked_names(text for key, text in texts if is_name(key))
        self.accounts = masked_accounts(text for key, text in texts if key == "AccountId")

    def alias(self, name: str) -> str | None:
        """What stands for an id or address that the run was given; ``None`` for an id that the recording lacks."""
        if ID.fullmatch(name):
            return self.ids.get(name)
        return self.accounts.get(name) if name.isdigit() else self.addresses.masked(name)

    def params(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
        """Parameters are our own words, with ids and addresses in them. An id of a form of its own is a name."""
        if isinstance(value, dict):
            return {name: self.params(held, name) for name, held in value.items()}
        if isinstance(value, list):
            return [self.params(held, key) for held in value]
        if not isinstance(value, str):
            return value
        swapped = self._swapped(value)
        return self.names.get(value, value) if swapped == value and _IDS.fullmatch(key) else swapped

    def value(self, key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
        """What may stay of ``value``, which stands under ``key``; its type stays."""
        if is_secret(key):
            return _emptied(value)
        if isinstance(value, dict):
            return {name: self.value(name, held) for name, held in value.items()}
        if isinstance(value, list):
            return [self.value(key, held) for held in value]
        if isinstance(value, str):
            if (key, value) not in self.done:
                self.done[key, value] = self._text(key, value)
            return self.done[key, value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return 0 if abs(value) >= MOST or is_name(key) else value
        return value

    def _text(self, key: str, text: str) -> str:
        if text in ("", "0"):
            return text
        if key == "Property":
            return self._property(text)
        return self._same_shape(text) or self._word(key, text) or self._stand_in(key, text)

    def _same_shape(self, text: str) -> str | None:
        if UUID.fullmatch(text):
            return self.uuids.setdefault(text, masked_uuid(self.random))
        if ID.fullmatch(text):
            return self.ids[text]
        return self.accounts.get(text) or self.addresses.masked(text)

    def _word(self, key: str, text: str) -> str | None:
        looks_like_one = WORDS.fullmatch(key) and _WORD.fullmatch(text) and not re.search(r"\d{8}", text)
        return self._swapped(text) if looks_like_one else None

    def _stand_in(self, key: str, text: str) -> str:
        if TIMES.fullmatch(key):
            return A_TIME
        return self.names.get(text, GONE)

    def _property(self, text: str) -> str:
        """A cluster's ``Property`` is JSON in a text."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return GONE
        return json.dumps(self.value("", document), separators=(",", ":"))

    def _swapped(self, text: str) -> str:
        swapped = ID.sub(lambda found: self.ids[found[0]], text)
        if swapped != text:
            return swapped
        masked = self.addresses.masked(text)
        return text if masked is None else masked


def _collect(key: str, value: Any, found: set[tuple[str, str]]) -> None:  # noqa: ANN401 - JSON
    """Every text below ``value`` with its key."""
    if isinstance(value, dict):
        for name, held in value.items():
            _collect(name, held, found)
    elif isinstance(value, list):
        for held in value:
            _collect(key, held, found)
    elif isinstance(value, str) and (key, value) not in found:
        found.add((key, value))
        if key == "Property":
            _collect_property(value, found)


def _collect_property(text: str, found: set[tuple[str, str]]) -> None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    _collect("", document, found)


def _emptied(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return []
    if isinstance(value, dict):
        return {}
    return "" if isinstance(value, str) else None


_SUSPECTS = {
    "secret id": re.compile(r"AKID[A-Za-z0-9]{12,}"),
    "signature": re.compile(r"TC3-HMAC-SHA256|\bAuthorization\b|X-TC-Token", re.IGNORECASE),
    "web token": re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+"),
    "private key": re.compile(r"-----BEGIN|ssh-(rsa|ed25519) AAAA"),
    "account": re.compile(
        r"(?<![\w-])(1(?!0000000000\d)\d{11}|12[5-9]\d{7})\b"
    ),  # 10000000000x is in the API's own examples
    "password": re.compile(r'(?:password|secretkey)[^"]*": "[^"]', re.IGNORECASE),
}
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])(?:/(\d{1,2}))?")


def suspects(text: str) -> tuple[str, ...]:
    """Kinds of thing in the text of a cassette that have no place there; the last look before it is written."""
    kinds = [kind for kind, pattern in _SUSPECTS.items() if pattern.search(text)]
    return (*kinds, *(["public address"] if _has_public_address(text) else []))


def _has_public_address(text: str) -> bool:
    for found in _ADDRESS.finditer(text):
        try:
            address = ip_address(found[0].partition("/")[0])
        except ValueError:
            continue
        if address.is_global and int(found[1] or 32) > 8:
            return True
    return False
