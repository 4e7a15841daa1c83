"""What ``-v`` shows: the program's own log on stderr, and no library's (the SDK's would show signatures)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from auditor.cli.options import General, Printed
from auditor.cli.session import Session

ROOT = "auditor"


class _Told(logging.Handler):
    """Passes each record on as a line of stderr."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def emit(self, record: logging.LogRecord) -> None:
        from auditor.reporter.escape import terminal as escaped

        self._session.tell(escaped(self.format(record)))


@contextmanager
def shown(session: Session, general: General | Printed) -> Iterator[None]:
    """For as long as it is entered: the steps of the run with ``-v``, each call as well with ``-vv``."""
    logger = logging.getLogger(ROOT)
    handler = _Told(session)
    before = logger.level, logger.propagate
    logger.setLevel(_level(general))
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def _level(general: General | Printed) -> int:
    if general.quiet:
        return logging.ERROR
    return {0: logging.WARNING, 1: logging.INFO}.get(general.verbose, logging.DEBUG)
