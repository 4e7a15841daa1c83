"""Makes the small parts of sentences: lists, shortened names, ids with names, translated messages.

:class:`Formatter` fills messages of one language. :class:`Names` looks up the names of clusters, groups, nodes and
templates in a snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from auditor.model.baseline import Text
from auditor.model.clusters import Cluster
from auditor.model.rules import Rule
from auditor.model.snapshot import Account, Snapshot
from auditor.words import Lang, MessageText, catalogue

LONGEST_NAME = 60
"""Characters of a name from the cloud that a sentence shows; it counts the rest."""

LONGEST_MESSAGE = 600
"""Characters of a message from the cloud that a sentence shows."""

LEAST_CUT = 60
"""A cut must save this many characters, since the words that count them take room too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The texts of a finding that depend on its code."""

    title: str
    message: str
    why: str
    advice: str


class Formatter:
    """Fills messages and joins texts in one language."""

    text: MessageText
    """The message with its blanks filled, as :attr:`auditor.words.messages.Words.text`."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._words = catalogue(lang)
        self.text = self._words.text

    def has(self, message_id: str) -> bool:
        """Whether the language has this message."""
        return self._words.has(message_id)

    def translation(self, text: Text) -> str:
        """A text of the baseline in the language of this formatter."""
        return text.zh if self.lang is Lang.ZH else text.en

    def sentences(self, *texts: str) -> str:
        """Whole sentences in order, without the empty ones."""
        return self.text("terms-between-sentences").join(text for text in texts if text)

    def listed(self, items: Sequence[str], limit: int | None = None) -> str:
        """The items in one line: ``limit`` of them and the number of the rest. A rest of one item is named too."""
        if limit is None or len(items) <= limit + 1:
            return self.text("terms-list-separator").join(items)
        shown = self.text("terms-list-separator").join(items[:limit])
        return self.text("terms-and-more", shown=shown, count=len(items) - limit, total=len(items))

    def together(self, items: Sequence[str]) -> str:
        """All items in one line, the last after "and": "a, b and c"."""
        if not items:
            return ""
        *first, last = items
        if not first:
            return last
        return self.text("terms-both", first=self.text("terms-list-separator").join(first), last=last)

    def clipped(self, name: str, longest: int = LONGEST_NAME) -> str:
        """The name, or its first ``longest`` characters and the number of the rest."""
        if len(name) < longest + LEAST_CUT:
            return name
        return self.text("terms-clipped", start=name[:longest], count=len(name) - longest)

    def named(self, identifier: str, name: str) -> str:
        """An id with its name, or the bare id where there is no name."""
        if not name.strip() or name == identifier:
            return identifier
        return self.text("terms-named", id=identifier, name=self.clipped(name))


_BLANK = re.compile(r"\{ \$(\w+) \}")


def translated(message: str, lang: Lang, area: str) -> str:
    """The message in ``lang`` if it is an English message of the catalogue's ``area``, else unchanged."""
    for message_id, form in _expressions(area):
        if match := form.fullmatch(message):
            return catalogue(lang).text(message_id, **match.groupdict())
    return message


