"""``sgaudit fetch``: read and write what was read; nothing is judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from auditor.cli import values
from auditor.cli.command import Command
from auditor.cli.option import arguments, group, value
from auditor.cli.options import Cloud, General
from auditor.cli.session import Session
from auditor.errors import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line of ``fetch``."""

    PANEL: ClassVar = "help-panel-arguments"

    clusters: tuple[str, ...] = arguments("CLUSTER_ID", about="help-argument-cluster", read=values.clusters)
    cloud: Cloud = group(Cloud)
    output: str = value(
        "-o", "--output", metavar="PATH", read=values.named, default=values.STDOUT, about="help-option-output-snapshot"
    )
    general: General = group(General)


def run(session: Session, options: Options) -> ExitCode:
    """Reads what the options name and writes the snapshot, gaps or not."""
    from auditor.cli import configuration, output
    from auditor.cli.reading import Reader, refuse_conflicts
    from auditor.fetcher import snapshot_file

    refuse_conflicts(None, options.cloud)
    path = values.place(options.output)
    output.refuse_unwritable(session, path)
    settings = configuration.load(session, options.cloud.config, options.cloud.replay)
    reader = Reader(session=session, clusters=options.clusters, settings=settings, general=options.general)
    snapshot = reader.fetched(options.cloud)
    output.write(session, path, snapshot_file.dump(snapshot))
    gaps = snapshot.all_gaps()
    if not options.general.quiet:
        _tell(session, path, len(gaps))
    return ExitCode.INCOMPLETE if gaps else ExitCode.OK


def _tell(session: Session, path: Path | None, gaps: int) -> None:
    if path is not None:
        session.tell(session.words.text("cli-snapshot-written", path=str(path)))
    if gaps:
        session.tell(session.words.text("cli-snapshot-gaps", count=gaps))


COMMAND = Command(name="fetch", options=Options, run=run)
