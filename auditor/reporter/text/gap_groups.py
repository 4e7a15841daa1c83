"""Gaps that one thing put right would close, told once; and what was not covered, by reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.reporter.text.gaps import GapText
from auditor.reporter.text.sentences import ResultText, ended


@dataclass(frozen=True, slots=True, kw_only=True)
class GapGroup:
    """Gaps of one kind, call, code and advice. ``text`` speaks of all of them, ``objects`` names what each is about.

    ``messages`` are those of all of them, each once; ``objects`` is empty where there is one gap, whose title names it.
    """

    gaps: tuple[Gap, ...]
    text: GapText
    objects: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What was not covered for one reason: what of each cluster, by the cluster's name."""

    why: str
    whats: Mapping[str, Sequence[str]]

    @property
    def count(self) -> int:
        """How many exclusions of the result these are."""
        return sum(len(told) for told in self.whats.values())


def gap_groups(gaps: Iterable[Gap], sentences: ResultText) -> tuple[GapGroup, ...]:
    """The gaps by cause; the order of the first of each stays."""
    return tuple(_group(told, sentences) for told in by_cause(gaps, sentences))


def by_cause(gaps: Iterable[Gap], sentences: ResultText) -> tuple[list[tuple[Gap, GapText]], ...]:
    """The gaps with their words, together those of one kind, call, code, advice, waiver and state."""
    alike: dict[tuple[str, ...], list[tuple[Gap, GapText]]] = {}
    for gap in gaps:
        text = sentences.gap(gap)
        key = (gap.kind, gap.service, gap.action, gap.code, text.advice, text.waiver, text.state)
        alike.setdefault(key, []).append((gap, text))
    return tuple(alike.values())


def _group(told: list[tuple[Gap, GapText]], sentences: ResultText) -> GapGroup:
    gaps = tuple(gap for gap, _ in told)
    first = told[0][1]
    messages = tuple(dict.fromkeys(text.message for _, text in told))
    if len(told) == 1:
        return GapGroup(gaps=gaps, text=first, objects=(), messages=messages)
    message = first.message
    if len(messages) > 1:
        message = sentences.phrasing.text("gaps-alike", message=ended(message, sentences.phrasing))
    about = sentences.gaps_about(gaps)
    text = replace(first, title=about.title, message=message, unknown=about.unknown)
    return GapGroup(gaps=gaps, text=text, objects=about.objects, messages=messages)


def exclusions(result: Result, sentences: ResultText) -> tuple[Exclusions, ...]:
    """What the baseline is not written for, by reason."""
    by_reason: dict[str, dict[str, list[str]]] = {}
    for found in result.clusters:
        cluster = sentences.cluster(found.cluster.region, found.cluster.cluster_id)
        for item in found.cluster.not_covered:
            text = sentences.not_covered(item)
            by_reason.setdefault(text.why, {}).setdefault(cluster, []).append(text.what)
    return tuple(Exclusions(why=why, whats=whats) for why, whats in by_reason.items())
