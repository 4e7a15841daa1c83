"""Ctrl-C: waits in the fetcher end at once, and whatever does not is left behind within a second."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

from auditor.errors import ExitCode

PATIENCE = 0.8
"""Seconds that an orderly end may take before the process is ended without one."""
_SHOW_CURSOR = "\x1b[?25h"


def watch() -> threading.Event:
    """From now on Ctrl-C sets the event that is returned, raises ``KeyboardInterrupt`` and starts the clock."""
    cancelled = threading.Event()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if cancelled.is_set():
            leave()
        cancelled.set()
        clock = threading.Timer(PATIENCE, leave)
        clock.daemon = True
        clock.start()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupted)
    return cancelled


def leave() -> None:
    """Ends the process with 130 and waits for no thread: one may be in a call that takes a minute."""
    if os.isatty(2):
        os.write(2, _SHOW_CURSOR.encode())
    os._exit(ExitCode.INTERRUPTED)
