"""What a report is rendered with besides its result: decided in ``cli``, so that rendering stays pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from auditor.errors import ExitCode
from auditor.model.baseline import Severity
from auditor.model.snapshot import SnapshotSource
from auditor.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How to render.

    ``width`` in columns of the terminal, wide characters counting two. ``verbose`` shows every item of every list.
    ``today`` is the date that waivers were held against. ``exit_code`` is what the process will end with and
    ``fail_on`` the threshold behind it, ``None`` for ``never``. ``introduced_only``: of a change the exit code looks at
    what it introduces alone. ``source`` is where the snapshot came from. ``finished_at`` (aware) and ``seconds`` are
    given where a clock is allowed: a format that needs no time ignores them, so that the same result gives the same
    bytes.
    """

    tool_version: str
    today: date
    exit_code: ExitCode
    fail_on: Severity | None = Severity.MEDIUM
    introduced_only: bool = False
    source: SnapshotSource = SnapshotSource.LIVE
    lang: Lang = Lang.EN
    width: int = 80
    colour: bool = False
    verbose: bool = False
    finished_at: datetime | None = None
    seconds: float | None = None

    @property
    def fail_on_word(self) -> str:
        """The threshold as ``--fail-on`` spells it."""
        return "never" if self.fail_on is None else self.fail_on.value
