"""The options of rendering: ``cli`` decides them, so that a report depends on its result and options alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from auditor.errors import ExitCode
from auditor.model.codes import Severity
from auditor.model.snapshot import SnapshotSource
from auditor.words import Lang

USUAL_FILE = "sgaudit.yaml"
"""The path in formats that demand one, where the repository has no file to point at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """The facts about a run that a report shows, and the form in which it shows them.

    ``width`` is in columns, of which a wide character takes two. ``verbose`` shows every item of every list,
    of ports and addresses the first 50.
    ``today`` is the date on which waivers were checked. ``exit_code`` is the exit code of the process, ``fail_on`` the
    threshold behind it (``None`` for ``never``). ``file`` is the path for findings and gaps without a place of their
    own. With ``introduced_only`` only the findings that a planned change introduces count for the exit code. ``source``
    is the origin of the snapshot. ``finished_at`` (aware) and ``seconds`` are set where a clock is available; formats
    without times ignore them, so that the same result gives the same bytes.
    """

    tool_version: str
    today: date
    exit_code: ExitCode
    fail_on: Severity | None = Severity.MEDIUM
    introduced_only: bool = False
    file: str = USUAL_FILE
    source: SnapshotSource = SnapshotSource.LIVE
    lang: Lang = Lang.EN
    width: int = 80
    colour: bool = False
    verbose: bool = False
    source_arguments: str = ""
    """The options that name the source, which :meth:`command` repeats: ``--snapshot estate.json``."""
    finished_at: datetime | None = None
    seconds: float | None = None

    @property
    def fail_on_word(self) -> str:
        """The threshold as ``--fail-on`` spells it."""
        return "never" if self.fail_on is None else self.fail_on.value

    def command(self, *words: str, account: str = "") -> str:
        """A command to type next, on the same source: ``sgaudit explain 951c5431 --snapshot estate.json``.

        ``account`` is that of a finding or gap in the report of several accounts, and empty otherwise.
        """
        of_account = f"--account {account}" if account else ""
        return " ".join(part for part in ("sgaudit", *words, of_account, self.source_arguments) if part)
