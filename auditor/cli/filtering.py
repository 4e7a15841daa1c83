"""The options that narrow the findings of a report: ``--severity``, ``--code``, ``--node`` and ``--role``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.cli import lookup
from auditor.cli import options as values
from auditor.cli.option import repeated, value
from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.model.clusters import Role
from auditor.model.codes import Code, GapKind, Severity
from auditor.model.filters import FindingFilter
from auditor.model.snapshot import Snapshot

_CODES: dict[str, str] = {
    **{word: code.value for code in Code for word in (code.value.lower(), code.finding_name)},
    **{kind.value.lower(): kind.value for kind in GapKind},
}
_EVERY_CODE = (*(code.value for code in Code), *(kind.value for kind in GapKind))


def codes(text: str, option: str) -> tuple[str, ...]:  # noqa: ARG001 - the message names the code
    """Codes (``TSG201``) or names of findings (``excess-access``), separated by commas.

    The code of a gap is allowed: no finding has it, and every gap is shown in any case.
    """
    return tuple(_code(word) for word in _words(text))


def _code(word: str) -> str:
    if word.lower() not in _CODES:
        raise ConfigError("cli-unknown-code", value=word, choices=", ".join(_EVERY_CODE))
    return _CODES[word.lower()]


def roles(text: str, option: str) -> tuple[Role, ...]:
    """Roles, separated by commas."""
    words = [word.lower() for word in _words(text)]
    if any(word not in tuple(Role) for word in words):
        raise ConfigError("cli-expects-choice", option=option, choices=", ".join(Role))
    return tuple(Role(word) for word in words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """The findings that the reports show."""

    PANEL: ClassVar = "help-panel-filter"

    severity: str | None = value(
        "--severity", metavar="SEVERITY", about="help-option-severity-shown", choices=tuple(Severity)
    )
    codes: tuple[str, ...] = repeated("--code", metavar="CODE", read=codes, suggestions=lambda: _EVERY_CODE)
    nodes: tuple[str, ...] = repeated("--node", metavar="NODE", read=values.words, about="help-option-node-shown")
    roles: tuple[Role, ...] = repeated(
        "--role", metavar="ROLE", read=roles, about="help-option-role-shown", suggestions=lambda: tuple(Role)
    )


def finding_filter(session: Session, options: FilterOptions, snapshot: Snapshot) -> FindingFilter:
    """The filter of the options. A node that no cluster of ``snapshot`` has is named on stderr.

    It may be an instance outside the clusters that binds their groups.
    """
    ids = set(options.nodes)
    for word in options.nodes:
        matches = {match for cluster in snapshot.clusters for match in lookup.machines(cluster, word)}
        if not matches:
            absent = ConfigError("commands-no-node-in-any", name=word)
            session.tell("sgaudit: " + session.sentence(absent))
        ids |= matches
    return FindingFilter(
        severity=None if options.severity is None else Severity(options.severity),
        codes=tuple(dict.fromkeys(options.codes)),
        roles=tuple(dict.fromkeys(options.roles)),
        nodes=tuple(dict.fromkeys(options.nodes)),
        node_ids=frozenset(ids),
    )
