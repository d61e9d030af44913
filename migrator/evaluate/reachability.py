"""Which functions can lead to a request at all: an over-approximation by names, so that the others need not be run.

A function leads to one when it names a client library, calls something that sends by its name, holds a text of HubSpot
or a credential, or names another function, class, attribute or module variable that does. Names are compared without
their owners, so the answer errs on the side of running.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from migrator.evaluate.contracts import Library
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.strange_calls import sends_by_name
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
    From,
    Import,
    Lambda,
    Lit,
    Map,
    Name,
    Secret,
    Seq,
    Stmt,
    Sub,
    Unit,
    With,
)  # fmt: skip


@dataclass(slots=True)
class _Part:
    """A definition, or a store, with the names it uses; ``gives`` become live when it does."""

    names: set[str]
    gives: set[str]
    live: bool
    node: Def | None = None


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
        for part in (
            part for unit in fresh for part in _UnitReader(unit, self.library, self._marked, self.find).parts()
        ):
            if part.live or not part.names.isdisjoint(self.names):
                pending.append(part)
            for name in part.names:
                self.users[name].append(part)
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
            for name in part.gives - self.names:
                self.names.add(name)
                pending += self.users.pop(name, ())


def reach(units: Iterable[Unit], library: Library, semantics: Semantics, words: Sequence[str]) -> Reach:
    """Returns which functions of the units can lead to a request; *words* mark texts and names of HubSpot."""
    return Reaching(library, semantics, words, lambda _name, _importer, _level: None).over(units)


class _UnitReader:
    """Reads the parts of one unit."""

    def __init__(
        self, unit: Unit, library: Library, marked: Callable[[str], bool], find: Callable[[str, str, int], str | None]
    ) -> None:
        self.unit, self.library, self.marked, self.find = unit, library, marked, find
        self.imports = list(_imports(unit.body))
        self.bound = frozenset(self._bound())

    def _bound(self) -> Iterator[str]:
        """Yields the names by which the file knows a client library or something in one."""
        for expression in self.imports:
            for alias in expression.names:
                package, level = (
                    (expression.module, expression.level) if isinstance(expression, From) else (alias.name, 0)
                )
                known = package.partition(".")[0] in self.library.clients
                if known and self.find(package, self.unit.path, level) is None:
                    yield alias.bound or alias.name.partition(".")[0]

    def parts(self) -> Iterator[_Part]:
        """Yields every definition and every store of the unit."""
        yield from self._of(self.unit.body, None)
        for found in self.imports:
            for alias in found.names:
                if alias.bound:
                    yield _Part({alias.name.rpartition(".")[2]}, {alias.bound}, False)

    def _of(self, body: Sequence[Stmt], owner: ClassDef | Def | None) -> Iterator[_Part]:
        local: dict[str, tuple[set[str], bool]] = {}  # what variables of a function are made of
        for statement in statements(body):
            match statement:
                case Def():
                    yield self._definition(statement, owner)
                    yield from self._of(statement.body, statement)
                case ClassDef():
                    bases: list[Expr] = [arg.value for arg in statement.bases]
                    names, live = self._used([*bases, *statement.decorators])
                    yield _Part(names, {statement.name}, live)
                    yield from self._of(statement.body, statement)
                case Assign() | Aug() | With():
                    yield from self._store(statement, owner, local)

    def _definition(self, node: Def, owner: ClassDef | Def | None) -> _Part:
        uses = _Uses(node.params[0].name if node.params else "")
        uses.read(node.body)
        for one in (*node.decorators, *(param.default for param in node.params)):
            uses.note(one)
        gives = {node.name.partition("@")[0], node.name}  # a second one of a name is told apart by a number
        if isinstance(owner, ClassDef):
            gives.add(owner.name)
            if owner.bases and any(sends_by_name(self.library, name) for name in uses.own):
                uses.names.add(owner.name)  # it may ask a base, whoever defines it
        return _Part(uses.all_names(), gives, self._leads(uses), node)

    def _store(
        self, statement: Assign | Aug | With, owner: ClassDef | Def | None, local: dict[str, tuple[set[str], bool]]
    ) -> Iterator[_Part]:
        match statement:
            case Assign(targets=targets, value=value):
                pairs = [(target, value) for target in targets]
            case Aug(target=target, value=value):
                pairs = [(target, value)]
            case With(items=items):
                pairs = [(item.target, item.value) for item in items if item.target is not None]
        for target, value in pairs:
            gives = {one for one in _targets(target) if isinstance(target, Attr) or not isinstance(owner, Def)}
            if value is None:
                continue
            names, live = self._used([value])
            for made, leads in [local[name] for name in names if name in local]:
                names, live = names | made, live or leads
            if gives:
                yield _Part(names, gives, live)
            elif isinstance(target, Name):
                local[target.id] = (names, live)

    def _used(self, found: Iterable[Expr]) -> tuple[set[str], bool]:
        """Returns the names in expressions, and whether one of them leads to a request by itself."""
        uses = _Uses()
        uses.read(tuple(found))
        return uses.all_names(), self._leads(uses)

    def _leads(self, uses: _Uses) -> bool:
        sends = self.library.sends
        return (
            uses.secret
            or not uses.names.isdisjoint(self.bound)
            or not uses.attributes.isdisjoint(sends)
            or not uses.called.isdisjoint(sends)
            or (uses.computed and not uses.texts.isdisjoint(sends))
            or any("://" in text or self.marked(text) for text in uses.texts)
            or any(map(self.marked, uses.names))
            or any(map(self.marked, uses.attributes))
            or any(map(self.marked, uses.looked_up))
        )


class _Uses:
    """What some code names: variables, attributes (of them those that only look something up), and texts."""

    __slots__ = ("attributes", "called", "computed", "looked_up", "names", "own", "receiver", "secret", "texts")

    def __init__(self, receiver: str = "") -> None:
        """Starts with nothing; ``own`` are the attributes of the variable called *receiver*."""
        self.receiver, self.secret = receiver, False
        self.computed = False  # whether something is called under a name that a text gives
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.looked_up: set[str] = set()
        self.called: set[str] = set()
        self.own: set[str] = set()
        self.texts: set[str] = set()

    def all_names(self) -> set[str]:
        """Returns the names of variables and attributes."""
        return self.names | self.attributes | self.looked_up | (self.texts if self.computed else set())

    def read(self, code: Sequence[Stmt | Expr]) -> None:
        """Notes all that statements and expressions name."""
        stack: list[object] = list(code)
        while stack:
            one: Any = stack.pop()
            if type(one) is tuple:
                stack += one
            elif type(one) in CHILDREN:
                stack += self.note(one)

    def note(self, one: Any) -> tuple[object, ...]:
        """Notes what a node names itself. Returns its parts."""
        match one:
            case ExprS(value=Lit()):
                return ()  # says something to the reader
            case Name(id=name):
                self.names.add(name)
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
                return args
            case Call(func=Attr(value=value, name=name), args=args) if looks_up(one):
                self.looked_up.add(name)
                if type(value) is Name and value.id == self.receiver:
                    self.own.add(name)
                return (value, args)
            case Call(func=Sub()):
                self.computed = True
            case Secret():
                self.secret = True
        return CHILDREN[type(one)](one) if one is not None else ()


def looks_up(call: Call) -> bool:
    """Returns whether a call can only be one of a container: ``row.get("id")``, ``queue.put((1, 2))``."""
    if not call.args or any(arg.name or arg.star for arg in call.args):
        return False
    first = call.args[0].value
    if isinstance(first, Lit):
        return not (isinstance(first.value, str) and "/" in first.value)
    return isinstance(first, (Seq, Map))


def _targets(target: Expr) -> Iterator[str]:
    for one in places(target):
        match one:
            case Name(id=name) | Attr(name=name):
                yield name


def _imports(body: Sequence[Stmt]) -> Iterator[Import | From]:
    stack = [body]
    while stack:
        for statement in statements(stack.pop()):
            if isinstance(statement, (Import, From)):
                yield statement
            elif isinstance(statement, (Def, ClassDef)):
                stack.append(statement.body)
