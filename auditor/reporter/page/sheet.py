"""The page's own files: templates, style and script, and the policy that lets a browser run these and nothing else."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from auditor.reporter import escape


@lru_cache
def template() -> Template:
    """The page's template. Every text is escaped, and characters that act instead of show become marks."""
    environment = Environment(
        loader=PackageLoader("auditor.reporter.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    return environment.get_template("page.html.j2")


def _shown(value: object) -> object:
    return escape.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache
def asset(name: str) -> Markup:
    """``page.css`` or ``page.js`` as it stands in the page."""
    text = (files("auditor.reporter.page") / "assets" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file


@lru_cache
def policy() -> str:
    """The Content-Security-Policy: the style and the script of this page by their hashes, no request to anywhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash('page.css')}",
            f"script-src {_hash('page.js')}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(name: str) -> str:
    return f"'sha256-{b64encode(sha256(asset(name).encode()).digest()).decode()}'"
