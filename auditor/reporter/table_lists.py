"""The lists of the table report: findings, gaps, exclusions and waivers as lines of a terminal.

Findings with the same words share an entry (:func:`entries`, which the Markdown report uses too), entries with the same
severity, code and title a heading. Lists are limited and the rest is counted, unless every item was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.model.codes import Code, Severity
from auditor.model.evidence import Evidence
from auditor.model.findings import Finding, Result, WaiverMark, WaiverState
from auditor.model.gaps import Gap
from auditor.reporter import identity
from auditor.reporter.terminal import SEVERITY_STYLES, Screen, Style
from auditor.reporter.text.gap_groups import exclusions, gap_groups
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.sentences import FindingText, ResultText

FULL = 25
"""With at most this many entries, each is written in full; with more, the first of each kind are."""
FULL_OF_A_KIND = 3
SHORT_OF_A_KIND = 10
PLACES = 5
RULES = 6
OBJECTS = 40
"""How many resources a line names before it counts the rest."""
IDENTITIES = 10
"""How many fingerprints a line holds before it counts the rest."""
EXCLUSIONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEntry:
    """Findings with the same words about different stacks: one text with all the findings that share it."""

    text: FindingText
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """The severity that all of them have."""
        return self.findings[0].severity

    @property
    def code(self) -> Code:
        """The code that all of them have."""
        return self.findings[0].code


def entries(findings: Iterable[Finding], sentences: ResultText) -> tuple[FindingEntry, ...]:
    """Findings joined where severity, code, novelty and words agree, in the order of the first finding of an entry."""
    joined: dict[tuple[object, ...], list[tuple[Finding, FindingText]]] = {}
    for finding in findings:
        text = sentences.finding(finding)
        key = (
            finding.severity,
            finding.code,
            finding.known,
            text.title,
            text.message,
            text.rules,
            text.witness,
            text.advice,
        )
        joined.setdefault(key, []).append((finding, text))
    return tuple(
        FindingEntry(text=members[0][1], findings=tuple(finding for finding, _ in members))
        for members in joined.values()
    )


def limited(texts: Sequence[str], limit: int | None, phrasing: Formatter) -> list[str]:
    """The first ``limit`` texts and the number of the others, all without a limit. A rest of one text is kept too."""
    if limit is None or len(texts) <= limit + 1:
        return list(texts)
    return [*texts[:limit], phrasing.text("table-more", count=len(texts) - limit)]


class FindingList:
    """Writes findings as lines."""

    def __init__(self, result: Result, sentences: ResultText, screen: Screen, *, verbose: bool) -> None:
        self._sentences = sentences
        self._phrasing = sentences.phrasing
        self._screen = screen
        self._verbose = verbose
        self._regions = {cluster_result.cluster.region for cluster_result in result.clusters}
        self._introduced = frozenset(result.change.introduced) if result.change else None
        self._causes = identity.causes(result.change)

    def lines(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Every finding, or the first of each kind and the number of the others."""
        all_entries = entries(findings, self._sentences)
        kinds: dict[tuple[Severity, Code, str], list[FindingEntry]] = {}
        for entry in all_entries:
            kinds.setdefault((entry.severity, entry.code, entry.text.title), []).append(entry)
        everything = self._verbose or sum(not entry.code.is_about_a_rule for entry in all_entries) <= FULL
        for of_kind in kinds.values():
            yield from self._heading(of_kind)
            if of_kind[0].code.is_about_a_rule and not self._verbose:
                yield from self._rules(of_kind)
            else:
                yield from self._kind(of_kind, everything=everything)

    def _heading(self, of_kind: list[FindingEntry]) -> Iterator[str]:
        first = of_kind[0]
        title = first.text.title
        count = sum(len(entry.findings) for entry in of_kind)
        if count > 1:
            title = self._text("many", title=title, count=count)
        yield ""
        yield from self._screen.led(
            self._sentences.severity(first.severity).upper(),
            SEVERITY_STYLES[first.severity],
            self._text("code-and-title", code=first.code.value, title=title),
        )

    def _kind(self, of_kind: list[FindingEntry], *, everything: bool) -> Iterator[str]:
        """Entries in full; of too many, the first few with different messages, then the clusters of the others."""
        full = of_kind if everything else _first_of_each_message(of_kind)[:FULL_OF_A_KIND]
        why = ""
        for number, entry in enumerate(full):
            if number:
                yield ""
            yield from self._screen.fields(self._fields(entry, "" if entry.text.why == why else entry.text.why))
            why = entry.text.why
        rest = [entry for entry in of_kind if entry not in full]
        yield from self._short(rest)

    def _short(self, rest: list[FindingEntry]) -> Iterator[str]:
        if not rest:
            return
        clusters_by_message: dict[str, list[str]] = {}
        for entry in rest:
            clusters_by_message.setdefault(entry.text.message, []).extend(
                self.cluster(finding) for finding in entry.findings
            )
        lines = [
            self._text("of-cluster", cluster=self._phrasing.listed(_distinct(clusters), PLACES), text=message)
            for message, clusters in clusters_by_message.items()
        ]
        yield ""
        yield from self._screen.paragraph(self._text("also"), 2)
        yield from self._screen.bullets(self._cut(lines, SHORT_OF_A_KIND))

    def _rules(self, of_kind: list[FindingEntry]) -> Iterator[str]:
        """Shadowed and redundant rules by group; the details of each rule are left to the verbose report."""
        places: dict[tuple[str, str, str], list[Evidence]] = {}
        where: dict[tuple[str, str, str], list[str]] = {}
        for finding in (finding for entry in of_kind for finding in entry.findings):
            rule = finding.evidence[0]
            key = (finding.subject, rule.security_group_id, rule.direction)
            places.setdefault(key, []).append(rule)
            where.setdefault(key, []).append(self.cluster(finding))
        lines = [
            self._text(
                f"rules-{key[0] or 'here'}",
                rules=self._sentences.rules.rule_names(of_kind[0].findings[0].region, _by_index(places[key])),
                cluster=self._phrasing.listed(_distinct(where[key]), PLACES),
            )
            for key in places
        ]
        yield from self._screen.bullets(self._cut(lines, SHORT_OF_A_KIND))
        yield from self._screen.paragraph(self._text("rules-more"), 2)

    def _fields(self, entry: FindingEntry, why: str) -> list[tuple[str, Sequence[str]]]:
        text = entry.text
        return [
            *self._whom(entry),
            (self._text("label-state"), self._state(entry)),
            (self._text("label-age"), [self._sentences.ages.since(finding.sighting for finding in entry.findings)]),
            (self._text("label-problem"), [text.message]),
            (self._text("label-rule"), self._cut(text.rules, RULES)),
            (self._text("label-witness"), [text.witness]),
            (self._text("label-why"), [why]),
            (self._text("label-advice"), [text.advice]),
            (self._text("label-fingerprint"), self._cut([finding.fingerprint for finding in entry.findings], PLACES)),
        ]

    def _whom(self, entry: FindingEntry) -> list[tuple[str, Sequence[str]]]:
        first = entry.findings[0]
        affected = self._text("label-affected")
        if len(entry.findings) == 1:
            return [
                (self._text("label-cluster"), [self.cluster(first)]),
                (affected, [self._sentences.affected(first)]),
            ]
        lines = [
            self._text("of-cluster", cluster=self.cluster(finding), text=self._sentences.affected(finding))
            for finding in entry.findings
        ]
        return [(affected, self._cut(lines, PLACES))]

    def _state(self, entry: FindingEntry) -> list[str]:
        finding = entry.findings[0]
        if self._introduced is not None:
            return [self._part_in_change(finding)]
        if finding.known is None:
            return []
        return [self._text("state-known" if finding.known else "state-new")]

    def _part_in_change(self, finding: Finding) -> str:
        if self._introduced is None or finding.fingerprint not in self._introduced:
            return self._text("state-unchanged")
        if causes := self._causes.get(finding.fingerprint):
            return self._text("state-introduced-by", resources=self._phrasing.together(causes))
        return self._text("state-introduced")

    def _cut(self, texts: Sequence[str], limit: int) -> list[str]:
        return limited(texts, None if self._verbose else limit, self._phrasing)

    def cluster(self, finding: Finding) -> str:
        """The cluster of a finding, with its region where there is more than one."""
        named = self._sentences.cluster(finding.region, finding.cluster_id)
        return f"{named} {finding.region}" if len(self._regions) > 1 else named

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"table-{name}", **facts)


