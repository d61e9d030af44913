"""Commands that are lists of words, which no shell reads: of containers, of jobs, of editors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from migrator.carriers import tree
from migrator.carriers.commands import Sending, sending
from migrator.carriers.json_tree import read_json
from migrator.carriers.moves import BEARER, EMPTY, Move, refused
from migrator.carriers.requests import parameter, removed
from migrator.carriers.shell import Command, Word
from migrator.carriers.tree import Mapping, Scalar, each
from migrator.carriers.view import View, whole
from migrator.errors import UnparsableError
from migrator.model.text import Span

_PARTS = (("entrypoint",), ("command", "cmd", "program", "executable"), ("args", "arguments"))
"""The entries of a mapping that together are one command, in the order in which they are put together."""
_INSTRUCTION = re.compile(
    r"^[ \t]*(?:HEALTHCHECK[ \t][^\[\n]*)?(?P<name>RUN|CMD|ENTRYPOINT)[ \t]+(?:--\S+[ \t]+)*"
    r"(?P<list>\[(?:[^\]\"\n]|\"(?:[^\"\\\n]|\\.)*\"|\\\r?\n)*\])[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_CONTINUED = re.compile(r"\\\r?\n")
_LINE = re.compile(r"(?P<margin>[ \t]*)-[ \t]+")


@dataclass(frozen=True, slots=True, eq=False)
class ListedWord:
    """One word of a command, and the list that it is in, None for one that stands by itself."""

    scalar: Scalar
    within: tree.Sequence | None


def items(node: tree.Node | None) -> list[ListedWord]:
    """Returns the words that a value of a structured file is."""
    within = node if isinstance(node, tree.Sequence) else None
    return [ListedWord(one, within) for one in each(node) if isinstance(one, Scalar)]


def in_mapping(mapping: Mapping) -> list[ListedWord]:
    """Returns the words of the one command that entries of a mapping make together, in part as lists."""
    nodes = [mapping.get(*names) for names in _PARTS]
    if sum(node is not None for node in nodes) < 2 or not any(isinstance(node, tree.Sequence) for node in nodes):
        return []
    return [item for node in nodes for item in items(node)]


def instructions(view: View) -> Iterator[tuple[int, int, list[ListedWord]]]:
    """Yields the range of each list that an instruction of a container file is given, and the words of its command."""
    entry: list[ListedWord] = []
    for found in _INSTRUCTION.finditer(view.text):
        try:
            words = items(read_json(view.cut(*found.span("list")).decoded(_CONTINUED, lambda _: "", "")))
        except UnparsableError:
            continue  # what is no list is run by a shell
        if found["name"].upper() == "ENTRYPOINT":
            entry = words
        yield *found.span("list"), [*entry, *words] if found["name"].upper() == "CMD" else words


def sent(words: Sequence[ListedWord], text: str) -> Sending | None:
    """Returns the request that a command of these words sends in the file *text*, None where it sends none."""
    script = whole(text)
    scalars = [one.scalar for one in words]
    made = [Word(one.view, script, one.at.start, one.at.end, " " * len(one.text)) for one in scalars]
    return sending(Command(made))


def moved(one: Sending, words: Sequence[ListedWord], names: Sequence[str], text: str) -> Move:
    """Returns the edits by which a command that is a list of words sends its key in a header."""
    if (reason := refused(one)) is not None:
        return reason
    by_place = {item.scalar.at.start: item for item in words}
    found = parameter(one.url.text, names)
    if found is not None and found["before"]:
        item = by_place.get(one.url.start)
        if item is None or item.within is None:
            return _APART
        at = one.url.view.span(*found.span("value"))
        value = text[at.start : at.end]
        put = _behind(one, item, item.within, value, text)
        cut = one.url.view.span(*removed(found))
        return Move(edits=((cut, ""), (Span(item.scalar.at.end, item.scalar.at.end), put))) if value else EMPTY
    for option, word in one.queries:
        sign = re.match(rf"(?:{'|'.join(map(re.escape, names))})==?(?=[^&]+$)", word.text, re.IGNORECASE)
        if sign is None:
            continue
        item = by_place.get(word.start)
        if item is None or (option is None and one.client != "httpie"):
            return _APART
        at = word.view.span(sign.end(), len(word.text))
        header = (item.scalar.at, _written(item, _header(one, text[at.start : at.end]), text))
        return Move(edits=(header, *([(option.view.whole, "-H")] if option is not None else [])))
    return Move(manual="The key is not in the command itself; change what puts it there.")


_APART = Move(manual="No word can be added beside the one that holds the key; change the command by hand.")


def _header(one: Sending, value: str) -> str:
    return f"{BEARER}{value}" if one.client != "httpie" else f"Authorization:Bearer {value}"


def _written(item: ListedWord, content: str, text: str) -> str:
    """Returns a word as it is written in the place of an item or beside it; its content is escaped as the item's."""
    at = item.scalar.at
    if not item.scalar.plain:
        return text[at.start] + content + text[at.start]
    if '"' in content or "\\" in content:
        return "'" + content.replace("'", "''") + "'"
    return f'"{content}"'


def _behind(one: Sending, item: ListedWord, within: tree.Sequence, value: str, text: str) -> str:
    """Returns what has to stand behind an item so that the header is the next one."""
    header = _header(one, value)
    words = {"curl": ["-H", header], "wget": [f"--header={header}"]}.get(one.client, [header])
    written = [_written(item, word, text) for word in words]
    at = item.scalar.at
    start = text.rfind("\n", 0, at.start) + 1
    line = _LINE.match(text, start)
    if not within.flow and line is not None:
        newline = "\r\n" if text[start - 2 : start] == "\r\n" else "\n"
        return "".join(f"{newline}{line['margin']}- {word}" for word in written)
    number = next(number for number, other in enumerate(within.items) if other is item.scalar)
    before = text[within.items[number - 1].at.end : at.start] if number else ""
    comma = before if re.fullmatch(r"\s*,[\s\\]*", before) else ", "
    return "".join(f"{comma}{word}" for word in written)
