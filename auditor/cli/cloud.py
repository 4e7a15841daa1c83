"""Connects a run to the cloud, or opens the cassette that replaces the cloud.

A live connection needs credentials, an endpoint and a rate limit; ``--record`` writes its calls to a cassette. What
is asked of the connection is decided in ``source``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Semaphore
from typing import TYPE_CHECKING

from auditor import resources
from auditor.cli import options
from auditor.cli import session as files
from auditor.cli.options import EndpointOptions
from auditor.cli.session import Session
from auditor.fetcher.clock import RunClock

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.config.settings import Rates
    from auditor.fetcher.cassette import Cassette
    from auditor.fetcher.credentials import CredentialEnvironment, CredentialSearch
    from auditor.fetcher.keys import Credentials
    from auditor.fetcher.roles import AssumedRole
    from auditor.fetcher.transport import Caller, Signer, Wiring
    from auditor.model.accounts import ConfiguredAccount


def open_cassette(session: Session, name: str) -> Cassette:
    """Opens the cassette that ``--replay`` names. Raises ``ConfigError`` for any other file."""
    from auditor.fetcher.cassette import load

    if name not in session.cassettes:
        is_built_in = name in resources.recordings()
        text = resources.recording(name) if is_built_in else _text(session, name)
        session.cassettes[name] = load(text, name)
    return session.cassettes[name]


def _text(session: Session, name: str) -> str:
    return files.read_text(session, options.path(name, "--replay"))


def with_recorded_ids(session: Session, replay: str | None, text: str) -> str:
    """Replaces the ids and addresses in ``text`` by those of the recording; a live run leaves them unchanged."""
    from auditor.fetcher import pseudonyms

    return text if replay is None else pseudonyms.apply_aliases(open_cassette(session, replay).aliases, text)


def recorded_regions(cassette: Cassette) -> tuple[str, ...]:
    """The regions in which a cassette lists clusters."""
    calls = [interaction.request for interaction in cassette.interactions]
    return tuple(sorted({call.region for call in calls if call.action == "DescribeClusters"}))


def lists_every_cluster(cassette: Cassette) -> bool:
    """Whether a cassette lists the clusters without naming any, so that it cannot answer for a single cluster."""
    calls = [call.request for call in cassette.interactions if call.request.action == "DescribeClusters"]
    return any("ClusterIds" not in call.params for call in calls)


def recorded_clusters(cassette: Cassette) -> tuple[str, ...]:
    """The ids by which a cassette asks for clusters, in order; none if it lists them all."""
    calls = [call.request for call in cassette.interactions if call.request.action == "DescribeClusters"]
    return tuple(dict.fromkeys(str(name) for call in calls for name in call.params.get("ClusterIds", ())))


def recorded_ids(cassette: Cassette, ids: Iterable[str]) -> tuple[str, ...]:
    """The ``ids`` that occur in a cassette; it has no answer about any other."""
    recorded = cassette.model_dump_json()
    return tuple(identifier for identifier in ids if identifier in recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """How a run reads an account: rates, and the places of the calls that all accounts of the run share.

    Its calls are written to the cassette ``record``, if any. ``also`` and ``named`` are those of
    :class:`auditor.fetcher.recording.Recorder`.
    """

    rates: Rates
    places: Semaphore
    began: datetime
    also: tuple[str, ...] = ()
    named: str = ""
    record: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How a run reaches the cloud, and the keys that it found. The accounts of a run share it.

    ``session_name`` is that of the roles that do not name their own.
    """

    session: Session
    wiring: Wiring
    clock: RunClock
    environment: CredentialEnvironment
    search: CredentialSearch
    session_name: str = ""

    def keys(self, account: ConfiguredAccount | None) -> Credentials:
        """The keys that were found, or those of the role of ``account``, assumed with them. Raises ``AuthError``."""
        return self.search_for(account).usable_keys()

    def search_for(self, account: ConfiguredAccount | None) -> CredentialSearch:
        """The search for the keys of ``account``: the places of keys, and the role of the account if it has one."""
        from auditor.fetcher import credentials, roles

        role_of_account = None if account is None else roles.role_of(account, self.session_name)
        if role_of_account is None:
            return self.search
        return credentials.with_role(self.environment, self.search, role_of_account)


