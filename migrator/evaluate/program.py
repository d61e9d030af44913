"""A program in one language, evaluated group by group; a group is let go once its requests are taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from migrator.evaluate.exports import Exports, joined
from migrator.evaluate.fixpoint import Evaluation, Evaluator, together
from migrator.evaluate.groups import Connections
from migrator.evaluate.rounds import Round

MAX_ROUNDS = 6
_KEPT = 400
"""How many modules of small groups are kept evaluated until it is known which files use what they export."""

Begin: TypeAlias = Callable[[Sequence[Round]], Evaluator]
"""Returns an evaluator with nothing evaluated; it is given what is known of each round to come."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Files that are evaluated together, by the round that adds them, and what was found in them.

    ``rounds`` are what their text tells, ``exports`` the names that other files may use, each with who has it.
    """

    files: tuple[frozenset[str], ...]
    rounds: tuple[Round, ...]
    found: Evaluation
    exports: Exports

    @property
    def members(self) -> frozenset[str]:
        """All of its files."""
        return frozenset().union(*self.files)


class Program:
    """Evaluates files in rounds: each may add others that use what the files before export."""

    def __init__(self, connections: Connections, begin: Begin) -> None:
        """Takes which files belong together, and how an evaluation begins."""
        self._connections, self._begin = connections, begin
        self._kept: dict[Group, Evaluator] = {}
        self.groups: list[Group] = []

    def evaluate(self, files: Iterable[str], users: Callable[[Exports], Collection[str]]) -> Evaluation:
        """Returns the requests of the files and of all that matter with them.

        *users* finds the files that use one of some names from a file that has it.
        """
        added = dict.fromkeys(files, 0)
        known: set[str] = set()
        for number in range(1, MAX_ROUNDS + 2):
            self._regroup(added)
            exports = joined(group.exports for group in self.groups)
            fresh = {name: exports[name] for name in exports.keys() - known}
            known.update(fresh)
            further = set(users(fresh)) - added.keys() if number <= MAX_ROUNDS else set()
            if not further:
                break
            added.update(dict.fromkeys(further, number))
        self._kept.clear()
        return together([group.found for group in self.groups])

    def again(
        self, begin: Begin, surveyed: Callable[[Sequence[Round]], Sequence[Round]], changed: Collection[str] | None
    ) -> Evaluation:
        """Returns the requests when some files are *changed*, or what all depend on (None); no file is added.

        *surveyed* says what is known of the rounds of the changed program.
        """
        return together(
            [
                _run(begin(surveyed(group.rounds)), group.files).result()
                if changed is None or not group.members.union(group.found.paths).isdisjoint(changed)
                else group.found
                for group in self.groups
            ]
        )

    def _regroup(self, added: Mapping[str, int]) -> None:
        before = {group.members: group for group in self.groups}
        self.groups = [before.get(files) or self._group(files, added) for files in self._connections.groups(added)]

    def _group(self, files: frozenset[str], added: Mapping[str, int]) -> Group:
        """Returns a group evaluated, from where the largest group was of which it has all files."""
        begun = max((one for one in self._kept if one.members <= files), key=lambda one: len(one.members), default=None)
        left = files - begun.members if begun else files
        numbers = sorted({added[path] for path in left})
        rounds = tuple(frozenset(path for path in left if added[path] == number) for number in numbers)
        evaluator = _run(self._kept.pop(begun) if begun else self._begin(()), rounds)
        group = Group(
            files=(*(begun.files if begun else ()), *rounds),
            rounds=evaluator.rounds,
            found=evaluator.result(),
            exports=evaluator.exports(),
        )
        kept = sum(len(one.found.paths) for one in self._kept)
        if kept + len(group.found.paths) <= _KEPT or len(group.found.paths) > _KEPT:
            self._kept[group] = evaluator
        return group


def _run(evaluator: Evaluator, rounds: Iterable[Iterable[str]]) -> Evaluator:
    for files in rounds:
        evaluator.add(files)
    return evaluator
