"""The configuration file, right and wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from auditor.config import settings
from auditor.config.settings import Rates, Settings
from auditor.config.settings_forms import FailOn
from auditor.errors import ConfigError
from auditor.model.accounts import ConfiguredAccount
from auditor.model.baseline import Allowance, ClusterNetwork, Exclusion, FlowPattern, NamedNetwork, Waiver
from auditor.model.clusters import Role
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction
from auditor.model.selectors import Tag
from tests.unit.config.files import complaints, load_settings, written

WHOLE = """
    regions: [ap-guangzhou, ap-shanghai-fsi]
    baseline: tke-hardened
    networks:
      cluster: node-subnets
    peers:
      - [cls-aaaaaaaa, cls-bbbbbbbb]
    allow:
      - {id: bastion-ssh, clusters: ["cls-*"], role: master, direction: ingress, protocol: tcp, ports: "22",
         cidrs: [10.0.9.0/24], reason: "ours", owner: "us"}
      - {id: anything-out, direction: egress, protocol: all, networks: [container], cidrs: ["2001:db8::/32", 10.0.0.9]}
    waivers:
      - {id: W-7, finding: TSG201, clusters: ["cls-aaaaaaaa"], role: node,
         packets: {direction: ingress, protocol: tcp, ports: "9100", cidrs: [203.0.113.0/24]},
         reason: "...", owner: "...", expires: 2026-12-31}
      - {id: W-8, finding: excess-access, clusters: ["cls-b*", cls-c], packets: {direction: egress, protocol: icmp,
         cidrs: [198.51.100.7]}, reason: r, owner: o, expires: "2027-01-01"}
    exclude:
      - {clusters: ["cls-edge*", "name:lab-*", "tag:env=test*"], reason: lab, owner: edge team}
    accounts:
      - {id: 100000000001, name: " prod "}
      - {id: "100000000002", name: 测试, role_arn: "qcs::cam::uin/100000000002:roleName/reader", session_name: nightly,
         external_id: ours, duration: 3600, regions: [ap-shanghai, all]}
    fail_on: never
    jobs: 4
    rates:
      share: 0.5
      actions: {"vpc:DescribeSubnets": 50, "cvm:DescribeInstances": 7}