def connect(session: Session, api: EndpointOptions, accounts: Sequence[str] = ()) -> Connection:
    """Finds the keys of a run that reads ``accounts``, empty for the account of the keys.

    Raises ``ConfigError`` for an invalid endpoint, proxy or role.
    """
    from auditor.fetcher import credentials

    clock = RunClock(session.cancelled)
    wired = wiring(session, api)
    environment = credential_environment(session, wired, clock, role(session, api, accounts))
    return Connection(
        session=session,
        wiring=wired,
        clock=clock,
        environment=environment,
        search=credentials.search_places(environment),
        session_name=_session_name(session, api) if accounts else "",
    )


@contextmanager
def live(connection: Connection, keys: Signer, run: LiveRun) -> Iterator[Caller]:
    """Calls the cloud with ``keys`` and a budget of their own.

    Raises ``ReportError`` where the cassette cannot be written.
    """
    from auditor.fetcher.rate_limit import SharedBudget
    from auditor.fetcher.recording import CassetteRecorder
    from auditor.fetcher.transport import Transport

    recorder = CassetteRecorder(run.also, run.named, read_at=run.began) if run.record else None
    clock = connection.clock
    budget = SharedBudget(clock, run.rates.share, dict(run.rates.actions), run.places)
    transport = Transport(keys, wiring=connection.wiring, budget=budget, clock=clock, recorder=recorder)
    try:
        yield transport
    finally:
        transport.close()
    if run.record and recorder:
        pair = recorder.save(run.record)
        if pair:
            words = connection.session.words
            blurred = words.text("fetch-record-blurred", path=str(run.record), one=pair[0], other=pair[1])
            logging.getLogger(__name__).warning("%s", blurred)


def wiring(session: Session, api: EndpointOptions) -> Wiring:
    """The endpoint and environment of the calls.

    Raises ``ConfigError`` for an invalid endpoint or an unusable proxy.
    """
    from auditor.fetcher import http
    from auditor.fetcher.actions import ACTIONS
    from auditor.fetcher.http import proxy_for
    from auditor.fetcher.transport import Wiring

    endpoint = http.parse_endpoint(api.endpoint or "", api.root_domain or "")
    for host in {endpoint.host_for(action.service, "") for action in ACTIONS}:
        proxy_for(endpoint.scheme, host, session.environ)
    if endpoint.is_plain:
        logging.getLogger(__name__).warning("%s", session.words.text("fetch-plain-http", host=endpoint.host))
    return Wiring(endpoint=endpoint, env=session.environ)


def role(session: Session, api: EndpointOptions, accounts: Sequence[str]) -> AssumedRole | None:
    """The role from the options or from the cloud's variables. Raises ``ConfigError`` for an incomplete role.

    With ``accounts``, a session name without a role is that of the roles of the accounts.
    """
    from auditor.fetcher import roles

    arn = api.role_arn or session.environ.get("TENCENTCLOUD_ROLE_ARN", "").strip()
    if not arn and accounts:
        return None
    return roles.assumed_role(arn, _session_name(session, api) if arn else api.role_session_name or "")


def _session_name(session: Session, api: EndpointOptions) -> str:
    """The name of the session of a role, from the option or from the cloud's variable. Raises ``ConfigError``."""
    from auditor.fetcher import roles

    name = api.role_session_name or session.environ.get("TENCENTCLOUD_ROLE_SESSION_NAME", "").strip()
    return roles.checked_session(name) if name else ""


def credential_environment(
    session: Session, wiring_of_run: Wiring, clock: RunClock, assumed: AssumedRole | None
) -> CredentialEnvironment:
    """Everything that the search for credentials needs: variables, home, metadata service and the role to assume."""
    from auditor.fetcher import keys
    from auditor.fetcher.credentials import CredentialEnvironment
    from auditor.fetcher.transport import Transport

    def connect(signer: Signer | None) -> Caller:
        return Transport(signer, wiring=wiring_of_run, clock=clock)

    return CredentialEnvironment(
        env=session.environ,
        home=session.home,
        clock=clock,
        metadata=keys.read_metadata,
        connect=connect,
        role=assumed,
    )
