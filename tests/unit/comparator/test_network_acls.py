"""Which required packets explicit entries of a network ACL stop, by packets that are written out and by brute force."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.model import addresses
from auditor.model.baseline import Tier
from auditor.model.clusters import Cluster, Interface, Role
from auditor.model.codes import Code, GapKind, Part, Severity
from auditor.model.evidence import EvidenceKind
from auditor.model.findings import Finding, Result, Status
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.packets import packets
from auditor.model.rules import AclEntry, Action, Direction, NetworkAcl, SubnetAcl
from auditor.model.services import EVERYTHING, Protocol, services, span
from tests.builders import (
    REGION,
    TODAY,
    cluster,
    flow,
    group,
    node,
    pod_interface,
    policy,
    requirement,
    rules,
    secondary,
    snapshot,
)

SUBNET, ACL = "subnet-nodes", "acl-nodes"
INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS
TCP, UDP = Protocol.TCP, Protocol.UDP
OPEN = group("sg-node", rules(("allow", "0.0.0.0/0"), ("allow", "::/0")))
WORKER = replace(node("ins-1", "sg-node", subnet_id=SUBNET), addresses=("10.0.1.5",))
OUTSIDE = addresses.parse("0.0.0.0/0") - addresses.parse("10.0.1.0/24")
"""Every IPv4 address outside the subnet."""
NODE_PORTS = services(TCP, [(30000, 32767)])
ROW = requirement("node-ports", flow(NODE_PORTS, "0.0.0.0/0"), severity=Severity.HIGH)


def entry(
    priority: int,
    action: str,
    cidr: str,
    protocol: Protocol | None = None,
    ports: str = "",
    *,
    direction: Direction = INGRESS,
    own: str = "",
    source_ports: tuple[tuple[int, int], ...] = (),
) -> AclEntry:
    """``entry(1, "drop", "10.0.0.0/8", TCP, "22")``."""
    runs = [part.split("-") for part in ports.split(",")] if ports else []
    return AclEntry(
        direction=direction,
        priority=priority,
        action=Action.DENY if action == "drop" else Action.ALLOW,
        cidr=cidr,
        protocol=protocol,
        ports=tuple((int(run[0]), int(run[-1])) for run in runs),
        own_cidr=own,
        peer_ports=source_ports,
    )


def judged(*entries: AclEntry, of: Cluster | None = None, row: object = ROW, acl: NetworkAcl | None = None) -> Result:
    made = acl or NetworkAcl(region=REGION, network_acl_id=ACL, entries=entries)
    subnet = SubnetAcl(region=REGION, subnet_id=SUBNET, cidrs=("10.0.1.0/24",), network_acl_id=ACL)
    estate = replace(snapshot((of or cluster(WORKER),), (OPEN,)), network_acls=(made,), subnet_acls=(subnet,))
    return compare(estate, policy(row), TODAY)  # type: ignore[arg-type]


def stopped(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.code is Code.NETWORK_ACL_BLOCKS]


def test_packets_that_an_explicit_entry_drops_are_reported_with_the_entry() -> None:
    result = judged(
        entry(1, "accept", "203.0.113.0/24", TCP, "30000-32767"), entry(2, "drop", "203.0.0.0/16", TCP, "30080")
    )
    (finding,) = stopped(result)
    expected = packets(
        services(TCP, [(30080, 30080)]), addresses.parse("203.0.0.0/16") - addresses.parse("203.0.113.0/24")
    )
    assert finding.packets == expected
    assert (finding.subject, finding.requirement_id, finding.severity) == (SUBNET, "node-ports", Severity.HIGH)
    assert (finding.nodes, finding.direction) == (("ins-1",), INGRESS)
    (evidence,) = finding.resources
    assert (evidence.kind, evidence.resource_id, evidence.direction, evidence.index, evidence.action) == (
        EvidenceKind.ACL,
        ACL,
        INGRESS,
        2,
        Action.DENY,
    )


def test_requirement_stays_that_of_the_groups() -> None:
    result = judged(entry(1, "drop", "0.0.0.0/0"))
    (judged_row,) = result.clusters[0].stacks[0].requirements
    assert (judged_row.status, bool(judged_row.missing), len(stopped(result))) == (Status.MET, False, 1)
    assert result.gaps == ()


def test_acl_does_not_act_inside_its_subnet() -> None:
    row = requirement("subnet", flow(EVERYTHING, "10.0.1.0/24"))
    assert stopped(judged(entry(1, "drop", "0.0.0.0/0"), row=row)) == []
    wider = requirement("vpc", flow(EVERYTHING, "10.0.0.0/23"))
    (finding,) = stopped(judged(entry(1, "drop", "0.0.0.0/0"), row=wider))
    assert finding.packets == packets(EVERYTHING, addresses.parse("10.0.0.0/24"))


def test_packets_that_no_entry_matches_are_not_judged() -> None:
    assert stopped(judged(entry(1, "accept", "10.0.0.0/8"))) == []
    assert stopped(judged()) == []


def test_subnet_with_packets_that_no_entry_matches_is_counted() -> None:
    def counted(*entries: AclEntry) -> list[tuple[str, int]]:
        return [(item.kind, item.count) for item in judged(*entries).clusters[0].not_covered]

    assert counted(entry(1, "accept", "10.0.0.0/8")) == [("acl-default", 1)]
    assert counted(entry(1, "accept", "0.0.0.0/0", TCP, "30000-32766")) == [("acl-default", 1)]
    assert counted(entry(1, "accept", "0.0.0.0/0", TCP, "30000-32767")) == []
    assert counted(entry(1, "accept", "10.0.0.0/8"), entry(2, "drop", "0.0.0.0/0")) == []


def test_first_entry_decides_and_the_other_direction_does_not() -> None:
    assert stopped(judged(entry(1, "accept", "0.0.0.0/0"), entry(2, "drop", "0.0.0.0/0"))) == []
    assert stopped(judged(entry(1, "drop", "0.0.0.0/0", direction=EGRESS))) == []
    (finding,) = stopped(judged(entry(1, "drop", "0.0.0.0/0"), entry(2, "accept", "0.0.0.0/0")))
    assert finding.packets == packets(NODE_PORTS, OUTSIDE)


def test_egress_requirement_is_held_against_egress_entries() -> None:
    row = requirement("dns", flow(services(UDP, [(53, 53)]), "183.60.83.19/32"), direction=EGRESS)
    (finding,) = stopped(judged(entry(1, "drop", "183.60.0.0/16", UDP, "53", direction=EGRESS), row=row))
    assert finding.packets == packets(services(UDP, [(53, 53)]), addresses.parse("183.60.83.19/32"))


def test_severity_is_that_of_the_stopped_packets() -> None:
    tier = Tier(flow=flow(services(TCP, [(30080, 30080)]), "0.0.0.0/0"), severity=Severity.CRITICAL)
    row = requirement("node-ports", flow(NODE_PORTS, "0.0.0.0/0"), severity=Severity.LOW, tiers=(tier,))
    (low,) = stopped(judged(entry(1, "drop", "0.0.0.0/0", TCP, "30081"), row=row))
    (critical,) = stopped(judged(entry(1, "drop", "0.0.0.0/0", TCP, "30080-30081"), row=row))
    assert (low.severity, critical.severity) == (Severity.LOW, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("source_ports", "count"),
    [
        ((), 1),
        (((0, 65535),), 1),
        (((1024, 65535),), 1),
        (((32768, 60999),), 1),
        (((1, 1023),), 0),
        (((40000, 65535),), 0),
    ],
)
def test_entry_stops_requests_if_it_names_every_port_from_which_clients_of_linux_connect(
    source_ports: tuple[tuple[int, int], ...], count: int
) -> None:
    assert len(stopped(judged(entry(1, "drop", "0.0.0.0/0", TCP, "30080", source_ports=source_ports)))) == count


def test_entry_that_may_accept_leaves_later_drops_uncertain() -> None:
    some = ((1, 1023),)
    result = judged(entry(1, "accept", "0.0.0.0/0", TCP, "30080", source_ports=some), entry(2, "drop", "0.0.0.0/0"))
    (finding,) = stopped(result)
    rest = services(TCP, [(30000, 30079), (30081, 32767)])
    assert finding.packets == packets(rest, OUTSIDE)


@pytest.mark.parametrize(("own", "count"), [("10.0.1.5", 1), ("10.0.1.0/24", 1), ("10.0.1.6", 0), ("0.0.0.0/0", 1)])
def test_entry_of_five_fields_matches_the_addresses_of_the_node(own: str, count: int) -> None:
    assert len(stopped(judged(entry(1, "drop", "0.0.0.0/0", TCP, "30080", own=own)))) == count


def test_entry_about_a_part_of_the_subnet_is_uncertain_for_a_node_without_an_address() -> None:
    unknown = replace(WORKER, addresses=())
    half = entry(1, "drop", "0.0.0.0/0", TCP, "30080", own="10.0.1.0/25")
    whole = entry(1, "drop", "0.0.0.0/0", TCP, "30080", own="10.0.0.0/16")
    assert stopped(judged(half, of=cluster(unknown))) == []
    assert len(stopped(judged(whole, of=cluster(unknown)))) == 1


def test_ipv6_entries_do_not_concern_a_subnet_without_ipv6() -> None:
    row = requirement("all", flow(NODE_PORTS, "::/0"))
    assert stopped(judged(entry(1, "drop", "::/0"), row=row)) == []


def test_nodes_of_other_subnets_are_not_named() -> None:
    other = replace(node("ins-2", "sg-node", subnet_id="subnet-other"), addresses=("10.0.2.5",))
    (finding,) = stopped(judged(entry(1, "drop", "0.0.0.0/0"), of=cluster(WORKER, other)))
    assert finding.nodes == ("ins-1",)


def test_interfaces_of_pods_are_judged_in_their_subnet_and_secondary_ones_are_not() -> None:
    row = requirement("pods", flow(NODE_PORTS, "0.0.0.0/0"), role=Role.POD)
    pod = replace(pod_interface("eni-1", "sg-node", node_id="ins-1", addresses=("10.0.1.9",)), subnet_id=SUBNET)
    further = replace(secondary("eni-2", "ins-1", "sg-node", addresses=("10.0.1.8",)), subnet_id=SUBNET)

    def of(interface: Interface) -> Cluster:
        return cluster(replace(WORKER, subnet_id=""), interfaces=(interface,))

    (finding,) = stopped(judged(entry(1, "drop", "0.0.0.0/0"), of=of(pod), row=row))
    assert (finding.role, finding.interfaces, finding.nodes) == (Role.POD, ("eni-1",), ("ins-1",))
    assert stopped(judged(entry(1, "drop", "0.0.0.0/0"), of=of(further))) == []


def test_acl_that_was_not_read_wholly_is_a_gap_and_no_finding() -> None:
    gap = Gap(region=REGION, resource=ACL, code="WrongShape", message="unclear", kind=GapKind.UNREAD)
    drop = entry(1, "drop", "0.0.0.0/0")
    for acl in (
        NetworkAcl(region=REGION, network_acl_id=ACL, entries=gap),
        NetworkAcl(region=REGION, network_acl_id=ACL, entries=(drop,), gaps=(gap,)),
    ):
        result = judged(acl=acl)
        assert (stopped(result), result.gaps, result.clusters[0].gaps) == ([], (gap,), (gap,))
        assert [row.status for row in result.clusters[0].stacks[0].requirements] == [Status.MET]


def test_part_that_is_left_out_is_neither_judged_nor_missed() -> None:
    gap = Gap(region=REGION, resource=ACL, code="WrongShape", message="unclear", kind=GapKind.UNREAD)
    acl = NetworkAcl(region=REGION, network_acl_id=ACL, entries=(entry(1, "drop", "0.0.0.0/0"),), gaps=(gap,))
    subnet = SubnetAcl(region=REGION, subnet_id=SUBNET, cidrs=("10.0.1.0/24",), network_acl_id=ACL)
    estate = replace(snapshot((cluster(WORKER),), (OPEN,)), network_acls=(acl,), subnet_acls=(subnet,))
    result = compare(estate, replace(policy(ROW), left_out=(Part.NETWORK_ACLS,)), TODAY)
    assert (stopped(result), result.gaps) == ([], ())


@pytest.mark.parametrize("part", [Part.LOAD_BALANCERS, Part.NETWORK_ACLS])
def test_snapshot_without_the_part_is_a_gap_unless_the_configuration_leaves_it_out(part: Part) -> None:
    whole = snapshot((cluster(node("ins-1", "sg-node")),), (OPEN,))
    older = replace(whole, parts=tuple(other for other in Part if other is not part))
    (gap,) = compare(older, policy(ROW), TODAY).gaps
    assert (gap.resource, gap.code, gap.cluster_id) == (part, "PartNotRead", "cls-aaaaaaaa")
    left_out = compare(older, replace(policy(ROW), left_out=(part,)), TODAY)
    assert (left_out.gaps, [item.part for item in left_out.clusters[0].not_covered]) == ((), [part])


def test_subnet_and_acl_that_the_snapshot_lacks_are_gaps() -> None:
    estate = snapshot((cluster(WORKER),), (OPEN,))
    subnet = SubnetAcl(region=REGION, subnet_id=SUBNET, cidrs=("10.0.1.0/24",), network_acl_id=ACL)
    for made, resource in ((estate, SUBNET), (replace(estate, subnet_acls=(subnet,)), ACL)):
        (gap,) = compare(made, policy(ROW), TODAY).gaps
        assert (gap.resource, gap.code, gap.cluster_id) == (resource, "PartNotRead", "cls-aaaaaaaa")


def test_unread_subnet_of_a_secondary_interface_is_no_gap() -> None:
    further = replace(secondary("eni-2", "ins-1", "sg-node"), subnet_id="subnet-other")
    result = judged(of=cluster(WORKER, interfaces=(further,)))
    assert result.gaps == ()


def test_gap_of_a_vpc_concerns_the_clusters_of_that_vpc_alone() -> None:
    gap = Gap(region=REGION, resource="vpc-11111111", service="clb", code="X", message="", kind=GapKind.UNREAD)
    clusters = (cluster(node("ins-1", "sg-node")), replace(cluster(node("ins-2", "sg-node"), cluster_id="cls-b")))
    clusters = (clusters[0], replace(clusters[1], vpc_id="vpc-22222222"))
    result = compare(replace(snapshot(clusters, (OPEN,)), gaps=(gap,)), policy(ROW), TODAY)
    assert [one.gaps for one in result.clusters] == [(gap,), ()]
    left_out = replace(policy(ROW), left_out=(Part.LOAD_BALANCERS,))
    assert compare(replace(snapshot(clusters, (OPEN,)), gaps=(gap,)), left_out, TODAY).gaps == ()


BLOCKS = ("0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "203.0.113.0/24", "203.0.113.128/25")
OWN = ("", "10.0.1.0/24", "10.0.1.5", "10.0.1.6/31", "10.0.1.0/29")
PORTS = ("", "30000", "30001-30003", "30002,30004-30009")
PLACES = ("10.0.0.9", "10.0.1.77", "10.3.0.1", "203.0.113.1", "203.0.113.200", "8.8.8.8")
OWN_ADDRESSES = ("10.0.1.5", "10.0.1.7")
SERVICES = [(TCP, port) for port in range(30000, 30010)] + [(UDP, 30000), (Protocol.ICMP, 0), (Protocol.GRE, 0)]


def draw(rng: random.Random) -> AclEntry:
    protocol = rng.choice((None, None, TCP, TCP, UDP, Protocol.ICMP))
    has_ports = protocol in (TCP, UDP)
    ports = rng.choice(PORTS) or "0-65535"
    source = rng.choice(((), (), (), ((0, 65535),), ((1024, 65535),), ((1, 1023),)))
    return entry(
        rng.randrange(100),
        rng.choice(("drop", "accept")),
        rng.choice(BLOCKS),
        protocol,
        ports if has_ports else "",
        direction=rng.choice((INGRESS, INGRESS, INGRESS, EGRESS)),
        own=rng.choice(OWN),
        source_ports=source if has_ports else (),
    )


def is_dropped(entries: list[AclEntry], protocol: Protocol, port: int, place: str, own: str) -> bool:
    """Whether the packet is dropped from each port of clients, found by trying entries one after the other."""
    point, near = addresses.point_of(place), addresses.point_of(own)
    for source_port in (32768, 60999):
        verdict = None
        for one in entries:
            if one.direction is not INGRESS or point not in addresses.parse(one.cidr):
                continue
            if one.own_cidr and near not in addresses.parse(one.own_cidr):
                continue
            if one.protocol is not None:
                if one.protocol is not protocol:
                    continue
                if protocol.has_ports and not any(first <= port <= last for first, last in one.ports):
                    continue
                if one.peer_ports and not any(first <= source_port <= last for first, last in one.peer_ports):
                    continue
            verdict = one.action
            break
        if verdict is not Action.DENY:
            return False
    return True


@pytest.mark.parametrize("seed", range(60))
def test_stopped_packets_are_those_that_trying_each_entry_drops(seed: int) -> None:
    rng = random.Random(seed)
    entries = sorted((draw(rng) for _ in range(rng.randrange(1, 9))), key=lambda one: one.priority)
    worker = replace(WORKER, addresses=OWN_ADDRESSES)
    row = requirement("all", flow(EVERYTHING, "0.0.0.0/0"))
    findings = stopped(judged(*entries, of=cluster(worker), row=row))
    found = findings[0].packets if findings else packets(IntervalSet(()), IntervalSet(()))
    for protocol, port in SERVICES:
        service = span(protocol)[0] + (port if protocol.has_ports else 0)
        for place in PLACES:
            outside = addresses.point_of(place) not in addresses.parse("10.0.1.0/24")
            expected = outside and any(is_dropped(entries, protocol, port, place, own) for own in OWN_ADDRESSES)
            said = (service, addresses.point_of(place)) in found
            # Two entries may together drop every source port; that is not claimed.
            assert said is expected or (expected and any(one.peer_ports for one in entries)), (protocol, port, place)
