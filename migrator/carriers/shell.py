"""Splits shell text into commands and words. Whatever it is given, it gives an answer: documents hold half commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from migrator.carriers.view import View

DEEPEST = 12
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n|(?<=[ \t])[`^]\r?\n)+")
_OPERATOR = re.compile(r"\n|&&|\|\||;;|[;|&()]|\{(?=\s)|\}(?=\s|$|;)")
_REDIRECTION = re.compile(r"\d*(?:<<<|<<-?|>>|>&|<&|>|<)")
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_FIELD = re.compile(r"&[\w.\[\]-]+=")
_PLAIN = re.compile(r"(?:(?!\{\{)[^\s\"'\\$`|&;()<>#])+")
_QUOTED = {"'": re.compile(r"[^']+"), '"': re.compile(r'[^"\\$`]+')}
_VARIABLE = re.compile(r"\$\{\{.*?\}\}|\$(?:\w+|[@*#?$!-]|env:\w+)")
_TEXTS = re.compile(r"\"[^\"]*\"|'(?P<single>[^']*)'")
_PLACEHOLDER = re.compile(r"<[\w.:/ -]{1,60}>|\{\{[^{}\n]{1,80}\}\}")


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word: its text unquoted, the range of the script that it stands in, and the quote around each character.

    ``quotes`` has a blank for a character without one.
    """

    view: View
    script: View
    start: int
    end: int
    quotes: str

    @property
    def text(self) -> str:
        """The word unquoted."""
        return self.view.text

    @property
    def single(self) -> Sequence[int]:
        """The places in the word that stand in single quotes, those of a table of PowerShell included."""
        if self.text.startswith("@{"):
            return [at for found in _TEXTS.finditer(self.text) for at in range(*found.span("single"))]
        return [at for at, quote in enumerate(self.quotes) if quote == "'"]


@dataclass(slots=True, eq=False)
class Command:
    """The words of one simple command in order.

    ``commented`` says that it stands in a comment, ``filled`` that another shell may have put in its variables.
    """

    words: list[Word] = field(default_factory=list)
    commented: bool = False
    filled: bool = False

    @property
    def verbatim(self) -> frozenset[int]:
        """The places in the file at which single quotes keep a variable from being put in."""
        if self.filled:
            return frozenset()
        kept = (word for word in self.words if word.view.known and "shell-double" not in word.view.forms)
        return frozenset(word.view.starts[at] for word in kept for at in word.single if word.text[at] == "$")


def commands(script: View, depth: int = 0) -> Iterator[Command]:
    """Yields the commands of a text, those in substitutions and comments included."""
    yield from _Lexer(script, depth).run()


@dataclass(slots=True, eq=False)
class _Characters:
    """The characters of a word so far: which one, where it begins and ends with its escape, and its quote."""

    places: list[tuple[int, int, int]] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    quote: str = ""


