"""Reports of a result: one format a module, found by name in ``REPORTERS``.

A reporter is a pure function of a result and its options: it reads no file, clock, terminal or setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from auditor.model.findings import Result
    from auditor.reporter.options import RenderOptions

Reporter: TypeAlias = "Callable[[Result, RenderOptions], Iterator[str]]"
"""Renders one result as the text of one report, newline at the end, in pieces: a long report is never whole."""


def _module(name: str) -> Reporter:
    """The ``render`` of a module of this package, imported when it first renders: a run imports its formats alone."""

    def render(result: Result, options: RenderOptions) -> Iterator[str]:
        return cast("Reporter", import_module(f"auditor.reporter.{name}").render)(result, options)

    return render


REPORTERS: Mapping[str, Reporter] = {
    "table": _module("table"),
    "concise": _module("concise"),
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
"""Format name to reporter, the default first; a further format is one module with a ``render`` and one line here.

Tests then name the rest: a word for a pass (tests/property/test_verdicts), golden reports, a row of the README.
"""

FOR_PEOPLE = frozenset({"table", "concise", "html", "markdown", "csv"})
"""Formats that follow the locale; the others are in English unless a language was asked for."""

FILTERED = FOR_PEOPLE | {"json"}
"""Formats that a filter narrows, and that say what it leaves out."""
