"""Arguments of a call, and how they bind to parameters."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.evaluate.assumptions import guess
from migrator.evaluate.cloning import Copies
from migrator.evaluate.store import REST, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import known
from migrator.model.text import Location
from migrator.model.unit import Param
from migrator.model.value import Chunk, Const, Origin, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_VERSION = re.compile(r"v?[0-9.]+")


def _either(one: Value, other: Value) -> Value:
    texts = all(isinstance(each, (Text, Const)) for each in (*options(one), *options(other)))
    return choose((one, other)) if texts else one


@dataclass(slots=True)
class Args:
    """Evaluated arguments. ``star`` is what further positional and ``rest`` what further keyword arguments can be."""

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Slot] = field(default_factory=dict)
    star: Value | None = None
    rest: Value | None = None

    def get(self, position: int, name: str = "") -> Value | None:
        """Returns the argument at a position or under a name, or None when it is not given."""
        if 0 <= position < len(self.positional):
            return self.positional[position]
        slot = self.keywords.get(name)
        return slot.value if slot else None

    @property
    def named(self) -> dict[str, Value]:
        """The values of the keyword arguments."""
        return {name: slot.value for name, slot in self.keywords.items()}

    def values(self) -> list[Value]:
        """Returns every argument value."""
        return [*self.positional, *(slot.value for slot in self.keywords.values())]

    def shifted(self, first: Value) -> Args:
        """Returns the same arguments after a receiver."""
        return Args([first, *self.positional], self.keywords, self.star, self.rest)

    def copied(self, copies: Copies) -> Args:
        """Returns the same arguments with every object they reach copied."""
        return Args(
            [copies.of(one) for one in self.positional],
            {name: copies.slot(slot) for name, slot in self.keywords.items()},
            None if self.star is None else copies.of(self.star),
            None if self.rest is None else copies.of(self.rest),
        )

    def joined(self, other: Args) -> Args:
        """Returns the same arguments, of which a text may be another's as well."""
        keywords = {
            name: Slot(slot.key, _either(slot.value, other.keywords[name].value), slot.maybe)
            if name in other.keywords
            else slot
            for name, slot in self.keywords.items()
        }
        given = [_either(one, found) for one, found in zip(self.positional, other.positional, strict=False)]
        return Args([*given, *self.positional[len(given) :]], keywords, self.star, self.rest)

    def keyword(self, name: str, found: Value) -> None:
        """Adds a keyword argument."""
        self.keywords[name] = Slot(Text((Chunk(name),)), found)

    def spread(self, found: Value) -> None:
        """Adds ``*found``."""
        if isinstance(found, Items):
            self.positional += found.items
            self.star = found.rest if found.rest is not None else self.star
        else:
            self.star = found

    def spread_mapping(self, found: Value) -> None:
        """Adds ``**found``."""
        for option in options(found):
            if isinstance(option, Table):
                for key, slot in option.slots():
                    if isinstance(key, str):
                        old = self.keywords.get(key)
                        maybe = slot.maybe or found is not option
                        self.keywords[key] = (
                            Slot(slot.key, choose((old.value, slot.value)), maybe)
                            if (old and maybe)
                            else Slot(slot.key, slot.value, maybe)
                        )
                self.rest = option.rest if option.rest is not None else self.rest
            elif not (isinstance(option, Const) and option.value is None):
                self.rest = option


def symbolic(name: str, owner: str, default: Value | None, at: Location) -> Value:
    """Returns what a parameter can be when nothing is known of its callers.

    A default that is a URL, a path or a verb is the value; another text is a possibility; ``None`` and truth values
    say nothing.
    """
    origin = Origin("parameter", f"{owner}.{name.partition('@')[0]}", at)
    unknown = Unknown(f"the callers of {owner} decide", name, origin)
    if default is None:
        return unknown
    written = known(default)
    if written is not None:
        if is_settled(written):
            return default
        return choose((default, unknown)) if written else unknown
    if isinstance(default, Const) and (default.value is None or isinstance(default.value, bool)):
        return unknown
    if isinstance(default, (Table, Items)):
        return _open(default, unknown)
    return default if isinstance(default, Const) else choose((default, unknown))


def is_settled(written: str) -> bool:
    """Returns whether a text that stands in for an argument is the value whoever calls: URL, path, verb or version."""
    return "/" in written or (written.isupper() and len(written) <= 7) or _VERSION.fullmatch(written) is not None


def _open(default: Table | Items, unknown: Unknown) -> Value:
    if isinstance(default, Items):
        return Items(default.kind, default.items, default.location, unknown)
    return Table(default.location, {**default.cells, REST: unknown})


def refused(params: Sequence[Param], args: Args, defaults: Collection[str]) -> str | None:
    """Returns the parameter for which a call gives nothing, so that it raises; None when there is no such one."""
    if args.star is not None or args.rest is not None:
        return None
    places = [param for param in params if param.kind in ("positional", "normal", "receiver")]
    given = {param.name for param in places[: len(args.positional)]} | set(args.keywords)
    needed = (param.name for param in params if param.kind not in ("*", "**"))
    return next((name for name in needed if name not in given and name not in defaults), None)


def bind(
    m: Interpreter, params: Sequence[Param], args: Args, defaults: dict[str, Value], owner: str, at: Location
) -> dict[str, Value]:
    """Returns the variables of an activation. What is neither given nor has a default is unknown, with a reason."""
    variables: dict[str, Value] = {}
    left = list(args.positional)
    named = dict(args.keywords)
    for param in params:
        name, kind = param.name, param.kind
        if kind == "*":
            variables[name] = Items("tuple", left, at, args.star)
            left = []
        elif kind == "**":
            table = Table(at, dict(named))
            if args.rest is not None:
                table.cells[REST] = args.rest
            variables[name] = table
        elif kind in ("positional", "normal", "receiver") and left:
            variables[name] = left.pop(0)
            named.pop(name, None)
        elif name in named and kind != "positional":
            slot = named.pop(name)
            variables[name] = slot.value
        else:
            variables[name] = _absent(m, name, args, defaults, owner, at)
    return variables


def _absent(m: Interpreter, name: str, args: Args, defaults: dict[str, Value], owner: str, at: Location) -> Value:
    default = defaults.get(name)
    if args.star is None and args.rest is None and default is not None:
        return default
    if default is not None:
        return guess(m, symbolic(name, owner, default, at))
    source = args.star if args.star is not None else args.rest
    if isinstance(source, Unknown):
        return Unknown(source.reason, name, Origin(source.origin.how, f"{source.origin.name}[{name}]", at))
    return symbolic(name, owner, None, at)
