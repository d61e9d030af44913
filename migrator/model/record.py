"""Records built in large numbers: frozen to the type checker, cheap at run time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def node(cls: type[_T]) -> type[_T]:
    """Makes a slotted class that compares by identity. A frozen dataclass costs three times as much to build."""
    build: Callable[[type[_T]], type[_T]] = dataclass(slots=True, eq=False)
    return build(cls)


@dataclass_transform(frozen_default=True)
def value(cls: type[_T]) -> type[_T]:
    """Makes a slotted class that compares and hashes by its fields."""
    build: Callable[[type[_T]], type[_T]] = dataclass(slots=True, unsafe_hash=True)
    return build(cls)
