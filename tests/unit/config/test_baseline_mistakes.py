"""What is told of the mistakes in a baseline: line, key and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import baseline
from auditor.errors import ConfigError
from tests.unit.config.files import OWN_BASELINE, Complaint, complaints, load_baseline

HEAD = "name: ours\nextends: tke-default\n"
CLASSES = f"{HEAD}excess:\n  classes:\n"
ROW_IDS = [each.requirement_id for each in baseline.load().requirements]
ROW = """requirements:
  - id: web
    role: node
    direction: ingress
    protocol: tcp
    ports: "443"
    cidrs: [0.0.0.0/0]
    severity: high
    title: {en: Web}
    reason: {en: Customers}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, "name", "config-missing-key")),
        ("name: my baseline\n", (1, "name", "config-bad-id")),
        (f"{HEAD}requirments: []\n", (3, "requirments", "config-unknown-key-near")),
        ("name: x\nextends: [tke-default]\n", (2, "extends", "config-wrong-type")),
        ("name: x\nextends: tke-defualt\n", (2, "extends", "config-unknown-baseline-near")),
        ("name: x\nextends: none.yaml\n", (2, "extends", "config-unknown-baseline")),
        ("name: x\nextends: .\n", (2, "extends", "config-unknown-baseline")),
        (f"{HEAD}drop: node-ingress-ssh\n", (3, "drop", "config-wrong-type")),
        (f"{HEAD}drop:\n  - node-ingress-icmp\n  - node-ingres-ssh\n", (5, "drop[1]", "config-unknown-id-near")),
        (f"{HEAD}drop: [zzz]\n", (3, "drop[0]", "config-unknown-id")),
        (
            f"{HEAD}change:\n  node-ingres-ssh:\n    severity: low\n",
            (4, "change.node-ingres-ssh", "config-unknown-id-near"),
        ),
        (f"{HEAD}change:\n  - node-ingress-ssh\n", (3, "change", "config-wrong-type")),
        (
            f"{HEAD}change:\n  node-ingress-ssh:\n    severty: low\n",
            (5, "change.node-ingress-ssh.severty", "config-unknown-key-near"),
        ),
        (
            f"{HEAD}change:\n  node-ingress-ssh:\n    id: other\n",
            (5, "change.node-ingress-ssh.id", "config-unknown-key"),
        ),
        (
            f"{HEAD}change:\n  node-ingress-ssh:\n    severity: bad\n",
            (5, "change.node-ingress-ssh.severity", "config-unknown-word"),
        ),
        (
            f"{HEAD}change:\n  node-ingress-ssh:\n    severity:\n",
            (5, "change.node-ingress-ssh.severity", "config-unknown-word"),
        ),
        (
            f"{HEAD}change:\n  node-ingress-ssh:\n    protocol: icmp\n",
            (4, "change.node-ingress-ssh.ports", "config-ports-without"),
        ),
        (f"{HEAD}change:\n  node-ingress-ssh:\n    cidrs: []\n", (4, "change.node-ingress-ssh", "config-no-network")),
        (
            f"{HEAD}change:\n  node-ingress-nodeport-tcp:\n    {{protocol: gre, ports: all}}\n",
            (4, "change.node-ingress-nodeport-tcp.tiers[0].ports", "config-ports-without"),
        ),
        (
            f"{HEAD}drop: [node-ingress-ssh]\nchange:\n  node-ingress-ssh: {{severity: low}}\n",
            (5, "change.node-ingress-ssh", "config-unknown-id-near"),
        ),
        (
            "name: x\nextends: tke-hardened\nchange:\n  icmp-from-anywhere: {severity: low}\n",
            (4, "change.icmp-from-anywhere", "config-unknown-id"),
        ),
        (f"{HEAD}{ROW.replace('id: web', 'id: node-egress')}", (4, "requirements[0].id", "config-inherited-id")),
        (
            f"{HEAD}{ROW}{ROW.removeprefix('requirements:')}".replace("Customers}\n\n", "Customers}\n"),
            (13, "requirements[1].id", "config-duplicate-id"),
        ),
        (
            f"{HEAD}{ROW}allow:\n  - {{id: web, direction: egress, protocol: all, cidrs: ['::/0']}}\n",
            (14, "allow[0].id", "config-duplicate-id"),
        ),
        (
            f"{HEAD}{ROW.replace('    role: node', '    role: worker')}",
            (5, "requirements[0].role", "config-unknown-word"),
        ),
        (f"{HEAD}{ROW.replace('{en: Web}', 'Web')}", (11, "requirements[0].title", "config-wrong-type")),
        (f"{HEAD}{ROW.replace('{en: Web}', '{}')}", (11, "requirements[0].title", "config-no-text")),
        (f"{HEAD}{ROW.replace('{en: Web}', '{fr: Web}')}", (11, "requirements[0].title.fr", "config-unknown-key")),
        (
            f"{HEAD}{ROW.replace('    reason: {en: Customers}', '')}",
            (4, "requirements[0].reason", "config-missing-key"),
        ),
        (f"{HEAD}{ROW}    tiers: [{{ports: '80'}}]\n", (13, "requirements[0].tiers[0].severity", "config-missing-key")),
        (
            (
                f"{HEAD}{ROW}    tiers:\n      - {{cidrs: [10.0.0.1], severity: low}}\n"
                "      - protocol: icmp\n        ports: 8\n        severity: low\n"
            ),
            (16, "requirements[0].tiers[1].ports", "config-ports-without"),
        ),
        (
            f"{HEAD}excess:\n  severities:\n    ingress:\n      any: {{other: low}}\n",
            (6, "excess.severities.ingress.any.other", "config-any-floor"),
        ),
        (
            f"{HEAD}excess:\n  severities:\n    egress:\n      any: {{control: info}}\n",
            (6, "excess.severities.egress.any.control", "config-any-floor"),
        ),
        (
            f"{HEAD}excess:\n  severities:\n    ingress:\n      any:\n        control: high\n",
            (7, "excess.severities.ingress.any.control", "config-control-floor"),
        ),
        (
            f"{HEAD}excess:\n  severities:\n    ingress:\n      vpc: {{adnim: low}}\n",
            (6, "excess.severities.ingress.vpc.adnim", "config-unknown-class-near"),
        ),
        (
            f"{HEAD}excess:\n  severities:\n    ingress:\n      world: {{admin: low}}\n",
            (6, "excess.severities.ingress.world", "config-unknown-key"),
        ),
        (
            f"{HEAD}excess:\n  severities:\n    ingres: {{}}\n",
            (5, "excess.severities.ingres", "config-unknown-key-near"),
        ),
        (
            f"{CLASSES}    - {{name: web, title: {{en: W}}, services: [{{protocol: tcp, ports: '80'}}]}}\n",
            (3, "excess.severities", "config-missing-severity"),
        ),
        (
            f"{CLASSES}    - {{name: data, title: {{en: D}}, services: []}}\n",
            (5, "excess.classes[0].services", "config-too-few"),
        ),
        (
            f"{CLASSES}    - name: other\n      title: {{en: O}}\n      services: [{{protocol: tcp}}]\n",
            (7, "excess.classes[0].services", "config-last-class"),
        ),
        (
            f"{CLASSES}    - name: other\n      title: {{en: O}}\n      services: [{{protocol: all, role: node}}]\n",
            (7, "excess.classes[0].services", "config-last-class"),
        ),
        (
            f"{CLASSES}    - &d {{name: data, title: {{en: D}}, services: [{{protocol: tcp}}]}}\n    - *d\n",
            (5, "excess.classes[1].name", "config-class-twice"),
        ),
    ],
)
def test_a_mistake_is_told_with_line_and_key(tmp_path: Path, text: str, expected: Complaint) -> None:
    assert complaints(load_baseline, tmp_path, text) == [expected]


