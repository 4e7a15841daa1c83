"""Reads the snapshot of a run from the cloud, from a cassette or from a file.

Clusters that were asked for and do not exist are named on stderr. A snapshot older than ``--max-age`` gets a gap for
each of its regions, so that it does not pass.
"""

from __future__ import annotations

import logging
import shlex
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import cloud, lookup, targets
from auditor.cli import progress as logs
from auditor.cli import session as files
from auditor.cli.live import LiveReader, fetch, fetch_request
from auditor.cli.options import (
    ALL_REGIONS,
    CloudOptions,
    GeneralOptions,
    OutputOptions,
    SourceOptions,
)
from auditor.cli.scope import load_snapshot
from auditor.cli.selection import Selection, resolved, selected
from auditor.cli.session import Session
from auditor.cli.targets import ReadTarget
from auditor.errors import ConfigError
from auditor.model.accounts import ALL_ACCOUNTS
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot, SnapshotSource, age_fault

if TYPE_CHECKING:
    from auditor.cli.output import Reports
    from auditor.config.settings import Settings
    from auditor.whatif.terraform.providers import NamedRegions


def with_age_gaps(snapshot: Snapshot, today: date, most: int | None) -> Snapshot:
    """Adds a gap for each region of a snapshot that is more than ``most`` days old or of unknown age.

    Days are calendar days in UTC. A snapshot from later than tomorrow has an unknown age.
    """
    if most is None:
        return snapshot
    return replace(snapshot, gaps=(*snapshot.gaps, *_gaps(snapshot, today, most)))


def _gaps(snapshot: Snapshot, today: date, most: int) -> Iterator[Gap]:
    fault = age_fault(snapshot.read_at, today, most)
    if fault is None:
        return
    kind, message = fault
    regions = {*snapshot.regions, *(cluster.region for cluster in snapshot.clusters)}
    for region in sorted(regions) or [""]:
        yield Gap(
            kind=GapKind.UNREAD, region=region, resource=region or "snapshot", code=f"Snapshot{kind}", message=message
        )


def _without_tags(snapshot: Snapshot) -> Snapshot:
    """The snapshot of a recording, which keeps no tags of clusters."""
    return replace(snapshot, clusters=tuple(replace(cluster, tags=None) for cluster in snapshot.clusters))


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReader:
    """Reads the snapshot of a run for the requested clusters and the given settings."""

    session: Session
    clusters: tuple[str, ...]
    settings: Settings
    general: GeneralOptions
    also: tuple[str, ...] = ()
    """Groups, templates, VPCs and subnets to read from the cloud though nothing there needs them: a change may."""
    planned: NamedRegions | None = None
    """The regions that a planned change names."""
    change_text: str = ""
    """The file of the planned change."""

    @property
    def named(self) -> str:
        """Every text that this run was given; a recording keeps aliases of the ids and addresses in it."""
        return "\n".join((self.settings.text, *self.clusters, self.change_text))

    def snapshot(self, source: SourceOptions) -> Snapshot:
        """Reads the requested clusters of one account from the source that the options name.

        Raises ``ConfigError``, also where ``--account`` names several accounts.
        """
        refuse_conflicts(source.snapshot, source.cloud)
        if source.snapshot is not None:
            return self._loaded(source.snapshot, source.cloud)
        return self.fetched(source.cloud)

    def fetched(self, options: CloudOptions) -> Snapshot:
        """Reads the requested clusters of one account from the cloud or a cassette. Without keys, a gap says so."""
        with self._logged():
            if options.replay is not None:
                return self._replayed(options, options.replay)
            target = targets.single_target(self.session, self.settings, options.api, options.accounts, self.planned)
            return self._live().read(options, (target,))[0]

    def live_snapshots(self, options: CloudOptions, read_targets: Sequence[ReadTarget]) -> tuple[Snapshot, ...]:
        """Reads the requested clusters of each of the targets from the cloud. Raises ``ConfigError``."""
        with self._logged():
            return self._live().read(options, read_targets)

    @contextmanager
    def _logged(self) -> Iterator[None]:
        with logs.show_logs(self.session, self.general):
            file = str(self.settings.file or "none")
            log.info("%s", self.session.words.text("cli-log-configuration", file=file))
            yield

    def _live(self) -> LiveReader:
        return LiveReader(
            session=self.session,
            clusters=self.clusters,
            settings=self.settings,
            general=self.general,
            also=self.also,
            named=self.named,
        )

    def _loaded(self, path: Path, options: CloudOptions) -> Snapshot:
        snapshot = load_snapshot(files.read_bytes(self.session, path), files.name(path), self.settings.left_out)
        regions = tuple(region for region in options.api.regions if region != ALL_REGIONS)
        self._tell_absent(snapshot, lookup.names(snapshot), self.clusters)
        snapshot = replace(snapshot, asked=self.clusters or snapshot.asked)
        return selected(snapshot, Selection(clusters=self.clusters, regions=regions, peers=self.settings.peers))

    def _replayed(self, options: CloudOptions, name: str) -> Snapshot:
        from auditor.fetcher.cassette import Replay
        from auditor.fetcher.transport import replay_transport

        cassette = cloud.open_cassette(self.session, name)
        clusters = tuple(cloud.with_recorded_ids(self.session, name, cluster) for cluster in self.clusters)
        by_id = all(lookup.is_cluster_id(word) for word in clusters)
        ids = clusters if by_id else cloud.recorded_clusters(cassette)
        request = fetch_request(self.settings, options.api.regions or cloud.recorded_regions(cassette), ids)
        also = tuple(cassette.also) or cloud.recorded_ids(cassette, self.also)
        recorded = cassette.parts()
        left_out = tuple(part for part in Part if part in request.left_out or part not in recorded)
        request = replace(request, also=also, left_out=left_out)
        whole = bool(clusters) and cloud.lists_every_cluster(cassette)
        if whole:
            request = replace(request, cluster_ids=(), neighbours=())
        snapshot = fetch(replay_transport(Replay(cassette), self.session.cancelled), request, None, self.session)
        asked = self.clusters or (() if cloud.lists_every_cluster(cassette) else ids)
        snapshot = replace(_without_tags(snapshot), read_at=cassette.read_at, asked=asked)
        if not whole and by_id:
            return snapshot
        self._tell_absent(snapshot, lookup.names(snapshot), clusters)
        return selected(snapshot, Selection(clusters=clusters, peers=self.settings.peers))

    def _tell_absent(self, snapshot: Snapshot, names: tuple[tuple[str, str], ...], clusters: tuple[str, ...]) -> None:
        ids = {cluster.cluster_id for cluster in snapshot.clusters}
        for word in resolved(clusters, snapshot.clusters):
            if word not in ids and not self.general.quiet:
                lookup.tell_absent(self.session, names, word)


