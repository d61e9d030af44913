"""Room for deep recursion: programs nest as deep as their authors like."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")

_STACK = 512 << 20  # address space: pages that are not reached cost nothing
_FRAMES = 60_000
_here = threading.local()


def on_deep_stack(work: Callable[[], _T]) -> _T:
    """Returns what *work* returns, or raises what it raises, run where recursion has room."""
    if getattr(_here, "deep", False):
        return work()
    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    try:
        sys.setrecursionlimit(max(limit, _FRAMES))
        with ThreadPoolExecutor(1, "deep", lambda: setattr(_here, "deep", True)) as thread:
            return thread.submit(work).result()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
