"""The address axis of the pictures: who can reach a service, widest on top, seen from one cluster."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model import addresses
from auditor.model.intervals import IntervalSet
from auditor.model.ranges import PRIVATE, PUBLIC, families_open_to_any
from auditor.model.result import ClusterResult


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
        if there & PUBLIC & families_open_to_any(together):
            found.add(Band.ANY)
        return frozenset(found)


def surroundings(cluster: ClusterResult) -> Surroundings:
    """The address line as ``cluster`` sees it."""
    networks = cluster.cluster.networks
    containers = addresses.union(cluster.container)
    around = addresses.union(cluster.cluster_network + networks.vpc.cidrs + networks.surroundings.cidrs) - containers
    own = containers | around
    return Surroundings(containers=containers, vpc=around, private=PRIVATE - own, public=PUBLIC - own)
