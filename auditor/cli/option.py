"""How an option is declared: a dataclass field that carries its spelling, its reader and its environment twin.

A group of options is a frozen dataclass of such fields; a command is a dataclass of fields and groups. ``app`` makes
the parser from them and ``help`` the help text, so that each option stands once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, TypeVar

from auditor.errors import ConfigError

T = TypeVar("T")

Reader = Callable[[str, str], Any]
"""Text and the option's name to a value; raises ``ConfigError`` with the fact ``option``."""

RawValues = Mapping[str, Any]
"""What the command line gave, by field name; ``None``, 0 and the empty list stand for nothing."""


class OptionKind(Enum):
    """How an option takes its value."""

    FLAG = "flag"
    COUNT = "count"
    VALUE = "value"
    LIST = "list"


def _same(text: str, option: str) -> str:  # noqa: ARG001 a reader is told its option
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One option, or an argument where it has no ``flags``.

    ``about`` is the id of its help text; ``twin`` the environment variable that stands in for it, empty for none.
    The variable counts for nothing where the command line gives one of the fields in ``yields_to``, with which the
    option cannot go together. A list reads each of its texts into a tuple of values. ``choices`` are for shell
    completion and the help text.
    """

    kind: OptionKind
    flags: tuple[str, ...] = ()
    about: str
    metavar: str = ""
    read: Reader = _same
    twin: str = ""
    yields_to: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    shown_default: str = ""
    required: bool = False

    @property
    def name(self) -> str:
        """What a message calls it: the long spelling, or the argument's placeholder."""
        return self.flags[-1] if self.flags else self.metavar


def _twin(flag: str) -> str:
    return "SGAUDIT_" + flag.lstrip("-").upper().replace("-", "_")


def _declared(spec: Spec, default: Any) -> Any:
    return field(default=default, metadata={"spec": spec})


def flag(*flags: str) -> Any:
    """A switch that is off unless given."""
    return _declared(Spec(kind=OptionKind.FLAG, flags=flags, about=_about(flags), twin=_twin(flags[-1])), False)


def count(*flags: str) -> Any:
    """A switch that says more each time it is given."""
    return _declared(Spec(kind=OptionKind.COUNT, flags=flags, about=_about(flags), twin=_twin(flags[-1])), 0)


def value(*flags: str, metavar: str, read: Reader = _same, default: Any = None, **said: Any) -> Any:
    """An option with one value; the last one given counts. ``said`` are further fields of :class:`Spec`."""
    usual = {"about": _about(flags), "twin": _twin(flags[-1])}
    return _declared(Spec(kind=OptionKind.VALUE, flags=flags, metavar=metavar, read=read, **(usual | said)), default)


def repeated(flag: str, *, metavar: str, read: Reader, **said: Any) -> Any:
    """An option to repeat; its reader gives a tuple for each text, and they are joined."""
    about, twin = _about((flag,)), _twin(flag)
    spec = Spec(kind=OptionKind.LIST, flags=(flag,), about=about, metavar=metavar, read=read, twin=twin, **said)
    return _declared(spec, ())


def argument(metavar: str, *, about: str, read: Reader = _same, **said: Any) -> Any:
    """One word of the command line; ``required`` and ``choices`` are among what else may be said of it."""
    return _declared(Spec(kind=OptionKind.VALUE, metavar=metavar, about=about, read=read, **said), None)


def arguments(metavar: str, *, about: str, read: Reader) -> Any:
    """Any number of words of the command line."""
    return _declared(Spec(kind=OptionKind.LIST, metavar=metavar, about=about, read=read), ())


def group(options: type[T]) -> Any:
    """A field that is a whole group of options."""
    return field(default_factory=options, metadata={"group": options})


def _about(flags: tuple[str, ...]) -> str:
    return "help-option-" + flags[-1].lstrip("-")


def specs(options: type[Any]) -> Iterator[tuple[str, Spec]]:
    """Name and spec of every option of a command, those of its groups included, in order."""
    for declared in fields(options):
        if "group" in declared.metadata:
            yield from specs(declared.metadata["group"])
        elif "spec" in declared.metadata:
            yield declared.name, declared.metadata["spec"]


def read(options: type[T], raw: RawValues, environ: Mapping[str, str]) -> T:
    """A command's options from what the command line gave and, where it gave nothing, from the environment.

    An empty variable counts as unset. Raises ``ConfigError`` that names the option or the variable.
    """
    given: dict[str, Any] = {}
    for declared in fields(options):  # type: ignore[arg-type]
        if "group" in declared.metadata:
            given[declared.name] = read(declared.metadata["group"], raw, environ)
        elif "spec" in declared.metadata:
            spec = declared.metadata["spec"]
            found = _read_one(spec, raw.get(declared.name), _twin_text(spec, raw, environ))
            if found is None and spec.required:
                raise ConfigError("cli-missing-argument", option=spec.name)
            given[declared.name] = declared.default if found is None else found
    return options(**given)


def _twin_text(spec: Spec, raw: RawValues, environ: Mapping[str, str]) -> str:
    if any(raw.get(other) for other in spec.yields_to):
        return ""
    return environ.get(spec.twin, "").strip()


def _read_one(spec: Spec, raw: Any, twin: str) -> Any:
    match spec.kind:
        case OptionKind.FLAG:
            return raw or (_read_switch(twin, spec.twin) if twin else None)
        case OptionKind.COUNT:
            return raw or (_read_count(twin, spec.twin) if twin else None)
        case OptionKind.VALUE:
            return spec.read(raw, spec.name) if raw is not None else spec.read(twin, spec.twin) if twin else None
        case OptionKind.LIST:
            texts, name = (raw, spec.name) if raw else (twin.split(), spec.twin)
            return tuple(item for text in texts for item in spec.read(text, name)) or None


_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _read_switch(text: str, option: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ConfigError("cli-bad-choice", option=option, value=text, choices="1, true, yes, on, 0, false, no, off")
    return _SWITCH[text.lower()]


def _read_count(text: str, option: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise ConfigError("cli-bad-choice", option=option, value=text, choices="0, 1, 2")
    return int(text)
