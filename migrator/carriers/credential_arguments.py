"""Which commands are given a credential and do with it what nobody knows here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.carriers.listed import ListedWord, items
from migrator.carriers.settings import SIGNS
from migrator.carriers.shell import DEEPEST, Command, Word, commands
from migrator.carriers.texts import HOLE
from migrator.carriers.tree import Scalar, Visit
from migrator.carriers.tree import Sequence as TreeSequence
from migrator.catalog.commands import command_words
from migrator.model.text import Span, word_around
from migrator.model.vocabulary import Vocabulary
from migrator.model.written import Handed

_SETS = re.compile(
    r"(?:-e|-E|--env|--build-arg|--set(?:-string)?|--(?:set|update)-(?:env-vars|secrets)|--from-literal|-var|--secret)$"
)
"""Options whose value is a setting that another program finds by its name."""
_SETTING = re.compile(r"(?:--?[\w-]+=)?[A-Z][A-Z0-9_]*(?:=|$)|[A-Za-z_]\w*=")
_SIGNS = SIGNS | {"=>"}
_TIMES = re.compile(r"[\d*/,@?LW#-]+$|@\w+$")
_SAID = re.compile(r"[\w-]+:$")
_PROGRAM = re.compile(r"[a-z./$@~-][\w./$@~{}:+-]*$")
_OPTION = re.compile(r"(?:^|\s)--?[a-zA-Z]")
_PIPE = re.compile(r"[\"'\s]*\|(?!\|)\s*")
_RUN = re.compile(
    r"(?i)(?:^|[_-])(?:run|scripts?|commands?|cmd|shell|exec\w*|entrypoint|args|arguments|program|bash|pwsh)$"
)
"""What an entry is called whose text is a command."""
_WORDS = re.compile(r"(?i)(?:commands?|cmd|args|arguments|entrypoint|program|exec\w*)$")
_INDEX = re.compile(r"\[\d+\]")


def in_script(found: Sequence[Command], words: Vocabulary) -> Iterator[Handed]:
    """Yields each command of a script that is given a credential."""
    for command in found:
        if not command.commented:
            yield from _taken(command, words)


def in_list(listed: Sequence[ListedWord], words: Vocabulary) -> Iterator[Handed]:
    """Yields the command that a list of words is, where it is given a credential."""
    if words.named(" ".join(item.scalar.text for item in listed)):
        yield from in_script([Command([_word(item) for item in listed])], words)


def in_entry(visit: Visit, words: Vocabulary) -> Iterator[Handed]:
    """Yields each command that is given a credential in an entry of a structured file: a text, or a list of words."""
    parts = [_INDEX.sub("", one) for one in visit.path.split(".")]
    match visit.node:
        case TreeSequence() as one if _WORDS.search(parts[-1]):
            yield from in_list(items(one), words)
        case Scalar(view=view) if words.named(view.text):
            if _RUN.search(parts[-1]) or "scripts" in parts or _is_command(view.text):
                yield from in_script(list(commands(view)), words)


def _word(item: ListedWord) -> Word:
    view = item.scalar.view
    return Word(view, view, 0, len(view.text), '"' * len(view.text))


def _is_command(text: str) -> bool:
    """Whether a text is most likely a command, wherever it stands: a program with options."""
    first, _, rest = text.strip().partition(" ")
    return bool(_PROGRAM.match(first) and _OPTION.search(rest))


def _taken(command: Command, words: Vocabulary, depth: int = 0) -> Iterator[Handed]:
    """Yields what a command gives to a program, or what the commands in its words do."""
    every = _program(command.words)
    if not every or any(word.text in _SIGNS for word in every[1:3]):
        return
    if HOLE.match(every[0].text) and words.named(every[0].text):
        return  # a credential is compared or listed, and nothing is run
    names = [word.text.rpartition("/")[2].removesuffix(".exe") for word in every]
    shell = next((number for number, name in enumerate(names) if name.lower() in command_words("shells")), len(every))
    inner = [one for word in every[shell + 1 :] if " " in word.text for one in commands(word.view)]
    if inner and depth < DEEPEST:
        for one in inner:
            yield from _taken(one, words, depth + 1)
        return
    taker = next((name for name in names if name not in command_words("runs") and not name.startswith("-")), names[0])
    if names[0].lower() in command_words("keeps", "shows"):
        taker = _piped(every) if names[0].lower() in command_words("shows") else ""
        if not taker:
            return
    first = 0 if names[0].startswith("-") else 1
    for by_option in (False, True):
        for number in range(first, len(every)):
            named = _named(every, number, words, by_option=by_option)
            if named is not None:
                at = Span(every[0].view.whole.start, every[-1].view.whole.end)
                told = tuple(word.text for word in every)
                yield Handed(at=at, name=named[0], name_at=named[1], to=taker if first else "", words=told)
                return


def _program(words: Sequence[Word]) -> list[Word]:
    """Returns the words of a command from its program on: no assignments, keywords or times of a schedule."""
    rest, before = list(words), command_words("before")
    while rest:
        text = rest[0].text.lstrip("@")
        if text in before or _SAID.match(text) or _TIMES.match(text) or re.match(r"[A-Za-z_]\w*=", text):
            rest.pop(0)
        else:
            return rest
    return []


def _piped(words: Sequence[Word]) -> str:
    """Returns the program that what is printed goes to, empty where it goes to none, or to one that keeps it."""
    script, end = words[-1].script, words[-1].end
    found = _PIPE.match(script.text, end)
    if found is None:
        return ""
    after = _program(next(iter(commands(script.cut(found.end(), len(script.text)))), Command()).words)
    program = after[0].text.rpartition("/")[2] if after else ""
    return program if program.lower() not in command_words("keeps", "shows") else ""


def _named(every: Sequence[Word], number: int, words: Vocabulary, *, by_option: bool) -> tuple[str, Span] | None:
    """Returns the credential that a word hands over and its place: a variable's, or that of an option with a value."""
    word = every[number]
    text = word.text
    spans = words.named(text)
    if not spans or _SETTING.match(text) or (number and _SETS.search(every[number - 1].text)):
        return None
    for hole in () if by_option else HOLE.finditer(text):
        for span in spans:
            if hole.start() <= span.start and span.end <= hole.end():
                return word_around(text, span), word.view.span(*span)
    last = number + 1 == len(every)
    if by_option and text.startswith("-") and ("=" in text or not last):
        return word_around(text, spans[0]), word.view.span(*spans[0])
    return None
