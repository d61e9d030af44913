"""Second names for flags, parameters and properties that give a key: the old ones are other people's, and stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrator.model.draft import SecondName
from migrator.model.edit import Change, Safety


def aliased(found: Iterable[SecondName]) -> Iterator[Change]:
    """Yields the change that each second name is."""
    for one in found:
        comes_first = "" if one.kind == "flag" else ", and comes first"
        yield Change(
            id=f"alias-{one.at.path}-{one.at.span.start}",
            kind=f"alias_{one.kind}",
            safety=Safety.UNSAFE,
            edits=one.edits,
            at=one.at,
            reason=f"The {one.kind} {one.old} keeps its name; {one.new} is another name for it{comes_first}.",
            sources=tuple(one.sources.items()),
        )
