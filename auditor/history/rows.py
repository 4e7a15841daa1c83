"""Turns findings and times into the columns of a history file and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from auditor.model.codes import Severity
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.model.findings import Finding
from auditor.model.history import Beginning, Occurrence
from auditor.model.intervals import IntervalSet
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def time_text(moment: datetime) -> str:
    """A time in UTC with whole seconds, which sorts as text."""
    return moment.astimezone(UTC).strftime(_FORM)


def time_of(text: str) -> datetime:
    """The time that :func:`time_text` wrote. Raises ``sqlite3.DatabaseError`` for anything else."""
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except (TypeError, ValueError) as error:
        raise sqlite3.DatabaseError(f"not a time: {text!r}") from error


def clean(text: str) -> str:
    """The text without lone surrogates, which SQLite refuses."""
    return text.encode("utf-8", "backslashreplace").decode()


def finding_columns(finding: Finding, sighting: Sighting) -> Mapping[str, str | int | None]:
    """The columns of a finding that do not depend on the run."""
    return {
        "fingerprint": finding.fingerprint,
        "code": finding.code.value,
        "severity": finding.severity.value,
        "waived": finding.waiver is not None,
        "role": finding.role.value,
        "attachment": finding.attachment.value,
        "security_groups": clean(json.dumps(finding.security_groups)),
        "direction": finding.direction.value if finding.direction else "",
        "requirement_id": clean(finding.requirement_id),
        "packets": _packets_text(finding.packets),
        "previous": sighting.previous,
        "first_seen": time_text(sighting.first_seen) if sighting.first_seen else "",
        "returned": time_text(sighting.returned) if sighting.returned else None,
    }


def occurrence(row: sqlite3.Row) -> Occurrence:
    """The occurrence of a row of ``occurrence`` joined with ``cluster``.

    Raises ``sqlite3.DatabaseError`` for a row that this program did not write.
    """
    try:
        return _occurrence(row)
    except (KeyError, TypeError, ValueError) as error:
        raise sqlite3.DatabaseError(f"damaged row of a finding: {error}") from error


def _occurrence(row: sqlite3.Row) -> Occurrence:
    returned = row["returned"]
    return Occurrence(
        finding=EarlierFinding(
            severity=Severity(row["severity"]),
            packets=_packets_of(row["packets"]),
            waived=bool(row["waived"]),
            fingerprint=row["fingerprint"],
            code=row["code"],
            account=row["account"],
            region=row["region"],
            cluster_id=row["cluster_id"],
            role=row["role"],
            attachment=row["attachment"],
            security_groups=tuple(json.loads(row["security_groups"])),
            direction=Direction(row["direction"]) if row["direction"] else None,
            requirement_id=row["requirement_id"],
            title=row["code"],
            sighting=Sighting(
                first_seen=time_of(row["first_seen"]),
                returned=None if returned is None else time_of(returned),
                previous=row["previous"],
                is_reported=True,
            ),
        ),
        account=row["account"],
        cluster_name=row["name"],
        beginning=Beginning(row["beginning"]),
        last_seen=time_of(row["last_seen"]),
        ended=None if row["ended"] is None else time_of(row["ended"]),
    )


def _packets_text(packets: PacketSet) -> str:
    return json.dumps([[lo, hi, *addresses.bounds] for lo, hi, addresses in packets.rows], separators=(",", ":"))


def _packets_of(text: str) -> PacketSet:
    return PacketSet(tuple((lo, hi, IntervalSet(tuple(bounds))) for lo, hi, *bounds in json.loads(text)))
