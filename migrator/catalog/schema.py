"""Rows of rule files as dataclasses: their fields say which keys an entry has, and what stands under each.

A field without a default is required. An entry is read as plain data, which is kept compiled; rows are made of that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import MISSING, field, fields, is_dataclass
from functools import cache, partial
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from migrator.catalog.reading import RuleValue

SURE = ("high", "medium", "low")
_T = TypeVar("_T")
_READERS = {str: "text", bool: "flag", int: "number"}
"""The method of `RuleValue` for each type."""


def of(*known: str, default: Any = MISSING) -> Any:
    """Returns a field that holds one of some words, or a mapping under some of them."""
    if default == {}:
        return field(default_factory=dict, metadata={"known": known})
    return field(default=default, metadata={"known": known})


def patterns(*, default: Any = MISSING) -> Any:
    """Returns a field that holds a regular expression or a list of them."""
    return field(default=default, metadata={"method": "pattern"})


def plain(
    entry: RuleValue,
    row: type,
    *,
    given: Collection[str] = (),
    needs: Collection[str] = (),
    allows: Collection[str] = (),
    **readers: Callable[[RuleValue], Any],
) -> dict[str, Any]:
    """Returns an entry as plain data. Raises `RulesError` when it does not have the form of a row.

    The fields *given* do not stand in it. It *needs* and *allows* keys that are no fields, which the caller reads;
    *readers* read some keys in a way of their own.
    """
    own = {each.name: each for each in fields(row) if each.name not in given}
    required = [each.name for each in own.values() if each.default is each.default_factory is MISSING]
    found = entry.fields((*own, *needs, *allows), (*required, *needs))
    if "sure" in found:
        found["sure"].choice(SURE)
    hints = get_type_hints(row)
    return {
        name: readers[name](item) if name in readers else _read(item, hints[name], own[name].metadata)
        for name, item in found.items()
        if name in own
    }


def _read(entry: RuleValue, hint: Any, how: Mapping[str, Any]) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return plain(entry, hint)  # type: ignore[arg-type]  # a class, not a row
    if origin in (tuple, frozenset):
        if inner[0] is str and not how:
            return entry.texts()
        return [_read(item, inner[0], how) for item in entry.items()]
    if origin is Mapping:
        known = how.get("known")
        items = entry.fields(known).items() if known else ((key.text(), item) for key, item in entry.pairs())
        return {key: _read(item, inner[1], {}) for key, item in items}
    if inner:  # this or None
        return _read(entry, inner[0], how)
    if "known" in how:
        return entry.choice(how["known"])
    return getattr(entry, how.get("method") or _READERS[hint])()


def made(row: type[_T], data: Mapping[str, Any], **given: Any) -> _T:
    """Returns the row that plain data says, with what is *given* besides."""
    makers = _makers(row)  # type: ignore[arg-type]  # a class can be hashed
    return row(**given, **{name: makers[name](value) if name in makers else value for name, value in data.items()})


@cache
def _makers(row: Hashable) -> Mapping[str, Callable[[Any], Any]]:
    hints: Mapping[str, Any] = get_type_hints(row)
    return {name: maker for name, hint in hints.items() if (maker := _maker(hint)) is not None}


def _maker(hint: Any) -> Callable[[Any], Any] | None:
    """Returns what makes a value of a type of plain data, None where that is the value."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return partial(made, hint)  # type: ignore[arg-type]  # a class, not a row
    maker = next(filter(None, map(_maker, inner)), None)
    if origin in (tuple, frozenset):
        return (lambda value: origin(map(maker, value))) if maker else origin
    if origin is Mapping and maker:
        return lambda value: {key: maker(each) for key, each in value.items()}
    return maker