def _first_of_each_message(kind_entries: list[FindingEntry]) -> list[FindingEntry]:
    return list({entry.text.message: entry for entry in reversed(kind_entries)}.values())[::-1]


def _by_index(evidence: list[Evidence]) -> list[Evidence]:
    return sorted(set(evidence), key=lambda rule: rule.index)


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))


class GapList:
    """Writes gaps and exclusions as lines."""

    def __init__(self, sentences: ResultText, screen: Screen, *, verbose: bool) -> None:
        self._sentences = sentences
        self._phrasing = sentences.phrasing
        self._screen = screen
        self._verbose = verbose

    def lines(self, gaps: Sequence[Gap]) -> Iterator[str]:
        """Every gap, those of one cause together."""
        for group in gap_groups(gaps, self._sentences):
            yield ""
            yield from self._screen.led(group.gaps[0].kind.value, Style.WARNING, group.text.title)
            why = group.messages if self._verbose else [group.text.message]
            yield from self._screen.fields(
                [
                    (self._text("label-object"), self._objects(group.objects)),
                    (self._text("label-state"), [group.text.state]),
                    (self._text("label-waiver"), [group.text.waiver]),
                    (self._text("label-why"), why),
                    (self._text("label-unknown"), [group.text.unknown]),
                    (self._text("label-advice"), [group.text.advice]),
                    (self._text("label-fingerprint"), [self._fingerprints(group.gaps)]),
                ]
            )

    def not_covered(self, result: Result) -> Iterator[str]:
        """Machines and Pods that the baseline has no requirements for, by reason."""
        for exclusion in exclusions(result, self._sentences):
            items = [
                self._text("not-covered", what=what, cluster=cluster)
                for cluster, whats in exclusion.whats.items()
                for what in whats
            ]
            yield from self._screen.bullets(limited(items, None if self._verbose else EXCLUSIONS, self._phrasing))
            yield from self._screen.paragraph(exclusion.why, 4)

    def _objects(self, names: Sequence[str]) -> list[str]:
        """The names in one text, and the number of names left out in another."""
        shown = names if self._verbose or len(names) <= OBJECTS + 1 else names[:OBJECTS]
        listed = self._sentences.phrasing.listed(shown)
        return [listed] if shown is names else [listed, self._text("more", count=len(names) - OBJECTS)]

    def _fingerprints(self, gaps: Sequence[Gap]) -> str:
        identities = tuple(dict.fromkeys(gap.fingerprint for gap in gaps))
        return self._sentences.phrasing.listed(identities, None if self._verbose else IDENTITIES)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(f"table-{name}", **facts)


