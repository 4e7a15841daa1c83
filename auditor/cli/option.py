"""Declares an option as a dataclass field that carries its flags, its environment variable and its reader.

A group of options is a frozen dataclass of such fields, and a command is a dataclass of fields and groups, so that
several commands share a group. ``app`` makes typer's parameters from the declarations, ``help`` the help text in both
languages, and :func:`read` the values of a command from typer's context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, dataclass, field, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from typer import Context

T = TypeVar("T")

Reader = Callable[[str, str], Any]
"""Turns a text and the name of its option or variable into a value; raises ``ConfigError`` with the fact ``option``."""

Suggestions = Callable[[], Iterable[str]]
"""The words that a shell offers for an option that takes other words as well; called only when a shell asks."""


class OptionKind(Enum):
    """How an option takes its value."""

    FLAG = "flag"
    COUNT = "count"
    VALUE = "value"
    LIST = "list"


def _unchanged(text: str, option: str) -> str:  # noqa: ARG001 - every reader gets the option's name
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One option, or an argument where it has no ``flags``.

    ``about`` is the id of its help text, ``twin`` the environment variable that replaces it (empty for none). typer
    ignores the variable where the command line gives the option; :func:`read` also ignores it where the command line
    gives one of the fields in ``yields_to``, which contradict the option.

    ``choices`` are the only words that a value takes, and the words with which an item of a list begins. ``read``
    turns the text of a value into the value, or each text of a list into a tuple of values.
    """

    kind: OptionKind
    flags: tuple[str, ...] = ()
    about: str
    metavar: str = ""
    read: Reader = _unchanged
    twin: str = ""
    yields_to: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    suggestions: Suggestions | None = None
    shown_default: str = ""
    required: bool = False

    @property
    def name(self) -> str:
        """The name in messages: the long flag, or the placeholder of an argument."""
        return self.flags[-1] if self.flags else self.metavar


def _declared(spec: Spec, default: Any) -> Any:
    return field(default=default, metadata={"spec": spec})


def _usual(*flags: str) -> dict[str, Any]:
    """The fields of :class:`Spec` that follow from the long flag."""
    long = flags[-1].lstrip("-")
    return {"flags": flags, "about": f"help-option-{long}", "twin": "SGAUDIT_" + long.upper().replace("-", "_")}


def flag(*flags: str) -> Any:
    """A switch that is off by default."""
    return _declared(Spec(kind=OptionKind.FLAG, **_usual(*flags)), False)


def count(*flags: str) -> Any:
    """A switch that counts how often it is given."""
    return _declared(Spec(kind=OptionKind.COUNT, **_usual(*flags)), 0)


def value(*flags: str, metavar: str, default: Any = None, **further: Any) -> Any:
    """An option with one value; the last one on the command line counts. ``further`` are fields of :class:`Spec`."""
    return _declared(Spec(kind=OptionKind.VALUE, metavar=metavar, **(_usual(*flags) | further)), default)


def repeated(flag: str, *, metavar: str, read: Reader, **further: Any) -> Any:
    """An option that may be repeated; the tuples that its reader returns are joined."""
    return _declared(Spec(kind=OptionKind.LIST, metavar=metavar, read=read, **(_usual(flag) | further)), ())


def argument(metavar: str, *, about: str, **further: Any) -> Any:
    """One word of the command line. ``further`` are fields of :class:`Spec`."""
    return _declared(Spec(kind=OptionKind.VALUE, metavar=metavar, about=about, **further), None)


def arguments(metavar: str, *, about: str, read: Reader) -> Any:
    """Any number of words of the command line."""
    return _declared(Spec(kind=OptionKind.LIST, metavar=metavar, about=about, read=read), ())


def group(options: type[T]) -> Any:
    """A field that holds a group of options."""
    return field(default_factory=options, metadata={"group": options})


def specs(options: type[Any]) -> Iterator[tuple[str, Spec]]:
    """Name and spec of every option of a command and of its groups, in order."""
    for declared in fields(options):
        if "group" in declared.metadata:
            yield from specs(declared.metadata["group"])
        elif "spec" in declared.metadata:
            yield declared.name, declared.metadata["spec"]


def read(options: type[T], context: Context) -> T:
    """Builds a command's options from the texts that typer took from the command line and the environment.

    Raises ``ConfigError`` with the name of the option or the variable.
    """
    values = {
        declared.name: read(declared.metadata["group"], context)
        if "group" in declared.metadata
        else _value(declared, context)
        for declared in fields(options)  # type: ignore[arg-type]
    }
    return options(**values)


def _value(declared: Field[Any], context: Context) -> Any:
    spec: Spec = declared.metadata["spec"]
    raw = context.params[declared.name]
    from_environment = _source(context, declared.name) == "ENVIRONMENT"
    if from_environment:
        overruled = any(_source(context, other) == "COMMANDLINE" for other in spec.yields_to)
        raw = None if overruled or not str(raw).strip() else raw
    if raw in (None, (), []):
        if spec.required:
            raise ConfigError("cli-missing-argument", option=spec.name, command=context.command_path)
        return declared.default
    name = spec.twin if from_environment else spec.name
    match spec.kind:
        case OptionKind.VALUE:
            return spec.read(str(raw).strip() if from_environment else str(raw), name)
        case OptionKind.LIST:
            return tuple(item for text in raw for item in spec.read(str(text), name))
    return raw


def _source(context: Context, name: str) -> str:
    """The source of a parameter: ``COMMANDLINE``, ``ENVIRONMENT`` or ``DEFAULT``."""
    source = context.get_parameter_source(name)
    return "" if source is None else source.name
