"""Loads the configuration file and applies the options that override it.

The result is the policy, the threshold, the day, the regions and the largest number of parallel calls of a run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import cloud
from auditor.cli import options as values
from auditor.cli.options import CloudOptions, EndpointOptions, JudgementOptions, Threshold
from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.model.codes import Severity

if TYPE_CHECKING:
    from auditor.config.settings import Settings
    from auditor.model.baseline import Policy
    from auditor.whatif.terraform.providers import NamedRegions


def load(session: Session, path: Path | None, replay: str | None = None) -> Settings:
    """Loads the configuration file, with the ids of the recording that is replayed. Raises ``ConfigError``."""
    from auditor.config import settings
    from auditor.fetcher.actions import ACTIONS

    return settings.load(
        path,
        session.environ,
        actions={action.permission for action in ACTIONS},
        rename=lambda text: cloud.with_recorded_ids(session, replay, text),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The settings, the policy, the threshold and the day of a run."""

    settings: Settings
    policy: Policy
    threshold: Threshold
    today: date


def terms(session: Session, path: Path | None, judgement: JudgementOptions, replay: str | None = None) -> Terms:
    """Loads the configuration file and applies the options. Raises ``ConfigError``."""
    settings = load(session, path, replay)
    if judgement.baseline:
        settings = replace(settings, baselines=())
    return Terms(
        settings=settings,
        policy=settings.policy(judgement.baseline or ""),
        threshold=threshold(settings, judgement.fail_on),
        today=judgement.today or local_date(),
    )


def local_date() -> date:
    """The local date. ``datetime`` refuses a ``TZ`` that is off by more than a day, ``time`` does not."""
    return date(*time.localtime()[:3])


def threshold(settings: Settings | None, asked: Threshold | None) -> Threshold:
    """``--fail-on``, else the configuration, else medium."""
    if asked is not None:
        return asked
    if settings is not None and settings.fail_on is not None:
        return Threshold.of(settings.fail_on.value)
    return Threshold(severity=Severity.MEDIUM)


def file_in(folder: Path, terms: Terms) -> str:
    """The file below ``folder`` that reports point at for what has no place of its own, as a relative path.

    That is the configuration file, else the file of the baseline. Where neither is below ``folder``, it is the usual
    name of a configuration file, because the formats demand a path.
    """
    from auditor.reporter.options import USUAL_FILE

    for name in (terms.settings.file, terms.policy.baseline.source):
        try:
            path, top = Path(name).resolve(), folder.resolve()
        except OSError:  # the current folder was removed
            continue
        if path.is_file() and path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return USUAL_FILE


def jobs(settings: Settings, options: CloudOptions) -> int | None:
    """``--jobs``, else the configuration, else ``None``: then the quotas and the latency decide."""
    return options.jobs or settings.jobs


def regions(
    session: Session, settings: Settings, api: EndpointOptions, planned: NamedRegions | None = None
) -> tuple[str, ...]:
    """``--region``, else the configuration, else the environment or tccli's profile.

    Without ``--region`` the regions that a planned change names are added, and the environment does not count where
    every resource of the change names its region. Raises ``ConfigError`` without any region.
    """
    from auditor.fetcher.credentials import default_region

    if api.regions:
        return api.regions
    further = planned.names if planned is not None else ()
    if settings.regions or (planned is not None and planned.all_named):
        return tuple(dict.fromkeys((*settings.regions, *further)))
    fallback = default_region(session.environ, session.home)
    if not fallback and not further:
        raise ConfigError("cli-no-region")
    default = values.regions(fallback, "TENCENTCLOUD_REGION") if fallback else ()
    return tuple(dict.fromkeys((*default, *further)))
