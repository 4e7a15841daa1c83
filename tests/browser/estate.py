"""A large estate, written by rule: 100 clusters of every verdict and 500 findings on 300 stacks."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, Network, Networks, NodeKind, NodePool, NotCovered, Role
from auditor.model.codes import Part
from auditor.model.findings import Result
from auditor.model.rules import GroupPeer, Member, Membership, ProtocolService, Rule, SecurityGroup
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.golden.samples import ALL, EVERYWHERE, ICMP, OUTBOUND, REGION, TODAY, allow, cluster, deny, group, nodes, tcp

CLUSTERS = 100


def udp(*ports: tuple[int, int]) -> ProtocolService:
    """Some UDP ports."""
    return ProtocolService(protocol=Protocol.UDP, ports=ports)


@lru_cache
def large_result(size: int = CLUSTERS) -> Result:
    """The result of the first ``size`` clusters of the large estate against the shipped baseline."""
    clusters = tuple(_cluster(number) for number in range(size))
    groups = tuple(made for number in range(size) for made in _groups(number))
    members = tuple(_membership(number) for number in range(size))
    snapshot = Snapshot(
        regions=(REGION,), parts=tuple(Part), clusters=clusters, security_groups=groups, memberships=members
    )
    return compare(snapshot, Policy(baseline=baseline.load("tke-default")), TODAY)


def _blocks(number: int) -> tuple[str, str]:
    return f"10.{number % 256}.0.0/16", f"172.{16 + number % 16}.{number // 16 * 16 % 256}.0/20"


def _cluster(number: int) -> Cluster:
    block, pods = _blocks(number)
    made = cluster(f"cls-large{number:03}", f"业务集群-{number:03} payments")
    own = nodes(f"ins-{number:03}n", 40, f"sg-base{number:03}", *((f"sg-app{number:03}",) if number % 2 else ()))
    own += nodes(f"ins-{number:03}x", 57, f"sg-base{number:03}")
    own += nodes(f"ins-{number:03}m", 3, f"sg-master{number:03}", role=Role.MASTER)
    pool = NodePool(
        node_pool_id=f"np-{number:03}", kind=NodeKind.NATIVE, security_groups=(f"sg-base{number:03}",), name="workers"
    )
    return replace(
        made,
        cluster_type="INDEPENDENT_CLUSTER",
        networks=Networks(
            container=Network(cidrs=(pods,)),
            vpc=Network(cidrs=(block,)),
            subnets=Network(cidrs=(block.replace("/16", "/20"),)),
            surroundings=Network(cidrs=(block, pods)),
        ),
        nodes=tuple(sorted(own, key=lambda node: node.node_id)),
        node_pools=(pool,),
        not_covered=(NotCovered(kind="super-node", count=2),) if number % 10 == 0 else (),
    )


def _membership(number: int) -> Membership:
    first = Member(instance_id=f"ins-{number:03}x01", addresses=(f"10.{number % 256}.0.10",))
    return Membership(region=REGION, security_group_id=f"sg-base{number:03}", members=(first,))


def _groups(number: int) -> tuple[SecurityGroup, ...]:
    block, pods = _blocks(number)
    base = (
        *(
            deny(tcp((9000 + place, 9000 + place)), f"10.{place}.0.0/16", f"retired service {place}")
            for place in range(12 if number % 25 == 0 else 0)
        ),
        allow(ALL, pods, "放通容器网络内 Pod 间通信"),
        allow(ALL, block, "放通集群网络内节点间通信"),
        allow(tcp((22, 22)), EVERYWHERE, "放通 SSH 登录端口"),
        allow(tcp((30000, 32768)), EVERYWHERE),
        allow(udp((30000, 32768)), EVERYWHERE),
        allow(ICMP, EVERYWHERE),
    )
    return (
        group(f"sg-base{number:03}", "tke-worker-security-for-cluster", base, OUTBOUND),
        group(f"sg-app{number:03}", f"payments {number}", _app(number), OUTBOUND),
        group(f"sg-master{number:03}", "tke-master-security", _master(number), OUTBOUND),
    )


def _app(number: int) -> tuple[Rule, ...]:
    block, _ = _blocks(number)
    opened = (3306, 6379, 9100, 10250, 8080)[number % 5]
    return (
        allow(tcp((opened, opened)), EVERYWHERE, "temporary, for the migration"),
        allow(tcp((9200, 9300)), "203.0.113.0/24", "logging of the Shanghai office"),
        allow(tcp((opened, opened)), block, "covered by the base group"),
        allow(ALL, GroupPeer(security_group_id=f"sg-base{number:03}")),
    )


def _master(number: int) -> tuple[Rule, ...]:
    block, pods = _blocks(number)
    api = tcp(
        (53, 53),
        (443, 443),
        (2379, 2380),
        (10250, 10250),
        (17443, 17443),
        (50055, 50055),
        (60001, 60002),
        (61678, 61678),
    )
    inner = tcp((53, 53), (2379, 2380), (10250, 10250), (17443, 17443), (60001, 60002))
    return (
        allow(ICMP, EVERYWHERE),
        allow(tcp((30000, 32768)), block),
        allow(udp((30000, 32768)), block),
        allow(api, block, "API Server"),
        *(() if number % 4 else (deny(tcp((2379, 2380)), pods, "etcd is nobody's business"),)),
        allow(inner, pods, "API Server"),
        allow(tcp((30000, 32768)), pods),
        allow(udp((30000, 32768)), pods),
        *(() if number % 7 == 0 else (allow(udp((53, 53)), pods, "CoreDNS"),)),
        allow(udp((53, 53)), block, "CoreDNS"),
    )
