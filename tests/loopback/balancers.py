"""Load balancers with their listeners and back ends, as the clb actions tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.loopback.rules import Row

if TYPE_CHECKING:
    from tests.loopback.estate import Region

CREATED = "2026-03-02 10:00:00"


class BalancerRows:
    """The rows of a load balancer. ``listeners`` are those of DescribeListeners, ``targets`` of DescribeTargets."""

    def __init__(self, region: Region, row: Row) -> None:
        self.region = region
        self.row = row
        self.listeners: list[Row] = []
        self.targets: list[Row] = []

    @property
    def balancer_id(self) -> str:
        """Its id."""
        return str(self.row["LoadBalancerId"])

    def listener(
        self,
        port: int,
        targets: Iterable[Row] = (),
        *,
        kind: str = "TCP",
        end_port: int = 0,
        check: Row | None = None,
        target_group: str = "",
        listener_id: str = "",
    ) -> str:
        """A listener of layer 4 with its back ends, or with a target group."""
        listener_id = listener_id or self.region.estate.make_id("lbl")
        self.listeners.append(
            listener(listener_id, kind, port, end_port, check or health_check(), target_group=target_group)
        )
        self.targets.append(listener_targets(listener_id, kind, port, end_port, targets=list(targets)))
        return listener_id

    def web_listener(self, port: int, *, kind: str = "HTTP", listener_id: str = "") -> str:
        """A listener of layer 7 without a rule yet."""
        listener_id = listener_id or self.region.estate.make_id("lbl")
        self.listeners.append(listener(listener_id, kind, port, 0, None))
        self.targets.append(listener_targets(listener_id, kind, port, 0, rules=[]))
        return listener_id

    def rule(
        self,
        listener_id: str,
        targets: Iterable[Row] = (),
        *,
        check: Row | None = None,
        target_group: str = "",
        redirect_to: str = "",
    ) -> str:
        """A forwarding rule of a listener of layer 7, with its back ends."""
        location_id = self.region.estate.make_id("loc")
        (of_listener,) = [row for row in self.listeners if row["ListenerId"] == listener_id]
        (of_targets,) = [row for row in self.targets if row["ListenerId"] == listener_id]
        of_listener["Rules"].append(
            rule(location_id, listener_id, check or health_check("HTTP"), target_group, redirect_to)
        )
        of_targets["Rules"].append(
            {
                "LocationId": location_id,
                "Domain": "app.example.com",
                "Url": "/",
                "Targets": list(targets),
                "FunctionTargets": [],
            }
        )
        return location_id


def balancer(  # noqa: PLR0913 what tells load balancers apart
    balancer_id: str,
    name: str,
    vpc_id: str,
    region: str,
    groups: Iterable[str],
    address: str,
    *,
    kind: str = "OPEN",
    pass_to_target: bool | None = False,
    cluster_id: str = "",
    classic: bool = False,
) -> Row:
    """clb/LoadBalancer; ``cluster_id`` is in the tags that TKE adds."""
    tags = [{"TagKey": "tke-clusterId", "TagValue": cluster_id}, {"TagKey": "tke-createdBy-flag", "TagValue": "yes"}]
    return {
        "LoadBalancerId": balancer_id,
        "LoadBalancerName": name,
        "LoadBalancerType": kind,
        "Forward": 0 if classic else 1,
        "Domain": "",
        "LoadBalancerDomain": "",
        "LoadBalancerVips": [address] if address else [],
        "Status": 1,
        "CreateTime": CREATED,
        "StatusTime": CREATED,
        "ProjectId": 0,
        "VpcId": vpc_id,
        "Snat": False,
        "Isolation": 0,
        "SubnetId": "",
        "Tags": tags if cluster_id else [],
        "SecureGroups": list(groups),
        "TargetRegionInfo": {"Region": region, "VpcId": vpc_id, "NumericalVpcId": 1111113},
        "AddressIPVersion": "ipv4",
        "IPv6Mode": None,
        "AddressIPv6": None,
        "MasterZone": None,
        "BackupZoneSet": None,
        "LoadBalancerPassToTarget": pass_to_target,
        "ExclusiveCluster": {},
        "SnatPro": False,
        "SnatIps": [],
        "NfvInfo": "",
        "ClusterIds": None,
        "AttributeFlags": [],
        "TargetCount": 0,
    }


def health_check(kind: str = "TCP", *, switch: int = 1, port: int | None = None, source: int = 1) -> Row:
    """clb/HealthCheck, from 100.64.0.0/10 unless said."""
    return {
        "HealthSwitch": switch,
        "TimeOut": 2,
        "IntervalTime": 5,
        "HealthNum": 3,
        "UnHealthNum": 3,
        "CheckPort": port,
        "CheckType": kind,
        "SourceIpType": source,
    }


def listener(
    listener_id: str, kind: str, port: int, end_port: int, check: Row | None, *, target_group: str = ""
) -> Row:
    """clb/Listener; its rules are null where it has none by its nature."""
    return {
        "ListenerId": listener_id,
        "ListenerName": f"{kind}-{port}",
        "CreateTime": CREATED,
        "Protocol": kind,
        "Port": port,
        "EndPort": end_port,
        "HealthCheck": check,
        "Certificate": None,
        "Scheduler": "WRR",
        "SessionExpireTime": 0,
        "SniSwitch": 0,
        "Rules": None if check else [],
        **_target_group(target_group),
        "AttrFlags": [],
    }


def rule(location_id: str, listener_id: str, check: Row, target_group: str, redirect_to: str) -> Row:
    """clb/RuleOutput."""
    redirect = {"TargetListenerId": listener_id, "TargetLocationId": redirect_to}
    return {
        "LocationId": location_id,
        "ListenerId": listener_id,
        "Domain": "app.example.com",
        "Url": "/",
        "HealthCheck": check,
        "RewriteTarget": redirect if redirect_to else {"TargetListenerId": None, "TargetLocationId": None},
        **_target_group(target_group),
    }


def _target_group(group_id: str) -> Row:
    group = {"TargetGroupId": group_id, "TargetGroupName": "group", "Weight": 10}
    return {
        "TargetType": "TARGETGROUP" if group_id else "NODE",
        "TargetGroup": group if group_id else None,
        "TargetGroupList": [group] if group_id else None,
    }


def listener_targets(
    listener_id: str,
    kind: str,
    port: int,
    end_port: int,
    *,
    targets: list[Row] | None = None,
    rules: list[Row] | None = None,
) -> Row:
    """clb/ListenerBackend: targets in layer 4, rules in layer 7, and null for the other."""
    return {
        "ListenerId": listener_id,
        "Protocol": kind,
        "Port": port,
        "EndPort": end_port,
        "Targets": targets,
        "Rules": rules,
    }


def target(
    port: int,
    *,
    kind: str = "CVM",
    instance_id: str = "",
    interface_id: str = "",
    addresses: Iterable[str] = (),
    weight: int = 10,
) -> Row:
    """clb/Backend."""
    return {
        "Type": kind,
        "InstanceId": instance_id,
        "Port": port,
        "Weight": weight,
        "PublicIpAddresses": None,
        "PrivateIpAddresses": list(addresses),
        "InstanceName": None,
        "RegisteredTime": CREATED,
        "EniId": interface_id,
        "Zone": None,
    }


def group_target(group_id: str, row: Row) -> Row:
    """clb/TargetGroupBackend: a back end of a target group."""
    kept: dict[str, Any] = {key: value for key, value in row.items() if key not in ("Zone", "InstanceName")}
    return {"TargetGroupId": group_id, **kept, "PublicIpAddresses": [], "InstanceName": "", "ZoneId": 0}
