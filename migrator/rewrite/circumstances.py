"""Under which conditions a request is sent, as they are written around the places that lead to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from migrator.evaluate.visit import CHILDREN, LEAVES, blocks
from migrator.model.text import Span
from migrator.model.unit import (
    Assign,
    Attr,
    BoolOp,
    Call,
    Comp,
    Compare,
    Def,
    Expr,
    ExprS,
    For,
    Handler,
    If,
    IfExp,
    Jump,
    Lambda,
    Lit,
    Name,
    Param,
    Return,
    Stmt,
    Sub,
    Try,
    Unit,
    While,
    Wrap,
)  # fmt: skip

_STATEMENTS = get_args(Stmt)
_TOLD = {
    "if": "it is only sent if `{}` now",
    "else": "it is only sent if not `{}` now",
    "unless": "it is no longer sent if `{}`",
    "until": "it is no longer sent if `{}`",
    "for": "it is sent for each of `{}` now",
    "after": "it is only sent after an error now: `{}`",
    "failed": "it is no longer sent after an error that something before it has: `{}`",
    "never": "it is no longer sent: `{}` comes before it",
    "once": "it is sent once now: `{}` ends the loop",
    "caught": "an error of it is caught now, and not raised: `{}`",
}
_ASKED = frozenset({"get", "getenv"})
"""What gives nothing for what is not there, unless it is given something to give."""
_LASTING = frozenset({"until", "never"})
"""What is decided for all that follows, the functions that are defined there among it."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what it decides (a key of the texts above), as it is written, and the names in it."""

    how: str
    text: str
    names: frozenset[str]

    def told(self) -> str:
        """Returns it as a clause."""
        shown = self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST]}…"
        return _TOLD[self.how].format(shown)

    @property
    def key(self) -> tuple[str, str]:
        """What it is the same by in two states: quotes and spaces say nothing."""
        return self.how, re.sub(r"\s+", "", self.text).replace('"', "'")


