"""Ids and names of a cassette, swapped for others of the same shape and in the same order.

The order matters: a run asks for ids in sorted batches, and a replay must ask in the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from random import Random
from string import ascii_lowercase, digits

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
