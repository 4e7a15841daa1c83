"""Ids and names of a cassette, swapped for others of the same shape and in the same order.

The order matters: a run asks for ids in sorted batches, and a replay must ask in the same ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import combinations, groupby
from random import Random
from secrets import token_hex
from string import ascii_lowercase, digits
from typing import Any

from auditor.fetcher.cassette import Aliases, Cassette
from auditor.model import addresses
from auditor.model.addresses import PUBLIC
from auditor.model.intervals import IntervalSet

_PREFIXES = (
    "asc|asg|ass|cam|cbm|ccn|cdb|cls|cvm|disk|eip|ekl|eklet|eks|eni|hai|host|hpc|igw|image|img|ins|ipm|ipmg|kms|lb|lbl"
    "|nat|node|np|pcx|ppm|ppmg|ps|rtb|set|sg|skey|snap|subnet|tpl|vip|vpc"
)
ID = re.compile(rf"\b(?:(?:{_PREFIXES})-)+[a-z0-9]{{5,16}}(?:-[a-z0-9]{{4,16}})*\b")
"""Ids of the cloud's objects: one or more known prefixes and parts without meaning."""

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)

_EXAMPLE_ACCOUNTS = 100_000_000_000

_MEANINGLESS = re.compile(rf"\b(?!(?:{_PREFIXES})-)[a-z0-9]+")


def masked_ids(ids: Iterable[str], random: Random) -> dict[str, str]:
    """Another id for each, with the same prefixes and lengths, sorted as the true ones are."""
    masked: dict[str, str] = {}
    for shape, alike in groupby(sorted(set(ids), key=lambda known: (_shape(known), known)), key=_shape):
        known = list(alike)
        invented: set[str] = set()
        while len(invented) < len(known):
            invented.add(_filled(shape, random))
        masked.update(zip(known, sorted(invented), strict=True))
    return masked


def masked_uuid(random: Random) -> str:
    """Something of the shape of a request id."""
    text = f"{random.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def masked_names(names: Iterable[str]) -> dict[str, str]:
    """A number for each distinct name, in their order; the empty name stays empty."""
    known = sorted(set(names) - {""})
    width = len(str(len(known)))
    return {name: f"name-{number:0{width}}" for number, name in enumerate(known, start=1)}


def masked_accounts(accounts: Iterable[str]) -> dict[str, str]:
    """An account number of the API's own examples for each, in their order; what is no number of one stays out."""
    known = sorted({account for account in accounts if re.fullmatch(r"[0-9]+", account)})
    return {account: f"{_EXAMPLE_ACCOUNTS + number}" for number, account in enumerate(known, start=1)}


def _shape(known: str) -> str:
    """The id with a ``?`` for each character that means nothing."""
    return _MEANINGLESS.sub(lambda part: "?" * len(part[0]), known)


def _filled(shape: str, random: Random) -> str:
    return re.sub(r"\?", lambda _: random.choice(ascii_lowercase + digits), shape)


_DOCUMENTATION = tuple(int(IPv4Address(first)) for first in ("203.0.113.0", "198.51.100.0", "192.0.2.0"))  # RFC 5737
_BENCHMARK = int(IPv4Address("198.18.0.0"))  # RFC 2544, a /15
_DOCUMENTATION_V6 = int(IPv6Address("2001:db8::"))  # RFC 3849, a /32
_SEPARATORS = re.compile(r"(\s*[,;]\s*)")
_RANGE = re.compile(r"(.*?)(\s*-\s*)(.*)", re.DOTALL)

TELLS_NOTHING_V4 = 8
TELLS_NOTHING_V6 = 16


