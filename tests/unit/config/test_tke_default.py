"""The built-in baseline held against the guide, whose rows are written out here."""

from __future__ import annotations

import pytest

from auditor.comparator import requirements
from auditor.comparator.cluster_networks import ResolvedNetworks, resolve_networks
from auditor.comparator.requirements import ResolvedRequirement
from auditor.config import baseline
from auditor.model import addresses
from auditor.model.baseline import ClusterNetwork, NamedNetwork, Requirement
from auditor.model.clusters import Cluster, Network, NetworkMode, Networks, Role
from auditor.model.codes import Severity
from auditor.model.packets import NOTHING, packets, union
from auditor.model.regions import ALL_PROTOCOLS, Region, regions
from auditor.model.rules import Direction
from auditor.model.services import Protocol, services

BASELINE = baseline.load("tke-default")

CLUSTER = Cluster(
    region="ap-guangzhou",
    cluster_id="cls-aaaaaaaa",
    name="shop",
    cluster_type="INDEPENDENT_CLUSTER",
    status="Running",
    network_mode=NetworkMode.GLOBAL_ROUTER,
    vpc_id="vpc-aaaaaaaa",
    networks=Networks(
        container=Network(cidrs=("172.16.0.0/16",)),
        vpc=Network(cidrs=("10.0.0.0/16",)),
        subnets=Network(cidrs=("10.0.1.0/24",)),
    ),
)

CONTAINER = ("172.16.0.0/16",)
VPC = ("10.0.0.0/16",)
WORLD = ("0.0.0.0/0",)
NODEPORT = ((30000, 32768),)
API_CLUSTER = (
    (53, 53),
    (443, 443),
    (2379, 2380),
    (10250, 10250),
    (17443, 17443),
    (50055, 50055),
    (60001, 60002),
    (61678, 61678),
)
API_CONTAINER = ((53, 53), (2379, 2380), (10250, 10250), (17443, 17443), (60001, 60002))
DNS = ((53, 53),)

NODE_IN = "457/9084 节点默认安全组规则 入站规则"
NODE_OUT = "457/9084 节点默认安全组规则 出站规则"
MASTER_IN = "457/9084 独立集群 Master 默认安全组规则 入站规则"
MASTER_OUT = "457/9084 独立集群 Master 默认安全组规则 出站规则"

NODE, MASTER, POD_ROLE = Role.NODE, Role.MASTER, Role.POD
PRINCIPLE = "457/9084 使用容器服务选择安全组的原则"
IN, OUT = Direction.INGRESS, Direction.EGRESS

GUIDE: list[
    tuple[str, str, Role, Direction, str, tuple[tuple[int, int], ...], tuple[str, ...], str]
] = [
    ("node-ingress-container", f"{NODE_IN} 1", NODE, IN, "all", (), CONTAINER, "容器网络内 Pod 间通信"),
    ("node-ingress-cluster", f"{NODE_IN} 2", NODE, IN, "all", (), VPC, "集群网络内节点间通信"),
    ("node-ingress-ssh", f"{NODE_IN} 3", NODE, IN, "tcp", ((22, 22),), WORLD, "SSH 登录端口"),
    ("node-ingress-nodeport-tcp", f"{NODE_IN} 4（放通 Master 与 Worker 节点间通信）", NODE, IN, "tcp", NODEPORT, WORLD,
     "NodePort 访问（LoadBalancer 类型的 Service 需经过 NodePort 转发"),
    ("node-ingress-nodeport-udp", f"{NODE_IN} 5（放通 Master 与 Worker 节点间通信）", NODE, IN, "udp", NODEPORT, WORLD,
     "NodePort 访问（LoadBalancer 类型的 Service 需经过 NodePort 转发"),
    ("node-ingress-icmp", f"{NODE_IN} 6", NODE, IN, "icmp", (), WORLD, "ICMP 协议（Ping 操作）"),
    ("node-egress", f"{NODE_OUT} 1", NODE, OUT, "all", (), WORLD, "全部出站流量"),
    ("master-ingress-icmp", f"{MASTER_IN} 1", MASTER, IN, "icmp", (), WORLD, "ICMP 协议（Ping 操作）"),
    ("master-ingress-nodeport-cluster-tcp", f"{MASTER_IN} 2（放通 Master 与 Worker 节点间通信）",
     MASTER, IN, "tcp", NODEPORT, VPC,
     "NodePort 访问（LoadBalancer 类型的 Service 需经过 NodePort 转发"),
    ("master-ingress-nodeport-cluster-udp", f"{MASTER_IN} 3（放通 Master 与 Worker 节点间通信）",
     MASTER, IN, "udp", NODEPORT, VPC,
     "NodePort 访问（LoadBalancer 类型的 Service 需经过 NodePort 转发"),
    ("master-ingress-api-cluster", f"{MASTER_IN} 4", MASTER, IN, "tcp", API_CLUSTER, VPC, "API Server 通信"),
    ("master-ingress-api-container", f"{MASTER_IN} 5", MASTER, IN, "tcp", API_CONTAINER, CONTAINER,
     "API Server 通信"),
    ("master-ingress-nodeport-container-tcp", f"{MASTER_IN} 6（放通 Service 通信）",
     MASTER, IN, "tcp", NODEPORT, CONTAINER,
     "容器网络的 NodePort 访问（LoadBalancer 类型的 Service 需经过 NodePort 转发"),
    ("master-ingress-nodeport-container-udp", f"{MASTER_IN} 7（放通 Service 通信）",
     MASTER, IN, "udp", NODEPORT, CONTAINER,
     "容器网络的 NodePort 访问（LoadBalancer 类型的 Service 需经过 NodePort 转发"),
    ("master-ingress-dns-container", f"{MASTER_IN} 8", MASTER, IN, "udp", DNS, CONTAINER, "CoreDNS 通信"),
    ("master-ingress-dns-cluster", f"{MASTER_IN} 9", MASTER, IN, "udp", DNS, VPC, "CoreDNS 通信"),
    ("master-egress", f"{MASTER_OUT} 1", MASTER, OUT, "all", (), WORLD, "全部出站流量"),
]  # fmt: skip

