"""What some code names, as far as it tells whether a request can come of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from migrator.evaluate.visit import CHILDREN
from migrator.model.unit import Attr, Bin, Call, Compare, Expr, Lit, Map, Name, Secret, Seq, Sub

TELLING = re.compile(r"[A-Za-z]\w*?(?:_|[a-z][A-Z])\w*")
"""A name of several words."""


class Uses:
    """What some code names: variables, attributes (of them those that only look something up), and texts."""

    __slots__ = (
        "asked", "attributes", "called", "computed", "held", "inner", "inside", "loaders", "loads", "looked_up",
        "meant", "names", "own", "receiver", "secret", "texts",
    )  # fmt: skip

    def __init__(self, loaders: frozenset[str], receiver: str = "") -> None:
        """Starts with nothing; ``own`` are the attributes of the variable called *receiver*.

        ``asked`` are variables with a method that is called of each, ``held`` those that are more than asked or called,
        and ``loads`` what functions among the *loaders* are given. ``looked_up`` says of which variable, if of one.
        ``inside`` are the texts of the definitions in it, ``inner`` says that something is called in those under a name
        that a text gives, and ``meant`` are the texts that can be such names in one of them.
        """
        self.loaders, self.receiver, self.secret = loaders, receiver, False
        self.computed = False  # whether something is called under a name that a text gives
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.looked_up: set[tuple[str, str]] = set()
        self.called: set[str] = set()
        self.asked: set[tuple[str, str]] = set()
        self.own: set[str] = set()
        self.held: set[str] = set()
        self.loads: set[str] = set()
        self.texts: set[str] = set()
        self.inside: set[str] = set()
        self.inner = False
        self.meant: set[str] = set()

    def computed_names(self) -> set[str]:
        """Returns the texts that can be names under which something is called.

        What one definition in it holds is no such name for what another one calls.
        """
        found = self.meant | self.texts if self.computed or self.inner else self.meant
        return found | self.inside if self.computed else found

    def members(self, own: Collection[str] = ()) -> set[str]:
        """Returns the names of attributes, and all that can be one.

        What is looked up in one of its *own* variables is no method of the project, unless only one can be meant.
        """
        looked_up = {name for owner, name in self.looked_up if owner not in own or is_telling(name)}
        return self.attributes | looked_up | self.computed_names()

    def add(self, other: Uses) -> None:
        """Notes what some code in this one names."""
        self.computed |= other.computed
        self.inner |= other.inner
        self.texts |= other.texts
        self.inside |= other.inside
        self._add(other)

    def define(self, other: Uses, own: Collection[str]) -> None:
        """Notes what a definition in this code names, its *own* variables left out."""
        self.inner |= other.computed or other.inner
        self.inside |= other.texts
        self.inside |= other.inside
        self.meant |= other.computed_names()
        self._add(other, own)

    def _add(self, other: Uses, own: Collection[str] = ()) -> None:
        self.secret |= other.secret
        self.meant |= other.meant
        self.names |= other.names.difference(own)
        self.attributes |= other.attributes
        self.looked_up |= other.looked_up
        self.called |= other.called
        self.asked |= other.asked
        self.held |= other.held
        self.loads |= other.loads
        if other.receiver == self.receiver:
            self.own |= other.own

    def note(self, one: Any) -> tuple[object, ...]:
        """Notes what a node names itself. Returns its parts."""
        match one:
            case Name(id=name):
                self.names.add(name)
                self.held.add(name)
                return ()
            case Attr(value=value, name=name):
                self.attributes.add(name)
                if type(value) is Name and value.id == self.receiver:
                    self.own.add(name)
                return (value,)
            case Lit(value=text):
                if type(text) is str:
                    self.texts.add(text)
                return ()
            case Call():
                return self._note_call(one)
            case Bin() | Compare() | Sub():
                return tuple(self._held(one))
            case Secret():
                self.secret = True
        return CHILDREN[type(one)](one) if one is not None else ()

    def _note_call(self, call: Call) -> tuple[object, ...]:
        match call.func:
            case Name(id=name):
                self.names.add(name)
                self.called.add(name)
                if name in self.loaders:
                    self.loads.update(str(arg.value.value) for arg in call.args if type(arg.value) is Lit)
                return call.args
            case Attr(value=value, name=name):
                if looks_up(call):
                    self.looked_up.add((value.id if type(value) is Name else "", name))
                else:
                    self.attributes.add(name)
                return call.args if self._asks(value, name) else (value, call.args)
            case Sub():
                self.computed = True
        return (call.func, call.args)

    def _held(self, whole: Bin | Compare | Sub) -> Iterator[Expr]:
        """Yields the parts of an expression but for variables that it only counts with, compares or looks up by."""
        match whole:
            case Bin(left=left, right=right):
                parts: tuple[Expr, ...] = (left, right)
            case Compare(left=left, rights=rights):
                parts = (left, *rights)
            case Sub(value=value, index=index):
                parts = (index,)
                yield value
        for one in parts:
            if type(one) is Name:
                self.names.add(one.id)
            else:
                yield one

    def _asks(self, owner: Expr, name: str) -> bool:
        """Notes that a method of a variable is called; returns whether it is one of a variable."""
        if type(owner) is not Name:
            return False
        self.names.add(owner.id)
        self.asked.add((owner.id, name))
        if owner.id == self.receiver:
            self.own.add(name)
        return True


def is_telling(name: str) -> bool:
    """Returns whether a name is of several words, as few that mean something else are."""
    return TELLING.fullmatch(name) is not None


def looks_up(call: Call) -> bool:
    """Returns whether a call can only be one of a container: ``row.get("id")``, ``queue.put((1, 2))``."""
    if not call.args or any(arg.name or arg.star for arg in call.args):
        return False
    first = call.args[0].value
    if isinstance(first, Lit):
        return not (isinstance(first.value, str) and "/" in first.value)
    return isinstance(first, (Seq, Map))
