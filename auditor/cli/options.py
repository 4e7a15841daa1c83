"""Readers that turn the text of an option into a value, and the groups of options that several commands share.

A reader takes the text and the name of the option or variable, and raises ``ConfigError`` with that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

from auditor.cli.option import count, flag, group, repeated, value
from auditor.errors import ConfigError
from auditor.model.accounts import account_of_role
from auditor.model.codes import Severity
from auditor.model.selectors import is_selector
from auditor.reporter import REPORTERS
from auditor.words import Lang

FORMATS = (*REPORTERS, "tccli", "terraform")
"""The names of every format of any command."""
ALL_REGIONS = "all"
MAX_JOBS = 64
MOST_DAYS = 36_500
MOST_SHARDS = 100_000
"""The most Pods of an Indexed Job."""
AUTO = "auto"
STDOUT = "-"

_REGION = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
"""As in ``ap-guangzhou``, ``na-siliconvalley``, ``ap-shenzhen-fsi``, ``ap-jakarta``."""
_SHARD = re.compile(rf"([0-9]{{1,6}}|{AUTO})/([0-9]{{1,6}})")
_NEXT_FORMAT = re.compile(rf",\s*(?=(?:{'|'.join(FORMATS)})\s*(?:[=,]|$))", re.IGNORECASE)
_CLUSTER_ID = re.compile(r"cls-[A-Za-z0-9*?]+")
"""The id of a cluster, or a glob of ids."""


def regions(text: str, option: str) -> tuple[str, ...]:
    """Regions, separated by commas; ``all`` stays as it is."""
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not names:
        raise ConfigError("cli-empty-value", option=option)
    for region in names:
        if region != ALL_REGIONS and not _REGION.fullmatch(region):
            raise ConfigError("cli-bad-region", option=option, value=region)
    return names


def clusters(text: str, option: str) -> tuple[str, ...]:
    """Clusters by id or glob of ids, separated by commas; else one name, glob of names, or selector (``tag:a=b*``).

    A name may contain a comma.
    """
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not parts:
        raise ConfigError("cli-empty-value", option=option)
    if all(_CLUSTER_ID.fullmatch(part) for part in parts):
        return parts
    name = text.strip()
    if name.startswith("-") or not is_selector(name):
        raise ConfigError("cli-bad-cluster", option=option, value=name)
    return (name,)


def path(text: str, option: str) -> Path:
    """A path; ``~`` is the home folder."""
    try:
        return Path(named(text, option)).expanduser()
    except RuntimeError:  # "~name" of a user that does not exist, or "~" where no home folder is known
        raise ConfigError("files-no-home", path=text, option=option) from None


def output_path(text: str | None, option: str = "--output") -> Path | None:
    """The file to write, ``None`` for stdout."""
    return None if text in (None, STDOUT) else path(str(text), option)


def named(text: str, option: str) -> str:
    """Any text that is not blank."""
    if not text.strip():
        raise ConfigError("cli-empty-value", option=option)
    return text


def words(text: str, option: str) -> tuple[str, ...]:
    """One word, which may contain commas."""
    return (named(text, option).strip(),)


def addresses(text: str, option: str) -> tuple[str, ...]:
    """Addresses of notifications, separated by blanks."""
    return tuple(named(text, option).split())


def jobs(text: str, option: str) -> int:
    """The largest number of calls at the same time."""
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


NEVER = "never"
THRESHOLDS = (*(severity.value for severity in Severity), NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The least severity that fails a run; ``None`` is never."""

    severity: Severity | None

    @classmethod
    def of(cls, word: str) -> Self:
        """The threshold for one of :data:`THRESHOLDS`."""
        return cls(severity=None if word == NEVER else Severity(word))


