"""A baseline while its chain of ``extends`` is followed, and what it is once the chain ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from auditor.config.baseline_forms import ClassForm, RequirementForm
from auditor.config.document import Plain
from auditor.config.flow_forms import AllowForm
from auditor.model.baseline import ExcessTable, Reach, Requirement, ServiceClass, Severity
from auditor.model.estate import Role
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction

Cell: TypeAlias = tuple[Direction, Reach, str]
"""A place in the table of excess severities: direction, reach, class name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rows as they are written, so that a change of some keys can be laid over them; the rest as forms.

    ``classes`` are in order, the catch-all last.
    """

    requirements: Mapping[str, Mapping[str, Plain]] = field(default_factory=dict)
    allowances: Mapping[str, AllowForm] = field(default_factory=dict)
    classes: tuple[ClassForm, ...] = ()
    severities: Mapping[Cell, Severity] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """What can be dropped."""
        return (*self.requirements, *self.allowances)

    def model_requirements(self) -> tuple[Requirement, ...]:
        """The rows as the comparison takes them."""
        return tuple(RequirementForm.model_validate(row).requirement() for row in self.requirements.values())

    def excess_table(self) -> ExcessTable:
        """Every cell in a fixed order: direction, reach, class."""
        cells = all_cells(self.classes)
        return ExcessTable(
            classes=tuple(found for form in self.classes for found in service_classes(form)),
            severities=tuple((*cell, self.severities[cell]) for cell in cells),
        )


def all_cells(classes: tuple[ClassForm, ...]) -> tuple[Cell, ...]:
    """The cells that a table of these classes has."""
    return tuple((direction, reach, form.name) for direction in Direction for reach in Reach for form in classes)


def service_classes(form: ClassForm) -> Iterator[ServiceClass]:
    """One class for both roles, or one a role where their services differ."""
    by_role = {role: services_on(form, role) for role in Role}
    if by_role[Role.NODE] == by_role[Role.MASTER]:
        yield _service_class(form, by_role[Role.NODE], ())
        return
    for role, services in by_role.items():
        if services:
            yield _service_class(form, services, (role,))


def services_on(form: ClassForm, role: Role) -> IntervalSet:
    """The services of a class on a role."""
    here = (entry for entry in form.services if entry.role in (None, role))
    return IntervalSet.of(run for entry in here for run in entry.services())


def _service_class(form: ClassForm, services: IntervalSet, roles: tuple[Role, ...]) -> ServiceClass:
    return ServiceClass(name=form.name, services=services, title=form.title.text(), roles=roles)
