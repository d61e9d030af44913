"""What a Python file says about the key as text, whether or not it can be parsed."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from migrator.languages.python.lowering.lexer import Tokens
from migrator.languages.shared.text_search import may_suppress, suppressions_in, word_spans
from migrator.model.text import Mention, Source, Span, Suppression

_COMMENT = re.compile(r"#[^\r\n]*")
_INTERPOLATED = re.compile(r"(?:[ft]r?|r[ft])['\"]", re.IGNORECASE)
_BRACES = re.compile(r"\{\{|\}\}|[{}]")
_LINE_END = re.compile(r"[\r\n]")
_QUOTES = ("'", '"')
_OWN = frozenset({"self", "cls"})


def mentions(source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
    """Returns each occurrence of one of the words, in any case, in order; of two at one place the longer."""
    found = word_spans(source, words)
    if not found:
        return ()
    tokens, broken = _read(source.text)
    return tuple(
        Mention(
            span,
            source.excerpt(span).lower(),
            "code" if any(part.start <= span.start < part.end for part in broken) else _context(tokens, span),
        )
        for span in found
    )


@lru_cache(maxsize=2)
def _read(text: str) -> tuple[Tokens, list[Span]]:
    """Returns the tokens of a file, which is asked for several lists of words in a row, and what is broken in it."""
    tokens = Tokens(text)
    return tokens, _broken(tokens)


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``# hapikey: ignore[CODE, ...] reason`` of a file in order."""
    return tuple(suppressions_in(source, _comments(Tokens(source.text)))) if may_suppress(source) else ()


def _comments(tokens: Tokens) -> list[Span]:
    gaps = zip([0, *tokens.ends], [*tokens.starts, len(tokens.text)], strict=True)
    return [Span(*match.span()) for gap in gaps for match in _COMMENT.finditer(tokens.text, *gap)]


def _broken(tokens: Tokens) -> list[Span]:
    """Returns what stands behind quotes that nothing closes: the line, or the rest of the file for triple quotes."""
    broken = []
    for number, word in enumerate(tokens.words):
        if word in _QUOTES:
            triple = (
                number and tokens.words[number - 1] == 2 * word and tokens.ends[number - 1] == tokens.starts[number]
            )
            end = None if triple else _LINE_END.search(tokens.text, tokens.starts[number])
            broken.append(Span(tokens.starts[number], end.start() if end else len(tokens.text)))
    return broken


def _context(tokens: Tokens, span: Span) -> str:
    number = bisect_right(tokens.starts, span.start) - 1
    if number < 0 or tokens.ends[number] <= span.start:
        return "comment"
    word = tokens.words[number]
    if word.isidentifier():
        given = "key" if _is_set(tokens, number) else "name"
        return given if span.end <= tokens.ends[number] else "code"
    if len(word) < 2 or not word.endswith(_QUOTES):
        return "code"
    start = tokens.starts[number]
    if _INTERPOLATED.match(word) and (field := _field(word, span.start - start)):
        inner = Tokens(word[field.start : field.end])
        return _context(inner, Span(span.start - start - field.start, span.end - start - field.start))
    return "docstring" if _stands_alone(tokens, number) else "string"


def _is_set(tokens: Tokens, number: int) -> bool:
    """Returns whether a name is an attribute that is set on something other than the object itself."""
    around = tokens.words[max(number - 2, 0) : number + 2]
    return len(around) == 4 and around[0] not in _OWN and around[1] == "." and around[3] == "="


def _field(word: str, offset: int) -> Span | None:
    """Returns the replacement field of an interpolated string that *offset* lies in, None when it is text."""
    depth = start = 0
    for brace in _BRACES.finditer(word):
        if depth == 0 and brace[0] in ("{{", "}}"):
            continue
        change = brace[0].count("{") - brace[0].count("}")
        if depth == 0 and change > 0:
            start = brace.end()
        depth += change
        if depth <= 0 and start:
            if start <= offset < brace.start():
                return Span(start, brace.start())
            depth = start = 0
    return None


def _stands_alone(tokens: Tokens, number: int) -> bool:
    """Returns whether a string is a statement of its own: nothing else in its line, outside brackets."""
    before = tokens.text[tokens.ends[number - 1] : tokens.starts[number]] if number else "\n"
    last = number + 1 == len(tokens.words)
    behind = "\n" if last else tokens.text[tokens.ends[number] : tokens.starts[number + 1]]
    if "\\" in before or not all("\n" in gap or "\r" in gap for gap in (before, behind)):
        return False
    opened = sum(map(tokens.words[:number].count, "([{"))
    return opened == sum(map(tokens.words[:number].count, ")]}"))