PODS: list[
    tuple[str, str, Role, Direction, str, tuple[tuple[int, int], ...], tuple[str, ...], str]
] = [
    ("pod-ingress-container", f"{PRINCIPLE}（放通容器实例网络）；457/50360 VPC-CNI 网卡安全组",
     POD_ROLE, IN, "all", (), CONTAINER, "容器网络内 Pod 间通信"),
    ("pod-ingress-cluster", f"{PRINCIPLE}（放通集群节点网络）；457/50360 VPC-CNI 网卡安全组",
     POD_ROLE, IN, "all", (), VPC, "集群节点访问 Pod"),
    ("pod-ingress-dns-udp", "457/74269 安全组策略（CoreDNS 的安全组需放通 53 端口）",
     POD_ROLE, IN, "udp", DNS, CONTAINER, "Pod 访问 CoreDNS"),
    ("pod-ingress-dns-tcp", "457/74269 安全组策略（CoreDNS 的安全组需放通 53 端口）",
     POD_ROLE, IN, "tcp", DNS, CONTAINER, "Pod 访问 CoreDNS"),
    ("pod-egress", f"{NODE_OUT} 1（自定义出站规则时需放通节点网段和容器网段）",
     POD_ROLE, OUT, "all", (), WORLD, "全部出站流量"),
]  # fmt: skip


def networks(cluster_network: ClusterNetwork = ClusterNetwork.VPC) -> ResolvedNetworks:
    return resolve_networks(CLUSTER, cluster_network)


def requirement(requirement_id: str) -> Requirement:
    return next(each for each in BASELINE.requirements if each.requirement_id == requirement_id)


def test_it_has_the_rows_of_the_guide_in_the_guides_order() -> None:
    machines = [each.requirement_id for each in BASELINE.requirements if each.role in (NODE, MASTER)]
    assert machines == [row[0] for row in GUIDE]


def test_pods_have_the_rows_that_follow_from_the_guide() -> None:
    pods = [each.requirement_id for each in BASELINE.requirements if each.role is POD_ROLE]
    assert pods == [row[0] for row in PODS]


@pytest.mark.parametrize(
    ("requirement_id", "row", "role", "direction", "protocol", "ports", "cidrs", "remark"),
    [*GUIDE, *PODS],
    ids=[row[0] for row in [*GUIDE, *PODS]],
)
def test_a_row_says_what_the_guide_says(
    requirement_id: str,
    row: str,
    role: Role,
    direction: Direction,
    protocol: str,
    ports: tuple[tuple[int, int], ...],
    cidrs: tuple[str, ...],
    remark: str,
) -> None:
    found = requirement(requirement_id)
    assert (found.row, found.role, found.direction) == (row, role, direction)
    certain, possible = networks().packets(found.flow)
    assert regions(certain) == (
        Region(protocol=ALL_PROTOCOLS if protocol == ALL_PROTOCOLS else Protocol(protocol), ports=ports, cidrs=cidrs),
    )
    assert possible == certain
    assert found.title.zh.startswith(remark)


