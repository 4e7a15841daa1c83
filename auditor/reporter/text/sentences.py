"""Writes a result in words: its findings, gaps, exclusions and verdicts, in one language.

The texts hold names as the cloud gave them. Each format escapes a whole text before it writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.errors import ExitCode
from auditor.model.changes import Change
from auditor.model.clusters import Attachment, Cluster, NotCovered, bound_groups
from auditor.model.codes import Code, Severity, Verdict
from auditor.model.evidence import Evidence
from auditor.model.findings import ClusterResult, Finding, Result, severity_counts
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.reported import JsonObject
from auditor.model.rules import Direction
from auditor.reporter import identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.bearers import Bearers, BearerWords
from auditor.reporter.text.brief_words import BriefWords
from auditor.reporter.text.findings import FindingWords
from auditor.reporter.text.gaps import GapGroupText, GapText, GapWords, NotCoveredText
from auditor.reporter.text.history import AgeText
from auditor.reporter.text.load_balancers import LoadBalancerWords
from auditor.reporter.text.names import Formatter, Names
from auditor.reporter.text.packets import PACKET_LIMIT, example, packets_text, witness_text
from auditor.reporter.text.rules import RuleWords
from auditor.reporter.verdict import change_verdict, open_gaps, reaches
from auditor.words import Lang

__all__ = ["FindingText", "GapText", "NotCoveredText", "ResultText"]

NODE_LIMIT = 3
"""How many nodes or node pools a sentence names before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    """One finding in words.

    ``title`` has no full stop and names no cluster. ``message`` says the problem, ``why`` its consequence, ``affected``
    the bearers of the groups, ``advice`` the next step. ``rules`` has a line for each rule that decides packets, and
    for each network ACL, load balancer, listener or entrance that the finding depends on.
    ``witness`` is one packet as an example, or empty.
    """

    title: str
    message: str
    why: str
    affected: str
    rules: tuple[str, ...]
    witness: str
    advice: str


