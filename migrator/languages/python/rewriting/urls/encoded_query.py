"""An encoded query that is empty once the key is out of it: taken off the URL that it is put behind."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.bindings import bindings, bound_by, called, function_of, home_of, places_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parameter import erase, erase_parts
from migrator.languages.python.rewriting.urls.parts import around, parts_of, root_of
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span


def drop_query(file: FileEditor, encoded: cst.Call) -> None:
    """Takes an encoded query that is now empty off a URL, with the ``?`` before it.

    Raises `NotMovedError` when the URL around it is not put together in the same expression.
    """
    tree = file.tree
    if _is_part_of_an_address(tree, encoded):
        file.replace(tree.outer(encoded), '""' if "'" not in tree.code(encoded) else "''")
        return
    assign = tree.parent(encoded)
    if isinstance(assign, cst.Assign) and (name := bound_by(assign)) is not None:
        _drop_named_query(file, assign, name.value)
        return
    root = root_of(tree, _operand(file, encoded))
    parts = parts_of(tree, root)
    place = next((index for index, part in enumerate(parts) if part.value is encoded), None)
    if not place or not parts[place - 1].is_text or place != len(parts) - 1:
        raise NotMovedError("the query would be empty, and the URL is built elsewhere")
    before, after = parts[place - 1], parts[place]
    if tree.text[before.span.end - 1] not in "?&":
        raise NotMovedError("the query would be empty, and what stands before it is unknown")
    if before.group is after.group:
        file.replace(Span(before.span.end - 1, after.span.end), "")
        if after.argument is not None and after.container is not None:
            file.drop_item(after.container, after.argument)
        return
    start = before.span.end - 1
    if before.span.start == start and before.span.end - before.span.start == 1:
        start = _operand_before(file, before.group)
    else:
        file.replace(Span(start, before.span.end), "")
        start = tree.outer(before.group).end if isinstance(before.group, cst.BaseExpression) else start
    file.replace(Span(start, after.span.end), "")


def _drop_named_query(file: FileEditor, assign: cst.Assign, name: str) -> None:
    """Takes the variable of an encoded query that is now empty out of the URLs that end in it."""
    tree, scope = file.tree, function_of(file.tree, assign)
    home = scope or tree.naming(name)
    uses = [use for use in places_of(tree, home, name) if not isinstance(tree.parent(use), cst.AssignTarget)]
    found = bindings(tree, home, name)
    others = [one.value for one in map(tree.parent, found) if isinstance(one, cst.Assign) and one is not assign]
    if others and len(others) == len(found) - 1 and all(tree.code(one) in ("''", '""') for one in others):
        file.replace(tree.outer(assign.value), tree.code(others[0]))  # the URL is ready for a query that is empty
        return
    if len(found) != 1 or not uses or (scope is None and file.is_shared(name)):
        raise NotMovedError("the query would be empty, and the URL is built elsewhere")
    for use in uses:
        root, parts, place = around(tree, use)
        if not place or place != len(parts) - 1:
            raise NotMovedError("the query would be empty, and the URL is built elsewhere")
        text = _marked(tree, parts[place - 1].value)
        erase_parts(file, root, parts, place, place, lead="?" if text is not None else "")
        if text is not None and _is_used_once(tree, parts[place - 1].value):
            pieces = parts_of(tree, text)
            last = len(pieces) - 1
            erase(file, text, pieces, last, last, Span(pieces[-1].span.end - 1, pieces[-1].span.end))
    file.drop_statement(assign)


def _marked(tree: Tree, value: cst.CSTNode | None) -> cst.BaseExpression | None:
    """Returns the text that a variable of a function holds, None unless it ends in ``?``."""
    scope = home_of(tree, value) if isinstance(value, cst.Name) else None
    found = bindings(tree, scope, value.value) if scope is not None and isinstance(value, cst.Name) else []
    text = getattr(tree.parent(found[0]), "value", None) if len(found) == 1 else None
    last = parts_of(tree, text)[-1] if isinstance(text, cst.BaseExpression) else None
    return text if last is not None and last.is_text and tree.text[last.span.end - 1] == "?" else None


def _is_used_once(tree: Tree, name: cst.CSTNode | None) -> bool:
    scope = home_of(tree, name) if isinstance(name, cst.Name) else None
    return (
        isinstance(scope, cst.FunctionDef)
        and isinstance(name, cst.Name)
        and len(places_of(tree, scope, name.value)) == 2
    )


def _is_part_of_an_address(tree: Tree, encoded: cst.Call) -> bool:
    """Returns whether an encoded query is a field of its own of what an address is put together from."""
    element = tree.parent(encoded)
    parts = tree.parent(element) if isinstance(element, cst.Element) else None
    arg = tree.parent(parts) if isinstance(parts, (cst.Tuple, cst.List)) else None
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    return isinstance(call, cst.Call) and called(tree, call) in ("urlunsplit", "urlunparse")


def _operand(file: FileEditor, encoded: cst.Call) -> cst.CSTNode:
    """Returns the node from which the text expression around an encoded query can be climbed."""
    for above in file.tree.ancestors(encoded):
        if isinstance(above, (cst.FormattedStringExpression, cst.BinaryOperation)):
            return above
        if isinstance(above, cst.Call):
            return above if isinstance(above.func, cst.Attribute) and above.func.attr.value == "format" else encoded
        if isinstance(above, cst.BaseSmallStatement):
            break
    return encoded


def _operand_before(file: FileEditor, literal: cst.CSTNode) -> int:
    """Returns where the operand before a literal ends, so that the literal goes with its ``+``."""
    above = file.tree.parent(literal)
    if isinstance(above, cst.BinaryOperation) and above.right is literal:
        return file.tree.outer(above.left).end
    raise NotMovedError("nothing is left of the URL here")
