"""Finds clusters, nodes, findings and gaps by id, by name or by the start of a fingerprint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.model import identifiers
from auditor.model.clusters import Cluster
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot

LEAST_DIGITS = 6
MOST_CANDIDATES = 8

_FINGERPRINT = re.compile(rf"[0-9a-fA-F]{{{LEAST_DIGITS},64}}")
_CLUSTER_ID = re.compile(r"cls-[A-Za-z0-9]+")


def is_fingerprint(word: str) -> bool:
    """Whether a word can be a fingerprint or the start of one."""
    return _FINGERPRINT.fullmatch(word) is not None


def is_listener(word: str) -> bool:
    """Whether a word has the form of the id of a listener or load balancer."""
    return word.startswith((*identifiers.LISTENER, *identifiers.LOAD_BALANCER))


def is_cluster_id(word: str) -> bool:
    """Whether a word has the form of a cluster id, so that the API can be asked for that cluster alone."""
    return _CLUSTER_ID.fullmatch(word) is not None


def cluster(snapshot: Snapshot, word: str) -> Cluster | None:
    """The cluster with that id, else with that name. Raises ``ConfigError`` for an ambiguous name."""
    by_id = [cluster_ for cluster_ in snapshot.clusters if cluster_.cluster_id == word]
    matches = by_id or [cluster_ for cluster_ in snapshot.clusters if cluster_.name == word]
    if len(matches) > 1:
        named = [f"{cluster_.cluster_id} ({cluster_.region})" for cluster_ in matches]
        raise ConfigError("commands-ambiguous-cluster", name=word, candidates=_listed(named))
    return matches[0] if matches else None


def names(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Id and name of every cluster of a snapshot."""
    return tuple((cluster.cluster_id, cluster.name) for cluster in snapshot.clusters)


def tell_absent(session: Session, clusters: Iterable[tuple[str, str]], word: str) -> None:
    """Writes to stderr that the cluster does not exist, and which of ``clusters`` (id, name) are similar."""
    near = _near(word, clusters)
    if near:
        absent = ConfigError("commands-no-such-cluster", name=word, candidates=near)
    else:
        absent = ConfigError("commands-no-cluster-at-all", name=word)
    session.tell("sgaudit: " + session.sentence(absent))


def machine(cluster: Cluster, word: str) -> str | None:
    """The only one of :func:`machines`. Raises ``ConfigError`` for an ambiguous word."""
    named = machines(cluster, word)
    if len(named) > 1:
        raise ConfigError(
            "commands-ambiguous-node", name=word, cluster=cluster.cluster_id, candidates=_listed(sorted(named))
        )
    return named[0] if named else None


def machines(cluster: Cluster, word: str) -> tuple[str, ...]:
    """The id of the node, pool, interface or add-on with that id, else those with that private address or name.

    An address of a node is not looked for among the interfaces. The Kubernetes name of a node is its address or its
    name.
    """
    ids = {key: node.node_id for node in cluster.nodes for key in (node.node_id, node.instance_id) if key}
    ids |= {pool.node_pool_id: pool.node_pool_id for pool in cluster.node_pools}
    ids |= {interface.interface_id: interface.interface_id for interface in cluster.interfaces}
    ids |= {source.source_id: source.source_id for source in cluster.pod_bindings}
    if word in ids:
        return (ids[word],)
    named = [node.node_id for node in cluster.nodes if word == node.name or word in node.addresses]
    named += [pool.node_pool_id for pool in cluster.node_pools if pool.name == word]
    named += [source.source_id for source in cluster.pod_bindings if source.name == word]
    named = named or [
        interface.interface_id
        for interface in cluster.interfaces
        if word == interface.name or word in interface.addresses
    ]
    return tuple(named)


def no_such_machine(cluster: Cluster, word: str) -> ConfigError:
    """The error that a cluster has no such node, pool, interface or add-on, with similar ones."""
    named = [(node.node_id, node.name) for node in cluster.nodes]
    named += [(pool.node_pool_id, pool.name) for pool in cluster.node_pools]
    named += [(interface.interface_id, interface.name) for interface in cluster.interfaces]
    named += [(source.source_id, source.name) for source in cluster.pod_bindings]
    near = _near(word, named)
    if near:
        return ConfigError("commands-no-such-node", name=word, cluster=cluster.cluster_id, candidates=near)
    return ConfigError("commands-no-node-at-all", name=word, cluster=cluster.cluster_id)


def finding(result: Result, word: str) -> Finding:
    """The finding whose fingerprint starts with ``word``. Raises ``ConfigError`` unless there is exactly one."""
    item = finding_or_gap(result.findings, result.gaps, word, "commands-no-such-fingerprint")
    if isinstance(item, Gap):
        raise ConfigError("commands-gap-not-finding", value=word, title=_named(item))
    return item


def finding_or_gap(
    findings: Sequence[Finding], gaps: Sequence[Gap], word: str, absent: str = "commands-nothing-to-waive"
) -> Finding | Gap:
    """The finding or gap whose fingerprint starts with ``word``. Raises ``ConfigError`` unless there is exactly one."""
    candidates: tuple[Finding | Gap, ...] = (*findings, *gaps)
    return _identified(candidates, word, absent)


_Identified = TypeVar("_Identified", bound="Finding | Gap")


def _identified(candidates: Sequence[_Identified], word: str, absent: str) -> _Identified:
    start = word.lower()
    if not is_fingerprint(word):
        raise ConfigError("commands-bad-fingerprint", value=word, least=LEAST_DIGITS)
    matches = {item.fingerprint: item for item in candidates if item.fingerprint.startswith(start)}
    if len(matches) > 1:
        raise ConfigError(
            "commands-ambiguous-fingerprint",
            value=word,
            candidates=_listed([_named(item) for item in matches.values()]),
        )
    if not matches:
        raise ConfigError(absent, value=word, count=len(candidates))
    return next(iter(matches.values()))


def _named(item: Finding | Gap) -> str:
    code = item.code if isinstance(item, Finding) else item.kind
    return f"{item.fingerprint} ({code}, {item.cluster_id or item.region})"


def _near(word: str, candidates: Iterable[tuple[str, str]]) -> str:
    """The candidates with a similar id or name, else the first few."""
    listed = sorted(set(candidates))
    close = set(get_close_matches(word, [text for pair in listed for text in pair if text], n=MOST_CANDIDATES))
    chosen = [pair for pair in listed if close & set(pair)] or listed
    return _listed([f"{key} ({name})" if name and name != key else key for key, name in chosen])


def _listed(texts: Sequence[str]) -> str:
    shown = ", ".join(texts[:MOST_CANDIDATES])
    return f"{shown} ..." if len(texts) > MOST_CANDIDATES else shown
