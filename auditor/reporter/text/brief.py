"""Writes a finding on one line: severity, cluster, problem in about six words, bearers, rule and short id.

Findings of several clusters that are the same in severity, words and place share a line. Used by the default terminal
report and by the ``concise`` format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.model.codes import Severity
from auditor.model.evidence import Evidence
from auditor.model.findings import Finding
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.text.sentences import ResultText

_RULES = 2
"""How many rules a line names before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefLine:
    """One line of a report. ``clusters`` are ids; ``where`` is empty if no rule or object decides.

    ``fingerprints`` are those of all its findings, ``age`` is that of the oldest.
    """

    severity: Severity
    clusters: tuple[tuple[str, str], ...]
    what: str
    who: str
    where: str
    age: str
    identity: str
    count: int
    fingerprints: tuple[str, ...]


class BriefText:
    """Writes the findings of one result on one line each."""

    def __init__(self, sentences: ResultText) -> None:
        self._sentences = sentences
        self._phrasing = sentences.phrasing

    def findings(self, findings: Iterable[Finding]) -> tuple[BriefLine, ...]:
        """The lines of ``findings``, in the order of the first finding of each line."""
        joined: dict[tuple[str, tuple[object, ...]], list[Finding]] = {}
        for finding in findings:
            kind = (finding.severity, finding.code, finding.role, finding.attachment, finding.known)
            joined.setdefault((self.what(finding), kind), []).append(finding)
        return tuple(self._line(what, same) for (what, _), same in joined.items())

    def _line(self, what: str, findings: list[Finding]) -> BriefLine:
        first = findings[0]
        places = list(dict.fromkeys(self.where(finding) for finding in findings))
        return BriefLine(
            severity=first.severity,
            clusters=tuple(dict.fromkeys((finding.region, finding.cluster_id) for finding in findings)),
            what=what,
            who=self._sentences.bearers(findings),
            where=self._phrasing.listed(places, 1),
            age=self._sentences.ages.brief(finding.sighting for finding in findings),
            identity=first.fingerprint[:SHORT_ID],
            count=len(findings),
            fingerprints=tuple(finding.fingerprint for finding in findings),
        )

    def what(self, finding: Finding) -> str:
        """The problem in about six words."""
        return self._sentences.brief(finding)

    def where(self, finding: Finding) -> str:
        """The rule that decides, by the console's priority, or the objects that decide in its place."""
        rules = [item for item in finding.evidence if not item.blocker]
        objects = [item.resource_id for item in finding.resources]
        parts = [self._rules(group, rules) for group in dict.fromkeys(item.security_group_id for item in rules)]
        parts += list(dict.fromkeys(objects))
        if not parts and finding.direction is not None and finding.default_deny:
            parts = [self._text(f"default-{finding.direction}", groups=self._groups(finding.security_groups))]
        if not parts and finding.security_groups:
            parts = [self._groups(finding.security_groups)]
        return self._phrasing.listed(parts, _RULES)

    def _rules(self, group: str, evidence: Sequence[Evidence]) -> str:
        rules = sorted({(item.direction, item.priority) for item in evidence if item.security_group_id == group})
        direction = rules[0][0]
        numbers = self._phrasing.listed([str(number) for _, number in rules], _RULES)
        return self._text(f"rules-{direction}", group=group, numbers=numbers, count=len(rules))

    def _groups(self, groups: tuple[str, ...]) -> str:
        return self._phrasing.listed(groups, _RULES)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"brief-{name}", **facts)
