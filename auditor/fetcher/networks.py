"""Reads VPCs and subnets, and builds the networks of a cluster from their blocks.

Parses vpc/Vpc, AssistantCidr and Subnet. Blocks that cannot be read, or that may
be missing, are gaps of the :class:`Network` that lacks them; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor.fetcher import actions, json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader
from auditor.model import addresses, identifiers
from auditor.model.clusters import Network, NetworkBlocks, NetworkMode, Networks
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

if TYPE_CHECKING:
    from auditor.fetcher.cluster_list import ListedCluster

PREFIXES = (*identifiers.VPC, *identifiers.SUBNET)
"""How the ids of VPCs and subnets begin."""

ORDINARY, CONTAINER = 0, 1
"""AssistantCidr.AssistantType; missing means ordinary. Type 1 is the Pod range of some cluster in the VPC."""

_VPCS = Lookup(
    listing=Listing(action=actions.VPCS, rows="VpcSet", row_id="VpcId", prefixes=identifiers.VPC, paging=Paging.STRING),
    parameter="VpcIds",
    unknown="blocks",
)
_SUBNETS = Lookup(
    listing=Listing(
        action=actions.SUBNETS, rows="SubnetSet", row_id="SubnetId", prefixes=identifiers.SUBNET, paging=Paging.STRING
    ),
    parameter="SubnetIds",
    unknown="blocks",
)
_ASSISTANTS = Listing(action=actions.ASSISTANT_CIDRS, rows="AssistantCidrSet", row_id="")

_UNKNOWN_BLOCKS = "the CIDR blocks of the VPC could not be fully read"

_ABSENT = "NotFound"
"""The code of the gap for an id that the region does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcBlocks:
    """The blocks of a VPC.

    ``ordinary``: the blocks that machines have their IPv4 addresses in. ``all``: IPv6 and container blocks, too.
    ``without_ipv6``: the answer says that the VPC has no IPv6 block.
    """

    ordinary: Network
    all: Network
    without_ipv6: bool = False

    def extended(self, *networks: Network) -> VpcBlocks:
        """With ``networks`` added to the ordinary blocks and to all blocks."""
        return replace(self, ordinary=_join(self.ordinary, *networks), all=_join(self.all, *networks))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetRefs:
    """The subnets that a cluster refers to, collected while its nodes and pools were read.

    ``container_subnets``: those of VPC-CNI. ``subnets``: those of nodes and pools. ``super_subnets``: those in which
    Pods of super nodes have interfaces. The gaps say why subnets may be missing.
    """

    mode: NetworkMode
    container_subnets: tuple[str, ...] = ()
    container_gaps: tuple[Gap, ...] = ()
    subnets: frozenset[str] = frozenset()
    super_subnets: frozenset[str] = frozenset()
    subnet_gaps: tuple[Gap, ...] = ()

    @property
    def subnet_ids(self) -> frozenset[str]:
        """Every subnet to look up."""
        return self.subnets.union(self.container_subnets)


def has_assistants(row: Mapping[str, Any]) -> bool:
    """Whether the row of a VPC lists its assistant blocks; the list may be empty."""
    return isinstance(row.get("AssistantCidrSet"), list)


def parse_vpc(row: Mapping[str, Any], assistants: tuple[dict[str, Any], ...], call_site: CallSite) -> VpcBlocks:
    """Parse the blocks of a VPC: those of its row and its ``assistants``, from whichever list they came."""
    vpc_id = json_fields.label(row, "VpcId")
    defects = Defects(call_site=call_site, resource=vpc_id, unknown=_UNKNOWN_BLOCKS)
    ipv6_blocks = list(_ipv6_blocks(row, defects))
    blocks = parse_assistants(
        vpc_id, assistants, call_site, ordinary=[json_fields.raw_field(row, "CidrBlock")], others=ipv6_blocks
    )
    return replace(blocks, all=_join(blocks.all, Network(gaps=defects.gaps)), without_ipv6=_denies_ipv6(row))


def parse_own_assistants(row: Mapping[str, Any], call_site: CallSite) -> Rows:
    """The assistant blocks that the row of a VPC lists; its gaps say which of them could not be read."""
    defects = Defects(call_site=call_site, resource=json_fields.label(row, "VpcId"), unknown=_UNKNOWN_BLOCKS)
    assistants = json_fields.mappings(row, "AssistantCidrSet", defects)
    return Rows(rows=assistants, gaps=defects.gaps)


