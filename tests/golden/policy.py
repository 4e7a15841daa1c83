"""A small baseline of its own, so that golden reports move with the reporters alone."""

from __future__ import annotations

from auditor.model.baseline import (
    Allowance,
    Baseline,
    ExcessTable,
    FlowPattern,
    NamedNetwork,
    Reach,
    Requirement,
    ServiceClass,
    Text,
    Tier,
)
from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, PortRange, Protocol, services

NODE_PORTS: tuple[PortRange, ...] = ((30000, 32768),)


def _requirement(requirement_id: str, flow: FlowPattern, severity: Severity, title: Text, reason: Text) -> Requirement:
    role, direction, _ = requirement_id.split("-", 2)
    return Requirement(
        requirement_id=requirement_id,
        role=Role(role),
        direction=Direction(direction),
        flow=flow,
        severity=severity,
        title=title,
        reason=reason,
        row=f"sample {requirement_id}",
        tiers=(
            Tier(
                flow=FlowPattern(services=services(Protocol.TCP, ((32768, 32768),)), cidrs=flow.cidrs),
                severity=Severity.LOW,
            ),
        )
        if flow.services == services(Protocol.TCP, NODE_PORTS)
        else (),
    )


REQUIREMENTS = (
    _requirement(
        "node-ingress-container",
        FlowPattern(services=EVERYTHING, networks=(NamedNetwork.CONTAINER,)),
        Severity.HIGH,
        Text(en="Traffic between Pods in the container network", zh="容器网络内 Pod 间通信"),
        Text(
            en="kube-proxy sends a request on to any Pod behind the Service, often on another node.",
            zh="Kube-proxy 会将请求转发到服务的任意一个实例，而实例可能在其他节点上。",
        ),
    ),
    _requirement(
        "node-ingress-cluster",
        FlowPattern(services=EVERYTHING, networks=(NamedNetwork.CLUSTER,)),
        Severity.HIGH,
        Text(en="Traffic between nodes in the cluster network", zh="集群网络内节点间通信"),
        Text(
            en="Without this rule, nodes go NotReady and Services break.",
            zh="未放通时节点会 NotReady，服务不可用。",
        ),
    ),
    _requirement(
        "node-ingress-nodeport",
        FlowPattern(services=services(Protocol.TCP, NODE_PORTS), cidrs=("0.0.0.0/0",)),
        Severity.MEDIUM,
        Text(en="NodePort (TCP)", zh="NodePort（TCP）"),
        Text(en="Load balancers reach Services through NodePorts.", zh="负载均衡经 NodePort 访问服务。"),
    ),
    _requirement(
        "node-ingress-icmp",
        FlowPattern(services=services(Protocol.ICMP), cidrs=("0.0.0.0/0",)),
        Severity.LOW,
        Text(en="ICMP", zh="ICMP 协议（Ping 操作）"),
        Text(en="Ping is how people look for a lost node.", zh="排查节点失联时需要 Ping。"),
    ),
    _requirement(
        "node-egress-all",
        FlowPattern(services=EVERYTHING, cidrs=("0.0.0.0/0",)),
        Severity.MEDIUM,
        Text(en="All outbound traffic", zh="全部出站流量"),
        Text(
            en="Nodes pull images and reach the API server; node and container networks are the floor.",
            zh="节点需要拉取镜像并访问 API Server；自定义出站规则时需放通节点网段和容器网段。",
        ),
    ),
    _requirement(
        "pod-ingress-container",
        FlowPattern(services=EVERYTHING, networks=(NamedNetwork.CONTAINER,)),
        Severity.MEDIUM,
        Text(en="Traffic between Pods", zh="Pod 间通信"),
        Text(en="Other Pods get no answer without it.", zh="未放通时其他 Pod 得不到响应。"),
    ),
    _requirement(
        "pod-ingress-cluster",
        FlowPattern(services=EVERYTHING, networks=(NamedNetwork.CLUSTER,)),
        Severity.MEDIUM,
        Text(en="Traffic from the nodes to Pods", zh="集群节点访问 Pod"),
        Text(en="Without it, probes of the kubelet fail.", zh="未放通时 kubelet 的健康检查失败。"),
    ),
    _requirement(
        "pod-egress-all",
        FlowPattern(services=EVERYTHING, cidrs=("0.0.0.0/0",)),
        Severity.LOW,
        Text(en="All outbound traffic", zh="全部出站流量"),
        Text(en="Pods call other Pods and cloud services.", zh="Pod 需要访问其他 Pod 和云服务。"),
    ),
    _requirement(
        "master-ingress-api",
        FlowPattern(
            services=services(Protocol.TCP, ((10250, 10250), (2379, 2380), (60001, 60002))),
            networks=(NamedNetwork.CLUSTER,),
        ),
        Severity.HIGH,
        Text(en="Traffic to the API server from the cluster network", zh="API Server 通信（集群网络）"),
        Text(
            en="Without it, kubelets lose the control plane and etcd members lose each other.",
            zh="未放通时 kubelet 与控制面失联，etcd 成员之间失联。",
        ),
    ),
)

_WEIGHTS = {
    Reach.ANY: {"control": Severity.CRITICAL, "admin": Severity.HIGH, "other": Severity.MEDIUM},
    Reach.PUBLIC: {"control": Severity.HIGH, "admin": Severity.MEDIUM, "other": Severity.LOW},
    Reach.PRIVATE: {"control": Severity.MEDIUM, "admin": Severity.LOW, "other": Severity.LOW},
    Reach.VPC: {"control": Severity.LOW, "admin": Severity.LOW, "other": Severity.INFO},
}

EXCESS = ExcessTable(
    classes=(
        ServiceClass(
            name="control",
            services=services(Protocol.TCP, ((2379, 2380), (10250, 10250))),
            title=Text(en="Control plane and node agents", zh="控制面与节点组件"),
        ),
        ServiceClass(
            name="admin",
            services=services(Protocol.TCP, ((22, 22), (3389, 3389))),
            title=Text(en="Remote administration", zh="远程管理"),
        ),
        ServiceClass(name="other", services=EVERYTHING, title=Text(en="Other services", zh="其他服务")),
    ),
    severities=tuple(
        (direction, reach, name, weight)
        for direction in Direction
        for reach, weights in _WEIGHTS.items()
        for name, weight in weights.items()
    ),
)

BASELINE = Baseline(
    name="sample",
    digest="sha256:" + "5a" * 32,
    source="configs/sample.yaml",
    requirements=REQUIREMENTS,
    allowances=(
        Allowance(
            allowance_id="master-egress",
            flow=FlowPattern(services=EVERYTHING, cidrs=("0.0.0.0/0",)),
            direction=Direction.EGRESS,
            roles=(Role.MASTER,),
        ),
    ),
    excess=EXCESS,
)
