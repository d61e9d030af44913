"""Expressions of which a part is evaluated only at times: ``and``, ``or``, ``??``, and those with a condition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import is_settled
from migrator.evaluate.assumptions import guess
from migrator.evaluate.conditions import is_filled, narrowed, truth
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import NONE, REST, Table, Value, choose, options
from migrator.model.unit import BoolOp, IfExp
from migrator.model.value import CONFIGURED, Const, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def bool_op(m: Interpreter, node: BoolOp, frame: Frame) -> Value:
    """Returns ``left and right``, ``left or right``, or ``left ?? right``."""
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
    if not stops and isinstance(right, Const) and truth(m, right) is False:
        return right  # false, whatever the left side is
    kept = [one for one in options(left) if truth(m, one) in (None, stops)]
    return _either(m, kept, right, stops)


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
    return _either(m, kept, found, stops=True)


def _either(m: Interpreter, kept: list[Value], right: Value, stops: bool) -> Value:
    """Returns what ``kept or right`` is: a guess where only the right side is known.

    Text beside something that is configured is what that says as a rule, and may be something else.
    """
    named = next((one.origin for one in kept if isinstance(one, Unknown) and one.origin.how in CONFIGURED), None)
    if isinstance(right, Text) and named is not None and right.known():
        places = ((piece, (piece.origin or named).location) for piece in right.pieces)
        right = Text(tuple(replace(piece, origin=replace(named, location=at)) for piece, at in places))
    found = alternative(kept, right, stops)
    return guess(m, found) if found is right and kept else found


def _captured_and_undone(m: Interpreter, mark: int) -> dict[tuple[int, Any], tuple[dict[Any, Any], Any]]:
    state = m.heap.capture(mark)
    m.heap.undo(mark)
    return state


def alternative(kept: list[Value], right: Value, stops: bool = True) -> Value:
    """Returns ``unknown or "x"`` as ``"x"``, ``unknown or {}`` as an open mapping, else either side.

    What callers give for a parameter is as likely as the text behind it, unless that is settled for all of them.
    """
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
    written = right.known() if isinstance(right, Text) else None
    if written is not None and loose and (is_settled(written) or not any(map(_is_given, loose))):
        return choose((*[one for one in kept if one not in loose], right))
    return choose((*kept, right))


def _is_given(found: Value) -> bool:
    """Whether a value is what a caller gives, or part of it: no setting that stands beside the program."""
    return isinstance(found, Unknown) and found.origin.how in ("parameter", "attribute", "call")


def if_exp(m: Interpreter, node: IfExp, frame: Frame) -> Value:
    """Returns what one of two expressions gives, by a test."""
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
