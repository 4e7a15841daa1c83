"""What the server says no with."""

from __future__ import annotations


class Refused(Exception):
    """A call that is answered with an error code instead of rows."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or f"refused with {code}"
