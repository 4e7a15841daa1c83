"""The text of a file that a person wrote, with the name under which they know it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor import resources
from auditor.files import reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file's text. ``label`` names it in messages; paths in it are meant from ``folder``.

    ``identity`` is the same for the same file, however it was named.
    """

    label: str
    text: str
    folder: Path
    identity: str


def from_path(path: Path) -> Source:
    """Reads a file. Raises ``ConfigError`` as :mod:`auditor.files.reader` does."""
    text = reader.read_text(path, reader.YAML_BYTES)
    return Source(label=str(path), text=text, folder=path.parent, identity=str(path.resolve()))


def from_text(text: str, label: str) -> Source:
    """A text that was read already, from a pipe for example."""
    return Source(label=label, text=text, folder=Path(), identity=label)


def from_resources(name: str) -> Source:
    """Reads a file that travels with the program, as in ``configs/tke-default.yaml``."""
    return Source(label=name, text=resources.text(name), folder=Path(), identity=f"built-in:{name}")
