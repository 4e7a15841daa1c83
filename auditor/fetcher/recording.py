"""A recorder for a live run: ``--record`` takes down what the wire carries, and writes it once it is scrubbed."""

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
from auditor.fetcher.stand_ins import find_changed_relation
from auditor.files import writer

NO_TEXT = "[not kept]"
"""Stands for a body that is no JSON: nobody knows what is in it."""


class CassetteRecorder:
    """Takes down every exchange of a run, in memory; nothing touches the disk before all of it is scrubbed together.

    ``read_at`` is when the run began to read.
    """

    def __init__(self, also: Sequence[str] = (), named: str = "", *, read_at: datetime | None = None) -> None:
        self._also = list(also)
        self._named = named
        self._read_at = read_at
        self._taken: list[Interaction] = []
        self._lock = Lock()

    def note(self, call: ApiCall, params: Mapping[str, object], outcome: ApiResponse | Exception) -> None:
        """Take one exchange down."""
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
            self._taken.append(interaction)

    def cassette(self, scenario: str) -> Cassette:
        """What was taken down, scrubbed; requests sorted, answers to the same one in the order in which they came."""
        return scrub(self._whole(scenario), named=self._named)

    def _whole(self, scenario: str) -> Cassette:
        with self._lock:
            taken = sorted(self._taken, key=lambda interaction: interaction.request.key())
        return Cassette(
            format=FORMAT,
            scenario=scenario,
            origin="recorded",
            read_at=self._read_at,
            interactions=taken,
            also=self._also,
        )

    def save(self, path: Path) -> tuple[str, str] | None:
        """Write the cassette, whole or not at all. Raises ReportError where that fails.

        Returns two addresses that lie to each other otherwise once they are masked, so that a replay may differ.
        """
        original = self._whole(path.stem)
        scrubbed = scrub(original, named=self._named)
        text = dump(scrubbed)
        found = suspects(text)
        if found:
            raise ReportError("fetch-record-unclean", path=str(path), kind=found[0])
        writer.write(path, text)
        return find_changed_relation(original, scrubbed, self._named)


def _response(answer: ApiResponse) -> Response:
    return Response(status=answer.status, content_type=answer.content_type, body=_body(answer.body))


def _body(body: object) -> dict[str, Any] | str:
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return NO_TEXT
    return body if isinstance(body, dict) else NO_TEXT


def _fault(failure: Exception) -> RecordedFault:
    """The kind of a failure of requests."""
    from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout  # noqa: PLC0415 - live runs alone

    if isinstance(failure, Timeout):
        return RecordedFault.TIME_OUT
    if isinstance(failure, (ChunkedEncodingError, ContentDecodingError)):
        return RecordedFault.CUT_BODY
    return RecordedFault.CONNECTION_REFUSED
