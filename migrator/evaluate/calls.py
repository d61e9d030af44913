"""Calls: of project functions and classes, of library models, and of things nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args, bind, refused, symbolic
from migrator.evaluate.assumptions import guess, guessed_from
from migrator.evaluate.attributes import class_of, library_base, member, takes_receiver
from migrator.evaluate.class_hooks import CONVERTS
from migrator.evaluate.cloning import given
from migrator.evaluate.contracts import MAX_RECURSION, NEVER, Site
from migrator.evaluate.frame import FALL, Frame
from migrator.evaluate.logged_secrets import watch
from migrator.evaluate.missing_reads import asked_by_method
from migrator.evaluate.observations import called, given_by
from migrator.evaluate.state import MAX_CHAIN, MAX_DEPTH, OutOfBudgetError, holding
from migrator.evaluate.store import (
    ITEMS,
    NONE,
    REST,
    RETURNED,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Joined,
    Located,
    Method,
    Partial,
    Table,
    Value,
    ancestors,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.unknown_clients import constructed
from migrator.evaluate.unmodelled_calls import call_unknown
from migrator.model.call import Context
from migrator.model.text import Location
from migrator.model.unit import Assign, Attr, Def, Expr, Name, Sub
from migrator.model.value import Const, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def apply(m: Interpreter, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
    """Returns the result of calling a value."""
    watch(m, args, frame, node)
    match func:
        case Choice(options=alternatives):
            callables = [one for one in alternatives if not isinstance(one, Const)]
            return choose(apply(m, one, args, frame, node) for one in callables)
        case Function() | Bound():
            return invoke(m, *_received(m, func, args, frame.at(node.span)), frame, frame.at(node.span))
        case Class():
            return instantiate(m, func, args, frame, node)
        case Partial(func=inner, args=first, keywords=given):
            return apply(m, inner, _completed(args, first, given), frame, node)
        case Ref() | Method():
            return _of_library(m, func, args, frame, node)
        case Instance(kind=Class() as cls):
            dunder = member(cls, m.semantics.roles.call)
            if isinstance(dunder, Function):
                return invoke(m, dunder, args.shifted(func), frame, frame.at(node.span))
        case Instance(kind=str() as kind):
            result = m.library.call(Site(m, f"{kind}.{m.semantics.roles.call}", args, frame, node, func))
            if result is not None:
                return result
    calls = m.results.reached
    result = call_unknown(m, func, args, frame, node)
    given_by(m, func, result)
    called(m, func, args, result, frame, node, calls)
    return result


def _of_library(m: Interpreter, func: Ref | Method, args: Args, frame: Frame, node: Expr) -> Value:
    """Returns the result of calling what is not of the project, by its model if there is one."""
    calls = m.results.reached
    func, args = _of_own_base(m, func, args)
    receiver = func.receiver if isinstance(func, Method) else None
    if isinstance(func, Method):
        asked_by_method(m, func, args, frame.at(node.span), frame)
    result = m.library.call(Site(m, func.name, args, frame, node, receiver))
    if result is None:
        result = call_unknown(m, func, args, frame, node)
    called(m, func, args, result, frame, node, calls)
    return guessed_from(m, result, (receiver,), args.positional)


def _of_own_base(m: Interpreter, func: Ref | Method, args: Args) -> tuple[Ref | Method, Args]:
    """Returns the method of a library's class that is called on an object of one that descends from it."""
    found = args.positional[0] if isinstance(func, Ref) and args.positional else None
    if isinstance(found, Instance) and isinstance(found.kind, Class):
        base, dot, _ = func.name.rpartition(".")
        if dot and library_base(m, found.kind) == base:
            return Method(func.name, found), replace(args, positional=args.positional[1:])
    return func, args


def _received(m: Interpreter, func: Function | Bound, args: Args, at: Location) -> tuple[Function, Args]:
    """Returns a function with its arguments, the object that it is called on before them where it takes that."""
    if isinstance(func, Function):
        alone = takes_receiver(func)
        return func, args.shifted(m.unknown("a function that is called by itself", "this", at)) if alone else args
    takes = m.semantics.receives or takes_receiver(func.func)
    return func.func, args.shifted(func.receiver) if takes else args


