"""Which changes are proved together: none that could hide what another does without it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from migrator.model.call import ApiCall
from migrator.model.edit import Change, Safety
from migrator.model.text import Location, Span

Carried = Mapping[Location, Sequence[ApiCall]]
Home = tuple[str, Span | None]
"""A file, and the outermost definition in it that a place stands in, if it stands in one."""


def batches(
    changes: Sequence[Change], carried: Carried, home: Callable[[Location], Home]
) -> tuple[list[Change], list[Change]]:
    """Returns the changes that are proved first, all safe ones among them, and those that are proved on top of them.

    Proved beside a safe change, an unsafe one could hide what the safe one does without it: it has to touch nothing
    that requests of a safe one depend on, and its requests may depend on nothing that a safe one edits.
    """
    safe = [change for change in changes if change.safety is Safety.SAFE]
    edited = {home(edit.at) for change in safe for edit in change.edits}
    felt = edited.union(*(_ground(change, carried, home) for change in safe))
    first, later = list(safe), list[Change]()
    for change in changes:
        if change.safety is Safety.UNSAFE:
            own = {home(edit.at) for edit in change.edits}
            together = _meet(own, felt) or _meet(edited, own | _ground(change, carried, home))
            (later if together else first).append(change)
    return first, later


def _meet(edited: Collection[Home], ground: set[Home]) -> bool:
    """Returns whether something depends on what is edited: anything in a file, where that is in no definition of it."""
    files = {path for path, _ in ground}
    return not ground.isdisjoint(edited) or any(path in files for path, definition in edited if definition is None)


def _ground(change: Change, carried: Carried, home: Callable[[Location], Home]) -> set[Home]:
    """Returns where what the requests depend on stands whose credential a change moves."""
    calls = touched(change, carried)
    places = {place for call in calls for place in (call.location, *call.via)}
    places |= {step.location for call in calls for step in call.trace}
    return set(map(home, places))


def carried_by(calls: Sequence[ApiCall]) -> Carried:
    """Returns the requests by where their credentials enter."""
    found: dict[Location, list[ApiCall]] = {}
    for call in calls:
        for place in {auth.name_at for auth in call.auth if auth.name_at is not None}:
            found.setdefault(place, []).append(call)
    return found


def touched(change: Change, carried: Carried) -> Collection[ApiCall]:
    """Returns the requests whose credential a change moves."""
    return {id(call): call for place in change.moved for call in carried.get(place, ())}.values()
