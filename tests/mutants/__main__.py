"""``python -m tests.mutants``: draws a sample of faults, tries each, prints those that no test noticed."""

from __future__ import annotations

import argparse
import ast
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

from tests.mutants import targets, worker
from tests.mutants.mutations import Mutation, count, mutation, probed
from tests.mutants.worker import Outcome, Record


def main() -> int:
    """0 where at least nine of ten faults were noticed, 1 where fewer were, 2 where the tests fail without a fault."""
    options = _options()
    sample = _sample(options.count, options.seed, options.only)
    record = worker.record(_probed(sample))
    if not record.passed:
        _say("the tests fail without a fault: nothing can be said")
        return 2
    noticed = 0
    for position, (path, number) in enumerate(sample):
        start = time.monotonic()
        fault = mutation((targets.ROOT / path).read_text("utf-8"), number)
        outcome = _tried(path, fault, record, position, options.limit)
        _say(f"{position + 1}/{len(sample)} {outcome} {path}:{fault.line} ({time.monotonic() - start:.0f} s)")
        if outcome is Outcome.SURVIVED:
            _say(f"    - {fault.before}\n    + {fault.after}")
        noticed += outcome is not Outcome.SURVIVED
    _say(f"{noticed} of {len(sample)} noticed, seed {options.seed}")
    return 0 if 10 * noticed >= 9 * len(sample) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="faults to try")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another sample")
    parser.add_argument("--only", default="", help="part of the path of the files to take")
    parser.add_argument("--limit", type=float, default=10, help="seconds for tests of the package, and for the others")
    return parser.parse_args()


def _sample(size: int, seed: int, only: str) -> list[tuple[Path, int]]:
    """Files and numbers of faults in random order: the same for the same seed and sources."""
    every = [
        (path, number)
        for path in targets.files()
        if only in str(path)
        for number in range(count((targets.ROOT / path).read_text("utf-8")))
    ]
    return random.Random(seed).sample(every, min(size, len(every)))


def _probed(sample: list[tuple[Path, int]]) -> dict[Path, ast.Module]:
    """The files of the sample; each fault has its position in the sample for a label."""
    labels: defaultdict[Path, dict[int, int]] = defaultdict(dict)
    for position, (path, number) in enumerate(sample):
        labels[path][number] = position
    return {path: probed((targets.ROOT / path).read_text("utf-8"), numbers) for path, numbers in labels.items()}


def _tried(path: Path, fault: Mutation, record: Record, position: int, limit: float) -> Outcome:
    """What the tests that run the fault make of it, or all tests where none is known to."""
    tests = record.tests.get(position, record.seconds)
    for stage in targets.stages(path, {test: record.seconds[test] for test in tests}, limit):
        usual = sum(record.seconds[test] for test in stage)
        outcome = worker.run({path: fault.tree}, stage, int(20 + 3 * usual))
        if outcome is not Outcome.SURVIVED:
            return outcome
    return Outcome.SURVIVED


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 the outcomes are what this is for


if __name__ == "__main__":
    sys.exit(main())
