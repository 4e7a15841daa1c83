"""The environment variables that this program reads; a name that is almost right would silently count for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from auditor.cli.command import Command
from auditor.cli.option import specs
from auditor.errors import ConfigError

PREFIX = "SGAUDIT_"
_SERVICE_LINK = re.compile(r"SGAUDIT_(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)")
"""What Kubernetes gives every container for a Service whose name starts with "sgaudit"."""


def known(commands: Iterable[Command]) -> frozenset[str]:
    """Every variable that stands in for an option of any command."""
    return frozenset(spec.twin for command in commands for _, spec in specs(command.options) if spec.twin)


def refuse_unknown(environ: Mapping[str, str], commands: Iterable[Command]) -> None:
    """Raises ``ConfigError`` for a variable of our prefix that no command reads. An empty one counts as unset."""
    names = known(commands)
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in names or not environ[name].strip() or _SERVICE_LINK.fullmatch(name):
            continue
        near = get_close_matches(name.removeprefix(PREFIX), [twin.removeprefix(PREFIX) for twin in names], 1)
        message = "cli-unknown-variable-near" if near else "cli-unknown-variable"
        raise ConfigError(message, name=name, near="".join(PREFIX + word for word in near))
