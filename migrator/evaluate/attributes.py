"""Attributes and items: of modules, classes, objects, containers and libraries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.assumptions import is_guess, read_from, unsure
from migrator.evaluate.contents import derived
from migrator.evaluate.field_effects import filled_in, fills, is_probed
from migrator.evaluate.frame import Frame
from migrator.evaluate.imports import of_others
from migrator.evaluate.object_uses import read
from migrator.evaluate.observations import asked_of_answer
from migrator.evaluate.store import (
    ITEMS,
    NONE,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Located,
    Method,
    Module,
    Partial,
    Super,
    Table,
    Value,
    ancestors,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import as_text, key_of, known
from migrator.model.text import Location
from migrator.model.unit import ClassDef, Sub
from migrator.model.value import Chunk, Const, Hole, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def attribute(m: Interpreter, found: Value, name: str, frame: Frame, at: Location) -> Value:
    """Returns ``found.name``."""
    match found:
        case Choice(options=alternatives):
            real = [one for one in alternatives if one != NONE]  # which has no members: the program goes no further
            return choose(attribute(m, one, name, frame, at) for one in real)
        case Table() if m.semantics.entries and name in found.cells:
            return called_on(m, found, entry(m, found, Text((Chunk(name),)), at), frame, at)
        case Function() | Class() if name == m.semantics.roles.prototype:
            return class_of(m, found)
        case Instance():
            return _of_instance(m, found, name, frame, at)
        case Module():
            return _of_module(m, found, name, at)
        case Class():
            return _of_class(m, found, name, frame, at)
        case Super(owner=owner, receiver=receiver):
            return _of_super(m, owner, receiver, name, at)
        case Unknown() if (name.isupper() or name in m.library.requesting) and (
            modelled := m.library.attribute(found, name, m, at)
        ) is not None:
            return modelled
        case Unknown():
            return _of_unknown(m, found, name, frame, at)
        case Function(attributes=dict() as attributes) if name in attributes:
            stored: Value = attributes[name]
            return stored
        case Partial(func=func) if name == "func":
            return func
        case _:
            return _of_library(m, found, name, at)


def _of_unknown(m: Interpreter, found: Unknown, name: str, frame: Frame, at: Location) -> Value:
    if name in m.state.decorated:
        return m.state.decorated[name]
    asked_of_answer(m, found, name, at, frame)
    how = found.origin.how
    how = "attribute" if how in ("parameter", "unknown", "call", "loop") else how
    of = (found.origin.of or found.origin) if name in m.library.respells else None
    return Unknown(found.reason, name, Origin(how, f"{found.origin.name}.{name}", at, of))


def _of_library(m: Interpreter, found: Value, name: str, at: Location) -> Value:
    if isinstance(found, Ref) and found.name in m.semantics.whole:
        given = of_others(m, name, at)
        if given is not None:
            return given
    modelled = m.library.attribute(found, name, m, at)
    if modelled is not None:
        return modelled
    if isinstance(found, Ref):
        return Ref(f"{found.name}.{name}", Origin("import", f"{found.name}.{name}", at))
    if isinstance(found, Table) and m.semantics.entries:
        return entry(m, found, Text((Chunk(name),)), at)
    return Unknown(f"attribute {name} of a value", name, Origin("attribute", name, at))


def class_of(m: Interpreter, found: Function | Class) -> Class:
    """Returns the class that a function is for the objects that it fills, a class itself."""
    if isinstance(found, Class):
        return found
    held = (found.attributes or {}).get(_CLASS)
    if isinstance(held, Class):
        return held
    frame, at = found.frame or m.state.frames[found.unit.path], Location(found.unit.path, found.node.span)
    made = Class(ClassDef(found.node.span, found.name, (), (), ()), found.unit, frame, (), at)
    found.attributes = {**(found.attributes or {}), _CLASS: made}  # type: ignore[misc] # late
    return made


STATIC = "static "
"""What stands before the name of a member of a class whose objects have another one under that name."""
_CLASS = "@class"  # the attribute under which a function keeps its class


def _of_module(m: Interpreter, module: Module, name: str, at: Location) -> Value:
    found: Value | None = module.cells.get(name)
    if found is not None:
        return called_on(m, module, found, m.state.frames[module.unit.path], at)
    path = m.program.member(module.unit.path, name)
    if path is not None:
        loaded = m.module(path)
        if loaded is not None:
            return loaded
    dynamic = module.cells.get(m.semantics.roles.missing)
    if isinstance(dynamic, Function):
        return m.invoke(dynamic, Args([Text((Chunk(name),))]), m.state.frames[module.unit.path], at)
    return Unknown(f"{module.unit.module} has no {name}", name, Origin("import", f"{module.unit.module}.{name}", at))


def library_base(m: Interpreter, cls: Class) -> str | None:
    """Returns the dotted name of the nearest library class it descends from, or None."""
    top = m.semantics.roles.top
    return next((one.name for one in ancestors(cls) if isinstance(one, Ref) and one.name != top), None)


def member(cls: Class, name: str, *, after: Class | None = None) -> Value | None:
    """Returns what the class or its bases hold under a name; with *after*, only bases beyond that one."""
    passed = after is None
    own: Value | None = cls.cells.get(name) if passed else None
    if own is not None:
        return own
    for one in ancestors(cls):
        if passed and isinstance(one, Class):
            found: Value | None = one.cells.get(name)
            if found is not None:
                return found
        passed = passed or one is after
    return None


def takes_receiver(func: Function) -> bool:
    """Returns whether a function has a parameter of its own for the object that it is called on."""
    return bool(func.node.params) and func.node.params[0].kind == "receiver"


def called_on(m: Interpreter, receiver: Value, found: Value, frame: Frame, at: Location) -> Value:
    """Returns what an object holds itself as a call through the object sees it: a function knows the object."""
    if isinstance(found, Function) and takes_receiver(found):
        return _gotten(m, found, receiver, frame, at) if found.kind == "property" else Bound(found, receiver)
    if isinstance(found, Choice) and any(isinstance(one, Function) for one in found.options):
        return choose(called_on(m, receiver, one, frame, at) for one in found.options)
    return found


def _bind(m: Interpreter, found: Value, receiver: Instance | Class, frame: Frame, at: Location) -> Value:
    """Returns a class member as seen through an object or class: methods bound, properties called."""
    if isinstance(found, Choice):
        return choose(_bind(m, one, receiver, frame, at) for one in found.options)
    if isinstance(found, Instance):
        return _described(m, found, receiver, frame, at)
    if isinstance(found, Partial) and found.method:
        return replace(found, func=_bind(m, found.func, receiver, frame, at))
    if not isinstance(found, Function):
        return found
    if found.kind == "staticmethod":
        return found
    if found.kind == "classmethod":
        return Bound(found, receiver.kind if isinstance(receiver, Instance) else receiver)
    of_class = isinstance(receiver, Class) and not (found.kind == "property" and takes_receiver(found))
    if of_class or not (m.semantics.receives or takes_receiver(found)):
        return found
    return _gotten(m, found, receiver, frame, at) if found.kind == "property" else Bound(found, receiver)


def _described(m: Interpreter, found: Instance, receiver: Instance | Class, frame: Frame, at: Location) -> Value:
    """Returns what an object that is a member of a class gives where it is asked for: itself, unless it says more."""
    getter = member(found.kind, m.semantics.roles.got) if isinstance(found.kind, Class) else None
    if not isinstance(getter, Function):
        return found
    asked: tuple[Value, Value] = (NONE, receiver)
    if isinstance(receiver, Instance):
        asked = (receiver, receiver.kind if isinstance(receiver.kind, Class) else NONE)
    return m.invoke(getter, Args([found, *asked]), frame, at)


def _gotten(m: Interpreter, getter: Function, receiver: Value, frame: Frame, at: Location) -> Value:
    read(m, getter, at)
    return m.invoke(getter, Args([receiver]), frame, at)


def _of_instance(m: Interpreter, instance: Instance, name: str, frame: Frame, at: Location) -> Value:
    own: Value | None = instance.cells.get(name)
    if isinstance(instance.kind, str):
        modelled = own if own is not None else m.library.attribute(instance, name, m, at)
        return modelled if modelled is not None else Method(f"{instance.kind}.{name}", instance)
    cls = instance.kind
    if isinstance(own, Choice) and NONE in own.options:  # a field that the constructor may leave empty
        own = choose((own, filled_in(m, instance, name, frame, at) or own))
    if own is not None and own != NONE:
        return called_on(m, instance, read_from(m, instance, own), frame, at)
    if name == m.semantics.roles.kind:
        return cls
    if m.semantics.is_special(name):
        unsure(m, instance)  # who asks for all of its fields may write to them
    found = member(cls, name) if own is None else None
    if found is not None and found != NONE:
        return _bind(m, read_from(m, instance, found), instance, frame, at)
    return _missing(m, instance, name, frame, at, found if found is not None else own)


def _missing(
    m: Interpreter, instance: Instance, name: str, frame: Frame, at: Location, placeholder: Value | None
) -> Value:
    assert isinstance(instance.kind, Class)
    cls = instance.kind
    filled = filled_in(m, instance, name, frame, at)
    if placeholder == NONE and fills(m, frame, name) and (filled is not None or is_probed(m, instance, name)):
        return choose((filled or NONE, NONE))  # what asks and then fills it finds it empty the first time
    if filled is not None:
        return filled if placeholder is None or not instance.symbolic else choose((filled,))
    if placeholder is not None and not instance.symbolic:
        return read_from(m, instance, placeholder)
    base = library_base(m, cls)
    if base is not None and placeholder is None:
        return _of_base(m, base, name, instance, at)
    dynamic = member(cls, m.semantics.roles.missing)
    if isinstance(dynamic, Function) and placeholder is None and not m.semantics.is_special(name):
        return m.invoke(dynamic, Args([instance, Text((Chunk(name),))]), frame, at)
    return Unknown(f"{cls.name}.{name} is not set in this project", name, Origin("attribute", f"{cls.name}.{name}", at))


def _of_class(m: Interpreter, cls: Class, name: str, frame: Frame, at: Location) -> Value:
    found = member(cls, f"{STATIC}{name}") or member(cls, name)
    if found is not None:
        return _bind(m, found, cls, frame, at)
    if name == m.semantics.roles.name:
        return Text((Chunk(cls.name),))
    base = library_base(m, cls)
    if base is not None:
        return Ref(f"{base}.{name}", Origin("import", f"{base}.{name}", at))
    return Unknown(f"{cls.name} has no {name}", name, Origin("attribute", f"{cls.name}.{name}", at))


def _of_super(m: Interpreter, owner: Any, receiver: Any, name: str, at: Location) -> Value:
    cls = receiver.kind if isinstance(receiver, Instance) else receiver
    if not isinstance(cls, Class):
        return Unknown("super() of an unknown object", name, Origin("attribute", f"super.{name}", at))
    found = member(cls, name, after=owner if isinstance(owner, Class) else cls)
    if found is not None:
        return _bind(m, found, receiver, m.state.frames[cls.unit.path], at)
    return _of_base(m, library_base(m, cls) or m.semantics.roles.top, name, receiver, at)


def _of_base(m: Interpreter, base: str, name: str, receiver: Any, at: Location) -> Value:
    """Returns what an object of a project class has from a library's: the value of a property, else a method."""
    held = m.library.property_of(base, name, receiver, at)
    return Method(f"{base}.{name}", receiver) if held is None else held


