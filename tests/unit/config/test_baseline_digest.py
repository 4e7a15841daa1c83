"""What makes two baselines the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import baseline
from tests.unit.config.files import load_baseline

HEAD = "name: ours\nextends: tke-default\n"
WEB = (
    "{id: web, role: node, direction: ingress, protocol: tcp, ports: '80,443', cidrs: [10.0.0.0/8, 192.168.1.1],"
    " networks: [container, subnets], severity: high, title: {en: Web}, reason: {en: Customers}, row: here,"
    " tiers: [{ports: 80, severity: low}, {cidrs: [10.0.0.1], severity: medium}]}"
)
OTHER = (
    "{id: z, role: master, direction: egress, protocol: icmp, cidrs: [0.0.0.0/0], severity: low,"
    " title: {en: Z}, reason: {en: Z}}"
)
ALLOW = "{id: a, direction: ingress, protocol: gre, clusters: [cls-a, cls-b], cidrs: [10.0.0.1], reason: r, owner: o}"
TEXT = f"{HEAD}requirements: [{WEB}, {OTHER}]\nallow: [{ALLOW}]\n"


def digest(folder: Path, text: str) -> str:
    return load_baseline(folder, text).digest


def test_a_digest_is_a_sha256() -> None:
    found = baseline.load().digest
    assert found.startswith("sha256:")
    assert len(found) == 7 + 64


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: ours", "name: theirs"),
        ("extends", "# a comment\nextends"),
        ("{en: Web}", "{zh: 网站}"),
        ("Customers", "Clients"),
        ("row: here", "row: there"),
        ("owner: o", "owner: p"),
        ("reason: r", "reason: s"),
        (f"[{WEB}, {OTHER}]", f"[{OTHER}, {WEB}]"),
        ("'80,443'", "'443,80'"),
        ("[10.0.0.0/8, 192.168.1.1]", "[192.168.1.1/32, 10.128.0.0/9, 10.0.0.0/9]"),
        ("[container, subnets]", "[subnets, container]"),
        ("[cls-a, cls-b]", "[cls-b, cls-a]"),
    ],
)
def test_how_it_is_written_does_not_count(tmp_path: Path, before: str, after: str) -> None:
    assert before in TEXT
    assert digest(tmp_path, TEXT.replace(before, after)) == digest(tmp_path, TEXT)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: web", "id: wev"),
        ("role: node", "role: master"),
        ("direction: ingress, protocol: tcp", "direction: egress, protocol: tcp"),
        ("protocol: tcp", "protocol: udp"),
        ("'80,443'", "'80,444'"),
        ("192.168.1.1", "192.168.1.2"),
        ("[container, subnets]", "[container]"),
        ("severity: high", "severity: critical"),
        ("{ports: 80, severity: low}", "{ports: 80, severity: info}"),
        (
            "[{ports: 80, severity: low}, {cidrs: [10.0.0.1], severity: medium}]",
            "[{cidrs: [10.0.0.1], severity: medium}, {ports: 80, severity: low}]",
        ),
        ("id: a,", "id: b,"),
        ("id: a,", "id: a, role: node,"),
        ("[cls-a, cls-b]", "[cls-a]"),
        ("protocol: gre", "protocol: icmp"),
        ("allow:", "drop: [node-ingress-ssh]\nallow:"),
        ("allow:", "findings: {pod_interface_without_group: medium}\nallow:"),
        ("allow:", "excess: {severities: {ingress: {vpc: {admin: high}}}}\nallow:"),
        ("allow:", "excess: {classes: [{name: data, title: {en: D}, services: [{protocol: tcp, ports: 1}]}]}\nallow:"),
    ],
)
def test_what_it_says_counts(tmp_path: Path, before: str, after: str) -> None:
    assert before in TEXT
    assert digest(tmp_path, TEXT.replace(before, after)) != digest(tmp_path, TEXT)
