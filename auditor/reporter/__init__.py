"""Reports: each a pure function of a result and its options, one format a file, found by name in ``REPORTERS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TypeAlias, cast

from auditor.model.findings import Result
from auditor.reporter.options import RenderOptions

Reporter: TypeAlias = Callable[[Result, RenderOptions], str]
"""Renders one result as the text of one report, newline at the end."""


def _module(name: str) -> Reporter:
    """The ``render`` of a module of this package, imported when it first renders: a run pays for its formats alone."""

    def render(result: Result, options: RenderOptions) -> str:
        return cast("Reporter", import_module(f"auditor.reporter.{name}").render)(result, options)

    return render


REPORTERS: Mapping[str, Reporter] = {
    "table": _module("table"),
    "json": _module("json_report"),
    "html": _module("page.html"),
    "markdown": _module("markdown"),
    "csv": _module("csv_report"),
    "sarif": _module("sarif"),
    "junit": _module("junit"),
    "ocsf": _module("ocsf"),
    "gitlab": _module("gitlab"),
    "github": _module("github"),
    "prometheus": _module("prometheus"),
}
"""Format name to reporter; a further format is one module with a ``render`` and one line here."""
