"""What the types of a snapshot do not say and later steps rely on; for files that a person may have edited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from auditor.model import addresses, identifiers
from auditor.model.estate import Cluster
from auditor.model.gaps import Gap
from auditor.model.rules import CidrPeer, ProtocolService, Rule, Rules, SecurityGroup, Service
from auditor.model.services import PORTS
from auditor.model.snapshot import Snapshot

_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")
_ID_ENDINGS = ("_id", "_ids", "region", "regions")
_ID_LISTS = ("security_groups", "members")
"""Fields that hold ids; ``members`` of a group are objects, whose own fields count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that no later step could work with. ``path`` leads to it from the snapshot."""

    message_id: str
    path: str
    found: str


def unknown_keys(given: Any, known: Any, path: str = "snapshot") -> Iterator[str]:  # noqa: ANN401 - any piece of JSON
    """Paths of keys in ``given`` that its reading, ``known``, does not have."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key not in known:
                yield f"{path}.{key}"
            else:
                yield from unknown_keys(value, known[key], f"{path}.{key}")
    elif isinstance(given, list) and isinstance(known, list):
        for place, (value, reading) in enumerate(zip(given, known, strict=True)):
            yield from unknown_keys(value, reading, f"{path}[{place}]")


def faults(snapshot: Snapshot) -> Iterator[Fault]:
    """Everything that is wrong: ids first, the rest in the order of the file."""
    yield from _provenance(snapshot)
    yield from _ids(snapshot, "snapshot")
    for name in ("clusters", "neighbours"):
        for place, cluster in enumerate(getattr(snapshot, name)):
            yield from _cluster(cluster, f"snapshot.{name}[{place}]")
    for place, group in enumerate(snapshot.security_groups):
        yield from _group(group, f"snapshot.security_groups[{place}]")
    for place, template in enumerate(snapshot.address_templates):
        yield from _blocks(template.entries, f"snapshot.address_templates[{place}].entries")
    for place, services in enumerate(snapshot.service_templates):
        for entry, service in enumerate(services.entries):
            yield from _service(service, f"snapshot.service_templates[{place}].entries[{entry}]")
    yield from _template_groups(snapshot)
    for place, membership in enumerate(snapshot.memberships):
        for member, one in enumerate(membership.members):
            yield from _points(one.addresses, f"snapshot.memberships[{place}].members[{member}].addresses")
    yield from _networks(snapshot)
    yield from _doubles(snapshot)


def _ids(value: object, path: str) -> Iterator[Fault]:
    """Ids and names of regions that could not be one, wherever they are; one that is empty says that there is none.

    They end up in commands. Those of a gap do not: they say what could not be read, whatever it is called.
    """
    if isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _ids(item, f"{path}[{position}]")
    elif is_dataclass(value) and not isinstance(value, Gap):
        for name in (item.name for item in fields(value)):
            inner = getattr(value, name)
            if name in _ID_LISTS or name.endswith(_ID_ENDINGS):
                yield from _bad_ids(inner, f"{path}.{name}")
            yield from _ids(inner, f"{path}.{name}")


def _bad_ids(value: object, path: str) -> Iterator[Fault]:
    if isinstance(value, str):
        if value and not identifiers.is_identifier(value, identifiers.ANY_NAME):
            yield Fault(message_id="snapshot-bad-id", path=path, found=value)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _bad_ids(item, f"{path}[{position}]")


def _networks(snapshot: Snapshot) -> Iterator[Fault]:
    for place, network in enumerate(snapshot.networks):
        for name in ("blocks", "surroundings"):
            yield from _blocks(getattr(network, name).cidrs, f"snapshot.networks[{place}].{name}.cidrs")


def _provenance(snapshot: Snapshot) -> Iterator[Fault]:
    """Whose estate it is, and a moment that every time zone reads alike."""
    if snapshot.account is not None and not _ACCOUNT_ID.fullmatch(snapshot.account.id):
        yield Fault(message_id="snapshot-bad-account", path="snapshot.account.id", found=snapshot.account.id)
    if snapshot.read_at is not None and snapshot.read_at.tzinfo is None:
        yield Fault(message_id="snapshot-bad-time", path="snapshot.read_at", found=snapshot.read_at.isoformat())


