"""Room for deep recursion: programs nest as deep as their authors like."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")

_STACK = 512 << 20  # address space: pages that are not reached cost nothing
_FRAMES = 60_000
_WORDS = 4 << 20
_here = threading.local()


def _in_one_piece(work: Callable[[], _T]) -> _T:
    return work()


# Python keeps the frames of its functions in chunks of 16 KiB, and asks the system for one each time a call crosses the
# end of the last: a loop that does took a sixth of an evaluation's time. A frame that says it is large gets a chunk
# with room behind it for all others; what is not reached costs nothing here either.
_in_one_piece.__code__ = _in_one_piece.__code__.replace(co_stacksize=_WORDS)


def on_deep_stack(work: Callable[[], _T]) -> _T:
    """Returns what *work* returns, or raises what it raises, run where recursion has room.

    An interrupt is raised at once, and the work is left behind: its thread keeps no program from ending.
    """
    if getattr(_here, "deep", False):
        return work()
    results: list[_T] = []
    failures: list[BaseException] = []

    def run() -> None:
        _here.deep = True
        try:
            results.append(_in_one_piece(work))
        except BaseException as error:
            failures.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    try:
        sys.setrecursionlimit(max(limit, _FRAMES))
        thread = threading.Thread(target=run, name="deep", daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return results[0]
