"""The top of the page: the verdict of the run and of each cluster, its figures and its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.baseline import Exclusion, Severity
from auditor.model.result import ClusterResult, Result, Verdict
from auditor.reporter import identity
from auditor.reporter.gap_words import NotCoveredText
from auditor.reporter.options import RenderOptions
from auditor.reporter.page.index import Index
from auditor.reporter.phrasing import Phrasing
from auditor.reporter.sentences import Sentences
from auditor.reporter.verdict import COUNTED, Standing, audited, run_verdict, standing

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
    sentences: Sentences

    @property
    def phrasing(self) -> Phrasing:
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
        stands = standing(self.result, cluster, self.options.fail_on)
        known = cluster.cluster
        return ClusterView(
            name=self.sentences.names.cluster(known.region, known.cluster_id),
            verdict=stands.verdict,
            verdict_word=self.word(stands.verdict),
            summary=self._summary(stands) if cluster.exclusion is None else self._left_out(cluster.exclusion),
            facts=tuple(
                (self.phrasing.text(f"page-fact-{name}"), value) for name, value in self._cluster_facts(cluster)
            ),
            not_covered=tuple(self.sentences.not_covered(item) for item in known.not_covered),
        )

    def _left_out(self, entry: Exclusion) -> str:
        return self.phrasing.text("table-why-excluded", reason=entry.reason, owner=entry.owner)

    def _summary(self, stands: Standing) -> str:
        parts = [
            self.phrasing.text("page-count", count=stands.counts[severity], of=self.sentences.severity(severity))
            for severity in Severity
            if stands.counts[severity]
        ]
        if stands.waived:
            parts.append(self.phrasing.text("page-count-waived", count=stands.waived))
        if stands.gaps:
            parts.append(self.phrasing.text("page-count-gaps", count=len(stands.gaps)))
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
