"""Stores: in variables, attributes, items, and the parts of sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.assumptions import either, unsure
from migrator.evaluate.attributes import item, member
from migrator.evaluate.cloning import given
from migrator.evaluate.contents import MAX_KNOWN_ITEMS, iterate, merged
from migrator.evaluate.frame import FALL, Frame
from migrator.evaluate.missing_reads import read
from migrator.evaluate.operators import operate
from migrator.evaluate.placeholders import opened_blanks
from migrator.evaluate.store import (
    ITEMS,
    REST,
    Choice,
    Function,
    Instance,
    Items,
    Located,
    Module,
    Slot,
    Table,
    Value,
    choose,
    join,
    options,
)
from migrator.evaluate.store import Class as ClassValue
from migrator.evaluate.strings import key_of, known
from migrator.model.call import Context
from migrator.model.text import Location
from migrator.model.unit import Assign, Attr, Aug, Del, Expr, Name, Seq, Sub, Wrap
from migrator.model.value import Chunk, Const, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def store(m: Interpreter, node: Assign, found: Value, frame: Frame) -> None:
    """Stores the value of an assignment in its targets."""
    if frame.blanks and frame.function is None:
        found = opened_blanks(m, frame.blanks, node, found)
    for target in node.targets:
        assign(m, target, found, frame)


def assign(m: Interpreter, target: Expr, found: Value, frame: Frame) -> None:
    """Stores a value in a name, attribute, item, or the parts of a sequence."""
    match target:
        case Name(id=name):
            m.heap.put(_scope_of(m, name, frame), name, _called(given(m, found), name))
        case Attr(value=owner, name=name):
            for one in options(m.eval(owner, frame)):
                set_attribute(m, one, name, found, frame, frame.at(target.span))
        case Sub(value=owner, index=index):
            base = m.eval(owner, frame)
            key = m.eval(index, frame)
            container = opened(m, owner, base, frame)
            for one in options(container):
                if frame.function is None and (entry := key_of(key)) is not None:
                    _overwrites(m, one, entry[0], frame)
                set_item(m, one, key, found, frame, frame.at(target.span), certain=one is container)
        case Seq(items=parts):
            _unpack(m, parts, found, frame, frame.at(target.span))
        case Wrap(kind="*", value=inner) if inner is not None:
            assign(m, inner, found, frame)
        case _:
            m.eval(target, frame)


def _called(found: Value, name: str) -> Value:
    """Returns what a variable is given; the result of a function is called by the variable, not by the function."""
    if isinstance(found, Unknown) and found.origin.how == "call":
        function = found.origin.name.removesuffix("()").rpartition(".")[2]
        if found.hint == function and name != function:
            return Unknown(found.reason, name, found.origin)
    return found


def _scope_of(m: Interpreter, name: str, frame: Frame) -> dict[str, Any]:
    if name in frame.globals:
        return m.state.frames[frame.unit.path].variables if frame.unit.path in m.state.frames else frame.variables
    if name in frame.nonlocals:
        scope = frame.outer
        while scope is not None:
            if name in scope.variables:
                return scope.variables
            scope = scope.outer
    return frame.variables


def set_attribute(m: Interpreter, owner: Value, name: str, found: Value, frame: Frame, at: Location) -> None:
    """Stores a member of an object, a class, a module or a mapping; a property of the program takes it itself."""
    if m.state.noted is not None and not _is_own(m, owner, frame):
        m.state.noted.append((owner, name, found))
    elif frame.function is None:
        _overwrites(m, owner, name, frame)
    match owner:
        case Instance(kind=ClassValue() as cls):
            if not _given_to_setter(m, owner, member(cls, name), found, frame, at):
                m.heap.put(owner.cells, name, found)
        case Instance() | Items() if m.library.assign(owner, name, found, m, at):
            return
        case Instance() | Module() | ClassValue():
            m.heap.put(owner.cells, name, found)
        case Table() if m.semantics.entries:
            slot = owner.cells.get(name)
            if _given_to_setter(m, owner, slot.value if isinstance(slot, Slot) else None, found, frame, at):
                return
            set_item(m, owner, Text((Chunk(name, Origin("literal", name, at)),)), found, frame, at)
        case Ref(name=whole) if whole in m.semantics.whole:
            before = m.state.everywhere.get(name)
            m.state.everywhere[name] = found if before is None else either(m, before, found)
            m.state.modules[frame.unit.path].cells.setdefault(name, m.state.everywhere[name])
        case Ref(name=whole) if name in m.library.sends and m.now.context is Context.PROGRAM:
            m.state.replaced.add(whole.partition(".")[0])
        case Function() if m.semantics.entries:
            owner.attributes = {**(owner.attributes or {}), name: found}  # type: ignore[misc] # late


def _given_to_setter(
    m: Interpreter, owner: Value, held: Value | None, found: Value, frame: Frame, at: Location
) -> bool:
    """Returns whether what is stored is for a property to take, which may have nothing that takes it."""
    set_by = setter_of(held)
    if isinstance(set_by, Function):
        m.invoke(set_by, Args([owner, found]), frame, at)
        return True
    return m.semantics.entries and isinstance(held, Function) and held.kind == "property"


def set_any(m: Interpreter, owner: Instance | Module | ClassValue, found: Value) -> None:
    """Stores a value in a field whose name is not known: each that is no function may be it."""
    unsure(m, owner)
    for name, held in list(owner.cells.items()):
        if isinstance(name, str) and isinstance(held, (Text, Const, Choice, Unknown)):
            m.heap.put(owner.cells, name, either(m, held, found))


def _overwrites(m: Interpreter, owner: Value, name: object, frame: Frame) -> None:
    """Notes what a module replaces in what another file has made."""
    if not isinstance(owner, Located):
        return
    path = owner.unit.path if isinstance(owner, (Module, ClassValue)) else owner.location.path
    if path != frame.unit.path:
        old = owner.cells.get(name)
        if old is None and isinstance(owner, Instance) and isinstance(owner.kind, ClassValue):
            old = member(owner.kind, str(name))
        m.state.overwritten.append((owner, name, old))


def _is_own(m: Interpreter, owner: Value, frame: Frame) -> bool:
    """Returns whether a method stores something in its own object, or the constructor of an object is active."""
    if not isinstance(owner, Instance) or not isinstance(owner.kind, ClassValue):
        return not isinstance(owner, Unknown)
    if owner is frame.receiver and frame.function is not None and frame.function.owner is not None:
        return True
    constructor = member(owner.kind, m.semantics.roles.constructor)
    return isinstance(constructor, Function) and id(constructor.node) in frame.chain


def setter_of(found: Value | None) -> object:
    """Returns what sets a property, None where there is no such function."""
    attributes = found.attributes if isinstance(found, Function) and found.kind == "property" else None
    return (attributes or {}).get("setter")


def opened(m: Interpreter, owner: Expr, base: Value, frame: Frame) -> Value:
    """Returns a container to write into: something unknown becomes a mapping of unknown content, in its place too."""
    if not isinstance(base, Unknown) and not (
        isinstance(base, Choice) and any(isinstance(o, Unknown) for o in base.options)
    ):
        return base
    made = choose(
        Table(frame.at(owner.span), {REST: one}) if isinstance(one, Unknown) else one
        for one in options(base)
        if not isinstance(one, Const)
    )
    if isinstance(owner, (Name, Attr)):
        assign(m, owner, made, frame)
    return made


def set_item(
    m: Interpreter,
    owner: Value,
    key: Value,
    found: Value,
    frame: Frame,
    at: Location,
    *,
    certain: bool = True,
    either: bool = True,
) -> None:
    """Stores an item of a container; an uncertain write leaves what was there possible.

    It is uncertain because it is *either* of several containers that is written to, or because the key is not known.
    """
    match owner:
        case Table():
            key = m.semantics.key(key)
            name = key_of(key)
            if isinstance(key, Choice):
                for one in key.options:
                    set_item(m, owner, one, found, frame, at, certain=False, either=False)
                return
            if name is None:
                m.heap.put(owner.cells, REST, found if owner.rest is None else join(owner.rest, found))
                return
            old = owner.cells.get(name[0])
            if not certain:
                was_there = isinstance(old, Slot)
                found = join(old.value, found) if isinstance(old, Slot) else found
                m.heap.put(owner.cells, name[0], Slot(key, found, not was_there, either))
            else:
                m.heap.put(owner.cells, name[0], Slot(key, found))
        case Items():
            _set_nth(m, owner, key, found, at)
        case Instance() | ClassValue() | Module() if m.semantics.entries and (member_name := known(key)) is not None:
            set_attribute(m, owner, member_name, found, frame, at)
        case Instance(kind=ClassValue() as cls):
            setter = member(cls, m.semantics.roles.set_item)
            if isinstance(setter, Function):
                m.invoke(setter, Args([owner, key, found]), frame, at)
            elif isinstance(own := owner.cells.get(ITEMS), (Table, Items)):
                set_item(m, own, key, found, frame, at, certain=certain, either=either)
        case Instance():
            m.library.store(owner, key, found, m)


def _set_nth(m: Interpreter, owner: Items, key: Value, found: Value, at: Location) -> None:
    """Stores an item of a list: under a place that is not known, or several at once, each may be any of them."""
    if isinstance(key, Const) and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
        items = list(owner.items)
        items[int(key.value)] = found
        m.heap.put(owner.cells, "items", owner.after(items))
    elif isinstance(key, Const) and isinstance(key.value, int) and m.semantics.absent is not None:
        size = len(owner.items)
        if size <= key.value < MAX_KNOWN_ITEMS and owner.rest is None:  # a list that grows with it
            more = [*[m.semantics.absent] * (key.value - size), found]
            m.heap.put(owner.cells, "items", owner.after([*owner.items, *more], len(more)))
    elif isinstance(key, Unknown) and owner.kind == "list":
        several, rest = iterate(found, at) if key.hint == "slice" else ([found], None)
        m.heap.put(owner.cells, REST, choose((*owner.every, *several, *([rest] if rest is not None else []))))
        m.heap.put(owner.cells, "items", ())


def _unpack(m: Interpreter, parts: tuple[Expr, ...], found: Value, frame: Frame, at: Location) -> None:
    columns: list[list[Value]] = [[] for _ in parts]
    for option in options(found):
        items, rest = iterate(option, at)
        star = next((i for i, part in enumerate(parts) if isinstance(part, Wrap) and part.kind == "*"), None)
        if star is not None:
            tail = len(parts) - star - 1
            middle = items[star : len(items) - tail]
            items = [*items[:star], Items("list", middle, at, rest), *(items[len(items) - tail :] if tail else [])]
        for place, column in enumerate(columns):
            if place < len(items):
                column.append(items[place])
            elif rest is not None:
                column.append(rest if len(parts) == 1 else _column(rest, parts[place]))
    for part, column in zip(parts, columns, strict=True):
        if column:
            assign(m, part, choose(column), frame)
        else:
            assign(m, part, m.unknown("a part of a value", "part", at), frame)


def _column(rest: Value, part: Expr) -> Value:
    if isinstance(rest, Unknown) and isinstance(part, Name):
        return Unknown(rest.reason, part.id, rest.origin)
    return rest


def run_aug(m: Interpreter, node: Aug, frame: Frame) -> int:
    """Runs ``target op= value``; a list or mapping changes in place."""
    right = m.eval(node.value, frame)
    at = frame.at(node.span)
    if isinstance(node.target, Sub):
        left = item(m, m.eval(node.target.value, frame), m.eval(node.target.index, frame), frame, node.target)
    else:
        left = m.eval(node.target, frame)
    if node.op == "+" and isinstance(left, Items):
        items, rest = iterate(right, at)
        m.heap.put(left.cells, "items", left.after((*left.items, *items), len(items)))
        if rest is not None:
            m.heap.put(left.cells, REST, rest)
        return FALL
    if node.op == "|" and isinstance(left, Table):
        update(m, left, right)
        return FALL
    result = operate(m, node.op, left, right, frame, at)
    if isinstance(left, Unknown) and isinstance(result, Unknown):
        result = Unknown(result.reason, left.hint, result.origin)  # what it was called before
    assign(m, node.target, result, frame)
    return FALL


def update(m: Interpreter, table: Table, found: Value) -> None:
    """Writes the entries of one mapping into another, in place."""
    after = merged(m, table, found, table.location)
    for key, cell in after.cells.items():
        if table.cells.get(key) is not cell:
            m.heap.put(table.cells, key, cell)


def run_del(m: Interpreter, node: Del, frame: Frame) -> int:
    """Runs ``del``."""
    for target in node.targets:
        if isinstance(target, Name):
            m.heap.drop(frame.variables, target.id)
        elif isinstance(target, Sub):
            owner, index = m.eval(target.value, frame), m.semantics.key(m.eval(target.index, frame))
            read(m, owner, index, frame.at(target.span), frame)
            key = key_of(index)
            if isinstance(owner, Table) and key is not None:
                m.heap.drop(owner.cells, key[0])
            elif isinstance(owner, Items) and m.semantics.absent is not None:  # a hole is left
                set_item(m, owner, m.eval(target.index, frame), m.semantics.absent, frame, frame.at(target.span))
            elif isinstance(owner, Items) and isinstance(index, Const) and isinstance(index.value, int):
                kept = [one for at, one in enumerate(owner.items) if at != index.value % (len(owner.items) or 1)]
                m.heap.put(owner.cells, "items", owner.after(kept, len(kept) - len(owner.items)))
        elif isinstance(target, Attr):
            owner = m.eval(target.value, frame)
            if isinstance(owner, Instance) or (isinstance(owner, Table) and m.semantics.entries):
                m.heap.drop(owner.cells, target.name)
    return FALL
