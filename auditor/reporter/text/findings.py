"""Writes a finding in words: its title, the problem, the consequence and the advice.

Each code has one method. ``FindingWords`` looks up names, requirements and stacks in the result of the finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

from auditor.model.addresses import ALL_V6, ANYWHERE
from auditor.model.baseline import Baseline, Reach, Requirement
from auditor.model.clusters import Attachment, Exposure
from auditor.model.codes import Code
from auditor.model.evidence import Evidence
from auditor.model.findings import ClusterResult, Finding, RequirementResult, Result, StackResult, Status
from auditor.model.packets import packets
from auditor.model.rules import Direction
from auditor.reporter.text.bindings import BindingWords, kind_of
from auditor.reporter.text.excess import ExcessWords
from auditor.reporter.text.load_balancers import LoadBalancerWords
from auditor.reporter.text.names import Formatter, Names, Statement, is_managed_elsewhere
from auditor.reporter.text.network_acls import NetworkAclWords
from auditor.reporter.text.packets import packets_text
from auditor.reporter.text.rules import RuleWords

HERE = "here"
"""The ``subject`` of a finding on a rule that other stacks need."""


class FindingWords:
    """Writes the findings of one result. ``limit`` bounds each list; ``None`` names every item."""

    def __init__(self, result: Result, names: Names, phrasing: Formatter, rules: RuleWords, limit: int | None) -> None:
        self._baseline = result.baseline
        self._clusters = {(item.cluster.region, item.cluster.cluster_id): item for item in result.clusters}
        self._names = names
        self._phrasing = phrasing
        self._rules = rules
        self._limit = limit
        self._paths = LoadBalancerWords(names, phrasing, limit)
        self._excess_words = ExcessWords(names, phrasing, rules, limit)
        self._network_acls = NetworkAclWords(result.snapshot, phrasing)
        self._bindings = BindingWords(result, names, phrasing, limit)

    def statement(self, finding: Finding) -> Statement:
        """The texts of a finding of any code."""
        statement = self._BY_CODE[finding.code](self, finding)
        title = statement.title
        if finding.attachment is not Attachment.PRIMARY and finding.code is not Code.POD_INTERFACE_WITHOUT_GROUP:
            title = self._text(f"on-{finding.attachment}", title=title)
        if finding.assumes:
            title = self._text(f"if-{finding.assumes}", title=title)
        advice = self._phrasing.sentences(statement.advice, self._managed(finding))
        return replace(statement, title=title, advice=advice)

    def _managed(self, finding: Finding) -> str:
        """A warning that a program would overwrite an edit of these rules, if a description names that program."""
        rules = [item for item in finding.evidence if not item.blocker]
        if managed := tuple(item for item in rules if is_managed_elsewhere(item.description)):
            names = self._rules.rule_names(finding.region, managed)
            return self._text("managed-rules", rules=names, count=len(managed))
        groups = tuple(dict.fromkeys(item.security_group_id for item in rules))
        if managed_groups := [group for group in groups if self._names.is_managed_elsewhere(finding.region, group)]:
            names = self._phrasing.together([self._names.group(finding.region, group) for group in managed_groups])
            return self._text("managed-groups", groups=names, count=len(managed_groups))
        return ""

    def _blocked(self, finding: Finding) -> Statement:
        outcome = self._requirement_result(finding)
        return Statement(
            title=self._text("blocked-title", requirement=self.requirement_title(finding)),
            message=self._text(
                f"blocked-{_extent(finding, outcome)}-{finding.direction}", packets=self._packets(finding)
            ),
            why=self._reason(finding),
            advice=self._advice_to_allow(finding, self._packets_to_allow(finding, outcome)),
        )

    def _acl_blocks(self, finding: Finding) -> Statement:
        title, reason = self.requirement_title(finding), self._reason(finding)
        return self._network_acls.blocked(finding, title, reason, self._packets(finding))

    def _reason(self, finding: Finding) -> str:
        """Why the packets of a finding are required."""
        requirement = self._requirement(finding)
        reason = finding.reason or (requirement and requirement.reason)
        return self._phrasing.translation(reason) if reason else ""

    def requirement_title(self, finding: Finding) -> str:
        """The title of the requirement of a finding, or its id if the result does not have the requirement."""
        requirement = self._requirement(finding)
        return self._phrasing.translation(requirement.title) if requirement else finding.requirement_id

    def breaks(self, finding: Finding) -> str:
        """What breaks without the packets of a finding, in a few words, or an empty text."""
        requirement = self._requirement(finding)
        breaks = requirement.breaks_for(finding.reason) if requirement else None
        return self._phrasing.translation(breaks) if breaks else ""

    def _packets_to_allow(self, finding: Finding, outcome: RequirementResult | None) -> str:
        """The packets that a new rule would allow: the missing ones, or all required ones if their text is shorter.

        A requirement from 0.0.0.0/0 that passes in part is best met by one rule from 0.0.0.0/0.
        """
        exact = self._packets(finding)
        if outcome is None or outcome.missing != finding.packets:
            return exact
        required = outcome.required & packets(finding.packets.services, ANYWHERE)
        return min(exact, packets_text(required, self._phrasing, finding.direction, self._limit), key=len)

    def _advice_to_allow(self, finding: Finding, packets: str) -> str:
        """Advice to add an ACCEPT above the first rule that denies: no rule above it decides any of the packets."""
        if not finding.evidence:
            group = self._names.group(finding.region, finding.security_groups[0])
            return self._text(f"blocked-add-{finding.direction}", packets=packets, group=group)
        first = min(finding.evidence, key=lambda item: (_rank(finding, item), item.index))
        group = self._names.group(finding.region, first.security_group_id)
        return self._text(f"blocked-insert-{finding.direction}", packets=packets, number=first.priority, group=group)

    def _excess(self, finding: Finding) -> Statement:
        reach, _, class_name = finding.subject.partition("/")
        direction = finding.direction
        return Statement(
            title=self._text(
                f"excess-title-{direction}",
                reach=self._text(f"reach-{reach}"),
                **{"class": self._class(finding, class_name)},
            ),
            message=self._phrasing.sentences(
                self._text(f"excess-message-{direction}", packets=self._packets(finding)),
                *self._excess_words.neighbours(finding),
            ),
            why=self._excess_why(finding, reach),
            advice=self._excess_words.advice(finding, self._baseline_of(finding)),
        )

    def _excess_why(self, finding: Finding, reach: str) -> str:
        if self._is_impossible(finding):
            return self._text("excess-why-no-ipv6")
        kind = kind_of(finding)
        if finding.direction is Direction.EGRESS:
            return self._text(f"excess-why-egress-{reach}", process=self._text(f"process-{kind}"))
        target = self._text(f"target-{kind}")
        if reach not in (Reach.ANY, Reach.PUBLIC) or finding.exposure is Exposure.UNKNOWN:
            return self._text(f"excess-why-ingress-{reach}", target=target)
        public = self._bindings.public(finding)
        return self._text(f"excess-why-ingress-{reach}-{finding.exposure}", target=target, public=public)

    def _is_impossible(self, finding: Finding) -> bool:
        """Whether all packets are IPv6 and the VPC of the cluster has no IPv6."""
        cluster = self._clusters.get((finding.region, finding.cluster_id))
        return cluster is not None and cluster.cluster.lacks_ipv6 and finding.packets.addresses <= ALL_V6

    def _mixed(self, finding: Finding) -> Statement:
        return self._bindings.mixed(finding)

    def _foreign(self, finding: Finding) -> Statement:
        return self._bindings.foreign(finding)

    def _no_group(self, finding: Finding) -> Statement:
        return self._bindings.no_group(finding)

    def _pods_without_group(self, finding: Finding) -> Statement:
        return self._bindings.pods_without_group(finding)

    def binding(self, finding: Finding) -> tuple[StackResult, ...]:
        """The stacks of the finding's cluster that bind any of its groups."""
        return self._bindings.binding(finding)

    def _path_blocked(self, finding: Finding) -> Statement:
        return self._paths.blocked(finding, self._clusters.get((finding.region, finding.cluster_id)))

    def _balancer_open(self, finding: Finding) -> Statement:
        _, _, class_name = finding.subject.partition("/")
        title = self._paths.title_of_open(class_name, self._class(finding, class_name))
        rules = self._rules.rule_names(finding.region, finding.evidence)
        cluster = self._clusters.get((finding.region, finding.cluster_id))
        return self._paths.open(finding, cluster, title, rules)

    def _shadowed(self, finding: Finding) -> Statement:
        rule, blockers = _rule_and_others(finding)
        others = self._rules.rule_names(finding.region, blockers)
        against = any(blocker.action is not rule.action for blocker in blockers)
        return Statement(
            title=self._text("shadowed-title"),
            message=self._text(
                "shadowed-against" if against else "shadowed-message",
                rule=self._rules.rule_name(finding.region, rule),
                blockers=others,
                count=len(blockers),
            ),
            why=self._text("shadowed-why"),
            advice=self._text(f"shadowed-advice-{finding.subject or HERE}", blockers=others),
        )

    def _redundant(self, finding: Finding) -> Statement:
        rule, others = _rule_and_others(finding)
        rule_name = self._rules.rule_name(finding.region, rule)
        scope = finding.subject or HERE
        advice = "default" if scope != HERE and not others else scope
        return Statement(
            title=self._text("redundant-title"),
            message=self._text(
                "redundant-message", rule=rule_name, blockers=self._rules.rule_names(finding.region, others)
            )
            if others
            else self._text("redundant-message-default", rule=rule_name),
            why=self._text("redundant-why"),
            advice=self._text(f"redundant-advice-{advice}"),
        )

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"findings-{name}", **facts)

    def _packets(self, finding: Finding) -> str:
        return packets_text(finding.packets, self._phrasing, finding.direction, self._limit)

    def _class(self, finding: Finding, class_name: str) -> str:
        classes = self._baseline_of(finding).excess.classes
        service = next((item for item in classes if item.name == class_name), None)
        return self._phrasing.translation(service.title) if service else class_name

    def _requirement_result(self, finding: Finding) -> RequirementResult | None:
        cluster = self._clusters.get((finding.region, finding.cluster_id))
        return _requirement_result_in(cluster, finding) if cluster else None

    def _requirement(self, finding: Finding) -> Requirement | None:
        """The requirement of the finding, from its stack (which has those of configured peers too) or the baseline."""
        outcome = self._requirement_result(finding)
        return outcome.requirement if outcome else _required_by(self._baseline_of(finding), finding.requirement_id)

    def _baseline_of(self, finding: Finding) -> Baseline:
        cluster = self._clusters.get((finding.region, finding.cluster_id))
        return cluster.baseline if cluster else self._baseline

    _BY_CODE: ClassVar[Mapping[Code, Callable[[FindingWords, Finding], Statement]]] = {
        Code.REQUIRED_TRAFFIC_BLOCKED: _blocked,
        Code.EXCESS_ACCESS: _excess,
        Code.MIXED_SECURITY_GROUPS: _mixed,
        Code.FOREIGN_INSTANCE: _foreign,
        Code.NO_SECURITY_GROUP: _no_group,
        Code.SHADOWED_RULE: _shadowed,
        Code.REDUNDANT_RULE: _redundant,
        Code.POD_INTERFACE_WITHOUT_GROUP: _pods_without_group,
        Code.LOAD_BALANCER_PATH_BLOCKED: _path_blocked,
        Code.LOAD_BALANCER_OPEN: _balancer_open,
        Code.NETWORK_ACL_BLOCKS: _acl_blocks,
    }


