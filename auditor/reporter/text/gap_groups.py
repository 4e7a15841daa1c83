"""Groups the gaps that one action closes, and the exclusions that have one reason, so that a report says each once.

Gaps belong together if they have the same kind, API call, error code, advice, waiver and state. No gap is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.text.gaps import GapText
from auditor.reporter.text.sentences import ResultText, ended


@dataclass(frozen=True, slots=True, kw_only=True)
class GapGroup:
    """Gaps of one cause. ``text`` describes all of them, and ``objects`` names the resource of each.

    ``messages`` holds each different message once. ``objects`` is empty for a single gap: its title names
    the resource.
    """

    gaps: tuple[Gap, ...]
    text: GapText
    objects: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """Resources that the baseline does not cover for the reason ``why``. ``whats`` lists them by cluster name."""

    why: str
    whats: Mapping[str, Sequence[str]]

    @property
    def count(self) -> int:
        """The number of exclusions with this reason."""
        return sum(len(resources) for resources in self.whats.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefGap:
    """A cause of gaps on one line. ``clusters`` are (region, id), empty if it concerns a region or the run."""

    clusters: tuple[tuple[str, str], ...]
    what: str
    why: str
    identity: str
    count: int


def brief_gaps(gaps: Iterable[Gap], sentences: ResultText) -> tuple[BriefGap, ...]:
    """The causes of gaps, one line each."""
    return tuple(
        BriefGap(
            clusters=tuple(dict.fromkeys((gap.region, gap.cluster_id) for gap in group.gaps if gap.cluster_id)),
            what=group.text.title,
            why=group.text.advice,
            identity=group.gaps[0].fingerprint[:SHORT_ID],
            count=len(group.gaps),
        )
        for group in gap_groups(gaps, sentences)
    )


def gap_groups(gaps: Iterable[Gap], sentences: ResultText) -> tuple[GapGroup, ...]:
    """The gaps by cause, in the order in which the causes first appear."""
    return tuple(_group(gaps_of_cause, sentences) for gaps_of_cause in by_cause(gaps, sentences))


def by_cause(gaps: Iterable[Gap], sentences: ResultText) -> tuple[list[tuple[Gap, GapText]], ...]:
    """The gaps of each cause with their texts: one kind, API call, code, advice, waiver and state."""
    groups: dict[tuple[str, ...], list[tuple[Gap, GapText]]] = {}
    for gap in gaps:
        text = sentences.gap(gap)
        key = (gap.kind, gap.service, gap.action, gap.code, text.advice, text.waiver, text.state)
        groups.setdefault(key, []).append((gap, text))
    return tuple(groups.values())


def _group(texts: list[tuple[Gap, GapText]], sentences: ResultText) -> GapGroup:
    gaps = tuple(gap for gap, _ in texts)
    first = texts[0][1]
    messages = tuple(dict.fromkeys(text.message for _, text in texts))
    if len(texts) == 1:
        return GapGroup(gaps=gaps, text=first, objects=(), messages=messages)
    message = first.message
    if len(messages) > 1:
        message = sentences.phrasing.text("gaps-alike", message=ended(message, sentences.phrasing))
    group_text = sentences.gap_group(gaps)
    text = replace(first, title=group_text.title, message=message, unknown=group_text.unknown)
    return GapGroup(gaps=gaps, text=text, objects=group_text.objects, messages=messages)


def exclusions(result: Result, sentences: ResultText) -> tuple[Exclusions, ...]:
    """The resources that the baseline does not cover, by reason."""
    by_reason: dict[str, dict[str, list[str]]] = {}
    for result_of_cluster in result.clusters:
        cluster = result_of_cluster.cluster
        name = sentences.cluster(cluster.region, cluster.cluster_id)
        for item in result_of_cluster.not_covered:
            text = sentences.not_covered(item)
            by_reason.setdefault(text.why, {}).setdefault(name, []).append(text.what)
    return tuple(Exclusions(why=why, whats=whats) for why, whats in by_reason.items())
