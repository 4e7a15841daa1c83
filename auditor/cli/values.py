"""Readers: the text of an option to its value, or a ``ConfigError`` that says what was expected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from auditor.cli.option import Reader
from auditor.errors import ConfigError
from auditor.model.baseline import Severity
from auditor.reporter import REPORTERS

FORMATS = (*REPORTERS, "tccli", "terraform")
"""The names of every format of any command."""
ALL_REGIONS = "all"
MAX_JOBS = 64
MOST_DAYS = 36_500
STDOUT = "-"

_REGION = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
"""As in ``ap-guangzhou``, ``na-siliconvalley``, ``ap-shenzhen-fsi``, ``ap-jakarta``."""
_NEXT_FORMAT = re.compile(rf",\s*(?=(?:{'|'.join(FORMATS)})\s*(?:[=,]|$))", re.IGNORECASE)
_CLUSTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def regions(text: str, option: str) -> tuple[str, ...]:
    """Regions of a comma list; ``all`` is kept as the word that it is."""
    found = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not found:
        raise ConfigError("cli-empty-value", option=option)
    for region in found:
        if region != ALL_REGIONS and not _REGION.fullmatch(region):
            raise ConfigError("cli-bad-region", option=option, value=region)
    return found


def clusters(text: str, option: str) -> tuple[str, ...]:
    """One cluster id, or a comma list of them."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for cluster in found:
        if not _CLUSTER.fullmatch(cluster):
            raise ConfigError("cli-bad-cluster", option=option, value=cluster)
    if not found:
        raise ConfigError("cli-empty-value", option=option)
    return found


def path(text: str, option: str) -> Path:
    """A file of this machine."""
    try:
        return Path(named(text, option)).expanduser()
    except RuntimeError:  # "~name" of a user that does not exist, or "~" where no home folder is known
        raise ConfigError("files-no-home", path=text, option=option) from None


def place(text: str | None, option: str = "--output") -> Path | None:
    """Where a text is written: a file, or ``None`` for stdout."""
    return None if text in (None, STDOUT) else path(str(text), option)


def named(text: str, option: str) -> str:
    """Any text but an empty one."""
    if not text.strip():
        raise ConfigError("cli-empty-value", option=option)
    return text


def words(text: str, option: str) -> tuple[str, ...]:
    """One word as it stands, commas and all: a name may hold them."""
    return (named(text, option).strip(),)


def jobs(text: str, option: str) -> int:
    """How many calls at a time."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MAX_JOBS:
        raise ConfigError("cli-bad-jobs", option=option, value=text, most=MAX_JOBS)
    return int(text)


def days(text: str, option: str) -> int:
    """A number of days."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > MOST_DAYS:
        raise ConfigError("cli-bad-days", option=option, value=text, most=MOST_DAYS)
    return int(text)


def day(text: str, option: str) -> date:
    """A date as in ``2026-12-31``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError("cli-bad-date", option=option, value=text) from None


def one_of(choices: Sequence[str]) -> Reader:
    """A reader of one of some words."""

    def read(text: str, option: str) -> str:
        if text not in choices:
            raise ConfigError("cli-bad-choice", option=option, value=text, choices=", ".join(choices))
        return text

    return read


NEVER = "never"
THRESHOLDS = (*(severity.value for severity in Severity), NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The least severity that fails a run; ``None`` is never."""

    severity: Severity | None

    @classmethod
    def of(cls, word: str) -> Self:
        """From one of :data:`THRESHOLDS`."""
        return cls(severity=None if word == NEVER else Severity(word))


def threshold(text: str, option: str) -> Threshold:
    """A severity or ``never``."""
    return Threshold.of(one_of(THRESHOLDS)(text.lower(), option))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A format and where its report goes; ``path`` is ``None`` where ``-o`` decides."""

    format: str
    path: str | None


def target(text: str, option: str) -> tuple[Target, ...]:
    """``F`` or ``F=PATH``, or a comma list of them; whether there is such a format is the command's to say.

    A path may hold a comma: one parts two entries only where the name of a format follows, with ``=`` or at the end.
    """
    return tuple(_target(part, option) for part in _NEXT_FORMAT.split(text))


def _target(text: str, option: str) -> Target:
    name, equals, where = text.partition("=")
    if not name.strip() or (equals and not where):
        raise ConfigError("cli-bad-format", option=option, value=text)
    return Target(format=name.strip().lower(), path=where if equals else None)
