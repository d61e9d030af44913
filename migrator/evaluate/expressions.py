"""The value of each kind of expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import attribute, derived, item, takes_receiver
from migrator.evaluate.conditions import is_filled, narrowed, outcome_of, truth
from migrator.evaluate.frame import Frame
from migrator.evaluate.guesses import guess
from migrator.evaluate.imports import STAR
from migrator.evaluate.lacks import asked, read
from migrator.evaluate.observed import compared, looked_up, measured, repeated, sliced, speaks_of_credential
from migrator.evaluate.store import (
    ITEMS,
    MISSING,
    NONE,
    REST,
    Choice,
    Function,
    Instance,
    Items,
    Slot,
    Table,
    Value,
    choose,
    join,
    join_cells,
    options,
)
from migrator.evaluate.strings import HOLE, as_text, concat, cut, flat, key_of, known
from migrator.evaluate.uses import used
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

MAX_KNOWN_ITEMS = 40


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
    part = _part(found, _window(low, high, step), at)
    sliced(m, found, part, low, at, frame)
    return part


def _part(found: Value, window: slice | None, at: Location) -> Value:
    if window is not None:
        written = known(found)
        if written is not None:
            return Text((Chunk(written[window]),))
        if isinstance(found, Items) and found.least == len(found.items):
            return Items(found.kind, found.items[window], found.location, found.rest)
    if isinstance(found, Items):
        return Items(found.kind, (), found.location, choose(found.every))
    if isinstance(found, Text):
        rest = _trimmed(found, window) if window is not None else None
        return rest or Text((Hole("slice", Origin("operator", f"slice of {found.pattern()[:60]}", at)),))
    return found


def _trimmed(found: Text, window: slice) -> Text | None:
    """Returns the text without known characters at its beginning and end, None for any other slice."""
    whole = flat(found)
    low, high = window.start or 0, window.stop or 0
    if window.step is not None or low < 0 or high > 0 or window.stop == 0:
        return None
    if HOLE in whole[:low] or HOLE in whole[len(whole) + high :] or low - high > len(whole):
        return None
    return cut(found, low, len(whole) + high)


def _window(*bounds: Value) -> slice | None:
    found: list[int | None] = []
    for bound in bounds:
        if not isinstance(bound, Const) or not (bound.value is None or isinstance(bound.value, int)):
            return None
        found.append(bound.value)
    return slice(*found)


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
    return m.semantics.field(m.eval(node.value, frame), node.conversion, spec)


def _bin(m: Interpreter, node: Bin, frame: Frame) -> Value:
    rights: list[Bin] = []
    left: Expr = node
    while isinstance(left, Bin):
        rights.append(left)
        left = left.left
    found = m.eval(left, frame)
    for part in reversed(rights):
        found = operate(m, part.op, found, m.eval(part.right, frame), frame.at(part.span))
    return found


def operate(m: Interpreter, op: str, left: Value, right: Value, at: Location) -> Value:
    """Returns the result of a binary operator."""
    result = m.semantics.operate(op, left, right, at)
    if result is not None:
        return result
    if op == "+":
        return _plus(left, right, at)
    if op == "|" and isinstance(left, Table):
        return merged(left, right, at)
    if isinstance(left, Const) and isinstance(right, Const):
        return _arithmetic(op, left.value, right.value, at)
    return Unknown("the result of an operator", "value", Origin("operator", op, at))


def _plus(left: Value, right: Value, at: Location) -> Value:
    if isinstance(left, Const) and isinstance(right, Const):
        return _arithmetic("+", left.value, right.value, at)
    if isinstance(left, Items) and isinstance(right, Items):
        (items, rest), (more, others) = iterate(left, at), iterate(right, at)
        unsure = [one for one in (rest, others) if one is not None]
        return Items(left.kind, (*items, *more), at, choose(unsure) if unsure else None)
    if isinstance(left, Items):
        return Items(left.kind, left.items, at, right)
    if any(isinstance(one, Text) for one in (*options(left), *options(right))):
        return concat([left, right])
    if any(isinstance(one, (Const, Items, Table)) for one in (left, right)):
        return Unknown("the result of an addition", "value", Origin("operator", "+", at))
    return concat([left, right])


def _arithmetic(op: str, left: Any, right: Any, at: Location) -> Value:
    if isinstance(left, bytes) and isinstance(right, bytes) and op == "+":
        return Const(left + right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        bounded = abs(left) < 1e9 and abs(right) < 1e9
        match op:
            case "+" if bounded:
                return Const(left + right)
            case "-" if bounded:
                return Const(left - right)
            case "*" if bounded:
                return Const(left * right)
    return Unknown("the result of arithmetic", "number", Origin("operator", op, at))


def merged(left: Table, right: Value, at: Location) -> Table:
    """Returns a new mapping: *left* updated by *right*, by one of several things that it can be."""
    first, *others = (_updated(left, option, at) for option in options(right))
    for other in others:
        for key in dict.fromkeys((*first.cells, *other.cells)):
            first.cells[key] = join_cells(first.cells.get(key, MISSING), other.cells.get(key, MISSING))
    return first


def _updated(left: Table, right: Value, at: Location) -> Table:
    table = Table(at, dict(left.cells))
    if isinstance(right, Table):
        for key, slot in right.slots():
            old = table.cells.get(key)
            if slot.maybe and isinstance(old, Slot):
                slot = Slot(slot.key, join(old.value, slot.value), old.maybe)
            table.cells[key] = slot
        if right.rest is not None:
            table.cells[REST] = right.rest
    elif not isinstance(right, Const):
        table.cells[REST] = right
        _fill_placeholders(table, right, at)
    return table


def _fill_placeholders(table: Table, found: Value, at: Location) -> None:
    """Makes the entries that hold nothing yet unknown, once something unknown has been written over the mapping."""
    for key, slot in list(table.slots()):
        if isinstance(slot.value, Const) and slot.value.value is None:
            table.cells[key] = Slot(slot.key, derived(found, slot.key, at), slot.maybe)


def _boolop(m: Interpreter, node: BoolOp, frame: Frame) -> Value:
    left = m.eval(node.left, frame)
    if node.op in ("??", "="):
        return _coalesced(m, left, node, frame)
    verdict = truth(m, left)
    stops = node.op == "or"
    if verdict is not None and verdict is stops:
        return left
    if verdict is not None:
        return m.eval(node.right, frame)
    mark = m.heap.mark()
    narrowed(m, node.left, not stops, frame)
    narrow = m.heap.capture(mark)
    right = m.eval(node.right, frame)
    state = _captured_and_undone(m, mark)
    left_over = {at: cell for at, cell in state.items() if at not in narrow or cell[1] is not narrow[at][1]}
    m.heap.merge([{}, left_over])  # what the left side says of a variable holds on the right side only
    kept = [one for one in options(left) if truth(m, one) in (None, stops)]
    return _guessed(m, alternative(kept, right, stops), kept, right)


def _coalesced(m: Interpreter, left: Value, node: BoolOp, frame: Frame) -> Value:
    """Returns ``left ?? right``, or ``left = right``."""
    right, absent = node.right, m.semantics.absent
    named = absent.origin if absent is not None and node.op == "=" else None
    kept = [one for one in options(left) if one != NONE or (named and one.origin not in (None, named))]
    if len(kept) == len(options(left)) and not any(isinstance(one, (Unknown, Ref)) for one in kept):
        return left
    if not kept:
        return m.eval(right, frame)
    mark = m.heap.mark()
    found = m.eval(right, frame)
    m.heap.merge([{}, _captured_and_undone(m, mark)])
    return _guessed(m, alternative(kept, found, stops=True), kept, found)


def _guessed(m: Interpreter, found: Value, kept: Sequence[Value], right: Value) -> Value:
    """Returns what ``kept or right`` is: a guess where only the right side is known."""
    return guess(m, found) if found is right and kept else found


def _captured_and_undone(m: Interpreter, mark: int) -> dict[tuple[int, Any], tuple[dict[Any, Any], Any]]:
    state = m.heap.capture(mark)
    m.heap.undo(mark)
    return state


def alternative(kept: list[Value], right: Value, stops: bool = True) -> Value:
    """Returns ``unknown or "x"`` as ``"x"``, ``unknown or {}`` as an open mapping, else either side."""
    loose = [one for one in kept if isinstance(one, (Unknown, Ref))]
    if not stops:
        if isinstance(right, Const) and right.value is True:  # a condition, as open as its left side
            return choose((*kept, right))
        known = [one for one in kept if not isinstance(one, Unknown)]
        if len(known) < len(kept) and not isinstance(right, Text) and is_filled(right):
            known.append(Const(False))  # what is not known may as well be nothing
        return choose((*known, right))
    if isinstance(right, Table) and not any(True for _ in right.slots()) and loose:
        opened = Table(right.location, {REST: loose[0]})
        return choose((*[one for one in kept if one not in loose], opened))
    if isinstance(right, Text) and right.known() == "" and kept:
        return choose(kept)
    if isinstance(right, Text) and right.known() is not None and loose:
        return choose((*[one for one in kept if one not in loose], right))
    return choose((*kept, right))


def _ifexp(m: Interpreter, node: IfExp, frame: Frame) -> Value:
    verdict = truth(m, m.eval(node.test, frame))
    if verdict is not None:
        return m.eval(node.body if verdict else node.orelse, frame)
    found = []
    states = []
    for outcome, branch in ((True, node.body), (False, node.orelse)):
        mark = m.heap.mark()
        narrowed(m, node.test, outcome, frame)
        found.append(m.eval(branch, frame))
        states.append(_captured_and_undone(m, mark))
    m.heap.merge(_without(states, frame))
    return choose(found)


def _without(states: list[dict[Any, Any]], frame: Frame) -> list[dict[Any, Any]]:
    """Drops what narrowing wrote to the variables, which holds inside the branch only."""
    own = id(frame.variables)
    return [{at: cell for at, cell in state.items() if at[0] != own} for state in states]


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
            table = merged(table, m.eval(entry.value, frame), table.location)
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


def insert(cells: dict[Any, Any], key: Value, found: Value, *, maybe: bool = False) -> None:
    """Writes an entry into the cells of a mapping that nothing else holds yet."""
    name = key_of(key)
    if isinstance(key, Choice):
        for one in key.options:
            insert(cells, one, found, maybe=True)
        return
    if name is None:
        cells[REST] = found if REST not in cells else join(cells[REST], found)
        return
    old = cells.get(name[0])
    if maybe and isinstance(old, Slot):
        found, maybe = join(old.value, found), old.maybe
    cells[name[0]] = Slot(key, found, maybe)


def _comp(m: Interpreter, node: Comp, frame: Frame) -> Value:
    inner = Frame(frame.unit, {}, outer=frame, function=frame.function, via=frame.via, chain=frame.chain)
    inner.owner, inner.receiver, inner.label = frame.owner, frame.receiver, frame.label
    found: list[tuple[Value, Value | None, bool]] = []
    rest: list[Value] = []
    parts = (node.element, *([node.value] if node.value is not None else []), *_tested(node.loops))

    def each(depth: int, sure: bool) -> None:
        if depth == len(node.loops):
            element = m.eval(node.element, inner)
            extra = m.eval(node.value, inner) if node.value is not None else None
            if sure or node.kind == "dict":
                found.append((element, extra, not sure))
            else:
                rest.append(element)
            return
        loop = node.loops[depth]
        items, more = iterate(m.eval(loop.iter, inner), inner.at(loop.iter.span))
        for element, certain in [*((one, True) for one in items), *([(more, False)] if more is not None else [])]:
            m.assign(loop.target, element, inner)
            repeated(m, loop.target, element, parts, inner.at(loop.iter.span), inner)
            verdicts = [truth(m, m.eval(test, inner)) for test in loop.tests]
            if False not in verdicts:
                each(depth + 1, sure and certain and None not in verdicts)

    each(0, True)
    return _collected(node, found, rest, frame.at(node.span))


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


def other_key(at: Location) -> Unknown:
    """Returns the key of an entry of a mapping whose key is not known."""
    return Unknown("a key", "key", Origin("loop", "key of a mapping", at))


def other_value(found: Value) -> Value:
    """Returns what stands under a key that is not known: a list there is one of many, so it may hold more."""
    return choose(
        Items(one.kind, one.items, one.location, choose(one.items))
        if isinstance(one, Items) and one.rest is None and one.items
        else one
        for one in options(found)
    )


def iterate(found: Value, at: Location) -> tuple[list[Value], Value | None]:
    """Returns the known items of an iterable, at most `MAX_KNOWN_ITEMS`, and what else it can yield."""
    items: list[Value] = []
    rest: list[Value] = []
    for option in options(found):
        match option:
            case Instance() if isinstance(own := option.cells.get(ITEMS), Items):
                items += own.items
            case Instance() if isinstance(own := option.cells.get(ITEMS), Table):
                items += [Items("list", (slot.key, slot.value), at) for _, slot in own.slots()]
                rest += [Items("list", (other_key(at), other_value(own.rest)), at)] if own.rest is not None else []
            case Items():
                items += option.items[: option.least]
                rest += option.every[option.least :]
            case Table():
                items += [slot.key for _, slot in option.slots()]
                rest += [other_key(at)] if option.rest is not None else []
            case Unknown(reason=reason, hint=hint, origin=origin):
                element = hint[:-1] if hint.endswith("s") and len(hint) > 2 else hint
                rest.append(Unknown(reason, element, Origin(origin.how, f"{origin.name}[]", at)))
            case Const():
                pass
            case _:
                label = as_text(option).pattern()[:40]
                rest.append(Unknown("an item of a sequence", "item", Origin("loop", f"item of {label}", at)))
    if len(items) > MAX_KNOWN_ITEMS:
        rest.append(choose(items[MAX_KNOWN_ITEMS:]))
        del items[MAX_KNOWN_ITEMS:]
    return items, choose(rest) if rest else None


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
            return NONE
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
    Join: _join, Bin: _bin, BoolOp: _boolop, IfExp: _ifexp, Seq: _seq, Map: _map, Comp: _comp, Lambda: _lambda,
    Wrap: _wrap, Compare: _compare, Walrus: _walrus, New: _new, ClassDef: _class, Opaque: _opaque,
}  # fmt: skip
