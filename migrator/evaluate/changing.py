"""State that functions change: what others find there is one of several values, and decides no condition.

A function or method that nothing in the program calls is followed on the state that the modules leave behind, and on an
object as its constructor leaves it. What any other function stores there may have been stored before: a flag that is
false at first can be true, and a list that is empty at first can be filled.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from migrator.evaluate.guesses import guess, unsure
from migrator.evaluate.store import ITEMS, REST, Class, Function, Instance, Items, Slot, Table, Value, ancestors, choose
from migrator.evaluate.visit import CHILDREN, places, statements
from migrator.model.unit import (
    Assign,
    Attr,
    Aug,
    Bin,
    BoolOp,
    Call,
    ClassDef,
    Def,
    Expr,
    IfExp,
    Lambda,
    Lit,
    Name,
    Scope,
    Seq,
    Sub,
    Unit,
    Walrus,
)
from migrator.model.value import Chunk, Const, Origin, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

Written: TypeAlias = MutableMapping[str, tuple[str | int, ...]]
_MOST = 2_000  # objects and mappings that are looked at


@dataclass(frozen=True, slots=True)
class Changing:
    """The names of what functions store: fields, entries and variables; and those of what they add items to.

    Of what methods store in their own objects, ``own`` has the names by the name of the class. It has the texts and
    numbers that they store where those are written there, and so have ``shared``, for variables of modules and
    closures, and ``entries``, by the name of the mapping or class that they are stored in.
    """

    stored: Written = field(default_factory=dict)
    grown: frozenset[str] = frozenset()
    own: Mapping[str, Written] = field(default_factory=dict)
    shared: Written = field(default_factory=dict)
    entries: Mapping[str, Written] = field(default_factory=dict)

    def inside(self, name: object) -> Written:
        """Returns the names of what is stored in something by its name, with what is written for each."""
        return ChainMap(self.entries.get(str(name), {}), self.stored)

    def of(self, classes: Iterable[Value]) -> Written:
        """Returns the names of what is stored in objects of some classes, with what is written for each."""
        found: dict[str, tuple[str | int, ...]] = {}
        for cls in [one for one in classes if isinstance(one, Class)]:
            for stores in (self.own, self.entries):
                for name, written in stores.get(cls.name, {}).items():
                    found[name] = (*found.get(name, ()), *written)
        return ChainMap(found, self.stored)

    def variables(self) -> Written:
        """Returns the names of what is stored in variables, with what is written for each."""
        return ChainMap(self.shared, self.stored)


def _frozen(written: dict[str, list[str | int]]) -> Written:
    return {name: tuple(dict.fromkeys(values)) for name, values in written.items()}


class _Where(NamedTuple):
    """Where some code stands: whether in a function, or directly in a class, and whose method it is by what name."""

    within: bool = False
    cls: str = ""
    receiver: str = ""
    owner: str = ""
    fills: bool = False
    shared: frozenset[str] = frozenset()


class Changes:
    """Finds out what functions store, over ever more units."""

    def __init__(self, constructor: str, grows: frozenset[str]) -> None:
        """Takes what fills new objects, and the names of methods that add items to lists."""
        self.constructor, self.grows = constructor, grows
        self.known: set[str] = set()
        self.stored: set[str] = set()
        self.grown: set[str] = set()
        self.own: dict[str, dict[str, list[str | int]]] = defaultdict(lambda: defaultdict(list))
        self.shared: dict[str, list[str | int]] = defaultdict(list)
        self.entries: dict[str, dict[str, list[str | int]]] = defaultdict(lambda: defaultdict(list))
        self.constants: Mapping[str, Expr | None] = {}

    def over(self, units: Iterable[Unit]) -> Changing:
        """Returns what the functions of these units change, and those of the units before."""
        for unit in units:
            if unit.path not in self.known:
                self.known.add(unit.path)
                self._read(unit)
        own = {name: _frozen(fields) for name, fields in self.own.items()}
        entries = {name: _frozen(fields) for name, fields in self.entries.items()}
        stored: Written = dict.fromkeys(sorted(self.stored), ())
        return Changing(stored, frozenset(self.grown), own, _frozen(self.shared), entries)

    def _read(self, unit: Unit) -> None:
        top = [one for one in unit.body if isinstance(one, Assign) and isinstance(one.value, Lit)]
        self.constants = {one.id: each.value for each in top for one in each.targets if isinstance(one, Name)}
        stack: list[tuple[Any, _Where]] = [(unit.body, _Where())]
        while stack:
            one, scope = stack.pop()
            if type(one) is tuple:
                stack += [(each, scope) for each in one]
            elif type(one) in CHILDREN:
                inside = self._note(one, scope)
                stack += [(each, inside) for each in CHILDREN[type(one)](one)]

    def _note(self, one: Any, scope: _Where) -> _Where:
        """Notes what a node stores itself. Returns where its parts stand."""
        match one:
            case ClassDef(name=name):
                return _Where(scope.within, name)
            case Def() | Lambda():
                return self._entered(one, scope)
            case Assign(targets=targets, value=value) if scope.within:
                for target in targets:
                    self._store(target, scope, value)
            case Aug(target=target) | Walrus(target=target) if scope.within:
                self._store(target, scope)
            case Scope(names=names):
                self.stored.update(names)
            case Call(func=Attr(value=owner, name=method)) if scope.within and method in self.grows:
                self.grown.update(() if scope.fills and _root(owner) == scope.receiver else {_name(owner)} - {""})
        return scope

    def _entered(self, function: Def | Lambda, scope: _Where) -> _Where:
        names = [param.name for param in function.params]
        body = function.body if isinstance(function.body, tuple) else ()
        named = frozenset(name for one in statements(body) if isinstance(one, Scope) for name in one.names)
        if scope.cls and isinstance(function, Def):
            first = names[0] if names else ""
            return _Where(True, "", first, scope.cls, function.name == self.constructor, named)
        return _Where(True, shared=named) if scope.receiver in names else scope._replace(within=True, shared=named)

    def _store(self, target: Expr, scope: _Where, value: Expr | None = None) -> None:
        if isinstance(target, Seq) and isinstance(value, Seq) and len(target.items) == len(value.items):
            for each, given in zip(target.items, value.items, strict=True):
                self._store(each, scope, given)
            return
        known = self._written(value) if isinstance(target, (Name, Attr, Sub)) else []
        for one in places(target):
            if scope.fills and _root(one) == scope.receiver:
                continue  # the object is new
            match one:
                case Attr(value=Name(id=owner), name=name) if owner == scope.receiver:
                    self.own[scope.owner][name] += known
                case Name(id=name) if name in scope.shared:
                    self.shared[name] += known
                case Attr(value=whole, name=name):
                    self.stored.add(name)
                    self.entries[_variable(whole)][name] += known
                case Sub(value=owner, index=index):
                    if isinstance(index, Lit) and isinstance(index.value, str):
                        self.stored.add(index.value)
                        self.entries[_variable(owner)][index.value] += known
                    self.grown.update({_name(owner)} - {""})

    def _written(self, value: Expr | None) -> list[str | int]:
        """Returns the texts and numbers that an expression can be, told from its text."""
        match value:
            case Lit(value=str() | int() as known) if not isinstance(known, bool):
                return [known]
            case Name(id=name) if name in self.constants:
                return self._written(self.constants[name])
            case IfExp(body=one, orelse=other) | BoolOp(left=one, right=other):
                return self._written(one) + self._written(other)
            case Bin(op="+", left=left, right=right):
                ends = [one for one in self._written(right) if isinstance(one, str)]
                return [one + end for one in self._written(left) if isinstance(one, str) for end in ends]
        return []


def _root(owner: Expr) -> str:
    """Returns the variable that a chain of members and items begins with."""
    while isinstance(owner, (Attr, Sub)):
        owner = owner.value
    return _variable(owner)


def _variable(owner: Expr) -> str:
    return owner.id if isinstance(owner, Name) else ""


def _name(owner: Expr) -> str:
    return owner.id if isinstance(owner, Name) else owner.name if isinstance(owner, Attr) else ""


def open_state(m: Interpreter, found: Changing) -> None:
    """Makes what functions change unknown to conditions, in the modules and classes that are loaded."""
    seen: set[int] = set()
    variables = found.variables()
    for module in m.state.modules.values():
        _open(m, module.cells, found, variables, seen)
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
    frame, variables = function.frame, found.variables()
    while frame is not None and frame.function is not None:
        _open(m, frame.variables, found, variables, set())
        frame = frame.outer


def _of(instance: Instance, found: Changing) -> Written:
    return found.of(ancestors(instance.kind) if isinstance(instance.kind, Class) else ())


def _open(m: Interpreter, cells: dict[Any, Any], found: Changing, stored: Written, seen: set[int]) -> None:
    if id(cells) in seen or len(seen) > _MOST:
        return
    seen.add(id(cells))
    for key, cell in list(cells.items()):
        value = cell.value if isinstance(cell, Slot) else cell
        held = value.cells.get(ITEMS) if isinstance(value, Instance) else value
        if key in stored and (isinstance(value, (Items, Table)) or _is_own(value)):
            unsure(m, value)
        if isinstance(value, (Const, Text)):
            if key in stored:
                others = [Text((Chunk(one),)) if isinstance(one, str) else Const(one) for one in stored[key]]
                changed = choose(guess(m, one) for one in (value, *others))
                m.heap.put(cells, key, replace(cell, value=changed) if isinstance(cell, Slot) else changed)
        elif isinstance(held, (Items, Table)) and _is_empty(held):
            if key in found.grown or key in stored:
                origin = Origin("setting", str(key), held.location)
                m.heap.put(held.cells, REST, Unknown(f"{key} is filled in elsewhere", str(key), origin))
        elif isinstance(value, Table):
            _open(m, value.cells, found, found.inside(key), seen)
        elif isinstance(value, Instance) and isinstance(value.kind, Class):
            _open(m, value.cells, found, _of(value, found), seen)


def _is_own(found: Value) -> bool:
    return isinstance(found, Instance) and isinstance(found.kind, Class)


def _is_empty(found: Items | Table) -> bool:
    return found.rest is None and not (found.items if isinstance(found, Items) else found.cells)
