"""The address axis of the pictures: who can reach a service, widest on top, seen from one cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6
from auditor.model.intervals import IntervalSet
from auditor.model.result import ClusterResult

PRIVATE = addresses.union(
    (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
PUBLIC = (ALL_V4 - addresses.union(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"))) | addresses.parse("2000::/3")
PUBLIC -= PRIVATE

ANY_SHARE = 2
"""More than one in this many public addresses of a family is any address, whatever the blocks are."""


class Band(StrEnum):
    """Rows of a picture. A service that any address can reach fills every row below ``ANY`` as well."""

    ANY = "any"
    PUBLIC = "public"
    PRIVATE = "private"
    VPC = "vpc"
    CONTAINERS = "containers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The address line cut for one cluster; the parts do not overlap, and a part can be empty.

    Addresses that no packet comes from (loopback, multicast, unassigned IPv6) are in none of them.
    """

    containers: IntervalSet
    vpc: IntervalSet
    private: IntervalSet
    public: IntervalSet

    def bands(self) -> tuple[Band, ...]:
        """The rows that this cluster has, from the top."""
        inner = ((Band.VPC, self.vpc), (Band.CONTAINERS, self.containers))
        return (Band.ANY, Band.PUBLIC, Band.PRIVATE, *(band for band, there in inner if there))

    def bands_of(self, there: IntervalSet, together: IntervalSet) -> frozenset[Band]:
        """The rows in which the addresses ``there`` show.

        ``together`` holds ``there``; it, not the part, says whether this is any address.
        """
        parts = ((Band.PRIVATE, self.private), (Band.VPC, self.vpc), (Band.CONTAINERS, self.containers))
        found = {band for band, part in parts if there & part}
        if there & self.public:
            found.add(Band.PUBLIC)
        if any(there & family for family in _open_families(together)):
            found.add(Band.ANY)
        return frozenset(found)


def surroundings(cluster: ClusterResult) -> Surroundings:
    """The address line as ``cluster`` sees it."""
    networks = cluster.cluster.networks
    containers = addresses.union(cluster.container)
    around = addresses.union(cluster.cluster_network + networks.vpc.cidrs + networks.surroundings.cidrs) - containers
    own = containers | around
    return Surroundings(containers=containers, vpc=around, private=PRIVATE - own, public=PUBLIC - own)


def _open_families(together: IntervalSet) -> Iterator[IntervalSet]:
    for family in (ALL_V4, ALL_V6):
        public = PUBLIC & family
        if ANY_SHARE * (together & public).size > public.size:
            yield public
