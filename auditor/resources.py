"""The files that travel with the program: ``configs/`` and ``cassettes/``, from a checkout or an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "data"
"""Where the wheel keeps them (``force-include`` in pyproject.toml)."""

DISTRIBUTION = "tke-sg-auditor"


def folder(name: str) -> Path:
    """The folder ``configs`` or ``cassettes``; a checkout has it at its top level."""
    return (_INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent) / name


def names(name: str) -> tuple[str, ...]:
    """The files directly in a folder, without their folder, sorted: ``names("configs")`` has ``tke-default.yaml``."""
    return tuple(sorted(path.name for path in folder(name).iterdir() if path.is_file()))


def text(name: str) -> str:
    """The text of a file, named with its folder: ``text("configs/tke-default.yaml")``. Raises ``FileNotFoundError``."""
    where, _, file = name.partition("/")
    return (folder(where) / file).read_text(encoding="utf-8")


def version() -> str:
    """The version of this program; a checkout that was never installed says it in its pyproject.toml."""
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415 - 30 ms that only the version costs
    from importlib.metadata import version as installed_version  # noqa: PLC0415

    try:
        return installed_version(DISTRIBUTION)
    except PackageNotFoundError:
        return _declared_version()


def _declared_version() -> str:
    import tomllib  # noqa: PLC0415 - only a checkout that was never installed

    declared = tomllib.loads((_PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(declared["project"]["version"])
