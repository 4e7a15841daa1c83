"""vpc/Vpc, AssistantCidr and Subnet -> blocks by what they are for, and tke/DescribeIPAMD -> container subnets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing, Paging
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader
from auditor.model import addresses, identifiers
from auditor.model.clusters import Network, NetworkBlocks, NetworkMode, Networks
from auditor.model.gaps import Gap, GapKind

ORDINARY, CONTAINER = 0, 1
"""AssistantCidr.AssistantType; missing means ordinary. Type 1 is the Pod range of some cluster in the VPC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcBlocks:
    """``ordinary``: where machines have their IPv4 addresses. ``all``: IPv6 and container blocks as well.

    ``without_ipv6``: the VPC's answer says that it has no IPv6 block.
    """

    ordinary: Network
    all: Network
    without_ipv6: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipamd:
    """Whether VPC-CNI is on, and the subnets that it takes Pod addresses from; ``None`` where no list could be read."""

    enabled: bool
    subnet_ids: tuple[str, ...] | None


def parse_ipamd(answer: Mapping[str, Any]) -> Ipamd | None:
    """An answer of DescribeIPAMD, ``None`` where it does not say whether the add-on is there.

    A GlobalRouter cluster with custom Pod ranges has the add-on with its VPC-CNI mode off.
    """
    enabled, disabled = answer.get("EnableIPAMD"), answer.get("DisableVpcCniMode")
    if not isinstance(enabled, bool) or not isinstance(disabled, bool | None):
        return None
    if not enabled or disabled:
        return Ipamd(enabled=False, subnet_ids=())
    return Ipamd(enabled=True, subnet_ids=json_fields.names_if_any(answer, "SubnetIds", identifiers.SUBNET))


def has_assistants(row: Mapping[str, Any]) -> bool:
    """Whether the VPC's own row lists its assistant blocks, be it none."""
    return isinstance(row.get("AssistantCidrSet"), list)


def parse_vpc(row: Mapping[str, Any], assistants: tuple[dict[str, Any], ...], origin: CallSite) -> VpcBlocks:
    """The blocks of a VPC with its ``assistants``, wherever they were listed."""
    vpc_id = json_fields.label(row, "VpcId")
    defects = Defects(origin=origin, resource=vpc_id, unknown="which blocks the VPC has is not wholly known")
    blocks = _parse_blocks(
        vpc_id, [json_fields.spelling(row, "CidrBlock")], list(_v6_blocks(row, defects)), assistants, origin
    )
    whole = replace(blocks.all, gaps=(*blocks.all.gaps, *defects.gaps))
    return replace(blocks, all=whole, without_ipv6=_denies_ipv6(row))


def parse_own_assistants(
    row: Mapping[str, Any], origin: CallSite
) -> tuple[tuple[dict[str, Any], ...], tuple[Gap, ...]]:
    """The assistant blocks that the VPC's own row lists, and what of the list could not be read."""
    unknown = "which blocks the VPC has is not wholly known"
    defects = Defects(origin=origin, resource=json_fields.label(row, "VpcId"), unknown=unknown)
    return json_fields.mappings(row, "AssistantCidrSet", defects), defects.gaps


def parse_assistants(vpc_id: str, assistants: tuple[dict[str, Any], ...], origin: CallSite) -> VpcBlocks:
    """The blocks of ``assistants`` alone."""
    return _parse_blocks(vpc_id, [], [], assistants, origin)


def _parse_blocks(
    vpc_id: str, ordinary: list[str], others: list[str], assistants: tuple[dict[str, Any], ...], origin: CallSite
) -> VpcBlocks:
    gaps = []
    for assistant in assistants:
        block = json_fields.spelling(assistant, "CidrBlock")
        kind = assistant.get("AssistantType")
        known = kind is None or (type(kind) is int and kind in (ORDINARY, CONTAINER))
        if known and kind != CONTAINER:
            ordinary.append(block)
        else:
            others.append(block)
        if not known:
            message = f"{vpc_id} has the block {block!r} of the type {kind!r}: whether machines stand in it is unknown"
            gaps.append(origin.gap(vpc_id, "UnknownAssistantType", message))
    return VpcBlocks(
        ordinary=_parse_network(ordinary, gaps, origin, vpc_id),
        all=_parse_network([*ordinary, *others], gaps, origin, vpc_id),
    )


