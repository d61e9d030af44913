"""Truth, comparison, and what a condition says about the variables in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.evaluate.assumptions import is_guess
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import (
    NONE,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Method,
    Module,
    Partial,
    Table,
    Value,
    ancestors,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import HOLE, equal, flat, holds, known
from migrator.model.unit import Arg, Attr, BoolOp, Call, Compare, Expr, Lit, Name, Seq, Wrap
from migrator.model.value import Const, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def truth(m: Interpreter, found: Value) -> bool | None:
    """Returns the truth of a value, or None when it is not decided."""
    if isinstance(found, Choice):
        verdicts = {truth(m, one) for one in found.options}
        return verdicts.pop() if len(verdicts) == 1 else None
    may_differ = is_guess(m, found) and (isinstance(found, Const) or is_filled(found) is False)
    return None if may_differ or _has(found, m.semantics.roles.judged) else m.semantics.truth(found)


def _has(found: Value, names: frozenset[str]) -> bool:
    """Returns whether the class of an object has a method under one of some names."""
    classes = ancestors(found.kind) if isinstance(found, Instance) and isinstance(found.kind, Class) else ()
    return any(isinstance(one, Class) and not names.isdisjoint(one.cells) for one in classes)


def is_filled(found: Value) -> bool | None:
    """Returns whether a text, list or mapping holds anything, and True for an object; None when it is not decided."""
    match found:
        case Text():
            if any(character != HOLE for character in flat(found)):
                return True
            return None if found.pieces and flat(found) else False
        case Table():
            if any(not slot.maybe for _, slot in found.slots()):
                return True
            return None if found.cells else False
        case Items():
            if found.least:
                return True
            return None if found.items or found.rest is not None else False
        case Instance() | Class() | Function() | Bound() | Method() | Module() | Partial():
            return True
        case _:
            return None


def outcome_of(m: Interpreter, op: str, left: Value, right: Value) -> bool | None:
    """Returns the outcome of one comparison as the language means it, or None when it is not decided."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        verdicts = {outcome_of(m, op, one, other) for one in options(left) for other in options(right)}
        return verdicts.pop() if len(verdicts) == 1 else None
    own = not op.startswith("is") and any(_has(one, m.semantics.roles.compared) for one in (left, right))
    return None if own or is_guess(m, left) or is_guess(m, right) else m.semantics.compare(op, left, right)