def _requirement_result_in(cluster: ClusterResult, finding: Finding) -> RequirementResult | None:
    stacks = (stack for stack in cluster.stacks if stack.stack_key == finding.stack_key)
    return next(
        (
            requirement
            for stack in stacks
            for requirement in stack.requirements
            if requirement.requirement.requirement_id == finding.requirement_id
        ),
        None,
    )


def _required_by(baseline: Baseline, requirement_id: str) -> Requirement | None:
    return next((item for item in baseline.requirements if item.requirement_id == requirement_id), None)


def _extent(finding: Finding, outcome: RequirementResult | None) -> str:
    """Whether the packets are the whole requirement or a part, as in the message ids ``findings-blocked-...``.

    A waiver may split the packets of a requirement; the text then does not mention the others.
    """
    if outcome is None or outcome.missing != finding.packets or outcome.status is Status.BLOCKED:
        return "whole"
    return "unsure" if outcome.undecided else "partial"


def _rank(finding: Finding, evidence: Evidence) -> int:
    groups = finding.security_groups
    return groups.index(evidence.security_group_id) if evidence.security_group_id in groups else len(groups)


def _rule_and_others(finding: Finding) -> tuple[Evidence, tuple[Evidence, ...]]:
    """The rule of the finding, and the rules that decide its packets instead."""
    rule = next((item for item in finding.evidence if not item.blocker), finding.evidence[0])
    return rule, tuple(item for item in finding.evidence if item.blocker)
