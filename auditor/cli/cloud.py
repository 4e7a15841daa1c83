"""Connects a run to the cloud, or opens the cassette that replaces the cloud.

A live connection needs credentials, an endpoint and a rate limit; ``--record`` writes its calls to a cassette. What
is asked of the connection is decided in ``source``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from auditor import resources
from auditor.cli import options
from auditor.cli import session as files
from auditor.cli.options import DEMO, CloudOptions, EndpointOptions
from auditor.cli.session import Session
from auditor.fetcher.clock import RunClock
from auditor.files import writer

if TYPE_CHECKING:
    from auditor.config.settings import Rates
    from auditor.fetcher.cassette import Cassette
    from auditor.fetcher.credentials import AssumedRole, CredentialEnvironment
    from auditor.fetcher.transport import Caller, Signer, Wiring


def open_cassette(session: Session, name: str) -> Cassette:
    """The cassette that ``--replay`` names. Raises ``ConfigError`` for a file that is none."""
    from auditor.fetcher.cassette import load

    if name not in session.cassettes:
        is_demo = name == DEMO
        text = resources.text(f"cassettes/{DEMO}.json") if is_demo else _text(session, name)
        session.cassettes[name] = load(text, name)
    return session.cassettes[name]


def _text(session: Session, name: str) -> str:
    return files.read_text(session, options.path(name, "--replay"))


def with_recorded_ids(session: Session, replay: str | None, text: str) -> str:
    """``text`` with the ids and addresses that a recording has in place of the true ones; as it is for a live run."""
    from auditor.fetcher import pseudonyms

    return text if replay is None else pseudonyms.apply_aliases(open_cassette(session, replay).aliases, text)


def recorded_regions(cassette: Cassette) -> tuple[str, ...]:
    """The regions whose clusters a cassette lists; a list of regions is asked for in a region of its own."""
    calls = [interaction.request for interaction in cassette.interactions]
    return tuple(sorted({call.region for call in calls if call.action == "DescribeClusters"}))


def lists_every_cluster(cassette: Cassette) -> bool:
    """Whether a cassette was recorded without naming clusters, so that it answers no question for one by its id."""
    calls = [call.request for call in cassette.interactions if call.request.action == "DescribeClusters"]
    return any("ClusterIds" not in call.params for call in calls)


def recorded_ids(cassette: Cassette, ids: Iterable[str]) -> tuple[str, ...]:
    """Those of ``ids`` that a cassette speaks of: about any other it has no answer."""
    recorded = cassette.model_dump_json()
    return tuple(identifier for identifier in ids if identifier in recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """How one run reads the cloud: within which rates, how many calls at once at most, and since when.

    ``also`` and ``named`` as :class:`auditor.fetcher.recording.Recorder` has them.
    """

    rates: Rates
    jobs: int
    began: datetime
    also: tuple[str, ...] = ()
    named: str = ""


@contextmanager
def live(session: Session, cloud: CloudOptions, run: LiveRun) -> Iterator[Caller]:
    """A caller that asks the cloud with the keys that this machine has.

    ``--record`` takes the calls down.

    Raises ``AuthError`` where there are no keys, ``ReportError`` where the recording cannot be written.
    """
    from auditor.fetcher import credentials
    from auditor.fetcher.rate_limit import SHARE, JobLimit, SharedBudget
    from auditor.fetcher.recording import CassetteRecorder
    from auditor.fetcher.transport import Transport

    if cloud.record:
        writer.refuse_unwritable(cloud.record)
    clock = RunClock(session.cancelled)
    wired = wiring(session, cloud.api)
    recorder = CassetteRecorder(run.also, run.named, read_at=run.began) if cloud.record else None
    keys = credentials.find_credentials(credential_environment(session, wired, clock, cloud.api))
    budget = JobLimit(SharedBudget(clock, run.rates.share or SHARE, dict(run.rates.actions)), run.jobs)
    transport = Transport(keys, wiring=wired, budget=budget, clock=clock, recorder=recorder)
    try:
        yield transport
    finally:
        transport.close()
    if cloud.record and recorder:
        pair = recorder.save(cloud.record)
        if pair:
            blurred = session.words.text("fetch-record-blurred", path=str(cloud.record), one=pair[0], other=pair[1])
            logging.getLogger(__name__).warning("%s", blurred)


def wiring(session: Session, api: EndpointOptions) -> Wiring:
    """Where the calls go. Raises ``ConfigError`` for an endpoint that is none, or a proxy that nobody can use."""
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


def role(session: Session, api: EndpointOptions) -> AssumedRole | None:
    """The role that the options name, else the cloud's own variables. Raises ``ConfigError`` for half of one."""
    from auditor.fetcher import credentials

    arn = api.role_arn or session.environ.get("TENCENTCLOUD_ROLE_ARN", "").strip()
    session_name = session.environ.get("TENCENTCLOUD_ROLE_SESSION_NAME", "").strip()
    return credentials.assumed_role(arn, api.role_session_name or (session_name if arn else ""))


def credential_environment(
    session: Session, wiring_of_run: Wiring, clock: RunClock, api: EndpointOptions
) -> CredentialEnvironment:
    """Where keys are looked for, how temporary ones are had, and the role to assume.

    Raises ``ConfigError`` for half of a role.
    """
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
        role=role(session, api),
    )
