"""Loads a baseline by name or path, with every baseline that it extends.

Each file is applied to the baseline that it extends: it drops rows, then changes rows, then adds rows. Mistakes are
raised as ``ConfigError`` with file, line and key.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

from pydantic import ValidationError

from auditor import resources
from auditor.config import yaml_reader
from auditor.config.baseline_dump import digest
from auditor.config.baseline_forms import BaselineForm, RequirementForm
from auditor.config.excess_table import BaselineDraft, cells_of, merged_classes, table_mistakes
from auditor.config.validation import Mistake, mistake, mistakes_of, nearest, refuse, unknown_word, validated
from auditor.config.yaml_reader import Document, KeyPath, Plain, SourceText, read
from auditor.errors import ConfigError
from auditor.files import reader
from auditor.model.baseline import Baseline

Row: TypeAlias = Mapping[str, Plain]


def apply_file(parent: BaselineDraft, document: Document, form: BaselineForm) -> BaselineDraft:
    """Applies a baseline file to its parent. Raises ``ConfigError`` with every mistake."""
    dropped = frozenset(form.drop or ())
    draft = BaselineDraft(
        requirements={**_changed_rows(parent, dropped, document), **_own_rows(document)},
        unchanged={
            **{name: row for name, row in parent.unchanged.items() if name not in (form.change or ())},
            **{row.id: row for row in form.requirements or ()},
        },
        allowances={
            **{name: entry for name, entry in parent.allowances.items() if name not in dropped},
            **{entry.id: entry for entry in form.allow or ()},
        },
        pod_interface_without_group=form.findings.pod_interface_without_group or parent.pod_interface_without_group,
        classes=merged_classes(parent.classes, form.excess.classes),
        severities={**parent.severities, **cells_of(form.excess)},
    )
    refuse(document, _mistakes(parent, document, form, draft))
    return draft


def _changed_rows(parent: BaselineDraft, dropped: frozenset[str], document: Document) -> dict[str, Row]:
    changes = cast("dict[str, dict[str, Plain]]", _written(document, "change", {}))
    return {
        name: _changed_row(row, changes.get(name, {}))
        for name, row in parent.requirements.items()
        if name not in dropped
    }


def _changed_row(row: Row, change: Row) -> Row:
    """Replaces each key of a row that the change contains. ``networks`` and ``cidrs`` together name the far side."""
    where = ("networks", "cidrs")
    kept = {key: value for key, value in row.items() if key not in where or not any(name in change for name in where)}
    return {**kept, **change}


def _own_rows(document: Document) -> dict[str, Row]:
    rows = cast("list[dict[str, Plain]]", _written(document, "requirements", []))
    return {str(row["id"]): row for row in rows}


def _written(document: Document, key: str, nothing: Plain) -> Plain:
    whole = cast("dict[str, Plain]", document.root.plain())
    return whole.get(key) or nothing


def _mistakes(parent: BaselineDraft, document: Document, form: BaselineForm, draft: BaselineDraft) -> Iterator[Mistake]:
    yield from _reference_mistakes(parent, form)
    yield from _id_mistakes(parent, form, document)
    yield from _row_mistakes(parent, form, draft)
    yield from table_mistakes(form.excess, draft.classes, draft.severities)
    if not draft.requirements:
        at = "drop" if form.drop else "requirements"
        yield mistake("config-no-requirements", (at,), expected="requirements, extends")


def _reference_mistakes(parent: BaselineDraft, form: BaselineForm) -> Iterator[Mistake]:
    """Ids in ``drop`` and ``change`` that the parent does not have."""
    if not parent.ids:
        yield from (mistake("config-nothing-inherited", (key,), expected="extends") for key in _references(form))
        return
    for index, name in enumerate(form.drop or ()):
        if name not in parent.ids:
            yield unknown_word("config-unknown-id", ("drop", index), name, parent.ids)
    changeable = tuple(name for name in parent.requirements if name not in (form.drop or ()))
    for name in form.change or ():
        if name not in changeable:
            yield unknown_word("config-unknown-id", ("change", name), name, changeable, of_key=True)


def _references(form: BaselineForm) -> tuple[str, ...]:
    return tuple(key for key, value in (("drop", form.drop), ("change", form.change)) if value)


def _id_mistakes(parent: BaselineDraft, form: BaselineForm, document: Document) -> Iterator[Mistake]:
    """Duplicate ids. Rows and allow entries share their ids, so that ``drop`` can name either."""
    first: dict[str, KeyPath] = {}
    written = [(("requirements", index, "id"), row.id) for index, row in enumerate(form.requirements or ())]
    written += [(("allow", index, "id"), entry.id) for index, entry in enumerate(form.allow or ())]
    for path, name in written:
        if name in first:
            yield mistake("config-duplicate-id", path, found=name, first=document.line(first[name]), expected="id")
        elif name in parent.ids and name not in (form.drop or ()):
            yield mistake("config-inherited-id", path, found=name, expected="change, drop")
        first.setdefault(name, path)


def _row_mistakes(parent: BaselineDraft, form: BaselineForm, draft: BaselineDraft) -> Iterator[Mistake]:
    """Rows that a change made invalid, such as ports of a protocol without ports."""
    for name in form.change or ():
        if name in parent.requirements and name in draft.requirements:
            try:
                RequirementForm.model_validate(draft.requirements[name])
            except ValidationError as error:
                yield from mistakes_of(RequirementForm, error, ("change", name))


DEFAULT = "tke-default"


def load(name_or_path: str | Path = DEFAULT, folder: Path = Path()) -> Baseline:
    """Loads a baseline and all that it extends; a relative path starts at ``folder``.

    Raises ``ConfigError`` for a missing file, invalid YAML, unknown keys or values, or files that extend each other.
    """
    reference = str(name_or_path)
    return _built_in(reference) if reference in resources.baselines() else _loaded(_find(reference, folder))


@cache
def _built_in(name: str) -> Baseline:
    return _loaded(_find(name, Path()))


def _loaded(source: SourceText) -> Baseline:
    chain = _chain(source)
    draft = BaselineDraft()
    for document, form in reversed(chain):
        draft = apply_file(draft, document, form)
    return _baseline(chain[0][1].name, _place(source), draft)


def is_there(reference: str, folder: Path) -> bool:
    """Whether a name or path leads to a file, valid or not."""
    return reference in resources.baselines() or os.path.exists(folder / reference)  # noqa: PTH110 - Path raises for a name that is too long


def _find(reference: str, folder: Path) -> SourceText:
    if reference in resources.baselines():
        return yaml_reader.from_resources(f"configs/{reference}{resources.BASELINE_SUFFIX}")
    try:
        return yaml_reader.from_path(folder / reference)
    except ConfigError as error:
        if error.message_id != reader.MISSING:
            raise
    near = nearest(reference, resources.baselines())
    message_id = "config-no-baseline-near" if near else "config-no-baseline"
    raise ConfigError(message_id, file=reference, expected=", ".join(resources.baselines()), near=near)


def _chain(source: SourceText) -> tuple[tuple[Document, BaselineForm], ...]:
    """The file, then the file that it extends, and so on."""
    seen = {source.identity: source.label}
    document = read(source)
    form = validated(BaselineForm, document)
    chain = [(document, form)]
    while form.extends is not None:
        source = _extended(document, form.extends, source.folder)
        if source.identity in seen:
            circle = " -> ".join((*seen.values(), source.label))
            refuse(document, [mistake("config-circle", ("extends",), found=circle, expected="extends")])
        seen[source.identity] = source.label
        document = read(source)
        form = validated(BaselineForm, document)
        chain.append((document, form))
    return tuple(chain)


def _extended(document: Document, reference: str, folder: Path) -> SourceText:
    try:
        return _find(reference, folder)
    except ConfigError as error:
        if "line" not in error.facts:  # the other file is there, and says where it is wrong
            refuse(document, [unknown_word("config-unknown-baseline", ("extends",), reference, resources.baselines())])
        raise


def _place(source: SourceText) -> str:
    """The path of a baseline in reports: relative to the current folder, or the file name outside of it."""
    try:
        folder = Path.cwd().resolve()
    except FileNotFoundError:  # the folder was removed from under the program
        return Path(source.label).name
    path = (folder / source.label).resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _baseline(name: str, source: str, draft: BaselineDraft) -> Baseline:
    requirements, excess = draft.model_requirements(), draft.excess_table()
    allowances = tuple(form.allowance() for form in draft.allowances.values())
    return Baseline(
        name=name,
        digest=digest(requirements, allowances, excess, draft.pod_interface_without_group),
        source=source,
        requirements=requirements,
        allowances=allowances,
        excess=excess,
        pod_interface_without_group=draft.pod_interface_without_group,
    )
