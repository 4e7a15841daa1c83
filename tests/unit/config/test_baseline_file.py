"""Baselines that people write: what they become, and what is told of their mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor import resources
from auditor.config import baseline as baseline_file
from auditor.errors import ConfigError
from auditor.model.baseline import Baseline, NamedNetwork, Reach, Text
from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, Protocol, services
from tests.unit.config.files import OWN_BASELINE, complaints, load_baseline, written

DEFAULT = baseline_file.load()


def row_ids(baseline: Baseline) -> list[str]:
    return [each.requirement_id for each in baseline.requirements]


def severity(baseline: Baseline, direction: Direction, reach: Reach, name: str) -> Severity:
    return next(cell[3] for cell in baseline.excess.severities if cell[:3] == (direction, reach, name))


def test_a_baseline_can_stand_alone(tmp_path: Path) -> None:
    found = load_baseline(tmp_path, OWN_BASELINE)
    (row,) = found.requirements
    assert (found.name, row.requirement_id, row.row) == ("own", "web", "")
    assert row.title == Text(en="网站", zh="网站")
    assert row.reason == Text(en="Customers", zh="Customers")
    assert row.flow.services == IntervalSet((443, 444))
    assert (row.flow.networks, row.flow.cidrs) == ((NamedNetwork.CONTAINER,), ("198.51.100.0/24",))


def test_a_tier_takes_what_it_leaves_out_from_its_row(tmp_path: Path) -> None:
    address, protocol, network = load_baseline(tmp_path, OWN_BASELINE).requirements[0].tiers
    assert (address.flow.services, address.flow.cidrs, address.flow.networks) == (
        IntervalSet((443, 444)),
        ("198.51.100.7",),
        (),
    )
    assert protocol.flow.services == services(Protocol.UDP)
    assert (protocol.flow.networks, protocol.flow.cidrs) == ((NamedNetwork.CONTAINER,), ("198.51.100.0/24",))
    assert (network.flow.networks, network.flow.cidrs) == ((NamedNetwork.SUBNETS,), ())
    assert network.flow.services == IntervalSet((443, 444))
    assert (address.reason, network.reason) == (None, Text(en="Nothing breaks", zh="Nothing breaks"))


def test_a_bare_extension_is_what_it_extends(tmp_path: Path) -> None:
    found = load_baseline(tmp_path, "name: ours\nextends: tke-default\n")
    assert found == replace(DEFAULT, name="ours", source="ours.yaml")


def test_rows_are_dropped_changed_and_added_by_id(tmp_path: Path) -> None:
    found = load_baseline(
        tmp_path,
        """
        name: ours
        extends: tke-default
        drop: [node-ingress-ssh, node-ingress-icmp]
        change:
          node-ingress-nodeport-udp: {severity: low, tiers: []}
          node-ingress-nodeport-tcp: {cidrs: [198.51.100.0/24], title: {en: From the CDN}}
          node-egress: {protocol: tcp, ports: 443}
        requirements:
          - {id: node-ingress-ssh, role: node, direction: ingress, protocol: tcp, ports: 22, cidrs: [10.0.9.0/24],
             severity: low, title: {en: SSH}, reason: {en: Bastion}}
        allow:
          - {id: probes, direction: ingress, protocol: tcp, ports: 8080, cidrs: [0.0.0.0/0]}
        """,
    )
    rows = {each.requirement_id: each for each in found.requirements}
    before = {each.requirement_id: each for each in DEFAULT.requirements}
    assert "node-ingress-icmp" not in rows
    assert rows["node-ingress-ssh"].flow.cidrs == ("10.0.9.0/24",)
    assert rows["node-ingress-nodeport-udp"] == replace(
        before["node-ingress-nodeport-udp"], severity=Severity.LOW, tiers=()
    )
    assert rows["node-ingress-nodeport-tcp"].flow.cidrs == ("198.51.100.0/24",)
    assert rows["node-ingress-nodeport-tcp"].title == Text(en="From the CDN", zh="From the CDN")
    assert rows["node-ingress-nodeport-tcp"].reason == before["node-ingress-nodeport-tcp"].reason
    assert rows["node-egress"].flow.services == IntervalSet((443, 444))
    assert rows["node-egress"].tiers[-1].flow.services == IntervalSet((443, 444))
    inherited = [each.allowance_id for each in DEFAULT.allowances]
    assert [each.allowance_id for each in found.allowances] == [*inherited, "probes"]
    assert rows.keys() == before.keys() - {"node-ingress-icmp"}


def test_the_severity_of_pods_without_a_group_is_inherited_or_replaced(tmp_path: Path) -> None:
    own = "findings: {pod_interface_without_group: low}\n"
    for parent, inherited in (("tke-default", Severity.INFO), ("tke-hardened", Severity.MEDIUM)):
        head = f"name: ours\nextends: {parent}\n"
        assert load_baseline(tmp_path, head).pod_interface_without_group is inherited
        assert load_baseline(tmp_path, head + own).pod_interface_without_group is Severity.LOW


def test_an_inherited_allow_entry_can_be_dropped(tmp_path: Path) -> None:
    found = load_baseline(tmp_path, "name: ours\nextends: tke-hardened\ndrop: [icmp-from-anywhere]\n")
    assert [each.allowance_id for each in found.allowances] == ["endpoint-ingress-own-networks"]
    assert found.requirements == baseline_file.load("tke-hardened").requirements


def test_a_new_class_goes_in_before_the_catch_all_and_a_known_one_is_replaced(tmp_path: Path) -> None:
    found = load_baseline(
        tmp_path,
        """
        name: ours
        extends: tke-default
        excess:
          classes:
            - {name: web, title: {en: Web}, services: [{protocol: tcp, ports: "80,443"}]}
            - {name: data, title: {en: Data}, services: [{protocol: tcp, ports: 3306, role: node}]}
          severities:
            ingress:
              any: {web: medium, data: critical}
              public: {web: info}
              private: {web: info}
              vpc: {web: info}
            egress: {any: {web: medium}, public: {web: info}, private: {web: info}, vpc: {web: info}}
        """,
    )
    on_nodes = [each for each in found.excess.classes if Role.NODE in (each.roles or (Role.NODE,))]
    assert [each.name for each in on_nodes] == ["control", "admin", "data", "web", "other"]
    assert on_nodes[2].services == IntervalSet((3306, 3307))
    assert on_nodes[2].roles == (Role.NODE,)
    assert on_nodes[-1].services == EVERYTHING
    assert severity(found, Direction.INGRESS, Reach.ANY, "data") is Severity.CRITICAL
    assert severity(found, Direction.INGRESS, Reach.PUBLIC, "data") is Severity.MEDIUM
    assert severity(found, Direction.INGRESS, Reach.PUBLIC, "web") is Severity.INFO


@pytest.mark.parametrize(
    ("change", "networks", "cidrs"),
    [
        ("networks: [cluster]", (NamedNetwork.CLUSTER,), ()),
        ("cidrs: [10.0.9.0/24]", (), ("10.0.9.0/24",)),
        ("networks: [cluster], cidrs: [10.0.9.0/24]", (NamedNetwork.CLUSTER,), ("10.0.9.0/24",)),
        ("severity: medium", (), ("0.0.0.0/0",)),
    ],
)
def test_a_change_of_where_from_means_the_whole_of_it(
    tmp_path: Path, change: str, networks: tuple[NamedNetwork, ...], cidrs: tuple[str, ...]
) -> None:
    found = load_baseline(tmp_path, f"name: x\nextends: tke-default\nchange: {{node-ingress-ssh: {{{change}}}}}\n")
    (row,) = [one for one in found.requirements if one.requirement_id == "node-ingress-ssh"]
    assert (row.flow.networks, row.flow.cidrs) == (networks, cidrs)


def test_a_chain_of_files_is_followed_from_each_files_own_folder(tmp_path: Path) -> None:
    (tmp_path / "org").mkdir()
    written(tmp_path, "name: group\nextends: tke-default\ndrop: [node-ingress-ssh]\n", "group.yaml")
    written(tmp_path / "org", "name: org\nextends: ../group.yaml\ndrop: [node-ingress-icmp]\n", "org.yaml")
    written(tmp_path, "name: team\nextends: org/org.yaml\n", "team.yaml")
    found = baseline_file.load("team.yaml", tmp_path)
    assert found.name == "team"
    assert row_ids(found) == [
        each for each in row_ids(DEFAULT) if each not in ("node-ingress-ssh", "node-ingress-icmp")
    ]


def test_the_source_is_told_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "policy").mkdir(parents=True)
    path = written(tmp_path / "here" / "policy", "name: x\nextends: tke-default\n", "x.yaml")
    monkeypatch.chdir(tmp_path / "here")
    assert baseline_file.load(path).source == "policy/x.yaml"
    assert baseline_file.load("policy/../policy/x.yaml").source == "policy/x.yaml"
    monkeypatch.chdir(tmp_path / "here" / "policy")
    written(tmp_path / "here", "name: y\nextends: tke-default\n", "y.yaml")
    assert baseline_file.load("../y.yaml").source == "y.yaml"


def test_the_built_in_baselines_are_named_without_the_example() -> None:
    assert resources.baselines() == ("tke-default", "tke-hardened", "tke-least")


def test_a_file_named_like_a_built_in_baseline_needs_a_path(tmp_path: Path) -> None:
    written(tmp_path, "name: mine\nextends: tke-default\n", "tke-default")
    assert baseline_file.load("tke-default", tmp_path).name == "tke-default"
    assert baseline_file.load("./tke-default", tmp_path).name == "mine"


@pytest.mark.parametrize(
    ("name", "message", "near"),
    [
        ("tke-hardend", "config-no-baseline-near", "tke-hardened"),
        ("nothing/like/it.yaml", "config-no-baseline", ""),
    ],
)
def test_a_baseline_that_is_nowhere_is_refused(tmp_path: Path, name: str, message: str, near: str) -> None:
    with pytest.raises(ConfigError) as caught:
        baseline_file.load(name, tmp_path)
    assert caught.value.message_id == message
    assert caught.value.facts == {"file": name, "expected": "tke-default, tke-hardened, tke-least", "near": near}


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "name: a\nextends: b.yaml\n", "a.yaml")
    written(tmp_path, "name: b\n\nextends: ./a.yaml\n", "b.yaml")
    with pytest.raises(ConfigError) as caught:
        baseline_file.load(tmp_path / "a.yaml")
    assert caught.value.message_id == "config-circle"
    assert caught.value.facts["file"] == str(tmp_path / "b.yaml")
    assert (caught.value.facts["line"], caught.value.facts["key"]) == (3, "extends")
    assert caught.value.facts["found"] == " -> ".join(str(tmp_path / name) for name in ("a.yaml", "b.yaml", "a.yaml"))


def test_a_file_that_extends_itself_is_refused(tmp_path: Path) -> None:
    assert complaints(load_baseline, tmp_path, "name: a\nextends: ours.yaml\n") == [(2, "extends", "config-circle")]


def test_a_mistake_in_an_extended_file_is_told_there(tmp_path: Path) -> None:
    written(tmp_path, "name: base\nextends: tke-default\nbogus: 1\n", "base.yaml")
    path = written(tmp_path, "name: ours\nextends: base.yaml\n", "ours.yaml")
    with pytest.raises(ConfigError) as caught:
        baseline_file.load(path)
    assert caught.value.facts["file"] == str(tmp_path / "base.yaml")
    assert caught.value.facts["line"] == 3


def test_an_extended_file_that_is_no_text_is_told_itself(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_bytes(b"name: x\n\xff\n")
    path = written(tmp_path, "name: ours\nextends: base.yaml\n", "ours.yaml")
    with pytest.raises(ConfigError) as caught:
        baseline_file.load(path)
    assert caught.value.message_id == "files-not-utf8"
    assert (caught.value.facts["file"], caught.value.facts["line"]) == (str(tmp_path / "base.yaml"), 2)