def test_a_baseline_that_requires_nothing_is_refused(tmp_path: Path) -> None:
    dropped = "".join(f"  - {row_id}\n" for row_id in ROW_IDS)
    assert complaints(load_baseline, tmp_path, f"{HEAD}drop:\n{dropped}") == [(3, "drop", "config-no-requirements")]
    alone = OWN_BASELINE[OWN_BASELINE.index("    excess:") :]
    assert complaints(load_baseline, tmp_path, f"    name: own\n{alone}") == [
        (1, "requirements", "config-no-requirements")
    ]


def test_a_baseline_without_a_table_is_refused(tmp_path: Path) -> None:
    assert complaints(load_baseline, tmp_path, "name: x\nrequirements: []\n") == [
        (1, "excess.classes", "config-no-control"),
        (2, "requirements", "config-no-requirements"),
    ]


def test_without_extends_there_is_nothing_to_drop_or_change(tmp_path: Path) -> None:
    text = f"{OWN_BASELINE}    drop: [web]\n    change: {{web: {{severity: low}}}}\n"
    assert complaints(load_baseline, tmp_path, text) == [
        (32, "drop", "config-nothing-inherited"),
        (33, "change", "config-nothing-inherited"),
    ]


def test_a_class_cannot_take_services_from_the_control_class(tmp_path: Path) -> None:
    control = '        - {name: control, title: {en: C}, services: [{protocol: tcp, ports: "6443"}]}\n'
    rest = "        - {name: rest, title: {en: R}, services: [{protocol: all}]}\n"
    early = '        - {name: early, title: {en: E}, services: [{protocol: tcp, ports: "6000-7000", role: master}]}\n'
    text = OWN_BASELINE.replace(control, early + control).replace("rest: ", "early: medium, rest: ")
    assert rest in text
    assert complaints(load_baseline, tmp_path, text) == [(19, "excess.classes[0]", "config-before-control")]


def test_a_class_without_services_of_the_control_class_may_come_first(tmp_path: Path) -> None:
    early = "        - {name: early, title: {en: E}, services: [{protocol: udp}]}\n"
    text = OWN_BASELINE.replace("      classes:\n", f"      classes:\n{early}").replace(
        "rest: ", "early: medium, rest: "
    )
    assert [each.name for each in load_baseline(tmp_path, text).excess.classes] == ["early", "control", "rest"]


def test_every_cell_that_is_missing_is_named(tmp_path: Path) -> None:
    text = OWN_BASELINE.replace("vpc: {control: info, rest: info}", "vpc: {rest: info}").replace(
        "private: {control: low, rest: low}\n          vpc: {control: low", "vpc: {control: low"
    )
    with pytest.raises(ConfigError) as caught:
        load_baseline(tmp_path, text)
    assert caught.value.message_id == "config-missing-severity"
    assert caught.value.facts["expected"] == "ingress.private.control, ingress.private.rest, egress.vpc.control"
