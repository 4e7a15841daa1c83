"""Says how old a finding is, as far as earlier runs tell."""

from __future__ import annotations

from datetime import datetime

from auditor.model.earlier import Sighting
from auditor.reporter.text.names import Formatter


def days_between(since: datetime | None, moment: datetime) -> float:
    """The days from one time to a later one; 0 if the first is unknown or later."""
    return 0.0 if since is None else max((moment - since).total_seconds(), 0.0) / 86_400


class AgeText:
    """Writes the ages of findings at the time of a run, ``moment``. Days are calendar days in UTC."""

    def __init__(self, phrasing: Formatter, moment: datetime) -> None:
        self._phrasing = phrasing
        self._moment = moment

    def since(self, sighting: Sighting | None) -> str:
        """``since 2026-11-03, 25 days``; of a returned finding also when it was first seen. Empty if it is new."""
        if sighting is None or sighting.since is None or sighting.since >= self._moment:
            return self._returned(sighting)
        facts: dict[str, str | int] = {"day": _day(sighting.since), "days": self._days(sighting.since)}
        if sighting.returned is not None and sighting.first_seen is not None:
            return self._phrasing.text("history-age-returned", first=_day(sighting.first_seen), **facts)
        return self._phrasing.text("history-age", **facts)

    def _returned(self, sighting: Sighting | None) -> str:
        if sighting is None or sighting.returned is None or sighting.first_seen is None:
            return ""
        return self._phrasing.text("history-age-back", first=_day(sighting.first_seen))

    def brief(self, sighting: Sighting | None) -> str:
        """``25 days``; empty if it is new."""
        if sighting is None or sighting.since is None or sighting.since >= self._moment:
            return self._returned(sighting)
        return self._phrasing.text("history-days", days=self._days(sighting.since))

    def _days(self, since: datetime) -> int:
        return (self._moment.date() - since.date()).days


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
