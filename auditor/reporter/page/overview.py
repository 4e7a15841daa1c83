"""The top of the page: the verdict of the run and of each cluster, its figures and its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.baseline import Exclusion, Severity
from auditor.model.findings import ClusterResult, Result, Verdict
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.reporter import identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.page.chart_data import PortProfile, address_bands, layers
from auditor.reporter.page.chart_svg import Figure, Gallery, said_of
from auditor.reporter.page.index import Index, StackEntry
from auditor.reporter.page.rules import DirectionRules, Rulebook, RuleCells
from auditor.reporter.text.gaps import NotCoveredText
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.packets import packets_text
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import COUNTED, ClusterVerdict, audited, cluster_verdict, run_verdict

BLOCKS = 6
"""How many blocks of a network a cluster names before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """A cluster in words."""

    name: str
    verdict: Verdict
    verdict_word: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    not_covered: tuple[NotCoveredText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Makes the overview of one result."""

    result: Result
    options: RenderOptions
    sentences: ResultText

    @property
    def phrasing(self) -> Formatter:
        """The phrases of the page's language."""
        return self.sentences.phrasing

    def word(self, verdict: Verdict) -> str:
        """A verdict as a heading says it."""
        return self.phrasing.text(f"page-verdict-{verdict}")

    def verdict(self) -> Verdict:
        """The verdict of the run."""
        return run_verdict(self.result, self.options.fail_on)

    def lede(self, verdict: Verdict, views: dict[int, ClusterView]) -> str:
        """What the verdict means, in one or two sentences."""
        count = {each: sum(1 for view in views.values() if view.verdict is each) for each in Verdict}
        if not views:
            return self.phrasing.text("page-lede-nothing")
        unknown = count[Verdict.UNKNOWN] + count[Verdict.NOT_AUDITED]
        said = self.phrasing.text(
            f"page-lede-{verdict}",
            all=sum(count[each] for each in COUNTED),
            bad=count[Verdict.NON_COMPLIANT],
            unknown=unknown,
        )
        if verdict is not Verdict.NON_COMPLIANT or not unknown:
            return said
        return self.phrasing.text("page-lede-also-unknown", said=said, unknown=unknown)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the run was held against and what it saw, as (label, value)."""
        return tuple((self.phrasing.text(f"page-fact-{name}"), value) for name, value in self._facts())

    def clusters(self, index: Index) -> dict[int, ClusterView]:
        """Every cluster's view by its number."""
        return {entry.number: self._cluster(entry.cluster) for entry in index.clusters}

    def _facts(self) -> Iterator[tuple[str, str]]:
        text, result = self.phrasing.text, self.result
        yield "exit", text("page-exit", code=int(self.options.exit_code))
        yield "complete", text("page-complete" if result.complete else "page-incomplete")
        yield "baseline", result.baseline.name
        yield "date", self.options.today.isoformat()
        yield "account", identity.account_id(result) or text("page-unknown")
        yield "read", identity.reading(result, self.options, self.phrasing)
        yield "regions", self.phrasing.listed(result.snapshot.regions)
        yield "threshold", self._threshold()
        seen = audited(result)
        yield "clusters", str(seen.clusters)
        yield "nodes", str(seen.nodes)
        yield "masters", str(seen.masters)
        yield "groups", str(seen.security_groups)
        if self.options.finished_at is not None:
            yield "finished", self.options.finished_at.strftime("%Y-%m-%d %H:%M:%S %Z").strip()

    def _threshold(self) -> str:
        if self.options.fail_on is None:
            return self.phrasing.text("page-threshold-never")
        return self.phrasing.text(
            "page-threshold", severity=self.phrasing.text(f"terms-severity-{self.options.fail_on}")
        )

    def _cluster(self, cluster: ClusterResult) -> ClusterView:
        judged = cluster_verdict(self.result, cluster, self.options.fail_on)
        known = cluster.cluster
        return ClusterView(
            name=self.sentences.names.cluster(known.region, known.cluster_id),
            verdict=judged.verdict,
            verdict_word=self.word(judged.verdict),
            summary=self._summary(judged) if cluster.exclusion is None else self._left_out(cluster.exclusion),
            facts=tuple(
                (self.phrasing.text(f"page-fact-{name}"), value) for name, value in self._cluster_facts(cluster)
            ),
            not_covered=tuple(self.sentences.not_covered(item) for item in known.not_covered),
        )

    def _left_out(self, entry: Exclusion) -> str:
        return self.phrasing.text("table-why-excluded", reason=entry.reason, owner=entry.owner)

    def _summary(self, judged: ClusterVerdict) -> str:
        parts = [
            self.phrasing.text("page-count", count=judged.counts[severity], of=self.sentences.severity(severity))
            for severity in Severity
            if judged.counts[severity]
        ]
        if judged.waived:
            parts.append(self.phrasing.text("page-count-waived", count=judged.waived))
        if judged.gaps:
            parts.append(self.phrasing.text("page-count-gaps", count=len(judged.gaps)))
        return self.phrasing.text("terms-list-separator").join(parts)

    def _cluster_facts(self, cluster: ClusterResult) -> Iterator[tuple[str, str]]:
        known = cluster.cluster
        yield "region", known.region
        yield "type", known.cluster_type
        yield "mode", known.network_mode
        yield "vpc", known.vpc_id
        networks = known.networks
        yield "container", self._blocks(cluster.container, short=bool(networks.container.gaps))
        unread = not cluster.cluster_network and bool(networks.vpc.gaps or networks.subnets.gaps)
        yield "cluster-network", self._blocks(cluster.cluster_network, short=unread)

    def _blocks(self, blocks: tuple[str, ...], *, short: bool) -> str:
        named = self.phrasing.listed(blocks, BLOCKS)
        if not short:
            return named or self.phrasing.text("page-none")
        return self.phrasing.text("page-network-more" if named else "terms-status-unknown", blocks=named)


MACHINES = 6
"""How many nodes and pools a stack names before it counts the rest."""
SETS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionView:
    """One direction: its picture, and exact words by mark."""

    direction: Direction
    hung: Figure
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackView:
    """A stack in words. ``count`` is who binds it in figures, ``bound`` with names.

    ``same_as`` is the anchor of the stack that shows the same rules, and then there are none here.
    """

    groups: str
    count: str
    bound: str
    sides: tuple[DirectionView, ...]
    rules: tuple[DirectionRules, ...]
    rules_summary: str
    same_as: str


class StackViews:
    """Makes the views of one result in the order of its stacks; ``gallery`` holds their pictures."""

    def __init__(self, result: Result, sentences: ResultText, *, verbose: bool) -> None:
        self._result = result
        self._names = sentences.names
        self._phrasing = sentences.phrasing
        self._rulebook = Rulebook(result)
        self._machines_limit = None if verbose else MACHINES
        self._sets_limit = None if verbose else SETS
        self._shown: dict[tuple[str, tuple[str, ...]], str] = {}
        self.gallery = Gallery(sentences.phrasing)
        self._said: dict[tuple[PacketSet, Direction], str] = {}

    def by_anchor(self, index: Index) -> dict[str, StackView]:
        """Every stack's view by its anchor."""
        views: dict[str, StackView] = {}
        for cluster in index.clusters:
            skyline = PortProfile(address_bands(cluster.cluster))
            views |= {entry.anchor: self._view(entry, skyline) for entry in cluster.stacks}
        return views

    def _view(self, entry: StackEntry, skyline: PortProfile) -> StackView:
        region, stack = entry.cluster.cluster.region, entry.stack
        same_as = self._shown.setdefault((region, stack.security_groups), entry.anchor)
        count = self._count(entry)
        machines = self._machines(region, (*stack.nodes, *stack.node_pools))
        rules = () if same_as != entry.anchor else self._rules(region, entry)
        return StackView(
            groups=self._names.stack(region, stack.security_groups),
            count=count,
            bound=self._phrasing.text("page-bound", bound=count, machines=machines) if machines else count,
            sides=tuple(self._side(entry, direction, skyline) for direction in Direction),
            rules=rules,
            rules_summary=self._rules_summary(rules),
            same_as="" if same_as == entry.anchor or not stack.security_groups else same_as,
        )

    def _rules(self, region: str, entry: StackEntry) -> tuple[DirectionRules, ...]:
        if not entry.stack.security_groups:
            return ()
        cells = RuleCells(snapshot=self._result.snapshot, names=self._names, region=region, phrasing=self._phrasing)
        return tuple(self._rulebook.rules(cells, entry.stack, direction) for direction in Direction)

    def _machines(self, region: str, machines: tuple[str, ...]) -> str:
        # Names are looked up for those that are shown: a large cluster has thousands.
        shown = len(machines) if self._machines_limit is None else self._machines_limit + 1
        named = [self._names.machine(region, machine) for machine in machines[:shown]]
        return self._phrasing.listed([*named, *machines[shown:]], self._machines_limit)

    def _count(self, entry: StackEntry) -> str:
        stack = entry.stack
        parts = []
        if stack.nodes or not stack.node_pools:
            parts.append(self._phrasing.text(f"terms-nodes-{stack.role}", count=len(stack.nodes)))
        if stack.node_pools:
            parts.append(self._phrasing.text("terms-pools", count=len(stack.node_pools)))
        return self._phrasing.text("terms-list-separator").join(parts)

    def _side(self, entry: StackEntry, direction: Direction, skyline: PortProfile) -> DirectionView:
        found = layers(entry.stack, direction)
        hung = self.gallery.add(found, direction, skyline)
        there = entry.stack.direction(direction)
        undecided, said = there.undecided, said_of(dict(found), there.allowed)
        return DirectionView(
            direction=direction,
            hung=hung,
            said=tuple((mark, self._packets(packets, direction) or self._nothing(undecided)) for mark, packets in said),
        )

    def _nothing(self, undecided: PacketSet) -> str:
        return self._phrasing.text("page-nothing-certain" if undecided else "page-nothing")

    def _packets(self, packets: PacketSet, direction: Direction) -> str:
        key = (packets, direction)
        if key not in self._said:
            self._said[key] = packets_text(packets, self._phrasing, direction, self._sets_limit) if packets else ""
        return self._said[key]

    def _rules_summary(self, rules: tuple[DirectionRules, ...]) -> str:
        parts = [
            self._phrasing.text(f"page-rules-count-{one.direction}", count=one.count, idle=one.idle) for one in rules
        ]
        return self._phrasing.text("terms-part-separator").join(parts)
