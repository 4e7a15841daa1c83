"""The groups of options that commands share, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from auditor.cli import values
from auditor.cli.option import count, flag, group, repeated, value
from auditor.cli.values import Target, Threshold
from auditor.model.baseline import Severity
from auditor.reporter import REPORTERS
from auditor.words import Lang

DEFAULT_JOBS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Which part of the cloud is asked, and where."""

    PANEL: ClassVar = "help-panel-source"

    regions: tuple[str, ...] = repeated(
        "--region", metavar="REGION", read=values.regions, yields_to=("snapshot", "replay")
    )
    endpoint: str | None = value("--endpoint", metavar="URL", read=values.named, yields_to=("snapshot", "replay"))
    root_domain: str | None = value(
        "--root-domain", metavar="DOMAIN", read=values.named, yields_to=("snapshot", "replay", "endpoint")
    )
    role_arn: str | None = value("--role-arn", metavar="ARN", read=values.named, yields_to=("snapshot", "replay"))
    role_session_name: str | None = value(
        "--role-session-name", metavar="NAME", read=values.named, yields_to=("snapshot", "replay")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """How the cloud is read, live or replayed, and which configuration says what for."""

    PANEL: ClassVar = "help-panel-source"

    place: Endpoint = group(Endpoint)
    jobs: int | None = value("--jobs", metavar="N", read=values.jobs, shown_default=str(DEFAULT_JOBS))
    replay: str | None = value(
        "--replay", metavar="CASSETTE", read=values.named, yields_to=("snapshot", "record", "endpoint", "root_domain")
    )
    record: Path | None = value("--record", metavar="FILE", read=values.path, yields_to=("snapshot", "replay"))
    config: Path | None = value("--config", metavar="FILE", read=values.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the facts come from: the cloud, a cassette or a snapshot."""

    PANEL: ClassVar = "help-panel-source"

    snapshot: Path | None = value(
        "--snapshot",
        metavar="FILE",
        read=values.path,
        yields_to=("replay", "record", "endpoint", "root_domain"),
    )
    cloud: Cloud = group(Cloud)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the facts are held against, and what fails the run."""

    PANEL: ClassVar = "help-panel-judgement"

    baseline: str | None = value("--baseline", metavar="NAME|FILE", read=values.named)
    fail_on: Threshold | None = value(
        "--fail-on",
        metavar="SEVERITY",
        read=values.threshold,
        choices=values.THRESHOLDS,
        shown_default=Severity.MEDIUM.value,
    )
    exit_zero: bool = flag("--exit-zero")
    today: date | None = value("--today", metavar="DATE", read=values.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the facts are held against, where no finding fails the run."""

    PANEL: ClassVar = "help-panel-judgement"

    baseline: str | None = value("--baseline", metavar="NAME|FILE", read=values.named)
    today: date | None = value("--today", metavar="DATE", read=values.day)

    def judgement(self) -> Judgement:
        """The same for whoever asks for all of it."""
        return Judgement(baseline=self.baseline, today=self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Which reports are written, and where."""

    PANEL: ClassVar = "help-panel-output"

    formats: tuple[Target, ...] = repeated(
        "--format", metavar="FORMAT[=PATH]", read=values.target, choices=tuple(REPORTERS)
    )
    output: str | None = value("-o", "--output", metavar="PATH", read=values.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """What is said beside the report, and how."""

    PANEL: ClassVar = "help-panel-general"

    lang: str | None = value("--lang", metavar="LANG", choices=tuple(Lang))
    quiet: bool = flag("-q", "--quiet")
    verbose: int = count("-v", "--verbose")
    no_color: bool = flag("--no-color")
    no_progress: bool = flag("--no-progress")
    debug: bool = flag("--debug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The options of a command that prints one thing and audits nothing.

    The place of an audit's report in the environment is not meant for it.
    """

    PANEL: ClassVar = "help-panel-general"

    output: str | None = value(
        "-o", "--output", metavar="PATH", read=values.named, about="help-option-output-printed", twin=""
    )
    lang: str | None = value("--lang", metavar="LANG", choices=tuple(Lang))
    quiet: bool = flag("-q", "--quiet")
    verbose: int = count("-v", "--verbose")
    no_color: bool = flag("--no-color")
    no_progress: bool = flag("--no-progress")
    debug: bool = flag("--debug")
