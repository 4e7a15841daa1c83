from __future__ import annotations

import io
import os
from collections.abc import Mapping

import pytest

from auditor.cli import session


class Screen(io.StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 99


PIPE = io.StringIO()


def test_a_pipe_is_80_columns_wide() -> None:
    assert session.width(PIPE, {}) == 80
    assert session.width(None, {}) == 80


def test_columns_decides_where_it_is_set() -> None:
    assert session.width(PIPE, {"COLUMNS": "132"}) == 132
    assert session.width(Screen(), {"COLUMNS": "132"}) == 132
    assert session.width(PIPE, {"COLUMNS": ""}) == 80
    assert session.width(PIPE, {"COLUMNS": "wide"}) == 80


def test_a_terminal_tells_its_width_and_is_never_taken_for_less_than_40(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((120, 30)))
    assert session.width(Screen(), {}) == 120
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((12, 30)))
    assert session.width(Screen(), {}) == 40
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((0, 0)))
    assert session.width(Screen(), {}) == 80


def test_a_terminal_that_tells_nothing_is_80_columns_wide() -> None:
    assert session.width(Screen(), {}) == 80


@pytest.mark.parametrize(
    ("stream", "environ", "refused", "coloured"),
    [
        (Screen(), {}, False, True),
        (PIPE, {}, False, False),
        (Screen(), {}, True, False),
        (Screen(), {"NO_COLOR": "1"}, False, False),
        (Screen(), {"NO_COLOR": ""}, False, True),
        (Screen(), {"TERM": "dumb"}, False, False),
        (Screen(), {"CLICOLOR": "0"}, False, False),
        (PIPE, {"FORCE_COLOR": "1"}, False, True),
        (PIPE, {"FORCE_COLOR": "0"}, False, False),
        (PIPE, {"FORCE_COLOR": ""}, False, False),
        (PIPE, {"CLICOLOR_FORCE": "1"}, False, True),
        (PIPE, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        (PIPE, {"FORCE_COLOR": "1"}, True, False),
        (None, {}, False, False),
    ],
)
def test_colour(stream: io.StringIO | None, environ: Mapping[str, str], *, refused: bool, coloured: bool) -> None:
    assert session.colour(stream, environ, refused=refused) is coloured


def test_progress_is_for_a_terminal_that_somebody_watches() -> None:
    assert session.is_watched(Screen(), {})
    assert not session.is_watched(PIPE, {})
    assert not session.is_watched(Screen(), {"CI": "true"})
    assert session.is_watched(Screen(), {"CI": "false"})
    assert not session.is_watched(Screen(), {"TERM": "dumb"})