@cache
def _expressions(area: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(_read_expressions(area))


def _read_expressions(area: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Each English message of an area as an expression whose groups are its blanks."""
    english = catalogue(Lang.EN)
    for message_id in english.ids():
        _, _, text = english.source(message_id).partition("=")
        if message_id.startswith(f"{area}-"):
            parts = _BLANK.split(re.sub(r"\s*\n#.*", "", text, flags=re.DOTALL).strip())
            blanks = [f"(?P<{part}>.+)" if position % 2 else re.escape(part) for position, part in enumerate(parts)]
            yield message_id, re.compile("".join(blanks), re.DOTALL)


_MANAGED = re.compile(
    r"#仅下发访问(源|目的)#|云防火墙|防火墙管理|云安全中心|自动下发"
    r"|\b(cloud firewall|firewall manager|csip|fwm|managed by)\b",
    re.IGNORECASE,
)
"""Words of a description that name a rule's owner: Cloud Firewall, Firewall Manager, Cloud Security Center, others.

Firewall Manager delivers ordinary groups and overwrites what a person edits in them (1306/79864). The names of these
groups are not documented, but the marks in their descriptions are (1160/49848).
"""


def _unambiguous(values: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], str]:
    """The value of each cluster; none where two accounts have a cluster of the same id with another value."""
    texts: dict[tuple[str, str], set[str]] = {}
    for key, value in values:
        texts.setdefault(key, set()).add(value)
    return {key: min(of_key) for key, of_key in texts.items() if len(of_key) == 1}


@lru_cache(maxsize=1 << 12)
def is_managed_elsewhere(text: str) -> bool:
    """Whether a name or description says that a program manages the rule or group."""
    return _MANAGED.search(text) is not None


class Names:
    """Writes the ids of one snapshot with their names. An id whose name is not known is written alone.

    In a result of several ``accounts``, a cluster is written with its account.
    """

    def __init__(self, snapshot: Snapshot, phrasing: Formatter, accounts: Iterable[Account] = ()) -> None:
        self._snapshot = snapshot
        self._phrasing = phrasing
        self._accounts = {account.id: account.name or account.id for account in accounts}
        self._groups: dict[tuple[str, str], str] = {}

    @cached_property
    def _owners(self) -> dict[tuple[str, str], str]:
        return _unambiguous(
            ((cluster.region, cluster.cluster_id), cluster.account) for cluster in self._snapshot.clusters
        )

    @cached_property
    def _clusters(self) -> dict[tuple[str, str], str]:
        return _unambiguous(
            ((cluster.region, cluster.cluster_id), cluster.name)
            for cluster in (*self._snapshot.neighbours, *self._snapshot.clusters)
        )

    @cached_property
    def _machines(self) -> dict[tuple[str, str], str]:
        return dict(_machines(self._snapshot))

    @cached_property
    def _interface_nodes(self) -> dict[tuple[str, str], str]:
        return {
            (cluster.region, interface.interface_id): interface.node_id
            for cluster in self._snapshot.clusters
            for interface in cluster.interfaces
        }

    def cluster(self, region: str, cluster_id: str) -> str:
        """A cluster with its name, and its account if there are several: ``cls-aaaaaaaa "prod" in shop``."""
        name = self._phrasing.named(cluster_id, self.cluster_name(region, cluster_id))
        return self.in_own_account(name, region, cluster_id)

    def in_own_account(self, text: str, region: str, cluster_id: str) -> str:
        """``text``, which names a cluster, with the account of the cluster if there are several accounts."""
        return self.in_account(text, self._owners.get((region, cluster_id), ""))

    def in_account(self, text: str, account: str) -> str:
        """``text`` with the name or id of an account; unchanged in a result of one account."""
        if account not in self._accounts:
            return text
        name = self._phrasing.clipped(self._accounts[account])
        return self._phrasing.text("terms-in-account", text=text, account=name)

    def cluster_name(self, region: str, cluster_id: str) -> str:
        """The name of a cluster without its id, or an empty text."""
        return self._clusters.get((region, cluster_id), "")

    def group(self, region: str, security_group_id: str) -> str:
        """A security group with its name: ``sg-aaaaaaaa "web"``."""
        key = region, security_group_id
        if key not in self._groups:
            group = self._snapshot.group_by_id.get(key)
            self._groups[key] = self._phrasing.named(security_group_id, "" if group is None else group.name)
        return self._groups[key]

    def is_managed_elsewhere(self, region: str, security_group_id: str) -> bool:
        """Whether the name or description of a group says that a program manages it."""
        group = self._snapshot.group_by_id.get((region, security_group_id))
        return group is not None and is_managed_elsewhere(f"{group.name}\n{group.description}")

    def stack(self, region: str, security_groups: Sequence[str]) -> str:
        """The groups of a stack in binding order."""
        if not security_groups:
            return self._phrasing.text("terms-no-groups")
        return self._phrasing.text("terms-then").join(self.group(region, group) for group in security_groups)

    def machine(self, region: str, machine_id: str) -> str:
        """A node, a node pool or another instance with its name."""
        return self._phrasing.named(machine_id, self._machines.get((region, machine_id), ""))

    def interface(self, region: str, interface_id: str) -> str:
        """A network interface with its node: ``eni-aaaaaaaa of ins-aaaaaaaa``; any other id unchanged."""
        node_id = self._interface_nodes.get((region, interface_id))
        return (
            self._phrasing.text("terms-interface-of", interface=interface_id, node=node_id) if node_id else interface_id
        )

    def template(self, region: str, template_id: str) -> str:
        """An address template, a service template or a template group with its name."""
        key = (region, template_id)
        template = (
            self._snapshot.address_template_by_id.get(key)
            or self._snapshot.service_template_by_id.get(key)
            or self._snapshot.template_group_by_id.get(key)
        )
        return self._phrasing.named(template_id, template.name if template is not None else "")

    def anything(self, region: str, identifier: str) -> str:
        """A cluster, group, machine or template with its name, whichever has this id."""
        named = (name(region, identifier) for name in (self.cluster, self.group, self.machine, self.template))
        return next((text for text in named if text != identifier), identifier)

    def rule(self, region: str, security_group_id: str, direction: str, index: int) -> Rule | None:
        """The rule of a group at an index; ``None`` where the rules were not read or have no such index."""
        group = self._snapshot.group_by_id.get((region, security_group_id))
        rules = () if group is None else group.ingress if direction == "ingress" else group.egress
        return next((rule for rule in rules if rule.index == index), None) if isinstance(rules, tuple) else None


def _machines(snapshot: Snapshot) -> Iterator[tuple[tuple[str, str], str]]:
    members = [(group.region, member) for group in snapshot.memberships for member in group.members]
    # The last name wins, so interfaces come first: the name of the instance replaces the name of an interface.
    for region, member in sorted(members, key=lambda pair: not pair[1].interface_id):
        yield (region, member.instance_id), member.name
    for cluster in snapshot.clusters:
        yield from _of_cluster(cluster)


def _of_cluster(cluster: Cluster) -> Iterator[tuple[tuple[str, str], str]]:
    yield from (((cluster.region, pool.node_pool_id), pool.name) for pool in cluster.node_pools)
    yield from (((cluster.region, node.node_id), node.name) for node in cluster.nodes)
    yield from (((cluster.region, interface.interface_id), interface.name) for interface in cluster.interfaces)
    yield from (((cluster.region, source.source_id), source.name) for source in cluster.pod_bindings)
