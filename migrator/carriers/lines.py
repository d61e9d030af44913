"""Reads files of one setting on a line, and others line by line where they are templates or broken."""

from __future__ import annotations

import re

from migrator.carriers.tree import Mapping, Pair, Scalar, sectioned
from migrator.carriers.view import View

_LINE = re.compile(
    r"""^(?P<indent>[ \t]*)(?:[#;!][ \t]*)?(?:-[ \t]+)?(?:(?:export|set|setx|ENV|ARG|env)[ \t]+)?
    (?P<quote>["']?)(?P<name>[A-Za-z_][\w.:$/-]*?)(?P=quote)
    [ \t]*(?P<sign>=>|[:=])[ \t]*(?P<value>(?:\\\r?\n[ \t]*)?[^\r\n]*)""",
    re.VERBOSE | re.MULTILINE,
)
_INNER = re.compile(r"(?P<name>[A-Z][A-Z0-9_]{3,})[ \t]*=[ \t]*(?P<value>[^=\r\n][^\r\n]*)")
"""A setting that is the value of another, as of ``setenv``."""
_SECTION = re.compile(r"^[ \t]*\[([^\]\r\n]+)\][ \t\r]*$", re.MULTILINE)
_QUOTED = re.compile(r"(?P<quote>[\"'])(?P<text>.*?)(?<!\\)(?P=quote)[ \t]*(?:[#;,].*)?$")
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_COMMENT = re.compile(r"[ \t]+[#;].*$")


def read_lines(view: View) -> Mapping:
    """Returns each ``name = value`` or ``name: value`` of a text, below the headers in brackets above it."""
    entries: list[tuple[int, Pair]] = []
    for line in _LINE.finditer(view.text):
        within = _INNER.match(view.text, *line.span("value"))
        entries += ((line.start(), _entry(view, one)) for one in (line, within) if one is not None)
    return sectioned(view, _SECTION, lambda start, end: [entry for at, entry in entries if start <= at < end])


def _entry(view: View, found: re.Match[str]) -> Pair:
    start, end = found.span("value")
    start += len(begun[0]) if (begun := _CONTINUED.match(found["value"])) else 0
    text = view.text[start:end]
    quoted = _QUOTED.match(text)
    if quoted is not None:
        start, end = start + quoted.start("text"), start + quoted.end("text")
    else:
        comment = _COMMENT.search(text)
        end = start + len((text[: comment.start()] if comment else text).rstrip())
    name = Scalar(view.cut(*found.span("name")), view.span(*found.span("name")), plain=True)
    value = Scalar(view.cut(start, end), view.span(*found.span("value")), plain=quoted is None)
    return Pair(name, value, view.span(found.start("name"), max(found.end("value"), found.end("name"))))
