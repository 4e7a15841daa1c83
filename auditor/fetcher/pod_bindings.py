"""Reads the groups that the next interface of a Pod will bind: by the VPC-CNI add-on, or by a pool of super nodes.

Parses the answer of tke/DescribeAddonValues for the add-on ``eniipamd``. Its values predict what the next interface
binds; interfaces that exist can bind other groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.errors import CloudError, FetchError
from auditor.fetcher import actions, json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.node_parsing import ListedKind, ListedNode, ListedPool
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import (
    VPC_CNI_ADD_ON,
    Attachment,
    Binding,
    Node,
    NodePool,
    PodBinding,
    lists_of_next_pods,
)
from auditor.model.codes import GapKind
from auditor.model.gaps import NO_POD_GROUPS, Gap, first_and_more

if TYPE_CHECKING:
    from auditor.fetcher.cluster_list import ListedCluster


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnGroups:
    """The security-group feature of the add-on.

    ``enabled``: interfaces for Pods bind groups. ``security_groups``: the groups that they bind; without any, they bind
    the groups of their node.
    """

    enabled: bool
    security_groups: tuple[str, ...] = ()


def read_add_on(reader: RegionReader, cluster: ListedCluster) -> AddOnGroups | Gap | None:
    """Read the security-group feature of the add-on; ``None`` if it is not installed as an add-on."""
    params = {"ClusterId": cluster.cluster_id, "AddonName": VPC_CNI_ADD_ON}
    unknown = f"which groups the next Pod interfaces of {cluster.cluster_id} bind are"
    try:
        answer = reader.call(actions.ADDON_VALUES, params)
    except FetchError as error:
        if isinstance(error, CloudError) and "NotFound" in str(error.facts["code"]):
            return None
        return reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id)
    return parse_add_on(answer, reader.call_site(actions.ADDON_VALUES, cluster.cluster_id))


def parse_add_on(answer: Mapping[str, Any], call_site: CallSite) -> AddOnGroups | Gap | None:
    """Parse ``Values``, a JSON text, which can be base64 as in DescribeAddon; an empty text means not installed.

    The feature is off by default, so values without it are off. A list without the switch has no documented meaning.
    """
    cluster_id = call_site.cluster_id
    unknown = f"which groups the next Pod interfaces of {cluster_id} bind is unknown"
    defects = Defects(call_site=call_site, resource=cluster_id, unknown=unknown)
    source = answer.get("Values")
    if source == "":
        return None
    document = json_fields.json_document(source) if isinstance(source, str) else None
    if not isinstance(document, dict):
        defects.add("Values", source, "a JSON object")
        return defects.gaps[0]
    vpc_cni = json_fields.mapping(document, "vpcCni", defects)
    feature = json_fields.mapping(vpc_cni, "securityGroups", defects)
    switch = feature.get("enableSecurityGroups")
    groups = json_fields.optional_id_list(feature, "securityGroups", identifiers.GROUP)
    if groups is None:
        defects.add("vpcCni.securityGroups.securityGroups", feature["securityGroups"], "a list of group ids")
    if not isinstance(switch, bool) and (switch is not None or groups):
        defects.add("vpcCni.securityGroups.enableSecurityGroups", switch, "true or false")
    if defects.gaps:
        return defects.gaps[0]
    return AddOnGroups(enabled=bool(switch), security_groups=(groups or ()) if switch else ())


def add_on_bindings(
    add_on: AddOnGroups | Gap | None, nodes: Iterable[Node], pools: Iterable[NodePool]
) -> tuple[PodBinding, ...]:
    """What the next Pod interface of a cluster will bind: one binding for each list of groups.

    A cluster without nodes and pools has no next interface.
    """
    lists = lists_of_next_pods(nodes, pools)
    if add_on is None or not lists:
        return ()
    if isinstance(add_on, Gap):
        return (_of_add_on(add_on),)
    if not add_on.enabled or add_on.security_groups:
        return (_of_add_on(add_on.security_groups),)
    return tuple(map(_of_add_on, lists))


def _of_add_on(groups: Binding) -> PodBinding:
    return PodBinding(source_id=VPC_CNI_ADD_ON, attachment=Attachment.PODS, security_groups=groups)


def pool_bindings(pools: Iterable[ListedPool]) -> tuple[PodBinding, ...]:
    """What the next Pod in each pool of super nodes will bind, unless the Pod itself names groups."""
    return tuple(
        PodBinding(
            source_id=pool.node_pool_id,
            attachment=Attachment.SUPER_NODE_PODS,
            security_groups=pool.security_groups,
            name=pool.name,
        )
        for pool in pools
    )


def lone_node_gaps(reader: RegionReader, cluster: ListedCluster, nodes: Iterable[ListedNode]) -> tuple[Gap, ...]:
    """A gap for super nodes that are in no pool: no answer has the groups of their next Pod."""
    lone = sorted(node.node_id for node in nodes if node.kind is ListedKind.SUPER and not node.node_pool_id)
    if not lone:
        return ()
    message = (
        f"{first_and_more(lone, 'super nodes')} of {cluster.cluster_id} are in no node pool: "
        "which groups their next Pods bind is unknown"
    )
    action = actions.NODE_POOLS_2022
    return (reader.cluster_gap(action, cluster.cluster_id, NO_POD_GROUPS, message, GapKind.UNDOCUMENTED),)
