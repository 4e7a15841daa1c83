"""Waivers: what is waived and what still counts are the finding, whatever the waivers are."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.waivers import waive
from auditor.model.addresses import union as addresses_of
from auditor.model.baseline import Waiver
from auditor.model.clusters import Role
from auditor.model.codes import Code, Severity
from auditor.model.evidence import Evidence
from auditor.model.findings import Finding
from auditor.model.intervals import IntervalSet
from auditor.model.packets import NOTHING, PacketSet, packets, union
from auditor.model.rules import Action, Direction
from auditor.model.services import Protocol, services
from tests.property.worlds import BASES

TODAY = date(2026, 11, 22)
DAYS = st.sampled_from([date(2026, 11, 21), TODAY, date(2027, 1, 1)])
CIDRS = tuple(
    f"{base}{last}/{bits}"
    for base, top in zip(BASES, (32, 128), strict=True)
    for bits in (top, top - 2, top - 4)
    for last in (0, 4)
)


@st.composite
def sets_of_services(draw: st.DrawFn) -> IntervalSet:
    protocol = draw(st.sampled_from(Protocol))
    first = draw(st.integers(0, 8))
    return services(protocol, [(first, first + draw(st.integers(0, 4)))])


@st.composite
def sets_of_packets(draw: st.DrawFn) -> PacketSet:
    boxes = st.tuples(sets_of_services(), st.lists(st.sampled_from(CIDRS), min_size=1, max_size=2))
    return union(
        packets(service, addresses_of(tuple(where))) for service, where in draw(st.lists(boxes, min_size=1, max_size=3))
    )


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    return Finding(
        code=draw(st.sampled_from([Code.REQUIRED_TRAFFIC_BLOCKED, Code.EXCESS_ACCESS, Code.SHADOWED_RULE])),
        severity=Severity.HIGH,
        fingerprint=draw(st.sampled_from(["0123456789abcdef", "fedcba9876543210"])),
        region="ap-guangzhou",
        cluster_id=draw(st.sampled_from(["cls-aaaaaaaa", "cls-bbbbbbbb"])),
        role=draw(st.sampled_from(Role)),
        security_groups=("sg-a",),
        direction=draw(st.sampled_from(Direction)),
        packets=draw(sets_of_packets()),
        evidence=(Evidence(security_group_id="sg-a", direction=Direction.INGRESS, index=0, action=Action.ALLOW),),
    )


@st.composite
def waivers(draw: st.DrawFn) -> Waiver:
    return Waiver(
        waiver_id=draw(st.sampled_from(["W-1", "W-2", "W-3"])),
        finding=draw(st.sampled_from([*Code, *(code.finding_name for code in Code)])),
        clusters=tuple(draw(st.lists(st.sampled_from(["*", "cls-a*", "cls-bbbbbbbb"]), max_size=2))),
        direction=draw(st.sampled_from(Direction)),
        services=draw(sets_of_services()),
        cidrs=tuple(draw(st.lists(st.sampled_from(CIDRS), max_size=3))),
        reason="r",
        owner="o",
        expires=draw(DAYS),
        role=draw(st.sampled_from([None, *Role])),
    )


@given(findings(), st.lists(waivers(), max_size=4))
def test_the_sum_of_waived_and_unwaived_packets_is_the_finding(finding: Finding, accepted: list[Waiver]) -> None:
    parts = waive([finding], tuple(accepted), TODAY).findings
    assert union(part.packets for part in parts) == finding.packets
    assert sum(part.packets.size for part in parts) == finding.packets.size
    assert len({part.fingerprint for part in parts}) == len(parts)


@given(findings(), st.lists(waivers(), max_size=4))
def test_a_waiver_takes_out_its_own_packets_alone(finding: Finding, accepted: list[Waiver]) -> None:
    parts = waive([finding], tuple(accepted), TODAY).findings
    named = union(packets(one.services, addresses_of(one.cidrs)) for one in accepted if one.expires >= TODAY)
    waived = union(part.packets for part in parts if part.waiver is not None)
    assert waived <= named
    left = [part for part in parts if part.waiver is None]
    assert [part.fingerprint for part in left] in ([], [finding.fingerprint])


@given(st.lists(findings(), max_size=3), st.lists(waivers(), max_size=4))
def test_an_expired_waiver_waives_nothing(found: list[Finding], accepted: list[Waiver]) -> None:
    expired = tuple(one for one in accepted if one.expires < TODAY)
    assert waive(found, expired, TODAY).findings == tuple(found)


def test_a_waiver_for_one_bastion_hides_nothing_from_the_world() -> None:
    ssh = services(Protocol.TCP, [(22, 22)])
    world = Finding(
        code=Code.EXCESS_ACCESS,
        severity=Severity.HIGH,
        fingerprint="0123456789abcdef",
        region="ap-guangzhou",
        cluster_id="cls-aaaaaaaa",
        role=Role.NODE,
        security_groups=("sg-a",),
        direction=Direction.INGRESS,
        packets=packets(ssh, addresses_of(("0.0.0.0/0",))),
    )
    bastion = Waiver(
        waiver_id="W-1",
        finding="TSG201",
        clusters=("*",),
        direction=Direction.INGRESS,
        services=ssh,
        cidrs=("10.0.9.9/32",),
        reason="r",
        owner="o",
        expires=TODAY,
    )
    waived, left = waive([world], (bastion,), TODAY).findings
    assert waived.packets == packets(ssh, addresses_of(("10.0.9.9/32",)))
    assert left.packets == world.packets - waived.packets
    assert (waived.waiver is None, left.waiver, left.packets == NOTHING) == (False, None, False)
