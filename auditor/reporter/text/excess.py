"""Writes the advice on excess access, and the neighbour clusters that can use it, in words."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.baseline import Baseline, NamedNetwork
from auditor.model.clusters import Role
from auditor.model.evidence import EvidenceKind, NeighbourNetwork
from auditor.model.findings import Finding
from auditor.model.rules import Direction
from auditor.model.services import Protocol, services
from auditor.reporter.text.names import Formatter, Names
from auditor.reporter.text.rules import RuleWords

_NODE_PORTS = services(Protocol.TCP, ((30000, 32767),)) | services(Protocol.UDP, ((30000, 32767),))


class ExcessWords:
    """Writes the advice on the TSG201 of one result. ``limit`` bounds each list; ``None`` names every item."""

    def __init__(self, names: Names, phrasing: Formatter, rules: RuleWords, limit: int | None) -> None:
        self._names = names
        self._phrasing = phrasing
        self._rules = rules
        self._limit = limit

    def advice(self, finding: Finding, baseline: Baseline) -> str:
        """What to narrow, and what else to know before that. ``baseline`` is that of the cluster."""
        return self._phrasing.sentences(
            self._excess_advice(finding),
            self._peers_advice(finding),
            self._text("excess-no-listener") if _is_unneeded_node_port(finding, baseline) else "",
        )

    def neighbours(self, finding: Finding) -> Iterator[str]:
        """A sentence for each network of another cluster that can use the packets."""
        return (self._neighbour(finding.region, neighbour) for neighbour in finding.neighbours)

    def _excess_advice(self, finding: Finding) -> str:
        blocks = [item.resource_id for item in finding.resources if item.kind is EvidenceKind.ACL]
        if blocks:
            return self._text("excess-advice-blocks", blocks=self._phrasing.listed(blocks, self._limit))
        rules = self._rules.rule_names(finding.region, finding.evidence)
        return self._text(f"excess-advice-{finding.direction}", rules=rules, count=len(finding.evidence))

    def _neighbour(self, region: str, neighbour: NeighbourNetwork) -> str:
        return self._text(
            f"excess-neighbour-{neighbour.network}",
            blocks=self._phrasing.listed(neighbour.cidrs, self._limit),
            count=len(neighbour.cidrs),
            cluster=self._names.cluster(region, neighbour.cluster_id),
        )

    def _peers_advice(self, finding: Finding) -> str:
        """Advice to use the ``peers`` key, which allows the traffic between the nodes of the clusters only."""
        has_peers = finding.role in (Role.NODE, Role.POD)
        if not finding.neighbours or finding.direction is not Direction.INGRESS or not has_peers:
            return ""
        clusters = dict.fromkeys((finding.cluster_id, *(neighbour.cluster_id for neighbour in finding.neighbours)))
        return self._text("excess-peers", count=len(clusters) - 1, peers=", ".join(clusters))

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"findings-{name}", **facts)


def _is_unneeded_node_port(finding: Finding, baseline: Baseline) -> bool:
    """Whether the packets go to NodePorts and the baseline requires what listeners send, which they are not."""
    return bool(finding.packets.services & _NODE_PORTS) and any(
        NamedNetwork.LISTENERS in row.flow.networks and (row.role, row.direction) == (finding.role, finding.direction)
        for row in baseline.requirements
    )
