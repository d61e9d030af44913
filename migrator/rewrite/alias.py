"""Second names for command line flags that take a key: the old ones are other people's interface, and stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.model.edit import Change, Edit, Safety
from migrator.model.text import Location, Source, Span

KIND = "alias_flag"
FLAG = "--access-token"


def aliases(source: Source, words: Sequence[str]) -> Iterator[Change]:
    """Yields a change for each flag that is named for a key (has one of the words in it) and gets a second name.

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
        kind=KIND,
        safety=Safety.UNSAFE,
        edits=(edit,),
        at=Location(source.path, place),
        reason=f"The flag {source.excerpt(place)[1:-1]} keeps its name; {FLAG} is another name for it.",
    )
