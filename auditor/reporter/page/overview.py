"""Makes the head of the page and the views of clusters and stacks: verdicts, counts, facts, charts and rules.

``Overview`` covers the run and its clusters. ``StackViews`` covers stacks: the chart of each direction, its packets in
words, and the rules. Stacks of a region that bind the same groups have the same rules, and the page shows them once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.baseline import Exclusion
from auditor.model.clusters import Attachment, Cluster
from auditor.model.codes import Severity, Verdict
from auditor.model.findings import ClusterResult, DirectionResult, Result, StackResult
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.reporter import identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.page.cells import CellTexts
from auditor.reporter.page.chart_data import Layers, PortProfile, address_bands, layers
from auditor.reporter.page.chart_svg import Figure, Gallery, described_packets
from auditor.reporter.page.index import Index, StackEntry
from auditor.reporter.page.rules import DirectionRules, RuleCells, StackRules
from auditor.reporter.text.gaps import NotCoveredText
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.news import NewsText
from auditor.reporter.text.packets import packets_text
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import COUNTED, ClusterVerdict, audited, cluster_verdicts, run_verdict

BLOCKS = 6
"""How many CIDR blocks of a network a cluster lists before it counts the rest."""

REGIONS = 3
"""How many regions the line under the verdict names before it counts the rest."""

ACCOUNTS = 6
"""How many accounts the facts of the run name before they count the rest."""

MACHINES = 6
"""How many nodes and node pools a stack names before it counts the rest."""

SETS = 6
"""How many ports, blocks and flows the text beside a chart names before it counts the rest."""

UNFOLDED = 8
"""Up to this number of clusters, the page shows those that are non-compliant or unknown in full at once."""

_OPEN = (Verdict.NON_COMPLIANT, Verdict.UNKNOWN)

_CLUSTER_TYPES = {
    "MANAGED": "managed",
    "INDEPENDENT": "independent",
    "EKS": "serverless",
    "SERVERLESS": "serverless",
    "EDGE": "edge",
}
"""The word for each type by its beginning (tke/Cluster.ClusterType). Another type is shown as the API spells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """One cluster in words; ``facts`` are pairs of label and value.

    ``folded`` says that the page shows the name, the verdict and the summary until a reader asks for more.
    """

    name: str
    place: str
    """The region, behind the account where the page has several."""
    verdict: Verdict
    verdict_word: str
    summary: str
    folded: bool
    facts: tuple[tuple[str, str], ...]
    not_covered: tuple[NotCoveredText, ...]
    load_balancers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Makes the head of the page and the views of the clusters of one result."""

    result: Result
    options: RenderOptions
    sentences: ResultText

    @property
    def phrasing(self) -> Formatter:
        """The messages in the language of the page."""
        return self.sentences.phrasing

    def word(self, verdict: Verdict) -> str:
        """The word for a verdict in a heading."""
        return self.phrasing.text(f"page-verdict-{verdict}")

    def verdict(self) -> Verdict:
        """The verdict of the run."""
        return run_verdict(self.result, self.options.fail_on)

    def lede(self, verdict: Verdict, views: dict[int, ClusterView]) -> str:
        """The meaning of the verdict, in one or two sentences."""
        count = Counter(view.verdict for view in views.values())
        if not views:
            return self.phrasing.text("page-lede-nothing")
        unknown = count[Verdict.UNKNOWN] + count[Verdict.NOT_AUDITED]
        sentence = self.phrasing.text(
            f"page-lede-{verdict}",
            all=sum(count[counted] for counted in COUNTED),
            bad=count[Verdict.NON_COMPLIANT],
            unknown=unknown,
        )
        if verdict is not Verdict.NON_COMPLIANT or not unknown:
            return sentence
        return self.phrasing.text("page-lede-also-unknown", said=sentence, unknown=unknown)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """The facts of the run as pairs of label and value: baseline, account, time of reading, number of nodes ..."""
        return tuple((self.phrasing.text(f"page-fact-{name}"), value) for name, value in self._facts())

    def clusters(self, index: Index) -> dict[int, ClusterView]:
        """The view of every cluster by its number."""
        verdicts = cluster_verdicts(self.result, self.options.fail_on)
        by_id = {
            (item.cluster.account, item.cluster.region, item.cluster.cluster_id): outcome for item, outcome in verdicts
        }
        return {
            entry.number: self._cluster(entry.cluster, by_id[read.account, read.region, read.cluster_id])
            for entry in index.clusters
            for read in (entry.cluster.cluster,)
        }

    def _facts(self) -> Iterator[tuple[str, str]]:
        text, result = self.phrasing.text, self.result
        yield "exit", text("page-exit", code=int(self.options.exit_code))
        yield "complete", text("page-complete" if result.complete else "page-incomplete")
        yield "baseline", identity.baselines(result, self.phrasing)
        yield "date", self.options.today.isoformat()
        yield "account", self._account() or text("page-unknown")
        yield "read", identity.reading(result, self.options, self.phrasing)
        if narrowed := identity.filter_line(result, self.phrasing):
            yield "filter", narrowed
        yield "source", self._source()
        yield "regions", self.phrasing.listed(result.snapshot.regions)
        yield "threshold", self._threshold()
        counts = audited(result)
        yield "clusters", str(counts.clusters)
        yield "nodes", str(counts.nodes)
        yield "masters", str(counts.masters)
        yield "groups", str(counts.security_groups)
        if self.options.finished_at is not None:
            yield "finished", self.options.finished_at.strftime("%Y-%m-%d %H:%M:%S %Z").strip()

    def _account(self) -> str:
        owner = self.result.snapshot.account
        owners = self.result.accounts or (() if owner is None else (owner,))
        return self.phrasing.listed([self.phrasing.named(account.id, account.name) for account in owners], ACCOUNTS)

    def _source(self) -> str:
        word = self.phrasing.text(f"page-source-{self.options.source}")
        if not self.options.source_arguments:
            return word
        return self.phrasing.text("page-source-named", source=word, arguments=self.options.source_arguments)

    def news(self) -> str:
        """The counts of new, fixed and known findings since an earlier report; empty without one."""
        return NewsText(self.result, self.sentences).line()

    def provenance(self) -> str:
        """Account, time of the read, regions, baseline and exit code in one line, as the terminal report has them."""
        return self.phrasing.text(
            "brief-facts",
            provenance=identity.line(self.result, self.options, self.phrasing),
            regions=self.phrasing.listed(self.result.snapshot.regions, REGIONS),
            baseline=identity.baselines(self.result, self.phrasing),
            code=self.options.exit_code.value,
        )

    def _threshold(self) -> str:
        if self.options.fail_on is None:
            return self.phrasing.text("page-threshold-never")
        return self.phrasing.text(
            "page-threshold", severity=self.phrasing.text(f"terms-severity-{self.options.fail_on}")
        )

    def _cluster(self, cluster: ClusterResult, outcome: ClusterVerdict) -> ClusterView:
        read = cluster.cluster
        return ClusterView(
            name=self.sentences.names.cluster(read.region, read.cluster_id),
            place=self.phrasing.text("terms-part-separator").join(
                filter(None, (identity.owner(self.result, read, self.phrasing), read.region))
            ),
            verdict=outcome.verdict,
            verdict_word=self.word(outcome.verdict),
            summary=self._summary(outcome) if cluster.exclusion is None else self._exclusion(cluster.exclusion),
            folded=outcome.verdict not in _OPEN or len(self.result.clusters) > UNFOLDED,
            facts=tuple(
                (self.phrasing.text(f"page-fact-{name}"), value) for name, value in self._cluster_facts(cluster)
            ),
            not_covered=tuple(self.sentences.not_covered(item) for item in cluster.not_covered),
            load_balancers=self.sentences.load_balancers(cluster),
        )

    def _exclusion(self, exclusion: Exclusion) -> str:
        return self.phrasing.text("table-why-excluded", reason=exclusion.reason, owner=exclusion.owner)

    def _summary(self, outcome: ClusterVerdict) -> str:
        parts = [
            self.phrasing.text("page-count", count=outcome.counts[severity], of=self.sentences.severity(severity))
            for severity in Severity
            if outcome.counts[severity]
        ]
        if outcome.waived:
            parts.append(self.phrasing.text("page-count-waived", count=outcome.waived))
        if outcome.gaps:
            parts.append(self.phrasing.text("page-count-gaps", count=len(outcome.gaps)))
        return self.phrasing.text("terms-list-separator").join(parts)

    def _cluster_facts(self, cluster: ClusterResult) -> Iterator[tuple[str, str]]:
        read = cluster.cluster
        if owner := identity.owner(self.result, read, self.phrasing):
            yield "account", owner
        yield "region", read.region
        word = _CLUSTER_TYPES.get(read.cluster_type.partition("_")[0])
        yield "type", self.phrasing.text(f"page-type-{word}") if word else read.cluster_type
        yield "mode", read.network_mode
        yield "vpc", read.vpc_id
        if len(self.result.baselines) > 1:
            yield "baseline", cluster.baseline.name
        networks = read.networks
        yield "container", self._blocks(cluster.container, short=bool(networks.container.gaps))
        unread = not cluster.cluster_network and bool(networks.vpc.gaps or networks.subnets.gaps)
        yield "cluster-network", self._blocks(cluster.cluster_network, short=unread)

    def _blocks(self, blocks: tuple[str, ...], *, short: bool) -> str:
        named = self.phrasing.listed(blocks, BLOCKS)
        if not short:
            return named or self.phrasing.text("page-none")
        return self.phrasing.text("page-network-more" if named else "terms-status-unknown", blocks=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionView:
    """One direction of a stack: its chart, and pairs of a mark and its packets in words.

    ``cells`` has the addresses of single cells of the chart, by run and row.
    """

    direction: Direction
    figure: Figure
    cells: dict[str, str]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackView:
    """One stack in words. ``count`` is the number of its nodes and node pools, ``bound`` adds their names.

    ``same_as`` is the anchor of the stack that shows the same rules; ``rules`` is then empty.
    """

    groups: str
    count: str
    bound: str
    directions: tuple[DirectionView, ...]
    rules: tuple[DirectionRules, ...]
    rules_summary: str
    same_as: str


class StackViews:
    """Makes the views of the stacks of one result; ``gallery`` holds their charts."""

    def __init__(self, result: Result, sentences: ResultText, *, verbose: bool) -> None:
        self._result = result
        self._sentences = sentences
        self._names = sentences.names
        self._phrasing = sentences.phrasing
        self._stack_rules = StackRules(result)
        self._machines_limit = None if verbose else MACHINES
        self._sets_limit = None if verbose else SETS
        self._shown: dict[tuple[str, tuple[str, ...]], str] = {}
        self.gallery = Gallery(sentences.phrasing)
        self._cells = CellTexts(result, sentences.names, sentences.phrasing)
        self._texts: dict[tuple[PacketSet, Direction], str] = {}
        self._directions: dict[tuple[PortProfile, Direction, DirectionResult, Layers], DirectionView] = {}

    def by_anchor(self, index: Index) -> dict[str, StackView]:
        """The view of every stack by its anchor."""
        views: dict[str, StackView] = {}
        for cluster in index.clusters:
            profile = PortProfile(address_bands(cluster.cluster))
            views |= {entry.anchor: self._view(entry, profile) for entry in cluster.stacks}
        return views

    def _view(self, entry: StackEntry, profile: PortProfile) -> StackView:
        region, stack = entry.cluster.cluster.region, entry.stack
        same_as = self._shown.setdefault((region, stack.security_groups), entry.anchor)
        count = self._sentences.bearers([stack]) or self._phrasing.text(f"terms-nodes-{stack.role}", count=0)
        machines = self._machines(region, stack)
        rules_shown = self._result.reported is None
        rules = () if same_as != entry.anchor else self._rules(region, entry)
        return StackView(
            groups=self._names.stack(region, stack.security_groups),
            count=count,
            bound=self._phrasing.text("page-bound", bound=count, machines=machines) if machines else count,
            directions=()
            if self._result.reported is not None  # a report does not have the packets of a stack
            else tuple(self._direction(entry, direction, profile) for direction in Direction),
            rules=rules,
            rules_summary=self._rules_summary(rules),
            same_as="" if same_as == entry.anchor or not stack.security_groups or not rules_shown else same_as,
        )

    def _rules(self, region: str, entry: StackEntry) -> tuple[DirectionRules, ...]:
        if not entry.stack.security_groups or self._result.reported is not None:
            return ()
        cells = RuleCells(snapshot=self._result.snapshot, names=self._names, region=region, phrasing=self._phrasing)
        return tuple(self._stack_rules.rules(cells, entry.stack, direction) for direction in Direction)

    def _machines(self, region: str, stack: StackResult) -> str:
        primary = stack.attachment is Attachment.PRIMARY
        bearers = (*(stack.nodes if primary else stack.interfaces), *stack.node_pools, *stack.add_ons)
        name = self._names.machine if primary else self._names.interface
        # A large cluster has thousands of nodes, so only the names that the page shows are looked up.
        shown = len(bearers) if self._machines_limit is None else self._machines_limit + 1
        named = [name(region, bearer) for bearer in bearers[:shown]]
        return self._phrasing.listed([*named, *bearers[shown:]], self._machines_limit)

    def _direction(self, entry: StackEntry, direction: Direction, profile: PortProfile) -> DirectionView:
        """The view of one direction; stacks of one cluster that let the same packets pass share it."""
        by_mark, result = layers(entry.stack, direction), entry.stack.direction(direction)
        key = (profile, direction, result, by_mark)
        if key not in self._directions:
            self._directions[key] = self._drawn(entry.cluster.cluster, *key)
        return self._directions[key]

    def _drawn(
        self, cluster: Cluster, profile: PortProfile, direction: Direction, result: DirectionResult, by_mark: Layers
    ) -> DirectionView:
        described = described_packets(dict(by_mark), result.allowed)
        figure = self.gallery.add(by_mark, direction, profile)
        return DirectionView(
            direction=direction,
            figure=figure,
            cells=self._cells.texts((cluster.region, cluster.vpc_id), profile.bands, by_mark, figure.picture),
            texts=tuple(
                (mark, self._packets(packets, direction) or self._nothing(result.undecided))
                for mark, packets in described
            ),
        )

    def _nothing(self, undecided: PacketSet) -> str:
        return self._phrasing.text("page-nothing-certain" if undecided else "page-nothing")

    def _packets(self, packets: PacketSet, direction: Direction) -> str:
        key = (packets, direction)
        if key not in self._texts:
            self._texts[key] = packets_text(packets, self._phrasing, direction, self._sets_limit) if packets else ""
        return self._texts[key]

    def _rules_summary(self, rules: tuple[DirectionRules, ...]) -> str:
        parts = [
            self._phrasing.text(
                f"page-rules-count-{of_direction.direction}", count=of_direction.count, idle=of_direction.idle
            )
            for of_direction in rules
        ]
        return self._phrasing.text("terms-part-separator").join(parts)
