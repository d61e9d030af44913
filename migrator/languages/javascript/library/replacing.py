"""``replace`` of strings: what it gives where the text is known, else the text with what surely changes changed.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/String/replace
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from migrator.catalog.backtracking import backtracks
from migrator.evaluate.contracts import Model, Site
from migrator.evaluate.store import Bound, Function, Instance, Value, choose
from migrator.evaluate.strings import concat, cut, formed, known, replace, text, texts
from migrator.languages.javascript.library.calling import run
from migrator.languages.javascript.library.written import as_string
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.model.value import Const, Text

_LONGEST = 500
_SIGNS = re.compile(r"\$(?:(\d{1,2})|([&$])|<(\w+)>)")
_ESCAPED = re.compile(r"\\([^\w\s])")
_SPECIAL = frozenset("[](){}*+?|^$.\\")


def replaced(every: bool) -> Model:
    """Returns the model of ``replace``, or of ``replaceAll``."""

    def model(site: Site) -> Value:
        subject, new = site.receiver if site.receiver is not None else text(""), site.arg(1)
        if new is None:
            return subject
        asked = _asked(site.arg(0), every=every)
        return choose(_in_text(site, one, asked, new) for one in texts(subject))

    return model


class _Asked(NamedTuple):
    """What is looked for: an expression, the text that it only stands for, and how many of them are meant."""

    pattern: re.Pattern[str] | None
    plain: str | None
    most: int


def _asked(found: Value | None, *, every: bool) -> _Asked:
    if not isinstance(found, Instance) or found.kind != "RegExp":
        written = known(found)
        return _Asked(re.compile(re.escape(written)) if written is not None else None, written, -1 if every else 1)
    source, flags = known(found.cells.get("source")), known(found.cells.get("flags")) or ""
    if source is None:
        return _Asked(None, None, 1)
    special = not _SPECIAL.isdisjoint(_ESCAPED.sub("", source)) or "i" in flags
    return _Asked(_compiled(source, flags), None if special else _ESCAPED.sub(r"\1", source), -1 if "g" in flags else 1)


def _compiled(source: str, flags: str) -> re.Pattern[str] | None:
    """Returns an expression of JavaScript as one of Python; None for one that means something else, or can hang."""
    written = source.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    if len(source) > _LONGEST or "\\p{" in source or "y" in flags:
        return None
    try:
        if backtracks(written):
            return None
        return re.compile(written, (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0))
    except (re.error, ValueError, OverflowError, RecursionError):
        return None


def _in_text(site: Site, subject: Text, asked: _Asked, new: Value) -> Value:
    calls = isinstance(new, (Function, Bound))
    others = () if calls else texts(as_string(new))
    if asked.plain is not None and others and all("$" not in (one.known() or "") for one in others):
        return choose(replace(subject, asked.plain, other, asked.most) for other in others)
    written = subject.known()
    if asked.pattern is not None and written is not None and len(written) <= _LONGEST:
        return _in_known(site, subject, written, asked, new)
    if calls:
        run(site, new, site.unknown("match"))
    return formed(subject, "")


def _in_known(site: Site, subject: Text, written: str, asked: _Asked, new: Value) -> Value:
    """Returns a text that is wholly known with its matches replaced; what is left of it stays where it was written."""
    assert asked.pattern is not None
    parts: list[Value] = []
    end = 0
    for found in islice(asked.pattern.finditer(written), asked.most if asked.most > 0 else None):
        parts += [cut(subject, end, found.start()), _replacement(site, found, new)]
        end = found.end()
    return concat([*parts, cut(subject, end)])


def _replacement(site: Site, found: re.Match[str], new: Value) -> Value:
    if isinstance(new, (Function, Bound)):
        groups = (UNDEFINED if one is None else text(one) for one in found.groups())
        made = run(site, new, text(found[0]), *groups, Const(found.start()), text(found.string))
        return as_string(made)
    shape = known(as_string(new))
    return as_string(new) if shape is None else text(_SIGNS.sub(lambda sign: _sign(sign, found), shape))


def _sign(sign: re.Match[str], found: re.Match[str]) -> str:
    """Returns what ``$1``, ``$&`` or ``$$`` stands for in a replacement."""
    if sign[2]:
        return found[0] if sign[2] == "&" else "$"
    try:
        return (found[int(sign[1])] if sign[1] else found[sign[3]]) or ""
    except (IndexError, KeyError):
        return sign[0]
