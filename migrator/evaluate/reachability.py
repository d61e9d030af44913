"""Which functions can lead to a request at all: an over-approximation by names, so that the others need not be run.

A function leads to one when it names a client library, calls something that sends by its name, holds a text of HubSpot
or a credential, or names another function, class, attribute or module variable that does. Names are compared without
their owners, so the answer errs on the side of running. What only asks something as clients are asked, ``it.get(url)``,
leads to one if the program hands a client on: one that it asks where it has it is known by its name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from migrator.evaluate.contracts import Library
from migrator.evaluate.name_uses import Uses
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.unknown_clients import sends_by_name
from migrator.evaluate.unreached import own_names
from migrator.evaluate.visit import CHILDREN, places, statements
from migrator.model.unit import (
    Assign,
    Attr,
    Aug,
    Call,
    ClassDef,
    Def,
    Expr,
    ExprS,
    For,
    From,
    If,
    Import,
    Lambda,
    Lit,
    Name,
    Seq,
    Stmt,
    Try,
    Unit,
    While,
    With,
)  # fmt: skip

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?=[/?#:\s)\"'>]|$)")
_NONE: set[str] = set()
_HANDED = "%handed"
"""The name of what is given by all that hands a client on, and used by all that may be handed one."""


@dataclass(slots=True)
class _Part:
    """A definition, or a store, with the names it uses; ``gives`` become live when it does."""

    names: set[str]
    gives: tuple[str, ...]
    live: bool
    node: Def | None = None


@dataclass(frozen=True, slots=True)
class _Own:
    """A function by a number of its own, with the names that are its own and those of its parameters."""

    number: int
    names: Collection[str]
    params: frozenset[str]

    @classmethod
    def of(cls, node: Def | Lambda) -> _Own:
        """Returns what a function has of its own."""
        return cls(node.span.start, own_names(node), frozenset(param.name for param in node.params))


@dataclass(slots=True)
class Reach:
    """The definitions that can lead to a request; all of them when something is called without its name."""

    live: frozenset[Def] = frozenset()
    everything: bool = False

    def leads(self, node: Def | Lambda) -> bool:
        """Returns whether running a function can lead to a request."""
        return self.everything or isinstance(node, Lambda) or node in self.live


class Reaching:
    """Finds out which definitions are live, over ever more units."""

    def __init__(
        self, library: Library, semantics: Semantics, words: Sequence[str], find: Callable[[str, str, int], str | None]
    ) -> None:
        """Starts without units; *words* mark texts and names of HubSpot, *find* gives the project's own modules."""
        self.library, self.semantics, self.words, self.find = library, semantics, tuple(words), find
        self.marks: dict[str, bool] = {}
        self.users: dict[str, list[_Part]] = defaultdict(list)
        self.names: set[str] = set()
        self.live: set[Def] = set()
        self.read: set[str] = set()

    def over(self, units: Iterable[Unit]) -> Reach:
        """Returns which functions can lead to a request, of these units and those before."""
        fresh = [unit for unit in units if unit.path not in self.read]
        self.read.update(unit.path for unit in fresh)
        pending = []
        readers = (_UnitReader(unit, self.library, self._marked, self.find) for unit in fresh)
        for part in (part for reader in readers for part in reader.parts()):
            if part.live or not part.names.isdisjoint(self.names):
                pending.append(part)
            else:
                for name in part.names:
                    self.users[name].append(part)
            part.names = _NONE  # of many parts many names, which nothing asks for again
        self._spread(pending)
        return Reach(frozenset(self.live), any(self.semantics.is_implicit(node.name) for node in self.live))

    def _marked(self, text: str) -> bool:
        """Returns whether a text or a name speaks of HubSpot."""
        found = self.marks.get(text)
        if found is None:
            lowered = text.lower()
            found = self.marks[text] = any(word in lowered for word in self.words)
        return found

    def _spread(self, pending: list[_Part]) -> None:
        """Makes parts live, and all that use what these give."""
        while pending:
            part = pending.pop()
            part.live = True
            if part.node is not None:
                self.live.add(part.node)
            for name in part.gives:
                if name not in self.names:
                    self.names.add(name)
                    pending += self.users.pop(name, ())


