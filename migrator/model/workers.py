"""Work that several processes share: each takes the next task when it is done with one, and each result has its place.

A worker is a copy of this process: it has all that was read so far, and only its results come back. It ends with its
parent, whatever ends that, because it waits for a pipe that only the parent holds open.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

_T = TypeVar("_T")

_TASK = struct.Struct("I")
_MOST = 4096  # tasks at a time


@dataclass(slots=True)
class _Worker:
    """A process, and what it answers, which is read while it works: a pipe holds little."""

    process: int
    pipe: int
    answer: bytes = b""
    reading: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Begins to read."""
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def _read(self) -> None:
        with os.fdopen(self.pipe, "rb") as pipe:
            self.answer = pipe.read()

    def results(self) -> dict[int, object]:
        """Returns what it has found, by task: nothing if it failed, which the parent then does by itself."""
        self.reading.join()
        _, status = os.waitpid(self.process, 0)
        found: dict[int, object] = pickle.loads(self.answer) if status == 0 else {}  # noqa: S301 - our own copy
        return found


def shared(work: Callable[[int], _T], costs: Sequence[int], jobs: int) -> list[_T]:
    """Returns ``work(0)``, ``work(1)`` and so on, one for each of the costs, done by so many processes.

    What costs most is begun first. The results are the same for any number of processes, if each task's is its own.
    What a task raises is raised here.
    """
    tasks = sorted(range(len(costs)), key=lambda task: -costs[task])
    if jobs < 2 or len(tasks) < 2 or not hasattr(os, "fork"):
        return [work(task) for task in range(len(costs))]
    queue, filling = os.pipe()
    os.set_blocking(filling, False)  # what does not fit is done at the end
    os.write(filling, b"".join(map(_TASK.pack, tasks[:_MOST])))
    os.close(filling)
    held, holding = os.pipe()
    try:
        workers = [_start(work, queue, held, holding) for _ in range(min(jobs, len(tasks)) - 1)]
        found: dict[int, object] = {task: work(task) for task in _taken(queue)}
        for worker in workers:
            found |= worker.results()
    finally:
        for pipe in (queue, held, holding):
            os.close(pipe)
    return [found[task] if task in found else work(task) for task in range(len(costs))]  # type: ignore[misc]


def _taken(queue: int) -> Iterator[int]:
    """Yields the tasks that this process takes; one is taken whole or not at all."""
    while taken := os.read(queue, _TASK.size):
        yield _TASK.unpack(taken)[0]


def _start(work: Callable[[int], object], queue: int, held: int, holding: int) -> _Worker:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the other thread waits for this one, and holds nothing
        process = os.fork()
    if process == 0:
        _serve(work, queue, held, holding, writing)
    os.close(writing)
    return _Worker(process, reading)


def _serve(work: Callable[[int], object], queue: int, held: int, holding: int, writing: int) -> NoReturn:
    """Does what a worker does, and ends the process: what the parent has open or registered is not its business."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(holding)
        threading.Thread(target=_end_with_parent, args=(held,), daemon=True).start()
        found = {task: work(task) for task in _taken(queue)}
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(found, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _end_with_parent(held: int) -> None:
    os.read(held, 1)
    os._exit(1)
