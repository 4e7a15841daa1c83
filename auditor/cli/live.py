"""Reads the snapshots of a run from the cloud: a snapshot for each account, several accounts side by side.

Each account has its own keys, budget and snapshot. An account whose role is refused, or behind whose role another
account answers, is a snapshot with a gap; the other accounts are read all the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Semaphore
from typing import TYPE_CHECKING

from auditor.cli import cloud, lookup, progress
from auditor.cli import settings as configuration
from auditor.cli.cloud import Connection, LiveRun
from auditor.cli.options import ALL_REGIONS, CloudOptions, GeneralOptions
from auditor.cli.selection import resolved
from auditor.cli.session import Session
from auditor.cli.targets import ReadTarget
from auditor.errors import AuthError, ConfigError
from auditor.files import writer
from auditor.model.baseline import PeerClusters
from auditor.model.codes import GapKind
from auditor.model.gaps import OTHER_ACCOUNT, Gap
from auditor.model.snapshot import Account, Snapshot
from auditor.words import Lang, catalogue

if TYPE_CHECKING:
    from auditor.config.settings import Settings
    from auditor.fetcher.fetch import FetchRequest
    from auditor.fetcher.keys import Credentials
    from auditor.fetcher.progress import Progress
    from auditor.fetcher.transport import Caller

log = logging.getLogger(__name__)

ACCOUNTS_AT_ONCE = 4
"""The accounts that are read side by side. More would cost memory and save no time: they share a processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRead:
    """The snapshot of an account, and what the reader of stderr is told about it.

    ``error`` says why there were no keys. ``names`` are id and name of every cluster, if a requested one is unknown.
    """

    snapshot: Snapshot
    error: AuthError | None = None
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReader:
    """Reads the requested clusters of accounts. The fields are those of :class:`auditor.cli.source.SourceReader`."""

    session: Session
    clusters: tuple[str, ...]
    settings: Settings
    general: GeneralOptions
    also: tuple[str, ...] = ()
    named: str = ""

    def read(self, options: CloudOptions, targets: Sequence[ReadTarget]) -> tuple[Snapshot, ...]:
        """The snapshot of each target, in order; without keys it is a gap.

        A target without any requested cluster is left out if another target has it. Raises ``ConfigError`` for
        ``--record`` and several accounts: a recording has the answers of one account.
        """
        if options.record:
            if len(targets) > 1:
                raise ConfigError("cli-record-accounts", count=len(targets))
            writer.refuse_unwritable(options.record)
        connection = cloud.connect(self.session, options.api, options.accounts)
        places = self._places(options)
        with progress.shown(self.session, self.general) as shown:
            reads = self._read_accounts(connection, options, targets, places, shown)
        self._tell(reads)
        snapshots = (snapshot for read in reads for snapshot in self._without_clusters_elsewhere(read.snapshot, reads))
        return tuple(replace(snapshot, asked=self.clusters) for snapshot in snapshots)

    def _places(self, options: CloudOptions) -> Semaphore:
        """The places of the calls at the same time; all accounts share them."""
        from auditor.fetcher.rate_limit import MOST_CALLS

        return Semaphore(configuration.jobs(self.settings, options) or MOST_CALLS)

    def _read_accounts(
        self,
        connection: Connection,
        options: CloudOptions,
        targets: Sequence[ReadTarget],
        places: Semaphore,
        shown: Progress,
    ) -> tuple[AccountRead, ...]:
        from auditor.fetcher.progress import AccountProgress
        from auditor.fetcher.threads import DaemonPool, wait

        if len(targets) == 1:
            return (self._read_account(connection, options, targets[0], places, shown),)
        pool = DaemonPool(ACCOUNTS_AT_ONCE, self.session.cancelled)
        futures = [
            pool.submit(
                self._read_account,
                connection,
                options,
                target,
                places,
                AccountProgress(shown, target.account.id if target.account else ""),
            )
            for target in targets
        ]
        try:
            return tuple(wait(future, self.session.cancelled) for future in futures)
        finally:
            pool.shutdown()

    def _read_account(
        self,
        connection: Connection,
        options: CloudOptions,
        target: ReadTarget,
        places: Semaphore,
        shown: Progress,
    ) -> AccountRead:
        """The clusters of an account, if its role can be assumed and no other account answers."""
        from auditor.fetcher.accounts import identity_gap

        request = replace(fetch_request(self.settings, target.regions, self.clusters), also=self.also)
        began = datetime.now(UTC).replace(microsecond=0)
        run = LiveRun(
            rates=self.settings.rates,
            places=places,
            began=began,
            also=self.also,
            named=self.named,
            record=options.record,
        )
        account = target.account
        named = None if account is None else Account(id=account.id, name=account.name)
        unread = Snapshot(regions=request.regions, account=named, read_at=began)
        try:
            keys = connection.keys(account)
        except AuthError as error:
            return AccountRead(snapshot=replace(unread, gaps=(_gap_of_missing_keys(error),)), error=error)
        if named is None:
            return self._of_target(target, self._read_clusters(connection, keys, request, run, shown))
        with cloud.live(connection, keys, replace(run, record=None)) as caller:
            gap = identity_gap(caller, named.id)
        if gap is not None and gap.code == OTHER_ACCOUNT:
            return AccountRead(snapshot=replace(unread, gaps=(gap,)))
        read = self._of_target(target, self._read_clusters(connection, keys, request, run, shown))
        gaps = {*read.snapshot.gaps, *((gap,) if gap is not None else ())}
        return replace(read, snapshot=replace(read.snapshot, account=named, gaps=tuple(sorted(gaps))))

    def _of_target(self, target: ReadTarget, read: AccountRead) -> AccountRead:
        """The read without gaps of peers that concern none of its clusters, if other accounts or shards have them."""
        from auditor.fetcher.missing_clusters import UNKNOWN_CLUSTER

        if not target.is_part:
            return read
        ids = {*self.clusters, *(cluster.cluster_id for cluster in read.snapshot.clusters)}
        concerned = {peer for group in self.settings.peers if ids.intersection(group) for peer in group}
        elsewhere = {peer for group in self.settings.peers for peer in group} - concerned
        gaps = (gap for gap in read.snapshot.gaps if gap.code != UNKNOWN_CLUSTER or gap.resource not in elsewhere)
        return replace(read, snapshot=replace(read.snapshot, gaps=tuple(gaps)))

    def _read_clusters(
        self,
        connection: Connection,
        keys: Credentials,
        request: FetchRequest,
        run: LiveRun,
        shown: Progress,
    ) -> AccountRead:
        """The clusters that the words of the run name; no API call takes a name, so names are looked up first.

        That list is not recorded: the recording is that of a run that names the selected clusters by their ids.
        """
        from auditor.fetcher.fetch import list_clusters
        from auditor.fetcher.missing_clusters import unknown_cluster_gap

        if all(lookup.is_cluster_id(word) for word in self.clusters):
            return self._read(connection, keys, request, run, shown)
        with cloud.live(connection, keys, replace(run, record=None)) as caller:
            listing = list_clusters(caller, request.regions, self.session.cancelled)
        words = resolved(self.clusters, listing.clusters)
        listed = {cluster.cluster_id for cluster in listing.clusters}
        ids = tuple(word for word in words if word in listed or lookup.is_cluster_id(word))
        unknown = tuple(word for word in words if word not in ids)
        gaps = (*listing.gaps, *(unknown_cluster_gap(list(listing.regions), word) for word in unknown))
        names = tuple((cluster.cluster_id, cluster.name) for cluster in listing.clusters)
        if not ids:
            return AccountRead(snapshot=Snapshot(regions=listing.regions, read_at=run.began, gaps=gaps), names=names)
        of_ids = replace(request, cluster_ids=ids, neighbours=neighbours(self.settings.peers, ids))
        run = replace(run, named="\n".join((run.named, *ids)))
        read = self._read(connection, keys, of_ids, run, shown)
        snapshot = replace(read.snapshot, gaps=tuple(sorted({*read.snapshot.gaps, *gaps})))
        return AccountRead(snapshot=snapshot, names=names if unknown else read.names)

    def _read(
        self,
        connection: Connection,
        keys: Credentials,
        request: FetchRequest,
        run: LiveRun,
        shown: Progress,
    ) -> AccountRead:
        with cloud.live(connection, keys, run) as caller:
            snapshot = replace(fetch(caller, request, shown, self.session), read_at=run.began)
            names = () if run.record else _cluster_names(caller, snapshot, self.session)
        return AccountRead(snapshot=snapshot, names=names)

    def _tell(self, reads: Sequence[AccountRead]) -> None:
        """Writes to stderr why accounts were not read, each reason once, and which clusters are in no account."""
        sentences = (self.session.sentence(read.error) for read in reads if read.error is not None)
        for sentence in dict.fromkeys(sentences):
            self.session.tell("sgaudit: " + sentence)
        names = tuple(dict.fromkeys(name for read in reads for name in read.names))
        clusters = [cluster for read in reads for cluster in read.snapshot.clusters]
        ids = {cluster.cluster_id for cluster in clusters}
        for word in resolved(self.clusters, clusters) if names and not self.general.quiet else ():
            if word not in ids:
                lookup.tell_absent(self.session, names, word)

    def _without_clusters_elsewhere(self, snapshot: Snapshot, reads: Sequence[AccountRead]) -> Iterator[Snapshot]:
        """The snapshot without the gaps of clusters that another account has, if it has anything else."""
        from auditor.fetcher.missing_clusters import UNKNOWN_CLUSTER

        clusters = [cluster for read in reads if read.snapshot is not snapshot for cluster in read.snapshot.clusters]
        elsewhere = {word for word in self.clusters if resolved((word,), clusters) != (word,)}
        elsewhere |= {cluster.cluster_id for cluster in clusters}
        gaps = tuple(gap for gap in snapshot.gaps if not (gap.code == UNKNOWN_CLUSTER and gap.resource in elsewhere))
        if gaps == snapshot.gaps or gaps or snapshot.clusters:
            yield replace(snapshot, gaps=gaps)


