"""The built-in demos equal the answers of their estates and replay completely through the real SDK."""

from __future__ import annotations

import re
from datetime import date
from types import ModuleType

import pytest

from auditor import resources
from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.fetcher.cassette import Cassette, Replay, load
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.transport import replay_transport
from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment
from auditor.model.codes import Code, GapKind
from auditor.model.selectors import Tag
from auditor.model.snapshot import Snapshot
from tests.estates import demo, staging
from tests.loopback.typed import unknown_fields

MOST_BYTES = 300_000


DEMOS = (demo, staging)
each_demo = pytest.mark.parametrize("estate", DEMOS, ids=lambda estate: estate.FILE.stem)


def cassette(estate: ModuleType) -> Cassette:
    return load(estate.FILE.read_text(encoding="utf-8"), estate.FILE.name)


def replay(estate: ModuleType = demo) -> tuple[Snapshot, Replay]:
    played = Replay(cassette(estate))
    return fetch(replay_transport(played), FetchRequest(regions=(estate.REGION,))), played


def test_every_recording_that_ships_has_an_estate() -> None:
    assert resources.recordings() == ("demo", "demo-staging")
    assert sorted(estate.FILE.stem for estate in DEMOS) == ["demo", "demo-staging"]


@each_demo
def test_file_is_what_the_estate_answers(estate: ModuleType) -> None:
    assert estate.FILE.read_text(encoding="utf-8") == estate.text()


@each_demo
def test_file_stays_small(estate: ModuleType) -> None:
    assert estate.FILE.stat().st_size < MOST_BYTES


@each_demo
def test_replay_asks_for_exactly_what_is_there(estate: ModuleType) -> None:
    _, played = replay(estate)
    assert played.unmatched() == ()
    assert played.unused() == ()


@each_demo
def test_bodies_have_no_field_that_the_typed_responses_do_not_know(estate: ModuleType) -> None:
    for interaction in cassette(estate).interactions:
        assert interaction.response is not None
        assert isinstance(interaction.response.body, dict)
        asked = interaction.request
        assert unknown_fields(asked.service, asked.version, asked.action, interaction.response.body["Response"]) == ""


def test_findings_are_of_every_kind_and_one_cluster_has_none() -> None:
    result = compare(replay()[0], Policy(baseline=baseline.load("tke-default")), date(2026, 11, 22))
    assert {finding.code for finding in result.findings} == set(Code)
    assert {finding.cluster_id for finding in result.findings} == {"cls-ord3rs01", "cls-w3bfr0nt"}
    assert {gap.cluster_id for gap in result.gaps} == {"cls-l4bt3st9"}
    assert len(result.clusters) == 4


def test_one_thing_stays_unknown_and_one_machine_binds_nothing() -> None:
    snapshot, _ = replay()
    assert {(gap.kind, gap.cluster_id, gap.action) for gap in snapshot.all_gaps()} == {
        (GapKind.UNREAD, "cls-l4bt3st9", "DescribeIPAMD")
    }
    unbound = [node.node_id for cluster in snapshot.clusters for node in cluster.nodes if node.security_groups == ()]
    assert unbound == ["ins-w3bn0de3"]


def test_the_second_demo_is_another_account_with_one_finding_and_nothing_unknown() -> None:
    snapshot, _ = replay(staging)
    result = compare(snapshot, Policy(baseline=baseline.load("tke-default")), date(2026, 11, 22))
    assert snapshot.account is not None
    assert snapshot.account.id == "100000000002"
    assert "100000000001" not in staging.text()
    assert [(finding.code, finding.cluster_id) for finding in result.findings] == [(Code.EXCESS_ACCESS, "cls-5tg0rd3r")]
    assert result.gaps == ()
    assert {cluster.cluster_id: cluster.tags for cluster in snapshot.clusters} == {
        "cls-5tg0rd3r": (Tag(key="env", value="staging"), Tag(key="team", value="orders")),
        "cls-5tgbu1ld": (Tag(key="env", value="staging"), Tag(key="team", value="platform")),
    }


def test_every_public_address_is_one_of_documentation() -> None:
    blocks = re.findall(r"\b(?!10\.|172\.16\.|192\.168\.|0\.0\.0\.0)\d+\.\d+\.\d+\.\d+\b", demo.FILE.read_text("utf-8"))
    assert {block.rpartition(".")[0] for block in blocks} == {"203.0.113", "198.51.100"}


def test_every_kind_of_interface_entrance_and_load_balancer_is_there() -> None:
    result = compare(replay()[0], Policy(baseline=baseline.load("tke-default")), date(2026, 11, 22))
    stacks = {
        (cluster.cluster.cluster_id, stack.attachment, bool(stack.security_groups))
        for cluster in result.clusters
        for stack in cluster.stacks
        if stack.attachment is not Attachment.PRIMARY
    }
    assert stacks == {
        ("cls-w3bfr0nt", Attachment.SECONDARY, True),
        ("cls-w3bfr0nt", Attachment.PODS, False),
        ("cls-w3bfr0nt", Attachment.PODS, True),
        ("cls-w3bfr0nt", Attachment.SUPER_NODE_PODS, True),
        ("cls-w3bfr0nt", Attachment.ENDPOINT, True),
        ("cls-paym3nt5", Attachment.ENDPOINT, True),
    }
    balancers = {
        (made.balancer.name, made.balancer.pass_to_target, bool(path.passes), bool(path.blocked))
        for cluster in result.clusters
        for made in cluster.load_balancers
        for path in made.paths
    }
    assert balancers == {
        ("orders", False, True, True),  # its own group lets the office alone in
        ("web", True, True, False),
        ("payments", False, True, False),
        ("web-pods", False, False, True),
    }
