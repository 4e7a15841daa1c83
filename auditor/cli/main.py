"""Is the console script: prints ``--version`` at once, passes everything else to ``run`` and ends the process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from auditor.cli.interrupt import Interruption

SENTENCE = "sgaudit: interrupted"
"""What an interrupt says before a catalogue is loaded."""
INTERRUPTED = 130
FAULT = 70
COLLECTION = (200_000, 50, 100)
"""The thresholds of Python's search for cycles. With its own, it takes half of the time in which a snapshot is read."""


def main() -> NoReturn:
    """Runs the command line of this process and ends it; an interrupt at any moment is exit 130 and one sentence.

    The process skips Python's own shutdown: everything is written by then, and a shutdown could fail or be interrupted.
    """
    try:
        os._exit(_watched(sys.argv[1:]))
    except KeyboardInterrupt:  # before anything watches for it
        _write(2, SENTENCE)
        os._exit(INTERRUPTED)


def _watched(argv: list[str]) -> int:
    from auditor.cli.interrupt import Interruption

    interruption = Interruption(SENTENCE)
    interruption.watch()
    try:
        code = _program(argv, interruption)
        _flush()
    except BaseException as error:
        if interruption.happened:
            interruption.leave()
        if "--debug" in argv:
            raise
        _write(2, f"sgaudit: this is a bug in sgaudit, not a problem with your clusters: {type(error).__name__}")
        return FAULT
    if interruption.happened or code == INTERRUPTED:
        interruption.leave()
    return code


def _program(argv: list[str], interruption: Interruption) -> int:
    if argv in (["--version"], ["-V"]):
        return _version()
    import gc
    import io
    import warnings

    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"  # the code of other packages does not see what is validated
    from auditor.cli.run import run

    gc.set_threshold(*COLLECTION)
    if "--debug" not in argv:
        warnings.simplefilter("ignore")  # a library's deprecation is not the reader's concern
    try:
        return run(argv, os.environ, (sys.stdin, sys.stdout, sys.stderr or io.StringIO()), interruption)
    except SystemExit as ended:  # after shell completion
        return ended.code if isinstance(ended.code, int) else 0


def _version() -> int:
    from auditor import resources

    _write(1, f"sgaudit {resources.version()}")
    return 0


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # a reader that went away; a report that could not be written has been said
            continue


def _write(handle: int, line: str) -> None:
    try:
        os.write(handle, f"{line}\n".encode())
    except OSError:  # nobody listens
        return
