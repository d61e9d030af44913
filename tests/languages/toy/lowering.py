"""Toy source to lowered form: ``let NAME = EXPR`` and ``get EXPR with NAME = EXPR``, of texts and names."""

from __future__ import annotations

import re

from migrator.languages.shared.secrets import secrets_of
from migrator.model.text import Source, Span
from migrator.model.unit import Arg, Assign, Bin, Call, Entry, Expr, ExprS, Lit, Map, Name, Stmt, Trouble, Unit
from migrator.model.vocabulary import Vocabulary

_LINE = re.compile(r"(?:let (\w+) = |(get|post) )([^\n]*)")
_TERM = re.compile(r'"([^"]*)"|env (\w+)|(\w+)')
_WITH = re.compile(r" with (\w+) = ")


def lower(source: Source, vocabulary: Vocabulary) -> Unit:
    """Returns a file in lowered form; a line that is no statement is a trouble."""
    body: list[Stmt] = []
    troubles: list[Trouble] = []
    at = 0
    for line in source.text.splitlines(keepends=True):
        code = line.rstrip("\n").partition(" // ")[0]
        found = _LINE.fullmatch(code)
        span = Span(at, at + len(code))
        if found is not None:
            body.append(_statement(found, at, span, vocabulary))
        elif line.strip() and not line.startswith(("//", "#!")):
            troubles.append(Trouble(span, "this is no statement"))
        at += len(line)
    return Unit(
        path=source.path, module=source.path.removesuffix(".toy"), language="toy", digest=source.digest,
        body=tuple(body), troubles=tuple(troubles),
    )  # fmt: skip


def _statement(found: re.Match[str], at: int, span: Span, vocabulary: Vocabulary) -> Stmt:
    start = at + found.start(3)
    if found[1]:
        target = Name(Span(at + found.start(1), at + found.end(1)), found[1])
        return Assign(span, (target,), _expression(found[3], start, vocabulary))
    address, *rest = _WITH.split(found[3], maxsplit=1)
    args = [Arg(Span(start, start + len(address)), _expression(address, start, vocabulary))]
    if rest:
        key = start + len(address) + len(" with ")
        value = _expression(rest[1], key + len(rest[0]) + len(" = "), vocabulary)
        entry = Entry(Span(key, span.end), Lit(Span(key, key + len(rest[0])), rest[0], key), value)
        args.append(Arg(entry.span, Map(entry.span, (entry,)), "params"))
    sender = Name(Span(at + found.start(2), at + found.end(2)), found[2])
    return ExprS(span, Call(span, sender, tuple(args)))


def _expression(text: str, at: int, vocabulary: Vocabulary) -> Expr:
    whole: Expr | None = None
    for found in _TERM.finditer(text):
        span = Span(at + found.start(), at + found.end())
        if found[1] is not None:
            literal = Lit(span, found[1], span.start + 1)
            term: Expr = secrets_of(vocabulary).masked(span, [literal]) or literal
        elif found[2] is not None:
            term = Call(span, Name(span, "env"), (Arg(span, Lit(span, found[2])),))
        else:
            term = Name(span, found[3])
        whole = term if whole is None else Bin(Span(whole.span.start, span.end), "+", whole, term)
    assert whole is not None
    return whole
