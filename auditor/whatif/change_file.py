"""The small change file, for those without Terraform: whole lists of rules after the change, and who binds what.

    changes:
      - group: sg-12345678
        direction: ingress          # or egress
        rules:                      # the whole list after the change, the first on top
          - {action: ACCEPT, protocol: TCP, port: "22", cidr: 10.0.9.0/24, description: bastion}
          - {action: DROP, protocol: ALL, cidr: 0.0.0.0/0}
    bindings:
      - {node_pool: np-12345678, groups: [sg-12345678, sg-87654321]}
      - {node: ins-12345678, groups: [sg-12345678]}

A rule may also have the API's own ``SecurityGroupPolicy`` shape, and a change the shape in which ``fix`` prints it
(``security_group_id``, ``after``), so that its JSON is a change file as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.comparator.resolve import same_rules
from auditor.errors import ConfigError
from auditor.model.rules import Direction, Rule, SecurityGroup
from auditor.model.snapshot import Snapshot
from auditor.whatif import bindings as members
from auditor.whatif import yaml_lines
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.outcome import conclude
from auditor.whatif.planned import Planned
from auditor.whatif.rule_effects import RuleWrite
from auditor.whatif.rule_fields import RuleFields, rule
from auditor.whatif.state import ResourceEffects, WorkingState
from auditor.whatif.terraform.providers import NamedRegions
from auditor.whatif.yaml_lines import Part

_EXAMPLE = '{action: ACCEPT, protocol: TCP, port: "22", cidr: 10.0.9.0/24}'

_DOCUMENT = frozenset({"changes", "bindings", "proof"})
_OF_FIX = frozenset({"version", "operations", "shared_with"})
"""What ``fix`` says besides, and nobody needs here."""
_CHANGE = frozenset({"group", "security_group_id", "direction", "region", "rules", "after"}) | _OF_FIX
_BINDING = frozenset({"node", "node_pool", "groups"})

_FIELDS = {
    "action": "action",
    "cidr": "ipv4",
    "ipv6": "ipv6",
    "group": "group",
    "protocol": "protocol",
    "port": "port",
    "description": "description",
    "Action": "action",
    "CidrBlock": "ipv4",
    "Ipv6CidrBlock": "ipv6",
    "SecurityGroupId": "group",
    "Protocol": "protocol",
    "Port": "port",
    "PolicyDescription": "description",
}
"""A rule's keys, ours and the API's, by the part of a rule that each one is."""

_TEMPLATES = {
    "address_template": {"ipm-": "address_template", "ipmg-": "address_template_group"},
    "service_template": {"ppm-": "service_template", "ppmg-": "service_template_group"},
}
_NESTED = {
    "AddressTemplate": {"AddressId": "address_template", "AddressGroupId": "address_template_group"},
    "ServiceTemplate": {"ServiceId": "service_template", "ServiceGroupId": "service_template_group"},
}
_IGNORED = frozenset({"PolicyIndex", "ModifyTime", "Priority"})
_RULE = frozenset({*_FIELDS, *_TEMPLATES, *_NESTED, *_IGNORED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAfter:
    """One direction of a group after the change, the first rule on top; ``region`` empty where the file has none."""

    group: str
    direction: Direction
    rules: tuple[Rule, ...]
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingAfter:
    """What a node or pool binds after the change. ``line`` is where the file says so."""

    target: str
    groups: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFile:
    """A change as written."""

    file: str
    rules: tuple[RulesAfter, ...]
    bindings: tuple[BindingAfter, ...]


def load(text: str, source: str) -> ChangeFile:
    """The change in ``text``. Raises ``ConfigError`` with file, line and key."""
    root = yaml_lines.load(text, source)
    document = root.mapping(_DOCUMENT)
    if not {"changes", "bindings"} & document.keys():
        raise root.missing("changes")
    rules = tuple(_change(item) for item in document["changes"].items()) if "changes" in document else ()
    bindings = tuple(_binding(item) for item in document["bindings"].items()) if "bindings" in document else ()
    _refuse_repeats(document.get("changes"), [f"{one.group}/{one.direction}" for one in rules])
    _refuse_repeats(document.get("bindings"), [one.target for one in bindings])
    return ChangeFile(file=source, rules=rules, bindings=bindings)


def regions(change: ChangeFile) -> NamedRegions:
    """The regions that the changes of rules name; a binding names none."""
    found = [one.region for one in change.rules]
    return NamedRegions(names=tuple(sorted(set(found) - {""})), all_named=not change.bindings and all(found))


def apply(snapshot: Snapshot, change: ChangeFile) -> Planned:
    """The state after ``change``. Raises ``ConfigError`` for a node or pool that no audited cluster has."""
    draft = WorkingState(snapshot)
    for after in change.rules:
        _lay_rules(draft, after)
    for bound in change.bindings:
        if not list(_bind(draft, bound)):
            raise ConfigError(
                "change-file-unknown-target", file=change.file, line=bound.line, key="bindings", found=bound.target
            )
    return conclude(draft)


def _change(part: Part) -> RulesAfter:
    entries = part.mapping(_CHANGE)
    group = entries.get("group") or entries.get("security_group_id")
    rules = entries.get("rules") or entries.get("after")
    if group is None:
        raise part.missing("group")
    if rules is None:
        raise part.missing("rules")
    if "direction" not in entries:
        raise part.missing("direction")
    return RulesAfter(
        group=group.text(),
        direction=Direction(entries["direction"].one_of(tuple(Direction))),
        rules=tuple(_rule(item, place) for place, item in enumerate(rules.items())),
        region=entries["region"].text() if "region" in entries else "",
    )


def _rule(part: Part, place: int) -> Rule:
    texts = dict(_parts(part))
    found, why = rule(RuleFields(**{"action": "", **texts}), place)
    if why is not None:
        raise ConfigError("change-file-rule", file=part.file, line=part.line, key=part.key, expected=_EXAMPLE)
    return found


def _parts(part: Part) -> Iterator[tuple[str, str]]:
    for name, value in part.mapping(_RULE).items():
        if value.is_empty or name in _IGNORED:
            continue
        if name in _FIELDS:
            yield _FIELDS[name], value.text()
        elif name in _NESTED:
            inner = value.mapping(frozenset(_NESTED[name]))
            yield from ((_NESTED[name][key], one.text()) for key, one in inner.items() if not one.is_empty)
        else:
            prefixes = _TEMPLATES[name]
            field = next((prefixes[prefix] for prefix in prefixes if value.text().startswith(prefix)), None)
            if field is None:
                raise value.wrong(" | ".join(f"{prefix}..." for prefix in prefixes))
            yield field, value.text()


def _binding(part: Part) -> BindingAfter:
    entries = part.mapping(_BINDING)
    target = entries.get("node") or entries.get("node_pool")
    if target is None:
        raise part.missing("node")
    if "groups" not in entries:
        raise part.missing("groups")
    groups = entries["groups"].texts()
    if not groups:
        raise entries["groups"].wrong("at least one group")
    return BindingAfter(target=target.text(), groups=tuple(dict.fromkeys(groups)), line=target.line)


def _refuse_repeats(part: Part | None, names: list[str]) -> None:
    for place, name in enumerate(names):
        first = names.index(name)
        if part is not None and first < place:
            items = part.items()
            raise ConfigError(
                "change-file-twice",
                file=part.file,
                line=items[place].line,
                key=items[place].key,
                found=name,
                first=items[first].line,
            )


def _lay_rules(draft: WorkingState, after: RulesAfter) -> None:
    report = draft.effects_at(f"{after.group}/{after.direction}", ("update",))
    report.groups.add(after.group)
    report.add_effect("file-rules", group=after.group, direction=after.direction)
    if after.region and after.region not in draft.read.regions:
        draft.gaps.add(gap(GapReason.REGION_NOT_READ, after.region, after.group))
        report.add_untraced_effect("region-unread", region=after.region)
        return
    keys = draft.group_keys(after.group) or _unread(draft, after.group)
    for key in [key for key in keys if after.region in ("", key[0])]:
        present = draft.groups[key].rules(after.direction)
        if isinstance(present, tuple) and same_rules(present, after.rules) and _same_descriptions(present, after.rules):
            continue
        draft.set_rules(key, after.direction, after.rules)
        write = RuleWrite(
            region=key[0], group=after.group, direction=after.direction, before=present, after=after.rules
        )
        report.writes.append(write)


def _same_descriptions(present: tuple[Rule, ...], rules: tuple[Rule, ...]) -> bool:
    return [one.description for one in present] == [one.description for one in rules]


def _unread(draft: WorkingState, group: str) -> tuple[tuple[str, str], ...]:
    """A group that nothing audited binds yet: the direction that the file leaves out is unknown."""
    for key in draft.region_keys(group):
        unread = gap(GapReason.NOT_READ, *key)
        draft.groups[key] = SecurityGroup(region=key[0], security_group_id=group, ingress=unread, egress=unread)
    return draft.group_keys(group)


def _bind(draft: WorkingState, bound: BindingAfter) -> Iterator[str]:
    """Let the node or pool of this id bind the groups; yields each that was found."""
    report = draft.effects_at(bound.target, ("update",))
    for key, node in draft.nodes_of(bound.target):
        draft.bind_node(key, node, bound.groups)
        members.rebind(draft, report, node.instance_id or node.node_id, bound.groups, node)
        _note(report, key, bound)
        report.nodes.add(node.node_id)
        yield node.node_id
    for key, pools in draft.pools.items():
        if bound.target in pools:
            pools[bound.target] = replace(pools[bound.target], security_groups=bound.groups)
            _note(report, key, bound)
            report.pools.add(bound.target)
            yield bound.target


def _note(report: ResourceEffects, key: tuple[str, str], bound: BindingAfter) -> None:
    report.clusters.add(key[1])
    report.add_effect("file-binding", target=bound.target, groups=", ".join(bound.groups))
