"""Decides whether what was read is too old to describe the present."""

from __future__ import annotations

from datetime import date, datetime


def age_fault(read_at: datetime | None, today: date, most: int) -> tuple[str, str] | None:
    """``TooOld`` or ``Undated`` with the reason, or ``None`` if the read is at most ``most`` days old.

    Days are calendar days in UTC. A read from later than tomorrow has an unknown age.
    """
    if read_at is None:
        return "Undated", "it does not say when it was read"
    read = read_at.date()
    days = (today - read).days
    if days < -1:
        return "Undated", f"it says that it was read on {read}, which is after {today}"
    if days > most:
        return "TooOld", f"it was read on {read}, {days} days before {today}; --max-age allows {most}"
    return None
