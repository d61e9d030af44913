"""What some code names, as far as it tells whether a request can come of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from migrator.evaluate.visit import CHILDREN
from migrator.model.unit import Attr, Call, Expr, Lit, Map, Name, Secret, Seq, Sub


class Uses:
    """What some code names: variables, attributes (of them those that only look something up), and texts."""

    __slots__ = (
        "asked", "attributes", "called", "computed", "held", "loaders", "loads", "looked_up", "names", "own",
        "receiver", "secret", "texts",
    )  # fmt: skip

    def __init__(self, loaders: frozenset[str], receiver: str = "") -> None:
        """Starts with nothing; ``own`` are the attributes of the variable called *receiver*.

        ``asked`` are variables with a method that is called of each, ``held`` those that are more than asked or called,
        and ``loads`` what functions among the *loaders* are given. ``looked_up`` says of which variable, if of one.
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

    def all_names(self, own: Collection[str] = ()) -> set[str]:
        """Returns the names of variables and attributes.

        What is looked up in one of its *own* variables is no method of the project, unless only one can be meant.
        """
        looked_up = {name for owner, name in self.looked_up if owner not in own or "_" in name}
        return self.names | self.attributes | looked_up | (self.texts if self.computed else set())

    def add(self, other: Uses) -> None:
        """Notes what some code in this one names."""
        self.secret |= other.secret
        self.computed |= other.computed
        self.names |= other.names
        self.attributes |= other.attributes
        self.looked_up |= other.looked_up
        self.called |= other.called
        self.asked |= other.asked
        self.held |= other.held
        self.loads |= other.loads
        self.texts |= other.texts
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
            case Call(func=Name(id=name), args=args):
                self.names.add(name)
                self.called.add(name)
                if name in self.loaders:
                    self.loads.update(str(arg.value.value) for arg in args if type(arg.value) is Lit)
                return args
            case Call(func=Attr(value=value, name=name), args=args):
                if looks_up(one):
                    self.looked_up.add((value.id if type(value) is Name else "", name))
                else:
                    self.attributes.add(name)
                return args if self._asks(value, name) else (value, args)
            case Call(func=Sub()):
                self.computed = True
            case Secret():
                self.secret = True
        return CHILDREN[type(one)](one) if one is not None else ()

    def _asks(self, owner: Expr, name: str) -> bool:
        """Notes that a method of a variable is called; returns whether it is one of a variable."""
        if type(owner) is not Name:
            return False
        self.names.add(owner.id)
        self.asked.add((owner.id, name))
        if owner.id == self.receiver:
            self.own.add(name)
        return True


def looks_up(call: Call) -> bool:
    """Returns whether a call can only be one of a container: ``row.get("id")``, ``queue.put((1, 2))``."""
    if not call.args or any(arg.name or arg.star for arg in call.args):
        return False
    first = call.args[0].value
    if isinstance(first, Lit):
        return not (isinstance(first.value, str) and "/" in first.value)
    return isinstance(first, (Seq, Map))
