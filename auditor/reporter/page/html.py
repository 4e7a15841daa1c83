"""Renders a result as one HTML page that needs no other file and makes no request.

The style and the script are part of the page. Its Content-Security-Policy allows them by their hashes and forbids
everything else. Templates escape every text.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from auditor.model.baseline import Requirement
from auditor.model.codes import Code, Severity
from auditor.model.findings import ClusterResult, Result, Status
from auditor.reporter import escape, identity
from auditor.reporter.codes import GUIDE
from auditor.reporter.options import RenderOptions
from auditor.reporter.page.cards import Cards, gap_cards
from auditor.reporter.page.chart_data import Mark
from auditor.reporter.page.environment import template
from auditor.reporter.page.index import Index
from auditor.reporter.page.matrix import matrices
from auditor.reporter.page.overview import Overview, StackViews
from auditor.reporter.page.trend import trend_view
from auditor.reporter.text.packets import PACKET_LIMIT
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import cluster_verdicts, worst_first
from auditor.words import Lang


@lru_cache
def asset(name: str) -> Markup:
    """The text of ``page.css`` or ``page.js``."""
    text = (files("auditor.reporter.page") / "assets" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file


@lru_cache
def policy() -> str:
    """The Content-Security-Policy: it allows the style and the script of this page by their hashes, and no request."""
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


LARGE = 100
"""Number of findings and stacks above which the page on paper leaves out what the screen folds."""

PACKED = 2000
"""Number of findings and stacks above which the details of the page are packed: see :class:`Details`."""

PACKS = {"findings": 512, "clusters": 64}
"""The number of findings and of clusters of which the details are packed together."""

_HTML_LANG = {Lang.EN: "en", Lang.ZH: "zh-CN"}


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """The HTML page of ``result``, as one text that ends with a line feed."""
    yield template(options.lang).render(**_context(result, options)) + "\n"


class Details:
    """What the page shows of a finding or a cluster when it is unfolded.

    Normally it stands in its place, folded. A page of very many clusters would be too large for a browser, so there the
    details are packed (zlib, in base64), and the script unpacks those that a reader unfolds.
    """

    def __init__(self, *, packed: bool) -> None:
        self.packed = packed
        self._parts: dict[str, list[str]] = {kind: [] for kind in PACKS}

    def put(self, kind: str, part: Markup) -> Markup:
        """The markup to put in its place: ``part``, or nothing where it is packed."""
        if not self.packed:
            return part
        self._parts[kind].append(part)
        return Markup()

    def packs(self) -> Iterator[tuple[str, str]]:
        """The id and the content of each pack: parts in their order, separated by U+001E."""
        for kind, size in PACKS.items():
            parts = self._parts[kind]
            for first in range(0, len(parts), size):
                content = "\x1e".join(parts[first : first + size]).encode()
                yield f"{kind}-{first // size}", b64encode(zlib.compress(content, 9)).decode()


def _context(result: Result, options: RenderOptions) -> dict[str, object]:
    sentences = ResultText(result, options.lang, None if options.verbose else PACKET_LIMIT)
    index = Index(result, _worst_first(result, options))
    size = len(result.findings) + sum(len(cluster.stacks) for cluster in result.clusters)
    cards = Cards(result=result, index=index, sentences=sentences, options=options)
    return {
        "result": result,
        "options": options,
        "index": index,
        "shown": frozenset(finding.fingerprint for finding in result.findings),
        "filter_line": identity.filter_line(result, sentences.phrasing),
        "large": size > LARGE,
        "details": Details(packed=size > PACKED),
        "pack_sizes": PACKS,
        "policy": policy(),
        "style": asset("page.css"),
        "script": asset("page.js"),
        "json": _json,
        "trend": trend_view(result.trend, sentences.phrasing),
        **_words(sentences, options),
        **_verdict(Overview(result=result, options=options, sentences=sentences), index),
        **_cards(cards),
        **_stacks(StackViews(result, sentences, verbose=options.verbose), result, index),
    }


def _json(value: object) -> Markup:
    """``value`` as JSON that may stand in an element: no markup, no character that acts on a terminal or a browser."""
    text = json.dumps(_harmless(value), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate({ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}))  # noqa: S704 - escaped here


def _harmless(value: object) -> object:
    match value:
        case str():
            return escape.visible(value)
        case dict():
            return {key: _harmless(item) for key, item in value.items()}
        case list() | tuple():
            return [_harmless(item) for item in value]
        case _:
            return value


def _words(sentences: ResultText, options: RenderOptions) -> dict[str, object]:
    return {
        "html_lang": _HTML_LANG[options.lang],
        "say": sentences.phrasing.translation,
    }


def _worst_first(result: Result, options: RenderOptions) -> list[ClusterResult]:
    clusters = sorted(cluster_verdicts(result, options.fail_on), key=lambda pair: worst_first(pair[1]))
    return [cluster for cluster, _ in clusters]


def _verdict(overview: Overview, index: Index) -> dict[str, object]:
    clusters = overview.clusters(index)
    verdict = overview.verdict()
    return {
        "clusters": clusters,
        "verdict": verdict,
        "verdict_word": overview.word(verdict),
        "lede": overview.lede(verdict, clusters),
        "facts": overview.facts(),
        "provenance": overview.provenance(),
        "news": overview.news(),
        "counts": overview.result.counts(),
    }


def _stacks(views: StackViews, result: Result, index: Index) -> dict[str, object]:
    return {
        "stacks": views.by_anchor(index),
        "pictures": views.gallery,
        "matrices": matrices(result, index),
        "statuses": tuple(Status),
        "marks": tuple(Mark),
        "requirements": _requirements(result),
        "guide": GUIDE,
        "guide_rows": {item.requirement_id: item.row for item in result.requirements.values()},
    }


def _cards(cards: Cards) -> dict[str, object]:
    """Findings that count and waived ones, the choices of the filter, the gaps and the exclusions."""
    findings = cards.findings()
    unwaived = tuple(card for card in findings if card.finding.waiver is None)
    severities = Counter(card.finding.severity for card in findings)
    return {
        "cards": unwaived,
        "worst": cards.worst(),
        "waived": tuple(card for card in findings if card.finding.waiver is not None),
        "shown_counts": {severity: severities[severity] for severity in Severity},
        "codes": tuple(
            (code, code.finding_name) for code in Code if any(card.finding.code is code for card in findings)
        ),
        "gaps": gap_cards(cards.result, cards.sentences),
        "not_covered": cards.exclusions(),
    }


def _requirements(result: Result) -> tuple[Requirement, ...]:
    """The requirements of the baselines, then the requirements that the configuration adds."""
    return tuple(result.every_requirement.values())