def test_a_row_has_its_words_in_both_languages() -> None:
    texts = [text for found in BASELINE.requirements for text in (found.title, found.reason)]
    assert [text.en for text in texts if not text.en.isascii()] == []
    assert [text.zh for text in texts if not any("\u4e00" <= letter <= "\u9fff" for letter in text.zh)] == []


def test_nodes_and_masters_may_have_nothing_open_beyond_the_rows() -> None:
    assert [each for each in BASELINE.allowances if each.roles not in ((POD_ROLE,), (Role.ENDPOINT,))] == []


def test_pods_may_have_open_what_the_default_group_of_a_node_opens() -> None:
    node_rows = [each for each in BASELINE.requirements if (each.role, each.direction) == (NODE, IN)]
    of_pods = [each for each in BASELINE.requirements if (each.role, each.direction) == (POD_ROLE, IN)]
    flows = [
        *(each.flow for each in of_pods),
        *(each.flow for each in BASELINE.allowances if each.roles == (POD_ROLE,)),
    ]
    opened = union(networks().packets(flow)[0] for flow in flows)
    assert union(networks().packets(each.flow)[0] for each in node_rows) == opened


def test_pods_without_a_group_are_the_default_of_the_cloud() -> None:
    assert BASELINE.pod_interface_without_group is Severity.INFO


def test_own_networks_may_connect_to_the_entrances_of_the_api_server() -> None:
    (allowance,) = [each for each in BASELINE.allowances if Role.ENDPOINT in each.roles]
    assert allowance.allowance_id == "endpoint-ingress-own-networks"
    assert (allowance.roles, allowance.direction, allowance.clusters) == ((Role.ENDPOINT,), Direction.INGRESS, ("*",))
    assert allowance.flow.services == services(Protocol.TCP, [(443, 443)])
    assert (allowance.flow.networks, allowance.flow.cidrs) == ((NamedNetwork.CONTAINER, NamedNetwork.CLUSTER), ())


LIGHT_TCP = (0, 20, 21, 22, 23, 135, 137, 139, 445, 3389, 5900, 5985, 32768)

INSIDE, ELSEWHERE, POD, PUBLIC = "10.0.1.7", "10.0.200.7", "172.16.3.4", "203.0.113.9"


