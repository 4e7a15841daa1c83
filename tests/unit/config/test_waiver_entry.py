"""The entry that accepts a finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditor.comparator.waivers import waive
from auditor.config import settings
from auditor.config.settings import waiver_entry
from auditor.errors import ConfigError
from auditor.model import addresses
from auditor.model.baseline import GapWaiver, Waiver
from auditor.model.clusters import Role
from auditor.model.codes import Code, Severity
from auditor.model.findings import Finding
from auditor.model.packets import PacketSet, packets
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, Protocol, services
from tests.unit.config.files import written

EXPIRES = date(2026, 12, 31)

SSH = packets(services(Protocol.TCP, ((22, 22), (80, 90))), addresses.union(("198.51.100.0/25", "203.0.113.9")))


def finding(
    found: PacketSet, code: Code = Code.EXCESS_ACCESS, direction: Direction | None = Direction.INGRESS
) -> Finding:
    return Finding(
        code=code,
        severity=Severity.HIGH,
        fingerprint="0123456789abcdef",
        region="ap-guangzhou",
        cluster_id="cls-aaaaaaaa",
        role=Role.NODE,
        security_groups=("sg-a",),
        direction=direction,
        packets=found,
    )


def loaded(folder: Path, entry: str) -> tuple[Waiver | GapWaiver, ...]:
    return settings.load(written(folder, f"waivers:\n{entry}"), {}).waivers


def test_an_entry_reads_like_one_written_by_hand() -> None:
    assert waiver_entry(finding(SSH), " the bastion ", "platform", EXPIRES) == (
        "- id: W-0123456789ab\n"
        "  finding: TSG201\n"
        "  clusters: [cls-aaaaaaaa]\n"
        "  role: node\n"
        "  packets:\n"
        "    direction: ingress\n"
        "    protocol: tcp\n"
        '    ports: "22,80-90"\n'
        "    cidrs: [198.51.100.0/25, 203.0.113.9/32]\n"
        "  reason: the bastion\n"
        "  owner: platform\n"
        "  expires: 2026-12-31\n"
    )


def test_an_entry_loads_to_the_waiver_of_the_finding(tmp_path: Path) -> None:
    (waiver,) = loaded(tmp_path, waiver_entry(finding(SSH), 'r: "#" 放通\n2', "o", EXPIRES))
    assert waiver == Waiver(
        waiver_id="W-0123456789ab",
        finding="TSG201",
        clusters=("cls-aaaaaaaa",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, ((22, 22), (80, 90))),
        cidrs=("198.51.100.0/25", "203.0.113.9/32"),
        reason='r: "#" 放通\n2',
        owner="o",
        expires=EXPIRES,
        role=Role.NODE,
    )


def test_packets_of_several_regions_need_several_entries(tmp_path: Path) -> None:
    several = (
        SSH | packets(services(Protocol.ICMP), addresses.parse("0.0.0.0/0")) | packets(EVERYTHING, addresses.ALL_V6)
    )
    entries = loaded(tmp_path, waiver_entry(finding(several, direction=Direction.EGRESS), "r", "o", EXPIRES))
    assert sorted(each.waiver_id for each in entries) == ["W-0123456789ab-1", "W-0123456789ab-2", "W-0123456789ab-3"]
    assert {each.direction for each in entries if isinstance(each, Waiver)} == {Direction.EGRESS}
    waived = waive([finding(several, direction=Direction.EGRESS)], entries, EXPIRES).findings
    assert all(each.waiver is not None for each in waived)


def test_an_entry_waives_nothing_of_another_port(tmp_path: Path) -> None:
    more = SSH | packets(services(Protocol.TCP, ((23, 23),)), addresses.parse("203.0.113.9"))
    entries = loaded(tmp_path, waiver_entry(finding(SSH), "r", "o", EXPIRES))
    left = [each.packets for each in waive([finding(more)], entries, EXPIRES).findings if each.waiver is None]
    assert left == [packets(services(Protocol.TCP, ((23, 23),)), addresses.parse("203.0.113.9"))]


def test_a_finding_about_bindings_is_waived_as_a_whole(tmp_path: Path) -> None:
    foreign = finding(PacketSet(), Code.FOREIGN_INSTANCE, None)
    entries = loaded(tmp_path, waiver_entry(foreign, "r", "o", EXPIRES))
    assert len(entries) == 1
    assert waive([foreign], entries, EXPIRES).findings[0].waiver is not None


@pytest.mark.parametrize(
    ("reason", "owner", "key"), [("", "o", "reason"), (" \n", "o", "reason"), ("r", "\t", "owner")]
)
def test_a_word_that_says_nothing_is_refused(reason: str, owner: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        waiver_entry(finding(SSH), reason, owner, EXPIRES)
    assert (caught.value.message_id, caught.value.facts["key"]) == ("config-waiver-blank", key)


def test_a_word_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        waiver_entry(finding(SSH), "r", "\udcff", EXPIRES)
    assert (caught.value.message_id, caught.value.facts["key"]) == ("config-waiver-no-text", "owner")


def test_a_difference_between_lists_needs_an_entry_for_each_direction(tmp_path: Path) -> None:
    inward = packets(services(Protocol.TCP, ((9100, 9100),)), addresses.parse("203.0.113.0/24"))
    outward = packets(services(Protocol.UDP, ((53, 53),)), addresses.parse("192.0.2.0/24"))
    sides = ((Direction.INGRESS, inward), (Direction.EGRESS, outward))
    mixed = replace(finding(inward | outward, Code.MIXED_SECURITY_GROUPS, None), sides=sides)
    entries = loaded(tmp_path, waiver_entry(mixed, "r", "o", EXPIRES))
    assert [one.direction for one in entries if isinstance(one, Waiver)] == [Direction.INGRESS, Direction.EGRESS]
    assert waive([mixed], entries, EXPIRES).findings[0].waiver is not None
    assert waive([mixed], entries[:1], EXPIRES).findings[0].waiver is None


def test_most_addresses_are_written_as_all_but_a_few_and_read_back_as_the_same_packets(tmp_path: Path) -> None:
    most = packets(
        services(Protocol.TCP, ((6379, 6379),)), addresses.ALL_V4 - addresses.union(("10.0.0.0/15", "172.16.0.0/18"))
    )
    entry = waiver_entry(finding(most), "until the move", "platform", EXPIRES)
    assert '    cidrs: ["0.0.0.0/0"]\n    except: [10.0.0.0/15, 172.16.0.0/18]\n' in entry.replace(
        "[0.0.0.0/0]", '["0.0.0.0/0"]'
    )
    (waiver,) = loaded(tmp_path, entry)
    assert isinstance(waiver, Waiver)
    waived = waive([finding(most)], (waiver,), EXPIRES, ())
    assert [item.waiver is not None for item in waived.findings] == [True]


def test_a_waiver_of_no_packet_is_refused(tmp_path: Path) -> None:
    entry = waiver_entry(finding(SSH), "until the move", "platform", EXPIRES)
    nothing = entry.replace(
        "    cidrs: [198.51.100.0/25, 203.0.113.9/32]\n", "    cidrs: [203.0.113.9]\n    except: [203.0.113.0/24]\n"
    )
    with pytest.raises(ConfigError):
        loaded(tmp_path, nothing)
