"""What a change does that its proof sees: a request that differs, and what else in the program feels it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.evaluate.missing_reads import MissingRead
from migrator.evaluate.observations import Observation
from migrator.model.call import ApiCall
from migrator.model.edit import Change, Edit
from migrator.model.text import Location, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that is no longer sent as it was, or a place where the program fails now, and what says so."""

    check: str
    call: ApiCall | None = None
    lack: MissingRead | None = None
    at: Location | None = None
    """Where the request is sent in the unchanged program."""
    adds: bool = False
    """Whether it is only that a request that sends a token of the program may send the moved one too."""
    lacks: bool = False
    """Whether it is only that a request which may be sent without its key always gets the header."""
    ways: frozenset[Location] = frozenset()
    """Where the credentials enter that are not sent as they should be, where it is that alone."""


def edits_of(changes: Iterable[Change]) -> list[Edit]:
    """Returns the edits of some changes."""
    return [edit for change in changes for edit in change.edits]


def line_of(sources: Mapping[str, Source], path: str, start: int) -> int:
    """Returns the line of a code point of a file, 0 where the file is not at hand."""
    return sources[path].position(start).line if path in sources else 0


def seen_elsewhere(
    changes: Sequence[Change],
    found: Iterable[tuple[Observation, bool]],
    sources: Mapping[str, Source],
    written: Mapping[str, Sequence[Location]],
) -> Iterator[tuple[str, str]]:
    """Yields the changes that something else feels, each with the sentence that says where.

    *written* are the places of the changed program that each change has written, by its id.
    """
    edits = edits_of(changes)
    for one, appears in sorted(found):
        moving = [change for change in changes if one.given in change.moved]
        if appears:
            moving = [change for change in changes if any(place.contains(one.given) for place in written[change.id])]
        near = [change for change in changes if any(edit.path == one.given.path for edit in change.edits)]
        grown = _grown(edits, one.location) if appears else 0
        line = line_of(sources, one.location.path, one.location.span.start - grown)
        what = "would see the token" if appears else "looks at what the key is taken out of"
        for change in moving or near or changes:
            yield change.id, f"Line {line} of {one.location.path} {what}; check that it may see the difference."


def keys_looked_up(
    changes: Sequence[Change], found: Iterable[MissingRead], sources: Mapping[str, Source]
) -> Iterator[tuple[str, str]]:
    """Yields the changes after which the program asks for a key that is gone, each with where it does."""
    edits = edits_of(changes)
    for one in found:
        start = one.location.span.start - _grown(edits, one.location)
        line = line_of(sources, one.location.path, start)
        reason = f"Line {line} of {one.location.path} asks for the key, which is no longer there: check what follows."
        yield from ((change.id, reason) for change in suspects(changes, Failure(check="", lack=one)))


def tokens_gained(
    changes: Sequence[Change], found: Iterable[Failure], sources: Mapping[str, Source]
) -> Iterator[tuple[str, str]]:
    """Yields the changes after which a request sends a token that it may not have sent before, each with where."""
    for one in found:
        if one.at is not None and one.at.path in sources:
            line = f"Line {line_of(sources, one.at.path, one.at.span.start)} of {one.at.path}"
            reason = f"{line} sends the token of the same client, which can be this one then."
            if one.lacks:
                reason = f"{line} may send no key, and would send an empty token then; check that there always is one."
            yield from ((change.id, reason) for change in suspects(changes, one))


def _grown(edits: Sequence[Edit], place: Location) -> int:
    """Returns by how much the edits before a place of the changed program move it."""
    grown = 0
    for edit in sorted((edit for edit in edits if edit.path == place.path), key=lambda edit: edit.span.start):
        if edit.span.end + grown <= place.span.start:
            grown += len(edit.replacement) - (edit.span.end - edit.span.start)
    return grown


def with_reason(change: Change, seen: str | None) -> Change:
    """Returns an unsafe change with what else feels it."""
    if seen is None or seen in (change.reason or ""):
        return change
    return replace(change, reason=f"{change.reason} {seen}" if change.reason else seen)


def suspects(changes: Sequence[Change], failure: Failure) -> Sequence[Change]:
    """Returns the changes that move a credential of the request, else those near the place, else all."""
    place = failure.call or failure.lack
    assert place is not None
    places = {auth.name_at for auth in failure.call.auth} if failure.call is not None else set()
    files = {place.location.path, *(site.path for site in place.via)}
    guilty = [change for change in changes if failure.ways & set(change.moved)]
    direct = guilty or [change for change in changes if places & set(change.moved)]
    near = [change for change in changes if any(edit.path in files for edit in change.edits)]
    return direct or near or changes
