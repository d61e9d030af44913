"""Room for deep recursion: programs nest as deep as their authors like."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")

_STACK = 512 << 20  # address space: pages that are not reached cost nothing
_FRAMES = 60_000
_here = threading.local()


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
            results.append(work())
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
