"""Parses the back ends of listeners: those that DescribeTargets lists, and those of target groups.

Parses rows of clb/DescribeTargets and DescribeTargetGroupInstances. Back ends that cannot be read, and listeners or
forwarding rules that only one of two answers has, are gaps of the listener; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.fetcher import json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.load_balancer_parsing import ListedListener, TargetSource
from auditor.fetcher.paging import Rows
from auditor.model import identifiers
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import Listener, Target
from auditor.model.services import PORTS

_OF_THE_VPC = ("cvm", "eni")
"""The kinds of back ends that an id identifies. Back ends of other kinds, such as ``ccn``, have only an address."""


def unknown_targets(listener_id: str, balancer_id: str) -> str:
    """The fact that is unknown without the back ends of a listener."""
    return f"the back ends of {listener_id} of {balancer_id} could not be fully listed"


def build_listener(
    listed: ListedListener,
    balancer_id: str,
    row: Mapping[str, Any] | Gap | None,
    groups: Mapping[str, Rows],
    call_site: CallSite,
) -> Listener:
    """Build a listener with its back ends.

    ``row``: its row of DescribeTargets; ``None`` for none, or the reason why the answer could not be read.
    ``groups``: the rows of target groups, by id. ``call_site`` is that of DescribeTargets.
    """
    unknown = unknown_targets(listed.listener_id, balancer_id)
    defects = Defects(call_site=call_site, resource=listed.listener_id, unknown=unknown)
    parser = _TargetParser(listed, defects)
    targets: tuple[Target, ...] | Gap
    if isinstance(row, Gap) and not all(source.group_ids for source in listed.sources):
        targets = row
    else:
        of_groups = [target for source in listed.sources for target in parser.of_groups(source, groups)]
        of_row = parser.of_row(row if isinstance(row, Mapping) else None)
        targets = tuple(sorted(dict.fromkeys((*of_row, *of_groups)), key=_order))
    of_groups_gaps = (gap for source in listed.sources for group in source.group_ids for gap in groups[group].gaps)
    return Listener(
        listener_id=listed.listener_id,
        name=listed.name,
        kind=listed.kind,
        protocol=listed.protocol,
        ports=listed.ports,
        targets=targets,
        gaps=tuple(dict.fromkeys((*listed.gaps, *of_groups_gaps, *defects.gaps))),
    )


def _order(target: Target) -> tuple[object, ...]:
    """The order of back ends in a snapshot; the answers have none that is documented."""
    return target.instance_id, target.interface_id, target.addresses, target.ports, target.kind, repr(target)


class _TargetParser:
    """Parses the back ends of one listener."""

    def __init__(self, listed: ListedListener, defects: Defects) -> None:
        self._listed = listed
        self._defects = defects

    def of_row(self, row: Mapping[str, Any] | None) -> Iterator[Target]:
        """The back ends in the listener's row of DescribeTargets."""
        if not self._listed.is_layer_7:
            (source,) = self._listed.sources
            yield from self._of_part(row, source, self._listed.listener_id)
            return
        rules = {json_fields.label(rule, "LocationId"): rule for rule in self._rules(row)}
        sources = {source.location_id: source for source in self._listed.sources}
        for location_id in rules.keys() - sources.keys():
            self._defects.add("LocationId", location_id, "a rule that DescribeListeners lists")
        for location_id, source in sources.items():
            yield from self._of_part(rules.get(location_id), source, location_id)

    def _rules(self, row: Mapping[str, Any] | None) -> tuple[dict[str, Any], ...]:
        return json_fields.mappings(row or {}, "Rules", self._defects)

    def _of_part(self, row: Mapping[str, Any] | None, source: TargetSource, resource: str) -> Iterator[Target]:
        """The back ends of a listener or rule; without a list of them, they are unknown."""
        if (row is None or row.get("Targets") is None) and not source.may_be_absent:
            self._add_missing(resource)
        yield from self._parse(json_fields.mappings(row or {}, "Targets", self._defects), source)

    def of_groups(self, source: TargetSource, groups: Mapping[str, Rows]) -> Iterator[Target]:
        """The back ends of the target groups of ``source``."""
        for group_id in source.group_ids:
            yield from self._parse(groups[group_id].rows, source)

    def _parse(self, rows: Iterable[Mapping[str, Any]], source: TargetSource) -> Iterator[Target]:
        for row in rows:
            target = self._target(row, source)
            if target is not None:
                yield target

    def _target(self, row: Mapping[str, Any], source: TargetSource) -> Target | None:
        defects = self._defects
        kind = json_fields.text(row, "Type", defects).lower()
        if not kind:
            defects.add("Type", row.get("Type"), "a kind of back end")
        instance_id, interface_id = self._ids(row, kind)
        texts = json_fields.texts(row, "PrivateIpAddresses", defects)
        addresses = json_fields.addresses_of(texts, defects)
        port = json_fields.number(row, "Port", defects)
        first, last = self._listed.target_ports(port or 0)
        if port is None or last >= PORTS:
            defects.add("Port", row.get("Port"), "the port of a back end")
            return None
        if not (instance_id or interface_id or addresses):
            defects.add("InstanceId", row.get("InstanceId"), "a machine, an interface or an address")
            return None
        return Target(
            kind=kind,
            ports=(first, last),
            weight=json_fields.number(row, "Weight", defects),
            instance_id=instance_id,
            interface_id=interface_id,
            addresses=addresses,
            health_check=source.health_check,
        )

    def _ids(self, row: Mapping[str, Any], kind: str) -> tuple[str, str]:
        """The ids of the machine and of the interface; some answers have the interface in the place of the machine."""
        if kind not in _OF_THE_VPC:
            return "", ""
        instance_id = json_fields.identifier(row, "InstanceId", self._defects)
        interface_id = json_fields.identifier(row, "EniId", self._defects, identifiers.INTERFACE)
        if instance_id.startswith(identifiers.INTERFACE):
            return "", interface_id or instance_id
        return instance_id, interface_id

    def _add_missing(self, resource: str) -> None:
        message = f"DescribeTargets has no list of the back ends of {resource}: {self._defects.unknown}"
        gap = self._defects.call_site.gap(self._defects.resource, "PartialAnswer", message, GapKind.UNREAD)
        self._defects.collected.append(gap)
