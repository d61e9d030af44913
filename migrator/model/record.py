"""Records built in large numbers: frozen to the type checker, cheap at run time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar, dataclass_transform

from migrator.model.text import Span

_T = TypeVar("_T")
_span = tuple.__new__  # half the cost of the class's own


@dataclass_transform(frozen_default=True)
def node(cls: type[_T]) -> type[_T]:
    """Makes a slotted class that compares by identity. A frozen dataclass costs three times as much to build."""
    build: Callable[[type[_T]], type[_T]] = dataclass(slots=True, eq=False)
    return build(cls)


@dataclass_transform(frozen_default=True)
def placed(cls: type[_T]) -> type[_T]:
    """Makes a class as `node` does whose ``span`` is made when it is asked for: it would be larger than most nodes."""
    defaults = tuple(cls.__dict__[name] for name in cls.__annotations__ if name in cls.__dict__)
    described = dataclass(init=False, repr=False, eq=False)(cls)
    names = [field.name for field in fields(described) if field.name != "span"]  # type: ignore[arg-type]
    lines = [f"def __init__(self, span, {', '.join(names)}):", "self._start = span[0]", "self._end = span[1]"]
    own: dict[str, Any] = {}
    exec("\n ".join([*lines, *(f"self.{name} = {name}" for name in names)]), own)  # noqa: S102 - as dataclasses do
    own["__init__"].__defaults__ = defaults
    kept = {name: one for name, one in vars(described).items() if name not in (*names, "__dict__", "__weakref__")}
    own = {"__init__": own["__init__"], "__repr__": _shown, "span": _SPAN, "__slots__": ("_start", "_end", *names)}
    found: type[_T] = type(cls.__name__, (), kept | own)
    return found


def _span_of(self: Any) -> Span:
    return _span(Span, (self._start, self._end))


def _move(self: Any, span: Span) -> None:
    self._start, self._end = span


_SPAN = property(_span_of, _move)


def _shown(self: Any) -> str:
    parts = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__name__}({', '.join(parts)})"


@dataclass_transform(frozen_default=True)
def value(cls: type[_T]) -> type[_T]:
    """Makes a slotted class that compares and hashes by its fields."""
    build: Callable[[type[_T]], type[_T]] = dataclass(slots=True, unsafe_hash=True)
    return build(cls)