def threshold(text: str, option: str) -> Threshold:  # noqa: ARG001 - typer allows these words alone
    """One of :data:`THRESHOLDS`."""
    return Threshold.of(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTarget:
    """A format and the file of its report; ``path`` is ``None`` where ``--output`` decides."""

    format: str
    path: str | None


def accounts(text: str, option: str) -> tuple[str, ...]:
    """Accounts by id or name, separated by commas; ``all`` stays as it is."""
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise ConfigError("cli-empty-value", option=option)
    return names


def role_name(text: str, option: str) -> str:
    """The name of a role, without the ARN around it."""
    name = text.strip()
    if account_of_role(f"qcs::cam::uin/1:roleName/{name}") is None:
        raise ConfigError("cli-bad-role-name", option=option, value=text)
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardWord:
    """``I/N``: the part ``index`` of ``count`` parts; ``None`` where the environment says which."""

    index: int | None
    count: int


def shard(text: str, option: str) -> ShardWord:
    """``0/4``, or ``auto/4``."""
    match = _SHARD.fullmatch(text.strip())
    index, count = (match[1], int(match[2])) if match else ("", 0)
    if not 0 < count <= MOST_SHARDS or (index != AUTO and int(index) >= count):
        raise ConfigError("cli-bad-shard", option=option, value=text)
    return ShardWord(index=None if index == AUTO else int(index), count=count)


def target(text: str, option: str) -> tuple[OutputTarget, ...]:
    """Formats, separated by commas, each ``F`` or ``F=PATH``; the command checks the names.

    A path may contain a comma: a comma separates entries only before the name of a format that ``=``, a comma or the
    end follows.
    """
    return tuple(_target(part, option) for part in _NEXT_FORMAT.split(text))


def _target(text: str, option: str) -> OutputTarget:
    name, equals, where = text.partition("=")
    if not name.strip() or (equals and not where):
        raise ConfigError("cli-bad-format", option=option, value=text)
    return OutputTarget(format=name.strip().lower(), path=where if equals else None)


def print_format(choices: tuple[str, ...]) -> Any:
    """The option ``--format`` of a command that prints one thing; the first of ``choices`` is the default."""
    return value(
        "--format",
        metavar="FORMAT",
        default=choices[0],
        choices=choices,
        about="help-option-print-format",
        twin="",
        shown_default=choices[0],
    )


def region_names() -> Iterable[str]:
    """The regions that a shell offers."""
    from auditor.reporter.text.region_names import KNOWN

    return (*KNOWN, ALL_REGIONS)


def baseline_names() -> Iterable[str]:
    """The built-in baselines that a shell offers."""
    from auditor import resources

    return resources.baselines()


def cassette_names() -> Iterable[str]:
    """The built-in recordings that a shell offers."""
    from auditor import resources

    return resources.recordings()


def account_option() -> Any:
    """The option ``--account`` of a command."""
    return repeated("--account", metavar="NAME|ID", read=accounts, yields_to=("snapshot", "replay"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointOptions:
    """The regions, the endpoint and the role of the API calls."""

    PANEL: ClassVar = "help-panel-source"

    regions: tuple[str, ...] = repeated(
        "--region", metavar="REGION", read=regions, yields_to=("snapshot", "replay"), suggestions=region_names
    )
    endpoint: str | None = value("--endpoint", metavar="URL", read=named, yields_to=("snapshot", "replay"))
    root_domain: str | None = value(
        "--root-domain", metavar="DOMAIN", read=named, yields_to=("snapshot", "replay", "endpoint")
    )
    role_arn: str | None = value("--role-arn", metavar="ARN", read=named, yields_to=("snapshot", "replay"))
    role_session_name: str | None = value(
        "--role-session-name", metavar="NAME", read=named, yields_to=("snapshot", "replay")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudOptions:
    """The calls, live or replayed, and the configuration file."""

    PANEL: ClassVar = "help-panel-source"

    accounts: tuple[str, ...] = account_option()
    api: EndpointOptions = group(EndpointOptions)
    jobs: int | None = value("--jobs", metavar="N", read=jobs)
    replay: str | None = value(
        "--replay",
        metavar="CASSETTE",
        read=named,
        yields_to=("snapshot", "record", "endpoint", "root_domain"),
        suggestions=cassette_names,
    )
    record: Path | None = value("--record", metavar="FILE", read=path, yields_to=("snapshot", "replay"))
    config: Path | None = value("--config", metavar="FILE", read=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The source of the facts: the cloud, a cassette or a snapshot."""

    PANEL: ClassVar = "help-panel-source"

    snapshot: Path | None = value(
        "--snapshot",
        metavar="FILE",
        read=path,
        yields_to=("replay", "record", "endpoint", "root_domain"),
    )
    cloud: CloudOptions = group(CloudOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeOptions:
    """The greatest age of a snapshot or report."""

    PANEL: ClassVar = "help-panel-source"

    max_age: int | None = value("--max-age", metavar="DAYS", read=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementOptions:
    """The baseline, the day, and the severity that fails the run."""

    PANEL: ClassVar = "help-panel-judgement"

    baseline: str | None = value("--baseline", metavar="NAME|FILE", read=named, suggestions=baseline_names)
    fail_on: Threshold | None = value(
        "--fail-on",
        metavar="SEVERITY",
        read=threshold,
        choices=THRESHOLDS,
        shown_default=Severity.MEDIUM.value,
    )
    exit_zero: bool = flag("--exit-zero")
    today: date | None = value("--today", metavar="DATE", read=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOptions:
    """The baseline and the day of a command that no finding fails."""

    PANEL: ClassVar = "help-panel-judgement"

    baseline: str | None = value("--baseline", metavar="NAME|FILE", read=named, suggestions=baseline_names)
    today: date | None = value("--today", metavar="DATE", read=day)

    def judgement(self) -> JudgementOptions:
        """The same as :class:`JudgementOptions`."""
        return JudgementOptions(baseline=self.baseline, today=self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """The report formats and their files."""

    PANEL: ClassVar = "help-panel-output"

    formats: tuple[OutputTarget, ...] = repeated(
        "--format", metavar="FORMAT[=PATH]", read=target, choices=tuple(REPORTERS)
    )
    output: str | None = value("-o", "--output", metavar="PATH", read=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralOptions:
    """Language, colour, progress and messages."""

    PANEL: ClassVar = "help-panel-general"

    lang: str | None = value("--lang", metavar="LANG", choices=tuple(Lang))
    quiet: bool = flag("-q", "--quiet")
    verbose: int = count("-v", "--verbose")
    no_color: bool = flag("--no-color")
    no_progress: bool = flag("--no-progress")
    debug: bool = flag("--debug")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOptions(GeneralOptions):
    """The options of a command that prints one thing and audits nothing.

    Its ``--output`` ignores ``SGAUDIT_OUTPUT``, which says where an audit writes its report.
    """

    output: str | None = value(
        "-o", "--output", metavar="PATH", read=named, about="help-option-output-printed", twin=""
    )
