"""What is appended to a URL after the query parameter that made its ``?`` has gone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from migrator.languages.python.cuts import Cut
from migrator.languages.python.edits import Sheet, Tree
from migrator.languages.python.names import bindings, function_of
from migrator.languages.python.urls import NotMovedError, Part, parts_of, root_of
from migrator.model.text import Span


def lead_with_question_mark(sheet: Sheet, cut: Cut) -> None:
    """Makes what follows a URL that now has no ``?`` begin with one.

    Raises `NotMovedError` when what follows is not known, or when it depends on the way taken which part comes first.
    """
    if cut.tail is not None:
        _lead(sheet, cut.tail)
        return
    found = [part for part in _appended(sheet.tree, cut.root) if _begins_with_and(sheet.tree, part)]
    for part in _first_of(sheet.tree, sorted(found, key=lambda part: part.span), cut.root):
        _lead(sheet, part)


def _first_of(tree: Tree, found: list[Part], root: cst.BaseExpression) -> list[Part]:
    """Returns those of the appended pieces that come first in the URL they are appended to."""
    added = next((index for index, part in enumerate(found) if _accumulates(tree, part)), None)
    if added is None:
        return found
    part = found[added]
    if _repeats(tree, part, root):
        raise NotMovedError("a parameter is appended in a loop, so the first one would need a ? and the rest a &")
    if added + 1 < len(found) and _block_of(tree, part.group) is not _block_of(tree, root):
        raise NotMovedError("which of the parameters appended later comes first depends on the way taken")
    return found[: added + 1]


def _block_of(tree: Tree, node: cst.CSTNode) -> cst.CSTNode | None:
    return tree.above(node, cst.IndentedBlock, cst.Module, cst.SimpleStatementSuite)


def _lead(sheet: Sheet, part: Part) -> None:
    """Turns the ``&`` that a piece begins with into ``?``."""
    tree = sheet.tree
    if part.is_text:
        if tree.text[part.span.start] == "&":
            sheet.replace(Span(part.span.start, part.span.start + 1), "?")
        return
    if _is_empty_or_appended(tree, part):
        sheet.replace(Span(part.span.end, part.span.end), '.replace("&", "?", 1)')
        return
    for literal in _constants(tree, part):
        first = parts_of(tree, literal)[0]
        if not first.is_text or tree.text[first.span.start] != "&":
            raise NotMovedError("what is appended to the URL may begin with &")
        sheet.replace(Span(first.span.start, first.span.start + 1), "?")


def _is_empty_or_appended(tree: Tree, part: Part) -> bool:
    """Returns whether a local variable starts empty and only has parameters appended, each with its ``&``."""
    name = part.value
    function = function_of(tree, name) if isinstance(name, cst.Name) else None
    if function is None or not isinstance(name, cst.Name) or part.container is not None:
        return False
    values = [
        tree.parent(binding) if isinstance(binding, cst.AssignTarget) else binding
        for binding in bindings(tree, function, name.value)
    ]
    return len(values) > 1 and all(_starts_empty(each) or _appends_parameter(tree, each) for each in values)


def _starts_empty(statement: cst.CSTNode | None) -> bool:
    match statement:
        case cst.Assign(targets=[_], value=cst.SimpleString(value="''" | '""')):
            return True
        case _:
            return False


def _appends_parameter(tree: Tree, statement: cst.CSTNode | None) -> bool:
    match statement:
        case cst.AugAssign(operator=cst.AddAssign(), value=value):
            first = parts_of(tree, value)[0]
            return first.is_text and tree.text[first.span.start : first.span.start + 1] == "&"
        case _:
            return False


def _constants(tree: Tree, part: Part) -> list[cst.BaseExpression]:
    """Returns the texts that a variable holds, when it is only ever appended in this one place."""
    name = part.value
    if not isinstance(name, cst.Name):
        raise NotMovedError("what is appended to the URL may begin with &")
    function = function_of(tree, name)
    own = function is not None and bool(bindings(tree, function, name.value))
    scope: cst.CSTNode = function if own and function is not None else tree.naming(name.value)
    values = [getattr(tree.parent(binding), "value", None) for binding in bindings(tree, scope, name.value)]
    uses = [each for each in tree.walk(scope, cst.Name) if each.value == name.value]
    texts = [value for value in values if isinstance(value, cst.BaseExpression)]
    if not texts or len(texts) != len(values) or len(uses) != len(values) + 1:
        raise NotMovedError(f"`{name.value}` is appended to the URL and may begin with &")
    return texts


def _appended(tree: Tree, root: cst.BaseExpression) -> Iterator[Part]:
    """Returns the pieces that directly follow the URL wherever its variable, attribute or function is used."""
    holder = _holder(tree, root)
    if holder is None:
        return
    scope, name = holder
    for added in tree.walk(scope, cst.AugAssign):
        if isinstance(added.operator, cst.AddAssign) and _is_use(added.target, name):
            yield parts_of(tree, added.value)[0]
    seen: set[int] = set()
    for node in tree.walk(scope, cst.Name, cst.Attribute, cst.Call):
        if not _is_use(node, name):
            continue
        above = tree.parent(node)
        start = above if isinstance(above, cst.FormattedStringExpression) else node
        whole = root_of(tree, start)
        if id(whole) in seen or whole is root:
            continue
        seen.add(id(whole))
        yield from _after(parts_of(tree, whole), name)


def _after(parts: list[Part], name: str) -> Iterator[Part]:
    for part, following in pairwise(parts):
        if part.value is not None and _is_use(part.value, name):
            yield following


def _holder(tree: Tree, root: cst.BaseExpression) -> tuple[cst.CSTNode, str] | None:
    """Returns the scope and the name by which a URL expression is used."""
    above = tree.parent(root)
    function = function_of(tree, root)
    match above:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return function or tree.naming(name), name
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name)))]):
            return tree.naming(name), name
        case cst.Return() if function is not None:
            return tree.naming(function.name.value), function.name.value
        case _:
            return None


def _is_use(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.Name(value=value):
            return value == name
        case cst.Attribute(attr=cst.Name(value=value)):
            return value == name
        case cst.Call(func=func):
            return _is_use(func, name)
        case _:
            return False


def _begins_with_and(tree: Tree, part: Part) -> bool:
    if part.is_text:
        return tree.text[part.span.start : part.span.start + 1] == "&"
    if not isinstance(part.value, cst.Name):
        return False
    try:
        texts = _constants(tree, part)
    except NotMovedError:
        return False
    firsts = [parts_of(tree, text)[0] for text in texts]
    return any(first.is_text and tree.text[first.span.start : first.span.start + 1] == "&" for first in firsts)


def _accumulates(tree: Tree, part: Part) -> bool:
    """Returns whether appending this piece changes the variable it is appended to."""
    for above in tree.ancestors(part.group):
        if isinstance(above, cst.AugAssign):
            return True
        if isinstance(above, cst.Assign):
            names = {target.target.value for target in above.targets if isinstance(target.target, cst.Name)}
            return any(name.value in names for name in tree.walk(above.value, cst.Name))
        if isinstance(above, cst.BaseSmallStatement):
            return False
    return False


def _repeats(tree: Tree, part: Part, root: cst.BaseExpression) -> bool:
    loop = tree.above(part.group, cst.For, cst.While)
    return loop is not None and not any(above is loop for above in tree.ancestors(root))
