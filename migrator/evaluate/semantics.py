"""What the evaluator asks a language about the meaning of its programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from migrator.evaluate.store import Value
from migrator.model.text import Location
from migrator.model.unit import Expr
from migrator.model.value import Const


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The names under which a class holds what the language itself calls; empty for what there is not.

    ``constructor`` fills a new object, ``maker`` makes it, ``filled`` runs once the fields of a record are given.
    ``call`` runs when the object is called, ``get_item`` and ``set_item`` for its items, ``enter`` (several
    spellings) when a block begins under it, ``missing`` for members that are not there. ``kind`` is the member of
    an object that is its class, ``name`` that of a class that is its name, ``prototype`` that of a function or
    class that holds the members of its objects. ``extended`` runs on each class that descends from the one that has
    it, ``placed`` on an object that becomes a member of a class, ``got`` where that is asked for through the class
    or its objects. ``top`` is the library class that all others descend from, ``field`` the library function whose
    partial describes a field of a record: its argument makes the value of each new one, its keyword is the value;
    ``unfielded`` are annotations of what is none.
    ``spelled`` (the first that there is) gives the text of an object, ``operators`` what an operator gives, on its left
    side and on its right one. ``judged`` say whether an object counts as true, ``compared`` what comparing it gives.
    """

    constructor: str = ""
    maker: str = ""
    filled: tuple[str, ...] = ()
    call: str = ""
    get_item: str = ""
    set_item: str = ""
    enter: tuple[str, ...] = ()
    missing: str = ""
    kind: str = ""
    name: str = ""
    prototype: str = ""
    extended: str = ""
    got: str = ""
    placed: str = ""
    top: str = ""
    field: str = ""
    unfielded: frozenset[str] = frozenset()
    spelled: tuple[str, ...] = ()
    judged: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    operators: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)


class Semantics(Protocol):
    """The rules of one language, as far as they decide what a request holds.

    ``whole`` are the names of the object whose members every file has as variables. Methods that
    ``contains`` names tell whether a list has what they are given.
    ``entries`` says that a member of a mapping is its entry, and an item of an object its member. ``copies`` says that
    a list or mapping is copied when it is assigned or passed. ``closed`` says that a function sees none of the
    variables around it. ``receives`` says that a method takes its object as its first argument (otherwise by a
    parameter of kind ``receiver``). ``absent`` is what an entry or argument that is not there is, None in a language
    that refuses. ``ends`` are the names of functions that end the program, ``checks``
    those of methods that raise an error where an answer tells of one.
    """

    roles: Roles = Roles()
    whole: frozenset[str] = frozenset()
    contains: frozenset[str] = frozenset()
    entries: bool = False
    copies: bool = False
    closed: bool = False
    receives: bool = False
    absent: Const | None = None
    ends: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()

    def truth(self, found: Value) -> bool | None:
        """Returns whether a value that is no choice counts as true; None when that is not decided."""

    def key(self, found: Value) -> Value:
        """Returns the value under which a mapping holds a key, so that two equal ones are one."""
        return found

    def operate(self, op: str, left: Value, right: Value, at: Location) -> Value | None:
        """Returns the result of an operator whose meaning is the language's own, or None."""
        return None

    def compare(self, op: str, left: Value, right: Value) -> bool | None:
        """Returns the outcome of a comparison of values that are no choices, or None when it is not decided."""
        return None

    def field(self, found: Value, conversion: str, spec: Value | None) -> Value:
        """Returns an interpolated value as text."""
        return found

    def is_special(self, name: str) -> bool:
        """Returns whether a member of this name is called by the language, or for what it is called by."""
        return False

    def is_implicit(self, name: str) -> bool:
        """Returns whether a function of this name is called where its name is not written and it can send."""
        return False

    def is_private(self, name: str) -> bool:
        """Returns whether a member of this name is not for others."""
        return False

    def is_main(self, test: Expr) -> bool:
        """Returns whether a condition is that the file runs as a program."""
        return False

    def is_import_failure(self, found: Value | None) -> bool:
        """Returns whether a handler for this is for a failed import only, so that it is taken not to run."""
        return False
