"""Which parameter opens the query of a URL once the key that did is gone."""

from __future__ import annotations

from migrator.languages.javascript.names import FUNCTIONS
from migrator.languages.javascript.sheet import Desk, NotMovedError, Sheet
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall
from migrator.model.draft import KeyEntry
from migrator.model.text import Location, Span

FOLLOWS = "what follows the key in the URL may begin with a sign that needs the key before it"
_ARMS = frozenset({"if_statement", "ternary_expression", "for_statement", "for_in_statement", "while_statement"})
_EITHER = frozenset({"&&", "||", "??"})


def lead(desk: Desk, entry: KeyEntry) -> None:
    """Makes a question mark of the sign of what follows the key in each URL, wherever in the program that is written.

    Raises `NotMovedError` where that is not known, where its sign is not written with it, or where something else may
    follow the key instead.
    """
    for call in entry.calls:
        if any(auth.name_at == entry.at and auth.value and len(auth.value.pieces) > 1 for auth in call.auth):
            raise NotMovedError(FOLLOWS)
        first = next(iter(call.query), None)
        if first is not None and (first.name is None or first.at is not None):
            _lead(desk, call, first.name, first.at, first.offset)


def _lead(desk: Desk, call: ApiCall, name: str | None, at: Location | None, offset: int) -> None:
    if name is None or at is None:
        raise NotMovedError(FOLLOWS)
    sheet, start = desk.sheet(at.path), at.span.start + offset
    sign = next((one for one in (start - 1, start) if sheet.text.startswith(f"&{name}", one)), None)
    if sign is None:  # (a literal begins with its quote, a piece of a template does not)
        raise NotMovedError(FOLLOWS)
    arm = _arm(sheet, sheet.at(Span(sign, sign + 1)))
    others = [one.at for one in call.query if one.at is not None and one.at != at]
    if arm is not None and not all(one.path == at.path and arm.span.contains(one.span) for one in others):
        raise NotMovedError("more than one parameter may follow the key in the URL, each of them without the others")
    sheet.replace(sign, sign + 1, "?")


def _arm(sheet: Sheet, node: Node) -> Node | None:
    """Returns what decides whether a text is part of a URL, None where nothing in its function does."""
    for one in sheet.around(node):
        if one.kind in FUNCTIONS:
            return None
        if one.kind in _ARMS or (one.kind == "binary_expression" and any(c.kind in _EITHER for c in one.children)):
            return one
    return None