def item(m: Interpreter, found: Value, key: Value, frame: Frame, node: Sub) -> Value:
    """Returns ``found[key]``."""
    at = frame.at(node.span)
    match found:
        case Choice(options=alternatives):
            real = [one for one in alternatives if not isinstance(one, Const)]
            return choose(item(m, one, key, frame, node) for one in real or alternatives)
        case Table():
            return entry(m, found, m.semantics.key(key), at)
        case Instance() | Class() | Module() | Function() if m.semantics.entries and any(map(known, options(key))):
            names = ((known(one), one) for one in options(key))
            return choose(attribute(m, found, name, frame, at) if name else derived(found, k, at) for name, k in names)
        case Items():
            return _nth(m, found, key, at)
        case Instance(kind=Class() as cls):
            getter = member(cls, m.semantics.roles.get_item)
            if isinstance(getter, Function):
                return m.invoke(getter, Args([found, key]), frame, at)
            if isinstance(own := found.cells.get(ITEMS), (Table, Items)):
                return item(m, own, key, frame, node)
        case Class() if ITEMS in found.cells and (name := known(key)) is not None:
            return attribute(m, found, name, frame, at)
        case Class() | Function():
            return found
    modelled = m.library.subscript(found, key, m, at)
    if modelled is not None:
        return modelled
    return derived(found, key, at)


