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
_NAMED = re.compile(r"`\{(\w+)\}`")


def worded(
    call: ApiCall,
    text: str,
    excerpt: Callable[[Location], str],
    place: Callable[[Location], str] | None = None,
) -> str:
    """Returns a question about a request with the code's expressions for the names of the holes of its path.

    ``excerpt`` gives the source text of a place, ``place`` what people call it by.
    """
    holes = call.path.named() if call.path else {}

    def expression(hit: re.Match[str]) -> str:
        hole = holes.get(hit[1])
        shown = _written(hole, excerpt) if hole else ""
        if hole is None or not shown:
            return hit[0]
        twins = any(other != hole and other.origin.location == hole.origin.location for other in holes.values())
        said = [place(hole.origin.location)] if place else []
        said += [f"{{{hit[1]}}} in the path"] if twins else []
        return f"`{shown}` ({', '.join(said)})" if said else f"`{shown}`"

    return _NAMED.sub(expression, text)


def _written(hole: Hole, excerpt: Callable[[Location], str]) -> str:
    """Returns the expression that a hole stands for, on one line, empty where the code has none."""
    if hole.origin.location == NOWHERE:
        return ""
    words = " ".join(excerpt(hole.origin.location).split())
    if hole.origin.how == "parameter" and (declared := _DECLARED.match(words)):
        words = declared[1]
    if "`" in words:
        return ""
    return words if len(words) <= _LONGEST else (words[:_LONGEST].rpartition(" ")[0] or words[:_LONGEST]) + " …"
