"""What functions leave in the state that they share: their values join those that are there.

Code that nothing in the program calls is followed on the state that modules and constructors leave. Any other function
may have run before, in any order. Each that changes what it has not made itself is run once, nothing it sends being
kept, and what it leaves is one of several values then: of a variable, a field, an entry, an item, whoever holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from migrator.evaluate.arguments import Args
from migrator.evaluate.assignments import setter_of
from migrator.evaluate.assumptions import either
from migrator.evaluate.attributes import member, takes_receiver
from migrator.evaluate.calls import call_symbolic, methods
from migrator.evaluate.contents import derived
from migrator.evaluate.mutable_state import Changing, open_object, open_state, open_variables
from migrator.evaluate.state import OutOfBudgetError, Results, holding
from migrator.evaluate.store import (
    MISSING,
    REST,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Joined,
    Located,
    Method,
    Module,
    Partial,
    Slot,
    Table,
    Value,
    ancestors,
    choose,
    options,
)  # fmt: skip
from migrator.model.call import Context
from migrator.model.text import Location
from migrator.model.unit import Def, Lambda
from migrator.model.value import NOWHERE, Const, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_Noted: TypeAlias = tuple[Value, str, Value]
_Kept: TypeAlias = dict[tuple[int, Any], tuple[dict[Any, Any], Any, list[Any]]]
_STEPS, _DEPTH, _ROUNDS = 3_000, 3, 3
_ALIKE = 3  # on how many classes a method says nothing before it is taken to say nothing on any
_MOST = 20_000  # cells that are looked at
_ITEMS = "items"


@dataclass(slots=True)
class Places:
    """What is there before functions run: cells by their identity, each with what holds it."""

    found: dict[int, tuple[dict[Any, Any], Located | None]] = field(default_factory=dict)

    def add(self, *roots: Any) -> None:
        """Adds all that values lead to."""
        stack, functions = list(roots), set[int]()
        while stack and len(self.found) < _MOST:
            one = stack.pop()
            match one:
                case Slot(value=value):
                    stack.append(value)
                case tuple():
                    stack += one
                case Choice(options=others):
                    stack += others
                case Located():
                    if self.cells(one.cells, one):
                        stack += one.cells.values()
                        stack += [one.kind] if isinstance(one, Instance) else []
                case Function(frame=frame, attributes=attributes, defaults=defaults) if id(one) not in functions:
                    functions.add(id(one))  # one can be a member of itself
                    stack += [*(attributes or {}).values(), *defaults.values()]
                    while frame is not None and frame.function is not None:
                        stack += frame.variables.values() if self.cells(frame.variables) else ()
                        frame = frame.outer
                case Bound(func=func, receiver=receiver):
                    stack += (func, receiver)
                case Method(receiver=receiver):
                    stack.append(receiver)
                case Partial(func=func, args=args):
                    stack += (func, *args)

    def cells(self, cells: dict[Any, Any], owner: Located | None = None) -> bool:
        """Adds the cells of something alone. Returns whether they are new."""
        if id(cells) in self.found:
            return False
        self.found[id(cells)] = cells, owner
        return True

    def owners(self) -> Iterator[Located]:
        """Yields what holds the cells."""
        yield from [owner for _, owner in self.found.values() if owner is not None]


class FunctionEffects:
    """Runs the functions that change what they share, and joins what they leave with what is there."""

    def __init__(self, interpreter: Interpreter) -> None:
        """Takes the interpreter whose state is changed."""
        self.m = interpreter
        self.found, self.news = Changing(), False
        self.fields: dict[Class | None, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        self.kept: dict[tuple[Class, Location], Instance] = {}  # objects that modules and classes hold
        self.places = Places()
        self.ran: set[Function] = set()
        self.telling: set[tuple[Def | Lambda, Class]] = set()
        self.plain: dict[Def | Lambda, dict[Class, list[tuple[str, Value]]]] = defaultdict(dict)

    def by_program(self, found: Changing, functions: Iterable[Function]) -> bool:
        """Joins what functions and methods leave in modules and classes, and in the objects that these hold.

        Those that were run before are not again. Returns whether anything is another now.
        """
        self.found, self.news, known = found, False, self.places.found
        self.places = places = Places()
        held: list[Module | Class] = [*self.m.state.modules.values(), *self.m.state.classes.values()]
        places.add(*[one for one in held if not self._is_test(one.unit.path)])
        for function in functions:
            if _named(function) in found.writers and function not in self.ran and not self._is_test(function.unit.path):
                self.ran.add(function)
                self._join(places, [(function, self._receiver(function, function.owner))])
        for owner in [one for at, (_, one) in list(places.found.items()) if at not in known]:
            match owner:
                case Table():
                    values = [one for _, slot in owner.slots() for one in options(slot.value)]
                    own = [one for one in values if isinstance(one, Function) and takes_receiver(one)]
                    self._join(places, [(one, owner) for one in own if _named(one) in found.writers])
                case Instance(kind=Class() as cls) if not self._is_test(owner.location.path):
                    self._of_object(places, owner)
                    self.kept[cls, owner.location] = owner
        open_state(self.m, found)
        return self.news

    def _is_test(self, path: str) -> bool:
        return self.m.context_of(path) is not Context.PROGRAM

    def in_object(self, instance: Instance) -> None:
        """Joins what methods leave in an object, and in those that it holds."""
        assert isinstance(instance.kind, Class)
        twin = self.kept.get((instance.kind, instance.location))
        if twin is not None and twin is not instance:
            self._merge(instance, twin, {id(instance)})
        places = Places()
        places.add(instance)
        for owner in list(places.owners()):
            if isinstance(owner, Instance) and isinstance(owner.kind, Class):
                self._of_object(places, owner)
        open_object(self.m, instance, self.found)

    def in_variables(self, function: Function, others: Sequence[Function]) -> None:
        """Joins what functions that are made with one leave in the variables around it."""
        fresh = [one for one in others if _named(one) in self.found.writers and one not in self.ran]
        if fresh:
            self.ran.update(fresh)
            places = Places()
            places.add(function, *others)
            self._join(places, [(one, None) for one in fresh])
        open_variables(self.m, function, self.found)

    def _of_object(self, places: Places, instance: Instance) -> None:
        """Joins what the methods of an object leave, and what is stored in its fields elsewhere."""
        assert isinstance(instance.kind, Class)
        every = self.found.fillers | self.found.writers
        own = [one for _, one in methods(instance.kind) if _named(one) in every and one.kind != "staticmethod"]
        for one in own:
            if self.m.budget.is_spent(len(self.m.state.modules)):
                break
            plain = self._plain(one, instance.kind)
            if plain is None:
                self._join(places, [(one, self._receiver(one, instance))])
            for name, value in plain or ():
                self._put(instance.cells, instance, name, value)
        classes = [one for one in ancestors(instance.kind) if isinstance(one, Class)]
        for cls in (*classes, None):
            for name, values in self.fields.get(cls, {}).items():
                held = member(instance.kind, name)
                setter = setter_of(held)
                if isinstance(setter, Function):
                    self._join(places, [(setter, instance)], choose(values))
                elif cls is not None or name in instance.cells or not (held is None or isinstance(held, Function)):
                    self._put(instance.cells, instance, name, choose(values))

    def _plain(self, function: Function, cls: Class) -> list[tuple[str, Value]] | None:
        """Returns what a method stores in the fields of any object where that says nothing, else None."""
        kinds = self.plain.get(function.node, {})
        known = cls if cls in kinds else next(iter(kinds)) if len(kinds) >= _ALIKE else None
        return kinds[known] if known is not None else None

    def _receiver(self, function: Function, owner: Class | Instance | None) -> Value | None:
        if function.kind == "staticmethod" or owner is None:
            return None
        if function.kind == "classmethod":
            return owner.kind if isinstance(owner, Instance) else owner  # type: ignore[return-value] # of the project
        return self.m.object_of(owner) if isinstance(owner, Class) else owner

    def _join(self, places: Places, runs: Sequence[tuple[Function, Value | None]], given: Value | None = None) -> None:
        """Joins what functions leave, each of them called on something; again while that changes what they leave."""
        for _ in range(_ROUNDS):
            runs = [(function, on) for function, on in runs if self._leaves(places, function, on, given)]

    def _leaves(self, places: Places, function: Function, receiver: Value | None, given: Value | None) -> bool:
        """Joins what a function leaves. Returns whether that is new."""
        left, noted = self._ran(function, receiver, given)
        changed = [one for at, one in left.items() if at[0] in places.found]
        noted = [one for one in noted if self._tells(places, *one)]
        if changed or noted:
            self.m.heap.redo({at: (one[0], one[2][-1]) for at, one in left.items() if at[0] not in places.found})
        news, plain = False, list[tuple[str, Value]]()
        for cells, key, values in changed:
            for value in values:
                new = self._put(cells, places.found[id(cells)][1], key, value)
                self.news |= new
                news |= new and _says_something(value)
                if isinstance(receiver, Instance) and cells is receiver.cells and isinstance(value, (Unknown, Const)):
                    plain.append((key, value))
            places.add(cells.get(key))
        if isinstance(receiver, Instance) and isinstance(receiver.kind, Class):
            which = function.node, receiver.kind
            if news or noted:
                self.telling.add(which)
            elif which not in self.telling:
                self.plain[function.node].setdefault(receiver.kind, plain)
        for owner, name, value in noted:
            cls = owner.kind if isinstance(owner, Instance) and isinstance(owner.kind, Class) else None
            self.fields[cls][name].append(value)
            self.news = True
        return news

    def _tells(self, places: Places, owner: Value, name: str, value: Value) -> bool:
        """Returns whether a store in a field tells something new of objects that are not at hand."""
        if isinstance(owner, Located) and id(owner.cells) in places.found:
            return False
        cls = owner.kind if isinstance(owner, Instance) and isinstance(owner.kind, Class) else None
        is_new = not any(_is_held(one, value) for one in self.fields[cls][name])
        return is_new and (cls is not None or _says_something(value))

    def _ran(self, function: Function, receiver: Value | None, given: Value | None) -> tuple[_Kept, list[_Noted]]:
        """Runs a function and undoes it. Returns what cells held in turn, and what was stored in fields."""
        m = self.m
        mark, created = m.heap.mark(), len(m.state.created)
        noted: list[_Noted] = []
        frame = m.state.frames[function.unit.path]
        with (
            holding(m, results=Results()),
            holding(m.now, recording=False),
            holding(m.state, noted=noted),
            holding(m.budget, steps=0, forks=0, depth=_DEPTH, limit=_STEPS),
        ):
            with suppress(OutOfBudgetError):
                if given is not None:
                    m.invoke(function, Args([*options(receiver or given), given][-2:]), frame, NOWHERE)
                else:
                    call_symbolic(m, function, frame, NOWHERE, receiver)
            m.budget.total += m.budget.steps
        left: _Kept = {}
        for cells, key, old in m.heap.trail[mark:]:
            known = left.get((id(cells), key))
            if known is None:
                left[id(cells), key] = cells, key, []
            elif not isinstance(old, tuple):
                known[2].append(old)
        for cells, key, values in left.values():
            values.append(cells.get(key, MISSING))
        m.heap.undo(mark)
        del m.state.created[created:]
        return left, noted

    def _merge(self, into: Located, other: Located, seen: set[int]) -> None:
        """Joins an object with another one that the same code has made."""
        for key, cell in list(other.cells.items()):
            own = into.cells.get(key, MISSING)
            mine, its = (one.value if isinstance(one, Slot) else one for one in (own, cell))
            if isinstance(mine, Located) and isinstance(its, Located) and mine.location == its.location:
                if type(mine) is type(its) and mine is not its and id(mine) not in seen:
                    self._merge(mine, its, seen | {id(mine)})
            elif own is not cell:
                self._put(into.cells, into, key, cell)

    def _put(self, cells: dict[Any, Any], owner: Located | None, key: Any, new: Any) -> bool:
        """Makes a cell hold what was left there as well as what it holds. Returns whether that is new."""
        old = cells.get(key, MISSING)
        if isinstance(owner, Items) and key == _ITEMS:
            return self._put_items(owner, old, new)
        if old is MISSING and isinstance(owner, Instance) and isinstance(owner.kind, Class) and isinstance(key, str):
            held = member(owner.kind, key)
            old = MISSING if held is None else _seen(held, owner)
        if new is MISSING:
            if isinstance(old, Slot) and not old.maybe:
                self.m.heap.put(cells, key, Slot(old.key, old.value, True))
            return False
        made = old if _is_held(old, new) else self._either(old, new)
        if made == old:
            return False
        self.m.heap.put(cells, key, made)
        if key is REST and isinstance(owner, Table):  # under a name that is not known: any may be it
            for name, slot in list(owner.slots()):
                at = owner.location
                named = choose(derived(one, slot.key, at) if isinstance(one, Unknown) else one for one in options(new))
                self.m.heap.put(cells, name, Slot(slot.key, either(self.m, slot.value, named), slot.maybe))
        return True

    def _either(self, old: Any, new: Any) -> Any:
        if not isinstance(new, Slot):
            return either(self.m, new if old is MISSING else old, new)
        if not isinstance(old, Slot):
            return Slot(new.key, either(self.m, new.value, new.value), True, left=True)
        value = either(self.m, old.value, new.value)
        return old if value == old.value else Slot(new.key, value, old.maybe, left=old.left)

    def _put_items(self, owner: Items, old: tuple[Value, ...], new: tuple[Value, ...]) -> bool:
        m = self.m
        if len(old) == len(new):
            same = tuple(one if one == other else either(m, one, other) for one, other in zip(old, new, strict=True))
            if same != old:
                m.heap.put(owner.cells, _ITEMS, owner.after(same))
            return same != old
        held = choose(owner.every) if owner.every else MISSING
        added = [one for one in new if not _is_held(held, one)]
        moved = new[: len(old)] != old
        if added:
            rest = [*(old if moved else ()), *added] if owner.rest is None else [owner.rest, *added]
            m.heap.put(owner.cells, REST, choose(either(m, one, one) for one in rest))
        same = tuple(choose((one, *added)) for one in old) if moved else old
        least = min(owner.least, sum(any(one is other or one == other for other in new) for one in old))
        if same != old or least < owner.least:
            m.heap.put(owner.cells, _ITEMS, Joined.of(same, least) if least < len(old) else same)
        return bool(added)


def _named(function: Function) -> tuple[str, str]:
    return (function.owner.name if function.owner is not None else "", function.node.name)


def _seen(found: Value, owner: Instance) -> Value:
    """Returns what a class holds as its object sees it."""
    return Bound(found, owner) if isinstance(found, Function) and takes_receiver(found) else found


def _is_held(old: Any, new: Any) -> bool:
    """Returns whether a value is one of those that are there, or the same code has made it."""
    if old is MISSING or new is MISSING or isinstance(old, Slot) != isinstance(new, Slot):
        return False
    mine, its = (one.value if isinstance(one, Slot) else one for one in (old, new))
    return all(any(_are_alike(one, other) for other in options(mine)) for one in options(its))


def _are_alike(one: Value, other: Value) -> bool:
    if isinstance(one, Located) and type(one) is type(other):
        return one is other or (isinstance(other, Located) and one.location == other.location)
    return one == other


def _says_something(found: Any) -> bool:
    """Returns whether what is stored is more than something unknown, a number, or a truth value."""
    if found is MISSING:
        return False
    values = found if isinstance(found, tuple) else (found.value if isinstance(found, Slot) else found,)
    return any(not isinstance(one, (Unknown, Const)) for value in values for one in options(value))
