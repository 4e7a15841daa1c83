"""Implements ``sgaudit fetch``: reads the clusters and writes a snapshot without comparing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli.command import Command
from auditor.cli.option import arguments, group, value
from auditor.cli.options import CloudOptions, GeneralOptions
from auditor.cli.session import Session
from auditor.errors import ExitCode

if TYPE_CHECKING:
    from auditor.config.settings import Settings
    from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """The command line of ``fetch``."""

    PANEL: ClassVar = "help-panel-arguments"

    clusters: tuple[str, ...] = arguments("CLUSTER", about="help-argument-cluster", read=values.clusters)
    cloud: CloudOptions = group(CloudOptions)
    output: str = value(
        "-o", "--output", metavar="PATH", read=values.named, default=values.STDOUT, about="help-option-output-snapshot"
    )
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: FetchOptions) -> ExitCode:
    """Reads the clusters and writes the snapshot with its gaps.

    An existing file is kept where no cluster was read, so that an outage does not replace an earlier snapshot.
    """
    from auditor.cli import output
    from auditor.cli import settings as configuration
    from auditor.cli.source import SourceReader, refuse_conflicts
    from auditor.fetcher import snapshot_file

    refuse_conflicts(None, options.cloud)
    path = values.output_path(options.output)
    output.refuse_unwritable(session, path)
    settings = configuration.load(session, options.cloud.config, options.cloud.replay)
    whole = settings.without_exclusions()
    reader = SourceReader(session=session, clusters=options.clusters, settings=whole, general=options.general)
    snapshot = reader.fetched(options.cloud)
    gaps = snapshot.all_gaps()
    if path is not None and not snapshot.clusters:
        _tell_nothing_read(session, path, settings, snapshot)
        return ExitCode.INCOMPLETE
    output.write(session, path, (snapshot_file.dump(snapshot),))
    if not options.general.quiet:
        _tell(session, path, len(gaps))
    return ExitCode.INCOMPLETE if gaps else ExitCode.OK


def _tell_nothing_read(session: Session, path: Path, settings: Settings, snapshot: Snapshot) -> None:
    from auditor import pipeline
    from auditor.cli.output import tell_gaps
    from auditor.config import baseline

    policy = settings.policy(baseline.DEFAULT)
    gaps = snapshot.all_gaps()
    tell_gaps(session, pipeline.uncompared(snapshot, policy, gaps), gaps)
    message_id = "cli-snapshot-kept" if path.exists() else "cli-snapshot-none"
    session.tell(session.words.text(message_id, path=str(path)))


def _tell(session: Session, path: Path | None, gaps: int) -> None:
    if path is not None:
        session.tell(session.words.text("cli-snapshot-written", path=str(path)))
    if gaps:
        session.tell(session.words.text("cli-snapshot-gaps", count=gaps))


COMMAND = Command(name="fetch", options=FetchOptions, run=run)
