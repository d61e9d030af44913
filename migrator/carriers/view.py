"""Text that stands inside other text: as it reads when the quoting around it is undone, with the place of each part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migrator.model.text import Span

_Escape = Callable[[str], str]


def _json(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


_WRITTEN: Mapping[str, _Escape] = {
    "json": _json,
    "single": lambda text: text.replace("'", "''"),
    "xml": _xml,
    "shell-double": lambda text: text.replace("\\", "\\\\").replace('"', '\\"'),
    "shell-single": lambda text: text.replace("'", "'\\''"),
}
"""How text is written where it stands in a quoting."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Decoded text. ``starts`` and ``ends`` say for each code point where it stands in the file.

    ``forms`` are the quotings that it stands in, the innermost first. ``known`` is False where the places of single
    code points could not be told, so that nothing in it can be edited.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    forms: tuple[str, ...] = ()
    known: bool = True

    def span(self, start: int, end: int) -> Span:
        """Returns the place in the file of a range of the text."""
        if start < end:
            return Span(self.starts[start], self.ends[end - 1])
        if start < len(self.text):
            return Span(self.starts[start], self.starts[start])
        last = self.ends[-1] if self.text else self.starts.start if isinstance(self.starts, range) else 0
        return Span(last, last)

    @property
    def whole(self) -> Span:
        """The place of all of it."""
        return self.span(0, len(self.text))

    def cut(self, start: int, end: int) -> View:
        """Returns a range of it."""
        return View(self.text[start:end], self.starts[start:end], self.ends[start:end], self.forms, self.known)

    def inside(self, form: str) -> View:
        """Returns the same text as standing in one more quoting."""
        return View(self.text, self.starts, self.ends, (form, *self.forms), self.known)

    def written(self, text: str) -> str:
        """Returns a text as it has to be written to read so here."""
        for form in self.forms:
            text = _WRITTEN[form](text)
        return text

    def decoded(self, escape: re.Pattern[str], value: Callable[[re.Match[str]], str], form: str) -> View:
        """Returns the text with each escape as what it stands for."""
        out: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for match in escape.finditer(self.text):
            out.append(self.text[at : match.start()])
            starts += self.starts[at : match.start()]
            ends += self.ends[at : match.start()]
            stands_for = value(match)
            place = self.span(*match.span())
            out.append(stands_for)
            starts += [place.start] * len(stands_for)
            ends += [place.end] * len(stands_for)
            at = match.end()
        if not at:
            return self.inside(form) if form else self
        out.append(self.text[at:])
        starts += self.starts[at:]
        ends += self.ends[at:]
        view = View("".join(out), starts, ends, self.forms, self.known)
        return view.inside(form) if form else view

    def joined(self, other: View) -> View:
        """Returns this text and another of the same quoting as one."""
        starts, ends = [*self.starts, *other.starts], [*self.ends, *other.ends]
        return View(self.text + other.text, starts, ends, self.forms, self.known and other.known)


def whole(text: str) -> View:
    """Returns the text of a file as it is."""
    return View(text, range(len(text)), range(1, len(text) + 1))


def opaque(text: str, at: Span) -> View:
    """Returns text of which only the place as a whole is known."""
    return View(text, [at.start] * len(text), [at.end] * len(text), known=False)
