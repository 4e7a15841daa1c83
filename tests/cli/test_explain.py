from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.model.snapshot import Snapshot
from tests.cli import estate, shop
from tests.cli.conftest import Ran, Tool


@pytest.fixture
def shop_file(tool: Tool) -> str:
    return estate.write(shop.shop(), tool.folder / "shop.json")


def _flow(
    protocol: str = "tcp", peer: str = "203.0.113.9", port: str = "6379", direction: str = "ingress"
) -> list[str]:
    ports = ["--port", port] if port else []
    return ["--direction", direction, "--protocol", protocol, "--peer", peer, *ports]


def _explain(tool: Tool, source: str, *argv: str) -> Ran:
    return tool("explain", *argv, "--snapshot", source)


def _flows(tool: Tool, source: str, *argv: str) -> list[dict[str, Any]]:
    return list(json.loads(_explain(tool, source, *argv, "--format", "json").stdout)["flows"])


def _write(tool: Tool, snapshot: Snapshot) -> str:
    return estate.write(snapshot, tool.folder / "other.json")


def test_what_is_let_through_ends_with_0(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--node", "ins-s2", *_flow())
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("ALLOWED  TCP port 6379 from 203.0.113.9\n")
    assert "=>   6  ACCEPT TCP 6379 from 0.0.0.0/0 - matches and decides" in ran.stdout


def test_what_is_denied_ends_with_1(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--role", "master", *_flow())
    assert ran.code == 1
    assert "=>   -  no rule matched: the implicit deny at the end applies" in ran.stdout


def test_the_object_is_as_promised(tool: Tool, shop_file: str) -> None:
    asked = _flow(port="10250", peer="10.0.3.4")
    [found] = _flows(tool, shop_file, shop.SHOP, "--node", "web-1", *asked)
    assert {
        key: found[key] for key in ("role", "security_groups", "nodes", "verdict", "requirements", "permitted")
    } == {
        "role": "node",
        "security_groups": ["sg-first", "sg-second"],
        "nodes": ["ins-s1"],
        "verdict": "deny",
        "requirements": ["node-ingress-cluster"],
        "permitted": True,
    }
    assert found["decided_by"] == {
        "security_group_id": "sg-first",
        "index": 0,
        "action": "deny",
        "description": "",
        "match": "decides",
    }
    assert found["considered"] == [found["decided_by"]]


def test_the_implicit_deny_is_null(tool: Tool, shop_file: str) -> None:
    [found] = _flows(tool, shop_file, shop.SHOP, "--role", "master", *_flow())
    assert (found["decided_by"], found["verdict"]) == (None, "deny")
    assert [tried["match"] for tried in found["considered"]] == ["port"]


def test_without_node_and_role_every_stack_is_tried_and_the_worst_counts(tool: Tool, shop_file: str) -> None:
    found = _flows(tool, shop_file, shop.SHOP, *_flow())
    assert [(one["role"], one["security_groups"], one["verdict"]) for one in found] == [
        ("master", ["sg-masters"], "deny"),
        ("node", ["sg-first", "sg-second"], "allow"),
        ("node", ["sg-second"], "allow"),
    ]
    assert _explain(tool, shop_file, shop.SHOP, *_flow()).code == 1


@pytest.mark.parametrize(
    ("named", "groups"), [("web-2", ["sg-second"]), ("np-s1", ["sg-second"]), ("web", ["sg-second"])]
)
def test_nodes_and_pools_go_by_id_or_name(tool: Tool, shop_file: str, named: str, groups: list[str]) -> None:
    [found] = _flows(tool, shop_file, shop.SHOP, "--node", named, *_flow())
    assert found["security_groups"] == groups


def test_clusters_go_by_name(tool: Tool, shop_file: str) -> None:
    by_name, by_id = (_flows(tool, shop_file, word, "--node", "web-1", *_flow()) for word in ("shop 商城", shop.SHOP))
    assert by_name == by_id


def test_a_name_of_two_nodes_is_refused_with_their_ids(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.TILLS, "--node", "till", *_flow())
    assert (ran.code, ran.stdout) == (2, "")
    assert 'called "till": ins-t1, ins-t2. Use the ID' in ran.stderr


def test_a_name_of_no_node_is_refused_with_those_that_are_near(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--node", "web-3", *_flow())
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr == (
        'sgaudit: cls-shop0001 has no node, node pool, interface or add-on "web-3"; '
        "closest: ins-s1 (web-1), ins-s2 (web-2), np-s1 (web)\n"
    )


def test_a_cluster_that_is_not_there_ends_with_3_and_an_empty_list(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, "cls-nowhere1", *_flow(), "--format", "json")
    assert ran.code == 3
    assert json.loads(ran.stdout)["flows"] == []
    assert 'no cluster "cls-nowhere1" was read; clusters: cls-shop0001' in ran.stderr


def test_a_role_that_the_cluster_lacks_is_refused(tool: Tool) -> None:
    source = _write(tool, estate.fine())
    ran = _explain(tool, source, "cls-aaaaaaaa", "--role", "master", *_flow())
    assert (ran.code, ran.stdout) == (2, "")
    assert "the Masters of a managed cluster are not in your account" in ran.stderr


def test_a_node_whose_groups_were_not_read_is_unknown_and_says_why(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.TILLS, "--node", "ins-t2", *_flow(), "--format", "json")
    assert ran.code == 3
    found = json.loads(ran.stdout)
    assert (found["flows"], [gap["resource"] for gap in found["gaps"]]) == ([], ["ins-t2"])


def test_a_node_that_was_read_is_not_unknown_for_another_that_was_not(tool: Tool, shop_file: str) -> None:
    assert _explain(tool, shop_file, shop.TILLS, "--node", "ins-t1", *_flow()).code == 0
    assert _explain(tool, shop_file, shop.TILLS, "--role", "node", *_flow()).code == 3
    assert _explain(tool, shop_file, shop.TILLS, "--role", "master", *_flow()).code == 2


def test_an_unreadable_rule_leaves_its_own_packets_alone_unknown(tool: Tool) -> None:
    source = _write(tool, shop.unreadable())
    ran = _explain(tool, source, shop.SHOP, "--node", "web-2", *_flow(), "--format", "json")
    assert ran.code == 3
    found = json.loads(ran.stdout)
    assert [(one["verdict"], one["decided_by"]["match"]) for one in found["flows"]] == [("unknown", "could")]
    assert [gap["resource"] for gap in found["gaps"]] == ["sg-second/ingress/0"]
    assert _explain(tool, source, shop.SHOP, "--node", "web-2", *_flow(port="22")).code == 0


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (_flow(port=""), "--protocol tcp needs --port"),
        (_flow("udp", port=""), "--protocol udp needs --port"),
        (_flow("icmp"), "--protocol icmp has no ports"),
        (_flow("icmp", "2001:db8::1", ""), "use --protocol icmpv6 for that address"),
        (_flow("icmpv6", "10.0.0.1", ""), "use --protocol icmp for that address"),
        (_flow(peer="10.0.0.0/8"), '"10.0.0.0/8" is not an address or an ID'),
        (_flow(peer="example.com"), '"example.com" is not an address or an ID'),
        (_flow(port="65536"), '"65536" is not a port from 0 to 65535'),
        (_flow(port="８０"), '"８０" is not a port from 0 to 65535'),
        (_flow(peer="fe80::1%eth0"), '"fe80::1%eth0" is not an address or an ID'),
        (_flow("sctp", port=""), "--protocol takes one of: tcp, udp, icmp, icmpv6, gre, other"),
        (["--direction", "ingress", "--peer", "10.0.0.1"], "missing: --protocol"),
        (["--node", "web-1", "--port", "80"], "missing: --direction, --protocol, --peer"),
        (["--node", "lbl-11111111"], "has no back ends of lbl-11111111"),
        (["--node", "web-1", "--role", "node"], "--node and --role cannot be used together"),
        ([*_flow(), "--node", "web-1", "--role", "node"], "--node and --role cannot be used together"),
        ([*_flow(), "cls-more0001"], '"cls-more0001" is one too many'),
        (["--direction", "ingress"], "To explain a finding, use its fingerprint"),
    ],
)
def test_what_no_packet_can_be_is_refused_with_a_sentence(
    tool: Tool, shop_file: str, argv: list[str], said: str
) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, *argv)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_words_go_in_any_case(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--node", "web-2", *_flow("TCP", direction="Ingress"))
    assert ran.code == 0


def test_nothing_to_explain_is_refused(tool: Tool) -> None:
    ran = tool("explain", "--snapshot", tool.demo())
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("sgaudit: CLUSTER|FINGERPRINT is missing")


def _fingerprints(tool: Tool, source: str) -> dict[str, str]:
    report = json.loads(tool("audit", "--snapshot", source, "--format", "json").stdout)
    return {finding["code"]: finding["fingerprint"] for finding in reversed(report["findings"])}


def test_a_finding_is_told_in_full_and_its_packet_is_explained(tool: Tool) -> None:
    source = _write(tool, shop.without_gaps())
    fingerprint = _fingerprints(tool, source)["TSG201"]
    ran = _explain(tool, source, fingerprint[:6])
    assert ran.code == 0
    assert ran.stdout.startswith("HIGH  TSG201  Open to any address: Data stores\n")
    assert "ALLOWED  TCP port 6379 from 203.0.113.1\n" in ran.stdout
    found = json.loads(_explain(tool, source, fingerprint, "--format", "json").stdout)
    assert found["finding"]["fingerprint"] == fingerprint
    assert [one["security_groups"] for one in found["flows"]] == [found["finding"]["security_groups"]]


def test_a_finding_without_packets_is_told_alone(tool: Tool) -> None:
    source = _write(tool, shop.without_gaps())
    ran = _explain(tool, source, _fingerprints(tool, source)["TSG301"])
    assert ran.code == 0
    assert "TSG301" in ran.stdout
    assert "=>" not in ran.stdout


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("0123456789", 'of this audit starts with "0123456789"'),
        ("ffffff", 'of this audit starts with "ffffff"'),
    ],
)
def test_a_fingerprint_of_no_finding_is_refused(tool: Tool, shop_file: str, word: str, said: str) -> None:
    ran = _explain(tool, shop_file, word)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_the_built_in_demo_is_explained_by_id(tool: Tool) -> None:
    flow = _flow(port="10250", peer="10.0.0.7")
    ran = tool("explain", "cls-ord3rs01", "--node", "orders-1", *flow, "--snapshot", tool.demo(), "--lang", "zh")
    assert ran.code == 1
    assert ran.stdout.startswith("拒绝  来自 10.0.0.7 的 TCP 10250 端口\n")


def test_a_number_too_short_for_a_fingerprint_is_the_name_of_a_cluster(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, "12345")
    assert ran.code == 3
    assert 'no cluster "12345" was read' in ran.stderr
