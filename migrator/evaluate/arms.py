"""Alternatives that are followed from one state, and what is joined behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from migrator.evaluate.frame import Frame
from migrator.evaluate.state import holding

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def arms(m: Interpreter, frame: Frame, follow: Sequence[Callable[[], int]]) -> int:
    """Runs alternatives from the same state and joins the states of those that control can leave."""
    states = []
    outcome = 0
    with holding(frame, arms=frame.arms + 1):
        for one in follow:
            mark = m.heap.mark()
            left = one()
            if left:
                states.append(m.heap.capture(mark))
            m.heap.undo(mark)
            outcome |= left
    m.heap.merge(states)
    return outcome


def tried(m: Interpreter, frame: Frame, body: Callable[[], int], handlers: Sequence[Callable[[], int]]) -> int:
    """Runs a body, or what handles its failure; where it always fails, what it did before stays done."""
    mark, before = m.heap.mark(), len(frame.returns)
    with holding(frame, arms=frame.arms + bool(handlers)):
        left = body()
    if not handlers:
        return left
    if not left and len(frame.returns) == before:
        return arms(m, frame, handlers)
    state = m.heap.capture(mark)
    m.heap.undo(mark)

    def done() -> int:
        m.heap.redo(state)
        return left

    return arms(m, frame, [done, *handlers])
