"""Reads the files that ship with the program: ``configs/`` and ``cassettes/``, in a checkout or a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "data"
"""The folder of these files in a wheel (``force-include`` in pyproject.toml)."""

DISTRIBUTION = "tke-sg-auditor"
BASELINE_SUFFIX = ".yaml"
_RECORDING_SUFFIX = ".json"
_EXAMPLE = "sgaudit.example.yaml"
"""The example of a configuration file, which is in the folder of the baselines."""


def folder(name: str) -> Path:
    """Return the folder ``configs`` or ``cassettes``. A checkout has it at its top level."""
    return (_INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent) / name


def names(name: str) -> tuple[str, ...]:
    """Return the sorted names of the files directly in a folder: ``names("configs")`` has ``tke-default.yaml``."""
    return tuple(sorted(path.name for path in folder(name).iterdir() if path.is_file()))


def baselines() -> tuple[str, ...]:
    """Return the sorted names of the baselines that ship with the program: ``tke-default`` and so on."""
    files = (name for name in names("configs") if name.endswith(BASELINE_SUFFIX) and name != _EXAMPLE)
    return tuple(name.removesuffix(BASELINE_SUFFIX) for name in files)


def recordings() -> tuple[str, ...]:
    """Return the sorted names of the recordings that ship with the program, each of an account: ``demo`` and so on."""
    return tuple(sorted(name.removesuffix(_RECORDING_SUFFIX) for name in names("cassettes")))


def recording(name: str) -> str:
    """Return the text of a recording that ships with the program. Raises FileNotFoundError."""
    return text(f"cassettes/{name}{_RECORDING_SUFFIX}")


def text(name: str) -> str:
    """Return the text of a file: ``text("configs/tke-default.yaml")``. Raises FileNotFoundError."""
    folder_name, _, file_name = name.partition("/")
    return (folder(folder_name) / file_name).read_text(encoding="utf-8")


def version() -> str:
    """Return the version of this program. A checkout that is not installed declares it in pyproject.toml."""
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415 - the import takes 30 ms, and only the version needs it
    from importlib.metadata import version as installed_version  # noqa: PLC0415

    try:
        return installed_version(DISTRIBUTION)
    except PackageNotFoundError:
        return _declared_version()


def _declared_version() -> str:
    import tomllib  # noqa: PLC0415 - only a checkout that is not installed needs it

    declared = tomllib.loads((_PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(declared["project"]["version"])
