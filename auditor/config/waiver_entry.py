"""The entry of the configuration file that accepts a finding or a gap, ready to paste under ``waivers:``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from auditor.config.document import Plain
from auditor.config.fields import is_identifier
from auditor.config.service_text import ports_text
from auditor.config.writer import write
from auditor.errors import ConfigError
from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.regions import ALL_PROTOCOLS, Region, regions
from auditor.model.rules import Direction

ID_LENGTH = 12
"""Digits of the fingerprint in a waiver's id: enough to tell the findings of many clusters apart."""

_EVERY_PACKET = Region(protocol=ALL_PROTOCOLS, ports=(), cidrs=("0.0.0.0/0", "::/0"))


def waiver_entry(finding: Finding, reason: str, owner: str, expires: date, waiver_id: str = "") -> str:
    """YAML list entries whose waivers together cover exactly the packets of ``finding``, one waiver a region.

    A finding without packets is about what is bound, not about traffic: its waiver names every packet. Without
    ``waiver_id`` the id is made from the fingerprint. Raises ``ConfigError`` where a text cannot be written.
    """
    _refuse_unwritable("reason", reason)
    _refuse_unwritable("owner", owner)
    stem = _identity(waiver_id, finding.fingerprint)
    entries: list[Plain] = []
    for suffix, packets in _packets(finding):
        entries.append(
            {
                "id": f"{stem}{suffix}",
                "finding": finding.code.value,
                "clusters": [finding.cluster_id],
                "role": finding.role.value,
                "packets": packets,
                "reason": reason.strip(),
                "owner": owner.strip(),
                "expires": expires.isoformat(),
            }
        )
    return write(entries)


def gap_waiver_entry(
    gap: Gap, clusters: Iterable[str], reason: str, owner: str, expires: date, waiver_id: str = ""
) -> str:
    """The YAML list entry whose waiver covers ``gap``; ``clusters`` are the ids of those that depend on it.

    Where none does, the waiver names every cluster. Raises ``ConfigError`` where a text cannot be written.
    """
    _refuse_unwritable("reason", reason)
    _refuse_unwritable("owner", owner)
    named = sorted(set(clusters)) or ["*"]
    entry: dict[str, Plain] = {
        "id": _identity(waiver_id, gap.fingerprint),
        "gap": gap.kind.value,
        "clusters": list(named),
        **({"resource": gap.resource} if gap.resource else {}),
        **({"action": f"{gap.service}:{gap.action}"} if gap.action else {}),
        "reason": reason.strip(),
        "owner": owner.strip(),
        "expires": expires.isoformat(),
    }
    return write([entry])


def _identity(asked: str, fingerprint: str) -> str:
    identity = asked.strip() or f"W-{fingerprint[:ID_LENGTH]}"
    if not is_identifier(identity):
        raise ConfigError("config-waiver-id", found=identity, expected="bastion-ssh, W-7")
    return identity


def _packets(finding: Finding) -> Iterator[tuple[str, dict[str, Plain]]]:
    """Each waiver's packets with what tells its id from the others'."""
    sides = ((finding.direction, finding.packets),) if finding.direction else finding.sides
    found = [(direction, region) for direction, packets in sides for region in regions(packets)]
    found = found or [(Direction.INGRESS, _EVERY_PACKET)]
    for number, (direction, region) in enumerate(found, start=1):
        ports: dict[str, Plain] = {"ports": ports_text(region.ports)} if region.ports else {}
        packets: dict[str, Plain] = {
            "direction": direction.value,
            "protocol": str(region.protocol),
            **ports,
            "cidrs": list(region.cidrs),
        }
        yield (f"-{number}" if len(found) > 1 else ""), packets


def _refuse_unwritable(key: str, text: str) -> None:
    if not text.strip():
        raise ConfigError("config-waiver-blank", key=key, expected="text")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ConfigError("config-waiver-no-text", key=key, expected="UTF-8")