def entry(m: Interpreter, table: Table, key: Value, at: Location, default: Value | None = None) -> Value:
    """Returns an entry of a mapping; for an unknown key, what any entry can be."""
    alternatives = options(key)
    if len(alternatives) > 1:
        return choose(entry(m, table, one, at, default) for one in alternatives)
    name = key_of(key)
    if name is not None:
        slot = table.cells.get(name[0])
        if slot is not None:
            found = read_from(m, table, slot.value)
            return choose((found, default)) if slot.maybe and default is not None else found
        if isinstance(table.rest, Located):
            return _perhaps(m, table.rest, default)
        if table.rest is not None:
            unknown = (
                table.rest
                if isinstance(table.rest, Unknown)
                else Unknown("an entry", "entry", Origin("unknown", "entry", at))
            )
            return (
                choose((derived(unknown, key, at), default))
                if default not in (None, NONE)
                else derived(unknown, key, at)
            )
        if default is None:
            default = m.semantics.absent
        return default if default is not None and not is_guess(m, table) else derived(Ref("mapping"), key, at)
    return _any_entry(m, table, key, at, default)


def _perhaps(m: Interpreter, found: Value, default: Value | None) -> Value:
    """Returns a value, or what stands for one that is not there."""
    absent = default if default is not None else m.semantics.absent
    return found if absent is None else choose((found, absent))


