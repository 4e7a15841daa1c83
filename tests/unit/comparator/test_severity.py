"""How heavy a finding is under ``tke-default``, and whether its reason fits the packets that are missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.model.baseline import Policy, Waiver
from auditor.model.clusters import Network, Networks, Node
from auditor.model.codes import Code, Severity
from auditor.model.findings import Finding
from auditor.model.rules import Direction
from auditor.model.services import Protocol, services
from tests.builders import cluster, group, land, node, rule, rules, snapshot

TODAY = date(2026, 11, 22)
POLICY = Policy(baseline=baseline.load("tke-default"))

IN_FULL = (
    ("allow", "172.16.0.0/16"),
    ("allow", "10.0.0.0/16"),
    ("allow", "0.0.0.0/0", "tcp", "22"),
    ("allow", "0.0.0.0/0", "tcp", "30000-32768"),
    ("allow", "0.0.0.0/0", "udp", "30000-32768"),
    ("allow", "0.0.0.0/0", "icmp"),
)


def blocked(*ingress: tuple[str, ...], held_against: Policy = POLICY) -> list[Finding]:
    """What is blocked on one node of a cluster with Pods in 172.16.0.0/16 and nodes in 10.0.1.0/24 of 10.0.0.0/16."""
    held = group("sg-a", rules(*ingress))
    result = compare(snapshot([cluster(node("ins-1", "sg-a"))], [held]), held_against, TODAY)
    return [finding for finding in result.findings if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED]


def says_not_ready(finding: Finding) -> bool:
    assert finding.reason is not None
    return "NotReady" in finding.reason.en and "NotReady" in finding.reason.zh


@pytest.mark.parametrize(
    "ports", ["22", "3389", "20-21", "23", "135-139", "445", "20,21,22,23,135,137,138,139,445,3389"]
)
def test_a_drop_of_remote_administration_and_file_sharing_is_low(ports: str) -> None:
    found = blocked(("deny", "10.0.0.0/8", "tcp", ports), ("deny", "10.0.0.0/8", "udp", "135-139,445,3389"), *IN_FULL)
    assert {(each.requirement_id, each.severity) for each in found} >= {("node-ingress-cluster", Severity.LOW)}
    assert {each.severity for each in found} == {Severity.LOW}
    assert not any(says_not_ready(each) for each in found)


@pytest.mark.parametrize(
    ("protocol", "ports"),
    [
        ("tcp", "10250"),
        ("tcp", "53"),
        ("udp", "53"),
        ("tcp", "6443"),
        ("udp", "8472"),
        ("tcp", "30000"),
        ("tcp", "2049"),
    ],
)
def test_ports_of_the_cluster_stay_high(protocol: str, ports: str) -> None:
    found = blocked(("deny", "10.0.0.0/16", protocol, ports), *IN_FULL)
    [of_cluster] = [each for each in found if each.requirement_id == "node-ingress-cluster"]
    assert of_cluster.severity is Severity.HIGH
    assert says_not_ready(of_cluster)


def test_a_finding_is_as_heavy_as_its_heaviest_packet_and_says_what_breaks_without_it() -> None:
    [found] = blocked(("deny", "10.0.0.0/16", "tcp", "3389,10250"), *IN_FULL)
    assert found.severity is Severity.HIGH
    assert says_not_ready(found)


def test_every_port_written_as_1_to_65535_with_icmp_and_gre_is_low() -> None:
    """Port 0 and the other IP protocols are what is missing."""
    whole = (("tcp", "1-65535"), ("udp", "1-65535"), ("icmp",), ("gre",))
    everywhere = [("allow", source, *service) for source in ("10.0.0.0/16", "172.16.0.0/16") for service in whole]
    found = blocked(*everywhere, *IN_FULL[2:])
    assert {(each.requirement_id, each.severity) for each in found} == {
        ("node-ingress-container", Severity.LOW),
        ("node-ingress-cluster", Severity.LOW),
    }
    assert not any(says_not_ready(each) for each in found)


def test_parts_of_the_vpc_without_a_subnet_of_the_cluster_do_not_make_nodes_not_ready() -> None:
    [found] = blocked(("allow", "172.16.0.0/16"), ("allow", "10.0.1.0/24"), *IN_FULL[2:])
    assert found.severity is Severity.LOW
    assert found.reason is not None
    assert found.reason.en.startswith("No node, Master or Pod of the cluster is in these parts of the VPC.")


def test_port_32768_alone_is_no_nodeport() -> None:
    found = blocked(
        *IN_FULL[:3],
        ("allow", "0.0.0.0/0", "tcp", "30000-32767"),
        ("allow", "0.0.0.0/0", "udp", "30000-32767"),
        IN_FULL[5],
    )
    assert [(each.requirement_id, each.severity) for each in found] == [
        ("node-ingress-nodeport-tcp", Severity.LOW),
        ("node-ingress-nodeport-udp", Severity.LOW),
    ]
    assert {each.reason.en for each in found if each.reason} == {
        "The guide says 32768; Kubernetes allocates NodePorts up to 32767, so no Service uses this port."
    }


def test_what_a_waiver_leaves_has_its_own_severity_and_reason() -> None:
    accepted = Waiver(
        waiver_id="W-1",
        finding="TSG101",
        clusters=("*",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, [(10250, 10250)]),
        cidrs=("10.0.0.0/16",),
        reason="because",
        owner="us",
        expires=TODAY,
    )
    found = blocked(
        ("deny", "10.0.0.0/16", "tcp", "3389,10250"), *IN_FULL, held_against=replace(POLICY, waivers=(accepted,))
    )
    assert {(each.severity, says_not_ready(each), each.waiver is not None) for each in found} == {
        (Severity.HIGH, True, True),
        (Severity.LOW, False, False),
    }


@pytest.mark.parametrize(
    ("source", "ports", "severity"),
    [
        ("172.20.0.0/16", "3389", Severity.LOW),
        ("172.20.0.0/16", "8080", Severity.HIGH),
        ("10.1.1.0/24", "445", Severity.LOW),
        ("10.1.1.0/24", "8080", Severity.HIGH),
        ("10.1.2.0/24", "8080", Severity.LOW),
    ],
)
def test_services_between_peers_weigh_as_in_the_cluster(source: str, ports: str, severity: Severity) -> None:
    networks = land(("172.20.0.0/16",), ("10.1.0.0/16",), ("10.1.1.0/24",))
    one = cluster(node("ins-1", "sg-a"))
    two = cluster(node("ins-2", "sg-b"), cluster_id="cls-bbbbbbbb", networks=networks)
    bound = group(
        "sg-a",
        rules(("deny", source, "tcp", ports), *IN_FULL, ("allow", "172.20.0.0/16"), ("allow", "10.1.0.0/16")),
    )
    held_against = replace(POLICY, peers=((one.cluster_id, two.cluster_id),))
    result = compare(replace(snapshot([one], [bound]), neighbours=(two,)), held_against, TODAY)
    [found] = [each for each in result.findings if each.requirement_id.startswith("peer-cls-bbbbbbbb-")]
    assert found.severity is severity
    assert not says_not_ready(found)


V6_EGRESS = (rule(0, "allow", "0.0.0.0/0"), rule(1, "allow", "::/0"))
WITHOUT_IPV6 = replace(land(), without_ipv6=True)


def excess(*nodes: Node, networks: Networks = WITHOUT_IPV6, held_against: Policy = POLICY) -> list[Finding]:
    """What is open in excess where the group lets out everything, to IPv6 too."""
    held = group("sg-a", rules(*IN_FULL), V6_EGRESS)
    result = compare(snapshot([cluster(*nodes, networks=networks)], [held]), held_against, TODAY)
    return [finding for finding in result.findings if finding.code is Code.EXCESS_ACCESS]


def severities(findings: list[Finding]) -> set[Severity]:
    return {finding.severity for finding in findings}


def test_excess_in_ipv6_is_info_where_the_vpc_has_none() -> None:
    found = excess(node("ins-1", "sg-a"))
    assert len(found) == 4
    assert severities(found) == {Severity.INFO}


def test_excess_in_ipv6_counts_where_ipv6_was_not_denied_by_what_was_read() -> None:
    seen = replace(node("ins-1", "sg-a"), addresses=("10.0.1.5", "2001:db8::5"))
    with_block = replace(WITHOUT_IPV6, surroundings=Network(cidrs=("10.0.0.0/16", "2001:db8::/56")))
    assert severities(excess(node("ins-1", "sg-a"), networks=land())) == {Severity.MEDIUM}
    assert severities(excess(node("ins-1", "sg-a"), networks=with_block)) >= {Severity.MEDIUM}
    assert severities(excess(seen)) == {Severity.MEDIUM}


def test_excess_in_both_families_is_as_severe_as_its_ipv4_until_a_waiver_takes_that() -> None:
    open_to_all = group(
        "sg-a", rules(*IN_FULL, ("allow", "0.0.0.0/0", "tcp", "10250"), ("allow", "::/0", "tcp", "10250"))
    )
    accepted = Waiver(
        waiver_id="W-1",
        finding="TSG201",
        clusters=("*",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, [(10250, 10250)]),
        cidrs=("0.0.0.0/0",),
        reason="because",
        owner="us",
        expires=TODAY,
    )
    held = snapshot([cluster(node("ins-1", "sg-a"), networks=WITHOUT_IPV6)], [open_to_all])

    def found(held_against: Policy) -> set[tuple[Severity, bool]]:
        result = compare(held, held_against, TODAY)
        return {(one.severity, one.waiver is not None) for one in result.findings if one.code is Code.EXCESS_ACCESS}

    assert found(POLICY) == {(Severity.CRITICAL, False)}
    assert found(replace(POLICY, waivers=(accepted,))) == {(Severity.CRITICAL, True), (Severity.INFO, False)}


def test_lists_that_differ_in_ipv6_alone_are_low_where_the_vpc_has_none() -> None:
    groups = [group("sg-a", rules(*IN_FULL), V6_EGRESS), group("sg-b", rules(*IN_FULL))]

    def mixed(networks: Networks) -> list[Severity]:
        held = snapshot([cluster(node("ins-1", "sg-a"), node("ins-2", "sg-b"), networks=networks)], groups)
        found = compare(held, POLICY, TODAY).findings
        return [one.severity for one in found if one.code is Code.MIXED_SECURITY_GROUPS]

    assert mixed(WITHOUT_IPV6) == [Severity.LOW]
    assert mixed(land()) == [Severity.MEDIUM]
