"""What the server was asked and how it answered."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.loopback.quota import peak

Key = tuple[str, str, str]
"""Service, action and region: what a quota counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request; ``at`` counts seconds from anywhere.

    ``secret_id`` is that of the keys which signed it, where the server gave them out, else of those that it knows.
    ``code`` is the error code of the answer, empty where it was rows; ``faulty`` says that a fault befell it.
    """

    service: str
    version: str
    action: str
    region: str
    params: dict[str, Any]
    at: float
    language: str = ""
    secret_id: str = ""
    code: str = ""
    faulty: bool = False

    @property
    def key(self) -> Key:
        """What its quota counts."""
        return self.service, self.action, self.region

    @property
    def question(self) -> str:
        """The whole of what was asked, as one text."""
        return json.dumps([self.service, self.version, self.action, self.region, self.params], sort_keys=True)


class CallLog:
    """The calls in the order of their arrival."""

    def __init__(self, calls: Iterable[Call] = ()) -> None:
        self.calls = list(calls)

    def of(self, action: str, version: str = "") -> list[Call]:
        """The calls of one action."""
        return [call for call in self.calls if call.action == action and version in ("", call.version)]

    def counts(self) -> dict[Key, int]:
        """How often each quota was drawn on."""
        return dict(Counter(call.key for call in self.calls))

    def refused(self) -> list[Call]:
        """The calls that were answered with an error code."""
        return [call for call in self.calls if call.code]

    def repeated(self) -> list[str]:
        """Questions that were rightly answered with rows more than once."""
        asked = Counter(call.question for call in self.calls if not call.code and not call.faulty)
        return sorted(question for question, times in asked.items() if times > 1)

    def peaks(self) -> dict[Key, int]:
        """The most calls in any one second, refused ones too, by what the quota counts."""
        times: defaultdict[Key, list[float]] = defaultdict(list)
        for call in self.calls:
            times[call.key].append(call.at)
        return {key: peak(at) for key, at in times.items()}
