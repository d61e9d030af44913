"""The state of one lowering: names, what has to stand before the current statement, and credentials in literals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from migrator.languages.javascript.lowering.names import Block, FunctionNames
from migrator.languages.shared.secrets import Secrets
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Arg, Attr, Call, Del, Expr, Lit, Name, Stmt, Sub

Lowerings: TypeAlias = Mapping[str, Callable[["Walk", Node], Expr]]
Statements: TypeAlias = Mapping[str, Callable[["Walk", Node], list[Stmt]]]


class JumpTarget:
    """What a jump can leave, while its body is lowered: a loop, a switch, or any other statement with a label."""

    __slots__ = ("asked", "flags", "jumps", "labels")

    def __init__(self, walk: Walk, *jumps: str) -> None:
        """Takes the labels that stand before it, and which jumps are its own without one."""
        self.labels, walk.labels = walk.labels, frozenset()
        self.jumps = jumps
        self.flags: list[Stmt] = []  # before it
        self.asked: list[Stmt] = []  # behind it

    @contextmanager
    def inside(self, walk: Walk) -> Iterator[None]:
        """Makes jumps leave this."""
        walk.targets.append(self)
        yield
        walk.targets.pop()

    def around(self, *lowered: Stmt) -> list[Stmt]:
        """Returns the statement with what its jumps need."""
        return [*self.flags, *lowered, *self.asked]


class Walk:
    """One file on its way to lowered form."""

    __slots__ = (
        "after", "block", "constructors", "expressions", "identifiers", "labels", "pending", "secrets", "statements",
        "targets", "text", "used",
    )  # fmt: skip

    def __init__(self, text: str, secrets: Secrets, expressions: Lowerings, statements: Statements) -> None:
        """Starts at the top of a file."""
        self.text, self.secrets = text, secrets
        self.expressions, self.statements = expressions, statements
        self.block = Block(None, FunctionNames(arrow=False))
        self.pending: list[Stmt] = []
        self.after: list[Stmt] = []  # of the module: what it exports once all of it has run
        self.constructors: frozenset[str] = frozenset()  # functions that are classes
        self.identifiers: set[str] = set()
        self.used: set[str] = set()
        self.targets: list[JumpTarget] = []  # of jumps, outermost first
        self.labels: frozenset[str] = frozenset()  # of the statement that comes next

    def code(self, node: Node) -> str:
        """Returns the source of a node."""
        return self.text[node.start : node.end]

    def fresh(self, hint: str) -> str:
        """Returns the name of a new variable, like the hint where nothing else in the file has that name."""
        name, number = hint, 1
        while name in self.used or name in self.identifiers:
            number += 1
            name = f"{hint}@{number}"
        self.used.add(name)
        return name

    def expression(self, node: Node | None) -> Expr:
        """Returns an expression; a missing one is ``undefined``."""
        if node is None:
            return undefined(Span(0, 0))
        return self.expressions.get(node.kind, self.expressions["ERROR"])(self, node)

    def statement(self, node: Node) -> list[Stmt]:
        """Returns a statement, and before it what its expressions need."""
        found = self.statements.get(node.kind, self.statements["ERROR"])
        return self.apart(lambda: found(self, node))

    def apart(self, lower: Callable[[], list[Stmt]]) -> list[Stmt]:
        """Returns statements, and before them what their own expressions need."""
        outer, self.pending = self.pending, []
        lowered = lower()
        lowered = [*self.pending, *lowered]
        self.pending = outer
        return lowered

    def variable(self, span: Span, name: str) -> Name:
        """Returns the variable that a name means here."""
        found = self.block.find(name)
        return Name(span, found[0] if found is not None else _MODULE.get(name, name))

    def target(self, span: Span, name: str) -> Name:
        """Returns the variable that an assignment to a name writes."""
        found = self.block.find(name)
        variable = found[0] if found is not None else _MODULE.get(name, name)
        if found is None or found[1].function is not self.block.function:
            self.block.function.outer.add(variable)
        self.block.function.assigned.add(variable)
        return Name(span, variable)

    @contextmanager
    def inside(self, names: Iterable[str] = (), function: FunctionNames | None = None) -> Iterator[Block]:
        """Opens a block, of a new function where one is given, that declares some names."""
        outer, targets = self.block, self.targets
        self.block = Block(outer, function or outer.function)
        if function is not None:
            self.targets = []
        for name in names:
            self.block.declare(name)
        yield self.block
        self.block, self.targets = outer, targets


ITERATOR, ASYNC_ITERATOR = "@@iterator", "@@asyncIterator"
"""The names of the members that a loop asks for what to go through."""
_MODULE = {"module": "__module", "exports": "__exports"}
"""Variables that every CommonJS module has, which are none of its own."""


def undefined(span: Span) -> Expr:
    """Returns ``undefined``."""
    return Name(span, "undefined")


def special(span: Span, name: str, *args: Expr) -> Call:
    """Returns a call of what the language does by itself, which no program can name."""
    return Call(span, Name(span, f"%{name}"), tuple(Arg(arg.span, arg) for arg in args))


def text_of(span: Span, value: str) -> Lit:
    """Returns a text that does not stand in the source as such."""
    return Lit(span, value)


def deleted(node: Node, place: Expr) -> Stmt:
    """Returns what removes a member, which an object has under its name or as an entry."""
    if isinstance(place, Attr):
        return Del(node.span, (place, Sub(place.span, place.value, text_of(place.span, place.name))))
    return Del(node.span, (place,))


_ITERABLE = frozenset({"Symbol", "Headers", "URLSearchParams"})
"""What a file names in which loops and spreads can go through objects that are no lists."""


def iterated(walk: Walk, value: Expr) -> Expr:
    """Returns what is gone through when all of a value is asked for; only objects that say so are more than lists."""
    return value if walk.identifiers.isdisjoint(_ITERABLE) else special(value.span, "each", value)