class Circumstances:
    """What stands around the places of one file."""

    def __init__(self, unit: Unit, text: str, sends: Collection[Span], ends: Set[str], checks: Set[str]) -> None:
        """Takes a file with all places at which requests are sent, and the names of what ends a program or *checks*.

        What leaves for one of these places leaves for no good.
        """
        self._body = unit.body
        self._text = text
        self._sends = sends
        self._checks = checks
        self._raises: dict[Def | None, tuple[bool, frozenset[Def]]] = {}
        self._ends = ends | {node.name for node in _nodes(unit.body) if isinstance(node, Def) and _is_end(node, ends)}

    def around(self, place: Span) -> list[Condition]:
        """Returns the conditions under which the function that a place stands in gets there, outermost first."""
        found: list[Condition] = []
        above = None
        for node in _inward(self._body, place):
            if isinstance(node, Def):  # what is before it decides whether it is there at all
                found = [one for one in found if one.how in _LASTING]
            elif type(node) is tuple:
                found += self._along(node, place, looped=isinstance(above, (For, While)))
            else:
                found += self._of(node, place)
            above = node
        return found

    def _along(self, row: Sequence[Any], place: Span, *, looped: bool) -> Iterator[Condition]:
        """Yields what the statements decide that stand in a row with a place; in a loop, those after it do as well."""
        index = next(index for index, one in enumerate(row) if _holds(one, place))
        for number, one in enumerate(row):
            if number == index or not isinstance(one, _STATEMENTS) or not (number < index or looped):
                continue
            exits = list(self._exits(one, looped=False))
            yield from exits if number < index else (each for each in exits if each.how == "until")
            if self._leaves(one, looped=False) and not (isinstance(one, Jump) and one.kind == "continue"):
                yield self._condition("never" if number < index else "once", one)

    def raises(self, place: Span) -> bool:
        """Returns whether the function that a place stands in, or one it calls that sends nothing, raises errors."""
        pending, seen = [self._function(place)], set[Def | None]()
        while pending:
            one = pending.pop()
            seen.add(one)
            raised, called = self._raising(one)
            if raised:
                return True
            pending += called - seen
        return False

    def _raising(self, function: Def | None) -> tuple[bool, frozenset[Def]]:
        """Returns whether a function, or the file outside of all, raises, and which it calls that send nothing."""
        if function not in self._raises:
            nodes = list(_raised(function.body if function is not None else self._body))
            raises = any(isinstance(one, Jump) or _calls(one, self._checks | self._ends) for one in nodes)
            names = filter(None, map(_called, nodes))
            self._raises[function] = raises, frozenset(one for name in names for one in self._silent.get(name, ()))
        return self._raises[function]

    def waits(self, place: Span) -> tuple[bool, bool]:
        """Returns whether what a place gives is waited for there, and whether a function that waits does not use it."""
        inward = list(_inward(self._body, place))
        start = max((at for at, one in enumerate(inward) if isinstance(one, (Def, Lambda))), default=-1)
        around = [one for one in inward[start + 1 :] if type(one) is not tuple]
        if any(map(_is_await, around)):
            return True, False
        function = inward[start] if start >= 0 else None
        last = next((one for one in reversed(around) if isinstance(one, _STATEMENTS)), None)
        value = last.value if isinstance(last, (ExprS, Assign)) else None
        alone = function is not None and function.is_async and value is not None and value.span == place
        names = {one.id for one in last.targets if isinstance(one, Name)} if isinstance(last, Assign) else set()
        later = (one for one in _nodes(function.body if isinstance(function, Def) else ()) if _is_await(one))
        return False, alone and not any(names.intersection(_named((one,))) for one in later)

    def answers(self, place: Span) -> tuple[str, bool]:
        """Returns the name of the function that a place stands in, empty at the top, and whether it returns a value."""
        function = self._function(place)
        returns = (one for one in _nodes(function.body if function is not None else ()) if isinstance(one, Return))
        return function.name if function is not None else "", any(one.value is not None for one in returns)

    def _function(self, place: Span) -> Def | None:
        return next((one for one in reversed(list(_inward(self._body, place))) if isinstance(one, Def)), None)

    @cached_property
    def _silent(self) -> Mapping[str, list[Def]]:
        """The functions in which no request is sent, by name."""
        found: dict[str, list[Def]] = {}
        for one in _nodes(self._body):
            if isinstance(one, Def) and not any(_holds(one, sent) for sent in self._sends):
                found.setdefault(one.name, []).append(one)
        return found

    def parameters(self, place: Span) -> list[str]:
        """Returns the names of what callers give the function that a place stands in, in order."""
        functions = [node for node in _inward(self._body, place) if isinstance(node, (Def, Lambda))]
        return [one.name for one in functions[0].params if one.kind in ("positional", "normal")] if functions else []

    def beside(self, place: Span, other: Span) -> bool:
        """Returns whether two places stand in statements of one block, so that the second follows the first."""
        blocks = [[node for node in _inward(self._body, one) if _is_block(node)][-1:] for one in (place, other)]
        return place != other and bool(blocks[0]) and all(one is two for one, two in zip(*blocks, strict=False))

    def names(self, place: Span) -> set[str]:
        """Returns the names in an expression, and those of the variables that are given what it is a part of."""
        around = [target for node in _inward(self._body, place) if isinstance(node, Assign) for target in node.targets]
        return {*re.findall(r"\w+", self._text[place.start : place.end]), *_named(around)}

    def known_by(self, names: Set[str]) -> set[str]:
        """Returns some names with those of the variables and parameters that are given nothing but what has them."""
        found, count = set(names), 0
        while count != len(found):
            count = len(found)
            found.update(*(to for of, to in self._given if of <= found))
        return found

    @cached_property
    def _given(self) -> list[tuple[set[str], set[str]]]:
        """The names of each variable or parameter that is given no more than a name, and those in what it is given."""
        given: list[tuple[set[str], set[str]]] = []
        for node in _nodes(self._body):
            if isinstance(node, Assign) and isinstance(node.value, (Name, Attr)):
                given.append((set(_named((node.value,))), set(_named(node.targets))))
            elif isinstance(node, Param) and isinstance(node.default, (Name, Attr)):
                given.append((set(_named((node.default,))), {node.name}))
        return given

    def is_emptied(self, place: Span) -> bool:
        """Returns whether a place is a call that is given nothing, or an empty text, for what is not there."""
        inner = [node for node in _inward(self._body, place) if isinstance(node, Call) and node.span == place]
        if any(len(node.args) == 1 and _calls(node, _ASKED) for node in inner):
            return True
        return any(isinstance(arg.value, Lit) and arg.value.value == "" for node in inner for arg in node.args[1:])

    def asks(self, names: Set[str]) -> bool:
        """Returns whether some condition asks of nothing but some names."""
        tests = [node.test for node in _nodes(self._body) if isinstance(node, If)]
        tests += [node.value for node in _nodes(self._body) if isinstance(node, ExprS) and isinstance(node.value, Name)]
        return any(found <= names for one in tests if (found := set(_named((one,)))))

    def has(self, names: Set[str]) -> bool:
        """Returns whether each of some names stands somewhere in the file."""
        return names <= self._every

    @cached_property
    def _every(self) -> set[str]:
        """The names that stand in the file."""
        return set(_named(one for one in _nodes(self._body) if not isinstance(one, _STATEMENTS)))

    def _of(self, node: Any, place: Span) -> Iterator[Condition]:
        match node:
            case If(test=test) | IfExp(test=test):
                for how, arm in (("if", node.body), ("else", node.orelse)):
                    if _holds(arm, place):
                        yield self._condition(how, test)
            case BoolOp(op=op, left=left, right=right) if _holds(right, place):
                yield self._condition("if" if op in ("and", "&&") else "else", left)
            case While(test=test, body=body) if _holds(body, place) and not isinstance(test, Lit):
                yield self._condition("if", test)
            case For(iter=every, body=body) if _holds(body, place):
                yield self._condition("for", every)
            case Comp(loops=loops) if _holds((node.element, node.value), place):
                for loop in loops:
                    yield self._condition("for", loop.iter)
                    yield from (self._condition("if", test) for test in loop.tests)
            case Try(body=body, handlers=handlers) if _holds(body, place):
                yield from (self._condition("caught", one) for one in handlers if not _raises(one))
            case Handler():
                yield self._condition("after", node)

    def _exits(self, statement: Stmt, *, looped: bool) -> Iterator[Condition]:
        """Yields the conditions on which a statement leaves the block that it stands in."""
        match statement:
            case If():
                yield from self._left(statement, looped=looped)
            case Try():
                for handler in statement.handlers:
                    if any(self._leaves(one, looped=looped) for one in handler.body):
                        yield self._condition("failed", handler)
                for one in (*statement.body, *statement.orelse, *statement.final):
                    yield from self._exits(one, looped=looped)
            case ExprS(value=BoolOp(op=op, left=left, right=Call() as right)):
                if _calls(right, self._ends):
                    yield self._condition("until" if op in ("and", "&&") else "if", left)
            case ExprS(value=BoolOp() | Compare() | Wrap(kind="not") | Name() | Attr() | Sub()):  # an assertion
                yield self._condition("if", statement.value)
            case _:
                for block in blocks(statement):
                    for one in block:
                        yield from self._exits(one, looped=looped or isinstance(statement, (For, While)))

    def _left(self, statement: If, *, looped: bool) -> Iterator[Condition]:
        """Yields the conditions on which one arm leaves the block that holds the statement."""
        for how, arm in (("unless", statement.body), ("if", statement.orelse)):
            if jumps := [one for one in arm if self._leaves(one, looped=looped)]:
                if not any(_holds(arm, place) for place in self._sends):
                    stops = how == "unless" and not (isinstance(jumps[0], Jump) and jumps[0].kind == "continue")
                    yield self._condition("until" if stops else how, statement.test)
            else:
                for one in arm:
                    yield from self._exits(one, looped=looped)

    def _leaves(self, statement: Stmt, *, looped: bool) -> bool:
        """Returns whether a statement ends the block around it; a jump out of a loop within that block does not."""
        if isinstance(statement, Jump):
            return statement.kind == "raise" or (statement.kind in ("break", "continue") and not looped)
        return isinstance(statement, Return) or (isinstance(statement, ExprS) and _calls(statement.value, self._ends))

    def _condition(self, how: str, node: Expr | Stmt | Handler) -> Condition:
        shown = node.type if isinstance(node, Handler) else node
        if shown is None:
            return Condition(how, "any error", frozenset())
        text = " ".join(self._text[shown.span.start : shown.span.end].split())
        return Condition(how, text, frozenset(_named((shown,))))


