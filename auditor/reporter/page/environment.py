"""Makes the Jinja environment of the page, which escapes every text and shows control characters as marks.

Jinja's own generator writes ``escape(environment.finalize(text))`` for each text, and both make a copy. A page of many
clusters has half a million texts, most of them more than once, so here ``finalize`` alone escapes, and it remembers.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup
from markupsafe import escape as escape_markup

from auditor.reporter import escape
from auditor.reporter.text.names import Formatter
from auditor.words import Lang

CACHE_SIZE = 1 << 14
"""Escaped texts that are kept."""


@lru_cache
def template(lang: Lang) -> Template:
    """The template of the page in one language.

    The filter ``t`` fills a message. Where it has no blanks, Jinja writes its text into the compiled template.
    """
    environment = _Environment(
        loader=PackageLoader("auditor.reporter.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_escaped,
    )
    environment.filters["t"] = Formatter(lang).text
    return environment.get_template("page.html.j2")


def _escaped(value: object) -> str:
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return _escaped_text(value)
    return str(value) if isinstance(value, int) else escape_markup(value)


@lru_cache(maxsize=CACHE_SIZE)
def _escaped_text(text: str) -> Markup:
    return escape_markup(escape.visible(text))


class _Generator(CodeGenerator):
    """Writes ``finalize(text)`` in place of ``escape(finalize(text))``, as Jinja's generator for native types does."""

    def _output_child_pre(
        self,
        node: nodes.Expr,  # noqa: ARG002 - Jinja's signature
        frame: Frame,  # noqa: ARG002 - Jinja's signature
        finalize: CodeGenerator._FinalizeInfo,
    ) -> None:
        self.write(f"({finalize.src}")


class _Environment(Environment):
    code_generator_class = _Generator
