"""Reads the entrances of the API server of a cluster, and what filters each of them.

Sources: tke/DescribeClusterEndpoints and DescribeClusterEndpointStatus. A :class:`ListedEntrance` has what they answer;
:func:`build_entrances` adds the groups of load balancers, which are read for all clusters together. The calls that
return credentials (DescribeClusterKubeconfig, DescribeClusterSecurity) are never made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Binding, Entrance, EntranceKind
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LoadBalancer

_ADDRESS = {EntranceKind.PUBLIC: "ClusterExternalEndpoint", EntranceKind.PRIVATE: "ClusterIntranetEndpoint"}
_GROUP = {EntranceKind.PUBLIC: "SecurityGroup", EntranceKind.PRIVATE: "IntranetSecurityGroup"}
_ACL = "ClusterExternalACL"
"""Older managed clusters filter the public entrance by this list; the private entrance has no list."""

_ON = ("Created", "Creating")
_OFF = ("NotFound", "CreateFailed")
"""The four documented values of Status. Others occur (``Deleted``, ``Deleting``) and leave a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntrance:
    """An entrance as its cluster describes it.

    ``address``: without the port. ``security_group``: the group of the entrance itself; empty if the answer has none.
    ``acl``: the blocks of its own list; empty if it has none. ``gap``: why the group or the list could not be read.
    """

    kind: EntranceKind
    address: str
    security_group: str = ""
    acl: tuple[str, ...] = ()
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntrances:
    """The entrances of a cluster that are switched on. With ``gaps`` there may be others."""

    entrances: tuple[ListedEntrance, ...] = ()
    gaps: tuple[Gap, ...] = ()


BalancerGroups: TypeAlias = Iterable[LoadBalancer] | None
"""The load balancers of the VPCs of the clusters; ``None`` if the configuration leaves them out."""


def read_entrances(reader: RegionReader, cluster: ListedCluster) -> ListedEntrances:
    """Read which entrances of ``cluster`` are switched on. Runs on a thread of the lists."""
    unknown = f"which entrances the API server of {cluster.cluster_id} has is"
    try:
        answer = reader.call(actions.CLUSTER_ENDPOINTS, {"ClusterId": cluster.cluster_id})
    except FetchError as error:
        return ListedEntrances(gaps=(reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id),))
    entrances: list[ListedEntrance] = []
    gaps: list[Gap] = []
    for kind in EntranceKind:
        entrance = parse_entrance(answer, kind, reader.call_site(actions.CLUSTER_ENDPOINTS, cluster.cluster_id))
        if isinstance(entrance, Gap):
            gaps.append(entrance)
            continue
        if entrance is None:
            continue
        gaps += _status_gaps(reader, cluster, entrance)
        entrances += [entrance] if entrance.address else []
    return ListedEntrances(entrances=tuple(entrances), gaps=tuple(gaps))


def parse_entrance(answer: Mapping[str, Any], kind: EntranceKind, call_site: CallSite) -> ListedEntrance | Gap | None:
    """Parse one entrance from an answer of tke/DescribeClusterEndpoints; ``None`` if it is switched off.

    Only the address shows that an entrance is on: a domain can remain when it is off. An entrance without an address
    and with a group or a list is ambiguous.
    """
    resource = _resource(call_site.cluster_id, kind)
    address = answer.get(_ADDRESS[kind])
    if not isinstance(address, str):
        key = _ADDRESS[kind]
        shown = json_fields.shown(address) if key in answer else "missing"
        message = f"whether the {kind} entrance of {call_site.cluster_id} is switched on is unknown: {key} is {shown}"
        return call_site.gap(resource, "PartialAnswer", message, GapKind.UNREAD)
    unknown = f"what filters the {kind} entrance of {call_site.cluster_id} is unknown"
    defects = Defects(call_site=call_site, resource=resource, unknown=unknown)
    group = json_fields.identifier(answer, _GROUP[kind], defects, identifiers.GROUP)
    acl = _parse_acl(answer, defects) if kind is EntranceKind.PUBLIC else ()
    if not (address.strip() or group or acl or defects.gaps):
        return None
    return ListedEntrance(
        kind=kind,
        address=_host(json_fields.clean(address.strip())),
        security_group=group,
        acl=acl,
        gap=defects.gaps[0] if defects.gaps else None,
    )


def _parse_acl(answer: Mapping[str, Any], defects: Defects) -> tuple[str, ...]:
    blocks = []
    for source in json_fields.texts(answer, _ACL, defects):
        block = json_fields.canonical(source)
        if block is None:
            defects.add_address(source)
        else:
            blocks.append(block)
    return json_fields.sorted_blocks(blocks)


def _host(endpoint: str) -> str:
    """The address or domain of an endpoint, which may begin with a scheme and end with a port."""
    rest = endpoint.rpartition("//")[2].rstrip("/")
    if rest.startswith("["):
        return rest[1:].partition("]")[0]
    return rest.partition(":")[0] if rest.count(":") == 1 else rest