def _denies_ipv6(row: Mapping[str, Any]) -> bool:
    """Whether the row says that the VPC has no IPv6: a row without the key, or with null, says nothing."""
    return row.get("Ipv6CidrBlock") == "" and row.get("Ipv6CidrBlockSet") in (None, [])


def _v6_blocks(row: Mapping[str, Any], defects: Defects) -> Iterator[str]:
    """IPv6 blocks of a VPC, which may have several, of different carriers."""
    if block := json_fields.spelling(row, "Ipv6CidrBlock"):
        yield block
    for item in json_fields.mappings(row, "Ipv6CidrBlockSet", defects):
        yield json_fields.spelling(item, "IPv6CidrBlock") or json_fields.spelling(item, "Ipv6CidrBlock")


def parse_subnet(row: Mapping[str, Any], origin: CallSite) -> Network:
    """The IPv4 block of a subnet; one that has IPv6 alone has none."""
    block = json_fields.spelling(row, "CidrBlock")
    if not block and json_fields.canonical(json_fields.spelling(row, "Ipv6CidrBlock")):
        return Network()
    return _parse_network([block], [], origin, json_fields.label(row, "SubnetId"))


def _parse_network(sources: list[str], gaps: list[Gap], origin: CallSite, resource: str) -> Network:
    read = [(source, json_fields.canonical(source)) for source in sources]
    unread = [
        origin.gap(resource, "UnreadableAddress", f"{resource} has the block {source!r}, which is none")
        for source, block in read
        if block is None
    ]
    return Network(
        cidrs=json_fields.sorted_blocks(block for _, block in read if block is not None), gaps=(*gaps, *unread)
    )


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

_ABSENT = "NotFound"
"""The code of a gap for an id that the region does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetRefs:
    """What a cluster stands on, gathered while its nodes and pools were read.

    ``container_subnets`` are those of VPC-CNI, ``subnets`` those of nodes and pools; gaps say what may lack.
    """

    mode: NetworkMode
    container_subnets: tuple[str, ...] = ()
    container_gaps: tuple[Gap, ...] = ()
    subnets: frozenset[str] = frozenset()
    subnet_gaps: tuple[Gap, ...] = ()

    @property
    def subnet_ids(self) -> frozenset[str]:
        """Every subnet to look up."""
        return self.subnets.union(self.container_subnets)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerNetwork:
    """How Pods get their addresses; with ``gaps`` there may be more to it."""

    mode: NetworkMode
    subnet_ids: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


def read_container_network(reader: RegionReader, cluster: ListedCluster) -> ContainerNetwork:
    """The cluster's mode, with what the VPC-CNI add-on says: it may be attached to a GlobalRouter cluster."""
    if cluster.network_mode is NetworkMode.CILIUM_OVERLAY:
        return ContainerNetwork(mode=cluster.network_mode)
    ipamd = _read_ipamd(reader, cluster)
    if isinstance(ipamd, Gap):
        return ContainerNetwork(mode=cluster.network_mode, subnet_ids=cluster.container_subnets or (), gaps=(ipamd,))
    return _combine_container_network(reader, cluster, ipamd)


def _read_ipamd(reader: RegionReader, cluster: ListedCluster) -> Ipamd | Gap:
    unknown = f"whether {cluster.cluster_id} has VPC-CNI, and its container subnets, are"
    try:
        ipamd = parse_ipamd(reader.call(actions.IPAMD, {"ClusterId": cluster.cluster_id}))
    except FetchError as error:
        return reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id)
    if ipamd is not None:
        return ipamd
    origin = reader.call_site(actions.IPAMD, cluster.cluster_id)
    message = f"{unknown} unknown: the answer has no EnableIPAMD"
    return origin.gap(cluster.cluster_id, "PartialAnswer", message, GapKind.UNREAD)


