"""Assigns pseudonyms to the ids, names, account numbers and public addresses of a cassette.

Ids and names use order-preserving pseudonyms: the sort order matters, since a run asks for ids in sorted batches and a
replay must ask for the same batches. Public addresses use block-preserving pseudonyms from the documentation and
benchmark ranges (:class:`MaskedAddresses`). Aliases let a replay accept the real ids and addresses of the original run
without storing them: the cassette holds a salted digest of each (:func:`record_aliases`).
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
    "acl|acli|asc|asg|ass|cam|cbm|ccn|cdb|cls|cvm|disk|eip|ekl|eklet|eks|eni|hai|host|hpc|igw|image|img|ins|ipm|ipmg|kms|lb|lbl"
    "|lbtg|loc|nat|node|np|pcx|ppm|ppmg|ps|rtb|set|sg|skey|snap|subnet|tpl|vip|vpc"
)
ID = re.compile(rf"\b(?:(?:{_PREFIXES})-)+[a-z0-9]{{5,16}}(?:-[a-z0-9]{{4,16}})*\b")
"""Ids of cloud objects: a known prefix or several, then random parts."""

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)

_EXAMPLE_ACCOUNTS = 100_000_000_000

_RANDOM_PART = re.compile(rf"\b(?!(?:{_PREFIXES})-)[a-z0-9]+")


def masked_ids(ids: Iterable[str], random: Random) -> dict[str, str]:
    """Return a pseudonym for each id.

    Pseudonyms keep the prefixes and the length. Ids of equal shape keep their sort order.
    """
    masked: dict[str, str] = {}
    for shape, group in groupby(sorted(set(ids), key=lambda cloud_id: (_shape(cloud_id), cloud_id)), key=_shape):
        originals = list(group)
        invented: set[str] = set()
        while len(invented) < len(originals):
            invented.add(_filled(shape, random))
        masked.update(zip(originals, sorted(invented), strict=True))
    return masked


def masked_uuid(random: Random) -> str:
    """Return a random UUID, the form of request ids."""
    text = f"{random.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def masked_names(names: Iterable[str]) -> dict[str, str]:
    """Return a numbered pseudonym for each distinct name, in the order of the names. The empty name has none."""
    distinct = sorted(set(names) - {""})
    width = len(str(len(distinct)))
    return {name: f"name-{number:0{width}}" for number, name in enumerate(distinct, start=1)}


def masked_accounts(accounts: Iterable[str]) -> dict[str, str]:
    """Return an account number from the examples of the API for each, in order. Texts that are not digits have none."""
    distinct = sorted({account for account in accounts if re.fullmatch(r"[0-9]+", account)})
    return {account: f"{_EXAMPLE_ACCOUNTS + number}" for number, account in enumerate(distinct, start=1)}


def _shape(cloud_id: str) -> str:
    """The id with a ``?`` for each random character."""
    return _RANDOM_PART.sub(lambda part: "?" * len(part[0]), cloud_id)


def _filled(shape: str, random: Random) -> str:
    return re.sub(r"\?", lambda _: random.choice(ascii_lowercase + digits), shape)


_DOCUMENTATION = tuple(int(IPv4Address(first)) for first in ("203.0.113.0", "198.51.100.0", "192.0.2.0"))  # RFC 5737
_BENCHMARK = int(IPv4Address("198.18.0.0"))  # RFC 2544, a /15
_DOCUMENTATION_V6 = int(IPv6Address("2001:db8::"))  # RFC 3849, a /32
_SEPARATORS = re.compile(r"(\s*[,;]\s*)")
_RANGE = re.compile(r"(.*?)(\s*-\s*)(.*)", re.DOTALL)

UNIDENTIFYING_V4 = 8
UNIDENTIFYING_V6 = 16
"""Prefix lengths up to which a public block is too large to identify its owner, and stays."""


class MaskedAddresses:
    """A block-preserving mapping of the public addresses of one cassette.

    Each public /24 (IPv6: /48) gets the next free block of the documentation ranges, then of 198.19.0.0/16, in order of
    appearance. The last octet stays, so inclusions and overlaps within a /24 stay exact. Blocks from /16 to /23 become
    blocks of equal length in 198.18.0.0/16, wider blocks become 198.18.0.0/15. Private addresses stay. Invariant: equal
    addresses map to equal addresses. With more than 259 public /24 blocks some share a pseudonym, and relations between
    blocks of different lengths may change; :func:`find_changed_relation` finds both.
    """

    def __init__(self) -> None:
        self._numbers: dict[int, dict[int, int]] = {}

    def masked(self, text: str) -> str | None:
        """Return ``text`` with public addresses mapped; ``None`` unless it is an address, block, range or list."""
        parts = _SEPARATORS.split(text)
        masked = [part if position % 2 else self._entry(part) for position, part in enumerate(parts)]
        return None if None in masked else "".join(part or "" for part in masked)

    def _entry(self, text: str) -> str | None:
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
        if not _is_identifying(network):
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
        third = int(network.network_address) >> 8 & 0xFF ^ self._number(4, int(network.network_address) >> 16) & 0xFF
        return str(IPv4Network((_BENCHMARK | third << 8, network.prefixlen), strict=False))

    def _block_v6(self, network: IPv6Network, address: IPv4Address | IPv6Address) -> str:
        if network.prefixlen < 48:
            number = self._number(6, int(address) >> 80)
            length = max(network.prefixlen, 32)
            return str(IPv6Network((_DOCUMENTATION_V6 | number << 80, length), strict=False))
        return str(IPv6Network((int(self._v6(int(address), network.prefixlen)), network.prefixlen), strict=False))

    def _address(self, address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
        if not address.is_global:
            return address
        if isinstance(address, IPv6Address):
            return self._v6(int(address), 128)
        number = self._number(3, int(address) >> 8)
        if number < len(_DOCUMENTATION):
            return IPv4Address(_DOCUMENTATION[number] | int(address) & 0xFF)
        return IPv4Address(_BENCHMARK | 1 << 16 | (number & 0xFF) << 8 | int(address) & 0xFF)

    def _v6(self, address: int, length: int) -> IPv6Address:
        """Map an IPv6 address. The subnet number within the /48 stays, the interface part is numbered."""
        number = self._number(6, address >> 80) & 0xFFFF
        subnet = address >> 64 & 0xFFFF
        host = self._number(7, address) + 1 if length > 64 else 0
        return IPv6Address(_DOCUMENTATION_V6 | number << 80 | subnet << 64 | host)

    def _number(self, kind: int, bits: int) -> int:
        """The number of ``bits`` among the values of ``kind``, counted in order of appearance."""
        numbers = self._numbers.setdefault(kind, {})
        return numbers.setdefault(bits, len(numbers))


def _range(text: str) -> tuple[str, str, str]:
    match = _RANGE.fullmatch(text.strip())
    return (match.group(1), match.group(2), match.group(3)) if match else (text, "", "")


def _is_identifying(network: IPv4Network | IPv6Network) -> bool:
    limit = UNIDENTIFYING_V4 if network.version == 4 else UNIDENTIFYING_V6
    return network.is_global and network.prefixlen > limit


_ADDRESS = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_TOKEN = re.compile(
    rf"(?<![A-Za-z0-9-])(?P<id>{ID.pattern[2:-2]})(?![A-Za-z0-9-])"
    r"|(?<![\w.])(?P<account>[1-9][0-9]{8,12})(?![\w.])"
    rf"|(?<![\w.:])(?P<address>{_ADDRESS}(?:/[0-9]{{1,3}}|\s*-\s*{_ADDRESS})?)(?![\w.:])"
)
_COST = 2**11


def record_aliases(text: str, masked: Callable[[str], str | None]) -> Aliases | None:
    """Return the aliases of the ids, account numbers and public addresses in ``text`` that have a pseudonym.

    ``masked`` returns the pseudonym of a token, or ``None``. The result maps salted digests (scrypt) to pseudonyms, so
    the cassette does not contain the tokens. ``None`` where no token has a pseudonym.
    """
    salt = token_hex(16)
    pairs = {token: pseudonym for token in _tokens(text) if (pseudonym := masked(token)) not in (None, token)}
    names = {_digest(salt, token): pseudonym for token, pseudonym in sorted(pairs.items()) if pseudonym is not None}
    return Aliases(salt=salt, names=names) if names else None


def apply_aliases(aliases: Aliases | None, text: str) -> str:
    """Return ``text`` with every id and address that ``aliases`` knows replaced by its pseudonym."""
    if aliases is None:
        return text
    pseudonyms = {name: aliases.names.get(_digest(aliases.salt, name), name) for name in set(_tokens(text))}
    return _TOKEN.sub(lambda match: pseudonyms.get(match[0], match[0]), text)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the distinct public addresses, blocks and ranges in ``text``, in order."""
    return tuple(
        dict.fromkeys(match[0] for match in _TOKEN.finditer(text) if match["address"] and _is_public(match[0]))
    )


