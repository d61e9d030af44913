"""What each kind of statement does to the variables and the store, and whether control goes on behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.arms import arms, tried
from migrator.evaluate.assignments import assign, run_aug, run_del, store
from migrator.evaluate.attributes import member
from migrator.evaluate.calls import decorated
from migrator.evaluate.class_hooks import finish
from migrator.evaluate.conditions import narrowed, truth
from migrator.evaluate.contents import MAX_KNOWN_ITEMS, iterate
from migrator.evaluate.contracts import NEVER
from migrator.evaluate.counters import carried_over, forget_counters
from migrator.evaluate.expressions import arguments, enter_role
from migrator.evaluate.frame import BREAK, CONTINUE, FALL, Frame
from migrator.evaluate.imports import import_from, import_names
from migrator.evaluate.logged_secrets import watch
from migrator.evaluate.missing_reads import stopped
from migrator.evaluate.observations import repeated, words
from migrator.evaluate.path_splitting import apart, correlates, forks_in, may_fork
from migrator.evaluate.state import holding
from migrator.evaluate.store import NONE, Bound, Choice, Function, Instance, Items, Value, ancestors, choose
from migrator.evaluate.store import Class as ClassValue
from migrator.evaluate.visit import expressions
from migrator.model.text import Location
from migrator.model.unit import (
    Assign,
    Attr,
    Aug,
    BoolOp,
    Call,
    ClassDef,
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
    Name,
    Return,
    Scope,
    Stmt,
    Try,
    Walrus,
    While,
    With,
    Wrap,
)  # fmt: skip
from migrator.model.value import Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

LOOP_ROUNDS = 2


def run(m: Interpreter, body: Sequence[Stmt], frame: Frame) -> int:
    """Runs statements in order; returns how control can leave them (`FALL`, `BREAK`, `CONTINUE`; 0 for neither)."""
    outcome = FALL
    for place, statement in enumerate(body):
        if statement in m.state.ahead:
            continue
        m.budget.step()
        m.results.ran.add(statement)
        if isinstance(statement, If):
            verdict = _decided(m, statement, frame)
            rest = body[place + 1 :]
            if verdict is None and rest and _forks(m, statement, rest, frame):
                return (outcome & ~FALL) | _fork(m, statement, rest, frame)
            left = _branch(m, statement, verdict, frame)
        elif isinstance(statement, Assign):
            left = FALL
            if statement.value is not None:
                found = m.eval(statement.value, frame)
                if isinstance(found, Choice) and may_fork(m, frame, len(found.options)):
                    rest = body[place + 1 :]
                    if apart(found, statement, rest):
                        return (outcome & ~FALL) | _fork_over(m, statement, found, rest, frame)
                store(m, statement, found, frame)
        else:
            left = STATEMENTS[type(statement)](m, statement, frame)
        outcome = (outcome & ~FALL) | left
        if not left & FALL:
            return outcome
    return outcome


def _forked(m: Interpreter, frame: Frame, follow: Sequence[Callable[[], int]]) -> int:
    forks = forks_in(len(follow))
    with holding(frame, forks=frame.forks + forks), holding(m.budget, forks=m.budget.forks + forks):
        return arms(m, frame, follow)


def _fork_over(m: Interpreter, node: Assign, found: Choice, rest: Sequence[Stmt], frame: Frame) -> int:
    """Runs the rest of a block once for each of the values, whose parts belong together."""

    def arm(one: Value) -> Callable[[], int]:
        def follow() -> int:
            store(m, node, one, frame)
            return run(m, rest, frame)

        return follow

    return _forked(m, frame, list(map(arm, found.options)))


def _forks(m: Interpreter, node: If, rest: Sequence[Stmt], frame: Frame) -> bool:
    """Whether the rest of the block is worth following once for each arm, so that what the arms set stays together."""
    if not may_fork(m, frame):
        return False
    if node not in m.state.correlated:
        m.state.correlated[node] = correlates(node, rest, words(m))
    return m.state.correlated[node]


def _fork(m: Interpreter, node: If, rest: Sequence[Stmt], frame: Frame) -> int:
    def arm(body: tuple[Stmt, ...], outcome: bool) -> Callable[[], int]:
        def follow() -> int:
            narrowed(m, node.test, outcome, frame)
            left = run(m, body, frame)
            return (left & ~FALL) | run(m, rest, frame) if left & FALL else left

        return follow

    return _forked(m, frame, [arm(node.body, True), arm(node.orelse, False)])


def _branch(m: Interpreter, node: If, verdict: bool | None, frame: Frame) -> int:
    if verdict is not None:
        return run(m, node.body if verdict else node.orelse, frame)

    def arm(body: tuple[Stmt, ...], outcome: bool) -> Callable[[], int]:
        def follow() -> int:
            narrowed(m, node.test, outcome, frame)
            return run(m, body, frame)

        return follow

    return arms(m, frame, [arm(node.body, True), arm(node.orelse, False)])


def _expression(m: Interpreter, node: ExprS, frame: Frame) -> int:
    with holding(m.now, ignored=node.value):
        found = m.eval(node.value, frame)
    if isinstance(node.value, (Compare, BoolOp, Wrap)):
        if truth(m, found) is False and not (isinstance(node.value, Wrap) and node.value.kind != "not"):
            stopped(m, node.value, frame)
        narrowed(m, node.value, True, frame)  # an assertion, or a condition that does nothing
    if isinstance(node.value, Call) and isinstance(found, Unknown) and found.origin.name == NEVER:
        return 0
    return FALL


def _return(m: Interpreter, node: Return, frame: Frame) -> int:
    frame.returns.append(m.eval(node.value, frame) if node.value is not None else NONE)
    if frame.arms:
        frame.exits.append(m.heap.capture(frame.mark))
    else:
        frame.ended = True
    return 0


def _while(m: Interpreter, node: While, frame: Frame) -> int:
    forever = truth(m, m.eval(node.test, frame))
    if forever is False:
        return run(m, node.orelse, frame)
    forget_counters(m, node, frame)

    def once() -> int:
        narrowed(m, node.test, True, frame)
        left = _body(m, node, frame)
        return BREAK if ends and left & FALL and truth(m, m.eval(node.test, frame)) is False else left

    asked = [m.eval(one, frame) for one in expressions([node.test]) if isinstance(one, (Name, Attr))]
    items = max((len(one.items) for one in asked if isinstance(one, Items)), default=0)  # of a list that it works off
    ends = items or any(isinstance(one, Walrus) for one in expressions([node.test]))
    rounds = [once] * (LOOP_ROUNDS + min(items, MAX_KNOWN_ITEMS))
    left = _rounds(m, frame, rounds, sure=forever is True)
    if node.orelse and left & FALL:
        return run(m, node.orelse, frame) | FALL
    return FALL if left or forever is not True else 0


def _body(m: Interpreter, node: While | For, frame: Frame) -> int:
    """Returns whether another round may follow (`FALL`), what is behind the loop for sure (`BREAK`), or nothing."""
    before = len(frame.keepers)
    left = run(m, node.body, frame)
    for cells, name in frame.kept(before, node.kept):
        m.heap.put(cells, name, frame.variables[name])
    return left if left == BREAK else FALL if left else 0


def _rounds(m: Interpreter, frame: Frame, rounds: Sequence[Callable[[], int]], *, sure: bool) -> int:
    """Runs a loop body so many times in a row; unless *sure*, the state after each number of rounds is possible."""
    if not rounds:
        return FALL

    def go() -> int:
        mark = m.heap.mark()
        left = rounds[0]()
        again = left & FALL and len(rounds) > 1 and carried_over(m, mark)
        return _rounds(m, frame, rounds[1:], sure=False) if again else left

    if sure:
        return go()
    return arms(m, frame, [go, lambda: FALL])


def _for(m: Interpreter, node: For, frame: Frame) -> int:
    at = frame.at(node.iter.span)
    items, rest = iterate(m.eval(node.iter, frame), at)

    def once(element: Value) -> Callable[[], int]:
        def follow() -> int:
            assign(m, node.target, element, frame)
            repeated(m, node.target, element, node.body, at, frame)
            return _body(m, node, frame)

        return follow

    sent: set[frozenset[object]] = set()
    for element in items:
        before = len(m.results.calls)
        left = once(element)()
        if not left & FALL:
            return FALL if left else 0
        sent.add(frozenset((call.location, call.method, call.endpoint) for call, _, _ in m.results.calls[before:]))
    if rest is not None and len(items) == MAX_KNOWN_ITEMS and len(sent) > 1:
        m.gap("budget", at, f"a loop over more than {MAX_KNOWN_ITEMS} known items is followed for the first of them")
    if rest is not None:
        forget_counters(m, node, frame)
        _rounds(m, frame, [once(rest)] * LOOP_ROUNDS, sure=False)
    return run(m, node.orelse, frame) | FALL


def _with(m: Interpreter, node: With, frame: Frame) -> int:
    for part in node.items:
        found = entered(m, m.eval(part.value, frame), frame, frame.at(part.value.span))
        if part.target is not None:
            assign(m, part.target, found, frame)
    return run(m, node.body, frame)


def entered(m: Interpreter, found: Value, frame: Frame, at: Location) -> Value:
    """Returns what a block is given that begins under a value: what a generator yields first, or its class says."""
    if isinstance(found, Choice):
        return choose(entered(m, one, frame, at) for one in found.options)
    if isinstance(found, Items) and found.kind == "generator":
        return found.items[0] if found.items else NONE
    if isinstance(found, Instance) and isinstance(found.kind, ClassValue):
        for name in m.semantics.roles.enter:
            dunder = member(found.kind, name)
            if isinstance(dunder, Function):
                return m.invoke(dunder, Args([found]), frame, at)
    return found


def _try(m: Interpreter, node: Try, frame: Frame) -> int:
    handled = [h for h in node.handlers if not m.semantics.is_import_failure(m.eval(h.type, frame) if h.type else None)]

    def body() -> int:
        left = run(m, node.body, frame)
        return (left & ~FALL) | run(m, node.orelse, frame) if left & FALL else left

    def handler(one: Handler) -> Callable[[], int]:
        def follow() -> int:
            if one.name:
                m.heap.put(frame.variables, one.name, m.unknown("an exception", one.name, frame.at(one.span)))
            return run(m, one.body, frame)

        return follow

    before = len(frame.returns)
    left = tried(m, frame, body, [handler(one) for one in handled])
    given, final = len(frame.returns), run(m, node.final, frame)  # a return in it stands for those before it
    del frame.returns[before : before if final or len(frame.returns) == given else given]
    return left if final & FALL else final


def _def(m: Interpreter, node: Def, frame: Frame) -> int:
    defaults = {p.name: m.eval(p.default, frame) for p in node.params if p.default is not None}
    outer = frame.outer if frame.owner is not None and frame.function is None and frame.class_body else frame
    if node.kept and outer is frame:
        outer = frame.keeping(node.kept)
    outer = None if m.semantics.closed else outer
    owner = frame.owner if frame.class_body else None
    function = Function(node, frame.unit, outer, node.name, owner, defaults)
    m.state.created.append(function)
    if frame.function is None:
        m.state.define(node, function)
    found = decorated(m, node, function, frame) if node.decorators else function
    before = frame.variables.get(node.name) if node.decorators and frame.class_body else None
    if isinstance(before, Function) and before is not found:  # who was given the one before calls it still
        m.heap.put(frame.variables, f"@{before.node.span.start} {node.name}", before)
    if node.role and found is function:
        enter_role(m, frame.variables, (node.name,), node.role, function)
    else:
        m.heap.put(frame.variables, node.name, found)
    return FALL


def _class(m: Interpreter, node: ClassDef, frame: Frame) -> int:
    m.heap.put(frame.variables, node.name, define(m, node, frame))
    return FALL


def define(m: Interpreter, node: ClassDef, frame: Frame) -> ClassValue:
    """Returns the class that a definition makes, its body run and what decorates it applied."""
    bases = tuple(m.eval(arg.value, frame) for arg in node.bases if arg.name is None and not arg.star)
    frame = frame.keeping(node.kept) if node.kept else frame
    cls = ClassValue(node, frame.unit, frame, bases, frame.at(node.span))
    inner = Frame(frame.unit, cls.cells, outer=frame, via=frame.via, chain=frame.chain, owner=cls)
    inner.class_body = True
    m.state.classes[node] = cls
    m.state.extended.update(one for one in ancestors(cls) if one is not cls and isinstance(one, ClassValue))
    run(m, node.body, inner)
    for name, found in cls.cells.items():
        if isinstance(found, Function):
            m.state.methods.setdefault(name, set()).add(cls)
    finish(m, cls, frame)
    for decorator in reversed(node.decorators):
        with holding(m.now, decorating=m.now.decorating + 1):
            value = m.eval(decorator, frame)
        if isinstance(value, (Function, Bound)):
            made = m.apply(value, Args([cls]), frame, decorator)
            cls = made if isinstance(made, ClassValue) else cls
    return cls


def _import(m: Interpreter, node: Import, frame: Frame) -> int:
    import_names(m, node, frame)
    return FALL


def _from(m: Interpreter, node: From, frame: Frame) -> int:
    import_from(m, node, frame)
    return FALL


def _jump(m: Interpreter, node: Jump, frame: Frame) -> int:
    if node.value is not None:
        stopped(m, node.value, frame)
        _raised(m, node.value, frame)
    return {"break": BREAK, "continue": CONTINUE, "pass": FALL, "raise": 0}[node.kind]


def _raised(m: Interpreter, node: Expr, frame: Frame) -> None:
    """Evaluates what is raised. Nobody sees the object again; a constructor that sends is followed by itself."""
    if not isinstance(node, Call):
        m.eval(node, frame)
        return
    found = m.eval(node.func, frame)
    args = arguments(m, node, frame)
    if isinstance(found, ClassValue):
        watch(m, args, frame, node)
    else:
        m.apply(found, args, frame, node)


def _scope(_: Interpreter, node: Scope, frame: Frame) -> int:
    if node.kind == "global":
        frame.globals |= frozenset(node.names)
    else:
        frame.nonlocals |= frozenset(node.names)
    return FALL


def _decided(m: Interpreter, node: If, frame: Frame) -> bool | None:
    """Returns whether a condition holds, None where that is open. A constant of a module is a switch for people."""
    verdict = truth(m, m.eval(node.test, frame))
    test = node.test
    while isinstance(test, Wrap) and test.kind == "not" and test.value is not None:
        test = test.value
    name = test.id if isinstance(test, Name) else test.name if isinstance(test, Attr) else ""
    return None if name.isupper() else verdict


STATEMENTS: Mapping[type, Callable[[Any, Any, Frame], int]] = {
    Aug: run_aug, ExprS: _expression, Return: _return, While: _while, For: _for, With: _with, Try: _try, Def: _def,
    ClassDef: _class, Import: _import, From: _from, Jump: _jump, Scope: _scope, Del: run_del,
}  # fmt: skip
