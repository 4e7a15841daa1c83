"""One baseline file laid over the one that it extends: drop, change, add, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from pydantic import ValidationError

from auditor.config.baseline_forms import BaselineForm, RequirementForm
from auditor.config.document import Document, KeyPath, Plain
from auditor.config.draft import Draft
from auditor.config.excess_rules import cells_of, merged_classes, table_mistakes
from auditor.config.mistakes import Mistake, mistake, mistakes_of, refuse, unknown_word

Row: TypeAlias = Mapping[str, Plain]


def laid_over(parent: Draft, document: Document, form: BaselineForm) -> Draft:
    """The whole that ``form`` makes of ``parent``. Raises ``ConfigError`` with all that does not fit."""
    dropped = frozenset(form.drop or ())
    draft = Draft(
        requirements={**_changed_rows(parent, dropped, document), **_own_rows(document)},
        allowances={
            **{name: entry for name, entry in parent.allowances.items() if name not in dropped},
            **{entry.id: entry for entry in form.allow or ()},
        },
        classes=merged_classes(parent.classes, form.excess.classes),
        severities={**parent.severities, **cells_of(form.excess)},
    )
    refuse(document, _mistakes(parent, document, form, draft))
    return draft


def _changed_rows(parent: Draft, dropped: frozenset[str], document: Document) -> dict[str, Row]:
    changes = cast("dict[str, dict[str, Plain]]", _written(document, "change", {}))
    return {
        name: _changed_row(row, changes.get(name, {}))
        for name, row in parent.requirements.items()
        if name not in dropped
    }


def _changed_row(row: Row, change: Row) -> Row:
    """Each key of a change replaces the row's. Networks and blocks are one thing: who changes one means the whole."""
    where = ("networks", "cidrs")
    kept = {key: value for key, value in row.items() if key not in where or not any(name in change for name in where)}
    return {**kept, **change}


def _own_rows(document: Document) -> dict[str, Row]:
    rows = cast("list[dict[str, Plain]]", _written(document, "requirements", []))
    return {str(row["id"]): row for row in rows}


def _written(document: Document, key: str, nothing: Plain) -> Plain:
    whole = cast("dict[str, Plain]", document.root.plain())
    return whole.get(key) or nothing


def _mistakes(parent: Draft, document: Document, form: BaselineForm, draft: Draft) -> Iterator[Mistake]:
    yield from _reference_mistakes(parent, form)
    yield from _id_mistakes(parent, form, document)
    yield from _row_mistakes(parent, form, draft)
    yield from table_mistakes(form.excess, draft.classes, draft.severities)
    if not draft.requirements:
        at = "drop" if form.drop else "requirements"
        yield mistake("config-no-requirements", (at,), expected="requirements, extends")


def _reference_mistakes(parent: Draft, form: BaselineForm) -> Iterator[Mistake]:
    """Ids that the extended baseline does not have."""
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


def _id_mistakes(parent: Draft, form: BaselineForm, document: Document) -> Iterator[Mistake]:
    """Ids of rows and allow entries share one space, so that ``drop`` can mean either."""
    first: dict[str, KeyPath] = {}
    written = [(("requirements", index, "id"), row.id) for index, row in enumerate(form.requirements or ())]
    written += [(("allow", index, "id"), entry.id) for index, entry in enumerate(form.allow or ())]
    for path, name in written:
        if name in first:
            yield mistake("config-duplicate-id", path, found=name, first=document.line(first[name]), expected="id")
        elif name in parent.ids and name not in (form.drop or ()):
            yield mistake("config-inherited-id", path, found=name, expected="change, drop")
        first.setdefault(name, path)


def _row_mistakes(parent: Draft, form: BaselineForm, draft: Draft) -> Iterator[Mistake]:
    """Rows that a change has made impossible, such as ports with a protocol that has none."""
    for name in form.change or ():
        if name in parent.requirements and name in draft.requirements:
            try:
                RequirementForm.model_validate(draft.requirements[name])
            except ValidationError as error:
                yield from mistakes_of(RequirementForm, error, ("change", name))
