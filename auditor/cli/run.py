"""Runs one command line in a given environment and turns every failure into a message and an exit code."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from auditor.cli import session as terminal
from auditor.cli.interrupt import Interruption
from auditor.cli.session import Session
from auditor.errors import AuditorError, ConfigError, ExitCode
from auditor.words import Lang, lang_of

_TRUE = ("1", "true", "yes", "on")


def run(
    argv: Sequence[str],
    environ: Mapping[str, str],
    streams: tuple[TextIO | None, TextIO | None, TextIO],
    interruption: Interruption | None = None,
) -> ExitCode:
    """Runs ``argv``; every failure becomes a message on stderr and an exit code.

    ``streams`` are stdin, stdout and stderr. An interrupt is 130 without a message: ``interruption`` writes it. Raises
    ``SystemExit`` after shell completion.
    """
    stdin, stdout, stderr = streams
    watched = interruption or Interruption()
    session = Session(environ=environ, stdin=stdin, stdout=stdout, stderr=stderr, cancelled=watched.cancelled)
    try:
        session = session.speaking(*_choose_languages(argv, environ))
        if session.lang is not Lang.EN:
            watched.sentence = "sgaudit: " + session.words.text("cli-interrupted")
        return _dispatch(argv, session)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where a fault of the program ends
        if watched.happened:  # libraries turn an interrupt into errors of their own
            return ExitCode.INTERRUPTED
        return _ended_by(error, session, argv)


def _ended_by(error: Exception, session: Session, argv: Sequence[str]) -> ExitCode:
    if not isinstance(error, AuditorError):
        _tell_fault(error, session, argv)
        return ExitCode.INTERNAL
    if error.exit_code is not ExitCode.INTERRUPTED:
        _tell_error(error, session, argv)
    return error.exit_code


def _choose_languages(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[Lang, Lang | None]:
    """The language of the run, and the requested one if any; the parser needs them already for its help."""
    explicit = _last_value(argv, "--lang")
    asked = explicit or environ.get("SGAUDIT_LANG", "").strip()
    spoken = lang_of(explicit, environ)
    return spoken, spoken if asked else None


def _last_value(argv: Sequence[str], option: str) -> str | None:
    value = None
    for number, word in enumerate(argv):
        if word == "--":
            break
        if word == option and number + 1 < len(argv):
            value = argv[number + 1]
        elif word.startswith(option + "="):
            value = word.partition("=")[2]
    return value


def _dispatch(argv: Sequence[str], session: Session) -> ExitCode:
    from auditor.cli import app

    width = terminal.width(session.stdout, session.environ)
    try:
        invocation = app.parse(argv, session.environ)
    except app.HelpAsked as asked_for:
        session.report((_help(str(asked_for), session, width),))
        return ExitCode.OK
    except app.CommandMissing as missing:
        session.tell(_help(str(missing), session, width), as_is=True)
        return ExitCode.USAGE
    except app.VersionAsked:
        session.report((version_line(),))
        return ExitCode.OK
    return invocation.command.run(session, invocation.options)


def _help(path: str, session: Session, width: int) -> str:
    """The help of a command, of a group of commands, or of the program where ``path`` is empty."""
    from auditor.cli import app
    from auditor.cli.help import help_text

    return help_text(path, app.commands(path.partition(" ")[0]), session.words, width)


def version_line() -> str:
    """The output of ``--version``."""
    from auditor import resources

    return f"sgaudit {resources.version()}\n"


def _tell_error(error: AuditorError, session: Session, argv: Sequence[str]) -> None:
    if _debugging(argv, session.environ):
        session.tell("".join(traceback.format_exception(error)), as_is=True)
    for mistake in error.mistakes if isinstance(error, ConfigError) else (error,):
        session.tell("sgaudit: " + session.sentence(mistake))
    if isinstance(error, ConfigError) and "command" in error.facts:
        session.tell(session.words.text("cli-try-help", command=str(error.facts["command"])))


def _tell_fault(error: Exception, session: Session, argv: Sequence[str]) -> None:
    if _debugging(argv, session.environ):
        session.tell("".join(traceback.format_exception(error)), as_is=True)
    session.tell("sgaudit: " + session.words.text("cli-fault", kind=type(error).__name__, where=_place(error)))


def _place(error: Exception) -> str:
    """The last line of our own code in the traceback, as in ``cli/run.py:12``."""
    own = Path(__file__).parents[1]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(own)]
    return f"{Path(frames[-1].filename).relative_to(own)}:{frames[-1].lineno}"


def _debugging(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    return "--debug" in argv or environ.get("SGAUDIT_DEBUG", "").strip().lower() in _TRUE
