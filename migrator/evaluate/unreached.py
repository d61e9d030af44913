"""Code that could send a request and was never run: nothing that the program does leads there, or a budget ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.evaluate.reachability import looks_up
from migrator.evaluate.strange_calls import sends_by_name
from migrator.evaluate.visit import blocks, expressions, statements
from migrator.model.text import Location
from migrator.model.unit import Assign, Attr, Call, ClassDef, Def, Expr, If, Name, Stmt

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed:
    """A statement that could send and was never run, with the variables and the attributes (``.name``) it reads."""

    location: Location
    reads: frozenset[str]


def unfollowed(m: Interpreter) -> Iterator[Unfollowed]:
    """Yields what was not run of the program's code, tests left out, the outermost statement of each part."""
    live = {node.name for node in m.state.definitions if m.state.leads(node)}
    for path, module in m.state.modules.items():
        if not m.is_test(path):
            for statement in _not_run(m, module.unit.body):
                if _could_send(m, statement, live):
                    yield Unfollowed(location=Location(path, statement.span), reads=frozenset(_reads(statement)))


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


def _reads(statement: Stmt) -> Iterator[str]:
    """Yields the variables and attributes that a statement reads; one that it binds anew is not read by that."""
    bound = {id(target) for one in statements([statement]) for target in _bound(one)}
    for one in expressions([statement]):
        if isinstance(one, Name) and id(one) not in bound:
            yield one.id
        elif isinstance(one, Attr):
            yield f".{one.name}"


def _bound(statement: Stmt) -> Sequence[Expr]:
    return [one for one in statement.targets if isinstance(one, Name)] if isinstance(statement, Assign) else []