class ResultText:
    """Writes the parts of one result.

    ``limit`` bounds each list in a sentence and the rest is counted; ``None`` names every item. Long names from the
    cloud are shortened with a mark (:meth:`Formatter.clipped`) but not escaped.
    """

    def __init__(self, result: Result, lang: Lang, limit: int | None = PACKET_LIMIT) -> None:
        self.phrasing = Formatter(lang)
        self.names = Names(result.snapshot, self.phrasing, result.accounts)
        self._result = result
        self.rules = RuleWords(self.names, self.phrasing, limit)
        self._limit = limit
        self._findings = FindingWords(result, self.names, self.phrasing, self.rules, limit)
        self._brief = BriefWords(self._findings, self.phrasing)
        self._gaps = GapWords(result, self.names, self.phrasing)
        self._load_balancers = LoadBalancerWords(self.names, self.phrasing, limit)
        self._bearers = BearerWords(self.names, self.phrasing)
        self.ages = AgeText(self.phrasing, result.run_at)

    def account_id(self, item: Cluster | Finding | Gap) -> str | None:
        """The number of the account of a cluster, finding or gap; ``None`` where the cloud did not say it."""
        return identity.account_id(self._result, item)

    def bearers(self, stacks: Iterable[Bearers]) -> str:
        """The number of bearers of stacks: "3 nodes and 1 node pool"."""
        return self._bearers.counted(stacks)

    def named_bearers(self, region: str, stack: Bearers) -> str:
        """The bearers of a stack by id: "ins-a, ins-b", "1 secondary interface of a node (eni-a of ins-a)"."""
        if stack.attachment is Attachment.PRIMARY:
            return self.phrasing.listed([*stack.nodes, *stack.node_pools], NODE_LIMIT)
        return self._bearers.listed(region, stack, NODE_LIMIT)

    def finding(self, finding: Finding) -> FindingText:
        """The texts of one finding; those of its report for a finding that was rebuilt from a report."""
        if written := self._reported(finding):
            return self._as_reported(finding, written)
        statement = self._findings.statement(finding)
        return FindingText(
            title=statement.title,
            message=statement.message,
            why=statement.why,
            affected=self.affected(finding),
            rules=self._rules_of(finding),
            witness=self._witness(finding),
            advice=statement.advice,
        )

    def _reported(self, finding: Finding) -> JsonObject | None:
        reported = self._result.reported
        return reported.findings.get((finding.account, finding.fingerprint)) if reported else None

    def _as_reported(self, finding: Finding, written: JsonObject) -> FindingText:
        """The texts of a report. A report of an early version has the title, the message and the advice alone."""
        return FindingText(
            title=written["title"],
            message=written["message"],
            why=written.get("why", ""),
            affected=written.get("affected") or self.affected(finding),
            rules=tuple(written["rules"]) if "rules" in written else self._rules_of(finding),
            witness=self._witness(finding),
            advice=written["advice"],
        )

    def brief(self, finding: Finding) -> str:
        """The problem in about six words; as its report has it for a finding that was rebuilt from a report."""
        written = self._reported(finding)
        return self._brief.what(finding) if written is None else written.get("brief") or written["title"]

    def verdict(self, cluster: ClusterResult, verdict: Verdict) -> str:
        """The verdict on a cluster, with reason and owner if the configuration excludes the cluster."""
        word = self.phrasing.text(f"terms-verdict-{verdict}")
        if cluster.exclusion is None:
            return word
        exclusion = cluster.exclusion
        return self.phrasing.text("formats-excluded", verdict=word, reason=exclusion.reason, owner=exclusion.owner)

    def gap(self, gap: Gap) -> GapText:
        """The texts of one gap; what its report says for a gap that was rebuilt from a report."""
        text = self._gaps.gap(gap)
        written = self._result.reported.gaps.get(gap) if self._result.reported else None
        if written is None:
            return text if gap.cluster_id else replace(text, title=self.names.in_account(text.title, gap.account))
        title = written.get("title") or text.title
        if not gap.cluster_id and not title.endswith(self.names.in_account("", gap.account).strip()):
            title = self.names.in_account(title, gap.account)
        return replace(text, title=title, unknown=written["unknown"], advice=written["advice"])

    def gap_group(self, gaps: Sequence[Gap]) -> GapGroupText:
        """The texts of several gaps of one cause."""
        return self._gaps.group(gaps)

    def resource(self, gap: Gap) -> str:
        """The resource of a gap by its name."""
        return self._gaps.resource(gap)

    def not_covered(self, item: NotCovered) -> NotCoveredText:
        """The texts of an exclusion."""
        return self._gaps.not_covered(item)

    def load_balancers(self, cluster: ClusterResult) -> tuple[str, ...]:
        """The paths through the load balancers of a cluster, a line each."""
        return tuple(self._load_balancers.lines(cluster.load_balancers))

    def cluster(self, region: str, cluster_id: str) -> str:
        """A cluster with its name: ``cls-aaaaaaaa "prod"``."""
        return self.names.cluster(region, cluster_id)

    def group(self, region: str, security_group_id: str) -> str:
        """A security group with its name: ``sg-aaaaaaaa "web"``."""
        return self.names.group(region, security_group_id)

    def packets(self, packets: PacketSet, direction: Direction | None = None) -> str:
        """Packets in short, as :func:`auditor.reporter.text.packets.packets_text`."""
        return packets_text(packets, self.phrasing, direction, self._limit)

    def severity(self, severity: Severity) -> str:
        """The word for a severity."""
        return self.phrasing.text(f"terms-severity-{severity}")

    def counted(self, counts: Mapping[Severity, int]) -> list[str]:
        """The severities that occur with their numbers, in the order of ``counts``: "2 critical", "1 low"."""
        return [
            self.phrasing.text("table-count-severity", count=count, severity=self.severity(severity))
            for severity, count in counts.items()
            if count
        ]

    def breaks(self, finding: Finding) -> str:
        """What breaks without the packets of the finding, in a few words; empty if the baseline does not say it."""
        return self._findings.breaks(finding)

    def group_names(self) -> dict[str, str]:
        """The names of the security groups of stacks and load balancers by id, as far as they have one."""
        groups: set[tuple[str, str]] = set()
        for item in self._result.clusters:
            bound = [stack.security_groups for stack in item.stacks]
            bound += [bound_groups(paths.balancer.security_groups) for paths in item.load_balancers]
            groups.update((item.cluster.region, group) for binding in bound for group in binding)
        read = [self._result.snapshot.group_by_id[key] for key in groups if key in self._result.snapshot.group_by_id]
        return {group.security_group_id: group.name for group in read if group.name}

    def requirement_titles(self) -> dict[str, str]:
        """The titles of all requirements by id."""
        if self._result.reported is not None:
            return dict(self._result.reported.requirements)
        return {
            requirement_id: self.phrasing.translation(requirement.title)
            for requirement_id, requirement in self._result.every_requirement.items()
        }

    def requirement_title(self, finding: Finding) -> str:
        """The title of the requirement of a finding, or its id if the result does not have the requirement."""
        return self._findings.requirement_title(finding)

    def affected(self, finding: Finding) -> str:
        """The bearers of a finding: "2 nodes (ins-a, ins-b) and 1 node pool (np-a), bound to sg-a"."""
        if finding.code is Code.FOREIGN_INSTANCE:
            return self._affected_by_foreigners(finding)
        machines = self._bearers.listed(finding.region, finding, None if self._limit is None else NODE_LIMIT)
        if not finding.security_groups or finding.code is Code.MIXED_SECURITY_GROUPS:
            return machines
        groups = self.names.stack(finding.region, finding.security_groups)
        return self.phrasing.text("findings-affected-stack", who=machines, groups=groups)

    def _affected_by_foreigners(self, finding: Finding) -> str:
        """The bearers that share a security group with the foreign instances."""
        return self.phrasing.text(
            "findings-affected-group",
            who=self._bearers.counted(self._findings.binding(finding)),
            group=self.names.stack(finding.region, finding.security_groups),
        )

    def _rules_of(self, finding: Finding) -> tuple[str, ...]:
        lines = [self.rules.line(finding.region, item) for item in _in_reading_order(finding)]
        if finding.default_deny:
            name = "default-deny-too" if lines else "default-deny"
            lines.append(self.phrasing.text(f"findings-{name}-{finding.direction}"))
        return (*lines, *(self.rules.resource_line(item) for item in finding.resources))

    def _witness(self, finding: Finding) -> str:
        if not finding.packets or finding.direction is None:
            return ""
        return witness_text(example(finding.packets), self.phrasing, finding.direction)


