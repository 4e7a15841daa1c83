"""Lists every command in the order of the help text."""

from auditor.cli import audit, baseline, diff, doctor, explain, fetch, fix, gate, permissions, rules, schema, waive
from auditor.cli.command import Command

COMMANDS: tuple[Command, ...] = (
    audit.COMMAND,
    fetch.COMMAND,
    gate.COMMAND,
    explain.COMMAND,
    fix.COMMAND,
    diff.COMMAND,
    waive.COMMAND,
    rules.COMMAND,
    baseline.COMMAND,
    permissions.COMMAND,
    doctor.COMMAND,
    schema.COMMAND,
)
