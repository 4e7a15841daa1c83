"""Anonymises a cassette, so that its owner can show it to others.

The algorithm is an allowlist with consistent, order-preserving pseudonyms. It runs in two passes over the document:

1. It collects every id, name and account number and assigns pseudonyms (:mod:`auditor.fetcher.pseudonyms`).
2. It rewrites each value by its key and shape. Words of the API (types, states, protocols, ports), counts and sizes
   stay. Ids, names, account numbers and public addresses become pseudonyms. Everything else is removed: descriptions,
   tags, user data, keys and times.

Invariants: equal values stay equal and distinct ids and names stay distinct; names, and ids of equal shape, keep their
sort order, so that a replay asks for the same batches; texts, lists and objects keep their JSON
type. Addresses keep their inclusions and overlaps where the documentation ranges have room;
:func:`auditor.fetcher.pseudonyms.find_changed_relation` finds the exceptions.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from random import Random, SystemRandom
from typing import Any

from auditor.fetcher import pseudonyms
from auditor.fetcher.cassette import Cassette, Interaction
from auditor.fetcher.json_fields import json_document
from auditor.fetcher.load_balancer_parsing import CLUSTER_TAG
from auditor.fetcher.pseudonyms import ID, UUID, MaskedAddresses, masked_accounts, masked_ids, masked_names, masked_uuid

WORDS = re.compile(
    "Action|Address(IPVersion|Type)|AssistantType|AttachType|Auto[sS]calingGroupStatus|Business|ChargeType|CheckType"
    "|CiliumMode|Cluster(Level|Os|Status|Type|Version)|Code|ContainerRuntime|DestinationPort|DrainStatus|EnabledStatus"
    "|Instance(ChargeType|Role|State|Type)|InterfaceType|IPv6Mode|KubeProxyMode|LaunchConfigurationStatus|LicenseType"
    "|LifeState|LoadBalancerType|Machine(State|Type)|NetworkAcl(Direction|Type)|NetworkInterfaceState|NetworkType"
    "|NodeNameType|NodePoolOs|NodeType|OsCustomizeType|Phase|Port|Protocol|Region(Name|State)?|RenewFlag|RestrictState"
    "|Runtime(Type|Version)|ScalingMode|Service(Set)?|SourcePort|StackType|State|Status|TargetType|Type|Version"
    "|VpcCniType|Zone(Set)?"
)
"""Keys whose texts are words of the API. A text under such a key stays where it looks like a word."""

_DOCUMENTS = ("Property", "Values", "DefaultValues", "RawValues")
"""Keys of answers whose texts are JSON: tke/Cluster.Property, and the values of add-ons, which can be base64."""

_IDS = re.compile(r".*Ids?|Values")
"""Keys of parameters that hold ids: the id parameters, and the values of a filter."""

_NAMES = re.compile(r".*(Name|Id|Ids|ID|IDs|IdSet|Alias|Domain)")
_ENDPOINT, _HOST = "Endpoint", "Domain"
"""The end of the keys of an API server's entrances, and a key of the domains that such entrances name."""
_HOST_AND_PORT = re.compile(r"[^:]+:[0-9]{1,5}")
_SECRETS = re.compile(
    r".*(password|secret|token|userdata|descri|script|credential|private_?key|cert|kubeconfig|loginsettings|keyids?$"
    r"|authorization|signature|cookie|tags?$|tagset|tagspecification|labels|annotations|taints|args$).*",
    re.IGNORECASE,
)
TIMES = re.compile(r".*(Time|At|Timestamp)")

REMOVED = "scrubbed"
A_TIME = "2026-01-01T00:00:00Z"
ACCOUNT_MIN = 10_000_000
"""The smallest number that is removed: it may be an account number. No count or size of this API is as large."""

_WORD = re.compile(r"[\w.:,/*+ |-]{0,64}", re.ASCII)


def scrub(cassette: Cassette, random: Random | None = None, named: str = "") -> Cassette:
    """Return the anonymised cassette.

    ``named`` is the text of the inputs of the run (options, configuration, plan). Each id and address that it names
    gets an alias in the cassette, so that a replay with the same inputs finds them.
    """
    document = cassette.model_dump(mode="json")
    pseudonymiser = _Pseudonymiser(random=random or SystemRandom())
    pseudonymiser.learn([*document["interactions"], {"Values": document["also"]}])
    for interaction in document["interactions"]:
        interaction["request"]["params"] = pseudonymiser.params(interaction["request"]["params"])
        response = interaction["response"]
        if response is not None and isinstance(response["body"], dict):
            response["body"] = pseudonymiser.value("", response["body"])
    interactions = [Interaction.model_validate(interaction) for interaction in document["interactions"]]
    also = [pseudonymiser.ids.get(cloud_id, REMOVED) for cloud_id in document["also"]]
    aliases = pseudonyms.record_aliases(named, pseudonymiser.alias) if named else None
    return cassette.model_copy(update={"interactions": interactions, "also": also, "aliases": aliases})


@cache
def is_secret(key: str) -> bool:
    """Whether values under ``key`` are removed. A word of the API, as in LoadBalancerType, only looks secret."""
    return bool(_SECRETS.fullmatch(key)) and not WORDS.fullmatch(key)


@cache
def is_name(key: str) -> bool:
    """Whether values under ``key`` identify objects of a kind."""
    return bool(_NAMES.fullmatch(key))


