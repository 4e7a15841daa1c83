"""Builds the table of excess severities from a baseline file and the table that it inherits.

Input: the classes and severities of the file and of the baseline that it extends. Result: an ``ExcessTable`` with a
severity for every direction, reach and class. Mistakes are yielded with their place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from auditor.config.baseline_forms import AllowForm, ClassForm, ExcessForm, RequirementForm
from auditor.config.validation import Mistake, mistake, unknown_word
from auditor.config.yaml_reader import Plain, shown
from auditor.model.baseline import ExcessTable, Reach, Requirement, ServiceClass
from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING

Cell: TypeAlias = tuple[Direction, Reach, str]
"""A place in the table of excess severities: direction, reach, class name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineDraft:
    """A baseline before it is complete: rows as written, so that changes can replace their keys, and the rest as forms.

    ``unchanged`` are the forms of the rows that no file has changed. ``classes`` are in order; the last one contains
    every service.
    """

    requirements: Mapping[str, Mapping[str, Plain]] = field(default_factory=dict)
    unchanged: Mapping[str, RequirementForm] = field(default_factory=dict)
    allowances: Mapping[str, AllowForm] = field(default_factory=dict)
    pod_interface_without_group: Severity = Severity.INFO
    classes: tuple[ClassForm, ...] = ()
    severities: Mapping[Cell, Severity] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that a file can drop."""
        return (*self.requirements, *self.allowances)

    def model_requirements(self) -> tuple[Requirement, ...]:
        """The rows as model values."""
        forms = (
            self.unchanged.get(name) or RequirementForm.model_validate(row) for name, row in self.requirements.items()
        )
        return tuple(form.requirement() for form in forms)

    def excess_table(self) -> ExcessTable:
        """The table with its cells ordered by direction, reach and class."""
        cells = all_cells(self.classes)
        return ExcessTable(
            classes=tuple(service_class for form in self.classes for service_class in service_classes(form)),
            severities=tuple((*cell, self.severities[cell]) for cell in cells),
        )


def all_cells(classes: tuple[ClassForm, ...]) -> tuple[Cell, ...]:
    """All cells of a table with these classes."""
    return tuple((direction, reach, form.name) for direction in Direction for reach in Reach for form in classes)


def service_classes(form: ClassForm) -> Iterator[ServiceClass]:
    """One service class for every role, or one for each role if the services differ."""
    by_role = {role: services_on(form, role) for role in Role}
    if all(services == by_role[Role.NODE] for services in by_role.values()):
        yield _service_class(form, by_role[Role.NODE], ())
        return
    for role, services in by_role.items():
        if services:
            yield _service_class(form, services, (role,))


def services_on(form: ClassForm, role: Role) -> IntervalSet:
    """The services of a class on a role."""
    entries = (entry for entry in form.services if entry.role in (None, role))
    return IntervalSet.of(run for entry in entries for run in entry.services())


def _service_class(form: ClassForm, services: IntervalSet, roles: tuple[Role, ...]) -> ServiceClass:
    return ServiceClass(name=form.name, services=services, title=form.title.text(), roles=roles)


CONTROL = "control"
"""The class of the control plane and the node agents: open to any address it is critical."""


def cells_of(form: ExcessForm) -> dict[Cell, Severity]:
    """The cells that a file sets."""
    return {
        (direction, reach, name): severity
        for direction in Direction
        for reach in Reach
        for name, severity in form.severities.of(direction).of(reach).items()
    }


def merged_classes(inherited: tuple[ClassForm, ...], own: list[ClassForm]) -> tuple[ClassForm, ...]:
    """Replaces inherited classes by name and adds new ones before the last, which contains every service."""
    replaced = {form.name: form for form in own}
    kept = [replaced.pop(form.name, form) for form in inherited]
    return (*kept[:-1], *replaced.values(), *kept[-1:])


def table_mistakes(
    form: ExcessForm, classes: tuple[ClassForm, ...], severities: Mapping[Cell, Severity]
) -> Iterator[Mistake]:
    """The mistakes in a file's part of the table and in the whole table.

    ``form`` is the file's part; ``classes`` and ``severities`` are the whole table.
    """
    names = [class_form.name for class_form in form.classes]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield mistake("config-class-twice", ("excess", "classes", index, "name"), found=name, expected="name")
    for cell, severity in cells_of(form).items():
        yield from _cell_mistakes(cell, severity, tuple(class_form.name for class_form in classes))
    yield from _class_mistakes(form, classes)
    if missing := [_cell_text(cell) for cell in all_cells(classes) if cell not in severities]:
        yield mistake("config-missing-severity", ("excess", "severities"), expected=", ".join(missing))


def _cell_mistakes(cell: Cell, severity: Severity, class_names: tuple[str, ...]) -> Iterator[Mistake]:
    direction, reach, name = cell
    path = ("excess", "severities", direction.value, reach.value, name)
    if name not in class_names:
        yield unknown_word("config-unknown-class", path, name, class_names, of_key=True)
    elif reach is Reach.ANY and direction is Direction.INGRESS and name == CONTROL:
        if severity is not Severity.CRITICAL:
            yield mistake("config-control-floor", path, found=shown(severity), expected=Severity.CRITICAL)
    elif reach is Reach.ANY and severity.rank > Severity.MEDIUM.rank:
        yield mistake("config-any-floor", path, found=shown(severity), expected="critical, high, medium")


def _class_mistakes(form: ExcessForm, classes: tuple[ClassForm, ...]) -> Iterator[Mistake]:
    if CONTROL not in (class_form.name for class_form in classes):
        yield mistake("config-no-control", ("excess", "classes"), expected=CONTROL)
    for role in Role:
        if classes and services_on(classes[-1], role) != EVERYTHING:
            path = _path_of(form, classes[-1].name)
            yield mistake("config-last-class", (*path, "services"), found=classes[-1].name, expected="protocol: all")
            return
    for shadow in _before_control(classes):
        yield mistake("config-before-control", _path_of(form, shadow.name), found=shadow.name, expected=CONTROL)


def _before_control(classes: tuple[ClassForm, ...]) -> Iterator[ClassForm]:
    """Classes before the control class that share services with it, and so would change their severity."""
    at = next((index for index, class_form in enumerate(classes) if class_form.name == CONTROL), 0)
    for earlier in classes[:at]:
        if any(services_on(earlier, role) & services_on(classes[at], role) for role in Role):
            yield earlier


def _path_of(form: ExcessForm, name: str) -> tuple[str | int, ...]:
    """The key path of a class in the file; that of the list for an inherited class."""
    at = next((index for index, class_form in enumerate(form.classes) if class_form.name == name), None)
    return ("excess", "classes") if at is None else ("excess", "classes", at)


def _cell_text(cell: Cell) -> str:
    return ".".join(cell)