def _in_reading_order(finding: Finding) -> list[Evidence]:
    """The rule of the finding first, then the rules that block it, each in the order of the stack."""
    return sorted(finding.evidence, key=lambda item: item.blocker)


MOST_CAUSES = 10
"""How many resources a sentence names before it counts the rest."""


def introduced_by(causes: Sequence[str], sentences: ResultText) -> str:
    """The sentence on the Terraform resources that introduce a finding; empty without any."""
    resources = sentences.phrasing.listed(list(causes), MOST_CAUSES)
    return sentences.phrasing.text("formats-introduced-by", resources=resources) if causes else ""


def finding_text(finding: Finding, sentences: ResultText, causes: Sequence[str] = ()) -> str:
    """The cluster, the problem, the resources that introduce it and the advice in one text."""
    parts = sentences.finding(finding)
    message = parts.message
    if cause := introduced_by(causes, sentences):
        message = sentences.phrasing.text("formats-with-provenance", text=message, provenance=cause)
    text = sentences.phrasing.text("formats-finding", title=parts.title, message=message, advice=parts.advice)
    cluster = sentences.cluster(finding.region, finding.cluster_id)
    return sentences.phrasing.text("formats-of-cluster", cluster=cluster, text=text)


def gap_text(gap: Gap, sentences: ResultText) -> str:
    """The missing data, the cause, the verdicts that depend on it and the advice in one text."""
    parts = sentences.gap(gap)
    message = ended(parts.message, sentences.phrasing)
    text = sentences.phrasing.text(
        "formats-gap", title=parts.title, message=message, unknown=parts.unknown, advice=parts.advice
    )
    return sentences.phrasing.text("formats-waived", text=text, waiver=parts.waiver) if parts.waiver else text