class _UnitReader:
    """Reads the parts of one unit, each place of it once: what a definition uses, that around it uses too."""

    def __init__(
        self, unit: Unit, library: Library, marked: Callable[[str], bool], find: Callable[[str, str, int], str | None]
    ) -> None:
        self.unit, self.library, self.marked, self.find = unit, library, marked, find
        self.imports: list[Import | From] = []
        self.found: list[tuple[_Part, Uses]] = []
        self.scopes: list[_Own] = []  # the functions around
        self.kept: list[tuple[_Part, Uses]] = []  # what variables of functions are made of
        self.shared: set[str] = set()  # the variables that functions have from those around them
        self.bound: set[str] = set()
        self.given: set[str] = set()  # names that the file imports or stores something under
        self.defined: set[str] = set()
        self.starred = False
        self.hands_on = False
        self.asks = library.sends | (library.requesting - library.grows)

    def parts(self) -> list[_Part]:
        """Returns every definition and every store of the unit."""
        whole = Uses(self.library.loaders)
        self._read(self.unit.body, None, whole)
        shared = [one for one in self.kept if one[0].gives[0] in self.shared]
        parts = [self._told(*one) for one in (*self.found, *shared)]
        for one in self.imports:
            named = (alias for alias in one.names if alias.bound)
            parts += [_Part({alias.name.rpartition(".")[2]}, (alias.bound or "",), False) for alias in named]
        if self.hands_on or self._hands_on(whole):
            parts.append(_Part(set(), (_HANDED,), True))
        return parts

    def _told(self, part: _Part, uses: Uses) -> _Part:
        """Returns a part that is live if it leads to a request by itself, now that all clients are known."""
        part.live = self._leads(uses)
        looked_up = {name for _, name in uses.looked_up if name not in self.library.looks_up}
        asked = uses.attributes | looked_up | uses.computed_names()
        if not part.live and not asked.isdisjoint(self.asks):
            part.names.add(_HANDED)
        return part

    def _hands_on(self, uses: Uses) -> bool:
        """Returns whether a client is more than asked to send: it may then be what something else is given."""
        clients, sends = self.bound | self.library.globals, self.library.sends
        made = (owner in clients and name not in sends for owner, name in uses.asked)
        return not uses.held.isdisjoint(clients) or not (uses.called & clients) <= sends or any(made)

    def _imported(self, statement: Import | From) -> None:
        """Notes the names by which the file knows a client library or something in one."""
        self.imports.append(statement)
        for alias in statement.names:
            self.starred |= not alias.bound and isinstance(statement, From)
            self.given.add(alias.bound or "")
            package, level = (statement.module, statement.level) if isinstance(statement, From) else (alias.name, 0)
            known = package.partition(".")[0] in self.library.clients
            if known and self.find(package, self.unit.path, level) is None:
                self.bound.add(alias.bound or alias.name.partition(".")[0])

    def _names(self, uses: Uses, own: Collection[str] = ()) -> set[str]:
        """Returns all that some code names. A variable of a function is that function's own, whatever others call so.

        What is given to it may be what a function of its name gives.
        """
        given = (f"{name}=" for name in uses.names if any(name in one.params for one in self.scopes))
        return uses.members(own).union(map(self._name, uses.names), given)

    def _name(self, name: str) -> str:
        """Returns a name for a variable that no other function's is called by."""
        scope = next((one for one in reversed(self.scopes) if name in one.names), None)
        return name if scope is None else f"{name}@{scope.number}"

    def _read(self, body: Sequence[Stmt], owner: ClassDef | Def | Lambda | None, uses: Uses) -> None:
        local: dict[str, Uses] = {}  # what variables of a function are made of
        for statement in statements(body):
            match statement:
                case Def():
                    self._definition(statement, owner, uses)
                case ClassDef():
                    self._class(statement, uses)
                case Import() | From():
                    self._imported(statement)
                case Assign() | Aug() | With():
                    for target, value in _stores(statement):
                        self._store(target, value, owner, local, uses)
                case _:
                    self._grown(statement, owner)
                    self._expressions(_own(statement), uses)

    def _grown(self, statement: Stmt, owner: ClassDef | Def | Lambda | None) -> None:
        """Notes what a statement adds to a list or mapping that others find."""
        match statement:
            case ExprS(value=Call(func=Attr(value=target, name=method), args=args)) if method in self.library.grows:
                own = self.scopes[-1].names if isinstance(owner, Def) else ()
                gives = tuple(one for one in _targets(target) if one not in own)
                if gives and args:
                    uses = Uses(self.library.loaders)
                    self._expressions(tuple(arg.value for arg in args), uses)
                    self.found.append((_Part(self._names(uses), gives, False), uses))

    def _expressions(self, found: tuple[object, ...], uses: Uses) -> None:
        """Notes all that expressions name."""
        stack: list[object] = list(found)
        while stack:
            one: Any = stack.pop()
            kind = type(one)
            if kind is tuple:
                stack += one
            elif kind is Lambda and type(one.body) is tuple:
                self._expressions(one.params, uses)
                self.scopes.append(_Own.of(one))
                self._read(one.body, one, uses)
                self.scopes.pop()
            elif kind is ClassDef:
                self._class(one, uses)
            elif kind in CHILDREN:
                stack += uses.note(one)

    def _definition(self, node: Def, owner: ClassDef | Def | Lambda | None, around: Uses) -> None:
        uses = Uses(self.library.loaders, node.params[0].name if node.params else "")
        self.scopes.append(_Own.of(node))
        own = self.scopes[-1].names
        self._read(node.body, node, uses)
        self._expressions((*node.decorators, *(param.default for param in node.params)), uses)
        gives = {node.name.partition("@")[0], node.name}  # a second one of a name is told apart by a number
        receiver = node.params[: isinstance(owner, ClassDef)]
        known = {one.name for one in node.params if one.annotation is not None or one in receiver}
        self.defined.update(gives)
        names = self._names(uses, set(own) - known)
        self.scopes.pop()
        if self.scopes:
            self.shared |= names
            gives.add(f"{node.name}@{self.scopes[-1].number}")
        else:
            gives.add(f"{node.name}=")
        if isinstance(owner, ClassDef):
            gives.add(owner.name)
            if owner.bases and any(sends_by_name(self.library, name) for name in uses.own):
                names.add(owner.name)  # it may ask a base, whoever defines it
        self.found.append((_Part(names, tuple(gives), False, node), uses))
        around.define(uses, own)

    def _class(self, node: ClassDef, around: Uses) -> None:
        uses = Uses(self.library.loaders)
        self._expressions((*(arg.value for arg in node.bases), *node.decorators), uses)
        self.found.append((_Part(self._names(uses), (node.name,), False), uses))
        self._read(node.body, node, uses)
        self.defined.add(node.name)
        around.add(uses)

    def _store(
        self,
        target: Expr | None,
        value: Expr | None,
        owner: ClassDef | Def | Lambda | None,
        local: dict[str, Uses],
        around: Uses,
    ) -> None:
        uses = Uses(self.library.loaders, around.receiver)
        self._expressions((value,), uses)
        around.add(uses)
        if isinstance(target, Name):
            around.names.add(target.id)
            self.given.add(target.id)
        else:
            self._expressions((target,), around)
        if isinstance(target, Seq):
            self.given.update(_targets(target))
        if value is None or target is None:
            return
        if not uses.loads.isdisjoint(self.library.clients):
            if isinstance(target, Name) and _is_loaded(value):
                self.bound.add(target.id)
            else:
                self.hands_on = True
        for made in [local[name] for name in uses.names if name in local]:
            uses.add(made)
        inside = isinstance(owner, (Def, Lambda))
        gives = {one for one in _targets(target) if isinstance(target, Attr) or not inside}
        if gives:
            self.found.append((_Part(self._names(uses), tuple(gives), False), uses))
        elif isinstance(target, Name):
            local[target.id] = uses
            self.kept.append((_Part(self._names(uses), (self._name(target.id),), False), uses))

    def _is_had(self, name: str) -> bool:
        """Returns whether a function may be a client's by its name: the file has it from elsewhere, or may have."""
        if name in self.given or name in self.library.globals:
            return True
        return (self.starred or name not in self.defined) and self.library.builtin(name) is None

    def _leads(self, uses: Uses) -> bool:
        """Returns whether code leads to a request by itself."""
        library = self.library
        return (
            uses.secret
            or not uses.names.isdisjoint(self.bound)
            or not uses.loads.isdisjoint(library.clients)
            or any(map(self._is_had, uses.called & library.sends))
            or library.names_client(uses.attributes)
            or any(owner in library.globals and name in library.sends for owner, name in uses.asked)
            or not (uses.names.isdisjoint(library.globals) or uses.computed_names().isdisjoint(library.sends))
            or any(self.marked(text) or _leads_anywhere(text) for text in uses.texts)
            or any(self.marked(text) or _leads_anywhere(text) for text in uses.inside)
            or any(map(self.marked, uses.names))
            or any(map(self.marked, uses.attributes))
            or any(self.marked(name) for _, name in uses.looked_up)
        )


