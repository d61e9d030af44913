"""Keys that the program writes for no request that is known to send them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from migrator.evaluate.visit import expressions
from migrator.model.call import ApiCall
from migrator.model.text import Span
from migrator.model.unit import Compare, Lit, Unit
from migrator.project import Project

_WRITTEN = frozenset({"string", "key"})
"""Where a key's name stands that is a parameter, as `Mention.context` says it."""


def unattributed_keys(project: Project, calls: Iterable[ApiCall]) -> dict[str, int]:
    """Returns the first line of each program file that writes the key's parameter for none of the requests."""
    told: dict[str, list[Span]] = defaultdict(list)
    for place in {auth.name_at for call in calls for auth in call.auth if auth.name_at is not None}:
        told[place.path].append(place.span)
    words, found = tuple(sorted(project.vocabulary.key_parameters)), dict[str, int]()
    for path in project.relevant:
        source, language = project.source(path), project.language(path)
        if source is None or language is None or project.is_test(path):
            continue
        written = [one.span for one in language.mentions(source, words) if one.context in _WRITTEN]
        left = _apart(written, told[path])
        left = _apart(left, list(_compared(project.unit(path)))) if left else left
        if left:
            found[path] = source.position(left[0].start).line
    return found


def _apart(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Returns the places that none of the others meets."""
    return [one for one in spans if not any(span.meets(one) for span in others)]


def _compared(unit: Unit | None) -> Iterator[Span]:
    """Yields the places of texts that a file only compares something with."""
    for one in expressions(unit.body) if unit is not None else ():
        if isinstance(one, Compare):
            yield from (each.span for each in (one.left, *one.rights) if isinstance(each, Lit))
