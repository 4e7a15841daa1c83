"""Reads the Terraform files of the checkout under ``--source-dir``, for the places of a plan's resources.

Links and hidden folders (``.terraform``, ``.git``) are not followed, so that nothing outside the checkout is read.
Files that are too large, damaged or too many are left out and counted: they cost places, not the verdict.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.session import STDIN, Session
from auditor.errors import ConfigError
from auditor.files import reader

if TYPE_CHECKING:
    from auditor.model.changes import Place
    from auditor.whatif.terraform.plan import Plan

FILE_BYTES = 1 << 20
"""The limit of a Terraform file. Written by hand it has a hundredth of that."""
ALL_BYTES = 16 << 20
"""The limit of all Terraform files of a checkout together."""


def refuse_other_than_folder(folder: Path) -> None:
    """Raises ``ConfigError`` for a checkout that cannot be listed, before anything is read."""
    try:
        with os.scandir(folder):
            pass
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError("files-not-folder", path=str(folder)) from None
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise ConfigError("files-unreadable", file=str(folder), expected="folder", detail=detail) from None


def places(session: Session, folder: Path, plan: Plan, plan_file: Path | None, *, quiet: bool) -> dict[str, Place]:
    """The places of the plan's resources in the checkout; says on stderr how many files were left out."""
    from auditor.whatif.terraform.places import Checkout, resource_places

    files = TerraformFiles(folder)
    by_address = resource_places(plan, Checkout.of(files.texts()), _folder_of(plan_file, folder))
    if files.left_out and not quiet:
        session.tell(session.words.text("commands-files-left-out", count=files.left_out, path=str(folder)))
    return by_address


def _folder_of(file: Path | None, folder: Path) -> str | None:
    """The folder of a file relative to the checkout; ``None`` for a file elsewhere and for stdin."""
    if file is None or file == STDIN:
        return None
    parent, top = (Path(os.path.realpath(path)) for path in (file.parent, folder))
    if not parent.is_relative_to(top):
        return None
    relative = parent.relative_to(top).as_posix()
    return "" if relative == "." else relative


class TerraformFiles:
    """The Terraform files below a folder. ``left_out`` counts those that :meth:`texts` has not returned."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.left_out = 0

    def texts(self) -> Iterator[tuple[str, str]]:
        """Relative path and text of each file, sorted by folder and name."""
        remaining = ALL_BYTES
        for path in self._paths():
            try:
                text = reader.read_text(self._folder / path, min(FILE_BYTES, remaining), pipes=False)
                path.encode()
            except (ConfigError, UnicodeEncodeError):
                self.left_out += 1
                continue
            remaining -= len(text)
            yield path, text

    def _paths(self) -> Iterator[str]:
        from auditor.whatif.terraform.blocks import SUFFIXES

        for top, folders, names in os.walk(self._folder, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(top, name)
                if name.endswith(SUFFIXES) and not name.startswith(".") and not path.is_symlink() and path.is_file():
                    yield path.relative_to(self._folder).as_posix()