def ended(text: str, phrasing: Formatter) -> str:
    """The text with a full stop at its end, so that another sentence can follow. A text of the cloud may lack it."""
    return text if text.endswith((".", "。", "!", "?", "！", "？")) else phrasing.text("formats-ended", text=text)


def sums_text(result: Result, sentences: ResultText) -> str:
    """The sentence on the numbers of findings without a waiver, findings with one, and gaps."""
    phrasing = sentences.phrasing
    counts = result.counts()
    total = sum(counts.values())
    waived = len(result.every_finding) - total
    more = [phrasing.text("table-count-waived", count=waived)] if waived else []
    more += [phrasing.text("table-count-gaps", count=len(result.gaps))] if result.gaps else []
    name = "findings" if total else "none" if result.clusters else "nothing"
    return phrasing.text(
        f"table-closing-{name}",
        count=total,
        severities=phrasing.listed(sentences.counted(counts)),
        more=phrasing.text("table-closing-more", counts=phrasing.listed(more)) if more else "",
    )


_EXPLAINED = (ExitCode.OK, ExitCode.FINDINGS, ExitCode.INCOMPLETE)


def exit_text(result: Result, options: RenderOptions, sentences: ResultText) -> str:
    """The sentence on the exit code. For 0, it gives the reason if the result has gaps or findings all the same."""
    threshold = sentences.severity(options.fail_on or Severity.MEDIUM)
    name = _reason(result, options)
    return sentences.phrasing.text(f"table-exit-{name}", fail_on=threshold, code=options.exit_code.value)


def _reason(result: Result, options: RenderOptions) -> str:
    if options.exit_code is not ExitCode.OK:
        return str(options.exit_code.value) if options.exit_code in _EXPLAINED else "other"
    if result.unwaived_gaps:
        return "0-apart" if result.change is None or not result.change.resources else "0-untouched"
    if result.gaps:
        return "0-gaps-waived"
    if options.fail_on is None:
        return "0-never"
    return "0-despite" if any(reaches(finding, options.fail_on) for finding in result.every_finding) else "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The verdict on a planned change, and the sentence that says it, with a full stop."""

    verdict: Verdict
    text: str


def headline(result: Result, change: Change, options: RenderOptions, sentences: ResultText) -> Headline:
    """The number of findings that a change introduces, by severity; if none, the number that it leaves as they were."""
    introduced = frozenset(change.introduced)
    findings = [finding for finding in result.findings if finding.fingerprint in introduced]
    counts = severity_counts(findings)
    phrasing = sentences.phrasing
    severities = sentences.counted({severity: counts[severity] for severity in Severity})
    unread = len(open_gaps(result, options))
    gaps = phrasing.text("table-count-gaps", count=unread) if unread else ""
    text = phrasing.text(
        "change-introduces" if severities else "change-introduces-nothing",
        count=counts.total(),
        severities=phrasing.listed(severities),
        before=severity_counts(result.findings).total() - counts.total(),
        more=phrasing.text("table-closing-more", counts=gaps) if gaps else "",
    )
    return Headline(verdict=change_verdict(result, findings, options), text=text)
