"""``python -m tests.mutants``: draws a sample of faults, tries each, prints those that no test noticed."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from tests.mutants import targets, worker
from tests.mutants.mutations import Mutation, count, mutation
from tests.mutants.worker import Outcome


def main() -> int:
    """0 where at least nine of ten faults were noticed, 1 where fewer were, 2 where the tests fail without a fault."""
    options = _options()
    sample = _sample(options.count, options.seed, options.only)
    worker.preload(("tests/unit", *targets.FAR))
    sound: set[tuple[str, ...]] = set()
    noticed = 0
    for position, (path, number) in enumerate(sample, start=1):
        start = time.monotonic()
        fault = mutation((targets.ROOT / path).read_text("utf-8"), number)
        outcome = _tried(path, fault, options.limit, sound)
        if outcome is None:
            _say(f"the tests of {path} fail without a fault: nothing can be said")
            return 2
        _say(f"{position}/{len(sample)} {outcome} {path}:{fault.line} ({time.monotonic() - start:.0f} s)")
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
    parser.add_argument(
        "--limit", type=float, default=600, help="seconds for a stage of tests; after it a fault is noticed"
    )
    return parser.parse_args()


def _sample(size: int, seed: int, only: str) -> list[tuple[Path, int]]:
    """Files and numbers of faults: the same for the same seed and sources, in the order of the files."""
    every = [
        (path, number)
        for path in targets.files()
        if only in str(path)
        for number in range(count((targets.ROOT / path).read_text("utf-8")))
    ]
    return sorted(random.Random(seed).sample(every, min(size, len(every))))


def _tried(path: Path, fault: Mutation, limit: float, sound: set[tuple[str, ...]]) -> Outcome | None:
    """The outcome of the nearest tests that notice the fault; ``None`` where tests fail as it is."""
    for tests in targets.stages(path):
        if tests not in sound and worker.run(tests, limit) is not Outcome.SURVIVED:
            return None
        sound.add(tests)
        outcome = worker.run(tests, limit, targets.module(path), targets.ROOT / path, fault.tree)
        if outcome is not Outcome.SURVIVED:
            return outcome
    return Outcome.SURVIVED


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 the outcomes are what this is for


if __name__ == "__main__":
    sys.exit(main())