def _tokens(text: str) -> Iterator[str]:
    """Yield the ids, account numbers and public addresses, blocks and ranges in ``text``."""
    for match in _TOKEN.finditer(text):
        if match["address"] is None or _is_public(match[0]):
            yield match[0]


def _is_public(address: str) -> bool:
    return MaskedAddresses().masked(address) not in (None, address)


def _digest(salt: str, name: str) -> str:
    return hashlib.scrypt(name.encode(), salt=bytes.fromhex(salt), n=_COST, r=8, p=1, dklen=16).hex()


def find_changed_relation(original: Cassette, scrubbed: Cassette, named: str = "") -> tuple[str, str] | None:
    """Return two address texts of ``original`` whose inclusion or overlap differs in ``scrubbed``, or ``None``.

    A replay of such a cassette may reach another result than the original run. Addresses in ``named``, the text of the
    inputs of the run, count as well.
    """
    before, after = (cassette.model_dump(mode="json", include={"interactions"}) for cassette in (original, scrubbed))
    inputs = {(text, apply_aliases(scrubbed.aliases, text)) for text in addresses_in(named)}
    pairs = sorted(set(_public(before, after)) | {pair for pair in inputs if _is_public_block(pair[0])})
    sets = [(text, addresses.parse(text), addresses.parse(masked)) for text, masked in pairs]
    for (first_text, first, first_masked), (second_text, second, second_masked) in combinations(sets, 2):
        if _relation(first, second) != _relation(first_masked, second_masked):
            return first_text, second_text
    return None


def _relation(first: IntervalSet, second: IntervalSet) -> tuple[bool, bool, bool]:
    return first <= second, second <= first, bool(first & second)


def _public(original: Any, scrubbed: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Yield every text with public addresses, paired with its pseudonym."""
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
