from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.cli import output
from auditor.cli.options import OutputTarget
from auditor.cli.output import Destination
from auditor.cli.session import Session
from auditor.errors import ConfigError, ReportError

KNOWN = ("table", "json", "html")


def _targets(*texts: str) -> tuple[OutputTarget, ...]:
    return tuple(OutputTarget(format=text.partition("=")[0], path=text.partition("=")[2] or None) for text in texts)


def test_without_a_format_the_first_known_one_goes_to_stdout() -> None:
    assert output.destinations((), None, KNOWN) == (Destination(format="table", path=None),)


def test_output_takes_the_format_that_has_no_path_of_its_own() -> None:
    found = output.destinations(_targets("html=a.html", "json"), "b.json", KNOWN)
    assert found == (Destination(format="html", path=Path("a.html")), Destination(format="json", path=Path("b.json")))


def test_a_dash_is_stdout() -> None:
    assert output.destinations(_targets("json=-"), None, KNOWN) == (Destination(format="json", path=None),)
    assert output.destinations(_targets("json"), "-", KNOWN) == (Destination(format="json", path=None),)


@pytest.mark.parametrize(
    ("targets", "path", "message_id"),
    [
        (("json", "table"), None, "cli-two-reports"),
        (("json", "table"), "x", "cli-two-reports"),
        (("json=x", "table=./x"), None, "cli-two-reports"),
        (("json=-", "table"), None, "cli-two-reports"),
        (("json", "json"), None, "cli-two-reports"),
        (("jsn",), None, "cli-unknown-format"),
        (("json=x",), "y", "cli-output-unused"),
    ],
)
def test_places_that_do_not_fit_are_refused(targets: tuple[str, ...], path: str | None, message_id: str) -> None:
    with pytest.raises(ConfigError) as caught:
        output.destinations(_targets(*targets), path, KNOWN)
    assert caught.value.message_id == message_id


def test_a_closed_stdout_is_refused() -> None:
    session = Session(environ={}, stdin=None, stdout=None, stderr=io.StringIO())
    with pytest.raises(ReportError):
        output.refuse_unwritable(session, None)


def test_stdout_takes_what_no_encoding_can_carry() -> None:
    taken = io.BytesIO()
    session = Session(environ={}, stdin=None, stdout=io.TextIOWrapper(taken, "ascii"), stderr=io.StringIO())
    output.write(session, None, ("放通 \ud800\n",))
    assert taken.getvalue() == "放通 \\ud800\n".encode()


def test_a_reader_that_goes_away_ends_the_making_of_the_text() -> None:
    taken, given = os.pipe()
    made: list[int] = []

    def pieces() -> Iterator[str]:
        for number in range(3):
            made.append(number)
            yield "x"
            os.close(taken) if number == 0 else None

    with os.fdopen(given, "w") as pipe:
        session = Session(environ={}, stdin=None, stdout=pipe, stderr=io.StringIO())
        session.report(pieces())
    assert made == [0, 1]


def test_a_full_stdout_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        session = Session(environ={}, stdin=None, stdout=full, stderr=io.StringIO())
        with pytest.raises(ReportError) as caught:
            session.report(("x" * 100_000,))
    assert caught.value.facts["path"] == "stdout"