def _cluster(cluster: Cluster, path: str) -> Iterator[Fault]:
    for name in ("container", "vpc", "subnets", "surroundings"):
        yield from _blocks(getattr(cluster.networks, name).cidrs, f"{path}.networks.{name}.cidrs")
    for place, node in enumerate(cluster.nodes):
        yield from _points(node.addresses, f"{path}.nodes[{place}].addresses")
    for place, count in enumerate(cluster.not_covered):
        if count.count < 0:
            yield Fault(
                message_id="snapshot-bad-number", path=f"{path}.not_covered[{place}].count", found=str(count.count)
            )


def _group(group: SecurityGroup, path: str) -> Iterator[Fault]:
    yield from _rules(group.ingress, f"{path}.ingress")
    yield from _rules(group.egress, f"{path}.egress")


def _rules(rules: Rules, path: str) -> Iterator[Fault]:
    for place, rule in enumerate(rules if isinstance(rules, tuple) else ()):
        yield from _rule(rule, f"{path}[{place}]")


def _rule(rule: Rule, path: str) -> Iterator[Fault]:
    if rule.index < 0:
        yield Fault(message_id="snapshot-bad-number", path=f"{path}.index", found=str(rule.index))
    if isinstance(rule.peer, CidrPeer):
        yield from _blocks([rule.peer.cidr], f"{path}.peer.cidr", single=True)
    yield from _service(rule.service, f"{path}.service")


def _service(service: Service, path: str) -> Iterator[Fault]:
    if not isinstance(service, ProtocolService):
        return
    for place, (first, last) in enumerate(service.ports):
        if not 0 <= first <= last < PORTS:
            yield Fault(message_id="snapshot-bad-ports", path=f"{path}.ports[{place}]", found=f"{first}-{last}")
    if not service.ports and service.protocol is not None and service.protocol.has_ports:
        yield Fault(message_id="snapshot-bad-ports", path=f"{path}.ports", found="")


def _blocks(texts: Iterable[str], path: str, *, single: bool = False) -> Iterator[Fault]:
    """Blocks, addresses or ranges."""
    for place, text in enumerate(texts):
        try:
            addresses.parse(text)
        except ValueError:
            yield Fault(message_id="snapshot-bad-address", path=path if single else f"{path}[{place}]", found=text)


def _points(texts: Iterable[str], path: str) -> Iterator[Fault]:
    """Single addresses."""
    for place, text in enumerate(texts):
        try:
            addresses.point_of(text)
        except ValueError:
            yield Fault(message_id="snapshot-bad-address", path=f"{path}[{place}]", found=text)


def _template_groups(snapshot: Snapshot) -> Iterator[Fault]:
    """Groups of templates never hold groups: that alone could go round in circles."""
    groups = {(group.region, group.template_id) for group in snapshot.template_groups}
    for place, group in enumerate(snapshot.template_groups):
        for number, member in enumerate(group.members):
            if (group.region, member) in groups:
                path = f"snapshot.template_groups[{place}].members[{number}]"
                yield Fault(message_id="snapshot-nested-group", path=path, found=member)


def _doubles(snapshot: Snapshot) -> Iterator[Fault]:
    """Things that are there twice: one of them would count for nothing."""
    keys: Mapping[str, list[str]] = {
        "clusters": [one.cluster_id for one in (*snapshot.clusters, *snapshot.neighbours)],
        "security_groups": [f"{one.region}/{one.security_group_id}" for one in snapshot.security_groups],
        "address_templates": [f"{one.region}/{one.template_id}" for one in snapshot.address_templates],
        "service_templates": [f"{one.region}/{one.template_id}" for one in snapshot.service_templates],
        "template_groups": [f"{one.region}/{one.template_id}" for one in snapshot.template_groups],
        "memberships": [f"{one.region}/{one.security_group_id}" for one in snapshot.memberships],
    }
    for name, found in keys.items():
        for key, times in Counter(found).items():
            if times > 1:
                yield Fault(message_id="snapshot-double", path=f"snapshot.{name}", found=key)