def changed(
    was: Sequence[Condition], now: Sequence[Condition], given: Set[str], known: Callable[[Set[str]], bool]
) -> Iterator[str]:
    """Yields what is new in the conditions of a request, but for those that only ask whether there is a credential.

    *given* are the names of the credential, *known* tells whether names were there before: what has a new name may be
    what had another. Conditions that went are no matter: branches give way to one call for all of them.
    """
    before, after = Counter(one.key for one in was), Counter(one.key for one in now)
    come = [one for one in now if after[one.key] > before[one.key] and not (one.names and one.names <= given)]
    gone = [one for one in was if before[one.key] > after[one.key] and not (one.names and one.names <= given)]
    alike = [one for one in come if known(one.names)]
    if come and (alike or len(come) > len(gone)):
        yield (alike or come)[0].told()


def swapped(was: Sequence[str], now: Sequence[str]) -> bool:
    """Returns whether parameters have changed places that are in both lists."""
    return [one for one in was if one in now] != [one for one in now if one in was]


def _named(found: Iterable[Any]) -> Iterator[str]:
    """Yields the names in some expressions: of variables, of attributes alone, and texts, which entries go by."""
    for one in _nodes(found):
        match one:
            case Attr(name=name):
                yield name
            case Name(id=name) | Lit(value=str(name)):
                yield name


