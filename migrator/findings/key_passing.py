"""Whether code that names the key does with it what a sender does, or what a check, a filter or a declaration does."""

from __future__ import annotations

import re

from migrator.findings.analysis import Analysis
from migrator.findings.mentions import identifier
from migrator.model.text import Location, Source, Span
from migrator.model.unit import ClassDef, Def

_PAIRED = re.compile(r"""['"`]\s*(?::|\]\s*=(?!=)|=>|,(?!\s*['"`]))""")
"""What follows a name that is given a value: as a key, an item, or the first of two."""
_FILLED = re.compile(r"=(?:\$?\{(?!\d)|%[(s]|(['\"`])\s*(?:\+|%(?!=)|\.\s*format\b))")
"""What follows a name in a text that a value is put into."""
_NAMED = re.compile(r"(?:^|[\s;])(\w+)\s*(?::[^=]+)?=\s*['\"`]$")
_GIVEN = re.compile(r"['\"]?\]?[ \t]*=(?!=)")
"""What follows a name in a script that is given a value."""
_CALLEE = re.compile(r"(\w+)\s*$")
_DECLARED = re.compile(r"(?:def|function|class)\s+\w+\s*$")
_LOOKS = frozenset(
    {
        *("pop", "get", "getattr", "hasattr", "delattr", "has", "delete", "remove", "discard", "index", "count"),
        *("sub", "replace", "replaceAll", "startswith", "endswith", "startsWith", "endsWith", "includes", "print"),
    }
)
"""What is called to look for a name rather than to give it a value."""
_MAKES = frozenset({"dict", "update", "OrderedDict"})
_FARTHEST = 2_000


def hands_on(study: Analysis, at: Location, context: str = "") -> bool:
    """Returns whether the key is named as what a query takes: in a URL, as a key of a mapping, as an item that is set.

    Code that was read and does nothing of this hides no request: it checks, declares or redacts the key.
    """
    source = study.project.source(at.path)
    if source is None:
        return True
    if identifier(source, at.span).lower() not in study.project.vocabulary.key_parameters:
        return False
    if context == "key" or (context == "text" and _GIVEN.match(source.text, at.span.end)):
        return True
    line = study.line_of(at)
    before, after = source.text[line.start : at.span.start], source.text[at.span.end : line.end]
    if in_address(source, at.span) or _FILLED.match(after):
        return True
    if before.endswith(("'", '"', "`")):
        if _PAIRED.match(after):
            return _opened(source, at.span.start)[1] not in _LOOKS
        named = _NAMED.search(before)
        return named is not None and _names_an_entry(study, named[1])
    return context == "name" and re.match(r"\s*=(?!=)", after) is not None and _is_given_away(study, source, at)


def is_spelled_out(source: Source, span: Span) -> bool:
    """Returns whether a name is that of a parameter in a URL which has its value there, whatever it is worth."""
    return in_address(source, span) and source.text[span.end + 1 : span.end + 2].isalnum()


def in_address(source: Source, span: Span) -> bool:
    """Returns whether a name is that of a query parameter in a URL."""
    return (
        source.text[max(span.start - 1, 0) : span.start] in ("?", "&") and source.text[span.end : span.end + 1] == "="
    )


def _opened(source: Source, place: int) -> tuple[int, str]:
    """Returns where the bracket around a place opens, and what is called with it; -1 where there is none near."""
    depth = 0
    for index in range(place - 1, max(place - _FARTHEST, -1), -1):
        sign = source.text[index]
        if sign in ")]}":
            depth += 1
        elif sign in "([{":
            if depth == 0:
                callee = _CALLEE.search(source.text[max(index - 80, 0) : index]) if sign == "(" else None
                return index, callee[1] if callee else ""
            depth -= 1
    return -1, ""


def _is_given_away(study: Analysis, source: Source, at: Location) -> bool:
    """Whether a keyword argument goes into a mapping, or to what is defined nowhere in the project."""
    opens, callee = _opened(source, at.span.start)
    if not callee or _DECLARED.search(source.text[max(opens - 120, 0) : opens]):
        return False
    if callee in _MAKES:
        return True
    project = study.project
    speaking = (path for path in project.analysed if callee in (project.text(path) or ""))
    return not any(_defines(unit.body, callee) for unit in filter(None, map(project.known, speaking)))


def _defines(body: tuple[object, ...], name: str) -> bool:
    return any(isinstance(one, (Def, ClassDef)) and (one.name == name or _defines(one.body, name)) for one in body)


def _names_an_entry(study: Analysis, name: str) -> bool:
    """Whether a constant is what an entry of a mapping or an item is called by."""
    entry = re.compile(rf"[\[{{(,]\s*{re.escape(name)}\s*(?::|\]\s*(?::|=(?!=))|,(?!\s*['\"`]))")
    reads = study.project.reads
    return any(entry.search(source.text) for path, source in study.project.sources.items() if reads(path))