def fetch_request(settings: Settings, regions: tuple[str, ...], clusters: tuple[str, ...]) -> FetchRequest:
    """The request for these clusters, empty for all, with the peers, exclusions and parts of the configuration."""
    from auditor.fetcher.fetch import FetchRequest

    return FetchRequest(
        regions=(ALL_REGIONS,) if ALL_REGIONS in regions else tuple(sorted(set(regions))),
        cluster_ids=clusters,
        neighbours=neighbours(settings.peers, clusters),
        excluded=tuple(selector for entry in settings.exclusions for selector in entry.clusters),
        left_out=settings.left_out,
    )


def fetch(caller: Caller, request: FetchRequest, shown: Progress | None, session: Session) -> Snapshot:
    """Reads everything that ``request`` asks for, and logs how long it took."""
    from auditor.fetcher import fetch as fetcher

    words = session.words
    log.info("%s", words.text("cli-log-reading", regions=", ".join(request.regions)))
    began = time.monotonic()
    snapshot = fetcher.fetch(caller, request, shown, session.cancelled)
    seconds = f"{time.monotonic() - began:.1f}"
    log.info("%s", words.text("cli-log-read", clusters=len(snapshot.clusters), seconds=seconds))
    return snapshot


def neighbours(peers: tuple[PeerClusters, ...], clusters: Iterable[str]) -> tuple[str, ...]:
    """The peers of the requested clusters that are not requested themselves."""
    requested = set(clusters)
    groups = [group for group in peers if not requested or requested.intersection(group)]
    return tuple(sorted({peer for group in groups for peer in group} - requested))