def parse_assistants(
    vpc_id: str,
    assistants: tuple[dict[str, Any], ...],
    call_site: CallSite,
    *,
    ordinary: Iterable[str] = (),
    others: Iterable[str] = (),
) -> VpcBlocks:
    """Parse the assistant blocks of a VPC, together with its ``ordinary`` and ``others`` blocks in the API's spelling.

    A block of an unknown type counts among all blocks only and leaves a gap in both lists.
    """
    gaps = []
    ordinary_blocks, other_blocks = list(ordinary), list(others)
    for assistant in assistants:
        block = json_fields.raw_field(assistant, "CidrBlock")
        kind = assistant.get("AssistantType")
        is_documented = kind is None or (type(kind) is int and kind in (ORDINARY, CONTAINER))
        is_ordinary = is_documented and kind != CONTAINER
        (ordinary_blocks if is_ordinary else other_blocks).append(block)
        if not is_documented:
            message = f"{vpc_id} has the block {block!r} of the type {kind!r}: whether machines stand in it is unknown"
            gaps.append(call_site.gap(vpc_id, "UnknownAssistantType", message))
    return VpcBlocks(
        ordinary=_parse_blocks(ordinary_blocks, gaps, call_site, vpc_id),
        all=_parse_blocks([*ordinary_blocks, *other_blocks], gaps, call_site, vpc_id),
    )


def _denies_ipv6(row: Mapping[str, Any]) -> bool:
    """Whether the row says that the VPC has no IPv6: a row without the key, or with null, does not say so."""
    return row.get("Ipv6CidrBlock") == "" and row.get("Ipv6CidrBlockSet") in (None, [])


def _ipv6_blocks(row: Mapping[str, Any], defects: Defects) -> Iterator[str]:
    """The IPv6 blocks of a VPC, which may have several, of different carriers."""
    if block := json_fields.raw_field(row, "Ipv6CidrBlock"):
        yield block
    for item in json_fields.mappings(row, "Ipv6CidrBlockSet", defects):
        yield json_fields.raw_field(item, "IPv6CidrBlock") or json_fields.raw_field(item, "Ipv6CidrBlock")


def parse_subnet(row: Mapping[str, Any], call_site: CallSite) -> Network:
    """Parse the IPv4 block of a subnet; a subnet with IPv6 only has no block."""
    block = json_fields.raw_field(row, "CidrBlock")
    if not block and json_fields.canonical(json_fields.raw_field(row, "Ipv6CidrBlock")):
        return Network()
    return _parse_blocks([block], [], call_site, json_fields.label(row, "SubnetId"))


def _parse_blocks(sources: list[str], gaps: list[Gap], call_site: CallSite, resource: str) -> Network:
    parsed = [(source, json_fields.canonical(source)) for source in sources]
    unreadable = [
        call_site.gap(resource, "UnreadableAddress", f"{resource} has {source!r}, which is not a CIDR block")
        for source, block in parsed
        if block is None
    ]
    return Network(
        cidrs=json_fields.sorted_blocks(block for _, block in parsed if block is not None), gaps=(*gaps, *unreadable)
    )


def read_vpcs(reader: RegionReader, vpc_ids: Iterable[str]) -> Mapping[str, VpcBlocks]:
    """Read every VPC with its assistant blocks, by id. Must not be called on a thread of the lists."""
    wanted = sorted(set(vpc_ids) - {""})
    result = reader.look_up(_VPCS, wanted)
    # Where the row does not list the assistant blocks, a second call does.
    reads = {
        vpc_id: reader.start(_read_assistants, reader, vpc_id)
        for vpc_id, row in sorted(result.rows.items())
        if not has_assistants(row)
    }
    call_site = reader.call_site(actions.VPCS)
    blocks = {}
    for vpc_id, row in result.rows.items():
        assistants = reads[vpc_id].result() if vpc_id in reads else parse_own_assistants(row, call_site)
        blocks[vpc_id] = parse_vpc(row, assistants.rows, call_site).extended(Network(gaps=assistants.gaps))
    for vpc_id in wanted:
        if vpc_id not in blocks:
            network = _unknown_network(reader, actions.VPCS, result, vpc_id)
            blocks[vpc_id] = VpcBlocks(ordinary=network, all=network)
    return blocks