def reports_of(
    session: Session,
    output: OutputOptions,
    general: GeneralOptions,
    source: SourceOptions,
    formats: Collection[str] | None = None,
) -> Reports:
    """The reports of a command that reads ``source``. Raises as :class:`auditor.cli.output.Reports`."""
    from auditor.cli.output import Reports

    return Reports(session, output, general, _source_of(source), formats, source_arguments=_source_arguments(source))


def _source_arguments(source: SourceOptions) -> str:
    """The options that name the source, as a shell takes them, for the commands that a report suggests."""
    cloud = source.cloud
    given = [
        *(("--snapshot", str(source.snapshot)) if source.snapshot is not None else ()),
        *(("--replay", cloud.replay) if cloud.replay is not None else ()),
        *(("--account", *cloud.accounts) if _is_one_account(cloud.accounts) else ()),
        *(word for region in cloud.api.regions for word in ("--region", region)),
        *(("--config", str(cloud.config)) if cloud.config is not None else ()),
    ]
    return shlex.join(given)


def _is_one_account(accounts: Sequence[str]) -> bool:
    """Whether ``--account`` names one account; of several, each finding names its own."""
    return len(accounts) == 1 and ALL_ACCOUNTS not in accounts


def _source_of(source: SourceOptions) -> SnapshotSource:
    """The source of the snapshot, for the reports."""
    if source.snapshot is not None:
        return SnapshotSource.SNAPSHOT
    return SnapshotSource.LIVE if source.cloud.replay is None else SnapshotSource.CASSETTE


_CONFLICTS = (
    ("--snapshot", "--replay", "one-source"),
    ("--snapshot", "--record", "live-only"),
    ("--snapshot", "--endpoint", "live-only"),
    ("--snapshot", "--root-domain", "live-only"),
    ("--snapshot", "--role-arn", "live-only"),
    ("--snapshot", "--role-session-name", "live-only"),
    ("--snapshot", "--account", "live-only"),
    ("--replay", "--record", "live-only"),
    ("--replay", "--endpoint", "live-only"),
    ("--replay", "--root-domain", "live-only"),
    ("--replay", "--role-arn", "live-only"),
    ("--replay", "--role-session-name", "live-only"),
    ("--replay", "--account", "live-only"),
)


def refuse_conflicts(snapshot: Path | None, options: CloudOptions) -> None:
    """Raises ``ConfigError`` for options that contradict each other."""
    given = {
        "--snapshot": snapshot,
        "--replay": options.replay,
        "--record": options.record,
        "--endpoint": options.api.endpoint,
        "--root-domain": options.api.root_domain,
        "--role-arn": options.api.role_arn,
        "--role-session-name": options.api.role_session_name,
        "--account": options.accounts or None,
    }
    for first, second, why in _CONFLICTS:
        if given[first] is not None and given[second] is not None:
            raise ConfigError("cli-options-conflict", first=first, second=second, why=why)