def _any_entry(m: Interpreter, table: Table, key: Value, at: Location, default: Value | None) -> Value:
    values = [slot.value for _, slot in table.slots()]
    hint = as_text(key).pattern().strip("{}")[:30] or "key"
    written = [known(value) for value in values]
    if written and None not in written and table.rest is None:
        return Text(
            (Hole(hint, Origin("config", f"table[{hint}]", at), tuple(sorted({w for w in written if w is not None}))),)
        )
    if not values and isinstance(table.rest, Located):
        return _perhaps(m, table.rest, default)
    if values and len(values) <= 12:
        others = (table.rest, default if default is not None else m.semantics.absent)
        return choose((*values, *(one for one in others if one is not None)))
    return derived(table.rest if isinstance(table.rest, Unknown) else Ref("mapping"), key, at)


def _nth(m: Interpreter, items: Items, key: Value, at: Location) -> Value:
    if isinstance(key, Const) and isinstance(key.value, int) and not is_guess(m, key):
        index = int(key.value)
        if index < 0 and m.semantics.absent is not None:  # which no list has
            return m.semantics.absent
        if -len(items.items) <= index < len(items.items) and (index >= 0 or items.rest is None):
            absent = m.semantics.absent if index >= items.least else None
            return items.items[index] if absent is None else choose((items.items[index], absent))
        if items.rest is not None and index >= 0:
            return _perhaps(m, items.rest, None)
        if index >= len(items.items) == items.least > 0 and m.semantics.absent is not None and not is_guess(m, items):
            return m.semantics.absent
        if index >= len(items.items) and is_guess(m, items):
            return Unknown("an item behind the known ones", "item", Origin("loop", "item", at))
    if items.every:
        return choose(items.every)
    return Unknown("an item of an empty list", "item", Origin("loop", "item", at))