def _nodes(found: Iterable[Any]) -> Iterator[Any]:
    """Yields the nodes in some nodes; not the variable that an attribute is asked of."""
    stack = list(found)
    while stack:
        one = stack.pop()
        if type(one) is tuple:
            stack += one
        elif type(one) in CHILDREN:
            yield one
            if type(one) not in LEAVES and not (isinstance(one, Attr) and isinstance(one.value, Name)):
                stack += CHILDREN[type(one)](one)


def _raised(found: Iterable[Any]) -> Iterator[Any]:
    """Yields what raises an error, and every call, in some nodes: not where a handler keeps it, nor in functions."""
    stack = list(found)
    while stack:
        one = stack.pop()
        if isinstance(one, Call) or (isinstance(one, Jump) and one.kind == "raise"):
            yield one
        kept = isinstance(one, Try) and not all(map(_raises, one.handlers))
        if type(one) is tuple:
            stack += one
        elif type(one) in CHILDREN and type(one) not in LEAVES and not isinstance(one, (Def, Lambda)):
            stack += CHILDREN[type(one)](one) if not kept else (*one.handlers, one.orelse, one.final)


def _raises(handler: Handler) -> bool:
    """Returns whether a handler raises an error again, or another one."""
    return any(isinstance(one, Jump) and one.kind == "raise" for one in _nodes(handler.body))


def _is_await(node: Any) -> bool:
    """Returns whether a node waits for what it holds, as a word of its language does."""
    return (isinstance(node, Wrap) and node.kind == "await") or _called(node) == "%await"


def _is_block(node: Any) -> bool:
    return type(node) is tuple and bool(node) and isinstance(node[0], _STATEMENTS)


def _inward(body: Sequence[Stmt], place: Span) -> Iterator[Any]:
    """Yields the nodes, and the rows of nodes, that a place stands in, outermost first."""
    node: Any = tuple(body)
    while node is not None:
        yield node
        parts = node if type(node) is tuple else () if type(node) in LEAVES else CHILDREN[type(node)](node)
        holding = [one for one in parts if _holds(one, place)]  # a test that is not written spans all of its loop
        node = next((one for one in holding if type(one) not in LEAVES), next(iter(holding), None))


def _holds(node: Any, place: Span) -> bool:
    """Returns whether a place stands in a node, or in one of a row of nodes."""
    if type(node) is tuple:
        return any(_holds(one, place) for one in node)
    return type(node) in CHILDREN and node.span.contains(place)


def _called(node: Any) -> str | None:
    """Returns the name of the function that a call is of, None where it has none, or where it is no call."""
    called = node.func if isinstance(node, Call) else None
    return called.id if isinstance(called, Name) else called.name if isinstance(called, Attr) else None


def _calls(node: Any, names: Set[str]) -> bool:
    """Returns whether a call is of a function with one of some names."""
    return _called(node) in names


def _is_end(function: Def, names: Set[str]) -> bool:
    """Returns whether a function does nothing but end the program, whatever else it does before."""
    return any(isinstance(one, ExprS) and _calls(one.value, names) for one in function.body)
