"""Reads the snapshot of a run from the cloud, from a cassette or from a file.

Clusters that were asked for and do not exist are named on stderr. A snapshot older than ``--max-age`` gets a gap for
each of its regions, so that it does not pass.
"""

from __future__ import annotations

import gc
import logging
import shlex
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import cloud, lookup, progress
from auditor.cli import progress as logs
from auditor.cli import session as files
from auditor.cli import settings as configuration
from auditor.cli.cloud import LiveRun
from auditor.cli.options import ALL_REGIONS, CloudOptions, GeneralOptions, OutputOptions, SourceOptions
from auditor.cli.scope import without_parts
from auditor.cli.selection import Selection, resolved, selected
from auditor.cli.session import Session
from auditor.errors import AuthError, ConfigError
from auditor.model.age import age_fault
from auditor.model.baseline import PeerClusters
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot, SnapshotSource
from auditor.words import Lang, catalogue

if TYPE_CHECKING:
    from auditor.cli.output import Reports
    from auditor.config.settings import Settings
    from auditor.fetcher.fetch import FetchRequest
    from auditor.fetcher.progress import Progress
    from auditor.fetcher.transport import Caller
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
        """Reads the requested clusters from the source that the options name. Raises ``ConfigError``."""
        refuse_conflicts(source.snapshot, source.cloud)
        if source.snapshot is not None:
            return self._loaded(source.snapshot, source.cloud)
        return self.fetched(source.cloud)

    def fetched(self, options: CloudOptions) -> Snapshot:
        """Reads the requested clusters from the cloud or a cassette. Without credentials the snapshot is a gap."""
        with logs.show_logs(self.session, self.general):
            words = self.session.words
            log.info("%s", words.text("cli-log-configuration", file=str(self.settings.file or "none")))
            if options.replay is not None:
                return self._replayed(options, options.replay)
            return self._live(options)

    def _live(self, options: CloudOptions) -> Snapshot:
        regions = configuration.regions(self.session, self.settings, options.api, self.planned)
        request = replace(self._request(regions, self.clusters), also=self.also)
        began = datetime.now(UTC).replace(microsecond=0)
        run = LiveRun(
            rates=self.settings.rates,
            jobs=configuration.jobs(self.settings, options),
            began=began,
            also=self.also,
            named=self.named,
        )
        try:
            if all(lookup.is_cluster_id(word) for word in self.clusters):
                return self._read(options, request, run)
            return self._read_selected(options, request, run)
        except AuthError as error:
            self.session.tell("sgaudit: " + self.session.sentence(error))
            return Snapshot(regions=request.regions, read_at=began, gaps=(_gap_of_missing_keys(error),))

    def _read(self, options: CloudOptions, request: FetchRequest, run: LiveRun) -> Snapshot:
        """Reads the clusters of ``request``, and names those on stderr that are similar to an unknown one."""
        with (
            cloud.live(self.session, options, run) as caller,
            progress.shown(self.session, self.general) as shown,
        ):
            snapshot = replace(_fetch(caller, request, shown, self.session), read_at=run.began)
            cluster_names = () if options.record else _cluster_names(caller, snapshot, self.session)
        if cluster_names:
            self._tell_absent(snapshot, cluster_names, request.cluster_ids)
        return snapshot

    def _read_selected(self, options: CloudOptions, request: FetchRequest, run: LiveRun) -> Snapshot:
        """Lists all clusters, since no API call takes a name, and reads those that the words of the run select.

        The list is not recorded: the recording is that of a run that names the selected clusters by their ids.
        """
        from auditor.fetcher.fetch import list_clusters
        from auditor.fetcher.missing_clusters import unknown_cluster_gap

        with cloud.live(self.session, replace(options, record=None), run) as caller:
            listing = list_clusters(caller, request.regions, self.session.cancelled)
        words = resolved(self.clusters, listing.clusters)
        listed = {cluster.cluster_id for cluster in listing.clusters}
        ids = tuple(word for word in words if word in listed or lookup.is_cluster_id(word))
        unknown = tuple(word for word in words if word not in ids)
        gaps = (*listing.gaps, *(unknown_cluster_gap(list(listing.regions), word) for word in unknown))
        if not self.general.quiet:
            for word in unknown:
                names = [(cluster.cluster_id, cluster.name) for cluster in listing.clusters]
                lookup.tell_absent(self.session, names, word)
        if not ids:
            return Snapshot(regions=listing.regions, read_at=run.began, gaps=gaps)
        run = replace(run, named="\n".join((run.named, *ids)))
        snapshot = self._read(options, self._of_clusters(request, ids), run)
        return replace(snapshot, gaps=tuple(sorted({*snapshot.gaps, *gaps})))

    def _loaded(self, path: Path, options: CloudOptions) -> Snapshot:
        from auditor.fetcher import snapshot_file

        text = files.read_text(self.session, path)
        with _without_garbage_collection():
            snapshot = without_parts(snapshot_file.load(text, str(path)), self.settings.left_out)
        regions = tuple(region for region in options.api.regions if region != ALL_REGIONS)
        self._tell_absent(snapshot, lookup.names(snapshot), self.clusters)
        return selected(snapshot, Selection(clusters=self.clusters, regions=regions, peers=self.settings.peers))

    def _replayed(self, options: CloudOptions, name: str) -> Snapshot:
        from auditor.fetcher.cassette import Replay
        from auditor.fetcher.transport import replay_transport

        cassette = cloud.open_cassette(self.session, name)
        clusters = tuple(cloud.with_recorded_ids(self.session, name, cluster) for cluster in self.clusters)
        by_id = all(lookup.is_cluster_id(word) for word in clusters)
        ids = clusters if by_id else cloud.recorded_clusters(cassette)
        request = self._request(options.api.regions or cloud.recorded_regions(cassette), ids)
        also = tuple(cassette.also) or cloud.recorded_ids(cassette, self.also)
        recorded = cassette.parts()
        left_out = tuple(part for part in Part if part in request.left_out or part not in recorded)
        request = replace(request, also=also, left_out=left_out)
        whole = bool(clusters) and cloud.lists_every_cluster(cassette)
        if whole:
            request = replace(request, cluster_ids=(), neighbours=())
        with Replay(cassette):
            snapshot = _fetch(replay_transport(self.session.cancelled), request, None, self.session)
        snapshot = replace(snapshot, read_at=cassette.read_at)
        if not whole and by_id:
            return snapshot
        self._tell_absent(snapshot, lookup.names(snapshot), clusters)
        return selected(snapshot, Selection(clusters=clusters, peers=self.settings.peers))

    def _tell_absent(self, snapshot: Snapshot, names: tuple[tuple[str, str], ...], clusters: tuple[str, ...]) -> None:
        ids = {cluster.cluster_id for cluster in snapshot.clusters}
        for word in resolved(clusters, snapshot.clusters):
            if word not in ids and not self.general.quiet:
                lookup.tell_absent(self.session, names, word)

    def _of_clusters(self, request: FetchRequest, clusters: tuple[str, ...]) -> FetchRequest:
        return replace(request, cluster_ids=clusters, neighbours=neighbours(self.settings.peers, clusters))

    def _request(self, regions: tuple[str, ...], clusters: tuple[str, ...]) -> FetchRequest:
        from auditor.fetcher.fetch import FetchRequest

        return FetchRequest(
            regions=(ALL_REGIONS,) if ALL_REGIONS in regions else tuple(sorted(set(regions))),
            cluster_ids=clusters,
            neighbours=neighbours(self.settings.peers, clusters),
            excluded=tuple(selector for entry in self.settings.exclusions for selector in entry.clusters),
            left_out=self.settings.left_out,
        )


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
        *(word for region in cloud.api.regions for word in ("--region", region)),
        *(("--config", str(cloud.config)) if cloud.config is not None else ()),
    ]
    return shlex.join(given)


