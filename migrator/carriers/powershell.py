"""Reads what PowerShell's commands that send a request are given, also in tables that variables hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrator.carriers.shell import Word, bracket_end
from migrator.carriers.view import View

_OPTION = re.compile(r"-[A-Za-z]+:?$")
_ENTRY = re.compile(r"""[\s;]*(?P<quote>["']?)(?P<name>[\w.-]+)(?P=quote)[ \t]*=[ \t]*""")
_TABLE = r"\${name}[ \t]*=[ \t\r\n]*(?:\[\w.]+\][ \t]*)?@\{{"
_SENT = frozenset({"GET", "HEAD", "DELETE", ""})
"""Methods with which a table that is given as the body becomes the query."""

Entries = list[tuple[View, View]]


@dataclass(slots=True, eq=False)
class Given:
    """What a request is made from: ``fields`` of its query, ``filled`` ones of its body.

    ``open`` says that something else may add a credential to it, ``headed`` that it is given headers already.
    """

    url: Word | None = None
    method: str = ""
    headers: Entries = field(default_factory=list)
    fields: Entries = field(default_factory=list)
    filled: Entries = field(default_factory=list)
    open: bool = False
    headed: bool = False


def told(words: list[Word]) -> Given:
    """Returns what the words behind the command tell."""
    found = Given()
    body: Word | None = None
    for name, word in _options(words):
        match name:
            case "uri" | "":
                found.url = found.url or word
            case "method" | "custommethod":
                found.method = word.text.upper()
            case "headers":
                found.headed = True
                found.headers += _entries(word, found)
            case "body":
                body = word
            case "authentication" | "token" | "credential" | "websession" | "usedefaultcredentials":
                found.headed = found.open = True
            case "splat":
                _splat(word, found)
    if body is not None:
        _fill(body, found)
    return found


def _fill(body: Word, found: Given) -> None:
    """Notes what a body holds, which is the query of a method that has none."""
    queried = found.method in _SENT
    if queried or body.text.startswith(("$", "@{")):
        (found.fields if queried else found.filled).extend(_entries(body, found if queried else Given()))


def _options(words: list[Word]) -> Iterator[tuple[str, Word]]:
    """Yields each option in small letters with its value, and each other word."""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if _OPTION.match(word.text) and word.quotes[:1] == " ":
            value = words[at] if at < len(words) else None
            if value is not None and not (_OPTION.match(value.text) and value.quotes[:1] == " "):
                at += 1
                yield word.text.strip("-:").lower(), value
            else:
                yield word.text.strip("-:").lower(), word
        elif word.text.startswith("@") and word.text[1:2].isalpha():
            yield "splat", word
        else:
            yield "", word


def _splat(word: Word, found: Given) -> None:
    """Notes the options that a variable holds."""
    entries = _held(word, word.text[1:])
    if entries is None:
        found.headed = found.open = True
        return
    for name, value in entries:
        given = Word(value, word.script, word.start, word.end, " " * len(value.text))
        match name.text.lower():
            case "uri":
                found.url = found.url or given
            case "method":
                found.method = value.text.upper()
            case "headers":
                found.headed = True
                found.headers += _entries(given, found)
            case "body":
                _fill(given, found)


def _entries(word: Word, found: Given) -> Entries:
    """Returns the entries of a table that stands here or that a variable of the script holds; else it is open."""
    if word.text.startswith("@{"):
        return list(_read(word.view.cut(2, len(word.text))))
    entries = _held(word, word.text[1:]) if word.text.startswith("$") else None
    found.open |= entries is None
    return entries or []


def _held(word: Word, name: str) -> Entries | None:
    """Returns the entries of the table that the script gives to a variable, None where it is no table that is read."""
    script = word.script
    pattern = re.compile(_TABLE.format(name=re.escape(name)), re.IGNORECASE) if name.isidentifier() else None
    every = [*pattern.finditer(script.text)] if pattern is not None else []
    added = rf"(?i)\${re.escape(name)}\s*(?:\[|\+=|\.\s*Add\b)"
    if len(every) != 1 or re.search(added, script.text):
        return None
    end = bracket_end(script.text, every[0].end() - 1)
    return list(_read(script.cut(every[0].end(), end)))


def _read(table: View) -> Iterator[tuple[View, View]]:
    """Yields the names and values of a table, from behind its opening bracket."""
    at = 0
    while entry := _ENTRY.match(table.text, at):
        start = end = entry.end()
        while end < len(table.text) and table.text[end] not in ";\r\n}":
            end = _skipped(table.text, end)
        value = table.text[start:end].rstrip()
        quoted = len(value) > 1 and value[0] in "\"'" and value.endswith(value[0])
        yield (
            table.cut(*entry.span("name")),
            table.cut(start + 1, start + len(value) - 1) if quoted else table.cut(start, start + len(value)),
        )
        at = end


def _skipped(text: str, at: int) -> int:
    """Returns the place behind what begins at a place: a quoted text or a bracket as a whole, else one character."""
    if text[at] in "\"'":
        end = text.find(text[at], at + 1)
        return len(text) if end < 0 else end + 1
    return bracket_end(text, at) if text[at] in "({" else at + 1
