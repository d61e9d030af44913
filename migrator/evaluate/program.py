"""A program in one language, evaluated group by group; a group is let go once its requests are taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from migrator.evaluate.exports import Exports, joined
from migrator.evaluate.fixpoint import Evaluation, Evaluator, together
from migrator.evaluate.groups import Connections
from migrator.evaluate.rounds import Round, Survey

MAX_ROUNDS = 6
_KEPT = 200
"""How many modules are kept evaluated, beside one large group, until it is known which files use what they export."""

_T = TypeVar("_T")
Begin: TypeAlias = Callable[[Sequence[Round]], Evaluator]
"""Returns an evaluator with nothing evaluated; it is given what is known of each round to come."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Files that are evaluated together, by the round that adds them, and what was found in them: plain data.

    ``surveys`` are what their text tells, ``exports`` the names that other files may use, each with who has it. It
    ``is_stale`` where files of a later round change what those of an earlier one find.
    """

    files: tuple[frozenset[str], ...]
    surveys: tuple[Survey, ...]
    found: Evaluation
    exports: Exports
    is_stale: bool

    @property
    def members(self) -> frozenset[str]:
        """All of its files."""
        return frozenset().union(*self.files)

    @property
    def reach(self) -> frozenset[str]:
        """Its files, and all that they lead to."""
        return self.members.union(self.found.paths)


class Share(Protocol):
    """Does a piece of work for each of some groups of files, perhaps in several processes."""

    def __call__(self, work: Callable[[int], _T], groups: Sequence[Collection[str]]) -> list[_T]:
        """Returns what the work gives for the number of each group."""


def by_itself(work: Callable[[int], _T], groups: Sequence[Collection[str]]) -> list[_T]:
    """Is the `Share` of a single process."""
    return [work(number) for number in range(len(groups))]


class Program:
    """Evaluates files in rounds: each may add others that use what the files before export."""

    def __init__(self, connections: Connections, begin: Begin, share: Share) -> None:
        """Takes which files belong together, how an evaluation begins, and what shares the work."""
        self._connections, self._begin, self._share = connections, begin, share
        self._kept: dict[frozenset[str], Evaluator] = {}
        self._homes: dict[str, Group] = {}
        self.groups: list[Group] = []

    @property
    def kept(self) -> Collection[str]:
        """The files of evaluations that are held, for files that may follow."""
        return {path for evaluator in self._kept.values() for path in evaluator.paths}

    def evaluate(self, files: Iterable[str], users: Callable[[Exports], Collection[str]]) -> Evaluation:
        """Returns the requests of the files and of all that matter with them.

        *users* finds the files that use one of some names from a file that has it.
        """
        added = dict.fromkeys(files, 0)
        known: set[str] = set()
        number, grown = 0, True
        while grown or self._settle():
            self._regroup(added)
            exports = joined(group.exports for group in self.groups)
            fresh = {name: exports[name] for name in exports.keys() - known}
            known.update(fresh)
            further = set(users(fresh)) - added.keys() if number < MAX_ROUNDS else set()
            number, grown = number + 1, bool(further)
            added.update(dict.fromkeys(further, number))
        self._kept.clear()
        self._homes = {path: group for group in self.groups for path in group.members}
        return together([group.found for group in self.groups])

    def again(
        self,
        begin: Begin,
        surveyed: Callable[[Group], Sequence[Round]],
        changed: Collection[str] | None,
        within: Collection[str] | None = None,
    ) -> Evaluation:
        """Returns the requests when some files are *changed*, or what all depend on (None); no file is added.

        *surveyed* says what is known of the rounds of a group in the changed program. Only groups *within* some files
        count where these are given.
        """
        groups = self.groups if within is None else self._within(within)
        felt = [group for group in groups if changed is None or not group.reach.isdisjoint(changed)]

        def work(number: int) -> Evaluation:
            return _run(begin(surveyed(felt[number])), felt[number].files).result()

        fresh = dict(zip(map(id, felt), self._share(work, [group.reach for group in felt]), strict=True))
        return together([fresh.get(id(group), group.found) for group in groups])

    def _within(self, files: Collection[str]) -> list[Group]:
        """Returns the groups that some files make up, in order."""
        found = {id(self._homes[path]): self._homes[path] for path in files if path in self._homes}
        return sorted(found.values(), key=lambda group: min(group.members))

    def _regroup(self, added: Mapping[str, int]) -> None:
        known = {group.members: group for group in self.groups}
        wanted = self._connections.groups(added)
        fresh = [files for files in wanted if files not in known]

        def work(number: int) -> Group:
            return self._group(fresh[number], added)

        known.update(zip(fresh, self._share(work, fresh), strict=True))
        self.groups = [known[files] for files in wanted]

    def _group(self, files: frozenset[str], added: Mapping[str, int]) -> Group:
        """Returns a group evaluated, from where the largest group was of which it has all files.

        Which process has evaluated that one changes nothing: it is evaluated again where this one has not.
        """
        inside = [one for one in self.groups if one.members <= files]
        begun = max(inside, key=lambda one: len(one.members), default=None)
        left = files - begun.members if begun else files
        numbers = sorted({added[path] for path in left})
        rounds = tuple(frozenset(path for path in left if added[path] == number) for number in numbers)
        before = begun.files if begun else ()
        evaluator = self._kept.pop(begun.members, None) if begun else None
        evaluator = _run(evaluator or _run(self._begin(()), before), rounds)
        return self._keep(evaluator, (*before, *rounds))

    def _keep(self, evaluator: Evaluator, files: tuple[frozenset[str], ...]) -> Group:
        """Returns what is found in a group, and keeps it evaluated while there is room."""
        group = Group(
            files=files,
            surveys=evaluator.surveys(),
            found=evaluator.result(),
            exports=evaluator.exports(),
            is_stale=evaluator.is_stale,
        )
        self._kept[group.members] = evaluator
        by_size = sorted(self._kept, key=lambda one: len(self._kept[one].paths))
        while sum(len(self._kept[one].paths) for one in by_size[:-1]) > _KEPT:
            del self._kept[by_size.pop(0)]
        return group

    def _settle(self) -> bool:
        """Evaluates anew, all files at once, each group whose later files change what earlier ones find.

        Returns whether there is any.
        """
        stale = [group for group in self.groups if group.is_stale]

        def work(number: int) -> Group:
            files = stale[number].members
            return self._keep(_run(self._begin(()), [files]), (files,))

        for group in stale:
            self._kept.pop(group.members, None)
        fresh = dict(zip(map(id, stale), self._share(work, [group.reach for group in stale]), strict=True))
        self.groups = [fresh.get(id(group), group) for group in self.groups]
        return bool(stale)


def _run(evaluator: Evaluator, rounds: Iterable[Iterable[str]]) -> Evaluator:
    for files in rounds:
        evaluator.add(files)
    return evaluator
