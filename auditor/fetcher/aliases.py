"""What stands in a recording for the ids, accounts and public addresses that its run was given.

A recording has other words in place of the true ones. So that the true ones can be given to a replay as well, it keeps
for each that a plan, a configuration or the command line names what stands for it, under a digest that is slow to
compute: no true one is in the file, and to find an id by trying takes 36^8 tries of some milliseconds each.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from secrets import token_hex

from auditor.fetcher.cassette import Aliases
from auditor.fetcher.masked_addresses import MaskedAddresses
from auditor.fetcher.masked_names import ID

_ADDRESS = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_TOKEN = re.compile(
    rf"(?<![A-Za-z0-9-])(?P<id>{ID.pattern[2:-2]})(?![A-Za-z0-9-])"
    r"|(?<![\w.])(?P<account>[1-9][0-9]{8,12})(?![\w.])"
    rf"|(?<![\w.:])(?P<address>{_ADDRESS}(?:/[0-9]{{1,3}}|\s*-\s*{_ADDRESS})?)(?![\w.:])"
)
_COST = 2**11


def recorded(text: str, masked: Callable[[str], str | None]) -> Aliases | None:
    """The aliases of everything in ``text`` that a recording has another word for; ``None`` where there is nothing."""
    salt = token_hex(16)
    found = {name: stand_in for name in _tokens(text) if (stand_in := masked(name)) not in (None, name)}
    names = {_digest(salt, name): stand_in for name, stand_in in sorted(found.items()) if stand_in is not None}
    return Aliases(salt=salt, names=names) if names else None


def applied(aliases: Aliases | None, text: str) -> str:
    """``text`` in the words of the recording: what was named when it was made is called as it is called there."""
    if aliases is None:
        return text
    stand_ins = {name: aliases.names.get(_digest(aliases.salt, name), name) for name in set(_tokens(text))}
    return _TOKEN.sub(lambda match: stand_ins.get(match[0], match[0]), text)


def addresses(text: str) -> tuple[str, ...]:
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