"""


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    assert load_settings(tmp_path, WHOLE) == Settings(
        file=str(tmp_path / "sgaudit.yaml"),
        folder=tmp_path,
        regions=("ap-guangzhou", "ap-shanghai-fsi"),
        baseline="tke-hardened",
        cluster_network=ClusterNetwork.NODE_SUBNETS,
        peers=(("cls-aaaaaaaa", "cls-bbbbbbbb"),),
        allowances=(
            Allowance(
                allowance_id="bastion-ssh",
                flow=FlowPattern(services=IntervalSet((22, 23)), cidrs=("10.0.9.0/24",)),
                direction=Direction.INGRESS,
                roles=(Role.MASTER,),
                clusters=("cls-*",),
                reason="ours",
                owner="us",
            ),
            Allowance(
                allowance_id="anything-out",
                flow=FlowPattern(
                    services=IntervalSet((0, 131076)),
                    networks=(NamedNetwork.CONTAINER,),
                    cidrs=("2001:db8::/32", "10.0.0.9"),
                ),
                direction=Direction.EGRESS,
            ),
        ),
        waivers=(
            Waiver(
                waiver_id="W-7",
                finding="TSG201",
                clusters=("cls-aaaaaaaa",),
                direction=Direction.INGRESS,
                services=IntervalSet((9100, 9101)),
                cidrs=("203.0.113.0/24",),
                reason="...",
                owner="...",
                expires=date(2026, 12, 31),
                role=Role.NODE,
            ),
            Waiver(
                waiver_id="W-8",
                finding="TSG201",
                clusters=("cls-b*", "cls-c"),
                direction=Direction.EGRESS,
                services=IntervalSet((131072, 131073)),
                cidrs=("198.51.100.7",),
                reason="r",
                owner="o",
                expires=date(2027, 1, 1),
            ),
        ),
        exclusions=(Exclusion(clusters=("cls-edge*", "name:lab-*", "tag:env=test*"), reason="lab", owner="edge team"),),
        accounts=(
            ConfiguredAccount(id="100000000001", name="prod"),
            ConfiguredAccount(
                id="100000000002",
                name="测试",
                role_arn="qcs::cam::uin/100000000002:roleName/reader",
                session_name="nightly",
                external_id="ours",
                duration=3600,
                regions=("ap-shanghai", "all"),
            ),
        ),
        fail_on=FailOn.NEVER,
        jobs=4,
        rates=Rates(share=0.5, actions=(("cvm:DescribeInstances", 7), ("vpc:DescribeSubnets", 50))),
    )


@pytest.mark.parametrize(
    ("ports", "bounds"),
    [
        ("", (0, 65536)),
        ("ports: all", (0, 65536)),
        ("ports: ALL", None),
        ("ports: 22", (22, 23)),
        ("ports: '22'", (22, 23)),
        ("ports: 22,80", (22, 23, 80, 81)),
        ("ports: ' 22 , 30000 - 32768 '", (22, 23, 30000, 32769)),
        ("ports: 20-30,22,31", (20, 32)),
        ("ports: 0-65535", (0, 65536)),
        ("ports: 65536", None),
        ("ports: 80-22", None),
        ("ports: -1", None),
        ("ports: '22,'", None),
        ("ports: ''", None),
        ("ports: http", None),
        ("ports: [22, 80]", None),
        ("ports: true", None),
        ("ports: 1.5", None),
    ],
)
def test_ports_are_lists_of_numbers_and_ranges(tmp_path: Path, ports: str, bounds: tuple[int, ...] | None) -> None:
    text = f"allow:\n  - id: a\n    direction: ingress\n    protocol: tcp\n    cidrs: [10.0.0.1]\n    {ports}\n"
    if bounds is None:
        assert complaints(load_settings, tmp_path, text) == [(6, "allow[0].ports", "config-bad-ports")]
    else:
        assert load_settings(tmp_path, text).allowances[0].flow.services == IntervalSet(bounds)


@pytest.mark.parametrize(
    ("cidr", "good"),
    [
        ("10.0.0.0/8", True),
        ("10.1.2.3/8", True),
        ("10.1.2.3", True),
        ("10.0.0.1 - 10.0.0.9", True),
        ("'::/0'", True),
        ("2001:db8::1/32", True),
        ("0.0.0.0/8", True),
        ("10.0.0.0/33", False),
        ("10.0.0.0/255.0.0.0", False),
        ("10.0.0", False),
        ("10.0.0.9-10.0.0.1", False),
        ("10.0.0.1-2001:db8::1", False),
        ("fe80::1%eth0", False),
        ("any", False),
        ("''", False),
    ],
)
def test_blocks_are_cidrs_addresses_or_ranges(tmp_path: Path, cidr: str, good: bool) -> None:  # noqa: FBT001
    text = (
        f"allow:\n  - id: a\n    direction: ingress\n    protocol: tcp\n    cidrs:\n      - 10.0.0.1\n      - {cidr}\n"
    )
    if good:
        assert len(load_settings(tmp_path, text).allowances[0].flow.cidrs) == 2
    else:
        assert complaints(load_settings, tmp_path, text) == [(7, "allow[0].cidrs[1]", "config-bad-cidr")]


def test_lists_whose_entries_are_commented_out_are_empty(tmp_path: Path) -> None:
    found = load_settings(tmp_path, "regions:\npeers:\nallow:\nwaivers:\n#  - {id: x}\n")
    assert (found.regions, found.peers, found.allowances, found.waivers) == ((), (), (), ())


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert load_settings(tmp_path, "") == Settings(file=str(tmp_path / "sgaudit.yaml"), folder=tmp_path)


def test_a_share_may_be_the_whole(tmp_path: Path) -> None:
    assert load_settings(tmp_path, "rates: {share: 1}\n").rates == Rates(share=1.0)


def test_only_calls_that_the_program_makes_have_rates(tmp_path: Path) -> None:
    path = written(tmp_path, "rates:\n  actions:\n    vpc:DescribeSubnet: 5\n    tke:DescribeClusters: 5\n")
    with pytest.raises(ConfigError) as caught:
        settings.load(path, {}, actions={"vpc:DescribeSubnets", "tke:DescribeClusters"})
    assert caught.value.message_id == "config-unknown-action-near"
    assert caught.value.facts["line"] == 3
    assert caught.value.facts["near"] == "vpc:DescribeSubnets"
    assert caught.value.facts["expected"] == "tke:DescribeClusters, vpc:DescribeSubnets"
    assert settings.load(path, {}).rates.actions == (("tke:DescribeClusters", 5), ("vpc:DescribeSubnet", 5))


def test_the_file_of_the_current_folder_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    written(tmp_path, "jobs: 1\n")
    by_variable = written(tmp_path, "jobs: 2\n", "variable.yaml")
    by_option = written(tmp_path, "jobs: 3\n", "option.yaml")
    environ = {"SGAUDIT_CONFIG": str(by_variable)}
    assert settings.load(None, {}, folder=tmp_path).jobs == 1
    assert settings.load(None, {"SGAUDIT_CONFIG": ""}, folder=tmp_path).jobs == 1
    assert settings.load(None, environ, folder=tmp_path).jobs == 2
    assert settings.load(by_option, environ, folder=tmp_path).jobs == 3


def test_no_file_is_no_mistake_unless_it_was_named(tmp_path: Path) -> None:
    assert settings.load(None, {}, folder=tmp_path) == Settings()
    missing = tmp_path / "none.yaml"
    for path, environ in ((missing, {}), (None, {"SGAUDIT_CONFIG": str(missing)})):
        with pytest.raises(ConfigError) as caught:
            settings.load(path, environ, folder=tmp_path)
        assert (caught.value.message_id, caught.value.facts["file"]) == ("files-missing", str(missing))


def test_a_relative_baseline_is_meant_from_the_files_own_folder(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    written(tmp_path / "team", "name: teams\nextends: tke-default\n", "base.yaml")
    named = written(tmp_path / "team", "baseline: base.yaml\n")
    assert settings.load(named, {}).load_baseline().name == "teams"


def test_the_baseline_asked_for_wins_over_the_files(tmp_path: Path) -> None:
    found = load_settings(tmp_path, "baseline: tke-hardened\n")
    assert found.load_baseline().name == "tke-hardened"
    assert found.load_baseline("tke-default").name == "tke-default"
    assert Settings().load_baseline().name == "tke-default"


def test_the_policy_holds_what_the_file_says(tmp_path: Path) -> None:
    found = load_settings(tmp_path, WHOLE)
    policy = found.policy()
    assert policy.baseline.name == "tke-hardened"
    assert policy.cluster_network is ClusterNetwork.NODE_SUBNETS
    assert (policy.peers, policy.allowances, policy.waivers) == (found.peers, found.allowances, found.waivers)


def test_an_external_id_is_in_no_repr(tmp_path: Path) -> None:
    role = "role_arn: 'qcs::cam::uin/1:role/7', external_id: secret-phrase"
    found = load_settings(tmp_path, f"accounts: [{{id: 1, {role}}}]")
    assert found.accounts[0].external_id == "secret-phrase"
    assert "secret-phrase" not in repr(found)


CHOICES = """
    baseline: tke-least
    baselines:
      - {clusters: ["tag:env=prod*"], use: own.yaml}
      - {clusters: ["name:pay-*", cls-b], use: tke-hardened}
