"""What the outside gives one run: environment, streams, language. Everything below gets it as arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TextIO

from auditor.errors import AuditorError, ReportError
from auditor.words import Lang, catalogue

if TYPE_CHECKING:
    from auditor.fetcher.cassette import Cassette
    from auditor.words.messages import Words


NO_HOME = Path("/nonexistent")
"""What Debian's policy gives to users without a home folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The outside of one run.

    ``lang`` is what a person reads; ``asked_lang`` is empty where only the locale said so, which reports for machines
    do not follow. ``stdout`` is ``None`` where the caller closed it. ``cancelled`` is set by an interrupt;
    ``cassettes`` are those that were read so far, by name.
    """

    environ: Mapping[str, str]
    stdin: TextIO | None
    stdout: TextIO | None
    stderr: TextIO
    lang: Lang = Lang.EN
    asked_lang: Lang | None = None
    cancelled: Event = field(default_factory=Event)
    cassettes: dict[str, Cassette] = field(default_factory=dict)

    def speaking(self, lang: Lang, asked_lang: Lang | None) -> Session:
        """The same outside with its language known."""
        return replace(self, lang=lang, asked_lang=asked_lang)

    @property
    def words(self) -> Words:
        """The messages in the language of this run."""
        return catalogue(self.lang)

    @property
    def home(self) -> Path:
        """The home folder of whoever runs this; one that does not exist where none is known, as for a bare user id."""
        named = self.environ.get("HOME", "")
        try:
            return Path(named) if named else Path.home()
        except RuntimeError:
            return NO_HOME

    def report(self, text: str) -> None:
        """Writes to stdout in UTF-8; a reader that went away (``| head``) ends it quietly.

        Raises ``ReportError`` where stdout is closed or full.
        """
        stdout = self.open_stdout()
        try:
            stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
            stdout.flush()
        except BrokenPipeError:
            _discard_rest(stdout)
        except OSError as error:
            _discard_rest(stdout)
            raise ReportError("files-cannot-write", path="stdout", reason=error.strerror or str(error)) from error

    def open_stdout(self) -> TextIO:
        """Where reports go. Raises ``ReportError`` where the caller closed it."""
        if self.stdout is None:
            raise ReportError("cli-stdout-closed")
        return self.stdout

    def tell(self, text: str) -> None:
        """Writes a line to stderr; nobody listening is no failure."""
        try:
            self.stderr.write(text.rstrip("\n") + "\n")
            self.stderr.flush()
        except OSError:
            _discard_rest(self.stderr)

    def sentence(self, error: AuditorError) -> str:
        """An error in the reader's language; what its facts quote cannot act on the terminal."""
        from auditor.reporter.escape import terminal as escaped

        facts = {name: escaped(fact) if isinstance(fact, str) else fact for name, fact in error.facts.items()}
        return self.words.text(error.message_id, **facts)


def _discard_rest(stream: TextIO) -> None:
    """Lets what is still buffered go nowhere, so that closing the stream at exit does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
