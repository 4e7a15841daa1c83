"""Writes findings of earlier runs in words: their titles and their ages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from auditor.model.codes import Code
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.reporter.codes import code_text
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.service_names import has_few_services, service_text


def title_of(finding: EarlierFinding, phrasing: Formatter) -> str:
    """The title of its code, with the services if they are few; of a code of another version, the code."""
    titles = {code.value: code for code in Code}
    if finding.code not in titles:
        return finding.code
    title = code_text(titles[finding.code], phrasing.lang).title
    services = finding.packets.services
    if not services or not has_few_services(services):
        return title
    return phrasing.text("history-finding", title=title, about=service_text(services, phrasing))


def days_between(since: datetime | None, moment: datetime) -> float:
    """The days from one time to a later one; 0 if the first is unknown or later."""
    return 0.0 if since is None else max((moment - since).total_seconds(), 0.0) / 86_400


class AgeText:
    """Writes the ages of findings at the time of a run, ``moment``. Days are calendar days in UTC.

    A finding that the run found first has no age, nor has any finding without a ``moment``.
    """

    def __init__(self, phrasing: Formatter, moment: datetime | None) -> None:
        self._phrasing = phrasing
        self._moment = moment

    def since(self, sightings: Iterable[Sighting | None]) -> str:
        """``since 2026-11-03, 25 days``; of findings of several ages the oldest. Empty if all are new."""
        ages = self._ages(sightings)
        if not any(ages):
            return ""
        days, text = max((age for age in ages if age), key=lambda age: age[0])
        return text if {age[0] if age else 0 for age in ages} == {days} else self._text("age-oldest", age=text)

    def brief(self, sightings: Iterable[Sighting | None]) -> str:
        """``25 days``, ``up to 25 days``; empty if all are new."""
        days = {age[0] if age else 0 for age in self._ages(sightings)}
        if not any(days):
            return ""
        return self._text("days" if len(days) == 1 else "days-most", days=max(days))

    def _ages(self, sightings: Iterable[Sighting | None]) -> list[tuple[int, str] | None]:
        """The days and the text of each age, ``None`` for a new finding."""
        return [self._age(sighting) for sighting in sightings]

    def _age(self, sighting: Sighting | None) -> tuple[int, str] | None:
        if self._moment is None or sighting is None or sighting.first_seen is None or sighting.since is None:
            return None
        if sighting.first_seen >= self._moment:
            return None
        first = sighting.first_seen.date().isoformat()
        days = (self._moment.date() - sighting.since.date()).days
        if sighting.returned is None:
            return days, self._text("age", day=first, days=days)
        if sighting.returned >= self._moment:
            return days, self._text("age-back", first=first)
        return days, self._text("age-returned", day=sighting.since.date().isoformat(), days=days, first=first)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"history-{name}", **facts)
