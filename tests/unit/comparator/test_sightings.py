"""When a finding was first seen: of the same, worse, smaller, returned and unrelated findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.sightings import with_earlier
from auditor.model import addresses
from auditor.model.clusters import Attachment
from auditor.model.codes import Severity
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.model.findings import Finding
from auditor.model.outcomes import EarlierFindings
from auditor.model.packets import NOTHING, PacketSet, packets
from auditor.model.services import Protocol, services
from tests import builders

THEN = datetime(2026, 11, 3, 1, 7, tzinfo=UTC)
LATER = datetime(2026, 11, 10, 1, 7, tzinfo=UTC)
NOW = datetime(2026, 11, 28, 1, 7, tzinfo=UTC)
NEW = Sighting(first_seen=NOW)


def tcp(port: int, cidr: str = "203.0.113.0/24") -> PacketSet:
    return packets(services(Protocol.TCP, [(port, port)]), addresses.union((cidr,)))


def the_finding() -> Finding:
    """TSG201, medium: 22 is open to 203.0.113.0/24."""
    groups = [builders.group("sg-a", builders.rules(("allow", "203.0.113.0/24", "tcp", "22")))]
    snapshot = builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], groups)
    [finding] = compare(snapshot, builders.policy(builders.EGRESS), builders.TODAY).findings
    assert finding.packets == tcp(22)
    return replace(finding, severity=Severity.MEDIUM)


def before(**changed: object) -> EarlierFinding:
    """The same problem in an earlier run, as a finding with the fingerprint ``old``."""
    finding = the_finding()
    known = EarlierFinding(
        severity=finding.severity,
        packets=finding.packets,
        waived=False,
        fingerprint="old",
        code=finding.code,
        region=finding.region,
        cluster_id=finding.cluster_id,
        role=finding.role,
        attachment=finding.attachment,
        security_groups=finding.security_groups,
        direction=finding.direction,
        sighting=Sighting(first_seen=THEN, is_reported=True),
    )
    return replace(known, **changed)  # type: ignore[arg-type]


def sighting(*earlier: EarlierFinding, ended: dict[str, datetime] | None = None) -> Sighting:
    """What is said of :func:`the_finding` after runs with ``earlier``."""
    groups = [builders.group("sg-a", builders.rules(("allow", "203.0.113.0/24", "tcp", "22")))]
    snapshot = builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], groups)
    result = compare(snapshot, builders.policy(builders.EGRESS), builders.TODAY)
    result = replace(result, findings=(the_finding(),))
    known = EarlierFindings(findings={finding.fingerprint: finding for finding in earlier}, ended=ended or {})
    [finding] = with_earlier(result, known, NOW).findings
    assert finding.sighting is not None
    return finding.sighting


def test_the_same_finding_keeps_its_time() -> None:
    same = the_finding().fingerprint
    assert sighting(before(fingerprint=same)) == Sighting(first_seen=THEN, is_reported=True)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"packets": tcp(22, "203.0.113.0/25")}, id="fewer packets"),
        pytest.param({"severity": Severity.LOW}, id="less severe"),
        pytest.param({"severity": Severity.LOW, "packets": tcp(22, "203.0.0.0/16")}, id="more packets, less severe"),
        pytest.param(
            {"packets": tcp(22, "203.0.113.0/25"), "security_groups": ("sg-b",)}, id="fewer packets of another list"
        ),
    ],
)
def test_a_worse_finding_keeps_the_time_of_the_one_that_it_names(changed: dict[str, object]) -> None:
    assert sighting(before(**changed)) == Sighting(first_seen=THEN, previous="old")


def test_a_finding_that_got_more_severe_names_itself() -> None:
    same = the_finding().fingerprint
    expected = Sighting(first_seen=THEN, previous=same, is_reported=True)
    assert sighting(before(fingerprint=same, severity=Severity.LOW)) == expected


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"packets": tcp(22, "203.0.0.0/16")}, id="a part was fixed"),
        pytest.param({"security_groups": ("sg-b",)}, id="the stack has other groups"),
        pytest.param({"severity": Severity.HIGH}, id="it was more severe"),
    ],
)
def test_a_finding_that_goes_on_and_is_no_worse_keeps_the_time_and_names_none(changed: dict[str, object]) -> None:
    assert sighting(before(**changed)) == Sighting(first_seen=THEN)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"packets": tcp(80)}, id="other packets"),
        pytest.param({"packets": tcp(80), "severity": Severity.LOW}, id="other packets, less severe"),
        pytest.param({"code": "TSG101"}, id="another code"),
        pytest.param({"cluster_id": "cls-b"}, id="another cluster"),
        pytest.param({"role": "master"}, id="another role"),
        pytest.param({"attachment": Attachment.SECONDARY}, id="another attachment"),
        pytest.param({"direction": None}, id="another direction"),
        pytest.param({"requirement_id": "ssh"}, id="another requirement"),
        pytest.param({"packets": NOTHING}, id="no packets"),
    ],
)
def test_an_unrelated_finding_gives_no_time(changed: dict[str, object]) -> None:
    assert sighting(before(**changed)) == NEW


def test_packets_that_only_overlap_are_another_finding_unless_it_is_more_severe() -> None:
    overlapping = (tcp(22) | tcp(80)) - tcp(22, "203.0.113.0/25")
    assert sighting(before(packets=overlapping)) == NEW
    worse = before(packets=overlapping, severity=Severity.LOW)
    assert sighting(worse) == Sighting(first_seen=THEN, previous="old")


def test_a_finding_that_is_still_there_hands_its_time_to_no_other() -> None:
    """Two bindings of a role: the finding of the other binding stays, so this one is new."""
    finding = the_finding()
    groups = [builders.group("sg-a", builders.rules(("allow", "203.0.113.0/24", "tcp", "22")))]
    snapshot = builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], groups)
    result = compare(snapshot, builders.policy(builders.EGRESS), builders.TODAY)
    other = replace(finding, fingerprint="old", packets=tcp(22, "203.0.113.0/25"), security_groups=("sg-b",))
    known = before(packets=other.packets, security_groups=("sg-b",))
    compared = with_earlier(replace(result, findings=(finding, other)), EarlierFindings(findings={"old": known}), NOW)
    assert [found.sighting for found in compared.findings] == [NEW, Sighting(first_seen=THEN, is_reported=True)]


def test_of_several_smaller_findings_the_one_of_the_same_list_counts_then_the_oldest() -> None:
    fewer = tcp(22, "203.0.113.0/25")
    other = before(packets=fewer, security_groups=("sg-b",))
    own = before(packets=fewer, fingerprint="own", sighting=Sighting(first_seen=LATER))
    assert sighting(other, own).previous == "own"
    second = before(packets=tcp(22, "203.0.113.0/26"), fingerprint="second", sighting=Sighting(first_seen=THEN))
    assert sighting(other, own, second).previous == "second"


def test_a_finding_that_was_fixed_before_returns() -> None:
    same = the_finding().fingerprint
    assert sighting(ended={same: THEN}) == Sighting(first_seen=THEN, returned=NOW, is_reported=True)


def test_a_worse_finding_that_was_seen_itself_still_earlier_keeps_that_time() -> None:
    """It was seen, fixed, and has now grown out of a smaller one that was first seen in between."""
    smaller = before(packets=tcp(22, "203.0.113.0/25"), sighting=Sighting(first_seen=LATER))
    expected = Sighting(first_seen=THEN, returned=LATER, previous="old", is_reported=True)
    assert sighting(smaller, ended={the_finding().fingerprint: THEN}) == expected


def test_a_return_is_handed_on_to_a_worse_finding() -> None:
    returned = before(packets=tcp(22, "203.0.113.0/25"), sighting=Sighting(first_seen=THEN, returned=LATER))
    assert sighting(returned) == Sighting(first_seen=THEN, returned=LATER, previous="old")


def test_an_earlier_report_without_times_gives_none_but_names_the_previous_finding() -> None:
    silent = before(packets=tcp(22, "203.0.113.0/25"), sighting=None)
    assert sighting(silent) == Sighting(previous="old")
    assert sighting(before(fingerprint=the_finding().fingerprint, sighting=None)) == Sighting(is_reported=True)