def construct(m: Interpreter, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
    """Returns a new object of what a value is: of a class, of a function that fills it, or of a library's."""
    match func:
        case Choice(options=alternatives):
            return choose(construct(m, one, args, frame, node) for one in alternatives if not isinstance(one, Const))
        case Function() if takes_receiver(func):
            instance = Instance(class_of(m, func), frame.at(node.span))
            made = invoke(m, func, args.shifted(instance), frame, frame.at(node.span))
            return choose([one for one in options(made) if isinstance(one, (Instance, Table))] or [instance])
        case Bound(func=inner):
            return construct(m, inner, args, frame, node)
        case _:
            return apply(m, func, args, frame, node)


def _completed(args: Args, first: tuple[Value, ...], given: dict[str, Value]) -> Args:
    whole = Args([*first, *args.positional], {}, args.star, args.rest)
    for name, found in given.items():
        whole.keyword(name, found)
    whole.keywords.update(args.keywords)
    return whole


def invoke(m: Interpreter, func: Function, args: Args, frame: Frame, at: Location) -> Value:
    """Returns the result of running a project function on arguments."""
    node = func.node
    identity = id(node)
    again = identity in frame.chain
    recurs = again and not _closes(func) and not _gives(args)  # one that calls itself: no closure, and calls none
    if again and (_times(frame, identity, at if _gives(args) else None) >= MAX_RECURSION or (recurs and frame.again)):
        return Unknown(f"{func.name} calls itself", func.name, Origin("call", f"recursion of {func.name}", at))
    if frame.depth >= m.budget.depth or len(frame.chain) >= MAX_CHAIN:
        if m.budget.depth == MAX_DEPTH:
            m.gap("budget", at, f"calls nested deeper than {MAX_DEPTH} are not followed")
            m.results.cut.update(_around(frame))
        return Unknown("calls are nested too deeply", func.name, Origin("call", f"depth of {func.name}", at))
    missing = refused(node.params, args, func.defaults) if isinstance(node, Def) and not node.decorators else None
    if missing is not None and m.semantics.absent is None:
        return Unknown(f"the call of {func.name} lacks {missing}", func.name, Origin("call", f"{func.name}()", at))
    if m.now.context is Context.PROGRAM and identity not in frame.chain:
        m.results.entered.add(func)
        if args.positional and isinstance(args.positional[0], Instance):
            m.results.entered_on.add((func, args.positional[0].location))
    elif m.now.context is not Context.PROGRAM:
        m.results.entered_from_tests.add(func)
    owner = f"{func.owner.name}.{func.name}" if func.owner else func.name
    place = Location(func.unit.path, node.span)
    defaults = {**func.defaults, **func.given} if func.given else func.defaults
    if (nothing := m.semantics.absent) is not None and args.star is None and args.rest is None:
        defaults = {**{param.name: nothing for param in node.params}, **defaults}
    if m.semantics.copies:
        args = Args([given(m, one) for one in args.positional], args.keywords, args.star, args.rest)
    variables = bind(m, node.params, args, defaults, f"{func.unit.module}.{owner}", place)
    if nothing is not None:
        variables |= {name: one for name, one in func.defaults.items() if variables[name] is nothing}
    via, chain, depth = (*frame.via, at), (*frame.chain, identity), frame.depth + (not _closes(func))
    return activate(m, func, variables, via, chain, depth=depth, again=frame.again or recurs)


def _times(frame: Frame, identity: int, at: Location | None) -> int:
    """Returns how often a function is active, or, of one that is given functions, how often from one place."""
    if at is None:
        return frame.chain.count(identity)
    return sum(one == identity and site == at for one, site in zip(frame.chain[::-1], frame.via[::-1], strict=False))


def _around(frame: Frame | None) -> Iterator[Function]:
    """Yields the function of an activation, and those that it stands in."""
    while frame is not None:
        if frame.function is not None:
            yield frame.function
        frame = frame.outer


def _closes(func: Function) -> bool:
    """Returns whether a function stands in another, which it is a part of rather than one step further."""
    return func.frame is not None and func.frame.function is not None


def _gives(args: Args) -> bool:
    """Returns whether a call gives functions."""
    return any(isinstance(one, (Function, Bound, Partial)) for one in args.values()[1:])


def activate(
    m: Interpreter, func: Function, variables: dict[str, Value], via: tuple[Location, ...], chain: tuple[int, ...],
    *, depth: int, again: bool,
) -> Value:  # fmt: skip
    """Runs a function body on bound variables and returns what it returns, or the sequence that it yields.

    *depth* is how many functions led here, *again* says that one of them calls itself.
    """
    inner = Frame(func.unit, dict(variables), outer=func.frame, function=func, via=via, chain=chain, owner=func.owner)
    inner.depth, inner.again = depth, again
    node = func.node
    if node.params:
        inner.receiver = variables.get(node.params[0].name)
    if not isinstance(node.body, tuple):
        return m.eval(node.body, inner)
    inner.mark = m.heap.mark()
    try:
        live = m.run(node.body, inner)
    except OutOfBudgetError:
        m.results.cut.add(func)
        raise
    settle(m, inner, live=bool(live & FALL) or inner.ended)
    if node.generator:
        made = Items("generator", Joined.of(inner.yields, 0), Location(func.unit.path, node.span), inner.open_yields())
        made.cells.update({RETURNED: choose(inner.returns)} if inner.returns else {})
        return made
    if live & FALL and inner.returns:
        return choose((*inner.returns, NONE))
    if not inner.returns and not live & FALL:
        return Unknown("it always raises", func.name, Origin("call", NEVER, Location(func.unit.path, node.span)))
    return choose(inner.returns) if inner.returns else NONE


def settle(m: Interpreter, inner: Frame, *, live: bool) -> None:
    """Leaves the store as the join of all the states in which the function can return."""
    if not inner.exits:
        return
    states = [*inner.exits, *([m.heap.capture(inner.mark)] if live else [])]
    own = id(inner.variables)
    m.heap.undo(inner.mark)
    m.heap.merge([{at: cell for at, cell in state.items() if at[0] != own} for state in states])


def call_symbolic(m: Interpreter, func: Function, frame: Frame, at: Location, receiver: Value | None = None) -> Value:
    """Returns the result of running a function on arguments that only its callers know."""
    node = func.node
    owner = f"{func.owner.name}.{func.name}" if func.owner else func.name
    label = f"{func.unit.module}.{owner}"
    variables: dict[str, Value] = {}
    for index, param in enumerate(node.params):
        place = Location(func.unit.path, param.span)
        if param.kind == "*":
            first = (receiver,) if index == 0 and receiver is not None else ()
            variables[param.name] = Items("tuple", first, place, symbolic(param.name, label, None, place))
        elif index == 0 and receiver is not None and (m.semantics.receives or param.kind == "receiver"):
            variables[param.name] = receiver
        elif param.kind == "**":
            variables[param.name] = Table(place, {REST: symbolic(param.name, label, None, place)})
        else:
            passed = (func.given or {}).get(param.name)
            default = func.defaults.get(param.name)
            variables[param.name] = passed or guess(m, symbolic(param.name, label, default, place))
    if frame.chain.count(id(node)) >= MAX_RECURSION or frame.depth >= m.budget.depth:
        return Unknown(f"{func.name} calls itself", func.name, Origin("call", f"recursion of {func.name}", at))
    via = (*frame.via, at) if at.path else ()
    return activate(m, func, variables, via, (*frame.chain, id(node)), depth=frame.depth + 1, again=frame.again)


def instantiate(m: Interpreter, cls: Class, args: Args, frame: Frame, node: Expr) -> Value:
    """Returns a new object of a project class, its constructor run."""
    at = frame.at(node.span)
    if ITEMS in cls.cells and args.positional:  # an enumeration, asked for the member of a value
        members = [one for one in cls.cells[ITEMS].items if isinstance(one, Instance) and one.kind is cls]
        return choose(members) if members else args.positional[0]
    instance = Instance(cls, at)
    if m.now.context is Context.PROGRAM and m.now.recording:
        m.results.made(cls, args, frame, node)
    maker = member(cls, m.semantics.roles.maker)
    if not isinstance(maker, Function):
        return initialise(m, cls, instance, args, frame, node)
    given = invoke(m, maker, args.shifted(cls), frame, at)
    for one in options(given):
        if isinstance(one, Instance) and one.kind is cls:
            initialise(m, cls, one, args, frame, node)
    return given


def initialise(m: Interpreter, cls: Class, instance: Instance, args: Args, frame: Frame, node: Expr) -> Value:
    """Runs the constructor of *cls* on an object, and returns that, or what the constructor gives in its place."""
    name = m.semantics.roles.constructor
    base, constructor = library_base(m, cls), member(cls, name)
    if base is not None:
        given = Args() if isinstance(constructor, Function) else args
        m.library.construct(base, instance, Site(m, base, given, frame, node, instance))
    if isinstance(constructor, Function):
        made = invoke(m, constructor, args.shifted(instance), frame, frame.at(node.span))
        return choose(one if isinstance(one, (Located, Function)) else instance for one in options(made))
    if (
        base is None
        or constructed(m, Method(f"{base}.{m.semantics.roles.constructor}", instance), args, instance.location) is None
    ):
        _fill_fields(m, cls, instance, args, frame, node)
        for post in (member(cls, name) for name in m.semantics.roles.filled):
            if isinstance(post, Function):
                asked = [instance.cells.get(param.name) or member(cls, param.name) for param in post.node.params[1:]]
                taken = Args([instance, *(one for one in asked if one is not None)])
                invoke(m, post, taken, frame, frame.at(node.span))
    return instance


def fields(m: Interpreter, cls: Class) -> list[str]:
    """Returns the fields of a record-like class in order: what is annotated, or made by a function for fields."""
    found: dict[str, None] = {}
    for one in reversed([c for c in ancestors(cls) if isinstance(c, Class)]):
        for statement in one.node.body:
            if not isinstance(statement, Assign):
                continue
            for target in statement.targets:
                if isinstance(target, Name) and (
                    _annotated(m, statement.annotation) or _described(m, one.cells.get(target.id))
                ):
                    found[target.id] = None
    return list(found)


def _annotated(m: Interpreter, annotation: Expr | None) -> bool:
    """Returns whether an annotation is that of a field: some say that the class keeps the value, or mark a place."""
    named = annotation.value if isinstance(annotation, Sub) else annotation
    name = named.name if isinstance(named, Attr) else getattr(named, "id", "")
    return annotation is not None and name not in m.semantics.roles.unfielded


def _described(m: Interpreter, found: Value | None) -> Partial | None:
    return found if isinstance(found, Partial) and found.func == Ref(m.semantics.roles.field) else None


def _fill_fields(m: Interpreter, cls: Class, instance: Instance, args: Args, frame: Frame, node: Expr) -> None:
    names = fields(m, cls)
    given = dict(zip(names, args.positional, strict=False)) | {name: one.value for name, one in args.keywords.items()}
    for name in (*given, *(one for one in names if one not in given)):
        default = member(cls, name)
        described = _described(m, default)
        found = given.get(name, instance.cells.get(name))
        if found is None and described is not None and (described.args or "default" in described.keywords):
            made = [apply(m, one, Args(), frame, node) for one in described.args]
            found = choose(made) if made else described.keywords["default"]
        elif found is None and default is not None and described is None:
            if args.rest is not None and isinstance(default, (Const, Text)):
                m.heap.put(instance.cells, name, guess(m, default))
            continue
        elif found is None:
            origin = Origin("parameter", f"{cls.unit.module}.{cls.name}.{name}", Location(cls.unit.path, cls.node.span))
            found = Unknown(f"the callers of {cls.name} decide", name, origin)
        converter = member(cls, CONVERTS + name) if described is None else described.keywords.get("converter")
        if converter is not None:
            own = [cls] if isinstance(converter, Function) and converter.owner is not None else []
            found = apply(m, converter, Args([*own, found]), frame, node)
        m.heap.put(instance.cells, name, found)


def decorated(m: Interpreter, node: Def, function: Function, frame: Frame) -> Value:
    """Returns what the decorators of a definition make of it. One that is not known passes the function through."""
    found: Value = function
    for decorator in reversed(node.decorators):
        found = _decorate(m, decorator, found, function, frame)
    return found


def _decorate(m: Interpreter, decorator: Expr, found: Value, function: Function, frame: Frame) -> Value:
    if isinstance(decorator, Attr) and decorator.name in ("setter", "deleter", "getter"):
        getter = frame.variables.get(function.name)
        if isinstance(getter, Function) and getter.kind == "property":
            getter.attributes = {**(getter.attributes or {}), decorator.name: function}  # type: ignore[misc] # late
            return getter
    with holding(m.now, decorating=m.now.decorating + 1):
        value = m.eval(decorator, frame)
    kind = m.library.decorator(value)
    if kind is not None and isinstance(found, Function):
        found.kind = kind or found.kind  # type: ignore[misc] # set once, while the definition is made
        return found
    if isinstance(value, (Function, Bound, Class, Partial)) or isinstance(getattr(value, "kind", None), Class):
        result = apply(m, value, Args([found]), frame, decorator)
        if isinstance(result, (Function, Bound, Partial, Instance)):
            if isinstance(result, Function) and result is not found and isinstance(found, Function):
                result.owner = found.owner  # type: ignore[misc] # a method stays one behind its decorator
            return result
    return found


def methods(cls: Class) -> list[tuple[str, Function]]:
    """Returns the methods of a class and of its bases, each name once, constructor included."""
    found: dict[str, Function] = {}
    for one in ancestors(cls):
        if isinstance(one, Class):
            for name, value in one.cells.items():
                if isinstance(value, Function) and name not in found:
                    found[name] = value
    return list(found.items())