def _read_assistants(reader: RegionReader, vpc_id: str) -> Rows:
    unknown = f"further blocks of {vpc_id} are"
    return reader.rows(_ASSISTANTS, {"VpcIds": [vpc_id]}, unknown=unknown, resource=vpc_id)


def complete_vpcs(
    reader: RegionReader,
    vpcs: Mapping[str, VpcBlocks],
    subnets_by_vpc: Mapping[str, frozenset[str]],
    subnets: Mapping[str, Network],
) -> Mapping[str, VpcBlocks]:
    """Complete ``vpcs``: read the assistant blocks again where a cluster's subnet lies outside all blocks of its VPC.

    A subnet that still lies outside belongs to its VPC all the same: its block is added, with a gap, because the list
    of blocks is incomplete.
    """
    outside_by_vpc = {
        vpc_id: outside
        for vpc_id, subnet_ids in sorted(subnets_by_vpc.items())
        if vpc_id in vpcs and (outside := _subnets_outside(vpcs[vpc_id], subnet_ids, subnets))
    }
    reads = {vpc_id: reader.start(_read_assistants, reader, vpc_id) for vpc_id in outside_by_vpc}
    completed = {
        vpc_id: _complete_vpc(reader, vpc_id, vpcs[vpc_id], reads[vpc_id].result(), outside, subnets)
        for vpc_id, outside in outside_by_vpc.items()
    }
    return {**vpcs, **completed}


def _subnets_outside(blocks: VpcBlocks, subnet_ids: Iterable[str], subnets: Mapping[str, Network]) -> tuple[str, ...]:
    """The subnets outside of all blocks; none if the blocks have gaps, because a subnet may lie in a missing block."""
    if blocks.all.gaps:
        return ()
    inside = addresses.union(blocks.all.cidrs)
    return tuple(
        subnet_id for subnet_id in sorted(subnet_ids) if not addresses.union(subnets[subnet_id].cidrs) <= inside
    )


