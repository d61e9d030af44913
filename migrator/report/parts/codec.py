"""Frozen data to JSON values and back, driven by the type annotations of `migrator.model.report`."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from migrator.errors import ReadError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    hint: Any
    optional: bool
    default: Any


@cache
def _slots(kind: type) -> tuple[_Slot, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Slot(
            item.name,
            hints[item.name],
            item.default is not MISSING or item.default_factory is not MISSING,
            item.default if item.default_factory is MISSING else item.default_factory(),
        )
        for item in fields(kind)
    )


def encode(value: object, *, roots: bool) -> Any:
    """Returns the JSON form of a value; with *roots*, the ``root`` of an item is written even when it is 0."""
    if isinstance(value, tuple):
        return [encode(item, roots=roots) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(value[key], roots=roots) for key in sorted(value)}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    out = {}
    for slot in _slots(type(value)):
        item = getattr(value, slot.name)
        if not slot.optional or item != slot.default or (roots and slot.name == "root"):
            out[slot.name] = encode(item, roots=roots)
    return out


def decode(kind: type[_T], value: object, *, where: str) -> _T:
    """Returns the *kind* that a JSON value describes. Raises `ReadError` naming the key that does not fit."""
    made: _T = _decode(kind, value, where, "$")
    return made


def _decode(hint: Any, value: object, where: str, at: str) -> Any:
    if is_dataclass(hint):
        return _object(hint, value, where, at)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value not in arguments:
            _refuse(where, at, "one of " + ", ".join(map(str, arguments)))
        return value
    if origin in (Union, types.UnionType):
        return None if value is None else _decode(arguments[0], value, where, at)
    if origin is tuple:
        return _items(arguments, value, where, at)
    if origin is Mapping:
        return _mapping(arguments[1], value, where, at)
    # JSON has no integer type of its own, and True is an int to Python
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        _refuse(where, at, {int: "a whole number", str: "text", bool: "true or false"}[hint])
    return value


def _object(kind: Any, value: object, where: str, at: str) -> Any:
    if not isinstance(value, dict):
        _refuse(where, at, "an object")
    slots = _slots(kind)
    unknown = sorted(value.keys() - {slot.name for slot in slots})
    if unknown:
        _refuse(where, f"{at}.{unknown[0]}", "absent: this version knows no such key")
    missing = [slot.name for slot in slots if not slot.optional and slot.name not in value]
    if missing:
        _refuse(where, f"{at}.{missing[0]}", "present")
    known = {s.name: _decode(s.hint, value[s.name], where, f"{at}.{s.name}") for s in slots if s.name in value}
    return kind(**known)


def _items(arguments: tuple[Any, ...], value: object, where: str, at: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        _refuse(where, at, "a list")
    if arguments[-1] is Ellipsis:
        return tuple(_decode(arguments[0], item, where, f"{at}[{place}]") for place, item in enumerate(value))
    if len(value) != len(arguments):
        _refuse(where, at, f"a list of {len(arguments)}")
    pairs = enumerate(zip(arguments, value, strict=True))
    return tuple(_decode(hint, item, where, f"{at}[{place}]") for place, (hint, item) in pairs)


def _mapping(hint: Any, value: object, where: str, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(where, at, "an object")
    return {key: _decode(hint, item, where, f"{at}.{key}") for key, item in value.items()}


def _refuse(where: str, at: str, expected: str) -> NoReturn:
    raise ReadError(
        f"not a report of this tool: {at} must be {expected}",
        where=where,
        advice="Give a file that `scan --format json` of this version wrote",
    )
