"""State that functions change: what others find there is one of several values, and decides no condition.

A function or method that nothing in the program calls is followed on the state that the modules leave behind, and on an
object as its constructor leaves it. What any other function stores there may have been stored before: a flag that is
false at first can be true, and a list that is empty at first can be filled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from migrator.evaluate.assumptions import guess, unsure
from migrator.evaluate.store import ITEMS, REST, Class, Function, Instance, Items, Slot, Table, Value, ancestors
from migrator.evaluate.visit import CHILDREN, LEAVES, places, statements
from migrator.model.unit import (
    Arg,
    Assign,
    Attr,
    Aug,
    BoolOp,
    Call,
    ClassDef,
    Def,
    Del,
    Expr,
    For,
    From,
    IfExp,
    Import,
    Lambda,
    Lit,
    Name,
    New,
    Scope,
    Stmt,
    Sub,
    Unit,
    Walrus,
    With,
)
from migrator.model.value import Const, Origin, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

Named: TypeAlias = tuple[str, str]
_Source: TypeAlias = Literal["new", "given", "own", "shared"]
_ORDER: tuple[_Source, ...] = ("new", "given", "own", "shared")
_NOTED = frozenset({Import, From, ClassDef, Def, Lambda, Assign, Del, Aug, Walrus, Scope, Call})
_MOST = 2_000  # objects and mappings that are looked at


@dataclass(frozen=True, slots=True)
class Changing:
    """The names of what functions store: fields, entries and variables; and those of what they add items to.

    Of what methods store in their own objects, ``own`` has the names by the name of the class. ``fillers`` are the
    methods that change only those, ``writers`` the functions and methods that change anything else that they have not
    made; each by the name of its class, and its own. ``grown`` are also what a function is given that changes that.
    """

    stored: frozenset[str] = frozenset()
    grown: frozenset[str] = frozenset()
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fillers: frozenset[Named] = frozenset()
    writers: frozenset[Named] = frozenset()

    def of(self, classes: Iterable[Value]) -> Collection[str]:
        """Returns the names of what is stored in objects of some classes."""
        return self.stored.union(*(self.own.get(one.name, ()) for one in classes if isinstance(one, Class)))


class _Where(NamedTuple):
    """Where some code stands: whether in a function, or directly in a class, and whose method it is by what name.

    ``around`` are the functions that it stands in. ``sources`` says of each variable of the function whose object it
    may be: its own, one given to it, one that is shared, or a new one; ``makers`` what has made a new one.
    """

    within: bool = False
    cls: str = ""
    receiver: str = ""
    owner: str = ""
    fills: bool = False
    name: str = ""
    around: frozenset[Named] = frozenset()
    sources: Mapping[str, _Source] = MappingProxyType({})
    makers: Mapping[str, str] = MappingProxyType({})


class Changes:
    """Finds out what functions store, and which do, over ever more units."""

    def __init__(self, constructor: str, grows: frozenset[str], alters: frozenset[str]) -> None:
        """Takes what fills new objects, the methods that change what they are called on, and others what they take."""
        self.constructor, self.grows, self.alters = constructor, grows, alters
        self.known: set[str] = set()
        self.stored: set[str] = set()
        self.grown: set[str] = set()
        self.own: dict[str, set[str]] = defaultdict(set)
        self.fillers: set[Named] = set()
        self.writers: set[Named] = set()
        self.takers: set[str] = set()  # functions that change what they are given
        self.givers: dict[str, list[tuple[_Where, Expr]]] = defaultdict(list)  # by what they call: what it is given
        self.made: list[tuple[str, str, frozenset[Named]]] = []  # fields of new objects: what made one, and who
        self.classes: set[str] = set()
        self.imported: set[str] = set()

    def over(self, units: Iterable[Unit]) -> Changing:
        """Returns what the functions of these units change, and those of the units before."""
        for unit in units:
            if unit.path not in self.known:
                self.known.add(unit.path)
                self._read(unit)
        for name in self.takers & self.givers.keys():
            for scope, given in self.givers[name]:
                self._changed(given, scope)
        for maker, name, around in self.made:
            if maker in self.classes:
                self.stored.add(name)
                self.writers |= around
        own = {name: frozenset(fields) for name, fields in self.own.items()}
        writers = frozenset(self.writers)
        return Changing(frozenset(self.stored), frozenset(self.grown), own, frozenset(self.fillers - writers), writers)

    def _read(self, unit: Unit) -> None:
        self.imported = set()
        stack: list[tuple[Any, _Where]] = [(unit.body, _Where())]
        while stack:
            one, scope = stack.pop()
            kind = type(one)
            if kind is tuple:
                stack += [(each, scope) for each in one]
            elif kind in CHILDREN and kind not in LEAVES:
                inside = self._note(one, scope) if kind in _NOTED else scope
                stack += [(each, inside) for each in CHILDREN[kind](one)]

    def _note(self, one: Any, scope: _Where) -> _Where:
        """Notes what a node stores itself. Returns where its parts stand."""
        match one:
            case Import(names=names) | From(names=names):
                self.imported.update(alias.bound or alias.name for alias in names)
            case ClassDef(name=name):
                self.classes.add(name)
                return _Where(scope.within, name)
            case Def() | Lambda():
                return self._entered(one, scope)
            case Assign(targets=targets) | Del(targets=targets) if scope.within:
                for target in targets:
                    self._store(target, scope)
            case Aug(target=target) | Walrus(target=target) if scope.within:
                self._store(target, scope)
            case Scope(names=names):
                self.stored.update(names)
                self.writers |= scope.around
            case Call(func=func, args=args) if scope.within:
                self._call(func, args, scope)
        return scope

    def _call(self, func: Expr, args: tuple[Arg, ...], scope: _Where) -> None:
        name = _name(func)
        if isinstance(func, Attr) and name in self.grows:
            self._changed(func.value, scope)
        if name in self.alters and args:
            self._changed(args[0].value, scope)
        for arg in args:
            if isinstance(arg.value, (Name, Attr)) and self._source(arg.value, scope) in ("own", "shared"):
                self.givers[name].append((scope, arg.value))

    def _entered(self, function: Def | Lambda, scope: _Where) -> _Where:
        names = [param.name for param in function.params]
        body = function.body if isinstance(function.body, tuple) else ()
        method = bool(scope.cls) and isinstance(function, Def)
        receiver = names[0] if method and names else scope.receiver if scope.receiver not in names else ""
        owner = scope.cls if method else ""
        fills = function.name == self.constructor if method else bool(scope.fills and receiver)
        around = scope.around | {(owner, function.name)}
        made = _Where(True, "", receiver, owner or (scope.owner if receiver else ""), fills, function.name, around)
        sources: dict[str, _Source] = dict.fromkeys(names, "given")
        makers: dict[str, str] = {}
        inner = made._replace(sources=sources, makers=makers)
        shared = {name for one in statements(body) if isinstance(one, Scope) for name in one.names}
        for one in statements(body):
            for target, value in _bindings(one):
                if isinstance(target, Name) and isinstance(value, (Call, New)):
                    makers[target.id] = _name(value.func)
                if isinstance(target, Name) and target.id not in shared:
                    sources[target.id] = max(sources.get(target.id, "new"), self._made(value, inner), key=_ORDER.index)
        sources.update(dict.fromkeys(shared, "shared"))
        return inner

    def _store(self, target: Expr, scope: _Where) -> None:
        for one in places(target):
            if isinstance(one, Name):
                continue
            self._changed(one.value, scope, field=one)

    def _changed(self, owner: Expr, scope: _Where, *, field: Attr | Sub | None = None) -> None:
        """Notes that what an expression gives is changed: a field or an entry of it, or what it holds."""
        source = self._source(owner, scope)
        if source == "new" and isinstance(field, Attr) and isinstance(owner, Name):
            self.made.append((scope.makers.get(owner.id, ""), field.name, scope.around))
        if source == "new" or (source == "own" and scope.fills):
            return  # the object is new
        name = field.name if isinstance(field, Attr) else ""
        if isinstance(field, Sub) and isinstance(field.index, Lit) and isinstance(field.index.value, str):
            name = field.index.value
        own = source == "own" and isinstance(owner, Name)
        if name and own and isinstance(field, Attr):
            self.own[scope.owner].add(name)
        elif name:
            self.stored.add(name)
        if not isinstance(field, Attr):
            self.grown.update({_name(owner)} - {""})
        if source == "given" and not isinstance(field, Attr):
            self.takers.add(scope.name)
        else:
            (self.fillers if source == "own" else self.writers).update(scope.around)

    def _source(self, owner: Expr, scope: _Where) -> _Source:
        """Returns whose object an expression gives or stands in."""
        root = _root(owner)
        if root is None:
            return "new"
        return "own" if root == scope.receiver else scope.sources.get(root, "shared")

    def _made(self, value: Expr | None, scope: _Where) -> _Source:
        """Returns whose object the value of a variable can be."""
        match value:
            case IfExp(body=one, orelse=other) | BoolOp(left=one, right=other):
                return max(self._made(one, scope), self._made(other, scope), key=_ORDER.index)
            case Call(func=Attr(value=owner)) if _root(owner) in self.imported:
                return "new"
            case Name() | Attr() | Sub() | Call(func=Attr()):
                return self._source(value, scope)
        return "new"


def _bindings(one: Stmt) -> Iterator[tuple[Expr, Expr | None]]:
    """Yields the variables that a statement binds, each with what it is given."""
    match one:
        case Assign(targets=targets, value=value):
            for target in targets:
                for place in places(target):
                    yield place, value
        case For(target=target, iter=value):
            for place in places(target):
                yield place, value
        case With(items=items):
            yield from [(item.target, item.value) for item in items if item.target is not None]


def _root(owner: Expr) -> str | None:
    """Returns the variable that a chain of members, items and calls begins with."""
    while True:
        match owner:
            case Attr(value=inner) | Sub(value=inner) | Call(func=Attr(value=inner)):
                owner = inner
            case Name(id=name):
                return name
            case _:
                return None


def _name(owner: Expr) -> str:
    return owner.id if isinstance(owner, Name) else owner.name if isinstance(owner, Attr) else ""


def open_state(m: Interpreter, found: Changing) -> None:
    """Makes what functions change unknown to conditions, in the modules and classes that are loaded."""
    seen: set[int] = set()
    for module in m.state.modules.values():
        _open(m, module.cells, found, found.stored, seen)
    descendants: dict[Value, list[Value]] = defaultdict(list)
    for cls in m.state.classes.values():
        for one in ancestors(cls):
            descendants[one].append(cls)
    for cls in m.state.classes.values():
        _open(m, cls.cells, found, found.of(descendants[cls]), seen)


def open_object(m: Interpreter, instance: Instance, found: Changing) -> None:
    """Makes what other methods change of an object unknown to conditions."""
    _open(m, instance.cells, found, _of(instance, found), set())


def open_variables(m: Interpreter, function: Function, found: Changing) -> None:
    """Makes what other functions change of the variables around a function unknown to conditions."""
    frame = function.frame
    while frame is not None and frame.function is not None:
        _open(m, frame.variables, found, found.stored, set())
        frame = frame.outer


def _of(instance: Instance, found: Changing) -> Collection[str]:
    return found.of(ancestors(instance.kind) if isinstance(instance.kind, Class) else ())


def _open(m: Interpreter, cells: dict[Any, Any], found: Changing, stored: Collection[str], seen: set[int]) -> None:
    if id(cells) in seen or len(seen) > _MOST:
        return
    seen.add(id(cells))
    for key, cell in list(cells.items()):
        value = cell.value if isinstance(cell, Slot) else cell
        held = value.cells.get(ITEMS) if isinstance(value, Instance) else value
        own = isinstance(value, Instance) and isinstance(value.kind, Class)
        if key in stored and (own or isinstance(value, (Items, Table))):
            unsure(m, value)
        if isinstance(value, (Const, Text)):
            if key in stored:
                changed = guess(m, value)
                m.heap.put(cells, key, replace(cell, value=changed) if isinstance(cell, Slot) else changed)
        elif isinstance(held, (Items, Table)) and _is_empty(held):
            if key in found.grown or key in stored:
                origin = Origin("setting", str(key), held.location)
                m.heap.put(held.cells, REST, Unknown(f"{key} is filled in elsewhere", str(key), origin))
        elif isinstance(value, Table):
            _open(m, value.cells, found, found.stored, seen)
        elif isinstance(value, Instance) and isinstance(value.kind, Class):
            _open(m, value.cells, found, _of(value, found), seen)


def _is_empty(found: Items | Table) -> bool:
    return found.rest is None and not (found.items if isinstance(found, Items) else found.cells)