@dataclass(kw_only=True)
class _Pseudonymiser:
    """Replaces the values of one cassette.

    :meth:`learn` must see the whole cassette first, since pseudonyms keep the sort order of all ids and names.
    """

    random: Random
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    done: dict[tuple[str, str], str] = field(default_factory=dict)
    uuids: dict[str, str] = field(default_factory=dict)
    addresses: MaskedAddresses = field(default_factory=MaskedAddresses)

    def learn(self, interactions: list[dict[str, Any]]) -> None:
        """Assign a pseudonym to every id, name and account number in ``interactions``."""
        texts: set[tuple[str, str]] = set()
        _collect("", interactions, texts)
        self.ids = masked_ids((cloud_id for _, text in texts for cloud_id in ID.findall(text)), self.random)
        self.names = masked_names(text for key, text in texts if is_name(key))
        self.accounts = masked_accounts(text for key, text in texts if key == "AccountId")

    def alias(self, name: str) -> str | None:
        """Return the pseudonym of an id, account number or address; ``None`` for an id that the cassette lacks."""
        if ID.fullmatch(name):
            return self.ids.get(name)
        return self.accounts.get(name) if name.isdigit() else self.addresses.masked(name)

    def params(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
        """Return ``value``, the parameters of a request, with pseudonyms.

        This program wrote the parameters, so everything else stays. An id without a known prefix counts as a name.
        """
        if isinstance(value, dict):
            return {name: self.params(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.params(item, key) for item in value]
        if not isinstance(value, str):
            return value
        replaced = self._replace_ids(value)
        return self.names.get(value, value) if replaced == value and _IDS.fullmatch(key) else replaced

    def value(self, key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Return the anonymised form of ``value``, which an answer holds under ``key``. The JSON type stays."""
        if is_secret(key):
            return self._emptied(value)
        if isinstance(value, dict):
            return {name: self.value(name, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(key, item) for item in value]
        if isinstance(value, str):
            if (key, value) not in self.done:
                self.done[key, value] = self._text(key, value)
            return self.done[key, value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return 0 if abs(value) >= ACCOUNT_MIN or is_name(key) else value
        return value

    def _emptied(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """An empty value of the JSON type of ``value``; a list keeps the tag by which TKE names a cluster."""
        if isinstance(value, list):
            return [{**item, "TagValue": self.value("", item["TagValue"])} for item in value if _names_cluster(item)]
        if isinstance(value, dict):
            return {}
        return "" if isinstance(value, str) else None

    def _text(self, key: str, text: str) -> str:
        if text in ("", "0"):
            return text
        if key in _DOCUMENTS and (document := json_document(text)) is not None:
            return json.dumps(self.value("", document), separators=(",", ":"))
        if _HOST_AND_PORT.fullmatch(text) and key.endswith(_ENDPOINT):
            host, _, port = text.rpartition(":")
            return f"{self._pseudonym(host) or self.names[host]}:{port}"
        return self._pseudonym(text) or self._word(key, text) or self._name_or_time(key, text)

    def _pseudonym(self, text: str) -> str | None:
        if UUID.fullmatch(text):
            return self.uuids.setdefault(text, masked_uuid(self.random))
        if ID.fullmatch(text):
            return self.ids[text]
        return self.accounts.get(text) or self.addresses.masked(text)

    def _word(self, key: str, text: str) -> str | None:
        is_word = WORDS.fullmatch(key) and _WORD.fullmatch(text) and not re.search(r"\d{8}", text)
        return self._replace_ids(text) if is_word else None

    def _name_or_time(self, key: str, text: str) -> str:
        if TIMES.fullmatch(key):
            return A_TIME
        return self.names.get(text, REMOVED)

    def _replace_ids(self, text: str) -> str:
        replaced = ID.sub(lambda match: self.ids[match[0]], text)
        if replaced != text:
            return replaced
        masked = self.addresses.masked(text)
        return text if masked is None else masked


def _names_cluster(tag: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether ``tag`` is the tag of a load balancer that names a cluster."""
    return isinstance(tag, dict) and tag.keys() == {"TagKey", "TagValue"} and tag["TagKey"] == CLUSTER_TAG


def _collect(key: str, value: Any, texts: set[tuple[str, str]]) -> None:  # noqa: ANN401 - JSON
    """Add every text below ``value`` to ``texts``, with its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _collect(name, inner, texts)
    elif isinstance(value, list):
        for item in value:
            _collect(key, item, texts)
    elif isinstance(value, str) and (key, value) not in texts:
        texts.add((key, value))
        if key in _DOCUMENTS:
            _collect("", json_document(value), texts)
        if key.endswith(_ENDPOINT):
            texts.add((_HOST, value.rpartition(":")[0] if _HOST_AND_PORT.fullmatch(value) else value))


_SUSPECTS = {
    "secret id": re.compile(r"AKID[A-Za-z0-9]{12,}"),
    "signature": re.compile(r"TC3-HMAC-SHA256|\bAuthorization\b|X-TC-Token", re.IGNORECASE),
    "web token": re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+"),
    "private key": re.compile(r"-----BEGIN|ssh-(rsa|ed25519) AAAA"),
    "account": re.compile(
        r"(?<![\w-])(1(?!0000000000\d)\d{11}|12[5-9]\d{7})\b"
    ),  # the API pages use 10000000000x in examples
    "password": re.compile(r'(?:password|secretkey)[^"]*": "[^"]', re.IGNORECASE),
}
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])(?:/(\d{1,2}))?")


def suspects(text: str) -> tuple[str, ...]:
    """Return the kinds of secret data that the text of an anonymised cassette still seems to contain.

    This is the last check before a cassette is written. An empty result means that nothing suspicious is left.
    """
    kinds = [kind for kind, pattern in _SUSPECTS.items() if pattern.search(text)]
    return (*kinds, *(["public address"] if _has_public_address(text) else []))


def _has_public_address(text: str) -> bool:
    for match in _ADDRESS.finditer(text):
        try:
            address = ip_address(match[0].partition("/")[0])
        except ValueError:
            continue
        if address.is_global and int(match[1] or 32) > 8:
            return True
    return False
