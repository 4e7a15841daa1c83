"""Parses load balancers and their listeners, without the back ends (:mod:`auditor.fetcher.target_parsing`).

Parses rows of clb/DescribeLoadBalancers and DescribeListeners. Values that cannot be read are gaps of the balancer or
of the listener that they belong to; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from auditor.fetcher import json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.model import identifiers
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LAYER_7, LISTENER_PROTOCOLS, HealthCheck, HealthCheckSource, LoadBalancer
from auditor.model.services import PORTS, PortRange, Protocol

Meaning = TypeVar("Meaning")

CLUSTER_TAG = "tke-clusterId"
"""The tag that names the cluster whose Service or Ingress uses the load balancer, or used it once."""

_CHECKS = {"TCP": Protocol.TCP, "HTTP": Protocol.TCP, "HTTPS": Protocol.TCP, "GRPC": Protocol.TCP, "PING": None}
"""The transport of each type of health check. ``CUSTOM`` has the transport of the listener (clb/HealthCheck)."""

_SOURCES = {0: HealthCheckSource.BALANCER, 1: HealthCheckSource.RESERVED}
_TARGET_GROUPS = ("TARGETGROUP", "TARGETGROUP-V2")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedBalancer:
    """A load balancer without its listeners.

    ``is_classic``: clb/DescribeListeners does not list its listeners. ``has_targets``: whether anything is behind it;
    ``None`` where the answer does not say.
    """

    balancer: LoadBalancer
    is_classic: bool
    has_targets: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSource:
    """A part of a listener with back ends of its own: the whole listener, or one forwarding rule (``location_id``).

    ``group_ids``: its target groups. ``may_be_absent``: DescribeTargets need not list it, because it has target groups
    or redirects its clients.
    """

    location_id: str = ""
    health_check: HealthCheck | None = None
    group_ids: tuple[str, ...] = ()
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedListener:
    """A listener without its back ends. ``gaps`` say which of its fields could not be read."""

    listener_id: str
    name: str
    kind: str
    protocol: Protocol
    ports: PortRange
    sources: tuple[TargetSource, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_layer_7(self) -> bool:
        """Whether its back ends belong to forwarding rules."""
        return self.kind in LAYER_7

    def target_ports(self, port: int) -> PortRange:
        """The ports of a back end. A listener with a range of ports forwards to as many ports from ``port`` on.

        With ``port`` 0, the back end belongs to a target group for all ports and has the ports of the listener.
        """
        first, last = self.ports
        return (port, port + last - first) if port else self.ports


def parse_balancer(row: Mapping[str, Any], call_site: CallSite) -> ListedBalancer:
    """Parse a row of DescribeLoadBalancers.

    Isolated balancers and balancers that are still being created count as any other: both states can end.
    """
    balancer_id = json_fields.label(row, "LoadBalancerId")
    unknown = f"the clients of {balancer_id} could not be fully read"
    defects = Defects(call_site=call_site, resource=balancer_id, unknown=unknown)
    vpc_id = json_fields.identifier(row, "VpcId", defects, identifiers.VPC)
    is_ipv6 = _choice(row, "AddressIPVersion", {"ipv4": False, "ipv6": True}, defects)
    modes = {"ipv6nat64": True, "ipv6fullchain": False}
    is_nat64 = _choice(row, "IPv6Mode", modes, defects) if is_ipv6 else False
    is_public = _choice(row, "LoadBalancerType", {"open": True, "internal": False}, defects)
    is_classic = _choice(row, "Forward", {"0": True, "1": False}, defects)
    pass_to_target = _flag(row, "LoadBalancerPassToTarget", defects)
    cross_region = _is_cross_region(row, vpc_id, call_site.region, defects)
    addresses = _addresses(row, defects)
    snat_addresses = _snat_addresses(row, defects)
    cluster_ids = _cluster_ids(row, defects)
    count = json_fields.number(row, "TargetCount", defects)
    balancer = LoadBalancer(
        region=call_site.region,
        load_balancer_id=balancer_id,
        name=json_fields.label(row, "LoadBalancerName"),
        vpc_id=vpc_id,
        security_groups=_security_groups(row, balancer_id, call_site),
        is_public=is_public is not False,
        addresses=addresses,
        domain=json_fields.label(row, "LoadBalancerDomain") or json_fields.label(row, "Domain"),
        ip_version=6 if is_ipv6 else 4,
        nat64=is_nat64 is True,
        pass_to_target=pass_to_target,
        cross_region=cross_region,
        snat_addresses=snat_addresses,
        cluster_ids=cluster_ids,
        listeners=(),
        gaps=defects.gaps,
    )
    return ListedBalancer(
        balancer=balancer, is_classic=is_classic is True, has_targets=None if count is None else count > 0
    )


def _choice(row: Mapping[str, Any], key: str, meanings: Mapping[str, Meaning], defects: Defects) -> Meaning | None:
    """The meaning of the word or number under ``key``, in upper or lower case. Any other value is a defect."""
    value = json_fields.label(row, key).strip().lower()
    if value not in meanings:
        defects.add(key, row.get(key), " or ".join(meanings))
    return meanings.get(value)


def _flag(row: Mapping[str, Any], key: str, defects: Defects) -> bool | None:
    """The truth value under ``key``; ``None`` for null and missing. Any other type is a defect."""
    value = row.get(key)
    if value is None or isinstance(value, bool):
        return value
    defects.add(key, value, "true or false")
    return None


def _security_groups(row: Mapping[str, Any], balancer_id: str, call_site: CallSite) -> tuple[str, ...] | Gap:
    groups = json_fields.id_list(row, "SecureGroups", identifiers.GROUP)
    if groups is not None:
        return groups
    message = (
        f"which groups {balancer_id} binds is unknown: SecureGroups is {json_fields.shown(row.get('SecureGroups'))}"
    )
    return call_site.gap(balancer_id, "NoGroupList", message, GapKind.UNREAD)


def _addresses(row: Mapping[str, Any], defects: Defects) -> tuple[str, ...]:
    """The addresses; a load balancer with a domain name may have none."""
    texts = json_fields.texts(row, "LoadBalancerVips", defects)
    ipv6 = json_fields.raw_field(row, "AddressIPv6")
    return json_fields.addresses_of((*texts, *filter(None, (ipv6,))), defects)


def _is_cross_region(row: Mapping[str, Any], vpc_id: str, region: str, defects: Defects) -> bool:
    """Whether the back ends are in another VPC or region. Where the answer does not say, that is a defect."""
    home = json_fields.mapping(row, "TargetRegionInfo", defects)
    names = json_fields.label(home, "Region"), json_fields.label(home, "VpcId")
    if not names[0] or not identifiers.is_identifier(names[1], identifiers.VPC):
        defects.add("TargetRegionInfo", row.get("TargetRegionInfo"), "a region and a VPC")
        return False
    return names != (region, vpc_id)


def _snat_addresses(row: Mapping[str, Any], defects: Defects) -> tuple[str, ...]:
    """The addresses that back ends see instead of those of the clients, where SnatPro is on."""
    if not _flag(row, "SnatPro", defects):
        return ()
    items = json_fields.mappings(row, "SnatIps", defects)
    return json_fields.addresses_of((json_fields.raw_field(item, "Ip") for item in items), defects)


def _cluster_ids(row: Mapping[str, Any], defects: Defects) -> tuple[str, ...]:
    values = set()
    for tag in json_fields.mappings(row, "Tags", defects):
        key = json_fields.label(tag, "TagKey")
        if not key:
            defects.add("TagKey", tag.get("TagKey"), "the key of a tag")
        if key == CLUSTER_TAG:
            values.add(json_fields.label(tag, "TagValue"))
    return tuple(sorted(value for value in values if identifiers.is_identifier(value, identifiers.CLUSTER)))


def parse_listener(row: Mapping[str, Any], balancer_id: str, call_site: CallSite) -> ListedListener | tuple[Gap, ...]:
    """Parse a row of DescribeListeners. Only gaps for a listener without a known protocol or without its ports."""
    listener_id = json_fields.label(row, "ListenerId")
    unknown = f"the forwarding of {listener_id} of {balancer_id} could not be fully read"
    defects = Defects(call_site=call_site, resource=listener_id, unknown=unknown)
    kind = json_fields.text(row, "Protocol", defects).upper()
    ports = _ports(row, defects)
    protocol = LISTENER_PROTOCOLS.get(kind)
    if protocol is None:
        defects.add("Protocol", row.get("Protocol"), "a protocol of listeners")
    if protocol is None or ports is None:
        return defects.gaps
    sources = tuple(_rules(row, protocol, defects)) if kind in LAYER_7 else (_whole(row, protocol, defects),)
    return ListedListener(
        listener_id=listener_id,
        name=json_fields.label(row, "ListenerName"),
        kind=kind,
        protocol=protocol,
        ports=ports,
        sources=sources,
        gaps=defects.gaps,
    )


def _ports(row: Mapping[str, Any], defects: Defects) -> PortRange | None:
    """The ports of a listener: one, or a range if EndPort is neither 0 nor missing."""
    first, last = json_fields.number(row, "Port", defects), json_fields.number(row, "EndPort", defects)
    if first is not None and 0 < first <= (last or first) < PORTS:
        return first, last or first
    defects.add("Port", row.get("Port"), "a port or the first port of a range")
    return None


def _whole(row: Mapping[str, Any], protocol: Protocol, defects: Defects) -> TargetSource:
    group_ids = _group_ids(row, defects)
    check = _health_check(row, protocol, defects, has_own_port=True)
    return TargetSource(health_check=check, group_ids=group_ids, may_be_absent=bool(group_ids))


def _rules(row: Mapping[str, Any], protocol: Protocol, defects: Defects) -> Iterator[TargetSource]:
    for rule in json_fields.mappings(row, "Rules", defects):
        location_id = json_fields.label(rule, "LocationId")
        if not location_id:
            defects.add("LocationId", rule.get("LocationId"), "an id")
            continue
        group_ids = _group_ids(rule, defects)
        redirect = json_fields.mapping(rule, "RewriteTarget", defects)
        is_redirected = bool(json_fields.label(redirect, "TargetLocationId"))
        has_check = rule.get("HealthCheck") is not None or not is_redirected
        check = _health_check(rule, protocol, defects, has_own_port=False) if has_check else None
        yield TargetSource(
            location_id=location_id,
            health_check=check,
            group_ids=group_ids,
            may_be_absent=bool(group_ids) or is_redirected,
        )


def _group_ids(row: Mapping[str, Any], defects: Defects) -> tuple[str, ...]:
    """The target groups of a listener or rule. A type of back ends that this program cannot list is a defect."""
    groups = json_fields.mappings(row, "TargetGroupList", defects)
    group = json_fields.mapping(row, "TargetGroup", defects)
    ids = [json_fields.identifier(item, "TargetGroupId", defects, identifiers.TARGET_GROUP) for item in groups]
    if not all(ids):
        defects.add("TargetGroupList", row.get("TargetGroupList"), "a list of target groups")
    ids.append(json_fields.identifier(group, "TargetGroupId", defects, identifiers.TARGET_GROUP))
    group_ids = tuple(dict.fromkeys(filter(None, ids)))
    kind = json_fields.text(row, "TargetType", defects).upper()
    if kind not in ("", "NODE", *_TARGET_GROUPS) or (kind in _TARGET_GROUPS and not group_ids):
        defects.add("TargetType", row.get("TargetType"), "NODE or a type with target groups")
    return group_ids


def _health_check(
    row: Mapping[str, Any], protocol: Protocol, defects: Defects, *, has_own_port: bool
) -> HealthCheck | None:
    """The health check of a listener or rule; only those of TCP and UDP listeners can have a port of their own."""
    check = json_fields.mapping(row, "HealthCheck", defects)
    if not _choice(check, "HealthSwitch", {"0": False, "1": True}, defects):
        return None
    kind = json_fields.text(check, "CheckType", defects).upper() or ("PING" if protocol is Protocol.UDP else "TCP")
    transports = {**_CHECKS, "CUSTOM": protocol}
    if kind not in transports:
        defects.add("CheckType", check.get("CheckType"), "a type of health check")
    source = check.get("SourceIpType")
    return HealthCheck(
        source=_SOURCES.get(source, HealthCheckSource.UNKNOWN) if type(source) is int else HealthCheckSource.UNKNOWN,
        protocol=transports.get(kind, protocol),
        port=_check_port(check, defects) if has_own_port else None,
    )


def _check_port(check: Mapping[str, Any], defects: Defects) -> int | None:
    """The port of a health check; ``None`` for null and -1, the port of the back end."""
    if check.get("CheckPort") in (None, -1):
        return None
    port = json_fields.number(check, "CheckPort", defects)
    if port is not None and 0 < port < PORTS:
        return port
    defects.add("CheckPort", check.get("CheckPort"), "a port or -1")
    return None