def _is_loaded(value: Expr) -> bool:
    """Returns whether a value is a module, or a member of one, that a function is only given the name of."""
    while isinstance(value, Attr) or (isinstance(value, Call) and len(value.args) == 1):
        value = value.value if isinstance(value, Attr) else value.args[0].value
    return isinstance(value, Lit)


def _stores(statement: Assign | Aug | With) -> Iterator[tuple[Expr | None, Expr | None]]:
    """Yields each place that a statement stores in, and what it stores there."""
    match statement:
        case Assign(targets=targets, value=value, annotation=annotation):
            yield from ((target, value) for target in targets)
            if annotation is not None:
                yield None, annotation
        case Aug(target=target, value=value):
            yield target, value
        case With(items=items):
            yield from ((item.target, item.value) for item in items)


def _own(statement: Stmt) -> tuple[object, ...]:
    """Returns the expressions of a statement, those of the blocks in it left out."""
    match statement:
        case If(test=test) | While(test=test):
            return (test,)
        case For(target=target, iter=value):
            return (target, value)
        case Try(handlers=handlers):
            return tuple(handler.type for handler in handlers)
        case ExprS(value=Lit()):
            return ()  # says something to the reader
        case _:
            return CHILDREN[type(statement)](statement)


def _leads_anywhere(text: str) -> bool:
    """Returns whether a text is a part of a URL, the host of which it does not decide."""
    return "://" in text and not all(map(_HOST.match, text.split("://")[1:]))


def _targets(target: Expr) -> Iterator[str]:
    for one in places(target):
        match one:
            case Name(id=name) | Attr(name=name):
                yield name
