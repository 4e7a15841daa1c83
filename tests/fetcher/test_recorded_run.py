"""A complete run, recorded, anonymised and replayed: the same estate under pseudonyms, with the same calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.fetcher.cassette import Replay, load
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.http import parse_endpoint
from auditor.fetcher.keys import Keys
from auditor.fetcher.pseudonyms import ID
from auditor.fetcher.rate_limit import Unmetered
from auditor.fetcher.recording import CassetteRecorder
from auditor.fetcher.transport import Transport, Wiring, replay_transport
from auditor.model.snapshot import Snapshot
from tests.estates import everything
from tests.loopback.server import LoopbackServer
from tests.loopback.signature import Keys as KnownKeys

REQUEST = FetchRequest(regions=("ap-guangzhou",))


@dataclass(frozen=True)
class Run:
    """The estate as it was read, the cassette of it, and what the cassette gave."""

    live: Snapshot
    text: str
    again: Snapshot
    replay: Replay


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    file: Path = tmp_path_factory.mktemp("recorded") / "run.json"
    recorder, known = CassetteRecorder(), KnownKeys()
    keys = Keys(secret_id=known.secret_id, secret_key=known.secret_key, token=known.token)
    with LoopbackServer(everything.build(), quotas=False) as server:
        wiring = Wiring(endpoint=parse_endpoint(server.endpoint))
        transport = Transport(keys, wiring=wiring, budget=Unmetered(), recorder=recorder)
        live = fetch(transport, REQUEST)
        transport.close()
    recorder.save(file)
    text = file.read_text(encoding="utf-8")
    replay = Replay(load(text, file.name))
    again = fetch(replay_transport(replay), REQUEST)
    return Run(live, text, again, replay)


def shape(snapshot: Snapshot) -> object:
    """What is left of a snapshot without names: how much of everything, and every rule."""
    clusters = [
        (
            cluster.cluster_type,
            cluster.network_mode,
            cluster.networks.container.cidrs,
            sorted((node.role, node.kind, str(node.security_groups).count("sg-")) for node in cluster.nodes),
            len(cluster.node_pools),
            sorted(
                (item.attachment, item.role, item.exposure, str(item.security_groups).count("sg-"), len(item.addresses))
                for item in cluster.interfaces
            ),
            [(what.kind, what.count) for what in cluster.not_covered],
        )
        for cluster in snapshot.clusters
    ]
    return clusters, balancers(snapshot), len(snapshot.security_groups), len(snapshot.memberships), snapshot.all_gaps()


def balancers(snapshot: Snapshot) -> object:
    """What is left of load balancers without names: the ports, and whether back ends and tags name what was read."""
    nodes = {node.instance_id for cluster in snapshot.clusters for node in cluster.nodes}
    clusters = {cluster.cluster_id for cluster in snapshot.clusters}
    return [
        (
            balancer.is_public,
            len(balancer.addresses),
            [cluster_id in clusters for cluster_id in balancer.cluster_ids],
            [
                [(target.ports, target.health_check, target.addresses, target.instance_id in nodes) for target in found]
                for found in (listener.targets for listener in balancer.listeners)
                if isinstance(found, tuple)
            ],
        )
        for balancer in snapshot.load_balancers
        if isinstance(balancer.listeners, tuple)
    ]


def test_a_replay_makes_the_calls_of_the_run_and_no_other(run: Run) -> None:
    assert run.replay.unmatched() == ()
    assert run.replay.unused() == ()


def test_the_estate_is_the_same_under_other_names(run: Run) -> None:
    assert shape(run.again) == shape(run.live)
    assert [len(cluster.interfaces) for cluster in run.live.clusters] == [2, 2, 1]
    assert len(run.live.clusters) == 3


def test_no_id_or_name_of_the_estate_is_in_the_cassette(run: Run) -> None:
    live = repr(run.live)
    assert set(ID.findall(live)) & set(ID.findall(run.text)) == set()
    names = {cluster.name for cluster in run.live.clusters} | {group.name for group in run.live.security_groups}
    assert not [name for name in names if name and re.search(rf'"{re.escape(name)}"', run.text)]


def test_interfaces_of_a_replay_have_pseudonyms_and_private_addresses(run: Run) -> None:
    live, again = (
        {item.interface_id: item for cluster in snapshot.clusters for item in cluster.interfaces}
        for snapshot in (run.live, run.again)
    )
    assert live.keys() & again.keys() == set()
    assert {item.name for item in live.values()} & {item.name for item in again.values()} == set()
    assert sorted(item.addresses for item in live.values()) == sorted(item.addresses for item in again.values())
    assert "20:90:6F:00:00:01" not in run.text
