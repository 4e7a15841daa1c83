"""What stands in a recording for the ids and public addresses that the command line, a plan or a configuration names.

A recording has other ids and addresses in place of the true ones. So that the same words can be given to a replay, it
keeps for each that was named what stands for it, under a digest that is slow to compute: no true id is in the file, and
to find one by trying takes 36^8 tries of some milliseconds each.
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
    return tuple(dict.fromkeys(token for token in _tokens(text) if ID.fullmatch(token) is None))


def _tokens(text: str) -> Iterator[str]:
    """The ids and the public addresses, blocks and ranges in a text."""
    for match in _TOKEN.finditer(text):
        if match["id"] is not None or MaskedAddresses().masked(match[0]) not in (None, match[0]):
            yield match[0]


def _digest(salt: str, name: str) -> str:
    return hashlib.scrypt(name.encode(), salt=bytes.fromhex(salt), n=_COST, r=8, p=1, dklen=16).hex()
