"""The ``html`` format: one file with everything in it, for people who look."""

from __future__ import annotations

from collections import Counter

from auditor.model.baseline import Requirement, Severity, Text
from auditor.model.findings import Code
from auditor.model.result import ClusterResult, Result, Status
from auditor.reporter.options import RenderOptions
from auditor.reporter.packet_words import PACKET_LIMIT
from auditor.reporter.page import sheet
from auditor.reporter.page.cards import Cards
from auditor.reporter.page.gap_cards import gap_cards
from auditor.reporter.page.index import Index, StackEntry
from auditor.reporter.page.layers import Mark
from auditor.reporter.page.matrix import matrices
from auditor.reporter.page.overview import Overview
from auditor.reporter.page.stack_views import StackViews
from auditor.reporter.sentences import Sentences
from auditor.reporter.verdict import standings, weight
from auditor.words import Lang

LARGE = 100
"""Findings and stacks beyond which a browser need not lay out the whole page before it shows it."""

WORST = 10
"""How many findings stand under the verdict where there are more; the words say ten as well."""

_HTML_LANG = {Lang.EN: "en", Lang.ZH: "zh-CN"}


def render(result: Result, options: RenderOptions) -> str:
    """The page of ``result``. It asks for nothing from outside and carries the policy that forbids it to."""
    return sheet.template().render(**_context(result, options)) + "\n"


def _context(result: Result, options: RenderOptions) -> dict[str, object]:
    sentences = Sentences(result, options.lang, None if options.verbose else PACKET_LIMIT)
    index = Index(result, _worst_first(result, options))
    return {
        "result": result,
        "options": options,
        "index": index,
        "large": len(result.findings) + sum(len(cluster.stacks) for cluster in result.clusters) > LARGE,
        "policy": sheet.policy(),
        "style": sheet.asset("page.css"),
        "script": sheet.asset("page.js"),
        **_words(sentences, options),
        **_verdict(Overview(result=result, options=options, sentences=sentences), index),
        **_cards(Cards(result=result, index=index, sentences=sentences)),
        **_stacks(StackViews(result, sentences, verbose=options.verbose), result, index),
    }


def _words(sentences: Sentences, options: RenderOptions) -> dict[str, object]:
    return {
        "html_lang": _HTML_LANG[options.lang],
        "t": sentences.phrasing.text,
        "clipped": sentences.phrasing.clipped,
        "names": sentences.names,
        "say": lambda text: _said(text, options.lang),
        "region_of": _region_of,
    }


def _worst_first(result: Result, options: RenderOptions) -> list[ClusterResult]:
    clusters = sorted(standings(result, options.fail_on), key=lambda pair: weight(pair[1]))
    return [found for found, _ in clusters]


def _verdict(overview: Overview, index: Index) -> dict[str, object]:
    clusters = overview.clusters(index)
    verdict = overview.verdict()
    return {
        "clusters": clusters,
        "verdict": verdict,
        "verdict_word": overview.word(verdict),
        "lede": overview.lede(verdict, clusters),
        "facts": overview.facts(),
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
    }


def _cards(cards: Cards) -> dict[str, object]:
    """The findings in two lists, what the filter offers, and what was not decided or not covered."""
    found = cards.findings()
    unwaived = tuple(card for card in found if card.finding.waiver is None)
    severities = Counter(card.finding.severity for card in found)
    return {
        "cards": unwaived,
        "worst": unwaived[:WORST] if len(unwaived) > WORST else (),
        "waived": tuple(card for card in found if card.finding.waiver is not None),
        "shown_counts": {severity: severities[severity] for severity in Severity},
        "codes": tuple((code, code.finding_name) for code in Code if any(card.finding.code is code for card in found)),
        "concerned": tuple(sorted({(card.cluster, card.cluster_number) for card in found})),
        "gaps": gap_cards(cards.result, cards.sentences),
        "not_covered": cards.exclusions(),
    }


def _requirements(result: Result) -> tuple[Requirement, ...]:
    """The baseline's requirements, then those that the configuration adds."""
    judged = (one for cluster in result.clusters for stack in cluster.stacks for one in stack.requirements)
    found = {one.requirement_id: one for one in result.baseline.requirements}
    for one in judged:
        found.setdefault(one.requirement.requirement_id, one.requirement)
    return tuple(found.values())


def _said(text: Text, lang: Lang) -> str:
    return text.zh if lang is Lang.ZH else text.en


def _region_of(entry: StackEntry) -> str:
    return entry.cluster.cluster.region
