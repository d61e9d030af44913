"""Questions in the words of the user's code: what is not known is called by the expression that gives it."""

from __future__ import annotations

import re
from collections.abc import Callable

from migrator.model.call import ApiCall
from migrator.model.text import Location
from migrator.model.value import NOWHERE, Hole

_LONGEST = 50
_DECLARED = re.compile(r"[*.]*(\w+)\??\s*[:=](?!=)")
"""A parameter with its type or default, of which the name is enough."""
_LITERAL = re.compile(r"([\"'])(.*?)(?:\1|$)")
_PLAIN = re.compile(r"[A-Za-z_ ]*|.{0,7}")
"""What a longer literal may be made of: it is shown in part, and a part of a credential is not known to be one."""
_ITEM = re.compile(r"(?:|[^\[]*[{ ].*)\[([^\[\]]+)\]")
"""What is looked up in something that has no name of its own."""
_NAMED = re.compile(r"`\{(\w+)\}`")


def known_as(name: str) -> str:
    """Returns what people call the source of a credential: an item of something without a name by the item alone."""
    item = _ITEM.fullmatch(name)
    return item[1] if item else name


def worded(
    call: ApiCall,
    text: str,
    excerpt: Callable[[Location], str],
    place: Callable[[Location], str] | None = None,
) -> str:
    """Returns a question about a request with the code's expressions for what its names stand for.

    Those of the path stand in the place of its names, those of a URL or a method that is not known behind the question.
    ``excerpt`` gives the source text of a place, ``place`` what people call it by.
    """
    holes = call.path.named() if call.path else {}

    def said(hole: Hole, *more: str) -> str:
        shown = _written(hole, excerpt)
        notes = (*((place(hole.origin.location),) if place else ()), *more)
        return f"`{shown}` ({', '.join(notes)})" if shown and notes else shown and f"`{shown}`"

    def expression(hit: re.Match[str]) -> str:
        hole = holes.get(hit[1])
        if hole is None:
            return hit[0]
        twins = any(other != hole and other.origin.location == hole.origin.location for other in holes.values())
        return said(hole, *([f"{{{hit[1]}}} in the path"] if twins else [])) or hit[0]

    asked = _NAMED.sub(expression, text)
    behind = {hole.hint: words for hole in call.unknown if f"{{{hole.hint}}}" in text and (words := said(hole))}
    if not behind:
        return asked
    return f"{asked}, where {', and '.join(f'{{{hint}}} is {words}' for hint, words in behind.items())}"


def _written(hole: Hole, excerpt: Callable[[Location], str]) -> str:
    """Returns the expression that a hole stands for, on one line, empty where the code has none."""
    if hole.origin.location == NOWHERE:
        return ""
    words = " ".join(excerpt(hole.origin.location).split())
    if hole.origin.how == "parameter" and (declared := _DECLARED.match(words)):
        words = declared[1]
    if "`" in words or any(not _PLAIN.fullmatch(hit[2]) for hit in _LITERAL.finditer(words)):
        return ""
    return words if len(words) <= _LONGEST else (words[:_LONGEST].rpartition(" ")[0] or words[:_LONGEST]) + " …"