def _complete_vpc(
    reader: RegionReader,
    vpc_id: str,
    blocks: VpcBlocks,
    assistants: Rows,
    outside: tuple[str, ...],
    subnets: Mapping[str, Network],
) -> VpcBlocks:
    call_site = reader.call_site(actions.ASSISTANT_CIDRS)
    more = parse_assistants(vpc_id, assistants.rows, call_site)
    completed = replace(
        blocks, ordinary=_join(blocks.ordinary, more.ordinary), all=_join(blocks.all, more.all)
    ).extended(Network(gaps=assistants.gaps))
    remaining = _subnets_outside(completed, outside, subnets)
    if not remaining:
        return completed
    message = f"{', '.join(remaining)} of {vpc_id} stands in none of its blocks: which others it has is unknown"
    gap = call_site.gap(vpc_id, "PartialAnswer", message, GapKind.UNREAD)
    return completed.extended(*(subnets[subnet_id] for subnet_id in remaining), Network(gaps=(gap,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSubnets:
    """Subnets by id: their IPv4 blocks, and the rows of those that the region has."""

    blocks: Mapping[str, Network]
    rows: Mapping[str, Mapping[str, Any]]


def read_subnets(reader: RegionReader, subnet_ids: Iterable[str]) -> ReadSubnets:
    """Read subnets. Must not be called on a thread of the lists."""
    wanted = sorted(set(subnet_ids))
    result = reader.look_up(_SUBNETS, wanted)
    call_site = reader.call_site(actions.SUBNETS)
    blocks = {subnet_id: parse_subnet(row, call_site) for subnet_id, row in result.rows.items()}
    for subnet_id in wanted:
        if subnet_id not in blocks:
            blocks[subnet_id] = _unknown_network(reader, actions.SUBNETS, result, subnet_id)
    return ReadSubnets(blocks=blocks, rows=result.rows)


def _unknown_network(reader: RegionReader, action: actions.ApiAction, result: LookupResult, resource: str) -> Network:
    """A network without blocks, with the reason why the look-up gave no row."""
    message = f"{resource} is referred to and {action.permission} does not know it: its blocks are unknown"
    absent = reader.call_site(action).gap(resource, _ABSENT, message, GapKind.UNREAD)
    return Network(gaps=(result.failed.get(resource) or absent,))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedNetworks:
    """VPCs and subnets that a planned change names, by id."""

    vpcs: Mapping[str, VpcBlocks] = field(default_factory=dict)
    subnets: Mapping[str, Network] = field(default_factory=dict)


def read_named_networks(reader: RegionReader, ids: Iterable[str]) -> NamedNetworks:
    """Read the VPCs and subnets of these ids. Must not be called on a thread of the lists."""
    wanted = sorted(ids)
    return NamedNetworks(
        vpcs=read_vpcs(reader, [vpc_id for vpc_id in wanted if vpc_id.startswith(identifiers.VPC)]),
        subnets=read_subnets(
            reader, [subnet_id for subnet_id in wanted if subnet_id.startswith(identifiers.SUBNET)]
        ).blocks,
    )


def select_named_networks(
    region: str,
    ids: Iterable[str],
    vpcs: Mapping[str, VpcBlocks],
    subnets: Mapping[str, Network],
    named: NamedNetworks,
) -> tuple[NetworkBlocks, ...]:
    """Those of ``ids`` that the region has, sorted: read for a cluster (``vpcs``, ``subnets``) or only by name."""
    all_vpcs = {**vpcs, **named.vpcs}
    all_subnets = {**subnets, **named.subnets}
    networks = []
    for network_id in sorted(ids):
        if vpc := all_vpcs.get(network_id):
            blocks, surroundings = vpc.ordinary, vpc.all
        elif network_id in all_subnets:
            blocks, surroundings = all_subnets[network_id], Network()
        else:
            continue
        if not any(gap.code == _ABSENT for gap in blocks.gaps):
            networks.append(
                NetworkBlocks(region=region, network_id=network_id, blocks=blocks, surroundings=surroundings)
            )
    return tuple(networks)


def build_networks(
    reader: RegionReader,
    cluster: ListedCluster,
    subnet_refs: SubnetRefs,
    vpcs: Mapping[str, VpcBlocks],
    subnets: Mapping[str, Network],
) -> Networks:
    """Build the networks of one cluster from the VPCs and subnets of its region."""
    vpc = vpcs.get(cluster.vpc_id) or _unnamed_vpc(reader, cluster)
    container_subnets = [subnets[subnet_id] for subnet_id in sorted(subnet_refs.container_subnets)]
    all_subnets = [subnets[subnet_id] for subnet_id in sorted(subnet_refs.subnet_ids)]
    return Networks(
        container=_build_container(reader, cluster, subnet_refs, container_subnets),
        vpc=vpc.ordinary,
        subnets=_join(*all_subnets, Network(gaps=subnet_refs.subnet_gaps)),
        surroundings=vpc.all,
        without_ipv6=vpc.without_ipv6,
    )


def _build_container(
    reader: RegionReader, cluster: ListedCluster, subnet_refs: SubnetRefs, subnets: list[Network]
) -> Network:
    """ClusterCIDR where Pods are routed, container subnets where VPC-CNI is on; both where the mode is unknown."""
    is_routed = subnet_refs.mode is not NetworkMode.VPC_CNI
    blocks = Network(cidrs=cluster.pod_blocks, gaps=cluster.gaps) if is_routed else Network()
    network = _join(blocks, *subnets, Network(gaps=subnet_refs.container_gaps))
    if network.cidrs or network.gaps:
        return network
    message = f"{cluster.cluster_id} names no container network: its Pods' addresses are unknown"
    return Network(gaps=(reader.cluster_gap(actions.CLUSTERS, cluster.cluster_id, "NoContainerNetwork", message),))


def _unnamed_vpc(reader: RegionReader, cluster: ListedCluster) -> VpcBlocks:
    message = f"the cluster network of {cluster.cluster_id} is unknown: the answer names no VPC"
    network = Network(gaps=(reader.cluster_gap(actions.CLUSTERS, cluster.cluster_id, "NoVpc", message),))
    return VpcBlocks(ordinary=network, all=network)


def _join(*networks: Network) -> Network:
    """The blocks and gaps of all ``networks``, sorted, each once."""
    return Network(
        cidrs=json_fields.sorted_blocks(block for network in networks for block in network.cidrs),
        gaps=tuple(sorted({gap for network in networks for gap in network.gaps})),
    )
