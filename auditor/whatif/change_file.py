"""Reads the change file and applies it to a snapshot: a change without Terraform.

The file holds whole lists of rules after the change, and lists of the groups that nodes, pools and interfaces bind
after it:

    changes:
      - group: sg-12345678
        direction: ingress          # or egress
        rules:                      # the whole list after the change, the first rule on top
          - {action: ACCEPT, protocol: TCP, port: "22", cidr: 10.0.9.0/24, description: bastion}
          - {action: DROP, protocol: ALL, cidr: 0.0.0.0/0}
    bindings:
      - {node_pool: np-12345678, groups: [sg-12345678, sg-87654321]}
      - {node: ins-12345678, groups: [sg-12345678]}
      - {interface: eni-12345678, groups: [sg-12345678]}    # a further interface of a node, or one of a Pod

A rule may also have the shape of the API's ``SecurityGroupPolicy``, and a change the shape that ``fix`` prints
(``security_group_id``, ``after``), so that the JSON of ``fix`` is a change file. A mistake in the file raises
``ConfigError`` with the file, line and key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from auditor.comparator.resolve import same_rules
from auditor.config.yaml_reader import KeyPath, YamlNode, cut, from_text, key_text, read
from auditor.errors import ConfigError
from auditor.model.rules import Direction, Rule, SecurityGroup
from auditor.model.snapshot import Snapshot
from auditor.whatif import bindings as members
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.outcome import conclude
from auditor.whatif.planned import Planned
from auditor.whatif.rule_effects import RuleWrite
from auditor.whatif.rule_fields import RuleFields, build_rule
from auditor.whatif.state import ResourceEffects, WorkingState
from auditor.whatif.terraform.providers import NamedRegions

_EXAMPLE = '{action: ACCEPT, protocol: TCP, port: "22", cidr: 10.0.9.0/24}'

_DOCUMENT = frozenset({"changes", "bindings", "proof"})
_OF_FIX = frozenset({"version", "operations", "shared_with"})
"""Keys of the JSON of ``fix`` that a change does not need."""
_CHANGE = frozenset({"group", "security_group_id", "direction", "region", "rules", "after"}) | _OF_FIX
_TARGETS = ("node", "node_pool", "interface")
_BINDING = frozenset({*_TARGETS, "groups"})

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
"""A rule's keys, ours and the API's, by the field of :class:`RuleFields` that each fills."""

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
    """One direction of a group after the change, the first rule on top; ``region`` is empty if the file names none."""

    group: str
    direction: Direction
    rules: tuple[Rule, ...]
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingAfter:
    """The groups that a node, pool or interface binds after the change. ``line`` is the line of the target."""

    target: str
    groups: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFile:
    """A parsed change file."""

    file: str
    rules: tuple[RulesAfter, ...]
    bindings: tuple[BindingAfter, ...]

    @property
    def size(self) -> int:
        """The number of changed lists of rules and of bindings."""
        return len(self.rules) + len(self.bindings)


def load(text: str, source: str) -> ChangeFile:
    """Parse the change in ``text``; ``source`` names the file in errors."""
    root = _root(text, source)
    document = root.mapping(_DOCUMENT)
    if not {"changes", "bindings"} & document.keys():
        raise root.missing("changes")
    rules = tuple(_parse_change(item) for item in document["changes"].items()) if "changes" in document else ()
    bindings = tuple(_parse_binding(item) for item in document["bindings"].items()) if "bindings" in document else ()
    _refuse_repeats(document.get("changes"), [f"{change.group}/{change.direction}" for change in rules])
    _refuse_repeats(document.get("bindings"), [binding.target for binding in bindings])
    return ChangeFile(file=source, rules=rules, bindings=bindings)


def regions(change: ChangeFile) -> NamedRegions:
    """The regions that the changes of rules name; a binding names none."""
    named = [rules.region for rules in change.rules]
    return NamedRegions(names=tuple(sorted(set(named) - {""})), all_named=not change.bindings and all(named))


def apply(snapshot: Snapshot, change: ChangeFile) -> Planned:
    """The state after ``change``. Raises ``ConfigError`` for a target that no audited cluster has."""
    state = WorkingState(snapshot)
    for after in change.rules:
        _apply_rules(state, after)
    for binding in change.bindings:
        if not list(_apply_binding(state, binding)):
            raise ConfigError(
                "change-file-unknown-target", file=change.file, line=binding.line, key="bindings", found=binding.target
            )
    return conclude(state)


def _parse_change(value: _FileValue) -> RulesAfter:
    entries = value.mapping(_CHANGE)
    group = entries.get("group") or entries.get("security_group_id")
    rules = entries.get("rules") or entries.get("after")
    if group is None:
        raise value.missing("group")
    if rules is None:
        raise value.missing("rules")
    if "direction" not in entries:
        raise value.missing("direction")
    return RulesAfter(
        group=group.text(),
        direction=Direction(entries["direction"].choice(tuple(Direction))),
        rules=tuple(_parse_rule(item, index) for index, item in enumerate(rules.items())),
        region=entries["region"].text() if "region" in entries else "",
    )


def _parse_rule(value: _FileValue, index: int) -> Rule:
    rule, why = build_rule(RuleFields(**{"action": "", **dict(_rule_fields(value))}), index)
    if why is not None:
        raise ConfigError("change-file-rule", file=value.file, line=value.line, key=value.key, expected=_EXAMPLE)
    return rule


def _rule_fields(value: _FileValue) -> Iterator[tuple[str, str]]:
    """The fields of :class:`RuleFields` that a rule of the file sets, with their texts."""
    for name, entry in value.mapping(_RULE).items():
        if entry.is_empty or name in _IGNORED:
            continue
        if name in _FIELDS:
            yield _FIELDS[name], entry.text()
        elif name in _NESTED:
            ids = entry.mapping(frozenset(_NESTED[name]))
            yield from ((_NESTED[name][key], text.text()) for key, text in ids.items() if not text.is_empty)
        else:
            prefixes = _TEMPLATES[name]
            field = next((prefixes[prefix] for prefix in prefixes if entry.text().startswith(prefix)), None)
            if field is None:
                raise entry.wrong(" | ".join(f"{prefix}..." for prefix in prefixes))
            yield field, entry.text()


def _parse_binding(value: _FileValue) -> BindingAfter:
    entries = value.mapping(_BINDING)
    target = next((entries[name] for name in _TARGETS if name in entries), None)
    if target is None:
        raise value.missing("node")
    if "groups" not in entries:
        raise value.missing("groups")
    groups = entries["groups"].texts()
    if not groups:
        raise entries["groups"].wrong("at least one group")
    return BindingAfter(target=target.text(), groups=tuple(dict.fromkeys(groups)), line=target.line)


def _refuse_repeats(value: _FileValue | None, names: list[str]) -> None:
    for index, name in enumerate(names):
        first = names.index(name)
        if value is not None and first < index:
            items = value.items()
            raise ConfigError(
                "change-file-twice",
                file=value.file,
                line=items[index].line,
                key=items[index].key,
                found=name,
                first=items[first].line,
            )


def _apply_rules(state: WorkingState, after: RulesAfter) -> None:
    effects = state.effects_at(f"{after.group}/{after.direction}", ("update",))
    effects.groups.add(after.group)
    effects.add_effect("file-rules", group=after.group, direction=after.direction)
    if after.region and after.region not in state.read.regions:
        state.gaps.add(gap(GapReason.REGION_NOT_READ, after.region, after.group))
        effects.add_untraced_effect("region-unread", region=after.region)
        return
    keys = state.group_keys(after.group) or _add_unread_group(state, after.group)
    for key in [key for key in keys if after.region in ("", key[0])]:
        before = state.groups[key].rules(after.direction)
        if isinstance(before, tuple) and same_rules(before, after.rules) and _same_descriptions(before, after.rules):
            continue
        state.set_rules(key, after.direction, after.rules)
        effects.writes.append(
            RuleWrite(region=key[0], group=after.group, direction=after.direction, before=before, after=after.rules)
        )


def _same_descriptions(rules: tuple[Rule, ...], others: tuple[Rule, ...]) -> bool:
    return [rule.description for rule in rules] == [rule.description for rule in others]


def _add_unread_group(state: WorkingState, group: str) -> tuple[tuple[str, str], ...]:
    """Add a group that nothing audited binds yet: the direction that the file leaves out is unknown."""
    for key in state.region_keys(group):
        unread = gap(GapReason.NOT_READ, *key)
        state.groups[key] = SecurityGroup(region=key[0], security_group_id=group, ingress=unread, egress=unread)
    return state.group_keys(group)


def _apply_binding(state: WorkingState, binding: BindingAfter) -> Iterator[str]:
    """Bind the groups to the node, pool or interface of this id; yields the id of each that matches."""
    effects = state.effects_at(binding.target, ("update",))
    for key, node in state.nodes_of(binding.target):
        state.bind_node(key, node, binding.groups)
        members.rebind(state, effects, node.instance_id or node.node_id, binding.groups, node)
        _add_binding_effect(effects, key, binding)
        effects.nodes.add(node.node_id)
        yield node.node_id
    for key, pools in state.pools.items():
        if binding.target in pools:
            pools[binding.target] = replace(pools[binding.target], security_groups=binding.groups)
            _add_binding_effect(effects, key, binding)
            effects.pools.add(binding.target)
            yield binding.target
    for key, interfaces in state.interfaces.items():
        if binding.target in interfaces:
            bound = replace(interfaces[binding.target], security_groups=binding.groups)
            interfaces[binding.target] = bound
            members.move_interface(state, effects, binding.target, binding.groups)
            _add_binding_effect(effects, key, binding)
            effects.others.add(binding.target)
            yield binding.target


def _add_binding_effect(effects: ResourceEffects, key: tuple[str, str], binding: BindingAfter) -> None:
    effects.clusters.add(key[1])
    effects.add_effect("file-binding", target=binding.target, groups=", ".join(binding.groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileValue:
    """A value of the file with its key and line."""

    file: str
    path: KeyPath = ()
    line: int
    node: YamlNode

    @property
    def key(self) -> str:
        """The key as in ``changes[0].rules[2].port``."""
        return key_text(self.path)

    @property
    def is_empty(self) -> bool:
        """Whether the value is null or an empty text."""
        return self.node.content in (None, "")

    def mapping(self, keys: frozenset[str]) -> dict[str, _FileValue]:
        """The entries of a mapping that may have these keys and no others."""
        if not isinstance(self.node.content, Mapping):
            raise self.wrong("a mapping of keys to values")
        entries = {}
        for name, (line, node) in self.node.content.items():
            entry = _FileValue(file=self.file, path=(*self.path, name), line=line, node=node)
            if name not in keys:
                expected = ", ".join(sorted(keys))
                raise ConfigError(
                    "change-file-unknown-key",
                    file=self.file,
                    line=line,
                    key=entry.key,
                    found=cut(name),
                    expected=expected,
                )
            entries[name] = entry
        return entries

    def items(self) -> tuple[_FileValue, ...]:
        """The items of a list."""
        if not isinstance(self.node.content, tuple):
            raise self.wrong("a list")
        return tuple(
            _FileValue(file=self.file, path=(*self.path, index), line=node.line, node=node)
            for index, node in enumerate(self.node.content)
        )

    def text(self) -> str:
        """A text or a whole number, as text."""
        content = self.node.content
        if isinstance(content, bool) or not isinstance(content, str | int) or not str(content).strip():
            raise self.wrong("a text")
        return str(content).strip()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def choice(self, words: tuple[str, ...]) -> str:
        """One of these lower-case words, whatever its case in the file."""
        word = self.text().lower()
        if word not in words:
            raise self.wrong(" | ".join(words))
        return word

    def wrong(self, expected: str) -> ConfigError:
        """The error for a value of another shape."""
        return ConfigError("change-file-shape", file=self.file, line=self.line, key=self.key, expected=expected)

    def missing(self, key: str) -> ConfigError:
        """The error for a key that the mapping lacks."""
        return ConfigError("change-file-missing-key", file=self.file, line=self.line, key=self.key, expected=key)


def _root(text: str, file: str) -> _FileValue:
    document = read(from_text(text, file))
    return _FileValue(file=file, line=document.root.line, node=document.root)
