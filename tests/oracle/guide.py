"""The guide's tables, copied by hand from 容器服务安全组设置 (457/9084), and how bad it is when a row is not met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Ports: TypeAlias = tuple[tuple[int, int], ...]

CONTAINER, CLUSTER, WORLD = "container", "cluster", "world"
EVERY: Ports = ((0, 65535),)
NODE_PORTS: Ports = ((30000, 32768),)
API_PODS: Ports = tuple((port, port) for port in (60001, 60002, 10250, 2380, 2379, 53, 17443))
API: Ports = (*API_PODS, (50055, 50055), (443, 443), (61678, 61678))
DNS: Ports = ((53, 53),)

HIGH, MEDIUM, LOW = "high", "medium", "low"

LIGHT: dict[str, Ports] = {
    "tcp": (
        (0, 0), (20, 23), (135, 139), (445, 445), (512, 514), (548, 548), (593, 593), (3389, 3389), (4899, 4899),
        (5900, 5909), (5985, 5986), (32768, 32768),
    ),
    "udp": ((0, 0), (69, 69), (135, 139), (161, 161), (445, 445), (623, 623), (3389, 3389), (32768, 32768)),
    "icmp": EVERY,
    "gre": EVERY,
    "other": EVERY,
}  # fmt: skip
"""Packets of the ALL rows without which a cluster runs."""


@dataclass(frozen=True)
class Row:
    """One line of a table. ``home`` is the weight where the cluster has subnets, ``elsewhere`` beyond them."""

    role: str
    direction: str
    protocol: str
    ports: Ports
    net: str
    home: str
    elsewhere: str

    def names(self, protocol: str, port: int) -> bool:
        return self.protocol in ("ALL", protocol) and any(first <= port <= last for first, last in self.ports)

    def weight(self, protocol: str, port: int, *, at_home: bool) -> str:
        """How bad it is when a packet of the row does not pass; 32768 is no port that Kubernetes gives out."""
        if self.ports == NODE_PORTS and port == 32768:
            return LOW
        if self.protocol == "ALL" and any(first <= port <= last for first, last in LIGHT.get(protocol, ())):
            return LOW
        return self.home if at_home else self.elsewhere


ROWS: dict[str, Row] = {
    "node-ingress-container": Row("node", "ingress", "ALL", EVERY, CONTAINER, HIGH, HIGH),
    "node-ingress-cluster": Row("node", "ingress", "ALL", EVERY, CLUSTER, HIGH, LOW),
    "node-ingress-ssh": Row("node", "ingress", "tcp", ((22, 22),), WORLD, LOW, LOW),
    "node-ingress-nodeport-tcp": Row("node", "ingress", "tcp", NODE_PORTS, WORLD, MEDIUM, MEDIUM),
    "node-ingress-nodeport-udp": Row("node", "ingress", "udp", NODE_PORTS, WORLD, MEDIUM, MEDIUM),
    "node-ingress-icmp": Row("node", "ingress", "icmp", EVERY, WORLD, LOW, LOW),
    "node-egress": Row("node", "egress", "ALL", EVERY, WORLD, MEDIUM, LOW),
    "master-ingress-icmp": Row("master", "ingress", "icmp", EVERY, WORLD, LOW, LOW),
    "master-ingress-nodeport-cluster-tcp": Row("master", "ingress", "tcp", NODE_PORTS, CLUSTER, MEDIUM, LOW),
    "master-ingress-nodeport-cluster-udp": Row("master", "ingress", "udp", NODE_PORTS, CLUSTER, MEDIUM, LOW),
    "master-ingress-api-cluster": Row("master", "ingress", "tcp", API, CLUSTER, HIGH, LOW),
    "master-ingress-api-container": Row("master", "ingress", "tcp", API_PODS, CONTAINER, HIGH, HIGH),
    "master-ingress-nodeport-container-tcp": Row("master", "ingress", "tcp", NODE_PORTS, CONTAINER, MEDIUM, MEDIUM),
    "master-ingress-nodeport-container-udp": Row("master", "ingress", "udp", NODE_PORTS, CONTAINER, MEDIUM, MEDIUM),
    "master-ingress-dns-container": Row("master", "ingress", "udp", DNS, CONTAINER, HIGH, HIGH),
    "master-ingress-dns-cluster": Row("master", "ingress", "udp", DNS, CLUSTER, HIGH, LOW),
    "master-egress": Row("master", "egress", "ALL", EVERY, WORLD, MEDIUM, LOW),
    "pod-ingress-container": Row("pod", "ingress", "ALL", EVERY, CONTAINER, MEDIUM, MEDIUM),
    "pod-ingress-cluster": Row("pod", "ingress", "ALL", EVERY, CLUSTER, MEDIUM, LOW),
    "pod-ingress-dns-udp": Row("pod", "ingress", "udp", DNS, CONTAINER, MEDIUM, MEDIUM),
    "pod-ingress-dns-tcp": Row("pod", "ingress", "tcp", DNS, CONTAINER, MEDIUM, MEDIUM),
    "pod-egress": Row("pod", "egress", "ALL", EVERY, WORLD, MEDIUM, LOW),
}

PERMITTED: tuple[Row, ...] = (
    Row("pod", "ingress", "tcp", ((22, 22),), WORLD, LOW, LOW),
    Row("pod", "ingress", "tcp", NODE_PORTS, WORLD, LOW, LOW),
    Row("pod", "ingress", "udp", NODE_PORTS, WORLD, LOW, LOW),
    Row("pod", "ingress", "icmp", EVERY, WORLD, LOW, LOW),
    Row("endpoint", "ingress", "tcp", ((443, 443),), CONTAINER, LOW, LOW),
    Row("endpoint", "ingress", "tcp", ((443, 443),), CLUSTER, LOW, LOW),
)
"""What may be open though nothing requires it: on Pods what TKE's default group of a node opens, and the API server."""
