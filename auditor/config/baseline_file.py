"""From the name or path of a baseline to the baseline, through every file that it extends."""

from __future__ import annotations

import os.path
from pathlib import Path

from auditor import resources
from auditor.config import source
from auditor.config.baseline_digest import digest
from auditor.config.baseline_forms import BaselineForm
from auditor.config.document import Document
from auditor.config.draft import Draft
from auditor.config.inheritance import laid_over
from auditor.config.mistakes import mistake, nearest, refuse, unknown_word, validated
from auditor.config.reader import read
from auditor.config.source import Source
from auditor.errors import ConfigError
from auditor.files import reader
from auditor.model.baseline import Baseline

DEFAULT = "tke-default"

_EXAMPLE = "sgaudit.example.yaml"
_SUFFIX = ".yaml"


def load(name_or_path: str | Path = DEFAULT, folder: Path = Path()) -> Baseline:
    """The baseline with everything that it extends. A relative path is meant from ``folder``.

    Raises ``ConfigError``: no such file, text that is no YAML, keys or values that mean nothing, a circle of files.
    """
    reference = str(name_or_path)
    found = _find(reference, folder)
    chain = _chain(found)
    draft = Draft()
    for document, form in reversed(chain):
        draft = laid_over(draft, document, form)
    return _baseline(chain[0][1].name, _place(found), draft)


def built_in() -> tuple[str, ...]:
    """The names of the baselines that travel with the program."""
    files = (name for name in resources.names("configs") if name.endswith(_SUFFIX) and name != _EXAMPLE)
    return tuple(name.removesuffix(_SUFFIX) for name in files)


def is_there(reference: str, folder: Path) -> bool:
    """Whether a name or path leads to a baseline, be it a good one or not."""
    return reference in built_in() or os.path.exists(folder / reference)  # noqa: PTH110 - Path raises for a name that is too long


def _find(reference: str, folder: Path) -> Source:
    if reference in built_in():
        return source.from_resources(f"configs/{reference}{_SUFFIX}")
    try:
        return source.from_path(folder / reference)
    except ConfigError as error:
        if error.message_id != reader.MISSING:
            raise
    near = nearest(reference, built_in())
    message_id = "config-no-baseline-near" if near else "config-no-baseline"
    raise ConfigError(message_id, file=reference, expected=", ".join(built_in()), near=near)


def _chain(found: Source) -> tuple[tuple[Document, BaselineForm], ...]:
    """The file and every file that it extends, the extended last."""
    seen = {found.identity: found.label}
    document = read(found)
    form = validated(BaselineForm, document)
    chain = [(document, form)]
    while form.extends is not None:
        found = _extended(document, form.extends, found.folder)
        if found.identity in seen:
            circle = " -> ".join((*seen.values(), found.label))
            refuse(document, [mistake("config-circle", ("extends",), found=circle, expected="extends")])
        seen[found.identity] = found.label
        document = read(found)
        form = validated(BaselineForm, document)
        chain.append((document, form))
    return tuple(chain)


def _extended(document: Document, reference: str, folder: Path) -> Source:
    try:
        return _find(reference, folder)
    except ConfigError as error:
        if "line" not in error.facts:  # the other file is there, and says where it is wrong
            refuse(document, [unknown_word("config-unknown-baseline", ("extends",), reference, built_in())])
        raise


def _place(found: Source) -> str:
    """A path for reports that must point at a file: from the current folder, or the bare name outside of it."""
    try:
        here = Path.cwd().resolve()
    except FileNotFoundError:  # the folder was removed from under the program
        return Path(found.label).name
    path = (here / found.label).resolve()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name


def _baseline(name: str, place: str, draft: Draft) -> Baseline:
    requirements, excess = draft.model_requirements(), draft.excess_table()
    allowances = tuple(form.allowance() for form in draft.allowances.values())
    return Baseline(
        name=name,
        digest=digest(requirements, allowances, excess),
        source=place,
        requirements=requirements,
        allowances=allowances,
        excess=excess,
    )
