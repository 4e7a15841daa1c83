"""How the built-in table weighs what is open in excess."""

from __future__ import annotations

import pytest

from auditor.comparator import excess
from auditor.config import baseline
from auditor.model.baseline import Reach, ServiceClass
from auditor.model.clusters import Role
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, Protocol, services

TABLE = baseline.load("tke-default").excess


def class_of(role: Role, protocol: Protocol, port: int) -> str:
    service = services(protocol, ((port, port),))
    found = (each for each in TABLE.classes if not each.roles or role in each.roles)
    return next(each.name for each in found if service <= each.services)


CONTROL_PORTS = (
    *(2375, 2376, 2379, 2380, 6443, 10249, 10250, 10251, 10252, 10255, 10256, 10257, 10258),
    *(10259, 17443, 50055, 60001, 60002, 61678),
)


@pytest.mark.parametrize(
    ("role", "name"),
    [(Role.NODE, "control"), (Role.MASTER, "control"), (Role.POD, "other")],
)
def test_control_ports_are_those_of_machines_and_any_service_s_on_a_pod(role: Role, name: str) -> None:
    assert {class_of(role, Protocol.TCP, port) for port in CONTROL_PORTS} == {name}


@pytest.mark.parametrize(
    ("name", "protocol", "ports"),
    [
        ("admin", Protocol.TCP, (21, 22, 23, 135, 139, 445, 512, 513, 514, 3389, 5900, 5983, 5985, 5986, 5999)),
        ("admin", Protocol.UDP, (161, 623, 3389)),
        ("data", Protocol.TCP, (873, 1433, 1434, 1521, 2049, 2181, 3306, 5432, 5672, 5984, 6379, 8086, 8123, 9042)),
        ("data", Protocol.TCP, (9092, 9200, 9300, 11211, 26379, 27017, 27018, 27019, 33060, 50000, 50070)),
        ("data", Protocol.UDP, (1434, 2049, 11211)),
        ("other", Protocol.TCP, (0, 53, 80, 2377, 2381, 8080, 9100, 10248, 10253, 10260, 30000, 32768, 60003, 65535)),
        ("other", Protocol.UDP, (22, 53, 443, 2379, 10250)),
        ("other", Protocol.ICMP, (0,)),
        ("other", Protocol.ICMPV6, (0,)),
        ("other", Protocol.GRE, (0,)),
        ("other", Protocol.OTHER, (0,)),
    ],
)
def test_a_service_belongs_to_its_class(name: str, protocol: Protocol, ports: tuple[int, ...]) -> None:
    classes = {(role, port): class_of(role, protocol, port) for role in Role for port in ports}
    assert {packet: found for packet, found in classes.items() if found != name} == {}


def test_443_is_the_control_planes_on_a_master_alone() -> None:
    assert class_of(Role.MASTER, Protocol.TCP, 443) == "control"
    assert class_of(Role.NODE, Protocol.TCP, 443) == "other"


def test_each_class_stands_once_for_a_role_and_the_last_holds_everything() -> None:
    for role in Role:
        here = [each for each in TABLE.classes if not each.roles or role in each.roles]
        control = ["control"] if role in (Role.NODE, Role.MASTER) else []
        assert [each.name for each in here if role is not Role.ENDPOINT or each.name != "control"] == [
            *control,
            "admin",
            "data",
            "other",
        ]
        assert here[-1].services == EVERYTHING


def test_classes_share_no_service_but_the_last() -> None:
    here: list[ServiceClass] = [each for each in TABLE.classes if Role.MASTER in (each.roles or (Role.MASTER,))][:-1]
    for index, each in enumerate(here):
        assert not any(each.services & other.services for other in here[index + 1 :])


@pytest.mark.parametrize(
    ("direction", "reach", "severities"),
    [
        ("ingress", "any", ["critical", "high", "high", "medium"]),
        ("ingress", "public", ["high", "medium", "medium", "low"]),
        ("ingress", "private", ["medium", "low", "low", "low"]),
        ("ingress", "vpc", ["low", "low", "low", "info"]),
        ("egress", "any", ["medium", "medium", "medium", "medium"]),
        ("egress", "public", ["low", "low", "low", "low"]),
        ("egress", "private", ["low", "low", "low", "low"]),
        ("egress", "vpc", ["info", "info", "info", "info"]),
    ],
)
def test_each_cell_of_the_table_is_given(direction: str, reach: str, severities: list[str]) -> None:
    names = ("control", "admin", "data", "other")
    found = [excess.severity(TABLE, Direction(direction), Reach(reach), name).value for name in names]
    assert found == severities


def test_the_table_has_no_other_cells() -> None:
    assert len(TABLE.severities) == 2 * 4 * 4
