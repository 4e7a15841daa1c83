"""The text of a file that a person wrote, with the name under which they know it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor import resources
from auditor.errors import ConfigError

MAX_BYTES = 1 << 20
"""A thousand waivers are a fifth of it."""

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


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
    """Reads a file. Raises ``ConfigError`` for none, a folder, too large a one, and text that is not UTF-8."""
    label = str(path)
    try:
        if path.is_dir():
            raise ConfigError("config-folder", file=label, expected="file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError("config-no-file", file=label, expected="file") from None
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise ConfigError("config-unreadable", file=label, expected="file", detail=detail) from None
    if len(data) > MAX_BYTES:
        raise ConfigError("config-too-large", file=label, expected=MAX_BYTES)
    return Source(label=label, text=_decoded(data, label), folder=path.parent, identity=str(path.resolve()))


def from_resources(name: str) -> Source:
    """Reads a file that travels with the program, as in ``configs/tke-default.yaml``."""
    return Source(label=name, text=resources.text(name), folder=Path(), identity=f"built-in:{name}")


def _decoded(data: bytes, label: str) -> str:
    """The text without the byte order mark that some editors put in front."""
    if data.startswith(_UTF16_MARKS):
        raise ConfigError("config-not-utf8", file=label, line=1, key="", expected="UTF-8", found="UTF-16")
    data = data.removeprefix(_UTF8_MARK)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"0x{data[error.start]:02x}"
        raise ConfigError("config-not-utf8", file=label, line=line, key="", expected="UTF-8", found=found) from None
