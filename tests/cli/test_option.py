from __future__ import annotations

import os
from dataclasses import dataclass, fields
from unittest import mock

import pytest

from auditor.cli import app, option, options
from auditor.cli.app import commands
from auditor.cli.command import Command
from auditor.cli.option import OptionKind, count, flag, group, repeated, value
from auditor.errors import ConfigError, ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    loud: bool = flag("-l", "--loud")
    jobs: int | None = value("--jobs", metavar="N", read=options.jobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    inner: Inner = group(Inner)  # noqa: RUF009 - a dataclass field
    verbose: int = count("-v", "--verbose")
    regions: tuple[str, ...] = repeated("--region", metavar="REGION", read=options.regions, yields_to=("path",))
    path: str | None = value("--path", metavar="PATH", read=options.named)


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    command = Command(name="try", options=Outer, run=lambda _session, _options: ExitCode.OK)
    other = Command(name="other", options=Inner, run=lambda _session, _options: ExitCode.OK)
    monkeypatch.setattr("auditor.cli.app.commands", lambda _word="": (command, other))


def _read(*argv: str, **environ: str) -> Outer:
    with mock.patch.dict(os.environ, environ, clear=True):
        options = app.parse(["try", *argv], environ).options
    assert isinstance(options, Outer)
    return options


def test_nothing_given_is_the_defaults() -> None:
    assert _read() == Outer()
    assert Outer().inner == Inner(loud=False, jobs=None)


def test_the_command_line_beats_the_environment() -> None:
    assert _read("--jobs", "3", SGAUDIT_JOBS="5").inner.jobs == 3


def test_the_environment_stands_in_for_what_the_command_line_leaves_out() -> None:
    found = _read(SGAUDIT_JOBS="5", SGAUDIT_LOUD="yes", SGAUDIT_VERBOSE="2", SGAUDIT_REGION="ap-a ap-b,ap-c")
    assert found.inner == Inner(loud=True, jobs=5)
    assert found.verbose == 2
    assert found.regions == ("ap-a", "ap-b", "ap-c")


def test_an_empty_variable_counts_as_unset() -> None:
    assert _read(SGAUDIT_JOBS=" ", SGAUDIT_LOUD="", SGAUDIT_VERBOSE="", SGAUDIT_REGION="  ") == Outer()


def test_a_switch_can_be_off_in_the_environment() -> None:
    assert not _read(SGAUDIT_LOUD="0").inner.loud


def test_a_variable_gives_way_to_an_option_with_which_it_cannot_go_together() -> None:
    assert _read("--path", "x", SGAUDIT_REGION="ap-a").regions == ()
    assert _read(SGAUDIT_REGION="ap-a", SGAUDIT_PATH="x").regions == ("ap-a",)


@pytest.mark.parametrize("name", ["SGAUDIT_LOUD", "SGAUDIT_VERBOSE", "SGAUDIT_JOBS"])
def test_a_bad_variable_is_named(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _read(**{name: "perhaps"})
    assert name in str(caught.value.facts)


def test_a_bad_option_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        _read("--jobs", "0", SGAUDIT_JOBS="5")
    assert caught.value.facts["option"] == "--jobs"


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_a_command_declares_each_option_once(command: Command) -> None:
    flags = [flag for _, spec in option.specs(command.options) for flag in spec.flags]
    names = [name for name, _ in option.specs(command.options)]
    assert len(flags) == len(set(flags))
    assert len(names) == len(set(names))


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_what_an_option_gives_way_to_is_an_option(command: Command) -> None:
    everywhere = {name for each in commands() for name, _ in option.specs(each.options)}
    for _, spec in option.specs(command.options):
        assert set(spec.yields_to) <= everywhere


def test_every_option_of_an_audit_has_its_twin() -> None:
    audit = next(command for command in commands() if command.name == "audit")
    twins = {spec.flags[-1]: spec.twin for _, spec in option.specs(audit.options) if spec.flags}
    assert twins == {flag: "SGAUDIT_" + flag[2:].upper().replace("-", "_") for flag in twins}
    assert {"--region", "--endpoint", "--config", "--baseline", "--format", "--output", "--fail-on"} <= set(twins)


def test_fields_without_an_option_do_not_exist() -> None:
    for command in commands():
        for declared in fields(command.options):
            assert {"spec", "group"} & set(declared.metadata), declared.name


def test_kinds_take_values_or_not() -> None:
    kinds = {name: spec.kind for name, spec in option.specs(Outer)}
    assert kinds == {
        "loud": OptionKind.FLAG,
        "jobs": OptionKind.VALUE,
        "verbose": OptionKind.COUNT,
        "regions": OptionKind.LIST,
        "path": OptionKind.VALUE,
    }