class WaivedList:
    """Writes waivers and their findings as lines."""

    def __init__(self, sentences: ResultText, screen: Screen) -> None:
        self._sentences = sentences
        self._screen = screen

    def lines(self, waived: Sequence[Finding], waivers: Sequence[tuple[str, WaiverState]]) -> Iterator[str]:
        """Waivers that end soon, have ended or match nothing; then each waiver with its findings."""
        yield from self._screen.bullets(
            self._text(f"waiver-{state}", id=waiver_id)
            for waiver_id, state in waivers
            if state is not WaiverState.ACTIVE
        )
        by_waiver: dict[WaiverMark, list[Finding]] = {}
        for finding in waived:
            if finding.waiver is not None:
                by_waiver.setdefault(finding.waiver, []).append(finding)
        for mark, findings in by_waiver.items():
            yield from self._screen.bullets([self._waiver(mark)])
            yield from self._screen.bullets((self._finding(finding) for finding in findings), 4)

    def _waiver(self, mark: WaiverMark) -> str:
        return self._text(
            "waiver", id=mark.waiver_id, expires=mark.expires.isoformat(), owner=mark.owner, reason=mark.reason
        )

    def _finding(self, finding: Finding) -> str:
        text = self._sentences.finding(finding)
        return self._text(
            "waived",
            code=finding.code.value,
            title=text.title,
            cluster=self._sentences.cluster(finding.region, finding.cluster_id),
            message=text.message,
        )

    def _text(self, name: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(f"table-{name}", **facts)
