"""Code that could send a request and was never run: nothing that the program does leads there, or a budget ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.evaluate.store import Function
from migrator.model.call import ApiCall, Context

if TYPE_CHECKING:
    from migrator.evaluate.entry_points import Roots

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.evaluate.name_uses import looks_up
from migrator.evaluate.unknown_clients import sends_by_name
from migrator.evaluate.visit import blocks, expressions, nested, statements, targets
from migrator.model.text import Location
from migrator.model.unit import Attr, Call, ClassDef, Def, If, Lambda, Name, Scope, Seq, Stmt

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed:
    """A statement that could send and was never run, with the variables and the attributes (``.name``) it reads.

    ``client`` says that it asks an object what only a client of HubSpot's own libraries is asked for.
    """

    location: Location
    reads: frozenset[str]
    client: bool = False


def unfollowed(m: Interpreter) -> Iterator[Unfollowed]:
    """Yields what was not run of the program's code, tests left out, the outermost statement of each part."""
    live = {node.name for node in m.state.definitions if m.state.leads(node)}
    for path, module in m.state.modules.items():
        if not m.is_test(path):
            for statement in _not_run(m, module.unit.body):
                members = (f".{one.name}" for one in expressions([statement]) if isinstance(one, Attr))
                reads = frozenset((*members, *_variables(statement)))
                client = m.library.names_client({name.removeprefix(".") for name in reads if name.startswith(".")})
                if client or _could_send(m, statement, live):
                    yield Unfollowed(location=Location(path, statement.span), reads=reads, client=client)


def _not_run(m: Interpreter, body: Sequence[Stmt]) -> Iterator[Stmt]:
    for statement in body:
        match statement:
            case Def() if statement in m.results.ran:
                if m.state.leads(statement):
                    yield from _not_run(m, statement.body)
            case ClassDef() if statement in m.results.ran:
                yield from _not_run(m, statement.body)
            case _ if statement in m.results.ran or (isinstance(statement, If) and m.semantics.is_main(statement.test)):
                for block in blocks(statement):
                    yield from _not_run(m, block)
            case _:
                yield statement


def _could_send(m: Interpreter, statement: Stmt, live: set[str]) -> bool:
    for one in expressions([statement]):
        if isinstance(one, Call) and isinstance(one.func, (Name, Attr)) and not looks_up(one):
            name = one.func.id if isinstance(one.func, Name) else one.func.name
            if name in live or sends_by_name(m.library, name):
                return True
    return False


def _variables(statement: Stmt) -> set[str]:
    """Returns the variables that a statement reads; one that it only binds, or a function's own, is none of them."""
    inner = [one for one in statements([statement]) if isinstance(one, (Def, ClassDef))]
    if inner and inner != [statement]:
        own = _named(statement) - _read(inner)
        return own.union(*map(_variables, inner))
    if not isinstance(statement, (Def, ClassDef)):
        return _named(statement)
    found = set[str]().union(*map(_variables, nested(statement)))
    if isinstance(statement, ClassDef):
        return found | _read((*statement.bases, *statement.decorators))
    return (found - own_names(statement)) | _read((*statement.params, *statement.decorators))


def own_names(node: Def | Lambda) -> set[str]:
    """Returns the names that are a function's own: it takes them or gives them a value; those it imports are not."""
    body = list(statements(node.body if isinstance(node.body, tuple) else ()))
    shared = {name for one in body if isinstance(one, Scope) for name in one.names}
    return ({name for one in body for name in _bound(one)} | {param.name for param in node.params}) - shared


def _read(parts: Sequence[Any]) -> set[str]:
    return {one.id for one in expressions(parts) if isinstance(one, Name)}


def _named(statement: Stmt) -> set[str]:
    bound = {id(target) for one in statements([statement]) for target in targets(one)}
    return {one.id for one in expressions([statement]) if isinstance(one, Name) and id(one) not in bound}


def _bound(statement: Stmt) -> Iterator[str]:
    """Yields the names that a statement gives a value, imports left out: those are had from elsewhere."""
    if isinstance(statement, (Def, ClassDef)):
        yield statement.name
    for target in targets(statement):
        yield from (one.id for one in (target.items if isinstance(target, Seq) else (target,)) if isinstance(one, Name))


_MOST = 40
"""How many functions are run for it: code that nobody uses is not worth more."""


def unreached_calls(roots: Roots, left: Sequence[Unfollowed]) -> tuple[ApiCall, ...]:
    """Returns the requests that are sent in the statements that were never run, each once."""
    places: dict[Function, list[Unfollowed]] = {}
    functions: dict[str, list[Function]] = {}
    for defined in roots.m.state.definitions.values():
        functions.setdefault(defined.unit.path, []).append(defined)
    for one in left:
        function = _around(functions.get(one.location.path, ()), one)
        if function is not None:
            places.setdefault(function, []).append(one)
    found: dict[object, ApiCall] = {}
    for function in list(places)[:_MOST]:
        for call in roots.alone(function):
            inside = any(one.location.contains(call.location) for one in places[function])
            if inside:
                found.setdefault((call.location, call.method, call.endpoint, call.host), call)
    return tuple(sorted((replace(call, context=Context.UNREACHED, via=()) for call in found.values()), key=by_place))


def by_place(call: ApiCall) -> tuple[object, ...]:
    """Returns what requests of code that was never run are ordered by."""
    return (call.location, call.method or "", call.endpoint or "")


def _around(functions: Sequence[Function], one: Unfollowed) -> Function | None:
    """Returns the innermost of some functions that a statement is in."""
    around = (function for function in functions if function.node.span.contains(one.location.span))
    return min(around, key=lambda function: function.node.span.end - function.node.span.start, default=None)