"""


@dataclass(frozen=True)
class Named:
    """A cluster as selectors see it."""

    cluster_id: str
    name: str = ""
    tags: tuple[Tag, ...] = ()


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        (Named("cls-a"), "tke-least"),
        (Named("cls-a", name="pay-1"), "tke-hardened"),
        (Named("cls-b", name="other"), "tke-hardened"),
        (Named("cls-b", tags=(Tag(key="env", value="prod-eu"),)), "teams"),
        (Named("cls-a", tags=(Tag(key="env", value="test"),)), "tke-least"),
    ],
)
def test_the_first_choice_that_names_a_cluster_gives_its_baseline(
    tmp_path: Path, cluster: Named, expected: str
) -> None:
    written(tmp_path, "name: teams\nextends: tke-default\n", "own.yaml")
    found = load_settings(tmp_path, CHOICES)
    assert found.policy().for_cluster(cluster).baseline.name == expected
    assert found.policy("tke-default").for_cluster(cluster).baseline.name == "tke-default"


def test_mistakes_in_the_choice_of_baselines(tmp_path: Path) -> None:
    unknown = "baselines:\n  - {clusters: [cls-a], use: tke-hardend}\n"
    further = "  - {clusters: cls-b, use: tke-least}\n  - {use: tke-least}\n"
    assert complaints(load_settings, tmp_path, unknown) == [(2, "baselines[0].use", "config-unknown-baseline-near")]
    assert complaints(load_settings, tmp_path, unknown + further) == [
        (3, "baselines[1].clusters", "config-wrong-type"),
        (4, "baselines[2].clusters", "config-missing-key"),
    ]
