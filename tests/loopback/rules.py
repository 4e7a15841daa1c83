"""Rule lines in the shape of vpc/SecurityGroupPolicy, and the groups that TKE itself makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

ANY = "0.0.0.0/0"
NODE_PORTS = "30000-32768"


def allow(protocol: str, port: str, peer: str, description: str = "") -> Row:
    """An ACCEPT line; see :func:`rule`."""
    return rule("ACCEPT", protocol, port, peer, description)


def drop(protocol: str, port: str, peer: str, description: str = "") -> Row:
    """A DROP line; see :func:`rule`."""
    return rule("DROP", protocol, port, peer, description)


def rule(action: str, protocol: str, port: str, peer: str, description: str = "") -> Row:
    """One line as the API answers it: lower-case protocols but ``ALL``, empty strings for unused selectors.

    ``peer`` is a block, an address, ``sg-``, ``ipm-`` or ``ipmg-``. A service template (``ppm-``, ``ppmg-``) stands in
    ``protocol``, with an empty ``port``.
    """
    template = protocol.startswith("ppm")
    return {
        "PolicyIndex": 0,
        "Priority": 1,
        "Protocol": "" if template else protocol,
        "Port": port,
        "ServiceTemplate": {
            "ServiceId": protocol if protocol.startswith("ppm-") else "",
            "ServiceGroupId": protocol if protocol.startswith("ppmg-") else "",
        },
        **_peer(peer),
        "Action": action,
        "PolicyDescription": description,
        "ModifyTime": "2026-03-02 10:00:00",
    }


def _peer(peer: str) -> Row:
    block = not peer.startswith(("sg-", "ipm"))
    return {
        "CidrBlock": peer if block and ":" not in peer else "",
        "Ipv6CidrBlock": peer if block and ":" in peer else "",
        "SecurityGroupId": peer if peer.startswith("sg-") else "",
        "AddressTemplate": {
            "AddressId": peer if peer.startswith("ipm-") else "",
            "AddressGroupId": peer if peer.startswith("ipmg-") else "",
        },
    }


ALLOW_ALL = (allow("ALL", "ALL", ANY),)


def tke_node_rules(containers: Iterable[str], cluster: Iterable[str]) -> tuple[Row, ...]:
    """The ingress of ``tke-worker-security-for-…``, row by row as the guide's node table has it."""
    return (
        *(allow("ALL", "ALL", block, "放通容器网络内 Pod 间通信") for block in containers),
        *(allow("ALL", "ALL", block, "放通集群网络内节点间通信") for block in cluster),
        allow("tcp", "22", ANY, "放通 SSH 登录端口"),
        allow("tcp", NODE_PORTS, ANY, "放通 NodePort 访问"),
        allow("udp", NODE_PORTS, ANY, "放通 NodePort 访问"),
        allow("icmp", "ALL", ANY, "支持 Ping 操作"),
    )


def tke_master_rules(containers: Iterable[str], cluster: Iterable[str]) -> tuple[Row, ...]:
    """The ingress of ``tke-master-security-for-…``, row by row as the guide's Master table has it."""
    pods, hosts = tuple(containers), tuple(cluster)
    ports = "60001,60002,10250,2380,2379,53,17443"
    return (
        allow("icmp", "ALL", ANY, "支持 Ping 操作"),
        *(allow("tcp", NODE_PORTS, block, "放通 Master 与 Worker 节点间通信") for block in hosts),
        *(allow("udp", NODE_PORTS, block, "放通 Master 与 Worker 节点间通信") for block in hosts),
        *(allow("tcp", f"{ports},50055,443,61678", block, "放通 API Server 通信") for block in hosts),
        *(allow("tcp", ports, block, "放通 API Server 通信") for block in pods),
        *(allow("tcp", NODE_PORTS, block, "放通 Service 通信") for block in pods),
        *(allow("udp", NODE_PORTS, block, "放通 Service 通信") for block in pods),
        *(allow("udp", "53", block, "放通 CoreDNS 通信") for block in (*pods, *hosts)),
    )


def policy_set(ingress: Iterable[Row], egress: Iterable[Row], version: int) -> Row:
    """The answer's ``SecurityGroupPolicySet``: each direction numbered from the top, counts beside."""
    lines = {"Ingress": _numbered(ingress), "Egress": _numbered(egress)}
    counts = {
        f"{direction}{family}TotalCount": sum(bool(row["Ipv6CidrBlock"]) == six for row in rows)
        for direction, rows in lines.items()
        for family, six in (("IPv4", False), ("IPv6", True))
    }
    return {"Version": str(version), **lines, "PolicyStatistics": counts}


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [{**row, "PolicyIndex": index, "Priority": index + 1} for index, row in enumerate(rows)]