def _source_of(source: SourceOptions) -> SnapshotSource:
    """The source of the snapshot, for the reports."""
    if source.snapshot is not None:
        return SnapshotSource.SNAPSHOT
    return SnapshotSource.LIVE if source.cloud.replay is None else SnapshotSource.CASSETTE


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Switches garbage collection off while a snapshot is loaded, which saves a fifth of the time: nothing is freed."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def _fetch(caller: Caller, request: FetchRequest, shown: Progress | None, session: Session) -> Snapshot:
    from auditor.fetcher.fetch import fetch

    words = session.words
    log.info("%s", words.text("cli-log-reading", regions=", ".join(request.regions)))
    began = time.monotonic()
    snapshot = fetch(caller, request, shown, session.cancelled)
    seconds = f"{time.monotonic() - began:.1f}"
    log.info("%s", words.text("cli-log-read", clusters=len(snapshot.clusters), seconds=seconds))
    return snapshot


def _cluster_names(caller: Caller, snapshot: Snapshot, session: Session) -> tuple[tuple[str, str], ...]:
    """Id and name of every cluster, if a requested cluster is unknown."""
    from auditor.fetcher.fetch import list_clusters
    from auditor.fetcher.missing_clusters import UNKNOWN_CLUSTER

    if all(gap.code != UNKNOWN_CLUSTER for gap in snapshot.gaps):
        return ()
    listing = list_clusters(caller, snapshot.regions, session.cancelled)
    return tuple((cluster.cluster_id, cluster.name) for cluster in listing.clusters)


def _gap_of_missing_keys(error: AuthError) -> Gap:
    return Gap(
        kind=GapKind.UNREAD,
        region="",
        resource="credentials",
        code=str(error.facts["code"]),
        message=catalogue(Lang.EN).text(error.message_id, **error.facts),
    )


def neighbours(peers: tuple[PeerClusters, ...], clusters: tuple[str, ...]) -> tuple[str, ...]:
    """The peers of the requested clusters that are not requested themselves."""
    groups = [group for group in peers if not clusters or set(clusters).intersection(group)]
    return tuple(sorted({peer for group in groups for peer in group} - set(clusters)))


_CONFLICTS = (
    ("--snapshot", "--replay", "one-source"),
    ("--snapshot", "--record", "live-only"),
    ("--snapshot", "--endpoint", "live-only"),
    ("--snapshot", "--root-domain", "live-only"),
    ("--snapshot", "--role-arn", "live-only"),
    ("--snapshot", "--role-session-name", "live-only"),
    ("--replay", "--record", "live-only"),
    ("--replay", "--endpoint", "live-only"),
    ("--replay", "--root-domain", "live-only"),
    ("--replay", "--role-arn", "live-only"),
    ("--replay", "--role-session-name", "live-only"),
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
    }
    for first, second, why in _CONFLICTS:
        if given[first] is not None and given[second] is not None:
            raise ConfigError("cli-options-conflict", first=first, second=second, why=why)
