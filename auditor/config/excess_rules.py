"""What holds for every table of excess severities, a user's own included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.config.baseline_forms import ClassForm, ExcessForm
from auditor.config.draft import Cell, all_cells, services_on
from auditor.config.mistakes import Mistake, mistake, unknown_word
from auditor.config.shown import shown
from auditor.model.baseline import Reach, Severity
from auditor.model.estate import Role
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING

CONTROL = "control"
"""The class of the control plane and the node agents: open to any address it is critical."""


def cells_of(form: ExcessForm) -> dict[Cell, Severity]:
    """The cells that a file writes."""
    return {
        (direction, reach, name): severity
        for direction in Direction
        for reach in Reach
        for name, severity in form.severities.of(direction).of(reach).items()
    }


def merged_classes(inherited: tuple[ClassForm, ...], own: list[ClassForm]) -> tuple[ClassForm, ...]:
    """A known name is replaced where it stands; new ones go in before the inherited last, which holds every service."""
    replaced = {form.name: form for form in own}
    kept = [replaced.pop(form.name, form) for form in inherited]
    return (*kept[:-1], *replaced.values(), *kept[-1:])


def table_mistakes(
    form: ExcessForm, classes: tuple[ClassForm, ...], severities: Mapping[Cell, Severity]
) -> Iterator[Mistake]:
    """What is wrong with a file's part of the table, and with the whole that it makes of the inherited one.

    ``classes`` and ``severities`` are the whole, ``form`` is the file's part.
    """
    names = [each.name for each in form.classes]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield mistake("config-class-twice", ("excess", "classes", index, "name"), found=name, expected="name")
    for cell, severity in cells_of(form).items():
        yield from _cell_mistakes(cell, severity, tuple(each.name for each in classes))
    yield from _class_mistakes(form, classes)
    if missing := [_cell_text(cell) for cell in all_cells(classes) if cell not in severities]:
        yield mistake("config-missing-severity", ("excess", "severities"), expected=", ".join(missing))


def _cell_mistakes(cell: Cell, severity: Severity, known: tuple[str, ...]) -> Iterator[Mistake]:
    direction, reach, name = cell
    path = ("excess", "severities", direction.value, reach.value, name)
    if name not in known:
        yield unknown_word("config-unknown-class", path, name, known, of_key=True)
    elif reach is Reach.ANY and direction is Direction.INGRESS and name == CONTROL:
        if severity is not Severity.CRITICAL:
            yield mistake("config-control-floor", path, found=shown(severity), expected=Severity.CRITICAL)
    elif reach is Reach.ANY and severity.rank > Severity.MEDIUM.rank:
        yield mistake("config-any-floor", path, found=shown(severity), expected="critical, high, medium")


def _class_mistakes(form: ExcessForm, classes: tuple[ClassForm, ...]) -> Iterator[Mistake]:
    if CONTROL not in (each.name for each in classes):
        yield mistake("config-no-control", ("excess", "classes"), expected=CONTROL)
    for role in Role:
        if classes and services_on(classes[-1], role) != EVERYTHING:
            path = _path_of(form, classes[-1].name)
            yield mistake("config-last-class", (*path, "services"), found=classes[-1].name, expected="protocol: all")
            return
    for shadow in _before_control(classes):
        yield mistake("config-before-control", _path_of(form, shadow.name), found=shadow.name, expected=CONTROL)


def _before_control(classes: tuple[ClassForm, ...]) -> Iterator[ClassForm]:
    """Classes that would take services away from the control class, whose severity is not theirs to choose."""
    at = next((index for index, each in enumerate(classes) if each.name == CONTROL), 0)
    for earlier in classes[:at]:
        if any(services_on(earlier, role) & services_on(classes[at], role) for role in Role):
            yield earlier


def _path_of(form: ExcessForm, name: str) -> tuple[str | int, ...]:
    """Where a file writes a class; the list itself if it is inherited."""
    at = next((index for index, each in enumerate(form.classes) if each.name == name), None)
    return ("excess", "classes") if at is None else ("excess", "classes", at)


def _cell_text(cell: Cell) -> str:
    return ".".join(cell)
