"""Finds the file and line of the blocks that a plan's resources come from, in the texts of a checkout.

The plan names modules by their sources, not the folder that it was made in. That folder is the one that declares most
blocks of the root module; among equals it is the checkout itself, then the folder of the plan's file. Without a folder
that stands out nothing has a place. Reading the files belongs to the caller.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from auditor.model.changes import Change, Place
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.whatif.planned import Planned
from auditor.whatif.terraform.blocks import SUFFIXES, blocks
from auditor.whatif.terraform.expressions import parse_address, parse_steps
from auditor.whatif.terraform.plan import Plan
from auditor.whatif.terraform.references import placeholder

Labels: TypeAlias = tuple[str, ...]
"""The words of a block's header."""

_BLOCK_TYPES = {"managed": "resource", "data": "data"}
_LOCAL = ("./", "../")
"""The beginnings of the sources of modules in folders. All other sources are addresses."""


@dataclass(slots=True)
class Checkout:
    """The blocks of the Terraform files below a folder, by the relative path of their folder, empty for itself."""

    folders: dict[str, dict[Labels, Place]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]]) -> Checkout:
        """The checkout with the files in ``texts``: pairs of relative path and text.

        Terraform merges a block of an override file into the block of another file, which is the place that counts.
        """
        checkout = cls()
        files = [(_is_override(path), path, blocks(path, text)) for path, text in texts]
        for _, path, declared in sorted(files, key=lambda entry: entry[:2]):
            folder = checkout.folders.setdefault(posixpath.dirname(path), {})
            for block in declared:
                folder.setdefault(block.labels, Place(file=path, line=block.line))
        return checkout


def _is_override(path: str) -> bool:
    name = posixpath.basename(path)
    stem = name.removesuffix(next(suffix for suffix in SUFFIXES if name.endswith(suffix)))
    return stem == "override" or stem.endswith("_override")


def resource_places(plan: Plan, checkout: Checkout, plan_folder: str | None = None) -> dict[str, Place]:
    """The place of every changed resource that has one, by its address. ``plan_folder`` is the plan file's folder.

    All instances of a block share its place. A resource of a module that is not below the checkout has the place of the
    ``module`` block that calls it.
    """
    root = _root_folder(plan, checkout, plan_folder)
    if root is None:
        return {}
    places = {change.address: _place(change.address, plan, checkout, root) for change in plan.resource_changes}
    return {address: location for address, location in places.items() if location is not None}


def _root_folder(plan: Plan, checkout: Checkout, plan_folder: str | None) -> str | None:
    module = plan.configuration.root_module
    wanted: set[Labels] = {(_BLOCK_TYPES.get(mode, mode), type_, name) for mode, type_, name in module.blocks}
    wanted |= {("module", name) for name in module.module_calls}
    wanted |= {_outermost(change.address) for change in plan.resource_changes}
    scores = {folder: len(wanted & declared.keys()) for folder, declared in checkout.folders.items()}
    best = max(scores.values(), default=0)
    folders = [folder for folder, score in scores.items() if best and score == best]
    if len(folders) == 1:
        return folders[0]
    return next((folder for folder in ("", plan_folder) if folder in folders), None)


def _outermost(address: str) -> Labels:
    """The block of the root module that a resource comes from."""
    modules, block = _path(address)
    return ("module", modules[0]) if modules else block


def _path(address: str) -> tuple[Labels, Labels]:
    """The names of the modules that lead to a resource, and the words of its block."""
    parsed = parse_address(address)
    modules = tuple(step.name for step in parse_steps(parsed.module))[1::2]
    return modules, (_BLOCK_TYPES.get(parsed.mode, parsed.mode), parsed.type, parsed.name)


def _place(address: str, plan: Plan, checkout: Checkout, root: str) -> Place | None:
    modules, block = _path(address)
    folder, module = root, plan.configuration.root_module
    call_place: Place | None = None
    for module_name in modules:
        call_place = checkout.folders[folder].get(("module", module_name), call_place)
        call = module.module_calls.get(module_name)
        called = _folder(folder, call.source) if call is not None else None
        if call is None or called not in checkout.folders:
            return call_place
        folder, module = called, call.module
    return checkout.folders[folder].get(block, call_place)


def _folder(caller: str, source: str) -> str:
    """The folder of a module relative to the checkout. Of a source elsewhere it is none that a checkout has."""
    if not f"{source}/".startswith(_LOCAL):
        return ".."
    path = posixpath.normpath(posixpath.join(caller, source))
    return "" if path == "." else path


def with_places(result: Result, planned: Planned, places: Mapping[str, Place]) -> Result:
    """``result`` with the places of the change's resources, and of the gaps that a single resource brings."""
    change = result.change
    if change is None or not places:
        return result
    resources = tuple(replace(resource, place=places.get(resource.address)) for resource in change.resources)
    gap_places = _gap_places(result, change, planned, places)
    return replace(result, change=replace(change, resources=resources, gap_places=gap_places))


def _gap_places(
    result: Result, change: Change, planned: Planned, places: Mapping[str, Place]
) -> tuple[tuple[str, Place], ...]:
    by_name: dict[str, set[str]] = {placeholder(address): {address} for address in places}
    for resource in planned.resources:
        impact = resource.impact
        for name in {*impact.groups, *impact.templates, *impact.nodes, *impact.pools, *impact.others}:
            by_name.setdefault(name, set()).add(resource.address)
    return tuple(
        (gap.fingerprint, places[address])
        for gap in result.gaps
        if gap.fingerprint in change.gaps.introduced
        for address in _single(by_name, gap)
        if address in places
    )


def _single(by_name: Mapping[str, set[str]], gap: Gap) -> tuple[str, ...]:
    """The resource that decides the object of a gap, if it is the only one. A rule's gap is about its group."""
    addresses = by_name.get(gap.resource) or by_name.get(gap.resource.split("/", 1)[0]) or set()
    return tuple(addresses) if len(addresses) == 1 else ()
