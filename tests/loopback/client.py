"""The fetcher itself, pointed at the loopback server, with keys that it knows and no wait worth the name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from auditor.fetcher.clock import Clock, StoppedClock
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.http import parse_endpoint
from auditor.fetcher.rate_limit import Budget, Unmetered
from auditor.fetcher.retry import RetryPolicy
from auditor.fetcher.transport import Transport, Wiring
from auditor.model.clusters import Cluster
from auditor.model.snapshot import Snapshot
from tests.inline import without_threads
from tests.loopback.estate import GUANGZHOU, Estate
from tests.loopback.server import LoopbackServer
from tests.loopback.signature import Keys
from tests.loopback.writing import EstateCaller

ATTEMPTS = 3
GUANGZHOU_ALL = FetchRequest(regions=(GUANGZHOU,))
PATIENCE = 5.0
"""Seconds for an answer that does come, on a busy machine."""


@dataclass(frozen=True)
class Signer:
    """Hands out one pair of keys."""

    keys: Keys

    def get_credential_info(self) -> tuple[str, str, str | None]:
        """Id, key and token as the SDK asks for them."""
        return self.keys.secret_id, self.keys.secret_key, self.keys.token or None


@contextmanager
def transport(
    endpoint: str,
    *,
    keys: Keys | None = None,
    attempts: int = ATTEMPTS,
    patience: float = PATIENCE,
    whole: float = PATIENCE,
    budget: Budget | None = None,
    clock: Clock | None = None,
) -> Iterator[Transport]:
    """A transport that retries at once, ``attempts`` times.

    It waits ``patience`` seconds for an answer to begin or go on, and ``whole`` for all of it.
    """
    made = Transport(
        Signer(keys or Keys()),
        wiring=Wiring(endpoint=parse_endpoint(endpoint), timeouts=(PATIENCE, patience), patience=whole),
        budget=budget or Unmetered(),
        policy=RetryPolicy(attempts=attempts, least_wait=0, first_wait=0, longest_wait=0, throttled=0),
        clock=clock or StoppedClock(),
    )
    try:
        yield made
    finally:
        made.close()


def read(server: LoopbackServer, request: FetchRequest = GUANGZHOU_ALL) -> Snapshot:
    """What the fetcher makes of the server's estate, with the server's own keys."""
    with transport(server.endpoint, keys=server.keys) as live:
        return fetch(live, request)


def read_estate(estate: Estate, request: FetchRequest = GUANGZHOU_ALL) -> Snapshot:
    """The same of an estate without a wire, for what is about the answers and not about how they come."""
    with without_threads():
        return fetch(EstateCaller(estate), request)


def cluster(snapshot: Snapshot, cluster_id: str) -> Cluster:
    """The audited cluster of that id."""
    return next(found for found in snapshot.clusters if found.cluster_id == cluster_id)
