"""Paths through random load balancers, back ends and rules against an oracle that walks the rules packet by packet."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from functools import cache

import pytest

from auditor.comparator.compare import compare
from auditor.model.clusters import Cluster
from auditor.model.codes import Code, GapKind
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, Listener, LoadBalancer, Target
from auditor.model.rules import Action, CidrPeer, ProtocolService, Rule, SecurityGroup, UnreadablePeer
from auditor.model.services import PortRange, Protocol, services
from tests.builders import REGION, TODAY, cluster, group, node, policy, snapshot
from tests.oracle.balancers import Oracle, stacks

ESTATES = int(os.environ.get("SGAUDIT_BALANCER_ESTATES", "400"))
BATCH = 100
"""Estates of a test; the first hundred are for every run, the others for a deep one."""
BLOCKS = (
    *("0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "172.16.0.0/16", "198.51.100.0/24", "203.0.113.10"),
    *("::/0", "2001:db8::/32", "128.0.0.0/1", "10.9.0.0/16", "10.0.1.77"),
)
PORTS: tuple[tuple[PortRange, ...], ...] = (
    ((0, 65535),),
    ((80, 80),),
    ((31080, 31080),),
    ((31000, 31083),),
    ((79, 82), (443, 443)),
)
UNREAD = Gap(region=REGION, resource="x", code="AuthFailure", message="denied", kind=GapKind.UNREAD)
KINDS = ("cvm", "cvm", "cvm", "cvm", "ccn", "srv", "globalroute")


def rule(dice: random.Random, index: int) -> Rule:
    protocol = dice.choice((None, Protocol.TCP, Protocol.TCP, Protocol.UDP, Protocol.ICMP))
    ports = dice.choice(PORTS) if protocol in (Protocol.TCP, Protocol.UDP) else ((0, 65535),)
    unread = dice.random() < 0.05
    return Rule(
        index=index,
        action=dice.choice((Action.ALLOW, Action.ALLOW, Action.DENY)),
        peer=UnreadablePeer(text="?") if unread else CidrPeer(cidr=dice.choice(BLOCKS)),
        service=ProtocolService(protocol=protocol, ports=ports),
    )


def groups(dice: random.Random) -> tuple[SecurityGroup, ...]:
    drawn = []
    for name in ("sg-a", "sg-b", "sg-c", "sg-d"):
        rules = [rule(dice, index) for index in range(dice.randint(0, 4))]
        held = group(name, rules)
        if any(isinstance(each.peer, UnreadablePeer) for each in rules):
            held = replace(held, gaps=(UNREAD,))
        drawn.append(replace(held, ingress=UNREAD) if dice.random() < 0.05 else held)
    return tuple(drawn)


def check(dice: random.Random) -> HealthCheck | None:
    if dice.random() < 0.6:
        return None
    return HealthCheck(
        source=dice.choice(tuple(HealthCheckSource)),
        protocol=dice.choice((Protocol.TCP, None)),
        port=dice.choice((None, None, 8080)),
    )


def target(dice: random.Random, width: int) -> Target:
    kind = dice.choice(KINDS)
    last = 31080 + dice.choice((width, width, 0, 1))
    number = dice.choice((1, 2))
    place = {"instance_id": f"ins-{number}"} if kind == "cvm" else {"addresses": (f"10.0.1.{number}",)}
    if kind == "globalroute":
        place = {"addresses": (f"172.16.0.{number}",)}
    return Target(
        kind=kind,
        ports=(31080, last),
        weight=dice.choice((10, 10, 10, 0, None)),
        health_check=check(dice),
        **place,
    )


def listener(dice: random.Random, number: int) -> Listener:
    kind, width = dice.choice((("TCP", 0), ("TCP", 2), ("UDP", 0), ("HTTP", 0)))
    first = dice.choice((80, 443, 8080, 22))
    return Listener(
        listener_id=f"lbl-{number}",
        kind=kind,
        protocol=Protocol.UDP if kind == "UDP" else Protocol.TCP,
        ports=(first, first + width),
        targets=tuple(target(dice, width) for _ in range(dice.randint(1, 3))),
    )


def load_balancer(dice: random.Random) -> LoadBalancer:
    version = dice.choice((4, 4, 4, 6))
    some = tuple(dice.sample(("sg-a", "sg-b", "sg-c"), dice.randint(0, 2)))
    return LoadBalancer(
        region=REGION,
        load_balancer_id="lb-1",
        vpc_id="vpc-11111111",
        security_groups=UNREAD if dice.random() < 0.05 else some,
        is_public=dice.random() < 0.7,
        addresses=dice.choice((("203.0.113.10",), ("10.0.1.77", "2001:db8::5"))),
        ip_version=version,
        nat64=version == 6 and dice.random() < 0.4,
        pass_to_target=dice.choice((True, False, False, None)),
        cross_region=dice.random() < 0.1,
        snat_addresses=dice.choice(((), (), (), ("10.0.1.77",), ("10.0.1.77", "198.51.100.9"))),
        listeners=tuple(listener(dice, number) for number in range(dice.randint(1, 2))),
    )


def estate(seed: int) -> tuple[Cluster, LoadBalancer, tuple[SecurityGroup, ...]]:
    dice = random.Random(seed)
    lists = (("sg-d",), ("sg-a", "sg-d"), ("sg-d", "sg-b"), ())
    machines = [
        replace(node(f"ins-{number}", *dice.choice(lists)), addresses=(f"10.0.1.{number}",)) for number in (1, 2)
    ]
    return cluster(*machines), load_balancer(dice), groups(dice)


@cache
def judged(seed: int) -> Result:
    home, balancer, drawn = estate(seed)
    return compare(replace(snapshot((home,), drawn), load_balancers=(balancer,)), policy(), TODAY)


def disagreements(seed: int) -> list[str]:
    home, balancer, drawn = estate(seed)
    result = judged(seed)
    oracle = Oracle(balancer, home, {each.security_group_id: each for each in drawn})
    paths = {
        (path.listener.listener_id, path.security_groups): path
        for found in result.clusters[0].load_balancers
        for path in found.paths
    }
    wrong = []
    for listened in balancer.listeners if isinstance(balancer.listeners, tuple) else ():
        targets = listened.targets if isinstance(listened.targets, tuple) else ()
        for bound, behind in stacks(oracle, targets):
            path = paths.pop((listened.listener_id, bound))
            said = {"passes": path.passes, "blocked": path.blocked, "undecided": path.undecided}
            for port in range(listened.ports[0], listened.ports[1] + 1):
                service = services(listened.protocol, ((port, port),)).bounds[0]
                for piece in oracle.clients():
                    truth = oracle.way(listened, behind, port, piece.first)
                    answers = [name for name, packets in said.items() if (service, piece.first) in packets]
                    if answers != [truth]:
                        wrong.append(f"{listened.listener_id} {bound} {port} {piece}: {answers}, not {truth}")
            ports = range(listened.ports[0], listened.ports[1] + 1)
            truths = {
                Code.LOAD_BALANCER_PATH_BLOCKED: oracle.is_blocked(listened, behind),
                Code.LOAD_BALANCER_OPEN: any(oracle.is_open(listened, behind, port) for port in ports),
            }
            for code, expected in truths.items():
                if reported(result, code, listened.listener_id, bound) is not expected:
                    wrong.append(f"{listened.listener_id} {bound} {code}: {not expected}")
            if not path.stopped_at_back_ends <= path.possibly_needed:
                wrong.append(f"{listened.listener_id} {bound}: stopped at the back ends, and tke-least needs it not")
            if path.undecided and not result.clusters[0].gaps:
                wrong.append(f"{listened.listener_id} {bound}: undecided without a gap")
    wrong += [f"{key}: no such path" for key in paths]
    return [f"seed {seed}: {text}" for text in wrong]


def reported(result: Result, code: Code, listener_id: str, bound: tuple[str, ...]) -> bool:
    return any(
        finding.code is code
        and finding.security_groups == bound
        and listener_id in {item.resource_id for item in finding.resources}
        for finding in result.findings
    )


@pytest.mark.parametrize(
    "first",
    [pytest.param(first, marks=pytest.mark.deep if first >= BATCH else ()) for first in range(0, ESTATES, BATCH)],
)
def test_every_packet_of_every_path_is_judged_as_the_documents_say(first: int) -> None:
    wrong = [text for seed in range(first, min(first + BATCH, ESTATES)) for text in disagreements(seed)]
    assert wrong[:20] == []


def test_the_estates_have_what_matters() -> None:
    kinds = set()
    for seed in range(BATCH):
        result = judged(seed)
        for found in result.clusters[0].load_balancers:
            for path in found.paths:
                kinds |= {name for name in ("passes", "blocked", "undecided") if getattr(path, name)}
                kinds.add(path.health_check)
        kinds |= {finding.code for finding in result.findings if finding.resources}
    assert {"passes", "blocked", "undecided", Code.LOAD_BALANCER_PATH_BLOCKED, Code.LOAD_BALANCER_OPEN} <= kinds
