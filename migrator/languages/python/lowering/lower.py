"""Python source to lowered form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from migrator.languages.python.lowering.dialect import divides_truly
from migrator.languages.python.lowering.expressions import EXPRESSIONS
from migrator.languages.python.lowering.grammar import read
from migrator.languages.python.lowering.lowering import Lowering, Tables, tables
from migrator.languages.python.lowering.statements import STATEMENTS, statements
from migrator.languages.shared.secrets import secrets_of
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source, Span, Trouble
from migrator.model.unit import Attr, If, Name, Stmt, Unit
from migrator.model.vocabulary import Vocabulary

_MOST_TROUBLES = 20


def lower(source: Source, vocabulary: Vocabulary) -> Unit:
    """Returns a Python file, of version 2 or 3, in lowered form.

    What the grammar does not take is told in the unit. Raises `UnparsableError` only where there is no tree at all.
    """
    return on_deep_stack(lambda: _lower(source, vocabulary))


def _lower(source: Source, vocabulary: Vocabulary) -> Unit:
    found = read(source)
    low = Lowering(source.text, secrets_of(vocabulary), known())
    body = statements(low, found.nodes)
    legacy = low.evidence.legacy(source.text)
    if legacy and low.divides and not divides_truly(source.text):
        low = Lowering(source.text, low.secrets, known(), classic=True)
        body = statements(low, found.nodes)
    troubles = sorted({(trouble.span, trouble.reason) for trouble in (*found.troubles, *low.troubles)})
    return Unit(
        path=source.path,
        module=module_name(source.path),
        language="python",
        digest=source.digest,
        body=_checked_last(body),
        troubles=_told([Trouble(*trouble) for trouble in troubles]),
        dialect="2" if legacy else "",
    )


def _checked_last(body: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """Returns the body of a module with what only type checkers run at its end: such imports may go in circles."""
    return tuple(sorted(body, key=_is_checked))


def _is_checked(statement: Stmt) -> bool:
    match statement:
        case If(test=Name(id="TYPE_CHECKING") | Attr(name="TYPE_CHECKING"), orelse=()):
            return True
    return False


@cache
def known() -> Tables:
    """Returns what lowering knows of the grammar."""
    return tables(EXPRESSIONS, STATEMENTS)


def _told(troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
    """Returns the troubles of a file, the last ones as one where there are too many to be read one by one."""
    if len(troubles) <= _MOST_TROUBLES:
        return tuple(troubles)
    rest = troubles[_MOST_TROUBLES - 1 :]
    told = f"{len(rest)} places from here on are not taken by the grammar"
    return (*troubles[: _MOST_TROUBLES - 1], Trouble(Span(rest[0].span.start, rest[-1].span.end), told))


def module_name(path: str) -> str:
    """Returns the dotted name a file is imported by, as far as its path tells."""
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0] or file
    parts = [part for part in folder.split("/") if part not in ("", ".", "..")]
    return ".".join(parts if stem == "__init__" else [*parts, stem])