def _combine_container_network(reader: RegionReader, cluster: ListedCluster, ipamd: Ipamd) -> ContainerNetwork:
    mode = cluster.network_mode
    if ipamd.enabled and mode is NetworkMode.GLOBAL_ROUTER:
        mode = NetworkMode.MIXED
    subnets = tuple(sorted({*(cluster.container_subnets or ()), *(ipamd.subnet_ids or ())}))
    if cluster.container_subnets is None or ipamd.subnet_ids is None:
        return ContainerNetwork(mode=mode, subnet_ids=subnets, gaps=(_unreadable_subnets(reader, cluster, ipamd),))
    if mode in (NetworkMode.VPC_CNI, NetworkMode.MIXED) and not subnets:
        message = f"{cluster.cluster_id} uses VPC-CNI and names no container subnet: its Pods' addresses are unknown"
        origin = reader.call_site(actions.IPAMD, cluster.cluster_id)
        gap = origin.gap(cluster.cluster_id, "NoContainerNetwork", message, GapKind.UNREAD)
        return ContainerNetwork(mode=mode, gaps=(gap,))
    return ContainerNetwork(mode=mode, subnet_ids=subnets)


def _unreadable_subnets(reader: RegionReader, cluster: ListedCluster, ipamd: Ipamd) -> Gap:
    action = actions.IPAMD if ipamd.subnet_ids is None else actions.CLUSTERS
    message = f"the container subnets of {cluster.cluster_id} are not wholly known: their list holds what is no id"
    return reader.call_site(action, cluster.cluster_id).gap(cluster.cluster_id, "UnreadableSubnets", message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpcs:
    """The blocks of each VPC that was asked for, or why they are unknown."""

    blocks: Mapping[str, VpcBlocks] = field(default_factory=dict)


def read_vpcs(reader: RegionReader, vpc_ids: Iterable[str]) -> Vpcs:
    """Every VPC with its assistant blocks. Not to be called on the floor of lists."""
    wanted = sorted(set(vpc_ids) - {""})
    found = reader.look_up(_VPCS, wanted)
    bare = [vpc_id for vpc_id, row in sorted(found.rows.items()) if not has_assistants(row)]
    listed = {vpc_id: reader.start(_read_assistants, reader, vpc_id) for vpc_id in bare}
    blocks = {}
    for vpc_id, row in found.rows.items():
        if vpc_id in listed:
            blocks[vpc_id] = _add_assistants(reader, row, *listed[vpc_id].result())
        else:
            own = parse_own_assistants(row, reader.call_site(actions.VPCS))
            blocks[vpc_id] = _add_assistants(reader, row, *own)
    return Vpcs(
        blocks=blocks | {vpc_id: _unknown_vpc(reader, found, vpc_id) for vpc_id in wanted if vpc_id not in blocks}
    )


def complete_vpcs(
    reader: RegionReader, vpcs: Vpcs, subnets_by_vpc: Mapping[str, frozenset[str]], subnets: Mapping[str, Network]
) -> Vpcs:
    """``vpcs``, asked about again where a subnet of a cluster lies outside of all the blocks that its VPC named.

    What lies outside even then belongs to the VPC all the same, and the list of its blocks is not whole.
    """
    outside = {
        vpc_id: missed
        for vpc_id, ids in sorted(subnets_by_vpc.items())
        if vpc_id in vpcs.blocks and (missed := _subnets_outside(vpcs.blocks[vpc_id], ids, subnets))
    }
    listed = {vpc_id: reader.start(_read_assistants, reader, vpc_id) for vpc_id in outside}
    more = {
        vpc_id: _widen(reader, vpc_id, vpcs.blocks[vpc_id], *listed[vpc_id].result(), missed, subnets)
        for vpc_id, missed in outside.items()
    }
    return Vpcs(blocks={**vpcs.blocks, **more})


def _subnets_outside(blocks: VpcBlocks, subnet_ids: Iterable[str], subnets: Mapping[str, Network]) -> tuple[str, ...]:
    """The subnets that stand in none of the blocks; nothing is outside of blocks that are not wholly known."""
    if blocks.all.gaps:
        return ()
    known = addresses.union(blocks.all.cidrs)
    return tuple(one for one in sorted(subnet_ids) if not addresses.union(subnets[one].cidrs) <= known)


def _widen(
    reader: RegionReader,
    vpc_id: str,
    blocks: VpcBlocks,
    assistants: tuple[dict[str, Any], ...],
    gaps: tuple[Gap, ...],
    missed: tuple[str, ...],
    subnets: Mapping[str, Network],
) -> VpcBlocks:
    origin = reader.call_site(actions.ASSISTANT_CIDRS)
    found = parse_assistants(vpc_id, assistants, origin)
    wider = replace(
        blocks,
        ordinary=_join([blocks.ordinary, found.ordinary, Network(gaps=gaps)]),
        all=_join([blocks.all, found.all, Network(gaps=gaps)]),
    )
    still = _subnets_outside(wider, missed, subnets)
    if not still:
        return wider
    message = f"{', '.join(still)} of {vpc_id} stands in none of its blocks: which others it has is unknown"
    beyond = [
        *(subnets[one] for one in still),
        Network(gaps=(origin.gap(vpc_id, "PartialAnswer", message, GapKind.UNREAD),)),
    ]
    return replace(wider, ordinary=_join([wider.ordinary, *beyond]), all=_join([wider.all, *beyond]))


def _read_assistants(reader: RegionReader, vpc_id: str) -> tuple[tuple[dict[str, Any], ...], tuple[Gap, ...]]:
    rows = reader.rows(_ASSISTANTS, {"VpcIds": [vpc_id]}, unknown=f"further blocks of {vpc_id} are", resource=vpc_id)
    return rows.rows, rows.gaps


def _add_assistants(
    reader: RegionReader, row: Mapping[str, Any], assistants: tuple[dict[str, Any], ...], gaps: tuple[Gap, ...]
) -> VpcBlocks:
    blocks = parse_vpc(row, assistants, reader.call_site(actions.VPCS))
    return replace(
        blocks, ordinary=_join([blocks.ordinary, Network(gaps=gaps)]), all=_join([blocks.all, Network(gaps=gaps)])
    )


def _unknown_vpc(reader: RegionReader, found: LookupResult, vpc_id: str) -> VpcBlocks:
    network = Network(gaps=(found.failed.get(vpc_id) or _not_found_gap(reader, actions.VPCS, vpc_id),))
    return VpcBlocks(ordinary=network, all=network)


def read_subnets(reader: RegionReader, subnet_ids: Iterable[str]) -> Mapping[str, Network]:
    """The IPv4 block of each subnet, or why it is unknown. Not to be called on the floor of lists."""
    wanted = sorted(set(subnet_ids))
    found = reader.look_up(_SUBNETS, wanted)
    origin = reader.call_site(actions.SUBNETS)
    networks = {subnet_id: parse_subnet(row, origin) for subnet_id, row in found.rows.items()}
    for subnet_id in wanted:
        if subnet_id not in networks:
            gap = found.failed.get(subnet_id) or _not_found_gap(reader, actions.SUBNETS, subnet_id)
            networks[subnet_id] = Network(gaps=(gap,))
    return networks


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedNetworks:
    """VPCs and subnets that no cluster lies in."""

    vpcs: Vpcs
    subnets: Mapping[str, Network]


def read_named_networks(reader: RegionReader, ids: Iterable[str]) -> NamedNetworks:
    """The VPCs and subnets of these ids. Not to be called on the floor of lists."""
    wanted = sorted(ids)
    return NamedNetworks(
        vpcs=read_vpcs(reader, [one for one in wanted if one.startswith("vpc-")]),
        subnets=read_subnets(reader, [one for one in wanted if one.startswith("subnet-")]),
    )


def select_named_networks(
    region: str, ids: Iterable[str], vpcs: Vpcs, subnets: Mapping[str, Network], further: NamedNetworks
) -> tuple[NetworkBlocks, ...]:
    """Those of ``ids`` that the region has, sorted, whether clusters lie in them (``vpcs``, ``subnets``) or not."""
    all_vpcs = {**vpcs.blocks, **further.vpcs.blocks}
    all_subnets = {**subnets, **further.subnets}
    found = [
        NetworkBlocks(region=region, network_id=name, blocks=all_vpcs[name].ordinary, surroundings=all_vpcs[name].all)
        for name in ids
        if name in all_vpcs
    ]
    found += [
        NetworkBlocks(region=region, network_id=name, blocks=all_subnets[name]) for name in ids if name in all_subnets
    ]
    present = [one for one in found if not any(gap.code == _ABSENT for gap in one.blocks.gaps)]
    return tuple(sorted(present, key=lambda one: one.network_id))


def _not_found_gap(reader: RegionReader, action: actions.ApiAction, resource: str) -> Gap:
    message = f"{resource} is referred to and {action.permission} does not know it: its blocks are unknown"
    return reader.call_site(action).gap(resource, _ABSENT, message, GapKind.UNREAD)


def build_networks(
    reader: RegionReader, cluster: ListedCluster, subnet_refs: SubnetRefs, vpcs: Vpcs, subnets: Mapping[str, Network]
) -> Networks:
    """The networks of one cluster."""
    vpc = vpcs.blocks.get(cluster.vpc_id) or _no_vpc(reader, cluster)
    container_subnets = [subnets[subnet_id] for subnet_id in sorted(subnet_refs.container_subnets)]
    return Networks(
        container=_build_container(reader, cluster, subnet_refs, container_subnets),
        vpc=vpc.ordinary,
        subnets=_join(
            [
                *(subnets[subnet_id] for subnet_id in sorted(subnet_refs.subnet_ids)),
                Network(gaps=subnet_refs.subnet_gaps),
            ]
        ),
        surroundings=vpc.all,
        without_ipv6=vpc.without_ipv6,
    )


def _build_container(
    reader: RegionReader, cluster: ListedCluster, subnet_refs: SubnetRefs, subnets: list[Network]
) -> Network:
    """ClusterCIDR where Pods are routed, container subnets where VPC-CNI is on; both where the mode is unknown."""
    routed = subnet_refs.mode is not NetworkMode.VPC_CNI
    blocks = Network(cidrs=cluster.pod_blocks, gaps=cluster.gaps) if routed else Network()
    network = _join([blocks, *subnets, Network(gaps=subnet_refs.container_gaps)])
    if network.cidrs or network.gaps:
        return network
    message = f"{cluster.cluster_id} names no container network: its Pods' addresses are unknown"
    origin = reader.call_site(actions.CLUSTERS, cluster.cluster_id)
    return Network(gaps=(origin.gap(cluster.cluster_id, "NoContainerNetwork", message, GapKind.UNREAD),))


def _no_vpc(reader: RegionReader, cluster: ListedCluster) -> VpcBlocks:
    message = f"the cluster network of {cluster.cluster_id} is unknown: the answer names no VPC"
    origin = reader.call_site(actions.CLUSTERS, cluster.cluster_id)
    network = Network(gaps=(origin.gap(cluster.cluster_id, "NoVpc", message, GapKind.UNREAD),))
    return VpcBlocks(ordinary=network, all=network)


def _join(networks: Iterable[Network]) -> Network:
    def join(left: Network, right: Network) -> Network:
        return Network(cidrs=(*left.cidrs, *right.cidrs), gaps=(*left.gaps, *right.gaps))

    joined = reduce(join, networks, Network())
    return Network(cidrs=json_fields.sorted_blocks(joined.cidrs), gaps=tuple(sorted(set(joined.gaps))))
