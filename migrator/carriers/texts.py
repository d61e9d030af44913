"""Text with placeholders and variables as known and unknown pieces."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from migrator.carriers.view import View
from migrator.model.text import Location
from migrator.model.value import Chunk, Hole, Origin, Piece, Text

HOLE = re.compile(
    r"""\$\{\{(?P<expression>.*?)\}\}
    |\{\{(?P<template>[^{}\n]*)\}\}|\{%(?P<tag>[^%\n]*)%\}
    |\$?\$\{(?P<braced>(?:[^{}]|\{[^{}]*\})*)\}
    |\$?\$\((?P<command>(?:[^()]|\([^()]*\))*)\)|`(?P<ticked>[^`\n]*)`
    |\$env:(?P<powershell>\w+)|\$\$?(?P<variable>[A-Za-z_]\w*|[1-9](?![\d.,]))|%(?P<windows>[A-Za-z_]\w*)%
    |\#\{(?P<hash>[^{}\n]{1,80})\}\#?
    |<%=?(?P<erb>.*?)%>|<(?P<pointed>[\w.: /-]{1,60})>|\[(?P<square>[\w -]{2,60})\]|(?<!\$)\{(?P<curly>[\w.-]{1,60})\}
    """,
    re.VERBOSE,
)
"""Everything that stands for a text that is put in later."""
_REFERENCE = re.compile(
    r"(?:var|local|data|module|each|self|env|params|secrets|vars|inputs|parameters|process\.env)\.[\w.\[\]\"'-]+$"
    r"|(?:vault|ssm|op|sops|arn|secretsmanager|keyvault|azurekeyvault)[:/]|@(?:env|format|jinja)\b|\{cipher\}|ENC\["
)
"""What names a value that is kept elsewhere: of a language of configuration, or of a store for secrets."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")
"""What no command is called: Makefiles and Kubernetes write a variable as a shell writes a command."""
_DEFAULT = re.compile(r"[A-Za-z_]\w*(?::?[-=])(?P<text>.+)$", re.DOTALL)
_HOWS = {
    "expression": "secret_manager",
    "template": "setting",
    "braced": "environment",
    "powershell": "environment",
    "variable": "environment",
    "windows": "environment",
    "command": "call",
    "ticked": "call",
}


_SPELLED = frozenset({"variable", "braced"})
"""The variables of a shell, which puts nothing in where single quotes are around them."""


def as_text(view: View, path: str, verbatim: Collection[int] = ()) -> Text:
    """Returns a text of the file at *path*, with a hole for each variable and placeholder in it.

    A variable that begins at one of the *verbatim* places of the file is sent as it is spelled.
    """
    pieces: list[Piece] = []
    at = 0
    for found in HOLE.finditer(view.text):
        if found.lastgroup in _SPELLED and view.starts[found.start()] in verbatim:
            continue
        pieces += _chunk(view, path, at, found.start())
        pieces.append(_hole(view, path, found))
        at = found.end()
    pieces += _chunk(view, path, at, len(view.text))
    return Text(tuple(pieces))


def _chunk(view: View, path: str, start: int, end: int) -> Iterator[Chunk]:
    if start < end:
        text = view.text[start:end]
        yield Chunk(text, Origin("literal", text, Location(path, view.span(start, end))))


def _hole(view: View, path: str, found: re.Match[str]) -> Hole:
    kind = found.lastgroup or ""
    inner = found[kind] or ""
    if kind == "expression" or kind == "template":
        inner = inner.strip().removeprefix("secrets.").removeprefix("env.").removeprefix("vars.").strip("._ ")
    name = _NAME.match(inner)
    known = name[0] if name and kind not in ("command", "ticked") else " ".join(inner.split())
    hint = "argument" if known.isdigit() else re.sub(r"\W+", "_", known).strip("_").lower() or "value"
    at = Location(path, view.span(*found.span()))
    how = "environment" if kind == "command" and _VARIABLE.fullmatch(known) else _HOWS.get(kind, "unknown")
    return Hole(hint[:40], Origin(how, known or found[0], at))


def defaults(view: View) -> Iterator[tuple[str, View]]:
    """Yields the name and the default of each variable that has one, as in ``${NAME:-default}``."""
    for match in HOLE.finditer(view.text):
        default = _DEFAULT.match(match["braced"]) if match["braced"] else None
        name = _NAME.match(match["braced"]) if default else None
        if default and name:
            start = match.start("braced") + default.start("text")
            yield name[0], view.cut(start, start + len(default["text"]))


def is_passed(text: str) -> bool:
    """Returns whether a value is nothing but what something else gives."""
    if _REFERENCE.match(text.strip()):
        return True
    holes = [] if HOLE.sub("", text).strip() else list(HOLE.finditer(text))
    return bool(holes) and all(one.lastgroup not in ("pointed", "square", "curly") for one in holes)
