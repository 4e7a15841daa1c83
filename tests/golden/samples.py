"""Results that every reporter is held against: small estates, each with something of its own to say.

``RESULTS`` by name. They are compared by the real comparator from snapshots built here, so that fingerprints, evidence
and statuses are what a run gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from auditor.comparator.compare import compare
from auditor.model.baseline import Policy, Waiver
from auditor.model.changes import Change, ChangedGaps, ChangedResource, Place
from auditor.model.clusters import (
    Attachment,
    Binding,
    Cluster,
    Exposure,
    Interface,
    Network,
    NetworkMode,
    Networks,
    Node,
    NodeKind,
    NodePool,
    NotCovered,
    PodBinding,
    Role,
)
from auditor.model.codes import Code, GapKind, Part
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.load_balancers import Listener, LoadBalancer, Target
from auditor.model.rules import (
    AclEntry,
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Member,
    Membership,
    NetworkAcl,
    Peer,
    ProtocolService,
    Rule,
    Rules,
    SecurityGroup,
    SubnetAcl,
    UnreadablePeer,
)
from auditor.model.services import PortRange, Protocol, services
from auditor.model.snapshot import Account, Snapshot
from tests.golden.policy import BASELINE, NODE_PORTS

TODAY = date(2026, 3, 1)
REGION = "ap-guangzhou"

HOSTILE = (
    "\x1b[31mred\x1b[0m \x9b2J \u202eevil\u2066 <script>alert(1)</script> ]]> | `tick` =cmd() "
    "::error::x %0a\r\n\u2028 \x00 \ud800 \U000e0041 مرحبا 👩‍💻 " + "长" * 10_000
)
"""A name as bad as names get: escapes, bidi controls, markup, formulas, NUL, a lone surrogate, length."""

NODE_BLOCK = "10.0.0.0/16"
POD_BLOCK = "172.16.0.0/16"
EVERYWHERE = "0.0.0.0/0"


def allow(service: ProtocolService, peer: str | Peer, description: str = "") -> Rule:
    """An ACCEPT; :func:`group` gives it its index."""
    return _rule(Action.ALLOW, service, peer, description)


def deny(service: ProtocolService, peer: str | Peer, description: str = "") -> Rule:
    """A DROP; :func:`group` gives it its index."""
    return _rule(Action.DENY, service, peer, description)


def _rule(action: Action, service: ProtocolService, peer: str | Peer, description: str) -> Rule:
    far_side = CidrPeer(cidr=peer) if isinstance(peer, str) else peer
    return Rule(index=0, action=action, peer=far_side, service=service, description=description)


def tcp(*ports: PortRange) -> ProtocolService:
    """Some TCP ports."""
    return ProtocolService(protocol=Protocol.TCP, ports=ports)


ALL = ProtocolService(protocol=None, ports=())
ICMP = ProtocolService(protocol=Protocol.ICMP, ports=())


def group(
    group_id: str,
    name: str,
    ingress: tuple[Rule, ...] | Gap,
    egress: tuple[Rule, ...] | Gap,
    gaps: tuple[Gap, ...] = (),
) -> SecurityGroup:
    """A group whose rules are numbered as they stand."""
    return SecurityGroup(
        region=REGION,
        security_group_id=group_id,
        name=name,
        ingress=_numbered(ingress),
        egress=_numbered(egress),
        gaps=gaps,
    )


def _numbered(rules: tuple[Rule, ...] | Gap) -> Rules:
    return rules if isinstance(rules, Gap) else tuple(replace(rule, index=index) for index, rule in enumerate(rules))


DEFAULT_INGRESS = (
    allow(ALL, POD_BLOCK, "放通容器网络内 Pod 间通信"),
    allow(ALL, NODE_BLOCK, "放通集群网络内节点间通信"),
    allow(tcp(*NODE_PORTS), EVERYWHERE),
    allow(ICMP, EVERYWHERE),
)
OUTBOUND = (allow(ALL, EVERYWHERE),)
DEFAULT_GROUP = group("sg-default1", "tke-worker-security", DEFAULT_INGRESS, OUTBOUND)


def node(node_id: str, groups: Binding, role: Role = Role.NODE) -> Node:
    """A node or Master."""
    return Node(
        node_id=node_id,
        instance_id=node_id,
        role=role,
        kind=NodeKind.REGULAR,
        security_groups=groups,
        name=f"tke_{node_id}",
    )


def cluster(cluster_id: str, name: str, **more: object) -> Cluster:
    """A managed cluster on the sample's networks."""
    networks = Networks(
        container=Network(cidrs=(POD_BLOCK,)),
        vpc=Network(cidrs=(NODE_BLOCK,)),
        subnets=Network(cidrs=("10.0.1.0/24",)),
        surroundings=Network(cidrs=(NODE_BLOCK, POD_BLOCK)),
    )
    made = Cluster(
        region=REGION,
        cluster_id=cluster_id,
        name=name,
        cluster_type="MANAGED_CLUSTER",
        status="Running",
        network_mode=NetworkMode.GLOBAL_ROUTER,
        vpc_id="vpc-sample01",
        networks=networks,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def nodes(prefix: str, count: int, *groups: str, role: Role = Role.NODE) -> tuple[Node, ...]:
    """``count`` alike machines."""
    return tuple(node(f"{prefix}{number:02}", groups, role) for number in range(1, count + 1))


def _snapshot(clusters: tuple[Cluster, ...], groups: tuple[SecurityGroup, ...], **more: object) -> Snapshot:
    return Snapshot(regions=(REGION,), parts=tuple(Part), clusters=clusters, security_groups=groups, **more)  # type: ignore[arg-type]


def _compliant() -> Snapshot:
    pool = NodePool(node_pool_id="np-default", kind=NodeKind.NATIVE, security_groups=("sg-default1",), name="workers")
    healthy = cluster("cls-healthy1", "生产集群", nodes=nodes("ins-ok", 9, "sg-default1"), node_pools=(pool,))
    return _snapshot((healthy,), (DEFAULT_GROUP,))


PROD_INGRESS = (
    deny(tcp((10250, 10250)), "10.0.0.0/8", "block kubelet?"),
    allow(ALL, POD_BLOCK),
    allow(tcp((1, 65535)), NODE_BLOCK, "nodes"),
    allow(tcp((10250, 10250)), EVERYWHERE, "temp debug, remove me"),
    allow(tcp((22, 22)), AddressTemplatePeer(template_id="ipm-office01"), "办公网登录"),
    allow(tcp(*NODE_PORTS), EVERYWHERE),
    allow(tcp((22, 22)), "198.51.100.7"),
    allow(ICMP, EVERYWHERE),
    allow(tcp((30080, 30080)), "10.0.0.0/16", "ingress controller"),
)
MASTER_INGRESS = (
    allow(tcp((60001, 60002)), NODE_BLOCK),
    allow(tcp((2379, 2380)), NODE_BLOCK),
    allow(tcp((2379, 2380)), GroupPeer(security_group_id="sg-backup01"), "etcd backup"),
)


def _estate() -> Snapshot:
    prod = cluster(
        "cls-prod0001",
        "prod",
        cluster_type="INDEPENDENT_CLUSTER",
        nodes=(
            *nodes("ins-web", 5, "sg-prod0001", "sg-base0001"),
            *nodes("ins-old", 2, "sg-base0001"),
            replace(node("ins-bare01", ()), kind=NodeKind.NATIVE),
            *nodes("ins-master", 3, "sg-master01", role=Role.MASTER),
        ),
        node_pools=(
            NodePool(
                node_pool_id="np-web00001",
                kind=NodeKind.REGULAR,
                security_groups=("sg-prod0001", "sg-base0001"),
                name="web workers",
            ),
        ),
        not_covered=(NotCovered(kind="super-node", count=3), NotCovered(kind="registered-node", count=1)),
    )
    healthy = cluster("cls-healthy1", "生产集群", nodes=nodes("ins-ok", 9, "sg-default1"))
    broken = cluster("cls-unread01", "测试环境 <b>1</b>", nodes=nodes("ins-dark", 4, "sg-denied01"))
    creating = cluster(
        "cls-creating",
        "tomorrow",
        status="Creating",
        gaps=(
            Gap(
                kind=GapKind.NOT_AUDITABLE,
                region=REGION,
                cluster_id="cls-creating",
                resource="cls-creating",
                code="ClusterState",
                message="cls-creating is in the state Creating: it has nothing to audit now",
            ),
        ),
    )
    denied = Gap(
        kind=GapKind.UNREAD,
        region=REGION,
        resource="sg-denied01",
        service="vpc",
        action="DescribeSecurityGroupPolicies",
        code="UnauthorizedOperation",
        message="you are not authorized to perform operation (vpc:DescribeSecurityGroupPolicies)",
        request_id="0a1b2c3d-0000-4000-8000-000000000001",
    )
    groups = (
        group("sg-base0001", "基础安全组", (deny(tcp((22, 22)), EVERYWHERE), allow(ICMP, EVERYWHERE)), OUTBOUND),
        DEFAULT_GROUP,
        group("sg-denied01", "", denied, denied),
        group("sg-master01", "masters", MASTER_INGRESS, OUTBOUND),
        group("sg-prod0001", "web", PROD_INGRESS, ()),
    )
    return _snapshot(
        (creating, healthy, prod, broken),
        groups,
        account=Account(id="100000000001"),
        read_at=datetime(2026, 2, 20, 23, 59, tzinfo=UTC),
        address_templates=(
            AddressTemplate(
                region=REGION,
                template_id="ipm-office01",
                name="office",
                entries=("203.0.113.0/24", "192.0.2.10-192.0.2.20"),
            ),
        ),
        memberships=(
            Membership(
                region=REGION,
                security_group_id="sg-backup01",
                members=(Member(instance_id="ins-backup", addresses=("10.9.0.5",)),),
            ),
            Membership(
                region=REGION,
                security_group_id="sg-base0001",
                members=(
                    Member(instance_id="ins-jumphost", name="跳板机", addresses=("10.0.9.9",)),
                    Member(instance_id="ins-web01", addresses=("10.0.1.1",)),
                ),
            ),
        ),
    )


def _behind_balancers() -> Snapshot:
    """A cluster with a load balancer of each kind, by who filters: both, the nodes, nobody, and its own group."""

    def balancer(number: int, name: str, port: int, groups: Binding = (), **more: object) -> LoadBalancer:
        behind = tuple(
            Target(kind="cvm", ports=(31080, 31080), weight=10, instance_id=f"ins-lb{node:02}") for node in range(1, 4)
        )
        web = Listener(
            listener_id=f"lbl-sample{number}", kind="TCP", protocol=Protocol.TCP, ports=(port, port), targets=behind
        )
        made = LoadBalancer(
            region=REGION,
            load_balancer_id=f"lb-sample0{number}",
            name=name,
            vpc_id="vpc-sample01",
            security_groups=groups,
            is_public=True,
            pass_to_target=False,
            listeners=(web,),
        )
        return replace(made, **more)  # type: ignore[arg-type]

    shop = cluster("cls-shop0001", "shop", nodes=nodes("ins-lb", 3, "sg-shop0001"))
    groups = (
        group(
            "sg-shop0001", "shop nodes", (*DEFAULT_INGRESS[:2], allow(tcp((31080, 31080)), "198.51.100.0/24")), OUTBOUND
        ),
        group(
            "sg-shoplb01", "客户", (allow(tcp((80, 80)), "198.51.100.0/24"), allow(tcp((80, 80)), "203.0.112.0/24")), ()
        ),
    )
    return _snapshot(
        (shop,),
        groups,
        load_balancers=(
            balancer(1, "both filter", 80, ("sg-shoplb01",)),
            balancer(2, "the nodes filter", 8081),
            balancer(3, "商城 <b>open</b>", 443, pass_to_target=True),
            balancer(4, "open, no web port", 8080, pass_to_target=True),
            balancer(5, "switch unread", 80, ("sg-shoplb01",), pass_to_target=None),
        ),
    )


def _interfaces() -> Snapshot:
    """Secondary interfaces, Pods of VPC-CNI and of super nodes, with and without groups, and what binds next."""

    def interface(interface_id: str, node_id: str, attachment: Attachment, *groups: str, **more: object) -> Interface:
        role = Role.NODE if attachment is Attachment.SECONDARY else Role.POD
        made = Interface(
            interface_id=interface_id, node_id=node_id, attachment=attachment, role=role, security_groups=groups
        )
        return replace(made, **{"exposure": Exposure.NONE_FOUND, **more})  # type: ignore[arg-type]

    rdp = allow(tcp((3389, 3389)), EVERYWHERE, "remote desktop")
    exposures = (Exposure.INTERNET, Exposure.NONE_FOUND, Exposure.INTERNET)
    bank = cluster(
        "cls-bank0001",
        "bank",
        network_mode=NetworkMode.VPC_CNI,
        nodes=tuple(
            replace(item, exposure=exposure)
            for item, exposure in zip(nodes("ins-bank", 3, "sg-wide0001"), exposures, strict=True)
        ),
        interfaces=(
            interface("eni-second01", "ins-bank01", Attachment.SECONDARY, "sg-wide0001", exposure=Exposure.INTERNET),
            interface("eni-second02", "ins-bank02", Attachment.SECONDARY, exposure=Exposure.INTERNET),
            interface("eni-pods0001", "ins-bank01", Attachment.PODS),
            interface("eni-pods0002", "ins-bank02", Attachment.PODS, name="<b>pods</b>"),
            interface("eni-super001", "", Attachment.SUPER_NODE_PODS, "sg-super001"),
            interface("eni-super002", "", Attachment.SUPER_NODE_PODS, "sg-super001"),
        ),
        pod_bindings=(
            PodBinding(source_id="eniipamd", attachment=Attachment.PODS, security_groups=("sg-default1",)),
            PodBinding(
                source_id="np-super0001",
                attachment=Attachment.SUPER_NODE_PODS,
                security_groups=("sg-super001",),
                name="batch",
            ),
            PodBinding(source_id="np-super0002", attachment=Attachment.SUPER_NODE_PODS, security_groups=()),
        ),
    )
    groups = (
        DEFAULT_GROUP,
        group("sg-super001", "batch Pods", (allow(tcp((8080, 8080)), POD_BLOCK), rdp), OUTBOUND),
        group("sg-wide0001", "wide", (*DEFAULT_INGRESS, rdp), OUTBOUND),
    )
    return _snapshot((bank,), groups)


def _network_acls() -> Snapshot:
    """Subnets whose network ACLs stop required packets: by three fields, by five fields, and by an unknown entry."""

    def entry(priority: int, action: Action, cidr: str, direction: Direction, **more: object) -> AclEntry:
        made = AclEntry(direction=direction, priority=priority, action=action, cidr=cidr)
        return replace(made, **more)  # type: ignore[arg-type]

    def acl(number: int, name: str, *entries: AclEntry) -> NetworkAcl:
        return NetworkAcl(region=REGION, network_acl_id=f"acl-sample{number}", name=name, entries=entries)

    def in_subnet(number: int, node_id: str) -> Node:
        made = node(node_id, ("sg-default1",))
        return replace(made, subnet_id=f"subnet-acl00{number}", addresses=(f"10.0.{number}.7",))

    ports: dict[str, object] = {"protocol": Protocol.TCP, "ports": ((10250, 10250),)}
    unread = Gap(
        kind=GapKind.UNREAD,
        region=REGION,
        resource="acl-sample3",
        service="vpc",
        action="DescribeNetworkAcls",
        code="WrongShape",
        message='Action of acl-sample3 is "REJECT", not ACCEPT or DROP: what acl-sample3 stops is unknown',
    )
    acls = (
        acl(
            1,
            "节点子网 <b>1</b>",
            entry(1, Action.ALLOW, "10.0.2.0/24", Direction.INGRESS),
            entry(2, Action.DENY, NODE_BLOCK, Direction.INGRESS, **ports),
            entry(1, Action.DENY, "198.51.100.0/24", Direction.EGRESS),
        ),
        acl(
            2,
            "five fields",
            entry(1, Action.DENY, POD_BLOCK, Direction.INGRESS, own_cidr="10.0.2.0/25"),
            entry(2, Action.DENY, NODE_BLOCK, Direction.INGRESS, own_cidr="10.0.2.128/25"),
        ),
        replace(acl(3, "unclear", entry(1, Action.DENY, EVERYWHERE, Direction.INGRESS)), gaps=(unread,)),
    )
    walled = cluster(
        "cls-walled01", "walled", nodes=tuple(in_subnet(number, f"ins-acl0{number}") for number in (1, 2, 3))
    )
    subnets = tuple(
        SubnetAcl(
            region=REGION,
            subnet_id=f"subnet-acl00{number}",
            cidrs=(f"10.0.{number}.0/24",),
            network_acl_id=f"acl-sample{number}",
        )
        for number in (1, 2, 3)
    )
    return _snapshot((walled,), (DEFAULT_GROUP,), network_acls=acls, subnet_acls=subnets)


def _waivers() -> tuple[Waiver, ...]:
    return (
        Waiver(
            waiver_id="W-7",
            finding=Code.EXCESS_ACCESS,
            clusters=("cls-prod*",),
            direction=Direction.INGRESS,
            services=services(Protocol.TCP, ((22, 22),)),
            cidrs=("203.0.113.0/24",),
            reason="office network, login by certificate",
            owner="sre@example.com",
            expires=date(2026, 3, 10),
        ),
        Waiver(
            waiver_id="W-1",
            finding=Code.EXCESS_ACCESS,
            clusters=("*",),
            direction=Direction.INGRESS,
            services=services(Protocol.TCP, ((8080, 8080),)),
            cidrs=("203.0.113.0/24",),
            reason="gone",
            owner="sre@example.com",
            expires=date(2025, 12, 31),
        ),
    )


def _hostile() -> Snapshot:
    unreadable = Gap(
        kind=GapKind.UNREADABLE,
        region=REGION,
        resource="sg-hostile1/ingress/1",
        service="vpc",
        action="DescribeSecurityGroupPolicies",
        code="UnreadableRule",
        message=f"rule 1 names {HOSTILE}",
    )
    rules = (
        allow(tcp((22, 22)), EVERYWHERE, HOSTILE),
        Rule(
            index=1,
            action=Action.ALLOW,
            peer=UnreadablePeer(text=HOSTILE),
            service=tcp((443, 443)),
            description='=HYPERLINK("http://evil.example")',
        ),
    )
    bad = cluster(
        "cls-hostile1",
        HOSTILE,
        nodes=nodes("ins-bad", 2, "sg-hostile1"),
        not_covered=(NotCovered(kind="\x1b]0;x\x07new-kind", count=2),),
    )
    return _snapshot((bad,), (group("sg-hostile1", HOSTILE, rules, (), gaps=(unreadable,)),))


@cache
def many(clusters: int = 25, rules: int = 20) -> Result:
    """A wide estate: every cluster binds a group of its own with ``rules`` open ports, one finding each, and blocks."""
    made = []
    groups = []
    for number in range(clusters):
        group_id = f"sg-many{number:04}"
        holes = tuple(allow(tcp((8000 + 2 * hole, 8000 + 2 * hole)), f"203.0.{hole}.{number}") for hole in range(rules))
        doubled = tuple(
            allow(tcp((8000 + 2 * hole, 8000 + 2 * hole)), f"203.0.{hole}.{number}") for hole in range(rules)
        )
        groups.append(group(group_id, f"业务 {number}", (*holes, *doubled), ()))
        made.append(cluster(f"cls-many{number:04}", f"集群 {number}", nodes=nodes(f"ins-m{number:03}", 4, group_id)))
    return compare(_snapshot(tuple(made), tuple(groups)), Policy(baseline=BASELINE), TODAY)


def _gate() -> Result:
    """The estate as a planned change would leave it: half of its findings new, one gone."""
    result = compare(_estate(), Policy(baseline=BASELINE), TODAY)
    prints = [finding.fingerprint for finding in result.findings]
    brought, touched, *elsewhere = (gap.fingerprint for gap in result.gaps)
    change = Change(
        introduced=tuple(prints[::2]),
        resolved=("00000000000000ff",),
        unchanged=tuple(prints[1::2]),
        resources=(
            ChangedResource(
                address='module.net["a"].tencentcloud_security_group_rule_set.web',
                actions=("update",),
                effect="2 rules added",
                findings=tuple(prints[:3:2]),
                place=Place(file="network/中国 [a]/main.tf", line=12),
            ),
            ChangedResource(address="tencentcloud_security_group.idle", actions=("create",), effect="none"),
        ),
        gaps=ChangedGaps(introduced=(brought,), unchanged=(touched, *elsewhere), touched=(touched,)),
        gap_places=((brought, Place(file="network/cluster.tf", line=7)),),
    )
    existing = tuple(replace(finding, known=finding.fingerprint in change.unchanged) for finding in result.findings)
    return replace(result, findings=existing, change=change)


def _results() -> dict[str, Result]:
    plain = Policy(baseline=BASELINE)
    nothing = Snapshot(
        regions=(REGION,),
        gaps=(
            Gap(
                kind=GapKind.NOT_AUDITABLE,
                region=REGION,
                resource=REGION,
                service="tke",
                action="DescribeClusters",
                code="NoCluster",
                message=f"no cluster was found in {REGION}",
            ),
        ),
    )
    return {
        "compliant": compare(_compliant(), plain, TODAY),
        "estate": compare(_estate(), replace(plain, waivers=_waivers()), TODAY),
        "balancers": compare(_behind_balancers(), plain, TODAY),
        "interfaces": compare(_interfaces(), plain, TODAY),
        "network-acls": compare(_network_acls(), plain, TODAY),
        "hostile": compare(_hostile(), plain, TODAY),
        "nothing": compare(nothing, plain, TODAY),
        "gate": _gate(),
    }


RESULTS: Mapping[str, Result] = _results()
