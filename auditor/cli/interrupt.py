"""Ends the process within a second after Ctrl-C or a signal that terminates it.

The signal handler only raises ``KeyboardInterrupt``. A separate thread, which neither a hanging call nor a lock of the
main thread can block, cancels the fetcher's waits and ends the process if an orderly end takes too long.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from auditor.errors import ExitCode

PATIENCE = 0.8
"""Seconds that an orderly end may take before the process is ended without one."""
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_SHOW_CURSOR = "\x1b[?25h"


class Interruption:
    """Whether this run was interrupted, and the sentence that says so.

    ``happened`` is true from the first signal on, and ``cancelled`` is set a moment later. ``leave`` writes
    ``sentence`` to stderr; ``run`` replaces it in the language of the run.
    """

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence
        self.happened = False
        self._raised = False
        self.cancelled = threading.Event()
        self._leaving = threading.Lock()

    def watch(self) -> None:
        """Installs the handlers: the first signal raises ``KeyboardInterrupt``, a second ends the process."""
        readable, writable = os.pipe()
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        threading.Thread(target=self._wait, args=(readable,), daemon=True).start()
        sys.unraisablehook = _without_interrupts(sys.unraisablehook)
        for number in SIGNALS:
            if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, self._interrupted)

    def leave(self) -> NoReturn:
        """Writes the sentence and ends the process with 130, whatever its threads are doing."""
        self._leaving.acquire()  # whoever comes second waits for the end
        with contextlib.suppress(OSError):
            start = f"{_SHOW_CURSOR}\n" if os.isatty(2) else ""
            os.write(2, f"{start}{self.sentence}\n".encode())
        os._exit(ExitCode.INTERRUPTED)

    def _interrupted(self, _signal: int, _frame: FrameType | None) -> None:
        self.happened = True
        if not self._raised:
            self._raised = True
            raise KeyboardInterrupt

    def _wait(self, readable: int) -> None:
        os.read(readable, 1)
        self.happened = True
        self.cancelled.set()
        select.select([readable], [], [], PATIENCE)
        self.leave()


def _without_interrupts(shown: Callable[[sys.UnraisableHookArgs], object]) -> Callable[[sys.UnraisableHookArgs], None]:
    """Suppresses the traceback of a finalizer that a signal interrupts; the process ends anyway."""

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_type is not KeyboardInterrupt:
            shown(unraisable)

    return hook