def _status_gaps(reader: RegionReader, cluster: ListedCluster, entrance: ListedEntrance) -> tuple[Gap, ...]:
    """The gap of an entrance whose status contradicts its address, or has no documented meaning, or was not read."""
    resource = _resource(cluster.cluster_id, entrance.kind)
    unknown = f"whether the {entrance.kind} entrance of {cluster.cluster_id} is switched on is"
    params = {"ClusterId": cluster.cluster_id, "IsExtranet": entrance.kind is EntranceKind.PUBLIC}
    try:
        answer = reader.call(actions.CLUSTER_ENDPOINT_STATUS, params)
    except FetchError as error:
        return (reader.gap(error, unknown, resource, cluster.cluster_id),)
    status = json_fields.raw_field(answer, "Status")
    if status in (_ON if entrance.address else _OFF):
        return ()
    is_documented = status in (*_ON, *_OFF)
    address = entrance.address or "no address"
    message = f"{unknown} unknown: its status is {status!r}, and DescribeClusterEndpoints has {address}"
    site = reader.call_site(actions.CLUSTER_ENDPOINT_STATUS, cluster.cluster_id)
    kind = GapKind.UNREAD if is_documented else GapKind.UNREADABLE
    return (site.gap(resource, "Contradiction" if is_documented else "UnknownStatus", message, kind),)


def build_entrances(
    reader: RegionReader, cluster: ListedCluster, listed: ListedEntrances, balancers: BalancerGroups
) -> tuple[Entrance, ...]:
    """Build the entrances of a snapshot with the groups or the list that filter each of them."""
    return tuple(_build(reader, cluster, entrance, balancers) for entrance in listed.entrances)


def group_gaps(
    reader: RegionReader, cluster: ListedCluster, listed: ListedEntrances, built: tuple[Entrance, ...]
) -> Iterator[Gap]:
    """A gap for each entrance whose load balancer does not bind the group that the entrance names."""
    for named, entrance in zip(listed.entrances, built, strict=True):
        groups = entrance.security_groups
        if named.security_group and isinstance(groups, tuple) and named.security_group not in groups:
            message = (
                f"the {named.kind} entrance of {cluster.cluster_id} names {named.security_group}, and its load "
                f"balancer {entrance.load_balancer_id} binds {', '.join(groups) or 'no group'}: which of them counts "
                "is unknown"
            )
            site = reader.call_site(actions.CLUSTER_ENDPOINTS, cluster.cluster_id)
            yield site.gap(_resource(cluster.cluster_id, named.kind), "GroupListsDiffer", message, GapKind.UNREAD)


def _build(
    reader: RegionReader, cluster: ListedCluster, entrance: ListedEntrance, balancers: BalancerGroups
) -> Entrance:
    """An entrance is filtered by its load balancer's groups, else by its own group, else by its list of blocks.

    The load balancer tells what it binds now; the cluster names the group that the entrance was made with. A load
    balancer that was read and has no group lets every client in, unless the entrance has a list of blocks. A private
    entrance that names no group counts as open to every client: TKE sets a group there on request only.
    """
    balancer = _find_balancer(cluster, entrance, balancers)
    groups: Binding
    acl = entrance.acl if cluster.is_managed else ()
    if entrance.gap is not None:
        groups, acl = entrance.gap, ()
    elif balancer is not None and (balancer.security_groups or not acl):
        groups, acl = balancer.security_groups, ()
    elif entrance.security_group:
        groups, acl = (entrance.security_group,), ()
    elif acl or entrance.kind is EntranceKind.PRIVATE:
        groups = ()
    else:
        groups = _unfiltered_gap(reader, cluster, entrance, balancers)
    return Entrance(
        kind=entrance.kind,
        address=entrance.address,
        security_groups=groups,
        acl=acl or None,
        load_balancer_id=balancer.load_balancer_id if balancer is not None else "",
    )


def _find_balancer(cluster: ListedCluster, entrance: ListedEntrance, balancers: BalancerGroups) -> LoadBalancer | None:
    """The load balancer with the address or domain of the entrance. Private addresses can repeat in other VPCs."""
    host = entrance.address.lower()
    matches = [
        balancer
        for balancer in balancers or ()
        if host == balancer.domain.lower() or host in balancer.addresses
        if entrance.kind is EntranceKind.PUBLIC or balancer.vpc_id == cluster.vpc_id
    ]
    return matches[0] if len(matches) == 1 else None


def _unfiltered_gap(
    reader: RegionReader, cluster: ListedCluster, entrance: ListedEntrance, balancers: BalancerGroups
) -> Gap:
    reason = (
        "and load balancers were not read"
        if balancers is None
        else f"and no load balancer that was read has the address {entrance.address}"
    )
    message = (
        f"what filters the {entrance.kind} entrance of {cluster.cluster_id} is unknown: the answer names no "
        f"group and no list of blocks that applies, {reason}"
    )
    site = reader.call_site(actions.CLUSTER_ENDPOINTS, cluster.cluster_id)
    return site.gap(_resource(cluster.cluster_id, entrance.kind), "NoEntranceFilter", message, GapKind.UNREAD)


def _resource(cluster_id: str, kind: EntranceKind) -> str:
    return f"{cluster_id}/{kind}"
