"""The console script: ``--version`` at once, everything else through ``run``; the process ends here."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from auditor.errors import ExitCode


def main() -> int:
    """Runs the command line of this process and gives its exit code."""
    argv = sys.argv[1:]
    if argv in (["--version"], ["-V"]):
        from auditor import resources

        with contextlib.suppress(OSError):
            os.write(1, f"sgaudit {resources.version()}\n".encode())
        return ExitCode.OK
    return _run(argv)


def _run(argv: list[str]) -> int:
    from auditor.cli import interrupt

    cancelled = interrupt.watch()
    import warnings

    from auditor.cli.run import run

    if "--debug" not in argv:
        warnings.simplefilter("ignore")  # a library's deprecation is not the reader's concern
    code = run(argv, os.environ, (sys.stdin, sys.stdout, sys.stderr or io.StringIO()), cancelled)
    if code is ExitCode.INTERRUPTED:
        interrupt.leave()
    return code