@pytest.mark.parametrize(
    ("requirement_id", "protocol", "port", "address", "severity"),
    [
        ("node-ingress-container", "tcp", 8080, POD, "high"),
        ("node-ingress-cluster", "tcp", 10250, INSIDE, "high"),
        ("node-ingress-cluster", "udp", 8472, INSIDE, "high"),
        ("node-ingress-cluster", "tcp", 53, INSIDE, "high"),
        ("node-ingress-cluster", "tcp", 30001, INSIDE, "high"),
        ("node-ingress-cluster", "tcp", 2049, INSIDE, "high"),
        *(("node-ingress-cluster", "tcp", port, INSIDE, "low") for port in LIGHT_TCP),
        *(
            ("node-ingress-cluster", "tcp", port, INSIDE, "high")
            for port in (1, 19, 24, 134, 140, 444, 446, 3388, 32767)
        ),
        *(("node-ingress-container", "udp", port, POD, "low") for port in (0, 135, 139, 445, 3389, 32768)),
        ("node-ingress-cluster", "icmp", 0, INSIDE, "low"),
        ("node-ingress-cluster", "gre", 0, INSIDE, "low"),
        ("node-ingress-container", "other", 0, POD, "low"),
        ("node-egress", "tcp", 22, POD, "low"),
        ("node-egress", "other", 0, INSIDE, "low"),
        ("master-egress", "tcp", 3389, INSIDE, "low"),
        ("node-ingress-cluster", "tcp", 10250, ELSEWHERE, "low"),
        ("node-ingress-ssh", "tcp", 22, PUBLIC, "low"),
        ("node-ingress-ssh", "tcp", 22, INSIDE, "low"),
        ("node-ingress-nodeport-tcp", "tcp", 30000, PUBLIC, "medium"),
        ("node-ingress-nodeport-tcp", "tcp", 32767, PUBLIC, "medium"),
        ("node-ingress-nodeport-tcp", "tcp", 32768, PUBLIC, "low"),
        ("node-ingress-nodeport-tcp", "tcp", 32768, INSIDE, "low"),
        ("node-ingress-nodeport-udp", "udp", 32767, PUBLIC, "medium"),
        ("node-ingress-nodeport-udp", "udp", 32768, PUBLIC, "low"),
        ("node-ingress-icmp", "icmp", 0, PUBLIC, "low"),
        ("node-egress", "tcp", 443, POD, "medium"),
        ("node-egress", "tcp", 443, INSIDE, "medium"),
        ("node-egress", "tcp", 443, ELSEWHERE, "low"),
        ("node-egress", "tcp", 443, PUBLIC, "low"),
        ("master-ingress-icmp", "icmp", 0, INSIDE, "low"),
        ("master-ingress-nodeport-cluster-tcp", "tcp", 30001, INSIDE, "medium"),
        ("master-ingress-nodeport-cluster-tcp", "tcp", 30001, ELSEWHERE, "low"),
        ("master-ingress-nodeport-cluster-tcp", "tcp", 32768, INSIDE, "low"),
        ("master-ingress-nodeport-cluster-udp", "udp", 30001, INSIDE, "medium"),
        ("master-ingress-nodeport-cluster-udp", "udp", 30001, ELSEWHERE, "low"),
        ("master-ingress-nodeport-cluster-udp", "udp", 32768, INSIDE, "low"),
        ("master-ingress-api-cluster", "tcp", 60002, INSIDE, "high"),
        ("master-ingress-api-cluster", "tcp", 60002, ELSEWHERE, "low"),
        ("master-ingress-api-container", "tcp", 60002, POD, "high"),
        ("master-ingress-nodeport-container-tcp", "tcp", 30001, POD, "medium"),
        ("master-ingress-nodeport-container-tcp", "tcp", 32768, POD, "low"),
        ("master-ingress-nodeport-container-udp", "udp", 30001, POD, "medium"),
        ("master-ingress-nodeport-container-udp", "udp", 32768, POD, "low"),
        ("master-ingress-dns-container", "udp", 53, POD, "high"),
        ("master-ingress-dns-cluster", "udp", 53, INSIDE, "high"),
        ("master-ingress-dns-cluster", "udp", 53, ELSEWHERE, "low"),
        ("master-egress", "udp", 53, POD, "medium"),
        ("master-egress", "udp", 53, INSIDE, "medium"),
        ("master-egress", "udp", 53, ELSEWHERE, "low"),
        ("master-egress", "udp", 53, PUBLIC, "low"),
        ("pod-ingress-container", "tcp", 8080, POD, "medium"),
        ("pod-ingress-container", "tcp", 22, POD, "low"),
        ("pod-ingress-container", "gre", 0, POD, "low"),
        ("pod-ingress-cluster", "tcp", 8080, INSIDE, "medium"),
        ("pod-ingress-cluster", "tcp", 8080, ELSEWHERE, "low"),
        ("pod-ingress-cluster", "icmp", 0, INSIDE, "low"),
        ("pod-ingress-dns-udp", "udp", 53, POD, "medium"),
        ("pod-ingress-dns-tcp", "tcp", 53, POD, "medium"),
        ("pod-egress", "tcp", 443, POD, "medium"),
        ("pod-egress", "tcp", 443, INSIDE, "medium"),
        ("pod-egress", "tcp", 443, ELSEWHERE, "low"),
        ("pod-egress", "tcp", 443, PUBLIC, "low"),
    ],
)
def test_a_blocked_packet_weighs_what_breaks_with_it(
    requirement_id: str, protocol: str, port: int, address: str, severity: str
) -> None:
    one = packets(services(Protocol(protocol), ((port, port),)), addresses.parse(address))
    need = ResolvedRequirement(
        requirement=requirement(requirement_id), networks=networks(), certain=NOTHING, possible=NOTHING
    )
    certain, _ = networks().packets(need.requirement.flow)
    assert one <= certain
    assert requirements.severity_of_missing(need, one)[0] is Severity(severity)


def test_with_node_subnets_the_cluster_network_is_nothing_else() -> None:
    certain, _ = networks(ClusterNetwork.NODE_SUBNETS).packets(requirement("node-ingress-cluster").flow)
    assert regions(certain) == (Region(protocol="all", ports=(), cidrs=("10.0.1.0/24",)),)


def test_the_name_and_the_file_are_known() -> None:
    assert (BASELINE.name, BASELINE.source) == ("tke-default", "configs/tke-default.yaml")
