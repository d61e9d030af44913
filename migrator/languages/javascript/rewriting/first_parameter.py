"""Which parameter opens the query of a URL once the key that did is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.cleanup import mentions
from migrator.languages.javascript.rewriting.removed_key import STRINGS
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, ScriptWorkspace
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall, SentField
from migrator.model.draft import KeyEntry, NotMovedError
from migrator.model.text import Span

_SIGN_BEFORE = "An & in what stands before the key would become the question mark of the URL; check that there is none."
FOLLOWS = "what follows the key in the URL may begin with a sign that needs the key before it"
_ARMS = frozenset({"if_statement", "ternary_expression", "for_statement", "for_in_statement", "while_statement"})
_HOLDERS = frozenset({"variable_declarator", "arguments", "pair", "assignment_expression", "return_statement"})
_WRITTEN = frozenset({"string", "string_fragment", "+", "(", "`", "${", "}", "'", '"'})
_SUMS = frozenset({"binary_expression", "parenthesized_expression"})
_EITHER = frozenset({"&&", "||", "??"})


def make_next_first(workspace: ScriptWorkspace, entry: KeyEntry, text: Node, key: Node) -> str | None:
    """Makes a question mark of the sign of what follows the key in each URL, wherever in the program that is written.

    Where one of several parameters may come first, the sign is chosen when all of the URL is put together. Returns
    what a person has to rule out then. Raises `NotMovedError` where neither can be done.
    """
    if _is_taken_apart(workspace.file(entry.at.path), text, key) or _ends_there(
        workspace.file(entry.at.path), text, key
    ):
        return None
    try:
        signs = [sign for call in entry.calls for sign in _signs(workspace, entry, call)]
        if not signs and _goes_on(workspace.file(entry.at.path), text, key):
            raise NotMovedError(FOLLOWS)
    except NotMovedError:
        file = workspace.file(entry.at.path)
        if opening := _openings(file, _behind(file, text, key)):
            for at in opening:
                file.replace(at, at + 1, "?")
            return None
        if not _first_becomes_sign(file, entry, text):
            raise
        return None if _is_known(file, text, entry.at.span.start) else _SIGN_BEFORE
    for file, sign in signs:
        file.replace(sign, sign + 1, "?")
    return None


def _whole(file: ScriptEditor, text: Node) -> Node:
    """Returns the sum that a text is an operand of, or the text itself."""
    whole = text
    while (above := file.parent(whole)) is not None and above.kind in _SUMS:
        whole = above
    return whole


def _is_taken_apart(file: ScriptEditor, text: Node, key: Node) -> bool:
    """Returns whether an object is made of a URL that ends with its key: it writes the signs of what is added to it."""
    given = file.parent(_whole(file, text))
    made = file.parent(given) if given is not None and given.kind == "arguments" else None
    maker = made.child("constructor") if made is not None else None
    return maker is not None and file.code(maker) == "URL" and not _goes_on(file, text, key)


def _ends_there(file: ScriptEditor, text: Node, key: Node) -> bool:
    """Returns whether a URL that ends with its key is a constant that only options hold: nothing is added to it."""
    declared = file.parent(_whole(file, text))
    statement = file.parent(declared) if declared is not None else None
    name = declared.child("name") if declared is not None and declared.kind == "variable_declarator" else None
    if declared is None or name is None or statement is None or not file.code(statement).startswith("const"):
        return False
    found = [file.parent(one) for one in mentions(file, file.code(name), declared) if one is not name]
    kept = all(above is not None and above.kind in ("pair", "object") for above in found)
    return kept and not _goes_on(file, text, key) and re.search(r"\.ur[li]\s*\+=", file.text) is None


def _goes_on(file: ScriptEditor, text: Node, key: Node) -> bool:
    """Returns whether something is added to a URL behind its key, in the same expression."""
    if text.kind == "template_string":
        return key is not text and "${" in file.text[key.end : text.end]
    return "+" in file.text[key.end : _whole(file, text).end]


def _behind(file: ScriptEditor, text: Node, key: Node) -> Node | None:
    """Returns the one expression that ends a URL behind its key, None where nothing or more follows it."""
    whole = _whole(file, text)
    if text.kind == "template_string" and whole is text and key is not text:
        holes = [one for one in text.children if one.kind == "template_substitution" and one.start > key.start]
        alone = len(holes) == 1 and file.text[key.end : holes[0].start].strip() == "}" and holes[0].end == text.end - 1
        return holes[0].named_children[0] if alone else None
    last = whole.child("right") if whole.kind == "binary_expression" else None
    left = whole.child("left")
    return last if last is not None and left is not None and left.end == key.end else None


def _openings(file: ScriptEditor, node: Node | None) -> list[int]:
    """Returns where the signs stand that a text begins with, whatever decides it; none unless it is empty otherwise."""
    found: list[int] = []
    arms = [node]
    while arms:
        one = arms.pop()
        if one is None:
            return []
        if one.kind == "ternary_expression":
            arms += [one.child("consequence"), one.child("alternative")]
        elif one.kind in _SUMS:
            plus = any(child.kind == "+" for child in one.children)
            if one.kind == "binary_expression" and not plus:
                return []
            arms.append(one.child("left") if plus else one.named_children[0])
            if plus and (arms[-1] is None or arms[-1].end - arms[-1].start <= len("''")):
                return []
        elif one.kind in STRINGS and file.text[one.start + 1] == "&":
            found.append(one.start + 1)
        elif one.kind not in STRINGS or one.end - one.start > len("''"):
            return []
    return found


def _signs(workspace: ScriptWorkspace, entry: KeyEntry, call: ApiCall) -> Iterator[tuple[ScriptEditor, int]]:
    if any(auth.name_at == entry.at and auth.value and len(auth.value.pieces) > 1 for auth in call.auth):
        raise NotMovedError(FOLLOWS)
    first = next(iter(call.query), None)
    if first is not None and (first.name is None or first.at is not None):
        yield _sign(workspace, entry.calls, first)


def _sign(workspace: ScriptWorkspace, calls: Sequence[ApiCall], field: SentField) -> tuple[ScriptEditor, int]:
    if field.name is None or field.at is None:
        raise NotMovedError(FOLLOWS)
    file, start = workspace.file(field.at.path), field.at.span.start + field.offset
    sign = next((one for one in (start - 1, start) if file.text.startswith(f"&{field.name}", one)), None)
    if sign is None:  # (a literal begins with its quote, a piece of a template does not)
        raise NotMovedError(FOLLOWS)
    arm = _arm(file, file.at(Span(sign, sign + 1)))
    others = [one.at for other in calls for one in other.query if one.at is not None and one.at != field.at]
    if arm is not None and not all(one.path == field.at.path and arm.span.contains(one.span) for one in others):
        raise NotMovedError("more than one parameter may follow the key in the URL, each of them without the others")
    return file, sign


def _first_becomes_sign(file: ScriptEditor, entry: KeyEntry, text: Node) -> bool:
    """Has the first sign of a URL replaced that is put together in one expression; returns whether it is."""
    whole = _whole(file, text)
    above = file.parent(whole)
    if above is None or above.kind not in _HOLDERS or "&" in file.text[whole.start : entry.at.span.start]:
        return False
    name = above.child("name") if above.kind == "variable_declarator" else None
    if name is not None and _grows(file, file.code(name)):
        return False
    quote = file.quote()
    if whole.kind == "binary_expression":
        file.replace(whole.start, whole.start, "(")
    close = ")" if whole.kind == "binary_expression" else ""
    file.replace(whole.end, whole.end, f"{close}.replace({quote}&{quote}, {quote}?{quote})")
    return True


def _grows(file: ScriptEditor, name: str) -> bool:
    """Returns whether something is added to a variable of a name, anywhere in the file."""
    grown = (one.child("left") for one in file.syntax.root.walk() if one.kind == "augmented_assignment_expression")
    return any(left is not None and file.code(left) == name for left in grown)


def _is_known(file: ScriptEditor, text: Node, end: int) -> bool:
    """Returns whether what a URL begins with, up to a place, is surely without a sign of its own."""
    for one in _whole(file, text).walk():
        if one.start >= end or one.children:
            continue
        made = file.made(one) if one.kind == "identifier" else one
        if made is None or made.kind not in _WRITTEN or "&" in file.text[made.start : min(made.end, end)]:
            return False
    return True


def _arm(file: ScriptEditor, node: Node) -> Node | None:
    """Returns what decides whether a text is part of a URL, None where nothing in its function does."""
    for one in file.around(node):
        if one.kind in FUNCTIONS:
            return None
        if one.kind in _ARMS or (one.kind == "binary_expression" and any(c.kind in _EITHER for c in one.children)):
            return one
    return None
