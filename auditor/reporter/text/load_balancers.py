"""Writes load balancers and the paths through them in words: listener, back ends, clients, and who filters."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.clusters import bound_groups
from auditor.model.evidence import EvidenceKind
from auditor.model.findings import ClusterResult, Finding
from auditor.model.load_balancer_paths import (
    BackEndFilter,
    BalancerPaths,
    HealthCheckState,
    LoadBalancerPath,
)
from auditor.model.load_balancers import Listener, LoadBalancer
from auditor.model.rules import Direction
from auditor.reporter.text.names import Formatter, Names, Statement
from auditor.reporter.text.packets import addresses_text, packets_text, port_text

PORTS = 4
"""How many ports of back ends a sentence names before it counts the rest."""


def path_of(cluster: ClusterResult | None, finding: Finding) -> tuple[LoadBalancer, LoadBalancerPath] | None:
    """The load balancer and the path that a finding is about, if the result has them."""
    ids = {item.kind: item.resource_id for item in finding.resources}
    for paths in cluster.load_balancers if cluster else ():
        for path in paths.paths:
            names = (paths.balancer.load_balancer_id, path.listener.listener_id)
            stack = path.stack_key
            if (ids.get(EvidenceKind.LOAD_BALANCER), ids.get(EvidenceKind.LISTENER)) == names and (
                stack == finding.stack_key
            ):
                return paths.balancer, path
    return None


class LoadBalancerWords:
    """Writes the paths of one result. ``limit`` bounds each list; ``None`` names every item."""

    def __init__(self, names: Names, phrasing: Formatter, limit: int | None) -> None:
        self._names = names
        self._phrasing = phrasing
        self._limit = limit

    def lines(self, load_balancers: tuple[BalancerPaths, ...]) -> Iterator[str]:
        """Every path of the load balancers of a cluster, one in each line."""
        for paths in load_balancers:
            for path in paths.paths:
                yield self._text(
                    "line",
                    balancer=self.balancer(paths.balancer),
                    service=self.service(path.listener),
                    targets=self.targets(path),
                    clients=self._clients(path),
                    filters=self.filters(paths.balancer, path),
                )

    def balancer(self, balancer: LoadBalancer) -> str:
        """A load balancer with its name: ``lb-11111111 "web"``."""
        return self._phrasing.named(balancer.load_balancer_id, balancer.name)

    def listener(self, balancer: LoadBalancer, listener: Listener) -> str:
        """A listener by its service and load balancer: ``TCP 80 of lb-11111111 "web"``."""
        return self._text("listener", service=self.service(listener), balancer=self.balancer(balancer))

    @staticmethod
    def service(listener: Listener) -> str:
        """The kind and the port of a listener: ``HTTPS 443``."""
        return f"{listener.kind} {port_text(listener.ports)}"

    def targets(self, path: LoadBalancerPath) -> str:
        """The ports and the number of the back ends: "NodePort 31080 on 3 nodes"."""
        ports = sorted({target.target.ports for target in path.targets})
        direct = any(target.direct for target in path.targets)
        return self._text(
            "pods" if direct else f"nodes-{path.role}",
            ports=self._phrasing.listed([port_text(pair) for pair in ports], PORTS),
            count=len({target.bearer or target.target.addresses for target in path.targets}),
        )

    def filters(self, balancer: LoadBalancer, path: LoadBalancerPath) -> str:
        """Whether the groups of the back ends filter, and the groups of the load balancer."""
        how = {target.back_end_filter for target in path.targets}
        state = BackEndFilter.UNKNOWN if len(how) > 1 else next(iter(how))
        without_effect = state is BackEndFilter.APPLIES and bool(balancer.pass_to_target)
        groups = balancer.security_groups
        if not isinstance(groups, tuple):
            own = self._text("groups-unread")
        else:
            own = self._names.stack(balancer.region, groups)
        return self._text("filters-without-effect" if without_effect else f"filters-{state}", groups=own)

    def arriving(self, path: LoadBalancerPath) -> str:
        """The packets that the groups of the back ends stop."""
        return packets_text(path.stopped_at_back_ends, self._phrasing, Direction.INGRESS, self._limit)

    def blocked(self, finding: Finding, cluster: ClusterResult | None) -> Statement:
        """The texts of TSG102. A result that lacks the load balancer only has the packets."""
        known_path = path_of(cluster, finding)
        packets = packets_text(finding.packets, self._phrasing, finding.direction, self._limit)
        if known_path is None:
            return self._short(self._text("blocked-title"), packets)
        balancer, path = known_path
        checks = bool(path.stopped_checks)
        clients, own = bool(path.stopped), bool(path.stopped_by_balancer)
        behind = bool(path.stopped - path.stopped_by_balancer)
        groups = self._names.stack(finding.region, finding.security_groups)
        advice = self._text("blocked-advice-back-ends", groups=groups, packets=self.arriving(path))
        return Statement(
            title=self._text("blocked-title" if clients else "checks-title"),
            message=self._text(
                "blocked-message",
                listener=self.listener(balancer, path.listener),
                targets=self.targets(path),
                packets=packets,
            ),
            why=self._phrasing.sentences(
                self._text("blocked-why-back-ends") if behind else "",
                self._text("blocked-why-balancer") if own else "",
                self._text("blocked-why-checks") if checks else "",
            ),
            advice=self._phrasing.sentences(
                advice if path.stopped_at_back_ends else "", self._text("blocked-advice-balancer") if own else ""
            ),
        )

    def title_of_open(self, class_name: str, title: str) -> str:
        """The title of TSG202; ``title`` is that of the class in the baseline."""
        return self._text("open-title", **{"class": self._text("open-class-web") if class_name == "web" else title})

    def open(self, finding: Finding, cluster: ClusterResult | None, title: str, rules: str) -> Statement:
        """The texts of TSG202. ``rules`` are those of the load balancer that let any address in."""
        known_path = path_of(cluster, finding)
        packets = packets_text(finding.packets, self._phrasing, finding.direction, self._limit)
        if known_path is None:
            return self._short(title, packets)
        balancer, path = known_path
        return Statement(
            title=title,
            message=self._text(
                "open-message",
                listener=self.listener(balancer, path.listener),
                targets=self.targets(path),
                packets=packets,
            ),
            why=self._text(self._why_open(balancer, path), filters=self.filters(balancer, path)),
            advice=self._text("open-advice-groups", rules=rules) if rules else self._text("open-advice"),
        )

    @staticmethod
    def _why_open(balancer: LoadBalancer, path: LoadBalancerPath) -> str:
        if any(target.back_end_filter is BackEndFilter.BYPASSED for target in path.targets):
            return "open-why-bypassed"
        if bound_groups(balancer.security_groups):
            return "open-why-groups"
        return "open-why-snat" if balancer.snat_addresses and path.security_groups else "open-why-no-groups"

    @staticmethod
    def _short(title: str, packets: str) -> Statement:
        return Statement(title=title, message=packets, why="", advice="")

    def _clients(self, path: LoadBalancerPath) -> str:
        """The clients that get through, and what stops: "any IPv4 address", "no client", "health checks blocked"."""
        parts = [self._passing(path)]
        if path.undecided:
            parts.append(self._text("clients-undecided"))
        if path.health_check is HealthCheckState.BLOCKED:
            parts.append(self._text("checks-blocked"))
        return self._phrasing.listed(parts)

    def _passing(self, path: LoadBalancerPath) -> str:
        if not path.passes:
            return self._text("clients-unknown" if path.undecided else "clients-none")
        if not path.blocked and not path.undecided:
            return self._text("clients-all")
        clients = addresses_text(path.passes.addresses, self._phrasing, self._limit)
        return self._text("clients", clients=clients)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"balancers-{name}", **facts)