def compare(op: str, left: Value, right: Value) -> bool | None:
    """Returns the outcome of one comparison of values of the same kinds, or None when it is not decided."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        verdicts = {compare(op, one, other) for one in options(left) for other in options(right)}
        return verdicts.pop() if len(verdicts) == 1 else None
    match op:
        case "==":
            return _equal(left, right)
        case "!=":
            return _inverted(_equal(left, right))
        case "is":
            return _is(left, right)
        case "is not":
            return _inverted(_is(left, right))
        case "in":
            return _contains(right, left)
        case "not in":
            return _inverted(_contains(right, left))
        case _:
            return _ordered(op, left, right)


def _inverted(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Text) and isinstance(right, Text):
        return equal(left, right)
    if isinstance(left, Const) and isinstance(right, Const):
        return left.value == right.value
    if isinstance(left, (Unknown, Ref)) or isinstance(right, (Unknown, Ref)):
        return None
    if left is right:
        return True
    kinds = (Text, Const, Table, Items, Instance)
    if type(left) is not type(right) and isinstance(left, kinds) and isinstance(right, kinds):
        holes = [one for one in (left, right) if isinstance(one, Text) and one.known() is None]
        return None if holes else False
    return None


def _is(left: Value, right: Value) -> bool | None:
    if left == NONE or right == NONE:
        other = right if left == NONE else left
        if isinstance(other, Const):
            return other.value is None
        is_open = isinstance(other, (Unknown, Ref)) or (isinstance(other, Text) and flat(other) == HOLE)
        return None if is_open else False
    if isinstance(left, Const) and isinstance(right, Const):
        return left.value is right.value
    return True if left is right else None


def _contains(container: Value, part: Value) -> bool | None:
    if isinstance(container, Text):
        written = known(part)
        return holds(container, written) if written is not None else None
    if isinstance(container, Items):
        verdicts = [compare("==", one, part) for one in container.items]
        if True in verdicts:
            return True if container.least == len(verdicts) else None
        return None if None in verdicts or container.rest is not None else False
    if isinstance(container, Table):
        written = known(part)
        if written is None:
            return None if container.cells else False
        slot = container.cells.get(written)
        if slot is not None:
            return None if slot.maybe else True
        return None if container.rest is not None else False
    return None


def _ordered(op: str, left: Value, right: Value) -> bool | None:
    if not (isinstance(left, Const) and isinstance(right, Const)):
        return None
    one, other = left.value, right.value
    if not (isinstance(one, (int, float)) and isinstance(other, (int, float))):
        return None
    match op:
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
        case _:
            return None


def narrowed(m: Interpreter, test: Expr, outcome: bool, frame: Frame) -> None:
    """Writes to the variables of *frame* what the outcome of a condition says about them."""
    match test:
        case Wrap(kind="not", value=inner) if inner is not None:
            narrowed(m, inner, not outcome, frame)
        case BoolOp(op=op, left=left, right=right) if (op == "and") is outcome:
            narrowed(m, left, outcome, frame)
            narrowed(m, right, outcome, frame)
        case BoolOp() if (one := _one_of(test, outcome)) is not None:
            name, literals = one
            found = frame.variables.get(name)
            if _is_open(found) or is_guess(m, found):
                m.heap.put(frame.variables, name, choose([m.eval(each, frame) for each in literals]))
        case Name(id=name):
            _filter(m, name, frame, lambda one: truth(m, one) in (None, outcome))
        case Compare(left=Name(id=name), ops=(op,), rights=(right,)):
            _narrow_comparison(m, name, op, right, outcome, frame)
        case Call(func=Attr(value=several, name=method), args=(Arg(value=Name(id=name)),)) if (
            method in m.semantics.contains
        ):
            _narrow_comparison(m, name, "in", several, outcome, frame)
        case Compare(left=Call(func=Attr(value=Name(id=name), name=fold), args=()), ops=("in",), rights=(right,)):
            if outcome and fold in _FOLDS:
                _narrow_comparison(m, name, "in", right, outcome, frame)


def _one_of(test: Expr, outcome: bool) -> tuple[str, list[Expr]] | None:
    """Returns the variable and the literals of which a condition with some outcome says that it is one, else None."""
    match test:
        case Wrap(kind="not", value=inner) if inner is not None:
            return _one_of(inner, not outcome)
        case BoolOp(op=op, left=left, right=right) if (op == "or") is outcome and op in ("and", "or"):
            one, other = _one_of(left, outcome), _one_of(right, outcome)
            return (one[0], one[1] + other[1]) if one and other and one[0] == other[0] else None
        case Compare(left=Name(id=name), ops=(op,), rights=(Lit() as right,)) if op in _EQUAL[outcome]:
            return name, [right]
    return None


_EQUAL = {True: ("==", "like"), False: ("!=", "not like")}
_FOLDS = frozenset({"lower", "casefold", "strip"})
"""Methods that leave a text in lower case without blanks as it is: the values of a guard are taken for such."""
_COPIES = frozenset({"list", "tuple", "set", "frozenset", "sorted"})


def _narrow_comparison(m: Interpreter, name: str, op: str, right: Expr, outcome: bool, frame: Frame) -> None:
    if not _only_reads(right):
        return
    found = frame.variables.get(name)
    positive = op in (("==", "like", "is", "in") if outcome else ("!=", "not like", "is not", "not in"))
    constant = isinstance(right, Lit) or (isinstance(right, Name) and isinstance(m.library.builtin(right.id), Const))
    is_open, contained = _is_open(found) or is_guess(m, found), op in ("in", "not in")
    if not constant and not isinstance(right, Seq) and not (positive and contained and is_open):
        return
    other = m.eval(right, frame)
    if (isinstance(found, Unknown) or is_guess(m, found)) and positive and constant and not contained:
        m.heap.put(frame.variables, name, other)
    elif is_open and positive and contained and isinstance(other, (Items, Table)):
        members = other.items if isinstance(other, Items) else [slot.key for _, slot in other.slots()]
        if members and other.rest is None and all(known(one) is not None for one in members):
            m.heap.put(frame.variables, name, choose(members))
    else:
        _filter(m, name, frame, lambda one: outcome_of(m, op, one, other) in (None, outcome))


def _is_open(found: Value | None) -> bool:
    """Whether nothing at all is known of a value but that it may be a text."""
    return isinstance(found, Unknown) or (isinstance(found, Text) and flat(found) == HOLE)


def _only_reads(node: Expr) -> bool:
    """Whether evaluating an expression once more changes nothing: it reads variables, members, and keys of mappings."""
    match node:
        case Lit() | Seq() | Name():
            return True
        case Attr(value=inner) | Call(func=Attr(value=inner, name="keys"), args=()):
            return _only_reads(inner)
        case Call(func=Name(id=name), args=(one,)):
            return name in _COPIES and _only_reads(one.value)
    return False


def _filter(m: Interpreter, name: str, frame: Frame, keeps: Any) -> None:
    found = frame.variables.get(name)
    if not isinstance(found, Choice):
        return
    kept = [one for one in found.options if keeps(one)]
    if kept and len(kept) < len(found.options):
        m.heap.put(frame.variables, name, choose(kept))
