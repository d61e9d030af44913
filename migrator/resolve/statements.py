"""What each kind of statement does to the variables and the store, and whether control goes on behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.model.text import Location
from migrator.model.unit import (
    Assign,
    Attr,
    Aug,
    BoolOp,
    Call,
    Class,
    Compare,
    Def,
    Del,
    Expr,
    ExprS,
    For,
    From,
    Handler,
    If,
    Import,
    Jump,
    Lit,
    Name,
    Return,
    Scope,
    Seq,
    Stmt,
    Sub,
    Try,
    While,
    With,
    Wrap,
)  # fmt: skip
from migrator.model.value import Const, Unknown
from migrator.resolve.arguments import Args
from migrator.resolve.attributes import ancestors, item, member
from migrator.resolve.expressions import iterate, merged, operate
from migrator.resolve.frame import BREAK, CONTINUE, FALL, Frame
from migrator.resolve.heap import (
    MISSING,
    NONE,
    REST,
    Choice,
    Function,
    Instance,
    Items,
    Module,
    Slot,
    Table,
    Value,
    choose,
    join,
    options,
)  # fmt: skip
from migrator.resolve.heap import Class as ClassValue
from migrator.resolve.imports import import_from, import_names
from migrator.resolve.invoke import decorated
from migrator.resolve.logic import narrowed, truth
from migrator.resolve.site import NEVER
from migrator.resolve.texts import key_of
from migrator.resolve.walk import statements

if TYPE_CHECKING:
    from migrator.resolve.machine import Machine

MAX_FORKS = 4
MAX_FORKS_IN_ALL = 6
"""How many forks can be open at once, over all functions that are active: the paths are two to that power."""
LOOP_ROUNDS = 2


def run(m: Machine, body: Sequence[Stmt], frame: Frame) -> int:
    """Runs statements in order; returns how control can leave them (`FALL`, `BREAK`, `CONTINUE`; 0 for neither)."""
    outcome = FALL
    for place, statement in enumerate(body):
        m.step()
        if isinstance(statement, If):
            verdict = truth(m.eval(statement.test, frame))
            if verdict is None and place + 1 < len(body) and _forks(m, statement, frame):
                return (outcome & ~FALL) | _fork(m, statement, body[place + 1 :], frame)
            left = _branch(m, statement, verdict, frame)
        else:
            left = STATEMENTS[type(statement)](m, statement, frame)
        outcome = (outcome & ~FALL) | left
        if not left & FALL:
            return outcome
    return outcome


def _forks(m: Machine, node: If, frame: Frame) -> bool:
    """Whether the rest of the block is worth following once for each arm, so that what the arms set stays together."""
    limit = MAX_FORKS if frame.function else 2
    if frame.forks >= limit or m.forks >= MAX_FORKS_IN_ALL:
        return False
    test = node.test
    if isinstance(test, Compare) and isinstance(test.left, Name) and isinstance(test.rights[0], Lit):
        return True
    return max(len(_assigned(node.body)), len(_assigned(node.orelse))) >= 2


_ASSIGNED: dict[tuple[Stmt, ...], frozenset[str]] = {}


def _assigned(body: tuple[Stmt, ...]) -> frozenset[str]:
    found = _ASSIGNED.get(body)
    if found is None:
        found = frozenset(
            target.id
            for statement in statements(body)
            if isinstance(statement, Assign)
            for whole in statement.targets
            for target in (whole.items if isinstance(whole, Seq) else (whole,))
            if isinstance(target, Name)
        )
        _ASSIGNED[body] = found
    return found


def _fork(m: Machine, node: If, rest: Sequence[Stmt], frame: Frame) -> int:
    frame.forks += 1
    m.forks += 1

    def arm(body: tuple[Stmt, ...], outcome: bool) -> Callable[[], int]:
        def follow() -> int:
            narrowed(m, node.test, outcome, frame)
            left = run(m, body, frame)
            return (left & ~FALL) | run(m, rest, frame) if left & FALL else left

        return follow

    left = arms(m, frame, [arm(node.body, True), arm(node.orelse, False)])
    frame.forks -= 1
    m.forks -= 1
    return left


def _branch(m: Machine, node: If, verdict: bool | None, frame: Frame) -> int:
    if verdict is not None:
        return run(m, node.body if verdict else node.orelse, frame)

    def arm(body: tuple[Stmt, ...], outcome: bool) -> Callable[[], int]:
        def follow() -> int:
            narrowed(m, node.test, outcome, frame)
            return run(m, body, frame)

        return follow

    return arms(m, frame, [arm(node.body, True), arm(node.orelse, False)])


def arms(m: Machine, frame: Frame, follow: Sequence[Callable[[], int]]) -> int:
    """Runs alternatives from the same state and joins the states of those that control can leave."""
    states = []
    outcome = 0
    for one in follow:
        mark = m.heap.mark()
        frame.arms += 1
        left = one()
        frame.arms -= 1
        if left:
            states.append(m.heap.capture(mark))
        m.heap.undo(mark)
        outcome |= left
    m.heap.merge(states)
    return outcome


def _assign(m: Machine, node: Assign, frame: Frame) -> int:
    if node.value is None:
        return FALL
    found = m.eval(node.value, frame)
    for target in node.targets:
        assign(m, target, found, frame)
    return FALL


def assign(m: Machine, target: Expr, found: Value, frame: Frame) -> None:
    """Stores a value in a name, attribute, item, or the parts of a sequence."""
    match target:
        case Name(id=name):
            m.heap.put(_scope_of(m, name, frame), name, found)
        case Attr(value=owner, name=name):
            for one in options(m.eval(owner, frame)):
                _set_attribute(m, one, name, found, frame, target)
        case Sub(value=owner, index=index):
            base = m.eval(owner, frame)
            key = m.eval(index, frame)
            opened = _opened(m, owner, base, frame)
            for one in options(opened):
                set_item(m, one, key, found, frame, frame.at(target.span), certain=one is opened)
        case Seq(items=parts):
            _unpack(m, parts, found, frame, frame.at(target.span))
        case Wrap(kind="*", value=inner) if inner is not None:
            assign(m, inner, found, frame)
        case _:
            m.eval(target, frame)


def _scope_of(m: Machine, name: str, frame: Frame) -> dict[str, Any]:
    if name in frame.globals:
        return m.frames[frame.unit.path].variables if frame.unit.path in m.frames else frame.variables
    if name in frame.nonlocals:
        scope = frame.outer
        while scope is not None:
            if name in scope.variables:
                return scope.variables
            scope = scope.outer
    return frame.variables


def _set_attribute(m: Machine, owner: Value, name: str, found: Value, frame: Frame, node: Attr) -> None:
    match owner:
        case Instance(kind=ClassValue() as cls):
            setter = member(cls, name)
            attributes = setter.attributes if isinstance(setter, Function) and setter.kind == "property" else None
            if attributes and isinstance(attributes.get("setter"), Function):
                m.apply(attributes["setter"], Args([owner, found]), frame, node)
            else:
                m.heap.put(owner.cells, name, found)
        case Instance() if m.library.assign(owner, name, found, m, frame.at(node.span)):
            return
        case Instance() | Module() | ClassValue():
            m.heap.put(owner.cells, name, found)


def _opened(m: Machine, owner: Expr, base: Value, frame: Frame) -> Value:
    """Returns a container to write into: something unknown becomes a mapping of unknown content, in its place too."""
    if not isinstance(base, Unknown) and not (
        isinstance(base, Choice) and any(isinstance(o, Unknown) for o in base.options)
    ):
        return base
    opened = choose(
        Table(frame.at(owner.span), {REST: one}) if isinstance(one, Unknown) else one
        for one in options(base)
        if not isinstance(one, Const)
    )
    if isinstance(owner, Name | Attr):
        assign(m, owner, opened, frame)
    return opened


def set_item(
    m: Machine, owner: Value, key: Value, found: Value, frame: Frame, at: Location, *, certain: bool = True
) -> None:
    """Stores an item of a container; an uncertain write leaves what was there possible."""
    match owner:
        case Table():
            name = key_of(key)
            if name is None:
                m.heap.put(owner.cells, REST, found if owner.rest is None else join(owner.rest, found))
                return
            old = owner.cells.get(name[0])
            if not certain:
                known = isinstance(old, Slot)
                found = join(old.value, found) if isinstance(old, Slot) else found
                m.heap.put(owner.cells, name[0], Slot(key, found, not known))
            else:
                m.heap.put(owner.cells, name[0], Slot(key, found))
        case Items() if (
            isinstance(key, Const) and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items)
        ):
            items = list(owner.items)
            items[int(key.value)] = found
            m.heap.put(owner.cells, "items", tuple(items))
        case Instance(kind=ClassValue() as cls):
            setter = member(cls, "__setitem__")
            if isinstance(setter, Function):
                m.invoke(setter, Args([owner, key, found]), frame, at)
        case Instance():
            m.library.store(owner, key, found, m)


def _unpack(m: Machine, parts: tuple[Expr, ...], found: Value, frame: Frame, at: Location) -> None:
    columns: list[list[Value]] = [[] for _ in parts]
    for option in options(found):
        items, rest = iterate(m, option, at)
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


def _aug(m: Machine, node: Aug, frame: Frame) -> int:
    right = m.eval(node.value, frame)
    at = frame.at(node.span)
    if isinstance(node.target, Sub):
        left = item(m, m.eval(node.target.value, frame), m.eval(node.target.index, frame), frame, node.target)
    else:
        left = m.eval(node.target, frame)
    if node.op == "+" and isinstance(left, Items):
        items, rest = iterate(m, right, at)
        m.heap.put(left.cells, "items", (*left.items, *items))
        if rest is not None:
            m.heap.put(left.cells, REST, rest)
        return FALL
    if node.op == "|" and isinstance(left, Table):
        update(m, left, right)
        return FALL
    assign(m, node.target, operate(m, node.op, left, right, at), frame)
    return FALL


def update(m: Machine, table: Table, found: Value) -> None:
    """Writes the entries of one mapping into another, in place."""
    after = merged(table, found, table.location)
    for key, cell in after.cells.items():
        if table.cells.get(key) is not cell:
            m.heap.put(table.cells, key, cell)


def _expression(m: Machine, node: ExprS, frame: Frame) -> int:
    found = m.eval(node.value, frame)
    if isinstance(node.value, Compare | BoolOp | Wrap):
        narrowed(m, node.value, True, frame)  # an assertion, or a condition that does nothing
    if isinstance(node.value, Call) and isinstance(found, Unknown) and found.origin.name == NEVER:
        return 0
    return FALL


def _return(m: Machine, node: Return, frame: Frame) -> int:
    frame.returns.append(m.eval(node.value, frame) if node.value is not None else NONE)
    if frame.arms:
        frame.exits.append(m.heap.capture(frame.mark))
    else:
        frame.ended = True
    return 0


def _while(m: Machine, node: While, frame: Frame) -> int:
    forever = truth(m.eval(node.test, frame))
    if forever is False:
        return run(m, node.orelse, frame)

    def once() -> int:
        narrowed(m, node.test, True, frame)
        return _body(m, node.body, frame)

    left = _rounds(m, frame, [once] * LOOP_ROUNDS, sure=forever is True)
    return FALL if left & FALL or forever is not True else left


def _body(m: Machine, body: tuple[Stmt, ...], frame: Frame) -> int:
    left = run(m, body, frame)
    return FALL if left else 0


def _rounds(m: Machine, frame: Frame, rounds: Sequence[Callable[[], int]], *, sure: bool) -> int:
    """Runs a loop body so many times in a row; unless *sure*, the state after each number of rounds is possible."""
    if not rounds:
        return FALL

    def go() -> int:
        mark = m.heap.mark()
        left = rounds[0]()
        again = left and len(rounds) > 1 and _carried_over(m, mark)
        return _rounds(m, frame, rounds[1:], sure=False) if again else left

    if sure:
        return go()
    return arms(m, frame, [go, lambda: FALL])


def _carried_over(m: Machine, mark: int) -> bool:
    """Returns whether a round left something in a place that was there before, which the next round could send."""
    first: dict[tuple[int, Any], bool] = {}
    for cells, key, old in m.heap.trail[mark:]:
        was_there = first.setdefault((id(cells), key), old is not MISSING)
        if was_there and not isinstance(cells.get(key), Const | Unknown):
            return True
    return False


def _for(m: Machine, node: For, frame: Frame) -> int:
    at = frame.at(node.iter.span)
    items, rest = iterate(m, m.eval(node.iter, frame), at)

    def once(element: Value) -> Callable[[], int]:
        def follow() -> int:
            assign(m, node.target, element, frame)
            return _body(m, node.body, frame)

        return follow

    for element in items:
        left = once(element)()
        if not left:
            return 0
    if rest is not None:
        _rounds(m, frame, [once(rest)] * LOOP_ROUNDS, sure=False)
    return run(m, node.orelse, frame) | FALL


def _with(m: Machine, node: With, frame: Frame) -> int:
    for part in node.items:
        found = m.eval(part.value, frame)
        entered = _entered(m, found, frame, part.value)
        if part.target is not None:
            assign(m, part.target, entered, frame)
    return run(m, node.body, frame)


def _entered(m: Machine, found: Value, frame: Frame, node: Expr) -> Value:
    if isinstance(found, Choice):
        return choose(_entered(m, one, frame, node) for one in found.options)
    if isinstance(found, Items) and found.kind == "generator":
        return found.items[0] if found.items else NONE
    if isinstance(found, Instance) and isinstance(found.kind, ClassValue):
        for name in ("__enter__", "__aenter__"):
            dunder = member(found.kind, name)
            if isinstance(dunder, Function):
                return m.invoke(dunder, Args([found]), frame, frame.at(node.span))
    return found


def _try(m: Machine, node: Try, frame: Frame) -> int:
    handled = [h for h in node.handlers if not m.library.import_failure(m.eval(h.type, frame) if h.type else None)]

    def body() -> int:
        left = run(m, node.body, frame)
        return (left & ~FALL) | run(m, node.orelse, frame) if left & FALL else left

    def handler(one: Handler) -> Callable[[], int]:
        def follow() -> int:
            if one.name:
                m.heap.put(frame.variables, one.name, m.unknown("an exception", one.name, frame.at(one.span)))
            return run(m, one.body, frame)

        return follow

    left = arms(m, frame, [body, *(handler(one) for one in handled)]) if handled else body()
    final = run(m, node.final, frame)
    return left if final & FALL else final


def _def(m: Machine, node: Def, frame: Frame) -> int:
    defaults = {p.name: m.eval(p.default, frame) for p in node.params if p.default is not None}
    outer = frame.outer if frame.owner is not None and frame.function is None and frame.class_body else frame
    owner = frame.owner if frame.class_body else None
    function = Function(node, frame.unit, outer, node.name, owner, defaults)
    m.created.append(function)
    if frame.function is None:
        m.definitions[node] = function
    found = decorated(m, node, function, frame) if node.decorators else function
    m.heap.put(frame.variables, node.name, found)
    return FALL


def _class(m: Machine, node: Class, frame: Frame) -> int:
    bases = tuple(m.eval(arg.value, frame) for arg in node.bases if arg.name is None and not arg.star)
    cls = ClassValue(node, frame.unit, frame, bases, frame.at(node.span))
    inner = Frame(frame.unit, cls.cells, outer=frame, via=frame.via, chain=frame.chain, owner=cls)
    inner.class_body = True
    m.classes[node] = cls
    m.extended.update(one for one in ancestors(cls) if one is not cls and isinstance(one, ClassValue))
    run(m, node.body, inner)
    for decorator in node.decorators:
        m.decorating += 1
        m.eval(decorator, frame)
        m.decorating -= 1
    m.heap.put(frame.variables, node.name, cls)
    return FALL


def _import(m: Machine, node: Import, frame: Frame) -> int:
    import_names(m, node, frame)
    return FALL


def _from(m: Machine, node: From, frame: Frame) -> int:
    import_from(m, node, frame)
    return FALL


def _jump(m: Machine, node: Jump, frame: Frame) -> int:
    if node.value is not None:
        m.eval(node.value, frame)
    return {"break": BREAK, "continue": CONTINUE, "pass": FALL, "raise": 0}[node.kind]


def _scope(_: Machine, node: Scope, frame: Frame) -> int:
    if node.kind == "global":
        frame.globals |= frozenset(node.names)
    else:
        frame.nonlocals |= frozenset(node.names)
    return FALL


def _del(m: Machine, node: Del, frame: Frame) -> int:
    for target in node.targets:
        if isinstance(target, Name):
            m.heap.drop(frame.variables, target.id)
        elif isinstance(target, Sub):
            owner, key = m.eval(target.value, frame), key_of(m.eval(target.index, frame))
            if isinstance(owner, Table) and key is not None:
                m.heap.drop(owner.cells, key[0])
        elif isinstance(target, Attr):
            owner = m.eval(target.value, frame)
            if isinstance(owner, Instance):
                m.heap.drop(owner.cells, target.name)
    return FALL


def _if(m: Machine, node: If, frame: Frame) -> int:
    return _branch(m, node, truth(m.eval(node.test, frame)), frame)


STATEMENTS: Mapping[type, Callable[[Any, Any, Frame], int]] = {
    Assign: _assign, Aug: _aug, ExprS: _expression, Return: _return, If: _if, While: _while, For: _for, With: _with,
    Try: _try, Def: _def, Class: _class, Import: _import, From: _from, Jump: _jump, Scope: _scope, Del: _del,
}  # fmt: skip
