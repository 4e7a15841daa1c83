"""Reads how the Pods of a cluster get their addresses: the network mode and the subnets of VPC-CNI.

Parses the answer of tke/DescribeIPAMD. A failed call leaves a gap beside the mode that the list of clusters gives.
:mod:`auditor.fetcher.pod_bindings` reads the groups of Pods' interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields, pod_bindings
from auditor.fetcher.pod_bindings import AddOnGroups
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import NetworkMode
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import TRUNKING_PODS, Gap

if TYPE_CHECKING:
    from auditor.fetcher.cluster_list import ListedCluster

VPC_CNI = (NetworkMode.VPC_CNI, NetworkMode.MIXED)
"""The modes in which Pods have interfaces of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipamd:
    """Whether VPC-CNI is on, and the subnets of its Pod addresses; ``None`` where the list could not be read.

    ``trunking``: Pods can have sub-interfaces with groups of their own; ``None`` where the answer does not say.
    """

    enabled: bool
    subnet_ids: tuple[str, ...] | None
    trunking: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerNetwork:
    """How Pods get their addresses, and the subnets of VPC-CNI; with ``gaps`` mode and subnets may be incomplete."""

    mode: NetworkMode
    subnet_ids: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    add_on: AddOnGroups | Gap | None = None
    """The groups of Pods' interfaces according to the add-on; ``None`` if they were not read, or there is no add-on."""
    pod_gaps: tuple[Gap, ...] = ()
    """Why Pods may have interfaces that no list has."""


def parse_ipamd(answer: Mapping[str, Any]) -> Ipamd | None:
    """Parse an answer of tke/DescribeIPAMD; ``None`` where it does not say whether the add-on is installed.

    A GlobalRouter cluster with custom Pod ranges has the add-on with its VPC-CNI mode off.
    """
    enabled, disabled = answer.get("EnableIPAMD"), answer.get("DisableVpcCniMode")
    if not isinstance(enabled, bool) or not isinstance(disabled, bool | None):
        return None
    if not enabled or disabled:
        return Ipamd(enabled=False, subnet_ids=())
    subnet_ids = json_fields.optional_id_list(answer, "SubnetIds", identifiers.SUBNET)
    trunking = answer.get("EnableTrunkingENI")
    return Ipamd(enabled=True, subnet_ids=subnet_ids, trunking=trunking if isinstance(trunking, bool) else None)


def read_container_network(reader: RegionReader, cluster: ListedCluster, parts: tuple[Part, ...]) -> ContainerNetwork:
    """Read how Pods get their addresses: by the cluster's own mode and by VPC-CNI, if it is attached to the cluster.

    With the Pods among the ``parts`` to read, read also which groups their interfaces bind.
    """
    if cluster.network_mode is NetworkMode.CILIUM_OVERLAY:
        return ContainerNetwork(mode=cluster.network_mode)
    ipamd = _read_ipamd(reader, cluster)
    if isinstance(ipamd, Gap):
        container = ContainerNetwork(
            mode=cluster.network_mode, subnet_ids=cluster.container_subnets or (), gaps=(ipamd,)
        )
    else:
        container = _combine(reader, cluster, ipamd)
    if Part.PODS not in parts or container.mode not in VPC_CNI:
        return container
    trunking = () if isinstance(ipamd, Gap) or ipamd.trunking is False else (_trunking_gap(reader, cluster, ipamd),)
    return replace(container, add_on=pod_bindings.read_add_on(reader, cluster), pod_gaps=trunking)


def _trunking_gap(reader: RegionReader, cluster: ListedCluster, ipamd: Ipamd) -> Gap:
    if ipamd.trunking is None:
        message = f"whether Pods of {cluster.cluster_id} have sub-interfaces is unknown: the answer does not say"
        return reader.cluster_gap(actions.IPAMD, cluster.cluster_id, "PartialAnswer", message)
    message = (
        f"Pods of {cluster.cluster_id} can have sub-interfaces (EnableTrunkingENI), and no action of the API lists the "
        "groups that these bind"
    )
    return reader.cluster_gap(actions.IPAMD, cluster.cluster_id, TRUNKING_PODS, message, GapKind.UNDOCUMENTED)


def _read_ipamd(reader: RegionReader, cluster: ListedCluster) -> Ipamd | Gap:
    unknown = f"whether {cluster.cluster_id} has VPC-CNI, and its container subnets, are"
    try:
        ipamd = parse_ipamd(reader.call(actions.IPAMD, {"ClusterId": cluster.cluster_id}))
    except FetchError as error:
        return reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id)
    if ipamd is not None:
        return ipamd
    message = f"{unknown} unknown: the answer has no EnableIPAMD"
    return reader.cluster_gap(actions.IPAMD, cluster.cluster_id, "PartialAnswer", message)


def _combine(reader: RegionReader, cluster: ListedCluster, ipamd: Ipamd) -> ContainerNetwork:
    mode = cluster.network_mode
    if ipamd.enabled and mode is NetworkMode.GLOBAL_ROUTER:
        mode = NetworkMode.MIXED
    subnets = tuple(sorted({*(cluster.container_subnets or ()), *(ipamd.subnet_ids or ())}))
    if cluster.container_subnets is None or ipamd.subnet_ids is None:
        gap = _unreadable_subnets_gap(reader, cluster, ipamd)
        return ContainerNetwork(mode=mode, subnet_ids=subnets, gaps=(gap,))
    if mode in VPC_CNI and not subnets:
        message = f"{cluster.cluster_id} uses VPC-CNI and names no container subnet: its Pods' addresses are unknown"
        gap = reader.cluster_gap(actions.IPAMD, cluster.cluster_id, "NoContainerNetwork", message)
        return ContainerNetwork(mode=mode, gaps=(gap,))
    return ContainerNetwork(mode=mode, subnet_ids=subnets)


def _unreadable_subnets_gap(reader: RegionReader, cluster: ListedCluster, ipamd: Ipamd) -> Gap:
    action = actions.IPAMD if ipamd.subnet_ids is None else actions.CLUSTERS
    cause = "their list contains an entry that is not an ID"
    message = f"the container subnets of {cluster.cluster_id} could not be fully read: {cause}"
    return reader.cluster_gap(action, cluster.cluster_id, "UnreadableSubnets", message, GapKind.UNREADABLE)