class MaskedAddresses:
    """One mapping for a whole cassette; the first public block seen gets the first free one."""

    def __init__(self) -> None:
        self._places: dict[int, dict[int, int]] = {}

    def masked(self, text: str) -> str | None:
        """``text`` with its public addresses mapped; ``None`` where it is no address, block, range or list of them."""
        parts = _SEPARATORS.split(text)
        masked = [part if place % 2 else self._one(part) for place, part in enumerate(parts)]
        return None if None in masked else "".join(part or "" for part in masked)

    def _one(self, text: str) -> str | None:
        first, dash, last = _range(text)
        try:
            if not dash:
                return self._block(text)
            low, high = ip_address(first), ip_address(last)
        except ValueError:
            return None
        ends = sorted((self._address(low), self._address(high)), key=int)
        return f"{ends[0]}{dash}{ends[1]}"

    def _block(self, text: str) -> str:
        network = ip_network(text.strip(), strict=False)
        if not _is_telling(network):
            return text
        address, slash, length = text.strip().partition("/")
        if isinstance(network, IPv6Network):
            return (
                self._block_v6(network, ip_address(address)) if slash else str(self._v6(int(ip_address(address)), 128))
            )
        if not slash or network.prefixlen >= 24:
            return f"{self._address(ip_address(address))}{slash}{length}"
        if network.prefixlen < 16:
            return f"{IPv4Address(_BENCHMARK)}/15"
        third = int(network.network_address) >> 8 & 0xFF ^ self._place(4, int(network.network_address) >> 16) & 0xFF
        return str(IPv4Network((_BENCHMARK | third << 8, network.prefixlen), strict=False))

    def _block_v6(self, network: IPv6Network, address: IPv4Address | IPv6Address) -> str:
        if network.prefixlen < 48:
            place = self._place(6, int(address) >> 80)
            length = max(network.prefixlen, 32)
            return str(IPv6Network((_DOCUMENTATION_V6 | place << 80, length), strict=False))
        return str(IPv6Network((int(self._v6(int(address), network.prefixlen)), network.prefixlen), strict=False))

    def _address(self, address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
        if not address.is_global:
            return address
        if isinstance(address, IPv6Address):
            return self._v6(int(address), 128)
        place = self._place(3, int(address) >> 8)
        if place < len(_DOCUMENTATION):
            return IPv4Address(_DOCUMENTATION[place] | int(address) & 0xFF)
        return IPv4Address(_BENCHMARK | 1 << 16 | (place & 0xFF) << 8 | int(address) & 0xFF)

    def _v6(self, address: int, length: int) -> IPv6Address:
        """The subnet number of a /48 stays; what follows it is counted."""
        place = self._place(6, address >> 80) & 0xFFFF
        subnet = address >> 64 & 0xFFFF
        host = self._place(7, address) + 1 if length > 64 else 0
        return IPv6Address(_DOCUMENTATION_V6 | place << 80 | subnet << 64 | host)

    def _place(self, kind: int, bits: int) -> int:
        """The number of ``bits`` among those of its kind, counted as they come."""
        places = self._places.setdefault(kind, {})
        return places.setdefault(bits, len(places))


def _range(text: str) -> tuple[str, str, str]:
    found = _RANGE.fullmatch(text.strip())
    return (found.group(1), found.group(2), found.group(3)) if found else (text, "", "")


def _is_telling(network: IPv4Network | IPv6Network) -> bool:
    least = TELLS_NOTHING_V4 if network.version == 4 else TELLS_NOTHING_V6
    return network.is_global and network.prefixlen > least


_ADDRESS = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_TOKEN = re.compile(
    rf"(?<![A-Za-z0-9-])(?P<id>{ID.pattern[2:-2]})(?![A-Za-z0-9-])"
    r"|(?<![\w.])(?P<account>[1-9][0-9]{8,12})(?![\w.])"
    rf"|(?<![\w.:])(?P<address>{_ADDRESS}(?:/[0-9]{{1,3}}|\s*-\s*{_ADDRESS})?)(?![\w.:])"
)
_COST = 2**11


def record_aliases(text: str, masked: Callable[[str], str | None]) -> Aliases | None:
    """The aliases of everything in ``text`` that a recording has another word for; ``None`` where there is nothing."""
    salt = token_hex(16)
    found = {name: stand_in for name in _tokens(text) if (stand_in := masked(name)) not in (None, name)}
    names = {_digest(salt, name): stand_in for name, stand_in in sorted(found.items()) if stand_in is not None}
    return Aliases(salt=salt, names=names) if names else None


def apply_aliases(aliases: Aliases | None, text: str) -> str:
    """``text`` in the words of the recording: what was named when it was made is called as it is called there."""
    if aliases is None:
        return text
    stand_ins = {name: aliases.names.get(_digest(aliases.salt, name), name) for name in set(_tokens(text))}
    return _TOKEN.sub(lambda match: stand_ins.get(match[0], match[0]), text)


def addresses_in(text: str) -> tuple[str, ...]:
    """The public addresses, blocks and ranges in ``text``, each once."""
    return tuple(
        dict.fromkeys(match[0] for match in _TOKEN.finditer(text) if match["address"] and _is_public(match[0]))
    )


def _tokens(text: str) -> Iterator[str]:
    """The ids, numbers of accounts and public addresses, blocks and ranges in a text."""
    for match in _TOKEN.finditer(text):
        if match["address"] is None or _is_public(match[0]):
            yield match[0]


def _is_public(address: str) -> bool:
    return MaskedAddresses().masked(address) not in (None, address)


def _digest(salt: str, name: str) -> str:
    return hashlib.scrypt(name.encode(), salt=bytes.fromhex(salt), n=_COST, r=8, p=1, dklen=16).hex()


def find_changed_relation(original: Cassette, scrubbed: Cassette, named: str = "") -> tuple[str, str] | None:
    """Two addresses or blocks of ``original`` that lie to each other otherwise in ``scrubbed``, if there are any.

    Those in ``named``, the text of all that the run was given, count as well.
    """
    before, after = (one.model_dump(mode="json", include={"interactions"}) for one in (original, scrubbed))
    given = {(text, apply_aliases(scrubbed.aliases, text)) for text in addresses_in(named)}
    swaps = sorted(set(_public(before, after)) | {pair for pair in given if _is_public_block(pair[0])})
    sets = [(text, addresses.parse(text), addresses.parse(masked)) for text, masked in swaps]
    for (one, here, here_masked), (other, there, there_masked) in combinations(sets, 2):
        if _relation(here, there) != _relation(here_masked, there_masked):
            return one, other
    return None


def _relation(one: IntervalSet, other: IntervalSet) -> tuple[bool, bool, bool]:
    return one <= other, other <= one, bool(one & other)


def _public(original: Any, scrubbed: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Every text that names public addresses, with what stands in its place."""
    if isinstance(original, dict) and isinstance(scrubbed, dict):
        for key, value in original.items():
            yield from _public(value, scrubbed.get(key))
    elif isinstance(original, list) and isinstance(scrubbed, list):
        for value, masked in zip(original, scrubbed, strict=False):
            yield from _public(value, masked)
    elif isinstance(original, str) and isinstance(scrubbed, str) and _is_public_block(original):
        yield original, scrubbed


def _is_public_block(text: str) -> bool:
    try:
        return bool(addresses.parse(text) & PUBLIC)
    except ValueError:
        return False
