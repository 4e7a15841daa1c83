"""The resource instances of a plan by module, type, name and key."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.change import addressing
from auditor.change.addressing import Key
from auditor.change.plan import Plan, ResourceChange
from auditor.change.values import text


class Instances:
    """Every managed instance that a plan changes or that its prior state holds."""

    def __init__(self, plan: Plan) -> None:
        self.changes: dict[str, ResourceChange] = {
            change.address: change for change in plan.managed if not change.deposed
        }
        self.variables = plan.variables
        state = plan.prior_state.values.root_module.everything()
        self.ids: dict[str, str] = {found.address: text(found.values.get("id")) for found in state}
        self._found: dict[tuple[str, str, str], dict[Key, str]] = {}
        for address in dict.fromkeys([*self.changes, *self.ids]):
            parsed = addressing.parse(address)
            if parsed.mode == "managed":
                self._found.setdefault((parsed.module, parsed.type, parsed.name), {})[parsed.key] = address

    def of(self, module: str, type_: str, name: str) -> Mapping[Key, str]:
        """The addresses of a resource's instances by key."""
        return self._found.get((module, type_, name), {})

    def module_keys(self, module: str, name: str) -> tuple[Key, ...]:
        """The keys under which there are instances of a module called from ``module``."""
        outer = addressing.steps(module)
        depth = len(outer)
        found: dict[Key, None] = {}
        for inner, _, _ in self._found:
            parts = addressing.steps(inner)
            if parts[:depth] == outer and len(parts) > depth + 1 and parts[depth + 1].name == name:
                found[parts[depth + 1].key] = None
        return tuple(found)
