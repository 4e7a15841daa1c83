"""What the streams lead to: width, colour and whether somebody watches; the only place that asks."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TextIO

PIPE_WIDTH = 80
LEAST_WIDTH = 40


def width(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """Columns: ``COLUMNS`` where it is set, else the terminal's, else 80; never under 40."""
    told = environ.get("COLUMNS", "")
    if re.fullmatch(r"[0-9]{1,6}", told) and int(told):
        return max(int(told), LEAST_WIDTH)
    if stream is None or not stream.isatty():
        return PIPE_WIDTH
    try:
        return max(os.get_terminal_size(stream.fileno()).columns or PIPE_WIDTH, LEAST_WIDTH)
    except OSError:
        return PIPE_WIDTH


def colour(stream: TextIO | None, environ: Mapping[str, str], *, refused: bool) -> bool:
    """Whether to colour: ``--no-color`` and ``NO_COLOR`` refuse, ``FORCE_COLOR`` and ``CLICOLOR_FORCE`` insist."""
    if refused or environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream is not None and stream.isatty() and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"


def is_watched(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether a person sees ``stream`` move: a terminal that can redraw, and no CI."""
    in_ci = environ.get("CI", "").lower() not in ("", "0", "false")
    return stream.isatty() and environ.get("TERM") != "dumb" and not in_ci
