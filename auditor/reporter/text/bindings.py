"""Writes the findings about bindings in words: mixed lists, foreign instances, and bindings without a group."""

from __future__ import annotations

from auditor.model.clusters import Attachment, Exposure, Role
from auditor.model.codes import Severity
from auditor.model.findings import ClusterResult, Finding, Result, StackResult
from auditor.reporter.text.bearers import BearerWords, bearer_count
from auditor.reporter.text.names import Formatter, Names, Statement


class BindingWords:
    """Writes the findings about bindings of one result. ``limit`` bounds each list; ``None`` names every item."""

    def __init__(self, result: Result, names: Names, phrasing: Formatter, limit: int | None) -> None:
        self._clusters: dict[tuple[str, str], ClusterResult] = {
            (item.cluster.region, item.cluster.cluster_id): item for item in result.clusters
        }
        self._names = names
        self._phrasing = phrasing
        self._limit = limit
        self._bearers = BearerWords(names, phrasing)

    def binding(self, finding: Finding) -> tuple[StackResult, ...]:
        """The stacks of the finding's cluster that bind any of its groups."""
        cluster = self._clusters.get((finding.region, finding.cluster_id))
        groups = set(finding.security_groups)
        return tuple(stack for stack in cluster.stacks if groups & set(stack.security_groups)) if cluster else ()

    def _stacks(self, finding: Finding) -> tuple[StackResult, ...]:
        """The stacks with the role and attachment of the finding in its cluster, the stack of most bearers first."""
        cluster = self._clusters.get((finding.region, finding.cluster_id))
        kind = finding.role, finding.attachment
        stacks = [stack for stack in cluster.stacks if (stack.role, stack.attachment) == kind] if cluster else []
        return tuple(sorted(stacks, key=_most_first))

    def _stack(self, finding: Finding) -> StackResult | None:
        return next((stack for stack in self._stacks(finding) if stack.stack_key == finding.stack_key), None)

    def public(self, finding: Finding) -> str:
        """The number of nodes or interfaces of the stack that have a public address."""
        stack = self._stack(finding)
        if stack is None or not stack.public:
            return self._text("public-some")
        count = len(stack.nodes if stack.attachment is Attachment.PRIMARY else stack.interfaces)
        return self._text(f"public-{kind_of(finding)}", public=stack.public, count=count)

    def mixed(self, finding: Finding) -> Statement:
        """The texts of TSG301."""
        stacks = self._stacks(finding)
        lists = (stack.security_groups for stack in stacks if stack.security_groups)
        usual = next(lists, finding.security_groups)
        suffix = "-pod" if finding.role is Role.POD else ""
        return Statement(
            title=self._text(f"mixed-title-{kind_of(finding)}"),
            message=self._bindings(finding, stacks),
            why=self._text(f"mixed-why{suffix}"),
            advice=self._text(f"mixed-advice{suffix}", groups=self._names.stack(finding.region, usual)),
        )

    def _bindings(self, finding: Finding, stacks: tuple[StackResult, ...]) -> str:
        """The machines of each stack; only the groups if the result does not hold the cluster."""
        if not stacks:
            groups = [self._names.group(finding.region, group) for group in finding.security_groups]
            return self._text("mixed-groups", groups=self._phrasing.together(groups))
        separator = self._phrasing.text("terms-part-separator")
        lists = separator.join(self._binding(finding.region, stack) for stack in stacks)
        same = "same" if finding.severity is Severity.LOW else "unsure"
        return self._text(f"mixed-{'differ' if finding.packets else same}", lists=len(stacks), stacks=lists)

    def _binding(self, region: str, stack: StackResult) -> str:
        return self._text(
            "mixed-stack" if stack.security_groups else "mixed-none",
            who=self._bearers.counted([stack]),
            count=bearer_count(stack),
            groups=self._names.stack(region, stack.security_groups),
        )

    def foreign(self, finding: Finding) -> Statement:
        """The texts of TSG302."""
        machines = [self._names.machine(finding.region, node) for node in finding.nodes]
        groups = self._phrasing.listed([self._names.group(finding.region, group) for group in finding.security_groups])
        return Statement(
            title=self._text("foreign-title"),
            message=self._text(
                "foreign-message",
                count=len(machines),
                instances=self._phrasing.listed(machines, self._limit),
                group=groups,
            ),
            why=self._text("foreign-why"),
            advice=self._text("foreign-advice", count=len(machines), group=groups),
        )

    def no_group(self, finding: Finding) -> Statement:
        """The texts of TSG303."""
        return Statement(
            title=self._text("no-group-title"),
            message=_sentence(
                self._text("no-group-message", who=self._bearers.counted([finding]), count=bearer_count(finding))
            ),
            why=self._no_group_why(finding),
            advice=self._no_group_advice(finding),
        )

    def _no_group_why(self, finding: Finding) -> str:
        """What is known about the traffic of a stack without a security group."""
        stack = self._stack(finding)
        if stack is not None and not stack.ingress.allowed:
            return self._text("no-group-why-undocumented")
        if finding.exposure is Exposure.INTERNET:
            return self._text("no-group-why-internet", public=self.public(finding))
        return self._text("no-group-why-private" if finding.role is Role.ENDPOINT else "no-group-why")

    def _no_group_advice(self, finding: Finding) -> str:
        if finding.attachment is not Attachment.PRIMARY:
            return self._text(f"no-group-advice-{finding.attachment}")
        usual = next((stack.security_groups for stack in self._stacks(finding) if stack.security_groups), ())
        if not usual:
            return self._text("no-group-advice")
        return self._text("no-group-advice-named", groups=self._names.stack(finding.region, usual))

    def pods_without_group(self, finding: Finding) -> Statement:
        """The texts of TSG306."""
        return Statement(
            title=self._text("pods-without-group-title"),
            message=_sentence(
                self._text(
                    "pods-without-group-message", who=self._bearers.counted([finding]), count=bearer_count(finding)
                )
            ),
            why=self._text("pods-without-group-why"),
            advice=self._text("pods-without-group-advice"),
        )

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"findings-{name}", **facts)


def kind_of(finding: Finding) -> str:
    """The kind of machine or interface, as in the message ids ``findings-target-...``."""
    return "interface" if finding.attachment is Attachment.SECONDARY else finding.role


def _most_first(stack: StackResult) -> tuple[int, int, tuple[str, ...]]:
    own = stack.nodes if stack.attachment is Attachment.PRIMARY else stack.interfaces
    return -len(own), -len(stack.node_pools) - len(stack.add_ons), stack.security_groups


def _sentence(text: str) -> str:
    """The text with a capital letter at its start."""
    return text[:1].upper() + text[1:]