class _Lexer:
    def __init__(self, script: View, depth: int) -> None:
        self.script, self.text, self.depth = script, script.text, depth
        self.at = 0
        self.inner: list[Command] = []
        self.ends: list[str] = []

    def run(self) -> Iterator[Command]:
        command = Command()
        while self.at < len(self.text):
            blank = _BLANK.match(self.text, self.at)
            if blank is not None:
                self.at = blank.end()
                continue
            operator = _OPERATOR.match(self.text, self.at)
            if operator is not None and operator[0] in "{}" and command.words:
                operator = None  # a brace opens or closes where a command can begin
            if operator is not None:
                self.at = operator.end()
                if operator[0] == "\n":
                    yield from self._documents()
                yield from self._flush(command)
                command = Command()
            elif self.text[self.at] == "#":
                yield from self._comment()
            elif not self._redirected():
                command.words.append(self._word())
        yield from self._flush(command)

    def _flush(self, command: Command) -> Iterator[Command]:
        yield from self.inner
        self.inner = []
        if command.words:
            yield command

    def _comment(self) -> Iterator[Command]:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        if self.depth < DEEPEST:
            for one in commands(self.script.cut(self.at + 1, end), self.depth + 1):
                one.commented = True
                yield one
        self.at = end

    def _redirected(self) -> bool:
        """Passes over a redirection; a placeholder in pointed brackets is none."""
        here = _HEREDOC.match(self.text, self.at)
        if here is not None:
            self.ends.append(here[2])
            self.at = here.end()
            return True
        if _PLACEHOLDER.match(self.text, self.at):
            return False
        found = _REDIRECTION.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found is not None

    def _documents(self) -> Iterator[Command]:
        """Yields the commands in the documents that begin here."""
        for word in self.ends:
            end = re.compile(rf"^[ \t]*{re.escape(word)}[ \t\r]*$", re.MULTILINE).search(self.text, self.at)
            stop = end.start() if end else len(self.text)
            if self.depth < DEEPEST:
                for one in commands(self.script.cut(self.at, stop), self.depth + 1):
                    one.filled = True
                    yield one
            self.at = end.end() if end else stop
        self.ends = []

    def _word(self) -> Word:
        start = self.at
        word = _Characters()
        if self.text.startswith("@{", start):  # a table of PowerShell, whose entries no command ends with
            self._take(word, bracket_end(self.text, start + 1) - start)
        while self.at < len(self.text):
            char, quote = self.text[self.at], word.quote
            run = (_QUOTED[quote] if quote else _PLAIN).match(self.text, self.at)
            place = None if quote else _PLACEHOLDER.match(self.text, self.at)
            if run or place:
                self._take(word, (run or place).end() - self.at)  # type: ignore[union-attr] # one of them is there
            elif char == quote or (not quote and char in "'\""):
                word.quote, self.at = ("" if quote else char), self.at + 1
            elif char == "\\" and self.at + 1 < len(self.text):
                self._escaped(word)
            elif char in "$`":
                self._expansion(word)
            elif char == "{" or (char == "#" and self.at > start) or self._goes_on(start):
                self._take(word, 1)
            else:
                break
        if self.at == start:  # nothing that a word can hold
            self._take(word, 1)
        return Word(self._view(word.places), self.script, start, self.at, "".join(word.quotes))

    def _goes_on(self, start: int) -> bool:
        """Returns whether `&` is meant for the query of a URL that somebody forgot to quote."""
        return "?" in self.text[start : self.at] and _FIELD.match(self.text, self.at) is not None

    def _take(self, word: _Characters, count: int) -> None:
        stop = min(self.at + count, len(self.text))
        word.places += ((at, at, at + 1) for at in range(self.at, stop))
        word.quotes += (word.quote or " ") * (stop - self.at)
        self.at = stop

    def _escaped(self, word: _Characters) -> None:
        following = self.text[self.at + 1]
        if following in "\r\n":
            self.at += 3 if self.text.startswith("\r\n", self.at + 1) else 2
        elif word.quote and following not in '"\\$`':
            self._take(word, 2)
        else:
            word.places.append((self.at + 1, self.at, self.at + 2))
            word.quotes.append(word.quote or " ")
            self.at += 2

    def _expansion(self, word: _Characters) -> None:
        """Takes a variable as it is spelled, and the commands of a substitution apart."""
        if self.text.startswith("${{", self.at):
            found = _VARIABLE.match(self.text, self.at)
            end = found.end() if found else self.at + 1
        elif self.text.startswith(("$(", "${"), self.at):
            end = bracket_end(self.text, self.at + 1)
            if self.text[self.at + 1] == "(":
                self._within(self.at + 2, end - 1)
        elif self.text[self.at] == "`":
            closing = self.text.find("`", self.at + 1)
            end = len(self.text) if closing < 0 else closing + 1
            self._within(self.at + 1, end - 1)
        else:
            found = _VARIABLE.match(self.text, self.at)
            end = found.end() if found else self.at + 1
        self._take(word, end - self.at)

    def _within(self, start: int, end: int) -> None:
        if self.depth < DEEPEST and start < end:
            self.inner += commands(self.script.cut(start, end), self.depth + 1)

    def _view(self, places: list[tuple[int, int, int]]) -> View:
        script = self.script
        return View(
            "".join(self.text[at] for at, _, _ in places),
            [script.starts[start] for _, start, _ in places],
            [script.ends[end - 1] for _, _, end in places],
            script.forms,
            script.known,
        )


def bracket_end(text: str, opening: int) -> int:
    """Returns the place behind the bracket that closes the one at a place; quotes hide brackets."""
    pairs = {"(": ")", "{": "}"}
    own, other = text[opening], pairs[text[opening]]
    depth, at, quote = 0, opening, ""
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == own:
            depth += 1
        elif char == other:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    end = text.find("\n", opening)
    return len(text) if end < 0 else end
