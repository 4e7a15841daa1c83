"""Holds the environment of one run: variables, streams, language and cancellation.

The module also answers how wide and colourful a stream may be, and reads input files, with ``-`` for stdin.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TextIO

from auditor.errors import AuditorError, ConfigError, ReportError
from auditor.files import reader
from auditor.files.writer import Pieces, encoded
from auditor.words import Lang, catalogue

if TYPE_CHECKING:
    from auditor.fetcher.cassette import Cassette
    from auditor.words.messages import Words

PIPE_WIDTH = 80
LEAST_WIDTH = 40


def width(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """The columns of a stream: ``COLUMNS`` if set, else the terminal's, else 80; at least 40."""
    columns = environ.get("COLUMNS", "")
    if re.fullmatch(r"[0-9]{1,6}", columns) and int(columns):
        return max(int(columns), LEAST_WIDTH)
    if stream is None or not stream.isatty():
        return PIPE_WIDTH
    try:
        return max(os.get_terminal_size(stream.fileno()).columns or PIPE_WIDTH, LEAST_WIDTH)
    except OSError:
        return PIPE_WIDTH


def colour(stream: TextIO | None, environ: Mapping[str, str], *, refused: bool) -> bool:
    """Whether to colour: ``--no-color`` and ``NO_COLOR`` refuse, ``FORCE_COLOR`` and ``CLICOLOR_FORCE`` insist."""
    if refused or environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream is not None and stream.isatty() and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"


def is_watched(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether a person watches ``stream``: a terminal that can redraw, outside CI."""
    in_ci = environ.get("CI", "").lower() not in ("", "0", "false")
    return stream.isatty() and environ.get("TERM") != "dumb" and not in_ci


NO_HOME = Path("/nonexistent")
"""What Debian's policy gives to users without a home folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The environment of one run.

    ``lang`` is the language for people. ``asked_lang`` is ``None`` where only the locale chose it; reports for machines
    ignore the locale. ``stdout`` is ``None`` where the caller closed it. An interrupt sets ``cancelled``. ``cassettes``
    holds the cassettes that were opened, by name.
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
        """The same session in another language."""
        return replace(self, lang=lang, asked_lang=asked_lang)

    @property
    def words(self) -> Words:
        """The message catalogue of the language."""
        return catalogue(self.lang)

    @property
    def home(self) -> Path:
        """The home folder, or a path that does not exist where the user has none."""
        named = self.environ.get("HOME", "")
        try:
            return Path(named) if named else Path.home()
        except RuntimeError:
            return NO_HOME

    def report(self, pieces: Pieces) -> None:
        """Writes the pieces of a text to stdout in UTF-8; a closed pipe (``| head``) is no error, and ends it.

        Raises ``ReportError`` where stdout is closed or full.
        """
        stdout = self.open_stdout()
        for piece in pieces:
            if not _is_taken(stdout, piece):
                return

    def open_stdout(self) -> TextIO:
        """The stream for reports. Raises ``ReportError`` where the caller closed it."""
        if self.stdout is None:
            raise ReportError("cli-stdout-closed")
        return self.stdout

    def tell(self, text: str, *, as_is: bool = False) -> None:
        """Writes lines to stderr; a closed stderr is no error.

        On a terminal, longer lines are broken at its width, unless the text is meant ``as_is``.
        """
        lines = text.rstrip("\n").split("\n")
        if not as_is and self.stderr.isatty():
            lines = [part for line in lines for part in _broken(line, width(self.stderr, self.environ))]
        try:
            self.stderr.write("\n".join(lines) + "\n")
            self.stderr.flush()
        except OSError:
            _discard_rest(self.stderr)

    def sentence(self, error: AuditorError) -> str:
        """The message of an error, with its facts escaped for the terminal."""
        from auditor.reporter.escape import terminal as escaped

        facts = {name: escaped(fact) if isinstance(fact, str) else fact for name, fact in error.facts.items()}
        return self.words.text(error.message_id, **facts)


def _broken(line: str, columns: int) -> list[str]:
    """A line in pieces of at most ``columns`` columns, with the indent of the line."""
    from auditor.reporter.terminal import wrapped

    indent = line[: len(line) - len(line.lstrip())]
    return [indent + piece for piece in wrapped(line.lstrip(), max(columns - len(indent), 1))]


def _is_taken(stdout: TextIO, piece: str) -> bool:
    """Writes to stdout. Returns whether somebody reads it; raises ``ReportError`` where it is full."""
    try:
        stdout.buffer.write(encoded(piece))
        stdout.flush()
    except BrokenPipeError:
        _discard_rest(stdout)
        return False
    except OSError as error:
        _discard_rest(stdout)
        raise ReportError("files-cannot-write", path="stdout", reason=error.strerror or str(error)) from error
    return True


def _discard_rest(stream: TextIO) -> None:
    """Sends buffered output to the null device, so that closing the stream does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


STDIN = Path("-")


def name(path: Path) -> str:
    """The name of a file in messages."""
    return "stdin" if path == STDIN else str(path)


def read_text(session: Session, path: Path, limit: int = reader.JSON_BYTES) -> str:
    """The whole of a text file in UTF-8. Raises ``ConfigError``."""
    return reader.decoded(read_bytes(session, path, limit), name(path))


def read_bytes(session: Session, path: Path, limit: int = reader.JSON_BYTES) -> bytes:
    """The whole of a file. Raises ``ConfigError``."""
    if path != STDIN:
        return reader.read_bytes(path, limit)
    if session.stdin is None:
        raise ConfigError("files-unreadable", file="stdin", expected="file", detail="closed")
    return reader.read_stream(session.stdin.buffer, limit, "stdin")
