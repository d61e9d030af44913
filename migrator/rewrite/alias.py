"""Second names for flags, parameters and properties that give a key: the old ones are other people's, and stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from migrator.languages.python.aliases import second_names
from migrator.model.call import KeySource
from migrator.model.edit import Change, Edit, Safety
from migrator.model.text import Location, Source, Span

KINDS = frozenset({"alias_flag", "alias_parameter", "alias_property"})
FLAG = "--access-token"


def aliases(sources: Mapping[str, Source], keys: Iterable[KeySource], words: Sequence[str]) -> Iterator[Change]:
    """Yields a change for each flag, parameter and property that gives one of the keys and gets a second name.

    Only one that is named for a key, has one of the words in its name, gets any.
    """
    every = list(keys)
    for path in sorted({key.location.path for key in every} & set(sources)):
        if path.endswith(".py"):
            yield from _flags(sources[path], words)
    for one in second_names(sources, every, words):
        yield Change(
            id=f"alias-{one.at.path}-{one.at.span.start}",
            kind=f"alias_{one.kind}",
            safety=Safety.UNSAFE,
            edits=one.edits,
            at=one.at,
            reason=f"The {one.kind} {one.old} keeps its name; {one.new} is another name for it, and comes first.",
            sources=tuple(one.sources.items()),
        )


def _flags(source: Source, words: Sequence[str]) -> Iterator[Change]:
    """Yields a change for the flag that is named for a key.

    The first long name goes on to name the value in the program, as `argparse` and `click` have it.
    """
    if FLAG in source.text:
        return
    named = "|".join(map(re.escape, words))
    flag = rf"""(?P<flag>(?P<quote>["'])--[\w-]*(?:{named})[\w-]*(?P=quote))"""
    found = list(re.finditer(rf"\.(?:add_argument|option)\(\s*{flag}", source.text, re.IGNORECASE))
    if len(found) != 1:
        return
    place, quote = Span(*found[0].span("flag")), found[0]["quote"]
    edit = Edit(
        path=source.path,
        span=Span(place.end, place.end),
        replacement=f", {quote}{FLAG}{quote}",
        digest=source.digest,
        root=source.root,
    )
    yield Change(
        id=f"alias-{source.path}-{place.start}",
        kind="alias_flag",
        safety=Safety.UNSAFE,
        edits=(edit,),
        at=Location(source.path, place),
        reason=f"The flag {source.excerpt(place)[1:-1]} keeps its name; {FLAG} is another name for it.",
    )