def _cluster_names(caller: Caller, snapshot: Snapshot, session: Session) -> tuple[tuple[str, str], ...]:
    """Id and name of every cluster, if a requested cluster is unknown."""
    from auditor.fetcher.fetch import list_clusters
    from auditor.fetcher.missing_clusters import UNKNOWN_CLUSTER

    if all(gap.code != UNKNOWN_CLUSTER for gap in snapshot.gaps):
        return ()
    listing = list_clusters(caller, snapshot.regions, session.cancelled)
    return tuple((cluster.cluster_id, cluster.name) for cluster in listing.clusters)


def _gap_of_missing_keys(error: AuthError) -> Gap:
    """The gap of an account without keys. It names the role that gave none, and the trust that a refused role needs."""
    from auditor.fetcher.roles import ASSUME_ROLE
    from auditor.model.accounts import account_of_role

    is_exchange = error.facts["action"] == ASSUME_ROLE.name
    of_role = is_exchange and account_of_role(str(error.facts["place"])) is not None
    return Gap(
        kind=GapKind.UNREAD,
        region="",
        resource=str(error.facts["place"]) if of_role else "credentials",
        service=str(error.facts["service"]) if of_role else "",
        action=str(error.facts["action"]) if of_role else "",
        code=str(error.facts["code"]),
        message=catalogue(Lang.EN).text(error.message_id, **error.facts),
    )
