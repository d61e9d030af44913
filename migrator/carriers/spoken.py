"""Commands that a program has another program run: the requests in them, with what the first program puts into them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from migrator.carriers.commands import Sending, sending, sendings
from migrator.carriers.requests import request
from migrator.carriers.shell import Command, Word
from migrator.carriers.texts import as_text
from migrator.carriers.view import View, whole
from migrator.model.call import ApiCall, Step
from migrator.model.text import Location
from migrator.model.value import Chunk, Hole, Piece, Text
from migrator.model.vocabulary import Vocabulary

_NAME = "SPOKEN_{}"
"""What stands in a script for the parts of it that are not known."""


def spoken(words: Text | Sequence[Text], at: Location, vocabulary: Vocabulary) -> Iterator[ApiCall]:
    """Yields the requests that a command sends: one for a shell is a text, one that no shell reads several."""
    script = _Script([words] if isinstance(words, Text) else words, at)
    view = whole(script.text)
    found = sendings(view) if isinstance(words, Text) else script.alone(view)
    for one in found:
        one.parts.read, one.parts.own = script.read, False
        call = request(one.parts, at.path, at.span, vocabulary)
        if call.own or call.auth:
            steps = [Step(role="key", location=source.location) for auth in call.auth for source in auth.sources]
            places = (piece.origin for piece in script.read(one.parts.url, at.path).pieces if piece.origin)
            steps += [Step(role="url", location=origin.location) for origin in places if origin.location.path]
            yield replace(call, location=at, trace=tuple(dict.fromkeys((*steps, Step(role="send", location=at)))))


class _Script:
    """The text of a command, and what each part of it is in the program."""

    def __init__(self, words: Sequence[Text], here: Location) -> None:
        self.here = here
        self.pieces: list[Piece] = []
        self.starts: list[int] = []
        self.bounds: list[tuple[int, int]] = []
        parts: list[str] = []
        at = 0
        for word in words:
            first = at
            for piece in word.pieces:
                written = piece.text if isinstance(piece, Chunk) else f"${{{_NAME.format(len(self.pieces))}}}"
                self.pieces.append(piece)
                self.starts.append(at)
                parts.append(written)
                at += len(written)
            self.bounds.append((first, at))
            parts.append("\n")
            at += 1
        self.text = "".join(parts)

    def alone(self, view: View) -> Iterator[Sending]:
        """Yields the request of a command whose words these are."""
        made = [Word(view.cut(start, end), view, start, end, " " * (end - start)) for start, end in self.bounds]
        found = sending(Command(made))
        if found is not None:
            yield found

    def read(self, view: View, path: str) -> Text:
        """Returns a part of the script as the program has it."""
        return Text(tuple(self._own(as_text(view, path).pieces)))

    def _own(self, pieces: Sequence[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            known = self._named(piece) if isinstance(piece, Hole) else None
            if known is not None:
                yield known
            elif isinstance(piece, Chunk) and piece.origin is not None:
                yield from self._cut(*piece.origin.location.span)
            elif isinstance(piece, Hole):  # a variable of the shell
                yield replace(piece, origin=replace(piece.origin, location=self.here))

    def _named(self, hole: Hole) -> Piece | None:
        number = hole.origin.name.removeprefix(_NAME.format(""))
        return self.pieces[int(number)] if number.isdigit() and number != hole.origin.name else None

    def _cut(self, start: int, end: int) -> Iterator[Chunk]:
        """Yields what stands at a range of the script, each part where it is from."""
        while start < end:
            number = bisect_right(self.starts, start) - 1
            piece, first = self.pieces[number], self.starts[number]
            stop = min(end, self.starts[number + 1] if number + 1 < len(self.starts) else end)
            text = self.text[start:stop]
            if isinstance(piece, Chunk):
                yield replace(piece, text=text, offset=piece.offset + start - first)
            start = stop
