"""The stricter built-in baseline."""

from __future__ import annotations

from auditor.config import baseline
from auditor.model.baseline import Allowance
from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.regions import Region, regions
from auditor.model.rules import Direction
from auditor.model.services import Protocol
from tests.unit.config.test_tke_default import networks

DEFAULT = baseline.load("tke-default")
HARDENED = baseline.load("tke-hardened")


def required(role: Role) -> list[str]:
    return [each.requirement_id for each in HARDENED.requirements if each.role is role]


def test_what_the_world_must_reach_is_dropped_and_nothing_else() -> None:
    assert required(Role.NODE) == ["node-ingress-container", "node-ingress-cluster", "node-egress"]
    assert required(Role.MASTER) == [
        "master-ingress-nodeport-cluster-tcp",
        "master-ingress-nodeport-cluster-udp",
        "master-ingress-api-cluster",
        "master-ingress-api-container",
        "master-ingress-nodeport-container-tcp",
        "master-ingress-nodeport-container-udp",
        "master-ingress-dns-container",
        "master-ingress-dns-cluster",
        "master-egress",
    ]
    assert required(Role.POD) == [
        "pod-ingress-container",
        "pod-ingress-cluster",
        "pod-ingress-dns-udp",
        "pod-ingress-dns-tcp",
        "pod-egress",
    ]


def test_the_rows_that_stay_are_those_of_the_default() -> None:
    assert set(HARDENED.requirements) < set(DEFAULT.requirements)
    assert HARDENED.excess == DEFAULT.excess


def allowed() -> Allowance:
    endpoint, allowance = HARDENED.allowances
    assert endpoint.roles == (Role.ENDPOINT,)
    return allowance


def test_icmp_may_come_from_anywhere_to_every_role() -> None:
    certain, _ = networks().packets(allowed().flow)
    assert regions(certain) == (Region(protocol=Protocol.ICMP, ports=(), cidrs=("0.0.0.0/0",)),)
    assert (allowed().direction, allowed().roles, allowed().clusters) == (Direction.INGRESS, (), ("*",))


def test_pods_without_a_group_need_attention() -> None:
    assert HARDENED.pod_interface_without_group is Severity.MEDIUM


def test_its_digest_is_not_the_defaults() -> None:
    assert HARDENED.digest != DEFAULT.digest
