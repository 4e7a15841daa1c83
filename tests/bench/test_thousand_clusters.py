"""Commands on the snapshot of 1,000 clusters and 20,000 nodes: processor seconds, memory, and sizes of files.

A second means nothing by itself, since machines differ and others use them, so the seconds are held against those that
``json.loads`` takes for the same file without a search for cycles.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.fetcher import snapshot_file
from auditor.fetcher.fetch import FetchRequest, fetch
from tests.estates import large
from tests.loopback.estate import GUANGZHOU
from tests.loopback.writing import EstateCaller

CLUSTERS, NODES = 1_000, 20_000
NOISE = 2.0
"""How many times longer a command may take than on the machine on which the rows were measured."""

pytestmark = pytest.mark.bench

Figure = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A command, with its processor seconds in times of ``json.loads`` and its megabytes: before, and now."""

    words: str
    before: float
    now: float
    memory_before: int
    memory: int


FLOW = "--role node --direction ingress --protocol tcp --port 22 --peer 203.0.113.9"
AUDIT = "audit --snapshot {new} --format"
ROWS = {
    "audit, json": Row(words=f"{AUDIT} json -o {{out}}", before=216, now=39, memory_before=584, memory=235),
    "audit, html": Row(words=f"{AUDIT} html -o {{out}}", before=276, now=63, memory_before=374, memory=341),
    "diff, json": Row(
        words="diff {old} {new} --format json -o {out}", before=245, now=35, memory_before=490, memory=315
    ),
    "explain": Row(
        words=f"explain {{cluster}} {FLOW} --snapshot {{new}}", before=45, now=6, memory_before=374, memory=164
    ),
}


@dataclass(frozen=True, kw_only=True)
class Files:
    """Two snapshots that differ in a rule, and the processor seconds of ``json.loads`` for one of them."""

    old: Path
    new: Path
    cluster: str
    unit: float


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("thousand")
    text = _snapshot(CLUSTERS, NODES)
    (folder / "new.json").write_text(text, encoding="utf-8")
    document = json.loads(text)
    cluster = document["snapshot"]["clusters"][CLUSTERS // 2]["cluster_id"]
    del document["snapshot"]["security_groups"][CLUSTERS]["ingress"][0]
    (folder / "old.json").write_text(json.dumps(document), encoding="utf-8")
    del document
    return Files(old=folder / "old.json", new=folder / "new.json", cluster=cluster, unit=_unit(text))


def _snapshot(clusters: int, nodes: int) -> str:
    """The text of a snapshot of the large estate."""
    estate = large.build(clusters=clusters, nodes=nodes)
    return snapshot_file.dump(fetch(EstateCaller(estate), FetchRequest(regions=(GUANGZHOU,))))


def _unit(text: str) -> float:
    """The processor seconds of ``json.loads``."""
    gc.disable()
    unit = min(_seconds(lambda: json.loads(text)) for _ in range(5))
    gc.enable()
    return unit


def _seconds(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
"""A process of its own measures: a child starts with the peak of memory of its parent, which is large here."""


def _measured(*command: str) -> tuple[float, float]:
    """The processor seconds and the peak of memory of a command, in megabytes."""
    measured = subprocess.run((sys.executable, "-c", MEASURE, *command), capture_output=True, check=True, text=True)
    code, seconds, memory = measured.stdout.split()
    assert code in ("0", "1")
    return float(seconds), float(memory)


@pytest.mark.parametrize("name", ROWS)
def test_a_command_on_a_thousand_clusters(name: str, files: Files, tmp_path: Path, figure: Figure) -> None:
    row = ROWS[name]
    words = row.words.format(old=files.old, new=files.new, cluster=files.cluster, out=tmp_path / "out")
    seconds, memory = min(_measured(sys.executable, "-m", "auditor", *words.split()) for _ in range(2))
    times = seconds / files.unit
    figure(
        f"{name}: {seconds:.1f} s, {times:.0f} times json.loads (before {row.before:.0f}, measured {row.now:.0f}); "
        f"{memory:.0f} MB (before {row.memory_before}, measured {row.memory})"
    )
    assert times < NOISE * row.now
    assert memory < 1.25 * row.memory


PAGE_BEFORE, PAGE_NOW = 151, 96
"""The page of 400 clusters: processor seconds in times of ``json.loads``."""
PAGE_BYTES_BEFORE, PAGE_BYTES = 6_160_000, 5_000_000


def test_the_page_of_four_hundred_clusters(tmp_path: Path, figure: Figure) -> None:
    text = _snapshot(400, 8_000)
    snapshot, page = tmp_path / "snapshot.json", tmp_path / "page.html"
    snapshot.write_text(text, encoding="utf-8")
    words = ("audit", "--snapshot", str(snapshot), "--format", "html", "-o", str(page))
    seconds, _ = min(_measured(sys.executable, "-m", "auditor", *words) for _ in range(2))
    times, size = seconds / _unit(text), page.stat().st_size
    figure(
        f"audit, html, 400 clusters: {seconds:.1f} s, {times:.0f} times json.loads (before {PAGE_BEFORE}, measured "
        f"{PAGE_NOW}); {size / 1e6:.2f} MB (before {PAGE_BYTES_BEFORE / 1e6:.2f})"
    )
    assert times < NOISE * PAGE_NOW
    assert size < PAGE_BYTES


def test_a_snapshot_is_written_on_half_the_bytes(files: Files, figure: Figure) -> None:
    compact = files.new.stat().st_size
    indented = len(json.dumps(json.loads(files.new.read_text(encoding="utf-8")), ensure_ascii=False, indent=2).encode())
    figure(f"the snapshot file: {compact / 1e6:.1f} MB, {compact / indented:.2f} of an indented file")
    assert compact < indented / 2


def _without_tags(text: str) -> str:
    """The file as a version wrote it that did not know the tags of clusters."""
    document = json.loads(text)
    for cluster in document["snapshot"]["clusters"]:
        del cluster["tags"]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("edit", [str, _without_tags], ids=["of this version", "of an earlier version"])
def test_a_snapshot_is_loaded_in_a_few_times_of_json(edit: Callable[[str], str], files: Files, figure: Figure) -> None:
    text = edit(files.new.read_text(encoding="utf-8"))
    gc.disable()
    seconds = min(_seconds(lambda: snapshot_file.load(text, "new.json")) for _ in range(3))
    gc.enable()
    figure(f"load with every check: {seconds:.2f} s, {seconds / files.unit:.1f} times json.loads (before 7)")
    assert seconds < 5 * files.unit
