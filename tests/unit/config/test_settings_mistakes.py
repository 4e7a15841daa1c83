"""What is told of the mistakes in a configuration file: line, key and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import settings
from auditor.errors import ConfigError
from tests.unit.config.files import Complaint, complaints, load_settings, written

ALLOW = "allow:\n  - {id: a, direction: ingress, protocol: tcp, cidrs: [10.0.0.1]"
EXCLUDE = "exclude:\n  - clusters: "
ACCOUNT = "accounts:\n  - id: "
ROLE = "qcs::cam::uin/100000000002:roleName/sgaudit-reader"
OF_ROLE = f"{ACCOUNT}'100000000002'\n    role_arn: {ROLE}\n"
WAIVER = """waivers:
  - id: W-1
    finding: TSG201
    clusters: [cls-aaaaaaaa]
    packets: {direction: ingress, protocol: tcp, ports: "22", cidrs: [10.0.0.1]}
    reason: because
    owner: me
    expires: 2026-12-31
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("regoins: [x]\n", (1, "regoins", "config-unknown-key-near")),
        ("xyz: 1\n", (1, "xyz", "config-unknown-key")),
        ("networks:\n  clutser:\n    vpc\n", (2, "networks.clutser", "config-unknown-key-near")),
        ("networks:\n  cluster:\n    vcp\n", (3, "networks.cluster", "config-unknown-word-near")),
        ("networks: vpc\n", (1, "networks", "config-wrong-type")),
        ("regions: ap-guangzhou\n", (1, "regions", "config-wrong-type")),
        ("regions:\n  - ap-guangzhou\n  - Guangzhou!\n", (3, "regions[1]", "config-bad-region")),
        ("regions:\n  - 7\n", (2, "regions[0]", "config-wrong-type")),
        ("scope: {pods: 0}\n", (1, "scope.pods", "config-wrong-type")),
        ("scope:\n  endpoint: 'no'\n", (2, "scope.endpoint", "config-wrong-type")),
        ("scope: [pods]\n", (1, "scope", "config-wrong-type")),
        ("scope: {interfaces: false}\n", (1, "scope.interfaces", "config-unknown-key")),
        ("baseline: ''\n", (1, "baseline", "config-blank")),
        ("baseline: [tke-default]\n", (1, "baseline", "config-wrong-type")),
        ("regions: [ap-guangzhou]\nbaseline: nope\n", (2, "baseline", "config-unknown-baseline")),
        ("baseline: ./nope.yaml\n", (1, "baseline", "config-unknown-baseline")),
        ("peers: [cls-a]\n", (1, "peers[0]", "config-wrong-type")),
        ("peers:\n  - [cls-a]\n", (2, "peers[0]", "config-too-few")),
        ("peers:\n  - [cls-a,\n     cls-*]\n", (3, "peers[0][1]", "config-bad-cluster")),
        ("peers:\n  - [cls-b, cls-c]\n  - [cls-a,\n     cls-a]\n", (4, "peers[1][1]", "config-peer-twice")),
        (
            f"{ALLOW}}}\n  - {{id: a, direction: egress, protocol: udp, cidrs: [::1]}}\n",
            (3, "allow[1].id", "config-duplicate-id"),
        ),
        (f"{ALLOW}, clusters: cls-*}}\n", (2, "allow[0].clusters", "config-wrong-type")),
        (f"{ALLOW}, clusters: []}}\n", (2, "allow[0].clusters", "config-too-few")),
        (f"{ALLOW}, clusters: ['']}}\n", (2, "allow[0].clusters[0]", "config-blank")),
        (f"{ALLOW}, clusters: ['tag:env']}}\n", (2, "allow[0].clusters[0]", "config-bad-selector")),
        (f"{ALLOW}, clusters: ['name:']}}\n", (2, "allow[0].clusters[0]", "config-bad-selector")),
        (
            "exclude:\n  - clusters: ['tag:=x']\n    reason: r\n    owner: o\n",
            (2, "exclude[0].clusters[0]", "config-bad-selector"),
        ),
        (f"{EXCLUDE}['tag:=x']\n    reason: r\n    owner: o\n", (2, "exclude[0].clusters[0]", "config-bad-selector")),
        (f"{EXCLUDE}[cls-a]\n    owner: o\n", (2, "exclude[0].reason", "config-missing-key")),
        (f"{EXCLUDE}[cls-a]\n    reason: r\n", (2, "exclude[0].owner", "config-missing-key")),
        ("exclude:\n  - reason: r\n    owner: o\n", (2, "exclude[0].clusters", "config-missing-key")),
        (f"{EXCLUDE}[cls-a]\n    reason: ''\n    owner: o\n", (3, "exclude[0].reason", "config-blank")),
        (f"{EXCLUDE}[a]\n    reason: r\n    owner: o\n    x: y\n", (5, "exclude[0].x", "config-unknown-key")),
        (
            "exclude:\n  - clusters: [cls-a]\n    reason: r\n    owner: o\n    expires: x\n",
            (5, "exclude[0].expires", "config-unknown-key"),
        ),
        (f"{ALLOW}, role: masters}}\n", (2, "allow[0].role", "config-unknown-word-near")),
        (f"{ALLOW}, roles: [master]}}\n", (2, "allow[0].roles", "config-unknown-key-near")),
        (f"{ALLOW}, owner: 7}}\n", (2, "allow[0].owner", "config-wrong-type")),
        (
            "allow:\n  - id: a b\n    direction: ingress\n    protocol: tcp\n    cidrs: [10.0.0.1]\n",
            (2, "allow[0].id", "config-bad-id"),
        ),
        (
            "allow:\n  - id: a\n    direction: in\n    protocol: tcp\n    cidrs: [10.0.0.1]\n",
            (3, "allow[0].direction", "config-unknown-word"),
        ),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: TCP\n    cidrs: [10.0.0.1]\n",
            (4, "allow[0].protocol", "config-unknown-word-near"),
        ),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: 6\n    cidrs: [10.0.0.1]\n",
            (4, "allow[0].protocol", "config-unknown-word"),
        ),
        ("allow:\n  - id: a\n    direction: ingress\n    protocol: tcp\n", (2, "allow[0]", "config-no-network")),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: tcp\n    networks: [vpc]\n",
            (5, "allow[0].networks[0]", "config-unknown-word"),
        ),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: icmp\n    ports: '22'\n    cidrs: [10.0.0.1]\n",
            (5, "allow[0].ports", "config-ports-without"),
        ),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: all\n    ports: '22'\n    cidrs: [10.0.0.1]\n",
            (5, "allow[0].ports", "config-ports-without"),
        ),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: icmp\n    cidrs: ['::/0']\n",
            (5, "allow[0].cidrs", "config-no-packets"),
        ),
        (
            "allow:\n  - id: a\n    direction: ingress\n    protocol: icmpv6\n    cidrs: [0.0.0.0/0]\n",
            (5, "allow[0].cidrs", "config-no-packets"),
        ),
        ("allow: {id: a}\n", (1, "allow", "config-wrong-type")),
        ("allow:\n  - bastion\n", (2, "allow[0]", "config-wrong-type")),
        (WAIVER.replace("    reason: because\n", ""), (2, "waivers[0].reason", "config-missing-key")),
        (WAIVER.replace("    owner: me\n", ""), (2, "waivers[0].owner", "config-missing-key")),
        (WAIVER.replace("    expires: 2026-12-31\n", ""), (2, "waivers[0].expires", "config-missing-key")),
        (WAIVER.replace("  - id: W-1\n    finding", "  - finding"), (2, "waivers[0].id", "config-missing-key")),
        (WAIVER.replace("    finding: TSG201\n", ""), (2, "waivers[0].finding", "config-missing-key")),
        (WAIVER.replace("    clusters: [cls-aaaaaaaa]\n", ""), (2, "waivers[0].clusters", "config-missing-key")),
        (WAIVER.replace("because", "'  '"), (6, "waivers[0].reason", "config-blank")),
        (WAIVER.replace("because", ""), (6, "waivers[0].reason", "config-wrong-type")),
        (WAIVER.replace("2026-12-31", "2026-02-30"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("2026-12-31", "2026-2-3"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("2026-12-31", "20261231"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("2026-12-31", "2026-12-31T00:00:00Z"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("2026-12-31", "31.12.2026"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("2026-12-31", "2026-W53-1"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("2026-12-31", "never"), (8, "waivers[0].expires", "config-bad-date")),
        (WAIVER.replace("TSG201", "everything"), (3, "waivers[0].finding", "config-unknown-finding")),
        (WAIVER.replace("TSG201", "TSG901"), (3, "waivers[0].finding", "config-unknown-finding")),
        (WAIVER.replace("TSG201", "excess-acces"), (3, "waivers[0].finding", "config-unknown-finding-near")),
        (WAIVER.replace("TSG201", "[TSG201]"), (3, "waivers[0].finding", "config-unknown-finding")),
        (WAIVER.replace("[cls-aaaaaaaa]", "cls-aaaaaaaa"), (4, "waivers[0].clusters", "config-wrong-type")),
        (WAIVER.replace("direction: ingress, ", ""), (5, "waivers[0].packets.direction", "config-missing-key")),
        (WAIVER.replace(", cidrs: [10.0.0.1]", ""), (5, "waivers[0].packets.cidrs", "config-missing-key")),
        (WAIVER.replace("[10.0.0.1]", "[]"), (5, "waivers[0].packets.cidrs", "config-too-few")),
        (
            WAIVER.replace("cidrs: [10.0.0.1]", "networks: [cluster], cidrs: [10.0.0.1]"),
            (5, "waivers[0].packets.networks", "config-unknown-key"),
        ),
        (WAIVER.replace("tcp, ports", "gre, ports"), (5, "waivers[0].packets.ports", "config-ports-without")),
        (WAIVER + WAIVER.removeprefix("waivers:\n"), (9, "waivers[1].id", "config-duplicate-id")),
        (f"{ACCOUNT}abc\n", (2, "accounts[0].id", "config-bad-account")),
        (f"{ACCOUNT}true\n", (2, "accounts[0].id", "config-bad-account")),
        ("accounts:\n  - name: prod\n", (2, "accounts[0].id", "config-missing-key")),
        (f"{ACCOUNT}1\n    name: all\n", (3, "accounts[0].name", "config-bad-account-name")),
        (f"{ACCOUNT}1\n    name: 'a, b'\n", (3, "accounts[0].name", "config-bad-account-name")),
        (f"{ACCOUNT}1\n    name: '2'\n", (3, "accounts[0].name", "config-bad-account-name")),
        (f"{ACCOUNT}1\n    role_arn: reader\n", (3, "accounts[0].role_arn", "config-bad-role")),
        (f"{ACCOUNT}1\n    role_arn: {ROLE}\n", (3, "accounts[0].role_arn", "config-role-of-another")),
        (f"{ACCOUNT}1\n    session_name: nightly\n", (3, "accounts[0].session_name", "config-role-missing")),
        (f"{ACCOUNT}1\n    duration: 7200\n", (3, "accounts[0].duration", "config-role-missing")),
        (f"{OF_ROLE}    session_name: my run\n", (4, "accounts[0].session_name", "config-bad-session")),
        (f"{OF_ROLE}    duration: 899\n", (4, "accounts[0].duration", "config-too-small")),
        (f"{OF_ROLE}    duration: 43201\n", (4, "accounts[0].duration", "config-too-high")),
        (f"{OF_ROLE}    regions: []\n", (4, "accounts[0].regions", "config-too-few")),
        (f"{OF_ROLE}    regions:\n      - Guangzhou!\n", (5, "accounts[0].regions[0]", "config-bad-region")),
        (f"{OF_ROLE}    role: x\n", (4, "accounts[0].role", "config-unknown-key-near")),
        (f"{ACCOUNT}1\n  - id: 2\n  - id: '1'\n", (4, "accounts[2].id", "config-duplicate-id")),
        (
            f"{ACCOUNT}1\n    name: prod\n  - id: 2\n    name: prod\n",
            (5, "accounts[1].name", "config-duplicate-id"),
        ),
        ("fail_on: severe\n", (1, "fail_on", "config-unknown-word-near")),
        ("jobs: 0\n", (1, "jobs", "config-too-small")),
        ("jobs: 65\n", (1, "jobs", "config-too-high")),
        ("jobs: '8'\n", (1, "jobs", "config-wrong-type")),
        ("jobs: 1.5\n", (1, "jobs", "config-wrong-type")),
        ("rates:\n  share: 0.0\n", (2, "rates.share", "config-not-above")),
        ("rates:\n  share: 1.01\n", (2, "rates.share", "config-too-high")),
        ("rates:\n  share: half\n", (2, "rates.share", "config-wrong-type")),
        (
            "rates:\n  actions:\n    vpc:DescribeSubnets: 0\n",
            (3, 'rates.actions."vpc:DescribeSubnets"', "config-too-small"),
        ),
        ("rates:\n  actions: [5]\n", (2, "rates.actions", "config-wrong-type")),
    ],
)
def test_a_mistake_is_told_with_line_and_key(tmp_path: Path, text: str, expected: Complaint) -> None:
    assert complaints(load_settings, tmp_path, text) == [expected]


def test_all_mistakes_of_a_file_are_told_by_line(tmp_path: Path) -> None:
    text = "jobs: none\nregions: [Nowhere]\nfail_on: hgih\nwaivers:\n  - {id: x}\n"
    assert complaints(load_settings, tmp_path, text) == [
        (1, "jobs", "config-wrong-type"),
        (2, "regions[0]", "config-bad-region"),
        (3, "fail_on", "config-unknown-word-near"),
        (5, "waivers[0].clusters", "config-missing-key"),
        (5, "waivers[0].expires", "config-missing-key"),
        (5, "waivers[0].finding", "config-missing-key"),
        (5, "waivers[0].owner", "config-missing-key"),
        (5, "waivers[0].packets", "config-missing-key"),
        (5, "waivers[0].reason", "config-missing-key"),
    ]


def test_the_first_mistake_is_the_error_itself(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, "a: 1\njobz: 2\n")
    assert caught.value.message_id == "config-unknown-key"
    assert caught.value.facts["line"] == 1


def test_a_near_key_and_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, "waivres: []\n")
    assert caught.value.facts == {
        "file": str(tmp_path / "sgaudit.yaml"),
        "line": 1,
        "key": "waivres",
        "found": '"waivres"',
        "expected": "regions, baseline, baselines, networks, peers, allow, waivers, exclude, accounts, owners, "
        "owner_tag, fail_on, jobs, rates, scope",
        "near": "waivers",
    }


def test_a_mistake_behind_an_alias_is_told_where_it_is_written(tmp_path: Path) -> None:
    text = "regions: &here\n  - Nowhere\npeers:\n  - *here\n"
    assert complaints(load_settings, tmp_path, text) == [
        (2, "peers[0][0]", "config-bad-cluster"),
        (2, "regions[0]", "config-bad-region"),
    ]


WORDS = "clusters: [cls-a], reason: r, owner: o, expires: 2026-12-31"
PACKETS = "packets: {direction: ingress, protocol: tcp, cidrs: [10.0.0.1]}"


@pytest.mark.parametrize(
    ("entry", "key", "message_id"),
    [
        (f"{{id: x, gap: TSG904, role: node, {WORDS}}}", "role", "config-waiver-key"),
        (f"{{id: x, gap: TSG904, finding: TSG201, {WORDS}}}", "finding", "config-waiver-key"),
        (f"{{id: x, gap: TSG904, {PACKETS}, {WORDS}}}", "packets", "config-waiver-key"),
        (f"{{id: x, finding: TSG201, resource: sg-a, {PACKETS}, {WORDS}}}", "resource", "config-waiver-key"),
        (f"{{id: x, finding: TSG201, action: vpc:DescribeSubnets, {PACKETS}, {WORDS}}}", "action", "config-waiver-key"),
        (f"{{id: x, finding: TSG201, {WORDS}}}", "packets", "config-missing-key"),
        (f"{{id: x, {PACKETS}, {WORDS}}}", "finding", "config-missing-key"),
        (f"{{id: x, gap: TSG201, {WORDS}}}", "gap", "config-unknown-word-near"),
        ("{id: x, gap: TSG904, clusters: [cls-a], reason: r, owner: o}", "expires", "config-missing-key"),
    ],
)
def test_a_waiver_names_a_finding_with_its_packets_or_a_gap(
    tmp_path: Path, entry: str, key: str, message_id: str
) -> None:
    assert complaints(load_settings, tmp_path, f"waivers:\n  - {entry}\n") == [(2, f"waivers[0].{key}", message_id)]


def test_the_call_of_a_gap_waiver_is_one_that_the_program_makes(tmp_path: Path) -> None:
    def load(folder: Path, text: str) -> object:
        return settings.load(written(folder, text), {}, actions={"vpc:DescribeSubnets"})

    entry = f"waivers:\n  - {{id: x, gap: TSG901, action: vpc:DescribeSubnetz, {WORDS}}}\n"
    assert complaints(load, tmp_path, entry) == [(2, "waivers[0].action", "config-unknown-action-near")]


@pytest.mark.parametrize("external_id", ["secret phrase", "[secret-phrase]", "'s'", "{secret: phrase}"])
def test_a_mistake_never_shows_an_external_id(tmp_path: Path, external_id: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, f"{OF_ROLE}    external_id: {external_id}\n")
    assert caught.value.message_id == "config-bad-external-id"
    assert (caught.value.facts["line"], caught.value.facts["key"]) == (4, "accounts[0].external_id")
    assert "secret" not in str(caught.value)
    assert caught.value.facts["found"] == "***"


def test_an_external_id_without_a_role_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, f"{ACCOUNT}1\n    external_id: secret-phrase\n")
    assert caught.value.message_id == "config-role-missing"
    assert "secret-phrase" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["accounts: {id: 1, external_id: secret-phrase}", "regions: [{external_id: secret-phrase}]"]
)
def test_a_mistake_that_shows_a_mapping_masks_its_external_id(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, text)
    assert "***" in str(caught.value)
    assert "secret-phrase" not in str(caught.value)
