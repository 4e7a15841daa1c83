"""Address texts out of a plan, which checks none of them: read, or taken as unknown."""

from __future__ import annotations

from auditor.model import addresses, rule_text


def blocks(texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The blocks in one spelling; ``None`` where one of them is none."""
    try:
        return tuple(rule_text.block(text) for text in texts)
    except ValueError:
        return None


def single(text: str) -> tuple[str, ...]:
    """The one address, if that is what it is."""
    try:
        addresses.point_of(text)
    except ValueError:
        return ()
    return (text,)
