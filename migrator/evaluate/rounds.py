"""What the text of a program tells before its functions are run, and what of it holds for a changed program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from migrator.evaluate.reachability import Reach
from migrator.evaluate.visit import expressions, statements
from migrator.model.text import Source
from migrator.model.unit import Attr, Call, ClassDef, Def, Name, Stmt, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is known when a round's files are evaluated: what can lead to a request, and every name they call."""

    reach: Reach
    called: frozenset[str]


def called_names(units: Iterable[Unit]) -> frozenset[str]:
    """Returns every name that is used in the given files, other than to define it."""
    return frozenset[str]().union(*(called_in(unit.body) for unit in units))


def called_in(body: Sequence[Stmt]) -> set[str]:
    """Returns every name that statements call, or give to what they call."""
    names: set[str] = set()
    for expression in expressions(body):
        if type(expression) is Call:
            for used in (expression.func, *[arg.value for arg in expression.args]):
                if type(used) is Name:
                    names.add(used.id)
                elif type(used) is Attr:
                    names.add(used.name)
    return names


def resurveyed(
    rounds: Sequence[Round], changes: Iterable[tuple[tuple[Source, Unit], tuple[Source, Unit]]]
) -> tuple[Round, ...]:
    """Returns the rounds for a program of which some files are replaced, each given as it was and as it is.

    A function that was there before, word by word, can lead to a request if it could; another one is taken to.
    """
    same: list[tuple[Def, Def | None]] = [pair for before, after in changes for pair in _paired(before, after)]

    def again(reach: Reach) -> Reach:
        live = (new for new, old in same if old is None or old in reach.live)
        return replace(reach, live=reach.live.union(live))

    return tuple(replace(one, reach=again(one.reach)) for one in rounds)


def _paired(before: tuple[Source, Unit], after: tuple[Source, Unit]) -> Iterator[tuple[Def, Def | None]]:
    """Yields each definition of a changed file with the one it was, None when that is not found or differs."""
    (text, unit), (new_text, new_unit) = before, after
    old, new = list(_definitions(unit.body)), list(_definitions(new_unit.body))
    alike = len(old) == len(new)
    for place, node in enumerate(new):
        same = alike and text.excerpt(old[place].span) == new_text.excerpt(node.span)
        yield node, old[place] if same else None


def _definitions(body: Sequence[Stmt]) -> Iterator[Def]:
    for statement in statements(body):
        if isinstance(statement, Def):
            yield statement
        if isinstance(statement, (Def, ClassDef)):
            yield from _definitions(statement.body)
