"""Implements ``sgaudit notify``: sends the news of a report to chats, mailboxes and webhooks.

The address of a target holds a secret, so no message names it: a target has a number and the name of its service.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event, get_ident
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli import session as files
from auditor.cli.command import Command
from auditor.cli.earlier import whole_report
from auditor.cli.option import argument, group, repeated, value
from auditor.cli.options import GeneralOptions
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from apprise import NotifyBase

    from auditor.fetcher.clock import Clock
    from auditor.reporter.notify import Message

ATTEMPTS = 3
"""How often a target gets the message that says it is busy or has a fault."""

MOST_WAIT = 8
"""Seconds of the longest wait between two attempts."""

_STATUS = re.compile(r"error=([0-9]{3})\b")
_TEMPORARY = re.compile(r"429|5[0-9][0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyOptions:
    """The command line of ``notify``."""

    PANEL: ClassVar = "help-panel-arguments"

    report: Path = argument("REPORT", about="help-argument-report", read=values.path, required=True)
    since: Path | None = value("--since", metavar="OLD", read=values.path, about="help-option-notify-since")
    to: tuple[str, ...] = repeated("--to", metavar="URL", read=values.addresses, twin="SGAUDIT_NOTIFY_TO")
    today: date | None = value("--today", metavar="DATE", read=values.day)
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: NotifyOptions) -> ExitCode:
    """Compares the reports and sends one message to each target, if there is news."""
    from auditor.cli.settings import local_date
    from auditor.reporter import notify

    if options.report == options.since == files.STDIN:
        raise ConfigError("commands-stdin-twice", first="REPORT", second="--since")
    if not options.to:
        raise ConfigError("notify-no-target")
    targets = _targets(options.to)
    report = whole_report(session, options.report)
    old = whole_report(session, options.since) if options.since is not None else None
    news = notify.news_of(report, old, options.today or local_date())
    if not news:
        _tell(session, options, session.words.text("notify-nothing"))
        return ExitCode.OK
    failures = _deliver(
        session.cancelled, targets, notify.Message(report, news, session.asked_lang or report.lang or session.lang)
    )
    for number, status in failures.items():
        reason = "notify-reason-status" if status else "notify-reason-none"
        session.tell(
            session.words.text(
                "notify-failed",
                number=number,
                service=str(targets[number - 1].service_name),
                reason=session.words.text(reason, status=status),
            )
        )
    if delivered := len(targets) - len(failures):
        _tell(session, options, session.words.text("notify-sent", count=delivered))
    return ExitCode.INCOMPLETE if failures else ExitCode.OK


def _tell(session: Session, options: NotifyOptions, text: str) -> None:
    if not options.general.quiet:
        session.tell(text)


def _targets(addresses: Sequence[str]) -> list[NotifyBase]:
    """The targets of the addresses, each once. Raises ``ConfigError`` with the number of an unusable address."""
    try:
        from apprise import Apprise
    except ImportError:
        raise ConfigError("notify-not-installed") from None

    targets: list[NotifyBase] = []
    with _statuses():  # the library would print a bad address
        for number, address in enumerate(dict.fromkeys(addresses), start=1):
            # A plain web address that no service claims is a JSON webhook.
            generic = re.sub("^http", "json", address)
            target = Apprise.instantiate(address) or Apprise.instantiate(generic)
            if target is None:
                raise ConfigError("notify-bad-target", number=number)
            targets.append(target)
    return targets


def _deliver(cancelled: Event, targets: Sequence[NotifyBase], message: Message) -> dict[int, str]:
    """The HTTP status of each target that did not take the message, by its number from 1; empty without an answer.

    The targets get the message side by side, so that one that hangs does not delay the others.
    """
    from auditor.fetcher.clock import RunClock
    from auditor.fetcher.threads import DaemonPool

    clock, pool = RunClock(cancelled), DaemonPool(len(targets), cancelled)
    with _statuses() as statuses:
        sent = [pool.submit(_send, target, message, statuses, clock) for target in targets]
        results = [future.result() for future in sent]
    pool.shutdown()
    return {number: status for number, (ok, status) in enumerate(results, start=1) if not ok}


def _send(target: NotifyBase, message: Message, statuses: dict[int, str], clock: Clock) -> tuple[bool, str]:
    """Whether the target took the message, and the HTTP status of the last refusal."""
    from apprise import NotifyFormat, NotifyType
    from tenacity import RetryError, Retrying, retry_if_result, stop_after_attempt, wait_exponential

    # A service without titles puts the title above the body.
    limit = target.body_maxlen - (0 if target.title_maxlen else len(f"{message.title}\r\n".encode()))

    def attempt() -> tuple[bool, str]:
        statuses.pop(get_ident(), None)
        delivered = target.notify(
            body=message.body(limit),
            title=message.title,
            notify_type=NotifyType.WARNING,
            body_format=NotifyFormat.TEXT,
        )
        return bool(delivered), statuses.get(get_ident(), "")

    retrying = Retrying(
        retry=retry_if_result(lambda result: not result[0] and bool(_TEMPORARY.fullmatch(result[1]))),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(max=MOST_WAIT),
        sleep=clock.sleep,
    )
    try:
        return retrying(attempt)
    except RetryError as error:
        last: tuple[bool, str] = error.last_attempt.result()
        return last


@contextmanager
def _statuses() -> Iterator[dict[int, str]]:
    """The HTTP status of the latest refusal by thread; until the end, the library logs nowhere else.

    The library returns no reason: its log alone has the status. Its log has addresses as well, which are secret.
    """
    statuses: dict[int, str] = {}

    class Statuses(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if match := _STATUS.search(record.getMessage()):
                statuses[get_ident()] = match[1]

    logger, handler = logging.getLogger("apprise"), Statuses()
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield statuses
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


COMMAND = Command(name="notify", options=NotifyOptions, run=run)
