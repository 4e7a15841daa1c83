"""The one packet that stands for a set in a report."""

from __future__ import annotations

from functools import lru_cache

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ANYWHERE
from auditor.model.packets import PacketSet, packets
from auditor.model.regions import Witness, witness
from auditor.model.services import EVERYTHING, Protocol, services

_SPECIAL = addresses.union(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "ff00::/8"))
_ZERO = services(Protocol.TCP, ((0, 0),)) | services(Protocol.UDP, ((0, 0),))

_TELLING = (
    packets(EVERYTHING - _ZERO, ANYWHERE - _SPECIAL),
    packets(EVERYTHING, ALL_V4),
    packets(services(Protocol.TCP, ((10250, 10250),)), ANYWHERE),
    packets(services(Protocol.TCP, ((22, 22),)), ANYWHERE),
    packets(services(Protocol.TCP, ((443, 443),)), ANYWHERE),
    packets(EVERYTHING, addresses.union(("203.0.113.0/24", "2001:db8::/32"))),
)
"""What makes a packet telling: that a machine could send it, that people know the port, that it reads as an example."""


@lru_cache(maxsize=1 << 12)
def example(of: PacketSet) -> Witness:
    """A packet of a set that is not empty, as telling as the set allows."""
    left = of
    for telling in _TELLING:
        left = left & telling or left
    return witness(left)
