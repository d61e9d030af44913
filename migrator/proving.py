"""Changes proved: each piece of a program by itself, where that is all in which its changes can be felt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from migrator.evaluate.fixpoint import Evaluation
from migrator.findings.definitions import outermost
from migrator.model.edit import Change, Safety
from migrator.model.text import Location
from migrator.project import Project
from migrator.rewrite.batches import Home
from migrator.rewrite.proof import prove
from migrator.settings import DEFAULT_TOKEN_ENV, Settings


def proved_by_piece(
    project: Project, changes: Sequence[Change], token_env: str, *, unreached: bool
) -> tuple[Change, ...]:
    """Returns the changes with the outcome of their proof, in their order.

    *unreached* says that they have to hold for the requests of code, too, that nothing leads to.
    """
    pieces, numbers = _pieces(project, changes)
    apart = 2 * max(map(len, pieces), default=0) < sum(map(len, pieces))
    """Whether processes share the pieces; one that is most of the work is shared in itself."""

    own: list[list[Change]] = [[] for _ in pieces]
    for change, number in zip(changes, numbers, strict=True):
        own[number].append(change)

    def home(at: Location) -> Home:
        unit = project.unit(at.path)
        return at.path, outermost(unit, at.span) if unit is not None else None

    def proved(number: int) -> tuple[Change, ...]:
        within = pieces[number]

        def evaluate(changed: Mapping[str, str]) -> Evaluation:
            found = project.evaluate(changed, within)
            return replace(found, calls=(*found.calls, *found.unreached)) if unreached else found

        def ahead(states: Sequence[Mapping[str, str]]) -> None:
            if not apart:
                project.foresee(states, within)

        return prove(
            own[number],
            evaluate({}),
            evaluate,
            sources=project.sources,
            token_env=token_env,
            ahead=ahead,
            home=home,
        )

    work = range(len(pieces))
    found = [iter(one) for one in (project.share(proved, pieces) if apart else map(proved, work))]
    return tuple(next(found[number]) for number in numbers)


def _pieces(project: Project, changes: Sequence[Change]) -> tuple[Sequence[Collection[str]], Sequence[int]]:
    """Returns the pieces of the program that are changed, and the number of the one that each change is in.

    A change of what none of them holds, such as a manifest, can be felt in all: they are one piece then.
    """
    pieces = _apart(group.reach for part in project.parts.values() if part.program for group in part.program.groups)
    owners = {path: number for number, piece in enumerate(pieces) for path in piece}
    homes = [{owners.get(path, -1) for path in _paths(change)} for change in changes]
    offered = [home for change, home in zip(changes, homes, strict=True) if change.safety > Safety.MANUAL]
    if any(len(home) != 1 or -1 in home for home in offered):
        return [frozenset().union(*pieces)], [0] * len(changes)
    used = {number: place for place, number in enumerate(sorted(set().union(*offered)))}
    return [pieces[number] for number in used] or [()], [used.get(min(home, default=-1), 0) for home in homes]


def _apart(reaches: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Returns sets of files with those that meet put together, by the first file of each."""
    homes: dict[str, set[str]] = {}
    for reach in reaches:
        met = {id(homes[path]): homes[path] for path in reach if path in homes}
        home = set(reach).union(*met.values())
        homes |= dict.fromkeys(home, home)
    return sorted({id(home): frozenset(home) for home in homes.values()}.values(), key=min)


def _paths(change: Change) -> set[str]:
    """Returns the files that a change edits, or takes a key from."""
    return {edit.path for edit in change.edits} | {place.path for place in change.moved}


def holding(project: Project, changes: Sequence[Change], settings: Settings) -> tuple[Change, ...]:
    """Returns those of some changes that are proved to hold when only they are made."""
    proved = proved_by_piece(project, changes, settings.token_env or DEFAULT_TOKEN_ENV, unreached=False)
    return tuple(was for was, now in zip(changes, proved, strict=True) if now.proof is not None and now.proof.ok)
