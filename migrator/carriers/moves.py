"""The edits that move the key of a command from its query into a header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migrator.carriers.commands import Sending
from migrator.carriers.requests import parameter, removed, segments
from migrator.carriers.shell import Word
from migrator.model.text import Span

BEARER = "Authorization: Bearer "


@dataclass(frozen=True, slots=True)
class Move:
    """What replaces which places of a file, or why nothing does."""

    edits: tuple[tuple[Span, str], ...] = ()
    manual: str = ""


def moved(sending: Sending, names: Sequence[str]) -> Move:
    """Returns the edits by which a command sends its key, a parameter of one of the names, in a header."""
    if (reason := refused(sending)) is not None:
        return reason
    found = parameter(sending.url.text, names)
    if found is not None and found["before"]:
        value = _raw(sending, sending.url, found.start("value"), found.end("value"))
        cut = list(segments(sending.url, *removed(found)))
        edits = [(span, "") for _, span in cut]
        after = sending.url.end
    else:
        named = (one for one in sending.queries if parameter(one[1].text.replace("==", "=", 1), names))
        query = next(named, None)
        if query is None:
            return Move(manual="The key is not in the command itself; change what puts it there.")
        option, word = query
        start = len(word.text) - len(word.text.partition("=")[2].removeprefix("="))
        if "&" in word.text[start:]:
            return Move(manual="The key stands among other parameters of one option; change it by hand.")
        value = _raw(sending, word, start, len(word.text))
        first, after = (option or word).start, word.end
        if not value:
            return EMPTY
        return Move(edits=((sending.script.span(first, after), _header(sending, value)),))
    if not value:
        return EMPTY
    place = Span(sending.script.ends[after - 1], sending.script.ends[after - 1])
    return Move(edits=(*edits, (place, " " + _header(sending, value))))


def refused(sending: Sending) -> Move | None:
    """Returns why no edit can move the key of a command, whatever the form that it is written in."""
    if sending.has_authorization:
        return Move(manual="The command already says how it authenticates; only one of both can stay.")
    if not sending.url.view.known:
        return Move(manual="The command stands in text of which single words cannot be edited; change it by hand.")
    return None


EMPTY = Move(manual="The key has a name here and no value: say where the token comes from when you change it.")
"""What becomes of a key that has no value."""


def _raw(sending: Sending, word: Word, start: int, end: int) -> list[tuple[str, str]]:
    """Returns the text of a value as the command spells it, each part with the quote that it stands in."""
    script = sending.script
    found: list[tuple[str, str]] = []
    for at in range(start, end):
        text = script.text[_place(script.starts, word.view.starts[at]) : _place(script.ends, word.view.ends[at]) + 1]
        if found and found[-1][0] == word.quotes[at]:
            found[-1] = (found[-1][0], found[-1][1] + text)
        else:
            found.append((word.quotes[at], text))
    return found


def _place(places: Sequence[int], offset: int) -> int:
    """Returns which code point of a script stands at an offset of the file."""
    if isinstance(places, range):
        return offset - places.start
    from bisect import bisect_left

    return bisect_left(places, offset)


def _header(sending: Sending, value: Sequence[tuple[str, str]]) -> str:
    """Returns the option that gives the header, as it is written where the command stands."""
    quotes = ['"' if quote == " " else quote for quote, _ in value]
    prefix = BEARER if sending.client != "httpie" else "Authorization:Bearer "
    out = quotes[0] + prefix
    for number, (_, text) in enumerate(value):
        if number and quotes[number] != quotes[number - 1]:
            out += quotes[number - 1] + quotes[number]
        out += text
    out += quotes[-1]
    match sending.client:
        case "curl":
            out = f"-H {out}"
        case "wget":
            out = f"--header={out}"
        case "powershell":
            out = f"-Headers @{{ Authorization = {out.replace(prefix, 'Bearer ', 1)} }}"
    return sending.script.written(out)
