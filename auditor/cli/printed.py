"""What a small command prints: to stdout, or to the file that ``-o`` names."""

from __future__ import annotations

from auditor.cli import output, values
from auditor.cli.options import Printed
from auditor.cli.session import Session


class Printer:
    """Where one text goes. Made before the work, so that a place that takes none is refused at once."""

    def __init__(self, session: Session, general: Printed, form: str) -> None:
        """``form`` is what the text is, in a word. Raises ``ReportError`` for an unwritable place."""
        self._session = session
        self._quiet = general.quiet
        self._form = form
        self._path = values.place(general.output)
        output.refuse_unwritable(session, self._path)

    @property
    def shown(self) -> bool:
        """Whether a person may see it at once."""
        return self._path is None

    def write(self, text: str) -> None:
        """Writes it and, of a file, says so. Raises ``ReportError``."""
        output.write(self._session, self._path, text)
        if self._path is not None and not self._quiet:
            self._session.tell(self._session.words.text("cli-written", format=self._form, path=str(self._path)))
