"""Which addresses are private, which are public, and when a set of blocks amounts to any address."""

from __future__ import annotations

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6
from auditor.model.intervals import EMPTY, IntervalSet

PRIVATE_V4 = addresses.union(("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"))
PRIVATE = PRIVATE_V4 | addresses.union(("fc00::/7", "fe80::/10"))
"""RFC 1918, RFC 6598 and link-local; unique local and link-local IPv6."""

_PUBLIC_V4 = ALL_V4 - PRIVATE_V4 - addresses.union(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"))
_PUBLIC_V6 = addresses.parse("2000::/3")
PUBLIC = _PUBLIC_V4 | _PUBLIC_V6
"""What a packet of the Internet can come from: neither loopback nor multicast nor unassigned IPv6."""

_ANY_SHARE = 2


def families_open_to_any(open_to: IntervalSet) -> IntervalSet:
    """The whole families of which ``open_to`` holds more than one in two public addresses, whatever its blocks are.

    0.0.0.0/0 less the VPC is still any address, and so are 0.0.0.0/1 and 128.0.0.0/1 together.
    """
    found = EMPTY
    for family, public in ((ALL_V4, _PUBLIC_V4), (ALL_V6, _PUBLIC_V6)):
        if _ANY_SHARE * (open_to & public).size > public.size:
            found |= family
    return found
