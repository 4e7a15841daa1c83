"""The fetch of large regions against the time that the quotas alone ask for."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from auditor.fetcher.clock import RunClock
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.rate_limit import SharedBudget
from tests.estates import large
from tests.loopback.calls import CallLog
from tests.loopback.client import transport
from tests.loopback.estate import GUANGZHOU
from tests.loopback.process import elsewhere
from tests.loopback.schema import OPERATIONS

MOST_TIME = 1.15
"""Times the bound."""
MOST_TIME_FAR = 1.3
"""Times the bound at 150 ms: a window costs up to the time of an answer in each second."""
MOST_TIME_REGIONS = 1.2
MOST_PROCESSOR = 0.005
"""Seconds of processor time for each call, with the parsing of its answer."""
MOST_MEMORY = 300
"""MiB, at the highest."""

pytestmark = pytest.mark.bench


@dataclass(frozen=True)
class Measured:
    """What one fetch came to; ``processor`` seconds are those of the client alone."""

    seconds: float
    processor: float
    memory: float
    nodes: int
    groups: int
    gaps: int


class SlowClock(RunClock):
    """A clock that runs ``slower`` times slower, so that the order of the calls counts and the processor hardly."""

    def __init__(self, slower: int) -> None:
        super().__init__()
        self._slower = slower

    def now(self) -> float:
        return super().now() / self._slower

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds * self._slower)


def _fetch(endpoint: str, regions: tuple[str, ...], slower: int) -> Measured:
    clock = SlowClock(slower)
    began, spent = time.perf_counter(), time.process_time()
    with transport(endpoint, budget=SharedBudget(clock), clock=clock, patience=30, whole=30) as live:
        snapshot = fetch(live, FetchRequest(regions=regions))
    return Measured(
        seconds=(time.perf_counter() - began) / slower,
        processor=time.process_time() - spent,
        memory=_peak_memory(),
        nodes=sum(len(cluster.nodes) for cluster in snapshot.clusters),
        groups=len(snapshot.security_groups),
        gaps=len(snapshot.all_gaps()),
    )


def _peak_memory() -> float:
    """MiB that this process, and not the one that started it, held at the highest."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kib) / 1024


def _client(pipe: Connection, endpoint: str, regions: tuple[str, ...], slower: int) -> None:
    pipe.send(_fetch(endpoint, regions, slower))


def _in_own_process(endpoint: str, regions: tuple[str, ...], slower: int) -> Measured:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_client, args=(theirs, endpoint, regions, slower), daemon=True)
    process.start()
    theirs.close()
    measured: Measured = mine.recv()
    process.join()
    mine.close()
    return measured


def _bound(log: CallLog) -> tuple[float, str]:
    """Seconds below which the calls made cannot be made, and the action that says so."""
    rates = {(operation.service, operation.name): operation.rate for operation in OPERATIONS}
    bounds = {key: calls / rates[key[0], key[1]] for key, calls in log.counts().items()}
    slowest = max(bounds, key=lambda key: bounds[key])
    return bounds[slowest], f"{slowest[0]}:{slowest[1]}"


@dataclass(frozen=True)
class Estate:
    """Regions of equal size, each with that many clusters and nodes."""

    regions: tuple[str, ...] = (GUANGZHOU,)
    clusters: int = large.CLUSTERS
    nodes: int = large.NODES


THREE_REGIONS = Estate(regions=("ap-beijing", "ap-guangzhou", "ap-shanghai"), clusters=120, nodes=2400)


@pytest.mark.parametrize(
    ("estate", "latency", "slower", "most_time"),
    [
        pytest.param(Estate(), 0.03, 1, MOST_TIME, id="one region"),
        pytest.param(Estate(), 0.15, 3, MOST_TIME_FAR, id="one region far away"),
        pytest.param(THREE_REGIONS, 0.03, 3, MOST_TIME_REGIONS, id="three regions"),
    ],
)
def test_a_run_takes_little_more_than_the_quotas_ask_for(
    estate: Estate, latency: float, slower: int, most_time: float, figure: Callable[[str], None]
) -> None:
    """The last two run on a slow clock: 700 calls a second of three regions are more than one interpreter makes."""
    build = partial(large.build, estate.regions, estate.clusters, estate.nodes)
    with elsewhere(build, latency=latency * slower) as server:
        measured = _in_own_process(server.endpoint, estate.regions, slower)
        log = server.stop()
    bound, action = _bound(log)
    ratio = measured.seconds / bound
    clusters = len(estate.regions) * estate.clusters
    calls = len(log.calls)
    figure(f"{clusters} clusters, {measured.nodes} nodes, {measured.groups} groups, {latency * 1000:.0f} ms")
    figure(f"clock {slower} times slower, load of the machine {os.getloadavg()[0]:.0f}")
    figure(f"{measured.seconds:.1f} s, {ratio:.2f} times the bound of {bound:.1f} s by {action}")
    figure(f"{calls} calls, {calls / clusters:.1f} a cluster, {measured.processor / calls * 1000:.1f} ms each")
    figure(f"{measured.processor:.1f} s of processor time, {measured.memory:.0f} MiB at the highest")
    figure(f"most calls in a second: {max(log.peaks().items(), key=lambda entry: entry[1])}")
    groups = clusters * large.GROUPS_OF_A_CLUSTER
    assert (measured.nodes, measured.groups, measured.gaps) == (len(estate.regions) * estate.nodes, groups, 0)
    assert log.refused() == []
    assert log.repeated() == []
    rules_read = Counter(call.params["SecurityGroupId"] for call in log.of("DescribeSecurityGroupPolicies"))
    assert set(rules_read.values()) == {1}
    assert len(rules_read) == groups
    assert measured.memory < MOST_MEMORY
    assert measured.processor / calls < MOST_PROCESSOR
    assert ratio <= most_time
