"""Records the calls of a live run for ``--record`` and writes them as an anonymised cassette.

The calls stay in memory until the run ends. Nothing reaches the disk before :mod:`auditor.fetcher.anonymize` has
rewritten all of them together. Raises ReportError where the result still looks unsafe or cannot be written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from auditor.errors import ReportError
from auditor.fetcher.anonymize import scrub, suspects
from auditor.fetcher.api_response import ApiCall, ApiResponse
from auditor.fetcher.cassette import FORMAT, Cassette, Interaction, RecordedFault, Request, Response, dump
from auditor.fetcher.pseudonyms import find_changed_relation
from auditor.files import writer

BODY_REMOVED = "[not kept]"
"""Replaces a body that is not JSON, since its contents cannot be anonymised."""


class CassetteRecorder:
    """Keeps every attempt of a run in memory, and saves them as an anonymised cassette.

    ``also`` holds the ids that the run reads because a planned change names them. ``named`` is the text of the inputs
    of the run; the ids and addresses in it get aliases. ``read_at`` is the time at which the run began to read.
    """

    def __init__(self, also: Sequence[str] = (), named: str = "", *, read_at: datetime | None = None) -> None:
        self._also = list(also)
        self._named = named
        self._read_at = read_at
        self._interactions: list[Interaction] = []
        self._lock = Lock()

    def note(self, call: ApiCall, params: Mapping[str, object], outcome: ApiResponse | Exception) -> None:
        """Record one attempt of a call."""
        request = Request(
            service=call.action.service,
            version=call.action.version,
            region=call.region,
            action=call.action.name,
            params=json.loads(json.dumps(params)),
        )
        if isinstance(outcome, Exception):
            interaction = Interaction(request=request, fault=_fault(outcome))
        else:
            interaction = Interaction(request=request, response=_response(outcome))
        with self._lock:
            self._interactions.append(interaction)

    def cassette(self, scenario: str) -> Cassette:
        """Return the anonymised cassette: requests sorted, answers to equal requests in order of arrival."""
        return scrub(self._original(scenario), named=self._named)

    def _original(self, scenario: str) -> Cassette:
        with self._lock:
            interactions = sorted(self._interactions, key=lambda interaction: interaction.request.key())
        return Cassette(
            format=FORMAT,
            scenario=scenario,
            origin="recorded",
            read_at=self._read_at,
            interactions=interactions,
            also=self._also,
        )

    def save(self, path: Path) -> tuple[str, str] | None:
        """Write the cassette completely or not at all. Raises ReportError where this fails.

        Returns two addresses whose inclusion or overlap changed by the anonymisation, so that a replay may differ, or
        ``None``.
        """
        original = self._original(path.stem)
        scrubbed = scrub(original, named=self._named)
        text = dump(scrubbed)
        kinds = suspects(text)
        if kinds:
            raise ReportError("fetch-record-unclean", path=str(path), kind=kinds[0])
        writer.write(path, (text,))
        return find_changed_relation(original, scrubbed, self._named)


def _response(answer: ApiResponse) -> Response:
    return Response(status=answer.status, content_type=answer.content_type, body=_body(answer.body))


def _body(body: object) -> dict[str, Any] | str:
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return BODY_REMOVED
    return body if isinstance(body, dict) else BODY_REMOVED


def _fault(failure: Exception) -> RecordedFault:
    """The recorded form of an exception of requests."""
    from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout  # noqa: PLC0415 - only live runs need it

    if isinstance(failure, Timeout):
        return RecordedFault.TIME_OUT
    if isinstance(failure, (ChunkedEncodingError, ContentDecodingError)):
        return RecordedFault.CUT_BODY
    return RecordedFault.CONNECTION_REFUSED
