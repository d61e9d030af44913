"""A program in one language, evaluated group by group; a group is let go once its requests are taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from migrator.evaluate.exports import Exports, joined
from migrator.evaluate.fixpoint import Evaluation, Evaluator, together
from migrator.evaluate.groups import Connections
from migrator.evaluate.rounds import Round

MAX_ROUNDS = 6
_KEPT = 400
"""How many modules are kept evaluated until it is known which files use what they export."""

_T = TypeVar("_T")
Begin: TypeAlias = Callable[[Sequence[Round]], Evaluator]
"""Returns an evaluator with nothing evaluated; it is given what is known of each round to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Files that are evaluated together, by the round that adds them, and what was found in them.

    ``rounds`` are what their text tells, ``carriers`` the names that other files may use, each with who has it.
    """

    files: tuple[frozenset[str], ...]
    rounds: tuple[Round, ...]
    found: Evaluation
    carriers: Exports

    def __reduce__(self) -> tuple[Any, ...]:
        """Leaves out the rounds, which mean nothing in another process: they know nodes by identity."""
        return _without_rounds, (self.files, self.found, self.carriers)

    @property
    def members(self) -> frozenset[str]:
        """All of its files."""
        return frozenset().union(*self.files)

    @property
    def reach(self) -> frozenset[str]:
        """Its files, and all that they lead to."""
        return self.members.union(self.found.paths)


def _without_rounds(files: tuple[frozenset[str], ...], found: Evaluation, carriers: Exports) -> Group:
    return Group(files=files, rounds=(), found=found, carriers=carriers)


class Share(Protocol):
    """Does a piece of work for each of some groups of files, perhaps in several processes."""

    def __call__(self, work: Callable[[int], _T], groups: Sequence[Collection[str]]) -> list[_T]:
        """Returns what the work gives for the number of each group."""


class Program:
    """Evaluates files in rounds: each may add others that use what the files before export."""

    def __init__(self, connections: Connections, begin: Begin, share: Share) -> None:
        """Takes which files belong together, how an evaluation begins, and what shares the work."""
        self._connections, self._begin, self._share = connections, begin, share
        self._kept: dict[frozenset[str], Evaluator] = {}
        self.groups: list[Group] = []

    def evaluate(self, files: Iterable[str], users: Callable[[Exports], Collection[str]]) -> Evaluation:
        """Returns the requests of the files and of all that matter with them.

        *users* finds the files that use one of some names from a file that has it.
        """
        added = dict.fromkeys(files, 0)
        known: set[str] = set()
        for number in range(1, MAX_ROUNDS + 2):
            self._regroup(added)
            carriers = joined(group.carriers for group in self.groups)
            fresh = {name: carriers[name] for name in carriers.keys() - known}
            known.update(fresh)
            further = set(users(fresh)) - added.keys() if number <= MAX_ROUNDS else set()
            if not further:
                break
            added.update(dict.fromkeys(further, number))
        self._kept.clear()
        return together([group.found for group in self.groups])

    def again(
        self, begin: Begin, surveyed: Callable[[Group], Sequence[Round]], changed: Collection[str] | None
    ) -> Evaluation:
        """Returns the requests when some files are *changed*, or what all depend on (None); no file is added.

        *surveyed* says what is known of the rounds of a group in the changed program.
        """
        felt = [group for group in self.groups if changed is None or not group.reach.isdisjoint(changed)]

        def work(number: int) -> Evaluation:
            return _run(begin(surveyed(felt[number])), felt[number].files).result()

        fresh = dict(zip(map(id, felt), self._share(work, [group.reach for group in felt]), strict=True))
        return together([fresh.get(id(group), group.found) for group in self.groups])

    def _regroup(self, added: Mapping[str, int]) -> None:
        known = {group.members: group for group in self.groups}
        wanted = self._connections.groups(added)
        fresh = [files for files in wanted if files not in known]
        known.update(zip(fresh, self._share(lambda number: self._group(fresh[number], added), fresh), strict=True))
        self.groups = [known[files] for files in wanted]

    def _group(self, files: frozenset[str], added: Mapping[str, int]) -> Group:
        """Returns a group evaluated, from where its files were before, if they were all in one."""
        numbers = sorted({added[path] for path in files})
        rounds = tuple(frozenset(path for path in files if added[path] == number) for number in numbers)
        evaluator = self._kept.pop(files - rounds[-1], None) if len(rounds) > 1 else None
        evaluator = _run(evaluator or self._begin(()), rounds[-1:] if evaluator else rounds)
        found = evaluator.result()
        if sum(len(one.paths) for one in self._kept.values()) + len(found.paths) <= _KEPT:
            self._kept[files] = evaluator
        return Group(files=rounds, rounds=evaluator.rounds, found=found, carriers=evaluator.carriers())


def _run(evaluator: Evaluator, rounds: Iterable[Iterable[str]]) -> Evaluator:
    for files in rounds:
        evaluator.add(files)
    return evaluator
