"""The value of each kind of expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.assumptions import is_guess, unsure
from migrator.evaluate.attributes import attribute, item, takes_receiver
from migrator.evaluate.choices import bool_op, if_exp
from migrator.evaluate.conditions import outcome_of, truth
from migrator.evaluate.contents import insert, iterate, merged
from migrator.evaluate.frame import Frame
from migrator.evaluate.imports import STAR, of_others
from migrator.evaluate.missing_reads import asked, read
from migrator.evaluate.object_uses import used
from migrator.evaluate.observations import compared, looked_up, measured, repeated, sliced, speaks_of_credential
from migrator.evaluate.operators import operate, slice_of, spelled, window
from migrator.evaluate.store import NONE, RETURNED, Function, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import concat, key_of
from migrator.model.text import Location
from migrator.model.unit import (
    Arg,
    Attr,
    Bin,
    BoolOp,
    Call,
    ClassDef,
    Comp,
    Compare,
    Entry,
    Expr,
    Field,
    IfExp,
    Join,
    Lambda,
    Lit,
    Loop,
    Map,
    Name,
    New,
    Opaque,
    Secret,
    Seq,
    Slice,
    Sub,
    Walrus,
    Wrap,
)  # fmt: skip
from migrator.model.value import Chunk, Const, Hole, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def _lit(m: Interpreter, node: Lit, frame: Frame) -> Value:
    found = m.state.literals.get(node)
    if found is None:
        at = frame.at(node.span)
        origin = Origin("literal", repr(node.value)[:60], at)
        found = Text((Chunk(node.value, origin),)) if isinstance(node.value, str) else Const(node.value, origin)
        m.state.literals[node] = found
        if isinstance(node.value, str) and speaks_of_credential(m, node.value):
            m.state.naming[id(origin)] = origin
    return found


def _secret(_: Interpreter, node: Secret, frame: Frame) -> Value:
    origin = Origin("literal", node.preview, frame.at(node.span))
    return Text((Hole(node.kind, origin, None, node.digest),))


def _name(m: Interpreter, node: Name, frame: Frame) -> Value:
    """Returns the value of a variable, looked up as the language does: local, enclosing, module, built-in."""
    name = node.id
    scope: Frame | None = m.state.frames.get(frame.unit.path, frame) if name in frame.globals else frame
    while scope is not None:
        found: Value | None = scope.variables.get(name)
        if found is not None:
            used(m, found, node, frame)
            return found
        scope = scope.outer
    builtin = m.library.builtin(name)
    if builtin is not None:
        return builtin
    at = frame.at(node.span)
    if (shared := of_others(m, name, at)) is not None:
        used(m, shared, node, frame)
        return shared
    starred = m.state.frames.get(frame.unit.path, frame).variables.get(STAR)
    if isinstance(starred, Ref):
        return Ref(f"{starred.name}.{name}", Origin("import", f"{starred.name}.{name}", at))
    return Unknown(f"{name} is not defined in this project", name, Origin("unknown", f"{frame.unit.module}.{name}", at))


def _attr(m: Interpreter, node: Attr, frame: Frame) -> Value:
    holder, at = m.eval(node.value, frame), frame.at(node.span)
    found = attribute(m, holder, node.name, frame, at)
    measured(m, holder, node.name, found, at, frame)
    used(m, found, node, frame)
    return found


def _sub(m: Interpreter, node: Sub, frame: Frame) -> Value:
    found = m.eval(node.value, frame)
    if isinstance(node.index, Slice):
        return _sliced(m, found, node.index, frame, frame.at(node.span))
    key = m.eval(node.index, frame)
    read(m, found, key, frame.at(node.span), frame)
    looked_up(m, found, key, frame.at(node.span), frame)
    return item(m, found, key, frame, node)


def _sliced(m: Interpreter, found: Value, node: Slice, frame: Frame, at: Location) -> Value:
    low, high, step = (m.eval(part, frame) if part else NONE for part in (node.lower, node.upper, node.step))
    taken = slice_of(found, window(low, high, step), at)
    if isinstance(taken, Items) and is_guess(m, found):
        unsure(m, taken)
    sliced(m, found, taken, low, at, frame)
    return taken


def _slice(_: Interpreter, node: Slice, frame: Frame) -> Value:
    return Unknown("a slice", "slice", Origin("operator", "slice", frame.at(node.span)))


def _call(m: Interpreter, node: Call, frame: Frame) -> Value:
    func = m.eval(node.func, frame)
    return m.apply(func, arguments(m, node, frame), frame, node)


def arguments(m: Interpreter, node: Call | New, frame: Frame) -> Args:
    """Returns the evaluated arguments of a call."""
    args = Args()
    for arg in node.args:
        found = m.eval(arg.value, frame)
        if arg.star == "*":
            args.spread(found)
        elif arg.star == "**":
            args.spread_mapping(found)
        elif arg.name is None:
            args.positional.append(found)
        else:
            args.keywords[arg.name] = Slot(_keyword(m, arg, frame), found)
    return args


def _keyword(m: Interpreter, node: Arg, frame: Frame) -> Value:
    """Returns the name of a keyword argument, as the text that it is in a mapping."""
    found = m.state.literals.get(node)
    if found is None:
        name = node.name or ""
        found = m.state.literals[node] = Text((Chunk(name, Origin("literal", name, frame.at(node.span))),))
    return found


def _join(m: Interpreter, node: Join, frame: Frame) -> Value:
    return concat(list(_parts(m, node, frame)))


def _parts(m: Interpreter, node: Join, frame: Frame) -> Iterator[Value]:
    """Yields the values of what is joined, each piece of a literal that stands beside another by itself."""
    for part in node.parts:
        yield from _parts(m, part, frame) if isinstance(part, Join) else (m.eval(part, frame),)


def _field(m: Interpreter, node: Field, frame: Frame) -> Value:
    spec = m.eval(node.spec, frame) if node.spec else None
    found = spelled(m, m.eval(node.value, frame), frame, frame.at(node.value.span))
    return m.semantics.field(found, node.conversion, spec)


def _bin(m: Interpreter, node: Bin, frame: Frame) -> Value:
    rights: list[Bin] = []
    left: Expr = node
    while isinstance(left, Bin):
        rights.append(left)
        left = left.left
    found = m.eval(left, frame)
    for part in reversed(rights):
        found = operate(m, part.op, found, m.eval(part.right, frame), frame, frame.at(part.span))
    return found


def _seq(m: Interpreter, node: Seq, frame: Frame) -> Value:
    found: list[Value] = []
    rest: Value | None = None
    for part in node.items:
        if isinstance(part, Wrap) and part.kind == "*" and part.value is not None:
            known_items, more = iterate(m.eval(part.value, frame), frame.at(part.span))
            found += known_items
            rest = more if more is not None else rest
        else:
            found.append(m.eval(part, frame))
    return Items(node.kind, found, frame.at(node.span), rest)


def _map(m: Interpreter, node: Map, frame: Frame) -> Value:
    table = Table(frame.at(node.span))
    for entry in node.entries:
        if entry.key is None:
            table = merged(m, table, m.eval(entry.value, frame), table.location)
        else:
            _enter(m, table, entry, frame)
    return table


def _enter(m: Interpreter, table: Table, entry: Entry, frame: Frame) -> None:
    assert entry.key is not None
    key = m.eval(entry.key, frame)
    found = m.eval(entry.value, frame)
    if isinstance(entry.value, Lambda) and entry.value.role and isinstance(found, Function):
        held = {name: cell.value for name, cell in table.cells.items() if isinstance(cell, Slot)}
        enter_role(m, held, key_of(key), entry.value.role, found)
        found = held[name[0]] if (name := key_of(key)) is not None else found
    insert(table.cells, m.semantics.key(key), found)


def enter_role(m: Interpreter, cells: dict[Any, Any], name: tuple[Any] | None, role: str, found: Function) -> None:
    """Makes a function the getter or setter of a property among the cells of an object or class, or a member of it."""
    if name is None:
        return
    held = cells.get(name[0])
    old = held.value if isinstance(held, Slot) else held
    if role == "static":
        found.kind = "classmethod" if takes_receiver(found) else "staticmethod"  # type: ignore[misc] # set once
    elif role == "getter":
        found.kind = "property"  # type: ignore[misc] # set once
        found.attributes = old.attributes if isinstance(old, Function) else None  # type: ignore[misc] # set once
    elif role == "setter":
        if not isinstance(old, Function) or old.kind != "property":
            old = replace(found, kind="property")
        old.attributes = {**(old.attributes or {}), "setter": found}  # type: ignore[misc] # late
        found = old
    m.heap.put(cells, name[0], Slot(Text((Chunk(str(name[0])),)), found) if isinstance(held, Slot) else found)


def _comp(m: Interpreter, node: Comp, frame: Frame) -> Value:
    inner = Frame(frame.unit, {}, outer=frame, function=frame.function, via=frame.via, chain=frame.chain)
    inner.owner, inner.receiver, inner.label = frame.owner, frame.receiver, frame.label
    found: list[tuple[Value, Value | None, bool]] = []
    rest: list[Value] = []
    for element, extra, sure in _elements(m, node, inner):
        if sure or node.kind == "dict":
            found.append((element, extra, not sure))
        else:
            rest.append(element)
    return _collected(node, found, rest, frame.at(node.span))


def _elements(
    m: Interpreter, node: Comp, inner: Frame, depth: int = 0, *, sure: bool = True
) -> Iterator[tuple[Value, Value | None, bool]]:
    """Yields each element of a comprehension, for a mapping its value too, and whether it is surely one."""
    if depth == len(node.loops):
        yield m.eval(node.element, inner), m.eval(node.value, inner) if node.value is not None else None, sure
        return
    parts = (node.element, *([node.value] if node.value is not None else []), *_tested(node.loops))
    loop = node.loops[depth]
    items, more = iterate(m.eval(loop.iter, inner), inner.at(loop.iter.span))
    for element, certain in [*((one, True) for one in items), *([(more, False)] if more is not None else [])]:
        m.assign(loop.target, element, inner)
        repeated(m, loop.target, element, parts, inner.at(loop.iter.span), inner)
        verdicts = [truth(m, m.eval(test, inner)) for test in loop.tests]
        if False not in verdicts:
            yield from _elements(m, node, inner, depth + 1, sure=sure and certain and None not in verdicts)


def _tested(loops: Sequence[Loop]) -> Iterator[Expr]:
    """Yields what the loops of a comprehension do with their targets."""
    for loop in loops:
        yield from loop.tests
    yield from (loop.iter for loop in loops[1:])


def _collected(node: Comp, found: list[tuple[Value, Value | None, bool]], rest: list[Value], at: Location) -> Value:
    if node.kind != "dict":
        kind = "set" if node.kind == "set" else "list"
        return Items(kind, [element for element, _, _ in found], at, choose(rest) if rest else None)
    table = Table(at)
    for key, extra, maybe in found:
        if extra is not None:
            insert(table.cells, key, extra, maybe=maybe)
    return table


def _lambda(m: Interpreter, node: Lambda, frame: Frame) -> Value:
    defaults = {p.name: m.eval(p.default, frame) for p in node.params if p.default is not None}
    outer = None if m.semantics.closed else frame
    function = Function(node, frame.unit, outer, node.name or "lambda", None, defaults)
    m.state.created.append(function)
    if frame.function is None and isinstance(node.body, tuple):
        m.state.definitions[node] = function
    return function


def _new(m: Interpreter, node: New, frame: Frame) -> Value:
    func = m.eval(node.func, frame)
    return m.construct(func, arguments(m, node, frame), frame, node)


def _class(m: Interpreter, node: ClassDef, frame: Frame) -> Value:
    return m.define(node, frame)


def _wrap(m: Interpreter, node: Wrap, frame: Frame) -> Value:
    found = m.eval(node.value, frame) if node.value is not None else NONE
    at = frame.at(node.span)
    match node.kind:
        case "await":
            return found
        case "yield":
            frame.yields.append(found)
            return Unknown("what is sent to a generator", "sent", Origin("unknown", f"{frame.label} sent", at))
        case "yield from":
            items, more = iterate(found, at)
            frame.yields += items + ([more] if more is not None else [])
            return choose(one.cells.get(RETURNED, NONE) if isinstance(one, Items) else NONE for one in options(found))
        case "not":
            verdict = truth(m, found)
            return Const(not verdict) if verdict is not None else _undecided(at)
        case "-" if isinstance(found, Const) and isinstance(found.value, (int, float)):
            return Const(-found.value)
        case _:
            return Unknown("the result of an operator", "value", Origin("operator", node.kind, at))


def _undecided(at: Location) -> Value:
    return Unknown("a condition that is not decided", "condition", Origin("operator", "condition", at))


def _compare(m: Interpreter, node: Compare, frame: Frame) -> Value:
    left = m.eval(node.left, frame)
    verdicts = []
    for op, right_node in zip(node.ops, node.rights, strict=True):
        right = m.eval(right_node, frame)
        verdicts.append(outcome_of(m, op, left, right))
        compared(m, op, left, right, frame.at(node.span), frame)
        if op in ("in", "not in"):
            asked(m, right, left, frame.at(node.span), frame)
        left = right
    if False in verdicts:
        return Const(False)
    return _undecided(frame.at(node.span)) if None in verdicts else Const(True)


def _walrus(m: Interpreter, node: Walrus, frame: Frame) -> Value:
    found = m.eval(node.value, frame)
    m.assign(node.target, found, frame)
    return found


def _opaque(_: Interpreter, node: Opaque, frame: Frame) -> Value:
    return Unknown(node.reason, "value", Origin("unknown", node.reason, frame.at(node.span)))


EXPRESSIONS: Mapping[type, Callable[[Any, Any, Frame], Value]] = {
    Lit: _lit, Secret: _secret, Name: _name, Attr: _attr, Sub: _sub, Slice: _slice, Call: _call, Field: _field,
    Join: _join, Bin: _bin, BoolOp: bool_op, IfExp: if_exp, Seq: _seq, Map: _map, Comp: _comp, Lambda: _lambda,
    Wrap: _wrap, Compare: _compare, Walrus: _walrus, New: _new, ClassDef: _class, Opaque: _opaque,
}  # fmt: skip
